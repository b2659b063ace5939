"""Quotients of polynomials over ℚ in generators, each a canonical term, with values at sample points that guess signs."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from flint import fmpq, fmpq_mpoly, fmpq_mpoly_ctx
from numpy.typing import NDArray

from quod.lang import terms as t
from quod.provers.several.numbers import Points, margin, numeric

ZERO, ONE = t.Number(0), t.Number(1)
SIZE = 26
MOST_TERMS = 3000
MOST_POWER = 60
Vector = NDArray[np.float64]
Mask = NDArray[np.bool_]


class Unreadable(Exception):
    """The term has no reading here; the message says what is in the way."""


@dataclass(frozen=True)
class Quotient:
    """num/den in lowest terms."""

    num: fmpq_mpoly
    den: fmpq_mpoly


@dataclass
class Field:
    """The generators of one problem and the arithmetic of their quotients; `points` are sample points of its domain.

    `rewriting`: generator^power = quotient, for roots and sines.
    """

    points: Points
    nodes: list[t.Node] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context = fmpq_mpoly_ctx.get(tuple(f"g{k}" for k in range(SIZE)), "degrevlex")
        self.one = self.context.constant(1)
        self.index: dict[t.Node, int] = {}
        self.rewriting: dict[int, tuple[int, Quotient]] = {}
        self.columns: dict[int, Vector] = {}

    def generator(self, node: t.Node) -> int:
        """The index of the generator that stands for the canonical node."""
        if node not in self.index:
            if len(self.nodes) >= SIZE:
                raise Unreadable(f"more than {SIZE} different functions")
            self.index[node] = len(self.nodes)
            self.nodes.append(node)
        return self.index[node]

    def symbol(self, node: t.Node) -> Quotient:
        """The generator of a canonical node as a quotient."""
        return Quotient(self.context.gen(self.generator(node)), self.one)

    def constant(self, value: Fraction | int) -> Quotient:
        """A rational number."""
        exact = Fraction(value)
        return Quotient(self.context.constant(fmpq(exact.numerator, exact.denominator)), self.one)

    def quotient(self, num: fmpq_mpoly, den: fmpq_mpoly) -> Quotient:
        """num/den with the powers of roots reduced, in lowest terms."""
        if self.rewriting:
            top, bottom = self._reduced(num), self._reduced(den)
            num, den = top.num * bottom.den, top.den * bottom.num
        if den.is_zero():
            raise Unreadable("a denominator is identically 0")
        if len(num) > MOST_TERMS or len(den) > MOST_TERMS:
            raise Unreadable("an expression grows too large")
        common = num.gcd(den)
        if not common.is_constant():
            num, den = num / common, den / common
        if den.is_constant():
            return Quotient(num / den, self.one)
        return Quotient(num, den)

    def _reduced(self, poly: fmpq_mpoly) -> Quotient:
        below = self.one
        degrees = poly.degrees()
        if all(int(degrees[index]) < power for index, (power, _) in self.rewriting.items()):
            return Quotient(poly, below)
        for index, (power, value) in reversed(self.rewriting.items()):
            if poly.is_zero() or int(poly.degrees()[index]) < power:
                continue
            parts: dict[int, dict[tuple[int, ...], fmpq]] = {}
            for powers, coefficient in poly.to_dict().items():
                times, rest = divmod(int(powers[index]), power)
                parts.setdefault(times, {})[*powers[:index], rest, *powers[index + 1 :]] = coefficient
            most = max(parts)
            pieces = (self.context.from_dict(part) * value.num**k * value.den ** (most - k) for k, part in parts.items())
            poly, below = sum(pieces, self.context.constant(0)), below * value.den**most
        return Quotient(poly, below)

    def add(self, a: Quotient, b: Quotient) -> Quotient:
        """a + b."""
        if a.den == b.den:
            return self.quotient(a.num + b.num, a.den)
        return self.quotient(a.num * b.den + b.num * a.den, a.den * b.den)

    def times(self, a: Quotient, b: Quotient) -> Quotient:
        """a·b."""
        return self.quotient(a.num * b.num, a.den * b.den)

    def power(self, a: Quotient, n: int) -> Quotient:
        """aⁿ."""
        if abs(n) > MOST_POWER:
            raise Unreadable(f"an exponent of {n}")
        up, down = (a.num, a.den) if n >= 0 else (a.den, a.num)
        return self.quotient(up ** abs(n), down ** abs(n))

    def factors(self, poly: fmpq_mpoly, mask: Mask | None = None) -> tuple[Fraction, list[tuple[fmpq_mpoly, int]]]:
        """The content with its sign, and irreducible factors with exponents."""
        if poly.is_constant():
            return fraction(poly.leading_coefficient()) if not poly.is_zero() else Fraction(0), []
        try:
            content, found = poly.factor()
        except OverflowError:
            content, found = fmpq(1), [(poly, 1)]
        factor = Fraction(int(content.p), int(content.q))
        result = []
        for part, exponent in found:
            negative = self.sign(part, mask) < 0
            factor *= (-1) ** int(exponent) if negative else 1
            result.append((-part if negative else part, int(exponent)))
        return factor, result

    def split(self, quotient: Quotient, mask: Mask | None = None) -> tuple[Fraction, list[tuple[fmpq_mpoly, int]]]:
        """A quotient as a number and factors, those of the denominator with negative exponents; each positive at the points if possible."""
        above, found = self.factors(quotient.num, mask)
        below, under = self.factors(quotient.den, mask)
        return above / below, [*found, *((part, -exponent) for part, exponent in under)]

    def sign(self, poly: fmpq_mpoly, mask: Mask | None = None) -> int:
        """1 or −1 if the polynomial has that sign at all points (those that are marked), 0 if it has both or cannot be told."""
        value, size = self.values(poly)
        if mask is not None:
            value, size = value[mask], size[mask]
        above, below = bool(np.any(value > margin(size))), bool(np.any(value < -margin(size)))
        return 0 if above == below else 1 if above else -1

    def values(self, poly: fmpq_mpoly) -> tuple[Vector, Vector]:
        """The values at the points, and the sums of the terms' sizes, against which rounding is judged."""
        count = self.points.count
        total, size = np.zeros(count), np.zeros(count)
        with np.errstate(all="ignore"):
            for powers, coefficient in poly.to_dict().items():
                term = np.full(count, float(fraction(coefficient)))
                for index, power in enumerate(powers):
                    if power:
                        term = term * self.column(index) ** int(power)
                total, size = total + term, size + np.abs(term)
        return total, size

    def column(self, index: int) -> Vector:
        """A generator's values at the points."""
        if index not in self.columns:
            self.columns[index] = numeric(self.nodes[index], self.points)
        return self.columns[index]

    def node(self, poly: fmpq_mpoly) -> t.Node:
        """The polynomial as a term."""
        terms: list[t.Node] = []
        for powers, coefficient in poly.terms():
            factors: list[t.Node] = []
            value = fraction(coefficient)
            for index, power in enumerate(powers):
                if power:
                    factors.append(self.nodes[index] if power == 1 else t.Power(self.nodes[index], int(power)))
            if value != 1 or not factors:
                factors.insert(0, t.Number(value))
            terms.append(factors[0] if len(factors) == 1 else t.Mul(factors))
        return ZERO if not terms else terms[0] if len(terms) == 1 else t.Add(terms)

    def variables(self, poly: fmpq_mpoly) -> frozenset[t.Variable]:
        """The variables that occur in it."""
        degrees = poly.degrees()
        return frozenset().union(*(node.variables for node, degree in zip(self.nodes, degrees, strict=False) if degree))


def fraction(value: fmpq | int) -> Fraction:
    """The value as a Fraction."""
    exact = fmpq(value)
    return Fraction(int(exact.p), int(exact.q))
