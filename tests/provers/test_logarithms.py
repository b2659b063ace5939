"""What algebra knows of logarithms: products, quotients of sums, powers of e, and log 1; and nothing where a sign is open."""

from __future__ import annotations

import pytest

from quod import NonNegative, Open, Positive, Real, eq, exp, forall, log, sqrt
from quod.lang.expression import Formula
from quod.provers.automation import Automation
from quod.provers.session import Session


def shown(formula: Formula) -> bool:
    return Automation(Session()).prove(formula.node) is not None


TRUE = {
    "product": forall(Positive, lambda a: forall(Positive, lambda b: eq(log(a * b), log(a) + log(b)))),
    "quotient": forall(Positive, lambda a: forall(Positive, lambda b: eq(log(2 * a / b**2), log(2) + log(a) - 2 * log(b)))),
    "quotient of sums": forall(Open(0, 1), lambda a: forall(Open(0, 1), lambda b: eq(log((1 - a) / (1 - b)), log(1 - a) - log(1 - b)))),
    "common factor": forall(Positive, lambda a: forall(Positive, lambda b: eq(log(a * b + a), log(a) + log(b + 1)))),
    "power of e": forall(Real, lambda a: forall(Positive, lambda b: eq(log(exp(a) * b), a + log(b)))),
    "root": forall(Positive, lambda a: forall(Positive, lambda b: eq(2 * log(sqrt(a) * b), log(a) + 2 * log(b)))),
    "one": forall(Real, lambda a: eq(a * log(1), 0)),
}

FALSE_OR_OPEN = {
    "a factor of unknown sign": forall(Real, lambda a: forall(Positive, lambda b: eq(log(a * b), log(a) + log(b)))),
    "a quotient of unknown sign": forall(Real, lambda a: forall(Open(0, 1), lambda b: eq(log((1 - a) / (1 - b)), log(1 - a) - log(1 - b)))),
    "a root of what may be 0": forall(NonNegative, lambda a: forall(Real, lambda b: eq(2 * log(sqrt(a) * exp(b)), log(a) + 2 * b))),
    "a sum": forall(Positive, lambda a: forall(Positive, lambda b: eq(log(a + b), log(a) + log(b)))),
}


@pytest.mark.parametrize("name", TRUE)
def test_logarithms_are_expanded(name: str) -> None:
    assert shown(TRUE[name])


@pytest.mark.parametrize("name", FALSE_OR_OPEN)
def test_logarithms_are_not_expanded_where_a_sign_is_open(name: str) -> None:
    assert not shown(FALSE_OR_OPEN[name])
