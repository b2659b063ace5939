"""The attack on claims: twins are made, decided and told apart; planted liars, blind fuzzers and false claims are found."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

import quod as q
from quod import Natural, Positive, PositiveInteger, Q, Real, Simplex, Sum, claim, definition, eq, exp, forall, implies, log
from quod.attack import adversary, trial
from quod.attack.adversary import DEEP, QUICK, attack
from quod.attack.duel import Duel
from quod.attack.findings import Finding
from quod.attack.necessity import without
from quod.attack.strategies import Plan, Point
from quod.attack.trial import Arena, Effort
from quod.attack.twins import twins
from quod.kernel.verdict import Verdict, unknown
from quod.lang.claim import Claim
from quod.provers.portfolio import prove
from spec import activations, convolution, entropy, smooth_descent

made_up = claim(source="made up")


@definition
def logistic(x: Real):
    """The logistic function."""
    return 1 / (1 + exp(-x))


@claim(source="made up", tight={"x": 0})
def slope(x: Real):
    """The slope of the logistic function."""
    return q.D(logistic)(x) <= Q(1, 4)


@made_up
def square_is_positive(x: Positive):
    """x² > 0 needs x ≠ 0."""
    return x**2 > 0


@made_up
def square_is_not_negative(x: Positive):
    """x² ≥ 0 needs nothing."""
    return x**2 >= 0


@made_up
def logarithm(x: Positive):
    """log x < x, where it is defined."""
    return log(x) < x


@made_up
def false_at_ten(x: Real):
    """Almost always true."""
    return x <= 10


@made_up
def archimedes(x: Real):
    """Some integer is larger."""
    return q.exists(Natural, lambda n: n > x)


@made_up
def positive_square(x: Real, y: Positive):
    """Two in one."""
    return (x**2 + y > 0) & implies(x > 2, q.maximum(x, y) >= 2)


def no_prover(claim: Claim, deadline: float) -> tuple[Verdict, str | None]:
    return unknown("asked nobody"), None


@made_up
def trivial(x: Real):
    """x = x."""
    return eq(x, x)


def liar(claim: Claim, deadline: float) -> tuple[Verdict, str | None]:
    """Has proved something, and says that it was the claim at hand."""
    return prove(trivial, time.monotonic() + 10)


def subjects(claim: Claim) -> list[str]:
    return [twin.subject for twin in twins(claim)]


def test_a_statement_is_changed_everywhere_in_every_way():
    found = subjects(slope)
    for k in "²⁶":
        assert f"1/4 → (1 − 10⁻{k}) · 1/4" in found
        assert f"1/4 → (1 + 10⁻{k}) · 1/4" in found
    assert {"≤ → <", "≤ → ≥", "exp → exp − 1 in the definition of logistic"} <= set(found)
    both = " ".join(subjects(positive_square))
    for words in ("exponent 2 → 3", "max ↔ min", "0 → 10⁻¹² in the hypothesis 0 < y", "< → ≤", "2 → 3"):
        assert words in both
    assert "∃ → ∀" in " ".join(subjects(archimedes))


def test_quantifiers_are_swapped():
    @made_up
    def unbounded(a: Real):
        """∀x ∃y y > x + a."""
        return forall(Real, lambda x: q.exists(Real, lambda y: y > x + a))

    swapped = next(twin for twin in twins(unbounded) if twin.subject == "∀∃ → ∃∀")

    @made_up
    def bounded(a: Real):
        """∃y ∀x y > x + a."""
        return q.exists(Real, lambda y: forall(Real, lambda x: y > x + a))

    assert swapped.claim.statement is bounded.statement


def test_twins_differ_and_are_the_same_in_every_run():
    for each in (slope, positive_square, archimedes):
        made = twins(each)
        assert len({twin.claim.statement for twin in made}) == len(made)
        assert all(twin.claim.statement is not each.statement for twin in made)
        assert [twin.subject for twin in twins(each, 5)] == [twin.subject for twin in twins(each, 5)]
        assert len(twins(each, 5)) == 5


def test_weaker_twins_are_known_to_be_weaker():
    weaker = {twin.subject: twin.weaker for twin in twins(slope)}
    assert weaker["1/4 → (1 + 10⁻¹²) · 1/4"]
    assert not weaker["1/4 → (1 − 10⁻¹²) · 1/4"]
    assert not weaker["≤ → <"]
    inside = {twin.subject: twin.weaker for twin in twins(logarithm)}
    assert inside["0 → 10⁻² in the hypothesis 0 < x"]
    assert not inside["0 → −10⁻² in the hypothesis 0 < x"]
    assert inside["< → ≤"]
    assert not inside["< → ≤ in the hypothesis 0 < x"]


def decided(claim: Claim, subject: str, effort: Effort = DEEP.effort) -> Finding:
    twin = next(twin for twin in twins(claim) if twin.subject == subject)
    return Duel(Arena(claim, effort, 0, time.monotonic() + 60), prove, 3.0, None).twin(twin)


def test_each_outcome():
    assert decided(slope, "1/4 → (1 − 10⁻¹²) · 1/4").witness == {"x": "0"}
    assert decided(slope, "1/4 → (1 + 10⁻¹²) · 1/4").outcome == "still true"
    assert decided(square_is_positive, "0 → −10⁻² in the hypothesis 0 < x").outcome == "refuted"
    assert decided(square_is_not_negative, "0 → −10⁻² in the hypothesis 0 < x").outcome == "still true"
    assert decided(square_is_not_negative, "exponent 2 → 3").outcome == "still true"


@pytest.mark.parametrize(
    ("claim", "subject"),
    [
        (activations.sigmoid_slope_is_at_most_a_quarter, "1/4 → (1 − 10⁻¹²) · 1/4"),
        (entropy.entropy_is_at_most_log_n, "right side · (1 − 10⁻¹²)"),
        (convolution.output_size_counts_the_windows, "1 → 0 in the definition of output_size"),
        (smooth_descent.smallest_gradient_of_k_steps, "2 → (1 − 10⁻²) · 2"),
        (smooth_descent.sharp_smallest_gradient_of_k_steps, "−1 → 0"),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_mistakes_made_by_hand_are_among_the_twins(claim, subject):
    assert any(found.startswith(subject) for found in subjects(claim)), subjects(claim)


def test_a_hypothesis_is_needed_or_not():
    def dropped(claim: Claim) -> Finding:
        duel = Duel(Arena(claim, DEEP.effort, 0, time.monotonic() + 60), prove, 3.0, None)
        return duel.hypothesis("without it", without(claim, 0), 0)

    needed = dropped(square_is_positive)
    assert (needed.outcome, needed.witness) == ("needed", {"x": "0"})
    assert dropped(square_is_not_negative).outcome == "not needed"
    undefined = dropped(logarithm)
    assert undefined.outcome == "needed"
    assert "not defined" in undefined.detail


def test_probabilities_that_do_not_sum_to_one():
    @made_up
    def entropy_bound(n: PositiveInteger, p: Simplex("n")):
        """Σ p = 1."""
        return Sum(p, n) <= 1

    duel = Duel(Arena(entropy_bound, DEEP.effort, 0, time.monotonic() + 60), no_prover, 1.0, None)
    outcomes = [duel.hypothesis("", without(entropy_bound, k), k).outcome for k in range(len(entropy_bound.hypotheses))]
    assert outcomes[-1] == "needed"


@pytest.mark.parametrize("level", ["quick", "deep"])
def test_a_prover_that_lies_is_a_conflict(level: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(adversary, "QUICK", adversary.Level(QUICK.effort, QUICK.twins, QUICK.hypotheses, QUICK.proofs, 1, QUICK.seconds))
    verdict, findings = attack(slope, level, prover=liar, sides=())
    assert verdict.kind == "CONFLICT"
    assert "proved by" in verdict.reason and "yet false at" in verdict.reason
    assert verdict.witness is not None
    assert any(finding.outcome == "conflict" for finding in findings)
    honest, _ = attack(slope, level, prover=no_prover, sides=())
    assert honest.kind == "SAMPLED"


def test_a_fuzzer_that_misses_the_corner_leaves_twins_undecided(monkeypatch: pytest.MonkeyPatch):
    def outcome() -> str:
        duel = Duel(Arena(slope, DEEP.effort, 0, time.monotonic() + 60), no_prover, 1.0, None)
        return duel.twin(next(twin for twin in twins(slope) if twin.subject == "1/4 → (1 − 10⁻⁶) · 1/4")).outcome

    assert outcome() == "refuted"

    def far_away(self: Arena, plan: Plan) -> Iterator[Point]:
        for x in range(1, 50):
            yield Point([x])

    monkeypatch.setattr(trial.Arena, "_candidates", far_away)
    assert outcome() == "undecided"
    verdict, _ = attack(slope, "deep", prover=no_prover, sides=())
    assert verdict.figures["twin undecided"] > 2


def test_a_false_claim_is_refuted_on_the_way():
    verdict, findings = attack(false_at_ten, "deep", prover=no_prover, sides=())
    assert verdict.kind == "REFUTED"
    assert verdict.witness is not None
    assert float(q.Q(1) * int(verdict.witness["x"].split("/")[0])) > 10
    assert any(finding.subject == "the claim as it stands" for finding in findings)


def test_quick_attacks_are_the_same_in_every_run():
    first, second = ([finding.record() for finding in attack(logarithm, prover=no_prover, sides=())[1]] for _ in range(2))
    assert first == second
    assert len([record for record in first if record["kind"] == "twin"]) == QUICK.twins


def test_findings_survive_their_record():
    finding = Finding("twin", "≤ → <", "refuted", "false at x = 0", {"x": "0"})
    assert Finding.from_record(finding.record()) == finding
    for damage in ({"kind": "rumour"}, {"outcome": "maybe"}, {"witness": 3}):
        with pytest.raises(ValueError, match="expected a finding's"):
            Finding.from_record({**finding.record(), **damage})


def test_powers_in_the_trillions_do_not_end_the_process():
    @made_up
    def tiny_exponents(x: Real):
        """Not an identity."""
        return eq(exp(Q(999999999999, 1000000000000) * x) * exp(x), exp(2 * x))

    verdict, _ = prove(tiny_exponents, time.monotonic() + 1)
    assert verdict.kind == "UNKNOWN"


def test_two_evaluators_that_disagree_are_a_conflict(monkeypatch: pytest.MonkeyPatch):
    from quod.attack.second_reading import SecondReading, Truth

    monkeypatch.setattr(SecondReading, "judge", lambda self, values, bits: Truth.TRUE)
    verdict, _ = attack(slope, prover=no_prover, sides=())
    assert verdict.kind == "CONFLICT"
    assert "two evaluations contradict each other at x = 0" in verdict.reason


def test_a_twin_that_is_not_defined_everywhere_is_no_true_statement():
    finding = decided(logarithm, "< → ≤ in the hypothesis 0 < x")
    assert (finding.outcome, finding.witness) == ("refuted", {"x": "0"})
    assert finding.detail == "not defined at x = 0"


def test_points_are_mended_for_changed_equations():
    @made_up
    def total(n: PositiveInteger, p: Simplex("n")):
        """Σ p² ≤ 1."""
        return Sum(lambda i: p[i] ** 2, n) <= 1

    subject = next(found for found in subjects(total) if found.startswith("1 → 2 in the hypothesis Σ"))
    finding = decided(total, subject)
    assert finding.outcome == "refuted"
    assert finding.witness is not None and finding.witness["p"] in ("(2)", "(0, 2)", "(2, 0)")


def test_the_claim_decides_twins_that_no_point_can():
    @made_up
    def equation(x: Real):
        """An equation between numbers that balls cannot tell apart."""
        return eq(exp(2 * x + 1), exp(x + 1) * exp(x))

    denied = decided(equation, "= → ≠")
    assert denied.outcome == "refuted"
    assert "the claim says the opposite" in denied.detail or "proved to be false" in denied.detail

    @made_up
    def far(x: Real):
        """1 + x² > 0."""
        return implies(x > 1, 1 + x**2 > 1)

    assert decided(far, "1 → 2 in the hypothesis 1 < x").outcome == "still true"
