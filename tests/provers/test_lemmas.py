"""Lemmas on exponential and logarithm at the terms of a problem, and variables that equations define; their false neighbours stay open."""

from __future__ import annotations

import time

import pytest

from quod.kernel import certificate
from quod.lang import terms as t
from quod.lang.sorts import REAL
from quod.provers import lemmas
from quod.provers.problems import decide
from quod.provers.session import Session

HEADER = "(set-logic QF_NRA)\n"
KL = "(and (< 0 P) (< P 1) (< 0 Q) (< Q 1))", "(+ (* P (log (/ P Q))) (* (- 1 P) (log (/ (- 1 P) (- 1 Q)))))"
H3 = "(and (< 0 P) (< 0 Q) (< 0 R) (= (+ P Q R) 1))"
LSE = "(log (+ (exp X) (exp Y)))"

PROVED = {
    "relative entropy of two outcomes": ("P Q", KL[0], f"(>= {KL[1]} 0)"),
    "relative entropy of normal distributions": ("S M", "(< 0 S)", "(>= (- (+ (^ S 2) (^ M 2)) 1 (* 2 (log S))) 0)"),
    "log-sum-exp above the maximum": ("X Y", "true", f"(>= {LSE} (max X Y))"),
    "log-sum-exp below the maximum and log 2": ("X Y", "true", f"(<= {LSE} (+ (max X Y) (log 2)))"),
    "a logistic function decreases": ("X Y", "(< X Y)", "(> (/ 1 (+ 1 (exp X))) (/ 1 (+ 1 (exp Y))))"),
    "softplus is 1-Lipschitz": ("X Y", "(< X Y)", "(< (- (log (+ 1 (exp Y))) (log (+ 1 (exp X)))) (- Y X))"),
    "log-sum-exp above the mean": ("X Y", "true", f"(<= (/ (+ X Y) 2) (- {LSE} (log 2)))"),
    "entropy of three at most log 3": ("P Q R", H3, "(<= (- (+ (* P (log P)) (* Q (log Q)) (* R (log R)))) (log 3))"),
    "the square root for its square": ("X Y", "(and (< 0 X) (<= 0 Y) (= (^ Y 2) (+ (^ X 2) X)))", "(< (log (+ 1 (/ 1 X))) (/ 1 Y))"),
    "a root outside the functions": ("X Y", "(and (<= 0 X) (<= 0 Y) (= (^ Y 2) (+ 4 (^ X 2))))", "(<= (+ 2 (* X (+ X Y))) (* 2 (exp X)))"),
    "a linear definition": ("X Y", "(and (< 0 X) (= (+ X Y) 1))", "(< (* X Y (exp X)) (- (exp X) Y))"),
}

FALSE = {
    "relative entropy, strictly": ("P Q", KL[0], f"(> {KL[1]} 0)"),
    "softplus is a contraction": ("X Y", "(< X Y)", "(< (* 2 (- (log (+ 1 (exp Y))) (log (+ 1 (exp X))))) (- Y X))"),
    "log-sum-exp below the maximum and too little": ("X Y", "true", f"(<= {LSE} (+ (max X Y) (/ 69 100)))"),
    "a logistic function increases": ("X Y", "(< X Y)", "(< (/ 1 (+ 1 (exp X))) (/ 1 (+ 1 (exp Y))))"),
    "a root of either sign": ("X Y", "(and (< 0 X) (= (^ Y 2) (+ (^ X 2) X)))", "(< (log (+ 1 (/ 1 X))) (/ 1 Y))"),
    "a logarithm of either sign": ("S M", "(< (- 1) S)", "(>= (- (+ (^ S 2) (^ M 2)) 1 (* 2 (log S))) 0)"),
}


def answer(variables: str, hypothesis: str, conclusion: str, seconds: float = 4.0) -> str:
    declared = "".join(f"(declare-const {name} Real)\n" for name in variables.split())
    text = f"{HEADER}{declared}(assert {hypothesis})\n(assert (not {conclusion}))\n(check-sat)\n"
    found: str = decide(text, "test.smt2", time.monotonic() + seconds)["answer"]
    return found


@pytest.mark.parametrize("name", PROVED)
def test_proved(name: str) -> None:
    assert answer(*PROVED[name]) == "unsat"


@pytest.mark.parametrize("name", FALSE)
def test_false_neighbours_are_not_proved(name: str) -> None:
    assert answer(*FALSE[name], 2.0) in ("sat", "unknown")


def test_the_lemma_holds_without_hypotheses_and_is_proved_anew_in_each_session() -> None:
    u, v, a, b = (t.Variable(name, REAL) for name in "uvab")
    for _ in range(2):
        session = Session()
        fact = lemmas.lemma(session, "tangent")
        theorem = certificate.replay(session.certificate(fact))
        assert not theorem.hypotheses
        instance = session.specialise(fact, u, v, a, b).prop
        premises = [t.Compare("=", t.Elementary("exp", exponent), value) for exponent, value in ((u, a), (v, b))]
        bound = t.Compare("<=", t.Mul((b, t.Add((t.Number(1), u, t.Mul((t.Number(-1), v)))))), a)
        assert session.is_same(instance, t.Implies(premises[0], t.Implies(premises[1], bound)))
