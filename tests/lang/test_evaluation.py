"""Every evaluator against every other on random terms, and what only one of them does."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from flint import arb, ctx, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf

from quod.lang import terms as t
from quod.lang.balls import compile_balls
from quod.lang.binding import abstract
from quod.lang.closures import Unsupported
from quod.lang.exact import compile_exact
from quod.lang.floats import compile_floats
from quod.lang.latex import to_latex
from quod.lang.precise import compile_precise
from quod.lang.serial import from_json, to_json
from quod.lang.sorts import INTEGER, PROPOSITION, REAL, VECTOR, Arrow, Sort
from quod.lang.text import to_text
from tests.strategies import NUMERIC, numeric, values

x, y = t.Variable("x", REAL), t.Variable("y", REAL)
n, i = t.Variable("n", INTEGER), t.Variable("i", INTEGER)
p = t.Variable("p", Arrow(INTEGER, REAL))
f = t.Variable("f", Arrow(REAL, REAL))
v, w = t.Variable("v", VECTOR), t.Variable("w", VECTOR)
ZERO, ONE, TWO = t.Number(0), t.Number(1), t.Number(2)
sorts: st.SearchStrategy[Sort] = st.sampled_from((REAL, INTEGER, PROPOSITION))
terms = sorts.flatmap(numeric)
BITS = 120


def minus(term: t.Node) -> t.Node:
    return t.Mul((t.Number(-1), term))


def is_known(ball: Any) -> bool:
    return ball is not None and (not isinstance(ball, arb) or ball.is_finite())


def agrees(value: Any, ball: Any, relative: float = 0.0, absolute: float = 0.0) -> bool:
    """Whether an exact value (int, Fraction, bool) lies in the ball, widened by relative·(1 + |ball|) + absolute."""
    if ball is None or isinstance(ball, bool):
        return ball is None or value == ball
    with ctx.workprec(2000):
        enclosure = arb(ball)
        slack = (abs(enclosure) + 1) * arb(relative) + arb(absolute)
        exact = Fraction(value)
        return bool(abs(enclosure - arb(fmpq(exact.numerator, exact.denominator))).lower() <= slack.upper())


def fraction(number: Any) -> Fraction:
    """The rational that an mpf or a float is."""
    if isinstance(number, mpf):
        return Fraction(int(number.man)) * Fraction(2) ** int(number.exp) * (-1 if number < 0 and number.man > 0 else 1)
    return Fraction(number)


@settings(max_examples=150)
@given(terms, values())
def test_exact_values_lie_in_their_balls(term: t.Node, environment: Mapping[t.Variable, Any]) -> None:
    point = [environment[variable] for variable in NUMERIC]
    ball = compile_balls(term, NUMERIC)(point, BITS)
    try:
        exact = compile_exact(term, NUMERIC)(point)
    except Unsupported:
        return
    assert not is_known(ball) or agrees(exact, ball)


@settings(max_examples=150)
@given(terms, values())
def test_mpmath_agrees_with_balls_of_half_the_precision(term: t.Node, environment: Mapping[t.Variable, Any]) -> None:
    """An mpf of 2·BITS bits errs by 2⁻²⁴⁰ at each step where a ball of BITS bits makes room for 2⁻¹²⁰; the widening pays for the
    steps at which the ball has less room than that: its own rounding may use up all but the last of it."""
    point = [environment[variable] for variable in NUMERIC]
    ball = compile_balls(term, NUMERIC)(point, BITS)
    precise = compile_precise(term, NUMERIC)(point, math.ceil(2 * BITS * math.log10(2)))
    if is_known(ball) and precise is not None and precise == precise:
        assert agrees(precise if isinstance(precise, bool) else fraction(precise), ball, relative=2.0**-BITS)


@settings(max_examples=150)
@given(terms, values(), st.sampled_from(((np.float64, 40), (np.float32, 12))))
def test_floats_agree_with_balls_of_fewer_bits(term: t.Node, environment: Mapping[t.Variable, Any], kind: tuple[Any, int]) -> None:
    """A float64 errs by a few 2⁻⁵³ at each step where a ball of 40 bits makes room for 2⁻⁴⁰ (float32: 2⁻²⁴ and 2⁻¹²), so the ball takes
    in the float's errors as well; the widening is one more step, and the smallest normal number for underflow."""
    dtype, bits = kind
    point = [environment[variable] for variable in NUMERIC]
    ball = compile_balls(term, NUMERIC)(point, bits)
    number = compile_floats(term, NUMERIC, dtype)(point)
    if is_known(ball) and (isinstance(number, int) or math.isfinite(number)):
        value = fraction(number if isinstance(number, int) else float(number))
        assert agrees(value, ball, relative=2.0 ** (2 - bits), absolute=float(np.finfo(np.float32).tiny))


