"""Inequalities in several variables: each way to prove them on a well-known theorem, and false neighbours that stay unproved."""

from __future__ import annotations

import time

import numpy as np
import pytest

from quod.kernel import certificate
from quod.kernel.normal import canonical
from quod.lang import terms as t
from quod.lang.smtlib_reader import read_problem
from quod.lang.sorts import REAL
from quod.provers import clock
from quod.provers.elimination import eliminable
from quod.provers.problems import decide
from quod.provers.session import Session
from quod.provers.several import boxing, engine, ranges
from quod.provers.several.fields import Unreadable
from quod.provers.several.functions import Functions
from quod.provers.several.numbers import Points
from quod.provers.several.regions import eliminate, sample

UNIT = "(and (< 0 p) (< p 1) (< 0 q) (< q 1))"
KL = "(+ (* p (log (/ p q))) (* (- 1 p) (log (/ (- 1 p) (- 1 q)))))"
ORDERED = "(and (< 0 x) (< x y) (< y (/ real.pi 2)))"

PROVED = {
    "a minimum at a root, Pinsker": ("p q", UNIT, f"(<= (* 2 (^ (- p q) 2)) {KL})"),
    "its touched neighbour": ("p q", UNIT, f"(<= (* 2 (^ (- p q) 2)) (+ (/ 1 1000000) {KL}))"),
    "a divisor, sin x / x decreases": ("x y", ORDERED, "(<= (* x (sin y)) (* y (sin x)))"),
    "twice down, Hoeffding's lemma": (
        "p t", "(and (< 0 p) (< p 1))", "(<= (log (+ (- 1 p) (* p (exp t)))) (+ (* p t) (/ (^ t 2) 8)))"),
    "a maximum, so both ends": (
        "x t",
        "(and (<= (- 1) x) (<= x 1))",
        "(<= (exp (* t x)) (+ (* (/ (+ 1 x) 2) (exp t)) (* (/ (- 1 x) 2) (exp (- t)))))",
    ),
    "logarithms of products": (
        "p q",
        "(and (< 0 p) (< 0 q) (< (+ p q) 1))",
        "(<= (- (+ (* p (log p)) (* q (log q)) (* (- 1 p q) (log (- 1 p q))))) (log 3))",
    ),
    "invariance under translation": (
        "x y a b",
        "true",
        "(<= (log (+ (exp (/ (+ x a) 2)) (exp (/ (+ y b) 2)))) (/ (+ (log (+ (exp x) (exp y))) (log (+ (exp a) (exp b)))) 2))",
    ),
    "invariance under scaling": ("x y", "(and (< 0 x) (< x y))", "(<= (* (sqrt (* x y)) (- (log y) (log x))) (- y x))"),
    "one common argument": ("x y", "(and (<= 0 x) (<= 0 y))", "(<= (atan (+ x y)) (+ x y))"),
    "a root at the edge of its domain": ("x y", "(and (<= 0 x) (<= 0 y))", "(<= (cbrt (+ x y)) (+ (cbrt x) (cbrt y)))"),
    "bounds of functions for algebra": ("x s c", "(and (<= 0 x) (<= x 1) (= (+ (^ s 2) (^ c 2)) 1))", "(<= (+ (* (exp x) s) c) 4)"),
    "boxes": (
        "x y z",
        "(and (<= 0 x) (<= x 1) (<= 0 y) (<= y 1) (<= 0 z) (<= z 1))",
        "(<= (+ (* (sin (+ x y)) (cos z)) (* z (exp (- x)))) (/ 8 5))",
    ),
    "boxes and a hypothesis": ("x y", "(and (<= 0 x) (<= 0 y) (<= (+ x y) 1))", "(<= (* (exp (* x y)) (+ 1 (sin (* 2 x y)))) 2)"),
    "a linear factor and a cosine that is not 0": ("x y", ORDERED, "(<= (* y (tan x)) (* x (tan y)))"),
    "moduli": ("x y", "true", "(<= (abs (- (sin x) (sin y))) (abs (- x y)))"),
    "a root for a variable, either one": ("x y", "(and (<= 0 x) (<= 0 y) (= (^ y 2) (+ 1 (^ x 2))))", "(<= (log (+ x y)) x)"),
}

FALSE = {
    "Pinsker with a larger constant": ("p q", UNIT, f"(<= (* (/ 2001 1000) (^ (- p q) 2)) {KL})"),
    "Pinsker, strictly": ("p q", UNIT, f"(< (* 2 (^ (- p q) 2)) {KL})"),
    "Hoeffding's lemma with a smaller constant": (
        "p t", "(and (< 0 p) (< p 1))", "(<= (log (+ (- 1 p) (* p (exp t)))) (+ (* p t) (/ (^ t 2) 9)))"),
    "sin x / x increases": ("x y", ORDERED, "(<= (* y (sin x)) (* x (sin y)))"),
    "sin x / x beyond its period": ("x y", "(and (< 0 x) (< x y))", "(<= (* x (sin y)) (* y (sin x)))"),
    "the mean of sines without a domain": ("x y", "true", "(<= (/ (+ (sin x) (sin y)) 2) (sin (/ (+ x y) 2)))"),
    "a bound that a box misses by little": (
        "x y",
        "(and (<= 0 x) (<= x 2) (<= 0 y) (<= y 2))",
        "(<= (* x (exp (- x)) y (exp (- y))) (/ 1353 10000))",
    ),
    "a denominator that vanishes": ("x y", "(and (<= 0 x) (<= 0 y))", "(<= 0 (/ x y))"),
    "convexity the wrong way": ("x y", "true", "(<= (+ (exp x) (exp y)) (* 2 (exp (/ (+ x y) 2))))"),
}


