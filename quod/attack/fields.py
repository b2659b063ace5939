"""Sampled vectors of ℚᵈ, and smooth functions on it with their gradients: quadratics, and in one dimension piecewise quadratics."""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from quod.attack.arithmetic import Undecided, exact, fraction, inverse
from quod.attack.families import shown

HALF = inverse(2)


def vector(rng: random.Random, dimension: int) -> tuple[Any, ...]:
    """A vector of small or far-off rational coordinates."""
    size = Fraction(10) ** rng.choice((-3, -1, 0, 0, 0, 1, 2))
    return tuple(exact(size * Fraction(rng.randrange(-12, 13), rng.randrange(1, 5))) for _ in range(dimension))


class Quadratic:
    """F(x) = ½⟨x − z, H(x − z)⟩ + m with a symmetric rational H."""

    def __init__(self, hessian: Sequence[Sequence[Any]], centre: Sequence[Any], level: Any, convex: bool) -> None:
        self.hessian, self.centre, self.level = hessian, tuple(centre), level
        self.gradient = Gradient(self)
        self.lowest = level if convex else None
        self.lowest_at = self.centre

    def __call__(self, x: Any) -> Any:
        away = _minus(x, self.centre)
        return sum((a * g for a, g in zip(away, self.slope(x), strict=True)), 0) * exact(Fraction(1, 2)) + self.level

    def slope(self, x: Any) -> tuple[Any, ...]:
        """∇F(x)."""
        away = _minus(x, self.centre)
        return tuple(sum((h * a for h, a in zip(row, away, strict=True)), 0) for row in self.hessian)

    def __str__(self) -> str:
        rows = "; ".join(", ".join(shown(h) for h in row) for row in self.hessian)
        return f"x ↦ ½⟨x − z, H(x − z)⟩ + {shown(self.level)} with H = [{rows}], z = {shown(self.centre)}"


class Piecewise:
    """F on ℚ¹ with F(0) = `level`, F′(0) = `start` and the curvature `bends[i]` between the i-th and the next of the sorted `breaks`."""

    def __init__(self, breaks: Sequence[Fraction], bends: Sequence[Fraction], start: Fraction, level: Fraction) -> None:
        self.breaks, self.bends, self.start, self.level = tuple(breaks), tuple(bends), start, level
        self._stops, self._curvatures = [exact(b) for b in self.breaks], [exact(b) for b in self.bends]
        self.gradient = Gradient(self)
        self.lowest_at: tuple[Any, ...] = (0,)
        self.lowest = self._lowest()

    def _walk(self, x: Any) -> tuple[Any, Any]:
        """(F(x), F′(x)), walking from 0 over the breaks."""
        value, slope, here = exact(self.level), exact(self.start), 0
        low, high = min(here, x), max(here, x)
        for stop in [*sorted((b for b in self._stops if low < b < high), reverse=bool(x < 0)), x]:
            bend = self._curvatures[sum(b <= min(here, stop) for b in self._stops)]
            step = stop - here
            value, slope, here = value + step * (slope + bend * step * HALF), slope + bend * step, stop
        return value, slope

    def __call__(self, x: Any) -> Any:
        return self._walk(_coordinate(x))[0]

    def slope(self, x: Any) -> tuple[Any, ...]:
        """(F′(x),)."""
        return (self._walk(_coordinate(x))[1],)

    def _rational(self, x: Fraction) -> tuple[Fraction, Fraction]:
        value, slope = (fraction(number) or Fraction(0) for number in self._walk(exact(x)))
        return value, slope

    def _lowest(self) -> Any:
        """The minimum of F, None where F is not bounded below."""
        left, right = min((*self.breaks, Fraction(0))), max((*self.breaks, Fraction(0)))
        ends = ((left, self.bends[0], -1), (right, self.bends[-1], 1))
        candidates = [left, right, *self.breaks]
        for end, bend, sign in ends:
            slope = self._rational(end)[1] * sign
            if bend < 0 or (bend == 0 and slope < 0):
                return None
            if bend > 0 and slope < 0:
                candidates.append(end - sign * slope / bend)
        spots = sorted({*self.breaks, left, right})
        for low, high in pairwise(spots):
            bend, slope = self.bends[sum(b <= low for b in self.breaks)], self._rational(low)[1]
            if bend > 0 and low < low - slope / bend < high:
                candidates.append(low - slope / bend)
        value, place = min((self._rational(x)[0], x) for x in candidates)
        self.lowest_at = (exact(place),)
        return exact(value)

    def __str__(self) -> str:
        bends, breaks = ", ".join(map(str, self.bends)), ", ".join(map(str, self.breaks))
        return f"F with F(0) = {self.level}, F′(0) = {self.start}, F″ = {bends} between {breaks}"


