"""The fundamental theorem: every premise is needed, word for word."""

from __future__ import annotations

import pytest

from quod import Integral, Real, eq, exists, exp, forall, implies, integrable, log, piecewise
from quod.kernel import antiderivatives, axioms  # noqa: F401  (registers its rule)
from quod.kernel.normal import canonical
from quod.kernel.theorem import RULES, KernelError
from quod.lang import terms as t
from quod.lang.expression import trace, wrap
from quod.lang.sorts import REAL, VECTOR, Arrow


def given(formula):
    return RULES["assume"](formula.node)


def growth(x):
    """An antiderivative with infimum −1 and supremum 0 on (0, ∞)."""
    return -exp(-x)


def density(x):
    return piecewise((exp(-x), x > 0), otherwise=0)


F, f = trace(growth, REAL), trace(density, REAL)
ENDS = ((t.Number(0),), ())
VALUES = (t.Number(-1), t.Number(0))


def inside(least, greatest, positive=lambda x: 0 <= density(x), slope=lambda x: eq(density(x), exp(-x)), end=0):
    return forall(
        Real, lambda x: implies(end < x, slope(x) & positive(x) & (least <= growth(x)) & (growth(x) <= greatest))
    )


LOW = forall(Real, lambda e: implies(0 < e, exists(Real, lambda x: (0 < x) & (growth(x) < -1 + e))))
HIGH = forall(Real, lambda e: implies(0 < e, exists(Real, lambda x: (0 < x) & (0 < growth(x) + e))))
OUTSIDE = forall(Real, lambda x: implies(x < 0, eq(density(x), 0)))
RIGHT = (inside(-1, 0), LOW, HIGH, OUTSIDE)


def conclude(premises, function=F, integrand=f, ends=ENDS, values=VALUES):
    return RULES["antiderivative"](function, integrand, *ends, *values, *(given(premise) for premise in premises))


def test_the_integral_is_the_difference_of_the_bounds():
    theorem = conclude(RIGHT)
    assert canonical(theorem.conclusion) is canonical((integrable(density) & eq(Integral(density), 1)).node)
    assert {"fundamental_theorem", "derivatives"} <= theorem.trusts <= set(axioms.DESCRIPTIONS)
    assert len(theorem.hypotheses) == 4


WRONG = {
    "no sign": {0: inside(-1, 0, positive=lambda x: x <= x)},
    "another slope": {0: inside(-1, 0, slope=lambda x: eq(density(x), 2 * exp(-x)))},
    "a bound below that is another": {0: inside(-2, 0)},
    "a bound above that is another": {0: inside(-1, 1)},
    "only part of the interval": {0: inside(-1, 0, end=1)},
    "the infimum is not approached": {1: forall(Real, lambda e: implies(1 < e, exists(Real, lambda x: (0 < x) & (growth(x) < -1 + e))))},
    "the infimum is approached beyond the end": {1: forall(Real, lambda e: implies(0 < e, exists(Real, lambda x: growth(x) < -1 + e)))},
    "the supremum is not approached": {2: forall(Real, lambda e: implies(1 < e, exists(Real, lambda x: (0 < x) & (0 < growth(x) + e))))},
    "the supremum is approached beyond the end": {2: forall(Real, lambda e: implies(0 < e, exists(Real, lambda x: 0 < growth(x) + e)))},
    "not zero beyond the end": {3: forall(Real, lambda x: implies(x < -1, eq(density(x), 0)))},
}


@pytest.mark.parametrize("name", WRONG)
def test_a_premise_that_says_less_is_refused(name):
    premises = [WRONG[name].get(number, premise) for number, premise in enumerate(RIGHT)]
    with pytest.raises(KernelError, match=f"premise {next(iter(WRONG[name]))}"):
        conclude(premises)


def test_every_premise_has_to_be_there():
    for missing in range(4):
        with pytest.raises(KernelError):
            conclude([premise for number, premise in enumerate(RIGHT) if number != missing])
    with pytest.raises(KernelError):
        conclude((*RIGHT, OUTSIDE))


def test_the_ends_and_values_are_closed_numbers():
    for ends in (((t.Bound(0, REAL),), ()), ((t.Variable("v", VECTOR),), ()), ((t.Number(0), t.Number(1)), ())):
        with pytest.raises((KernelError, t.TermError)):
            conclude(RIGHT, ends=ends)
    for values in ((t.Bound(0, REAL), t.Number(0)), (t.TRUE, t.Number(0))):
        with pytest.raises((KernelError, t.TermError)):
            conclude(RIGHT, values=values)


def test_the_conditions_of_the_slope_are_needed():
    """log has the slope 1/x only for x > 0: over the whole line the premise has to contain that, and then cannot be shown."""
    reciprocal = trace(lambda x: 1 / x, REAL)
    without = forall(Real, lambda x: eq(1 / x, 1 / x) & (0 <= 1 / x) & (-1 <= log(x)) & (log(x) <= 0))
    near = [
        forall(Real, lambda e: implies(0 < e, exists(Real, lambda x: log(x) < -1 + e))),
        forall(Real, lambda e: implies(0 < e, exists(Real, lambda x: 0 < log(x) + e))),
    ]
    with pytest.raises(KernelError, match="premise 0"):
        conclude([without, *near], trace(log, REAL), reciprocal, ((), ()))


def test_a_function_of_one_real_is_expected():
    unknown = t.Variable("g", Arrow(REAL, REAL))
    with pytest.raises(KernelError):
        conclude(RIGHT, integrand=unknown)
    with pytest.raises(KernelError):
        conclude(RIGHT, integrand=(1 * wrap(unknown)(0)).node)
