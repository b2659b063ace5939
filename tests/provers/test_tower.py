"""The one-variable decision procedure and its checker: theorems, refutations, and the traps that such procedures fall into."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction

import pytest

from quod.kernel.tower import CertificateError, check
from quod.lang.sorts import REAL
from quod.lang.terms import (
    Add,
    And,
    Compare,
    Constant,
    Elementary,
    IfThenElse,
    Implies,
    Inverse,
    Mul,
    Node,
    Not,
    Number,
    Or,
    Power,
    Variable,
)
from quod.provers import clock
from quod.provers.tower import Proved, Refuted, Undecided, decide

X = Variable("x", REAL)
PI = Constant("pi")


class E:
    """A term with operators."""

    def __init__(self, node: Node) -> None:
        self.node = node

    def __add__(self, other: object) -> E:
        return E(Add((self.node, term(other))))

    def __sub__(self, other: object) -> E:
        return E(Add((self.node, Mul((Number(-1), term(other))))))

    def __rsub__(self, other: object) -> E:
        return E(term(other)) - self

    def __mul__(self, other: object) -> E:
        return E(Mul((self.node, term(other))))

    def __truediv__(self, other: object) -> E:
        return E(Mul((self.node, Inverse(term(other)))))

    def __rtruediv__(self, other: object) -> E:
        return E(term(other)) / self

    def __pow__(self, n: int) -> E:
        return E(Power(self.node, n))

    def __neg__(self) -> E:
        return self * -1

    def __le__(self, other: object) -> Node:
        return Compare("<=", self.node, term(other))

    def __lt__(self, other: object) -> Node:
        return Compare("<", self.node, term(other))

    def __ge__(self, other: object) -> Node:
        return Compare("<=", term(other), self.node)

    def __gt__(self, other: object) -> Node:
        return Compare("<", term(other), self.node)

    __radd__, __rmul__ = __add__, __mul__


def term(value: object) -> Node:
    """A node of a term, an exact number or a text p/q."""
    return value.node if isinstance(value, E) else value if isinstance(value, Node) else Number(Fraction(str(value)))


def fun(name: str) -> Callable[[object], E]:
    """The elementary function of that name."""
    return lambda arg: E(Elementary(name, term(arg)))


exp, log, sqrt, cbrt, erf = fun("exp"), fun("log"), fun("sqrt"), fun("cbrt"), fun("erf")
sin, cos, tan, asin, acos, atan = fun("sin"), fun("cos"), fun("tan"), fun("asin"), fun("acos"), fun("atan")
x, pi = E(X), E(PI)


def absolute(arg: E) -> E:
    """|arg|."""
    return E(IfThenElse(arg >= 0, arg.node, (-arg).node))


def sigmoid(arg: E) -> E:
    """The logistic function."""
    return 1 / (1 + exp(-arg))


def tanh(arg: E) -> E:
    """(e²ᵃ − 1)/(e²ᵃ + 1)."""
    return (exp(2 * arg) - 1) / (exp(2 * arg) + 1)


def run(goal: Node, *hypotheses: Node, seconds: float = 20) -> Proved | Refuted | Undecided:
    """The verdict; a proof is replayed by the checker from its JSON."""
    found = decide(X, list(hypotheses), goal, clock.now() + seconds)
    if isinstance(found, Proved):
        assert check(json.loads(json.dumps(found.certificate)), hypotheses, goal) == {"FLINT"}
    return found


entropy = -x * log(x) - (1 - x) * log(1 - x)
THEOREMS = {
    "tangent of exp": (1 + x <= exp(x),),
    "tangent of log": (log(x) <= x - 1, x > 0),
    "sigmoid slope": (sigmoid(x) * (1 - sigmoid(x)) <= "1/4",),
    "tanh bounded": (And((tanh(x) < 1, tanh(x) > -1)),),
    "tanh below identity": (tanh(x) <= x, x >= 0),
    "swish lower bound": (x * sigmoid(x) >= "-0.2785",),
    "softplus above relu": (log(1 + exp(x)) > E(IfThenElse(x >= 0, x.node, Number(0))),),
    "entropy": (entropy >= 4 * log(2) * x * (1 - x), x > 0, x < 1),
    "p log p at 0": (E(IfThenElse(Compare("=", X, Number(0)), Number(0), (x * log(x)).node)) >= -1 / exp(1), x >= 0),
    "log below root": (log(x) <= 2 * (sqrt(x) - 1), x > 0),
    "cube roots": (cbrt(2 * x) < 2 * cbrt(x), x > 0),
    "cube roots of negative numbers": (cbrt(x) < 0, x < 0),
    "arctangent and its limit": (atan(x) < pi / 2,),
    "arctangent near its limit": (atan(x) < pi / 2 - 1 / (x + 1), x > 10),
    "arcsine": (x <= asin(x), x >= 0, x <= 1),
    "arcsine at its end": (asin(x) <= pi * x / 2, x >= 0, x <= 1),
    "arccosine": (acos(x) + asin(x) <= pi / 2, x >= -1, x <= 1),
    "sine": (sin(x) <= x, x >= 0),
    "sine of pi": (sin(pi * x) <= pi * x * (1 - x) * "2", x >= 0, x <= 1),
    "periodic": (sin(x) + cos(x) <= sqrt(2),),
    "periodic with phase": (cos(x + 1) ** 2 + sin(x + 1) ** 2 <= 1,),
    "tangent function": (tan(x) > x, x > 0, x < pi / 2),
    "half angle": (1 - cos(x) <= tan(x / 2), x >= 0, x < pi / 2),
    "argument 1/x": (sin(1 / x) * x < 1, x > 0),
    "damped": (exp(-x) * sin(x) <= "0.33", x >= 0, x <= 40),
    "error function": (erf(x) <= 2 * x / sqrt(pi), x >= 0),
    "error function below 1": (erf(x) < 1,),
    "Mills": (1 - erf(x) < exp(-(x**2)) / (x * sqrt(pi)), x > 0),
    "gelu": (x * (1 + erf(x / sqrt(E(Number(2))))) / 2 >= "-0.17",),
    "cosh": ((exp(x) + exp(-x)) / 2 <= exp(x**2 / 2),),
    "implication": (Implies(x > 1, log(x) > 0), x > 0),
    "disjunction": (Or((exp(x) > 2, x < 1)),),
    "absolute values": (absolute(exp(x) - 1) <= exp(absolute(x)) - 1,),
    "absolute value that changes sign at no closed form": (absolute(exp(x) - 3 * x) < 10, x > 0, x < 2),
    "domain without closed form": (x > "0.6", exp(x) + x > "2.5"),
    "negative base under a root": (sqrt(x**2) <= exp(-x), x < 0, x > "-0.5"),
    "nested": (log(1 + log(1 + log(1 + x))) <= x, x >= 0),
    "nested arctangents": (atan(atan(atan(x))) < atan(atan(pi / 2)),),
    "common exponent": (exp(x / 2) * exp(x / 3) < exp(x), x > 0),
    "deep arctangents": (atan(atan(atan(atan(atan(atan(x)))))) <= x, x >= 0),
    "deep logarithms": (log(1 + log(1 + log(1 + log(1 + log(1 + log(1 + x)))))) <= x, x >= 0),
    "both sides circular": (absolute(sin(x)) <= absolute(x),),
    "two frequencies": (sin(x) + sin(sqrt(2) * x) < "2.01",),
    "power": (exp(3 * log(x)) >= 3 * x - 2, x > 0),
}


@pytest.mark.parametrize("name", THEOREMS)
def test_theorems_are_proved_and_replayed(name: str) -> None:
    found = run(*THEOREMS[name])
    assert isinstance(found, Proved), found


@pytest.mark.parametrize("slack", [2, 10, 20, 40])
def test_slack_does_not_matter(slack: int) -> None:
    assert isinstance(run(1 + x <= exp(x) + Fraction(1, 10**slack)), Proved)
    assert isinstance(run(log(x) <= x - 1 + Fraction(1, 10**slack), x > 0), Proved)


FALSE = {
    "beyond 1255": (atan(x) <= "1.57",),
    "far beyond": (atan(x) <= pi / 2 - Fraction(1, 10**20),),
    "in the limit": (tanh(x) <= 1 - Fraction(1, 10**30),),
    "strict at a touch": (1 + x < exp(x),),
    "strict at a touch without a rational": (log(x) < x / exp(1), x > 0),
    "by a little": (sigmoid(x) * (1 - sigmoid(x)) <= Fraction(1, 4) - Fraction(1, 10**9),),
    "shifted": (log(x) <= x - 1 - Fraction(1, 10**12), x > 0),
    "periodic": (sin(x) <= Fraction(999999, 1000000),),
    "cosine": (cos(x) >= "-0.9999", x >= 0, x <= 10),
    "swish": (x * sigmoid(x) >= "-0.2784",),
    "equation": (Compare("=", exp(x).node, (1 + x).node),),
    "disjunction": (Or((exp(x) > 2, x < "0.6")),),
    "error function": (erf(x) <= "0.999999",),
}


@pytest.mark.parametrize("name", FALSE)
def test_false_statements_are_refuted(name: str) -> None:
    found = run(*FALSE[name])
    assert isinstance(found, Refuted), found
    assert "balls" in found.confirmed


def test_hypotheses_that_do_not_matter_cost_little() -> None:
    heavy = exp(x**3) * erf(x) + atan(exp(x) * log(1 + x**2)) + sin(exp(x)) < 10**9
    assert isinstance(run(1 + x <= exp(x), heavy, exp(exp(x)) + tanh(x**3) * log(2 + x**2) > -5, seconds=5), Proved)


def test_short_witness() -> None:
    found = run(sigmoid(x) * (1 - sigmoid(x)) <= "0.2499999")
    assert isinstance(found, Refuted) and found.witness == 0


@pytest.mark.parametrize(
    ("goal", "hypotheses"),
    [
        (log(x) <= x - 1, ()),
        (1 / x * x <= 1, ()),
        (sqrt(x) >= 0, (x >= -1,)),
        (asin(x) <= 2, (x <= "1.000001",)),
        (tan(x) ** 2 >= 0, (x > 1, x < 2)),
        (log(1 + 1 / (x - 2)) >= 0, (x > "1.5",)),
        (1 / log(x) > 0, (x >= 1,)),
    ],
)
def test_partial_operations_outside_their_domain_are_never_proved(goal: Node, hypotheses: tuple[Node, ...]) -> None:
    found = run(goal, *hypotheses)
    assert isinstance(found, Undecided) and "undefined" in found.reason


def test_poles_inside_arguments_count() -> None:
    found = run(atan(1 / (x - 1)) <= pi / 2, x > 0)
    assert isinstance(found, Undecided) and "undefined" in found.reason
    assert isinstance(run(atan(1 / (x - 1)) <= pi / 2, x > 0, Not(Compare("=", X, Number(1)))), Proved)


def test_an_identity_on_a_half_line_is_no_violation() -> None:
    assert isinstance(run(atan(x) + atan(1 / x) >= pi / 2, x > 0), Proved)
    assert isinstance(run(Compare("=", (atan(x) + atan(1 / x)).node, (pi / 2).node), x > 0), Proved)
    assert isinstance(run(atan(x) + atan(1 / x) > pi / 2, x > 0), Refuted)


def test_roots_of_equal_squares_keep_their_sign() -> None:
    assert isinstance(run(Compare("=", sqrt(x).node, (x - 2).node), x > 0, x < 2), Refuted)
    assert isinstance(run(Not(Compare("=", sqrt(x).node, (x - 2).node)), x > 0, x < 2), Proved)


def test_incommensurable_exponentials_are_not_compared_lexicographically() -> None:
    found = run(exp(sqrt(2) * x) > exp(x), x > 0)
    assert not isinstance(found, Refuted)
    assert not isinstance(run(exp(sqrt(2) * x) <= exp(x), x > 0), Proved)


def test_huge_coefficients_and_exponents() -> None:
    big = Fraction(3**700, 5**300)
    assert isinstance(run((big * x - 1) * (x + 5**300) * exp(x) <= (big * x - 1) * (x + 5**300) * exp(x) + 1), Proved)
    assert isinstance(run(log(Fraction(7**400 + 1, 3**200)) > x, x < 1), Proved)
    found = run(exp(10**12 * x) >= 1 + 10**12 * x, seconds=3)
    assert not isinstance(found, Refuted)


def test_a_value_that_differs_from_0_by_an_underflow() -> None:
    assert not isinstance(run(x + exp(x) > -(6 * 10**9), x >= -(6 * 10**9)), Refuted)
    assert isinstance(run(exp(x) > 0, x < -(6 * 10**9)), Proved)


def test_closed_propositions() -> None:
    assert isinstance(decide(None, [], exp(2 * log(3)) > "8.75", clock.now() + 5), Proved)
    assert isinstance(decide(None, [], Compare("=", exp(2 * log(3)).node, Number(9)), clock.now() + 5), Proved)
    assert isinstance(decide(None, [], exp(1) > 3, clock.now() + 5), Refuted)
    assert isinstance(decide(None, [], Compare("=", (4 * atan(1)).node, PI), clock.now() + 5), Proved)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (16 * atan("1/5") - 4 * atan("1/239"), pi),
        (4 * atan("1/2") + 4 * atan("1/3"), pi),
        (sqrt(5 + 2 * sqrt(6)), sqrt(2) + sqrt(3)),
        (sqrt(3 - 2 * sqrt(2)), sqrt(2) - 1),
        (tan(pi / 8), sqrt(2) - 1),
        (cos(pi / 12), (sqrt(6) + sqrt(2)) / 4),
        (atan(sqrt(3)), pi / 3),
        (log(12) - log(3), 2 * log(2)),
        (exp(log(8) / 3), E(Number(2))),
        (asin("1/2"), pi / 6),
    ],
)
def test_exact_zeros_of_constants(left: E, right: E) -> None:
    goal = Compare("=", left.node, right.node)
    found = decide(None, [], goal, clock.now() + 5)
    assert isinstance(found, Proved) and check(found.certificate, [], goal)


def test_an_implication_and_a_hypothesis_are_the_same() -> None:
    goal = log(x) <= x - 1
    found = run(Implies(x > 0, Implies(x < 9, goal)))
    assert isinstance(found, Proved) and check(found.certificate, [x > 0, x < 9], goal)


def test_more_variables_are_refused() -> None:
    found = run(Compare("<=", Add((X, Variable("y", REAL))), Number(1)))
    assert isinstance(found, Undecided) and "free variable" in found.reason


def test_the_deadline_is_kept() -> None:
    start = clock.now()
    decide(X, [], sin(x**2) + sin(x**3) * exp(sin(x)) <= 4, start + 0.5)
    assert clock.now() - start < 2


def test_a_certificate_proves_only_its_statement() -> None:
    found = run(1 + x <= exp(x))
    assert isinstance(found, Proved)
    for goal in (1 + x < exp(x), 1 + x + Fraction(1, 10**9) <= exp(x), exp(x) <= 1 + x, 1 + 2 * x <= exp(x)):
        with pytest.raises(CertificateError):
            check(found.certificate, [], goal)


@pytest.mark.parametrize(
    "certificate",
    [{}, {"points": []}, {"points": ["x"], "at": [], "gaps": []}, {"points": [], "at": [], "gaps": [{"true": True}]}, {"points": None}],
)
def test_malformed_certificates_are_refused(certificate: dict[str, object]) -> None:
    with pytest.raises(CertificateError):
        check(certificate, [], 1 + x <= exp(x))
