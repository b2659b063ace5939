"""The rules for several variables (quotients, monotonicity, logarithms, angles, boxes): what they show, and each way to misuse them."""

from __future__ import annotations

from fractions import Fraction

import pytest

from quod import atan, cbrt, cos, eq, exp, forall, implies, log, sin, sqrt, tan
from quod.kernel import certificate
from quod.kernel.monotone import requirements
from quod.kernel.theorem import RULES, KernelError
from quod.lang import terms as t
from quod.lang.binding import abstract
from quod.lang.domains import Real
from quod.lang.expression import Expression
from quod.lang.sorts import REAL

assert certificate.replay  # importing it registers every rule

X, Y, U = (t.Variable(name, REAL) for name in "xyu")
x, y, u = (Expression(v) for v in (X, Y, U))
ONE, ZERO = Fraction(1), t.Number(0)
one = Expression(t.Number(1))


def given(formula):
    return RULES["assume"](formula.node)


def proved(rule, *arguments):
    return RULES[rule](*arguments).conclusion


def refused(rule, *arguments, because=None):
    with pytest.raises((KernelError, t.TermError), match=because):
        RULES[rule](*arguments)
    return True


# Quotients


def test_a_quotient_cancels_only_what_is_not_zero():
    goal = eq(x / x, 1).node
    assert proved("rational", goal, (), (), given(0 < x)) is goal
    assert proved("rational", goal, (), (), given(~eq(x, 0))) is goal
    assert refused("rational", goal, (), (), given(x >= 0))
    assert refused("rational", goal, (), ())


def test_inside_a_function_nothing_is_cancelled():
    assert refused("rational", eq(log(x / x), log(one)).node, (), (), given(0 < x))


def test_a_denominator_that_vanishes_somewhere_stays():
    goal = eq((x**2 - y**2) / (x - y), x + y).node
    assert refused("rational", goal, (), ())
    assert refused("rational", goal, (), (), given(x <= y))
    assert proved("rational", goal, (), (), given(x < y)) is goal


def test_the_sign_of_a_product_needs_the_sign_of_each_factor():
    goal = (0 <= x / y).node
    assert proved("rational", goal, ((ONE, (), ((0, 1), (1, -1))),), (), given(0 <= x), given(0 < y)) is goal
    assert refused("rational", goal, ((ONE, (), ((0, 1), (1, -1))),), (), given(0 <= x), given(0 <= y), because="no such sign")
    assert refused("rational", goal, ((-ONE, (), ((0, 1), (1, -1))),), (), given(x <= 0), given(0 < y), because="positive rational")
    assert refused("rational", (0 < x / y).node, ((ONE, (), ((0, 1), (1, -1))),), (), given(0 <= x), given(0 < y), because="no product")
    assert refused("rational", (0 < x * x).node, ((ONE, (x.node,), ()),), (), because="no product is positive")
    assert proved("rational", (0 <= x * x).node, ((ONE, (x.node,), ()),), ()) is (0 <= x * x).node


def test_products_add_up():
    assert refused("rational", (0 <= x).node, ((ONE, (), ((0, 1),)),), (), given(0 <= x + y), because="differ")
    assert refused("rational", eq(x, y).node, ((ONE, (), ((0, 1),)),), (), given(y <= x), because="takes no products")


def test_equations_replace_powers_of_atoms():
    goal = eq(sqrt(x) ** 3, x * sqrt(x)).node
    square = given(eq(sqrt(x) ** 2, x))
    assert proved("rational", goal, (), ((0, sqrt(x).node, 2),), square) is goal
    assert refused("rational", goal, (), ((0, sqrt(x).node, 1),), square, because="as a side")
    assert refused("rational", goal, (), ((0, sqrt(x).node, 2),), given(sqrt(x) ** 2 <= x), because="no equation")
    assert refused("rational", goal, (), ())


