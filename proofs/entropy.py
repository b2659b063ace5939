"""Proofs about the entropy: the tangent line of the logarithm, one probability at a time, and then summed."""

from quod import Below, eq, forall, log, proves
from spec import elementary
from spec import entropy as claims
from spec.entropy import entropy, minus_p_log_p


def tangent_below_each_probability(goal, n, p):
    """−pᵢ log pᵢ − pᵢ log n ≤ 1/n − pᵢ for every i < n."""
    with goal.each(0, n) as i:
        with goal.suppose(p[i] > 0):
            goal.by(elementary.log_lies_below_its_tangent, 1 / (n * p[i]))
            goal.have(minus_p_log_p(p[i]) - p[i] * log(n) <= 1 / n - p[i])
        with goal.suppose(~(p[i] > 0)):
            goal.have(minus_p_log_p(p[i]) - p[i] * log(n) <= 1 / n - p[i])
        goal.have(minus_p_log_p(p[i]) - p[i] * log(n) <= 1 / n - p[i])
    return goal.last()


@proves(claims.entropy_is_at_most_log_n)
def _(goal, n, p):
    goal.sum(tangent_below_each_probability(goal, n, p))
    goal.count(0, n)


@proves(claims.entropy_is_log_n_only_at_the_uniform)
def _(goal, n, p):
    point = tangent_below_each_probability(goal, n, p)
    goal.count(0, n)
    with goal.suppose(eq(entropy(n, p), log(n))) as attained:
        goal.vanish(point, attained)
        with goal.each(0, n) as i:
            with goal.suppose(p[i] > 0):
                goal.by(elementary.log_meets_its_tangent_only_at_one, 1 / (n * p[i]))
                goal.have(eq(log(1 / (n * p[i])), 1 / (n * p[i]) - 1))
                goal.have(eq(1 / (n * p[i]), 1))
                goal.have(eq(p[i], 1 / n))
            goal.have(eq(p[i], 1 / n))
    with goal.suppose(forall(Below(n), lambda i: eq(p[i], 1 / n))):
        with goal.each(0, n) as i:
            goal.have(eq(minus_p_log_p(p[i]), log(n) / n))
        goal.fold("sum", goal.last())
        goal.have(eq(entropy(n, p), log(n)))
