"""Gradient descent with a constant step size, on numbers or vectors."""

import numpy as np


def gradient_descent(gradient, start, step, steps):
    """The array of w₀, …, w_steps with w_{k+1} = w_k − step · gradient(w_k); its first axis is k."""
    points = [np.asarray(start, dtype=float)]
    for _ in range(steps):
        points.append(points[-1] - step * gradient(points[-1]))
    return np.stack(points)


def smallest_gradient(gradient, points):
    """The least ‖gradient(w_k)‖² over the points."""
    return min(float(np.sum(np.square(gradient(point)))) for point in points)
