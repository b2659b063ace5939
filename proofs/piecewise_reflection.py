"""Proofs about gradient descent in the turning mirror: one step, and then induction."""

from proofs.sequences import null_below_powers
from quod import D, Natural, Q, eq, family, minimum, proves
from spec import piecewise_function, sequences
from spec import piecewise_reflection as claims
from spec.piecewise_descent import cycle, descends
from spec.piecewise_function import f, slope


@proves(claims.slope_goes_with_the_sign)
def _(goal, x, sign):
    goal.by(claims.slope_is_odd, x)
    odd = eq(slope(sign * x), sign * slope(x))
    for value in (1, -1):
        with goal.suppose(eq(sign, value)) as given:
            goal.rewrite(odd, given)
    goal.cases(goal.have(eq(sign, 1) | eq(sign, -1), goal.known(eq(sign**2, 1)), only=True), odd)


@proves(claims.descent_in_the_mirror)
def _(goal, step, x, sign, t):
    turned = (-1) ** t
    goal.by(sequences.powers_of_minus_one_are_their_own_inverses, t)
    goal.by(claims.slope_goes_with_the_sign, x[t], sign * turned)
    goal.by(piecewise_function.f_has_that_slope, x[t])
    goal.at(goal.known(descends(x, step)), t)
    y = sign * turned * x[t]
    goal.have(eq(sign * (-1) ** (t + 1) * x[t + 1], step * slope(y) - y), opaque=(slope(y), slope(x[t]), D(f)(x[t])))


@proves(claims.a_reflected_long_step_approaches_the_cycle)
def _(goal, step, a, u, c):
    """Beyond 1 the distance from c is multiplied by 3η/2 − 1; below, the way to c, at most c long, is shortened by 2(η − 1)u."""
    following, room, excess = step * slope(u) - u, 4 - 3 * step, step - 1
    rate = 1 - room * excess * a
    beyond = goal.have(c > 1)
    slower = goal.have((excess * a <= Q(1, 2)) & (Q(3, 2) * step - 1 <= rate) & (0 <= Q(3, 2) * step - 1))
    nearer = (following >= a) & (abs(following - c) <= rate * abs(u - c))
    with goal.suppose(u > 1) as far:
        goal.have(eq(slope(u), Q(3, 2) * (u - 1) + 2), far, only=True)
        way = goal.have(eq(following - c, (Q(3, 2) * step - 1) * (u - c)), opaque=(slope(u),))
        goal.have(following >= a, opaque=(slope(u),))
        goal.have(abs(following - c) <= rate * abs(u - c), way, slower, only=True, opaque=(slope(u),))
        goal.have(nearer)
    with goal.suppose(~(u > 1)) as near:
        goal.have(eq(slope(u), 2 * u), near, goal.known(a > 0), goal.known(u >= a), only=True)
        goal.have(room * excess * a * c <= Q(4, 3) * excess * a)
        way = goal.have((c >= following) & (c - following <= rate * (c - u)), opaque=(slope(u),))
        goal.have(following >= a, opaque=(slope(u),))
        here, there = abs(u - c), abs(following - c)
        sizes = goal.have(eq(here, c - u) & eq(there, c - following), way, beyond, near, only=True, opaque=(slope(u),))
        goal.have(there <= rate * here, way, sizes, only=True, opaque=(slope(u), here, there))
        goal.have(nearer)
    goal.cases(goal.apply("excluded_middle", u > 1), nearer)


@proves(claims.reflected_longer_steps_grow)
def _(goal, step, y, t):
    """Below 1 a step multiplies by 2η − 1 ≥ 5/3, above 1 it adds at least η/2 ≥ 2/3; both add at least 2a/3."""
    a = minimum(y[0], 1)
    goal.have((a > 0) & (a <= y[0]) & (a <= 1))
    with goal.induction(lambda n: y[n] >= a * (1 + Q(2, 3) * n), name="n") as n:
        goal.have(y[n] >= a, opaque=(a,))
        grown = y[n + 1] >= y[n] + Q(2, 3) * a
        for beyond, value in ((y[n] > 1, Q(3, 2) * (y[n] - 1) + 2), (~(y[n] > 1), 2 * y[n])):
            with goal.suppose(beyond) as place:
                goal.have(eq(slope(y[n]), value), place, goal.known(y[n] >= a), goal.known(a > 0), only=True, opaque=(a,))
                goal.have(grown, opaque=(a, slope(y[n])))
        goal.cases(goal.apply("excluded_middle", y[n] > 1), grown)
        goal.have(y[n + 1] >= a * (1 + Q(2, 3) * (n + 1)), opaque=(a, slope(y[n])))
    goal.at(goal.last(), t)


@proves(claims.reflected_long_steps_approach_the_cycle)
def _(goal, step, y):
    """All y_t stay above a, the smaller of y₀ and 1, so that every step brings them nearer to c at one and the same rate."""
    c, a = cycle(step), minimum(y[0], 1)
    rate = 1 - (4 - 3 * step) * (step - 1) * a
    goal.have(eq(c * (4 - 3 * step), step))
    goal.have((a > 0) & (a <= y[0]) & (a <= 1))
    goal.have((rate >= 0) & (rate < 1), opaque=(a,))
    with goal.induction(lambda n: y[n] >= a) as n:
        goal.by(claims.a_reflected_long_step_approaches_the_cycle, step, a, y[n], c)
    with goal.any(Natural, "t") as t:
        with goal.each(0, t) as i:
            goal.by(claims.a_reflected_long_step_approaches_the_cycle, step, a, y[i], c)
            goal.have(abs(y[i + 1] - c) <= rate * abs(y[i] - c))
        goal.by(sequences.factors_of_growth_multiply, t, family(lambda i: rate), family(lambda i: abs(y[i] - c)))
    null_below_powers(goal, lambda t: y[t] - c, abs(y[0] - c), rate)
