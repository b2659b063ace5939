"""Trials of changed claims: is there a point where the hypotheses hold and the conclusion fails, confirmed by the fuzzer's court?

The points come from the claim itself: first where it is touched and around there, then the notable points of its domains, then random
ones. All limits are counts, so that a trial ends the same way in every run; the deadline is for emergencies.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from quod.attack.arithmetic import Outcome, OutOfTime, Undecided, until
from quod.attack.confirm import Court, shrink
from quod.attack.differentiation import NotDifferentiated
from quod.attack.evaluation import Unsupported
from quod.attack.logic import compile_proposition, cost
from quod.attack.planning import make_plan
from quod.attack.strategies import CannotGenerate, Choice, Plan, Point
from quod.lang import terms as t
from quod.lang.binding import unfold
from quod.lang.claim import Claim

BITS = 174
STUCK = (Unsupported, NotDifferentiated, CannotGenerate, Undecided, RecursionError, t.TermError)
_CHOICES = (Choice(0, 3, "mixed", "normal", 1), Choice(1, 2, "near-uniform", "mixture", 2), Choice(2, 5, "heavy-tailed", "step", 1))


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is tried of one changed claim: points, and quantifiers judged at them. shrinking: seconds for making a witness simple."""

    points: int
    ticks: int
    shrinking: float = 0.0


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of a changed claim. witness: a confirmed counterexample by name; touched: a point where its sides agree, as it stands.

    claim_fails: the claim itself fails at the witness too. tried: points that met the hypotheses; reason: why there were no more.
    """

    witness: dict[str, str] | None = None
    touched: Point | None = None
    claim_fails: bool = False
    tried: int = 0
    reason: str = ""


class Arena:
    """A claim with the points where its hypotheses hold. Raises one of STUCK where it cannot be evaluated."""

    def __init__(self, claim: Claim, effort: Effort, seed: int, deadline: float) -> None:
        self.claim, self.effort, self.seed, self.deadline = claim, effort, seed, deadline
        self.plan = make_plan(claim)
        self.court = Court(self.plan, BITS)
        self._points = _Admitted(self.court, self._candidates(self.plan))

    def trial(self, changed: Claim) -> Trial:
        """Looks for a counterexample to a changed claim."""
        tried = _Count()
        try:
            with until(self.deadline, self.effort.ticks):
                return self._search(changed, tried)
        except STUCK as reason:
            return Trial(tried=tried.points, reason=f"it cannot be evaluated: {reason}")
        except OutOfTime:
            return Trial(tried=tried.points, reason="it takes more evaluations than this attack allows")

    def _search(self, changed: Claim, tried: _Count) -> Trial:
        court, points = self._court(changed)
        touched = None
        for point in islice(points, self._wanted(court.plan)):
            tried.points += 1
            outcome = court.holds(point)
            if outcome == Outcome.FALSE and court.violated(point):
                return self._refuted(court, point, tried.points)
            if outcome == Outcome.TOUCHED and touched is None:
                touched = point
        return Trial(touched=touched, tried=tried.points, reason="" if tried.points else "no point was found that meets its hypotheses")

    def _court(self, changed: Claim) -> tuple[Court, Iterable[Point]]:
        """Who judges a changed claim, at which points: those of the claim where only the conclusion differs."""
        if changed.hypotheses == self.claim.hypotheses and not isinstance(changed.conclusion, t.ForAll | t.Implies):
            court = copy.copy(self.court)
            conclusion = unfold(changed.conclusion)
            court.plan = copy.copy(self.plan)
            court.plan.claim, court.plan.conclusion = changed, conclusion
            court.conclusion = compile_proposition(conclusion, court.plan.variables)
            if self.plan.variables == tuple(p.variable for p in self.claim.parameters):
                return court, self._points
        plan = make_plan(changed)
        plan.anchors = self.plan.anchors
        court = Court(plan, BITS)
        return court, _Admitted(court, self._candidates(plan))

    def _wanted(self, plan: Plan) -> int:
        """How many points are judged: fewer where one is dear."""
        dear = cost(plan.conclusion)
        return self.effort.points if dear < 64 else max(3, self.effort.points // (2 if dear < 300 else 6))

    def _candidates(self, plan: Plan) -> Iterator[Point | None]:
        """Points in the order in which they are tried."""
        if not plan.variables:
            yield Point([])
            return
        each = max(4, self.effort.points // 2)
        first = plan.systematic(_CHOICES[0])
        yield from islice(first, each)
        for turn in range(1, 12):
            for choice in _CHOICES:
                yield from plan.batch(Choice(self.seed + 7 * turn, choice.size, choice.shape, choice.kind, choice.dimension), each // 4)
            yield from islice(first, each)

    def _refuted(self, court: Court, point: Point, tried: int) -> Trial:
        if self.effort.shrinking:
            point = shrink(court, point, min(self.deadline, time.monotonic() + self.effort.shrinking))
        return Trial(point.shown(court.plan.variables), None, court.plan.variables == self.plan.variables and self._fails(point), tried)

    def _fails(self, point: Point) -> bool:
        """Whether the claim itself fails at a point."""
        inside = self.court.admits(point, BITS) == Outcome.TRUE
        return inside and self.court.holds(point) == Outcome.FALSE and self.court.violated(point)


@dataclass(slots=True)
class _Count:
    points: int = 0


class _Admitted:
    """Those of the candidates at which the hypotheses hold, found once."""

    def __init__(self, court: Court, candidates: Iterator[Point | None]) -> None:
        self._court, self._candidates = court, candidates
        self._found: list[Point] = []

    def __iter__(self) -> Iterator[Point]:
        position = 0
        while True:
            if position == len(self._found):
                new = next(self._more(), None)
                if new is None:
                    return
                self._found.append(new)
            yield self._found[position]
            position += 1

    def _more(self) -> Iterator[Point]:
        for point in self._candidates:
            if point is not None and self._court.admits(point, BITS) not in (Outcome.FALSE, Outcome.OPEN):
                yield point
