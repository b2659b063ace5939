"""Proofs about the piecewise quadratic f: everything follows from how fast its slope grows."""

from quod import D, Positive, Q, Real, exists, forall, implies, proves
from spec import piecewise_function as claims
from spec.piecewise_function import f


def slopes_differ_at_most_twice(goal, x, y):
    """|f′(x) − f′(y)| ≤ 2|x − y|, whichever of the two is the larger."""
    slopes = D(f)(x), D(f)(y)
    smooth = abs(slopes[0] - slopes[1]) <= 2 * abs(x - y)
    for lower, upper, order in ((x, y, x <= y), (y, x, ~(x <= y))):
        with goal.suppose(order) as ordered:
            growth = goal.by(claims.slope_grows_at_rates_from_three_halves_to_two, lower, upper)
            goal.have(smooth, ordered, growth, only=True, opaque=slopes)
    return goal.cases(goal.apply("excluded_middle", x <= y), smooth)


@proves(claims.slope_is_continuous)
def _(goal, x, epsilon):
    """δ = ε/2."""
    with goal.any(Real) as y:
        with goal.suppose(abs(y - x) < epsilon / 2) as near:
            smooth = slopes_differ_at_most_twice(goal, y, x)
            goal.have(abs(D(f)(y) - D(f)(x)) < epsilon, near, smooth, only=True, opaque=(D(f)(x), D(f)(y), abs(y - x)))
    near = exists(Positive, lambda delta: forall(Real, lambda y: implies(abs(y - x) < delta, abs(D(f)(y) - D(f)(x)) < epsilon)))
    goal.exhibit(near, epsilon / 2)


@proves(claims.f_is_convex)
def _(goal, x, y, s):
    """The tangent at s·x + (1 − s)·y lies below both ends of the chord."""
    z = s * x + (1 - s) * y
    goal.by(claims.f_lies_above_its_tangents, z, x)
    goal.by(claims.f_lies_above_its_tangents, z, y)


@proves(claims.f_is_strongly_convex_with_constant_three_halves_and_no_more)
def _(goal, m):
    """On x > 1 the curvature is 3/2: between 2 and 3 no larger m will do."""
    with goal.suppose(forall(Real, lambda x: forall(Real, lambda y: f(y) >= f(x) + D(f)(x) * (y - x) + m / 2 * (y - x) ** 2))) as bound:
        goal.at(bound, 2, 3)
        goal.have(m <= Q(3, 2))
    with goal.suppose(m <= Q(3, 2)):
        with goal.any(Real) as x:
            with goal.any(Real) as y:
                goal.have(f(y) >= f(x) + D(f)(x) * (y - x) + Q(3, 4) * (y - x) ** 2)
                goal.have(f(y) >= f(x) + D(f)(x) * (y - x) + m / 2 * (y - x) ** 2)


@proves(claims.f_is_smooth_with_constant_two_and_no_less)
def _(goal, smoothness):
    """On [−1, 1] the curvature is 2: between 0 and 1 no smaller L will do."""
    with goal.suppose(forall(Real, lambda x: forall(Real, lambda y: abs(D(f)(x) - D(f)(y)) <= smoothness * abs(x - y)))) as bound:
        goal.at(bound, 0, 1)
        goal.have(smoothness >= 2)
    with goal.suppose(smoothness >= 2) as large:
        with goal.any(Real) as x:
            with goal.any(Real) as y:
                smooth, slopes = slopes_differ_at_most_twice(goal, x, y), abs(D(f)(x) - D(f)(y))
                goal.have(slopes <= smoothness * abs(x - y), large, smooth, only=True, opaque=(slopes,))
