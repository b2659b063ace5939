"""Gradient descent on the piecewise quadratic function, and the numbers that describe it."""

import numpy as np

from impl.gradient_descent import gradient_descent
from impl.piecewise_function import slope
from quod import implements
from spec import piecewise_descent as spec


def descend(start, step, steps):
    """x₀, …, x_steps in floats. With step size 1 they repeat with period 2 after some 53 steps, which the real sequence never does."""
    return gradient_descent(slope, start, step, steps)


@implements(spec.contraction_factor)
def contraction_factor(step):
    """max(|1 − 3η/2|, |1 − 2η|)."""
    step = np.asarray(step, dtype=float)
    return np.maximum(np.abs(1 - 1.5 * step), np.abs(1 - 2 * step))


@implements(spec.cycle)
def cycle(step):
    """η/(4 − 3η) for 1 < η < 4/3; both differences in the denominator are exact there."""
    step = np.asarray(step, dtype=float)
    return step / ((4 - 2 * step) - step)
