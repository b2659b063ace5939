"""The arithmetic, geometric and harmonic mean of n ≥ 1 positive numbers x₀, …, x_{n−1}, and their order."""

from quod import Below, Family, Positive, PositiveInteger, Prod, Sum, claim, definition, eq, exp, family, forall, iff, log
from spec.sources import hardy_littlewood_polya as hlp


@definition
def arithmetic_mean(n: PositiveInteger, x: Family("n", Positive)):
    """The arithmetic mean Σxᵢ/n."""
    return Sum(x, n) / n


@definition
def geometric_mean(n: PositiveInteger, x: Family("n", Positive)):
    """The geometric mean (∏xᵢ)^(1/n), the n-th root written with exp and log."""
    return exp(log(Prod(x, n)) / n)


@definition
def harmonic_mean(n: PositiveInteger, x: Family("n", Positive)):
    """The harmonic mean n/Σ(1/xᵢ)."""
    return n / Sum(lambda i: 1 / x[i], n)


def all_equal(n, x):
    """All of x₀, …, x_{n−1} are equal."""
    return forall(Below(n), lambda i: forall(Below(n), lambda j: eq(x[i], x[j])))


three_twos = {"n": 3, "x": family(lambda i: 2)}


@claim(source=hlp("§2.5, Theorem 9"), tight=three_twos)
def geometric_mean_is_at_most_the_arithmetic(n: PositiveInteger, x: Family("n", Positive)):
    """The geometric mean is at most the arithmetic mean."""
    return geometric_mean(n, x) <= arithmetic_mean(n, x)


@claim(source=hlp("§2.5, Theorem 9"), tight=three_twos)
def geometric_mean_is_the_arithmetic_only_for_equal_numbers(n: PositiveInteger, x: Family("n", Positive)):
    """The geometric and the arithmetic mean agree exactly if all numbers are equal."""
    return iff(eq(geometric_mean(n, x), arithmetic_mean(n, x)), all_equal(n, x))


@claim(source=hlp("§2.5"), tight=three_twos)
def harmonic_mean_is_at_most_the_geometric(n: PositiveInteger, x: Family("n", Positive)):
    """The harmonic mean is at most the geometric mean."""
    return harmonic_mean(n, x) <= geometric_mean(n, x)


@claim(source=hlp("§2.5"), tight=three_twos)
def harmonic_mean_is_the_geometric_only_for_equal_numbers(n: PositiveInteger, x: Family("n", Positive)):
    """The harmonic and the geometric mean agree exactly if all numbers are equal."""
    return iff(eq(harmonic_mean(n, x), geometric_mean(n, x)), all_equal(n, x))


@claim(source=hlp("§2.2"))
def geometric_mean_is_the_root_of_the_product(n: PositiveInteger, x: Family("n", Positive)):
    """The n-th power of the geometric mean is the product of the numbers."""
    return eq(geometric_mean(n, x) ** n, Prod(x, n))
