"""What can be said of a theorem without its proof: its conclusion, under its hypotheses, tried at points in balls.

The engine is the one that attacks claims (`quod.attack`): it shares the readings of terms with the kernel, and no rule of inference.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from quod.attack.fuzz import fuzz
from quod.kernel.theorem import Theorem
from quod.lang import terms as t
from quod.lang.binding import fresh, instantiate
from quod.lang.claim import Claim, Parameter, Place, Source
from quod.lang.domains import Domain, Function, Integer, Real, Vector
from quod.lang.sorts import INTEGER, REAL, VECTOR, Arrow, Sort

TRUE, FALSE, OPEN = "true", "false", "undecided"
"""True at every point that could be decided; false at one; decided at none."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """TRUE, FALSE or OPEN, with a counterexample or the reason why nothing was decided."""

    verdict: str
    detail: str = ""


def _domain(sort: Sort) -> Domain:
    match sort:
        case Arrow(source, target):
            return Function(_domain(source), _domain(target))
        case _ if sort in (REAL, INTEGER, VECTOR):
            return {REAL: Real, INTEGER: Integer, VECTOR: Vector}[sort]
    raise ValueError(f"nothing of sort {sort} is drawn")


def _claims(hypotheses: tuple[t.Node, ...], conclusion: t.Node) -> list[Claim]:
    """One claim for each member of the conclusion: leading ∀ become parameters, leading ⇒ hypotheses."""
    while not isinstance(conclusion, t.And):
        if isinstance(conclusion, t.Implies):
            hypotheses, conclusion = (*hypotheses, conclusion.hypothesis), conclusion.conclusion
        elif isinstance(conclusion, t.ForAll):
            taken = conclusion.variables.union(*(h.variables for h in hypotheses))
            conclusion = instantiate(conclusion.body, fresh("u", conclusion.body.domain, taken))
        else:
            variables = sorted(conclusion.variables.union(*(h.variables for h in hypotheses)), key=lambda v: v.name)
            parameters = tuple(Parameter(v.name, _domain(v.sort), v) for v in variables)
            return [Claim("assurance.theorem", "assurance", "", Source(""), parameters, hypotheses, conclusion, t.TRUE, Place("", 0))]
    return [claim for part in conclusion.args for claim in _claims(hypotheses, part)]


def opinion(theorem: Theorem, examples: int = 40, seconds: float = 2.0) -> Opinion:
    """What points say of `theorem`; at most `seconds` are spent on each member of its conclusion."""
    return judged(tuple(sorted(theorem.hypotheses, key=lambda node: node.key)), theorem.conclusion, examples, seconds)


def judged(hypotheses: tuple[t.Node, ...], conclusion: t.Node, examples: int = 40, seconds: float = 2.0) -> Opinion:
    """What points say of `hypotheses` ⇒ `conclusion`, for all values of the free variables."""
    try:
        claims = _claims(hypotheses, conclusion)
    except ValueError as error:
        return Opinion(OPEN, str(error))
    reasons = []
    for claim in claims:
        verdict = fuzz(claim, seed=0, digits=30, examples=examples, deadline=time.monotonic() + seconds)
        if verdict.kind == "REFUTED":
            return Opinion(FALSE, f"{claim.conclusion!r} at {dict(verdict.witness or {})}")
        if verdict.kind != "SAMPLED":
            reasons.append(verdict.reason)
    return Opinion(OPEN, reasons[0]) if reasons else Opinion(TRUE)