def test_exponentials_of_fractions_are_roots_of_each_other():
    assert proved("rational", eq(exp(x / 2) ** 2 * exp(-x), 1).node, (), ()) is eq(exp(x / 2) ** 2 * exp(-x), 1).node
    assert refused("rational", eq(exp(x / 2) ** 2, exp(x / 4)).node, (), ())


def test_the_exponential_of_a_logarithm_needs_a_positive_argument():
    goal = eq(exp(2 * log(x)), x**2).node
    assert proved("rational", goal, (), (), given(0 < x)) is goal
    assert refused("rational", goal, (), (), given(0 <= x))


def test_exponents_are_whole_numbers():
    assert refused("rational", (0 <= sqrt(x)).node, ((ONE, (), ((0, Fraction(1, 2)),)),), (), given(0 < x))
    assert refused("rational", (0 <= x).node, ((ONE, (), ((0, 10**6),)),), (), given(0 < x))


def test_bombs_are_refused():
    for start in (x, one * 3, x + y):
        bomb = start
        for _ in range(60):
            bomb = bomb * bomb
        assert refused("rational", eq(bomb, bomb).node, (), (), because="too large")
    tower = t.Power(t.Power(t.Power((x + 2).node, 300), 300), 300)
    assert refused("rational", t.Compare("=", tower, tower), (), (), because="too large")


def test_not_zero_by_its_sign():
    denial = (~eq(x, 0)).node
    assert proved("nonzero", denial, given(x < 0)) is denial
    assert refused("nonzero", denial, given(x <= 0))
    assert refused("nonzero", (~eq(x, y)).node, given(x < 0))


# Logarithms and roots


def test_the_logarithm_of_a_product_needs_positive_factors():
    argument, factors = (x / y).node, ((X, 1), (Y, -1))
    theorem = RULES["logarithm"](argument, factors, given(0 < x), given(0 < y))
    assert theorem.conclusion.children[0] is t.Elementary("log", argument)
    assert refused("logarithm", argument, factors, given(0 < x), because="positive")
    assert refused("logarithm", argument, factors, given(x < 0), given(y < 0), because="positive")
    assert refused("logarithm", argument, ((X, 1), (Y, 1)), given(0 < x), given(0 < y), because="multiply")


def test_a_root_is_not_negative():
    goal = t.Elementary("sqrt", (x**2).node)
    square = RULES["reflexive"](eq(x**2, x**2).node)
    assert proved("root", goal, X, given(0 <= x), square) is t.Compare("=", goal, X)
    assert refused("root", goal, X, given(x <= 0), square)
    assert refused("root", t.Elementary("exp", X), X, given(0 <= x), square)
    cube = given(eq(y**3, x))
    assert proved("root", cbrt(x).node, Y, given(0 <= y), cube) is eq(cbrt(x), y).node
    assert refused("root", sqrt(x).node, Y, given(0 <= y), cube)


def test_the_order_of_logarithms_is_the_order_of_positive_numbers():
    order = given(log(x) <= log(y))
    assert proved("log_order", X, Y, "<=", given(0 < x), given(0 < y), order) is (x <= y).node
    assert refused("log_order", X, Y, "<", given(0 < x), given(0 < y), order)
    assert refused("log_order", X, Y, "<=", given(0 < x), given(0 <= y), order)
    assert proved("log_rises", X, Y, "<", given(0 < x), given(x < y)) is (log(x) < log(y)).node
    assert refused("log_rises", X, Y, "<", given(0 <= x), given(x < y))
    assert refused("log_rises", X, Y, "=", given(0 < x), given(eq(x, y)))


# Angles


