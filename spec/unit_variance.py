"""Laws with variance 1 and their differential entropies, none above ½ log(2πe) = 1.4189385…, that of the normal law.

Each law comes with its density, mean, variance and entropy; the entropies are stated exactly and to seven decimals.
"""

from quod import Integral, Q, Real, claim, definition, eq, exp, function, integrable, log, pi, piecewise, sqrt
from spec.differential_entropy import differential_entropy, has_moments, normal_entropy
from spec.sources import ift6135


def has_total_one(f):
    """f is integrable with integral 1."""
    return integrable(f) & eq(Integral(f), 1)


def rounds_to(value, ten_millionths):
    """The value is within half a unit of the seventh decimal from the number of ten-millionths."""
    return abs(value - Q(ten_millionths, 10**7)) <= Q(1, 2 * 10**7)


@claim(source=ift6135("2d"))
def entropy_of_the_standard_normal_law():
    """The normal law with variance 1 has entropy 1.4189385."""
    return rounds_to(normal_entropy(1), 14189385)


# Exponential


@definition
def exponential(x: Real):
    """The density at x of the exponential law with rate 1."""
    return piecewise((exp(-x), x >= 0), otherwise=0)


@claim(source=ift6135("2d"))
def exponential_is_a_density_with_variance_one():
    """The exponential density is integrable with integral 1, mean 1 and variance 1."""
    return has_total_one(exponential) & has_moments(exponential, 1, 1)


@claim(source=ift6135("2d"))
def entropy_of_the_exponential_law():
    """The exponential law with rate 1 has entropy 1."""
    return eq(differential_entropy(function(exponential)), 1)


# Uniform


@definition
def uniform(x: Real):
    """The density at x of the uniform law on [−√3, √3]."""
    return piecewise((1 / sqrt(12), (-sqrt(3) <= x) & (x <= sqrt(3))), otherwise=0)


@claim(source=ift6135("2d"))
def uniform_is_a_density_with_variance_one():
    """The uniform density is integrable with integral 1, mean 0 and variance 1."""
    return has_total_one(uniform) & has_moments(uniform, 0, 1)


@claim(source=ift6135("2d"))
def entropy_of_the_uniform_law():
    """The uniform law with variance 1 has entropy ½ log 12, which is 1.2424533."""
    return eq(differential_entropy(function(uniform)), log(12) / 2) & rounds_to(log(12) / 2, 12424533)


# Laplace


@definition
def laplace(x: Real):
    """The density at x of the Laplace law with mean 0 and scale 1/√2."""
    return exp(-sqrt(2) * abs(x)) / sqrt(2)


@claim(source=ift6135("2d"))
def laplace_is_a_density_with_variance_one():
    """The Laplace density is integrable with integral 1, mean 0 and variance 1."""
    return has_total_one(laplace) & has_moments(laplace, 0, 1)


@claim(source=ift6135("2d"))
def entropy_of_the_laplace_law():
    """The Laplace law with variance 1 has entropy 1 + ½ log 2, which is 1.3465736."""
    return eq(differential_entropy(function(laplace)), 1 + log(2) / 2) & rounds_to(1 + log(2) / 2, 13465736)


# Logistic


@definition
def steepness():
    """π/√3, with which the logistic law has variance 1."""
    return pi / sqrt(3)


@definition
def logistic(x: Real):
    """The density at x of the logistic law with mean 0 and scale √3/π."""
    return steepness() * exp(-steepness() * x) / (1 + exp(-steepness() * x)) ** 2


@claim(source=ift6135("2d"))
def logistic_is_a_density_with_variance_one():
    """The logistic density is integrable with integral 1, mean 0 and variance 1."""
    return has_total_one(logistic) & has_moments(logistic, 0, 1)


@claim(source=ift6135("2d"))
def entropy_of_the_logistic_law():
    """The logistic law with variance 1 has entropy 2 − log(π/√3), which is 1.4045763."""
    return eq(differential_entropy(function(logistic)), 2 - log(steepness())) & rounds_to(2 - log(steepness()), 14045763)
