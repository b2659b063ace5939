"""Exact rational values: what has one, and the reason given where there is none."""

from __future__ import annotations

from fractions import Fraction

import pytest

from quod.lang import terms as t
from quod.lang.binding import abstract
from quod.lang.closures import Unsupported
from quod.lang.exact import compile_exact
from quod.lang.sorts import INTEGER, REAL

x = t.Variable("x", REAL)
n, i = t.Variable("n", INTEGER), t.Variable("i", INTEGER)


@pytest.mark.parametrize(
    ("name", "argument", "value"),
    [
        ("sqrt", 0, 0), ("sqrt", Fraction(4, 9), Fraction(2, 3)), ("sqrt", 10**400, 10**200),
        ("cbrt", 0, 0), ("cbrt", Fraction(-8, 27), Fraction(-2, 3)), ("cbrt", 3**300, 3**100),
        ("floor", Fraction(-1, 3), -1), ("exp", 0, 1), ("log", 1, 0), ("cos", 0, 1), ("acos", 1, 0), ("sin", 0, 0), ("erf", 0, 0),
    ],
)  # fmt: skip
def test_a_function_with_a_rational_value(name: str, argument: Fraction, value: Fraction) -> None:
    assert compile_exact(t.Elementary(name, x), [x])([argument]) == value


@pytest.mark.parametrize(
    ("message", "term", "argument"),
    [
        ("exact value: cannot read `√x`: the root is not rational", t.Elementary("sqrt", x), 2),
        ("exact value: cannot read `√x`: the root of a negative number", t.Elementary("sqrt", x), -4),
        ("exact value: cannot read `∛x`: the root is not rational", t.Elementary("cbrt", x), Fraction(1, 2)),
        ("exact value: cannot read `exp(x)`: a rational value is known only at 0", t.Elementary("exp", x), 1),
        ("exact value: cannot read `π`: it is irrational", t.Add((x, t.Constant("pi"))), 1),
        ("exact value: cannot read `1/x`: division by zero", t.Inverse(x), 0),
        ("exact value: cannot read `x¹⁰⁰⁰⁰`: the power has more than 1000000 bits", t.Power(x, 10_000), 2**200),
        ("exact value: cannot read `min_{1≤i<⌊x⌋} i`: the range is empty",
         t.Fold("min", t.Number(1), t.Elementary("floor", x), abstract(i, i)), 1),
        ("exact value: cannot read `Σ_{i<⌊x⌋} i`: it ranges over 2000000 indices, more than 1000000",
         t.Fold("sum", t.Number(0), t.Elementary("floor", x), abstract(i, i)), 2_000_000),
    ],
)  # fmt: skip
def test_where_there_is_no_value_the_reason_is_said(message: str, term: t.Node, argument: Fraction) -> None:
    with pytest.raises(Unsupported) as refusal:
        compile_exact(term, [x])([argument])
    assert str(refusal.value) == message


def test_what_is_decided_is_not_evaluated_further() -> None:
    undefined = t.Compare("<", t.Inverse(x), t.Number(1))
    nonzero = t.Not(t.Compare("=", x, t.Number(0)))
    assert compile_exact(t.Implies(nonzero, undefined), [x])([0]) is True
    assert compile_exact(t.And((nonzero, undefined)), [x])([0]) is False
    assert compile_exact(t.Or((t.Not(nonzero), undefined)), [x])([0]) is True
    assert compile_exact(t.IfThenElse(nonzero, t.Inverse(x), t.Number(7)), [x])([0]) == 7


def test_the_sigmoid_at_zero_is_a_half_exactly() -> None:
    sigmoid = t.Inverse(t.Add((t.Number(1), t.Elementary("exp", t.Mul((t.Number(-1), x))))))
    assert compile_exact(sigmoid, [x])([0]) == Fraction(1, 2)


def test_an_integer_term_has_an_int_and_floats_are_refused() -> None:
    assert type(compile_exact(t.Mul((n, n)), [n])([Fraction(4)])) is int
    with pytest.raises(TypeError, match=r"expected int or Fraction, got 0\.5 \(float\)"):
        compile_exact(x, [x])([0.5])