def test_addition_theorems():
    double = RULES["angle_sum"]("sin", ((X, 2),)).conclusion
    RULES["convert"](eq(sin(2 * x), 2 * sin(x) * cos(x)).node, RULES["angle_sum"]("sin", ((X, 2),)))
    difference = RULES["angle_sum"]("cos", ((X, 1), (Y, -1)))
    RULES["convert"](eq(cos(x - y), cos(x) * cos(y) + sin(x) * sin(y)).node, difference)
    with pytest.raises(KernelError):
        RULES["convert"](eq(cos(x - y), cos(x) * cos(y) - sin(x) * sin(y)).node, difference)
    assert double.children[0].variables == {X}
    assert refused("angle_sum", "tan", ((X, 2),))
    assert refused("angle_sum", "sin", ((X, Fraction(1, 2)),))
    assert refused("angle_sum", "sin", ((X, 100),))


# Monotone functions


def between(function, low, high, relation, inside=None, closed=None, order=None):
    """`monotone` with its premises as assumptions, or others in their place."""
    lam = abstract(X, function.node)
    needed = [RULES["assume"](need) for need in requirements(lam, low.node, high.node, relation)]
    ordered = order if order is not None else RULES["assume"](t.Compare(relation, low.node, high.node))
    premises = [given_ if given_ is not None else need for given_, need in zip((inside, closed), needed, strict=True)]
    return "monotone", lam, low.node, high.node, relation, ordered, *premises


def test_a_function_with_a_derivative_of_one_sign_is_monotone():
    rule, *arguments = between(x * exp(x), y, u, "<=")
    assert proved(rule, *arguments) is (y * exp(y) <= u * exp(u)).node


def test_monotone_needs_every_point_between():
    everywhere = given(forall(Real, lambda s: implies(0 < s, implies(s < u, 0 <= exp(s)))))
    assert refused(*between(exp(x), y, u, "<=", inside=everywhere))
    assert refused(*between(exp(x), y, u, "<=", order=given(y <= u + 1)))
    assert refused(*between(exp(x), y, u, "<", order=given(y <= u)))


def test_strictly_monotone_needs_a_strict_derivative():
    weak = RULES["assume"](requirements(abstract(X, (x**3).node), Y, U, "<=")[0])
    assert refused(*between(x**3, y, u, "<", inside=weak))


@pytest.mark.parametrize(
    ("function", "condition"),
    [
        (1 / x, lambda s: ~eq(s, 0)),
        (log(x), lambda s: 0 < s),
        (sqrt(x), lambda s: 0 <= s),
        (tan(x), lambda s: ~eq(cos(s), 0)),
    ],
)
def test_what_may_jump_is_continuous_only_inside_its_domain(function, condition):
    _, closed = requirements(abstract(X, function.node), Y, U, "<=")
    stated = forall(Real, lambda s: implies(y <= s, implies(s <= u, condition(s)))).node
    RULES["convert"](stated, RULES["assume"](closed))
    nothing = given(forall(Real, lambda s: implies(y <= s, implies(s <= u, s <= s))))
    assert refused(*between(function, y, u, "<=", closed=nothing))


def test_no_rule_says_that_cases_are_continuous():
    with pytest.raises(KernelError, match="continuous"):
        requirements(abstract(X, abs(x).node), Y, U, "<=")


# Boxes

SQUARE = ((X, Fraction(0), Fraction(1)), (Y, Fraction(0), Fraction(1)))


def test_boxes_by_values_and_by_cuts():
    goal = (x * y < 2).node
    theorem = RULES["boxes"](goal, (), SQUARE, 64, ("true",))
    assert not theorem.hypotheses
    assert not theorem.conclusion.variables
    half = ((X, Fraction(1, 4), Fraction(1, 2)), (Y, Fraction(1, 4), Fraction(1, 2)))
    tight = (exp(x + y) - x - y <= 2).node
    assert refused("boxes", tight, (), half, 64, ("true",))
    RULES["boxes"](tight, (), half, 64, ("face", 0, -1, ("face", 1, -1, ("true",))))


