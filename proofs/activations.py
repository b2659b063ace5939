"""Proofs about σ and tanh that compare the two functions at different places."""

from quod import D, Real, forall, proves
from spec import activations as claims
from spec.activations import sigmoid, tanh


@proves(claims.largest_tanh_slope_is_four_times_the_largest_sigmoid_slope)
def _(goal, c):
    """tanh′(x) = 4σ′(2x), read forwards at x/2 and backwards at x."""
    with goal.suppose(forall(Real, lambda x: D(tanh)(x) <= 4 * c)) as bounded:
        with goal.any(Real) as x:
            goal.by(claims.tanh_slope_is_four_sigmoid_slopes_at_twice_the_place, x / 2)
            goal.at(bounded, x / 2)
            goal.have(D(sigmoid)(x) <= c)
    with goal.suppose(forall(Real, lambda x: D(sigmoid)(x) <= c)) as bounded:
        with goal.any(Real) as x:
            goal.by(claims.tanh_slope_is_four_sigmoid_slopes_at_twice_the_place, x)
            goal.at(bounded, 2 * x)
            goal.have(D(tanh)(x) <= 4 * c)
