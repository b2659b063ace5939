"""Proofs about the function on which the sharp constants are attained: by induction over its dents, and then by walking over the integers."""

from quod import Min, PositiveInteger, Q, Real, Sum, eq, forall, implies, piecewise, proves
from spec import sharp_descent as claims
from spec.sharp_descent import dent, slope, worst


def rise(x):
    """The slope of the ramp."""
    return piecewise((0, x <= 0), (x, x <= 1), otherwise=1)


def tent(x):
    """The slope of the dent."""
    return piecewise((0, x <= 0), (x, x <= Q(1, 2)), (1 - x, x <= 1), otherwise=0)


def tents(K, x):
    """What the dents before K take from the slope at x."""
    return Sum(lambda j: tent(x - j), 1, K)


def dents(K, x):
    """What the dents before K take from the ramp at x."""
    return Sum(lambda j: dent(x - j), 1, K)


@proves(claims.worst_is_smooth)
def _(goal, K, x, y):
    """The dent at n changes the slope only beyond n, where it was 1; so n lies between any two points that it treats differently."""

    def smooth(n):
        steps = forall(Real, lambda u: forall(Real, lambda v: implies(u <= v, abs(rise(u) - tents(n, u) - rise(v) + tents(n, v)) <= v - u)))
        return steps & forall(Real, lambda u: implies(u >= n, eq(rise(u) - tents(n, u), 1)))

    with goal.induction(smooth, 1) as n:
        steps, flat = goal.facts[-2:]
        goal.unroll(tents(n, 0))
    goal.at(goal.last(), K)
    goal.have(eq(slope(K, x), rise(x) - tents(K, x)))
    goal.have(eq(slope(K, y), rise(y) - tents(K, y)))


@proves(claims.worst_is_at_least_zero)
def _(goal, K, x):
    worst_from_above(goal, K, x)


def worst_from_above(goal, K, x):
    """The worst function for n gradients is x − (n + 1)/4 from n on, and at least 0."""
    with goal.induction(lambda n: (worst(n, x) >= 0) & implies(x >= n, eq(worst(n, x), x - (n + 1) / 4)), 1) as n:
        goal.unroll(dents(n, x))
    return goal.at(goal.last(), K)


@proves(claims.worst_at_its_start)
def _(goal, K):
    worst_from_above(goal, K, K)


def slope_at_integers(goal, K):
    """The slope is 1 at every integer m ≥ 1."""
    with goal.any(PositiveInteger) as m:
        with goal.each(1, K) as j:
            goal.have(eq(tent(m - j), 0))
        goal.fold("sum", goal.last())
        goal.have(eq(slope(K, m), 1))
    return goal.last()


@proves(claims.descent_walks_over_the_integers)
def _(goal, K, x, k):
    at_integers = slope_at_integers(goal, K)
    with goal.induction(lambda n: eq(x[n], K - n), upto=K) as n:
        goal.at(at_integers, K - n)
    goal.at(goal.last(), k)


@proves(claims.sharp_constant_is_attained)
def _(goal, K, x):
    smallest = Min(lambda k: slope(K, x[k]) ** 2, K)
    at_integers = slope_at_integers(goal, K)
    i = goal.attained(smallest)
    goal.by(claims.descent_walks_over_the_integers, K, x, i)
    goal.at(at_integers, K - i)
    goal.have(eq(smallest, 1))
    goal.by(claims.descent_walks_over_the_integers, K, x, 0)
    goal.by(claims.worst_at_its_start, K)


@proves(claims.sharp_constant_including_the_last_is_attained)
def _(goal, K, x):
    goal.by(claims.sharp_constant_is_attained, K + 1, x)


@proves(claims.sharp_constant_for_the_decrease_is_attained)
def _(goal, K, x):
    goal.by(claims.sharp_constant_is_attained, K + 1, x)
    goal.by(claims.descent_walks_over_the_integers, K + 1, x, 0)
    goal.by(claims.descent_walks_over_the_integers, K + 1, x, K)
    goal.by(claims.worst_at_its_start, K + 1)
    with goal.each(1, K + 1) as j:
        goal.have(eq(dent(1 - j), 0))
    goal.fold("sum", goal.last())
    goal.have(eq(worst(K + 1, 1), Q(1, 2)))
