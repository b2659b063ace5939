"""Proofs about gradient descent on convex functions: what one step of size 1/L gains, and then K steps."""

from quod import family, inner, norm_squared, proves
from spec import convex_descent as claims
from spec import sequences, smooth_descent
from spec.smooth_descent import convex, strongly_convex


def a_step_gains(goal, L, F, G, w, k):
    """F(w_{k+1}) ≤ F(w_k) − ‖G(w_k)‖²/(2L)."""
    goal.by(smooth_descent.a_step_decreases_the_value, L, F, G, w[k], 1 / L)
    return goal.have(F(w[k + 1]) <= F(w[k]) - norm_squared(G(w[k])) / (2 * L))


@proves(claims.convex_rate)
def _(goal, L, F, G, w, z, K):
    """n(F(w_n) − F(z)) + L/2·‖w_n − z‖² does not grow with n."""
    with goal.induction(lambda n: n * (F(w[n]) - F(z)) + L / 2 * norm_squared(w[n] - z) <= L / 2 * norm_squared(w[0] - z)) as n:
        a_step_gains(goal, L, F, G, w, n)
        goal.at(goal.known(convex(F, G)), w[n], z)
        goal.axiom("inner_positive", G(w[n]))
        goal.have(F(w[n + 1]) <= F(w[n]))
        goal.have(n * F(w[n + 1]) <= n * F(w[n]), goal.known(n >= 0), goal.last(), only=True)
    goal.at(goal.last(), K)
    goal.axiom("inner_positive", w[K] - z)
    goal.have(K * (F(w[K]) - F(z)) <= L / 2 * norm_squared(w[0] - z))


@proves(claims.strongly_convex_rate)
def _(goal, L, mu, F, G, w, z, K):
    """One step takes ‖w − z‖² to at most (1 − μ/L)‖w − z‖²."""
    with goal.each(0, K) as k:
        a_step_gains(goal, L, F, G, w, k)
        goal.at(goal.known(strongly_convex(F, G, mu)), w[k], z)
        goal.at(goal.known(strongly_convex(F, G, mu)), z, w[k + 1])
        goal.axiom("inner_positive", w[k + 1] - z)
        goal.have(F(z) <= F(w[k + 1]))
        goal.have(norm_squared(G(w[k])) / (2 * L) <= inner(G(w[k]), w[k] - z) - mu / 2 * norm_squared(w[k] - z))
        goal.have(norm_squared(w[k + 1] - z) <= (1 - mu / L) * norm_squared(w[k] - z))
    goal.by(sequences.factors_of_growth_multiply, K, family(lambda k: 1 - mu / L), family(lambda k: norm_squared(w[k] - z)))


@proves(claims.polyak_lojasiewicz_rate)
def _(goal, L, mu, F, G, low, w, K):
    """One step takes F(w) − F_* to at most (1 − μ/L)(F(w) − F_*)."""
    with goal.each(0, K) as k:
        a_step_gains(goal, L, F, G, w, k)
        goal.at(goal.known(claims.polyak_lojasiewicz(F, G, mu, low)), w[k])
        goal.have(F(w[k + 1]) - low <= (1 - mu / L) * (F(w[k]) - low))
    goal.by(sequences.factors_of_growth_multiply, K, family(lambda k: 1 - mu / L), family(lambda k: F(w[k]) - low))


@proves(claims.strong_convexity_implies_polyak_lojasiewicz)
def _(goal, mu, F, G, x, z):
    goal.at(goal.known(strongly_convex(F, G, mu)), x, z)
    goal.axiom("inner_positive", G(x) + mu * (z - x))
