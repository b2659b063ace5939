"""Proofs about the function on which the sharp constants are attained: induction over its dents, then a walk over the integers."""

from quod import Min, PositiveInteger, Q, Real, Sum, eq, forall, implies, piecewise, proves
from spec import sharp_descent as claims
from spec.sharp_descent import dent, ramp, slope, worst


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


def bend(n, u):
    """The slope at u of the worst function for n gradients, written out."""
    return rise(u) - tents(n, u)


def close(first, second, distance):
    """The two numbers are at most so far apart."""
    return (first - second <= distance) & (second - first <= distance)


def flat(n):
    """The slope is 1 from n on."""
    return forall(Real, lambda u: implies(u >= n, eq(bend(n, u), 1)))


def steady(n):
    """The slope is 1-Lipschitz."""
    return forall(Real, lambda u: forall(Real, lambda v: implies(u <= v, close(bend(n, u), bend(n, v), v - u))))


def tent_is_steady(goal):
    """The slope of the dent is 1-Lipschitz."""
    with goal.any(Real) as u, goal.any(Real) as v, goal.suppose(u <= v) as order:
        goal.have(close(tent(u), tent(v), v - u), order, only=True)
    return goal.last()


def stays_flat(goal, n):
    """The dent at n is over at n + 1."""
    with goal.any(Real) as u, goal.suppose(u >= n + 1) as beyond:
        before, unrolled = goal.at(goal.known(flat(n)), u), goal.unroll(tents(n, u))
        over = goal.have(eq(tent(u - n), 0), beyond, only=True)
        goal.have(eq(bend(n + 1, u), 1), before, unrolled, over, only=True, opaque=(rise(u), tent(u - n), tents(n, u), tents(n + 1, u)))


def stays_steady(goal, n, tent_steady):
    """The dent at n changes the slope only beyond n, where it was 1: n lies between any two points that it treats differently."""
    with goal.any(Real) as u, goal.any(Real) as v, goal.suppose(u <= v) as order:
        after = close(bend(n + 1, u), bend(n + 1, v), v - u)
        opaque = rise(n), tents(n, n), *(part for w in (u, v) for part in (rise(w), tent(w - n), tents(n, w), tents(n + 1, w)))
        unrolled = order, goal.unroll(tents(n, u)), goal.unroll(tents(n, v))
        with goal.suppose(v <= n) as left:
            untouched = goal.have(eq(tent(u - n), 0), order, left, only=True), goal.have(eq(tent(v - n), 0), left, only=True)
            goal.have(after, *unrolled, *untouched, goal.at(goal.known(steady(n)), u, v), only=True, opaque=opaque)
        with goal.suppose(v > n):
            at_v = goal.at(goal.known(flat(n)), v)
            with goal.suppose(u >= n):
                at_u = goal.at(goal.known(flat(n)), u)
                goal.have(after, *unrolled, at_u, at_v, goal.at(tent_steady, u - n, v - n), only=True, opaque=opaque)
            with goal.suppose(u < n) as left:
                untouched = goal.have(eq(tent(u - n), 0), left, only=True)
                between = goal.at(goal.known(flat(n)), n), goal.at(goal.known(steady(n)), u, n), goal.at(tent_steady, 0, v - n)
                goal.have(after, *unrolled, at_v, untouched, *between, only=True, opaque=opaque)
            goal.cases(goal.apply("excluded_middle", u >= n), after)
        goal.cases(goal.apply("excluded_middle", v <= n), after)


@proves(claims.worst_is_smooth)
def _(goal, K, x, y):
    tent_steady = tent_is_steady(goal)
    with goal.any(Real) as u, goal.any(Real) as v, goal.suppose(u <= v) as order:
        goal.have(close(rise(u), rise(v), v - u), order, only=True)
    with goal.induction(lambda n: flat(n) & steady(n), 1) as n:
        stays_flat(goal, n)
        stays_steady(goal, n, tent_steady)
    goal.at(goal.last(), K)
    first, second = goal.have(eq(slope(K, x), bend(K, x))), goal.have(eq(slope(K, y), bend(K, y)))
    opaque = slope(K, x), slope(K, y), rise(x), rise(y), tents(K, x), tents(K, y)
    for u, v, way in ((x, y, x <= y), (y, x, y <= x)):
        with goal.suppose(way) as order:
            goal.have(goal.claim.conclusion, first, second, order, goal.at(goal.known(steady(K)), u, v), only=True, opaque=opaque)
    goal.cases(goal.apply("excluded_middle", x <= y), goal.claim.conclusion)


def worst_is_known_beyond(goal, K, x):
    """The worst function for n gradients is at least 0, and x − (n + 1)/4 from n on: each dent takes 1/4."""

    def known(n):
        return (worst(n, x) >= 0) & implies(x >= n, eq(worst(n, x), x - (n + 1) / 4))

    with goal.induction(known, 1) as n:
        before, unrolled = goal.known(worst(n, x) >= 0), goal.unroll(dents(n, x))
        opaque = ramp(x), dent(x - n), dents(n, x), dents(n + 1, x)
        with goal.suppose(x >= n) as beyond:
            value = goal.have(eq(worst(n, x), x - (n + 1) / 4))
            taken = goal.have((dent(x - n) <= Q(1, 4)) & implies(x >= n + 1, eq(dent(x - n), Q(1, 4))), only=True)
            goal.have(known(n + 1), goal.known(n >= 1), unrolled, beyond, value, taken, only=True, opaque=opaque)
        with goal.suppose(x < n) as left:
            untouched = goal.have(eq(dent(x - n), 0), left, only=True)
            goal.have(known(n + 1), before, unrolled, left, untouched, only=True, opaque=opaque)
        goal.cases(goal.apply("excluded_middle", x >= n), known(n + 1))
    return goal.at(goal.last(), K)


@proves(claims.worst_is_at_least_zero)
def _(goal, K, x):
    worst_is_known_beyond(goal, K, x)


@proves(claims.worst_at_its_start)
def _(goal, K):
    worst_is_known_beyond(goal, K, K)


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