@settings(max_examples=50)
@given(numeric(REAL), st.lists(values(), min_size=2, max_size=4))
def test_an_array_of_points_is_each_point_by_itself(term: t.Node, environments: list[Mapping[t.Variable, Any]]) -> None:
    families = [variable for variable in NUMERIC if isinstance(variable.sort, Arrow)]
    fixed = {variable: environments[0][variable] for variable in (*families, t.Variable("n", INTEGER), t.Variable("m", INTEGER))}
    points = [{**environment, **fixed} for environment in environments]
    compiled = compile_floats(term, NUMERIC)
    single = [float(compiled([point[variable] for variable in NUMERIC])) for point in points]
    together = compiled([
        np.array([float(point[variable]) for point in points]) if variable.sort == REAL else fixed[variable] for variable in NUMERIC
    ])
    got = np.broadcast_to(np.asarray(together, dtype=float), (len(points),))
    both = np.isfinite(got) & np.isfinite(single)
    assert np.allclose(got[both], np.array(single)[both], rtol=1e-9, atol=1e-300)


def test_a_sum_over_a_family_and_a_function_variable() -> None:
    entropy = minus(t.Fold("sum", ZERO, n, abstract(i, t.Mul((t.Apply(p, i), t.Elementary("log", t.Apply(p, i)))))))
    quarter = [Fraction(1, 4)] * 4
    assert compile_balls(entropy, [n, p])([4, quarter], 100).overlaps(arb(4).log())
    assert mp.almosteq(compile_precise(entropy, [n, p])([4, lambda index: Fraction(1, 4)], 30), mp.log(4), 1e-14)
    assert np.allclose(compile_floats(entropy, [n, p])([np.array([2, 4]), quarter]), [math.log(2), math.log(4)])
    applied = t.Mul((t.Apply(f, x), t.Apply(f, n)))
    assert compile_exact(applied, [f, x, n])([lambda s: s * s, Fraction(1, 2), 3]) == Fraction(9, 4)
    assert compile_balls(applied, [f, x, n])([lambda s: s * s, Fraction(1, 2), 3], 60).contains(arb(9) / 4)
    assert compile_precise(applied, [f, x, n])([lambda s: s * s, Fraction(1, 2), 3], 30) == mpf("2.25")
    assert list(compile_floats(applied, [f, x, n])([lambda s: s * s, np.array([0.5, 1]), 3])) == [2.25, 9]


def test_an_entry_that_is_not_there_is_not_known() -> None:
    entry = t.Apply(p, n)
    assert compile_balls(entry, [p, n])([[1, 2], 2], 60).is_nan()
    assert compile_balls(entry, [p, n])([[1, 2], -1], 60).is_nan()
    assert mp.isnan(compile_precise(entry, [p, n])([[1, 2], 2], 30))
    assert math.isnan(compile_floats(entry, [p, n])([[1, 2], 2]))
    with pytest.raises(Unsupported, match="entry 2 was asked for, and 2 are given"):
        compile_exact(entry, [p, n])([[1, 2], 2])


