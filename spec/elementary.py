"""The tangent lines that everything leans on: of the logarithm at any point, and of the exponential at 0.

Each touches its curve in exactly one point, and each follows from the other at t = eˣ.
"""

from quod import Positive, Real, claim, eq, exp, iff, log
from spec.sources import calculus


@claim(source=calculus, tight={"t": 1})
def log_lies_below_its_tangent(t: Positive):
    """The logarithm lies below its tangent line at 1."""
    return log(t) <= t - 1


@claim(source=calculus, tight={"t": 1})
def log_meets_its_tangent_only_at_one(t: Positive):
    """The logarithm meets its tangent line at 1 in that point alone."""
    return iff(eq(log(t), t - 1), eq(t, 1))


@claim(source=calculus, tight={"x": 0})
def exp_lies_above_its_tangent(x: Real):
    """The exponential lies above its tangent line at 0."""
    return exp(x) >= 1 + x


@claim(source=calculus, tight={"x": 0})
def exp_meets_its_tangent_only_at_zero(x: Real):
    """The exponential meets its tangent line at 0 in that point alone."""
    return iff(eq(exp(x), 1 + x), eq(x, 0))


@claim(source=calculus, tight={"a": 2, "t": 2})
def log_lies_below_all_its_tangents(a: Positive, t: Positive):
    """The logarithm lies below its tangent line at every a > 0."""
    return log(t) <= log(a) + (t - a) / a


@claim(source=calculus, tight={"a": 2, "t": 2})
def log_meets_each_tangent_only_where_it_touches(a: Positive, t: Positive):
    """The logarithm meets its tangent line at a in the point a alone."""
    return iff(eq(log(t), log(a) + (t - a) / a), eq(t, a))


@claim(source=calculus)
def log_is_increasing(a: Positive, b: Positive):
    """log a ≤ log b exactly if a ≤ b."""
    return iff(log(a) <= log(b), a <= b)
