"""A claim is proved only together with its definedness: from its hypotheses at each index, and what its script has shown under them."""

from __future__ import annotations

import time

import pytest

from quod import Family, Natural, NonNegative, Positive, PositiveInteger, Prod, Real, Sum, claim, eq, forall, implies, log, proves
from quod.kernel.verdict import Verdict
from quod.lang.claim import Claim
from quod.lang.domains import Below
from quod.provers import script
from quod.provers.portfolio import prove


@pytest.fixture(autouse=True)
def _scripts_of_this_test_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script, "SCRIPTS", {})


def verdict(made: Claim) -> Verdict:
    found, _ = prove(made, time.monotonic() + 20)
    return found


@claim(source="test")
def every_member_has_an_inverse(n: PositiveInteger, a: Family("n", Positive)):
    """Each 1/aᵢ equals itself."""
    return forall(Below(n), lambda i: eq(1 / a[i], 1 / a[i]))


@claim(source="test")
def some_members_may_have_no_inverse(n: PositiveInteger, a: Family("n", NonNegative)):
    """Each 1/aᵢ equals itself, but aᵢ may be 0."""
    return forall(Below(n), lambda i: eq(1 / a[i], 1 / a[i]))


@claim(source="test")
def the_sum_has_an_inverse(n: PositiveInteger, a: Family("n", Positive)):
    """1/Σaᵢ equals itself."""
    return eq(1 / Sum(a, n), 1 / Sum(a, n))


@claim(source="test")
def the_product_has_a_logarithm(n: Natural, a: Family("n", Positive)):
    """log ∏aᵢ equals itself."""
    return eq(log(Prod(a, n)), log(Prod(a, n)))


@claim(source="test")
def the_hypothesis_comes_too_late(x: Real):
    """1/x ≥ 0 is read before x is known to be positive."""
    return implies((1 / x >= 0) & (x > 0), x >= 0)


@claim(source="test")
def the_hypothesis_comes_in_time(x: Real):
    """1/x ≥ 0 is read once x is known to be positive."""
    return implies((x > 0) & (1 / x >= 0), x >= 0)


def test_hypotheses_about_all_members_are_read_at_the_index() -> None:
    assert verdict(every_member_has_an_inverse).kind == "PROVED"


def test_an_undefined_term_is_never_proved() -> None:
    found = verdict(some_members_may_have_no_inverse)
    assert found.kind == "UNKNOWN"
    assert "not shown to be defined everywhere" in found.reason


def test_what_the_script_shows_serves_definedness() -> None:
    assert "not shown to be defined everywhere" in verdict(the_product_has_a_logarithm).reason

    @proves(the_product_has_a_logarithm)
    def _(goal, n, a):
        with goal.induction(lambda m: Prod(a, m) > 0, upto=n):
            pass
        goal.at(goal.last(), n)

    assert verdict(the_product_has_a_logarithm).kind == "PROVED"


def test_what_the_script_shows_of_something_else_does_not() -> None:
    @proves(the_sum_has_an_inverse)
    def _(goal, n, a):
        with goal.each(0, n) as i:
            goal.have(a[i] > 0)

    assert "not shown to be defined everywhere" in verdict(the_sum_has_an_inverse).reason


def test_a_later_hypothesis_does_not_define_an_earlier_term() -> None:
    @proves(the_hypothesis_comes_too_late)
    def _(goal, x):
        goal.have(x > 0)

    assert "not shown to be defined everywhere" in verdict(the_hypothesis_comes_too_late).reason


def test_an_earlier_hypothesis_does() -> None:
    assert verdict(the_hypothesis_comes_in_time).kind == "PROVED"
