"""Claims of the assignment made false by a small change: none of them may be proved, and those that points can refute are refuted.

Each pair is the true claim's statement with one thing changed, as somebody would mistype it.
"""

from __future__ import annotations

import time

import pytest

from quod import (
    Below,
    Bit,
    D,
    Density,
    Family,
    Natural,
    Open,
    Permutation,
    Positive,
    PositiveInteger,
    Q,
    Real,
    ScalarField,
    Sequence,
    Simplex,
    Sum,
    Vector,
    VectorField,
    claim,
    eq,
    exp,
    forall,
    iff,
    implies,
    log,
    pi,
)
from quod.attack.fuzz import fuzz
from quod.provers.portfolio import prove
from spec.activations import sigmoid, tanh
from spec.convolution import kernel_fits, window_fits
from spec.cross_entropy import cross_entropy, minimises_the_loss
from spec.differential_entropy import differential_entropy, has_entropy, has_moments
from spec.entropy import entropy
from spec.mixer import mixer_cost
from spec.mixer_permutations import one_line
from spec.smooth_descent import bounded_below, descends, smallest_gradient, smooth


def mutant(function):
    return claim(source="a mistake")(function)


@mutant
def sigmoid_slope_a_little_less(x: Real):
    """σ′ ≤ 1/4 − 10⁻¹²."""
    return D(sigmoid)(x) <= Q(1, 4) - Q(1, 10**12)


@mutant
def tanh_always_steeper(x: Real):
    """σ′ < tanh′ everywhere."""
    return D(sigmoid)(x) < D(tanh)(x)


@mutant
def tanh_slope_is_one_also_elsewhere(x: Real):
    """tanh′ = 1 exactly at 1."""
    return iff(eq(D(tanh)(x), 1), eq(x, 1))


@mutant
def entropy_a_little_less(n: PositiveInteger, p: Simplex("n")):
    """H ≤ (1 − 10⁻⁹) log n."""
    return entropy(n, p) <= (1 - Q(1, 10**9)) * log(n)


@mutant
def output_size_without_one(i: PositiveInteger, k: PositiveInteger, s: PositiveInteger, p: Natural, d: PositiveInteger, j: Natural):
    """The stride formula without + 1."""
    return implies(kernel_fits(i, k, p, d), iff(window_fits(i, k, s, p, d, j), j < (i + 2 * p - d * (k - 1) - 1) // s))


@mutant
def minimiser_for_all_counts(n: PositiveInteger, x: Family("n", Bit)):
    """k/n minimises the loss, whatever the labels."""
    k = Sum(x, n)
    return implies((0 <= k) & (k <= n), (0 < k / n) & (k / n < 1))


@mutant
def cross_entropy_can_vanish(x: Open(0, 1), p: Open(0, 1)):
    """The least cross entropy is 0."""
    return cross_entropy(x, x) <= 0


@mutant
def widths_that_grow(S: PositiveInteger, C: PositiveInteger, D_C: PositiveInteger, alpha: PositiveInteger):
    """The cost is affine although D_S = αS."""

    def cost(size):
        return mixer_cost(size, 1, C, alpha * size, D_C, 1, 1)

    return eq(cost(S + 2) - cost(S + 1), cost(S + 1) - cost(S))


REFUTABLE = [
    sigmoid_slope_a_little_less,
    tanh_always_steeper,
    tanh_slope_is_one_also_elsewhere,
    entropy_a_little_less,
    output_size_without_one,
    minimiser_for_all_counts,
    cross_entropy_can_vanish,
    widths_that_grow,
]


@pytest.mark.parametrize("false", REFUTABLE, ids=lambda c: c.name)
def test_a_false_claim_is_refuted(false):
    assert false.error is None
    verdict = fuzz(false, seed=0, digits=50, examples=60, deadline=time.monotonic() + 60)
    assert verdict.kind == "REFUTED", (verdict.reason, dict(verdict.figures))


@mutant
def constant_below_two(L: Positive, F: ScalarField(), G: VectorField(), low: Real, w: Sequence(Vector), K: PositiveInteger):
    """1.99 in place of 2 in the assignment's bound."""
    return implies(
        smooth(F, G, L) & bounded_below(F, low) & descends(w, G, 1 / L),
        smallest_gradient(G, w, K) <= Q(199, 100) * L / K * (F(w[0]) - low),
    )


@mutant
def sharper_than_sharp(L: Positive, F: ScalarField(), G: VectorField(), low: Real, w: Sequence(Vector), K: PositiveInteger):
    """3K in place of 3K − 1."""
    return implies(
        smooth(F, G, L) & bounded_below(F, low) & descends(w, G, 1 / L),
        smallest_gradient(G, w, K) <= 4 * L * (F(w[0]) - low) / (3 * K),
    )


@mutant
def less_than_the_normal_entropy(mu: Real, sigma: Positive, f: Density()):
    """½ log(2πeσ²) − 10⁻⁹ bounds the entropy."""
    bound = log(2 * pi * exp(1) * sigma**2) / 2 - Q(1, 10**9)
    return implies(has_moments(f, mu, sigma) & has_entropy(f), differential_entropy(f) <= bound)


@mutant
def a_seventh_permutation(P: Permutation(9)):
    """A row swap inside a block is none of the six, and yet."""
    return implies(one_line(P, "213456789"), forall(Below(3), lambda a: eq(P[a], a)))


@mutant
def loss_minimised_anywhere(n: PositiveInteger, x: Family("n", Bit), p: Open(0, 1)):
    """Every prediction minimises the loss."""
    return minimises_the_loss(n, p, x)


UNPROVABLE = [
    *REFUTABLE,
    constant_below_two,
    sharper_than_sharp,
    less_than_the_normal_entropy,
    a_seventh_permutation,
    loss_minimised_anywhere,
]


@pytest.mark.parametrize("false", UNPROVABLE, ids=lambda c: c.name)
def test_a_false_claim_is_not_proved(false):
    assert false.error is None
    verdict, certificate = prove(false, time.monotonic() + 8)
    assert verdict.kind != "PROVED"
    assert certificate is None
