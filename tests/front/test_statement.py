"""The statement check: hypotheses that cannot hold, and touching points that are none."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import pytest

from quod import Closed, Positive, Real, claim, eq, exp, implies, log, maximum
from quod.kernel.verdict import Verdict
from quod.lang.claim import Claim
from quod.statement import examine


def look(made: Claim) -> Verdict:
    assert made.error is None
    return examine(made, 0, time.monotonic() + 20)


def tangent(tight: Mapping[str, Any] | None) -> Claim:
    @claim(source="s", tight=tight)
    def exp_is_above_its_tangent(x: Real):  # type: ignore[no-untyped-def, valid-type]
        """The exponential lies above its tangent."""
        return exp(x) >= 1 + x

    return exp_is_above_its_tangent


def test_a_point_where_the_hypotheses_hold() -> None:
    @claim(source="s")
    def narrow(x: Closed(3, 4), y: Positive):  # type: ignore[no-untyped-def, valid-type]
        """Narrow."""
        return implies(x + y < 4, y < 1)

    verdict = look(narrow)
    assert verdict.kind == "SAMPLED"
    assert verdict.witness is not None and set(verdict.witness) == {"x", "y"}


def test_hypotheses_that_cannot_hold() -> None:
    @claim(source="s")
    def impossible(x: Positive):  # type: ignore[no-untyped-def, valid-type]
        """Nothing."""
        return implies(x**2 + 1 < 2 * x, x < 0)

    verdict = look(impossible)
    assert (verdict.kind, verdict.reason) == ("VACUOUS", "the hypotheses contradict each other: no point meets them all")


def test_hypotheses_that_are_only_hard_to_meet_are_not_vacuous() -> None:
    @claim(source="s")
    def rare(x: Positive):  # type: ignore[no-untyped-def, valid-type]
        """Rare."""
        return implies(eq(exp(x), 7 + log(x)), x < 3)

    assert look(rare).kind in ("UNKNOWN", "SAMPLED")


@pytest.mark.parametrize(("tight", "count"), [({"x": 0}, 1), (None, 0)])
def test_a_touching_point(tight: Mapping[str, Any] | None, count: int) -> None:
    verdict = look(tangent(tight))
    assert (verdict.kind, verdict.figures["tight"]) == ("SAMPLED", count)


def test_a_touching_point_that_is_none() -> None:
    verdict = look(tangent({"x": 1}))
    assert verdict.kind == "ERROR"
    assert verdict.reason.endswith(
        "tight names x = 1, but nothing is touched there; fix: name a point where both sides agree, or leave tight out"
    )


def test_a_touching_point_outside_the_domain() -> None:
    @claim(source="s", tight={"x": -1})
    def outside(x: Positive):  # type: ignore[no-untyped-def, valid-type]
        """Outside."""
        return maximum(x, 0) >= x

    verdict = look(outside)
    assert verdict.kind == "ERROR"
    assert "the touching point x = \N{MINUS SIGN}1 lies outside the domain" in verdict.reason
