"""Proofs about the differential entropy: the tangent line of the logarithm, one value of the density at a time, and then integrated.

This is the proof that the entropy of n probabilities is at most log n, with the normal density g in the place of 1/n and ∫ in that of Σ.
"""

from quod import Integral, NonNegative, Positive, Q, Real, almost_everywhere, eq, exp, forall, log, pi, proves
from spec import differential_entropy as claims
from spec import divergence
from spec.differential_entropy import differential_entropy, normal, normal_entropy
from spec.divergence import p_log_p_over_q
from spec.entropy import minus_p_log_p


def minus_log_normal(mu, sigma, x):
    """−log g: log(2πσ²)/2 + (x − μ)²/(2σ²)."""
    return log(2 * pi * sigma**2) / 2 + (x - mu) ** 2 / (2 * sigma**2)


def logarithms(sigma):
    """The logarithms in the entropy, into which most steps need not look."""
    return log(2 * pi * sigma**2), log(2 * pi * exp(1) * sigma**2)


def log_of_normal(goal, mu, sigma, x):
    """g > 0, and log g."""
    goal.have(normal(mu, sigma, x) > 0, goal.known(sigma > 0), only=True)
    goal.have(eq(log(normal(mu, sigma, x)), -minus_log_normal(mu, sigma, x)), goal.known(sigma > 0), only=True)


def entropy_written_out(goal, sigma):
    """½ log(2πeσ²) = ½ log(2πσ²) + ½."""
    return goal.have(eq(normal_entropy(sigma), log(2 * pi * sigma**2) / 2 + Q(1, 2)), goal.known(sigma > 0), only=True)


# The normal law


@proves(claims.normal_is_a_density)
def _(goal, mu, sigma):
    goal.axiom("normal_total", mu, sigma)
    goal.integrate(lambda x: normal(mu, sigma, x))


@proves(claims.normal_has_mean_mu_and_variance_sigma_squared)
def _(goal, mu, sigma):
    """x = μ + (x − μ), and the moments about μ are axioms."""
    goal.by(claims.normal_is_a_density, mu, sigma)
    total = goal.known(eq(Integral(lambda x: normal(mu, sigma, x)), 1))
    goal.axiom("normal_moments", mu, sigma)
    goal.integrate(lambda x: (x - mu) * normal(mu, sigma, x))
    centred = goal.have(eq(Integral(lambda x: (x - mu) * normal(mu, sigma, x)), 0))
    split = goal.integrate(lambda x: x * normal(mu, sigma, x))
    goal.have(eq(Integral(lambda x: x * normal(mu, sigma, x)), mu), split, total, centred, only=True)
    goal.integrate(lambda x: (x - mu) ** 2 * normal(mu, sigma, x))


@proves(claims.entropy_of_the_normal_law)
def _(goal, mu, sigma):
    """−g log g is g times a polynomial."""
    goal.by(claims.normal_is_a_density, mu, sigma)
    goal.by(claims.normal_has_mean_mu_and_variance_sigma_squared, mu, sigma)
    total = goal.known(eq(Integral(lambda x: normal(mu, sigma, x)), 1))
    variance = goal.known(eq(Integral(lambda x: (x - mu) ** 2 * normal(mu, sigma, x)), sigma**2))
    with goal.any(Positive) as p, goal.any(Real) as log_p, goal.suppose(eq(log_p, log(p))):
        goal.have(eq(-p * log_p, minus_p_log_p(p)))
    value = goal.last()
    with goal.any(Real) as x:
        log_of_normal(goal, mu, sigma, x)
        goal.at(value, normal(mu, sigma, x), -minus_log_normal(mu, sigma, x))
    same = goal.same_integral(goal.last())
    split = goal.integrate(lambda x: minus_log_normal(mu, sigma, x) * normal(mu, sigma, x))
    bound, spread = entropy_written_out(goal, sigma), goal.known(sigma > 0)
    goal.have(goal.claim.conclusion, same, split, total, variance, bound, spread, only=True, opaque=logarithms(sigma))


# The largest entropy


def tangent_bound(goal):
    """−p log p + p log q ≤ q − p for all p ≥ 0 and q > 0: the term of the divergence."""
    with goal.any(NonNegative) as p, goal.any(Positive) as q, goal.any(Real) as log_q, goal.suppose(eq(log_q, log(q))) as named:
        below, part, positive = goal.by(divergence.tangent_bound_of_one_term, p, q), goal.known(p >= 0), goal.known(q > 0)
        goal.have(minus_p_log_p(p) + p * log_q <= q - p, below, part, positive, named, only=True)
    return goal.last()


