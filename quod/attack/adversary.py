"""The attack on one claim from every side: false twins, necessity of its hypotheses, sharpness, touching points, edges, vacuity."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from quod.attack.boundary import boundary, vacuity
from quod.attack.duel import Duel, Prover
from quod.attack.findings import Finding
from quod.attack.necessity import without
from quod.attack.sharpness import sharpness
from quod.attack.tight import tight
from quod.attack.trial import STUCK, Arena, Effort
from quod.attack.twins import twins
from quod.kernel.verdict import Verdict, unknown
from quod.lang import terms as t
from quod.lang.claim import Claim
from quod.lang.text import to_text
from quod.provers import portfolio

LEVELS = ("quick", "deep")
LATE = "the time limit of this check was reached before"
_SHARE = 0.8
"""Of the time that is given so much is used before nothing new is begun: what has begun has to end, and be told, within the rest."""
Side = Callable[..., list[Finding]]
SIDES: tuple[Side, ...] = (tight, sharpness, boundary, vacuity)
"""What else attacks a claim: called with (claim, deadline, seed, deep=…)."""


@dataclass(frozen=True, slots=True)
class Level:
    """How hard a claim is attacked. twins, hypotheses: how many at most, None for all. seconds: of CPU time for one proof.

    proofs: how many twins go to the provers, None for all; every_nth: of so many claims one, by its digest, has twins proved.
    """

    effort: Effort
    twins: int | None
    hypotheses: int | None
    proofs: int | None
    every_nth: int
    seconds: float


QUICK = Level(Effort(12, 12, 2), 4, 2, 1, 5, 0.1)
DEEP = Level(Effort(200, 2000, 12, 1.0), None, None, None, 1, 1.0)


def attack(
    claim: Claim,
    level: str = "quick",
    seed: int = 0,
    deadline: float | None = None,
    definitions: Sequence[t.Named] = (),
    prover: Prover = portfolio.prove,
    sides: Sequence[Side] = SIDES,
) -> tuple[Verdict, list[Finding]]:
    """(verdict, findings). `deadline` is of time.monotonic; `definitions` are those that others may be exchanged for in twins.

    CONFLICT where a proof and a confirmed witness contradict each other, REFUTED where the claim itself fails at a point, ERROR where
    a declared touching point is none, else SAMPLED if something came out, UNKNOWN if nothing did. Figures: how many of each outcome.
    """
    now = time.monotonic()
    deadline = now + 60 if deadline is None else now + (deadline - now) * _SHARE
    chosen = DEEP if level == "deep" else QUICK
    findings = [finding for side in sides for finding in side(claim, deadline, seed, deep=level == "deep")]
    findings += _changes(claim, chosen, seed, deadline, definitions, prover)
    return _verdict(findings, seed), findings


def _changes(claim: Claim, level: Level, seed: int, deadline: float, definitions: Sequence[t.Named], prover: Prover) -> list[Finding]:
    """The findings about twins and about each hypothesis."""
    if claim.error is not None:
        return []
    made = twins(claim, level.twins, definitions)
    try:
        arena = Arena(claim, level.effort, seed, deadline)
    except STUCK as reason:
        detail = f"{len(made)} twins cannot be tried: the claim cannot be evaluated at points ({reason})"
        return [Finding("twin", "all twins", "undecided", detail)]
    asked = level.proofs if int(claim.digest[:4], 16) % level.every_nth == 0 else 0
    duel = Duel(arena, prover, level.seconds, asked)
    found: list[Finding] = []
    for number, twin in enumerate(made):
        if time.monotonic() > deadline:
            left = len(made) - number
            found.append(
                Finding("twin", f"{left} more twins", "undecided", "the time limit of this check was reached before they were tried")
            )
            break
        found.append(duel.twin(twin))
    for number in _hypotheses(claim, level.hypotheses):
        subject = f"without {to_text(claim.hypotheses[number])}"
        if time.monotonic() > deadline:
            found.append(Finding("necessity", subject, "undecided", LATE))
            continue
        found.append(duel.hypothesis(subject, without(claim, number), number))
    return found


def _hypotheses(claim: Claim, limit: int | None) -> list[int]:
    """The numbers of the hypotheses to drop: with a limit the last ones, which the claim states itself."""
    numbers = list(range(len(claim.hypotheses)))
    return numbers if limit is None else numbers[-limit:]


def _verdict(findings: Sequence[Finding], seed: int) -> Verdict:
    counts = Counter(f"{finding.kind} {finding.outcome}" for finding in findings)
    figures: dict[str, Any] = {"twins": sum(finding.kind == "twin" for finding in findings)}
    figures |= {name: counts[name] for name in sorted(counts)}
    misplaced = next((f for f in findings if f.kind == "tight" and f.outcome == "conflict"), None)
    conflict = next((f for f in findings if f.kind != "tight" and f.outcome == "conflict"), None)
    if conflict is not None:
        return Verdict("CONFLICT", f"{conflict.subject}: {conflict.detail}", "attack", witness=conflict.witness, figures=figures, seed=seed)
    failing = next((f for f in findings if f.outcome == "refuted" and f.kind not in ("twin", "necessity")), None)
    if failing is not None and failing.witness is not None:
        return Verdict("REFUTED", f"{failing.subject}: {failing.detail}", "attack", witness=failing.witness, figures=figures, seed=seed)
    if misplaced is not None:
        return Verdict("ERROR", misplaced.detail, "attack", witness=misplaced.witness, figures=figures, seed=seed)
    if any(finding.outcome != "undecided" for finding in findings):
        return Verdict("SAMPLED", method="attack", figures=figures, seed=seed)
    reason = findings[0].detail if findings else "there is nothing to change in the statement"
    return unknown(f"nothing could be decided: {reason}", method="attack", figures=figures, seed=seed)
