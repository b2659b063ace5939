"""Gradient descent with step size 1/L on a smooth function with more structure: convex, strongly convex, or Polyak–Łojasiewicz.

The conventions are those of `spec/smooth_descent.py`: any inner-product space, F with L-Lipschitz gradient G, w_{k+1} = w_k − G(w_k)/L.
"""

from quod import (
    Interval,
    Natural,
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
    implies,
    norm_squared,
    zero,
)
from spec.smooth_descent import convex, descends, smooth, strongly_convex
from spec.sources import karimi, nesterov, polyak

UpToL = Interval(lower=0, upper="L", closed="right")
"""The curvatures 0 < μ ≤ L."""


@claim(source=nesterov("§2.1.5"))
def convex_rate(L: Positive, F: ScalarField(), G: VectorField(), w: Sequence(Vector), z: Vector, K: PositiveInteger):
    """On a convex F, after K steps F(w_K) − F(z) ≤ L‖w₀ − z‖²/(2K), for every z and so for every minimiser."""
    return implies(
        smooth(F, G, L) & convex(F, G) & descends(w, G, 1 / L), F(w[K]) - F(z) <= L * norm_squared(w[0] - z) / (2 * K)
    )


@claim(source=nesterov("§2.1.5"))
def strongly_convex_rate(
    L: Positive, mu: UpToL, F: ScalarField(), G: VectorField(), w: Sequence(Vector), z: Vector, K: Natural
):
    """On a μ-strongly convex F with ∇F(z) = 0, after K steps ‖w_K − z‖² ≤ (1 − μ/L)ᴷ‖w₀ − z‖²."""
    return implies(
        smooth(F, G, L) & strongly_convex(F, G, mu) & eq(G(z), zero) & descends(w, G, 1 / L),
        norm_squared(w[K] - z) <= (1 - mu / L) ** K * norm_squared(w[0] - z),
    )


def polyak_lojasiewicz(F, G, mu, low):
    """The Polyak–Łojasiewicz inequality: the gradient is large wherever F is."""
    return forall(Vector, lambda x: norm_squared(G(x)) >= 2 * mu * (F(x) - low))


@claim(source=polyak)
def polyak_lojasiewicz_rate(
    L: Positive, mu: UpToL, F: ScalarField(), G: VectorField(), low: Real, w: Sequence(Vector), K: Natural
):
    """If ‖∇F‖² ≥ 2μ(F − F_*), after K steps F(w_K) − F_* ≤ (1 − μ/L)ᴷ(F(w₀) − F_*)."""
    return implies(
        smooth(F, G, L) & polyak_lojasiewicz(F, G, mu, low) & descends(w, G, 1 / L),
        F(w[K]) - low <= (1 - mu / L) ** K * (F(w[0]) - low),
    )


@claim(source=karimi("Theorem 2"))
def strong_convexity_implies_polyak_lojasiewicz(mu: Positive, F: ScalarField(), G: VectorField(), x: Vector, z: Vector):
    """A μ-strongly convex F satisfies ‖∇F(x)‖² ≥ 2μ(F(x) − F(z)) for all x and z."""
    return implies(strongly_convex(F, G, mu), norm_squared(G(x)) >= 2 * mu * (F(x) - F(z)))
