"""The piecewise quadratic function of question 5a and its slope, in the distance |x| − 1 from its kinks."""

import numpy as np

from quod import implements
from spec import piecewise_function as spec


@implements(spec.f)
def f(x):
    """The function for a number or an array."""
    x = np.asarray(x, dtype=float)
    beyond = np.abs(x) - 1
    return np.where(beyond > 0, beyond * (0.75 * beyond + 2), (np.abs(x) + 1) * beyond)


@implements(spec.slope)
def slope(x):
    """Its slope for a number or an array."""
    x = np.asarray(x, dtype=float)
    beyond = np.abs(x) - 1
    return np.where(beyond > 0, np.copysign(1.5 * beyond + 2, x), 2 * x)
