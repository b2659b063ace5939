"""Proofs about the means: the tangent of the logarithm at the geometric mean G, one number at a time, and then summed.

Σ log xᵢ is n log G, so that of Σ log xᵢ ≤ Σ(log G + (xᵢ − G)/G) only Σ(xᵢ − G) ≥ 0 is left; with 1/xᵢ and 1/G it is the harmonic mean.
"""

from quod import Below, Prod, Sum, eq, family, forall, log, proves
from spec import elementary, sums
from spec import means as claims
from spec.means import all_equal, arithmetic_mean, geometric_mean, harmonic_mean


def sum_of_logarithms(goal, n, x):
    """Σ log xᵢ = n·log G."""
    goal.by(sums.products_of_positive_numbers_are_positive, n, x)
    product = goal.by(sums.logarithm_of_a_product_is_the_sum_of_the_logarithms, n, x)
    goal.have(geometric_mean(n, x) > 0, only=True)
    goal.count(0, n)
    return goal.have(eq(Sum(lambda i: log(x[i]), n), n * log(geometric_mean(n, x))), product, goal.known(n >= 1), only=True)


def tangents(goal, n, x):
    """log xᵢ ≤ log G + (xᵢ − G)/G for every i < n."""
    with goal.each(0, n) as i:
        goal.by(elementary.log_lies_below_all_its_tangents, geometric_mean(n, x), x[i])
    return goal.last()


def tangents_of_the_inverses(goal, n, x):
    """−log xᵢ ≤ −log G + G/xᵢ − 1 for every i < n."""
    G = geometric_mean(n, x)
    with goal.each(0, n) as i:
        bound = goal.by(elementary.log_lies_below_all_its_tangents, 1 / G, 1 / x[i])
        goal.have(-log(x[i]) <= -log(G) + G / x[i] - 1, bound, goal.known(x[i] > 0), only=True)
    return goal.last()


@proves(claims.geometric_mean_is_at_most_the_arithmetic)
def _(goal, n, x):
    sum_of_logarithms(goal, n, x)
    goal.sum(tangents(goal, n, x))
    goal.have(geometric_mean(n, x) <= arithmetic_mean(n, x))


@proves(claims.harmonic_mean_is_at_most_the_geometric)
def _(goal, n, x):
    sum_of_logarithms(goal, n, x)
    goal.sum(tangents_of_the_inverses(goal, n, x))
    goal.have(harmonic_mean(n, x) <= geometric_mean(n, x))


def all_are_equal(goal, n, x):
    """From xᵢ = G for every i < n: xᵢ = xⱼ."""
    with goal.each(0, n) as i, goal.each(0, n, "j") as j:
        goal.have(eq(x[i], x[j]), *(goal.known(eq(x[k], geometric_mean(n, x))) for k in (i, j)), only=True)


def mean_of_equal_numbers(goal, n, x, equal):
    """From xᵢ = xⱼ for all i and j: xᵢ = x₀ for every i, and G = x₀."""
    goal.at(goal.known(forall(Below(n), lambda i: x[i] > 0)), 0)
    with goal.each(0, n) as i:
        goal.at(equal, i, 0)
    members = goal.last()
    with goal.each(0, n) as i:
        goal.have(eq(log(x[i]), log(x[0])), goal.known(eq(x[i], x[0])), only=True)
    goal.fold("sum", goal.last())
    goal.rewrite(eq(geometric_mean(n, x), x[0]), goal.have(eq(log(Prod(x, n)) / n, log(x[0]))))
    return members


@proves(claims.geometric_mean_is_the_arithmetic_only_for_equal_numbers)
def _(goal, n, x):
    G = geometric_mean(n, x)
    sum_of_logarithms(goal, n, x)
    bounds = tangents(goal, n, x)
    with goal.suppose(eq(G, arithmetic_mean(n, x))):
        goal.have(eq(Sum(x, n), n * G))
        goal.vanish(bounds, goal.have(eq(Sum(lambda i: log(x[i]), n), Sum(lambda i: log(G) + (x[i] - G) / G, n))))
        with goal.each(0, n) as i:
            goal.by(elementary.log_meets_each_tangent_only_where_it_touches, G, x[i])
            goal.have(eq(x[i], G))
        all_are_equal(goal, n, x)
    with goal.suppose(all_equal(n, x)) as equal:
        goal.fold("sum", mean_of_equal_numbers(goal, n, x, equal))
        goal.have(eq(G, arithmetic_mean(n, x)))


@proves(claims.harmonic_mean_is_the_geometric_only_for_equal_numbers)
def _(goal, n, x):
    G, inverses = geometric_mean(n, x), Sum(lambda i: 1 / x[i], n)
    sum_of_logarithms(goal, n, x)
    with goal.each(0, n) as i:
        goal.have(1 / x[i] > 0)
    goal.by(sums.sums_of_positive_numbers_are_positive, n, family(lambda i: 1 / x[i]))
    bounds = tangents_of_the_inverses(goal, n, x)
    with goal.suppose(eq(harmonic_mean(n, x), G)):
        goal.have(eq(G * inverses, n))
        goal.vanish(bounds, goal.have(eq(Sum(lambda i: -log(x[i]), n), Sum(lambda i: -log(G) + G / x[i] - 1, n))))
        with goal.each(0, n) as i:
            met, positive = goal.known(eq(-log(x[i]), -log(G) + G / x[i] - 1)), goal.known(x[i] > 0)
            goal.have(eq(log(1 / x[i]), log(1 / G) + (1 / x[i] - 1 / G) / (1 / G)), met, positive, only=True)
            goal.by(elementary.log_meets_each_tangent_only_where_it_touches, 1 / G, 1 / x[i])
            goal.have(eq(x[i], G), goal.known(eq(1 / x[i], 1 / G)), positive, only=True)
        all_are_equal(goal, n, x)
    with goal.suppose(all_equal(n, x)) as equal:
        mean_of_equal_numbers(goal, n, x, equal)
        with goal.each(0, n) as i:
            goal.have(eq(1 / x[i], 1 / x[0]), goal.known(eq(x[i], x[0])), only=True)
        goal.fold("sum", goal.last())
        goal.have(eq(harmonic_mean(n, x), G))


@proves(claims.geometric_mean_is_the_root_of_the_product)
def _(goal, n, x):
    goal.by(sums.products_of_positive_numbers_are_positive, n, x)
    goal.count(0, n)
    exponent = goal.have(eq(Sum(lambda i: log(Prod(x, n)) / n, n), log(Prod(x, n))))
    goal.rewrite(eq(geometric_mean(n, x) ** n, Prod(x, n)), exponent)
