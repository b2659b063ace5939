"""Gradient descent on the piecewise quadratic f of `spec/piecewise_function.py`, for every step size η > 0 and every start x₀.

A sequence x₀, x₁, … descends with step size η if x_{t+1} = x_t − η f′(x_t) for all t. What "x_t tends to a" means is spelled out in
`spec/sequences.py`. The minimiser is 0, a fixed point whatever the step size. In short:

    0 < η < 1     x_t tends to 0
    η = 1         x_t keeps jumping: from |x₀| ≤ 1 between x₀ and −x₀, from |x₀| > 1 towards the cycle {1, −1}
    1 < η < 4/3   from x₀ ≠ 0, x_t approaches the cycle {c, −c} with c = η/(4 − 3η)
    η ≥ 4/3       from x₀ ≠ 0, |x_t| grows beyond all bounds
"""

from quod import (
    AtLeast,
    D,
    Interval,
    Natural,
    Open,
    Q,
    Real,
    Sequence,
    claim,
    definition,
    eq,
    exists,
    forall,
    iff,
    implies,
    maximum,
    piecewise,
)
from spec.piecewise_function import f
from spec.sequences import tends_to, tends_to_zero
from spec.sources import ift6135

a5 = ift6135("5a")


def descends(x, step):
    """The sequence x is gradient descent on f."""
    return forall(Natural, lambda t: eq(x[t + 1], x[t] - step * D(f)(x[t])))


@claim(source=a5)
def unit_steps_halve_the_distance_to_the_cycle(x: Sequence(), t: Natural):
    """With step size 1 from x₀ > 1: x_t = (−1)ᵗ(1 + (x₀ − 1)/2ᵗ)."""
    return implies((x[0] > 1) & descends(x, 1), eq(x[t], (-1) ** t * (1 + (x[0] - 1) * Q(1, 2) ** t)))


@claim(source=a5)
def unit_steps_do_not_converge(x: Sequence(), a: Real):
    """With step size 1 from x₀ > 1, x_t tends to no number."""
    return implies((x[0] > 1) & descends(x, 1), ~tends_to(x, a))


@claim(source=a5)
def unit_steps_approach_the_cycle(x: Sequence()):
    """With step size 1 from x₀ > 1, (−1)ᵗx_t tends to 1: the sequence approaches the cycle 1, −1, 1, −1, …"""
    return implies((x[0] > 1) & descends(x, 1), tends_to(lambda t: (-1) ** t * x[t], 1))


@claim(source=a5)
def unit_steps_do_not_diverge(x: Sequence(), t: Natural):
    """With step size 1 from x₀ > 1, |x_t| never exceeds x₀."""
    return implies((x[0] > 1) & descends(x, 1), abs(x[t]) <= x[0])


@claim(source=a5)
def unit_steps_keep_a_slope_above_two(x: Sequence(), t: Natural):
    """With step size 1 from x₀ > 1, |f′(x_t)| stays above 2 for ever."""
    return implies((x[0] > 1) & descends(x, 1), abs(D(f)(x[t])) > 2)


@claim(source=a5)
def unit_steps_decrease_the_value(x: Sequence(), t: Natural):
    """With step size 1 from x₀ > 1, f(x_t) decreases at every step."""
    return implies((x[0] > 1) & descends(x, 1), f(x[t + 1]) < f(x[t]))


@claim(source=a5)
def unit_steps_bring_the_value_to_zero(x: Sequence()):
    """With step size 1 from x₀ > 1, f(x_t) tends to 0, which is not the minimum −1."""
    return implies((x[0] > 1) & descends(x, 1), tends_to_zero(lambda t: f(x[t])))


@claim(source=a5)
def unit_steps_between_the_kinks_jump_for_ever(x: Sequence(), t: Natural):
    """With step size 1 from |x₀| ≤ 1, x_t = (−1)ᵗx₀."""
    return implies((abs(x[0]) <= 1) & descends(x, 1), eq(x[t], (-1) ** t * x[0]))


@definition
def contraction_factor(step: Real):
    """How much one step can stretch a distance: the curvatures of f lie between 3/2 and 2."""
    return maximum(abs(1 - Q(3, 2) * step), abs(1 - 2 * step))


