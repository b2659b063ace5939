"""Signs that may be 0 at points, from |sin|, |cos| ≤ 1; and functions that such a derivative drives away from 0.

u − sin u is what this is for: its derivative 1 − cos u is never negative and vanishes at isolated points only, so that u − sin u
grows strictly from 0, with no expansion at infinity needed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flint import fmpz_mpoly

from quod.kernel.tower.field import CertificateError
from quod.kernel.tower.germ import end_sign
from quod.provers.tower.covers import bounded_parts
from quod.provers.tower.divisors import divisors
from quod.provers.tower.forms import factors
from quod.provers.tower.live import Unknown, data
from quod.provers.tower.tables import ORDERS, End, Table, Tables

if TYPE_CHECKING:
    from quod.provers.tower.claims import Prover

DEEPEST, MOST = 8, 40
"""Derivatives within derivatives, and attempts on one cell, before rays are given up."""


@dataclass
class Weak:
    """sign·poly ≥ 0 on the cell; `kind`: strict, bounded, product or square, with the parts of a claim."""

    sign: int
    kind: str
    parts: list[tuple[fmpz_mpoly, int, Weak | None]] = field(default_factory=list)


def weak(tables: Tables, poly: fmpz_mpoly, quick: bool = False) -> Weak | None:
    """A weak sign on the whole cell; None if none is found. If `quick`, what contains sin or cos is only bounded."""
    poly = tables.cell.field.reduce(poly)
    if poly.is_zero() or tables.cell.field.is_constant(poly):
        return Weak(0 if poly.is_zero() else tables.cell.constant_sign(poly), "strict")
    content, parts = factors(poly)
    if len(parts) > 1 or parts[0][1] > 1:
        return _product(tables, 1 if content > 0 else -1, parts, quick)
    found = _bounded(tables, poly, quick)
    if found is not None or (quick and circular(tables, poly)):
        return found
    try:
        table = tables.table(poly)
    except Unknown:
        return None
    return None if table.roots else Weak(table.signs[0], "strict")


def circular(tables: Tables, poly: fmpz_mpoly) -> bool:
    """Whether sin or cos occurs."""
    field = tables.cell.field
    return any(d and g.kind in ("sin", "cos") for d, g in zip(field.degrees(poly), field.generators, strict=True))


def _product(tables: Tables, sign: int, parts: list[tuple[fmpz_mpoly, int]], quick: bool) -> Weak | None:
    found: list[tuple[fmpz_mpoly, int, Weak | None]] = []
    for factor, exponent in parts:
        part = None if exponent % 2 == 0 else weak(tables, factor, quick)
        if part is None and exponent % 2:
            return None
        found.append((factor, exponent, part))
        sign *= 1 if part is None else part.sign
    return Weak(sign, "product", found)


def _bounded(tables: Tables, poly: fmpz_mpoly, quick: bool) -> Weak | None:
    """|c₀| ≥ Σ|cⱼ| for the coefficients of monomials in sin and cos."""
    free, others = bounded_parts(tables.cell, poly)
    if free.is_zero() or not others:
        return None
    found = []
    for part in (free, *others):
        sign = weak(tables, part, quick)
        if sign is None:
            return None
        found.append((part, 1, sign))
    rest = free * found[0][2].sign
    for part, _, sign in found[1:]:
        rest -= part * sign.sign
    last = weak(tables, rest, quick)
    if last is None or last.sign < 0:
        return None
    return Weak(found[0][2].sign, "bounded", [*found, (rest, 1, last)])


def claim(prover: Prover, poly: fmpz_mpoly, found: Weak, low: End, high: End) -> Any:
    """The kernel's claim of a weak sign between two points of the cell."""
    match found.kind:
        case "product":
            return [
                "product",
                [[data(f), e, ["square"] if part is None else claim(prover, f, part, low, high)] for f, e, part in found.parts],
            ]
        case "bounded":
            return ["bounded", [claim(prover, f, part, low, high) for f, _, part in found.parts if part is not None]]
    return prover.prove(poly, low, high)


def ray(tables: Tables, poly: fmpz_mpoly) -> Table | None:
    """The table of a polynomial without zeros: at one end of the cell it is, or starts from, what it moves away from 0."""
    cell = tables.cell
    tables.rays += 1
    if len(cell.busy) > DEEPEST or tables.rays > MOST:
        return None
    one = cell.field.one
    tries = [(one, cell.field.derivative(cell.field.polynomial(poly))), *divisors(cell, poly, 2)]
    for divisor, slope in tries:
        cell.tick()
        sign_m = 1 if divisor is one else _strict(tables, divisor)
        found = weak(tables, slope.num) if sign_m and not slope.is_zero() else None
        if found is None or not found.sign:
            continue
        sample = cell.sign_at(slope.den, tables.between(tables.low, tables.high))
        for end, left in ((tables.low, True), (tables.high, False)):
            outward = found.sign * (sample or 0) * (1 if left else -1)
            start = _start(tables, poly, divisor, end, left)
            if start is not None and outward and start * outward >= 0:
                return Table(poly, [], [outward * sign_m], "ray", [], [], divisor, slope, found, "left" if left else "right")
    return None


def _strict(tables: Tables, poly: fmpz_mpoly) -> int:
    try:
        table = tables.table(poly)
    except Unknown:
        return 0
    return 0 if table.roots else table.signs[0]


def _start(tables: Tables, poly: fmpz_mpoly, divisor: fmpz_mpoly, end: End, left: bool) -> int | None:
    cell = tables.cell
    exact = None if end is None else end.exact
    if end is not None and exact is not None:
        sign = tables.ball_sign(poly, exact)
        if sign is not None:
            return sign * (_strict(tables, divisor) or 1)
    for order in ORDERS[:3]:
        try:
            return end_sign(cell, cell.field.quotient(poly, divisor), exact, left, order)
        except CertificateError:
            continue
    return None
