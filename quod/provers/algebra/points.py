"""Points at which a system holds: where there is one, no certificate can exist, and the search can stop at once.

Most searches are for steps that do not follow, in the wrong branch of a case distinction for example. A point is believed only if
exact arithmetic says that every fact holds there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flint import fmpq, fmpq_mpoly

from quod.provers.algebra.facts import Fact, signed_variables
from quod.provers.algebra.ring import terms_of, used_by

if TYPE_CHECKING:
    import numpy as np

POINTS = 3000
"""How many points are tried in floating point."""
_EXACT = 5
"""How many of those that pass are tried exactly."""
_LARGEST = 30
"""The search for points is not tried with more variables, or for polynomials of a higher degree."""


def holds_somewhere(facts: Sequence[Fact], nonzero: Sequence[fmpq_mpoly]) -> bool:
    """Whether a rational point was found at which all facts hold and no polynomial of `nonzero` vanishes. False says nothing."""
    polys = [fact.poly for fact in facts]
    used = used_by([*polys, *nonzero])
    if not used or len(used) > _LARGEST or any(poly.total_degree() > _LARGEST for poly in polys if not poly.is_zero()):
        return False
    points = _points(used, signed_variables(facts))
    good = points[_pass(facts, used, points)]
    return any(_holds(facts, nonzero, used, [float(value) for value in point]) for point in good[:_EXACT])


def _points(used: Sequence[int], signs: dict[int, tuple[int, Fact]]) -> np.ndarray:
    """Dyadic numbers of all sizes near 1, with the signs that the facts give; the same points every time."""
    import numpy as np

    random = np.random.default_rng(0)
    size = (POINTS, len(used))
    uneven = np.exp2(random.integers(-5, 6, size)) + random.integers(0, 8, size) / 64
    values = np.where(random.random(size) < 0.5, random.integers(1, 5, size), uneven)
    fixed = np.array([signs[k][0] if k in signs else 0 for k in used])
    values *= np.where(fixed == 0, random.choice([-1, 1], size), fixed)
    positive = np.array([k in signs and signs[k][1].strict for k in used])
    values[random.random(size) < 0.1 * ~positive] = 0.0
    return values


def _pass(facts: Sequence[Fact], used: Sequence[int], points: np.ndarray) -> np.ndarray:
    """Which points satisfy all facts in floating point."""
    import numpy as np

    good = np.ones(len(points), dtype=bool)
    for fact in facts:
        total = np.zeros(len(points))
        for exponents, coefficient in terms_of(fact.poly):
            term = np.full(len(points), int(coefficient.p) / int(coefficient.q))
            for place, k in enumerate(used):
                if exponents[k]:
                    term *= points[:, place] ** int(exponents[k])
            total += term
        good &= (total > 0) if fact.strict else (total >= 0)
        if not good.any():
            break
    return good


def _holds(facts: Sequence[Fact], nonzero: Sequence[fmpq_mpoly], used: Sequence[int], point: Sequence[float]) -> bool:
    values = {k: fmpq(*value.as_integer_ratio()) for k, value in zip(used, point, strict=True)}
    if any(_value(poly, values) == 0 for poly in nonzero):
        return False
    at_point = [(_value(fact.poly, values), fact.strict) for fact in facts]
    return all(value > 0 or (value == 0 and not strict) for value, strict in at_point)


def _value(poly: fmpq_mpoly, values: dict[int, fmpq]) -> fmpq:
    """The exact value of a polynomial."""
    total = fmpq(0)
    for exponents, coefficient in terms_of(poly):
        term = coefficient
        for k, power in enumerate(exponents):
            if power:
                term = term * values[k] ** int(power)
        total += term
    return total
