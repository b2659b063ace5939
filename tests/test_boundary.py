"""The edges of claims: corners of the domain, declared touching points, witnesses of the hypotheses; planted defects are found."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import pytest

import quod as q
from quod import (
    Closed,
    D,
    Family,
    Natural,
    NonNegative,
    Positive,
    PositiveInteger,
    Q,
    Real,
    Simplex,
    Sum,
    claim,
    definition,
    eq,
    exp,
    family,
    iff,
    implies,
    log,
    piecewise,
)
from quod.attack.boundary import boundary, vacuity
from quod.attack.findings import Finding
from quod.attack.tight import tight
from quod.lang.claim import Claim
from quod.provers.script import SCRIPTS

made_up = claim(source="made up")


def found(attack: Callable[..., list[Finding]], made: Claim) -> list[Finding]:
    assert made.error is None, made.error
    return attack(made, time.monotonic() + 60, 0)


@definition
def logistic(x: Real):
    """The logistic function."""
    return 1 / (1 + exp(-x))


@definition
def entropy(n: PositiveInteger, p: Simplex("n")):
    """The entropy, 0·log 0 being 0."""
    return Sum(lambda i: piecewise((-p[i] * log(p[i]), p[i] > 0), otherwise=0), n)


# --- corners ---


@made_up
def false_at_one_only(n: PositiveInteger, p: Simplex("n", interior=True)):
    """Entropy is positive: false for n = 1 alone."""
    return entropy(n, p) > 0


@made_up
def false_at_a_vertex_only(n: q.AtLeast(2), p: Simplex("n")):
    """Entropy of two or more is positive: false at the vertices."""
    return entropy(n, p) > 0


@made_up
def false_for_none_only(n: Natural, a: Family("n", Positive)):
    """A sum of positive numbers is positive: false for none."""
    return Sum(a, n) > 0


@made_up
def false_at_the_closed_end_only(x: Closed(0, 1)):
    """x stays below 1."""
    return x < 1


@made_up
def false_for_equal_numbers_only(x: Real, y: Real):
    """A square is positive."""
    return (x - y) ** 2 > 0


@made_up
def false_for_equal_families_only(n: PositiveInteger, p: Simplex("n"), r: Simplex("n")):
    """Two points of the simplex lie apart."""
    return Sum(lambda i: (p[i] - r[i]) ** 2, n) > 0


@made_up
def false_in_a_degenerate_interval_only(a: Real, b: Real, x: Real):
    """Where a ≤ x ≤ b, a is less than b."""
    return implies((a <= x) & (x <= b), a < b)


@pytest.mark.parametrize(
    ("made", "where"),
    [
        (false_at_one_only, "smallest sizes: n = 1"),
        (false_at_a_vertex_only, "one vertex for all"),
        (false_for_none_only, "smallest sizes: n = 0"),
        (false_at_the_closed_end_only, "x at its closed upper end: x = 1"),
        (false_for_equal_numbers_only, "equal numbers"),
        (false_for_equal_families_only, "equal"),
        (false_in_a_degenerate_interval_only, "equal numbers"),
    ],
)
def test_a_claim_that_is_false_in_a_corner_is_refuted_there(made: Claim, where: str) -> None:
    refuted = [finding for finding in found(boundary, made) if finding.outcome == "refuted"]
    assert any(where in finding.subject for finding in refuted), [finding.subject for finding in refuted]
    assert all(finding.witness and "confirmed in balls" in finding.detail for finding in refuted)


def test_a_true_claim_holds_in_its_corners() -> None:
    @made_up
    def true(n: PositiveInteger, p: Simplex("n")):
        """Entropy is not negative."""
        return entropy(n, p) >= 0

    findings = found(boundary, true)
    assert {finding.outcome for finding in findings} <= {"attained", "still true"}
    least = next(finding for finding in findings if finding.subject == "smallest sizes: n = 1")
    assert (least.outcome, least.witness) == ("attained", {"n": "1", "p": "(1)"})


def test_an_instance_that_is_undefined_is_not_called_true() -> None:
    @made_up
    def undefined_at_zero(x: NonNegative):
        """x/x is at most 1."""
        return x / x <= 1

    (finding,) = found(boundary, undefined_at_zero)
    assert (finding.outcome, finding.witness) == ("undecided", {"x": "0"})
    assert "undefined there" in finding.detail


# --- touching points ---


def quarter(point: Mapping[str, Any], over: Any = 0) -> Claim:
    @claim(source="made up", tight=point)
    def slope(x: Real):
        """The slope of the logistic function is at most 1/4."""
        return D(logistic)(x) <= Q(1, 4) + over

    return slope


def test_a_touching_point_is_proved() -> None:
    (finding,) = found(tight, quarter({"x": 0}))
    assert (finding.kind, finding.outcome, finding.witness) == ("tight", "proved", {"x": "0"})
    assert finding.detail == "at x = 0 both sides are equal: logistic′(0) = 1/4 (algebra)"


def test_a_wrong_touching_point_is_a_conflict() -> None:
    (finding,) = found(tight, quarter({"x": 1}))
    assert finding.outcome == "conflict"
    assert "tight names x = 1, but nothing is touched there: logistic′(1) = 1/4 is false, the sides differ by 0.053388" in finding.detail
    assert finding.detail.endswith("fix: name a point where both sides agree, or leave tight out")


@pytest.mark.parametrize("digits", [16, 50, 200, 2000])
def test_a_point_that_looks_touched_at_few_digits_is_a_conflict(digits: int) -> None:
    (finding,) = found(tight, quarter({"x": 0}, Q(1, 10**digits)))
    assert finding.outcome == "conflict", finding.detail


def test_a_touching_point_outside_the_domain_is_a_conflict() -> None:
    @claim(source="made up", tight={"x": 0})
    def outside(x: Positive):
        """The exponential lies above its tangent."""
        return exp(x) >= 1 + x

    (finding,) = found(tight, outside)
    assert finding.outcome == "conflict"
    assert "where the hypothesis 0 < 0 is false" in finding.detail


def test_a_touching_point_of_families_is_proved() -> None:
    @claim(source="made up", tight={"n": 3, "p": family(lambda i: Q(1, 3))})
    def most(n: PositiveInteger, p: Simplex("n")):
        """Entropy is at most log n."""
        return entropy(n, p) <= log(n)

    (finding,) = found(tight, most)
    assert finding.outcome == "proved", finding.detail


def test_a_point_that_leaves_a_variable_out_stands_for_all_its_values() -> None:
    @claim(source="made up", tight={"y": 0})
    def product(x: Real, y: Real):
        """Its square is not negative."""
        return (x * y) ** 2 >= 0

    @claim(source="made up", tight={"y": 1})
    def not_for_all(x: Real, y: Real):
        """Its square is not negative."""
        return (x * y) ** 2 >= 0

    assert found(tight, product)[0].outcome == "proved"
    assert found(tight, not_for_all)[0].outcome != "proved"


def test_both_sides_of_an_equivalence_must_be_touched() -> None:
    @claim(source="made up", tight={"x": 1})
    def only_at_zero(x: Real):
        """It is 1 at 0 alone; at x = 1 both sides of the equivalence are false."""
        return iff(eq(exp(x), 1), eq(x, 0))

    (finding,) = found(tight, only_at_zero)
    assert finding.outcome == "conflict"


def test_without_a_prover_a_touching_point_stays_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quod.attack.tight.proof_of", lambda *_: None)
    (finding,) = found(tight, quarter({"x": 0}))
    assert finding.outcome == "undecided"
    assert "no proof of logistic′(0) = 1/4; the sides differ by" in finding.detail


# --- witnesses of the hypotheses ---


def test_a_witness_of_the_hypotheses() -> None:
    @made_up
    def narrow(x: Closed(3, 4), y: Positive):
        """Narrow."""
        return implies(x + y < 4, y < 1)

    (finding,) = found(vacuity, narrow)
    assert (finding.kind, finding.outcome) == ("vacuity", "proved")
    assert finding.witness is not None and set(finding.witness) == {"x", "y"}


def test_hypotheses_that_cannot_hold_have_no_witness() -> None:
    @made_up
    def impossible(x: Positive):
        """Nothing."""
        return implies(x**2 + 1 < 2 * x, x < 0)

    (finding,) = found(vacuity, impossible)
    assert (finding.outcome, finding.witness) == ("undecided", None)


def test_a_claim_without_hypotheses() -> None:
    (finding,) = found(vacuity, quarter({"x": 0}))
    assert (finding.subject, finding.outcome) == ("there are no hypotheses", "proved")


def test_a_point_that_no_engine_proves_is_proved_with_the_scripts_of_the_topic() -> None:
    import proofs.differential_entropy  # noqa: F401 - registers the scripts
    from spec.differential_entropy import normal_law_has_the_largest_entropy

    (finding,) = found(tight, normal_law_has_the_largest_entropy)
    assert finding.outcome == "proved", finding.detail
    assert "(with " in finding.detail and "entropy_of_the_normal_law" in finding.detail
    assert "attack.point" not in SCRIPTS
