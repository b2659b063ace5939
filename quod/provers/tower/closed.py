"""Guesses of closed forms for isolated zeros. A guess counts only if the polynomial's normal form there is 0."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from flint import arb, fmpz_mpoly

from quod.kernel.tower.angles import tangent
from quod.kernel.tower.field import CertificateError, Quotient
from quod.kernel.tower.values import precision
from quod.provers.tower.live import LiveCell, Unknown, rational_ball
from quod.provers.tower.roots import Root, bracket, simplest

SMALL = 1000
Form = tuple[Callable[[arb], arb], Callable[[Fraction], Quotient]]


def closed_form(cell: LiveCell, poly: fmpz_mpoly, root: Root) -> Iterator[Quotient]:
    """Constants in the isolating interval: q·c, q + c and q/c for constants c of the tower, log q, exp q, √q."""
    try:
        value = solved(cell, poly)
    except (CertificateError, Unknown):
        value = None
    if value is not None:
        yield value
    with precision(192):
        yield from _guesses(cell, root, lambda: rational_ball(root.lo).union(rational_ball(root.hi)))


def solved(cell: LiveCell, poly: fmpz_mpoly) -> Quotient | None:
    """The zero of a + b·θ for constants a, b and θ = exp x, log x or atan x; None for other polynomials."""
    degrees = cell.field.degrees(poly)
    varying = [i for i, d in enumerate(degrees) if d and cell.field.generators[i].varies]
    if len(varying) != 1 or degrees[varying[0]] != 1:
        return None
    index = varying[0]
    generator = cell.field.generators[index]
    if generator.arg is None or not (generator.arg.den.is_constant() and cell.field.degrees(generator.arg.num)[0] == 1):
        return None
    slope = poly.derivative(index)
    value = cell.field.quotient(slope * cell.field.symbols[index] - poly, slope)
    match generator.kind:
        case "exp":
            u = cell.log(value)
        case "log":
            u = cell.exp(value)
        case "atan":
            p, q = tangent(cell, value)
            u = q / p
        case _:
            return None
    rate = generator.arg.num.derivative(0)
    start = cell.field.quotient(rate * cell.field.symbols[0] - generator.arg.num, rate)
    rest = cell.field.quotient(generator.arg.den, rate) * u + start
    return rest if rest.is_constant() else None


def _guesses(cell: LiveCell, root: Root, bounds: Callable[[], arb]) -> Iterator[Quotient]:
    ball = bounds()
    root.narrow(max(abs(root.lo), Fraction(1)) / 2**72)
    fine = bounds()
    number = cell.field.number
    constants = [i for i, generator in enumerate(cell.field.generators) if i and not generator.varies]
    forms: list[Form] = [form for index in constants for form in _around(cell, index)]
    forms += [
        (arb.exp, lambda q: cell.log(number(q))),
        (lambda b: abs(b).log(), lambda q: -cell.exp(number(q)) if root.hi <= 0 else cell.exp(number(q))),
        (lambda b: b * b, lambda q: -cell.root(2, number(q)) if root.hi <= 0 else cell.root(2, number(q))),
    ]
    for forward, make in forms:
        for guess in _small(forward, ball, fine):
            try:
                yield make(guess)
            except (CertificateError, Unknown):
                continue


def _around(cell: LiveCell, index: int) -> list[Form]:
    constant, value, number = cell.field.symbol(index), cell.ball(cell.field.symbol(index)), cell.field.number
    return [
        (lambda b: b / value, lambda q: constant * number(q)),
        (lambda b: b - value, lambda q: constant + number(q)),
        (lambda b: b * value, lambda q: number(q) / constant),
    ]


def _small(forward: Callable[[arb], arb], ball: arb, fine: arb) -> list[Fraction]:
    try:
        guess = simplest(*bracket(forward(ball)))
        low, high = bracket(forward(fine))
    except (Unknown, ValueError, OverflowError):
        return []
    return [guess] if low <= guess <= high and guess and max(abs(guess.numerator), guess.denominator) <= SMALL else []
