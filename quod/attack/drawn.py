"""Simple functions drawn for a quantifier inside a statement: families, tables, and maps of rows."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from quod.attack.arithmetic import exact
from quod.attack.families import Lazy, shown
from quod.lang.sorts import INTEGER, REAL, Arrow, Sort

FAMILY = Arrow(INTEGER, REAL)
TABLE = Arrow(INTEGER, FAMILY)
ROWS = Arrow(FAMILY, FAMILY)
"""Maps of rows to rows, such as a perceptron on the channels of a patch."""
SORTS = (FAMILY, TABLE, ROWS)


class RowMap:
    """A map of rows to rows: i ↦ a·x[i] + b·x[i]² + c·x[0] + d."""

    def __init__(self, coefficients: Sequence[Any]) -> None:
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
    return RowMap([exact(Fraction(rng.randrange(-6, 7), rng.randrange(1, 4))) for _ in range(4)])


def function(rng: random.Random, sort: Sort) -> Any:
    """A random member of one of SORTS."""
    if sort == ROWS:
        return row_map(rng)

    def member() -> Any:
        return function(rng, FAMILY) if sort == TABLE else exact(Fraction(rng.randrange(-9, 10), rng.choice((1, 1, 2, 3))))

    return Lazy(lambda values, i: member(), None, [])
