"""The statement check: can a claim's hypotheses hold at all, and is its bound touched where the claim says so?"""

from __future__ import annotations

import dataclasses
import random
import time

from quod.attack.arithmetic import Outcome, working
from quod.attack.differentiation import NotDifferentiated
from quod.attack.evaluation import Unsupported
from quod.attack.fuzz import satisfiable
from quod.attack.logic import compile_proposition
from quod.attack.planning import make_plan
from quod.attack.strategies import CannotGenerate, Choice, Plan, Point
from quod.kernel.verdict import Verdict, unknown
from quod.lang import terms as t
from quod.lang.claim import Claim, close
from quod.lang.text import to_text

SECONDS = 10.0
"""How long to look for a point, and how long for a proof that there is none."""
_BITS = 200


def examine(claim: Claim, seed: int, deadline: float) -> Verdict:
    """SAMPLED with a point where the hypotheses hold; VACUOUS if they are proved never to; ERROR if a touching point is none; else UNKNOWN.

    `deadline` is on the clock of time.monotonic. Figures: `tight`, the touching points found to be such.
    """
    try:
        plan = make_plan(claim)
        touching = [_touches(plan, position, seed) for position in range(len(plan.tight))]
    except (Unsupported, NotDifferentiated, CannotGenerate, ArithmeticError):
        plan, touching = None, []
    wrong = next((reason for found, reason in touching if found is False), None)
    if wrong is not None:
        return Verdict("ERROR", reason=f"{claim.place}: {wrong}", seed=seed)
    figures = {"tight": sum(found is True for found, _ in touching)}
    witness = satisfiable(claim, seed, min(deadline, time.monotonic() + SECONDS)) if claim.hypotheses else {}
    if witness is None and plan is not None:
        witness = next((shown for position in range(len(plan.tight)) if (shown := _admitted(plan, position, seed)) is not None), None)
    if witness is not None:
        return Verdict("SAMPLED", method="a point in the domain", witness=witness, figures=figures, seed=seed)
    witness = satisfiable(claim, seed, min(deadline, time.monotonic() + SECONDS), sampled=True)
    if witness is not None:
        return Verdict("SAMPLED", method="a point in the domain, as far as sampling shows", witness=witness, figures=figures, seed=seed)
    return _vacuous(claim, min(deadline, time.monotonic() + SECONDS), seed)


def _point(plan: Plan, position: int, seed: int) -> Point | None:
    """The declared touching point; variables that it does not name get some value."""
    return plan.point(random.Random(seed), Choice(seed, 3, "mixed", "normal", 1), plan.tight[position])


def _outcome(plan: Plan, proposition: t.Node, point: Point) -> Outcome:
    try:
        with working(_BITS):
            return compile_proposition(proposition, plan.variables)(*point.values)
    except (Unsupported, NotDifferentiated, ArithmeticError, RecursionError):
        return Outcome.OPEN


def _admitted(plan: Plan, position: int, seed: int) -> dict[str, str] | None:
    """A touching point as a witness, if every hypothesis is decided to hold there."""
    point = _point(plan, position, seed)
    if point is None or any(_outcome(plan, hypothesis, point) != Outcome.TRUE for hypothesis in (*plan.tested, *plan.constructed)):
        return None
    return point.shown(plan.variables)


def _touches(plan: Plan, position: int, seed: int) -> tuple[bool | None, str]:
    """Whether two sides that the conclusion compares agree at a declared point; None where that cannot be decided. And what is wrong."""
    declared = ", ".join(f"{name} = {to_text(node)}" for name, node in plan.claim.tight[position].items())
    complete = {variable.name for variable in plan.variables} <= plan.tight[position].keys()
    point = _point(plan, position, seed)
    if point is None:
        return (False, f"the touching point {declared} lies outside the domain") if complete else (None, "")
    for hypothesis in (*plan.tested, *plan.constructed):
        if complete and _outcome(plan, hypothesis, point) == Outcome.FALSE:
            return False, f"at the touching point {declared} the hypothesis {to_text(hypothesis)} is false"
    outcomes = [_outcome(plan, t.Compare("=", left, right), point) for left, right in _compared(plan.conclusion)]
    if any(outcome in (Outcome.TRUE, Outcome.TOUCHED) for outcome in outcomes):
        return True, ""
    if complete and outcomes and all(outcome == Outcome.FALSE for outcome in outcomes):
        return False, f"tight names {declared}, but nothing is touched there; fix: name a point where both sides agree, or leave tight out"
    return None, ""


def _compared(conclusion: t.Node) -> list[tuple[t.Node, t.Node]]:
    """The sides of the equations and non-strict inequalities in a proposition, of those outside quantifiers."""
    match conclusion:
        case t.Compare("<=" | "=", left, right):
            return [(left, right)]
        case t.And() | t.Or() | t.Not() | t.Implies():
            return [pair for child in conclusion.children for pair in _compared(child)]
        case _:
            return []


def _vacuous(claim: Claim, deadline: float, seed: int) -> Verdict:
    """VACUOUS if the kernel accepts a proof that the hypotheses contradict each other."""
    from quod.provers.portfolio import prove

    impossible = dataclasses.replace(
        claim, id=f"{claim.id} has no instance", conclusion=t.FALSE, statement=close(claim.parameters, list(claim.hypotheses), t.FALSE)
    )
    verdict, _ = prove(impossible, deadline)
    if verdict.kind == "PROVED":
        return Verdict(
            "VACUOUS", reason="the hypotheses contradict each other: no point meets them all", method=verdict.method, trusts=verdict.trusts
        )
    if verdict.kind == "CONFLICT":
        return verdict
    return unknown("no point was found where all hypotheses hold, and no proof that there is none", seed=seed)
