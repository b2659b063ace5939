"""Zeros of polynomials in the variable alone: isolated by FLINT, in closed form where the degree allows."""

from __future__ import annotations

from fractions import Fraction
from functools import cmp_to_key
from typing import TYPE_CHECKING, Any

from flint import fmpz_mpoly, fmpz_poly

from quod.kernel.tower.field import Quotient
from quod.kernel.tower.values import PRECISIONS, precision
from quod.provers.tower.live import LiveCell
from quod.provers.tower.roots import Root, before, bracket, cell_sign, exact_root

if TYPE_CHECKING:
    from quod.provers.tower.tables import Tables


def univariate(tables: Tables, poly: fmpz_mpoly) -> tuple[list[Root], list[int]]:
    """The zeros of a polynomial over ℚ in the cell, and the signs on the gaps."""
    cell = tables.cell
    coefficients = [0] * (cell.field.degrees(poly)[0] + 1)
    for exponents, coefficient in poly.terms():
        coefficients[int(exponents[0])] = int(coefficient)
    roots = []
    if len(coefficients) == 2:
        roots = [exact_root(cell, cell.field.number(Fraction(-coefficients[0], coefficients[1])))]
    else:
        with precision(PRECISIONS[0]):
            found: list[Any] = [tuple(entry) for entry in fmpz_poly(coefficients).complex_roots()]  # type: ignore[arg-type]
            balls = [z.real for z, _ in found if z.imag == 0]
        roots = [_algebraic(cell, poly, coefficients, *bracket(ball)) for ball in balls]
    roots = sorted((root for root in roots if tables.inside(root)), key=cmp_to_key(before))
    sign = tables.outer_sign(poly, roots)
    return roots, [sign * (-1) ** i for i in range(len(roots) + 1)]

def _algebraic(cell: LiveCell, poly: fmpz_mpoly, coefficients: list[int], lo: Fraction, hi: Fraction) -> Root:
    n = len(coefficients) - 1
    if n in (2, 3) and not any(coefficients[1:-1]):
        value = Fraction(-coefficients[0], coefficients[-1])
        sign = 1 if lo > 0 else -1
        return exact_root(cell, cell.root(n, cell.field.number(value * sign**n)) * cell.field.number(sign))
    if n == 2:
        c, b, a = coefficients
        root = cell.root(2, cell.field.number(b * b - 4 * a * c))
        for side in (1, -1):
            zero = exact_root(cell, (cell.field.number(-b) + root * cell.field.number(side)) / cell.field.number(2 * a))
            if zero.lo <= hi and lo <= zero.hi:
                return zero
    sign_lo, width = cell.sign_at(poly, lo), hi - lo
    while sign_lo is None or sign_lo * (cell.sign_at(poly, hi) or 0) >= 0:
        lo, hi, width = lo - width, hi + width, 2 * width
        sign_lo = cell.sign_at(poly, lo)
    return Root(cell, None, lo, hi, poly, sign_lo)

def quadratic(tables: Tables, poly: fmpz_mpoly) -> tuple[list[Root], list[int]]:
    """The same for a + bx + cx² with constant coefficients."""
    cell = tables.cell
    coefficients: list[Quotient] = []
    for degree in range(3):
        part = {(0, *e[1:]): c for e, c in poly.to_dict().items() if e[0] == degree}
        coefficients.append(cell.field.polynomial(cell.field.context.from_dict(part)))
    a, b, c = coefficients
    number = cell.field.number
    if c.is_zero():
        values = [-a / b]
    else:
        discriminant = b * b - number(4) * a * c
        sign = cell_sign(cell, discriminant)
        widths = [] if sign < 0 else [cell.root(2, discriminant)] if sign else [discriminant]
        values = [(number(s) * width - b) / (number(2) * c) for width in widths for s in ((1, -1) if sign else (1,))]
    roots = sorted((root for root in (exact_root(cell, v) for v in values) if tables.inside(root)), key=cmp_to_key(before))
    sign = tables.outer_sign(poly, roots)
    flips = [(-1) ** i for i in range(len(roots) + 1)] if len(values) != 1 or c.is_zero() else [1] * (len(roots) + 1)
    return roots, [sign * flip for flip in flips]
