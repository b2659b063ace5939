"""The second evaluation of counterexamples: planted faults of either evaluator refute nothing true, and are called what they are."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from flint import arb

from quod import (
    Below,
    D,
    Density,
    Integral,
    Natural,
    Permutation,
    Positive,
    PositiveInteger,
    Q,
    Real,
    ScalarField,
    Simplex,
    Sum,
    Vector,
    VectorField,
    claim,
    eq,
    exists,
    exp,
    forall,
    implies,
    inner,
    is_gradient,
    log,
    norm_squared,
    piecewise,
)
from quod.attack import arithmetic, confirm, differentiation, evaluation, second_reading
from quod.attack.arithmetic import Outcome, exact
from quod.attack.densities import Mixture, Step
from quod.attack.families import Members
from quod.attack.fuzz import fuzz
from quod.attack.second_reading import SecondReading, Truth
from quod.kernel.verdict import Verdict
from quod.lang import terms as t

Plant = pytest.MonkeyPatch
made_up = claim(source="made up")


def tried(planted: Any, **settings: Any) -> Verdict:
    return fuzz(planted, **{"seed": 0, "examples": 60, **settings})


@made_up
def exp_is_positive(x: Real):
    """The exponential is positive."""
    return exp(x) > 0


@made_up
def sum_of_indices(n: PositiveInteger):
    """0 + … + (n − 1)."""
    return eq(Sum(lambda i: i, n), n * (n - 1) / 2)


@made_up
def exp_is_its_own_slope(x: Real):
    """(e^x)′ is at least e^x."""
    return D(exp)(x) >= exp(x)


@made_up
def density_is_less_than_three(f: Density()):
    """∫ 2f is below 3."""
    return Integral(lambda x: 2 * f(x)) <= 3


@made_up
def root_is_small(x: Real, y: Real):
    """x² + y² ≤ 4 gives x ≤ 2."""
    return implies(x**2 + y**2 <= 4, x <= 2)


@made_up
def mean_is_at_most_half(f: Density()):
    """A mean of at most 0 is at most 1/2."""
    return implies(Integral(lambda x: x * f(x)) <= 0, Integral(lambda x: x * f(x)) <= Q(1, 2))


def unequal(relation: str, *_: Any) -> Outcome:
    return Outcome.FALSE if relation == "=" else Outcome.TRUE


def say(outcome: Outcome) -> Callable[..., Outcome]:
    return lambda *_: outcome


PLANTED: dict[str, tuple[Any, Callable[[Plant], None], str]] = {
    "exp": (exp_is_positive, lambda m: m.setitem(evaluation._GLOBALS, "f_exp", lambda x: -1), "CONFLICT"),
    "sum": (sum_of_indices, lambda m: m.setitem(evaluation._GLOBALS, "indices", lambda a, b: range(int(a), int(b) - 1)), "CONFLICT"),
    "comparison": (sum_of_indices, lambda m: m.setattr(arithmetic, "judge", unequal), "CONFLICT"),
    "slope": (
        exp_is_its_own_slope,
        lambda m: m.setattr(differentiation, "_outer", lambda name, arg, value: t.Mul((t.Number(Fraction(1, 2)), value))),
        "CONFLICT",
    ),
    "integral": (density_is_less_than_three, lambda m: m.setitem(evaluation._GLOBALS, "integrate", lambda *_: 7), "UNKNOWN"),
    "hypothesis about an integral": (
        mean_is_at_most_half,
        lambda m: m.setattr(confirm, "decided", lambda *_: say(Outcome.TRUE)),
        "UNKNOWN",
    ),
    "hypothesis": (root_is_small, lambda m: m.setattr(confirm, "decided", lambda *_: say(Outcome.TRUE)), "CONFLICT"),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_wrong_first_evaluator_refutes_nothing_true(name: str, monkeypatch: Plant) -> None:
    planted, plant, kind = PLANTED[name]
    assert tried(planted).kind == "SAMPLED"
    plant(monkeypatch)
    verdict = tried(planted)
    assert verdict.kind == kind, verdict
    if kind == "CONFLICT":
        assert verdict.reason.startswith("two evaluators contradict each other: one finds a counterexample at ")
        assert ", the other the opposite about " in verdict.reason
    else:
        assert verdict.reason.startswith("an apparent counterexample at f = ")
        assert "but a second evaluation does not confirm it" in verdict.reason


@made_up
def log_is_below_two(x: Positive):
    """log x ≤ 2."""
    return log(x) <= 2


def silence(monkeypatch: Plant, truth: Truth) -> None:
    """Every reader of the second evaluation says the same of everything."""
    for reader in ("_exactly", "_in_balls", "_numerically"):
        monkeypatch.setattr(second_reading, reader, lambda *_: lambda values, bits: truth)


def test_a_second_evaluator_that_cannot_decide_confirms_nothing(monkeypatch: Plant) -> None:
    assert tried(log_is_below_two).reason == "confirmed by a second evaluation (balls, exact rationals)"
    silence(monkeypatch, Truth.OPEN)
    verdict = tried(log_is_below_two)
    assert verdict.kind == "UNKNOWN"
    assert "a second evaluation does not confirm it: it cannot decide log x ≤ 2" in verdict.reason


def test_a_second_evaluator_that_is_wrong_is_a_conflict(monkeypatch: Plant) -> None:
    silence(monkeypatch, Truth.TRUE)
    assert tried(log_is_below_two).kind == "CONFLICT"


def test_mpmath_alone_never_makes_a_conflict(monkeypatch: Plant) -> None:
    silence(monkeypatch, Truth.OPEN)
    monkeypatch.setattr(second_reading, "_numerically", lambda *_: lambda values, bits: Truth.TRUE)
    assert tried(log_is_below_two).kind == "UNKNOWN"


@made_up
def every_step_halves_the_gradient(L: Positive, F: ScalarField(), G: VectorField(), x: Vector):
    """Of no smooth function is the slope so small."""
    smooth = forall(Vector, lambda u: forall(Vector, lambda v: norm_squared(G(u) - G(v)) <= L**2 * norm_squared(u - v)))
    return implies(is_gradient(G, F) & smooth, norm_squared(G(x)) <= inner(G(x), x))


def test_what_nothing_else_decides_is_said() -> None:
    verdict = tried(every_step_halves_the_gradient)
    assert verdict.kind == "REFUTED"
    assert verdict.reason == (
        "confirmed by a second evaluation (exact rationals), but for part of it by one evaluator at two precisions: "
        "nothing else decides ∇F = G; ∀v, w ∈ V. ‖G(v) − G(w)‖² ≤ L²·‖v − w‖²"
    )


def test_one_evaluator_alone_is_asked_at_two_precisions(monkeypatch: Plant) -> None:
    silence(monkeypatch, Truth.UNREAD)
    verdict = tried(log_is_below_two)
    assert (verdict.kind, verdict.reason) == ("REFUTED", "confirmed by one evaluator at two precisions: nothing else decides log x ≤ 2")
    asked: list[int] = []

    def judge(relation: str, a: Any, b: Any, bits: int) -> Outcome:
        asked.append(bits)
        return Outcome.TRUE if relation == "<" or bits > 1000 else Outcome.FALSE

    monkeypatch.setattr(arithmetic, "judge", judge)
    assert tried(log_is_below_two).kind != "REFUTED", "at the higher precision it is no counterexample"
    assert max(asked) > 1000


def read(statement: Any, *values: Any, bits: int = 200) -> tuple[Truth, set[str]]:
    """What the second reading says of a claim's conclusion at values for its parameters."""
    made = claim(source="made up")(statement)
    reading = SecondReading(made.conclusion, [parameter.variable for parameter in made.parameters])
    return reading.judge(values, bits), reading.readers


