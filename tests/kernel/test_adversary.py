"""Attacks on the kernel: false theorems, false inequalities, missed obligations, and small certificates that exhaust the machine.

The first half are holes that were found and closed, the second half attempts that were refused from the start.
"""

from __future__ import annotations

import json
from fractions import Fraction

import pytest

from quod.kernel import calculus, certificate
from quod.kernel.normal import canonical
from quod.kernel.theorem import RULES, KernelError
from quod.kernel.tower import CertificateError, check
from quod.kernel.tower.claims import verify
from quod.lang import serial
from quod.lang import terms as t
from quod.lang.binding import abstract, instantiate
from quod.lang.defined import obligations
from quod.lang.sorts import INTEGER, PROPOSITION, REAL, Arrow
from tests.kernel.cells import cell

ZERO, ONE, HALF = t.Number(0), t.Number(1), t.Number(Fraction(1, 2))
X, N = t.Variable("x", REAL), t.Variable("n", INTEGER)
FAMILY = Arrow(INTEGER, REAL)
LINE = Arrow(REAL, REAL)


def assume(proposition):
    return RULES["assume"](proposition)


def refused(rule, *arguments, because=None) -> bool:
    with pytest.raises((KernelError, t.TermError), match=because):
        RULES[rule](*arguments)
    return True


def equation(left, right):
    return t.Compare("=", left, right)


def exp(argument):
    return t.Elementary("exp", argument)


def minus(argument):
    return t.Mul((t.Number(-1), argument))


def replay(terms, steps):
    """The replay of steps whose parameters are terms of a table."""
    table, roots = serial.to_json(terms)
    return certificate.replay(json.dumps({"format": certificate.FORMAT, "terms": table, "roots": roots, "steps": steps}))


# Holes that were open


def test_functions_that_agree_on_the_integers_are_not_equal_on_the_line():
    """Extensionality over ℤ → ℝ, specialised to functions on ℝ, gave 0 = ⌊x⌋ − x for every real x, and so false."""
    pair = t.Variable("pair", Arrow(INTEGER, FAMILY))
    first, second = t.Apply(pair, ZERO), t.Apply(pair, ONE)
    index, real = t.Bound(0, INTEGER), t.Bound(0, REAL)
    agree = t.ForAll(t.Lambda(INTEGER, equation(t.Apply(first, index), t.Apply(second, index))))
    theorem = RULES["discharge"](agree, RULES["extensionality"](first, second, assume(agree)))
    saw = t.Add((t.Elementary("floor", real), minus(real)))
    lines = t.Lambda(INTEGER, t.Lambda(REAL, t.Mul((t.Bound(1, INTEGER), saw))))
    assert refused("specialise", lines, RULES["generalise"](pair, theorem))


def test_a_branch_does_not_turn_an_equation_on_the_integers_into_one_on_the_line():
    family, lines = t.Variable("f", FAMILY), (t.Variable("g", LINE), t.Variable("h", LINE))
    with pytest.raises(t.TermError):
        equation(*(t.IfThenElse(t.TRUE, line, family) for line in lines))


def test_an_index_is_not_captured_by_a_gradient_for_one_index():
    """From F(i)' = 0 for one i followed (Σ F(j))' = 0, so that ∇(0·x) = 0 implied 1 = 0."""
    i, family = t.Variable("i", INTEGER), t.Variable("F", Arrow(INTEGER, LINE))
    nothing = t.Lambda(REAL, t.Mul((ZERO, t.Bound(0, REAL))))
    total = t.Fold("sum", ZERO, t.Number(2), t.Lambda(INTEGER, t.Apply(t.Apply(family, t.Bound(0, INTEGER)), t.Bound(1, REAL))))
    known = assume(t.Gradient(t.Apply(family, i), nothing))
    assert refused("derivative", t.Lambda(REAL, total), ONE, RULES["reflexive"](t.TRUE), known, because="no rule differentiates")


