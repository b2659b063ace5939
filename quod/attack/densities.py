"""Sampled probability densities on ℝ: mixtures of uniform or of normal laws with rational parameters, mean and deviation."""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from flint import arb

from quod.attack import arithmetic
from quod.attack.arithmetic import exact

KINDS = ("normal", "step", "mixture")
Part = tuple[Fraction, Fraction, Fraction]
"""Weight, mean, and standard deviation (normal) or half-width (uniform)."""


class Mixture:
    """Σ wᵢ N(mᵢ, sᵢ²)."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts = tuple(parts)
        self.entropies: dict[int, arb] = {}

    def __call__(self, x: Any) -> Any:
        root = arithmetic.sqrt(2 * arithmetic.pi())
        total: Any = 0
        for w, m, s in self.parts:
            z = (x - exact(m)) * exact(1 / s)
            total = total + exact(w / s) * arithmetic.exp(-z * z * arithmetic.inverse(2)) / root
        return total

    @property
    def breaks(self) -> list[Fraction]:
        """Places between which the density is easily integrated."""
        return [m + k * s for _, m, s in self.parts for k in (-10, -2, 2, 10)]

    def __str__(self) -> str:
        return " + ".join(f"{w}·N({m}, ({s})²)" if w != 1 else f"N({m}, ({s})²)" for w, m, s in self.parts)


class Step:
    """A step function with the values `pieces` = ((from, to, height), …) on disjoint intervals, 0 elsewhere."""

    def __init__(self, parts: Sequence[Part]) -> None:
        cuts = sorted({end for _, m, r in parts for end in (m - r, m + r)})
        found = []
        for low, high in pairwise(cuts):
            height = sum((w / (2 * r) for w, m, r in parts if m - r <= low and high <= m + r), Fraction(0))
            found.append((low, high, height))
        self.pieces = tuple(piece for piece in found if piece[2])

    def __call__(self, x: Any) -> Any:
        for low, high, height in self.pieces:
            inside = [arithmetic.at_most(exact(low), x), arithmetic.less(x, exact(high))]
            if None in inside:
                return arb("nan")
            if all(inside):
                return exact(height)
        return 0

    @property
    def breaks(self) -> list[Fraction]:
        """Where the density jumps."""
        return [end for low, high, _ in self.pieces for end in (low, high)]

    def __str__(self) -> str:
        return "; ".join(f"{h} on [{low}, {high})" for low, high, h in self.pieces) + "; 0 elsewhere"


def draw(rng: random.Random, kind: str, mean: Fraction, deviation: Fraction) -> Mixture | Step:
    """A density with exactly that mean and standard deviation."""
    if kind == "normal":
        return Mixture([(Fraction(1), mean, deviation)])
    spread = Fraction(1, 3) if kind == "step" else Fraction(1)
    parts, own = _standard(rng, spread)
    scale = deviation / own
    placed = [(w, mean + scale * m, scale * s) for w, m, s in parts]
    return Step(placed) if kind == "step" else Mixture(placed)


def _standard(rng: random.Random, spread: Fraction) -> tuple[list[Part], Fraction]:
    """Parts of mean 0 with a rational deviation, and that deviation; a part (w, m, s) has the second moment m² + spread·s².

    Two parts at p and −q balance in the mean; a third at 0 is weighed against them so that the variance becomes the square of a
    rational lying between.
    """
    p, q = (Fraction(rng.randrange(0, 9), rng.randrange(1, 4)) + Fraction(1, 5) for _ in range(2))
    a, b, c = (Fraction(rng.randrange(1, 13), rng.choice((2, 4, 12))) for _ in range(3))
    pair = (q * (p**2 + spread * a**2) + p * (q**2 + spread * b**2)) / (p + q)
    single = spread * c**2
    if single == pair:
        c, single = 2 * c, 4 * single
    low, high = sorted((float(pair) ** 0.5, float(single) ** 0.5))
    own = (Fraction(low) + (Fraction(high) - Fraction(low)) * Fraction(rng.randrange(2, 7), 8)).limit_denominator(10**4)
    weight = (own**2 - single) / (pair - single)
    if not 0 < weight < 1:
        own, weight = Fraction(1), Fraction(0)
        return [(Fraction(1), Fraction(0), c)] if spread == 1 else _blocks(), c if spread == 1 else Fraction(1)
    parts = [(weight * q / (p + q), p, a), (weight * p / (p + q), -q, b), (1 - weight, Fraction(0), c)]
    return parts, own


def _blocks() -> list[Part]:
    """Two uniform laws of half-widths 1 and 2 with variance 1 together: (1/3)w + (4/3)(1 − w) = 1."""
    return [(Fraction(1, 3), Fraction(0), Fraction(1)), (Fraction(2, 3), Fraction(0), Fraction(2))]
