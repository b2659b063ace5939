"""The differential entropy of a density on ℝ, and why the normal law has the largest for its variance.

A density is non-negative and integrable with integral 1; logarithms are natural and 0·log 0 is 0. The entropy is finite: f log f is
assumed integrable. (Where it is not, the entropy of a density with a variance is −∞, and nothing is left to show.)
"""

from quod import (
    Density,
    Integral,
    Positive,
    Real,
    almost_everywhere,
    claim,
    definition,
    eq,
    exp,
    function,
    iff,
    implies,
    integrable,
    log,
    pi,
    sqrt,
)
from spec.entropy import minus_p_log_p
from spec.sources import ift6135


@definition
def differential_entropy(f: Density()):
    """The differential entropy −∫ f log f, in nats."""
    return Integral(lambda x: minus_p_log_p(f(x)))


@definition
def normal(mu: Real, sigma: Positive, x: Real):
    """The density at x of the normal law with mean μ and standard deviation σ."""
    return exp(-((x - mu) ** 2) / (2 * sigma**2)) / (sigma * sqrt(2 * pi))


@definition
def normal_entropy(sigma: Positive):
    """The differential entropy ½ log(2πeσ²) of every normal law with standard deviation σ."""
    return log(2 * pi * exp(1) * sigma**2) / 2


def has_entropy(f):
    """f log f is integrable."""
    return integrable(lambda x: minus_p_log_p(f(x)))


def has_moments(f, mu, sigma):
    """The density f has the mean μ and the variance σ²."""
    mean = integrable(lambda x: x * f(x)) & eq(Integral(lambda x: x * f(x)), mu)
    return mean & integrable(lambda x: (x - mu) ** 2 * f(x)) & eq(Integral(lambda x: (x - mu) ** 2 * f(x)), sigma**2)


@claim(source=ift6135("2d"), tight={"mu": 0, "sigma": 1, "f": function(lambda x: normal(0, 1, x))})
def normal_law_has_the_largest_entropy(mu: Real, sigma: Positive, f: Density()):
    """No density f with mean μ and variance σ², and with f log f integrable, has an entropy above ½ log(2πeσ²)."""
    return implies(has_moments(f, mu, sigma) & has_entropy(f), differential_entropy(f) <= normal_entropy(sigma))


@claim(source=ift6135("2d"), tight={"mu": 0, "sigma": 1, "f": function(lambda x: normal(0, 1, x))})
def only_the_normal_law_has_the_largest_entropy(mu: Real, sigma: Positive, f: Density()):
    """Among those densities the entropy is ½ log(2πeσ²) exactly if f is the normal density almost everywhere."""
    return implies(
        has_moments(f, mu, sigma) & has_entropy(f),
        iff(eq(differential_entropy(f), normal_entropy(sigma)), almost_everywhere(lambda x: eq(f(x), normal(mu, sigma, x)))),
    )


@claim(source=ift6135("2d"))
def normal_is_a_density(mu: Real, sigma: Positive):
    """The normal density is integrable with integral 1."""
    return integrable(lambda x: normal(mu, sigma, x)) & eq(Integral(lambda x: normal(mu, sigma, x)), 1)


@claim(source=ift6135("2d"))
def normal_has_mean_mu_and_variance_sigma_squared(mu: Real, sigma: Positive):
    """The normal law has the mean μ and the variance σ² that it is named after."""
    return has_moments(lambda x: normal(mu, sigma, x), mu, sigma)


@claim(source=ift6135("2d"))
def entropy_of_the_normal_law(mu: Real, sigma: Positive):
    """The normal law has differential entropy ½ log(2πeσ²): the bound is attained."""
    return eq(differential_entropy(function(lambda x: normal(mu, sigma, x))), normal_entropy(sigma))
