"""Germs at the ends of an interval: finite sums of monomials in an ordered scale, with an explicit error monomial.

The scale is … ≻ exp h ≻ … ≻ z ≻ log z ≻ log log z, where z → +∞ parametrises the end; a monomial is a tuple of rational exponents
(in the order in which the scale grew), and two monomials compare by the exponents of the fastest element first, which is sound
because each element's logarithm is negligible against that of every faster one (D. Gruntz, thesis, ETH Zürich 1996; error terms after
J. van der Hoeven, "Transseries and real differential algebra", 2006). Coefficients are constants of the cell's tower.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import zip_longest
from math import factorial, prod

from flint import fmpz_mpoly

from quod.kernel.tower.cell import Cell
from quod.kernel.tower.field import CertificateError, Quotient

Monomial = tuple[Fraction, ...]
LOGARITHMS = 8
"""How many nested logarithms of z the scale has."""


def _plus(left: Monomial, right: Monomial, times: Fraction = Fraction(1)) -> Monomial:
    total = [a + times * b for a, b in zip_longest(left, right, fillvalue=Fraction(0))]
    while total and total[-1] == 0:
        total.pop()
    return tuple(total)


class Series:
    """Σ terms + O(error); `error` None: exact."""

    __slots__ = ("error", "terms")

    def __init__(self, terms: dict[Monomial, Quotient], error: Monomial | None = None) -> None:
        self.terms = terms
        self.error = error


class Germs:
    """The arithmetic of germs at one end of a cell, with `order` terms of every infinite expansion."""

    def __init__(self, cell: Cell, end: Quotient | None, left: bool, order: int) -> None:
        if not 1 <= order <= 64:
            raise CertificateError(f"an expansion has between 1 and 64 terms, got {order}")
        self.cell, self.order = cell, order
        one = cell.field.number(1)
        z = {(Fraction(1),): one} if end is None else {(Fraction(-1),): one}
        sign = 1 if left == (end is not None) else -1
        self.scale = list(range(LOGARITHMS + 1))
        self.logs: list[Series | None] = [Series({(*[Fraction(0)] * n, Fraction(1)): one}) for n in range(1, LOGARITHMS + 1)]
        self.logs.append(None)
        start = self.times(Series(z), one * cell.field.number(sign))
        self.values: dict[int, Series] = {0: start if end is None else self.add(start, self.constant(end))}

    def constant(self, value: Quotient) -> Series:
        """A constant as a germ."""
        return Series({} if value.is_zero() else {(): value})

    def rank(self, monomial: Monomial) -> tuple[Fraction, ...]:
        """What monomials compare by: the exponents, fastest element first."""
        return tuple(monomial[i] if i < len(monomial) else Fraction(0) for i in self.scale)

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
        error = None if series.error is None else _plus(series.error, shift)
        return self.clean({_plus(m, shift): c * factor for m, c in series.terms.items()}, error)

    def multiply(self, left: Series, right: Series) -> Series:
        """The product."""
        sizes = self.size(left), self.size(right)
        errors = [
            None if error is None or size is None else _plus(error, size)
            for error, size in ((left.error, sizes[1]), (right.error, sizes[0]))
        ]
        error = self.worse(*errors)
        terms: dict[Monomial, Quotient] = {}
        for m, c in left.terms.items():
            for n, d in right.terms.items():
                key = _plus(m, n)
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
        error = None if size is None else _plus((), size, Fraction(self.order))
        return self.clean(total.terms, self.worse(total.error, error))

    def normalised(self, series: Series) -> tuple[Monomial, Quotient, Series]:
        """(m, c, δ) with series = c·m·(1 + δ), δ → 0."""
        monomial, coefficient = self.lead(series)
        one = self.cell.field.number(1)
        rest = self.times(series, one / coefficient, _plus((), monomial, Fraction(-1)))
        return monomial, coefficient, self.small(self.add(rest, self.constant(-one)))

    def binomial(self, series: Series, exponent: Fraction) -> Series:
        """series^exponent for exponent = −1 or 1/k, there of a positive germ."""
        monomial, coefficient, delta = self.normalised(series)
        number = self.cell.field.number
        head = number(1) / coefficient if exponent == -1 else self.cell.root(exponent.denominator, coefficient)
        factors = [Fraction(1)]
        for n in range(self.order):
            factors.append(factors[-1] * (exponent - n) / (n + 1))
        return self.times(self.taylor(delta, lambda n: number(factors[n])), head, _plus((), monomial, exponent))

    def split(self, series: Series) -> tuple[Quotient, Series]:
        """(c, δ) with series = c + δ, δ → 0. Raises CertificateError if it is unbounded."""
        limit = series.terms.get((), self.cell.field.number(0))
        return limit, self.small(self.add(series, self.constant(-limit)))

    def is_large(self, series: Series) -> bool:
        """True if the germ tends to ±∞."""
        return bool(series.terms) and self.rank(self.lead(series)[0]) > self.rank(())

    def log(self, series: Series) -> Series:
        """The logarithm of a positive germ."""
        monomial, coefficient, delta = self.normalised(series)
        number = self.cell.field.number
        total = self.taylor(delta, lambda n: number(Fraction((-1) ** (n + 1), n) if n else 0))
        total = self.add(total, self.constant(self.cell.log(coefficient)))
        for index, exponent in enumerate(monomial):
            if exponent:
                logarithm = self.logs[index]
                if logarithm is None:
                    raise CertificateError(f"more than {LOGARITHMS} nested logarithms at the end of an interval")
                total = self.add(total, self.times(logarithm, number(exponent)))
        return total

    def exp(self, series: Series) -> Series:
        """The exponential; a new growth class enlarges the scale."""
        number, monomial = self.cell.field.number, ()
        while self.is_large(series):
            size, coefficient = self.lead(series)
            match = [i for i, log in enumerate(self.logs) if log is not None and self.lead(log)[0] == size]
            if not match:
                self._enlarge(series, size, self.cell.sign_of(coefficient))
                continue
            logarithm = self.logs[match[0]]
            if logarithm is None:
                raise CertificateError("an element of the scale has no logarithm")
            ratio = (coefficient / self.lead(logarithm)[1]).rational()
            if ratio is None:
                raise CertificateError("two exponentials of one growth class have an irrational ratio")
            monomial = _plus(monomial, (Fraction(0),) * match[0] + (ratio,))
            series = self.add(series, self.times(logarithm, number(-ratio)))
        limit, delta = self.split(series)
        return self.times(self.taylor(delta, lambda n: number(Fraction(1, factorial(n)))), self.cell.exp(limit), monomial)

    def _enlarge(self, logarithm: Series, size: Monomial, sign: int) -> None:
        sizes = [() if log is None else self.lead(log)[0] for log in self.logs]
        place = sum(1 for i in self.scale if self.rank(sizes[i]) > self.rank(size))
        self.logs.append(self.times(logarithm, self.cell.field.number(sign)))
        self.scale.insert(place, len(self.logs) - 1)

    def atan(self, series: Series) -> Series:
        """The arctangent."""
        cell = self.cell
        number = cell.field.number
        total = self.constant(number(0))
        if self.is_large(series):
            half = cell.extend("pi", None) / number(2 * cell.sign_of(self.lead(series)[1]))
            total, series, flip = self.constant(half), self.binomial(series, Fraction(-1)), -1
        else:
            limit, delta = self.split(series)
            flip = 1
            if not limit.is_zero():
                denominator = self.add(self.constant(number(1) + limit * limit), self.times(delta, limit))
                total, series = self.constant(cell.atan(limit)), self.multiply(delta, self.binomial(denominator, Fraction(-1)))
        arc = self.taylor(series, lambda n: number(Fraction((-1) ** (n // 2), n) if n % 2 else 0))
        return self.add(total, self.times(arc, number(flip)))

    def value(self, index: int) -> Series:
        """The germ of a generator."""
        if index not in self.values:
            generator = self.cell.field.generators[index]
            self.values[index] = self.constant(self.cell.field.symbol(index)) if not generator.varies else self._function(index)
        return self.values[index]

    def _function(self, index: int) -> Series:
        generator = self.cell.field.generators[index]
        if generator.arg is None:
            raise CertificateError("a generator without an argument does not vary")
        u = self.quotient(generator.arg)
        match generator.kind:
            case "exp":
                return self.exp(u)
            case "log":
                return self.log(u)
            case "root":
                return self.binomial(u, Fraction(1, generator.degree))
            case "atan":
                return self.atan(u)
        return self.special(generator.kind, u)

    def special(self, kind: str, u: Series) -> Series:
        """sin, cos and erf."""
        number, cell = self.cell.field.number, self.cell
        if kind == "erf":
            return self._error_function(u)
        limit, delta = self.split(u)
        cosine, sine = cell.circle(limit)
        start, cycle = ("sin", "cos").index(kind), (sine, cosine, -sine, -cosine)
        return self.taylor(delta, lambda n: cycle[(start + n) % 4] * number(Fraction(1, factorial(n))))

    def _error_function(self, u: Series) -> Series:
        """erf: by Hermite polynomials at a finite limit, by its asymptotic expansion with N terms at ±∞."""
        number, cell = self.cell.field.number, self.cell
        square = self.multiply(u, u)
        root = cell.root(2, cell.extend("pi", None))
        if self.is_large(u):
            sign = number(cell.sign_of(self.lead(u)[1]))
            inverse = self.times(self.binomial(square, Fraction(-1)), number(Fraction(1, 2)))
            tail = self.taylor(inverse, lambda n: number((-1) ** n * prod(range(1, 2 * n, 2))))
            density = self.times(self.exp(self.times(square, number(-1))), number(-1) / root)
            return self.add(self.constant(sign), self.multiply(self.multiply(density, self.binomial(u, Fraction(-1))), tail))
        limit, delta = self.split(u)
        hermite = [number(1), number(-2) * limit]
        for n in range(1, self.order):
            hermite.append(number(-2) * (limit * hermite[n] + number(n) * hermite[n - 1]))
        density = number(2) * cell.exp(-(limit * limit)) / root
        return self.taylor(delta, lambda n: density * hermite[n - 1] * number(Fraction(1, factorial(n))) if n else cell.erf(limit))

    def polynomial(self, poly: fmpz_mpoly) -> Series:
        """The germ of a polynomial in the generators."""
        total = self.constant(self.cell.field.number(0))
        powers: dict[tuple[int, int], Series] = {}
        for exponents, coefficient in poly.terms():
            product = self.constant(self.cell.field.number(int(coefficient)))
            for index, exponent in enumerate(exponents):
                for n in range(1, int(exponent) + 1):
                    if (index, n) not in powers:
                        powers[index, n] = self.value(index) if n == 1 else self.multiply(powers[index, n - 1], powers[index, 1])
                if exponent:
                    product = self.multiply(product, powers[index, int(exponent)])
            total = self.add(total, product)
        return total

    def quotient(self, term: Quotient) -> Series:
        """The germ of a quotient."""
        num = self.polynomial(term.num)
        return num if term.den == 1 else self.multiply(num, self.binomial(self.polynomial(term.den), Fraction(-1)))


def end_sign(cell: Cell, term: Quotient, end: Quotient | None, left: bool, order: int) -> int:
    """The sign that `term` has near the left or right end of the interval, or 0 if all that is known is that it tends to 0.

    Raises CertificateError if `order` terms of the expansions do not show it.
    """
    germs = Germs(cell, end, left, order)
    series = germs.quotient(term)
    if series.terms:
        return cell.sign_of(germs.lead(series)[1])
    if series.error is not None and germs.rank(series.error) >= germs.rank(()):
        raise CertificateError(f"{order} terms do not show the germ of a quotient")
    return 0
