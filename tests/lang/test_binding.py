"""The lemmas of substitution, on random terms of every class."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quod.lang import terms as t
from quod.lang.binding import abstract, apply, as_function, constant_function, fresh, instantiate, shift, substitute, unfold
from quod.lang.sorts import INTEGER, PROPOSITION, REAL, Arrow
from quod.lang.text import to_text
from tests.strategies import VARIABLES, nodes

x, y = t.Variable("x", REAL), t.Variable("y", REAL)


@given(nodes(), nodes(REAL, depth=2))
def test_instantiating_what_was_abstracted_is_substitution(term: t.Node, value: t.Node) -> None:
    assert instantiate(abstract(x, term), value) is substitute(term, {x: value})


@given(nodes())
def test_abstraction_binds_the_variable_and_instantiation_gives_it_back(term: t.Node) -> None:
    function = abstract(x, term)
    assert x not in function.variables
    assert function.variables == term.variables - {x}
    assert instantiate(function, x) is term


@given(nodes())
def test_a_bound_variable_has_no_name(term: t.Node) -> None:
    other = fresh("z", REAL, term.variables)
    renamed = substitute(term, {x: other})
    assert abstract(x, term) is abstract(other, renamed)
    assert to_text(abstract(x, term)) == to_text(abstract(other, renamed))


@given(nodes(), nodes(REAL, depth=2), nodes(REAL, depth=2))
def test_substitutions_commute(term: t.Node, first: t.Node, second: t.Node) -> None:
    """t[a/x][b/y] = t[b/y][a[b/y]/x] where b does not mention x."""
    second = substitute(second, {x: t.Number(1)})
    one = substitute(substitute(term, {x: first}), {y: second})
    other = substitute(substitute(term, {y: second}), {x: substitute(first, {y: second})})
    assert one is other


def opened(term: t.Node) -> t.Node:
    """`term` with x and y as loose bound variables 0 and 1."""
    outer = abstract(y, abstract(x, term)).body
    assert isinstance(outer, t.Lambda)
    return outer.body


@given(nodes(), st.integers(0, 3), st.integers(0, 3), st.integers(0, 2))
def test_shifts_add_up_and_can_be_undone(term: t.Node, by: int, more: int, above: int) -> None:
    loose = opened(term)
    assert shift(shift(loose, by, above), more, above) is shift(loose, by + more, above)
    assert shift(shift(loose, by, above), -by, above) is loose
    assert shift(term, by) is term


@given(nodes(), nodes(REAL, depth=2), st.integers(1, 3))
def test_shifting_commutes_with_instantiation(term: t.Node, value: t.Node, by: int) -> None:
    function, loose = t.Lambda(REAL, opened(term)), opened(value)
    shifted = shift(function, by)
    assert isinstance(shifted, t.Lambda)
    assert shift(instantiate(function, loose), by) is instantiate(shifted, shift(loose, by))


@given(nodes())
def test_a_constant_function_ignores_its_argument(term: t.Node) -> None:
    assert instantiate(constant_function(REAL, opened(term)), x) is opened(term)


@given(nodes(Arrow(REAL, REAL)))
def test_every_function_is_a_lambda(function: t.Node) -> None:
    assert instantiate(as_function(function, REAL), x) is apply(function, x)


@given(nodes())
def test_unfolding_removes_definitions_and_redexes_and_is_done_once(term: t.Node) -> None:
    plain = unfold(term)
    seen, stack = {plain}, [plain]
    while stack:
        node = stack.pop()
        assert not isinstance(node, t.Named)
        assert not (isinstance(node, t.Apply) and isinstance(node.function, t.Lambda))
        new = set(node.children) - seen
        seen |= new
        stack.extend(new)
    assert unfold(plain) is plain
    assert plain.variables <= term.variables


@given(nodes(PROPOSITION, variables=tuple(v for v in VARIABLES if v.sort != REAL)), nodes(REAL, depth=2))
def test_a_variable_that_does_not_occur_can_be_anything(term: t.Node, value: t.Node) -> None:
    assert substitute(term, {x: value}) is term


def test_no_variable_of_a_value_is_captured() -> None:
    """(∀z. x < z)[y + z/x] is ∀w. y + z < w, whatever the variables are called."""
    for name in ("z", "y", "x′", "#0", "i", "v1", "·1"):
        inner = t.Variable(name, REAL)
        statement = t.ForAll(abstract(inner, t.Compare("<", x, inner)))
        value = t.Add((y, inner))
        expected = t.ForAll(t.Lambda(REAL, t.Compare("<", value, t.Bound(0, REAL))))
        assert substitute(statement, {x: value}) is expected


def test_a_user_variable_spelled_like_a_binder_stays_free() -> None:
    free = t.Variable("i", INTEGER)
    total = t.Fold("sum", t.Number(0), free, t.Lambda(INTEGER, t.Mul((t.Bound(0, INTEGER), free))))
    assert total.variables == {free}
    assert to_text(total) == "Σ_{j<i} j·i"


def test_a_function_put_under_a_binder_leaves_no_redex() -> None:
    f = t.Variable("f", Arrow(REAL, REAL))
    body = t.Integral(abstract(y, t.Mul((t.Apply(f, y), x))))
    square = abstract(y, t.Add((t.Power(y, 2), x)))
    expected = t.Integral(abstract(y, t.Mul((t.Add((t.Power(y, 2), x)), x))))
    assert substitute(body, {f: square}) is expected
    assert instantiate(abstract(f, body), square) is expected


def test_a_value_of_another_sort_is_refused() -> None:
    with pytest.raises(t.TermError, match="n has sort ℤ and cannot take a value of sort ℝ"):
        substitute(t.Variable("n", INTEGER), {t.Variable("n", INTEGER): x})
    with pytest.raises(t.TermError, match="a λ over ℤ cannot take an argument of sort ℝ"):
        instantiate(t.Lambda(INTEGER, t.Bound(0, INTEGER)), x)
