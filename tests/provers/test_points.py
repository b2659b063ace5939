"""A system that holds at a point is given up at once; what follows is not given up."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from quod.provers import clock
from quod.provers.algebra.candidates import Candidates
from quod.provers.algebra.certificate import Constraint
from quod.provers.algebra.facts import Fact
from quod.provers.algebra.points import holds_somewhere
from quod.provers.algebra.ring import Ring
from quod.provers.algebra.search import find

RING = Ring([{((0, 1),): Fraction(1), ((1, 1),): Fraction(1), ((2, 1),): Fraction(1)}])
x, y, z = RING.generators


def facts(*polys, strict=True):
    return [Fact(poly, strict, ()) for poly in polys]


@pytest.mark.parametrize(
    "polys",
    [(x,), (x, -y), (x - y, y - z, z), (1 - x**2 - y**2, x, y), (x**3 - 8 * y, y - 1), (x * y - 1, -x, -y), (x + 100, -x - 1)],
)
def test_points_are_found(polys):
    assert holds_somewhere(facts(*polys), [])


@pytest.mark.parametrize(
    "polys", [(x, -x), (-(x**2),), (x - y, y - x), (x**2 + y**2 - 2 * x * y, -((x - y) ** 2)), (2 * x * y - x**2 - y**2,), (x - 1, 1 - x)]
)
def test_there_is_no_point_where_there_is_none(polys):
    assert not holds_somewhere(facts(*polys), [])


def test_a_strict_fact_needs_more_than_zero():
    assert holds_somewhere(facts(x, strict=False) + facts(-x, strict=False), [])
    assert not holds_somewhere(facts(x, strict=False) + facts(-x), [])


def test_a_denominator_does_not_vanish_at_the_point():
    assert holds_somewhere(facts(y), [x])
    assert not holds_somewhere(facts(x, strict=False) + facts(-x, strict=False), [x])


def test_rounding_makes_no_point():
    """x = z, y < 0 and z ≤ x + 10⁻⁴⁰·y hold together only in floating point, which loses what is small."""
    loose = facts(x - z, z - x, x + fmpq(1, 10**40) * y - z, strict=False)
    assert holds_somewhere(loose[:2] + facts(-y), [])
    assert not holds_somewhere(loose + facts(-y), [])


LINEAR = st.dictionaries(st.sampled_from([((k, 1),) for k in range(3)] + [()]), st.integers(-3, 3).map(Fraction), min_size=1)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(LINEAR, st.booleans(), st.integers(1, 4)), min_size=1, max_size=4))
def test_linear_contradictions_are_all_found(parts):
    """Constraints with a positive combination that is −1 have no solution, and the search says so however they are written."""
    constraints, total = [], {}
    for poly, strict, weight in parts:
        constraints.append(Constraint({key: value for key, value in poly.items() if value}, strict))
        for key, value in poly.items():
            total[key] = total.get(key, Fraction(0)) - weight * value
    total[()] = total.get((), Fraction(0)) - 1
    constraints.append(Constraint({key: value for key, value in total.items() if value}, False))
    assert find(constraints, [], clock.now() + 5) is not None


def test_what_does_not_follow_is_given_up_before_products_are_tried(monkeypatch):
    """Where everything is linear because the linear program has answered, elsewhere because of a point."""

    def refuse(self):
        raise AssertionError("products were tried")

    monkeypatch.setattr(Candidates, "stages", refuse)
    chain = [Constraint({((k, 1),): Fraction(1), ((k + 1, 1),): Fraction(-1)}, True) for k in range(20)]
    assert find(chain, [], clock.now() + 60) is None
    curved = Constraint({((0, 2),): Fraction(1), ((1, 1),): Fraction(-1)}, True)
    assert find([*chain[:2], curved], [], clock.now() + 60) is None
    reciprocal = {((0, 1), (1, 1)): Fraction(1), (): Fraction(-1)}
    assert find([*chain[:1], curved], [reciprocal], clock.now() + 60) is None