def test_rationals_are_read_exactly() -> None:
    def touches(n: PositiveInteger, p: Simplex("n")):
        """Thirds add up."""
        return eq(Sum(p, n), 1)

    third = exact(Fraction(1, 3))
    assert read(touches, 3, Members([third, third, third])) == (Truth.TRUE, {"exact rationals"})
    assert read(touches, 3, Members([third, third, exact(Fraction(1, 4))])) == (Truth.FALSE, {"exact rationals"})


def test_sides_that_touch_at_an_irrational_value_are_open() -> None:
    def touches(x: Real):
        """√ undoes squaring, but for rounding."""
        return log(exp(x)) <= x

    assert read(touches, exact(Fraction(1, 3)))[0] == Truth.OPEN
    assert read(touches, arb(2).sqrt())[0] == Truth.OPEN


def test_a_difference_far_below_the_digits_is_not_decided_by_noise() -> None:
    def cancels(x: Positive):
        """(log(1 + x) − x)/x² lies below −1/2 + x/2, near 0 by x²/4 only."""
        return (log(1 + x) - x) / x**2 < Q(-1, 2)

    assert read(cancels, exact(Fraction(1, 10**9))) == (Truth.FALSE, {"balls"})


@pytest.mark.parametrize(
    ("density", "mean"),
    [
        (Mixture([(Fraction(1), Fraction(1000), Fraction(1, 1000))]), 1000),
        (Step([(Fraction(1), Fraction(-3), Fraction(1, 7))]), -3),
        (Mixture([(Fraction(1, 2), Fraction(0), Fraction(1)), (Fraction(1, 2), Fraction(400), Fraction(1, 9))]), 200),
    ],
    ids=["a narrow peak far away", "a step", "two peaks"],
)
def test_integrals_are_read_by_quadrature_wherever_the_mass_is(density: Any, mean: int) -> None:
    def moment(c: Real, f: Density()):
        """The mean is at most c."""
        return Integral(lambda x: x * f(x)) <= c

    assert read(moment, mean - 1, density) == (Truth.FALSE, {"mpmath"})
    assert read(moment, mean + 1, density) == (Truth.TRUE, {"mpmath"})
    assert read(moment, mean, density)[0] == Truth.OPEN


