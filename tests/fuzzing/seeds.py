"""Inputs to begin with: small valid ones of every kind, made by quod itself, so that they stay valid when a format changes."""

from __future__ import annotations

import functools
import json
import time
import zlib
from collections.abc import Callable
from pathlib import Path

from quod.kernel import certificate as certificates
from quod.lang import serial
from quod.lang import terms as t
from quod.project import find_project, load
from quod.provers import clock, tower
from quod.provers.portfolio import prove
from tests.fuzzing.targets import PROBLEMS

TEXTS = (
    "(set-logic QF_NRA)(set-info :status unsat)(declare-const x Real)(assert (< (* x x) 0))(check-sat)(exit)",
    "(declare-const x Real)(declare-const y Real)(assert (and (< 0 x) (<= x 1)))(assert (not (>= (+ x y) (- y 1))))(check-sat)",
    "(declare-const X Real)(assert (not (<= (/ (* (+ 3 (/ (^ X 2) 11)) (sinh X)) (+ (+ 2 (cosh X)) 1)) X)))(check-sat)",
    "(declare-const k Int)(assert (let ((m (mod k 3)) (d (div k 3))) (distinct k (+ m (* 3 d)))))(check-sat)",
    "(define-fun f ((a Real) (b Int)) Real (ite (< a b) (max a 1.5) (abs (- b))))(declare-fun |odd x| () Real)(assert (= (f |odd x| 2) 7))",
    "(define-const two Real 2.0)(declare-const x Real)(assert (! (=> (= x two) (xor (< x 1) (< 1 x) true)) :named a))(check-sat)",
    "(declare-const x Real)(assert (let ((x (* x x))) (let ((x (* x x)) (y x)) (< (pow (+ x y) 3) (- 1)))))(assert (is_int (exp x)))",
    "(declare-const x Real)(assert (< (+ (sin x) (arctan x) (log (+ 1 (pow 2 x))) (sqrt x) (cbrt x) real.pi) #xff))(check-sat)",
)

CLAIMS = (
    "elementary.exp_lies_above_its_tangent",
    "sequences.powers_of_minus_one_are_their_own_inverses",
    "sequences.some_multiple_of_a_step_exceeds_every_bound",
    "activations.sigmoid_slope_is_positive",
    "smooth_descent.ascent_lemma",
    "differential_entropy.normal_is_a_density",
    "sums.cauchy_schwarz",
    "sums.a_sum_picks_out_one_member",
    "piecewise_reflection.slope_goes_with_the_sign",
    "smooth_descent.smallest_gradient_of_k_steps",
)
"""Claims whose certificates are short and use 36 of the kernel's rules."""


def smtlib() -> list[bytes]:
    """SMT-LIB problems."""
    return [text.encode() for text in TEXTS]


def terms() -> list[bytes]:
    """Tables of terms."""
    index = t.Bound(0, t.INTEGER)
    family, n = t.Variable("p", t.Arrow(t.INTEGER, t.REAL)), t.Variable("n", t.INTEGER)
    total = t.Fold("sum", t.Number(0), n, t.Lambda(t.INTEGER, t.Mul((t.Apply(family, index), t.Number(2)))))
    square = t.Lambda(t.REAL, t.Power(t.Bound(0, t.REAL), 2))
    named = t.Named("a.square", square)
    vector = t.Variable("v", t.VECTOR)
    nodes: tuple[t.Node, ...] = (
        t.Compare("<=", total, t.Integral(square)),
        t.ForAll(t.Lambda(t.REAL, t.Compare("=", t.Apply(named, t.Bound(0, t.REAL)), t.Derivative(square, t.Bound(0, t.REAL))))),
        t.Exists(t.Lambda(t.REAL, t.Implies(t.Differentiable(square, t.Bound(0, t.REAL)), t.Integrable(square)))),
        t.Not(t.Compare("<", t.Inner(t.Scale(t.Number(2), vector), t.Constant("zero")), t.Constant("pi"))),
        *(goal for _, goal, _ in PROBLEMS),
    )
    return [json.dumps(serial.to_json([node])[0]).encode() for node in nodes]


@functools.cache
def _claims() -> tuple[str, ...]:
    """Certificates of a few claims, which together use most of the rules."""
    claims = load(find_project(Path(__file__).parent), ("spec", "proofs")).claims
    found = []
    for id in CLAIMS:
        verdict, text = prove(claims[id], time.monotonic() + 20)
        if text is None:
            raise AssertionError(f"no seed from {id}: {verdict.reason}")
        found.append(text)
    return tuple(found)


def certificate() -> list[bytes]:
    """Certificates of claims."""
    x = t.Variable("x", t.REAL)
    below = t.Compare("<", x, t.Number(1))
    trivial = certificates.write([("assume", (below,), ()), ("discharge", (below,), (0,))])
    return [trivial.encode(), *(text.encode() for text in _claims())]


@functools.cache
def _decided() -> tuple[bytes, ...]:
    found = []
    for number, (hypotheses, goal, true) in enumerate(PROBLEMS):
        x = next(iter(goal.variables))
        outcome = tower.decide(x, list(hypotheses), goal, clock.now() + 20) if true else None
        if isinstance(outcome, tower.Proved):
            found.append(json.dumps([number, outcome.certificate]).encode())
    if len(found) < 5:
        raise AssertionError(f"only {len(found)} certificates of the decision procedure")
    return tuple(found)


def decided() -> list[bytes]:
    """Certificates of the one-variable decision procedure, with the number of their problem."""
    return list(_decided())


def ledger_rows() -> list[bytes]:
    """Rows of a ledger."""
    packed = zlib.compress(b"[1, 2]").hex()
    record = json.dumps({"verdict": "PROVED", "reason": "", "seconds": 0.5})
    rows = [["result", "key", "a.claim", "proof", record, packed, True], ["result", "a", "a.b", "fuzz", "{}", packed, False]]
    runs = [["run", '{"rows":[]}', True], ["run", "[]", True], ["run", '{"x":NaN}', True]]
    return [json.dumps(rows).encode(), json.dumps(runs).encode()]


def ledger_file() -> list[bytes]:
    """Changes to a ledger's file."""
    single = ([[4000]], [[100, "ff"]], [[16384]], [[0, "00"]])
    double = ([[18, "0101"], [5000, "00000000"]], [[0, "00"], [60, "00000002"]], [[8192, "0a"], [9000, "58"]])
    return [json.dumps(change).encode() for change in (*single, *double)]


def lock() -> list[bytes]:
    """The lock of a project, and what merges leave of it."""
    claim = '[claims."a.b"]\nverdict = "PROVED"\nmethod = "algebra"\ntrusts = ["z3"]\nassumes = []\ndigest = "00"\n'
    whole = f'format = 1\n\n[meanings]\nz3 = "the solver"\n\n{claim}'
    return [text.encode() for text in (whole, whole + claim, f"<<<<<<< HEAD\n{whole}", "format = 2", "claims = 5", '[claims]\n"a.b" = 5')]


SEEDS: dict[str, Callable[[], list[bytes]]] = {
    "smtlib": smtlib,
    "prove": smtlib,
    "terms": terms,
    "certificate": certificate,
    "tower": decided,
    "ledger-rows": ledger_rows,
    "ledger-file": ledger_file,
    "lock": lock,
}
