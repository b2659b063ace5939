"""Proofs about gradient descent on the piecewise quadratic: in closed form where there is one, by the contraction of one step elsewhere."""

from quod import D, Natural, Q, Real, eq, family, floor, forall, proves
from spec import piecewise_descent as claims
from spec import piecewise_function, sequences
from spec import piecewise_reflection as mirror
from spec.piecewise_descent import cycle, descends
from spec.piecewise_function import f, slope


def reflected(goal, step, x, sign=1):
    """y_t = s(−1)ᵗx_t, and y_{t+1} = η f′(y_t) − y_t for every t."""

    def y(t):
        return sign * (-1) ** t * x[t]

    with goal.any(Natural, "t") as t:
        goal.by(mirror.descent_in_the_mirror, step, x, sign, t)
        goal.have(eq(y(t + 1), step * slope(y(t)) - y(t)), goal.last(), only=True)
    return y


@proves(claims.unit_steps_halve_the_distance_to_the_cycle)
def _(goal, x, t):
    y = reflected(goal, 1, x)
    with goal.induction(lambda n: (y(n) > 1) & eq(y(n), 1 + (x[0] - 1) * Q(1, 2) ** n)):
        pass
    goal.at(goal.last(), t)
    goal.by(sequences.powers_of_minus_one_are_their_own_inverses, t)
    goal.have(eq(x[t], (-1) ** t * (1 + (x[0] - 1) * Q(1, 2) ** t)))
