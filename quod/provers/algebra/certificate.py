"""Polynomial systems over ℚ, and certificates that they have no real solution (Krivine 1964, Stengle 1974: the Positivstellensatz).

A polynomial is a dict from monomials, which are tuples of (indeterminate, power) with rising indeterminates and positive powers, to
non-zero rationals; this is the form in which a normaliser holds it, and nothing here depends on the library that searches.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

Monomial = tuple[tuple[int, int], ...]
Polynomial = Mapping[Monomial, Fraction]

ONE: Polynomial = {(): Fraction(1)}


@dataclass(frozen=True, slots=True)
class Constraint:
    """`poly` > 0 if `strict`, else `poly` ≥ 0."""

    poly: Polynomial
    strict: bool


@dataclass(frozen=True, slots=True)
class Product:
    """coefficient · ∏ s² over `squares` · ∏ of the constraints with these indices (repetition allowed)."""

    coefficient: Fraction
    squares: tuple[Polynomial, ...] = ()
    constraints: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Certificate:
    """Products and cofactors of equations whose sum is identically zero, although one product is positive and none is negative."""

    products: tuple[Product, ...]
    cofactors: tuple[tuple[Polynomial, int], ...] = ()

    @property
    def size(self) -> int:
        """The number of characters that its numbers and monomials take, roughly what it costs to store and to read."""
        polys = [square for product in self.products for square in product.squares] + [poly for poly, _ in self.cofactors]
        terms = sum(_digits(value) + 4 * len(monomial) for poly in polys for monomial, value in poly.items())
        return terms + sum(_digits(product.coefficient) + 4 * len(product.constraints) for product in self.products)


def _digits(value: Fraction) -> int:
    return (value.numerator.bit_length() + value.denominator.bit_length()) * 3 // 10 + 2


def multiply(left: Polynomial, right: Polynomial) -> dict[Monomial, Fraction]:
    """The product of two polynomials."""
    result: dict[Monomial, Fraction] = {}
    for first, a in left.items():
        for second, b in right.items():
            monomial = _merge(first, second)
            result[monomial] = result.get(monomial, Fraction(0)) + a * b
    return {monomial: value for monomial, value in result.items() if value}


def _merge(first: Monomial, second: Monomial) -> Monomial:
    powers = dict(first)
    for indeterminate, power in second:
        powers[indeterminate] = powers.get(indeterminate, 0) + power
    return tuple(sorted(powers.items()))


def _expand(product: Product, constraints: Sequence[Constraint]) -> Polynomial:
    result: Polynomial = {(): product.coefficient}
    for square in product.squares:
        result = multiply(multiply(result, square), square)
    for index in product.constraints:
        result = multiply(result, constraints[index].poly)
    return result


def is_positive(product: Product, constraints: Sequence[Constraint]) -> bool:
    """Whether the product is positive wherever the constraints hold: strict constraints only, and no square that may vanish."""
    constants = all(set(square) == {()} and square[()] != 0 for square in product.squares)
    return product.coefficient > 0 and constants and all(constraints[index].strict for index in product.constraints)


def verify(certificate: Certificate, constraints: Sequence[Constraint], equations: Sequence[Polynomial]) -> bool:
    """Whether the certificate proves that no real point satisfies all `constraints` and makes all `equations` zero; exact."""
    products, cofactors = certificate.products, certificate.cofactors
    if any(not 0 <= i < len(constraints) for product in products for i in product.constraints):
        return False
    if any(not 0 <= i < len(equations) for _, i in cofactors):
        return False
    if any(product.coefficient <= 0 for product in products) or not any(is_positive(product, constraints) for product in products):
        return False
    total = sum_of([*(_expand(product, constraints) for product in products), *(multiply(poly, equations[i]) for poly, i in cofactors)])
    return not total


def sum_of(polys: Iterable[Polynomial]) -> dict[Monomial, Fraction]:
    """The sum of polynomials."""
    result: dict[Monomial, Fraction] = {}
    for poly in polys:
        for monomial, value in poly.items():
            result[monomial] = result.get(monomial, Fraction(0)) + value
    return {monomial: value for monomial, value in result.items() if value}
