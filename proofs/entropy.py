"""Proofs about the entropy: the tangent line of log, summed."""

from quod import Q, eq, log, proves
from spec import elementary, entropy as claims


def tangent_below_each_probability(goal, n, p):
    """pᵢ·log(1/(n·pᵢ)) ≤ 1/n − pᵢ for every i, read for −pᵢ log pᵢ − pᵢ log n."""
    with goal.each(0, n) as i:
        with goal.suppose(p[i] > 0):
            goal.by(elementary.log_lies_below_its_tangent, 1 / (n * p[i]))
            goal.have(eq(log(1 / (n * p[i])), -log(n) - log(p[i])))
            goal.have(claims.minus_p_log_p(p[i]) - p[i] * log(n) <= 1 / n - p[i])
        goal.have(claims.minus_p_log_p(p[i]) - p[i] * log(n) <= 1 / n - p[i])
    return goal.last()


@proves(claims.entropy_is_at_most_log_n)
def _(goal, n, p):
    point = tangent_below_each_probability(goal, n, p)
    goal.sum(point)
    goal.apply("count", 0, n, goal.have(0 <= n))
