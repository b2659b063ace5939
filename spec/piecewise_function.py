"""A piecewise quadratic function: x² − 1 on [−1, 1], continued with the smaller curvature 3/2 outside.

It is convex, even strongly, and smooth, with one minimiser; `spec/piecewise_descent.py` tells how gradient descent fails on it.
"""

from quod import Closed, D, Positive, Q, Real, claim, definition, differentiable, eq, exists, forall, iff, implies, piecewise
from spec.sources import ift6135

a5 = ift6135("5a")


@definition
def f(x: Real):
    """The function of the assignment."""
    return piecewise(
        (Q(3, 4) * (1 - x) ** 2 - 2 * (1 - x), x > 1),
        (Q(3, 4) * (1 + x) ** 2 - 2 * (1 + x), x < -1),
        otherwise=x**2 - 1,
    )


@definition
def slope(x: Real):
    """The slope of f, piece by piece."""
    return piecewise((Q(3, 2) * (x - 1) + 2, x > 1), (Q(3, 2) * (x + 1) - 2, x < -1), otherwise=2 * x)


@claim(source=a5)
def f_is_differentiable(x: Real):
    """f has a derivative everywhere."""
    return differentiable(f, x)


@claim(source=a5)
def f_has_that_slope(x: Real):
    """The derivative of f is 3(x − 1)/2 + 2 above 1, 3(x + 1)/2 − 2 below −1, and 2x between."""
    return eq(D(f)(x), slope(x))


@claim(source=a5, tight=[{"x": 1, "y": 2}, {"x": 0, "y": 1}])
def slope_grows_at_rates_from_three_halves_to_two(x: Real, y: Real):
    """From x up to y the slope of f grows at least 3(y − x)/2 and at most 2(y − x)."""
    growth = D(f)(y) - D(f)(x)
    return implies(x <= y, (Q(3, 2) * (y - x) <= growth) & (growth <= 2 * (y - x)))


@claim(source=a5)
def slope_is_continuous(x: Real, epsilon: Positive):
    """The derivative of f is continuous."""
    return exists(Positive, lambda delta: forall(Real, lambda y: implies(abs(y - x) < delta, abs(D(f)(y) - D(f)(x)) < epsilon)))


@claim(source=a5, tight={"x": 3, "y": 3, "s": 0})
def f_is_convex(x: Real, y: Real, s: Closed(0, 1)):
    """Every chord of f lies on or above the graph."""
    return f(s * x + (1 - s) * y) <= s * f(x) + (1 - s) * f(y)


@claim(source=a5, tight={"x": 1, "y": 1})
def f_lies_above_its_tangents(x: Real, y: Real):
    """The graph of f lies on or above each of its tangents."""
    return f(y) >= f(x) + D(f)(x) * (y - x)


@claim(source=a5, tight={"m": Q(3, 2)})
def f_is_strongly_convex_with_constant_three_halves_and_no_more(m: Real):
    """f is m-strongly convex exactly if m ≤ 3/2."""
    return iff(forall(Real, lambda x: forall(Real, lambda y: f(y) >= f(x) + D(f)(x) * (y - x) + m / 2 * (y - x) ** 2)), m <= Q(3, 2))


@claim(source=a5, tight={"smoothness": 2})
def f_is_smooth_with_constant_two_and_no_less(smoothness: Real):
    """The slope of f is L-Lipschitz exactly if L ≥ 2."""
    return iff(forall(Real, lambda x: forall(Real, lambda y: abs(D(f)(x) - D(f)(y)) <= smoothness * abs(x - y))), smoothness >= 2)


@claim(source=a5, tight={"x": 0})
def f_is_at_least_minus_one(x: Real):
    """f never falls below −1."""
    return f(x) >= -1


@claim(source=a5, tight={"x": 0})
def zero_is_the_only_minimiser(x: Real):
    """f is −1 at 0 and nowhere else."""
    return iff(eq(f(x), -1), eq(x, 0))


@claim(source=a5)
def f_is_even(x: Real):
    """f is symmetric about 0."""
    return eq(f(-x), f(x))
