"""A small slice of `python -m tests.assurance.decide`, and what it exists to find, planted: lying provers, a blind checker, few digits."""

from __future__ import annotations

import random
import time

import numpy as np
import pytest

from quod.kernel import decision
from quod.kernel.theorem import RULES
from quod.lang import terms as t
from quod.lang.binding import instantiate
from quod.lang.claim import Claim, Place, Source
from quod.lang.floats import compile_floats
from quod.lang.sorts import REAL
from quod.provers import portfolio
from quod.provers.automation import Automation
from quod.provers.session import Fact
from tests.assurance import decide, truth
from tests.assurance.decide import PROVERS, Answer, by_portfolio, run
from tests.assurance.propositions import FAMILIES, X, closed, less, number, proposition


@pytest.mark.parametrize("family", FAMILIES)
def test_no_prover_answers_wrongly(family: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decide, "SECONDS", 0.3)
    tally = run(4, 11, PROVERS, family)
    assert tally.wrong == []


def test_most_propositions_get_an_answer() -> None:
    tally = run(10, 12, family="roots")
    assert tally.wrong == []
    assert all(tally.count("right", prover) > 2 for prover in PROVERS)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_truth_of_a_proposition_is_what_its_family_says(family: str) -> None:
    """Independent of the provers: at points, true ones are never false, and most false ones of the plain families are seen to be."""
    made = [proposition(random.Random(f"{family}/{k}"), family) for k in range(10)]
    assert {p.true for p in made} == {True, False}
    assert not [p for p in made if p.true and truth.judged((), p.statement, examples=20).verdict == truth.FALSE]


# Planted


FALSE = closed(less(number(1), X))


def claim(statement: t.Node) -> Claim:
    return Claim("assurance.planted", "assurance", "", Source(""), (), (), statement, statement, Place("", 0))


def test_a_prover_that_shows_something_else_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """It hands back a theorem, of another statement."""

    def lying(self: Automation, goal: t.Node, facts: object = ()) -> Fact:
        return self.session.apply("reflexive", t.TRUE)

    monkeypatch.setattr(Automation, "statement", lying)
    verdict, certificate = portfolio.prove(claim(FALSE), time.monotonic() + 5)
    assert (verdict.kind, certificate) == ("UNKNOWN", None)
    assert "not the statement" in verdict.reason


def test_a_prover_that_forges_a_step_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """It hands back the fact that it was asked for, with a theorem taken from elsewhere: the replay of its step shows something else."""

    def lying(self: Automation, goal: t.Node, facts: object = ()) -> Fact:
        honest = self.session.apply("reflexive", t.TRUE)
        forged = RULES["oracle"]("z3", goal)
        self.session.known["forged"] = Fact(forged, honest.step)
        return self.session.known["forged"]

    monkeypatch.setattr(Automation, "statement", lying)
    verdict, _ = portfolio.prove(claim(FALSE), time.monotonic() + 5)
    assert verdict.kind == "UNKNOWN"


def test_a_prover_that_assumes_what_it_was_to_show_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Automation, "statement", lambda self, goal, facts=(): self.session.apply("assume", goal))
    verdict, _ = portfolio.prove(claim(FALSE), time.monotonic() + 5)
    assert verdict.kind == "UNKNOWN"


def test_a_solver_that_calls_everything_unsatisfiable_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """What rests on its word alone is PROVED, says so, and is false: the random propositions see it."""
    monkeypatch.setattr(Automation, "statement", lambda self, goal, facts=(): self.session.apply("oracle", "z3", goal))
    verdict, _ = portfolio.prove(claim(FALSE), time.monotonic() + 5)
    assert verdict.trusts == {"z3"}
    tally = run(6, 13, {"portfolio": by_portfolio}, "squares")
    assert tally.wrong


def test_a_checker_that_accepts_everything_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The decision procedure's proofs are no longer looked at, and a search that always says "proved" gets through."""
    monkeypatch.setattr(decision, "check", lambda certificate, hypotheses, goal: frozenset(("FLINT",)))

    def careless(self: Automation, goal: t.Node, facts: object = ()) -> Fact:
        return self.session.apply("one_variable", goal, "{}")

    monkeypatch.setattr(Automation, "statement", careless)
    tally = run(8, 14, {"portfolio": by_portfolio}, "roots")
    assert tally.wrong
    assert all("proved what is false" in words for words in tally.wrong)


def sampled(statement: t.Node) -> Answer:
    """A refuter that believes the 7 digits of float32."""
    if not isinstance(statement, t.ForAll) or statement.body.domain != REAL:
        return None
    holds = compile_floats(instantiate(statement.body, X), [X], np.float32)
    points = np.array([place / 6 + step / 20_000 for place in range(-24, 25) for step in (-5, -3, -2, -1, 1, 2, 3, 5)], dtype=np.float32)
    return False if (holds([points]) == 0).any() else None


def test_an_oracle_with_too_few_digits_is_found() -> None:
    """Near a point where a bound is touched rounding alone makes it false."""
    few = run(40, 15, {"7 digits": sampled}, "minimum")
    assert few.wrong
    assert all("refuted what is true" in words for words in few.wrong)
