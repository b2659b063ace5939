"""The one-variable decision procedure as an engine: facts and goal about one real become a statement for `provers.tower`."""

from __future__ import annotations

import json

from quod.kernel.theorem import KernelError
from quod.lang import terms as t
from quod.lang.binding import abstract, unfold
from quod.lang.sorts import REAL, is_scalar
from quod.lang.text import to_text
from quod.provers import clock, tower
from quod.provers.session import Fact, Session

MOST_REASONS = 20
FRAGMENT = (
    t.Number | t.Variable | t.Add | t.Mul | t.Inverse | t.Power | t.Elementary | t.IfThenElse | t.Compare | t.And | t.Or | t.Not | t.Implies
)


def in_fragment(proposition: t.Node) -> bool:
    """Whether the procedure reads the proposition: no quantifier, no index, no vector, no unknown function."""

    def readable(node: t.AnyNode, kids: tuple[bool, ...]) -> bool:
        known = isinstance(node, FRAGMENT) or (isinstance(node, t.Constant) and node.name == "pi")
        return known and all(kids) and (is_scalar(node.sort) or node.sort == t.PROPOSITION)

    return t.fold(unfold(proposition), readable)


def applies(goal: t.Node) -> bool:
    """Whether the goal is one of the procedure's: about one real variable, and with a function in it that algebra does not know."""
    return len(goal.variables) == 1 and all(v.sort == REAL for v in goal.variables) and in_fragment(goal) and _transcendental(goal)


def _transcendental(goal: t.Node) -> bool:
    def algebra(node: t.AnyNode, kids: tuple[bool, ...]) -> bool:
        return any(kids) or (isinstance(node, t.Elementary) and node.name not in ("sqrt", "cbrt"))

    return t.fold(unfold(goal), algebra)


def prove(session: Session, goal: t.Node, facts: tuple[Fact, ...], effort: float = 15.0) -> Fact | None:
    """The goal from those facts that are about one of its variables, or about none; None if that was not decided."""
    if not in_fragment(goal):
        return None
    variables = {variable for variable in goal.variables if variable.sort == REAL}
    if len(goal.variables) > 1 or len(variables) != len(goal.variables):
        return None
    readable = [fact for fact in facts if in_fragment(fact.prop)]
    about = (
        [variables]
        if variables
        else [{v} for v in sorted({v for fact in readable for v in fact.prop.variables if v.sort == REAL}, key=lambda v: v.name)] or [set()]
    )
    for one in about:
        usable = [fact for fact in readable if fact.prop.variables <= one and all(v.sort == REAL for v in fact.prop.variables)]
        found = _decide(session, next(iter(one), None), goal, usable, effort)
        if found is not None:
            return found
    return None


def _decide(session: Session, variable: t.Variable | None, goal: t.Node, facts: list[Fact], effort: float) -> Fact | None:
    deadline = min(session.deadline, clock.now() + effort)
    outcome = tower.decide(variable, [fact.prop for fact in facts], goal, deadline)
    if not isinstance(outcome, tower.Proved):
        if isinstance(outcome, tower.Undecided) and len(session.reasons) < MOST_REASONS:
            session.reasons.append(f"{to_text(goal)}: {outcome.reason}")
        return None
    statement = goal
    for fact in reversed(facts):
        statement = t.Implies(fact.prop, statement)
    certificate = json.dumps(outcome.certificate, separators=(",", ":"))
    closed = statement if variable is None else t.ForAll(abstract(variable, statement))
    try:
        theorem = session.apply("one_variable", closed, certificate)
    except KernelError:
        return None
    return session.chain(theorem if variable is None else session.specialise(theorem, variable), *facts)
