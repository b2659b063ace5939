"""Proofs about gradient descent on the piecewise quadratic: in closed form where there is one, by the contraction of one step elsewhere."""

from proofs.sequences import null_below_null, null_below_powers
from quod import AtLeast, D, Natural, Q, eq, exists, family, forall, minimum, piecewise, proves
from spec import piecewise_descent as claims
from spec import piecewise_function, sequences
from spec import piecewise_reflection as mirror
from spec.piecewise_descent import contraction_factor, cycle
from spec.piecewise_function import f, slope
from spec.sequences import tends_to


def reflected(goal, step, x, sign=1):
    """y_t = s(−1)ᵗx_t, and y_{t+1} = η f′(y_t) − y_t for every t."""

    def y(t):
        return sign * (-1) ** t * x[t]

    with goal.any(Natural, "t") as t:
        goal.by(mirror.descent_in_the_mirror, step, x, sign, t)
        goal.have(eq(y(t + 1), step * slope(y(t)) - y(t)), goal.last(), only=True)
    return y


@proves(claims.unit_steps_halve_the_distance_to_the_cycle)
def _(goal, x, t):
    y = reflected(goal, 1, x)
    with goal.induction(lambda n: (y(n) > 1) & eq(y(n), 1 + (x[0] - 1) * Q(1, 2) ** n)):
        pass
    goal.at(goal.last(), t)
    goal.by(sequences.powers_of_minus_one_are_their_own_inverses, t)
    goal.have(eq(x[t], (-1) ** t * (1 + (x[0] - 1) * Q(1, 2) ** t)))


def unit_steps(goal, x, t):
    """(−1)ᵗx_t = 1 + u with u = (x₀ − 1)/2ᵗ > 0, for step size 1 from x₀ > 1."""
    goal.by(claims.unit_steps_halve_the_distance_to_the_cycle, x, t)
    goal.by(sequences.powers_of_minus_one_are_their_own_inverses, t)
    goal.by(sequences.powers_decay_at_least_like_one_over_t, t, Q(1, 2))
    goal.by(sequences.powers_are_positive, t, Q(1, 2))
    u = (x[0] - 1) * Q(1, 2) ** t
    place = goal.have((u > 0) & (u <= x[0] - 1) & eq((-1) ** t * x[t], 1 + u))
    goal.have(eq(abs((-1) ** t * x[t]), 1 + u), place, only=True)
    goal.by(sequences.a_sign_keeps_the_absolute_value, (-1) ** t, x[t])
    goal.have(eq(abs(x[t]), 1 + u))
    return u


@proves(claims.unit_steps_do_not_diverge)
def _(goal, x, t):
    unit_steps(goal, x, t)


@proves(claims.unit_steps_keep_a_slope_above_two)
def _(goal, x, t):
    unit_steps(goal, x, t)
    goal.by(piecewise_function.f_has_that_slope, x[t])
    goal.have(abs(slope(x[t])) > 2, goal.have(abs(x[t]) > 1), only=True)
    goal.have(abs(D(f)(x[t])) > 2, opaque=(D(f)(x[t]), slope(x[t])))


def unit_values(goal, x, t):
    """f(x_t) = 3u²/4 + 2u, where |x_t| = 1 + u."""
    u, reach = unit_steps(goal, x, t), abs(x[t])
    place = goal.last()
    value = goal.have(eq(f(x[t]), Q(3, 4) * (reach - 1) ** 2 + 2 * (reach - 1)), goal.have(reach > 1), only=True)
    goal.have(eq(f(x[t]), Q(3, 4) * u**2 + 2 * u), value, place, only=True, opaque=(f(x[t]), reach))
    return u


@proves(claims.unit_steps_decrease_the_value)
def _(goal, x, t):
    u = unit_values(goal, x, t)
    v = unit_values(goal, x, t + 1)
    goal.have((v > 0) & (v < u))
    goal.have(f(x[t + 1]) < f(x[t]), opaque=(f(x[t]), f(x[t + 1])))


