"""How sharp the bounds of a claim are: touched, approached, or with a better constant."""

from __future__ import annotations

from fractions import Fraction

from flint import arb

from quod.attack.along import Answer, along
from quod.attack.arithmetic import Undecided, less
from quod.attack.constants import decimal, seconds
from quod.attack.differentiation import NotDifferentiated
from quod.attack.evaluation import Unsupported
from quod.attack.findings import Finding
from quod.attack.inequalities import Inequality, stated
from quod.attack.lines import Line, middle, value_at
from quod.attack.planning import make_plan
from quod.attack.proving import proof_of
from quod.attack.several import several
from quod.attack.strategies import CannotGenerate, Plan
from quod.lang import terms as t
from quod.lang.claim import Claim
from quod.lang.sorts import REAL
from quod.lang.text import to_text
from quod.provers import clock

SECONDS, DEEP_SECONDS = 1.5, 20.0
"""CPU seconds for one bound."""


def sharpness(claim: Claim, deadline: float, seed: int = 0, *, deep: bool = False) -> list[Finding]:
    """A finding for each bound that the claim's conclusion states; none where it states no bound. `deadline`: of time.monotonic.

    "sharp": it is proved to be touched somewhere or approached; "slack": a better constant is proved, or the best one; "attained": it is
    touched where both of its sides vanish, which says little of its constant; "refuted": it is false at the witness; else "undecided",
    with the best that was seen.
    """
    if claim.error is not None:
        return []
    stop, share = clock.before(deadline), DEEP_SECONDS if deep else SECONDS
    try:
        plan = make_plan(claim)
        bounds = stated(plan)
    except (Unsupported, NotDifferentiated, CannotGenerate, Undecided):
        return []
    return [_finding(bound, _examined(plan, bound, seed, min(stop, clock.now() + share), deep=deep)) for bound in bounds]


def _examined(plan: Plan, bound: Inequality, seed: int, stop: float, *, deep: bool) -> Answer:
    try:
        if not plan.variables:
            return _closed(bound, stop)
        if len(plan.variables) == 1 and plan.variables[0].sort == REAL:
            x = plan.variables[0]
            tight = [point[x.name] for point in plan.claim.tight if x.name in point]
            return along(Line(x, (*plan.constructed, *plan.tested), bound), tight, stop)
        return several(plan, bound, seed, stop, deep=deep)
    except (Unsupported, NotDifferentiated, CannotGenerate, Undecided) as reason:
        return Answer("undecided", f"its sides cannot be evaluated: {reason}")


def _closed(bound: Inequality, stop: float) -> Answer:
    """A bound without variables: it is sharp only if its sides are equal."""
    lower, upper = value_at(bound.lower), value_at(bound.upper)
    if less(lower, upper):
        sides = " and ".join(decimal(middle(arb(side)) or Fraction(0), 0) for side in (lower, upper))
        return Answer("slack", f"slack: there is no variable, and the sides are {sides}", {})
    method = None if bound.strict else proof_of(t.Compare("=", bound.lower, bound.upper), seconds(stop))
    if method is None:
        return Answer("undecided", "the sides are not told apart")
    return Answer("sharp", f"both sides are equal ({method})", {})


def _finding(bound: Inequality, answer: Answer) -> Finding:
    constant = {"upper": bound.upper, "lower": bound.lower}.get(bound.constant)
    closed = not bound.lower.variables | bound.upper.variables
    named = "" if closed or constant is None else f"bound {to_text(constant)}, "
    word = "sharp, " if answer.outcome == "sharp" else ""
    return Finding("sharpness", bound.text, answer.outcome, f"{named}{word}{answer.how}", answer.witness)  # type: ignore[arg-type]
