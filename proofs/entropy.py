"""Proofs about the entropy: the tangent line of the logarithm, one probability at a time, and then summed."""

from quod import Below, Sum, eq, exists, family, forall, implies, log, piecewise, proves
from spec import divergence, elementary, sums
from spec import entropy as claims
from spec.divergence import p_log_p_over_q
from spec.entropy import entropy, marginal, minus_p_log_p


@proves(claims.tangent_bound_of_one_probability)
def _(goal, n, p):
    goal.by(elementary.log_lies_below_its_tangent, 1 / (n * p))


def tangent_bounds(goal, n, p):
    """−pᵢ log pᵢ − pᵢ log n ≤ 1/n − pᵢ for every i < n: the terms of the divergence from the uniform distribution."""
    with goal.each(0, n) as i:
        below, part, size = goal.by(divergence.tangent_bound_of_one_term, p[i], 1 / n), goal.known(p[i] >= 0), goal.known(n >= 1)
        goal.have(minus_p_log_p(p[i]) - p[i] * log(n) <= 1 / n - p[i], below, part, size, only=True)
    return goal.last()


@proves(claims.entropy_is_at_most_log_n)
def _(goal, n, p):
    goal.sum(tangent_bounds(goal, n, p))
    goal.count(0, n)


@proves(claims.entropy_is_log_n_only_at_the_uniform)
def _(goal, n, p):
    bounds = tangent_bounds(goal, n, p)
    goal.count(0, n)
    with goal.suppose(eq(entropy(n, p), log(n))) as attained:
        goal.vanish(bounds, attained)
        with goal.each(0, n) as i:
            met = goal.known(eq(minus_p_log_p(p[i]) - p[i] * log(n), 1 / n - p[i]))
            goal.have(eq(p_log_p_over_q(p[i], 1 / n), p[i] - 1 / n), met, goal.known(p[i] >= 0), goal.known(n >= 1), only=True)
            goal.by(divergence.tangent_bound_of_one_term_is_attained_only_between_equals, p[i], 1 / n)
            goal.have(eq(p[i], 1 / n))
    with goal.suppose(forall(Below(n), lambda i: eq(p[i], 1 / n))):
        with goal.each(0, n) as i:
            goal.have(eq(minus_p_log_p(p[i]), log(n) / n), goal.known(eq(p[i], 1 / n)), goal.known(n >= 1), only=True)
        goal.fold("sum", goal.last())
        goal.have(eq(entropy(n, p), log(n)))


def each_term_is_not_negative(goal, n, p):
    """0 ≤ −pᵢ log pᵢ for every i < n, as pᵢ ≤ 1."""
    with goal.each(0, n) as i:
        goal.by(sums.a_member_is_at_most_the_sum, n, p, i)
        small = goal.have(p[i] <= 1)
        goal.have(0 <= minus_p_log_p(p[i]), goal.known(p[i] >= 0), small, opaque=(p[i],), only=True)
    return goal.last()


@proves(claims.entropy_is_not_negative)
def _(goal, n, p):
    goal.sum(each_term_is_not_negative(goal, n, p))


def without_entropy_all_are_zero_or_one(goal, n, p, total):
    """If Σ −pᵢ log pᵢ = 0, then pᵢ = 0 or pᵢ = 1 for every i < n."""
    goal.vanish(each_term_is_not_negative(goal, n, p), total)
    with goal.each(0, n) as i:
        none = goal.known(eq(0, minus_p_log_p(p[i])))
        goal.have(eq(p[i], 0) | eq(p[i], 1), goal.known(p[i] >= 0), none, opaque=(p[i],), only=True)
    return goal.last()


@proves(claims.entropy_of_two_or_more_positive_probabilities_is_positive)
def _(goal, n, p):
    """If the entropy were 0, every probability would be 1, and their sum n."""
    with goal.each(0, n) as i:
        goal.have(p[i] >= 0)
    goal.sum(each_term_is_not_negative(goal, n, p))
    with goal.suppose(eq(entropy(n, p), 0)) as none:
        without_entropy_all_are_zero_or_one(goal, n, p, none)
        with goal.each(0, n) as i:
            goal.have(eq(p[i], 1), goal.known(p[i] > 0), goal.known(eq(p[i], 0) | eq(p[i], 1)), only=True)
        goal.fold("sum", goal.last())
        goal.count(0, n)
        goal.have(eq(n, 1))
        goal.have(eq(0, 1))


