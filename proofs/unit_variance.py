"""Proofs about laws with variance 1: an antiderivative of the density and of its product with x and x², by the fundamental theorem."""

from quod import Integral, Positive, Q, Real, eq, exp, function, log, piecewise, proves, sqrt
from spec import unit_variance as claims
from spec.differential_entropy import differential_entropy
from spec.entropy import minus_p_log_p
from spec.unit_variance import exponential, laplace, logistic, rounds_to, steepness, uniform


def minus_p_log_p_where_p_is_positive(goal):
    """−p·l = −p log p for all p > 0 and l = log p."""
    with goal.any(Positive) as p, goal.any(Real) as log_p, goal.suppose(eq(log_p, log(p))):
        goal.have(eq(-p * log_p, minus_p_log_p(p)))
    return goal.last()


# Exponential


def exponential_moments(goal):
    """∫f = 1, ∫x·f = 1 and ∫x²·f = 2 over the half-line."""
    goal.antiderivative(lambda x: -exp(-x), exponential, (0, None), (-1, 0), (lambda e: e / 2, lambda e: 1 / e))
    goal.antiderivative(
        lambda x: -(x + 1) * exp(-x), lambda x: x * exponential(x), (0, None), (-1, 0), (lambda e: e / 2, lambda e: 2 / e)
    )
    goal.antiderivative(
        lambda x: -(x**2 + 2 * x + 2) * exp(-x), lambda x: x**2 * exponential(x), (0, None), (-2, 0), (lambda e: e / 2, lambda e: 6 / e)
    )


@proves(claims.exponential_is_a_density_with_variance_one)
def _(goal):
    exponential_moments(goal)
    goal.integrate(lambda x: (x - 1) ** 2 * exponential(x))


@proves(claims.entropy_of_the_exponential_law)
def _(goal):
    goal.by(claims.exponential_is_a_density_with_variance_one)
    with goal.any(Real) as x:
        goal.have(eq(x * exponential(x), minus_p_log_p(exponential(x))))
    goal.same_integral(goal.last())


# Uniform


def uniform_moments(goal):
    """∫f = 1, ∫(x + √3)·f = √3 and ∫x²·f = 1 over [−√3, √3]."""
    ends, near = (-sqrt(3), sqrt(3)), (lambda e: -sqrt(3) + e / (1 + e), lambda e: sqrt(3) - e / (1 + e))
    goal.antiderivative(lambda x: x / sqrt(12), uniform, ends, (-sqrt(3) / sqrt(12), sqrt(3) / sqrt(12)), near)
    goal.antiderivative(lambda x: (x + sqrt(3)) ** 2 / (2 * sqrt(12)), lambda x: (x + sqrt(3)) * uniform(x), ends, (0, 6 / sqrt(12)), near)
    goal.antiderivative(lambda x: x**3 / (3 * sqrt(12)), lambda x: x**2 * uniform(x), ends, (-sqrt(3) / sqrt(12), sqrt(3) / sqrt(12)), near)


@proves(claims.uniform_is_a_density_with_variance_one)
def _(goal):
    uniform_moments(goal)
    goal.integrate(lambda x: x * uniform(x))
    goal.integrate(lambda x: (x - 0) ** 2 * uniform(x))


@proves(claims.entropy_of_the_uniform_law)
def _(goal):
    """−log f is ½ log 12 wherever f is not 0."""
    goal.by(claims.uniform_is_a_density_with_variance_one)
    goal.have(eq(log(1 / sqrt(12)), -log(12) / 2))
    with goal.any(Real) as x:
        goal.have(eq(log(12) / 2 * uniform(x), minus_p_log_p(uniform(x))))
    goal.same_integral(goal.last())
    goal.have(goal.claim.conclusion)


# Laplace


def positive_part(x):
    """x·f to the right of 0, and 0 elsewhere."""
    return piecewise((x * exp(-sqrt(2) * x) / sqrt(2), x >= 0), otherwise=0)


def negative_part(x):
    """−x·f to the left of 0, and 0 elsewhere."""
    return piecewise((-x * exp(sqrt(2) * x) / sqrt(2), x <= 0), otherwise=0)


def laplace_parts(goal):
    """∫x·f over the half-lines is 1/√8 and −1/√8."""
    goal.antiderivative(
        lambda x: -(x / 2 + 1 / (2 * sqrt(2))) * exp(-sqrt(2) * x),
        positive_part,
        (0, None),
        (-1 / (2 * sqrt(2)), 0),
        (lambda e: e / sqrt(2), lambda e: 2 / (sqrt(2) * e)),
    )
    goal.antiderivative(
        lambda x: (1 / (2 * sqrt(2)) - x / 2) * exp(sqrt(2) * x),
        negative_part,
        (None, 0),
        (0, 1 / (2 * sqrt(2))),
        (lambda e: -2 / (sqrt(2) * e), lambda e: -e / sqrt(2)),
    )


@proves(claims.laplace_is_a_density_with_variance_one)
def _(goal):
    """x·f is the difference of its two parts."""
    goal.antiderivative(
        lambda x: piecewise((1 - exp(-sqrt(2) * x) / 2, x >= 0), otherwise=exp(sqrt(2) * x) / 2),
        laplace,
        (None, None),
        (0, 1),
        (lambda e: -1 / (sqrt(2) * e), lambda e: 1 / (sqrt(2) * e)),
    )
    goal.antiderivative(
        lambda x: piecewise(
            (1 - (x**2 / 2 + x / sqrt(2) + Q(1, 2)) * exp(-sqrt(2) * x), x >= 0),
            otherwise=(x**2 / 2 - x / sqrt(2) + Q(1, 2)) * exp(sqrt(2) * x),
        ),
        lambda x: x**2 * laplace(x),
        (None, None),
        (0, 1),
        (lambda e: -4 / (sqrt(2) * e), lambda e: 4 / (sqrt(2) * e)),
    )
    laplace_parts(goal)
    goal.integrate(lambda x: positive_part(x) - negative_part(x))
    with goal.any(Real) as x:
        goal.have(eq(positive_part(x) - negative_part(x), x * laplace(x)))
    goal.same_integral(goal.last())
    goal.integrate(lambda x: (x - 0) ** 2 * laplace(x))


