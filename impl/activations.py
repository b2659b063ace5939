"""The sigmoid, the hyperbolic tangent and their slopes, without overflow or cancellation on the whole range of floats.

Each slope works in e^(−|x|) or its square, which lie in (0, 1] and at worst underflow to 0.
"""

import numpy as np

from quod import implements
from spec import activations


@implements(activations.sigmoid)
def sigmoid(x):
    """1/(1 + e⁻ˣ) for a number or an array."""
    x = np.asarray(x, dtype=float)
    small = np.exp(-np.abs(x))
    return np.where(x < 0, small, 1.0) / (1 + small)


@implements(activations.tanh)
def tanh(x):
    """The hyperbolic tangent of a number or an array."""
    return np.tanh(np.asarray(x, dtype=float))


@implements(activations.sigmoid_slope)
def sigmoid_slope(x):
    """σ(1 − σ) for a number or an array, as e^(−|x|)/(1 + e^(−|x|))²."""
    small = np.exp(-np.abs(np.asarray(x, dtype=float)))
    return small / (1 + small) ** 2


@implements(activations.tanh_slope)
def tanh_slope(x):
    """1 − tanh² for a number or an array, as four sigmoid slopes at 2x."""
    small = np.exp(-2 * np.minimum(np.abs(np.asarray(x, dtype=float)), 1000.0))
    return 4 * small / (1 + small) ** 2


@implements(activations.crossover)
def crossover():
    """The place where both slopes are equal."""
    return np.arccosh(1 + np.sqrt(3.0))
