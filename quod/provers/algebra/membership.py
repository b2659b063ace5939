"""Equations that follow from equations: a polynomial as a combination of given ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from flint import fmpq_mpoly

from quod.provers.algebra.certificate import Monomial, Polynomial, multiply, sum_of
from quod.provers.algebra.elimination import clear, eliminate, find_inverses, linear, monic, start
from quod.provers.algebra.linear_program import combine
from quod.provers.algebra.ring import Ring, degree_in, to_fraction, total_degree, used_by

MAX_MULTIPLIERS = 600
ROUNDS = 3

Cofactors = tuple[tuple[Polynomial, int], ...]
"""Polynomials, each with the number of the equation that it multiplies."""


def express(target: Polynomial, equations: Sequence[Polynomial], deadline: float) -> Cofactors | None:
    """Cofactors q, each with the index of its equation e, such that target = Σ q·e identically; None if none were found in time.

    `deadline` is a reading of `clock.now`. What comes back is verified.
    """
    direct = _matching(target, equations, deadline)
    return _reducing(target, equations, deadline) if direct is None else direct


def _matching(target: Polynomial, equations: Sequence[Polynomial], deadline: float) -> Cofactors | None:
    """Multiples of the equations that share a monomial with the target, then with those, for a few rounds: equations at face value."""
    columns: dict[tuple[int, Monomial], Polynomial] = {}
    seen: set[Monomial] = set()
    wanted = set(target)
    for _ in range(ROUNDS):
        for index, equation in enumerate(equations):
            for own in equation:
                for monomial in sorted(wanted - seen):
                    multiplier = _divided(monomial, own)
                    if multiplier is not None and (index, multiplier) not in columns:
                        columns[index, multiplier] = multiply({multiplier: Fraction(1)}, equation)
        seen |= wanted
        wanted = {monomial for column in columns.values() for monomial in column}
        found = _combined(target, columns, deadline) if len(columns) <= MAX_MULTIPLIERS else None
        if found is not None or len(columns) > MAX_MULTIPLIERS or wanted <= seen:
            return found
    return None


def _combined(target: Polynomial, columns: Mapping[tuple[int, Monomial], Polynomial], deadline: float) -> Cofactors | None:
    """The target as a rational combination of the columns, each a monomial times an equation."""
    ring = Ring([target, *columns.values()])
    found = combine([ring.poly(target)], [True], [ring.poly(column) for column in columns.values()], deadline)
    if found is None:
        return None
    cofactors: dict[int, dict[Monomial, Fraction]] = {}
    for k, (index, multiplier) in enumerate(columns):
        if k in found.multipliers:
            cofactors.setdefault(index, {})[multiplier] = to_fraction(-found.multipliers[k] / found.weights[0])
    return tuple((cofactor, index) for index, cofactor in sorted(cofactors.items()))


def _divided(monomial: Monomial, by: Monomial) -> Monomial | None:
    powers = dict(monomial)
    for indeterminate, power in by:
        powers[indeterminate] = powers.get(indeterminate, 0) - power
    return None if min(powers.values(), default=0) < 0 else tuple(sorted((k, power) for k, power in powers.items() if power))


def _reducing(target: Polynomial, equations: Sequence[Polynomial], deadline: float) -> Cofactors | None:
    """The target reduced by equations that define a variable, then multiples of the rest up to a degree."""
    ring = Ring([target, *equations])
    state = start(ring, [ring.poly(equation) for equation in equations])
    find_inverses(state, set())
    eliminate(state, linear)
    eliminate(state, monic)
    goal = ring.poly(target)
    rest, unit = state.reduce(goal), ring.one
    for rule in state.inverses:
        power = degree_in(rest, rule.variable)
        rest = clear(ring, rest, rule.variable, rule.denominator, power)
        unit = unit * ring.generators[rule.variable] ** power
    rest = state.reduce(rest)
    origin: dict[int, fmpq_mpoly] = {}
    if not rest.is_zero():
        polys = [rest, *(equation.poly for equation in state.pending)]
        used, bound = used_by(polys), max(map(total_degree, polys)) + 1
        free = [
            (equation, monomial)
            for equation in state.pending
            for monomial in ring.monomials(used, bound - total_degree(equation.poly), MAX_MULTIPLIERS)
        ]
        found = combine([rest], [True], [state.reduce(equation.poly * monomial) for equation, monomial in free], deadline)
        if found is None:
            return None
        for k, value in found.multipliers.items():
            equation, monomial = free[k]
            for index, cofactor in equation.origin.items():
                step = -cofactor * monomial * unit * (value / found.weights[0])
                origin[index] = origin[index] + step if index in origin else step
    for index, cofactor in origin.items():
        goal = goal - cofactor * state.given[index]
    for index, cofactor in (state.cofactors(goal) or {}).items():
        origin[index] = origin[index] + cofactor if index in origin else cofactor
    cofactors = tuple((ring.plain(cofactor), index) for index, cofactor in sorted(origin.items()) if not cofactor.is_zero())
    total = sum_of([*(multiply(cofactor, equations[index]) for cofactor, index in cofactors), multiply(target, {(): Fraction(-1)})])
    return None if total else cofactors
