"""The Unicode text of terms: what a mathematician reads, pinned construct by construct."""

from __future__ import annotations

import time
from fractions import Fraction

import pytest

from quod.lang import terms as t
from quod.lang.binding import abstract
from quod.lang.sorts import INTEGER, REAL, VECTOR, Arrow
from quod.lang.text import to_text

x, y, s = (t.Variable(name, REAL) for name in "xys")
n, i, j = (t.Variable(name, INTEGER) for name in ("n", "index", "other"))
p = t.Variable("p", Arrow(INTEGER, REAL))
A = t.Variable("A", Arrow(INTEGER, Arrow(INTEGER, REAL)))
f = t.Variable("f", Arrow(REAL, REAL))
F, G = t.Variable("F", Arrow(VECTOR, REAL)), t.Variable("G", Arrow(VECTOR, VECTOR))
v, w = t.Variable("v0", VECTOR), t.Variable("w0", VECTOR)
ZERO, ONE, TWO = t.Number(0), t.Number(1), t.Number(2)


def minus(term: t.Node) -> t.Node:
    return t.Mul((t.Number(-1), term))


def at(function: t.Node, *arguments: t.Node) -> t.Node:
    for argument in arguments:
        function = t.Apply(function, argument)
    return function


def log(term: t.Node) -> t.Node:
    return t.Elementary("log", term)


def slope(function: t.Node, point: t.Node) -> t.Node:
    return t.Derivative(abstract(s, at(function, s)), point)


def each(lower: t.Node, upper: t.Node, index: t.Variable, body: t.Node) -> t.Node:
    return t.ForAll(abstract(index, t.Implies(t.Compare("<=", lower, index), t.Implies(t.Compare("<", index, upper), body))))


sigmoid = t.Named("activations.sigmoid", abstract(x, t.Inverse(t.Add((ONE, t.Elementary("exp", minus(x)))))))
difference = t.Add((w, t.Scale(t.Number(-1), v)))

entropy = minus(t.Fold("sum", ZERO, n, abstract(i, t.Mul((at(p, i), log(at(p, i)))))))
half_square = t.Mul((t.Mul((x, t.Inverse(TWO))), t.Inner(difference, difference)))
EQUAL, LESS = t.Compare("=", x, y), t.Compare("<", y, x)

READS: list[tuple[str, t.Node]] = [
    ("sigmoid′(x) ≤ 1/4", t.Compare("<=", slope(sigmoid, x), t.Number(Fraction(1, 4)))),
    ("∀x ∈ ℝ. sigmoid′(x) = sigmoid(x)·(1 − sigmoid(x))",
     t.ForAll(abstract(x, t.Compare("=", slope(sigmoid, x), t.Mul((at(sigmoid, x), t.Add((ONE, minus(at(sigmoid, x)))))))))),
    ("−Σ_{i<n} p[i]·log p[i] ≤ log n", t.Compare("<=", entropy, log(n))),
    ("∫ f(t)·log f(t) dt", t.Integral(abstract(x, t.Mul((at(f, x), log(at(f, x))))))),
    ("∀i < n. 0 < p[i]", each(ZERO, n, i, t.Compare("<", ZERO, at(p, i)))),
    ("∀i, j < n. A[i, j] = A[j, i]", each(ZERO, n, i, each(ZERO, n, j, t.Compare("=", at(A, i, j), at(A, j, i))))),
    ("∀1 ≤ i < n + 1. 0 < p[i]", each(ONE, t.Add((n, ONE)), i, t.Compare("<", ZERO, at(p, i)))),
    ("∃i < n. p[i] = 0",
     t.Exists(abstract(i, t.And((t.Compare("<=", ZERO, i), t.Compare("<", i, n), t.Compare("=", at(p, i), ZERO)))))),
    ("∀i ∈ ℤ. i < n ⇒ 0 < p[i]", t.ForAll(abstract(i, t.Implies(t.Compare("<", i, n), t.Compare("<", ZERO, at(p, i)))))),
    ("∀x > 0. log x ≤ x − 1",
     t.ForAll(abstract(y, t.Implies(t.Compare("<", ZERO, y), t.Compare("<=", log(y), t.Add((y, t.Number(-1)))))))),
    ("∀x ∈ (0, 1]. x = y",
     t.ForAll(abstract(s, t.Implies(t.And((t.Compare("<", ZERO, s), t.Compare("<=", s, ONE))), t.Compare("=", s, y))))),
    ("∀f: ℝ → ℝ. f = f", t.ForAll(abstract(f, t.Compare("=", f, f)))),
    ("∀v, w ∈ V. F(w) ≤ F(v) + ⟨G(v), w − v⟩ + (x/2)·‖w − v‖²", t.ForAll(abstract(v, t.ForAll(abstract(w, t.Compare(
        "<=", at(F, w), t.Add((at(F, v), t.Inner(at(G, v), difference), half_square)))))))),
    ("f″(x)", t.Derivative(abstract(s, slope(f, s)), x)),
    ("d/dt(t²·y)|_{t=x + 1}", t.Derivative(abstract(s, t.Mul((t.Power(s, 2), y))), t.Add((x, ONE)))),
    ("x^n", t.Fold("prod", ZERO, n, abstract(i, x))),
    ("∏_{i<n+1} x·i", t.Fold("prod", ZERO, t.Add((n, ONE)), abstract(i, t.Mul((x, i))))),
    ("max_{1≤i<n} p[i]", t.Fold("max", ONE, n, abstract(i, at(p, i)))),
    ("(x + 1)²", t.Power(t.Add((x, ONE)), 2)),
    ("(−x)³", t.Power(minus(x), 3)),
    ("(log x)²", t.Power(log(x), 2)),
    ("log(x)·y·log(x + y)", t.Mul((log(x), y, log(t.Add((x, y)))))),
    ("x − y − 3 − 2·x + x/(y·n)", t.Add((x, minus(y), t.Number(-3), t.Mul((t.Number(-2), x)), t.Mul((x, t.Inverse(t.Mul((y, n)))))))),
    ("x − (y + 1)", t.Add((x, minus(t.Add((y, ONE)))))),
    ("(x/y)·y", t.Mul((t.Mul((x, t.Inverse(y))), y))),
    ("(Σ_{i<n} p[i])/n", t.Mul((t.Fold("sum", ZERO, n, abstract(i, at(p, i))), t.Inverse(n)))),
    ("1/(1/x)", t.Inverse(t.Inverse(x))),
    ("|x|", t.IfThenElse(t.Compare("<=", ZERO, x), x, minus(x))),
    ("min(x, y)", t.IfThenElse(t.Compare("<", x, y), x, y)),
    ("{y if x < 0; 1 if 1 < x; x² otherwise}",
     t.IfThenElse(t.Compare("<", x, ZERO), y, t.IfThenElse(t.Compare("<", ONE, x), ONE, t.Power(x, 2)))),
    ("⌊n/2⌋ ≠ √(x + π)",
     t.Not(t.Compare("=", t.Elementary("floor", t.Mul((n, t.Inverse(TWO)))), t.Elementary("sqrt", t.Add((x, t.Constant("pi"))))))),
    ("¬(x = y ∧ x < y)", t.Not(t.And((t.Compare("=", x, y), t.Compare("<", x, y))))),
    ("x = y ⇔ y < x", t.And((t.Implies(EQUAL, LESS), t.Implies(LESS, EQUAL)))),
    ("(x = y ⇒ ⊥) ⇒ ⊤", t.Implies(t.Implies(t.Compare("=", x, y), t.FALSE), t.TRUE)),
    ("∇F = G", t.Gradient(F, G)),
    ("f is integrable ∧ (for almost every t ∈ ℝ: f(t) = 0)",
     t.And((t.Integrable(abstract(s, at(f, s))), t.AlmostEverywhere(abstract(s, t.Compare("=", at(f, s), ZERO)))))),
    ("f = (x ↦ x²)", t.Compare("=", f, abstract(s, t.Power(s, 2)))),
    ("x/x", t.Mul((x, t.Inverse(x)))),
    ("log y − log y", t.Add((log(y), minus(log(y))))),
]


