"""What an UNKNOWN says: the region, the subterm, what would be needed; and where floats see the least slack."""

from __future__ import annotations

import re
import time

import pytest

from quod import Q, Real, claim, cos, exp, sin
from quod.lang import terms as t
from quod.lang.smtlib_reader import read_problem
from quod.lang.sorts import REAL
from quod.provers import clock, explanation, remains, tower
from quod.provers.portfolio import prove
from quod.provers.problems import decide

UNDEFINED = (
    "undefined for x in (−∞, 0): a logarithm of a number that is not positive; needed: a hypothesis that excludes this; "
    "the least slack seen is"
)


def problem(goal: str, *hypotheses: str, names: str = "x") -> str:
    """A problem that is unsat if and only if the hypotheses imply the goal."""
    declared = "".join(f"(declare-const {name} Real)" for name in names.split())
    return f"(set-logic QF_NRA){declared}{''.join(f'(assert {h})' for h in hypotheses)}(assert (not {goal}))(check-sat)"


def stood(text: str, seconds: float = 1.0) -> str:
    """What the one-variable procedure says where it gets stuck."""
    read = read_problem(text, "problem")
    *first, last = read.assertions
    goal = last.arg if isinstance(last, t.Not) else t.Not(last)
    outcome = tower.decide(read.variables[0], first, goal, clock.now() + seconds)
    assert isinstance(outcome, tower.Undecided)
    return outcome.reason


def test_where_it_is_undefined() -> None:
    found = decide(problem("(<= (log x) x)"), "problem", time.monotonic() + 1)
    assert found["answer"] == "unknown"
    assert found["reason"].startswith(f"one variable: {UNDEFINED}")


def test_which_hypothesis_would_be_needed_at_a_point() -> None:
    assert stood(problem("(<= (/ x x) 1)")) == "undefined at x = 0: a division by 0; needed: a hypothesis that excludes this"


def test_what_is_outside_of_the_class() -> None:
    read = read_problem(problem("(<= (* 2 (sin (* x x x))) (+ 2 (exp x)))"), "problem")
    said = explanation.beyond(read.variables, read.assertions)
    assert said.startswith("not in the decided class: sin(x·x·x), whose argument is not linear; needed: a bound in which sin of that")


def test_sines_of_linear_arguments_are_inside() -> None:
    read = read_problem(problem("(<= (sin (+ 1 (* (/ 2 3) x))) (cos x))"), "problem")
    assert explanation.beyond(read.variables, read.assertions) == ""


def test_a_constant_that_is_not_told_from_zero() -> None:
    # e^(π√163) is nearly an integer, and the bound is it, cut after 700 digits: 1 920 bits do not tell the two apart
    import mpmath

    with mpmath.workdps(760):
        digits = mpmath.nstr(mpmath.exp(mpmath.pi * mpmath.sqrt(163)), 700)
    said = stood(problem(f"(<= (+ (exp (* real.pi (sqrt 163))) (* x x)) (+ {digits} (* x x)))"), 3.0)
    assert "could not be told from 0 with 1920 bits" in said
    assert "needed: a proof that it is 0, or a bound without it" in said
    assert "exp(π·√(163))" in said


def test_where_the_bound_is_tight() -> None:
    x = t.Variable("x", REAL)
    gap = explanation.tightest([x], [t.Compare("<=", t.Number(0), x)], t.Compare("<=", x, t.Add((t.Power(x, 2), t.Number(1)))))
    assert gap == "the least slack seen is 2.4e-01, relative to the sides, near x ≈ 0.822876"
    touched = explanation.tightest([x], [], t.Compare("<=", t.Add((t.Number(1), x)), t.Elementary("exp", x)))
    assert touched.startswith("the bound is touched, or so it looks in floats, near x ≈")
    empty = explanation.tightest([x], [t.Compare("<", t.Power(x, 2), t.Number(-1))], t.Compare("<=", x, t.Number(0)))
    assert empty == "no sampled point satisfies the hypotheses"
    failing = explanation.tightest([x], [], t.Compare("<=", x, t.Number(3)))
    assert failing.startswith("floats see the goal fail near x ≈")


@pytest.mark.parametrize(
    ("goal", "hypotheses"),
    [
        ("(<= (- (log x) (exp x)) (- x y))", ("(<= 1 x)", "(<= x 2)", "(<= 0 y)", "(<= y 4)")),
        ("(<= (+ 1 (/ 1 1000000000) x y) (exp (+ x y)))", ()),
        ("(<= (/ 1 10000000) (+ (* x (log (/ x y))) (* (- 1 x) (log (/ (- 1 x) (- 1 y))))))", ("(< 0 x)", "(< x 1)", "(< 0 y)", "(< y 1)")),
    ],
)
def test_narrow_violations_are_found_by_descent(goal: str, hypotheses: tuple[str, ...]) -> None:
    found = decide(problem(goal, *hypotheses, names="x y"), "problem", time.monotonic() + 5)
    assert found["answer"] == "sat" and found["trusts"] == ["FLINT"] and set(found["witness"]) == {"x", "y"}


def test_the_box_that_is_left() -> None:
    inside = ("(<= (- 1) x)", "(<= x 1)", "(<= (- 1) y)", "(<= y 1)")
    read = read_problem(problem("(<= 0 (+ (^ (- x (/ 1 3)) 2) (^ (- y (/ 1 5)) 2)))", *inside, names="x y"), "problem")
    *first, last = read.assertions
    goal = last.arg if isinstance(last, t.Not) else last
    said = remains.outside(read.variables, first, t.Compare("<", t.Number(0), goal.children[1]))
    assert re.fullmatch(r"balls show it outside of x in \[0\.[23]\d*, 0\.3\d*\], y in \[0\.1\d*, 0\.2\d*\]", said)
    whole = remains.outside(read.variables, first, t.Compare("<", t.Number(-1), goal.children[1]))
    assert whole == "balls show it on the whole domain, but no certificate was found"
    assert remains.outside(read.variables, first[:3], goal) == ""
    said = explanation.why(read.variables, first, goal, "")
    assert said.startswith("neither a proof nor a model was found in 2 variables; balls show it outside of x in ")


def test_a_claim_that_no_engine_proves_says_it_too() -> None:
    def wave(x: Real):  # type: ignore[no-untyped-def]
        """False, and beyond the class: the sine of a cube."""
        return sin(x**3) + cos(exp(x)) <= Q(19, 10)

    verdict, _ = prove(claim(source="test")(wave), time.monotonic() + 20)
    assert verdict.kind == "UNKNOWN" and verdict.reason.startswith("no engine proved")
    assert "; not in the decided class: " in verdict.reason and ", whose argument is not linear; needed: a bound" in verdict.reason
    assert "floats see the goal fail near x ≈" in verdict.reason
    assert verdict.reason.endswith("; it may need a proof script")
