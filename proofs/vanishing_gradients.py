"""Proofs about gradients on their way through k layers: what one layer does, and then the products of what the layers do."""

from quod import D, Q, family, proves
from spec import activations, sequences
from spec import vanishing_gradients as claims
from spec.activations import sigmoid, tanh
from spec.vanishing_gradients import squared_length, weighted_sum


def sigmoid_slope_is_small(goal, x):
    """0 < σ′(x) ≤ 1/4."""
    goal.by(activations.sigmoid_slope_is_positive, x)
    goal.by(activations.sigmoid_slope_is_at_most_a_quarter, x)


def tanh_slope_is_small(goal, x):
    """0 < tanh′(x) ≤ 1."""
    goal.by(activations.tanh_slope_is_positive, x)
    goal.by(activations.tanh_slope_is_at_most_one, x)


@proves(claims.sigmoid_slopes_of_k_layers_multiply_to_at_most_a_quarter_to_the_k)
def _(goal, k, z):
    with goal.each(0, k) as i:
        sigmoid_slope_is_small(goal, z[i])
        goal.have((0 <= D(sigmoid)(z[i])) & (D(sigmoid)(z[i]) <= Q(1, 4)))
    goal.by(sequences.products_of_non_negative_factors_are_monotone, k, family(lambda i: D(sigmoid)(z[i])), family(lambda i: Q(1, 4)))


@proves(claims.tanh_slopes_of_k_layers_multiply_to_at_most_one)
def _(goal, k, z):
    with goal.each(0, k) as i:
        tanh_slope_is_small(goal, z[i])
        goal.have((0 <= D(tanh)(z[i])) & (D(tanh)(z[i]) <= 1))
    goal.by(sequences.products_of_non_negative_factors_are_monotone, k, family(lambda i: D(tanh)(z[i])), family(lambda i: 1))


def squared_lengths_grow_at_most(goal, slope, slope_is_small, bound, k, n, W, w, z, v):
    """‖v_k‖² ≤ ∏(bound·w_l)² ‖v_0‖², where 0 < slope ≤ bound: one layer takes v to at most (bound·w_l)² times its squared length."""
    with goal.each(0, k, "l") as l:
        with goal.each(0, n[l + 1]) as i:
            y = weighted_sum(n[l], W[l], v[l], i)
            slope_is_small(goal, z[l, i])
            goal.have(slope(z[l, i]) ** 2 <= bound**2)
            goal.have(v[l + 1, i] ** 2 <= bound**2 * y**2)
        goal.sum(goal.last())
        goal.have(squared_length(n[l + 1], v[l + 1]) <= (bound * w[l]) ** 2 * squared_length(n[l], v[l]))
    growth, lengths = family(lambda l: (bound * w[l]) ** 2), family(lambda l: squared_length(n[l], v[l]))
    goal.by(sequences.factors_of_growth_multiply, k, growth, lengths)
    goal.by(sequences.powers_of_a_product, k, bound, bound)


@proves(claims.gradients_vanish_through_sigmoid_layers)
def _(goal, k, n, W, w, z, v):
    squared_lengths_grow_at_most(goal, D(sigmoid), sigmoid_slope_is_small, Q(1, 4), k, n, W, w, z, v)


@proves(claims.gradients_through_tanh_layers_grow_at_most_with_the_weights)
def _(goal, k, n, W, w, z, v):
    squared_lengths_grow_at_most(goal, D(tanh), tanh_slope_is_small, 1, k, n, W, w, z, v)
