"""The tangent line of the logarithm at any point is the one at 1, scaled."""

from quod import eq, log, proves
from spec import elementary as claims


@proves(claims.log_lies_below_all_its_tangents)
def _(goal, a, t):
    goal.by(claims.log_lies_below_its_tangent, t / a)


@proves(claims.log_meets_each_tangent_only_where_it_touches)
def _(goal, a, t):
    with goal.suppose(eq(log(t), log(a) + (t - a) / a)):
        goal.have(eq(log(t / a), t / a - 1))
        goal.by(claims.log_meets_its_tangent_only_at_one, t / a)
        goal.have(eq(t, a), goal.known(eq(t / a, 1)), goal.known(a > 0), only=True)
    with goal.suppose(eq(t, a)) as equal:
        goal.have(eq(log(t), log(a) + (t - a) / a), equal, only=True)


@proves(claims.log_is_increasing)
def _(goal, a, b):
    """By the tangent at b where a ≤ b, and by the one at a where b < a."""
    with goal.suppose(a <= b):
        goal.by(claims.log_lies_below_all_its_tangents, b, a)
        goal.have(log(a) <= log(b))
    with goal.suppose(log(a) <= log(b)):
        with goal.suppose(b < a):
            goal.by(claims.log_lies_below_all_its_tangents, a, b)
            goal.have(eq(0, 1))
        goal.have(a <= b)
