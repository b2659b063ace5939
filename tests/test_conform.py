"""Implementations are measured against their definitions; a fault is one clear message with the input and the place."""

import subprocess
import sys
import time

import numpy as np
import pytest

from quod import D, PositiveInteger, Q, Real, Simplex, Sum, claim, definition, eq, exp, floor, implements, log
from quod.conform import check
from quod.conform.measuring import ulp_at
from quod.lang.expression import LanguageError

made_up = claim(source="made up")


@definition
def logistic(x: Real):
    """The logistic function."""
    return 1 / (1 + exp(-x))


@definition
def surprise(n: PositiveInteger, p: Simplex("n", interior=True)):
    """The entropy of p."""
    return -Sum(lambda i: p[i] * log(p[i]), n)


@definition
def halves(n: PositiveInteger):
    """⌊n/2⌋."""
    return floor(n * Q(1, 2))


@made_up
def stays_below_one(x: Real):
    """The logistic function stays below 1."""
    return (logistic(x) < 1) & (D(logistic)(x) <= Q(1, 4))


@made_up
def mirrors(x: Real):
    """σ(x) + σ(−x) = 1."""
    return eq(logistic(x) + logistic(-x), 1)


@made_up
def never_negative(n: PositiveInteger, p: Simplex("n", interior=True)):
    """Entropy is not negative."""
    return surprise(n, p) >= 0


@made_up
def half_is_less(n: PositiveInteger):
    """⌊n/2⌋ < n."""
    return halves(n) < n


def good(x):
    x = np.asarray(x, dtype=float)
    small = np.exp(-np.abs(x))
    return np.where(x < 0, small, 1.0) / (1 + small)


def run(function, statement=stays_below_one, of=logistic, ulp=None, **settings):
    def fresh(*arguments):
        return function(*arguments)

    return check(statement, {of.id: implements(of, ulp)(fresh)}, seed=0, examples=80, **settings)


@pytest.mark.parametrize("statement", [stays_below_one, mirrors], ids=lambda c: c.name)
def test_a_good_implementation_is_sampled(statement):
    verdict = run(good, statement)
    assert verdict.kind == "SAMPLED", verdict
    assert 0.3 < verdict.figures["max_ulp"] < 3
    assert verdict.figures["points"] > 100
    assert verdict.figures["claim points"] > 0


def test_the_slack_is_the_error_that_was_allowed():
    slack = run(good, mirrors).figures["slack"]
    assert 0 < slack < 1e-13


def off_by_three(x):
    value = good(x)
    for _ in range(3):
        value = np.nextafter(value, 2.0)
    return value


def test_three_ulp_are_measured_and_break_a_promise_of_two():
    assert 2 <= run(off_by_three).figures["max_ulp"] <= 6.5  # just above 1 the floats are twice as far apart
    verdict = run(off_by_three, ulp=2)
    assert verdict.kind == "REFUTED"
    assert "ulp, allowed are 2" in verdict.reason
    assert set(verdict.witness) == {"x"}


@pytest.mark.parametrize(
    ("bad", "kind", "text"),
    [
        (lambda x: 1 / (1 + np.exp(-x)) + 1e-9, "REFUTED", "ulp, allowed are"),
        (lambda x: np.float32(good(x)), "REFUTED", "ulp, allowed are"),
        (lambda x: good(x) if np.all(np.abs(x) < 700) else np.exp(x) / (1 + np.exp(x)), "ERROR", "is nan; the defined value there is"),
        (lambda x: np.where(np.asarray(x) == 1, np.nan, good(x)), "ERROR", "is nan"),
        (lambda x: np.array([good(x)]), "ERROR", "has shape (1,); expected ()"),
        (lambda x: np.ravel(good(x)) if np.ndim(x) else good(x), "ERROR", "the shape of the input"),
        (lambda x: 1 / 0, "ERROR", "raises ZeroDivisionError"),
        (lambda x: good(float(x)), "ERROR", "raises TypeError"),
        (lambda x: "one half", "ERROR", "expected a number"),
        (lambda x: None, "ERROR", "expected a number"),
    ],
    ids=["shifted", "rounded to float32", "overflow", "one NaN", "wrong shape", "flattened", "raises", "no arrays", "text", "nothing"],
)
def test_bad_implementations_are_told_apart(bad, kind, text):
    verdict = run(bad)
    assert verdict.kind == kind, verdict
    assert text in verdict.reason
    assert "test_conform.py:" in verdict.reason


def test_families_come_as_arrays():
    verdict = run(lambda n, p: -np.sum(p * np.log(p)), never_negative, surprise)
    assert verdict.kind == "SAMPLED", verdict
    wrong = run(lambda n, p: -np.sum(p * np.log2(p)), never_negative, surprise)
    assert wrong.kind == "REFUTED"
    assert set(wrong.witness) == {"n", "p"}


def test_integers_have_to_be_exact():
    assert run(lambda n: n // 2, half_is_less, halves).kind == "SAMPLED"
    assert run(lambda n: round(n / 2), half_is_less, halves).kind == "REFUTED"


def test_nothing_to_check_is_unknown():
    verdict = check(stays_below_one, {})
    assert verdict.kind == "UNKNOWN"
    assert verdict.figures["implementations"] == 0
    assert run(good, deadline=time.monotonic() - 1).kind == "UNKNOWN"


def test_a_promise_is_a_number():
    with pytest.raises(LanguageError, match="ulp is a number"):
        implements(logistic, ulp="two")


def test_ulp():
    from fractions import Fraction

    for x in (1.0, 1.5, 2.0, 1e-310, 3e300, 5e-324, 0.1):
        assert ulp_at(Fraction(x), np.dtype(np.float64)) == Fraction(float(np.spacing(x)))


def test_importing_quod_loads_no_engine():
    code = "import sys, quod, quod.conform; print(sorted({'numpy', 'flint', 'hypothesis'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
