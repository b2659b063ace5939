"""Sampled functions of one real: densities standardised to given moments, and simple smooth functions."""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from quod.attack.arithmetic import exact
from quod.attack.families import shown

KINDS = ("normal", "step", "mixture")


def density(rng: random.Random, kind: str, moments: Any) -> Any:
    return None


def demanded_moments(plan: Any, variable: Any, values: Any) -> Any:
    return None


def real_function(rng: random.Random, kind: str) -> Any:
    return None


class RowMap:
    """A map of rows to rows: i ↦ a·x[i] + b·x[i]² + c·x[0] + d."""

    def __init__(self, coefficients: tuple[Any, Any, Any, Any]) -> None:
        self.coefficients = coefficients

    def __call__(self, row: Callable[[int], Any]) -> Callable[[int], Any]:
        a, b, c, d = self.coefficients
        return lambda i: a * row(i) + b * row(i) ** 2 + c * row(0) + d

    def __str__(self) -> str:
        a, b, c, d = map(shown, self.coefficients)
        return f"x ↦ (i ↦ {a}·x[i] + {b}·x[i]² + {c}·x[0] + {d})"


def row_map(rng: random.Random) -> RowMap:
    """The identity, a constant, or a quadratic map that mixes the members of a row."""
    if rng.random() < 0.2:
        return RowMap(rng.choice(((1, 0, 0, 0), (0, 0, 0, 1))))
    return RowMap(tuple(exact(Fraction(rng.randrange(-6, 7), rng.randrange(1, 4))) for _ in range(4)))  # type: ignore[arg-type]
