"""A bound along one real variable: where its slack is small, by evaluation in balls at many points and a search between the best."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

from flint import arb

from quod.attack.arithmetic import Outcome, Undecided, exact, finite, working
from quod.attack.evaluation import compile_terms
from quod.attack.guards import near
from quod.attack.inequalities import Inequality
from quod.attack.intervals import interval
from quod.attack.logic import Judgement, all_of, compile_proposition
from quod.attack.scalars import Range
from quod.lang import terms as t
from quod.lang.binding import substitute
from quod.provers import clock

BITS, FINE_BITS = 128, 800
STEPS = 60
"""Steps of the search between the points of the grid, each of which cuts the interval by the golden ratio."""
NEAR_BY = 8
"""Periodic functions are at their best in many places; one near 0 has the simplest form."""
SMALLEST, LARGEST = -40, 40
"""The grid reaches from 2^SMALLEST to 2^LARGEST away from the ends and from 0."""


@dataclass(frozen=True)
class Line:
    """The bound for all values of `variable` that meet the `hypotheses`; nothing else is free in it. `fixed`: what was put for the rest."""

    variable: t.Variable
    hypotheses: tuple[t.Node, ...]
    bound: Inequality
    fixed: Mapping[t.Variable, t.Node] = field(default_factory=dict)

    @cached_property
    def part(self) -> Range:
        """The interval that the hypotheses speak of; irrational ends to about 100 bits."""
        with working(BITS):
            return interval(self.variable, self.hypotheses)

    @cached_property
    def plain(self) -> bool:
        """Whether the hypotheses say no more than that the variable lies in `part`."""
        return all(isinstance(h, t.Compare) and h.relation != "=" and self._is_end(h.left, h.right) for h in self.hypotheses)

    def _is_end(self, left: t.Node, right: t.Node) -> bool:
        return (left is self.variable and isinstance(right, t.Number)) or (right is self.variable and isinstance(left, t.Number))

    @cached_property
    def _sides(self) -> Callable[..., tuple[Any, ...]]:
        return compile_terms((self.bound.lower, self.bound.upper), (self.variable,))

    @cached_property
    def _guards(self) -> list[Judgement]:
        return [compile_proposition(hypothesis, (self.variable,)) for hypothesis in self.hypotheses]

    def inside(self, x: Any, bits: int = BITS) -> bool:
        """Whether every hypothesis is decided to hold at x."""
        with working(bits):
            try:
                return all_of(guard(x) for guard in self._guards) == Outcome.TRUE
            except Undecided:
                return False

    def sides(self, x: Any, bits: int = BITS) -> tuple[arb, arb] | None:
        """Balls around both sides, None where one is not known to be defined."""
        with working(bits):
            try:
                lower, upper = (arb(side) for side in self._sides(x))
            except Undecided:
                return None
        return (lower, upper) if finite(lower) and finite(upper) else None

    def slack(self, x: Any, bits: int = BITS) -> arb | None:
        """upper − lower at x."""
        found = self.sides(x, bits)
        if found is None:
            return None
        with working(bits):
            return found[1] - found[0]

    def at(self, point: t.Node) -> tuple[list[t.Node], t.Compare]:
        """(hypotheses, equality of the sides) with the closed term for the variable."""
        values = {self.variable: point}
        sides = substitute(self.bound.lower, values), substitute(self.bound.upper, values)
        return [substitute(hypothesis, values) for hypothesis in self.hypotheses], t.Compare("=", *sides)


@dataclass(frozen=True, slots=True)
class Place:
    """A point with its slack: `least` encloses it; `edge` is "" in the interior, else the end of the domain that it is next to:
    "∞", "−∞", "left" or "right"."""

    x: Fraction
    least: arb
    edge: str


def survey(line: Line, stop: float) -> list[Place]:
    """The places of small slack, the smallest first: the lowest minimum, the lowest near 0, and the outermost point at each open end."""
    known: list[tuple[Fraction, arb]] = []
    for x in sorted(set(_grid(line.part))):
        if clock.now() > stop:
            break
        value = line.slack(exact(x)) if line.part.contains(x) and (line.plain or line.inside(exact(x))) else None
        if value is not None:
            known.append((x, value))
    if not known:
        return []
    places = [Place(x, value, edge) for x, value, edge in _edges(line.part, known)]
    near = [i for i, (x, _) in enumerate(known) if abs(x) <= NEAR_BY]
    for some in (near, range(len(known))) if near else (range(len(known)),):
        best = min(some, key=lambda i: (float(known[i][1].upper()), abs(known[i][0])))
        low, high = known[max(best - 1, 0)][0], known[min(best + 1, len(known) - 1)][0]
        places.append(_refined(line, low, high, known[best], stop))
    each = {(place.x, place.edge): place for place in places}
    return sorted(each.values(), key=lambda place: (float(place.least.upper()), place.edge != "", abs(place.x)))


def _edges(part: Range, known: list[tuple[Fraction, arb]]) -> Iterator[tuple[Fraction, arb, str]]:
    first, last = known[0], known[-1]
    if part.lower is None or first[0] != part.lower:
        yield (*first, "−∞" if part.lower is None else "left")
    if part.upper is None or last[0] != part.upper:
        yield (*last, "∞" if part.upper is None else "right")


def _grid(part: Range) -> Iterator[Fraction]:
    yield Fraction(0)
    powers = [Fraction(2) ** k for k in range(SMALLEST, LARGEST + 1)]
    powers += [Fraction(3, 2) * Fraction(2) ** k for k in range(-3, 6)]
    lower, upper = part.lower, part.upper
    if lower is not None and upper is not None:
        width = upper - lower
        yield from (lower + width * Fraction(k, 24) for k in range(25))
        yield from (end + sign * width * p for end, sign in ((lower, 1), (upper, -1)) for p in powers[: -SMALLEST - 4 : 3])
    else:
        for end in part.ends:
            yield end
            yield from (end + p if lower is not None else end - p for p in powers)
        if lower is None and upper is None:
            yield from (sign * p for p in powers[::2] for sign in (1, -1))
            yield from (Fraction(k, 4) for k in range(-4 * NEAR_BY, 4 * NEAR_BY + 1))


def _refined(line: Line, low: Fraction, high: Fraction, middle: tuple[Fraction, arb], stop: float) -> Place:
    """Golden-section search (Kiefer, 1953) for the least slack between two points."""
    x, value = middle
    shorter = Fraction(381966, 1000000)
    for _ in range(STEPS):
        if high - low <= Fraction(1, 2**70) * max(abs(x), Fraction(1, 2**30)) or clock.now() > stop:
            break
        left = high - x < x - low
        other = _rounded(x - (x - low) * shorter if left else x + (high - x) * shorter)
        tried = line.slack(exact(other)) if low < other < high and other != x else None
        if tried is None:
            break
        if tried.mid() < value.mid():
            low, high = (low, x) if left else (x, high)
            x, value = other, tried
        elif left:
            low = other
        else:
            high = other
    return Place(x, value, "")


def _rounded(x: Fraction) -> Fraction:
    size = max(0, 90 - (abs(x.numerator).bit_length() - x.denominator.bit_length()))
    return Fraction(round(x * 2**size), 2**size)


def decreasing(line: Line, edge: str) -> list[tuple[Fraction, arb]]:
    """The slack at points that approach an edge of the domain, the farthest last."""
    found = []
    for k in range(2, LARGEST + 1, 2):
        x = toward(line.part, edge, Fraction(2) ** k)
        value = line.slack(exact(x), FINE_BITS)
        if value is not None:
            found.append((x, value))
    return found


def toward(part: Range, edge: str, far: Fraction) -> Fraction:
    """The point at distance 1/far from a finite end, or at ±far."""
    if edge in ("∞", "−∞"):
        return far if edge == "∞" else -far
    end = part.lower if edge == "left" else part.upper
    return (end or Fraction(0)) + (1 if edge == "left" else -1) / far


def value_at(node: t.Node, bits: int = FINE_BITS) -> Any:
    """The number that a closed term is, NaN where it is not known."""
    with working(bits):
        return compile_terms((node,), ())()[0]


def middle(value: arb) -> Fraction | None:
    """The midpoint as a rational."""
    return near(value)
