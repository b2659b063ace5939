"""The entropy of a probability vector p₀, …, p_{n−1}, for every n ≥ 1.

Logarithms are natural, and 0·log 0 is 0: the entropy is defined on the closed simplex pᵢ ≥ 0, Σpᵢ = 1, vertices included. "Open" means
pᵢ > 0 for all i.
"""

from quod import (
    AtLeast,
    Below,
    Family,
    NonNegative,
    Positive,
    PositiveInteger,
    Q,
    Simplex,
    Sum,
    claim,
    definition,
    eq,
    exists,
    family,
    forall,
    iff,
    log,
    piecewise,
)
from spec.sources import cover_thomas, ift6135


@definition
def minus_p_log_p(p: NonNegative):
    """−p log p, and 0 at p = 0."""
    return piecewise((-p * log(p), p > 0), otherwise=0)


@definition
def entropy(n: PositiveInteger, p: Simplex("n")):
    """The entropy −Σpᵢ log pᵢ, in nats."""
    return Sum(lambda i: minus_p_log_p(p[i]), n)


thirds = {"n": 3, "p": family(lambda i: Q(1, 3))}


@claim(source=ift6135("2c"), tight=thirds)
def entropy_is_at_most_log_n(n: PositiveInteger, p: Simplex("n")):
    """The entropy of n probabilities never exceeds log n."""
    return entropy(n, p) <= log(n)


@claim(source=ift6135("2c"), tight=thirds)
def entropy_is_log_n_only_at_the_uniform(n: PositiveInteger, p: Simplex("n")):
    """The entropy is log n exactly if every probability is 1/n."""
    return iff(eq(entropy(n, p), log(n)), forall(Below(n), lambda i: eq(p[i], 1 / n)))


@claim(source=ift6135("2c"), tight={"n": 1, "p": family(lambda i: 1)})
def entropy_is_not_negative(n: PositiveInteger, p: Simplex("n")):
    """The entropy is at least 0."""
    return entropy(n, p) >= 0


@claim(source=ift6135("2c"))
def entropy_of_two_or_more_positive_probabilities_is_positive(n: AtLeast(2), p: Simplex("n", interior=True)):
    """The entropy of two or more positive probabilities is positive."""
    return entropy(n, p) > 0


@claim(source=ift6135("2c"), tight={"n": 3, "p": family(lambda i: piecewise((1, eq(i, 1)), otherwise=0))})
def entropy_is_zero_only_at_a_vertex(n: PositiveInteger, p: Simplex("n")):
    """The entropy is 0 exactly if one of the probabilities is 1."""
    return iff(eq(entropy(n, p), 0), exists(Below(n), lambda i: eq(p[i], 1)))


@claim(source=ift6135("2c"))
def entropy_on_the_open_simplex(n: PositiveInteger, p: Simplex("n", interior=True)):
    """On the open simplex the entropy is −Σpᵢ log pᵢ without any convention."""
    return eq(entropy(n, p), -Sum(lambda i: p[i] * log(p[i]), n))


@claim(source=ift6135("2c"), tight={"n": 3, "p": Q(1, 3)})
def tangent_bound_of_one_probability(n: PositiveInteger, p: Positive):
    """p log(1/(np)) is at most 1/n − p: the tangent line of the logarithm, one probability at a time."""
    return p * log(1 / (n * p)) <= 1 / n - p


@claim(source=cover_thomas("Theorem 2.6.2"), tight={"n": 3, "p": family(lambda i: Q(1, 3)), "y": family(lambda i: 2)})
def jensen_for_the_logarithm(n: PositiveInteger, p: Simplex("n", interior=True), y: Family("n", Positive)):
    """A weighted mean of logarithms is at most the logarithm of the weighted mean."""
    return Sum(lambda i: p[i] * log(y[i]), n) <= log(Sum(lambda i: p[i] * y[i], n))


# Two variables: p[i, j] is the probability of the pair (i, j), i < n, j < m.


@definition
def marginal(m: PositiveInteger, p: Family("m", NonNegative)):
    """The probability of a row: the sum of its m entries."""
    return Sum(p, m)


@definition
def joint_entropy(n: PositiveInteger, m: PositiveInteger, p: Family("n", Family("m", NonNegative))):
    """The entropy H(X, Y) of the pair."""
    return Sum(lambda i: Sum(lambda j: minus_p_log_p(p[i, j]), m), n)


@definition
def marginal_entropy(n: PositiveInteger, m: PositiveInteger, p: Family("n", Family("m", NonNegative))):
    """The entropy H(X) of the row."""
    return Sum(lambda i: minus_p_log_p(marginal(m, p[i])), n)


@definition
def conditional_entropy(n: PositiveInteger, m: PositiveInteger, p: Family("n", Family("m", NonNegative))):
    """The entropy H(Y | X) of the column given the row: −Σᵢⱼ pᵢⱼ log(pᵢⱼ/pᵢ), where pᵢ is the probability of row i."""
    return Sum(lambda i: Sum(lambda j: piecewise((-p[i, j] * log(p[i, j] / marginal(m, p[i])), p[i, j] > 0), otherwise=0), m), n)


@claim(source=cover_thomas("Theorem 2.2.1"))
def chain_rule(n: PositiveInteger, m: PositiveInteger, p: Family("n", Family("m", NonNegative))):
    """H(X, Y) = H(X) + H(Y | X), for every table of non-negative numbers, normalised or not."""
    return eq(joint_entropy(n, m, p), marginal_entropy(n, m, p) + conditional_entropy(n, m, p))
