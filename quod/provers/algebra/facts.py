"""What is known to be ≥ 0 or > 0, each with the sum of products of constraints and squares that it stands for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from flint import fmpq, fmpq_mpoly

from quod.provers.algebra.certificate import Certificate, Constraint, Product
from quod.provers.algebra.elimination import Elimination, Inverse, clear
from quod.provers.algebra.ring import Ring, degree_in, to_fraction, variables_of

MAX_PRODUCTS = 5000


@dataclass(frozen=True, slots=True)
class Term:
    """coefficient · ∏ squares² · ∏ constraints · ∏ uᵣ², with u = d^k for unit exponent k ≥ 0 and t^|k| for k < 0 of the inverse t = 1/d.

    The squares of units never vanish, so they do not cost a strict product its sign.
    """

    coefficient: fmpq
    constraints: tuple[int, ...]
    squares: tuple[fmpq_mpoly, ...]
    units: tuple[int, ...]

    def __mul__(self, other: Term) -> Term:
        return Term(
            self.coefficient * other.coefficient,
            tuple(sorted(self.constraints + other.constraints)),
            self.squares + other.squares,
            tuple(a + b for a, b in zip(self.units, other.units, strict=True)),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Fact:
    """`poly` ≥ 0, or > 0 if `strict`, because it equals the sum of `terms` up to the equations."""

    poly: fmpq_mpoly
    strict: bool
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """`poly` ≥ 0, the product of facts and squares up to the equations."""

    poly: fmpq_mpoly
    facts: tuple[Fact, ...] = ()
    squares: tuple[fmpq_mpoly, ...] = ()

    @property
    def strict(self) -> bool:
        """Whether the product is positive: no squares, and strict facts alone."""
        return not self.squares and all(fact.strict for fact in self.facts)


Weighted = tuple[fmpq, tuple[Fact, ...], tuple[fmpq_mpoly, ...]]
"""weight > 0, and facts and squares (to be squared) whose product it multiplies."""


def expand(weighted: Weighted, units: int) -> list[Term]:
    """The product as a sum of products of constraints; empty if there are more than MAX_PRODUCTS."""
    weight, facts, squares = weighted
    terms = [Term(weight, (), squares, (0,) * units)]
    for fact in facts:
        if len(terms) * len(fact.terms) > MAX_PRODUCTS:
            return []
        terms = [left * right for left in terms for right in fact.terms]
    return terms


def assemble(
    state: Elimination,
    constraints: Sequence[Constraint],
    weighted: Iterable[Weighted],
    equations: Iterable[tuple[fmpq_mpoly, dict[int, fmpq_mpoly]]],
) -> Certificate | None:
    """The certificate Σ weight·product + Σ multiplier·(equation by origin) = 0, in terms of what was given; None if it does not add up.

    Everything is multiplied by squares of inverses until one strict product is free of squares.
    """
    inverses = state.inverses
    terms = merge([term for entry in weighted for term in expand(entry, len(inverses))])
    strict = [term.units for term in terms if not term.squares and all(constraints[i].strict for i in term.constraints)]
    if not strict:
        return None
    shift = min(strict, key=lambda units: sum(map(abs, units)))
    terms = [replace(term, units=tuple(a - b for a, b in zip(term.units, shift, strict=True))) for term in terms]
    ring = state.ring
    polys = [ring.poly(constraint.poly) for constraint in constraints]
    products, total = [], 0 * ring.one
    for term in terms:
        squares = (*term.squares, *_unit_squares(ring, inverses, term.units))
        products.append(Product(to_fraction(term.coefficient), tuple(map(ring.plain, squares)), term.constraints))
        value = ring.one * term.coefficient
        for factor in (*(polys[i] for i in term.constraints), *(square * square for square in squares)):
            value = value * factor
        total = total + value
    unit = ring.one
    for square in _unit_squares(ring, inverses, tuple(-k for k in shift)):
        unit = unit * square * square
    origin: dict[int, fmpq_mpoly] = {}
    for multiplier, cofactors in equations:
        for index, cofactor in cofactors.items():
            origin[index] = origin.get(index, 0 * ring.one) + multiplier * cofactor * unit
    return _with_cofactors(state, products, total, origin)


def _with_cofactors(state: Elimination, products: list[Product], total: fmpq_mpoly, origin: dict[int, fmpq_mpoly]) -> Certificate | None:
    ring = state.ring
    for index, cofactor in origin.items():
        total = total + cofactor * state.given[index]
    rest = state.cofactors(total)
    if rest is None:
        return None
    for index, cofactor in rest.items():
        origin[index] = origin.get(index, 0 * ring.one) - cofactor
    return Certificate(tuple(products), tuple((ring.plain(poly), index) for index, poly in sorted(origin.items()) if not poly.is_zero()))


def _unit_squares(ring: Ring, inverses: Sequence[Inverse], units: tuple[int, ...]) -> list[fmpq_mpoly]:
    squares = []
    for rule, exponent in zip(inverses, units, strict=True):
        if exponent:
            squares.append((rule.denominator if exponent > 0 else ring.generators[rule.variable]) ** abs(exponent))
    return squares


def merge(terms: list[Term]) -> list[Term]:
    """The same sum with equal products collected."""
    found: dict[tuple[object, ...], Term] = {}
    for term in terms:
        key = (term.constraints, tuple(sorted(map(str, term.squares))), term.units)
        known = found.get(key)
        found[key] = term if known is None else replace(known, coefficient=known.coefficient + term.coefficient)
    return list(found.values())


def cleared(state: Elimination, fact: Fact, signs: Sequence[Fact | None]) -> Fact:
    """The fact without inverses: multiplied by their denominators, to an even power where no sign is known."""
    ring, poly, terms = state.ring, fact.poly, fact.terms
    for r, rule in enumerate(state.inverses):
        power = degree_in(poly, rule.variable)
        if power == 0:
            continue
        sign, units = signs[r], len(state.inverses)
        if sign is not None and len(terms) * len(sign.terms) ** power <= MAX_PRODUCTS:
            poly = clear(ring, poly, rule.variable, rule.denominator, power) * rule.sign**power
            for _ in range(power):
                terms = tuple(left * right for left in terms for right in sign.terms)
        else:
            even = power + power % 2
            poly = clear(ring, poly, rule.variable, rule.denominator, even)
            unit = Term(fmpq(1), (), (), tuple(even // 2 * (k == r) for k in range(units)))
            terms = tuple(term * unit for term in terms)
    return replace(fact, poly=state.reduce(poly), terms=terms)


def signed_variables(facts: Iterable[Fact]) -> dict[int, tuple[int, Fact]]:
    """The generators whose sign a fact states, with the sign and the fact, strict ones first."""
    found: dict[int, tuple[int, Fact]] = {}
    for fact in sorted(facts, key=lambda fact: not fact.strict):
        if len(fact.poly) == 1 and not fact.poly.is_constant() and sum(fact.poly.degrees()) == 1:
            (k,) = variables_of(fact.poly)
            found.setdefault(k, (1 if fact.poly.leading_coefficient() > 0 else -1, fact))
    return found


Reducer = Callable[[fmpq_mpoly], fmpq_mpoly]


def product(reduce: Reducer, facts: tuple[Fact, ...], squares: tuple[fmpq_mpoly, ...] = ()) -> Column | None:
    """The product as a column, or None if a factor is zero up to the equations."""
    poly: fmpq_mpoly | None = None
    for factor in (*(fact.poly for fact in facts), *(square * square for square in squares)):
        poly = factor if poly is None else reduce(poly * factor)
    if poly is None:
        return None
    poly = reduce(poly)
    return None if poly.is_zero() and not all(fact.strict for fact in facts) else Column(poly, facts, squares)
