"""The chain as an engine: comparisons in at least two real variables, from facts about them, deeper and deeper until time is up."""

from __future__ import annotations

from quod.kernel.normal import canonical
from quod.lang import terms as t
from quod.lang.binding import unfold
from quod.lang.sorts import REAL
from quod.provers import clock
from quod.provers.one_variable import in_fragment
from quod.provers.session import Fact, OutOfTime, Session
from quod.provers.several.chain import Chain
from quod.provers.several.regions import bound_variables

DEPTHS = (1, 2, 3, 4)
MOST_VARIABLES = 6
MOST_FACTS = 24


def prove(session: Session, goal: t.Node, facts: tuple[Fact, ...], effort: float) -> Fact | None:
    """The goal, a comparison of reals in the fragment and without cases, or None after `effort` seconds."""
    plain = unfold(goal)
    if not isinstance(plain, t.Compare) or not _readable(plain) or not 2 <= len(plain.variables) <= MOST_VARIABLES:
        return None
    usable = [fact for fact in facts if isinstance(canonical(fact.prop), t.Compare) and _readable(canonical(fact.prop))][:MOST_FACTS]
    deadline = min(session.deadline, clock.now() + effort)
    linear = [fact for fact in usable if bound_variables(fact)]
    attempts = [linear, usable] if len(linear) < len(usable) else [usable]
    trigonometric = len(_angles(plain)) > 1
    try:
        for depth in DEPTHS:
            for known in attempts:
                for expanding in (False, True) if trigonometric else (False,):
                    found = Chain(session, deadline, expanding).prove(plain, known, depth)
                    if found is not None:
                        return session.convert(goal, found)
    except OutOfTime:
        if clock.now() > session.deadline:
            raise
    return None


def _angles(proposition: t.Node) -> set[t.Node]:
    """The arguments of sine and cosine."""
    found: set[t.Node] = set()
    t.fold(proposition, lambda node, _: found.add(node.arg) if isinstance(node, t.Elementary) and node.name in ("sin", "cos") else None)
    return found


def _readable(proposition: t.Node) -> bool:
    """Whether the proposition is about real variables and has no cases."""
    if any(variable.sort != REAL for variable in proposition.variables) or not in_fragment(proposition):
        return False
    seen: set[t.Node] = set()
    stack = [proposition]
    while stack:
        node = stack.pop()
        if isinstance(node, t.IfThenElse):
            return False
        if node not in seen:
            seen.add(node)
            stack.extend(node.children)
    return True
