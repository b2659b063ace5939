"""Closed forms of numbers known to many digits: simple rationals, their roots, logarithms, exponentials, and multiples of π.

A form found here is a guess. It counts once a prover has shown what it is needed for.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from flint import arb

from quod.attack.arithmetic import working
from quod.attack.confirm import simplest
from quod.attack.guards import near
from quod.lang import terms as t

BITS = 128
LARGEST = 1000
"""Numerator and denominator of a simple rational."""


def forms(value: Fraction, tolerance: Fraction) -> Iterator[t.Node]:
    """Closed terms within about `tolerance` of the value, the simplest kinds first."""
    rational = _simple(value, tolerance)
    if rational is not None:
        yield t.Number(rational)
    with working(BITS):
        ball = arb(value.numerator) / value.denominator
        guesses = [("exp", ball.log() if ball > 0 else None), ("log", ball.exp() if abs(ball) < 20 else None), ("sqrt", ball * ball)]
        found = [(name, near(inner)) for name, inner in guesses if inner is not None]
        turn = near(ball / arb.pi())
    for name, inner in found:
        if inner is None or not value:
            continue
        simple = _simple(inner, tolerance * max(abs(inner), Fraction(1)) / min(abs(value), Fraction(1)))
        if simple is None or simple == 0 or (name == "log" and simple <= 0):
            continue
        form: t.Node = t.Elementary(name, t.Number(simple))
        yield t.Mul((t.Number(-1), form)) if name == "sqrt" and value < 0 else form
    part = None if turn is None else _simple(turn, tolerance)
    if part:
        yield t.Mul((t.Number(part), t.Constant("pi")))


def _simple(value: Fraction, tolerance: Fraction) -> Fraction | None:
    """The simplest rational within the tolerance, if it is simple enough to be no accident."""
    found = simplest(value - tolerance, value + tolerance)
    size = max(abs(found.numerator), found.denominator)
    return found if size <= LARGEST and tolerance * size**2 < Fraction(1, 1000) else None


def nearest_rational(value: Fraction) -> Fraction:
    """The simplest rational within 10⁻¹³ of the value, relative to it where it is larger than 1."""
    width = Fraction(1, 10**13) * max(abs(value), Fraction(1))
    return simplest(value - width, value + width)
