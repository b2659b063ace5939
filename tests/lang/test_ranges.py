"""Integer ranges of quantifiers: which bounds count, what is left over, and that nothing changes its meaning."""

from __future__ import annotations

from itertools import product

import pytest

from quod.lang import terms as t
from quod.lang.binding import abstract, instantiate
from quod.lang.exact import compile_exact
from quod.lang.ranges import integer_range
from quod.lang.sorts import INTEGER, REAL

i, n, m = (t.Variable(name, INTEGER) for name in "inm")
x = t.Variable("x", REAL)
ZERO = t.Number(0)


def quantified(kind: type[t.ForAll] | type[t.Exists], lower: str, upper: str, extra: bool) -> t.Node:
    """∀ or ∃ i with n ∘ i ∘ m, and with `extra` i ≠ 1 as well; the claim is i² = 4."""
    bounds = [t.Compare(lower, n, i), t.Compare(upper, i, m)]
    others = [t.Not(t.Compare("=", i, t.Number(1)))] if extra else []
    claim = t.Compare("=", t.Power(i, 2), t.Number(4))
    if kind is t.ForAll:
        return t.ForAll(abstract(i, t.Implies(t.And((*others, *bounds)), claim)))
    return t.Exists(abstract(i, t.And((t.And((*others, bounds[1])), bounds[0], claim))))


@pytest.mark.parametrize("kind", [t.ForAll, t.Exists])
@pytest.mark.parametrize(("lower", "upper"), list(product(("<", "<="), repeat=2)))
@pytest.mark.parametrize("extra", [False, True])
def test_a_range_means_what_the_quantifier_means(kind: type[t.ForAll] | type[t.Exists], lower: str, upper: str, extra: bool) -> None:
    compiled = compile_exact(quantified(kind, lower, upper, extra), [n, m])
    for start, stop in product(range(-3, 4), repeat=2):
        first, last = start + (lower == "<"), stop - (upper == "<")
        inside = [index for index in range(first, last + 1) if not (extra and index == 1)]
        expected = all(index**2 == 4 for index in inside) if kind is t.ForAll else any(index**2 == 4 for index in inside)
        assert compiled([start, stop]) is expected


def test_bounds_stand_outside_the_binder() -> None:
    """∀j. ∀i. j ≤ i ⇒ i < n + j ⇒ …: inside ∀j the limits mention j."""
    body = t.ForAll(abstract(i, t.Implies(t.Compare("<=", m, i), t.Implies(t.Compare("<", i, t.Add((n, m))), t.Compare("<", i, n)))))
    outer = abstract(m, body)
    found = integer_range(outer.body)  # type: ignore[arg-type]
    assert found is not None
    assert (found.lower, found.upper) == (t.Bound(0, INTEGER), t.Add((n, t.Bound(0, INTEGER))))
    assert instantiate(outer, m) is body


@pytest.mark.parametrize(
    "body",
    [
        t.Implies(t.Compare("<=", ZERO, i), t.Compare("<", i, n)),  # the second is the conclusion, no bound
        t.Implies(t.And((t.Compare("<=", ZERO, i), t.Compare("<", i, t.Add((i, n))))), t.FALSE),  # the limit moves with i
        t.Implies(t.And((t.Compare("<=", ZERO, i), t.Compare("<", i, x))), t.FALSE),  # a real limit
        t.Implies(t.And((t.Compare("=", ZERO, i), t.Compare("<", i, n))), t.FALSE),
        t.Implies(t.Or((t.Compare("<=", ZERO, i), t.Compare("<", i, n))), t.FALSE),
    ],
)
def test_what_is_no_finite_range_is_none(body: t.Node) -> None:
    assert integer_range(t.ForAll(abstract(i, body))) is None
    assert integer_range(t.ForAll(abstract(x, t.Implies(t.And((t.Compare("<=", ZERO, x), t.Compare("<", x, n))), t.FALSE)))) is None