@pytest.mark.parametrize(("expected", "term"), READS, ids=[expected for expected, _ in READS])
def test_a_construct_reads_as_a_mathematician_writes_it(expected: str, term: t.Node) -> None:
    assert to_text(term) == expected


def test_a_binder_is_never_spelled_like_a_free_variable_or_a_definition() -> None:
    free = t.Variable("i", INTEGER)
    inner = t.ForAll(abstract(n, t.ForAll(abstract(j, t.Compare("<", n, t.Add((j, free)))))))
    assert to_text(inner) == "∀j, k ∈ ℤ. j < k + i"
    named = t.Named("x", abstract(y, y))
    assert to_text(t.ForAll(abstract(s, t.Compare("=", at(named, s), s)))) == "∀y ∈ ℝ. x(y) = y"
    deep: t.Node = t.TRUE
    for _ in range(6):
        deep = t.ForAll(t.Lambda(INTEGER, deep))
    assert to_text(deep) == "∀i, j, k, l, m, i₁ ∈ ℤ. ⊤"


def test_a_name_that_could_be_taken_for_something_else_is_quoted() -> None:
    assert to_text(t.Add((t.Variable("π", REAL), t.Constant("pi"), t.Variable("x ≤ 1", REAL)))) == "‹π› + π + ‹x ≤ 1›"


def test_a_number_too_long_to_print_is_cut() -> None:
    assert to_text(t.Compare("<", x, t.Number(10**5000))) == "x < …"


def test_definitions_with_the_same_last_name_are_told_apart() -> None:
    left, right = t.Named("a.f", abstract(x, x)), t.Named("b.f", abstract(x, t.Power(x, 2)))
    assert to_text(t.Compare("=", at(left, x), at(right, x))) == "a.f(x) = b.f(x)"


def test_an_open_term_and_an_astronomical_one_can_still_be_read() -> None:
    assert to_text(t.Bound(1, REAL)) == "#1"
    huge: t.Node = x
    for _ in range(200):
        huge = t.Add((huge, huge))
    wide: t.Node = t.TRUE
    for _ in range(80):
        wide = t.And((t.ForAll(t.Lambda(REAL, wide)), t.ForAll(t.Lambda(INTEGER, wide))))
    began = time.perf_counter()
    assert "…" in to_text(huge)
    assert "…" in to_text(wide)
    assert time.perf_counter() - began < 5
