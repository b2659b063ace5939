"""Balls: the pitfalls of three-valued arithmetic, each pinned; what is not provably defined has no value."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import pytest
from flint import arb, ctx

from quod.lang import terms as t
from quod.lang.balls import compile_balls
from quod.lang.binding import abstract
from quod.lang.enclosures import FUNCTIONS, power
from quod.lang.sorts import INTEGER, REAL, Arrow

x, y = t.Variable("x", REAL), t.Variable("y", REAL)
n, i = t.Variable("n", INTEGER), t.Variable("i", INTEGER)
p = t.Variable("p", Arrow(INTEGER, REAL))
ZERO, ONE = t.Number(0), t.Number(1)
AROUND_ZERO = arb(0, 2.0**-40)


def value(term: t.Node, bits: int = 60, **given: Any) -> Any:
    """The ball of `term` at named values."""
    variables = sorted(term.variables, key=lambda variable: variable.name)
    return compile_balls(term, variables)([given[variable.name] for variable in variables], bits)


def minus(term: t.Node) -> t.Node:
    return t.Mul((t.Number(-1), term))


def elementary(name: str, argument: Any) -> Any:
    return value(t.Elementary(name, x), x=argument)


@pytest.mark.parametrize(
    ("name", "outside", "edge"),
    [
        ("log", [0, -1, AROUND_ZERO], None),
        ("sqrt", [-1, AROUND_ZERO], (0, 0)),
        ("asin", [2, -2, arb(1, 2.0**-40)], (1, math.pi / 2)),
        ("acos", [2, -2, arb(-1, 2.0**-40)], (-1, math.pi)),
        ("tan", [arb.pi() / 2], None),
    ],
)
def test_outside_its_domain_a_function_is_nan(name: str, outside: list[Any], edge: tuple[int, float] | None) -> None:
    for argument in outside:
        assert elementary(name, argument).is_nan()
        assert value(t.Compare("<=", t.Elementary(name, x), t.Number(100)), x=argument) is None
    if edge is not None:
        assert elementary(name, edge[0]).overlaps(arb(edge[1], 1e-15))


def test_division_by_zero_is_no_value() -> None:
    """The kernel's 1/0 = 0 is a convention that no evaluation may lean on."""
    for argument in (0, AROUND_ZERO):
        assert value(t.Inverse(x), x=argument).is_nan()
        assert value(t.Compare("=", t.Inverse(x), ZERO), x=argument) is None
    assert value(t.Inverse(n), n=0).is_nan()
    assert value(t.Power(t.Inverse(x), 0), x=0).is_nan()
    assert value(t.Mul((ZERO, t.Inverse(x))), x=0).is_nan()


def test_comparisons_have_three_values() -> None:
    third = Fraction(1, 3)
    for relation, less, equal, greater in (("<", True, None, False), ("<=", True, None, False), ("=", False, None, False)):
        comparison = t.Compare(relation, x, y)
        assert value(comparison, x=0, y=third) is less
        assert value(comparison, x=third, y=third) is equal
        assert value(comparison, x=1, y=third) is greater
        assert value(comparison, x=arb.nan(), y=1) is None
        assert value(t.Not(comparison), x=third, y=third) is equal
    assert value(t.Compare("<=", x, y), x=1, y=1) is True
    assert value(t.Compare("<", x, y), x=1, y=1) is False
    assert value(t.Compare("=", x, y), x=1, y=1) is True
    touching = arb(0, 1)
    assert value(t.Compare("<=", x, y), x=touching, y=2) is True
    assert value(t.Compare("<=", x, y), x=touching, y=touching) is None


def test_connectives_are_kleenes() -> None:
    unknown, true, false = t.Compare("<", t.Inverse(x), ONE), t.TRUE, t.FALSE
    assert value(t.And((unknown, false)), x=0) is False
    assert value(t.And((unknown, true)), x=0) is None
    assert value(t.Or((unknown, true)), x=0) is True
    assert value(t.Or((unknown, false)), x=0) is None
    assert value(t.Implies(unknown, true), x=0) is True
    assert value(t.Implies(false, unknown), x=0) is True
    assert value(t.Implies(true, unknown), x=0) is None
    assert value(t.Not(unknown), x=0) is None


def test_a_square_around_zero_is_a_ball_and_not_negative() -> None:
    """arb(0, 1)**2 is NaN in python-flint."""
    assert (arb(0, 1) ** 2).is_nan()
    for exponent in (2, 4, 6):
        square = value(t.Power(x, exponent), x=arb(0, 1))
        assert square.is_finite() and square >= 0 and square.contains(1)
    assert value(t.Power(x, 3), x=arb(0, 1)).contains(-1)
    assert power(arb(0), 0) == 1


def test_nothing_cancels() -> None:
    """b − b is not 0, and x/x is not 1."""
    b = arb(1, 0.5)
    assert value(t.Compare("=", t.Add((x, minus(x))), ZERO), x=b) is None
    assert value(t.Compare("=", t.Mul((x, t.Inverse(x))), ONE), x=b) is None