class Gradient:
    """x ↦ ∇F(x)."""

    def __init__(self, function: Quadratic | Piecewise) -> None:
        self.function = function

    def __call__(self, x: Any) -> tuple[Any, ...]:
        return self.function.slope(x)

    def __str__(self) -> str:
        return "its gradient"


Field = Quadratic | Piecewise


def _minus(x: Any, centre: tuple[Any, ...]) -> tuple[Any, ...]:
    if isinstance(x, tuple) and len(x) != len(centre):
        raise Undecided("a sampled field and a vector have different dimensions")
    return tuple(a - b for a, b in zip(x, centre, strict=True)) if isinstance(x, tuple) else tuple(-b for b in centre)


def _coordinate(x: Any) -> Any:
    number = x[0] if isinstance(x, tuple) else x
    if fraction(number) is None:
        raise Undecided("a sampled field is a function of rational vectors")
    return number


def known_fields(values: Sequence[Any]) -> list[Field]:
    """The fields among the values of a point, those of gradients included."""
    found = [value.function if isinstance(value, Gradient) else value for value in values]
    return list(dict.fromkeys(f for f in found if isinstance(f, Quadratic | Piecewise)))


def dimension_of(values: Sequence[Any]) -> int:
    """The dimension of the vectors and fields among the values of a point; 2 if there are none."""
    vectors = [len(value) for value in values if isinstance(value, tuple)]
    return vectors[0] if vectors else next((len(f.centre) if isinstance(f, Quadratic) else 1 for f in known_fields(values)), 2)


def draw(rng: random.Random, dimension: int, values: Sequence[Any]) -> Field:
    """A function whose curvatures lie in [−c, c] for the largest positive number c drawn so far, often at its ends or at others."""
    scalars = sorted(x for x in (fraction(v) for v in values if not callable(v) and not isinstance(v, tuple)) if x is not None and x > 0)
    most = scalars[-1] if scalars else Fraction(1)
    convex = rng.random() < 0.6
    pool = [most, most, most / 2, *scalars] + ([] if convex else [-most, -most / 2])

    def curvature() -> Fraction:
        return rng.choice(pool) if rng.random() < 0.7 else most * Fraction(rng.randrange(1 if convex else -20, 21), 20)

    if dimension == 1 and rng.random() < 0.6:
        breaks = sorted({Fraction(rng.randrange(-8, 9), rng.randrange(1, 4)) for _ in range(rng.randrange(1, 4))})
        bends = [curvature() for _ in range(len(breaks) + 1)]
        bends[0], bends[-1] = (abs(bends[0]), abs(bends[-1])) if rng.random() < 0.8 else (bends[0], bends[-1])
        return Piecewise(breaks, bends, most * Fraction(rng.randrange(-6, 7), 2), Fraction(rng.randrange(-3, 4)))
    curvatures = [curvature() for _ in range(dimension)]
    mirror = [Fraction(rng.randrange(-3, 4)) for _ in range(dimension)]
    return Quadratic(_rotated(curvatures, mirror), vector(rng, dimension), rng.randrange(-3, 4), min(curvatures) >= 0)


def _rotated(diagonal: Sequence[Fraction], mirror: Sequence[Fraction]) -> list[list[Any]]:
    """Q diag Q for the reflection Q = I − 2vvᵀ/⟨v, v⟩ (Householder, 1958); diag itself for v = 0."""
    n, size = len(diagonal), sum(v * v for v in mirror)
    q = [[Fraction(i == j) - (2 * mirror[i] * mirror[j] / size if size else 0) for j in range(n)] for i in range(n)]
    return [[exact(Fraction(sum(q[i][k] * diagonal[k] * q[k][j] for k in range(n)))) for j in range(n)] for i in range(n)]