def test_integer_ranges_are_counted_out() -> None:
    lower, upper = t.Compare("<=", ZERO, i), t.Compare("<", i, n)
    positive = t.Compare("<", ZERO, t.Apply(p, i))
    each = t.ForAll(abstract(i, t.Implies(lower, t.Implies(upper, positive))))
    together = t.ForAll(abstract(i, t.Implies(t.And((upper, lower)), positive)))
    some = t.Exists(abstract(i, t.And((lower, positive, upper))))
    open_range = t.ForAll(abstract(i, t.Implies(lower, positive)))
    expectations = [(each, [1, 1], True), (each, [1, 0], False), (together, [1, 0], False), (some, [0, 1], True), (some, [0, 0], False)]
    for statement, family, expected in expectations:
        assert compile_exact(statement, [n, p])([2, family]) is expected
        assert compile_balls(statement, [n, p])([2, family], 60) is expected
        assert compile_precise(statement, [n, p])([2, family], 30) is expected
        assert compile_floats(statement, [n, p])([2, family]) == expected
    for compile_term in (compile_exact, compile_balls, compile_precise, compile_floats):
        with pytest.raises(Unsupported, match=r"cannot read `∀i ≥ 0\. 0 < p\[i\]`: the quantifier has no finite integer range"):
            compile_term(open_range, [n, p])


@pytest.mark.parametrize("argument", [Fraction(0), Fraction(-1)])
@pytest.mark.parametrize("name", ["log", "inverse"])
def test_outside_a_domain_nothing_is_known(name: str, argument: Fraction) -> None:
    """NaN compares false; a proposition about it must not."""
    term = t.Inverse(t.Add((x, t.Number(-argument)))) if name == "inverse" else t.Elementary("log", x)
    for relation in sorted(t.RELATIONS):
        claim = t.Compare(relation, term, t.Number(7))
        for statement in (claim, t.Not(claim), t.And((claim, t.TRUE)), t.Or((claim, t.FALSE))):
            assert compile_balls(statement, [x])([argument], 60) is None
            assert compile_precise(statement, [x])([argument], 30) is None
            assert math.isnan(compile_floats(statement, [x])([argument]))
            with pytest.raises(Unsupported):
                compile_exact(statement, [x])([argument])
        assert compile_precise(t.And((claim, t.FALSE)), [x])([argument], 30) is False
        assert compile_floats(t.Or((claim, t.TRUE)), [x])([argument]) == 1


def test_a_division_by_zero_does_not_come_back_as_a_number() -> None:
    back = t.Inverse(t.Inverse(x))
    assert math.isnan(compile_floats(back, [x])([0.0]))
    assert compile_balls(back, [x])([0], 60).is_nan()
    assert mp.isnan(compile_precise(back, [x])([0], 30))


def test_floats_overflow_to_not_known_in_silence() -> None:
    slope = t.Mul((t.Elementary("exp", minus(x)), t.Power(t.Inverse(t.Add((ONE, t.Elementary("exp", minus(x))))), 2)))
    with np.errstate(all="raise"):
        held = compile_floats(t.Compare("<=", slope, t.Number(Fraction(1, 4))), [x])([np.array([0.0, -1000.0, 1000.0])])
        huge = compile_floats(t.Compare("<", t.Mul((t.Power(n, 500), x)), ONE), [n, x])([10, 1])
    assert held[0] == held[2] == 1
    assert math.isnan(held[1])
    assert math.isnan(huge)


def test_a_family_is_asked_for_each_points_own_entry() -> None:
    matrix = t.Variable("A", Arrow(INTEGER, Arrow(INTEGER, REAL)))
    entry = compile_floats(t.Apply(t.Apply(matrix, t.Elementary("floor", x)), n), [matrix, x, n])
    got = entry([[[1, 2], [3, 4]], np.array([0.5, 1.5, 2.5, np.nan]), 1])
    assert list(got[:2]) == [2, 4]
    assert np.isnan(got[2:]).all()


def test_vectors_are_coordinates_followed_by_zeros() -> None:
    square = t.Inner(t.Add((v, t.Scale(t.Number(-1), w))), t.Add((v, t.Scale(t.Number(-1), w))))
    point = [[1, 2, 3], [1, 1]]
    assert compile_exact(square, [v, w])(point) == 10
    assert compile_balls(square, [v, w])(point, 60).contains(10)
    assert compile_precise(square, [v, w])(point, 30) == 10
    assert compile_floats(square, [v, w])(point) == 10
    same = t.Compare("=", v, t.Add((v, t.Constant("zero"))))
    assert compile_exact(same, [v])([[1, 2]]) is compile_balls(same, [v])([[1, 2]], 60) is compile_precise(same, [v])([[1, 2]], 30) is True