@proves(claims.entropy_of_the_laplace_law)
def _(goal):
    """−log f = ½ log 2 + √2·|x|."""
    goal.by(claims.laplace_is_a_density_with_variance_one)
    laplace_parts(goal)
    goal.integrate(lambda x: log(2) / 2 * laplace(x) + sqrt(2) * (positive_part(x) + negative_part(x)))
    value = minus_p_log_p_where_p_is_positive(goal)
    with goal.any(Real) as x:
        goal.have(laplace(x) > 0, only=True)
        goal.have(eq(log(laplace(x)), -log(2) / 2 - sqrt(2) * abs(x)), only=True)
        here = goal.at(value, laplace(x), -log(2) / 2 - sqrt(2) * abs(x))
        parts = goal.have(eq(positive_part(x) + negative_part(x), abs(x) * laplace(x)), only=True)
        goal.have(
            eq(log(2) / 2 * laplace(x) + sqrt(2) * (positive_part(x) + negative_part(x)), minus_p_log_p(laplace(x))),
            here,
            parts,
            only=True,
            opaque=(laplace(x), minus_p_log_p(laplace(x)), positive_part(x), negative_part(x), abs(x)),
        )
    goal.same_integral(goal.last())
    goal.have(goal.claim.conclusion)


# Logistic


def right_half(x):
    """x·f to the right of 0, and 0 elsewhere."""
    return piecewise((x * logistic(x), x >= 0), otherwise=0)


def left_half(x):
    """−x·f to the left of 0, and 0 elsewhere."""
    return piecewise((-x * logistic(x), x <= 0), otherwise=0)


def logistic_parts(goal):
    """∫x·f over the half-lines is log 2/c and −log 2/c."""
    c = steepness()
    goal.antiderivative(
        lambda x: -x / (1 + exp(c * x)) - log(1 + exp(-c * x)) / c,
        right_half,
        (0, None),
        (-log(2) / c, 0),
        (lambda e: e / c, lambda e: 4 / (c * e)),
    )
    goal.antiderivative(
        lambda x: -x / (1 + exp(-c * x)) + log(1 + exp(c * x)) / c,
        left_half,
        (None, 0),
        (0, log(2) / c),
        (lambda e: -4 / (c * e), lambda e: -e / c),
    )


@proves(claims.logistic_is_a_density_with_variance_one)
def _(goal):
    """f is the slope of the sigmoid of c·x; the variance is an axiom."""
    c = steepness()
    goal.have(c > 0)
    goal.antiderivative(
        lambda x: 1 / (1 + exp(-c * x)), logistic, (None, None), (0, 1), (lambda e: -1 / (c * e), lambda e: 1 / (c * e))
    )
    goal.axiom("logistic_variance", c)
    logistic_parts(goal)
    goal.integrate(lambda x: right_half(x) - left_half(x))
    with goal.any(Real) as x:
        goal.have(eq(right_half(x) - left_half(x), x * logistic(x)))
    goal.same_integral(goal.last())
    goal.integrate(lambda x: (x - 0) ** 2 * logistic(x))


def surprise(x):
    """2·log(1 + e^(−cx)), which with c·x − log c is −log f."""
    return 2 * log(1 + exp(-steepness() * x))


@proves(claims.entropy_of_the_logistic_law)
def _(goal):
    """With s the sigmoid of c·x, −log f = c·x − log c − 2 log s, and s − s log s has the slope −s′ log s."""
    c = steepness()
    goal.have(c > 0)
    goal.by(claims.logistic_is_a_density_with_variance_one)
    total, mean = goal.known(eq(Integral(logistic), 1)), goal.known(eq(Integral(lambda x: x * logistic(x)), 0))
    twice = goal.antiderivative(
        lambda x: 2 * (1 + log(1 + exp(-c * x))) / (1 + exp(-c * x)),
        lambda x: surprise(x) * logistic(x),
        (None, None),
        (0, 2),
        (lambda e: -8 / (c * e), lambda e: 8 / (c * e)),
    )
    split = goal.integrate(lambda x: surprise(x) * logistic(x) + c * (x * logistic(x)) - log(c) * logistic(x))
    value = minus_p_log_p_where_p_is_positive(goal)
    with goal.any(Real) as x:
        goal.have(logistic(x) > 0, only=True)
        goal.have(eq(log(logistic(x)), log(c) - c * x - surprise(x)), only=True)
        here = goal.at(value, logistic(x), log(c) - c * x - surprise(x))
        goal.have(
            eq(surprise(x) * logistic(x) + c * (x * logistic(x)) - log(c) * logistic(x), minus_p_log_p(logistic(x))),
            here,
            only=True,
            opaque=(logistic(x), minus_p_log_p(logistic(x)), surprise(x), c),
        )
    same = goal.same_integral(goal.last())
    entropy = eq(differential_entropy(function(logistic)), 2 - log(c))
    goal.have(entropy, same, split, total, mean, twice, only=True, opaque=(log(c), c))
    goal.have(rounds_to(2 - log(c), 14045763), only=True)