@pytest.mark.parametrize(
    "tree",
    [
        ("true",),
        ("mean",),
        ("exact",),
        ("false", 0),
        ("face", 0, 1, ("true",)),
        ("face", 1, 1, ("true",)),
        ("face", 2, 1, ("true",)),
        ("split", 0, Fraction(2), ("true",), ("true",)),
        ("split", 0, Fraction(1, 2), ("true",)),
        ("least", (Fraction(0), Fraction(0))),
        ("anything",),
        (),
        "true",
    ],
)
def test_no_tree_proves_what_is_false(tree):
    assert refused("boxes", (x + y < Fraction(3, 2)).node, (), SQUARE, 64, tree)


def test_a_hypothesis_is_used_only_where_it_is_false():
    goal, outside = (x + y <= Fraction(11, 10)).node, (x + y < Fraction(2, 5)).node
    quarter = ("split", 0, Fraction(1, 2), ("split", 1, Fraction(1, 2), ("true",), ("false", 0)), ("false", 0))
    RULES["boxes"](goal, (outside,), SQUARE, 64, quarter)
    assert refused("boxes", goal, ((x + y < Fraction(6, 5)).node,), SQUARE, 64, quarter)
    assert refused("boxes", goal, (outside,), SQUARE, 64, ("face", 0, -1, ("false", 0)))


def test_a_domain_is_not_left():
    assert refused("boxes", (0 <= 1 + log(x)).node, (), ((X, Fraction(0), Fraction(1)),), 64, ("face", 0, 1, ("true",)))
    assert refused("boxes", (-1 <= 1 / (x - y)).node, (), SQUARE, 64, ("mean",))
    assert refused("boxes", (-1 <= abs(x - y)).node, (), SQUARE, 64, ("mean",))


def test_touched_at_a_point_with_a_definite_hessian():
    goal = (0 <= exp(x) - 1 - x + y**2).node
    around = ((X, Fraction(-1), Fraction(1)), (Y, Fraction(-1), Fraction(1)))
    origin = (Fraction(0), Fraction(0))
    RULES["boxes"](goal, (), around, 64, ("least", origin))
    assert refused("boxes", (0 < exp(x) - 1 - x + y**2).node, (), around, 64, ("least", origin), because="strict")
    assert refused("boxes", goal, (), around, 64, ("least", (Fraction(0), Fraction(1, 2))), because="vanish")
    assert refused("boxes", goal, (), around, 64, ("least", (Fraction(0), Fraction(2))), because="outside")
    saddle = (0 <= x**2 - y**2).node
    assert refused("boxes", saddle, (), around, 64, ("least", origin), because="definite")
    flat = (0 <= x**4 + y**2).node
    assert refused("boxes", flat, (), around, 64, ("least", origin), because="definite")
    slope = (0 <= x + x**2 + y**2).node
    assert refused("boxes", slope, (), around, 64, ("least", origin), because="vanish")


def test_boxes_have_an_interval_for_every_variable():
    assert refused("boxes", (x * y < 2 + u).node, (), SQUARE, 64, ("true",))
    assert refused("boxes", (x < 2).node, (), ((X, Fraction(1), Fraction(0)),), 64, ("true",))
    assert refused("boxes", (x < 2).node, (), ((X, Fraction(0), Fraction(1)), (X, Fraction(0), Fraction(1))), 64, ("true",))
    assert refused("boxes", (x < 2).node, (), ((X, Fraction(0), Fraction(1)),), 10**6, ("true",))
    assert refused("boxes", eq(x, x).node, (), ((X, Fraction(0), Fraction(1)),), 64, ("true",))


def test_what_the_rules_trust():
    assert RULES["boxes"]((x * y < 2).node, (), SQUARE, 64, ("true",)).trusts >= {"FLINT"}
    assert "FLINT" in RULES["rational"](eq(x, x).node, (), ()).trusts
    assert RULES["angle_sum"]("sin", ((X, 2),)).trusts == {"sine_addition"}
    assert {"derivatives", "mean_value_theorem"} <= RULES["monotone"](*between(atan(x), y, u, "<=")[1:]).trusts
