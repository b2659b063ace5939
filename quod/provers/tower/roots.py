"""Real points of a cell: exact constants, or isolating intervals in which a polynomial of the tower changes its sign once."""

from __future__ import annotations

from fractions import Fraction

from flint import arb, fmpz_mpoly

from quod.kernel.tower.field import CertificateError, Quotient
from quod.kernel.tower.values import PRECISIONS, precision
from quod.provers.tower.live import LiveCell, Unknown

MOST_BITS = 100_000


def fraction(number: arb) -> Fraction:
    """An exact ball's midpoint."""
    mantissa, exponent = number.mid().man_exp()
    if abs(int(exponent)) > MOST_BITS:
        raise Unknown("a point is too large or too small to be written down")
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def bracket(ball: arb) -> tuple[Fraction, Fraction]:
    """Rational bounds of a ball."""
    return fraction(ball.lower()), fraction(ball.upper())


def simplest(low: Fraction, high: Fraction) -> Fraction:
    """The rational with the smallest denominator in [low, high]."""
    if low > high:
        raise Unknown(f"no number lies between {low} and {high}")
    if low <= 0 <= high:
        return Fraction(0)
    if high < 0:
        return -simplest(-high, -low)
    digits = []
    while True:
        whole = low.numerator // low.denominator
        if whole == low or whole + 1 <= high:
            last = Fraction(whole if whole == low else whole + 1)
            break
        digits.append(whole)
        low, high = 1 / (high - whole), 1 / (low - whole)
    for whole in reversed(digits):
        last = whole + 1 / last
    return last


class Root:
    """A point with rational bounds lo ≤ r ≤ hi: `exact` a constant of the tower, or the zero of `poly` strictly between lo and hi."""

    __slots__ = ("bits", "cell", "exact", "hi", "lo", "poly", "sign_lo")

    def __init__(
        self, cell: LiveCell, exact: Quotient | None, lo: Fraction, hi: Fraction, poly: fmpz_mpoly | None = None, sign_lo: int = 0
    ) -> None:
        self.cell, self.exact, self.lo, self.hi, self.poly, self.sign_lo = cell, exact, lo, hi, poly, sign_lo
        self.bits = PRECISIONS[0]

    def refine(self) -> None:
        """Smaller bounds: half as wide around a zero, from a finer ball around a constant."""
        if self.exact is not None:
            if self.lo == self.hi:
                return
            self.bits *= 2
            if self.bits > 8 * PRECISIONS[-1]:
                raise Unknown("a constant was refined beyond every limit")
            with precision(self.bits):
                self.lo, self.hi = bracket(self.cell.ball(self.exact))
            return
        if self.poly is None:
            raise Unknown("a point without a polynomial cannot be refined")
        middle = (self.lo + self.hi) / 2
        sign = self.cell.sign_at(self.poly, middle)
        if sign is None:
            middle = (self.lo * 3 + self.hi * 5) / 8
            sign = self.cell.sign_at(self.poly, middle)
        if sign is None:
            words = self.cell.words(self.poly)
            raise Unknown("could not separate {} from 0 near {} = {:.12g} at {} bits", words, self.cell.name, float(middle), PRECISIONS[-1])
        if sign == self.sign_lo:
            self.lo = middle
        else:
            self.hi = middle

    def narrow(self, width: Fraction) -> None:
        """Refined until hi − lo ≤ width."""
        while self.hi - self.lo > width:
            self.refine()

    def place(self) -> str:
        """Where the point is, for people."""
        return f"{self.cell.name} = {float((self.lo + self.hi) / 2):.12g}"


def exact_root(cell: LiveCell, value: Quotient) -> Root:
    """The point at a constant of the tower."""
    number = value.rational()
    if number is not None:
        return Root(cell, value, number, number)
    with precision(PRECISIONS[0]):
        lo, hi = bracket(cell.ball(value))
    return Root(cell, value, lo, hi)


def before(left: Root, right: Root) -> int:
    """−1, 0 or 1 as `left` lies before, at, or after `right`. Raises Unknown if it cannot be told."""
    for _ in range(160):
        if left.hi < right.lo or (left.hi == right.lo and (left.exact is None or right.exact is None)):
            return -1
        if right.hi < left.lo or (right.hi == left.lo and (left.exact is None or right.exact is None)):
            return 1
        if left.exact is not None and right.exact is not None:
            return cell_sign(left.cell, left.exact - right.exact)
        left.refine()
        right.refine()
        if left.poly is not None and right.poly is not None and left.poly == right.poly and _same_bracket(left, right):
            return 0
    raise Unknown("two points near {} could not be told apart", left.place())


def _same_bracket(left: Root, right: Root) -> bool:
    return left.sign_lo == right.sign_lo and left.lo <= right.hi and right.lo <= left.hi and left.hi - left.lo < Fraction(1, 2**30)


def cell_sign(cell: LiveCell, term: Quotient) -> int:
    """The sign of a constant. Raises Unknown if it cannot be told."""
    try:
        return cell.sign_of(term)
    except CertificateError as error:
        raise Unknown("{}", error) from None
