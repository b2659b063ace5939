"""Germs of a tower's functions at the ends of an interval: exp, log, roots, arctangents, circular functions and erf of series."""

from __future__ import annotations

from fractions import Fraction
from math import factorial, prod

from flint import fmpz_mpoly

from quod.kernel.tower.angles import atan, circle
from quod.kernel.tower.cell import Cell
from quod.kernel.tower.exponent import constant, power
from quod.kernel.tower.field import CertificateError, Quotient
from quod.kernel.tower.series import LOGARITHMS, Monomial, Scale, Series, plus


class Germs(Scale):
    """The germs of the functions of a cell at one of its ends."""

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
                total = self.add(total, self.times(logarithm, constant(self.cell, exponent)))
        return total

    def exp(self, series: Series) -> Series:
        """The exponential; a new growth class enlarges the scale."""
        number, monomial = self.cell.field.number, Monomial()
        while self.is_large(series):
            size, coefficient = self.lead(series)
            match = [i for i, log in enumerate(self.logs) if log is not None and self.lead(log)[0] == size]
            if not match:
                self._enlarge(series, size, self.cell.sign_of(coefficient))
                continue
            logarithm = self.logs[match[0]]
            if logarithm is None:
                raise CertificateError("an element of the scale has no logarithm")
            ratio = coefficient / self.lead(logarithm)[1]
            monomial = plus(monomial, (Fraction(0),) * match[0] + (power(self.cell, ratio),))
            series = self.add(series, self.times(logarithm, -ratio))
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
                total, series = self.constant(atan(cell, limit)), self.multiply(delta, self.binomial(denominator, Fraction(-1)))
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
        cosine, sine = circle(cell, limit)
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
            falling = self.times(self.exp(self.times(square, number(-1))), number(-1) / root)
            return self.add(self.constant(sign), self.multiply(self.multiply(falling, self.binomial(u, Fraction(-1))), tail))
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
        return num if term.den.is_one() else self.multiply(num, self.binomial(self.polynomial(term.den), Fraction(-1)))


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
