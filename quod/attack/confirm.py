"""From an apparent counterexample to a witness: confirmed at rising precision, then made small.

A violation found in balls is rigorous already if the evaluation is right. To count it is found again at four times the precision, with
every hypothesis, and by the second reading, which shares no evaluator with the first. Only where no second reading takes a proposition does
a witness rest on one evaluator, then at two precisions, and its verdict says so.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from quod.attack.arithmetic import Outcome, OutOfTime, Undecided, exact, fraction, until, working
from quod.attack.families import Lazy, Members
from quod.attack.logic import Judgement, all_of, compile_proposition, cost
from quod.attack.quadratic_forms import decided
from quod.attack.second_reading import SecondReading, Truth
from quod.attack.strategies import Plan, Point
from quod.lang import terms as t
from quod.lang.text import to_text

MAX_SHRINKS = 600


class Court:
    """Judges points of one plan: the hypotheses and the conclusion, at a precision that rises while nothing is decided."""

    def __init__(self, plan: Plan, bits: int) -> None:
        self.plan, self.bits = plan, bits
        self.hypotheses = [decided(h, plan.variables, compile_proposition(h, plan.variables)) for h in plan.tested]
        self.factors = (3, 12) if cost(plan.conclusion) < 200 else (3,)
        self.own: list[Judgement] | None = None
        self.readings: dict[t.Node, SecondReading] = {}
        self.doubts: list[Doubt] = []
        self.basis = ""
        self.conclusion = compile_proposition(plan.conclusion, plan.variables)

    def admits(self, point: Point, bits: int) -> Outcome:
        """The outcome of the tested hypotheses."""
        with working(bits):
            return self._all(self.hypotheses, point)

    def _all(self, judgements: Sequence[Judgement], point: Point) -> Outcome:
        try:
            return all_of(judgement(*point.values) for judgement in judgements)
        except (Undecided, RecursionError):
            return Outcome.OPEN

    def holds(self, point: Point) -> Outcome:
        """The outcome of the conclusion, at the working precision and, while undecided, at 3 (where it touches: 12) times that."""
        with working(self.bits):
            outcome = self._all([self.conclusion], point)
        for factor in self.factors:
            if outcome != Outcome.TOUCHED and (outcome != Outcome.OPEN or factor > 3):
                break
            with working(factor * self.bits):
                outcome = self._all([self.conclusion], point)
        return outcome

    def violated(self, point: Point) -> bool:
        """True if every hypothesis holds and the conclusion fails at 4 times the working precision, and the second reading says so too."""
        if self.own is None:
            self.own = [compile_proposition(h, self.plan.variables) for h in self.plan.constructed if _finite(h)]
        for bits in (4 * self.bits, 16 * self.bits):
            outcome = self._fails(point, bits)
            if outcome == Outcome.TRUE:
                return False
            if outcome == Outcome.FALSE:
                return self._second_opinion(point, bits)
        return False

    def _fails(self, point: Point, bits: int) -> Outcome:
        """FALSE if the hypotheses hold and the conclusion does not; TRUE if the point is no counterexample; OPEN if that is not decided."""
        with working(bits):
            own = self._all(self.own or (), point)
            if self._all(self.hypotheses, point) != Outcome.TRUE or own == Outcome.FALSE or not self._consistent(point):
                return Outcome.TRUE
            outcome = self._all([self.conclusion], point)
            return Outcome.FALSE if outcome == Outcome.FALSE else Outcome.OPEN

    def _consistent(self, point: Point) -> bool:
        """The literal members that hypotheses speak of can be computed, so no two of the rules contradict each other."""
        try:
            for parameter, value in zip(self.plan.parameters, point.values, strict=True):
                for place in parameter.running.literal_places() if parameter.running else ():
                    value(place)
        except (Undecided, RecursionError):
            return False
        return True

    def _second_opinion(self, point: Point, bits: int) -> bool:
        """Whether the second reading confirms a counterexample; `basis` then says on what it rests, else `doubts` say why it does not."""
        wanted = [(self.plan.conclusion, Truth.FALSE), *((h, Truth.TRUE) for h in (*self.plan.tested, *self.plan.constructed))]
        readers: set[str] = set()
        alone: list[t.Node] = []
        for proposition, expected in wanted:
            if proposition not in self.readings:
                self.readings[proposition] = SecondReading(proposition, self.plan.variables)
            reading = self.readings[proposition]
            said = reading.judge(point.values, bits)
            excused = proposition in self.plan.constructed or (expected == Truth.TRUE and not _finite(proposition))
            if said == Truth.UNREAD or (said == Truth.OPEN and excused):  # quadrature cannot tell that an integral is exactly something
                alone.append(proposition)
            elif said != expected:
                self.doubts.append(Doubt(proposition, point, said != Truth.OPEN and "mpmath" not in reading.readers))
                return False
            readers |= reading.readers
        needed = [node for node in alone if node not in self.plan.constructed]
        if needed and self._fails(point, 16 * self.bits if bits < 16 * self.bits else 32 * self.bits) != Outcome.FALSE:
            return False
        self.basis = _basis(readers, needed)
        return True


@dataclass(frozen=True, slots=True)
class Doubt:
    """An apparent counterexample that the second reading does not confirm; `contradicted`: it rigorously says the opposite of the first."""

    proposition: t.Node
    point: Point
    contradicted: bool


def _basis(readers: set[str], alone: Sequence[t.Node]) -> str:
    """On what a counterexample rests."""
    second = f"confirmed by a second evaluation ({', '.join(sorted(readers))})"
    if not alone:
        return second
    only = f"one evaluator at two precisions: nothing else decides {'; '.join(map(to_text, alone))}"[:300]
    return f"{second}, but for part of it by {only}" if readers else f"confirmed by {only}"


def _finite(hypothesis: t.Node) -> bool:
    """Worth re-checking at a witness: a hypothesis without integrals."""
    stack: list[t.Node] = [hypothesis]
    while stack:
        node = stack.pop()
        if isinstance(node, t.Integral | t.Integrable | t.Gradient | t.AlmostEverywhere):
            return False
        stack.extend(node.children)
    return True


def shrink(court: Court, point: Point, deadline: float) -> Point:
    """A point that still violates the claim with numbers as simple as could be found: small sizes, small denominators."""
    best, tries, progress = point, 0, True
    while progress and tries < MAX_SHRINKS and time.monotonic() < deadline:
        progress = False
        for candidate in _simpler(court.plan, best):
            tries += 1
            if tries > MAX_SHRINKS or time.monotonic() > deadline:
                break
            try:
                with until(deadline):
                    simpler = court.violated(candidate)
            except OutOfTime:
                return best
            if simpler:
                best, progress = candidate, True
                break
    return best


def _simpler(plan: Plan, point: Point) -> Iterator[Point]:
    """Points with one value replaced by a simpler one, the boldest replacements first."""
    for position, value in enumerate(point.values):
        known = fraction(value)
        if known is not None and plan.parameters[position].is_size:
            for size in range(int(known)):
                yield replaced(plan, point, {position: size, **_resized(point, int(known), size)})
        elif known is not None:
            for number in _simpler_numbers(known):
                yield replaced(plan, point, {position: exact(number)})
        elif isinstance(value, Members):
            for items in _simpler_items(value.items):
                yield replaced(plan, point, {position: Members(items, value.outside)})
        elif isinstance(value, tuple):
            for items in _simpler_items(value, fixed=True):
                yield replaced(plan, point, {position: items})
        elif isinstance(value, Lazy):
            for i, member in sorted(value.drawn.items()):
                known = fraction(member)
                for number in _simpler_numbers(known) if known is not None else ():
                    yield replaced(plan, point, {position: (i, exact(number))})


def _resized(point: Point, before: int, size: int) -> dict[int, Members]:
    """The families with `before` members cut to `size`; those that summed to 1 do so again."""
    found: dict[int, Members] = {}
    for position, value in enumerate(point.values):
        known = [fraction(item) for item in value.items] if isinstance(value, Members) and len(value.items) == before else [None]
        if any(item is None for item in known):
            continue
        kept = [item for item in known[:size] if item is not None]
        if sum(item for item in known if item is not None) == 1 and kept:
            kept = [item / sum(kept) for item in kept] if any(kept) else [Fraction(1, size)] * size
        found[position] = Members([exact(item) for item in kept], value.outside)
    return found


def _cost(x: Fraction) -> tuple[int, int, int]:
    return len(str(x.denominator)) + len(str(abs(x.numerator))), x.denominator + abs(x.numerator), int(x < 0)


def _simpler_numbers(x: Fraction) -> Iterator[Fraction]:
    tried = {x}
    candidates = [Fraction(n) for n in (0, 1, -1, 2, -2, 3)] + [Fraction(1, 2), Fraction(-1, 2)]
    candidates += [x.limit_denominator(10**k) for k in (0, 1, 2, 3, 4, 6, 9, 12, 20, 30)]
    candidates += [simplest(x - abs(x) / 10**k, x + abs(x) / 10**k) for k in (0, 1, 2, 3, 6, 10)] if x else []
    candidates += [Fraction(x.numerator // 2, 1), x - 1, x + 1] if x.denominator == 1 else []
    candidates += [_power_of_ten(x)] if x else []
    for candidate in candidates:
        if candidate not in tried and _cost(candidate) < _cost(x):
            tried.add(candidate)
            yield candidate


def _power_of_ten(x: Fraction) -> Fraction:
    size = len(str(abs(x.numerator))) - len(str(x.denominator))
    return (1 if x > 0 else -1) * Fraction(10) ** size


def simplest(low: Fraction, high: Fraction) -> Fraction:
    """The rational with the least denominator in [low, high] (Stern–Brocot descent)."""
    if low <= 0 <= high:
        return Fraction(0)
    if high < 0:
        return -simplest(-high, -low)
    whole = low.numerator // low.denominator
    if low == whole:
        return low
    if whole + 1 <= high:
        return Fraction(whole + 1)
    return whole + 1 / simplest(1 / (high - whole), 1 / (low - whole))


def _simpler_items(items: tuple[Any, ...], fixed: bool = False) -> Iterator[tuple[Any, ...]]:
    known = [x for x in map(fraction, items) if x is not None]
    if len(known) < len(items) or not items:
        return
    total = sum(known, Fraction(0))
    if total == 1 and not fixed:
        n = len(items)
        yield (exact(Fraction(1, n)),) * n
        for k in (2, 10, 100):
            rounded = [Fraction(round(item * k), k) for item in known]
            if sum(rounded) == 1 and max(map(_cost, rounded)) < max(map(_cost, known)):
                yield tuple(exact(item) for item in rounded)
        return
    for position, item in enumerate(known):
        for number in _simpler_numbers(item):
            yield (*items[:position], exact(number), *items[position + 1 :])


def replaced(plan: Plan, point: Point, changes: dict[int, Any]) -> Point:
    """A copy of the point with other values; sequences are run anew over the copy. A pair changes one free member of a sequence."""
    made = Point([])
    for position, value in enumerate(point.values):
        change = changes.get(position, value)
        if isinstance(value, Lazy):
            copy = value.rebound(made.values)
            if isinstance(change, tuple):
                copy.drawn[change[0]] = change[1]
            change = copy
        made.values.append(change)
    return made
