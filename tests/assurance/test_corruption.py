"""A small slice of `python -m tests.assurance.corrupt`, and the defects that it exists to find, planted."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

import proofs.sums  # noqa: F401  (the script of a claim below)
from quod.kernel import certificate, theorem
from quod.kernel.theorem import RULES, KernelError
from quod.lang import terms as t
from quod.lang.sorts import REAL
from quod.provers.portfolio import prove
from spec import activations, convolution, elementary, sums, vanishing_gradients
from tests.assurance import corrupt, truth
from tests.assurance.corrupt import DEFECTS, OTHER, REJECTED, SAME, Specimen, Tally, outcome, run, specimen

CLAIMS = (
    convolution.last_layer_has_131072_weights,
    convolution.no_window_fits_beyond_the_padded_input,
    elementary.exp_meets_its_tangent_only_at_zero,
    elementary.log_lies_below_its_tangent,
    activations.sigmoid_slope_is_sigmoid_times_one_minus_sigmoid,
    activations.sigmoid_slope_is_a_quarter_only_at_zero,
    vanishing_gradients.tanh_slopes_at_zero_multiply_to_one,
    sums.logarithm_of_a_power,
)


@pytest.fixture(scope="module")
def specimens() -> list[Specimen]:
    """Certificates of small claims, proved here."""
    made = []
    for claim in CLAIMS:
        verdict, text = prove(claim, time.monotonic() + 60)
        assert text is not None, verdict.reason
        made.append(specimen(claim.id, text))
    return made


def test_corrupted_certificates_prove_nothing_false(specimens: list[Specimen]) -> None:
    tally = Tally()
    run(specimens, 200, 7, tally)
    assert tally.defects == []
    assert tally.outcomes[REJECTED] > 130
    assert len(tally.kinds) > 20


def test_the_same_seed_gives_the_same_corruptions(specimens: list[Specimen]) -> None:
    first, second = Tally(), Tally()
    for tally in (first, second):
        run(specimens[:2], 20, 3, tally)
    assert first.kinds == second.kinds
    assert first.seen == second.seen


def planted(monkeypatch: pytest.MonkeyPatch, replay: Callable[[str], Any]) -> None:
    monkeypatch.setattr(corrupt, "replay", replay)


def test_a_checker_that_accepts_everything_is_found(specimens: list[Specimen], monkeypatch: pytest.MonkeyPatch) -> None:
    def gullible(text: str) -> Any:
        try:
            return certificate.replay(text)
        except KernelError:
            return RULES["oracle"]("z3", t.FALSE)

    planted(monkeypatch, gullible)
    tally = Tally()
    run(specimens, 40, 7, tally)
    assert tally.outcomes[OTHER["false"]] > 20
    assert tally.defects


@pytest.mark.parametrize("rule", ["reflexive", "one_variable"])
def test_a_rule_that_has_lost_its_condition_is_found(rule: str, specimens: list[Specimen], monkeypatch: pytest.MonkeyPatch) -> None:
    """Among the corruptions that it lets pass are some that prove a false statement."""
    monkeypatch.setitem(theorem._rules, rule, lambda proposition, *rest: theorem.derive(proposition))
    tally = Tally()
    run(specimens, 150, 7, tally)
    assert tally.outcomes[OTHER["false"]] > 0


@pytest.mark.parametrize(
    ("error", "what"),
    [(ZeroDivisionError("1/0"), "another exception"), (MemoryError(), "out of memory"), (KeyError("steps"), "another exception")],
)
def test_any_other_exception_is_a_defect(
    error: Exception, what: str, specimens: list[Specimen], monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(text: str) -> Any:
        raise error

    planted(monkeypatch, failing)
    assert outcome(specimens[0], "", Tally())[0] == what
    assert what in DEFECTS


def test_a_replay_without_end_is_a_defect(specimens: list[Specimen], monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(text: str) -> Any:
        while True:
            pass

    planted(monkeypatch, endless)
    monkeypatch.setattr(corrupt, "CPU_SECONDS", 0.05)
    assert outcome(specimens[0], "", Tally())[0] == "too long"


def test_a_theorem_that_forgets_what_it_trusts_is_told_apart(specimens: list[Specimen], monkeypatch: pytest.MonkeyPatch) -> None:
    honest = specimens[0]
    forgetful = Specimen(honest.claim, honest.text, RULES["oracle"]("z3", honest.theorem.conclusion))
    assert outcome(honest, honest.text, Tally())[0] == SAME
    assert outcome(forgetful, honest.text, Tally())[0] == corrupt.RETRUSTED


def test_points_tell_true_from_false() -> None:
    x = t.Variable("x", REAL)
    square = t.Compare("<=", t.Number(0), t.Power(x, 2))
    assert truth.judged((), square).verdict == truth.TRUE
    assert truth.judged((), t.Compare("<", t.Number(0), t.Power(x, 2))).verdict == truth.FALSE
    assert truth.judged((t.Not(t.Compare("=", x, t.Number(0))),), t.Compare("<", t.Number(0), t.Power(x, 2))).verdict == truth.TRUE
    assert truth.judged((), t.And((square, t.FALSE))).verdict == truth.FALSE
    unknown = t.Variable("p", square.sort)
    assert truth.judged((), unknown).verdict == truth.OPEN
