"""Trials of changed claims: is there a point where the hypotheses hold and the conclusion fails, confirmed by the fuzzer's court?

The points come from the claim itself: first where it is touched and around there, then the notable points of its domains, then random
ones. All limits are counts, so that a trial ends the same way in every run; the deadline is for emergencies.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice

from quod.attack.arithmetic import Outcome, OutOfTime, Undecided, exact, fraction, until, working
from quod.attack.confirm import Court, shrink
from quod.attack.differentiation import NotDifferentiated
from quod.attack.evaluation import Unsupported
from quod.attack.families import Members
from quod.attack.logic import Judgement, compile_proposition, cost
from quod.attack.necessity import conditions
from quod.attack.planning import make_plan
from quod.attack.repair import Repair
from quod.attack.strategies import CannotGenerate, Choice, Plan, Point
from quod.lang import terms as t
from quod.lang.binding import unfold
from quod.lang.claim import Claim
from quod.lang.domains import Family, Real, Simplex

BITS = 174
STUCK = (Unsupported, NotDifferentiated, CannotGenerate, Undecided, RecursionError, t.TermError)
_STRIDE = 9
"""Of the notable points, which lie ever nearer to bounds and ever farther out, so many are passed over for each that is tried early."""
_CHOICES = (Choice(0, 3, "mixed", "normal", 1), Choice(1, 2, "near-uniform", "mixture", 2), Choice(2, 5, "heavy-tailed", "step", 1))


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is tried of one changed claim. points: judged; ticks: quantifiers judged at them; rounds: how often points are made.

    shrinking: seconds for making a witness simple.
    """

    points: int
    ticks: int
    rounds: int
    shrinking: float = 0.0


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of a changed claim. witness: a confirmed counterexample by name; touched: a point where its sides agree, as it stands.

    claim_fails: the claim itself fails at the witness too. undefined: at the witness the statement is not false, but not defined.
    contradicted: there the second reading says, rigorously, the opposite of the first. evaluated: there are no variables, and the
    statement is true. tried: points that met the hypotheses; reason: why there were no more.
    """

    witness: dict[str, str] | None = None
    touched: Point | None = None
    claim_fails: bool = False
    undefined: bool = False
    contradicted: bool = False
    evaluated: bool = False
    tried: int = 0
    reason: str = ""


class Arena:
    """A claim with the points where its hypotheses hold. Raises one of STUCK where it cannot be evaluated."""

    def __init__(self, claim: Claim, effort: Effort, seed: int, deadline: float) -> None:
        self.claim, self.effort, self.seed, self.deadline = claim, effort, seed, deadline
        self.plan = make_plan(claim)
        self.court = Court(self.plan, BITS)
        self._points = _Admitted(self.court, self._candidates(self.plan))

    def inside(self) -> Point | None:
        """A point where every hypothesis of the claim is decided to hold."""
        try:
            with until(self.deadline, self.effort.ticks):
                points = islice(self._points, self.effort.points)
                return next((point for point in points if self.court.admits(point, BITS) == Outcome.TRUE), None)
        except (*STUCK, OutOfTime):
            return None

    def trial(self, changed: Claim, dropped: int | None = None, *, hopeless: bool = False) -> Trial:
        """Looks for a counterexample to a changed claim, at a quarter of the points where it is `hopeless`.

        dropped: the number of the hypothesis that the changed claim lacks, if it lacks one.
        """
        tried = _Count()
        try:
            with until(self.deadline, self.effort.ticks):
                return self._search(changed, dropped, tried, 4 if hopeless else 1)
        except STUCK as reason:
            return Trial(tried=tried.points, reason=f"it cannot be evaluated: {reason}")
        except OutOfTime:
            return Trial(tried=tried.points, reason="it takes more evaluations than this attack allows")

    def _search(self, changed: Claim, dropped: int | None, tried: _Count, share: int) -> Trial:
        court, points = self._court(changed) if dropped is None else self._outside(changed, dropped)
        needed: list[Judgement] | None = None
        touched, outcome = None, Outcome.OPEN
        for point in islice(points, max(3, self._wanted(court.plan) // share)):
            tried.points += 1
            outcome = court.holds(point)
            if outcome == Outcome.FALSE and court.violated(point):
                return self._refuted(court, point, tried.points)
            if court.doubts and court.doubts[-1].contradicted:
                return Trial(point.shown(court.plan.variables), contradicted=True, tried=tried.points)
            if outcome == Outcome.TOUCHED and touched is None:
                touched = point
            if outcome == Outcome.OPEN and needed is None:
                needed = [compile_proposition(condition, court.plan.variables) for condition in conditions(changed)]
            undefined = outcome == Outcome.OPEN and any(_fails(condition, point) for condition in needed or ())
            if undefined and court.admits(point, BITS) == Outcome.TRUE:
                return Trial(point.shown(court.plan.variables), undefined=True, tried=tried.points)
        evaluated = not court.plan.variables and outcome == Outcome.TRUE
        reason = "" if tried.points else "no point was found that meets its hypotheses"
        return Trial(touched=touched, evaluated=evaluated, tried=tried.points, reason=reason)

    def _outside(self, changed: Claim, dropped: int) -> tuple[Court, Iterable[Point]]:
        """Who judges a claim that lacks a hypothesis, at points where that hypothesis fails."""
        plan = make_plan(changed)
        plan.anchors = self.plan.anchors
        court = Court(plan, BITS)
        lacking = compile_proposition(unfold(self.claim.hypotheses[dropped]), plan.variables)
        affine = [
            position
            for position, (before, after) in enumerate(zip(self.claim.parameters, changed.parameters, strict=True))
            if isinstance(before.domain, Simplex) and isinstance(after.domain, Family) and after.domain.target is Real
        ]
        candidates = (_summing_to_one(point, affine) for point in self._candidates(plan))
        return court, _Admitted(court, (p for p in candidates if p is None or _fails(lacking, p)))

    def _court(self, changed: Claim) -> tuple[Court, Iterable[Point]]:
        """Who judges a changed claim, at which points: those of the claim where only the conclusion differs."""
        if changed.hypotheses == self.claim.hypotheses and not isinstance(changed.conclusion, t.ForAll | t.Implies):
            court = copy.copy(self.court)
            conclusion = unfold(changed.conclusion)
            court.plan = copy.copy(self.plan)
            court.plan.claim, court.plan.conclusion = changed, conclusion
            court.doubts = []
            court.conclusion = compile_proposition(conclusion, court.plan.variables)
            if self.plan.variables == tuple(p.variable for p in self.claim.parameters):
                return court, self._points
        plan = make_plan(changed)
        plan.anchors = self.plan.anchors
        court = Court(plan, BITS)
        return court, _Admitted(court, self._candidates(plan), Repair(plan, self.claim.hypotheses))

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
        if plan is self.plan:
            yield from islice(plan.systematic(_CHOICES[1]), each, each * _STRIDE, _STRIDE)
        for turn in range(1, 1 + self.effort.rounds):
            for choice in _CHOICES:
                yield from plan.batch(Choice(self.seed + 7 * turn, choice.size, choice.shape, choice.kind, choice.dimension), each // 4)
            yield from islice(first, each)

    def _refuted(self, court: Court, point: Point, tried: int) -> Trial:
        if self.effort.shrinking:
            point = shrink(court, point, min(self.deadline, time.monotonic() + self.effort.shrinking))
        fails = court.plan.variables == self.plan.variables and self._fails(point)
        return Trial(point.shown(court.plan.variables), claim_fails=fails, tried=tried)

    def _fails(self, point: Point) -> bool:
        """Whether the claim itself fails at a point."""
        inside = self.court.admits(point, BITS) == Outcome.TRUE
        return inside and self.court.holds(point) == Outcome.FALSE and self.court.violated(point)


@dataclass(slots=True)
class _Count:
    points: int = 0


class _Admitted:
    """Those of the candidates at which the hypotheses hold, found once."""

    def __init__(self, court: Court, candidates: Iterator[Point | None], repair: Repair | None = None) -> None:
        self._court, self._candidates, self._repair = court, candidates, repair
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
            if point is None:
                continue
            if self._court.admits(point, BITS) not in (Outcome.FALSE, Outcome.OPEN):
                yield point
                continue
            mended = self._repair(point) if self._repair is not None else None
            if mended is not None and self._court.admits(mended, BITS) not in (Outcome.FALSE, Outcome.OPEN):
                yield mended


def _fails(proposition: Judgement, point: Point) -> bool:
    """Whether a proposition is decided to be false at a point."""
    try:
        with working(BITS):
            return proposition(*point.values) == Outcome.FALSE
    except (Undecided, RecursionError):
        return False


def _summing_to_one(point: Point | None, positions: Sequence[int]) -> Point | None:
    """The point with the last member of the families at these positions such that they sum to 1."""
    for position in positions if point is not None else ():
        family = point.values[position] if point is not None else None
        items = [fraction(item) for item in family.items] if isinstance(family, Members) else []
        if point is not None and isinstance(family, Members) and items and None not in items:
            rest = 1 - sum(item for item in items[:-1] if item is not None)
            point.values[position] = Members((*family.items[:-1], exact(Fraction(rest))), family.outside)
    return point
