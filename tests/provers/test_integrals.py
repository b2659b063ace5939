"""Functions as linear combinations of functions that are known to be integrable."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quod import exp, integrable, log, pi, sqrt
from quod.kernel.normal import canonical
from quod.lang import terms as t
from quod.lang.expression import trace, wrap
from quod.lang.sorts import REAL, Arrow
from quod.provers.integrals import combination, linear
from quod.provers.session import Session

m, s = (wrap(t.Variable(name, REAL)) for name in ("m", "s"))
f = wrap(t.Variable("f", Arrow(REAL, REAL)))


def gauss(x):
    return exp(-((x - m) ** 2) / (2 * s**2))


KNOWN = [f, lambda x: x * f(x), lambda x: (x - m) ** 2 * f(x), gauss, lambda x: (x - m) * gauss(x)]


def traced(function):
    return trace(function, REAL)


FOUND = {
    "a constant factor": (lambda x: gauss(x) / (s * sqrt(2 * pi)), {3}),
    "x = m + (x − m)": (lambda x: x * gauss(x), {3, 4}),
    "a logarithm in front": (lambda x: f(x) * (log(2 * pi) + (x - m) ** 2 / (2 * s**2)), {0, 2}),
    "all of them": (lambda x: x**2 * f(x) - gauss(x), {0, 1, 2, 3}),
    "nothing": (lambda x: f(x) - f(x), set()),
}


@pytest.mark.parametrize("name", FOUND)
def test_a_linear_combination_is_found_and_the_kernel_agrees(name):
    function, used = FOUND[name]
    session = Session()
    facts = [session.apply("assume", integrable(known).node) for known in KNOWN]
    assert set(combination(traced(function), [traced(known) for known in KNOWN])) == used
    equation, fact = linear(session, traced(function), facts)
    assert fact.prop is t.Integrable(traced(function))
    assert equation.prop.left is t.Integral(traced(function))


@pytest.mark.parametrize("function", [lambda x: x**2 * gauss(x), lambda x: f(x) ** 2, lambda x: 1 + 0 * x, lambda x: f(2 * x)])
def test_what_is_no_combination_is_not_one(function):
    assert combination(traced(function), [traced(known) for known in KNOWN]) is None
    assert linear(Session(), traced(function), []) is None


@given(st.lists(st.integers(-3, 3), min_size=5, max_size=5))
def test_every_combination_with_integer_factors_is_found(factors):
    def function(x):
        return sum(factor * known(x) for factor, known in zip(factors, KNOWN, strict=True))

    found = combination(traced(function), [traced(known) for known in KNOWN])
    assert {k: canonical(value) for k, value in found.items()} == {k: t.Number(value) for k, value in enumerate(factors) if value}
