"""The computations of impl/: right at known values, over the whole range of floats, for scalars and arrays."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from impl import (
    activations,
    convolution,
    cross_entropy,
    differential_entropy,
    divergence,
    entropy,
    gradient_descent,
    means,
    mixer,
    mixer_permutations,
    piecewise_descent,
    piecewise_function,
    sharp_descent,
)

EXTREMES = np.array([-1.7e308, -1000.0, -745.2, -1e-308, 0.0, 5e-324, 36.8, 709.9, 1000.0, 1.7e308])


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "sigmoid_slope", "tanh_slope"])
def test_activations_stay_in_their_range_without_a_warning(name: str) -> None:
    function = getattr(activations, name)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        values = function(EXTREMES)
    low, high = {"sigmoid": (0, 1), "tanh": (-1, 1), "sigmoid_slope": (0, 0.25), "tanh_slope": (0, 1)}[name]
    assert values.shape == EXTREMES.shape
    assert np.all((values >= low) & (values <= high))
    assert [float(function(x)) for x in EXTREMES] == values.tolist()


def test_slopes_keep_their_relative_precision_far_out() -> None:
    assert float(activations.sigmoid_slope(-40.0)) == pytest.approx(np.exp(-40.0), rel=1e-15)
    assert float(activations.tanh_slope(40.0)) == pytest.approx(4 * np.exp(-80.0), rel=1e-15)
    assert float(activations.sigmoid_slope(0)) == 0.25
    assert float(activations.tanh_slope(0)) == 1.0


def test_slopes_meet_at_the_crossover() -> None:
    x = activations.crossover()
    assert x == pytest.approx(1.662885891058621, rel=1e-15)
    assert float(activations.sigmoid_slope(x)) == pytest.approx(float(activations.tanh_slope(x)), rel=1e-14)


def test_output_size_counts_every_window_that_fits() -> None:
    for i, k, s, p, d in itertools.product(range(1, 8), range(1, 5), range(1, 4), range(3), range(1, 3)):
        if i + 2 * p >= d * (k - 1) + 1:
            fitting = [j for j in range(i + 2 * p) if all(0 <= j * s + d * tap < i + 2 * p for tap in range(k))]
            assert convolution.output_size(i, k, s, p, d) == len(fitting)


def test_the_network_of_the_assignment() -> None:
    assert convolution.output_size([128, 65, 32], [8, 2, 4], 2, [4, 0, 2], 1).tolist() == [65, 32, 17]
    assert convolution.network_side() == 17
    assert convolution.weights(64, 128, 4) == 131072


@pytest.mark.parametrize("scale", [5e-324, 1e-300, 1.0, 1e307])
def test_means_of_equal_numbers_are_that_number_at_every_scale(scale: float) -> None:
    for mean in (means.arithmetic_mean, means.geometric_mean, means.harmonic_mean):
        assert float(mean(5, np.full(5, scale))) == pytest.approx(scale, rel=1e-15)


def test_means_are_ordered_and_known() -> None:
    x = np.array([1.0, 4.0, 16.0])
    assert float(means.arithmetic_mean(3, x)) == pytest.approx(7, rel=1e-15)
    assert float(means.geometric_mean(3, x)) == pytest.approx(4, rel=1e-15)
    assert float(means.harmonic_mean(3, x)) == pytest.approx(16 / 7, rel=1e-15)


def test_cross_entropy_from_logits_agrees_and_never_overflows() -> None:
    z = np.linspace(-20, 20, 81)
    assert cross_entropy.cross_entropy_of_logit(z, 0.3) == pytest.approx(cross_entropy.cross_entropy(activations.sigmoid(z), 0.3), rel=1e-7)
    with np.errstate(over="raise", invalid="raise"):
        assert cross_entropy.cross_entropy_of_logit(np.array([1e300, -1e300]), np.array([1, 0])).tolist() == [0.0, 0.0]
        assert float(cross_entropy.cross_entropy_of_logit(-1000.0, 1)) == 1000.0


def test_entropy_of_vertices_and_the_uniform() -> None:
    assert float(entropy.entropy(3, [0.0, 1.0, 0.0])) == 0.0
    for n in (1, 2, 7, 64):
        assert float(entropy.entropy(n, np.full(n, 1 / n))) == pytest.approx(np.log(n), rel=1e-15, abs=1e-300)


def test_chain_rule_with_zeros() -> None:
    table = np.array([[0.5, 0.0, 0.1], [0.0, 0.0, 0.0], [0.2, 0.2, 0.0]])
    split = entropy.marginal_entropy(3, 3, table) + entropy.conditional_entropy(3, 3, table)
    assert float(entropy.joint_entropy(3, 3, table)) == pytest.approx(float(split), rel=1e-15)


def test_divergences_at_their_extremes() -> None:
    p, q = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    assert float(divergence.jensen_shannon(2, p, q)) == pytest.approx(np.log(2), rel=1e-15)
    assert float(divergence.divergence(2, p, p + 5e-324)) == 0.0
    assert float(divergence.p_log_p_over_q(1.0, 5e-324)) == pytest.approx(744.4400719213812, rel=1e-15)


@pytest.mark.parametrize(
    ("density", "breaks", "value"),
    [
        (lambda x: np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi), (0.0,), 1.4189385332046727),
        (lambda x: np.pi / 3**0.5 * activations.sigmoid_slope(x * np.pi / 3**0.5), (0.0,), 1.4045763),
        (lambda x: np.exp(-np.abs(x) * 2**0.5) / 2**0.5, (0.0,), 1.3465735902799727),
        (lambda x: np.where(np.abs(x) < 3**0.5, 1 / 12**0.5, 0.0), (-(3**0.5), 3**0.5), 1.2424533248940002),
        (lambda x: np.where(x > -1, np.exp(-np.maximum(x, -1) - 1), 0.0), (-1.0,), 1.0),
    ],
    ids=["normal", "logistic", "Laplace", "uniform", "exponential"],
)
def test_differential_entropies_of_unit_variance(density, breaks, value) -> None:
    assert differential_entropy.integral(density, breaks) == pytest.approx(1, rel=1e-12)
    assert differential_entropy.integral(lambda x: x**2 * density(x), breaks) == pytest.approx(1, rel=1e-9)
    assert differential_entropy.differential_entropy(density, breaks) == pytest.approx(value, rel=1e-7)


def test_descent_with_step_one_ends_in_the_cycle() -> None:
    path = piecewise_descent.descend(3.0, 1.0, 80)
    assert path[:4].tolist() == [3.0, -2.0, 1.5, -1.25]
    assert path[-1] == path[-3]
    assert np.abs(path[-2:]) == pytest.approx(1, rel=4e-16)
    assert float(piecewise_function.f(path[-1])) == pytest.approx(0, abs=2e-15)


def test_descent_with_long_steps_ends_in_the_longer_cycle() -> None:
    assert np.abs(piecewise_descent.descend(0.1, 1.2, 400))[-1] == pytest.approx(float(piecewise_descent.cycle(1.2)), rel=1e-12)


@pytest.mark.parametrize("K", range(1, 9))
def test_worst_function_attains_the_sharp_constant(K: int) -> None:
    path = gradient_descent.gradient_descent(lambda x: sharp_descent.worst_slope(K, x), float(K), 1.0, K)
    assert path.tolist() == [float(K - k) for k in range(K + 1)]
    attained = gradient_descent.smallest_gradient(lambda x: sharp_descent.worst_slope(K, x), path[:K])
    assert attained == 4 * float(sharp_descent.worst(K, K)) / (3 * K - 1)


def test_mixer_gives_the_table_of_the_assignment() -> None:
    patches = mixer.cut(np.random.default_rng(0).standard_normal((64, 64, 3)), 16)
    network = mixer.Mixer(16, 16 * 16 * 3, 128, 8, 32, 2, 10)
    assert patches.shape == (16, 768)
    assert network.table(patches, mixer.Counter()).shape == (16, 128)
    assert network(patches, mixer.Counter()).shape == (1, 10)


def test_counted_operations_are_affine_in_the_patches_unless_the_token_width_grows() -> None:
    fixed = [mixer.mixer_cost(S, 12, 5, 7, 6, 2, 3) for S in range(1, 6)]
    growing = [mixer.mixer_cost(S, 12, 5, 2 * S, 6, 2, 3) for S in range(1, 6)]
    assert set(np.diff(fixed, 2).tolist()) == {0}
    assert set(np.diff(growing, 2).tolist()) == {4 * 2 * 5 * 2}


def test_patches_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="multiples of patch=5"):
        mixer.cut(np.zeros((64, 64, 1)), 5)


def test_how_many_permutations_a_projection_forgets() -> None:
    every = np.array(list(itertools.permutations(range(9))))
    decimal = np.repeat([1, 10, 100], 3)[:, None]
    numbered = np.repeat(np.arange(9)[:, None], 9, axis=1)
    powers = 2**numbered
    merged = np.maximum(numbered, 1)
    found = mixer_permutations.undoing_permutations(numbered, decimal, every)
    assert ["".join(str(i + 1) for i in row) for row in found] == [
        "123456789",
        "123789456",
        "456123789",
        "456789123",
        "789123456",
        "789456123",
    ]
    assert len(mixer_permutations.undoing_permutations(powers, np.ones((9, 1)), every)) == 1296
    assert len(mixer_permutations.undoing_permutations(merged, decimal, every)) == 12
    assert len(mixer_permutations.undoing_permutations(np.ones((9, 9)), decimal, every)) == 362880
    assert len(mixer_permutations.undoing_permutations(numbered, np.zeros((9, 1)), every)) == 362880
