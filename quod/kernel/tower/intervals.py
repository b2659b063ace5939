"""Points and intervals of a cell, and the rule of Descartes for polynomials over ℚ between rational points."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from flint import arb, fmpq, fmpq_poly, fmpz, fmpz_mpoly

from quod.kernel.tower.cell import Cell
from quod.kernel.tower.field import CertificateError, Quotient
from quod.kernel.tower.values import PRECISIONS, evaluate, precision, sign_of, values

End = Quotient | None
MOST_BITS = 100_000
RATIONAL = re.compile(r"-?[0-9]{1,4000}(/0*[1-9][0-9]{0,4000})?")
"""Written without an exponent: 1e999999999 is a short text and a long number."""


def rational(text: Any) -> Fraction:
    """The rational number written p/q. Raises CertificateError if it is not one."""
    if isinstance(text, Fraction):
        return text
    if not isinstance(text, str) or RATIONAL.fullmatch(text) is None:
        raise CertificateError(f"expected a rational number p/q, got {text!r:.80}")
    return Fraction(text)


def value(number: Fraction) -> arb:
    """A ball around a rational number."""
    return arb(fmpq(number.numerator, number.denominator))


def inside(cell: Cell, low: End, high: End) -> Fraction:
    """A rational point strictly between the ends. Raises CertificateError if no ball separates them."""
    for bits in PRECISIONS:
        with precision(bits):
            left = None if low is None else cell.ball(low)
            right = None if high is None else cell.ball(high)
            exact = _middle(left, right).mid()
            if (left is None or exact > left) and (right is None or exact < right):
                mantissa, exponent = exact.man_exp()
                if abs(int(exponent)) > MOST_BITS:
                    raise CertificateError("an interval is too far out or too narrow for its middle to be written down")
                return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
    raise CertificateError("the ends of an interval could not be told apart")


def _middle(left: arb | None, right: arb | None) -> arb:
    if left is None:
        return arb(0) if right is None else right - 1
    return left + 1 if right is None else (left + right) / 2


def sign_at(cell: Cell, poly: fmpz_mpoly, point: End) -> int:
    """The sign, not 0, of `poly` at a point where every generator in it is regular. Raises CertificateError if no ball shows it."""
    if point is None:
        raise CertificateError("a value at infinity needs a series")
    for bits in PRECISIONS:
        with precision(bits):
            found = sign_of(evaluate(poly, values(cell.field, cell.ball(point))))
        if found is not None:
            return found
    raise CertificateError(f"{poly} could not be told from 0 at a point")


def wider(cell: Cell, end: End, text: Any, side: int) -> Fraction | None:
    """The rational bound written in `text`, at or beyond an end of an interval on that side (−1: below)."""
    if text is None:
        return None
    bound = rational(text)
    if end is None or cell.sign_of(end - cell.field.number(bound)) * side > 0:
        raise CertificateError("Descartes' rule is used on too short an interval")
    return bound


def coefficients_between(poly: fmpz_mpoly, a: Fraction | None, b: Fraction | None) -> list[fmpq]:
    """The coefficients in t of a polynomial in generator 0, times a positive function, where t from 0 to ∞ runs between a and b."""
    coefficients = [fmpz(0)] * (int(poly.degrees()[0]) + 1)
    for exponents, coefficient in poly.terms():
        coefficients[int(exponents[0])] = coefficient
    low, high = (None if end is None else fmpq(end.numerator, end.denominator) for end in (a, b))
    if low is None:
        if high is None:
            raise CertificateError("Descartes' rule is for half-lines and segments")
        return list(fmpq_poly(coefficients)(fmpq_poly([high, fmpq(-1)])).coeffs())
    if high is None:
        return list(fmpq_poly(coefficients)(fmpq_poly([low, fmpq(1)])).coeffs())
    stretched = fmpq_poly(coefficients)(fmpq_poly([low, high - low])).coeffs()
    return list(fmpq_poly(stretched[::-1])(fmpq_poly([1, 1])).coeffs())
