"""Bounds that are sharp are proved to be so, slack ones are found out, and nothing that only looks attained counts."""

from __future__ import annotations

import time
from fractions import Fraction
from typing import Any

import pytest
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st

import quod as q
from quod import (
    Closed,
    D,
    Natural,
    NonNegative,
    Open,
    Positive,
    PositiveInteger,
    Q,
    Real,
    Simplex,
    Sum,
    claim,
    definition,
    exp,
    forall,
    log,
    sqrt,
)
from quod.attack.constants import decimal
from quod.attack.findings import Finding
from quod.attack.intervals import interval
from quod.attack.recognition import forms
from quod.attack.sharpness import sharpness
from quod.lang import terms as t
from quod.lang.claim import Claim
from quod.lang.sorts import REAL

made_up = claim(source="made up")


@definition
def logistic(x: Real):
    """The logistic function."""
    return 1 / (1 + exp(-x))


@made_up
def quarter(x: Real):
    """The slope of the logistic function is at most 1/4."""
    return D(logistic)(x) <= Q(1, 4)


@made_up
def looks_attained_at_fifteen_digits(x: Real):
    """The slope is at most a little more than 1/4."""
    return D(logistic)(x) <= Q(1, 4) + Q(1, 10**20)


@made_up
def looks_attained_at_a_thousand_digits(x: Real):
    """The slope is at most hardly more than 1/4."""
    return D(logistic)(x) <= Q(1, 4) + Q(1, 10**1000)


@made_up
def below_one(x: Real):
    """The logistic function stays below 1."""
    return logistic(x) < 1


@made_up
def below_two(x: Real):
    """The logistic function stays below 2."""
    return logistic(x) < 2


@made_up
def angle(x: Real):
    """The angle stays below 2."""
    return q.atan(x) < 2


@made_up
def logarithm_over_number(x: Positive):
    """log x / x is at most 1."""
    return log(x) / x <= 1


@made_up
def slow(x: Positive):
    """It approaches 0 as slowly as a logarithm grows."""
    return 1 / log(2 + x) > 0


@made_up
def at_the_open_end(x: Open(0, 1)):
    """x stays below 1."""
    return x < 1


@made_up
def no_closed_form(x: Real):
    """The least value has no simple form."""
    return x * exp(-x) - x**2 / 7 <= 1


@made_up
def half_of_itself(x: Real):
    """Half of |x| is at most |x|: they meet at 0, yet the constant is not sharp."""
    return abs(x) / 2 <= abs(x)


@made_up
def wrong(x: Real):
    """The slope stays below 1/5."""
    return D(logistic)(x) <= Q(1, 5)


@made_up
def surprise(n: PositiveInteger, p: Simplex("n")):
    """A sum of squares of probabilities is at most 1."""
    return Sum(lambda i: p[i] ** 2, n) <= 1


@made_up
def positive_pair(a: Positive, b: NonNegative):
    """The sum is positive."""
    return a + b > 0


@made_up
def far_away(a: Closed(0, 1), b: Closed(0, 1)):
    """No sum comes near 3."""
    return a + b <= 3


def look(made: Claim, **settings: Any) -> Finding:
    assert made.error is None, made.error
    (found,) = sharpness(made, time.monotonic() + 60, 0, **settings)
    return found


@pytest.mark.parametrize(
    ("made", "outcome", "words"),
    [
        (quarter, "sharp", "bound 1/4, sharp, attained at x = 0"),
        (looks_attained_at_fifteen_digits, "slack", "sup is 1/4, attained at x = 0"),
        (below_one, "sharp", "bound 1, sharp, approached as x → ∞"),
        (below_two, "slack", "sup is 1, approached as x → ∞"),
        (angle, "slack", "sup is (1/2)·π = 1.570796326"),
        (logarithm_over_number, "slack", "0.367879441"),
        (slow, "sharp", "slack ≤ 2/log(x)"),
        (at_the_open_end, "sharp", "approached as x → 1"),
        (half_of_itself, "slack", "their ratio: slack: sup is 1/2"),
        (wrong, "refuted", "false at x = "),
        (surprise, "sharp", "both sides are 1, in exact arithmetic"),
        (far_away, "slack", "bound 3, slack: sup is 2, attained at a = 1, b = 1"),
        (positive_pair, "sharp", "on the line b = 0: approached as a → 0"),
    ],
)
def test_what_is_said_of_a_bound(made: Claim, outcome: str, words: str) -> None:
    found = look(made)
    assert (found.kind, found.outcome) == ("sharpness", outcome), found.detail
    assert words in found.detail


def test_a_bound_that_only_looks_attained_is_never_called_sharp() -> None:
    found = look(looks_attained_at_a_thousand_digits)
    assert found.outcome in ("slack", "undecided"), found.detail


def test_a_constant_without_a_closed_form_is_enclosed() -> None:
    found = look(no_closed_form)
    assert found.outcome == "slack"
    low, high = (Fraction(word.strip(",")) for word in found.detail.split() if word.startswith("0.2789"))
    x = arb("0.646978567892")
    truth = x * (-x).exp() - x * x / 7
    assert arb(low.numerator) / low.denominator <= truth <= arb(high.numerator) / high.denominator
    assert 0 < high - low < Fraction(1, 10**5)


