"""Rational numbers worth trying in an interval: simple ones, powers of two and ten, the neighbourhoods of bounds and touching points."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

SIMPLE = tuple(Fraction(p, q) for q in (1, 2, 3, 4, 5, 7, 10) for p in range(1, 2 * q + 4))
"""Positive rationals with small numerator and denominator."""
BINARY = (3, 4, 5, 6, 7, 8, 10, 16, 24, 31, 32, 52, 53, 63, 64, 100, 128, 149, 200, 1022, 1074)
DECIMAL = (1, 2, 3, 4, 5, 6, 8, 9, 10, 12, 15, 16, 18, 20, 25, 30, 40, 50, 80, 100, 200, 308)
NEAR = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 20, 22, 25, 30, 40, 60)
"""Exponents k of the distances 10⁻ᵏ at which bounds and touching points are approached."""


@dataclass(frozen=True, slots=True)
class Range:
    """An interval of rationals, or of integers; a bound that is None is infinite, one in `open_*` is left out."""

    lower: Fraction | None = None
    upper: Fraction | None = None
    open_lower: bool = False
    open_upper: bool = False
    integer: bool = False

    def contains(self, x: Fraction) -> bool:
        """True if x is in the interval (and an integer, where only integers are)."""
        if self.integer and x.denominator != 1:
            return False
        above = self.lower is None or x > self.lower or (x == self.lower and not self.open_lower)
        below = self.upper is None or x < self.upper or (x == self.upper and not self.open_upper)
        return above and below

    def above(self, bound: Fraction, strict: bool) -> Range:
        """The part with x ≥ bound, or x > bound."""
        if self.lower is not None and (self.lower > bound or (self.lower == bound and (self.open_lower or not strict))):
            return self
        return Range(bound, self.upper, strict, self.open_upper, self.integer)

    def below(self, bound: Fraction, strict: bool) -> Range:
        """The part with x ≤ bound, or x < bound."""
        if self.upper is not None and (self.upper < bound or (self.upper == bound and (self.open_upper or not strict))):
            return self
        return Range(self.lower, bound, self.open_lower, strict, self.integer)

    @property
    def ends(self) -> tuple[Fraction, ...]:
        """The finite bounds."""
        return tuple(end for end in (self.lower, self.upper) if end is not None)

    def empty(self) -> bool:
        """True if nothing lies in it."""
        if self.lower is None or self.upper is None:
            return False
        if self.integer:
            return next(iter(_integers(self)), None) is None
        return self.lower > self.upper or (self.lower == self.upper and (self.open_lower or self.open_upper))


def _integers(part: Range) -> Iterator[Fraction]:
    """The integers of a range with a finite lower bound, upwards."""
    if part.lower is not None:
        n = -((-part.lower.numerator) // part.lower.denominator)
        n += part.open_lower and n == part.lower
        while part.contains(Fraction(n)):
            yield Fraction(n)
            n += 1


def _both(values: Iterable[Fraction]) -> Iterator[Fraction]:
    for value in values:
        yield value
        yield -value


def _candidates(part: Range, anchors: tuple[Fraction, ...]) -> Iterator[Fraction]:
    yield from anchors
    yield from part.ends
    yield Fraction(0)
    yield from _both(SIMPLE)
    near = [*anchors, *part.ends, Fraction(0)]
    for k in NEAR:
        for anchor in near:
            yield anchor + Fraction(1, 10**k)
            yield anchor - Fraction(1, 10**k)
    if part.lower is not None and part.upper is not None:
        width = part.upper - part.lower
        for step in SIMPLE:
            yield part.lower + width * step
            yield part.upper - width * step
    for anchor in near:
        yield from (anchor + offset for offset in _both(SIMPLE))
    for k in BINARY:
        yield from _both((Fraction(2) ** k, Fraction(2) ** -k))
    for k in DECIMAL:
        yield from _both((Fraction(10) ** k, Fraction(10) ** -k))


def _integer_candidates(part: Range, anchors: tuple[Fraction, ...]) -> Iterator[Fraction]:
    near = [*anchors, *part.ends, Fraction(0)]
    for offset in range(13):
        for anchor in near:
            floor = Fraction(anchor.numerator // anchor.denominator)
            yield floor + offset
            yield floor - offset
    for k in range(4, 65, 4):
        for power in (2**k, 10 ** (k // 4)):
            yield from _both(Fraction(power + offset) for offset in (-1, 0, 1))


@lru_cache(512)
def special(part: Range, anchors: tuple[Fraction, ...] = ()) -> tuple[Fraction, ...]:
    """The notable points of the range, each once, the telling ones first; `anchors` are points whose surroundings matter."""
    source = _integer_candidates if part.integer else _candidates
    return tuple(dict.fromkeys(x for x in source(part, anchors) if part.contains(x)))


def _anywhere(rng: random.Random, part: Range, anchors: tuple[Fraction, ...]) -> Fraction:
    """One random rational, mostly but not always inside the range."""
    style = rng.randrange(4)
    if style == 0 and part.lower is not None and part.upper is not None:
        return part.lower + (part.upper - part.lower) * Fraction(rng.randrange(1, 2**24), 2**24)
    if style == 1:
        return Fraction(rng.randrange(-200, 201), rng.randrange(1, 41))
    if style == 2:
        around = rng.choice((Fraction(0), *part.ends, *anchors))
        return around + rng.choice((-1, 1)) * Fraction(rng.randrange(1, 1000)) * Fraction(10) ** rng.randrange(-24, 5)
    return rng.choice((-1, 1)) * Fraction(rng.randrange(1, 10**6), 10**6) * Fraction(10) ** rng.choice((0, 1, 1, 2, 2, 3, 6, 12))


def draw(rng: random.Random, part: Range, anchors: tuple[Fraction, ...], notable: tuple[Fraction, ...]) -> Fraction | None:
    """A random member: one in four is notable; None if none was met."""
    if notable and rng.random() < 0.25:
        return rng.choice(notable)
    for _ in range(12):
        x = _anywhere(rng, part, anchors)
        x = Fraction(x.numerator // x.denominator) if part.integer else x
        if part.contains(x):
            return x
    return _inside(rng, part) or (rng.choice(notable) if notable else None)


def nearby(rng: random.Random, part: Range, anchors: tuple[Fraction, ...]) -> Fraction | None:
    """A random member that is an anchor, a bound or 0, or lies at a simple distance or at 10⁻ᵏ of one; None if none was met. Cheap."""
    bases = (*anchors, *part.ends, Fraction(0))
    for _ in range(8):
        base, style = rng.choice(bases), rng.randrange(4)
        distance = Fraction(0) if style == 0 else rng.choice(SIMPLE) if style < 3 or part.integer else Fraction(1, 10 ** rng.choice(NEAR))
        x = base + distance if rng.random() < 0.5 else base - distance
        x = Fraction(x.numerator // x.denominator) if part.integer else x
        if part.contains(x):
            return x
    return _inside(rng, part)


def _inside(rng: random.Random, part: Range) -> Fraction | None:
    """A member of a narrow or far-off range, measured from its own bounds."""
    share = Fraction(rng.randrange(1, 2**20), 2**20)
    if part.lower is not None and part.upper is not None:
        x = part.lower + (part.upper - part.lower) * share
    elif part.lower is not None:
        x = part.lower + share * 10 ** rng.randrange(4)
    elif part.upper is not None:
        x = part.upper - share * 10 ** rng.randrange(4)
    else:
        return share
    if part.integer:
        x = Fraction(round(x))
    return x if part.contains(x) else None