def test_cancellation_never_refutes() -> None:
    """(1 − tanh² x)·sinh x·cosh x ≤ 1 is true; (log(1+x) − x)/x² is near −1/2 at 10⁻¹², where 20 digits give −608."""
    up, down = t.Elementary("exp", x), t.Elementary("exp", minus(x))
    total, gap = t.Add((up, down)), t.Add((up, minus(down)))
    tanh = t.Mul((gap, t.Inverse(total)))
    product = t.Mul((t.Add((ONE, minus(t.Power(tanh, 2)))), gap, total, t.Number(Fraction(1, 4))))
    for bits in (53, 100, 200):
        assert value(t.Compare("<=", product, ONE), bits, x=40) is not False
    quotient = t.Mul((t.Add((t.Elementary("log", t.Add((ONE, x))), minus(x))), t.Inverse(t.Power(x, 2))))
    below = t.Compare("<", quotient, t.Number(-1))
    assert value(below, 66, x=Fraction(1, 10**12)) is None
    assert value(below, 200, x=Fraction(1, 10**12)) is False


def test_a_float_is_refused_because_it_is_rarely_the_number_meant() -> None:
    with pytest.raises(TypeError, match=r"expected int, Fraction or arb, got 0\.1 \(float\): give the exact number that is meant"):
        value(x, x=0.1)
    with pytest.raises(TypeError, match="expected an integer, got Fraction"):
        value(n, n=Fraction(1, 2))


def test_constants_have_the_precision_of_the_evaluation() -> None:
    term = t.Mul((t.Number(Fraction(1, 3)), t.Constant("pi"), x))
    compiled = compile_balls(term, [x])
    for bits in (30, 300, 60):
        assert bits - 8 <= compiled([1], bits).rel_accuracy_bits() <= bits + 8
    assert ctx.prec == 53


def test_an_undecided_condition_gives_both_branches() -> None:
    kink = t.IfThenElse(t.Compare("<", x, ZERO), t.Number(-1), ONE)
    assert value(kink, x=-3) == -1
    both = value(kink, x=AROUND_ZERO)
    assert both.contains(-1) and both.contains(1)
    guarded = t.IfThenElse(t.Compare("=", x, ZERO), ZERO, t.Inverse(x))
    assert value(guarded, x=0) == 0
    assert value(guarded, x=AROUND_ZERO).is_nan()
    absolute = t.IfThenElse(t.Compare("<=", ZERO, x), x, minus(x))
    assert value(absolute, x=AROUND_ZERO) >= -(2.0**-39)


def test_integers_are_exact_and_an_integer_that_is_not_known_indexes_nothing() -> None:
    assert value(t.Power(n, 200), n=3) == 3**200
    assert isinstance(value(t.Power(n, 200), n=3), int)
    floor = t.Elementary("floor", x)
    assert value(floor, x=Fraction(-1, 3)) == -1
    assert isinstance(value(floor, x=Fraction(-1, 3)), int)
    straddling = value(floor, x=arb(1, 0.1))
    assert straddling.contains(0) and straddling.contains(1)
    assert value(t.Apply(p, floor), p=[5, 6, 7], x=arb(1, 0.1)).is_nan()
    assert value(t.Fold("sum", ZERO, floor, abstract(i, ONE)), x=arb(1, 0.1)).is_nan()
    assert value(t.Fold("sum", ZERO, n, abstract(i, ONE)), n=10**7).is_nan()
    tower: t.Node = n
    for _ in range(6):
        tower = t.Power(tower, 10_000)
    assert value(t.Compare("<", ZERO, tower), n=2) in (True, None)


def test_the_empty_minimum_is_no_value_and_empty_sums_and_products_are() -> None:
    def empty(kind: str) -> Any:
        return value(t.Fold(kind, ONE, ONE, abstract(i, t.Apply(p, i))), p=[])

    assert empty("sum") == 0
    assert empty("prod") == 1
    assert empty("min").is_nan()
    assert empty("max").is_nan()
    assert value(t.Fold("min", ZERO, t.Number(2), abstract(i, t.Apply(p, i))), p=[3, arb.nan()]).is_nan()


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_functions_enclose_and_keep_nan(name: str) -> None:
    """Against the double-precision library, which errs by a few units in the last place, 2⁻⁵⁰ of 1 + |f|."""
    library = {"cbrt": math.cbrt, "erf": math.erf, "floor": math.floor}.get(name) or getattr(math, name)
    for numerator in range(-24, 25):
        argument = Fraction(numerator, 8)
        try:
            expected = float(library(float(argument)))
        except ValueError:
            assert elementary(name, argument).is_nan()
            continue
        assert abs(arb(elementary(name, argument)) - arb(expected)) < 2.0**-50 * (1 + abs(expected))
        wide = elementary(name, arb(float(argument), 0.25))
        wide = arb(wide)
        assert not wide.is_finite() or wide.overlaps(arb(expected, 1e-14))
    assert arb(elementary(name, arb.nan())).is_nan()


def test_the_cube_root_is_odd_and_enclosed_around_zero() -> None:
    root = elementary("cbrt", arb(0, 8))
    assert root.contains(-2) and root.contains(2) and root < 2.1
    assert elementary("cbrt", 0) == 0
    assert elementary("cbrt", -27).overlaps(arb(-3))
