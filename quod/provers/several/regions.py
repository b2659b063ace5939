"""Domains of several variables: assumed comparisons, the linear bounds that they give for each variable, and sample points."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from quod.kernel.arithmetic import fact as comparison
from quod.kernel.normal import canonical
from quod.kernel.polynomial import combine, to_node
from quod.lang import terms as t
from quod.lang.sorts import REAL
from quod.provers.arithmetic import is_comparison
from quod.provers.session import Fact, Session
from quod.provers.several.numbers import Points, Vector, numeric, propose

ZERO = t.Number(0)
MOST = 40


@dataclass(frozen=True)
class Bound:
    """fact: 0 ≤ c·(v − end) or 0 < …, with a rational c > 0 for a lower bound and c < 0 for an upper one."""

    fact: Fact
    factor: Fraction
    end: t.Node
    strict: bool


def bound(fact: Fact, v: t.Variable) -> Bound | None:
    """What a comparison says of v, if it is linear in v with a rational coefficient."""
    if not is_comparison(fact.prop):
        return None
    relation, polynomial = comparison(fact.prop)
    own = (((v, 1),), None)
    if relation == "=" or own not in polynomial:
        return None
    factor = polynomial[own]
    rest = to_node(combine((-1 / factor, {monomial: c for monomial, c in polynomial.items() if monomial != own})))
    return None if v in rest.variables else Bound(fact, factor, rest, relation == "<")


def bounds(facts: Iterable[Fact], v: t.Variable) -> list[Bound]:
    """The bounds of v among the facts, strict ones first."""
    found = [given for fact in facts if v in fact.prop.variables and (given := bound(fact, v)) is not None]
    return sorted(found, key=lambda given: not given.strict)


def eliminate(session: Session, facts: Sequence[Fact], v: t.Variable) -> list[Fact]:
    """The facts without v, and what each lower bound of v together with each upper one says (Fourier and Motzkin)."""
    facts = [session.convert(canonical(fact.prop), fact) for fact in facts if canonical(fact.prop) is not t.TRUE]
    kept = [fact for fact in facts if v not in fact.prop.variables]
    given = bounds(facts, v)
    for low in given:
        for high in given:
            if low.factor > 0 > high.factor and len(kept) < MOST:
                relation = "<" if low.strict or high.strict else "<="
                between = t.Compare(relation, low.end, high.end)
                weights = (1 / low.factor, -1 / high.factor)
                products = tuple((weight, (), ((k, 1),)) for k, weight in enumerate(weights))
                fact = session.apply("rational", between, products, (), low.fact, high.fact)
                if canonical(between) not in (t.TRUE, t.FALSE) and all(canonical(other.prop) is not canonical(between) for other in kept):
                    kept.append(session.convert(canonical(between), fact))
    return kept


def about(session: Session, facts: Sequence[Fact], variables: frozenset[t.Variable]) -> list[Fact]:
    """What the facts say of these variables alone."""
    for v in sorted(frozenset().union(*(fact.prop.variables for fact in facts)) - variables, key=lambda v: v.name):
        facts = eliminate(session, facts, v)
    return [fact for fact in facts if fact.prop.variables]


def sample(session: Session, facts: Sequence[Fact], variables: Iterable[t.Variable]) -> Points:
    """Points of the domain; none if none were found."""
    order = sorted((v for v in variables if v.sort == REAL), key=lambda v: v.name)
    stages: dict[t.Variable, list[Bound]] = {}
    rest = [fact for fact in facts if bound_variables(fact)]
    for v in reversed(order):
        stages[v] = bounds(rest, v)
        rest = eliminate(session, rest, v)

    def ends(v: t.Variable, points: Points) -> tuple[Vector, Vector]:
        low, high = np.full(points.count, -np.inf), np.full(points.count, np.inf)
        for given in stages[v]:
            end = numeric(given.end, points)
            low, high = (np.fmax(low, end), high) if given.factor > 0 else (low, np.fmin(high, end))
        return low, high

    return propose(order, ends, [fact.prop for fact in facts])


def bound_variables(fact: Fact) -> bool:
    """Whether the fact is linear in some variable, with a rational coefficient."""
    return any(bound(fact, v) is not None for v in fact.prop.variables if v.sort == REAL)