@proves(claims.unit_steps_bring_the_value_to_zero)
def _(goal, x):
    """3u²/4 + 2u is at most a multiple of u, and so of 2⁻ᵗ."""
    c = (Q(3, 4) * (x[0] - 1) + 2) * (x[0] - 1)
    goal.have(c >= 0)
    with goal.any(Natural, "t") as t:
        u = unit_values(goal, x, t)
        small = goal.known(u > 0), goal.known(u <= x[0] - 1)
        goal.have(abs(f(x[t])) <= c * Q(1, 2) ** t, goal.last(), *small, only=True, opaque=(f(x[t]),))
    null_below_powers(goal, lambda t: f(x[t]), c, Q(1, 2))


@proves(claims.unit_steps_approach_the_cycle)
def _(goal, x):
    with goal.any(Natural, "t") as t:
        u = unit_steps(goal, x, t)
        goal.have(abs((-1) ** t * x[t] - 1) <= u)
    null_below_powers(goal, lambda t: (-1) ** t * x[t] - 1, x[0] - 1, Q(1, 2))


@proves(claims.unit_steps_do_not_converge)
def _(goal, x, a):
    """Neighbours lie more than 2 apart, on both sides of 0, but both would lie less than 1 from the limit."""
    with goal.suppose(tends_to(x, a)) as limit:
        first = goal.choose(goal.at(limit, 1), "first")
        near = goal.known(forall(AtLeast(first), lambda t: abs(x[t] - a) < 1))
        for t in (first, first + 1):
            goal.at(near, t)
            goal.by(claims.unit_steps_halve_the_distance_to_the_cycle, x, t)
            goal.by(sequences.powers_are_positive, t, Q(1, 2))
        goal.by(sequences.powers_of_minus_one_are_their_own_inverses, first)
        goal.contradiction()


@proves(claims.unit_steps_between_the_kinks_jump_for_ever)
def _(goal, x, t):
    y = reflected(goal, 1, x)
    with goal.induction(lambda n: eq(y(n), x[0])):
        pass
    goal.at(goal.last(), t)
    goal.by(sequences.powers_of_minus_one_are_their_own_inverses, t)


@proves(claims.a_step_stretches_distances_at_most_by_the_contraction_factor)
def _(goal, step, x, y):
    """Over a distance d the slope grows by g between 3d/2 and 2d, so that d − ηg lies between (1 − 3η/2)d and (1 − 2η)d."""
    factor = contraction_factor(step)
    a, b = 1 - Q(3, 2) * step, 1 - 2 * step
    for bound in (a <= factor, -a <= factor, b <= factor, -b <= factor):
        goal.have(bound, only=True)
    stretched = abs((x - step * D(f)(x)) - (y - step * D(f)(y))) <= factor * abs(x - y)
    for lower, upper, order in ((x, y, x <= y), (y, x, ~(x <= y))):
        with goal.suppose(order):
            goal.by(piecewise_function.slope_grows_at_rates_from_three_halves_to_two, lower, upper)
            d, g = upper - lower, D(f)(upper) - D(f)(lower)
            near = (d - step * g <= factor * d) & (step * g - d <= factor * d)
            reach = goal.have(near, opaque=(factor, D(f)(x), D(f)(y)))
            distance = goal.have(eq(abs(x - y), d), goal.known(order), only=True)
            goal.have(stretched, reach, distance, only=True, opaque=(factor, abs(x - y), D(f)(x), D(f)(y)))
    goal.cases(goal.apply("excluded_middle", x <= y), stretched)


@proves(claims.short_steps_approach_the_minimiser_geometrically)
def _(goal, step, x, t):
    """0 is where it is after a step, so the distance from it is stretched at most by the contraction factor."""
    factor = contraction_factor(step)
    goal.have(factor >= 0)
    with goal.each(0, t) as i:
        stretch = goal.by(claims.a_step_stretches_distances_at_most_by_the_contraction_factor, step, x[i], 0)
        still = goal.by(piecewise_function.f_has_that_slope, 0)
        move = goal.at(goal.known(claims.descends(x, step)), i)
        goal.have(abs(x[i + 1]) <= factor * abs(x[i]), stretch, still, move, only=True, opaque=(factor, abs(x[i]), D(f)(x[i]), D(f)(0)))
    goal.by(sequences.factors_of_growth_multiply, t, family(lambda i: factor), family(lambda i: abs(x[i])))


