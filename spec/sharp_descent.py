"""The function on which gradient descent with step size 1/L meets the sharp constants of `spec/smooth_descent.py`, here for L = 1.

On ℝ, for each K ≥ 1: the slope climbs from 0 at 0 to 1 at 1, and is 1 beyond, but for a dent down to 1/2 between j and j + 1 for each
1 ≤ j < K. Descent from K with step size 1 walks over the integers K, K − 1, …, 1, 0 and sees the slope 1 in each of the first K.
"""

from quod import D, Min, Natural, PositiveInteger, Q, Real, Sequence, Sum, claim, definition, differentiable, eq, forall, implies, piecewise
from spec.sources import abbaszadehpeivasti as sharp


@definition
def ramp(x: Real):
    """The integral of the slope that climbs from 0 at 0 to 1 at 1."""
    return piecewise((0, x <= 0), (x**2 / 2, x <= 1), otherwise=x - Q(1, 2))


@definition
def dent(x: Real):
    """The integral of the tent of height 1/2 on [0, 1]."""
    return piecewise((0, x <= 0), (x**2 / 2, x <= Q(1, 2)), (x - x**2 / 2 - Q(1, 4), x <= 1), otherwise=Q(1, 4))


@definition
def worst(K: PositiveInteger, x: Real):
    """The worst function for K gradients: a ramp with K − 1 dents in its slope."""
    return ramp(x) - Sum(lambda j: dent(x - j), 1, K)


def slope(K, x):
    """The slope of the worst function for K gradients."""
    return D(lambda y: worst(K, y))(x)


def descends(x, K):
    """The sequence x is gradient descent on the worst function for K gradients, from K with step size 1."""
    return eq(x[0], K) & forall(Natural, lambda k: eq(x[k + 1], x[k] - slope(K, x[k])))


@claim(source=sharp)
def worst_is_differentiable(K: PositiveInteger, x: Real):
    """The worst function has a derivative everywhere."""
    return differentiable(lambda y: worst(K, y), x)


@claim(source=sharp)
def worst_is_smooth(K: PositiveInteger, x: Real, y: Real):
    """The slope of the worst function is 1-Lipschitz."""
    return abs(slope(K, x) - slope(K, y)) <= abs(x - y)


@claim(source=sharp, tight={"K": 3, "x": 0})
def worst_is_at_least_zero(K: PositiveInteger, x: Real):
    """The worst function never falls below 0."""
    return worst(K, x) >= 0


@claim(source=sharp)
def worst_at_its_start(K: PositiveInteger):
    """The worst function for K gradients is (3K − 1)/4 at K."""
    return eq(worst(K, K), (3 * K - 1) / 4)


@claim(source=sharp)
def descent_walks_over_the_integers(K: PositiveInteger, x: Sequence(), k: Natural):
    """Descent from K visits K, K − 1, …, 0 in turn."""
    return implies(descends(x, K) & (k <= K), eq(x[k], K - k))


@claim(source=sharp)
def sharp_constant_is_attained(K: PositiveInteger, x: Sequence()):
    """On the worst function the smallest of the first K squared gradients is 4L(F(x₀) − 0)/(3K − 1) with L = 1."""
    return implies(descends(x, K), eq(Min(lambda k: slope(K, x[k]) ** 2, K), 4 * worst(K, x[0]) / (3 * K - 1)))


@claim(source=sharp)
def sharp_constant_including_the_last_is_attained(K: Natural, x: Sequence()):
    """On the worst function for K + 1 gradients the smallest squared gradient of x₀, …, x_K is 4L(F(x₀) − 0)/(3K + 2) with L = 1."""
    return implies(descends(x, K + 1), eq(Min(lambda k: slope(K + 1, x[k]) ** 2, K + 1), 4 * worst(K + 1, x[0]) / (3 * K + 2)))


@claim(source=sharp)
def sharp_constant_for_the_decrease_is_attained(K: PositiveInteger, x: Sequence()):
    """On the worst function for K + 1 gradients the smallest squared gradient of x₀, …, x_K is 4L(F(x₀) − F(x_K))/(3K) with L = 1."""
    decrease = worst(K + 1, x[0]) - worst(K + 1, x[K])
    return implies(descends(x, K + 1), eq(Min(lambda k: slope(K + 1, x[k]) ** 2, K + 1), 4 * decrease / (3 * K)))
