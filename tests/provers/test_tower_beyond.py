"""What the one-variable procedure does beyond towers at rational ratios and bounded sines; each theorem has a false neighbour."""

from __future__ import annotations

import pytest

from quod.kernel.tower import check
from quod.lang import terms as t
from quod.lang.smtlib_reader import read_problem
from quod.provers import clock
from quod.provers.tower import Proved, Refuted, decide

PHI = "(/ (+ 1 (erf (/ x (sqrt 2)))) 2)"


def nested(depth: int, shape: str, innermost: str = "x") -> str:
    """`shape` with {} replaced by itself."""
    for _ in range(depth):
        innermost = shape.format(innermost)
    return innermost


THEOREMS = [
    # irrational ratios of growth
    ("(<= (exp x) (exp (* (sqrt 2) x)))", "(<= (exp x) (* (/ 99 100) (exp (* (sqrt 2) x))))", "(<= 0 x)"),
    ("(<= (* (sqrt 2) (exp x)) (+ (exp (* (sqrt 2) x)) (- (sqrt 2) 1)))", "(<= (* (sqrt 2) (exp x)) (exp (* (sqrt 2) x)))", None),
    ("(<= (exp (* 3 x)) (exp (* real.pi x)))", "(<= (exp (* (/ 22 7) x)) (exp (* real.pi x)))", "(<= 0 x)"),
    ("(<= (+ 1 (* (sqrt 2) x)) (pow (+ 1 x) (sqrt 2)))", "(<= (+ 1 (* (/ 3 2) x)) (pow (+ 1 x) (sqrt 2)))", "(<= 0 x)"),
    # sines of nonlinear arguments, touched
    ("(<= (sin (* x x)) (* x x))", "(<= (sin (* x x)) (* (/ 999 1000) x x))", None),
    ("(<= (- 1 (/ (^ x 4) 2)) (cos (* x x)))", "(<= (- 1 (/ (^ x 4) 3)) (cos (* x x)))", "(<= 0 x)"),
    ("(<= (sin (exp x)) (exp x))", "(< (exp x) (sin (exp x)))", None),
    ("(<= (sin (sin x)) x)", "(<= (sin (sin x)) (* (/ 9 10) x))", "(<= 0 x)"),
    # several frequencies
    ("(<= (+ (sin x) (sin (* (sqrt 2) x))) 2)", "(<= (+ (sin x) (sin (* (sqrt 2) x))) 1)", None),
    ("(<= (+ (sin x) (sin (* (sqrt 2) x))) (* (+ 1 (sqrt 2)) x))", "(<= (+ (sin x) (sin (* (sqrt 2) x))) (* 2 x))", "(<= 0 x)"),
    ("(<= (+ (sin x) (sin (* real.pi x))) (* 5 x))", "(<= (+ (sin x) (sin (* real.pi x))) (* 4 x))", "(<= 0 x)"),
    # erf and GELU
    ("(<= (- 1 (erf x)) (exp (- (* x x))))", "(<= (- 1 (erf x)) (* (/ 9 10) (exp (- (* x x)))))", "(<= 0 x)"),
    (f"(<= (- (/ 17 100)) (* x {PHI}))", f"(<= (- (/ 1699 10000)) (* x {PHI}))", None),
    (f"(<= (* x {PHI}) (max 0 x))", f"(<= (* x {PHI}) (- x 1))", None),
    (f"(<= (abs (- {PHI} (/ 1 (+ 1 (exp (* (- (/ 1702 1000)) x)))))) (/ 1 100))",
     f"(<= (abs (- {PHI} (/ 1 (+ 1 (exp (* (- (/ 1702 1000)) x)))))) (/ 9 1000))", None),
    # nests
    (f"(<= {nested(4, '(tanh {})')} x)", f"(<= {nested(4, '(tanh {})')} (* (/ 9 10) x))", "(<= 0 x)"),
    (f"(<= {nested(6, '(arctan {})')} x)", f"(<= {nested(6, '(arctan {})')} (* (/ 9 10) x))", "(<= 0 x)"),
    (f"(<= {nested(6, '(log (+ 1 {}))')} x)", f"(<= {nested(6, '(log (+ 1 {}))')} (* (/ 9 10) x))", "(<= 0 x)"),
    (f"(<= {nested(3, '(sqrt (+ 1 {}))', '(* x x)')} (+ 2 x))", f"(<= {nested(3, '(sqrt (+ 1 {}))', '(* x x)')} (+ 1 x))", "(<= 0 x)"),
    ("(<= (^ (tanh x) 6) (^ x 6))", "(<= (^ (tanh x) 6) (* (/ 9 10) (^ x 6)))", "(<= 0 x)"),
]


def outcome(goal: str, hypothesis: str | None) -> tuple[object, list[t.Node], t.Node]:
    """What the procedure says of a goal about x, with the hypotheses and the goal as terms."""
    assumed = f"(assert {hypothesis})" if hypothesis else ""
    read = read_problem(f"(declare-const x Real){assumed}(assert (not {goal}))(check-sat)", "problem")
    *first, last = read.assertions
    assert isinstance(last, t.Not)
    return decide(read.variables[0], first, last.arg, clock.now() + 20), first, last.arg


@pytest.mark.parametrize(("goal", "neighbour", "hypothesis"), THEOREMS)
def test_a_theorem_is_proved_and_its_neighbour_refuted(goal: str, neighbour: str, hypothesis: str | None) -> None:
    found, hypotheses, conclusion = outcome(goal, hypothesis)
    assert isinstance(found, Proved), found
    check(found.certificate, hypotheses, conclusion)
    assert isinstance(outcome(neighbour, hypothesis)[0], Refuted)
