"""Lengths and weighted sums of the vectors that pass through a layer."""

import numpy as np

from quod import implements
from spec import vanishing_gradients


@implements(vanishing_gradients.squared_length)
def squared_length(n, v):
    """Σvᵢ² over the first n coordinates."""
    return np.sum(np.square(np.asarray(v, dtype=float)[:n]))


@implements(vanishing_gradients.weighted_sum)
def weighted_sum(n, weights, v, i):
    """Coordinate i of the matrix `weights` applied to the first n coordinates of v."""
    return np.asarray(weights, dtype=float)[i, :n] @ np.asarray(v, dtype=float)[:n]
