"""Densities with variance 1, for numbers and arrays over the whole range of floats."""

import numpy as np

from impl.activations import sigmoid_slope
from quod import implements
from spec import unit_variance as spec


@implements(spec.exponential)
def exponential(x):
    """e⁻ˣ for x ≥ 0, and 0 for x < 0."""
    x = np.asarray(x, dtype=float)
    return np.where(x >= 0, np.exp(-np.maximum(x, 0.0)), 0.0)


@implements(spec.uniform)
def uniform(x):
    """1/√12 on [−√3, √3], and 0 elsewhere."""
    return np.where(np.abs(np.asarray(x, dtype=float)) <= np.sqrt(3), 1 / np.sqrt(12), 0.0)


@implements(spec.laplace)
def laplace(x):
    """e^(−√2·|x|)/√2."""
    return np.exp(-np.sqrt(2) * np.abs(np.asarray(x, dtype=float))) / np.sqrt(2)


@implements(spec.steepness)
def steepness():
    """π/√3."""
    return np.pi / np.sqrt(3)


@implements(spec.logistic)
def logistic(x):
    """The slope of the sigmoid, made π/√3 times as steep."""
    return steepness() * sigmoid_slope(steepness() * np.asarray(x, dtype=float))
