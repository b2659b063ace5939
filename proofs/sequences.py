"""Proofs about sequences: induction, and Archimedes by the floor."""

from quod import AtLeast, Natural, Positive, Prod, eq, exists, floor, forall, proves
from spec import sequences as claims


@proves(claims.some_multiple_of_a_step_exceeds_every_bound)
def _(goal, step, bound):
    """⌊(bound² + 1)/step⌋ + 1 steps are enough, since bound ≤ bound² + 1."""
    many = (bound**2 + 1) / step
    first = floor(many) + 1
    goal.have((many > 0) & eq(many * step, bound**2 + 1))
    goal.have(many < first)
    with goal.any(AtLeast(first)) as t:
        goal.have(many * step < t * step)
        goal.have(bound < t * step)
    goal.exhibit(exists(Natural, lambda first: forall(AtLeast(first), lambda t: bound < t * step)), first)


@proves(claims.powers_of_minus_one_are_their_own_inverses)
def _(goal, t):
    with goal.induction(lambda n: eq(((-1) ** n) ** 2, 1)):
        pass
    goal.at(goal.last(), t)


@proves(claims.powers_are_positive)
def _(goal, t, a):
    with goal.induction(lambda n: a**n > 0):
        pass
    goal.at(goal.last(), t)


@proves(claims.products_of_non_negative_factors_are_monotone)
def _(goal, k, a, b):
    with goal.induction(lambda n: (0 <= Prod(a, n)) & (Prod(a, n) <= Prod(b, n)), upto=k):
        pass
    goal.at(goal.last(), k)


@proves(claims.factors_of_growth_multiply)
def _(goal, k, r, x):
    with goal.induction(lambda n: (0 <= Prod(r, n)) & (x[n] <= Prod(r, n) * x[0]), upto=k):
        pass
    goal.at(goal.last(), k)


@proves(claims.powers_decay_at_least_like_one_over_t)
def _(goal, t, r):
    with goal.induction(lambda n: (0 <= r**n) & (r**n <= 1) & (r**n * (1 + n * (1 - r)) <= 1)):
        pass
    goal.at(goal.last(), t)


@proves(claims.multiples_of_powers_fall_below_every_bound)
def _(goal, c, r, epsilon):
    """From t·ε(1 − r) > c on, c·rᵗ ≤ ε(1 − rᵗ)."""
    first = goal.choose(goal.by(claims.some_multiple_of_a_step_exceeds_every_bound, epsilon * (1 - r), c), "first")
    with goal.any(AtLeast(first), "t") as t:
        power = r**t
        goal.have(t >= 0)
        goal.by(claims.powers_decay_at_least_like_one_over_t, t, r)
        goal.have(c * power <= t * epsilon * (1 - r) * power, opaque=(power,))
        goal.have(c * power <= epsilon * (1 - power), opaque=(power,))
        goal.have(c * power < epsilon, opaque=(power,))
    goal.exhibit(exists(Natural, lambda first: forall(AtLeast(first), lambda t: c * r**t < epsilon)), first)


def null_below(goal, x, y, smaller):
    """x_t tends to 0, because |x_t| ≤ y_t is known for all t, and `smaller(ε)` shows that y_t < ε from some t on."""
    below = goal.known(forall(Natural, lambda t: abs(x(t)) <= y(t)))
    with goal.any(Positive, "epsilon") as epsilon:
        first = goal.choose(smaller(epsilon), "first")
        with goal.any(AtLeast(first), "t") as t:
            goal.have(t >= 0)
            small = goal.known(y(t) < epsilon)
            goal.have(abs(x(t)) < epsilon, goal.at(below, t), small, only=True, opaque=(abs(x(t)),))
        goal.exhibit(exists(Natural, lambda first: forall(AtLeast(first), lambda t: abs(x(t)) < epsilon)), first)


def null_below_powers(goal, x, c, r):
    """x_t tends to 0, because |x_t| ≤ c·rᵗ is known for all t, with c ≥ 0 and 0 ≤ r < 1."""
    null_below(goal, x, lambda t: c * r**t, lambda epsilon: goal.by(claims.multiples_of_powers_fall_below_every_bound, c, r, epsilon))


def null_below_null(goal, x, y):
    """x_t tends to 0, because |x_t| ≤ |y_t| is known for all t, and so is that y_t tends to 0."""
    null = goal.known(claims.tends_to_zero(y))
    null_below(goal, x, lambda t: abs(y(t)), lambda epsilon: goal.at(null, epsilon))