def problem(variables, hypotheses, conclusion):
    declared = "".join(f"(declare-const {name} Real)" for name in variables.split())
    return f"(set-logic QF_NRA){declared}(assert {hypotheses})(assert (not {conclusion}))(check-sat)"


def answer(name, text, seconds=10.0):
    return decide(text, name, time.monotonic() + seconds)


@pytest.mark.parametrize("name", PROVED)
def test_proved(name):
    found = answer(name, problem(*PROVED[name]))
    assert found["answer"] == "unsat", found["reason"]
    assert "z3" not in found["trusts"]


@pytest.mark.parametrize("name", FALSE)
def test_a_false_neighbour_stays_unproved(name):
    assert answer(name, problem(*FALSE[name]), 1.5)["answer"] != "unsat"


def stated(variables, hypotheses, conclusion):
    """(session, assumed comparisons, goal) of a problem."""
    read = read_problem(problem(variables, hypotheses, conclusion), "test")
    session = Session(clock.now() + 20)
    first, last = read.assertions
    parts = first.args if isinstance(first, t.And) else (first,)
    return session, [session.apply("assume", canonical(part)) for part in parts if part is not t.TRUE], last.arg


def test_the_certificate_replays_without_the_search(monkeypatch):
    session, facts, goal = stated(*PROVED["a minimum at a root, Pinsker"])
    found = engine.prove(session, goal, tuple(facts), 5.0)
    assert found is not None
    text = session.certificate(found)
    monkeypatch.setattr(Functions, "read", None)
    theorem = certificate.replay(text)
    assert theorem.conclusion is goal
    assert theorem.hypotheses == frozenset(fact.prop for fact in facts)


def test_a_wrong_guess_is_refused_by_the_kernel(monkeypatch):
    """Signs are guessed from points: with points of a wrong domain the search believes what is false, and proves nothing."""
    session, facts, goal = stated(*FALSE["sin x / x increases"])
    monkeypatch.setattr("quod.provers.several.fields.Field.sign", lambda *_: 1)
    assert engine.prove(session, goal, tuple(facts), 1.0) is None


def test_no_time_no_proof():
    session, facts, goal = stated(*PROVED["a minimum at a root, Pinsker"])
    assert engine.prove(session, goal, tuple(facts), 0.0) is None


def test_bounds_are_projected():
    session, facts, _ = stated("x y z", "(and (< 0 x) (< x y) (<= (* 2 y) z) (< z 1))", "(< x 1)")
    x, y, z = (t.Variable(name, REAL) for name in "xyz")
    known = eliminate(session, eliminate(session, facts, y), x)
    wanted = t.Compare("<", t.Number(0), z), t.Compare("<", z, t.Number(1))
    assert {canonical(fact.prop) for fact in known} == {canonical(prop) for prop in wanted}
    points = sample(session, facts, (x, y, z))
    assert points.count > 50
    assert bool((points.columns[x] < points.columns[y]).all())


def test_sums_of_squares_bound_their_variables():
    session, facts, _ = stated("s c", "(= (+ (^ s 2) (* 4 (^ c 2))) 1)", "(< s 2)")
    props = {canonical(fact.prop) for fact in ranges.implied(session, facts)}
    assert canonical(t.Compare("<=", t.Variable("s", REAL), t.Number(1))) in props
    assert len(props) == 4


def test_boxes_need_a_bounded_domain_and_stop_where_the_goal_is_false():
    session, facts, goal = stated("x y", "(and (<= 0 x) (<= x 1) (<= 0 y))", "(<= (sin (* x y)) 2)")
    assert boxing.prove(session, goal, facts, 1.0) is None
    session, facts, goal = stated(*FALSE["a bound that a box misses by little"])
    started = clock.now()
    assert boxing.prove(session, goal, facts, 5.0) is None
    assert clock.now() - started < 4.0


def test_equal_functions_read_alike():
    x, y = (t.Variable(name, REAL) for name in "xy")
    functions = Functions(Points({x: np.array([1.0, 2.0]), y: np.array([3.0, 0.5])}, 2))
    quotient = t.Elementary("log", t.Mul((x, t.Inverse(y))))
    difference = t.Add((t.Elementary("log", x), t.Mul((t.Number(-1), t.Elementary("log", y)))))
    assert functions.read(t.Add((quotient, t.Mul((t.Number(-1), difference))))).num.is_zero()
    with pytest.raises(Unreadable):
        functions.read(t.Elementary("floor", x))


def test_every_variable_that_an_equation_gives_is_tried():
    session, facts, goal = stated(*PROVED["a root for a variable, either one"])
    found = {part.name for part, _, _ in eliminable(session, goal, tuple(facts))}
    assert found == {"x", "y"}
