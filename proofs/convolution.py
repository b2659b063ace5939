"""The proof that the output size counts the windows: exactly the first so many positions fit."""

from quod import eq, piecewise, proves
from spec import convolution as claims
from spec import sums
from spec.convolution import output_size, window_fits


@proves(claims.output_size_counts_the_windows)
def _(goal, i, k, s, p, d):
    size, last = output_size(i, k, s, p, d), i + 2 * p - d * (k - 1) - 1
    goal.by(claims.output_size_is_positive, i, k, s, p, d)
    goal.have((last >= 0) & (last <= i + 2 * p - 1))
    goal.have(last / s <= last)
    goal.have(size <= i + 2 * p)
    with goal.each(0, i + 2 * p, "j") as j:
        goal.by(claims.windows_fit_exactly_below_the_output_size, i, k, s, p, d, j)
        fits = window_fits(i, k, s, p, d, j)
        same = eq(piecewise((1, fits), otherwise=0), piecewise((1, j < size), otherwise=0))
        for window, place in ((fits, j < size), (~fits, ~(j < size))):
            with goal.suppose(window) as given:
                goal.have(same, given, goal.have(place), only=True)
        goal.cases(goal.apply("excluded_middle", fits), same)
    goal.fold("sum", goal.last())
    goal.by(sums.indices_below_a_bound_are_counted, i + 2 * p, size)
