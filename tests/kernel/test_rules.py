"""Every rule of inference: refused whenever a side condition fails. Begins with the holes that prototypes fell into."""

from __future__ import annotations

import pickle
from fractions import Fraction

import pytest

from quod import Sum, eq, exists, exp, forall, implies, log, piecewise, sqrt
from quod.kernel import axioms, calculus, certificate
from quod.kernel.normal import canonical
from quod.kernel.theorem import RULES, KernelError, Theorem, derive
from quod.kernel.verdict import Verdict, goal_of, proved
from quod.lang import terms as t
from quod.lang.binding import abstract, instantiate
from quod.lang.domains import Integer, Real
from quod.lang.expression import Expression, Formula
from quod.lang.sorts import INTEGER, REAL, VECTOR, Arrow

X, Y = t.Variable("x", REAL), t.Variable("y", REAL)
N, K = t.Variable("n", INTEGER), t.Variable("k", INTEGER)
P, R = t.Variable("p", Arrow(INTEGER, REAL)), t.Variable("r", Arrow(INTEGER, REAL))
x, y, n, k, p, r = (Expression(v) for v in (X, Y, N, K, P, R))
half = t.Number(Fraction(1, 2))
TRUE = t.TRUE


def assume(formula):
    return RULES["assume"](formula.node if hasattr(formula, "node") else formula)


def given(formula):
    """The formula as a theorem, with itself as its hypothesis."""
    return assume(formula)


def refused(rule, *arguments) -> bool:
    with pytest.raises((KernelError, t.TermError)):
        RULES[rule](*arguments)
    return True


# The holes


def test_induction_needs_an_integer_start():
    body = abstract(N, t.FALSE)
    assert refused("induction", body, half, given(t.FALSE), given(t.FALSE))


def test_induction_needs_an_integer_variable():
    assert refused("induction", abstract(X, (x <= x).node), t.Number(0), given(x <= x), given(x <= x))


def test_pi_is_no_variable_to_generalise():
    assert refused("generalise", t.Constant("pi"), given(0 < x))


def test_a_replayed_theorem_is_not_kept_on_the_certificate():
    steps = [("reflexive", ((x <= x + 1).node,), ())]
    text = certificate.write(steps)
    assert certificate.replay(text) is not certificate.replay(text)


def test_a_fold_has_integer_bounds():
    with pytest.raises(t.TermError, match="integer bounds"):
        Sum(lambda i: 1, Expression(half))


def test_a_user_variable_spelled_like_a_binder_is_not_captured():
    formula = exists(Real, lambda u: eq(u, x + 1))
    (inner,) = formula.node.body.children
    renamed = t.Variable("x", REAL)
    assert instantiate(formula.node.body, renamed) is (eq(x, x + 1)).node
    assert X in formula.node.variables
    assert inner.loose


def test_instantiating_a_function_under_a_binder_leaves_no_redex():
    f = t.Variable("f", Arrow(REAL, REAL))
    function = abstract(f, forall(Real, lambda u: eq(Expression(f)(u), 0)).node)
    plus = abstract(X, (x + y).node)
    assert instantiate(function, plus) is forall(Real, lambda u: eq(u + y, 0)).node


def test_a_derivative_is_with_respect_to_a_real():
    with pytest.raises(t.TermError):
        t.Derivative(abstract(N, n.node), N)


def test_the_axioms_and_rules_cannot_be_changed():
    with pytest.raises(TypeError):
        axioms.FACTS["lie"] = t.FALSE
    with pytest.raises(TypeError):
        RULES["lie"] = lambda: None


# Theorems and verdicts


def test_only_the_kernel_makes_theorems():
    with pytest.raises(KernelError):
        Theorem(frozenset(), t.FALSE, frozenset(), object())
    theorem = given(0 < x)
    with pytest.raises(KernelError):
        theorem.conclusion = t.FALSE
    with pytest.raises(KernelError):
        pickle.dumps(theorem)
    with pytest.raises(KernelError):
        bool(theorem)
    with pytest.raises(KernelError):
        derive(t.FALSE, ((0 < x).node,))


def test_only_a_theorem_of_the_statement_and_its_definedness_is_proved():
    statement = forall(Real, lambda u: log(u) <= u).node
    theorem = RULES["reflexive"](forall(Real, lambda u: u <= u + 1).node)
    with pytest.raises(KernelError):
        proved(statement, theorem, "none")
    assert len(goal_of(statement).args) == 2
    with pytest.raises(KernelError):
        Verdict("PROVED")
    with pytest.raises(KernelError):
        bool(Verdict("SAMPLED"))
    with pytest.raises(KernelError):
        Verdict("UNKNOWN")


