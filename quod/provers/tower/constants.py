"""Forms of constants that keep generators independent: nested square roots, and arctangents of rationals by Gaussian primes."""

from __future__ import annotations

from fractions import Fraction
from math import gcd, isqrt

from flint import fmpz, fmpz_mpoly

from quod.kernel.tower.field import Quotient
from quod.provers.tower.live import LiveCell

LARGEST_PRIME = 10**7


def _root(value: Fraction) -> Fraction | None:
    if value < 0:
        return None
    top, bottom = isqrt(value.numerator), isqrt(value.denominator)
    return Fraction(top, bottom) if top * top == value.numerator and bottom * bottom == value.denominator else None


def denested(cell: LiveCell, poly: fmpz_mpoly) -> Quotient | None:
    """√(a + b√c) as √d ± √e with rational d and e, if there are such; None otherwise."""
    c, b, rest = Fraction(1), 0, Fraction(0)
    for exponents, coefficient in poly.terms():
        present = [index for index, exponent in enumerate(exponents) if exponent]
        if not present:
            rest = Fraction(int(coefficient))
            continue
        if b:
            return None
        b = int(coefficient)
        for index in present:
            generator = cell.field.generators[index]
            radicand = generator.arg.rational() if generator.degree == 2 and generator.arg is not None else None
            if radicand is None or exponents[index] != 1:
                return None
            c *= radicand
    width = _root(rest * rest - b * b * c)
    if width is None or rest <= 0 or not b:
        return None
    large, small = (rest + width) / 2, (rest - width) / 2
    roots = [cell.root(2, cell.field.number(part)) for part in (large, small)]
    return roots[0] + roots[1] if b > 0 else roots[0] - roots[1]


def rationalised(cell: LiveCell, term: Quotient) -> Quotient:
    """The same constant without square roots in its denominator."""
    for index in range(len(cell.field.generators) - 1, 0, -1):
        generator = cell.field.generators[index]
        if generator.kind == "root" and generator.degree == 2 and cell.field.degrees(term.den)[index] == 1:
            conjugate = term.den - 2 * term.den.derivative(index) * cell.field.symbols[index]
            term = cell.field.quotient(cell.field.reduce(term.num * conjugate), cell.field.reduce(term.den * conjugate))
    return term


def gaussian(value: Fraction) -> list[tuple[Fraction, int]] | None:
    """arctan value as Σ n·arctan t over tangents t of Gaussian primes, up to a multiple of π/4; None if factoring is hard."""
    q, p = value.denominator, value.numerator
    norm = p * p + q * q
    if norm.bit_length() > 100:
        return None
    terms: list[tuple[Fraction, int]] = []
    for prime, exponent in ((int(a), int(e)) for a, e in fmpz(norm).factor()):
        if prime == 2:
            continue
        if prime > LARGEST_PRIME:
            return None
        a, b = _two_squares(prime)
        # q + ip is divisible by a + ib or by a − ib, not by both
        sign = 1 if (q * a + p * b) % prime == 0 and (p * a - q * b) % prime == 0 else -1
        terms.append((Fraction(b, a), sign * exponent))
    return terms


def _two_squares(prime: int) -> tuple[int, int]:
    """a > b > 0 with a² + b² = prime ≡ 1 mod 4."""
    for b in range(1, isqrt(prime) + 1):
        a = isqrt(prime - b * b)
        if a * a + b * b == prime and gcd(a, b) == 1:
            return max(a, b), min(a, b)
    return 1, 0