def test_a_polynomial_has_only_generators_that_are_there():
    """x·g > 0 was claimed for x > 0 before g was log x, and so 0 < x·log x between 0 and 1."""
    interval = [t.Compare("<", ZERO, X), t.Compare("<", X, ONE)]
    early = ["sign", [[1, 1, 1]], ["descartes", "0", "1"]]
    logarithm = [
        ["sign", [[1, 1]], ["descartes", "0", "1"]],
        ["new", "log", [[1, 1]], [[1]], 0],
        ["hint", "log", [[1, 1]], [[1]], {"is": [[[[1, 1]], 1]]}],
    ]
    proof = {
        "points": ["0", "1"],
        "record": {"size": 2, "tape": []},
        "at": [{"false": 0, "size": 2, "tape": []}, {"false": 1, "size": 2, "tape": []}],
        "gaps": [
            {"false": 0, "size": 2, "tape": [["ends"], ["sign", [[1, 1]], ["descartes", None, "0"]]]},
            {"true": True, "size": 4, "tape": [["ends"], early, *logarithm]},
            {"false": 1, "size": 2, "tape": [["ends"], ["sign", [[1, 1], [-1]], ["descartes", "1", None]]]},
        ],
    }
    with pytest.raises(CertificateError, match="polynomial's term"):
        check(proof, interval, t.Compare("<", ZERO, t.Mul((X, t.Elementary("log", X)))))


def test_a_product_with_the_factor_zero_says_nothing():
    """It gave every polynomial the sign 0, and so x = 0 for every real x."""
    claim = ["sign", [[1, 1]], ["product", [[[], 1, ["terms"]]]]]
    proof = {"points": [], "at": [], "gaps": [{"true": True, "size": 2, "tape": [["ends"], claim]}]}
    with pytest.raises(CertificateError, match="factors"):
        check(proof, [], equation(X, ZERO))


def test_a_square_with_exponentials_enters_the_trusts():
    squares = (exp(X), exp(minus(X)))
    theorem = RULES["real"](t.Compare("<", ZERO, ONE), [(Fraction(1), squares, (-1,)), (Fraction(1), (), ())], ())
    assert theorem.trusts == {"exp_sum"}


def test_a_power_with_a_named_negative_exponent_is_not_defined():
    """2^k with k = −3 by definition is an empty product, 1, and nothing had to be shown."""
    power = t.Fold("prod", ZERO, t.Named("k", t.Number(-3)), t.Lambda(INTEGER, t.Number(2)))
    assert t.Compare("<=", ZERO, t.Number(-3)) in obligations(equation(power, ONE))


def test_a_derivative_needs_a_function_that_is_defined_near_the_point():
    """if x = 0 then 0 else 1/0 is 0 for every x in the total reading, and has no value but at 0."""
    x = t.Bound(0, REAL)
    nowhere = t.Lambda(REAL, t.IfThenElse(equation(x, ZERO), ZERO, t.Inverse(ZERO)))
    root = t.Lambda(REAL, t.Mul((ZERO, t.Elementary("sqrt", x))))
    logarithm = t.Lambda(REAL, t.Elementary("log", x))
    everywhere = t.ForAll(t.Lambda(REAL, t.Implies(t.Not(equation(x, ZERO)), t.Not(equation(ZERO, ZERO)))))
    assert everywhere in obligations(equation(t.Derivative(nowhere, ZERO), ZERO))
    assert t.ForAll(t.Lambda(REAL, t.Compare("<=", ZERO, x))) in obligations(t.Differentiable(root, ZERO))
    assert obligations(t.Differentiable(logarithm, ONE)) == (t.Compare("<", ZERO, ONE),)


def test_nested_parameters_are_refused():
    text = '{"format":"%s","terms":[],"roots":[],"steps":[["assume",[%s],[]]]}'
    for depth in (600, 900, 100_000):
        with pytest.raises(KernelError):
            certificate.replay(text % (certificate.FORMAT, "[" * depth + "]" * depth))


def doubled(node, times):
    for _ in range(times):
        node = t.Add((node, node))
    return node


def test_a_refusal_does_not_spell_out_shared_subterms():
    big = t.Compare("<=", doubled(X, 200), ZERO)
    with pytest.raises(KernelError, match="expected a theorem that") as refusal:
        replay([big, t.TRUE], [["assume", [{"t": 0}], []], ["convert", [{"t": 1}], [0]]])
    assert len(str(refusal.value)) < 20_000


def test_definitions_inside_definitions_are_unfolded_once():
    node = t.Named("d", ONE)
    for level in range(60):
        node = t.Named(f"d{level}", t.Add((node, t.Fold("sum", ZERO, ONE, t.Lambda(INTEGER, node)))))
    assert canonical(equation(node, t.Number(2**60))) is t.TRUE


def test_powers_of_powers_are_refused():
    node = t.Number(2)
    for _ in range(3):
        node = t.Power(node, 10_000)
    assert refused("reflexive", equation(node, node), because="too large")
    tower = {"true": True, "size": 1, "tape": []}
    with pytest.raises(CertificateError, match="too large"):
        check(tower, [], t.Compare("<", ZERO, node))