# Logic


def test_generalise_needs_a_variable_that_is_not_assumed():
    assert refused("generalise", X, given(0 < x))
    assert RULES["generalise"](Y, given(0 < x)).conclusion is forall(Real, lambda u: 0 < x).node


def test_choose_keeps_the_witness_inside():
    existence = given(exists(Real, lambda u: 0 < u))
    assert refused("choose", X, existence, given(0 < x))
    assert refused("choose", N, existence, RULES["reflexive"](TRUE))


def test_cases_needs_one_conclusion_and_every_branch():
    both = RULES["excluded_middle"]((0 < x).node)
    assert refused("cases", both, given(0 < x))
    assert refused("cases", both, given(0 < x), given(x <= 0))


def test_modus_ponens_needs_its_hypothesis():
    assert refused("modus_ponens", given(t.Implies((0 < x).node, (0 < y).node)), given(x > 1))


def test_witness_has_to_fit():
    whole = exists(Integer, lambda i: eq(2 * i, n)).node
    assert refused("witness", whole, half, RULES["reflexive"](eq(2 * Expression(half), 1).node))
    assert refused("witness", whole, N, RULES["reflexive"](TRUE))


def test_rewrite_needs_an_equation_and_its_left_side():
    context = abstract(X, (x < y).node)
    assert refused("rewrite", context, given(x <= y), given(x < y))
    assert refused("rewrite", context, given(eq(x, 2)), given(3 < y))
    assert RULES["rewrite"](context, given(eq(x, 2)), given(x < y)).conclusion is (Expression(t.Number(2)) < y).node


def test_extensionality_needs_all_arguments():
    assert refused("extensionality", P, R, given(eq(p[0], r[0])))
    everywhere = given(forall(Integer, lambda i: eq(p[i], r[i])))
    assert RULES["extensionality"](P, R, everywhere).conclusion is t.Compare("=", P, R)


def test_contradiction_needs_the_denial_of_the_same():
    assert refused("contradiction", given(0 < x), given(0 < x))
    assert RULES["contradiction"](given(0 < x), given(x <= 0)).conclusion is t.FALSE


def test_absurd_needs_false():
    assert refused("absurd", (0 < x).node, given(x < 0))


def test_induction_base_and_step_are_literal_instances():
    body = abstract(N, (0 <= n).node)
    base = RULES["reflexive"](eq(0, Expression(t.Number(0))).node)
    assert refused("induction", body, t.Number(0), base, given(t.FALSE))
    step = RULES["reflexive"](TRUE)
    assert refused("induction", abstract(N, (n <= 5).node), t.Number(0), RULES["reflexive"]((Expression(t.Number(0)) <= 5).node), step)


def test_induction_hypothesis_may_not_be_stronger_than_the_statement():
    # p(n): n < 3. The step from n < 2 to n + 1 < 3 is true, the step of p from n < 3 is not.
    body = abstract(N, (n < 3).node)
    step = given(forall(Integer, lambda i: implies(0 <= i, implies(i < 2, i + 1 < 3))))
    assert refused("induction", body, t.Number(0), RULES["reflexive"]((Expression(t.Number(0)) < 3).node), step)


# Arithmetic


def certificate_of(goal, products, cofactors, *premises):
    return RULES["real"](goal.node, tuple((Fraction(c), tuple(s), tuple(i)) for c, s, i in products), tuple(cofactors), *premises)


def test_real_adds_up_and_has_a_positive_product():
    # 0 < x and x ≤ y give 0 < y: (x) + (y − x) + (−y) = 0, the negated goal being 0 ≤ −y.
    positive, below = given(0 < x), given(x <= y)
    assert certificate_of(0 < y, [(1, [], [0]), (1, [], [1]), (1, [], [-1])], [], positive, below).conclusion is (0 < y).node
    with pytest.raises(KernelError, match="add up"):
        certificate_of(0 < y, [(1, [], [0]), (1, [], [-1])], [], positive, below)
    with pytest.raises(KernelError, match="positive"):
        certificate_of(0 < y, [(1, [], [0]), (1, [], [1]), (1, [], [-1])], [], given(0 <= x), below)


def test_real_refuses_negative_and_inexact_coefficients():
    for coefficient in (Fraction(-1), Fraction(0), "1", 1.0):
        assert refused("real", (0 < x).node, ((coefficient, (), (0,)),), (), given(0 < x))


def test_a_square_that_may_vanish_is_not_positive():
    # x² + (−x²) = 0 shows nothing about 0 < x².
    with pytest.raises(KernelError, match="positive"):
        certificate_of(0 < x**2, [(1, [X], []), (1, [], [-1])], [])


