"""The entry point: proved with a certificate, refuted with a witness, or undecided with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from quod.kernel.tower.field import CertificateError
from quod.kernel.tower.problem import Problem, stated
from quod.lang.sorts import REAL
from quod.lang.terms import Node, Number, TermError, Variable
from quod.provers import clock
from quod.provers.tower.cover import Search, Violated
from quod.provers.tower.live import Full, OutOfTime, Refine, Unknown
from quod.provers.tower.values import confirmed, sampled

MOST_FOR_SAMPLES, SHARE_FOR_SAMPLES = 0.3, 0.15
"""Seconds, and the part of the time, kept for a look at simple points after a search without a verdict."""
STUCK = (Unknown, OutOfTime, Full, Refine, CertificateError, TermError, RecursionError, ValueError, ArithmeticError)
"""How a search ends without a verdict; the last three also come from FLINT on numbers that it does not take."""


@dataclass(frozen=True)
class Proved:
    """The hypotheses imply the goal for every real; `certificate` is what the kernel's checker replays."""

    certificate: dict[str, Any]


@dataclass(frozen=True)
class Refuted:
    """At `witness` the hypotheses hold and the goal fails; `confirmed` says how a second evaluation saw it."""

    witness: Fraction | Node
    confirmed: str


@dataclass(frozen=True)
class Undecided:
    """No verdict; `reason` says where the procedure stands."""

    reason: str


def decide(variable: Variable | None, hypotheses: Sequence[Node], goal: Node, deadline: float) -> Proved | Refuted | Undecided:
    """Whether `hypotheses` imply `goal` for every real `variable` (None: closed propositions).

    `deadline` is a reading of `clock.now`. Nothing here is trusted: a certificate counts once `quod.kernel.tower.check` accepts it.
    """
    problem = stated(variable, hypotheses, goal)
    found = frozenset[Variable]().union(*(node.variables for node in (*problem.hypotheses, problem.goal)))
    if found - {variable} or any(v.sort != REAL for v in found):
        return Undecided(f"expected no free variable but one real, got {sorted(v.name for v in found)}")
    if not found:
        problem = Problem(None, problem.hypotheses, problem.goal)
    search = Search(deadline - min(MOST_FOR_SAMPLES, SHARE_FOR_SAMPLES * (deadline - clock.now())))
    try:
        return Proved(search.cover(problem) if found else search.point(problem, Number(0)))
    except Violated as violation:
        verdict = _refuted(problem, violation.witness)
        witness = sampled(problem, deadline) if isinstance(verdict, Undecided) else None
        return verdict if witness is None else _refuted(problem, witness)
    except STUCK as reason:
        witness = sampled(problem, deadline)
        return Undecided(str(reason)) if witness is None else _refuted(problem, witness)


def _refuted(problem: Problem, witness: Node) -> Refuted | Undecided:
    how = confirmed(problem, witness)
    if how is None:
        return Undecided(f"the search says that the goal fails, a second evaluation does not confirm it: {witness}")
    return Refuted(witness.value if isinstance(witness, Number) else witness, how)
