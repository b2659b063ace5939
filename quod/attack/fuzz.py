"""Fuzzing: a claim is tried at many exact points; Hypothesis chooses where, balls decide, and only a confirmed violation refutes."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from hypothesis import Phase, Verbosity, given, settings
from hypothesis import seed as seeded

from quod.attack.arithmetic import Outcome, OutOfTime, Undecided, until
from quod.attack.confirm import Court, Doubt, shrink
from quod.attack.differentiation import NotDifferentiated
from quod.attack.evaluation import Unsupported
from quod.attack.logic import cost
from quod.attack.planning import make_plan
from quod.attack.strategies import CannotGenerate, Choice, Plan, Point, choices
from quod.kernel.verdict import Verdict, unknown
from quod.lang.claim import Claim
from quod.lang.text import to_text

BITS_PER_DIGIT = 3.3219280948873626
BATCH = 32
"""Points per Hypothesis example: making one costs a thousand times more than judging a point."""
SHRINKING = 5.0
"""Seconds for making a witness small, on top of the deadline: a witness is worth that."""
RETRIES = 4
"""How many points are drawn at most for each that meets the hypotheses."""
MAX_UNCONFIRMED = 20
MAX_HYPOTHESIS = 12
"""A quantified hypothesis is priced at most so high: it mostly fails at once, or is decided exactly."""


class _Stop(Exception):
    """A counterexample was confirmed; Hypothesis need not go on."""


@dataclass
class _Run:
    """One fuzzing run of a plan: what was seen, and the counterexample if there is one."""

    court: Court
    deadline: float
    counts: Counter[str] = field(default_factory=Counter)
    found: Point | None = None
    late: bool = False
    judged: int = 0

    def check(self, points: Iterable[Point | None], wanted: int | None = None) -> None:
        """Judges the points, until `wanted` of them met the hypotheses. Raises _Stop at a confirmed counterexample."""
        enough = None if wanted is None else self.judged + wanted
        for point in points:
            if self.judged == enough:
                return
            if self.found is not None:
                raise _Stop("a counterexample is known")
            if time.monotonic() > self.deadline:
                self.late = True
                return
            try:
                self._try(point)
            except OutOfTime:
                self.late = True
                return

    def _try(self, point: Point | None) -> None:
        if point is None:
            self.counts["not generated"] += 1
            return
        admitted = self.court.admits(point, self.court.bits)
        if admitted in (Outcome.FALSE, Outcome.OPEN):
            self.counts["outside" if admitted == Outcome.FALSE else "not evaluated"] += 1
            return
        self.judged += 1
        outcome = self.court.holds(point)
        if outcome == Outcome.FALSE:
            if self.counts["unconfirmed"] < MAX_UNCONFIRMED and self.court.violated(point):
                self.found = point
                raise _Stop("a counterexample is confirmed")
            self.counts["unconfirmed"] += 1
        else:
            self.counts[{Outcome.TOUCHED: "touched", Outcome.OPEN: "not evaluated"}.get(outcome, "points")] += 1


def fuzz(claim: Claim, seed: int = 0, digits: int = 50, examples: int = 1000, deadline: float | None = None) -> Verdict:
    """SAMPLED, REFUTED with an exact witness, or UNKNOWN with why.

    `examples`: random points of a plain formula that meet the hypotheses, fewer where a point is dear; `deadline`: on the clock of
    time.monotonic. Figures: `points` where the claim was decided to hold, `touched` where its sides agree to the working precision of
    `digits` and more, `outside` where a hypothesis fails, `not evaluated`, `unconfirmed` apparent counterexamples, and
    `variables` = 0 where there is nothing to draw and the one instance is not decided.
    """
    deadline = time.monotonic() + 60 if deadline is None else deadline
    if claim.error is not None:
        return Verdict("ERROR", reason=f"{claim.place}: {claim.error}", seed=seed)
    try:
        plan = make_plan(claim)
        run = _Run(Court(plan, round(digits * BITS_PER_DIGIT) + 4), deadline)
        with until(deadline):
            _search(plan, run, seed, examples)
    except (Unsupported, NotDifferentiated) as error:
        return unknown(f"cannot evaluate: {error}", method="fuzz", seed=seed)
    except (CannotGenerate, Undecided) as error:
        return unknown(f"cannot generate: {error}", method="fuzz", seed=seed)
    return _verdict(plan, run, seed, digits)


def _search(plan: Plan, run: _Run, seed: int, examples: int) -> None:
    dear = max(cost(plan.conclusion), *(min(cost(node), MAX_HYPOTHESIS) for node in plan.tested), 1)
    dear *= 4 if any(parameter.running for parameter in plan.parameters) else 1
    try:
        if not plan.variables:
            run.check([Point([])])
            return
        run.check(islice(plan.systematic(Choice(seed, 3, "mixed", "normal", 1)), max(8 if dear > 300 else 16, 1600 // dear)))
        points = min(examples, max(6 if dear > 300 else 60, 8 * examples // dear))
        batch = max(1, min(BATCH, points // 6))
        _random(plan, run, seed, -(-points // batch), batch)
    except _Stop:
        pass


def _random(plan: Plan, run: _Run, seed: int, examples: int, batch: int) -> None:
    """The random part, driven by Hypothesis: no database, no deadline per example, every health check."""

    @seeded(seed)
    @settings(max_examples=examples, database=None, deadline=None, phases=[Phase.generate], verbosity=Verbosity.quiet, print_blob=False)
    @given(choices())
    def attack(choice: Choice) -> None:
        run.check(plan.batch(choice, RETRIES * batch), batch)

    if not run.late:
        attack()


def _verdict(plan: Plan, run: _Run, seed: int, digits: int) -> Verdict:
    figures: dict[str, Any] = {"points": 0, "touched": 0, **run.counts, "digits": digits}
    if run.late:
        figures["stopped early"] = True
    if run.found is not None:
        smallest = shrink(run.court, run.found, time.monotonic() + SHRINKING)
        witness = smallest.shown(plan.variables)
        return Verdict("REFUTED", method="fuzz", witness=witness, figures=figures, seed=seed, reason=run.court.basis)
    if run.court.doubts:
        return _doubtful(plan, run.court.doubts, figures, seed)
    if figures["points"] + figures["touched"] == 0:
        if not plan.variables and run.counts["not evaluated"]:
            reason = "nothing to draw: the statement has no variables, and evaluation cannot decide it"
            return unknown(reason, method="fuzz", figures={**figures, "variables": 0}, seed=seed)
        return unknown(_nothing(run), method="fuzz", figures=figures, seed=seed)
    return Verdict("SAMPLED", method="fuzz", figures=figures, seed=seed)


def _doubtful(plan: Plan, doubts: Sequence[Doubt], figures: dict[str, Any], seed: int) -> Verdict:
    """CONFLICT where two evaluators contradict each other, UNKNOWN where the second cannot tell whether the first is right."""
    worst = next((doubt for doubt in doubts if doubt.contradicted), doubts[0])
    place = ", ".join(f"{name} = {value}" for name, value in worst.point.shown(plan.variables).items()) or "every point"
    what = to_text(worst.proposition)
    if worst.contradicted:
        reason = f"two evaluators contradict each other: one finds a counterexample at {place}, the other the opposite about {what}"
        return Verdict("CONFLICT", method="fuzz", reason=reason, figures=figures, seed=seed)
    reason = f"an apparent counterexample at {place}, but a second evaluation does not confirm it: it cannot decide {what}"
    return unknown(reason, method="fuzz", figures=figures, seed=seed)


def _nothing(run: _Run) -> str:
    """Why no point counts."""
    counts = run.counts
    if run.late and not counts:
        return "the deadline passed before the first point"
    if counts["unconfirmed"]:
        return f"{counts['unconfirmed']} apparent counterexamples, none of which could be confirmed"
    if counts["not evaluated"]:
        return f"cannot decide the statement at any of {counts['not evaluated']} points: it asks for more than sampling can show"
    if counts["not generated"] >= counts["outside"]:
        return f"cannot generate a point: {counts['not generated']} tries, none inside the domains"
    return f"cannot generate a point that meets the hypotheses: {counts['outside']} tries, none inside"


def satisfiable(claim: Claim, seed: int = 0, deadline: float | None = None, *, sampled: bool = False) -> dict[str, str] | None:
    """A point at which every hypothesis of the claim is decided to hold, None if none was found.

    With `sampled` a universal hypothesis need only hold at every instance tried, and sides that agree to the working precision touch.
    """
    accepted = (Outcome.TRUE, Outcome.SAMPLED, Outcome.TOUCHED) if sampled else (Outcome.TRUE,)
    deadline = time.monotonic() + 10 if deadline is None else deadline
    try:
        plan = make_plan(claim)
        court = Court(plan, 174)
        for size, shape in ((3, "mixed"), (1, "uniform"), (4, "uniform"), (2, "near-uniform"), (8, "heavy-tailed")):
            choice = Choice(seed, size, shape, "normal", 1)
            for points in (plan.systematic(choice), plan.batch(choice, 100)):
                for point in points:
                    if time.monotonic() > deadline:
                        return None
                    if point is not None and court.admits(point, 174) in accepted:
                        return point.shown(plan.variables)
    except (Unsupported, NotDifferentiated, CannotGenerate, Undecided):
        return None
    return None
