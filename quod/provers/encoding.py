"""From the kernel's polynomials in canonical atoms to plain polynomials over numbered indeterminates, and back to terms.

Exponentials become powers: with D the common denominator of the coefficients of an exponent's monomial m, e^(m/D) is one indeterminate u,
and where negative powers occur e^(−m/D) is another one, v, with u·v = 1 (an identity of the kernel's normal form).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from quod.kernel.polynomial import Monomial, Polynomial, exponent_of, monomial_node
from quod.lang import terms as t

Plain = dict[tuple[tuple[int, int], ...], Fraction]


@dataclass
class Encoding:
    """Numbers for atoms and exponentials, in the order in which they were met. `nodes[k]` is the term of indeterminate k."""

    nodes: list[t.Node] = field(default_factory=list)
    _numbers: dict[t.Node, int] = field(default_factory=dict)
    _units: dict[Monomial, int] = field(default_factory=dict)
    _negative: set[Monomial] = field(default_factory=set)

    def prepare(self, polynomials: Iterable[Polynomial]) -> None:
        """Fixes the denominators of all exponents that occur; call it once with everything that will be encoded."""
        for polynomial in polynomials:
            for monomial in polynomial:
                for part, coefficient in exponent_of(monomial).items():
                    self._units[part] = math.lcm(self._units.get(part, 1), coefficient.denominator)
                    if coefficient < 0:
                        self._negative.add(part)

    def exponentials(self) -> list[tuple[t.Node, t.Node | None]]:
        """(e^(m/D), e^(−m/D) or None) for each exponent monomial m."""
        return [(self._unit(part, 1), self._unit(part, -1) if part in self._negative else None) for part in self._units]

    def _unit(self, part: Monomial, sign: int) -> t.Node:
        return t.Elementary("exp", monomial_node(part, Fraction(sign, self._units[part])))

    def number(self, node: t.Node) -> int:
        """The number of an indeterminate."""
        if node not in self._numbers:
            self._numbers[node] = len(self.nodes)
            self.nodes.append(node)
        return self._numbers[node]

    def encode(self, polynomial: Polynomial) -> Plain:
        """The polynomial over numbered indeterminates."""
        plain: Plain = {}
        for monomial, coefficient in polynomial.items():
            powers = {self.number(base): power for base, power in monomial[0]}
            for part, factor in exponent_of(monomial).items():
                steps = factor * self._units[part]
                unit = self.number(self._unit(part, 1 if steps > 0 else -1))
                powers[unit] = powers.get(unit, 0) + abs(int(steps))
            key = tuple(sorted(powers.items()))
            plain[key] = plain.get(key, Fraction(0)) + coefficient
        return {key: value for key, value in plain.items() if value}

    def decode(self, plain: Plain) -> t.Node:
        """A term of the polynomial."""
        terms: list[t.Node] = []
        for powers, coefficient in plain.items():
            factors: list[t.Node] = [t.Number(exact(coefficient)), *(t.Power(self.nodes[k], int(power)) for k, power in powers)]
            terms.append(t.Mul(factors) if len(factors) > 1 else factors[0])
        return t.Add(terms) if len(terms) > 1 else terms[0] if terms else t.Number(0)


def exact(value: Fraction) -> Fraction:
    """The fraction over Python's own integers, which is all that a certificate can hold."""
    return Fraction(int(value.numerator), int(value.denominator))