def test_products_of_products_are_refused():
    node = t.Number(10**3000)
    for _ in range(3):
        node = t.Mul((node,) * 300)
    assert refused("reflexive", t.Compare("<=", node, node), because="too large")


def test_a_sum_of_sums_is_refused_before_it_is_written_out():
    function = t.Variable("f", Arrow(INTEGER, Arrow(INTEGER, Arrow(INTEGER, Arrow(INTEGER, REAL)))))
    node = function
    for index in reversed(range(4)):
        node = t.Apply(node, t.Bound(index, INTEGER))
    for _ in range(4):
        node = t.Fold("sum", ZERO, t.Number(64), t.Lambda(INTEGER, node))
    assert refused("reflexive", t.Compare("<=", node, ZERO), because="too large")


def test_loose_variables_count_towards_the_size_of_a_table():
    rows = [["Bound", index, "R"] for index in range(1000)] + [["Add", list(range(1000))]] + [["Power", 1000, n] for n in range(1500)]
    with pytest.raises(t.TermError, match="too large"):
        serial.from_json(rows)


@pytest.mark.parametrize("number", ["1e999999999", "1e-999999999", "1/0", " 1", "1_0", 0.5, True, ["+"], None])
def test_a_number_in_a_tower_certificate_is_written_out(number):
    proof = {"points": [number], "at": [{}], "gaps": [{}, {}]}
    with pytest.raises(CertificateError):
        check(proof, [], t.Compare("<=", X, X))


def test_a_bound_is_not_raised_to_a_power_beyond_its_size():
    """(p/q)^20000 of a q of 4000 digits has 80 million digits."""
    at = cell(1)
    claim = ["shifted", [[0, f"1/{10**3998}", 1, ["descartes", "1", None]]], [["terms"]] * 2]
    with pytest.raises(CertificateError, match="too large"):
        verify(at, at.field.parse([[1, 20_000], [1]]), at.low, at.high, claim)


@pytest.mark.parametrize("number", ["1e999999999", "1/2", True])
def test_a_number_of_a_box_is_no_text(number):
    """A text of eleven characters was a number of a billion digits."""
    goal = t.Compare("<=", ZERO, t.Power(X, 2))
    whole = (X, Fraction(-1), Fraction(1))
    refused("boxes", goal, (), ((X, Fraction(-1), number),), 64, ("exact",), because="rational number")
    refused("boxes", goal, (), ((X, number, Fraction(1)),), 64, ("exact",), because="rational number")
    refused("boxes", goal, (), (whole,), 64, ("split", 0, number, ("exact",), ("exact",)), because="rational number")
    refused("boxes", goal, (), (whole,), 64, ("least", (number,)), because="rational number")


def test_a_box_with_exponentials_enters_the_trusts():
    """e^x·e^(−x) = 1 was used and not named."""
    goal = t.Compare("<=", ONE, t.Mul((exp(X), exp(minus(X)))))
    unit = ((X, ZERO.value, ONE.value),)
    assert "exp_sum" in RULES["boxes"](goal, (), unit, 64, ("exact",)).trusts
    assert "exp_sum" not in RULES["boxes"](t.Compare("<=", ZERO, t.Power(X, 2)), (), unit, 64, ("least", (ZERO.value,))).trusts


def test_a_tower_takes_no_power_beyond_its_size():
    claim = ["sign", [[1, 1]], ["product", [[[[1, 1]], 10**12, ["terms"]], [[[2]], 10**12, ["terms"]]]]]
    proof = {"points": [], "at": [], "gaps": [{"true": True, "size": 2, "tape": [["ends"], claim]}]}
    with pytest.raises(CertificateError, match="too large"):
        check(proof, [], t.Compare("<=", X, X))


# Attempts that were refused from the start


def test_a_term_does_not_pass_for_a_theorem():
    """An implication has a `conclusion`, as a theorem has."""
    fake = t.Implies(t.TRUE, t.FALSE)
    for rule, before, after in (
        ("convert", [t.FALSE], []),
        ("discharge", [t.TRUE], []),
        ("absurd", [t.FALSE], []),
        ("modus_ponens", [], [fake]),
        ("cases", [], [fake]),
        ("conjunction", [], []),
    ):
        terms = [*before, fake, *after]
        with pytest.raises(KernelError):
            replay(terms, [[rule, [{"t": k} for k in range(len(terms))], []]])


