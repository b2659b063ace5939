"""Models: exact rational points at which propositions are seen to hold, by exact arithmetic or by balls."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from quod.lang import terms as t
from quod.lang.balls import compile_balls
from quod.lang.closures import Unsupported
from quod.lang.sorts import INTEGER
from quod.provers import clock

BITS = 200


def find(variables: Sequence[t.Variable], propositions: Sequence[t.Node], deadline: float, points: int = 4000) -> dict[str, str] | None:
    """A point, by variable name, at which balls show every proposition to be true; None if the search found none."""
    try:
        tests = [compile_balls(proposition, variables) for proposition in propositions]
    except Unsupported:
        return None
    for number, point in enumerate(_points(variables)):
        if number >= points or clock.now() > deadline:
            return None
        if all(test(point, BITS) is True for test in tests):
            return {variable.name: str(value) for variable, value in zip(variables, point, strict=True)}
    return None


def confirmed(
    variables: Sequence[t.Variable], propositions: Sequence[t.Node], points: Iterable[tuple[Fraction, ...]]
) -> dict[str, str] | None:
    """The first of the points, by variable name, at which balls show every proposition to be true."""
    try:
        tests = [compile_balls(proposition, variables) for proposition in propositions]
    except Unsupported:
        return None
    for point in points:
        if all(test(point, BITS) is True for test in tests):
            return {variable.name: str(value) for variable, value in zip(variables, point, strict=True)}
    return None


def _points(variables: Sequence[t.Variable]) -> Iterator[tuple[Fraction, ...]]:
    """Small numbers first, then random ones of all magnitudes; the same sequence in every run."""
    source = random.Random(20230201)
    small = [Fraction(n, d) for n, d in ((0, 1), (1, 1), (-1, 1), (1, 2), (-1, 2), (2, 1), (-2, 1), (1, 10), (10, 1), (-10, 1))]
    while True:
        yield tuple(_integral(v, source.choice(small) if source.random() < 0.4 else _random(source)) for v in variables)


def _random(source: random.Random) -> Fraction:
    digits = source.choice((1, 10, 100, 10_000))
    scale = Fraction(10) ** source.choice((-6, -3, -2, -1, 0, 0, 0, 1, 1, 2, 3, 6, 12))
    return Fraction(source.randint(-3 * digits, 3 * digits), digits) * scale


def _integral(variable: t.Variable, value: Fraction) -> Fraction:
    return Fraction(round(value)) if variable.sort == INTEGER else value
