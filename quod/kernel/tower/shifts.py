"""The sign of a polynomial whose coefficients have one sign once its generators are counted from bounds that they keep to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from flint import fmpz_mpoly

from quod.kernel.tower.cell import Cell
from quod.kernel.tower.field import CertificateError, Field, power
from quod.kernel.tower.intervals import End, rational

MOST_BITS = 1_000_000
Show = Callable[[Cell, fmpz_mpoly, End, End, Sequence[Any]], int]


def shifted(cell: Cell, poly: fmpz_mpoly, low: End, high: End, data: tuple[Sequence[Any], Sequence[Any]], show: Show) -> int:
    """With θᵢ = (p + s·wᵢ)/q and wᵢ > 0 shown for each [i, "p/q", s, claim]: all coefficients of the wᵢ have one sign by their claims."""
    shifts, claims = data
    moved: list[int] = []
    for index, text, side, claim in shifts:
        bound = rational(text)
        if side not in (1, -1) or index in moved or not 0 <= index < len(cell.field.generators):
            raise CertificateError("a generator is counted once, from one side")
        if show(cell, cell.field.symbols[index] * bound.denominator - bound.numerator, low, high, claim) != side:
            raise CertificateError("a generator does not keep to its bound")
        poly = counted_from(cell.field, poly, index, bound, side)
        moved.append(index)
    parts = coefficients(cell.field, poly, moved)
    if len(parts) != len(claims):
        raise CertificateError(f"expected a claim for each of {len(parts)} coefficients, got {len(claims)}")
    signs = {show(cell, part, low, high, claim) for part, claim in zip(parts, claims, strict=True)} - {0}
    if len(signs) != 1:
        raise CertificateError("the coefficients of a shifted polynomial do not share a sign")
    return signs.pop()


def counted_from(field: Field, poly: fmpz_mpoly, index: int, bound: Fraction, side: int) -> fmpz_mpoly:
    """A positive multiple of `poly` with (p + side·w)/q for the generator; its symbol stands for w from then on."""
    degree, p, q = int(poly.degrees()[index]), bound.numerator, bound.denominator
    if degree * (p.bit_length() + q.bit_length()) > MOST_BITS:
        raise CertificateError(f"a bound of {p.bit_length() + q.bit_length()} bits is too large for a polynomial of degree {degree}")
    parts: dict[int, dict[Any, Any]] = {}
    for exponents, coefficient in poly.to_dict().items():
        parts.setdefault(int(exponents[index]), {})[*exponents[:index], 0, *exponents[index + 1 :]] = coefficient
    start = field.symbols[index] * side + p
    total = field.context.constant(0)
    for exponent, part in parts.items():
        total += field.context.from_dict(part) * power(start, exponent) * q ** (degree - exponent)
    return total


def coefficients(field: Field, poly: fmpz_mpoly, moved: Sequence[int]) -> list[fmpz_mpoly]:
    """The coefficients of the monomials in the moved generators, in the order of these monomials."""
    groups: dict[tuple[int, ...], dict[Any, Any]] = {}
    for exponents, coefficient in poly.to_dict().items():
        key = tuple(int(exponents[i]) for i in moved)
        groups.setdefault(key, {})[tuple(0 if i in moved else e for i, e in enumerate(exponents))] = coefficient
    return [field.context.from_dict(groups[key]) for key in sorted(groups)]
