"""Bounds from which generators are counted, so that a polynomial's coefficients get one sign: this settles deep nests quickly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import fmpz_mpoly

from quod.kernel.tower.field import CertificateError, Quotient
from quod.kernel.tower.germ import Germs
from quod.kernel.tower.shifts import coefficients, counted_from
from quod.kernel.tower.values import evaluate, precision, sign_of
from quod.provers.tower.forms import factors
from quod.provers.tower.live import Full, LiveCell, Refine, Unknown
from quod.provers.tower.roots import bracket, simplest
from quod.provers.tower.tables import Tables

MOST_TERMS, MOST_SHIFTED, LARGEST_POWER = 1000, 20000, 12
BITS = 128
SAMPLES = (1, 4, 12, 30)
"""Steps towards the ends at which signs are looked at before a proof is tried."""


@dataclass
class Shift:
    """θ of `index` lies on one side of `bound`: above it for side 1."""

    index: int
    bound: Fraction
    side: int


@dataclass
class Shifted:
    """The shifts, and the coefficients in the kernel's order with the sign that they share."""

    shifts: list[Shift]
    parts: list[fmpz_mpoly]
    sign: int


def find(tables: Tables, poly: fmpz_mpoly) -> Shifted | None:
    """Shifts after which samples see one sign of all coefficients; nothing is proved yet."""
    cell = tables.cell
    degrees = cell.field.degrees(poly)
    present = [i for i, d in enumerate(degrees) if d and cell.field.generators[i].varies]
    if len(poly) > MOST_TERMS or max(degrees) > LARGEST_POWER or len(present) < 2:
        return None
    tried: list[list[int]] = []
    for left in (True, False):
        every = [shift for shift in (_shift(tables, i, left) for i in present) if shift is not None]
        for start in range(min(len(every), 7)):
            shifts = every[start:]
            moved = [2 * shift.index + left for shift in shifts]
            found = None if moved in tried else _tried(tables, poly, shifts)
            tried.append(moved)
            if found is not None:
                return found
    return None


def _tried(tables: Tables, poly: fmpz_mpoly, shifts: list[Shift]) -> Shifted | None:
    field = tables.cell.field
    moved = poly
    for shift in shifts:
        moved = counted_from(field, moved, shift.index, shift.bound, shift.side)
        tables.cell.tick()
        if len(moved) > MOST_SHIFTED:
            return None
    parts = [field.reduce(part) for part in coefficients(field, moved, [s.index for s in shifts])]
    signs = {_sampled(tables, part) for part in parts if not part.is_zero()}
    return Shifted(shifts, parts, signs.pop() or 0) if len(signs) == 1 and None not in signs else None


def _shift(tables: Tables, index: int, left: bool) -> Shift | None:
    """The limit of the generator at one end of the cell as its bound, or a rational beyond it; if samples agree."""
    key = (index, left)
    if key not in tables.limits:
        tables.limits[key] = _limit(tables, index, left)
    bound = tables.limits[key]
    if bound is None:
        return None
    side = _sampled(tables, tables.cell.field.symbols[index] * bound.denominator - bound.numerator)
    return Shift(index, bound, side) if side else None


def _limit(tables: Tables, index: int, left: bool) -> Fraction | None:
    end = tables.low if left else tables.high
    if end is not None and end.exact is None:
        return None
    try:
        germs = Germs(tables.cell, None if end is None else end.exact, left, 2)
        series = germs.value(index)
        if germs.is_large(series):
            return None
        limit = germs.split(series)[0]
        exact = limit.rational()
        return _beyond(tables, index, limit) if exact is None else exact
    except (CertificateError, Unknown, Refine, Full):
        return None


def _beyond(tables: Tables, index: int, limit: Quotient) -> Fraction | None:
    """A simple rational between an irrational limit and where the generator does not go."""
    cell = tables.cell
    side = None
    with precision(BITS):
        low, high = bracket(cell.ball(limit))
        for point in _points(tables):
            sign = sign_of(evaluate(cell.field.symbols[index], cell.values_at(point, BITS)) - cell.ball(limit))
            if sign is None or side not in (None, sign):
                return None
            side = sign
    room = max(abs(low), abs(high)) / 2
    return simplest(low - room, low) if side == 1 else simplest(high, high + room)


def _sampled(tables: Tables, poly: fmpz_mpoly) -> int | None:
    """The sign at all sampled points of the cell, None if they differ."""
    cell = tables.cell
    if cell.field.is_constant(poly):
        with precision(BITS):
            return sign_of(evaluate(poly, cell.values_at(tables.between(tables.low, tables.high), BITS)))
    found = None
    with precision(BITS):
        for point in _points(tables):
            sign = sign_of(evaluate(poly, cell.values_at(point, BITS)))
            if sign is not None and found not in (None, sign):
                return None
            found = sign if found is None else found
    return found


def _points(tables: Tables) -> Sequence[Fraction]:
    if not tables.samples:
        middle = tables.between(tables.low, tables.high)
        points = {middle}
        for end, left in ((tables.low, True), (tables.high, False)):
            for step in SAMPLES:
                point = tables.near(end, left, min(step, 5) if end is None else step)
                if tables.inside_rational(point):
                    points.add(point)
        tables.samples.extend(sorted(points))
    return tables.samples


def prove(tables: Tables, found: Shifted) -> bool:
    """Whether tables confirm the bounds and the signs."""
    cell = tables.cell
    try:
        for shift in found.shifts:
            poly = cell.field.symbols[shift.index] * shift.bound.denominator - shift.bound.numerator
            table = tables.table(poly)
            if table.roots or table.signs[0] != shift.side:
                return False
        for part in found.parts:
            if not part.is_zero():
                table = tables.table(part)
                if table.roots or table.signs[0] != found.sign:
                    return False
    except Unknown:
        return False
    return True


def easy(cell: LiveCell, tables: Tables, poly: fmpz_mpoly) -> bool:
    """Whether every factor seems to have a sign that needs no derivative."""
    if poly.is_zero() or cell.field.is_constant(poly):
        return True
    for factor, _ in factors(poly)[1]:
        known = tables.done.get(str(factor))
        if known is not None and not known.roots:
            continue
        if any(cell.field.degrees(factor)[1:]) and not tables.one_sign(factor, tables.low, tables.high) and find(tables, factor) is None:
            return False
    return True
