"""Gradient descent on the piecewise quadratic f of `spec/piecewise_function.py`, seen in a mirror that turns at every step.

A long step jumps across the minimiser, so that y_t = (−1)ᵗx_t, or −(−1)ᵗx_t, moves calmly where x_t jumps: f′ is odd, and therefore

    y_{t+1} = η f′(y_t) − y_t.

From y₀ > 0 and with η > 1 all y_t stay positive, and they tend to the point c of the 2-cycle, or grow without bound.
"""

from quod import Interval, Natural, Open, Q, Real, Sequence, claim, eq, forall, implies, minimum
from spec.piecewise_descent import cycle, descends
from spec.piecewise_function import slope
from spec.sequences import tends_to
from spec.sources import ift6135

a5 = ift6135("5a")


def reflects(y, step):
    """The sequence y is gradient descent on f in the turning mirror."""
    return forall(Natural, lambda t: eq(y[t + 1], step * slope(y[t]) - y[t]))


@claim(source=a5)
def slope_is_odd(x: Real):
    """The slope of f changes its sign with x."""
    return eq(slope(-x), -slope(x))


@claim(source=a5)
def slope_goes_with_the_sign(x: Real, sign: Real):
    """f′(s·x) = s·f′(x) for s = 1 and for s = −1."""
    return implies(eq(sign**2, 1), eq(slope(sign * x), sign * slope(x)))


@claim(source=a5)
def descent_in_the_mirror(step: Real, x: Sequence(), sign: Real, t: Natural):
    """If x descends and s is 1 or −1, then y_t = s(−1)ᵗx_t has y_{t+1} = η f′(y_t) − y_t."""

    def y(t):
        return sign * (-1) ** t * x[t]

    return implies(eq(sign**2, 1) & descends(x, step), eq(y(t + 1), step * slope(y(t)) - y(t)))


@claim(source=a5, tight={"step": Q(7, 6), "a": 1, "u": Q(7, 3), "c": Q(7, 3)})
def a_reflected_long_step_approaches_the_cycle(
    step: Open(1, Q(4, 3)), a: Interval(lower=0, upper=1, closed="right"), u: Interval(lower="a"), c: Real
):
    """With 1 < η < 4/3 and c = η/(4 − 3η), a step from u ≥ a leads at least to a, and at most 1 − (4 − 3η)(η − 1)a times as far from c."""
    following = step * slope(u) - u
    rate = 1 - (4 - 3 * step) * (step - 1) * a
    return implies(eq(c * (4 - 3 * step), step), (following >= a) & (abs(following - c) <= rate * abs(u - c)))


@claim(source=a5)
def reflected_long_steps_approach_the_cycle(step: Open(1, Q(4, 3)), y: Sequence()):
    """With step size 1 < η < 4/3 from y₀ > 0, y_t tends to c = η/(4 − 3η)."""
    return implies((y[0] > 0) & reflects(y, step), tends_to(y, cycle(step)))


@claim(source=a5)
def reflected_longer_steps_grow(step: Interval(lower=Q(4, 3)), y: Sequence(), t: Natural):
    """With step size η ≥ 4/3 from y₀ > 0, y_t is at least a(1 + 2t/3), where a is the smaller of y₀ and 1."""
    return implies((y[0] > 0) & reflects(y, step), y[t] >= minimum(y[0], 1) * (1 + Q(2, 3) * t))