@proves(claims.entropy_is_zero_only_at_a_vertex)
def _(goal, n, p):
    vertex = exists(Below(n), lambda i: eq(p[i], 1))
    with goal.suppose(eq(entropy(n, p), 0)) as none:
        without_entropy_all_are_zero_or_one(goal, n, p, none)
        with goal.suppose(~vertex) as nowhere:
            with goal.each(0, n) as i:
                with goal.suppose(eq(p[i], 1)):
                    goal.apply("contradiction", goal.exhibit(vertex, i), nowhere)
                goal.have(eq(p[i], 0), goal.last(), goal.known(eq(p[i], 0) | eq(p[i], 1)), only=True)
            goal.fold("sum", goal.last())
            goal.have(eq(0, 1))
        goal.have(vertex)
    with goal.suppose(vertex) as somewhere:
        i = goal.choose(somewhere)
        whole = goal.by(sums.a_sum_picks_out_one_member, n, p, i)
        with goal.each(0, n) as k:
            goal.have(piecewise((p[k], eq(k, i)), otherwise=0) <= p[k], goal.known(0 <= p[k]), only=True)
        goal.vanish(goal.last(), whole)
        with goal.each(0, n) as k:
            kept = goal.known(eq(piecewise((p[k], eq(k, i)), otherwise=0), p[k]))
            with goal.suppose(eq(k, i)) as here:
                one = goal.have(eq(p[k], 1), here, goal.known(eq(p[i], 1)), only=True)
                goal.have(eq(minus_p_log_p(p[k]), 0), one, opaque=(p[k],), only=True)
            with goal.suppose(~eq(k, i)) as elsewhere:
                goal.have(eq(minus_p_log_p(p[k]), 0), goal.have(eq(p[k], 0), elsewhere, kept, only=True), only=True)
            goal.cases(goal.apply("excluded_middle", eq(k, i)), eq(minus_p_log_p(p[k]), 0))
        goal.fold("sum", goal.last())
        goal.have(eq(entropy(n, p), 0))


@proves(claims.entropy_on_the_open_simplex)
def _(goal, n, p):
    with goal.each(0, n) as i:
        goal.have(eq(minus_p_log_p(p[i]), -p[i] * log(p[i])), goal.known(p[i] > 0), only=True)
    goal.fold("sum", goal.last())


@proves(claims.jensen_for_the_logarithm)
def _(goal, n, p, y):
    """log yᵢ is at most log M + (yᵢ − M)/M, where M = Σpᵢyᵢ; weighted with pᵢ these sum to log M."""
    mean = Sum(lambda i: p[i] * y[i], n)
    with goal.each(0, n) as i:
        goal.have(p[i] * y[i] > 0)
    goal.by(sums.sums_of_positive_numbers_are_positive, n, family(lambda i: p[i] * y[i]))
    with goal.each(0, n) as i:
        goal.by(elementary.log_lies_below_all_its_tangents, mean, y[i])
        goal.have(p[i] * log(y[i]) <= p[i] * (log(mean) + (y[i] - mean) / mean), goal.last(), goal.known(p[i] > 0), only=True)
    goal.sum(goal.last())


@proves(claims.chain_rule)
def _(goal, n, m, p):
    """In a row of probability P > 0, −p log p is −p log(p/P) − p log P; in a row of probability 0 everything is 0."""
    with goal.each(0, n) as i, goal.each(0, m) as j:
        goal.by(sums.a_member_is_at_most_the_sum, m, p[i], j)
        with goal.suppose(p[i, j] > 0):
            goal.have(marginal(m, p[i]) > 0)
    with goal.each(0, n) as i:
        row = marginal(m, p[i])
        given = Sum(lambda j: piecewise((-p[i, j] * log(p[i, j] / row), p[i, j] > 0), otherwise=0), m)
        supported = forall(Below(m), lambda j: implies(p[i, j] > 0, row > 0))
        with goal.each(0, m) as j:
            split = piecewise((-p[i, j] * log(p[i, j] / row), p[i, j] > 0), otherwise=0) - p[i, j] * log(row)
            with goal.suppose(p[i, j] > 0) as some:
                goal.have(eq(minus_p_log_p(p[i, j]), split), some, goal.at(goal.known(supported), j), only=True)
            with goal.suppose(~(p[i, j] > 0)) as none:
                goal.have(eq(minus_p_log_p(p[i, j]), split), none, goal.known(p[i, j] >= 0), only=True)
            goal.cases(goal.apply("excluded_middle", p[i, j] > 0), eq(minus_p_log_p(p[i, j]), split))
        rows = goal.fold("sum", goal.last())
        positive = goal.sum(goal.known(forall(Below(m), lambda j: 0 <= p[i, j])))
        goal.have(eq(Sum(lambda j: minus_p_log_p(p[i, j]), m), minus_p_log_p(row) + given), rows, positive, only=True)
    goal.fold("sum", goal.last())
