"""The Kullback–Leibler divergence of probability vectors, for every n ≥ 1, and what follows from Gibbs' inequality.

Logarithms are natural and 0·log 0 is 0: p may have zeros. The reference q is positive, so that every quotient is defined.
"""

from quod import (
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
    family,
    forall,
    iff,
    log,
    piecewise,
)
from spec.sources import cover_thomas, ift6135, lin


@definition
def p_log_p_over_q(p: NonNegative, q: NonNegative):
    """p log(p/q), and 0 at p = 0."""
    return piecewise((p * log(p / q), p > 0), otherwise=0)


@definition
def divergence(n: PositiveInteger, p: Simplex("n"), q: Simplex("n", interior=True)):
    """The divergence KL(p‖q) = Σpᵢ log(pᵢ/qᵢ), in nats."""
    return Sum(lambda i: p_log_p_over_q(p[i], q[i]), n)


@claim(source=cover_thomas("Theorem 2.6.3"), tight={"p": Q(1, 2), "q": Q(1, 2)})
def tangent_bound_of_one_term(p: NonNegative, q: Positive):
    """p log(p/q) is at least p − q: the tangent line of the logarithm, one term at a time."""
    return p_log_p_over_q(p, q) >= p - q


@claim(source=cover_thomas("Theorem 2.6.3"), tight={"p": Q(1, 2), "q": Q(1, 2)})
def tangent_bound_of_one_term_is_attained_only_between_equals(p: NonNegative, q: Positive):
    """p log(p/q) is p − q exactly if p = q."""
    return iff(eq(p_log_p_over_q(p, q), p - q), eq(p, q))


halves = {"n": 2, "p": family(lambda i: Q(1, 2)), "q": family(lambda i: Q(1, 2))}


@claim(source=ift6135("2b"), tight=halves)
def gibbs_inequality(n: PositiveInteger, p: Simplex("n"), q: Simplex("n", interior=True)):
    """The divergence is at least 0."""
    return divergence(n, p, q) >= 0


@claim(source=ift6135("2b"), tight=halves)
def divergence_is_zero_only_between_equals(n: PositiveInteger, p: Simplex("n"), q: Simplex("n", interior=True)):
    """The divergence is 0 exactly if the two vectors are equal."""
    return iff(eq(divergence(n, p, q), 0), forall(Below(n), lambda i: eq(p[i], q[i])))


@claim(source=cover_thomas("Theorem 2.7.1"), tight={"n": 2, "a": family(lambda i: 3), "b": family(lambda i: 2)})
def log_sum_inequality(n: PositiveInteger, a: Family("n", Positive), b: Family("n", Positive)):
    """Σaᵢ log(aᵢ/bᵢ) ≥ A log(A/B) for positive numbers with the sums A = Σaᵢ and B = Σbᵢ."""
    return Sum(lambda i: a[i] * log(a[i] / b[i]), n) >= Sum(a, n) * log(Sum(a, n) / Sum(b, n))


@definition
def jensen_shannon(n: PositiveInteger, p: Simplex("n"), q: Simplex("n")):
    """The Jensen–Shannon divergence: the mean divergence of p and q from their midpoint (p + q)/2."""
    return Sum(lambda i: (p_log_p_over_q(p[i], (p[i] + q[i]) / 2) + p_log_p_over_q(q[i], (p[i] + q[i]) / 2)) / 2, n)


first = family(lambda i: piecewise((1, eq(i, 0)), otherwise=0))
second = family(lambda i: piecewise((1, eq(i, 1)), otherwise=0))


@claim(source=lin, tight={"n": 2, "p": first, "q": second})
def jensen_shannon_is_at_most_log_two(n: PositiveInteger, p: Simplex("n"), q: Simplex("n")):
    """The Jensen–Shannon divergence never exceeds log 2."""
    return jensen_shannon(n, p, q) <= log(2)


@claim(source=lin, tight={"n": 2, "p": first, "q": first})
def jensen_shannon_is_not_negative(n: PositiveInteger, p: Simplex("n"), q: Simplex("n")):
    """The Jensen–Shannon divergence is at least 0."""
    return jensen_shannon(n, p, q) >= 0


@claim(source=cover_thomas("Lemma 11.6.1"), tight=halves)
def pinsker_inequality(n: PositiveInteger, p: Simplex("n"), q: Simplex("n", interior=True)):
    """The squared distance Σ|pᵢ − qᵢ| is at most twice the divergence."""
    return Sum(lambda i: abs(p[i] - q[i]), n) ** 2 <= 2 * divergence(n, p, q)
