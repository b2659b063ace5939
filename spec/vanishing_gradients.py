"""What the slopes of σ and tanh do to a gradient on its way through k layers.

The chain rule multiplies one slope per layer, and in a network with weights one matrix diag(φ′(z_l)) W_l per layer 0 ≤ l < k. Layer l
has n[l] units, W[l, i, j] is the weight from unit j of layer l to unit i of layer l + 1, z[l, i] is the input of the activation
there, and v[l] is the tangent vector that reaches layer l. Lengths are Euclidean; w[l] stands for the operator norm of W[l], or for
any number that bounds how much W[l] stretches v[l].
"""

from quod import (
    Below,
    D,
    Family,
    Matrix,
    Natural,
    NonNegative,
    PositiveInteger,
    Prod,
    Q,
    Sequence,
    Sum,
    claim,
    definition,
    eq,
    family,
    forall,
    implies,
)
from spec.activations import sigmoid, tanh
from spec.sources import ift6135


@claim(source=ift6135("1e"), tight={"k": 3, "z": family(lambda i: 0)})
def sigmoid_slopes_of_k_layers_multiply_to_at_most_a_quarter_to_the_k(k: Natural, z: Family("k")):
    """Through k sigmoids the slopes multiply to at most 4⁻ᵏ, whatever the depth."""
    return Prod(lambda i: D(sigmoid)(z[i]), k) <= Q(1, 4) ** k


@claim(source=ift6135("1e"))
def sigmoid_slopes_at_zero_multiply_to_a_quarter_to_the_k(k: Natural):
    """Through k sigmoids at 0 the slopes multiply to exactly 4⁻ᵏ."""
    return eq(Prod(lambda i: D(sigmoid)(0), k), Q(1, 4) ** k)


@claim(source=ift6135("1e"), tight={"k": 3, "z": family(lambda i: 0)})
def tanh_slopes_of_k_layers_multiply_to_at_most_one(k: Natural, z: Family("k")):
    """Through k hyperbolic tangents the slopes multiply to at most 1, whatever the depth."""
    return Prod(lambda i: D(tanh)(z[i]), k) <= 1


@claim(source=ift6135("1e"))
def tanh_slopes_at_zero_multiply_to_one(k: Natural):
    """Through k hyperbolic tangents at 0 the slopes multiply to exactly 1."""
    return eq(Prod(lambda i: D(tanh)(0), k), 1)


@definition
def squared_length(n: Natural, v: Family("n")):
    """The squared Euclidean length of (v[0], …, v[n − 1])."""
    return Sum(lambda i: v[i] ** 2, n)


@definition
def weighted_sum(n: Natural, weights: Matrix(), v: Family("n"), i: Natural):
    """Coordinate i of the matrix applied to v: Σ_j weights[i, j] v[j]."""
    return Sum(lambda j: weights[i, j] * v[j], n)


def passes_through(slope, k, n, W, z, v):
    """v[l + 1] = diag(slope(z[l])) W[l] v[l] in every layer l < k."""
    return forall(
        Below(k),
        lambda l: forall(Below(n[l + 1]), lambda i: eq(v[l + 1, i], slope(z[l, i]) * weighted_sum(n[l], W[l], v[l], i))),
    )


def stretched_at_most(w, k, n, W, v):
    """‖W[l] v[l]‖ ≤ w[l] ‖v[l]‖ in every layer l < k, squared."""
    return forall(
        Below(k),
        lambda l: Sum(lambda i: weighted_sum(n[l], W[l], v[l], i) ** 2, n[l + 1]) <= w[l] ** 2 * squared_length(n[l], v[l]),
    )


@claim(source=ift6135("1e"))
def gradients_vanish_through_sigmoid_layers(
    k: Natural,
    n: Sequence(PositiveInteger),
    W: Sequence(Matrix()),
    w: Sequence(NonNegative),
    z: Sequence(Sequence()),
    v: Sequence(Sequence()),
):
    """Through k sigmoid layers, each W_l stretching its vector at most w_l times, the squared length grows at most (4⁻ᵏ∏w_l)² times."""
    return implies(
        passes_through(D(sigmoid), k, n, W, z, v) & stretched_at_most(w, k, n, W, v),
        squared_length(n[k], v[k]) <= (Q(1, 4) ** k * Prod(w, k)) ** 2 * squared_length(n[0], v[0]),
    )


@claim(source=ift6135("1e"))
def gradients_through_tanh_layers_grow_at_most_with_the_weights(
    k: Natural,
    n: Sequence(PositiveInteger),
    W: Sequence(Matrix()),
    w: Sequence(NonNegative),
    z: Sequence(Sequence()),
    v: Sequence(Sequence()),
):
    """Through k tanh layers, each W_l stretching its vector at most w_l times, the squared length grows at most (∏w_l)² times."""
    return implies(
        passes_through(D(tanh), k, n, W, z, v) & stretched_at_most(w, k, n, W, v),
        squared_length(n[k], v[k]) <= Prod(w, k) ** 2 * squared_length(n[0], v[0]),
    )
