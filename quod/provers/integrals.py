"""Writes a real function as a linear combination of others: the search behind the linearity of ∫.

Every function is read as Σ cₘ·m over monomials m in what depends on x, with coefficients cₘ that do not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from quod.kernel.normal import polynomial_of
from quod.kernel.polynomial import (
    Monomial,
    Polynomial,
    atom,
    combine,
    exponent_of,
    exponential,
    monomial_node,
    multiply,
    order,
    product,
    to_node,
)
from quod.kernel.polynomial import number as constant
from quod.lang import terms as t
from quod.lang.binding import fresh, instantiate
from quod.lang.sorts import REAL
from quod.provers.session import Fact, Session

Reading = Mapping[Monomial, Polynomial]


def linear(session: Session, function: t.Lambda, facts: Sequence[Fact]) -> tuple[Fact, Fact] | None:
    """(∫f = Σ cₖ·∫gₖ, f is integrable) from functions that the facts say are integrable, or None."""
    known = {fact.prop.body: fact for fact in facts if isinstance(fact.prop, t.Integrable)}
    found = combination(function, list(known))
    if found is None:
        return None
    used = [list(known.values())[number] for number in found]
    return tuple(session.apply(rule, function, tuple(found.values()), *used) for rule in ("integral_combination", "integrable_combination"))  # type: ignore[return-value]


def integrands(pointwise: t.Node) -> tuple[t.Lambda, t.Lambda] | None:
    """(a, b) of ∀x ∈ ℝ. a(x) ≤ b(x), or a(x) = b(x), or the same almost everywhere."""
    match pointwise:
        case (t.ForAll(t.Lambda(domain, t.Compare(_, a, b))) | t.AlmostEverywhere(t.Lambda(domain, t.Compare(_, a, b)))) if domain == REAL:
            return t.Lambda(REAL, a), t.Lambda(REAL, b)
        case _:
            return None


def combination(function: t.Lambda, known: Sequence[t.Lambda]) -> dict[int, t.Node] | None:
    """Constants by number with `function` = Σ cₖ·knownₖ in normal form, or None if none were found."""
    x = fresh("x", REAL, function.variables.union(*(other.variables for other in known)))
    found = _search(_reading(function, x), {number: _reading(other, x) for number, other in enumerate(known)})
    return None if found is None else {number: to_node(factor) for number, factor in sorted(found.items())}


def _search(target: Reading, known: Mapping[int, Reading]) -> dict[int, Polynomial] | None:
    """The monomial of the target that fewest functions have is left to one of them; the others make up the rest. Later ones come first."""
    if not target:
        return {}
    owners = {monomial: [number for number, reading in known.items() if monomial in reading] for monomial in target}
    monomial = min(owners, key=lambda m: (len(owners[m]), order(m)))
    for number in reversed(owners[monomial]):
        factor = _quotient(target[monomial], known[number][monomial])
        if factor is None:
            continue
        rest = _less(target, factor, known[number])
        found = _search(rest, {other: reading for other, reading in known.items() if other != number})
        if found is not None:
            return {number: factor, **found}
    return None


def _reading(function: t.Lambda, x: t.Variable) -> Reading:
    reading: dict[Monomial, Polynomial] = {}
    for monomial, value in polynomial_of(instantiate(function, x)).items():
        outside, inside = _split(monomial, x)
        reading[inside] = combine((1, reading.get(inside, {})), (value, outside))
    return {monomial: coefficient for monomial, coefficient in reading.items() if coefficient}


def _split(monomial: Monomial, x: t.Variable) -> tuple[Polynomial, Monomial]:
    """The factors that do not depend on x, and those that do."""
    outside = [atom(base, power) for base, power in monomial[0] if x not in base.variables]
    inside = tuple((base, power) for base, power in monomial[0] if x in base.variables)
    exponent = exponent_of(monomial)
    moving = {part: value for part, value in exponent.items() if x in monomial_node(part, value).variables}
    ((_, raised),) = exponential(moving)
    constant = exponential(combine((1, exponent), (-1, moving)))
    return product([*outside, constant]), (inside, raised)


def _quotient(dividend: Polynomial, divisor: Polynomial) -> Polynomial | None:
    """The quotient, where it is a rational, or where the divisor is one monomial that divides every term."""
    first = next(iter(divisor))
    ratio = dividend.get(first, Fraction(0)) / divisor[first]
    if not combine((1, dividend), (-ratio, divisor)):
        return constant(ratio)
    if len(divisor) > 1:
        return None
    parts = []
    for (powers, exponent), value in multiply(dividend, exponential(combine((-1, exponent_of(first))))).items():
        left = dict(powers)
        for base, power in first[0]:
            left[base] = left.get(base, 0) - power
        if min(left.values(), default=0) < 0:
            return None
        raised: Polynomial = {((), exponent): Fraction(1)}
        parts.append((value / divisor[first], product([raised, *(atom(base, power) for base, power in left.items())])))
    return combine(*parts)


def _less(target: Reading, factor: Polynomial, other: Reading) -> Reading:
    rest = {m: combine((1, target.get(m, {})), (-1, multiply(factor, other.get(m, {})))) for m in {**target, **other}}
    return {monomial: coefficient for monomial, coefficient in rest.items() if coefficient}
