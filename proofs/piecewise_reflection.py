"""Proofs about gradient descent in the turning mirror: one step, and then induction."""

from quod import D, Natural, Q, eq, family, minimum, proves
from spec import piecewise_function, sequences
from spec import piecewise_reflection as claims
from spec.piecewise_descent import cycle, descends
from spec.piecewise_function import f, slope


@proves(claims.slope_goes_with_the_sign)
def _(goal, x, sign):
    goal.by(claims.slope_is_odd, x)
    odd = eq(slope(sign * x), sign * slope(x))
    for value in (1, -1):
        with goal.suppose(eq(sign, value)) as given:
            goal.rewrite(odd, given)
    goal.cases(goal.have(eq(sign, 1) | eq(sign, -1), goal.known(eq(sign**2, 1)), only=True), odd)


@proves(claims.descent_in_the_mirror)
def _(goal, step, x, sign, t):
    turned = (-1) ** t
    goal.by(sequences.powers_of_minus_one_are_their_own_inverses, t)
    goal.by(claims.slope_goes_with_the_sign, x[t], sign * turned)
    goal.by(piecewise_function.f_has_that_slope, x[t])
    goal.at(goal.known(descends(x, step)), t)
    y = sign * turned * x[t]
    goal.have(eq(sign * (-1) ** (t + 1) * x[t + 1], step * slope(y) - y), opaque=(slope(y), slope(x[t]), D(f)(x[t])))
