"""Tables of the zeros and signs of a tower's polynomials on a cell: divide, differentiate, isolate, climb back.

After A. Strzeboński, "Real root isolation for exp-log-arctan functions", J. Symb. Comput. 47 (2012), and S. McCallum, V. Weispfenning,
"Deciding polynomial-transcendental problems" (2012). A polynomial is a product of irreducible ones; an irreducible one has terms of one
sign, or is a polynomial over ℚ, or P/M is monotone between the zeros of M and of a simpler numerator.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cmp_to_key
from itertools import pairwise
from typing import Any

from flint import fmpz_mpoly

from quod.kernel.tower.field import CertificateError, Quotient
from quod.kernel.tower.germ import Germs, end_sign
from quod.kernel.tower.intervals import sign_at
from quod.kernel.tower.values import PRECISIONS
from quod.provers.tower.algebraic import quadratic, univariate
from quod.provers.tower.closed import closed_form
from quod.provers.tower.covers import bounded_parts, cover_points
from quod.provers.tower.divisors import divisors
from quod.provers.tower.forms import factors
from quod.provers.tower.live import LiveCell, Unknown
from quod.provers.tower.roots import Root, before, cell_sign, exact_root, simplest

ORDERS = (1, 2, 4, 8, 16)
FEW_BALLS, QUICK_BALLS = 24, 64
End = Root | None


@dataclass
class Table:
    """The zeros of `poly` inside the cell and the sign on each gap; how it was found: `kind` and its parts.

    Of a ray: `weak`, the sign of the derivative that may vanish at points, and the `side` it starts from.
    """

    poly: fmpz_mpoly
    roots: list[Root]
    signs: list[int]
    kind: str
    parts: list[tuple[fmpz_mpoly, int]] = field(default_factory=list)
    critical: list[Root] = field(default_factory=list)
    divisor: fmpz_mpoly | None = None
    slope: Quotient | None = None
    weak: Any = None
    side: str = ""


class Tables:
    """All tables of one cell."""

    def __init__(self, cell: LiveCell) -> None:
        self.cell = cell
        self.low = None if cell.low is None else exact_root(cell, cell.low)
        self.high = None if cell.high is None else exact_root(cell, cell.high)
        self.done: dict[str, Table] = {}
        self.generator_signs: dict[int, int] = {}
        self.depth = 0
        self.rays = 0
        self.limits: dict[tuple[int, bool], Fraction | None] = {}
        self.samples: list[Fraction] = []
        self.shift: Callable[[Tables, fmpz_mpoly], Any] | None = None
        self.ordered: Callable[[list[tuple[fmpz_mpoly, Quotient]]], list[tuple[fmpz_mpoly, Quotient]]] = lambda found: found
        self.ray: Callable[[Tables, fmpz_mpoly], Table | None] | None = None

    def table(self, poly: fmpz_mpoly) -> Table:
        """The table of a nonzero polynomial. Raises Unknown where the procedure gets stuck."""
        poly = self.cell.field.reduce(poly)
        key = str(poly)
        if key not in self.done:
            self.cell.tick()
            if self.depth > 80:
                raise Unknown("the derivatives do not get simpler")
            self.depth += 1
            self.cell.busy.append(poly)
            try:
                self.done[key] = self._table(poly)
            finally:
                self.depth -= 1
                self.cell.busy.pop()
        return self.done[key]

    def _table(self, poly: fmpz_mpoly) -> Table:
        cell = self.cell
        if cell.field.is_constant(poly):
            try:
                return Table(poly, [], [cell.constant_sign(poly)], "constant")
            except CertificateError as error:
                raise Unknown("{}", error) from None
        content, parts = factors(poly)
        if len(parts) > 1 or parts[0][1] > 1:
            return self._product(poly, 1 if content > 0 else -1, parts)
        if not any(cell.field.degrees(poly)[1:]):
            return Table(poly, *univariate(self, poly), "univariate")
        sign = self.one_sign(poly, self.low, self.high)
        if sign:
            return Table(poly, [], [sign], "terms")
        degrees = cell.field.degrees(poly)
        if degrees[0] <= 2 and not any(d and g.varies for d, g in zip(degrees[1:], cell.field.generators[1:], strict=True)):
            return Table(poly, *quadratic(self, poly), "univariate")
        if any(d and g.kind in ("sin", "cos") for d, g in zip(cell.field.degrees(poly), cell.field.generators, strict=True)):
            return self._circular(poly)
        sign = self._covered(poly, FEW_BALLS) if self.depth <= 2 else 0
        if sign:
            return Table(poly, [], [sign], "balls")
        found = None if self.shift is None or self.cell.quick else self.shift(self, poly)
        if found is not None:
            return Table(poly, [], [found.sign], "shifted", weak=found)
        return self._chain(poly)

    def _circular(self, poly: fmpz_mpoly) -> Table:
        """With sin and cos as generators: bounded by 1, or balls over a compact interval; a few derivatives as the last resort."""
        free, others = bounded_parts(self.cell, poly)
        if not free.is_zero():
            tables = [self.table(part) for part in (free, *others)]
            if not any(table.roots for table in tables):
                rest = free * tables[0].signs[0]
                for part, table in zip(others, tables[1:], strict=True):
                    rest -= part * table.signs[0]
                last = self.table(rest)
                if not last.roots and last.signs[0] > 0:
                    return Table(poly, [], [tables[0].signs[0]], "bounded", [(p, 1) for p in (free, *others, rest)])
        sign = self._covered(poly, FEW_BALLS)
        if sign:
            return Table(poly, [], [sign], "balls")
        found = None if self.ray is None or self.cell.quick else self.ray(self, poly)
        if found is not None:
            return found
        if self.low is not None and self.high is not None:
            sign = self._covered(poly, QUICK_BALLS if self.cell.quick else 400)
            if sign:
                return Table(poly, [], [sign], "balls")
        if self.depth > 5 or self.cell.quick or self.low is None or self.high is None:
            raise Unknown("neither |sin|, |cos| ≤ 1 nor balls decide the sign of {}", self.cell.words(poly))
        return self._chain(poly)

    def _covered(self, poly: fmpz_mpoly, most: int) -> int:
        if self.low is None or self.high is None:
            return 0
        points = cover_points(self.cell, poly, self.low, self.high, most)
        return 0 if points is None else self.cell.sign_at(poly, self.between(self.low, self.high)) or 0

    def one_sign(self, poly: fmpz_mpoly, low: End, high: End) -> int:
        """The sign that all terms share between two points, or 0."""
        present = [index for index, degree in enumerate(self.cell.field.degrees(poly)) if degree]
        x_sign = 1 if low is not None and low.lo >= 0 else -1 if high is not None and high.hi <= 0 else 0
        known: dict[int, int] = {}
        shared, strict = 0, False
        for exponents, coefficient in poly.terms():
            sign = 1 if coefficient > 0 else -1
            for index in present:
                if exponents[index] % 2:
                    if index not in known:
                        known[index] = self.generator_sign(index) if index else x_sign
                    sign *= known[index]
            if sign == 0 or shared * sign < 0:
                return 0
            shared = sign
        for exponents, _ in poly.terms():
            inside = [index for index in present if exponents[index]]
            strict = strict or all(known[i] if i in known else (self.generator_sign(i) if i else x_sign) for i in inside)
        return shared if strict else 0

    def generator_sign(self, index: int) -> int:
        """The sign of a generator on the whole cell, recorded for the certificate; 0 if it changes or is not found."""
        symbol, cell = self.cell.field.symbols[index], self.cell
        generator = cell.field.generators[index]
        if index not in self.generator_signs:
            self.generator_signs[index] = 0
            if cell.positive(symbol) or str(symbol) in cell.known or not generator.varies:
                self.generator_signs[index] = cell_sign(cell, cell.field.symbol(index))
            elif generator.kind in ("atan", "log", "erf"):
                try:
                    table = self.table(symbol)
                    self.generator_signs[index] = 0 if table.roots else cell.sign(symbol)
                except Unknown:
                    self.generator_signs[index] = 0
        return self.generator_signs[index]

    def _product(self, poly: fmpz_mpoly, sign: int, parts: list[tuple[fmpz_mpoly, int]]) -> Table:
        tables = [(self.table(factor), exponent) for factor, exponent in parts]
        roots = self.merge([table.roots for table, _ in tables])
        signs = []
        for gap in range(len(roots) + 1):
            total = sign
            for table, exponent in tables:
                total *= table.signs[self.gap_of(table, roots, gap)] ** exponent
            signs.append(total)
        return Table(poly, roots, signs, "product", parts)

    def gap_of(self, table: Table, roots: list[Root], gap: int) -> int:
        """Which gap of `table` contains the gap-th gap between `roots`, a list that contains the table's zeros."""
        if gap == 0:
            return 0
        return sum(1 for root in table.roots if before(root, roots[gap - 1]) <= 0)

    def merge(self, lists: list[list[Root]]) -> list[Root]:
        """The points of several lists in order, each once; an exact point stands for an equal one."""
        points = sorted((root for roots in lists for root in roots), key=cmp_to_key(before))
        merged: list[Root] = []
        for point in points:
            if not merged or before(merged[-1], point) != 0:
                merged.append(point)
        return merged

    def inside(self, root: Root) -> bool:
        """True if the point lies strictly between the cell's ends."""
        return (self.low is None or before(self.low, root) < 0) and (self.high is None or before(root, self.high) < 0)

    def inside_rational(self, point: Fraction) -> bool:
        """True if the rational lies clear of the cell's ends."""
        return self._between(point, self.low, self.high)

    def outer_sign(self, poly: fmpz_mpoly, roots: list[Root]) -> int:
        """The sign of `poly` left of its first zero."""
        for _ in range(60):
            sign = self.cell.sign_at(poly, self.between(self.low, roots[0] if roots else self.high))
            if sign is not None:
                return sign
        raise Unknown("no sign of {} at the left end was found", self.cell.words(poly))

    def between(self, left: End, right: End) -> Fraction:
        """A simple rational strictly between two points (None: the infinite end)."""
        for _ in range(200):
            if left is None and right is None:
                return Fraction(0)
            if left is None and right is not None:
                return Fraction(-((-right.lo).__ceil__()) - 1)
            if right is None and left is not None:
                return Fraction(left.hi.__floor__() + 1)
            if left is not None and right is not None:
                if left.hi < right.lo:
                    third = (right.lo - left.hi) / 3
                    return simplest(left.hi + third, right.lo - third)
                left.refine()
                right.refine()
        raise Unknown("two points could not be separated")

    def _chain(self, poly: fmpz_mpoly) -> Table:
        cell = self.cell
        failure = Unknown("no divisor makes {} monotone", cell.words(poly))
        for divisor, slope in self.ordered(divisors(cell, poly, max(1, 4 - self.depth // 3))):
            try:
                return self._monotone(poly, divisor, slope)
            except Unknown as error:
                failure = error
        raise Unknown("{}", failure)

    def _monotone(self, poly: fmpz_mpoly, divisor: fmpz_mpoly, slope: Quotient) -> Table:
        if slope.is_zero():
            return self._proportional(poly, divisor, slope)
        tables = self.table(divisor), self.table(slope.num)
        critical = self.merge([table.roots for table in tables])
        ends: list[End] = [self.low, *critical, self.high]
        values: list[int | None] = [None, *(self.sign_at(poly, root) for root in critical), None]
        zeros, signs = [], []
        for gap, (left, right) in enumerate(pairwise(ends)):
            sign_m, sign_a = (table.signs[self.gap_of(table, critical, gap)] for table in tables)
            if sign_a == 0:
                raise Unknown("{} vanishes identically on a gap", self.cell.words(slope.num))
            direction = sign_a * self._sample_sign(slope.den, left, right) * sign_m
            starts = []
            for side, end, known in ((1, left, values[gap]), (-1, right, values[gap + 1])):
                starts.append(known or self._near(poly, divisor, end, side == 1, direction * side, known == 0, sign_m))
            signs.append(starts[0])
            if starts[0] != starts[1]:
                if starts[1] != direction:
                    raise Unknown("{} over {} is monotone, yet its signs say otherwise", self.cell.words(poly), self.cell.words(divisor))
                zeros.append(self._isolate(poly, left, right, *starts))
                signs.append(starts[1])
            if gap + 1 < len(ends) - 1 and values[gap + 1] == 0:
                zeros.append(critical[gap])
            elif gap + 1 < len(ends) - 1:
                signs.pop()
        return Table(poly, zeros, signs, "chain", [], critical, divisor, slope)

    def _proportional(self, poly: fmpz_mpoly, divisor: fmpz_mpoly, slope: Quotient) -> Table:
        """poly = constant·divisor: the constant's sign from the left end or the middle."""
        table = self.table(divisor)
        where = self.between(self.low, table.roots[0] if table.roots else self.high)
        sign = self.cell.sign_at(poly, where)
        if sign is None:
            start = self._germ(poly, divisor, self.low, True)
            sign = start * table.signs[0] if start else 0
        flip = (sign or 0) * table.signs[0]
        signs = [s * flip for s in table.signs]
        return Table(poly, table.roots if flip else [], signs if flip else [0], "chain", [], table.roots, divisor, slope)

    def _sample_sign(self, poly: fmpz_mpoly, left: End, right: End) -> int:
        sign = self.cell.sign_at(poly, self.between(left, right))
        if sign is None:
            raise Unknown("no sign of the denominator {} was found", self.cell.words(poly))
        return sign

    def sign_at(self, poly: fmpz_mpoly, root: Root) -> int:
        """The sign at a point inside the cell, 0 only if it is proved to be 0."""
        if root.exact is not None:
            number = root.exact.rational()
            sign = self.cell.sign_at(poly, number) if number is not None else self.ball_sign(poly, root.exact)
            if sign is None and self.exact_value_is_zero(poly, root.exact):
                return 0
            if sign is not None:
                return sign
        else:
            for _ in range(120):
                sign = self.cell.sign_over(poly, root.lo, root.hi)
                if sign is not None:
                    return sign
                root.refine()
        words = self.cell.words(poly)
        bits = PRECISIONS[-1]
        raise Unknown("could not separate {} from 0 at {} with {} bits; needed: a proof that it is 0 there", words, root.place(), bits)

    def ball_sign(self, poly: fmpz_mpoly, point: Quotient) -> int | None:
        """The sign at an exact point, None if no ball shows one."""
        try:
            return sign_at(self.cell, poly, point)
        except CertificateError:
            return None

    def exact_value_is_zero(self, poly: fmpz_mpoly, point: Quotient) -> bool:
        """True if the normal form of the value at a regular point is literally 0."""
        try:
            germs = Germs(self.cell, point, True, 1)
            return germs.split(germs.polynomial(poly))[0].is_zero()
        except CertificateError:
            return False

    def _germ(self, poly: fmpz_mpoly, divisor: fmpz_mpoly, end: End, left: bool) -> int:
        ratio = self.cell.field.quotient(poly, divisor)
        failure = Unknown("no expansion at an end")
        for order in ORDERS:
            self.cell.tick()
            try:
                return end_sign(self.cell, ratio, None if end is None else end.exact, left, order)
            except CertificateError as error:
                failure = Unknown("the limit of {} at {}: {}", self.cell.words(ratio), "±∞" if end is None else end.place(), error)
        raise Unknown("{}", failure)

    def _near(self, poly: fmpz_mpoly, divisor: fmpz_mpoly, end: End, left: bool, outward: int, zero: bool, sign_m: int) -> int:
        """The sign of `poly` next to an end of a gap; `outward` is its sign if poly/divisor tends to 0 there."""
        if end is not None and end.exact is None:
            raise Unknown("a zero of {} at {}, a point that has no closed form", self.cell.words(poly), end.place())
        if end is not None and end.exact is not None and not zero:
            sign = self.ball_sign(poly, end.exact)
            if sign is not None:
                return sign
        start = self._germ(poly, divisor, end, left)
        return start * sign_m if start else outward

    def near(self, end: End, left: bool, step: int) -> Fraction:
        """A rational 2^−step from a point, or ±2^step."""
        sign = 1 if left else -1
        if end is None:
            return Fraction(-sign * 2**step)
        if end.exact is None or end.lo == end.hi:
            for _ in range(step if end.exact is None and step < 8 else 0):
                end.refine()
            return (end.hi if left else end.lo) + (sign * Fraction(1, 2**step) if end.exact is not None else 0)
        while end.hi - end.lo > Fraction(1, 2 ** (step + 3)):
            end.refine()
        return (end.hi if left else end.lo) + sign * Fraction(1, 2**step)

    def _isolate(self, poly: fmpz_mpoly, left: End, right: End, sign_left: int, sign_right: int) -> Root:
        found: list[Fraction] = []
        for end, is_left, sign in ((left, True, sign_left), (right, False, sign_right)):
            for step in (0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 512, 1024, 2048):
                point = self.near(end, is_left, step)
                if self._between(point, left, right) and self.cell.sign_at(poly, point) == sign:
                    found.append(point)
                    break
            else:
                raise Unknown("no point with the sign of {} near an end of a gap was found", self.cell.words(poly))
        root = Root(self.cell, None, found[0], found[1], poly, sign_left)
        for width in (Fraction(1, 64), Fraction(1, 2**24)):
            root.narrow(width * max(Fraction(1), abs(root.lo)))
            guess = simplest(root.lo, root.hi)
            value = self.cell.field.number(guess)
            if self.cell.sign_at(poly, guess) is None and self.exact_value_is_zero(poly, value):
                return exact_root(self.cell, value)
        for value in closed_form(self.cell, poly, root):
            if self.exact_value_is_zero(poly, value):
                return exact_root(self.cell, value)
        return root

    def _between(self, point: Fraction, left: End, right: End) -> bool:
        return (left is None or left.hi < point or (left.exact is None and left.hi <= point)) and (
            right is None or point < right.lo or (right.exact is None and point <= right.lo)
        )

