"""Polynomials as FLINT holds them: fast products, factors and degrees while a certificate is searched for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations_with_replacement
from math import comb
from typing import Any

from flint import Ordering, fmpq, fmpq_mpoly, fmpq_mpoly_ctx

from quod.provers.algebra.certificate import Monomial, Polynomial

Exponents = tuple[int, ...]
"""The power of every generator."""


def to_fraction(value: fmpq) -> Fraction:
    """The same rational as Python's."""
    return Fraction(int(value.p), int(value.q))


def to_fmpq(value: Fraction) -> fmpq:
    """The same rational as FLINT's."""
    return fmpq(value.numerator, value.denominator)


class Ring:
    """ℚ[x₀, …, xₙ₋₁] for the indeterminates that occur in `polys`, in rising order."""

    def __init__(self, polys: Iterable[Polynomial]) -> None:
        self.indeterminates = sorted({i for poly in polys for monomial in poly for i, _ in monomial})
        self.position = {indeterminate: k for k, indeterminate in enumerate(self.indeterminates)}
        self.context: Any = fmpq_mpoly_ctx.get([f"x{k}" for k in range(len(self.indeterminates))], Ordering.degrevlex)
        self.generators: tuple[fmpq_mpoly, ...] = tuple(self.context.gens())
        self.one: fmpq_mpoly = self.context.constant(1)

    def __len__(self) -> int:
        return len(self.indeterminates)

    def poly(self, source: Polynomial) -> fmpq_mpoly:
        """A polynomial of the interface in this ring."""
        terms: dict[Exponents, fmpq] = {}
        for monomial, value in source.items():
            exponents = [0] * len(self)
            for indeterminate, power in monomial:
                exponents[self.position[indeterminate]] += power
            key = tuple(exponents)
            terms[key] = terms.get(key, fmpq(0)) + to_fmpq(Fraction(value))
        result: fmpq_mpoly = self.context.from_dict(terms)
        return result

    def plain(self, poly: fmpq_mpoly) -> dict[Monomial, Fraction]:
        """A polynomial of this ring in the form of the interface."""
        names = self.indeterminates
        return {
            tuple((names[k], power) for k, power in enumerate(exponents) if power): to_fraction(value)
            for exponents, value in terms_of(poly)
        }

    def monomial(self, exponents: Exponents) -> fmpq_mpoly:
        """The monomial with these powers and coefficient 1."""
        result: fmpq_mpoly = self.context.from_dict({exponents: 1})
        return result

    def monomials(self, used: Sequence[int], degree: int, limit: int) -> list[fmpq_mpoly]:
        """All monomials in these generators up to a degree, or to the largest smaller one that keeps to `limit` monomials."""
        while degree > 0 and comb(len(used) + degree, degree) > limit:
            degree -= 1
        result = []
        for size in range(degree + 1):
            for chosen in combinations_with_replacement(used, size):
                exponents = [0] * len(self)
                for k in chosen:
                    exponents[k] += 1
                result.append(self.monomial(tuple(exponents)))
        return result

    def coefficients_in(self, poly: fmpq_mpoly, k: int) -> dict[int, fmpq_mpoly]:
        """The coefficients, free of generator k, of the powers of generator k."""
        parts: dict[int, dict[Exponents, fmpq]] = {}
        for exponents, value in terms_of(poly):
            parts.setdefault(exponents[k], {})[(*exponents[:k], 0, *exponents[k + 1 :])] = value
        return {power: self.context.from_dict(terms) for power, terms in parts.items()}


def terms_of(poly: fmpq_mpoly) -> Iterator[tuple[Exponents, fmpq]]:
    """The (exponents, coefficient) pairs of a polynomial."""
    yield from zip(poly.monoms(), poly.coeffs(), strict=True)


def degree_in(poly: fmpq_mpoly, k: int) -> int:
    """The degree in generator k; 0 for the zero polynomial."""
    return 0 if poly.is_zero() else int(poly.degrees()[k])


def total_degree(poly: fmpq_mpoly) -> int:
    """The total degree; 0 for the zero polynomial."""
    return 0 if poly.is_zero() else int(poly.total_degree())


def used_by(polys: Iterable[fmpq_mpoly]) -> list[int]:
    """The generators that occur in any of the polynomials, in order."""
    return sorted(set[int]().union(*map(variables_of, polys)))


def variables_of(poly: fmpq_mpoly) -> set[int]:
    """The generators that occur."""
    return set() if poly.is_zero() else {k for k, power in enumerate(poly.degrees()) if power}