def test_no_loose_variable_leaves_a_rule():
    loose = t.Compare("<", t.Bound(0, REAL), ZERO)
    everywhere = RULES["generalise"](X, RULES["reflexive"](t.Compare("<=", X, X)))
    for rule, arguments in (
        ("assume", (loose,)),
        ("discharge", (loose, RULES["reflexive"](t.TRUE))),
        ("specialise", (t.Bound(0, REAL), everywhere)),
        ("floor_bounds", (t.Bound(0, REAL),)),
        ("excluded_middle", (loose,)),
        ("absurd", (loose, assume(t.FALSE))),
    ):
        assert refused(rule, *arguments)


def test_an_empty_product_of_zeros_is_one():
    product = t.Fold("prod", ZERO, N, t.Lambda(INTEGER, ZERO))
    assert refused("reflexive", equation(product, ZERO))
    assert canonical(instantiate(abstract(N, equation(product, ONE)), ZERO)) is t.TRUE


def test_a_sum_of_ones_is_not_the_length_of_a_range_that_may_be_reversed():
    ones = t.Fold("sum", ZERO, N, t.Lambda(INTEGER, ONE))
    assert refused("reflexive", equation(ones, N))
    assert refused("count", ZERO, N, RULES["reflexive"](t.TRUE))


def test_the_normal_form_does_not_cancel():
    assert refused("reflexive", equation(t.Mul((X, t.Inverse(X))), ONE))
    assert refused("reflexive", equation(t.Inverse(t.Add((X, minus(X)))), ONE))
    assert refused("inverse", ZERO, RULES["reflexive"](t.TRUE))


def test_a_function_on_the_line_is_not_reduced_to_one_on_the_integers():
    line = t.Variable("F", LINE)
    with pytest.raises(t.TermError):
        equation(t.Lambda(INTEGER, t.Apply(line, t.Bound(0, INTEGER))), line)


def test_two_branches_that_meet_with_a_kink_have_no_derivative():
    x = t.Bound(0, REAL)
    kink = t.Lambda(REAL, t.IfThenElse(t.Compare("<=", x, ZERO), minus(x), x))
    _, needed = calculus.slope_of(kink, ())
    assert refused("reflexive", instantiate(needed, ZERO))
    assert refused("differentiable", kink, ZERO, RULES["reflexive"](t.TRUE))


def test_the_slope_of_an_inverse_needs_more_than_the_total_reading():
    inverse = t.Lambda(REAL, t.Inverse(t.Bound(0, REAL)))
    assert refused("derivative", inverse, ZERO, RULES["reflexive"](t.TRUE))


def test_an_integral_of_a_sum_is_not_split_without_integrability():
    first, second = (t.Apply(t.Variable(name, LINE), t.Bound(0, REAL)) for name in "fg")
    whole = t.Integral(t.Lambda(REAL, t.Add((first, second))))
    parts = t.Add(t.Integral(t.Lambda(REAL, part)) for part in (first, second))
    assert refused("reflexive", equation(whole, parts))
    assert refused("integral_combination", t.Lambda(REAL, t.Add((first, second))), (ONE, ONE))


def test_an_undefined_term_has_no_reading_in_one_variable():
    """1/0 = 0 in the kernel, and no certificate may say so or otherwise."""
    point = json.dumps({"true": True, "size": 2, "tape": []})
    for term in (t.Inverse(ZERO), t.Elementary("log", ZERO), t.Elementary("sqrt", t.Number(-1))):
        assert refused("one_variable", equation(term, term), point)


def test_a_quantifier_over_other_sorts_is_not_peeled():
    proof = json.dumps({"points": [], "at": [], "gaps": [{"true": True, "size": 2, "tape": [["ends"]]}]})
    for sort in (INTEGER, PROPOSITION):
        variable = t.Variable("p", sort)
        body = variable if sort == PROPOSITION else t.Compare("<=", variable, variable)
        assert refused("one_variable", t.ForAll(abstract(variable, body)), proof)


@pytest.mark.parametrize("index", [True, 1.0, "1", 10**30, -1, None])
def test_premises_are_plain_earlier_indices(index):
    steps = [["reflexive", [{"t": 0}], []], ["reflexive", [{"t": 0}], []], ["conjunction", [], [index]]]
    with pytest.raises(KernelError):
        replay([t.TRUE], steps)


def test_an_expectation_about_projection_is_kept():
    both = RULES["conjunction"](assume(t.FALSE), RULES["reflexive"](t.TRUE))
    for index in (-1, 2, 10**40):
        assert refused("project", index, both)