def test_integrals_and_derivatives_in_floating_arithmetic() -> None:
    bell = t.Integral(abstract(y, t.Elementary("exp", minus(t.Power(t.Add((y, minus(x))), 2)))))
    assert mp.almosteq(compile_precise(bell, [x])([1], 25), mp.sqrt(mp.pi), 1e-14)
    assert np.allclose(compile_floats(bell, [x])([np.array([0.0, 1.0, -2.0])]), math.sqrt(math.pi))
    form = t.Add((t.Power(y, 2), t.Power(x, 2), t.Mul((x, y, n))))
    twice = t.Integral(abstract(y, t.Integral(abstract(x, t.Elementary("exp", minus(form))))))
    assert np.allclose(compile_floats(twice, [n])([np.array([0.0, 1.0])]), [math.pi, 2 * math.pi / math.sqrt(3)])
    slope = t.Derivative(abstract(y, t.Elementary("exp", y)), x)
    assert mp.almosteq(compile_precise(slope, [x])([1], 30), mp.e, 1e-14)
    for compile_term in (compile_exact, compile_balls):
        for term in (bell, slope):
            with pytest.raises(Unsupported, match=r"cannot read `(∫|d/dt)"):
                compile_term(term, [x])


@pytest.mark.parametrize("compile_term", [compile_exact, compile_balls, compile_precise, compile_floats])
def test_a_term_needs_a_value_for_each_variable(compile_term: Any) -> None:
    with pytest.raises(t.TermError, match="missing: x, y"):
        compile_term(t.Add((x, y)), [])
    with pytest.raises(t.TermError, match="missing: a bound variable"):
        compile_term(t.Bound(0, REAL), [])


@pytest.mark.parametrize(
    ("compile_term", "digits"), [(compile_exact, ()), (compile_balls, (80,)), (compile_precise, (30,)), (compile_floats, ())]
)
def test_sharing_is_evaluated_once_also_under_binders(compile_term: Any, digits: tuple[int, ...]) -> None:
    """Written out, x = (x + x)/2 sixty times over has 2⁶⁰ leaves."""
    tower: t.Node = t.Mul((x, i))
    for _ in range(60):
        tower = t.Mul((t.Add((tower, tower)), t.Number(Fraction(1, 2))))
    total = t.Fold("sum", ZERO, t.Number(3), abstract(i, tower))
    assert agrees(Fraction(3, 2), arb(_plain(compile_term(total, [x])([Fraction(1, 2)], *digits))))


def _plain(number: Any) -> Any:
    return float(number) if not isinstance(number, arb) else number


def deepest(kind: str) -> t.Node:
    """A term as deep as terms may be."""
    term: t.Node = x
    while True:
        try:
            if kind == "sums":
                term = t.Add((term, ONE))
            elif kind == "cases":
                term = t.IfThenElse(t.Compare("<", x, ONE), ONE, term)
            elif kind == "roots":
                term = t.Elementary("cbrt", term)
            elif kind == "folds":
                term = t.Fold("sum", ZERO, ONE, t.Lambda(INTEGER, term)) if term.depth < 100 else t.Inverse(term)
            else:
                term = t.IfThenElse(t.And((t.Compare("<", term, ONE), t.TRUE)), ONE, x)
        except t.TermError:
            return term


@pytest.mark.parametrize("kind", ["sums", "cases", "roots", "folds", "conditions"])
def test_the_deepest_terms_exhaust_no_stack(kind: str) -> None:
    term = deepest(kind)
    assert term.depth > t.MAX_DEPTH - 4
    assert compile_exact(term, [x])([1]) == compile_precise(term, [x])([1], 30) == compile_floats(term, [x])([1.0])
    assert agrees(Fraction(compile_exact(term, [x])([1])), compile_balls(term, [x])([1], 200))
    table, indices = to_json([term])
    assert from_json(table)[indices[0]] is term
    assert to_text(term) and to_latex(term)
