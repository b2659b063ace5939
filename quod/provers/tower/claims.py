"""Claims for the kernel out of tables: why a polynomial has its sign between two points of a gap."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

from flint import fmpz_mpoly

from quod.kernel.tower.field import CertificateError
from quod.kernel.tower.germ import end_sign
from quod.kernel.tower.intervals import coefficients_between
from quod.provers.tower.covers import cover_points
from quod.provers.tower.live import Unknown, data
from quod.provers.tower.rays import claim
from quod.provers.tower.roots import Root, before, exact_root, simplest
from quod.provers.tower.tables import ORDERS, End, Table, Tables

COARSE = (8, 16, 32, 64, 128, 256, 512)
"""Bits of the distance between an irrational end and a rational bound beside it."""


class Prover:
    """Turns the tables of one cell into claims; every claim is for an open interval inside one gap of the polynomial."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.cell = tables.cell
        self.done: dict[tuple[str, str, str], Any] = {}

    def at(self, number: Fraction) -> Root:
        """A rational point."""
        return exact_root(self.cell, self.cell.field.number(number))

    def prove(self, poly: fmpz_mpoly, low: End, high: End) -> Any:
        """The claim of the sign that `poly` has between two exact points. Raises Unknown if none is found."""
        poly = self.cell.field.reduce(poly)
        name = (str(poly), _name(low), _name(high))
        if name not in self.done:
            self.cell.tick()
            self.done[name] = self._prove(poly, low, high)
        return self.done[name]

    def _prove(self, poly: fmpz_mpoly, low: End, high: End) -> Any:
        cell = self.cell
        key = str(poly) if poly.is_zero() or poly.leading_coefficient() > 0 else str(-poly)
        if poly.is_zero() or key in cell.known or cell.field.is_constant(poly):
            return ["known"]
        table = self.tables.table(poly)
        if table.kind == "product":
            return ["product", [[data(factor), e, self.prove(factor, low, high)] for factor, e in table.parts]]
        if self.tables.one_sign(poly, low, high):
            return ["terms"]
        if low is not None and high is not None and low.lo == low.hi and high.lo == high.hi and cell.sign_over(poly, low.lo, high.lo):
            return ["ball", []]
        if table.kind == "bounded":
            return ["bounded", [self.prove(part, low, high) for part, _ in table.parts]]
        if table.kind == "balls" and low is not None and high is not None:
            points = cover_points(cell, poly, low, high, 2000)
            if points is None:
                raise Unknown("no cover by balls keeps {} from 0", cell.words(poly))
            return ["ball", [str(x) for x in points]]
        if table.kind == "shifted":
            return self._shifted(table, low, high)
        if table.kind == "ray":
            return self._ray(poly, table, low, high)
        if table.kind == "univariate" and table.divisor is None:
            rational = not any(cell.field.degrees(poly)[1:])
            claim = self._descartes(poly, low, high, 0) if rational else None
            if claim is not None:
                return claim
            self._differentiate(table)
        return self._pieces(poly, table, low, high)

    def _differentiate(self, table: Table) -> None:
        cell = self.cell
        table.divisor = cell.field.one
        table.slope = cell.field.derivative(cell.field.polynomial(table.poly))
        table.critical = self.tables.table(table.slope.num).roots

    def _descartes(self, poly: fmpz_mpoly, low: End, high: End, depth: int) -> Any:
        bounds = [self._outside(poly, end, side) for end, side in ((low, -1), (high, 1))]
        if (bounds[0] == "no" or bounds[1] == "no") or depth > 40:
            return None
        a, b = bounds
        if not (a is None and b is None) and _variations(poly, a, b) == 0:
            return ["descartes", None if a is None else str(a), None if b is None else str(b)]
        middle = _middle(a, b)
        if self.cell.sign_at(poly, middle) is None:
            middle = middle + Fraction(1, 7) if a is None or b is None else (2 * a + 3 * b) / 5
        point = self.at(middle)
        parts = [self._descartes(poly, low, point, depth + 1), self._descartes(poly, point, high, depth + 1)]
        return None if None in parts else ["split", [str(middle)], parts]

    def _outside(self, poly: fmpz_mpoly, end: End, side: int) -> Any:
        """A rational at or beyond an end with no zero of a polynomial over ℚ in between; "no" if there is none.

        Not nearer to an irrational end than the kernel's balls can see, however far the end has been refined.
        """
        if end is None:
            return None
        if end.lo == end.hi:
            return end.lo
        for bits in COARSE:
            room = max(abs(end.lo), Fraction(1)) / 2**bits
            end.narrow(room)
            bound = simplest(end.lo - 2 * room, end.lo - room) if side < 0 else simplest(end.hi + room, end.hi + 2 * room)
            if self.cell.sign_over(poly, min(bound, end.lo), max(bound, end.hi)):
                return bound
        return "no"

    def _pieces(self, poly: fmpz_mpoly, table: Table, low: End, high: End) -> Any:
        """Monotone pieces, with a ball over a small interval around each critical point."""
        inner: list[Fraction] = []
        for root in table.critical:
            if (low is None or before(low, root) < 0) and (high is None or before(root, high) < 0):
                inner += self._around(poly, root, low, high, inner)
        ends: list[End] = [low, *(self.at(x) for x in inner), high]
        claims = []
        for index, (left, right) in enumerate(pairwise(ends)):
            claims.append(["ball", []] if index % 2 else self._monotone(poly, table, left, right))
        return claims[0] if not inner else ["split", [str(x) for x in inner], claims]

    def _around(self, poly: fmpz_mpoly, root: Root, low: End, high: End, taken: list[Fraction]) -> list[Fraction]:
        width = Fraction(1, 16)
        for _ in range(200):
            if root.exact is not None:
                while root.hi - root.lo > width / 4:
                    root.refine()
                bounds = [root.lo - width, root.hi + width]
            else:
                bounds = [root.lo, root.hi]
            clear = (low is None or low.hi < bounds[0]) and (high is None or bounds[1] < high.lo) and (not taken or taken[-1] < bounds[0])
            if clear and self.cell.sign_over(poly, *bounds) is not None:
                return bounds
            width /= 4
            if root.exact is None:
                root.refine()
                root.refine()
            for end in (low, high):
                if end is not None and end.hi - end.lo > width:
                    end.refine()
        raise Unknown("no ball around {} keeps {} from 0", root.place(), self.cell.words(poly))

    def _shifted(self, table: Table, low: End, high: End) -> Any:
        symbols = self.cell.field.symbols
        shifts = [
            [s.index, str(s.bound), s.side, self.prove(symbols[s.index] * s.bound.denominator - s.bound.numerator, low, high)]
            for s in table.weak.shifts
        ]
        return ["shifted", shifts, [self.prove(part, low, high) for part in table.weak.parts]]

    def _ray(self, poly: fmpz_mpoly, table: Table, low: End, high: End) -> Any:
        cell, divisor, slope = self.cell, table.divisor, table.slope
        if divisor is None or slope is None:
            raise Unknown("the table of {} has no derivative", cell.words(poly))
        slope_claim = claim(self, slope.num, table.weak, low, high)
        if table.weak.kind != "strict":
            slope_claim = ["weakly", slope_claim, str(self._nonzero(slope.num, low, high))]
        order = self._order(poly, divisor, low if table.side == "left" else high, table.side == "left")
        if order is False:
            raise Unknown("the sign of {} at the end of a gap has no claim", cell.words(poly))
        return ["chain", data(divisor), self.prove(divisor, low, high), slope_claim, table.side, order]

    def _nonzero(self, poly: fmpz_mpoly, low: End, high: End) -> Fraction:
        """A rational point between the ends at which a ball sees that `poly` is not 0."""
        point: End = high
        for _ in range(20):
            middle = self.tables.between(low, point)
            if self.cell.sign_at(poly, middle) is not None:
                return middle
            point = self.at(middle)
        raise Unknown("no ball tells {} from 0", self.cell.words(poly))

    def _monotone(self, poly: fmpz_mpoly, table: Table, left: End, right: End) -> Any:
        cell, tables = self.cell, self.tables
        divisor, slope = table.divisor, table.slope
        if divisor is None or slope is None:
            raise Unknown("the table of {} has no derivative", cell.words(poly))
        divisor_claim = self.prove(divisor, left, right)
        slope_claim = self.prove(slope.num, left, right)
        if slope.is_zero():
            sides = ["left", "right"]
        else:
            sample = tables.between(left, right)
            signs = [cell.sign_at(p, sample) for p in (poly, divisor, slope.den, slope.num)]
            if None in signs:
                raise Unknown("no ball tells {} from 0 near {} = {:.12g}", cell.words(poly), cell.name, float(sample))
            sign, sign_m, sign_d, sign_a = (s or 0 for s in signs)
            sides = ["left"] if sign_a * sign_d == sign * sign_m else ["right"]
        for side in sides:
            order = self._order(poly, divisor, left if side == "left" else right, side == "left")
            if order is not False:
                return ["chain", data(divisor), divisor_claim, slope_claim, side, order]
        raise Unknown("the sign of {} at the end of a gap has no claim", cell.words(poly))

    def _order(self, poly: fmpz_mpoly, divisor: fmpz_mpoly, end: End, left: bool) -> Any:
        if end is not None and end.exact is not None and self.tables.ball_sign(poly, end.exact) is not None:
            return None
        ratio = self.cell.field.quotient(poly, divisor)
        for order in ORDERS:
            try:
                end_sign(self.cell, ratio, None if end is None else end.exact, left, order)
            except CertificateError:
                continue
            return order
        return False


def _name(end: End) -> str:
    return "∞" if end is None else f"{end.exact.num}/{end.exact.den}" if end.exact is not None else f"{end.lo}"


def _middle(a: Fraction | None, b: Fraction | None) -> Fraction:
    if a is None:
        return Fraction(0) if b is None else min(2 * b - 1, b - 1)
    return max(2 * a + 1, a + 1) if b is None else (a + b) / 2


def _variations(poly: fmpz_mpoly, a: Fraction | None, b: Fraction | None) -> int:
    signs = [1 if c > 0 else -1 for c in coefficients_between(poly, a, b) if c]
    return sum(1 for s, t in pairwise(signs) if s != t)
