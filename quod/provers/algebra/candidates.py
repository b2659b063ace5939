"""Products worth offering to the linear program, in stages from the cheapest to the richest.

Stages follow Handelman's products of constraints (1988), squares of binomials as in Ahmadi and Majumdar's diagonally dominant sums of
squares (2014), and monomials of known sign.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, combinations_with_replacement, islice
from itertools import product as cartesian
from math import comb

from flint import fmpq_mpoly

from quod.provers.algebra.facts import Column, Fact, Reducer, product, signed_variables
from quod.provers.algebra.gram import Block
from quod.provers.algebra.ring import Exponents, Ring, terms_of, total_degree, used_by, variables_of

MAX_COLUMNS = 4000
_PAIRS = 1500
_SQUARES = 60
_HALVES = 30
_MIXED = 200
_BLOCKS = 16
_GRAM_COLUMNS = 150
_BASIS = 90
_FACTORED = 60
"""Polynomials with more terms are not factored: FLINT's factoring has no time limit."""


@dataclass
class Candidates:
    """Columns offered so far, each polynomial once up to a positive factor; the first product that gives it stays."""

    ring: Ring
    facts: Sequence[Fact]
    hints: Sequence[fmpq_mpoly]
    reduce: Reducer
    equations: Sequence[fmpq_mpoly] = ()
    columns: list[Column] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)

    def offer(self, facts: tuple[Fact, ...], *squares: fmpq_mpoly) -> None:
        """Adds the product of facts and squares if it is new."""
        if len(self.columns) < MAX_COLUMNS:
            column = product(self.reduce, facts, squares) if facts or squares else Column(self.ring.one)
            if column is not None and self._is_new(column.poly):
                self.columns.append(column)

    def _is_new(self, poly: fmpq_mpoly) -> bool:
        if poly.is_zero():
            return True
        key = str(poly / abs(poly.leading_coefficient()))  # FLINT prints it ten times faster than it hands out its terms
        if key in self._seen:
            return False
        self._seen.add(key)
        return True

    @property
    def polys(self) -> list[fmpq_mpoly]:
        """The facts' polynomials and those of the equations."""
        return [*(fact.poly for fact in self.facts), *self.equations]

    @property
    def degree(self) -> int:
        """The largest degree of a fact or an equation."""
        return max((total_degree(poly) for poly in self.polys), default=2)

    def stages(self) -> Iterator[list[Column]]:
        """All columns so far, after each stage."""
        for stage in (
            self.single,
            self.pairs,
            self.mixed_terms,
            self.common_factors,
            self.squared_facts,
            self.bounded_monomials,
            self.many,
            self.binomials,
        ):
            before = len(self.columns)
            stage()
            if len(self.columns) > before:
                yield self.columns

    def single(self) -> None:
        """1, the facts, monomials of known sign, and what the factors of the facts suggest."""
        self.offer(())
        for fact in self.facts:
            self.offer((fact,))
        self.monomials_of([fact.poly for fact in self.facts])
        for square in self.hints:
            self.offer((), square)
        for fact in self.facts:
            square, odd = self.factors(fact)
            if not square.is_constant():
                self.offer((), square)
                self.monomials_of([odd], square)
                for other in self.facts[:_SQUARES]:
                    self.offer((other,), square)

    def monomials_of(self, polys: Sequence[fmpq_mpoly], *squares: fmpq_mpoly) -> None:
        """The monomials of these polynomials whose sign the facts give, times squares."""
        signs = signed_variables(self.facts)
        for exponents in sorted({exponents for poly in polys for exponents, _ in terms_of(poly)}):
            odd = [k for k, power in enumerate(exponents) if power % 2]
            if all(k in signs for k in odd) and any(exponents):
                half = self.ring.monomial(tuple(power // 2 for power in exponents))
                self.offer(tuple(signs[k][1] for k in odd), *squares, *([] if half.is_constant() else [half]))

    def factors(self, fact: Fact) -> tuple[fmpq_mpoly, fmpq_mpoly]:
        """(s, h) with the fact equal to s²·h up to a constant, h without squares; s = 1 where factoring might take long."""
        square, odd = self.ring.one, fact.poly
        if 1 < len(fact.poly) <= _FACTORED:
            odd = self.ring.one
            for factor, power in fact.poly.factor()[1]:
                square, odd = square * factor ** (power // 2), odd * factor ** (power % 2)
        return square, odd

    def divisors(self, fact: Fact) -> tuple[Fact, ...]:
        """Other facts whose product divides this one: what it must be compared with has to be multiplied by them."""
        found: list[Fact] = []
        rest = fact.poly
        for other in self.facts:
            while other is not fact and not other.poly.is_constant() and total_degree(other.poly) <= total_degree(rest):
                quotient, remainder = divmod(rest, other.poly)
                if not remainder.is_zero():
                    break
                found.append(other)
                rest = quotient
        return tuple(found)

    def pairs(self) -> None:
        """Products of two facts."""
        count = next(n for n in range(len(self.facts), -1, -1) if n * (n + 1) // 2 <= _PAIRS)
        for left, right in combinations_with_replacement(self.facts[:count], 2):
            self.offer((left, right))

    def common_factors(self) -> None:
        """Products of up to two facts, and squares, times facts that divide another fact."""
        groups = list(dict.fromkeys(divisors for fact in self.facts[:_SQUARES] if (divisors := self.divisors(fact))))
        for divisors in groups[:_BLOCKS]:
            room = self.degree - sum(total_degree(fact.poly) for fact in divisors)
            for size in (0, 1, 2):
                for group in islice(combinations_with_replacement(self.facts, size), _PAIRS):
                    if sum(total_degree(fact.poly) for fact in group) <= room:
                        self.offer((*divisors, *group))
            for square in self.bases():
                if 2 * total_degree(square) <= room:
                    self.offer(divisors, square)

    def bases(self) -> list[fmpq_mpoly]:
        """Squares to try: hints, x, linear facts, x ± y, x ± 1."""
        used = dict.fromkeys(k for poly in self.polys for k in sorted(variables_of(poly)))
        gens = [self.ring.generators[k] for k in used]
        linear = [fact.poly for fact in self.facts if total_degree(fact.poly) == 1]
        found = [*self.hints, *gens, *linear]
        found += [left + sign * right for left, right in combinations(gens, 2) for sign in (-1, 1)]
        found += [x + sign for x in gens for sign in (-1, 1)]
        return found[:_SQUARES]

    def squared_facts(self) -> None:
        """Squares of simple polynomials, alone and times one fact."""
        for square in self.bases():
            self.offer((), square)
        for square in self.bases():
            for fact in self.facts[:_SQUARES]:
                if total_degree(fact.poly) + 2 <= self.degree + 2:
                    self.offer((fact,), square)

    def mixed_terms(self) -> None:
        """Squares of m ± m′ for the terms 2·m·m′ that the facts contain, where m² and m′² may cancel."""
        supports = {exponents for poly in self.polys for exponents, _ in terms_of(poly)}
        halves = half_monomials(supports)[:_MIXED]
        known = set(halves)
        for half in halves:
            if any(half):
                self.offer((), self.ring.monomial(half))
        for total in sorted(supports):
            for left in halves:
                right = tuple(a - b for a, b in zip(total, left, strict=True))
                if left < right and right in known:
                    self.offer((), self.ring.monomial(left) - self.ring.monomial(right))
                    self.offer((), self.ring.monomial(left) + self.ring.monomial(right))

    def binomials(self) -> None:
        """Squares of m ± m′ for all short monomials whose squares occur in the products so far."""
        short = [column.poly for column in self.columns if not column.squares]
        supports = {exponents for poly in short for exponents, _ in terms_of(poly)}
        halves = [self.ring.monomial(exponents) for exponents in half_monomials(supports)[:_HALVES]]
        for left, right in combinations(halves, 2):
            self.offer((), left - right)
            self.offer((), left + right)

    def bounded_monomials(self) -> None:
        """Facts times the monomials of known sign that divide a monomial of the facts."""
        signs = signed_variables(self.facts)
        divisors: dict[Exponents, None] = {}
        supports = {exponents for fact in self.facts for exponents, _ in terms_of(fact.poly)}
        for exponents in sorted(supports, key=lambda powers: (-sum(powers), powers)):
            powers = cartesian(*(range(power + 1) if k in signs else (0,) for k, power in enumerate(exponents)))
            divisors |= dict.fromkeys(islice(powers, _SQUARES * 4))
        for monomial in islice((divisor for divisor in divisors if sum(divisor) > 1), _SQUARES * 4):
            group = tuple(signs[k][1] for k, power in enumerate(monomial) for _ in range(power))
            for fact in self.facts[:_SQUARES]:
                if total_degree(fact.poly) + sum(monomial) <= self.degree:
                    self.offer((*group, fact))

    def many(self) -> None:
        """Products of up to four facts, and of two facts and a square of x ± y, up to the degree of the facts."""
        bound = max(self.degree, 4)
        for size in (3, 4):
            for group in islice(combinations_with_replacement(self.facts, size), MAX_COLUMNS):
                if sum(total_degree(fact.poly) for fact in group) <= bound:
                    self.offer(group)
        for group in islice(combinations_with_replacement(self.facts, 2), _PAIRS):
            for square in self.bases():
                if sum(total_degree(fact.poly) for fact in group) + 2 * total_degree(square) <= bound:
                    self.offer(group, square)

    def gram_problems(self) -> Iterator[tuple[list[Column], list[Block]]]:
        """Columns and blocks for semidefinite programs, by rising degree: 1, facts and products of two with unknown sums of squares."""
        used = used_by(self.polys)
        even = self.degree + self.degree % 2
        for bound in sorted({even, even + 2, 2 * even}):
            groups: list[tuple[Fact, ...]] = [(), *((fact,) for fact in self.facts)]
            groups += list(combinations(self.facts, 2))[:_PAIRS]
            groups = [group for group in groups if sum(total_degree(fact.poly) for fact in group) <= bound]
            blocks = []
            for group in groups[:_BLOCKS]:
                half = (bound - sum(total_degree(fact.poly) for fact in group)) // 2
                if comb(len(used) + half, half) <= _BASIS and (half or not group):
                    blocks.append(Block(group, self.ring.monomials(used, half, _BASIS)))
            columns = [column for column in self.columns if not column.squares and total_degree(column.poly) <= bound]
            yield columns[:_GRAM_COLUMNS], blocks


def half_monomials(supports: set[Exponents]) -> list[Exponents]:
    """Monomials whose squares occur among these, and the geometric means of two such, again and again."""
    found = {tuple(power // 2 for power in exponents) for exponents in supports if not any(power % 2 for power in exponents)}
    for _ in range(2):
        sums = (tuple(a + b for a, b in zip(left, right, strict=True)) for left, right in combinations(sorted(found), 2))
        found |= {tuple(power // 2 for power in total) for total in islice(sums, 2000) if not any(power % 2 for power in total)}
    return sorted(found, key=lambda exponents: (sum(exponents), exponents))


def by_nearness(facts: Sequence[Fact]) -> list[Fact]:
    """The facts in the order of how many steps over shared variables they are from the last one, the shorter first."""
    variables = {fact: variables_of(fact.poly) for fact in facts}
    order: list[Fact] = []
    left, reached = list(facts), variables[facts[-1]] if facts else set[int]()
    while left:
        near = [fact for fact in left if variables[fact] & reached] or left
        order += sorted(near, key=lambda fact: len(fact.poly))
        left = [fact for fact in left if fact not in near]
        reached = reached.union(*(variables[fact] for fact in near))
    return order
