"""Sampled vectors, and functions on ℚᵈ with a Lipschitz gradient."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

from quod.attack.arithmetic import exact


def vector(rng: random.Random, dimension: int) -> tuple[Any, ...]:
    """A vector of small or far-off rational coordinates."""
    size = Fraction(10) ** rng.choice((-3, -1, 0, 0, 0, 1, 2))
    return tuple(exact(size * Fraction(rng.randrange(-12, 13), rng.randrange(1, 5))) for _ in range(dimension))


def draw(rng: random.Random, choice: Any, plan: Any, parameter: Any, values: Any) -> Any:
    return None