def test_what_is_not_proved_of_several_variables_is_a_lower_enclosure_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quod.attack.constants.proof_of", lambda *_: None)
    found = look(far_away)
    assert found.outcome == "undecided"
    assert found.detail.startswith("bound 3, lower enclosure only: sup is at least 2, at a = 1, b = 1; it is not shown")


def test_what_is_no_bound_has_no_sharpness() -> None:
    @made_up
    def equation(x: Real):
        """An equation."""
        return q.eq(x + x, 2 * x)

    assert sharpness(equation, time.monotonic() + 60) == []


def test_a_conjunction_has_a_finding_for_each_bound() -> None:
    @made_up
    def between(x: Closed(0, 1)):
        """A square root of a number in [0, 1] lies between it and 2."""
        return (x <= sqrt(x)) & (sqrt(x) <= 2)

    found = sharpness(between, time.monotonic() + 60)
    assert [finding.outcome for finding in found] == ["sharp", "slack"]
    assert "sup is 1, attained at x = 1" in found[1].detail.replace("√1", "1")


def test_the_same_seed_gives_the_same_findings() -> None:
    assert look(surprise) == look(surprise)


def test_a_prover_that_proves_nothing_makes_nothing_sharp(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quod.attack.along.proof_of", lambda *_: None)
    monkeypatch.setattr("quod.attack.approach.proof_of", lambda *_: None)
    monkeypatch.setattr("quod.attack.constants.proof_of", lambda *_: None)
    assert look(quarter).outcome == "undecided"
    assert look(below_one).outcome == "undecided"


@given(st.fractions(min_value=-20, max_value=20, max_denominator=20))
def test_a_rational_is_recognised(x: Fraction) -> None:
    first = next(forms(x + Fraction(1, 10**14), Fraction(1, 10**13)))
    assert first is t.Number(x)


@given(st.fractions(min_value=-1000, max_value=1000), st.sampled_from((-1, 0, 1)))
def test_decimals_are_rounded_the_way_that_is_asked(x: Fraction, direction: int) -> None:
    shown = Fraction(decimal(x, direction).replace("−", "-").rstrip("…"))
    assert (shown <= x) if direction < 0 else (shown >= x) if direction > 0 else abs(shown) <= abs(x)
    assert abs(shown - x) <= abs(x) / 10**8


def test_the_interval_of_a_member_of_the_simplex() -> None:
    x = t.Variable("x", REAL)

    @made_up
    def pair(x: Real):
        """Both are positive."""
        return q.implies(forall(q.Below(2), lambda i: q.piecewise((x, q.eq(i, 0)), otherwise=1 - 2 * x) > 0), x < 1)

    part = interval(x, pair.hypotheses)
    assert (part.lower, part.upper, part.open_lower, part.open_upper) == (0, Fraction(1, 2), True, True)


def test_an_integer_bound_counts_the_next_integer() -> None:
    @made_up
    def next_one(k: Natural):
        """k is less than k + 1."""
        return k < k + 1

    assert look(next_one).outcome == "sharp"


def test_only_points_of_the_domain_count() -> None:
    @made_up
    def at_three(x: Real):
        """At 3 it is at most 100; elsewhere it is anything."""
        return q.implies(q.eq(x, 3), exp(x) <= 100)

    found = look(at_three)
    assert found.outcome == "slack"
    assert "sup is exp(3) = 20.0855" in found.detail


SMALL = st.fractions(min_value=-6, max_value=6, max_denominator=12)


@settings(max_examples=25, deadline=None)
@given(SMALL, SMALL, st.fractions(min_value=Fraction(1, 8), max_value=5, max_denominator=8), st.integers(0, 30))
def test_the_best_constant_of_a_parabola_is_found(top: Fraction, place: Fraction, bend: Fraction, digits: int) -> None:
    over = Fraction(0) if digits == 30 else Fraction(1, 10**digits)

    @made_up
    def parabola(x: Real):
        """A parabola stays below its vertex."""
        return top - bend * (x - place) ** 2 <= top + over

    found = look(parabola)
    assert found.outcome == ("slack" if over else "sharp"), found.detail
    assert found.witness == {"x": str(place).replace("-", "−")}
    assert not over or f"sup is {top}," in found.detail


@settings(max_examples=20, deadline=None)
@given(SMALL, st.fractions(min_value=Fraction(1, 8), max_value=5, max_denominator=8), st.sampled_from((1, -1)), st.integers(1, 3))
def test_a_limit_at_an_end_is_found(limit: Fraction, width: Fraction, side: int, power: int) -> None:
    @made_up
    def tail(x: Positive):
        """It approaches its limit from one side."""
        value = limit - side * width / (x + 1) ** power
        return value < limit if side > 0 else value > limit

    found = look(tail)
    assert found.outcome == "sharp", found.detail
    assert "approached as x → ∞" in found.detail


def test_a_declared_point_outside_the_domain_is_not_where_it_is_attained() -> None:
    @claim(source="made up", tight={"x": 0})
    def tangent(x: Positive):
        """The exponential lies above its tangent at 0."""
        return exp(x) >= 1 + x

    found = look(tangent)
    assert found.outcome == "sharp"
    assert "approached as x → 0" in found.detail


def test_a_prover_that_lies_does_not_make_a_slack_bound_sharp(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("along", "approach", "constants"):
        monkeypatch.setattr(f"quod.attack.{module}.proof_of", lambda *_: "a lie")
    assert look(looks_attained_at_fifteen_digits).outcome == "slack"
    assert look(below_two).outcome == "slack"
