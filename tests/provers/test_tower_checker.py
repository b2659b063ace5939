"""The checker of tower certificates: what it computes is right, and forged certificates are refused."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import flint
import pytest
from flint import arb

from quod.kernel.tower import CertificateError, check
from quod.kernel.tower.germ import Germs, end_sign
from quod.kernel.tower.reading import Reader
from quod.kernel.tower.shifts import coefficients, counted_from
from quod.kernel.tower.values import evaluate, precision, values
from quod.lang.sorts import REAL
from quod.lang.terms import Add, And, Compare, Constant, Elementary, Inverse, Mul, Node, Number, Power, Variable
from quod.provers import clock
from quod.provers.tower import Proved, decide
from quod.provers.tower.forms import find
from quod.provers.tower.live import LiveCell, rational_ball

X = Variable("x", REAL)


def f(name: str, arg: Node) -> Node:
    """An elementary function."""
    return Elementary(name, arg)


def num(value: int | str) -> Node:
    """An exact number."""
    return Number(Fraction(value))


def cell_above(low: int) -> LiveCell:
    """A cell from `low` to infinity whose signs are looked up at one point: for values and derivatives only."""
    cell = LiveCell(24, float("inf"), {})
    cell.hinter = find
    cell.low, cell.bounded = cell.field.number(low), True
    cell.signs = lambda poly: (cell.sign_at(poly, Fraction(low + 2)) or 0, ["known"])
    return cell


FUNCTIONS: dict[str, Node] = {
    "exp": f("exp", Mul((num(-2), X))),
    "log": f("log", Add((num(1), X))),
    "sqrt": f("sqrt", Add((X, Inverse(X)))),
    "cbrt": f("cbrt", Mul((X, X, Add((X, num(3)))))),
    "atan": f("atan", Mul((X, X))),
    "atan of a quotient": f("atan", Inverse(Add((X, num(1))))),
    "erf": f("erf", Mul((num("1/3"), X))),
    "nested": f("log", Add((num(1), f("exp", f("sqrt", X))))),
    "power": f("exp", Mul((num("1/3"), f("log", X)))),
    "arcsine": f("asin", Inverse(Add((X, num(2))))),
    "mixed": Mul((Power(f("exp", Inverse(X)), 3), f("atan", X), Inverse(Add((num(2), f("log", X)))))),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_values_and_derivatives(name: str) -> None:
    from quod.provers.tower.values import Balls

    cell = cell_above(1)
    term = Reader(cell).read(FUNCTIONS[name])
    slope = cell.field.derivative(term)
    with precision(200):
        for x in (Fraction(5, 4), Fraction(3), Fraction(17, 2)):
            got = values(cell.field, rational_ball(x))
            assert (evaluate(term.num, got) / evaluate(term.den, got)).overlaps(Balls(rational_ball(x)).value(FUNCTIONS[name]))
            step = Fraction(1, 2**40)
            ahead, behind = (Balls(rational_ball(x + s)).value(FUNCTIONS[name]) for s in (step, -step))
            quotient = (ahead - behind) / rational_ball(2 * step)
            assert abs(evaluate(slope.num, got) / evaluate(slope.den, got) - quotient) < arb(2) ** -60


GERMS: dict[str, tuple[Node, Callable[[arb], arb]]] = {
    "log(1+x) - log x": (Add((f("log", Add((num(1), X))), Mul((num(-1), f("log", X))))), lambda x: (1 + 1 / x).log()),
    "sqrt(x²+x) - x": (Add((f("sqrt", Add((Power(X, 2), X))), Mul((num(-1), X)))), lambda x: x / ((x * x + x).sqrt() + x)),
    "atan": (f("atan", X), lambda x: x.atan()),
    "exp(1/x)": (f("exp", Inverse(X)), lambda x: (1 / x).exp()),
    "x·(pi/2 - atan x)": (Mul((X, Add((Mul((num("1/2"), Constant("pi"))), Mul((num(-1), f("atan", X))))))), lambda x: x * (1 / x).atan()),
    "erf": (f("erf", Inverse(X)), lambda x: (1 / x).erf()),
    "nested": (f("log", f("log", Add((X, num(3))))), lambda x: (x + 3).log().log()),
    "sin(1/x)": (f("sin", Inverse(X)), lambda x: (1 / x).sin()),
}


@pytest.mark.parametrize("name", GERMS)
def test_germs_agree_with_values_far_out(name: str) -> None:
    node, exact = GERMS[name]
    cell = cell_above(2)
    germs = Germs(cell, None, False, 6)
    series = germs.quotient(Reader(cell).read(node))
    with precision(600):
        x = arb(2) ** 60
        logs = [x]
        for _ in range(4):
            logs.append(logs[-1].log())
        total = arb(0)
        for monomial, coefficient in series.terms.items():
            term = cell.ball(coefficient)
            for index, exponent in enumerate(monomial):
                term *= logs[index] ** arb(flint.fmpq(exponent.numerator, exponent.denominator))
            total += term
        assert abs(total - exact(x)) < arb(2) ** -80


def proved(goal: Node, *hypotheses: Node) -> dict[str, Any]:
    """A certificate."""
    found = decide(X, list(hypotheses), goal, clock.now() + 20)
    assert isinstance(found, Proved), found
    assert check(found.certificate, hypotheses, goal)
    return found.certificate


SINE = Compare("<=", f("sin", X), num(1))
PAIRS: dict[str, tuple[Node, list[Node], list[tuple[Node, list[Node]]]]] = {
    "exp": (
        Compare("<=", Add((num(1), X)), f("exp", X)),
        [],
        [(Compare("<", Add((num(1), X)), f("exp", X)), []), (Compare("<=", Add((num("1000001/1000000"), X)), f("exp", X)), [])],
    ),
    "period": (SINE, [], [(Compare("<=", f("sin", X), num("99/100")), []), (Compare("<=", f("sin", Mul((num(2), X))), num("1/2")), [])]),
    "tangent": (
        Compare("<", num(0), f("sin", X)),
        [Compare("<", num(0), X), Compare("<", X, Constant("pi"))],
        [(Compare("<", num(0), f("sin", X)), [bound]) for bound in (Compare("<", num(0), X), Compare("<", X, Constant("pi")))],
    ),
    "limit": (
        Compare("<=", f("atan", X), Mul((num("1/2"), Constant("pi")))),
        [],
        [(Compare("<=", f("atan", X), num("157/100")), []), (Compare("<=", f("atan", Mul((num(-1), X))), num(1)), [])],
    ),
    "domain": (
        Compare("<=", f("log", X), Add((X, num(-1)))),
        [Compare("<", num(0), X)],
        [(Compare("<=", f("log", X), Add((X, num(-1)))), []), (Compare("<=", f("log", X), Add((X, num(-1)))), [Compare("<=", num(0), X)])],
    ),
    "reciprocal": (
        Compare("<", Mul((X, f("sin", Inverse(X)))), num(1)),
        [Compare("<", num(0), X)],
        [(Compare("<", Mul((X, f("sin", Inverse(X)))), num("99/100")), [Compare("<", num(0), X)])],
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_certificates_of_true_statements_do_not_prove_false_ones(name: str) -> None:
    goal, hypotheses, others = PAIRS[name]
    certificate = proved(goal, *hypotheses)
    for other, assumed in others:
        with pytest.raises(CertificateError):
            check(certificate, assumed, other)


def places(data: Any) -> list[tuple[Any, Any]]:
    """All (container, key) pairs in a certificate."""
    found: list[tuple[Any, Any]] = []
    keys: Any = data.keys() if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else ()
    for key in keys:
        found.append((data, key))
        found += places(data[key])
    return found


@pytest.mark.parametrize("name", PAIRS)
def test_mutated_certificates_never_prove_a_false_statement(name: str) -> None:
    goal, hypotheses, others = PAIRS[name]
    certificate, rng = proved(goal, *hypotheses), random.Random(name)
    for _ in range(60):
        forged = copy.deepcopy(certificate)
        for _ in range(rng.randint(1, 3)):
            where = places(forged)
            container, key = rng.choice(where)
            old, (other, at) = container[key], rng.choice(where)
            container[key] = old + rng.choice((-1, 1)) if isinstance(old, int) and rng.random() < 0.7 else copy.deepcopy(other[at])
        for target, assumed in others:
            with pytest.raises(CertificateError):
                check(forged, assumed, target)


def gap(*tape: Any, size: int = 12) -> dict[str, Any]:
    """A certificate with one gap, the whole line."""
    return {"points": [], "at": [], "gaps": [{"true": True, "size": size, "tape": list(tape)}]}


ONE, VARIABLE = [[1]], [[1, 1]]
FALSE_GOAL = Compare("<=", f("exp", X), num(5))


def test_a_false_special_angle_is_refused() -> None:
    tape = [["angle", [[2]], ONE, 1, 1], ["hint", "atan", [[2]], ONE, {"is": [[[[2]], ONE, 1]]}]]
    with pytest.raises(CertificateError, match="tan"):
        check({"true": True, "size": 12, "tape": tape}, [], Compare("<=", f("atan", num(2)), num(1)))


def inner(data: Any, key: str) -> Any:
    """The first proof in a certificate that has that key."""
    return next(container for container, name in places(data) if name == key)


def test_a_period_proves_nothing_beyond_itself() -> None:
    goal = And((Compare("<=", Mul((f("cos", X), f("sin", X))), num("1/2")), Compare("<", X, num(4))))
    bounds = [Compare("<", Mul((num(-1), Constant("pi"))), X), Compare("<", X, Constant("pi"))]
    proof = inner(proved(goal, *bounds), "tangent")
    wide = [Compare("<", num(-10), X), Compare("<", X, num(10))]
    outside = proved(Compare("<", X, num(11)), *wide)
    at, gaps = outside["at"], outside["gaps"]
    forged = {"points": ["-10", "10"], "at": [at[0], at[-1]], "gaps": [gaps[0], proof, gaps[-1]], "record": {"size": 4, "tape": []}}
    with pytest.raises(CertificateError, match="period"):
        check(forged, wide, goal)
    at_pi = proved(goal, Compare("=", X, Constant("pi")))["at"][0]
    repeated = {"period": proof["tangent"][0], "at": at_pi, "cover": proof["cover"]}
    with pytest.raises(CertificateError, match="outside of sin"):
        check({"points": [], "at": [], "gaps": [repeated]}, [], goal)


SINE = ["hint", "circle", VARIABLE, ONE, {"is": [], "opaque": True}]
ONE_LESS_SINE = [[1], [-1, 0, 1]]
ABOVE_0 = Compare("<", num(0), X)


def above_0(*tape: Any) -> dict[str, Any]:
    """A certificate of what holds above 0: the line is cut there."""
    low = {"false": 0, "size": 12, "tape": [["ends"], ["sign", VARIABLE, ["terms"]]]}
    at = {"false": 0, "size": 12, "tape": []}
    return {"points": ["0"], "at": [at], "gaps": [low, {"true": True, "size": 12, "tape": [["ends"], *tape]}]}


WEAK = ["bounded", [["known"], ["known"], ["known"]]]


def test_a_weak_sign_proves_what_may_be_touched_and_no_more() -> None:
    step = ["weak", ONE_LESS_SINE, WEAK]
    check(gap(["ends"], ["new", "sin", VARIABLE, ONE, 0], SINE, step), [], Compare("<=", f("sin", X), num(1)))
    for relation, bound in (("<", 1), ("<=", "9/10")):
        with pytest.raises(CertificateError):
            check(gap(["ends"], ["new", "sin", VARIABLE, ONE, 0], SINE, step), [], Compare(relation, f("sin", X), num(bound)))
    with pytest.raises(CertificateError):
        check(gap(["ends"], ["new", "sin", VARIABLE, ONE, 0], SINE, ["sign", *step[1:]]), [], Compare("<=", f("sin", X), num(1)))


SIN_X = f("sin", X)


@pytest.mark.parametrize(
    ("poly", "term", "claim"),
    [
        ([[10, 0, 1], [-9]], Add((Mul((num(10), SIN_X)), num(-9))), ["bounded", [["known"], ["known"], ["known"]]]),
        ([[1, 0, 1]], SIN_X, ["bounded", [["known"], ["known"]]]),
        ([[1, 0, 1]], SIN_X, ["product", [[[[1, 0, 1]], 1, ["square"]]]]),
        ([[1, 0, 3]], Power(SIN_X, 3), ["product", [[[[1, 0, 1]], 3, ["square"]]]]),
        ([[1, 0, 1]], SIN_X, ["weakly", WEAK, "1"]),
    ],
)
def test_a_weak_sign_that_is_none_is_refused(poly: Any, term: Node, claim: Any) -> None:
    tape = [["new", "sin", VARIABLE, ONE, 0], SINE, ["weak", poly, claim]]
    with pytest.raises(CertificateError):
        check(gap(["ends"], *tape), [], Compare("<=", num(0), term))
    squared = [["new", "sin", VARIABLE, ONE, 0], SINE, ["weak", [[1, 0, 2]], ["product", [[[[1, 0, 1]], 2, ["square"]]]]]]
    check(gap(["ends"], *squared), [], Compare("<=", num(0), Power(SIN_X, 2)))


def sine_below_identity(weak: Any, at: str, side: str = "left", order: Any = 4) -> dict[str, Any]:
    """x − sin x > 0 above 0, by its derivative 1 − cos x ≥ 0."""
    poly = [[1, 1], [-1, 0, 1]]
    claim = ["chain", ONE, ["known"], ["weakly", weak, at], side, order]
    return above_0(["new", "sin", VARIABLE, ONE, 0], SINE, ["sign", poly, claim])


def test_a_derivative_that_vanishes_at_points_makes_a_function_strictly_monotone() -> None:
    goal = Compare("<", f("sin", X), X)
    check(sine_below_identity(WEAK, "1"), [ABOVE_0], goal)
    forged = [
        sine_below_identity(WEAK, "-1"),
        sine_below_identity(WEAK, "0"),
        sine_below_identity(WEAK, "1", "right"),
        sine_below_identity(WEAK, "1", "left", None),
        sine_below_identity(["known"], "1"),
        sine_below_identity(["bounded", [["known"], ["known"], ["terms"], ["known"]]], "1"),
    ]
    for certificate in forged:
        with pytest.raises(CertificateError):
            check(certificate, [ABOVE_0], goal)
    with pytest.raises(CertificateError):
        check(sine_below_identity(WEAK, "1"), [Compare("<", num(-1), X)], goal)


def test_irrational_exponents_are_ordered_by_their_values() -> None:
    cell = cell_above(2)
    field = cell.field
    root = cell.root(2, field.number(2))
    x = field.symbol(0)
    slow, fast, third = (cell.exp(x * c) for c in (field.number(1), root, root * root * root / field.number(2)))
    signs = [end_sign(cell, term, None, False, 2) for term in (fast - slow, slow - fast, slow * slow - fast, fast - third)]
    assert signs == [1, -1, 1, 0]
    power = cell.exp(cell.log(x) * root)
    assert end_sign(cell, power - x, None, False, 2) == 1 and end_sign(cell, power - x * x, None, False, 2) == -1


def test_equal_exponents_in_two_forms_are_no_order() -> None:
    cell = cell_above(2)
    two, three = (cell.root(2, cell.field.number(n)) for n in (2, 3))
    six = cell.extend("root", cell.field.number(6), 2)
    x = cell.field.symbol(0)
    left, right = cell.extend("exp", x * six), cell.extend("exp", x * two * three)
    cell.extend("exp", x)
    with pytest.raises(CertificateError, match="could not be told from 0"):
        end_sign(cell, cell.exp(x) * (left - right) + left, None, False, 2)


def growth(poly: Any, *shifts: Any, claims: Any = (["known"], ["known"])) -> dict[str, Any]:
    """The sign of a polynomial in exp x above 0, with exp x counted from a bound above which it is."""
    above = ["chain", ONE, ["known"], ["terms"], "left", 2]
    tape = [["new", "exp", VARIABLE, ONE, 0], ["hint", "exp", VARIABLE, ONE, {"is": [[[[1, 0, 1]], 1]]}]]
    named = [[1, bound, side, above] for bound, side in shifts]
    return above_0(*tape, ["sign", poly, ["shifted", named, list(claims)]])


def test_a_generator_is_counted_only_from_bounds_that_it_keeps_to() -> None:
    exp_x, poly = f("exp", X), [[2, 0, 1], [-1]]
    goal = Compare("<", num("1/2"), exp_x)
    check(growth(poly, ("1", 1)), [ABOVE_0], goal)
    few = growth(poly, ("1", 1), claims=[["known"]])
    for forged in (growth(poly, ("2", 1)), growth(poly, ("1", -1)), growth(poly, ("1", 1), ("1", 1)), growth(poly), few):
        with pytest.raises(CertificateError):
            check(forged, [ABOVE_0], goal)
    with pytest.raises(CertificateError):
        check(growth(poly, ("1", 1)), [Compare("<", num(-1), X)], goal)
    with pytest.raises(CertificateError, match="does not keep to its bound"):
        check(growth([[1, 0, 1], [-2]], ("1", -1)), [ABOVE_0], Compare("<", exp_x, num(2)))
    for wrong in (Compare("<", num("3/2"), exp_x), Compare("<", exp_x, num("3/2"))):
        with pytest.raises(CertificateError, match="do not share a sign"):
            check(growth([[2, 0, 1], [-3]], ("1", 1)), [ABOVE_0], wrong)


@pytest.mark.parametrize("bound", ["1/3", "-2", "5/7"])
@pytest.mark.parametrize("side", [1, -1])
def test_a_shifted_polynomial_is_a_positive_multiple(bound: str, side: int) -> None:
    cell = cell_above(2)
    e = cell.exp(cell.field.symbol(0))
    poly = (e * e * e + cell.field.symbol(0) * e - cell.field.number(5)).num
    b = Fraction(bound)
    moved = counted_from(cell.field, poly, 1, b, side)
    w = side * (3 * b.denominator - b.numerator)
    with precision(200):
        there = evaluate(poly, [arb(2), arb(3)])
        assert (evaluate(moved, [arb(2), arb(w)]) - there * b.denominator**3).contains(0)
    assert sum(coefficients(cell.field, moved, [1]), cell.field.context.constant(0)).degrees()[1] == 0


def test_an_expansion_around_0_takes_only_what_tends_to_0() -> None:
    cell = cell_above(2)
    germs = Germs(cell, None, False, 3)
    for series in (germs.constant(cell.field.number(1)), germs.value(0)):
        with pytest.raises(CertificateError, match="tend to 0"):
            germs.taylor(series, lambda n: cell.field.number(1))


def test_one_period_does_not_speak_for_a_problem_that_does_not_repeat() -> None:
    proof = proved(Compare("<=", f("sin", X), num(1)))
    assert inner(proof, "period")
    with pytest.raises(CertificateError):
        check(proof, [], And((Compare("<=", f("sin", X), num(1)), Compare("<=", X, num(100)))))


@pytest.mark.parametrize(
    ("goal", "certificate"),
    [
        (Compare("<=", num(0), X), gap(["ends"], ["sign", VARIABLE, ["terms"]])),
        (Compare("<=", num(0), X), gap(["ends"], ["sign", VARIABLE, ["known"]])),
        (Compare("<=", num(0), X), gap(["ends"], ["sign", VARIABLE, ["chain", ONE, ["known"], ["known"], "left", 1]])),
        (Compare("<=", num(0), X), gap(["ends"], ["sign", VARIABLE, ["descartes", "0", None]])),
        (Compare("<=", num(0), X), gap(["ends"], ["sign", VARIABLE, ["ball", []]])),
        (FALSE_GOAL, gap(["ends"], ["hint", "exp", VARIABLE, ONE, {"is": [[[[2]], 1]]}])),
        (FALSE_GOAL, gap(["ends"], ["hint", "exp", VARIABLE, ONE, {"is": []}])),
        (Compare("<", num(0), Power(X, 2)), gap(["ends"], ["sign", [[1, 2]], ["terms"]])),
        (Compare("<", num(0), Power(X, 2)), gap(["ends"], ["sign", [[1, 2]], ["product", [[VARIABLE, 2, ["terms"]]]]])),
        (Compare("<", num(0), Power(X, 2)), gap(["ends"], ["sign", [[1, 2]], ["split", ["0"], [["terms"], ["terms"]]]])),
        (Compare("<=", f("log", X), num(9)), gap(["ends"], ["new", "log", VARIABLE, ONE, 0])),
        (Compare("<=", f("sqrt", X), num(9)), gap(["ends"], ["new", "root", VARIABLE, ONE, 2])),
        (Compare("<=", f("sin", X), num(0)), gap(["ends"], ["hint", "circle", VARIABLE, ONE, {"is": [], "eighths": 0}])),
        (Compare("<=", f("atan", X), num(1)), gap(["ends"], ["new", "tan", VARIABLE, ONE, 0])),
        (Compare("<=", num(0), X), {"points": ["0"], "at": [gap()["gaps"][0]], "gaps": [{"true": True, "size": 4, "tape": []}] * 2}),
        (Compare("<=", num(0), X), {"points": ["1", "0"], "at": [], "gaps": [], "record": {"size": 4, "tape": []}}),
    ],
)
def test_forged_steps_are_refused(goal: Node, certificate: dict[str, Any]) -> None:
    with pytest.raises(CertificateError):
        check(certificate, [], goal)
