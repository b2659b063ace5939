"""Where a comparison has the least slack, seen in floats: many points at once, then descent from the best. Nothing here is a verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from quod.lang import terms as t
from quod.lang.binding import unfold
from quod.lang.closures import Unsupported
from quod.lang.floats import compile_floats
from quod.lang.sorts import REAL

Points = NDArray[np.float64]
Height = Callable[[Points], Points]
POINTS, AROUND, ROUNDS, BEST = 4000, 200, 40, 4
LARGEST = 10**12
"""Numbers of the problem beyond this are no coordinates."""


def lowest(variables: Sequence[t.Variable], hypotheses: Sequence[t.Node], goal: t.Node) -> list[tuple[float, list[float]]] | None:
    """(slack relative to the sides, point), the least first, at points where floats see the hypotheses hold.

    None if the goal is no comparison, or is not about reals alone.
    """
    height = _slack(variables, hypotheses, goal)
    if height is None:
        return None
    source = np.random.default_rng(20230201)
    points = _starts(variables, (*hypotheses, goal), source)
    values = height(points)
    found = []
    for index in np.argsort(values)[:BEST]:
        if np.isfinite(values[index]):
            at, best = _descended(height, points[:, index], float(values[index]), source)
            found.append((best, [float(x) for x in at]))
    return sorted(found, key=lambda entry: entry[0])


def candidates(variables: Sequence[t.Variable], hypotheses: Sequence[t.Node], goal: t.Node) -> Iterator[tuple[Fraction, ...]]:
    """Rational points near where floats see the goal fail, simple ones first."""
    for slack, at in lowest(variables, hypotheses, goal) or ():
        if slack < 0:
            for size in (10, 1000, 10**6, 10**12):
                yield tuple(Fraction(x).limit_denominator(size) for x in at)
            yield tuple(Fraction(x) for x in at)


def _slack(variables: Sequence[t.Variable], hypotheses: Sequence[t.Node], goal: t.Node) -> Height | None:
    conclusion, flip = unfold(goal), 1.0
    if isinstance(conclusion, t.Not):
        conclusion, flip = conclusion.arg, -1.0
    if not isinstance(conclusion, t.Compare) or conclusion.relation == "=" or not variables or any(v.sort != REAL for v in variables):
        return None
    try:
        inside = compile_floats(t.And(tuple(unfold(h) for h in hypotheses)), variables)
        sides = [compile_floats(side, variables) for side in (conclusion.left, conclusion.right)]
    except Unsupported:
        return None

    def height(points: Points) -> Points:
        values = list(points)
        with np.errstate(all="ignore"):
            left, right, kept = (np.broadcast_to(np.asarray(f(values), float), points.shape[1]) for f in (*sides, inside))
            gap = flip * (right - left) / (1 + np.abs(left) + np.abs(right))
        return np.where((kept == 1) & np.isfinite(gap), gap, np.inf)

    return height


def _starts(variables: Sequence[t.Variable], propositions: Sequence[t.Node], source: np.random.Generator) -> Points:
    """Small numbers, numbers of all magnitudes, and those that the problem names."""
    shape = (len(variables), POINTS)
    named = [0.0, 1.0, -1.0]

    def step(node: t.AnyNode, kids: tuple[object, ...]) -> None:
        if isinstance(node, t.Number) and abs(node.value) < LARGEST:
            named.append(float(node.value))

    for proposition in propositions:
        t.fold(unfold(proposition), step)
    kind = source.random(shape)
    wide = 10.0 ** source.uniform(-4, 2.5, shape) * source.choice((1, -1), shape)
    chosen = source.choice(np.array(named), shape)
    near = np.where(kind < 0.85, chosen, chosen + wide / 100)
    return np.where(kind < 0.4, source.uniform(-3, 3, shape), np.where(kind < 0.7, wide, near))


def _descended(height: Height, at: Points, best: float, source: np.random.Generator) -> tuple[Points, float]:
    step = 0.1 * (1 + np.abs(at))
    for _ in range(ROUNDS):
        tries = at[:, None] + step[:, None] * source.uniform(-1, 1, (len(at), AROUND))
        around = height(tries)
        if float(np.min(around)) < best:
            at, best = tries[:, int(np.argmin(around))], float(np.min(around))
        else:
            step = step / 4
    return at, best
