"""Z3 on the polynomial system of a goal: the last resort of the search, and points that explain why a step was not shown.

A goal that Z3 calls unsatisfiable becomes a theorem that trusts z3. Subterms that are not arithmetic are variables here, so a point is
no counterexample of the claim: it says that the goal does not follow from these facts by algebra.
"""

from __future__ import annotations

from fractions import Fraction

from quod.lang import terms as t
from quod.lang.text import to_text
from quod.provers.algebra.z3_search import Satisfiable, Unsatisfiable, ask_z3
from quod.provers.arithmetic import Arithmetic, System, is_comparison
from quod.provers.second_opinion import second_opinion
from quod.provers.session import Fact, Session


def prove(session: Session, goal: t.Node, facts: tuple[Fact, ...], seconds: float = 2.0) -> Fact | None:
    """The goal, on Z3's word that it follows from the facts; None if Z3 does not say so.

    cvc5 is asked too: what it said is noted in the session, and the theorem trusts "z3, cvc5 agree" or z3 alone. Raises Disagreement.
    """
    if not is_comparison(goal):
        return None
    if isinstance(goal, t.Compare) and goal.relation == "=":
        below = prove(session, t.Compare("<=", goal.left, goal.right), facts, seconds)
        above = None if below is None else prove(session, t.Compare("<=", goal.right, goal.left), facts, seconds)
        return None if below is None or above is None else session.apply("antisymmetry", goal, below, above)
    system = _system(session, goal, facts)
    answer = ask_z3(system.constraints, system.equations, seconds)
    if not isinstance(answer, Unsatisfiable):
        return None
    opinion = second_opinion(system.constraints, system.equations)
    session.opinions.append("agrees" if opinion.agrees else opinion.reason)
    return session.apply("oracle", "z3, cvc5 agree" if opinion.agrees else "z3", goal, *system.premises)


def counterpoint(session: Session, goal: t.Node, facts: tuple[Fact, ...], seconds: float = 1.0) -> str | None:
    """Values of what algebra does not look into, at which the facts hold and the goal fails, as text; None if none was found."""
    if not is_comparison(goal):
        return None
    if isinstance(goal, t.Compare) and goal.relation == "=":
        sides = (t.Compare("<=", goal.left, goal.right), t.Compare("<=", goal.right, goal.left))
        return next((found for side in sides if (found := counterpoint(session, side, facts, seconds)) is not None), None)
    system = _system(session, goal, facts)
    answer = ask_z3(system.constraints, system.equations, seconds)
    if not isinstance(answer, Satisfiable):
        return None
    nodes = system.encoding.nodes
    return ", ".join(f"{to_text(nodes[k])} = {_value(value)}" for k, value in sorted(answer.point.items()) if k < len(nodes))


def _value(value: Fraction | None) -> str:
    return "an irrational number" if value is None else str(value)


def _system(session: Session, goal: t.Node, facts: tuple[Fact, ...]) -> System:
    arithmetic = Arithmetic(session, list(facts), (), 0.2)
    arithmetic.learn(goal)
    return System(arithmetic, goal)
