"""Sequences of reals: powers, products of growth factors, and what tends to zero.

"x_t tends to a" is spelled out: for every ε > 0 there is an N with |x_t − a| < ε for all t ≥ N.
"""

from quod import (
    AtLeast,
    Below,
    Closed,
    Family,
    Interval,
    Natural,
    NonNegative,
    Positive,
    Prod,
    Real,
    Sequence,
    claim,
    eq,
    exists,
    forall,
    implies,
)
from spec.sources import calculus


def tends_to_zero(x):
    """The sequence x converges to 0."""
    return forall(Positive, lambda epsilon: exists(Natural, lambda first: forall(AtLeast(first), lambda t: abs(x(t)) < epsilon)))


def tends_to(x, a):
    """The sequence x converges to a."""
    return tends_to_zero(lambda t: x(t) - a)


@claim(source=calculus)
def some_multiple_of_a_step_exceeds_every_bound(step: Positive, bound: Real):
    """Archimedes: from some t on, t steps reach beyond the bound."""
    return exists(Natural, lambda first: forall(AtLeast(first), lambda t: bound < t * step))


@claim(source=calculus)
def powers_of_minus_one_are_their_own_inverses(t: Natural):
    """The square of (−1)ᵗ is 1."""
    return eq(((-1) ** t) ** 2, 1)


@claim(source=calculus)
def a_sign_keeps_the_absolute_value(sign: Real, x: Real):
    """|s·x| = |x| for s = 1 and for s = −1."""
    return implies(eq(sign**2, 1), eq(abs(sign * x), abs(x)))


@claim(source=calculus)
def powers_of_a_product(t: Natural, a: Real, b: Real):
    """(a·b)ᵗ = aᵗ·bᵗ."""
    return eq((a * b) ** t, a**t * b**t)


@claim(source=calculus)
def powers_are_positive(t: Natural, a: Positive):
    """aᵗ > 0 for a > 0."""
    return a**t > 0


@claim(source=calculus)
def products_of_non_negative_factors_are_monotone(k: Natural, a: Family("k", NonNegative), b: Family("k")):
    """If 0 ≤ aᵢ ≤ bᵢ for all i, then 0 ≤ ∏aᵢ ≤ ∏bᵢ."""
    return implies(forall(Below(k), lambda i: a[i] <= b[i]), (0 <= Prod(a, k)) & (Prod(a, k) <= Prod(b, k)))


@claim(source=calculus)
def factors_of_growth_multiply(k: Natural, r: Family("k", NonNegative), x: Sequence()):
    """If x grows at most r_l times from x_l to x_{l+1}, for all l < k, then x_k ≤ ∏r_l · x₀."""
    return implies(forall(Below(k), lambda i: x[i + 1] <= r[i] * x[i]), x[k] <= Prod(r, k) * x[0])


@claim(source=calculus, tight={"t": 1, "r": 1})
def powers_decay_at_least_like_one_over_t(t: Natural, r: Closed(0, 1)):
    """For 0 ≤ r ≤ 1, rᵗ ≤ 1/(1 + t(1 − r))."""
    return (r**t >= 0) & (r**t * (1 + t * (1 - r)) <= 1)


@claim(source=calculus)
def multiples_of_powers_fall_below_every_bound(c: NonNegative, r: Interval(lower=0, upper=1, closed="left"), epsilon: Positive):
    """For 0 ≤ r < 1, c·rᵗ is less than ε from some t on."""
    return exists(Natural, lambda first: forall(AtLeast(first), lambda t: c * r**t < epsilon))
