"""The logistic sigmoid σ and the hyperbolic tangent: their slopes, and how these compare.

Both functions are defined by their exponentials; every slope is the derivative D of the definition.
"""

from quod import D, Q, Real, claim, definition, eq, exp, forall, iff, log, sqrt
from spec.sources import ift6135


@definition
def sigmoid(x: Real):
    """The logistic function."""
    return 1 / (1 + exp(-x))


@definition
def tanh(x: Real):
    """The hyperbolic tangent."""
    return (exp(x) - exp(-x)) / (exp(x) + exp(-x))


@definition
def sigmoid_slope(x: Real):
    """The derivative of the sigmoid."""
    return D(sigmoid)(x)


@definition
def tanh_slope(x: Real):
    """The derivative of the hyperbolic tangent."""
    return D(tanh)(x)


@claim(source=ift6135("1a"))
def sigmoid_slope_is_sigmoid_times_one_minus_sigmoid(x: Real):
    """The slope of the sigmoid is σ(1 − σ)."""
    return eq(D(sigmoid)(x), sigmoid(x) * (1 - sigmoid(x)))


@claim(source=ift6135("1b"))
def tanh_slope_is_one_minus_tanh_squared(x: Real):
    """The slope of the hyperbolic tangent is 1 − tanh²."""
    return eq(D(tanh)(x), 1 - tanh(x) ** 2)


@claim(source=ift6135("1c"))
def sigmoid_slope_is_positive(x: Real):
    """The sigmoid increases everywhere."""
    return D(sigmoid)(x) > 0


@claim(source=ift6135("1c"), tight={"x": 0})
def sigmoid_slope_is_at_most_a_quarter(x: Real):
    """The sigmoid's slope never exceeds 1/4."""
    return D(sigmoid)(x) <= Q(1, 4)


@claim(source=ift6135("1c"), tight={"x": 0})
def sigmoid_slope_is_a_quarter_only_at_zero(x: Real):
    """The sigmoid has slope 1/4 at 0 and nowhere else."""
    return iff(eq(D(sigmoid)(x), Q(1, 4)), eq(x, 0))


@claim(source=ift6135("1d"))
def tanh_slope_is_positive(x: Real):
    """The hyperbolic tangent increases everywhere."""
    return D(tanh)(x) > 0


@claim(source=ift6135("1d"), tight={"x": 0})
def tanh_slope_is_at_most_one(x: Real):
    """The hyperbolic tangent's slope never exceeds 1."""
    return D(tanh)(x) <= 1


@claim(source=ift6135("1d"), tight={"x": 0})
def tanh_slope_is_one_only_at_zero(x: Real):
    """The hyperbolic tangent has slope 1 at 0 and nowhere else."""
    return iff(eq(D(tanh)(x), 1), eq(x, 0))


@claim(source=ift6135("1e"))
def tanh_is_a_stretched_sigmoid(x: Real):
    """The hyperbolic tangent is a sigmoid, stretched by 2 in height and shrunk by 2 in width."""
    return eq(tanh(x), 2 * sigmoid(2 * x) - 1)


@claim(source=ift6135("1e"))
def tanh_slope_is_four_sigmoid_slopes_at_twice_the_place(x: Real):
    """The slope of tanh at x is four times the slope of the sigmoid at 2x."""
    return eq(D(tanh)(x), 4 * D(sigmoid)(2 * x))


@claim(source=ift6135("1e"))
def largest_tanh_slope_is_four_times_the_largest_sigmoid_slope(c: Real):
    """The slopes of tanh are bounded by 4c exactly if those of the sigmoid are bounded by c: the suprema are 4 to 1."""
    return iff(forall(Real, lambda x: D(tanh)(x) <= 4 * c), forall(Real, lambda x: D(sigmoid)(x) <= c))


@definition
def crossover():
    """The number where σ and tanh have the same slope: arccosh(1 + √3) ≈ 1.662885891058621."""
    return log(1 + sqrt(3) + sqrt(3 + 2 * sqrt(3)))


@claim(source=ift6135("1e"))
def crossover_is_arccosh_of_one_plus_root_three():
    """The crossover is the non-negative number whose hyperbolic cosine is 1 + √3."""
    return (crossover() >= 0) & eq((exp(crossover()) + exp(-crossover())) / 2, 1 + sqrt(3))


@claim(source=ift6135("1e"))
def tanh_is_steeper_exactly_below_the_crossover(x: Real):
    """The hyperbolic tangent is steeper than the sigmoid exactly where |x| lies below the crossover."""
    return iff(D(sigmoid)(x) < D(tanh)(x), abs(x) < crossover())


@claim(source=ift6135("1e"))
def crossover_to_fifteen_digits():
    """The crossover is 1.662885891058621, to 15 decimals."""
    return abs(crossover() - Q(1662885891058621, 10**15)) <= Q(1, 2 * 10**15)


@claim(source=ift6135("1e"))
def sigmoid_is_steeper_at_two():
    """At 2 the sigmoid is steeper than the hyperbolic tangent."""
    return D(tanh)(2) < D(sigmoid)(2)


@claim(source=ift6135("1e"), tight={"x": 0})
def tanh_slope_is_at_most_four_sigmoid_slopes(x: Real):
    """At one and the same place tanh is at most four times as steep as the sigmoid."""
    return D(tanh)(x) / D(sigmoid)(x) <= 4


@claim(source=ift6135("1e"), tight={"x": 0})
def tanh_slope_is_four_sigmoid_slopes_only_at_zero(x: Real):
    """Tanh is four times as steep as the sigmoid at 0 and nowhere else."""
    return iff(eq(D(tanh)(x) / D(sigmoid)(x), 4), eq(x, 0))
