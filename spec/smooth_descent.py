"""Gradient descent on a smooth function: how fast the gradient becomes small, and what convexity adds.

V is any real inner-product space, of any dimension. F: V → ℝ has the gradient G: V → V, and F is L-smooth: G is L-Lipschitz, written
without roots as ‖G(x) − G(y)‖² ≤ L²‖x − y‖². Gradient descent with step size η is w_{k+1} = w_k − η G(w_k), k = 0, 1, …; low is any
lower bound of F, attained or not. The minimum over the first K gradients runs over 0 ≤ k < K.
"""

from quod import (
    Min,
    Natural,
    NonNegative,
    Positive,
    PositiveInteger,
    Real,
    ScalarField,
    Sequence,
    Vector,
    VectorField,
    claim,
    eq,
    forall,
    iff,
    implies,
    inner,
    is_gradient,
    norm_squared,
)
from spec.sources import abbaszadehpeivasti, ift6135, nesterov


def lipschitz(G, L):
    """G is L-Lipschitz."""
    return forall(Vector, lambda x: forall(Vector, lambda y: norm_squared(G(x) - G(y)) <= L**2 * norm_squared(x - y)))


def smooth(F, G, L):
    """G is the gradient of F, and L-Lipschitz."""
    return is_gradient(G, F) & lipschitz(G, L)


def bounded_below(F, low):
    """F never falls below low."""
    return forall(Vector, lambda x: F(x) >= low)


def strongly_convex(F, G, mu):
    """F is μ-strongly convex, by its tangents; convex for μ = 0."""
    return forall(Vector, lambda x: forall(Vector, lambda y: F(y) >= F(x) + inner(G(x), y - x) + mu / 2 * norm_squared(y - x)))


def convex(F, G):
    """F lies above its tangents."""
    return forall(Vector, lambda x: forall(Vector, lambda y: F(y) >= F(x) + inner(G(x), y - x)))


def descends(w, G, step):
    """The sequence w is gradient descent."""
    return forall(Natural, lambda k: eq(w[k + 1], w[k] - step * G(w[k])))


def smallest_gradient(G, w, count):
    """The least ‖G(w_k)‖² over 0 ≤ k < count."""
    return Min(lambda k: norm_squared(G(w[k])), count)


@claim(source=ift6135("5b, hint"))
def descent_lemma(L: Positive, F: ScalarField(), G: VectorField(), x: Vector, y: Vector):
    """An L-smooth function lies below each tangent plane plus L/2 times the squared distance."""
    return implies(smooth(F, G, L), F(y) <= F(x) + inner(G(x), y - x) + L / 2 * norm_squared(y - x))


@claim(source=ift6135("5b, hint"))
def ascent_lemma(L: Positive, F: ScalarField(), G: VectorField(), x: Vector, y: Vector):
    """An L-smooth function lies above each tangent plane minus L/2 times the squared distance."""
    return implies(smooth(F, G, L), F(y) >= F(x) + inner(G(x), y - x) - L / 2 * norm_squared(y - x))


@claim(source=ift6135("5b, equation (6)"))
def a_step_decreases_the_value(L: Positive, F: ScalarField(), G: VectorField(), x: Vector, step: Real):
    """A gradient step of size η lowers an L-smooth function by at least η(1 − Lη/2)‖∇F‖²."""
    return implies(smooth(F, G, L), F(x - step * G(x)) <= F(x) - step * (1 - L * step / 2) * norm_squared(G(x)))


@claim(source=ift6135("5b"))
def smallest_gradient_of_k_steps(
    L: Positive, F: ScalarField(), G: VectorField(), low: Real, w: Sequence(Vector), K: PositiveInteger
):
    """With η = 1/L, the smallest of the first K squared gradients is at most 2L(F(w₀) − F_*)/K."""
    return implies(
        smooth(F, G, L) & bounded_below(F, low) & descends(w, G, 1 / L),
        smallest_gradient(G, w, K) <= 2 * L / K * (F(w[0]) - low),
    )


