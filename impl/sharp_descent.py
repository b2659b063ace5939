"""The worst function for gradient descent with step size 1: a ramp with dents in its slope."""

import numpy as np

from quod import implements
from spec import sharp_descent as spec


@implements(spec.ramp)
def ramp(x):
    """0 below 0, x²/2 up to 1, then x − 1/2."""
    x = np.asarray(x, dtype=float)
    climb = np.clip(x, 0.0, 1.0)
    return climb**2 / 2 + np.maximum(x - 1, 0.0)


@implements(spec.dent)
def dent(x):
    """The integral of the tent of height 1/2 on [0, 1]: x²/2 up to 1/2, and the mirror image of that up to 1."""
    x = np.clip(np.asarray(x, dtype=float), 0.0, 1.0)
    return np.where(x <= 0.5, x**2 / 2, 0.25 - (1 - x) ** 2 / 2)


@implements(spec.worst)
def worst(K, x):
    """The worst function for K gradients, for one K and a number or an array x."""
    x = np.asarray(x, dtype=float)
    return ramp(x) - np.sum(dent(x[..., None] - np.arange(1, int(K))), axis=-1)


def worst_slope(K, x):
    """Its slope."""
    x = np.asarray(x, dtype=float)
    inside = np.clip(x[..., None] - np.arange(1, int(K)), 0.0, 1.0)
    return np.clip(x, 0.0, 1.0) - np.sum(np.minimum(inside, 1 - inside), axis=-1)
