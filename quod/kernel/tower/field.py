"""Towers of real functions on one open interval: ℚ, the variable, and named generators (exp u, log p, atan u, roots, …).

A function of the tower is a quotient of integer polynomials in the generators. Two quotients with the same normal form are the
same function; the converse is not assumed anywhere. Derivatives come from the slopes of the generators.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb
from typing import Any

from flint import fmpz_mpoly, fmpz_mpoly_ctx

MAX_EXPONENT = 20_000
"""No exponent in a certificate is larger, so that no polynomial overflows."""
MAX_DEGREE, MAX_BITS = 100_000, 1_000_000
"""Bounds on what is divided: FLINT ends the process where memory runs out, and x squared forty times is a short term."""


class CertificateError(ValueError):
    """A certificate that does not prove what it is for."""


def power(base: fmpz_mpoly, n: int) -> fmpz_mpoly:
    """base^n. Raises CertificateError where it may have more than 10^5 terms or numbers of more than 10^6 bits."""
    length = len(base)
    bits = max((int(c).bit_length() for c in base.coeffs()), default=0)
    if not 0 <= n <= MAX_EXPONENT or (n > 1 and (comb(n + length - 1, n) > 100_000 or (bits > 1 and bits * n > 1_000_000))):
        raise CertificateError(f"the power {n} of a polynomial with {length} terms is too large")
    return base**n


@dataclass(frozen=True, slots=True)
class Quotient:
    """`num`/`den` in lowest terms, powers of roots reduced; `den` is not the zero polynomial."""

    field: Field
    num: fmpz_mpoly
    den: fmpz_mpoly

    def __add__(self, other: Quotient) -> Quotient:
        return self.field.quotient(self.num * other.den + other.num * self.den, self.den * other.den)

    def __sub__(self, other: Quotient) -> Quotient:
        return self.field.quotient(self.num * other.den - other.num * self.den, self.den * other.den)

    def __mul__(self, other: Quotient) -> Quotient:
        return self.field.quotient(self.num * other.num, self.den * other.den)

    def __truediv__(self, other: Quotient) -> Quotient:
        return self.field.quotient(self.num * other.den, self.den * other.num)

    def __neg__(self) -> Quotient:
        return Quotient(self.field, -self.num, self.den)

    def __pow__(self, n: int) -> Quotient:
        up, down = (self.num, self.den) if n >= 0 else (self.den, self.num)
        return self.field.quotient(power(up, abs(n)), power(down, abs(n)))

    def is_zero(self) -> bool:
        """True if the numerator is the zero polynomial, so that this is the zero function."""
        return self.num.is_zero()

    def same(self, other: Quotient) -> bool:
        """True if both have one normal form."""
        return (self - other).is_zero()

    def rational(self) -> Fraction | None:
        """The value of a rational constant, else None."""
        if not (self.num.is_constant() and self.den.is_constant()):
            return None
        return Fraction(int(self.num.leading_coefficient()) if not self.num.is_zero() else 0, int(self.den.leading_coefficient()))

    def is_constant(self) -> bool:
        """True if no generator that depends on the variable occurs."""
        return self.field.is_constant(self.num) and self.field.is_constant(self.den)


@dataclass(frozen=True, slots=True)
class Generator:
    """θ = kind(arg), a root of order `degree` with θ^degree = relation, and its slope; `varies` if it depends on the variable."""

    kind: str
    arg: Quotient | None
    degree: int
    relation: fmpz_mpoly | None
    slope: Quotient | None

    @property
    def varies(self) -> bool:
        return self.slope is not None


class Field:
    """A growing tower; generator 0 is the variable. Who adds a generator has proved its argument admissible on the interval."""

    def __init__(self, size: int) -> None:
        self.context = fmpz_mpoly_ctx.get(tuple(f"g{i}" for i in range(size)), "lex")
        self.symbols = self.context.gens()
        self.one = self.context.constant(1)
        self.related: list[int] = []
        self.generators = [Generator("x", None, 0, None, Quotient(self, self.one, self.one))]

    def quotient(self, num: fmpz_mpoly, den: fmpz_mpoly) -> Quotient:
        """num/den reduced. Raises CertificateError if den is the zero function, or one of them is too large."""
        for poly in (num, den):
            if max(poly.degrees()) > MAX_DEGREE or (poly and int(poly.leading_coefficient()).bit_length() > MAX_BITS):
                raise CertificateError(f"a function of degree beyond {MAX_DEGREE}, or with numbers of more than {MAX_BITS} bits")
        num, den = self.reduce(num), self.reduce(den)
        if den.is_zero():
            raise CertificateError("a quotient's denominator is identically 0")
        common = num.gcd(den)
        if not common.is_one():
            num, den = num // common, den // common
        return Quotient(self, num, den) if den.leading_coefficient() > 0 else Quotient(self, -num, -den)

    def number(self, value: Fraction | int) -> Quotient:
        """A rational constant."""
        exact = Fraction(value)
        return Quotient(self, self.context.constant(exact.numerator), self.context.constant(exact.denominator))

    def polynomial(self, num: fmpz_mpoly) -> Quotient:
        """A polynomial in the generators."""
        return Quotient(self, self.reduce(num), self.one)

    def symbol(self, index: int) -> Quotient:
        """The generator of that index."""
        return Quotient(self, self.symbols[index], self.one)

    def degrees(self, poly: fmpz_mpoly) -> tuple[int, ...]:
        """The degree in each generator present."""
        return tuple(int(d) for d in poly.degrees()[: len(self.generators)])

    def is_constant(self, poly: fmpz_mpoly) -> bool:
        """True if no generator of `poly` varies."""
        return not any(d > 0 and g.varies for d, g in zip(self.degrees(poly), self.generators, strict=True))

    def reduce(self, poly: fmpz_mpoly) -> fmpz_mpoly:
        """`poly` with every power θ^k of a root replaced by what it equals."""
        if not self.related:
            return poly
        for index in reversed(self.related):
            generator = self.generators[index]
            if generator.relation is None or poly.degrees()[index] < generator.degree:
                continue
            parts: dict[int, dict[Any, Any]] = {}
            for exponents, coefficient in poly.to_dict().items():
                times, rest = divmod(exponents[index], generator.degree)
                parts.setdefault(times, {})[*exponents[:index], rest, *exponents[index + 1 :]] = coefficient
            poly = self.context.constant(0)
            for times, part in parts.items():
                poly += self.context.from_dict(part) * power(generator.relation, times)
        return poly

    def add(
        self, kind: str, arg: Quotient | None, degree: int = 0, relation: fmpz_mpoly | None = None, outer: Quotient | None = None
    ) -> int:
        """A new generator with θ′ = outer·arg′; `outer` None stands for θ itself (θ = exp arg). Returns its index."""
        index = len(self.generators)
        if index >= len(self.symbols):
            raise CertificateError(f"the tower needs more than {len(self.symbols)} generators")
        slope = None
        if arg is not None and not arg.is_constant():
            slope = (self.symbol(index) if outer is None else outer) * self.derivative(arg)
        self.generators.append(Generator(kind, arg, degree, relation, slope))
        if relation is not None:
            self.related.append(index)
        return index

    def derivative(self, term: Quotient) -> Quotient:
        """d/dx. Its denominator divides a product of denominators of `term` and of slopes."""
        total = self.number(0)
        degrees_num, degrees_den = self.degrees(term.num), self.degrees(term.den)
        for index, generator in enumerate(self.generators):
            if generator.slope is None or not (degrees_num[index] or degrees_den[index]):
                continue
            partial = term.num.derivative(index) * term.den - term.num * term.den.derivative(index)
            total = total + self.quotient(partial, self.one) * generator.slope
        return total / self.quotient(term.den**2, self.one)

    def parse(self, data: Sequence[Sequence[Any]]) -> fmpz_mpoly:
        """The polynomial written as [[coefficient, e₀, e₁, …], …]. Raises CertificateError if it is not one in the generators so far."""
        terms = {}
        width, known = len(self.symbols), len(self.generators) + 1
        for entry in data:
            exponents_fit = len(entry) <= width + 1 and all(isinstance(e, int) and 0 <= e <= MAX_EXPONENT for e in entry[1:])
            if not exponents_fit or not isinstance(entry[0], int) or any(entry[known:]):
                raise CertificateError(f"a polynomial's term is [coefficient, exponents…], got {entry!r}")
            terms[(*entry[1:], *(0,) * (width + 1 - len(entry)))] = entry[0]
        return self.context.from_dict(terms)


def expect(condition: bool, kind: str, arg: Quotient) -> None:
    """Raises CertificateError unless `condition`, which says that the certificate's form of kind(arg) is right."""
    if not condition:
        raise CertificateError(f"the certificate's form of {kind}({arg.num} / {arg.den}) is not that function")
