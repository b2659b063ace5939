"""The normal form: what has one normal form is equal wherever it is defined, and the normal form of a normal form is itself."""

from __future__ import annotations

from fractions import Fraction

import pytest
import strategies
from flint import arb
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from quod import Prod, Sum, eq, exp, floor, forall, inner, norm_squared, piecewise
from quod.kernel.normal import canonical
from quod.kernel.polynomial import number
from quod.kernel.ranges import fold_range
from quod.kernel.theorem import KernelError
from quod.lang import terms as t
from quod.lang.balls import compile_balls
from quod.lang.closures import Unsupported
from quod.lang.domains import Real
from quod.lang.exact import compile_exact
from quod.lang.expression import Expression
from quod.lang.sorts import INTEGER, PROPOSITION, REAL, VECTOR, Arrow

x, y, n = (Expression(t.Variable(name, sort)) for name, sort in (("x", REAL), ("y", REAL), ("n", INTEGER)))
p = Expression(t.Variable("p", Arrow(INTEGER, REAL)))
v, w = (Expression(t.Variable(name, VECTOR)) for name in "vw")


RATIONAL = st.sampled_from((REAL, INTEGER, PROPOSITION)).flatmap(lambda sort: strategies.numeric(sort, elementary=("floor",)))


def same(a, b):
    return canonical(getattr(a, "node", a)) is canonical(getattr(b, "node", b))


@settings(max_examples=300, deadline=None)
@given(strategies.nodes())
def test_normal_forms_are_normal(node):
    try:
        form = canonical(node)
    except KernelError:
        assume(False)
    assert canonical(form) is form


@settings(max_examples=400, deadline=None)
@given(RATIONAL, strategies.values())
def test_the_normal_form_has_the_exact_value_of_the_term(node, environment):
    variables = tuple(environment)
    point = tuple(environment[variable] for variable in variables)
    try:
        value = compile_exact(node, variables)(point)
        normal = compile_exact(canonical(node), variables)(point)
    except (Unsupported, KernelError):
        assume(False)
    assert normal == value


@settings(max_examples=400, deadline=None)
@given(strategies.numeric(REAL, elementary=("exp", "log", "sqrt", "sin", "atan")), strategies.values())
def test_the_normal_form_has_the_value_of_the_term_in_balls(node, environment):
    variables = tuple(environment)
    point = tuple(environment[variable] for variable in variables)
    try:
        value = compile_balls(node, variables)(point, 200)
        normal = compile_balls(canonical(node), variables)(point, 200)
    except (Unsupported, KernelError):
        assume(False)
    if isinstance(value, arb) and isinstance(normal, arb) and value.is_finite() and normal.is_finite():
        assert value.overlaps(normal)


IDENTITIES = [
    (exp(x) * exp(-x), 1),
    (exp(2 * x) / exp(x), exp(x)),
    ((x + 1) ** 3, x**3 + 3 * x**2 + 3 * x + 1),
    (1 / (2 + 2 * x), Fraction(1, 2) / (1 + x)),
    (1 / (x * (1 + y)), 1 / x * (1 / (1 + y))),
    (1 / (1 / x), x),
    (Sum(lambda i: p[i] * x + 3, n), x * Sum(p, n) + 3 * Sum(lambda i: 1, n)),
    (Sum(lambda i: exp(x + p[i]), n), exp(x) * Sum(lambda i: exp(p[i]), n)),
    (Prod(lambda i: p[i] / x, n), Prod(p, n) / x**n),
    (Prod(lambda i: exp(p[i]), n), exp(Sum(p, n))),
    (Sum(lambda i: p[i], 3), p[0] + p[1] + p[2]),
    (Prod(lambda i: 2, 5), 32),
    (norm_squared(v - w), norm_squared(v) - 2 * inner(w, v) + norm_squared(w)),
    (floor(Expression(t.Number(Fraction(-7, 2)))), -4),
]


@pytest.mark.parametrize(("left", "right"), IDENTITIES)
def test_identities_of_the_normal_form(left, right):
    assert canonical(eq(left, right).node) is t.TRUE


NO_IDENTITIES = [
    (x / x, 1),
    (x**2 / x, x),
    (Sum(lambda i: 1, n), n),
    (Sum(p, n + 1), Sum(p, n) + p[n]),
    (Prod(lambda i: x, n) * x, Prod(lambda i: x, n + 1)),
    (piecewise((x, x > 0), otherwise=-x), x),
    (exp(x * y), exp(x) * exp(y)),
    (1 / (x + y), 1 / x + 1 / y),
    (floor(x), x),
]


@pytest.mark.parametrize(("left", "right"), NO_IDENTITIES)
def test_what_needs_a_side_condition_is_no_identity(left, right):
    assert canonical(eq(left, right).node) is not t.TRUE


def test_comparisons_are_scaled_by_positive_numbers_only():
    assert same(2 * x <= 4, x <= 2)
    assert same(-2 * x <= 4, x >= -2)
    assert not same(x <= 2, -x <= -2)
    assert same(eq(1 / (3 * x - 1), y), eq(-1 / (1 - 3 * x), y))


def test_denials_turn_around():
    assert same(~(x < y), y <= x)
    assert same(~(x <= y), y < x)
    assert not same(~eq(x, y), x < y)


def test_bound_variables_are_not_confused():
    nested = forall(Real, lambda a: forall(Real, lambda b: a - b < 0)).node
    swapped = forall(Real, lambda a: forall(Real, lambda b: b - a < 0)).node
    assert canonical(nested) is not canonical(swapped)


def test_an_empty_literal_range_is_neutral():
    two, one = t.Number(2), t.Number(1)
    assert fold_range("sum", two, one, number(5)) == {}
    assert fold_range("prod", two, one, number(5)) == number(1)
