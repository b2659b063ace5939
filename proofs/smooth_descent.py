"""Proofs about gradient descent: the mean value theorem along a segment, then sums of the decrease of one step."""

from quod import Sum, inner, is_gradient, norm_squared, proves
from spec import smooth_descent as claims
from spec.smooth_descent import bounded_below, lipschitz, smallest_gradient


@proves(claims.descent_lemma)
def _(goal, L, F, G, x, y):
    d = y - x
    c = goal.mean_value(lambda t: F(x + t * d) - t * inner(G(x), d) - L / 2 * t**2 * norm_squared(d), 0, 1, goal.known(is_gradient(G, F)))
    w = G(x + c * d) - G(x)
    goal.at(goal.known(lipschitz(G, L)), x + c * d, x)
    goal.axiom("inner_positive", w - L * c * d)
    goal.have(inner(w, d) <= L * c * norm_squared(d))
    goal.have(F(y) <= F(x) + inner(G(x), d) + L / 2 * norm_squared(d))


@proves(claims.ascent_lemma)
def _(goal, L, F, G, x, y):
    d = y - x
    c = goal.mean_value(lambda t: F(x + t * d) - t * inner(G(x), d) + L / 2 * t**2 * norm_squared(d), 0, 1, goal.known(is_gradient(G, F)))
    w = G(x + c * d) - G(x)
    goal.at(goal.known(lipschitz(G, L)), x + c * d, x)
    goal.axiom("inner_positive", w + L * c * d)
    goal.have(inner(w, d) >= -L * c * norm_squared(d))


@proves(claims.a_step_decreases_the_value)
def _(goal, L, F, G, x, step):
    goal.by(claims.descent_lemma, L, F, G, x, x - step * G(x))


def squared_gradients_add_up(goal, L, F, G, w, step):
    """η(1 − Lη/2)·Σ_{k<n} ‖G(w_k)‖² ≤ F(w₀) − F(w_n) for every n ≥ 0: one step at a time."""

    def total(n):
        return Sum(lambda k: norm_squared(G(w[k])), n)

    with goal.induction(lambda n: step * (1 - L * step / 2) * total(n) <= F(w[0]) - F(w[n])) as n:
        goal.by(claims.a_step_decreases_the_value, L, F, G, w[n], step)
        goal.unroll(total(n))
    return goal.last()


def smallest_is_below_the_mean(goal, G, w, K):
    """K·min ≤ Σ over the first K squared gradients."""
    smallest = smallest_gradient(G, w, K)
    with goal.each(0, K) as k:
        goal.extremum(smallest, k)
    goal.sum(goal.last())
    goal.count(0, K)
    return goal.have(K * smallest <= Sum(lambda k: norm_squared(G(w[k])), K))


@proves(claims.smallest_gradient_of_k_steps_of_any_size)
def _(goal, L, F, G, low, step, w, K):
    goal.at(squared_gradients_add_up(goal, L, F, G, w, step), K)
    smallest_is_below_the_mean(goal, G, w, K)
    goal.at(goal.known(bounded_below(F, low)), w[K])
    goal.have(L * step < 2)
    goal.have(step * (2 - L * step) * K * smallest_gradient(G, w, K) <= 2 * (F(w[0]) - low))


@proves(claims.smallest_gradient_of_k_steps)
def _(goal, L, F, G, low, w, K):
    goal.at(squared_gradients_add_up(goal, L, F, G, w, 1 / L), K)
    smallest_is_below_the_mean(goal, G, w, K)
    goal.at(goal.known(bounded_below(F, low)), w[K])


@proves(claims.smooth_interpolation)
def _(goal, L, F, G, x, y):
    z = (x + y) / 2 + (G(x) - G(y)) / (2 * L)
    goal.by(claims.ascent_lemma, L, F, G, x, z)
    goal.by(claims.descent_lemma, L, F, G, y, z)


@proves(claims.a_unit_step_decreases_by_both_gradients)
def _(goal, L, F, G, x, y):
    goal.by(claims.smooth_interpolation, L, F, G, y, x)


def weighted_gradients_add_up(goal, L, F, G, w):
    """Σ_{k<n} (‖G(w_k)‖²/(2L) + ‖G(w_{k+1})‖²/(4L)) ≤ F(w₀) − F(w_n) for every n ≥ 0: one unit step at a time."""

    def total(n):
        return Sum(lambda k: norm_squared(G(w[k])) / (2 * L) + norm_squared(G(w[k + 1])) / (4 * L), n)

    with goal.induction(lambda n: total(n) <= F(w[0]) - F(w[n])) as n:
        goal.by(claims.a_unit_step_decreases_by_both_gradients, L, F, G, w[n], w[n + 1])
        goal.unroll(total(n))
    return goal.last()


def smallest_below_weighted(goal, L, G, w, count, K):
    """K·3/(4L)·min ≤ Σ_{k<K} (‖G(w_k)‖²/(2L) + ‖G(w_{k+1})‖²/(4L)), the minimum over the first `count` > K gradients."""
    smallest = smallest_gradient(G, w, count)
    with goal.each(0, K) as k:
        goal.extremum(smallest, k)
        goal.extremum(smallest, k + 1)
        goal.have(3 * smallest / (4 * L) <= norm_squared(G(w[k])) / (2 * L) + norm_squared(G(w[k + 1])) / (4 * L))
    goal.sum(goal.last())
    return goal.count(0, K)


@proves(claims.sharp_smallest_gradient_for_the_decrease)
def _(goal, L, F, G, w, K):
    goal.at(weighted_gradients_add_up(goal, L, F, G, w), K)
    smallest_below_weighted(goal, L, G, w, K + 1, K)
    goal.have(3 * K * smallest_gradient(G, w, K + 1) <= 4 * L * (F(w[0]) - F(w[K])))


@proves(claims.sharp_smallest_gradient_including_the_last)
def _(goal, L, F, G, low, w, K):
    smallest = smallest_gradient(G, w, K + 1)
    goal.at(weighted_gradients_add_up(goal, L, F, G, w), K)
    smallest_below_weighted(goal, L, G, w, K + 1, K)
    goal.by(claims.a_step_decreases_the_value, L, F, G, w[K], 1 / L)
    goal.at(goal.known(bounded_below(F, low)), w[K] - 1 / L * G(w[K]))
    goal.extremum(smallest, K)
    goal.have(norm_squared(G(w[K])) <= 2 * L * (F(w[K]) - low))
    goal.have((3 * K + 2) * smallest <= 4 * L * (F(w[0]) - low))


@proves(claims.sharp_smallest_gradient_of_k_steps)
def _(goal, L, F, G, low, w, K):
    smallest = smallest_gradient(G, w, K)
    goal.at(weighted_gradients_add_up(goal, L, F, G, w), K - 1)
    smallest_below_weighted(goal, L, G, w, K, K - 1)
    goal.by(claims.a_step_decreases_the_value, L, F, G, w[K - 1], 1 / L)
    goal.at(goal.known(bounded_below(F, low)), w[K - 1] - 1 / L * G(w[K - 1]))
    goal.extremum(smallest, K - 1)
    goal.have(norm_squared(G(w[K - 1])) <= 2 * L * (F(w[K - 1]) - low))
    goal.have((3 * K - 1) * smallest <= 4 * L * (F(w[0]) - low))
