"""The chain as an engine: comparisons in at least two real variables, from facts about them, deeper and deeper until time is up."""

from __future__ import annotations

from collections.abc import Sequence

from quod.kernel.normal import canonical
from quod.lang import terms as t
from quod.lang.binding import unfold
from quod.lang.sorts import REAL
from quod.provers import clock
from quod.provers.one_variable import in_fragment
from quod.provers.session import Fact, OutOfTime, Session
from quod.provers.several import boxing, ranges
from quod.provers.several.chain import Chain
from quod.provers.several.regions import bound_variables

DEPTHS = (1, 2, 3, 4)
QUICK = 0.12
"""Seconds for boxes before anything else."""
BOUNDED = 3
"""The depth before which algebra with bounds of functions is tried."""
MOST_VARIABLES = 6
MOST_FACTS = 24


def prove(session: Session, goal: t.Node, facts: tuple[Fact, ...], effort: float, depths: Sequence[int] = DEPTHS) -> Fact | None:
    """The goal, a comparison or a denied equation of reals in the fragment and without cases, or None after `effort` seconds."""
    plain = unfold(goal)
    denied = isinstance(plain, t.Not)
    statement = plain.arg if isinstance(plain, t.Not) else plain
    if not isinstance(statement, t.Compare) or (denied and statement.relation != "=") or not _readable(statement):
        return None
    usable = [fact for fact in facts if isinstance(canonical(fact.prop), t.Compare) and _readable(canonical(fact.prop))][:MOST_FACTS]
    variables = statement.variables.union(*(fact.prop.variables for fact in usable if fact.prop.variables & statement.variables))
    if not statement.variables or not 2 <= len(variables) <= MOST_VARIABLES:
        return None
    try:
        return _deeper(session, plain, usable, min(session.deadline, clock.now() + effort), depths)
    except OutOfTime:
        if clock.now() > session.deadline:
            raise
    return None


def _deeper(session: Session, goal: t.Node, facts: list[Fact], deadline: float, depths: Sequence[int]) -> Fact | None:
    """Depth after depth; the linear facts alone before all of them, sines of sums as they are before expanding them."""
    facts = [*facts, *ranges.implied(session, facts)]
    linear = [fact for fact in facts if bound_variables(fact)]
    for depth in depths:
        if depth == 1 and isinstance(goal, t.Compare):
            found = boxing.prove(session, goal, facts, min(QUICK, deadline - clock.now()))
            if found is not None:
                return session.convert(goal, found)
        if depth == BOUNDED and isinstance(goal, t.Compare):
            found = ranges.prove(session, goal, facts, 0.3) or boxing.prove(session, goal, facts, min(1.0, deadline - clock.now()))
            if found is not None:
                return session.convert(goal, found)
        for known in [linear, facts] if len(linear) < len(facts) else [facts]:
            for expanding in (False, True) if len(_angles(goal)) > 1 else (False,):
                chain = Chain(session, deadline, expanding)
                found = chain.denied(goal, known, depth) if isinstance(goal, t.Not) else chain.prove(goal, known, depth)  # type: ignore[arg-type]
                if found is not None:
                    return session.convert(goal, found)
    return None


def transcendental(goal: t.Node) -> bool:
    """Whether a function other than a root occurs."""
    found: list[t.Node] = []
    roots = ("sqrt", "cbrt")
    t.fold(unfold(goal), lambda node, _: found.append(node) if isinstance(node, t.Elementary) and node.name not in roots else None)
    return bool(found)


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
