"""The fuzzer finds planted falsehoods, refutes nothing true, and says so where it could not try."""

import random
import time
from fractions import Fraction

import pytest
from flint import arb

import quod as q
from quod import Natural, Positive, PositiveInteger, Q, Real, Sequence, Simplex, Sum, claim, definition, eq, exp, forall, implies, log
from quod.attack.arithmetic import exact, fraction, working
from quod.attack.confirm import simplest
from quod.attack.densities import Mixture
from quod.attack.densities import draw as draw_density
from quod.attack.fields import draw as draw_field
from quod.attack.fuzz import fuzz, satisfiable
from quod.attack.integration import integrate, mixture_entropy
from quod.attack.scalars import Range, special
from quod.lang.binding import abstract
from quod.lang.expression import Expression
from quod.lang.sorts import REAL, Arrow
from quod.lang.terms import Variable
from quod.rows import shortfalls

made_up = claim(source="made up")


@definition
def logistic(x: Real):
    """The logistic function."""
    return 1 / (1 + exp(-x))


@definition
def surprise(n: PositiveInteger, p: Simplex("n", interior=True)):
    """The entropy of p."""
    return -Sum(lambda i: p[i] * log(p[i]), n)


def sinh(x):
    return (exp(x) - exp(-x)) / 2


def cosh(x):
    return (exp(x) + exp(-x)) / 2


def tanh(x):
    return (exp(x) - exp(-x)) / (exp(x) + exp(-x))


@made_up
def touch_moved_by_a_trillionth(x: Real):
    """The slope of the logistic function stays below 1/4 − 10⁻¹²."""
    return q.D(logistic)(x) <= Q(1, 4) - Q(1, 10**12)


@made_up
def wrong_only_far_out(x: Real):
    """x never exceeds 10¹¹."""
    return x <= 10**11


@made_up
def wrong_only_near_infinity_by_a_hair(x: Positive):
    """The arctangent stays 10⁻¹⁵ below π/2."""
    return q.atan(x) <= q.pi / 2 - Q(1, 10**15)


@made_up
def wrong_only_at_the_uniform_point(n: PositiveInteger, p: Simplex("n", interior=True)):
    """The entropy stays a little below log n."""
    return surprise(n, p) <= (1 - Q(1, 10**9)) * log(n)


@made_up
def wrong_only_at_one_member(n: PositiveInteger, p: Simplex("n", interior=True)):
    """The entropy is positive."""
    return surprise(n, p) > 0


@made_up
def wrong_beyond_four(n: Natural):
    """2ⁿ ≤ n² + 7, true up to n = 4 and at no later n but 5."""
    return Q(2) ** n <= n**2 + 7


@made_up
def forgets_the_order_of_steps(x: Sequence(), t: Natural):
    """Doubling from 1 stays below 1000."""
    return implies(eq(x[0], 1) & forall(Natural, lambda s: eq(x[s + 1], 2 * x[s])), x[t] < 1000)


@made_up
def wrong_under_a_quantifier(x: Real):
    """No square lies below x."""
    return forall(Real, lambda y: y**2 >= x)


@made_up
def wrong_if_a_hypothesis_is_irrational(x: Positive):
    """A root whose square is below 2 is below 7/5."""
    return implies(x**2 < 2, x < Q(7, 5))


def smooth(F, G, L):
    lipschitz = forall(q.Vector, lambda x: forall(q.Vector, lambda y: q.norm_squared(G(x) - G(y)) <= L**2 * q.norm_squared(x - y)))
    return q.is_gradient(G, F) & lipschitz


@made_up
def smaller_constant_for_gradient_descent(
    L: Positive, F: q.ScalarField(), G: q.VectorField(), low: Real, w: Sequence(q.Vector), K: PositiveInteger
):
    """Gradient descent with 1.99 instead of 2."""
    descends = forall(Natural, lambda k: eq(w[k + 1], w[k] - 1 / L * G(w[k])))
    bounded = forall(q.Vector, lambda x: F(x) >= low)
    least = q.Min(lambda k: q.norm_squared(G(w[k])), K)
    return implies(smooth(F, G, L) & bounded & descends, least <= Q(199, 100) * L / K * (F(w[0]) - low))


@made_up
def smooth_is_convex(L: Positive, F: q.ScalarField(), G: q.VectorField(), x: q.Vector, y: q.Vector):
    """A smooth function lies above its tangents."""
    return implies(smooth(F, G, L), F(y) >= F(x) + q.inner(G(x), y - x))


@made_up
def largest_entropy_a_billionth_too_small(sigma: Positive, f: q.Density()):
    """Densities with mean 0 and variance σ² have an entropy below ½ log(2πeσ²) − 10⁻⁹."""
    mean = eq(q.Integral(lambda x: x * f(x)), 0)
    variance = eq(q.Integral(lambda x: x**2 * f(x)), sigma**2)
    bound = log(2 * q.pi * exp(1) * sigma**2) / 2 - Q(1, 10**9)
    return implies(mean & variance, -q.Integral(lambda x: f(x) * log(f(x))) <= bound)