def tangent_bound_is_attained_only_between_equals(goal):
    """−p log p + p log q = q − p only if p = q, for all p ≥ 0 and q > 0."""
    with goal.any(NonNegative) as p, goal.any(Positive) as q, goal.any(Real) as log_q, goal.suppose(eq(log_q, log(q))) as named:
        with goal.suppose(eq(minus_p_log_p(p) + p * log_q, q - p)) as met:
            goal.have(eq(p_log_p_over_q(p, q), p - q), met, goal.known(p >= 0), goal.known(q > 0), named, only=True)
            goal.by(divergence.tangent_bound_of_one_term_is_attained_only_between_equals, p, q)
            goal.have(eq(p, q))
    return goal.last()


def left(mu, sigma, f, x):
    """−f log f + f log g."""
    return minus_p_log_p(f(x)) - f(x) * minus_log_normal(mu, sigma, x)


def right(mu, sigma, f, x):
    """g − f."""
    return normal(mu, sigma, x) - f(x)


def tangent_bounds(goal, mu, sigma, f):
    """−f log f + f log g ≤ g − f at every x."""
    bound = tangent_bound(goal)
    with goal.any(Real) as x:
        goal.at(goal.known(forall(Real, lambda x: f(x) >= 0)), x)
        log_of_normal(goal, mu, sigma, x)
        goal.at(bound, f(x), normal(mu, sigma, x), -minus_log_normal(mu, sigma, x))
        goal.have(left(mu, sigma, f, x) <= right(mu, sigma, f, x))
    return goal.last()


def tangent_bounds_are_attained_only_at_normal(goal, mu, sigma, f):
    """−f log f + f log g = g − f only where f = g."""
    meets = tangent_bound_is_attained_only_between_equals(goal)
    with goal.any(Real) as x, goal.suppose(eq(left(mu, sigma, f, x), right(mu, sigma, f, x))):
        goal.at(goal.known(forall(Real, lambda x: f(x) >= 0)), x)
        log_of_normal(goal, mu, sigma, x)
        goal.at(meets, f(x), normal(mu, sigma, x), -minus_log_normal(mu, sigma, x))
    return goal.last()


def integrals_of_both_sides(goal, mu, sigma, f):
    """∫(−f log f + f log g) = H(f) − ½ log(2πeσ²), and ∫(g − f) = 0."""
    spread, opaque = goal.known(sigma > 0), logarithms(sigma)
    goal.by(claims.normal_is_a_density, mu, sigma)
    whole, total = goal.known(eq(Integral(lambda x: normal(mu, sigma, x)), 1)), goal.known(eq(Integral(f), 1))
    variance = goal.known(eq(Integral(lambda x: (x - mu) ** 2 * f(x)), sigma**2))
    split = goal.integrate(lambda x: left(mu, sigma, f, x))
    bound, gap = entropy_written_out(goal, sigma), differential_entropy(f) - normal_entropy(sigma)
    first = goal.have(eq(Integral(lambda x: left(mu, sigma, f, x)), gap), split, total, variance, bound, spread, only=True, opaque=opaque)
    split = goal.integrate(lambda x: right(mu, sigma, f, x))
    return first, goal.have(eq(Integral(lambda x: right(mu, sigma, f, x)), 0), split, whole, total, only=True)


@proves(claims.normal_law_has_the_largest_entropy)
def _(goal, mu, sigma, f):
    sides = integrals_of_both_sides(goal, mu, sigma, f)
    below = goal.integral(tangent_bounds(goal, mu, sigma, f))
    goal.have(differential_entropy(f) <= normal_entropy(sigma), below, *sides, only=True, opaque=logarithms(sigma))


@proves(claims.only_the_normal_law_has_the_largest_entropy)
def _(goal, mu, sigma, f):
    sides = integrals_of_both_sides(goal, mu, sigma, f)
    point = tangent_bounds(goal, mu, sigma, f)
    tangent_bounds_are_attained_only_at_normal(goal, mu, sigma, f)
    with goal.suppose(eq(differential_entropy(f), normal_entropy(sigma))) as attained:
        total = eq(Integral(lambda x: left(mu, sigma, f, x)), Integral(lambda x: right(mu, sigma, f, x)))
        equal = goal.vanish(point, goal.have(total, attained, *sides, only=True, opaque=logarithms(sigma)))
        goal.almost_everywhere(almost_everywhere(lambda x: eq(f(x), normal(mu, sigma, x))), equal)
    with goal.suppose(almost_everywhere(lambda x: eq(f(x), normal(mu, sigma, x)))) as equal:
        with goal.any(Real) as x, goal.suppose(eq(f(x), normal(mu, sigma, x))) as here:
            goal.rewrite(eq(minus_p_log_p(f(x)), minus_p_log_p(normal(mu, sigma, x))), here)
        goal.almost_everywhere(almost_everywhere(lambda x: eq(minus_p_log_p(f(x)), minus_p_log_p(normal(mu, sigma, x)))), equal)
        same = goal.same_integral(goal.last())
        attained = goal.by(claims.entropy_of_the_normal_law, mu, sigma)
        goal.have(eq(differential_entropy(f), normal_entropy(sigma)), same, attained, only=True, opaque=logarithms(sigma))