@proves(claims.short_steps_converge_to_the_minimiser)
def _(goal, step, x):
    factor = contraction_factor(step)
    goal.by(claims.a_step_contracts_exactly_below_one, step)
    goal.have((0 <= factor) & (factor < 1))
    with goal.any(Natural, "t") as t:
        goal.by(claims.short_steps_approach_the_minimiser_geometrically, step, x, t)
    null_below_powers(goal, x, abs(x[0]), factor)


@proves(claims.long_steps_from_beyond_the_kink_in_closed_form)
def _(goal, step, x, t):
    """Beyond the kink y_{t+1} = (3η/2 − 1)y_t + η/2, and c is the fixed point of that."""
    c = cycle(step)
    goal.have(eq(c * (4 - 3 * step), step))
    y = reflected(goal, step, x)
    with goal.induction(lambda n: (y(n) >= 1) & eq(y(n), c + (Q(3, 2) * step - 1) ** n * (x[0] - c))) as n:
        goal.have(eq(slope(y(n)), Q(3, 2) * (y(n) - 1) + 2), goal.known(y(n) >= 1), only=True)
    goal.at(goal.last(), t)
    goal.by(sequences.powers_of_minus_one_are_their_own_inverses, t)


@proves(claims.the_minimiser_is_fixed)
def _(goal, step, x, t):
    with goal.induction(lambda n: eq(x[n], 0)) as n:
        goal.by(piecewise_function.f_has_that_slope, x[n])
        goal.have(eq(slope(x[n]), 0))
    goal.at(goal.last(), t)


def distances_from_the_two_cycle(goal, step, x, sign, limit):
    """|(−1)ᵗx_t − limit| ≤ |y_t − c| for every t, and so tends to 0, where y_t = s(−1)ᵗx_t and the limit is s·c."""
    c, y = cycle(step), reflected(goal, step, x, sign)
    goal.by(mirror.reflected_long_steps_approach_the_cycle, step, family(y))
    place = goal.have(eq(limit, sign * c), goal.known(sign * x[0] > 0), only=True)
    with goal.any(Natural, "t") as t:
        goal.have(abs((-1) ** t * x[t] - limit) <= abs(y(t) - c), place, only=True, opaque=(limit, 1 / (4 - 3 * step)))
    null_below_null(goal, lambda t: (-1) ** t * x[t] - limit, lambda t: y(t) - c)


@proves(claims.long_steps_approach_the_two_cycle)
def _(goal, step, x):
    """From x₀ > 0 this is y_t = (−1)ᵗx_t, from x₀ < 0 it is −y_t for y_t = −(−1)ᵗx_t."""
    limit = piecewise((cycle(step), x[0] > 0), otherwise=-cycle(step))
    start = goal.have((x[0] > 0) | (-x[0] > 0), goal.known(~eq(x[0], 0)), only=True)
    for sign in (1, -1):
        with goal.suppose(sign * x[0] > 0):
            distances_from_the_two_cycle(goal, step, x, sign, limit)
    goal.cases(start, goal.claim.conclusion)


@proves(claims.longer_steps_diverge)
def _(goal, step, x, bound):
    """|x_t| = |y_t|, and one of y_t = ±(−1)ᵗx_t starts above 0."""
    beyond = exists(Natural, lambda first: forall(AtLeast(first), lambda t: abs(x[t]) > bound))
    start = goal.have((x[0] > 0) | (-x[0] > 0), goal.known(~eq(x[0], 0)), only=True)
    for sign in (1, -1):
        with goal.suppose(sign * x[0] > 0):
            y = reflected(goal, step, x, sign)
            a = minimum(y(0), 1)
            goal.have(a > 0)
            first = goal.choose(goal.by(sequences.some_multiple_of_a_step_exceeds_every_bound, Q(2, 3) * a, bound), "first")
            with goal.any(AtLeast(first), "t") as t:
                goal.have(t >= 0)
                goal.by(mirror.reflected_longer_steps_grow, step, family(y), t)
                goal.by(sequences.powers_of_minus_one_are_their_own_inverses, t)
                goal.have(y(t) > bound, opaque=(a,))
                far = goal.have(abs(y(t)) > bound, goal.known(y(t) > bound), only=True)
                same = goal.by(sequences.a_sign_keeps_the_absolute_value, sign * (-1) ** t, x[t])
                goal.have(abs(x[t]) > bound, far, same, only=True, opaque=(abs(x[t]), abs(y(t))))
            goal.exhibit(beyond, first)
    goal.cases(start, beyond)