@claim(source=nesterov("§1.2.3"))
def smallest_gradient_of_k_steps_of_any_size(
    L: Positive, F: ScalarField(), G: VectorField(), low: Real, step: Positive, w: Sequence(Vector), K: PositiveInteger
):
    """With 0 < η < 2/L, the smallest of the first K squared gradients is at most 2(F(w₀) − F_*)/(Kη(2 − Lη))."""
    return implies(
        smooth(F, G, L) & bounded_below(F, low) & (step < 2 / L) & descends(w, G, step),
        smallest_gradient(G, w, K) <= 2 * (F(w[0]) - low) / (K * step * (2 - L * step)),
    )


# The sharp constants. `spec/sharp_descent.py` has the function that attains them.


@claim(source=abbaszadehpeivasti)
def smooth_interpolation(L: Positive, F: ScalarField(), G: VectorField(), x: Vector, y: Vector):
    """F(y) ≥ F(x) + ⟨∇F(x) + ∇F(y), y − x⟩/2 + ‖∇F(x) − ∇F(y)‖²/(4L) − L‖x − y‖²/4 for an L-smooth F."""
    return implies(
        smooth(F, G, L),
        F(y) >= F(x) + inner(G(x) + G(y), y - x) / 2 + norm_squared(G(x) - G(y)) / (4 * L) - L / 4 * norm_squared(x - y),
    )


@claim(source=abbaszadehpeivasti)
def a_unit_step_decreases_by_both_gradients(L: Positive, F: ScalarField(), G: VectorField(), x: Vector, y: Vector):
    """A step of size 1/L from x to y lowers F by at least ‖∇F(x)‖²/(2L) + ‖∇F(y)‖²/(4L)."""
    return implies(
        smooth(F, G, L) & eq(y, x - 1 / L * G(x)), F(x) - F(y) >= norm_squared(G(x)) / (2 * L) + norm_squared(G(y)) / (4 * L)
    )


@claim(source=abbaszadehpeivasti)
def sharp_smallest_gradient_of_k_steps(
    L: Positive, F: ScalarField(), G: VectorField(), low: Real, w: Sequence(Vector), K: PositiveInteger
):
    """With η = 1/L, the smallest of the first K squared gradients is at most 4L(F(w₀) − F_*)/(3K − 1)."""
    return implies(
        smooth(F, G, L) & bounded_below(F, low) & descends(w, G, 1 / L),
        smallest_gradient(G, w, K) <= 4 * L * (F(w[0]) - low) / (3 * K - 1),
    )


@claim(source=abbaszadehpeivasti)
def sharp_smallest_gradient_including_the_last(
    L: Positive, F: ScalarField(), G: VectorField(), low: Real, w: Sequence(Vector), K: Natural
):
    """With η = 1/L, the smallest squared gradient of w₀, …, w_K is at most 4L(F(w₀) − F_*)/(3K + 2)."""
    return implies(
        smooth(F, G, L) & bounded_below(F, low) & descends(w, G, 1 / L),
        smallest_gradient(G, w, K + 1) <= 4 * L * (F(w[0]) - low) / (3 * K + 2),
    )


@claim(source=abbaszadehpeivasti)
def sharp_smallest_gradient_for_the_decrease(L: Positive, F: ScalarField(), G: VectorField(), w: Sequence(Vector), K: PositiveInteger):
    """With η = 1/L, the smallest squared gradient of w₀, …, w_K is at most 4L(F(w₀) − F(w_K))/(3K)."""
    return implies(
        smooth(F, G, L) & descends(w, G, 1 / L), smallest_gradient(G, w, K + 1) <= 4 * L * (F(w[0]) - F(w[K])) / (3 * K)
    )


@claim(source=abbaszadehpeivasti, tight={"L": 1, "gap": 1, "K": 1})
def sharp_constant_implies_the_assignment(L: Positive, gap: NonNegative, K: PositiveInteger):
    """The bound 4LΔ/(3K − 1) is at most the assignment's 2LΔ/K."""
    return 4 * L * gap / (3 * K - 1) <= 2 * L / K * gap


@claim(source=abbaszadehpeivasti, tight={"L": 1, "gap": 1, "K": 1})
def assignment_is_sharp_only_for_one_step(L: Positive, gap: Positive, K: PositiveInteger):
    """The two bounds agree for K = 1 alone, unless the gap Δ is zero."""
    return iff(eq(4 * L * gap / (3 * K - 1), 2 * L / K * gap), eq(K, 1))