@claim(source=a5, tight={"step": Q(1, 2), "x": 3, "y": 2})
def a_step_stretches_distances_at_most_by_the_contraction_factor(step: Real, x: Real, y: Real):
    """One step takes x and y to places at most max(|1 − 3η/2|, |1 − 2η|) times as far apart."""
    return abs((x - step * D(f)(x)) - (y - step * D(f)(y))) <= contraction_factor(step) * abs(x - y)


@claim(source=a5)
def a_step_contracts_exactly_below_one(step: Real):
    """max(|1 − 3η/2|, |1 − 2η|) is less than 1 exactly if 0 < η < 1."""
    return iff(contraction_factor(step) < 1, (0 < step) & (step < 1))


@claim(source=a5)
def short_steps_approach_the_minimiser_geometrically(step: Open(0, 1), x: Sequence(), t: Natural):
    """With step size 0 < η < 1, |x_t| ≤ max(|1 − 3η/2|, |1 − 2η|)ᵗ |x₀|."""
    return implies(descends(x, step), abs(x[t]) <= contraction_factor(step) ** t * abs(x[0]))


@claim(source=a5)
def short_steps_converge_to_the_minimiser(step: Open(0, 1), x: Sequence()):
    """With step size 0 < η < 1, x_t tends to 0 from every start."""
    return implies(descends(x, step), tends_to_zero(x))


@claim(source=a5, tight={"x": 0})
def a_step_of_one_half_quarters_the_distance(x: Real):
    """A step of size 1/2 brings x to at most a quarter of its distance from the minimiser."""
    return abs(x - Q(1, 2) * D(f)(x)) <= abs(x) / 4


@definition
def cycle(step: Open(1, Q(4, 3))):
    """The larger point of the 2-cycle of step size η: η/(4 − 3η)."""
    return step / (4 - 3 * step)


@claim(source=a5)
def long_steps_have_a_two_cycle(step: Open(1, Q(4, 3))):
    """With step size 1 < η < 4/3 one step takes η/(4 − 3η) to its negative, and back."""
    c = cycle(step)
    return eq(c - step * D(f)(c), -c) & eq(-c - step * D(f)(-c), c)


@claim(source=a5)
def long_steps_from_beyond_the_kink_in_closed_form(step: Open(1, Q(4, 3)), x: Sequence(), t: Natural):
    """With step size 1 < η < 4/3 from x₀ ≥ 1: x_t = (−1)ᵗ(c + (3η/2 − 1)ᵗ(x₀ − c)), where c = η/(4 − 3η)."""
    c = cycle(step)
    return implies((x[0] >= 1) & descends(x, step), eq(x[t], (-1) ** t * (c + (Q(3, 2) * step - 1) ** t * (x[0] - c))))


@claim(source=a5)
def long_steps_approach_the_two_cycle(step: Open(1, Q(4, 3)), x: Sequence()):
    """With step size 1 < η < 4/3 from x₀ ≠ 0, (−1)ᵗx_t tends to η/(4 − 3η) if x₀ > 0, and to its negative if x₀ < 0."""
    limit = piecewise((cycle(step), x[0] > 0), otherwise=-cycle(step))
    return implies(~eq(x[0], 0) & descends(x, step), tends_to(lambda t: (-1) ** t * x[t], limit))


@claim(source=a5)
def longer_steps_diverge(step: Interval(lower=Q(4, 3)), x: Sequence(), bound: Real):
    """With step size η ≥ 4/3 from x₀ ≠ 0, |x_t| exceeds every bound from some t on."""
    return implies(
        ~eq(x[0], 0) & descends(x, step),
        exists(Natural, lambda first: forall(AtLeast(first), lambda t: abs(x[t]) > bound)),
    )


@claim(source=a5)
def the_minimiser_is_fixed(step: Real, x: Sequence(), t: Natural):
    """From x₀ = 0 gradient descent stays at 0, whatever the step size."""
    return implies(eq(x[0], 0) & descends(x, step), eq(x[t], 0))
