"""Germs at the ends of an interval: finite sums of monomials in an ordered scale, with an explicit error monomial.

The scale is … ≻ exp h ≻ … ≻ z ≻ log z ≻ log log z, where z → +∞ parametrises the end; a monomial is a tuple of constant exponents
(in the order in which the scale grew), and two monomials compare by the exponents of the fastest element first, which is sound
because each element's logarithm is negligible against that of every faster one (D. Gruntz, thesis, ETH Zürich 1996; error terms after
J. van der Hoeven, "Transseries and real differential algebra", 2006). Coefficients are constants of the cell's tower.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import zip_longest

from quod.kernel.tower.cell import Cell
from quod.kernel.tower.exponent import Power
from quod.kernel.tower.field import CertificateError, Quotient

Monomial = tuple[Power, ...]
ZERO: Power = Fraction(0)
LOGARITHMS = 8
"""How many nested logarithms of z the scale has."""


def plus(left: Monomial, right: Monomial, times: Fraction = Fraction(1)) -> Monomial:
    """The exponents of left·right^times."""
    total = [a + times * b if b else a for a, b in zip_longest(left, right, fillvalue=ZERO)]
    while total and total[-1] == 0:
        total.pop()
    return tuple(total)


class Series:
    """Σ terms + O(error); `error` None: exact."""

    __slots__ = ("error", "terms")

    def __init__(self, terms: dict[Monomial, Quotient], error: Monomial | None = None) -> None:
        self.terms = terms
        self.error = error


class Scale:
    """The arithmetic of germs at one end of a cell, with `order` terms of every infinite expansion."""

    def __init__(self, cell: Cell, end: Quotient | None, left: bool, order: int) -> None:
        if not 1 <= order <= 64:
            raise CertificateError(f"an expansion has between 1 and 64 terms, got {order}")
        self.cell, self.order = cell, order
        one = cell.field.number(1)
        z: dict[Monomial, Quotient] = {(Fraction(1 if end is None else -1),): one}
        sign = 1 if left == (end is not None) else -1
        self.scale = list(range(LOGARITHMS + 1))
        self.logs: list[Series | None] = [Series({(*[Fraction(0)] * n, Fraction(1)): one}) for n in range(1, LOGARITHMS + 1)]
        self.logs.append(None)
        start = self.times(Series(z), one * cell.field.number(sign))
        self.values: dict[int, Series] = {0: start if end is None else self.add(start, self.constant(end))}

    def constant(self, value: Quotient) -> Series:
        """A constant as a germ."""
        return Series({} if value.is_zero() else {(): value})

    def rank(self, monomial: Monomial) -> tuple[Power, ...]:
        """What monomials compare by: the exponents, fastest element first."""
        length = len(monomial)
        return tuple([monomial[i] if i < length else ZERO for i in self.scale])

    def clean(self, terms: dict[Monomial, Quotient], error: Monomial | None) -> Series:
        """Zero coefficients, and terms inside the error, dropped."""
        kept = {m: c for m, c in terms.items() if not c.is_zero() and (error is None or self.rank(m) > self.rank(error))}
        return Series(kept, error)

    def worse(self, *errors: Monomial | None) -> Monomial | None:
        """The largest of several errors."""
        present = [error for error in errors if error is not None]
        return max(present, key=self.rank) if present else None

    def lead(self, series: Series) -> tuple[Monomial, Quotient]:
        """The leading monomial and its coefficient, proved not 0. Raises CertificateError if only the error is left."""
        if not series.terms:
            raise CertificateError("a germ is known only up to its error")
        monomial = max(series.terms, key=self.rank)
        if self.cell.sign_of(series.terms[monomial]) == 0:
            raise CertificateError("the leading coefficient of a germ is 0")
        return monomial, series.terms[monomial]

    def size(self, series: Series) -> Monomial | None:
        """A monomial that bounds the germ; None for 0."""
        return self.worse(*series.terms, series.error)

    def add(self, left: Series, right: Series) -> Series:
        """The sum."""
        terms = dict(left.terms)
        for monomial, coefficient in right.terms.items():
            terms[monomial] = terms[monomial] + coefficient if monomial in terms else coefficient
        return self.clean(terms, self.worse(left.error, right.error))

    def times(self, series: Series, factor: Quotient, shift: Monomial = ()) -> Series:
        """factor·monomial·series."""
        error = None if series.error is None else plus(series.error, shift)
        return self.clean({plus(m, shift): c * factor for m, c in series.terms.items()}, error)

    def multiply(self, left: Series, right: Series) -> Series:
        """The product."""
        sizes = self.size(left), self.size(right)
        errors = [
            None if error is None or size is None else plus(error, size)
            for error, size in ((left.error, sizes[1]), (right.error, sizes[0]))
        ]
        error = self.worse(*errors)
        terms: dict[Monomial, Quotient] = {}
        for m, c in left.terms.items():
            for n, d in right.terms.items():
                key = plus(m, n)
                if error is None or self.rank(key) > self.rank(error):
                    terms[key] = terms[key] + c * d if key in terms else c * d
        return self.clean(terms, error)

    def small(self, series: Series) -> Series:
        """`series` itself, if it tends to 0."""
        size = self.size(series)
        if size is not None and self.rank(size) >= self.rank(()):
            raise CertificateError("a germ that should tend to 0 may not")
        return series

    def taylor(self, small: Series, coefficient: Callable[[int], Quotient]) -> Series:
        """Σ coefficient(n)·smallⁿ for 0 ≤ n < order, the rest in the error."""
        size = self.size(self.small(small))
        total = self.constant(coefficient(0))
        power = self.constant(self.cell.field.number(1))
        for n in range(1, self.order if size is not None else 1):
            power = self.multiply(power, small)
            total = self.add(total, self.times(power, coefficient(n)))
        error = None if size is None else plus((), size, Fraction(self.order))
        return self.clean(total.terms, self.worse(total.error, error))

    def normalised(self, series: Series) -> tuple[Monomial, Quotient, Series]:
        """(m, c, δ) with series = c·m·(1 + δ), δ → 0."""
        monomial, coefficient = self.lead(series)
        one = self.cell.field.number(1)
        rest = self.times(series, one / coefficient, plus((), monomial, Fraction(-1)))
        return monomial, coefficient, self.small(self.add(rest, self.constant(-one)))

    def binomial(self, series: Series, exponent: Fraction) -> Series:
        """series^exponent for exponent = −1 or 1/k, there of a positive germ."""
        monomial, coefficient, delta = self.normalised(series)
        number = self.cell.field.number
        head = number(1) / coefficient if exponent == -1 else self.cell.root(exponent.denominator, coefficient)
        factors = [Fraction(1)]
        for n in range(self.order):
            factors.append(factors[-1] * (exponent - n) / (n + 1))
        return self.times(self.taylor(delta, lambda n: number(factors[n])), head, plus((), monomial, exponent))

    def split(self, series: Series) -> tuple[Quotient, Series]:
        """(c, δ) with series = c + δ, δ → 0. Raises CertificateError if it is unbounded."""
        limit = series.terms.get((), self.cell.field.number(0))
        return limit, self.small(self.add(series, self.constant(-limit)))

    def is_large(self, series: Series) -> bool:
        """True if the germ tends to ±∞."""
        return bool(series.terms) and self.rank(self.lead(series)[0]) > self.rank(())