def test_real_refuses_unknown_premises_and_equations_as_inequalities():
    with pytest.raises(KernelError):
        certificate_of(0 <= x, [(1, [], [7])], [])
    with pytest.raises(KernelError):
        certificate_of(0 <= x, [(1, [], [0]), (1, [], [-1])], [], given(eq(x, 0)))
    with pytest.raises(KernelError):
        certificate_of(0 <= x, [(1, [], [-1])], [(t.Number(1), 0)], given(0 <= x))


def test_an_equation_is_no_consequence_of_inequalities():
    with pytest.raises(KernelError):
        certificate_of(eq(x, 0), [(1, [], [0])], [], given(0 <= x))


def test_only_a_nonzero_term_cancels():
    assert refused("inverse", X, given(0 <= x))
    assert refused("inverse", X, given(0 < y))
    for known in (0 < x, x < 0, ~eq(x, 0)):
        assert RULES["inverse"](X, given(known)).conclusion is t.Compare("=", t.Mul((X, t.Inverse(X))), t.Number(1))
    with pytest.raises(KernelError):
        RULES["reflexive"](eq(x * (1 / x), 1).node)


def test_steps_are_for_integers_only():
    assert refused("integer_step", given(n < x))
    assert refused("integer_step", given(n <= k))
    assert RULES["integer_step"](given(n < k)).conclusion is (n + 1 <= k).node


def test_a_branch_needs_its_condition():
    piece = piecewise((1, x > 0), otherwise=2).node
    assert refused("branch", piece, given(y > 0))
    assert RULES["branch"](piece, given(x > 0)).conclusion is t.Compare("=", piece, t.Number(1))
    assert RULES["branch"](piece, given(x <= 0)).conclusion is t.Compare("=", piece, t.Number(2))


def test_an_oracle_enters_the_trusts():
    theorem = RULES["oracle"]("z3", t.FALSE)
    assert theorem.trusts == {"z3"}
    assert RULES["absurd"]((0 < x).node, theorem).trusts == {"z3"}
    assert refused("oracle", "a friend", t.FALSE)


# Folds


def pointwise(relation, stop=n, start=0):
    return given(forall(Integer, lambda i: _range(i, start, stop, relation(p[i], r[i]))))


def _range(i, start, stop, conclusion):
    return implies(start <= i, implies(i < stop, conclusion))


def total(family, stop=n, start=0):
    return Sum(lambda i: family[i], start, stop).node


def test_sums_are_monotone_over_their_own_range_only():
    assert RULES["sum_monotone"](total(p), total(r), pointwise(lambda a, b: a <= b)).conclusion is t.Compare("<=", total(p), total(r))
    assert refused("sum_monotone", total(p), total(r), pointwise(lambda a, b: a <= b, stop=n - 1))
    assert refused("sum_monotone", total(p), total(r, start=1), pointwise(lambda a, b: a <= b))
    assert refused("sum_monotone", total(p), total(r), pointwise(lambda a, b: b <= a))


def test_an_index_inside_its_own_range_is_refused():
    with pytest.raises(t.TermError):
        t.Fold("sum", t.Number(0), t.Bound(0, REAL), t.Lambda(INTEGER, t.Number(1)))


def test_terms_vanish_only_with_the_total():
    ordered = pointwise(lambda a, b: a <= b)
    assert refused("sum_vanishes", total(p), total(r), ordered, given(t.Compare("<=", total(p), total(r))))
    assert refused("sum_vanishes", total(p), total(r), pointwise(lambda a, b: eq(a, b)), given(t.Compare("=", total(p), total(p))))


def test_count_and_last_need_an_ordered_range():
    assert refused("count", t.Number(0), N, given(n <= 0))
    assert refused("fold_last", total(p), given(n <= 0))
    assert refused("fold_empty", total(p), given(0 <= n))
    assert refused("fold_empty", t.Fold("min", t.Number(0), N, abstract(K, p[k].node)), given(n <= 0))


def test_the_least_member_needs_an_index_in_range():
    least = t.Fold("min", t.Number(0), N, abstract(K, p[k].node))
    assert refused("extremum_bound", least, K, given(0 <= k), given(k <= n))
    assert refused("extremum_bound", least, half, given(0 <= Expression(half)), given(Expression(half) < n))
    assert refused("extremum_attained", least, given(0 <= n))


# Calculus


