"""Selectors and expressions."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quod.project import find_project, load
from quod.selection import SelectionError, parse, select

POSITIVE, QUARTER, TANGENT = (
    "activations.slope_is_positive",
    "activations.slope_is_at_most_a_quarter",
    "elementary.exp_is_above_its_tangent",
)


@pytest.mark.parametrize(
    ("selectors", "expression", "expected"),
    [
        ((), None, [QUARTER, POSITIVE, TANGENT]),
        (("elementary",), None, [TANGENT]),
        ((POSITIVE,), None, [POSITIVE]),
        (("slope_is_positive",), None, [POSITIVE]),
        (("*slope*",), None, [QUARTER, POSITIVE]),
        (("elementary", "*positive"), None, [POSITIVE, TANGENT]),
        ((), "slope and not quarter", [POSITIVE]),
        ((), "EXP or (quarter and slope)", [QUARTER, TANGENT]),
        (("activations",), "not not positive", [POSITIVE]),
    ],
)
def test_select(selectors: tuple[str, ...], expression: str | None, expected: list[str], project: Path) -> None:
    claims = load(find_project(project)).claims
    assert [claim.id for claim in select(claims, selectors, expression)] == expected


@pytest.mark.parametrize("expression", ["", "and", "a or", "(a", "a)", "a b", "not", "()", "not " * 200 + "a", "(" * 5000])
def test_expressions_that_cannot_be_read(expression: str) -> None:
    with pytest.raises(SelectionError, match="expected"):
        parse(expression)


words = st.sampled_from(["alpha", "beta", "gamma", "delta"])
expressions = st.recursive(
    words,
    lambda inner: st.one_of(
        inner.map(lambda a: f"not {a}" if " " not in a else f"not ({a})"),
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda parts: f"({parts[0]}) {parts[1]} {parts[2]}"),
    ),
    max_leaves=8,
)


@given(expressions, st.sets(words))
def test_expressions_mean_what_they_mean_in_python(expression: str, present: set[str]) -> None:
    scope = {word: word in present for word in ("alpha", "beta", "gamma", "delta")}
    assert parse(expression)(".".join(sorted(present))) is eval(expression, {}, scope)  # noqa: S307 - of the words above