def test_slopes_of_cases_are_read_where_they_exist() -> None:
    def slope(x: Real):
        """The slope of the ramp."""
        return D(lambda y: piecewise((y, y > 0), otherwise=2 * y))(x) <= 1

    assert read(slope, 3)[0] == Truth.TRUE
    assert read(slope, -3)[0] == Truth.FALSE


def test_slopes_under_a_sum_are_read_with_their_conditions() -> None:
    def slopes(x: Real):
        """The slopes of the ramp at three places."""
        return Sum(lambda i: D(lambda y: piecewise((y, y > 0), otherwise=2 * y))(x + i), 3) <= 4

    assert read(slopes, exact(Fraction(-1, 2))) == (Truth.TRUE, {"exact rationals"})
    assert read(slopes, exact(Fraction(-7, 2))) == (Truth.FALSE, {"exact rationals"})
    assert read(slopes, -1)[0] == Truth.OPEN, "at the kink there is no slope"


@pytest.mark.parametrize("scale", [1, 721_000, Fraction(1, 999_999)])
def test_integrals_of_formulas_are_read_at_every_scale(scale: Fraction) -> None:
    def gauss(c: Positive, s: Positive):
        """∫ e^(−(x/s)²) = √π·s is less than c·s."""
        return Integral(lambda x: exp(-((x / s) ** 2))) <= c * s

    assert read(gauss, exact(Fraction(17, 10)), exact(Fraction(scale))) == (Truth.FALSE, {"mpmath"})
    assert read(gauss, exact(Fraction(18, 10)), exact(Fraction(scale))) == (Truth.TRUE, {"mpmath"})


def test_quantifiers_are_read_through_their_instances() -> None:
    def below(n: PositiveInteger):
        """Every number is below 50."""
        return forall(Real, lambda x: x < 50)

    def shifted(n: Natural):
        """A permutation of three points moves each of them by n."""
        return exists(Permutation(3), lambda P: forall(Below(3), lambda i: eq(P[i], i + n)))

    assert read(below, 1) == (Truth.FALSE, {"exact rationals"})
    assert read(shifted, 0) == (Truth.TRUE, {"exact rationals"})
    assert read(shifted, 1) == (Truth.FALSE, {"exact rationals"})
