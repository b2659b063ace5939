"""Search for a certificate that a polynomial system has no real solution: linear programs over products first, then semidefinite ones.

Needs highspy, and for sums of squares clarabel; without clarabel only the linear programs are tried.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from flint import fmpq, fmpq_mpoly

from quod.provers import clock
from quod.provers.algebra.candidates import Candidates, by_nearness
from quod.provers.algebra.certificate import Certificate, Constraint, Polynomial, verify
from quod.provers.algebra.elimination import Elimination, Equation, Inverse, eliminate, find_inverses, linear, monic, start
from quod.provers.algebra.facts import Column, Fact, Term, Weighted, assemble, cleared, expand, signed_variables
from quod.provers.algebra.gram import Block
from quod.provers.algebra.linear_program import Reading, combine
from quod.provers.algebra.points import holds_somewhere
from quod.provers.algebra.ring import Ring, total_degree, used_by
from quod.provers.algebra.semidefinite import search_squares

MAX_SIZE = 50_000
"""Certificates with more characters are not worth their weight."""
MAX_MULTIPLIERS = 400
MAX_POWER = 400
"""Above this power nothing is factored: FLINT ends the process where a dense polynomial does not fit into memory."""

_Free = tuple[fmpq_mpoly, fmpq_mpoly, Equation]
"""multiplier·equation up to the rules, the multiplier, the equation."""


def find(
    constraints: Sequence[Constraint], equations: Sequence[Polynomial], deadline: float, hints: Sequence[Polynomial] = ()
) -> Certificate | None:
    """A certificate that no real point satisfies all constraints and equations, or None if none was found before `deadline`.

    `deadline` is a reading of `clock.now`. `hints` are polynomials whose squares a proof might use. Where time is short, products near
    the last constraint come first: let it be the negated goal. What comes back is verified.
    """
    for some_constraints, some_equations in _components(constraints, equations):
        search = _Search([constraints[i] for i in some_constraints], [equations[i] for i in some_equations], deadline, hints)
        for found in search.certificates():
            products = tuple(replace(p, constraints=tuple(some_constraints[i] for i in p.constraints)) for p in found.products)
            certificate = Certificate(products, tuple((poly, some_equations[i]) for poly, i in found.cofactors))
            if certificate.size <= MAX_SIZE and verify(certificate, constraints, equations):
                return certificate
    return None


def _components(constraints: Sequence[Constraint], equations: Sequence[Polynomial]) -> Iterator[tuple[list[int], list[int]]]:
    """Indices of constraints and equations that share indeterminates, directly or not; those of the last constraint first.

    A system has no solution exactly if one of these parts has none.
    """
    polys = [*(constraint.poly for constraint in constraints), *equations]
    variables = [{indeterminate for monomial in poly for indeterminate, _ in monomial} for poly in polys]
    groups: list[tuple[set[int], list[int]]] = []
    for index, used in enumerate(variables):
        touched = [group for group in groups if group[0] & used]
        rest = [group for group in groups if not group[0] & used]
        merged = sorted(i for _, members in touched for i in members)
        groups = [*rest, (used.union(*(group[0] for group in touched)), [*merged, index])]
    count = len(constraints)
    for _, members in sorted(groups, key=lambda group: count - 1 not in group[1]):
        yield [i for i in members if i < count], [i - count for i in members if i >= count]


@dataclass
class _Search:
    constraints: Sequence[Constraint]
    equations: Sequence[Polynomial]
    deadline: float
    given_hints: Sequence[Polynomial]

    def __post_init__(self) -> None:
        polys = [*(constraint.poly for constraint in self.constraints), *self.equations, *self.given_hints]
        self.ring = Ring(polys)
        self.reading = Reading()
        self.state: Elimination = start(self.ring, [self.ring.poly(poly) for poly in self.equations])

    def certificates(self) -> Iterator[Certificate]:
        """Candidates for a certificate, from the cheapest attempt on."""
        facts = self.raw_facts(0)
        yield from self.attempt([Column(self.ring.one), *(Column(fact.poly, (fact,)) for fact in facts)], multiply=False)
        if max((power for fact in facts for exponents in fact.poly.monoms() for power in exponents), default=0) > MAX_POWER:
            return
        facts = self.without_inverses(facts)
        eliminate(self.state, linear)
        eliminate(self.state, monic)
        facts = by_nearness(self.distinct([self.reduced(fact) for fact in facts]))
        if self.is_linear():  # then the first attempt was complete (Farkas, Motzkin); another basis, should that one not have been exact
            yield from self.attempt([Column(self.ring.one), *(Column(fact.poly, (fact,)) for fact in facts)])
            return
        solved = not self.state.pending and all(rule.degree == 1 or isinstance(rule, Inverse) for rule in self.state.rules)
        if solved and holds_somewhere(facts, [rule.denominator for rule in self.state.inverses]):
            return
        hints = [poly for hint in self.given_hints if not (poly := self.hint(hint)).is_constant()]
        relations = [rule.equation.poly for rule in self.state.rules if rule.degree > 1]
        relations += [equation.poly for equation in self.state.pending]
        candidates = Candidates(self.ring, facts, hints, self.state.reduce, relations)
        for columns in candidates.stages():
            if clock.now() > self.deadline:
                return
            yield from self.attempt(columns)
        for columns, blocks in candidates.gram_problems():
            if clock.now() > self.deadline:
                return
            yield from self.attempt_squares(columns, blocks, candidates.degree)

    def is_linear(self) -> bool:
        """Whether no constraint or equation has a degree above 1."""
        polys = (*(constraint.poly for constraint in self.constraints), *self.equations)
        return all(sum(power for _, power in monomial) <= 1 for poly in polys for monomial in poly)

    def raw_facts(self, units: int) -> list[Fact]:
        """The constraints up to the rules so far."""
        return [
            Fact(self.state.reduce(self.ring.poly(constraint.poly)), constraint.strict, (Term(fmpq(1), (index,), (), (0,) * units),))
            for index, constraint in enumerate(self.constraints)
        ]

    def reduced(self, fact: Fact) -> Fact:
        return Fact(self.state.reduce(fact.poly), fact.strict, fact.terms)

    def hint(self, poly: Polynomial) -> fmpq_mpoly:
        """The hint as a polynomial in what is left."""
        reduced = self.state.reduce(self.ring.poly(poly))
        fact = cleared(self.state, Fact(reduced, False, ()), [None] * len(self.state.inverses))
        return self.state.reduce(fact.poly)

    @staticmethod
    def distinct(facts: Sequence[Fact]) -> list[Fact]:
        """The facts that say something, each once."""
        found: dict[str, Fact] = {}
        for fact in facts:
            if not fact.poly.is_constant() or fact.poly.is_zero() or fact.poly.leading_coefficient() < 0:
                key = str(fact.poly / abs(fact.poly.leading_coefficient())) if not fact.poly.is_zero() else f"0{fact.strict}"
                if key not in found or (fact.strict and not found[key].strict):
                    found[key] = fact
        return [fact for fact in found.values() if fact.strict or not fact.poly.is_zero()]

    def without_inverses(self, facts: list[Fact]) -> list[Fact]:
        """Clears the inverses t of t·d = 1, first proving the signs of the denominators where that is easy, the innermost first."""
        find_inverses(self.state, set(signed_variables(facts)))
        inverses = self.state.inverses
        if not inverses:
            return facts
        facts, signs = self.raw_facts(len(inverses)), list[Fact | None]([None] * len(inverses))
        for r in reversed(range(len(inverses))):
            denominator = self.sign(facts, r)
            if denominator is not None:
                unit = Term(fmpq(1), (), (), tuple(-(k == r) for k in range(len(inverses))))
                signs[r] = denominator
                inverse = self.ring.generators[inverses[r].variable]
                inverse = inverse if inverses[r].sign > 0 else -inverse
                facts = [denominator, Fact(inverse, True, tuple(term * unit for term in denominator.terms)), *facts]
        return [cleared(self.state, fact, signs) for fact in facts]

    def sign(self, facts: list[Fact], r: int) -> Fact | None:
        """A fact that ±denominator > 0 for the inverse r, and the rule's sign set to match."""
        rule = self.state.inverses[r]
        for sign in (1, -1):
            denominator = rule.denominator if sign > 0 else -rule.denominator
            goal = Fact(-denominator, False, ())
            candidates = Candidates(self.ring, [*facts, goal], [], lambda poly: poly)
            candidates.single()
            columns = [column for column in candidates.columns if goal not in column.facts]
            found = combine([goal.poly, *(column.poly for column in columns)], [True] + [False] * len(columns), [], self.deadline)
            if found is None:
                continue
            used = [(found.weights[j] / found.weights[0], columns[j - 1]) for j in sorted(found.weights) if j]
            if any(column.strict for _, column in used):
                rule.sign = sign
                units = len(self.state.inverses)
                terms = [term for weight, column in used for term in expand((weight, column.facts, column.squares), units)]
                return Fact(denominator, True, tuple(terms))
        return None

    def attempt(self, columns: Sequence[Column], multiply: bool = True) -> Iterator[Certificate]:
        """The certificate, if there is one, that is linear in these columns."""
        bound = max((total_degree(column.poly) for column in columns), default=0)
        free = self.free(columns, bound if multiply else 0)
        polys = [poly for poly, _, _ in free]
        found = combine([column.poly for column in columns], [column.strict for column in columns], polys, self.deadline, self.reading)
        if found is not None:
            weighted = [(weight, columns[j].facts, columns[j].squares) for j, weight in sorted(found.weights.items())]
            yield from self.assembled(weighted, found.multipliers, free)

    def attempt_squares(self, columns: Sequence[Column], blocks: Sequence[Block], bound: int) -> Iterator[Certificate]:
        """The certificate with unknown sums of squares for the blocks, if semidefinite programming finds one."""
        free = self.free(columns, bound)
        try:
            found = search_squares(self.ring, blocks, columns, [poly for poly, _, _ in free], self.state.reduce, self.deadline)
        except ImportError:
            return
        if found is not None:
            yield from self.assembled(found.weighted, found.multipliers, free)

    def free(self, columns: Sequence[Column], bound: int) -> list[_Free]:
        """The pending equations times monomials, up to a total degree of `bound`."""
        used = used_by([*(column.poly for column in columns), *(equation.poly for equation in self.state.pending)])
        return [
            (self.state.reduce(equation.poly * multiplier), multiplier, equation)
            for equation in self.state.pending
            for multiplier in self.ring.monomials(used, max(0, bound - total_degree(equation.poly)), MAX_MULTIPLIERS)
        ]

    def assembled(self, weighted: Sequence[Weighted], multipliers: Mapping[int, fmpq], free: Sequence[_Free]) -> Iterator[Certificate]:
        """The certificate in terms of what was given, if it adds up."""
        used = [(free[k][1] * value, free[k][2].origin) for k, value in sorted(multipliers.items())]
        certificate = assemble(self.state, self.constraints, weighted, used)
        if certificate is not None:
            yield certificate