@made_up
def every_permutation_is_its_own_inverse(P: q.Permutation(4)):
    """Some permutation undoes P, and it is P."""
    undoes = q.exists(q.Permutation(4), lambda R: forall(q.Below(4), lambda i: eq(P[R[i]], i)))
    return implies(undoes, forall(q.Below(4), lambda i: eq(P[P[i]], i)))


FALSE = [
    smaller_constant_for_gradient_descent,
    smooth_is_convex,
    largest_entropy_a_billionth_too_small,
    every_permutation_is_its_own_inverse,
    touch_moved_by_a_trillionth,
    wrong_only_far_out,
    wrong_only_near_infinity_by_a_hair,
    wrong_only_at_the_uniform_point,
    wrong_only_at_one_member,
    wrong_beyond_four,
    forgets_the_order_of_steps,
    wrong_under_a_quantifier,
    wrong_if_a_hypothesis_is_irrational,
]


@pytest.mark.parametrize("planted", FALSE, ids=lambda c: c.name)
def test_planted_falsehoods_are_refuted(planted):
    verdict = fuzz(planted, seed=0, examples=600)
    assert verdict.kind == "REFUTED", verdict
    assert verdict.witness and all(isinstance(value, str) for value in verdict.witness.values())


@pytest.mark.parametrize(
    ("planted", "witness"),
    [
        (touch_moved_by_a_trillionth, {"x": "0"}),
        (wrong_only_at_one_member, {"n": "1", "p": "(1)"}),
        (wrong_only_at_the_uniform_point, {"n": "2", "p": "(1/2, 1/2)"}),
        (wrong_beyond_four, {"n": "6"}),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_witnesses_are_exact_and_small(planted, witness):
    assert dict(fuzz(planted, seed=3, examples=600).witness) == witness


@made_up
def cancels_badly(x: Real):
    """(1 − tanh²) sinh cosh never exceeds 1."""
    return (1 - tanh(x) ** 2) * sinh(x) * cosh(x) <= 1


@made_up
def loses_all_digits_near_zero(x: q.Open(0, 1)):
    """(log(1 + x) − x)/x² lies between −1/2 and 0."""
    return ((log(1 + x) - x) / x**2 >= Q(-1, 2)) & ((log(1 + x) - x) / x**2 < 0)


@made_up
def touches_at_an_irrational_point(x: Positive):
    """x − log 2 · log x is least at log 2."""
    return x - log(2) * log(x) >= log(2) - log(2) * log(log(2))


@made_up
def permutations_are_one_to_one(n: q.AtLeast(2), s: q.Permutation("n"), i: q.Below("n"), j: q.Below("n")):
    """A permutation takes different indices to different ones."""
    return implies(~eq(i, j), ~eq(s(i), s(j)))


@made_up
def parallelogram(u: q.Vector, v: q.Vector):
    """The parallelogram law."""
    return eq(q.norm_squared(u + v) + q.norm_squared(u - v), 2 * q.norm_squared(u) + 2 * q.norm_squared(v))


@made_up
def descent_lemma(L: Positive, F: q.ScalarField(), G: q.VectorField(), x: q.Vector, y: q.Vector):
    """A smooth function lies below its tangents plus L/2 times the squared distance."""
    return implies(smooth(F, G, L), F(y) <= F(x) + q.inner(G(x), y - x) + L / 2 * q.norm_squared(y - x))


@made_up
def every_permutation_has_an_inverse(P: q.Permutation(12)):
    """Some permutation undoes P."""
    return q.exists(q.Permutation(12), lambda R: forall(q.Below(12), lambda i: eq(P[R[i]], i)))


@made_up
def normal_law_has_the_largest_entropy(mu: Real, sigma: Positive, f: q.Density()):
    """h(f) ≤ ½ log(2πeσ²)."""
    mean = eq(q.Integral(lambda x: x * f(x)), mu)
    variance = eq(q.Integral(lambda x: (x - mu) ** 2 * f(x)), sigma**2)
    integrand = lambda x: q.piecewise((-f(x) * log(f(x)), f(x) > 0), otherwise=0)  # noqa: E731
    return implies(mean & variance, q.Integral(integrand) <= log(2 * q.pi * exp(1) * sigma**2) / 2)


TRUE = [
    descent_lemma,
    every_permutation_has_an_inverse,
    normal_law_has_the_largest_entropy,
    cancels_badly,
    loses_all_digits_near_zero,
    touches_at_an_irrational_point,
    permutations_are_one_to_one,
    parallelogram,
]


@pytest.mark.parametrize("true", TRUE, ids=lambda c: c.name)
@pytest.mark.parametrize("seed", [0, 1])
def test_true_claims_are_never_refuted(true, seed):
    verdict = fuzz(true, seed=seed, digits=20 if seed else 50, examples=300)
    assert verdict.kind == "SAMPLED", verdict
    assert verdict.figures["points"] + verdict.figures["touched"] > 0
    assert verdict.seed == seed


def test_runs_with_one_seed_agree():
    first, second = (fuzz(cancels_badly, seed=7, examples=200) for _ in range(2))
    assert first.record() == second.record()


@made_up
def nothing_meets_the_hypotheses(x: Real):
    """If x² < 0 then anything."""
    return implies(x**2 < 0, x > 5)


@made_up
def asks_for_a_function(f: q.Function(q.Vector, q.Vector)):
    """Some operator is zero."""
    return q.exists(q.Vector, lambda v: eq(f(v), v))


def test_what_cannot_be_tried_is_unknown_with_the_reason():
    vacuous = fuzz(nothing_meets_the_hypotheses, examples=100)
    assert vacuous.kind == "UNKNOWN"
    assert "meets the hypotheses" in vacuous.reason
    assert fuzz(asks_for_a_function, examples=50).kind == "UNKNOWN"
    assert fuzz(cancels_badly, deadline=time.monotonic() - 1).kind == "UNKNOWN"


@made_up
def divides_by_zero(x: Real):
    """1/x is not negative, at 0 neither."""
    return implies(eq(x, 0), 1 / x >= 0)


def test_undefined_points_count_for_nothing():
    verdict = fuzz(divides_by_zero, examples=50)
    assert verdict.kind == "UNKNOWN"
    assert "cannot decide" in verdict.reason


@made_up
def logistic_slope_has_total_one():
    """The integral of the logistic function's slope is 1, at no point that could be drawn."""
    return eq(q.Integral(lambda x: exp(-x) / (1 + exp(-x)) ** 2), 1)


def test_a_statement_without_variables_may_have_nothing_to_draw():
    verdict = fuzz(logistic_slope_has_total_one)
    assert (verdict.kind, verdict.figures["variables"]) == ("UNKNOWN", 0)
    assert "nothing to draw" in verdict.reason
    assert shortfalls("PROVED", {"fuzz": verdict.record()}) == []
    assert shortfalls("SAMPLED", {"fuzz": verdict.record()}) == [("fuzz", "UNKNOWN")]
    assert shortfalls("PROVED", {"fuzz": fuzz(divides_by_zero, examples=50).record()}) == [("fuzz", "UNKNOWN")]


def test_witnesses_for_hypotheses():
    assert satisfiable(nothing_meets_the_hypotheses) is None
    found = satisfiable(wrong_if_a_hypothesis_is_irrational)
    assert found is not None
    assert Fraction(found["x"]) ** 2 < 2


def test_broken_claims_are_errors():
    @made_up
    def broken(x: Real):
        """A float."""
        return x <= 0.5

    assert fuzz(broken).kind == "ERROR"


def test_simplest_rational():
    assert simplest(Fraction(31, 100), Fraction(32, 100)) == Fraction(5, 16)
    assert simplest(Fraction(-1, 3), Fraction(1, 7)) == 0


def test_special_points_lie_inside():
    part = Range(Fraction(0), Fraction(1), open_lower=True)
    points = special(part)
    assert Fraction(1) in points
    assert Fraction(0) not in points
    assert Fraction(1, 10**40) in points
    assert all(part.contains(x) for x in points)


def test_sampled_fields_have_the_slopes_and_minima_they_say():
    rng = random.Random(1)
    for _ in range(60):
        field = draw_field(rng, 1, [Fraction(2)])
        for _ in range(5):
            x, h = Fraction(rng.randrange(-90, 91), 7), Fraction(1, 10**6)
            rise = fraction(field((exact(x + h),))) - fraction(field((exact(x - h),)))
            assert abs(rise / (2 * h) - fraction(field.slope((exact(x),))[0])) < Fraction(1, 10**4)
            assert field.lowest is None or fraction(field((exact(x),))) >= fraction(field.lowest)
        assert field.lowest is None or field(field.lowest_at) == field.lowest


def test_sampled_densities_have_the_moments_they_promise():
    rng = random.Random(2)
    x = Expression(Variable("x", REAL))
    f = Expression(Variable("f", Arrow(REAL, REAL)))
    for kind in ("normal", "step", "mixture") * 10:
        made = draw_density(rng, kind, Fraction(3, 7), Fraction(5, 2))
        for power, moment in ((0, 1), (1, Fraction(3, 7)), (2, Fraction(25, 4) + Fraction(9, 49))):
            body = abstract(x.node, (x**power * f(x)).node)
            assert fraction(integrate(body, {f.node: made})) == moment


def test_entropies_of_mixtures():
    with working(170):
        normal = mixture_entropy(Mixture([(Fraction(1), Fraction(3), Fraction(2))]))
        assert normal.overlaps((8 * arb.pi() * arb(1).exp()).log() / 2)
        assert normal.rad() < 1e-40
