"""Floating-point values at sample points of a domain. They prune the search and prove nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from quod.lang import terms as t

Vector = NDArray[np.float64]
COUNT, PROPOSED = 240, 3000
EQUAL = 0.08
"""The share of points at which a variable equals an earlier one: bounds are often touched there."""

_FUNCTIONS: Mapping[str, Callable[[Vector], Vector]] = {
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "cbrt": np.cbrt,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "asin": np.arcsin,
    "acos": np.arccos,
    "atan": np.arctan,
    "floor": np.floor,
}


@dataclass
class Points:
    """`columns`: the values of each variable; `memory`: the values of terms that were asked for."""

    columns: dict[t.Variable, Vector]
    count: int
    memory: dict[t.Node, Vector] = field(default_factory=dict)

    def where(self, mask: NDArray[np.bool_]) -> Points:
        """The points that are marked."""
        return Points({v: column[mask] for v, column in self.columns.items()}, int(mask.sum()))


def numeric(node: t.Node, points: Points) -> Vector:
    """The values of a real term; NaN where it is not defined or not known."""
    with np.errstate(all="ignore"):
        return t.fold(node, lambda inner, kids: _value(inner, kids, points), points.memory)


def _value(node: t.AnyNode, kids: tuple[Vector, ...], points: Points) -> Vector:
    match node:
        case t.Number(value):
            return np.full(points.count, float(value))
        case t.Constant("pi"):
            return np.full(points.count, np.pi)
        case t.Variable() if node in points.columns:
            return points.columns[node]
        case t.Add():
            return sum(kids[1:], kids[0])
        case t.Mul():
            product = kids[0]
            for kid in kids[1:]:
                product = product * kid
            return product
        case t.Power(_, exponent):
            return kids[0] ** exponent
        case t.Inverse():
            return 1.0 / kids[0]
        case t.Elementary(name, _) if name in _FUNCTIONS:
            return _FUNCTIONS[name](kids[0])
        case _:
            return np.full(points.count, np.nan)


def margin(size: Vector) -> Vector:
    """How far from 0 a sum has to be to be told from rounding, its terms being of that size."""
    return 1e-9 * size + 1e-300


def holds(fact: t.Node, points: Points) -> NDArray[np.bool_]:
    """Where a comparison holds, not too close to being violated; everywhere for what is no comparison."""
    match fact:
        case t.Compare(relation, left, right) if relation != "=" and t.is_scalar(left.sort):
            a, b = numeric(left, points), numeric(right, points)
            with np.errstate(all="ignore"):
                return np.asarray(a < b if relation == "<" else a <= b)
        case _:
            return np.ones(points.count, dtype=bool)


def propose(
    variables: Sequence[t.Variable], bounds: Callable[[t.Variable, Points], tuple[Vector, Vector]], facts: Sequence[t.Node], seed: int = 1
) -> Points:
    """Points at which the facts hold; `bounds` gives the ends of a variable's interval, given those chosen before it."""
    source = np.random.default_rng(seed)
    points = Points({}, PROPOSED)
    for v in variables:
        low, high = bounds(v, points)
        column = _between(source, low, high)
        for other in points.columns.values():
            column = np.where(source.uniform(size=PROPOSED) < EQUAL, other, column)
        points.columns[v] = column
        points.memory.clear()
    mask = np.ones(PROPOSED, dtype=bool)
    for fact in facts:
        mask &= holds(fact, points)
    chosen = np.flatnonzero(mask)[:COUNT]
    return Points({v: column[chosen] for v, column in points.columns.items()}, len(chosen))


def _between(source: np.random.Generator, low: Vector, high: Vector) -> Vector:
    count = len(low)
    share = source.uniform(size=count)
    share = np.where(source.uniform(size=count) < 0.25, share**4, share)
    share = np.where(source.uniform(size=count) < 0.2, 1 - (1 - share) ** 4, share)
    size = 10 ** source.uniform(-2.5, 1.2, size=count)
    with np.errstate(all="ignore"):
        inside = low + share * (high - low)
        above, below = low + size, high - size
        free = size * np.where(source.uniform(size=count) < 0.5, -1.0, 1.0)
    bounded = np.isfinite(low) & np.isfinite(high)
    return np.where(bounded, inside, np.where(np.isfinite(low), above, np.where(np.isfinite(high), below, free)))
