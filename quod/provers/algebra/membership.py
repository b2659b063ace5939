"""Equations that follow from equations: a polynomial as a combination of given ones."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import fmpq_mpoly

from quod.provers.algebra.certificate import Polynomial, multiply, sum_of
from quod.provers.algebra.elimination import clear, eliminate, find_inverses, linear, monic, start
from quod.provers.algebra.linear_program import combine
from quod.provers.algebra.ring import Ring, degree_in, total_degree, used_by

MAX_MULTIPLIERS = 600


def express(target: Polynomial, equations: Sequence[Polynomial], deadline: float) -> tuple[tuple[Polynomial, int], ...] | None:
    """Cofactors q, each with the index of its equation e, such that target = Σ q·e identically; None if none were found in time.

    `deadline` is a reading of time.monotonic(). What comes back is verified.
    """
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
