"""The arithmetic, geometric and harmonic mean, scaled so that no intermediate result overflows or underflows."""

import numpy as np

from quod import implements
from spec import means


@implements(means.arithmetic_mean)
def arithmetic_mean(n, x):
    """Σxᵢ/n of the first n entries."""
    x = np.asarray(x, dtype=float)[:n]
    largest = np.max(x)
    return np.mean(x / largest) * largest


@implements(means.geometric_mean)
def geometric_mean(n, x):
    """The n-th root of the product of the first n entries; their binary exponents are averaged apart, exactly."""
    mantissas, exponents = np.frexp(np.asarray(x, dtype=float)[:n])
    whole, rest = divmod(int(np.sum(exponents)), int(n))
    return np.ldexp(np.exp(np.mean(np.log(mantissas)) + rest / n * np.log(2.0)), whole)


@implements(means.harmonic_mean)
def harmonic_mean(n, x):
    """n/Σ(1/xᵢ) of the first n entries."""
    x = np.asarray(x, dtype=float)[:n]
    smallest = np.min(x)
    return smallest / np.mean(smallest / x)