def test_a_derivative_needs_its_conditions():
    logarithm = abstract(X, log(x).node)
    assert refused("derivative", logarithm, Y, given(0 <= y))
    theorem = RULES["derivative"](logarithm, Y, given(t.And(((0 < y).node,))))
    assert theorem.trusts >= {"derivatives"}
    assert theorem.conclusion is t.Compare("=", t.Derivative(logarithm, Y), t.Mul((t.Inverse(Y), t.Number(1))))


def test_a_kink_has_no_derivative():
    modulus = abstract(X, abs(x).node)
    assert refused("derivative", modulus, t.Number(0), RULES["reflexive"](TRUE))
    _, conditions = calculus.slope_of(modulus, ())
    assert canonical(instantiate(conditions, t.Number(0))) is t.FALSE
    assert canonical(instantiate(conditions, t.Number(2))) is t.TRUE


def test_the_mean_value_theorem_needs_the_whole_interval():
    root = abstract(X, sqrt(x).node)
    some = given(forall(Real, lambda u: _between(u, 0, 1, t.And(((0 < u).node,)))))
    assert refused("mean_value", root, t.Number(-1), t.Number(1), RULES["reflexive"]((Expression(t.Number(-1)) < 1).node), some)
    assert refused("mean_value", root, t.Number(0), t.Number(1), given(x < y), some)


def _between(u, low, high, node):
    from quod import implies
    return implies(low <= u, implies(u <= high, Formula(node)))


def test_an_index_of_a_sum_is_not_captured_by_a_gradient():
    # F: ℝ → ℝ with gradient G_i(v) = i: the free i of the field is not the index of the sum.
    i = t.Variable("i", INTEGER)
    f = t.Variable("F", Arrow(REAL, REAL))
    field = abstract(X, t.Add((i, t.Mul((t.Number(0), X)))))
    gradient = given(t.Gradient(f, field)) if field.sort == Arrow(REAL, REAL) else None
    assert gradient is not None
    summed = abstract(X, Sum(lambda j: Expression(f)(x) * j, n).node)
    slope, _ = calculus.slope_of(summed, (gradient,))
    assert i in slope.variables


# Integrals


def real_function(body):
    return abstract(X, body(x).node)


def test_the_integral_is_linear_on_integrable_functions_only():
    f = t.Variable("f", Arrow(REAL, REAL))
    plain = real_function(lambda u: Expression(f)(u))
    double = real_function(lambda u: 2 * Expression(f)(u))
    known = given(t.Integrable(plain))
    assert RULES["integral_combination"](double, (t.Number(2),), known).trusts >= {"integral_linear"}
    assert refused("integral_combination", double, (t.Number(3),), known)
    assert refused("integral_combination", double, (), known)
    assert refused("integral_combination", double, (t.Number(2),), given(t.Integrable(real_function(lambda u: u))))
    assert refused("integrable_combination", real_function(lambda u: u * Expression(f)(u)), (X,), known)


def test_integrals_compare_with_both_sides_integrable():
    f, g = (t.Variable(name, Arrow(REAL, REAL)) for name in "fg")
    left, right = (real_function(lambda u, h=h: Expression(h)(u)) for h in (f, g))
    below = given(forall(Real, lambda u: Expression(f)(u) <= Expression(g)(u)))
    first, second = given(t.Integrable(left)), given(t.Integrable(right))
    assert RULES["integral_monotone"](left, right, first, second, below).trusts == {"integral_monotone"}
    assert refused("integral_monotone", left, right, first, first, below)
    assert refused("integral_monotone", right, left, second, first, below)
    equal = given(t.Compare("=", t.Integral(left), t.Integral(right)))
    conclusion = RULES["integral_vanishes"](left, right, first, second, below, equal).conclusion
    assert isinstance(conclusion, t.AlmostEverywhere)
    assert refused("integral_vanishes", left, right, first, second, below, given(t.Compare("<=", t.Integral(left), t.Integral(right))))


def test_the_sum_of_integrals_is_no_identity():
    f, g = (Expression(t.Variable(name, Arrow(REAL, REAL))) for name in "fg")
    whole = t.Integral(real_function(lambda u: f(u) + g(u)))
    parts = t.Add((t.Integral(real_function(lambda u: f(u))), t.Integral(real_function(lambda u: g(u)))))
    assert refused("reflexive", t.Compare("=", whole, parts))


def test_vectors_are_no_numbers():
    v = t.Variable("v", VECTOR)
    assert refused("real", t.Compare("=", v, v), (), ())
    assert refused("trichotomy", v, v)


def test_the_exponential_law_is_named():
    assert RULES["reflexive"](eq(exp(x) * exp(-x), 1).node).trusts == {"exp_sum"}
