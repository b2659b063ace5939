"""Proofs about the divergence: the tangent bound of one term, and then the sum."""

from quod import Below, NonNegative, Positive, Sum, eq, forall, log, proves
from spec import divergence as claims
from spec import elementary, sums
from spec.divergence import divergence, p_log_p_over_q


@proves(claims.tangent_bound_of_one_term)
def _(goal, p, q):
    with goal.suppose(p > 0):
        goal.by(elementary.log_lies_below_all_its_tangents, p, q)
        goal.have(p_log_p_over_q(p, q) >= p - q)
    goal.cases(goal.apply("excluded_middle", p > 0), p_log_p_over_q(p, q) >= p - q)


@proves(claims.tangent_bound_of_one_term_is_attained_only_between_equals)
def _(goal, p, q):
    with goal.suppose(eq(p_log_p_over_q(p, q), p - q)):
        with goal.suppose(p > 0):
            goal.have(eq(log(q), log(p) + (q - p) / p))
            goal.by(elementary.log_meets_each_tangent_only_where_it_touches, p, q)
            goal.have(eq(p, q))
        goal.cases(goal.apply("excluded_middle", p > 0), eq(p, q))
    with goal.suppose(eq(p, q)):
        goal.have(eq(p_log_p_over_q(p, q), p - q))


def tangent_bounds(goal, n, p, q):
    """pᵢ − qᵢ ≤ pᵢ log(pᵢ/qᵢ) for every i < n."""
    with goal.each(0, n) as i:
        goal.by(claims.tangent_bound_of_one_term, p[i], q[i])
    return goal.last()


@proves(claims.gibbs_inequality)
def _(goal, n, p, q):
    goal.sum(tangent_bounds(goal, n, p, q))


@proves(claims.divergence_is_zero_only_between_equals)
def _(goal, n, p, q):
    bounds = tangent_bounds(goal, n, p, q)
    with goal.suppose(eq(divergence(n, p, q), 0)) as none:
        goal.vanish(bounds, none)
        with goal.each(0, n) as i:
            goal.by(claims.tangent_bound_of_one_term_is_attained_only_between_equals, p[i], q[i])
            goal.have(eq(p[i], q[i]))
    with goal.suppose(forall(Below(n), lambda i: eq(p[i], q[i]))):
        with goal.each(0, n) as i:
            goal.by(claims.tangent_bound_of_one_term_is_attained_only_between_equals, p[i], q[i])
            goal.have(eq(p_log_p_over_q(p[i], q[i]), p[i] - q[i]))
        goal.fold("sum", goal.last())
        goal.have(eq(divergence(n, p, q), 0))


@proves(claims.log_sum_inequality)
def _(goal, n, a, b):
    """The tangent at aᵢ, read at bᵢ·A/B, where A = Σaᵢ and B = Σbᵢ."""
    A, B = Sum(a, n), Sum(b, n)
    goal.by(sums.sums_of_positive_numbers_are_positive, n, a)
    goal.by(sums.sums_of_positive_numbers_are_positive, n, b)
    goal.have(A / B > 0)
    with goal.each(0, n) as i:
        goal.by(elementary.log_lies_below_all_its_tangents, a[i], b[i] * A / B)
        goal.have(a[i] - b[i] * A / B <= a[i] * log(a[i] / b[i]) - a[i] * log(A / B))
    goal.sum(goal.last())


def term_against_the_midpoint(goal):
    """a − m ≤ a log(a/m) ≤ a log 2 for a, b ≥ 0 and m = (a + b)/2."""
    with goal.any(NonNegative, "a") as a, goal.any(NonNegative, "b") as b:
        middle = (a + b) / 2
        bounds = (a - middle <= p_log_p_over_q(a, middle)) & (p_log_p_over_q(a, middle) <= a * log(2))
        with goal.suppose(a > 0):
            goal.have(middle > 0)
            goal.by(claims.tangent_bound_of_one_term, a, middle)
            goal.have(a / middle <= 2)
            goal.by(elementary.log_lies_below_all_its_tangents, 2, a / middle)
            goal.have(bounds)
        with goal.suppose(~(a > 0)):
            goal.have(eq(a, 0))
            goal.have(bounds)
        goal.cases(goal.apply("excluded_middle", a > 0), bounds)
    return goal.last()


@proves(claims.jensen_shannon_is_at_most_log_two)
def _(goal, n, p, q):
    bounds = term_against_the_midpoint(goal)
    with goal.each(0, n) as i:
        middle = (p[i] + q[i]) / 2
        goal.at(bounds, p[i], q[i])
        goal.at(bounds, q[i], p[i])
        goal.have((p_log_p_over_q(p[i], middle) + p_log_p_over_q(q[i], middle)) / 2 <= middle * log(2))
    goal.sum(goal.last())


@proves(claims.jensen_shannon_is_not_negative)
def _(goal, n, p, q):
    bounds = term_against_the_midpoint(goal)
    with goal.each(0, n) as i:
        middle = (p[i] + q[i]) / 2
        goal.at(bounds, p[i], q[i])
        goal.at(bounds, q[i], p[i])
        goal.have(0 <= (p_log_p_over_q(p[i], middle) + p_log_p_over_q(q[i], middle)) / 2)
    goal.sum(goal.last())


def quadratic_bound_of_one_term(goal):
    """3(a − b)² ≤ (2a + 4b)(a log(a/b) − a + b) for a ≥ 0 and b > 0: with t = a/b, an inequality in t alone."""
    with goal.any(Positive, "t") as t:
        goal.have(3 * (t - 1) ** 2 <= (2 * t + 4) * (t * log(t) - t + 1))
    scaled = goal.last()
    with goal.any(NonNegative, "a") as a, goal.any(Positive, "b") as b:
        bound = 3 * (a - b) ** 2 <= (2 * a + 4 * b) * (p_log_p_over_q(a, b) - a + b)
        with goal.suppose(a > 0):
            goal.at(scaled, a / b)
            goal.have(bound)
        goal.cases(goal.apply("excluded_middle", a > 0), bound)
    return goal.last()


@proves(claims.pinsker_inequality)
def _(goal, n, p, q):
    """With T = Σ|pᵢ − qᵢ|, u = (2pᵢ + 4qᵢ)/3 and v = pᵢ log(pᵢ/qᵢ) − pᵢ + qᵢ: T·|pᵢ − qᵢ| ≤ T²u/4 + v, and Σu = 2."""
    T = Sum(lambda i: abs(p[i] - q[i]), n)
    quadratic = quadratic_bound_of_one_term(goal)
    with goal.each(0, n) as i:
        goal.at(quadratic, p[i], q[i])
        u, v, distance = (2 * p[i] + 4 * q[i]) / 3, p_log_p_over_q(p[i], q[i]) - p[i] + q[i], abs(p[i] - q[i])
        square = goal.have(eq(distance**2, (p[i] - q[i]) ** 2), only=True)
        goal.have(u > 0)
        goal.have(0 <= u * (T**2 * u / 4 + v - T * distance), square, hints=(T * u / 2 - distance,))
        goal.have(T * distance <= T**2 * u / 4 + v)
    goal.sum(goal.last())
