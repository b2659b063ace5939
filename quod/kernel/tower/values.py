"""Values of a tower's functions in FLINT's balls."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import flint
from flint import arb, fmpz_mpoly

from quod.kernel.tower.field import CertificateError, Field, Generator

PRECISIONS = (64, 192, 640, 1920)
"""Bits of the balls that try, one after the other, to tell a number from 0."""


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Balls of that many bits inside the block."""
    before = flint.ctx.prec
    flint.ctx.prec = bits
    try:
        yield
    finally:
        flint.ctx.prec = before


def values(field: Field, x: arb | None) -> list[arb]:
    """Balls for all generators over the ball `x` (None: for the constant ones; the others are NaN)."""
    found: list[arb] = [arb.nan() if x is None else x]
    for generator in field.generators[1:]:
        found.append(_value(generator, found))
    return found


def _value(generator: Generator, lower: list[arb]) -> arb:
    if generator.kind == "pi":
        return arb.pi()
    if generator.arg is None:
        raise CertificateError(f"a generator of kind {generator.kind!r} has no argument")
    u = evaluate(generator.arg.num, lower) / evaluate(generator.arg.den, lower)
    match generator.kind:
        case "exp":
            return u.exp()
        case "log":
            return u.log()
        case "atan":
            return u.atan()
        case "erf":
            return u.erf()
        case "sin":
            return u.sin()
        case "cos":
            return u.cos()
        case "tan":
            return u.tan()
        case "root":
            return u.sqrt() if generator.degree == 2 else u.root(generator.degree)
    raise CertificateError(f"unknown kind of generator {generator.kind!r}")


def evaluate(poly: fmpz_mpoly, values: Sequence[arb]) -> arb:
    """A ball that contains `poly` at every choice of points from `values`."""
    total = arb(0)
    for exponents, coefficient in poly.terms():
        product = arb(coefficient)
        for index, exponent in enumerate(exponents):
            if exponent:
                product *= values[index] if exponent == 1 else power(values[index], int(exponent))
        total += product
    return total


def power(ball: arb, exponent: int) -> arb:
    """ball^exponent for exponent ≥ 1; FLINT's own power is NaN on balls that contain 0."""
    result = ball if exponent % 2 else arb(1)
    while exponent > 1:
        exponent //= 2
        ball = ball * ball
        if exponent % 2:
            result = result * ball
    return result


def sign_of(ball: arb) -> int | None:
    """The sign of every number in a finite ball that avoids 0, else None."""
    if not ball.is_finite():
        return None
    return 1 if ball > 0 else -1 if ball < 0 else None
