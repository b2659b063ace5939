"""The SMT-LIB writer: what it writes is read back with the same meaning, by our reader and by Z3, and what it cannot write it names."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest
import z3
from hypothesis import given, settings

from quod.lang import terms as t
from quod.lang.balls import compile_balls
from quod.lang.binding import abstract
from quod.lang.closures import Unsupported
from quod.lang.smtlib import satisfiability, to_smtlib
from quod.lang.smtlib_reader import read_problem
from quod.lang.sorts import INTEGER, PROPOSITION, REAL, VECTOR, Arrow
from tests.strategies import SCALARS, numeric, values

x, y = t.Variable("x", REAL), t.Variable("y", REAL)
n = t.Variable("n", INTEGER)
ZERO, ONE = t.Number(0), t.Number(1)


@settings(max_examples=150)
@given(numeric(PROPOSITION), values())
def test_what_is_written_is_read_back_with_the_same_meaning(proposition: t.Node, environment: Mapping[t.Variable, Any]) -> None:
    try:
        problem = read_problem(satisfiability([proposition]), "written")
    except Unsupported:
        return
    point = [environment[variable] for variable in SCALARS]
    ours = compile_balls(proposition, SCALARS)(point, 200)
    theirs = compile_balls(t.And(problem.assertions), SCALARS)(point, 200)
    assert ours is None or theirs is None or ours is theirs


def test_a_problem_reads_as_expected() -> None:
    sigmoid = t.Named("sigmoid", abstract(x, t.Inverse(t.Add((ONE, t.Elementary("exp", t.Mul((t.Number(-1), x))))))))
    below = t.Compare("<=", t.Apply(sigmoid, x), t.Mul((t.Number(Fraction(1, 4)), x, t.Inverse(t.Add((y, n))))))
    statement = t.ForAll(abstract(x, t.Implies(t.Compare("<", ZERO, x), t.ForAll(abstract(y, below)))))
    assert to_smtlib(statement).splitlines() == [
        "(set-logic ALL)",
        "(declare-const n Int)",
        "(declare-const x Real)",
        "(declare-const y Real)",
        "(assert (< 0.0 x))",
        "(assert (not (<= (/ 1.0 (+ 1.0 (exp (* (- 1.0) x)))) (/ (* (/ 1.0 4.0) x) (+ y (to_real n))))))",
        "(check-sat)",
    ]


@pytest.mark.parametrize(("constant", "verdict"), [(2, z3.unsat), (Fraction(21, 10), z3.sat)])
def test_z3_decides_what_is_written(constant: int | Fraction, verdict: z3.CheckSatResult) -> None:
    square = t.Add((t.Power(x, 2), t.Power(y, 2)))
    statement = t.ForAll(abstract(x, t.ForAll(abstract(y, t.Compare("<=", t.Mul((t.Number(constant), x, y)), square)))))
    solver = z3.Solver()
    solver.from_string(to_smtlib(statement))
    assert solver.check() == verdict


def test_shared_parts_are_defined_once_and_the_text_stays_small() -> None:
    term: t.Node = x
    for _ in range(100):
        term = t.Mul((term, term))
    text = satisfiability([t.Compare("<", term, ONE)])
    assert len(text) < 10_000
    assert "(define-fun t1 () Real (* x x))\n(define-fun t2 () Real (* t1 t1))" in text


def test_symbols_are_quoted_and_never_clash() -> None:
    awkward = [t.Variable(name, REAL) for name in ("exp", "a b", "a|b", "μ", "t1", "v")] + [t.Variable("v", INTEGER)]
    total = t.Power(t.Add(awkward), 2)
    text = satisfiability([t.Compare("<", total, t.Mul((total, x)))])
    for line in ("exp_1 Real", "|a b| Real", "ab Real", "|μ| Real", "t1 Real", "v Real", "v_1 Int"):
        assert f"(declare-const {line})" in text
    assert "(define-fun t2 () Real" in text
    assert len(read_problem(text, "written").variables) == 8


def test_the_error_function_is_written_and_read() -> None:
    assertion = t.Compare("<", t.Elementary("erf", x), ONE)
    text = satisfiability([assertion])
    assert "(erf x)" in text and read_problem(text, "written").assertions == (assertion,)


@pytest.mark.parametrize(
    ("shown", "proposition"),
    [
        ("g(x)", t.Compare("<", t.Apply(t.Variable("g", Arrow(REAL, REAL)), x), ONE)),
        ("Σ_{i<n} x", t.Compare("<", t.Fold("sum", ZERO, n, t.Lambda(INTEGER, x)), ONE)),
        ("∃y ∈ ℝ. x < y", t.Exists(abstract(y, t.Compare("<", x, y)))),
        ("‖w‖²", t.Compare("<", t.Inner(t.Variable("w", VECTOR), t.Variable("w", VECTOR)), ONE)),
        ("∫ exp(−t²) dt", t.Compare("<", t.Integral(abstract(y, t.Elementary("exp", t.Mul((t.Number(-1), t.Power(y, 2)))))), ONE)),
    ],
)
def test_what_cannot_be_written_is_named(shown: str, proposition: t.Node) -> None:
    with pytest.raises(Unsupported) as refusal:
        satisfiability([proposition])
    assert "SMT-LIB: cannot read `" in str(refusal.value)
    assert f"`{shown}`" in str(refusal.value)
