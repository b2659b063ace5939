"""Sums and products of n numbers, for every n: signs, single members, logarithms, and the inequality of Cauchy and Schwarz."""

from quod import Below, Family, Natural, NonNegative, Positive, PositiveInteger, Prod, Sum, claim, eq, family, implies, log, piecewise
from spec.sources import calculus
from spec.sources import hardy_littlewood_polya as hlp


@claim(source=calculus)
def sums_of_positive_numbers_are_positive(n: PositiveInteger, a: Family("n", Positive)):
    """The sum of one or more positive numbers is positive."""
    return Sum(a, n) > 0


@claim(source=calculus)
def products_of_positive_numbers_are_positive(n: Natural, a: Family("n", Positive)):
    """The product of positive numbers is positive."""
    return Prod(a, n) > 0


@claim(source=calculus)
def logarithm_of_a_product_is_the_sum_of_the_logarithms(n: Natural, a: Family("n", Positive)):
    """log ∏aᵢ = Σ log aᵢ for positive numbers."""
    return eq(log(Prod(a, n)), Sum(lambda i: log(a[i]), n))


@claim(source=calculus)
def logarithm_of_a_power(t: Natural, a: Positive):
    """log aᵗ = t·log a for a > 0."""
    return eq(log(a**t), t * log(a))


@claim(source=calculus)
def a_sum_picks_out_one_member(n: PositiveInteger, a: Family("n"), i: Below("n")):
    """If all members but the i-th are replaced by 0, the sum is aᵢ."""
    return eq(Sum(lambda k: piecewise((a[k], eq(k, i)), otherwise=0), n), a[i])


@claim(source=calculus, tight={"n": 1, "a": family(lambda i: 2), "i": 0})
def a_member_is_at_most_the_sum(n: PositiveInteger, a: Family("n", NonNegative), i: Below("n")):
    """Each of n non-negative numbers is at most their sum."""
    return a[i] <= Sum(a, n)


@claim(source=hlp("§2.4, Theorem 7"))
def cauchy_schwarz(n: Natural, a: Family("n"), b: Family("n")):
    """(Σaᵢbᵢ)² ≤ Σaᵢ² · Σbᵢ²."""
    return Sum(lambda i: a[i] * b[i], n) ** 2 <= Sum(lambda i: a[i] ** 2, n) * Sum(lambda i: b[i] ** 2, n)


@claim(source=calculus)
def indices_below_a_bound_are_counted(n: Natural, m: Natural):
    """Of the indices 0 ≤ j < n, m lie below m ≤ n."""
    return implies(m <= n, eq(Sum(lambda j: piecewise((1, j < m), otherwise=0), n), m))
