"""The normal form case by case: what becomes equal, what must not, where it stops, and which law it names."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from quod import Integral, Max, Min, Prod, Sum, eq, exists, exp, floor, forall, implies, inner, log, piecewise, sqrt
from quod.kernel.connectives import connect, imply, negate
from quod.kernel.normal import canonical, laws, polynomial_of
from quod.kernel.polynomial import LIMIT, combine, invert, multiply, number, power, to_node
from quod.kernel.theorem import KernelError
from quod.lang import terms as t
from quod.lang.binding import abstract
from quod.lang.domains import Integer, Real, Vector
from quod.lang.expression import Expression
from quod.lang.sorts import INTEGER, REAL, Arrow
from tests.kernel.applied import ONE, TWO, ZERO, A, F, G, K, N, P, Q, V, W, X, Y, a, b, compare, k, n, node, v, w, x, y, z


def same(left: Any, right: Any) -> bool:
    left, right = (node(side) if not isinstance(side, int | Fraction) else t.Number(side) for side in (left, right))
    return canonical(left) is canonical(right)


def holds(proposition: Any) -> bool:
    return canonical(node(proposition)) is t.TRUE


def fails(proposition: Any) -> bool:
    return canonical(node(proposition)) is t.FALSE


# Comparisons and connectives


@pytest.mark.parametrize(("relation", "expected"), [("<", (True, False, False)), ("<=", (True, True, False)), ("=", (False, True, False))])
def test_numbers_are_compared(relation: str, expected: tuple[bool, ...]) -> None:
    pairs = ((ZERO, ONE), (ONE, ONE), (TWO, ONE))
    for pair, true in zip(pairs, expected, strict=True):
        assert canonical(compare(relation, *pair)) is (t.TRUE if true else t.FALSE)


def test_comparisons_are_normalised_up_to_a_positive_factor() -> None:
    assert same(3 * x <= 6 * y, x <= 2 * y)
    assert same(-3 * x <= 6 * y, -2 * y <= x)
    assert not same(3 * x <= 6 * y, 2 * y <= x)
    assert not same(x <= y, x < y)
    assert not same(x < y, y < x)
    assert not same(x <= y, y <= x)
    assert same(eq(3 * x, 6 * y), eq(4 * y, 2 * x))
    assert not same(eq(x, y), eq(x, -y))
    assert not same(x <= y + 1, x <= y)
    assert same(compare("=", V, W), compare("=", t.Scale(TWO, W), t.Scale(TWO, V)))
    assert same(compare("=", V, W), compare("=", t.Scale(t.Number(-1), V), t.Scale(t.Number(-1), W)))
    assert not same(compare("=", V, W), compare("=", V, t.Scale(TWO, W)))
    assert holds(compare("=", t.Add((V, W)), t.Add((W, V))))
    assert holds(compare("=", F, F)) and not holds(compare("=", F, G))
    assert same(compare("=", F, G), compare("=", G, F))
    assert holds(compare("=", F, t.Lambda(REAL, t.Apply(F, t.Bound(0, REAL)))))


def test_connectives_are_flattened_and_decided() -> None:
    assert connect(t.And, (P, t.FALSE)) is t.FALSE and connect(t.Or, (P, t.TRUE)) is t.TRUE
    assert connect(t.And, (P,)) is P and connect(t.Or, (P,)) is P
    assert connect(t.And, ()) is t.And(()) and connect(t.Or, ()) is t.Or(())
    assert connect(t.And, (P, t.And((Q, P)))) is t.And((P, Q, P))
    assert connect(t.Or, (t.Or((Q, P)), P)) is t.Or((Q, P, P))
    assert connect(t.Or, (t.And((Q, P)), P)) is t.Or((t.And((Q, P)), P))
    assert connect(t.Or, (P, t.FALSE)) is P
    assert connect(t.And, (P, t.TRUE)) is P
    assert negate(t.TRUE) is t.FALSE and negate(t.FALSE) is t.TRUE
    assert negate(t.Not(P)) is P and negate(P) is t.Not(P)
    assert same(~(x < y), y <= x) and same(~(x <= y), y < x)
    assert isinstance(canonical((~eq(x, y)).node), t.Not)
    assert imply(t.FALSE, P) is t.TRUE and imply(P, t.TRUE) is t.TRUE
    assert imply(P, t.FALSE) is t.Not(P)
    assert imply(t.And((P, Q)), P) is t.Implies(P, t.Implies(Q, P))
    assert imply(P, Q) is t.Implies(P, Q)
    assert not same(t.Implies(P, Q), t.Implies(Q, P))
    assert not same(t.And((P, Q)), t.Or((P, Q)))
    assert same(t.Not(t.Not(P)), P)


def test_quantifiers() -> None:
    assert holds(forall(Real, lambda u: u <= u + 1)) and fails(exists(Real, lambda u: u + 1 <= u))
    assert not holds(forall(Real, lambda u: u <= 1)) and not fails(forall(Real, lambda u: u + 1 <= u))
    assert not fails(exists(Real, lambda u: u <= 1)) and not holds(exists(Real, lambda u: u <= u + 1))
    assert not same(forall(Real, lambda u: u <= x), exists(Real, lambda u: u <= x))
    assert not same(forall(Real, lambda u: u <= 1), forall(Integer, lambda u: u <= 1))
    assert same(forall(Real, lambda u: 2 * u <= 2 * x), forall(Real, lambda u: u <= x))
    swapped = forall(Real, lambda u: exists(Real, lambda s: u <= s)), forall(Real, lambda u: exists(Real, lambda s: s <= u))
    assert not same(*swapped)
    assert not same(forall(Vector, lambda u: inner(u, u) <= 1), forall(Real, lambda u: u * u <= 1))


# Terms


def test_fields() -> None:
    assert same((x + y) * (x - y), x**2 - y**2)
    assert same(x**0, 1) and same(x**1, x)
    assert same(1 / (2 * x), Fraction(1, 2) * (1 / x)) and same(1 / (x * y), 1 / x * (1 / y))
    assert same(1 / (1 / x), x) and same(1 / Expression(ZERO), 0)
    assert same(1 / (x * x + x * y), 1 / x * (1 / (x + y)))
    assert same(1 / (-x - y), -(1 / (x + y)))
    assert same(1 / (x / y), y / x)
    for left, right in ((x / x, 1), (x * x / x, x), (1 / (x + y), 1 / x + 1 / y), (x * 0 / x, 1)):
        assert not same(left, right)
    assert same(x * 0, 0) and same(x - x, 0)
    assert same(1 / exp(x), exp(-x)) and same(exp(x) ** 3, exp(3 * x)) and same(exp(0 * x), 1)
    assert same(exp(x) / exp(y), exp(x - y)) and not same(exp(x) * exp(y), exp(x * y))
    assert not same(exp(x), exp(2 * x)) and not same(exp(x), exp(y))
    assert same(exp(1 / x + 1 / x), exp(2 / x))
    assert not same(log(x * y), log(x) + log(y)) and not same(sqrt(x**2), x)
    assert same(log(x + x), log(2 * x))


def test_vectors() -> None:
    assert same(inner(v, w), inner(w, v)) and same(inner(2 * v + w, w), 2 * inner(v, w) + inner(w, w))
    assert same(inner(v - v, w), 0) and not same(inner(v, v), inner(v, w))
    assert same(t.Scale(t.Add((X, Y)), V), t.Add((t.Scale(X, V), t.Scale(Y, V))))
    assert same(t.Scale(ZERO, V), t.Constant("zero")) and same(t.Scale(ONE, V), V)
    assert not same(t.Scale(TWO, V), V) and not same(t.Scale(X, V), t.Scale(Y, V))
    assert same(t.Scale(X, t.Scale(Y, V)), t.Scale(Y, t.Scale(X, V)))


def test_floors() -> None:
    assert same(floor(Expression(t.Number(Fraction(7, 2)))), 3) and same(floor(Expression(t.Number(Fraction(-7, 2)))), -4)
    assert same(floor(n + x), n + floor(x)) and same(floor(n * k + Fraction(1, 2)), n * k)
    assert same(floor(2 * n + 1), 2 * n + 1)
    for left, right in ((floor(x), x), (floor(n / 2), n / 2), (floor(2 * x), 2 * floor(x)), (floor(x + y), x + floor(y)),
                        (floor(n * x), n * floor(x)), (floor(exp(n)), exp(n)), (floor(1 / (1 * n)), 1 / n)):
        assert not same(left, right)


def test_branches() -> None:
    assert same(piecewise((x + x, x > y), otherwise=2 * x), 2 * x)
    assert same(piecewise((1, x < x + 1), otherwise=2), 1) and same(piecewise((1, x + 1 < x), otherwise=2), 2)
    assert not same(piecewise((1, x < y), otherwise=2), 1) and not same(piecewise((1, x < y), otherwise=2), 2)
    assert not same(piecewise((1, x < y), otherwise=2), piecewise((2, x < y), otherwise=1))
    assert same(piecewise((1, 2 * x < 2 * y), otherwise=2), piecewise((1, x < y), otherwise=2))


# Folds and integrals


def fold(kind: str, low: Any, high: Any, body: Any) -> t.Node:
    ends = (side.node if isinstance(side, Expression) else t.Number(side) for side in (low, high))
    return t.Fold(kind, *ends, abstract(K, node(body)))


def test_literal_ranges_are_written_out() -> None:
    assert same(fold("sum", 1, 4, a[k]), a[1] + a[2] + a[3]) and same(fold("prod", 1, 4, a[k]), a[1] * a[2] * a[3])
    assert same(fold("sum", 3, 3, a[k]), 0) and same(fold("prod", 3, 3, a[k]), 1)
    assert same(fold("sum", 3, 1, a[k]), 0) and same(fold("prod", 3, 1, a[k]), 1)
    assert same(fold("sum", 0, 64, k), 2016) and same(fold("sum", 0, 3, Expression(ONE)), 3)
    assert same(fold("sum", -2, 1, k), -3) and same(fold("prod", 2, 5, k), 24)
    assert not same(fold("sum", 0, 65, k), 2080)
    vectors = fold("sum", 0, 2, t.Scale(t.Apply(A, K), V))
    assert same(vectors, t.Scale(t.Add((t.Apply(A, ZERO), t.Apply(A, ONE))), V))
    assert same(fold("sum", 0, 2, t.Scale(t.Mul((ZERO, K)), V)), t.Constant("zero"))
    for kind in ("min", "max"):
        assert isinstance(canonical(fold(kind, 0, 3, a[k])), t.Fold)
    wide = fold("sum", 0, 64, Expression(t.Power(t.Add(t.Apply(A, t.Add((K, t.Number(j)))) for j in range(13)), 4)))
    with pytest.raises(KernelError, match="too large"):
        canonical(wide)


def test_what_is_free_of_the_index_moves_out() -> None:
    assert same(fold("sum", 0, n, x * a[k] + y * b[k]), x * fold_of("sum", a[k]) + y * fold_of("sum", b[k]))
    assert same(fold("sum", 0, n, exp(x + a[k])), exp(x) * fold_of("sum", exp(a[k])))
    assert same(fold("sum", 0, n, x), x * fold_of("sum", Expression(ONE)))
    assert not same(fold("sum", 0, n, Expression(ONE)), n)
    assert not same(fold("sum", 0, n, k * a[k]), n * fold_of("sum", a[k]))
    assert same(fold("prod", 0, n, a[k] * b[k] ** 2), fold_of("prod", a[k]) * fold_of("prod", b[k]) ** 2)
    assert same(fold("prod", 0, n, a[k] / b[k]), fold_of("prod", a[k]) / fold_of("prod", b[k]))
    assert same(fold("prod", 0, n, exp(a[k])), exp(fold_of("sum", a[k])))
    assert not same(fold("prod", 0, n, a[k] + b[k]), fold_of("prod", a[k]) + fold_of("prod", b[k]))
    assert not same(fold("prod", 0, n, 2 * a[k]), 2 * fold_of("prod", a[k]))
    assert not same(fold("prod", 0, n, Expression(ZERO)), 0)
    assert not same(fold("min", 0, n, 2 * a[k]), 2 * fold_of("min", a[k]))
    assert not same(fold("sum", 0, n, a[k]), fold("sum", 1, n, a[k])) and not same(fold("sum", 0, n, a[k]), fold("sum", 0, n + 1, a[k]))
    assert not same(fold("min", 0, n, a[k]), fold("max", 0, n, a[k])) and not same(fold("sum", 0, n, a[k]), fold("prod", 0, n, a[k]))
    assert same(Min(lambda i: a[i] + 0, n), Min(lambda i: a[i], n)) and not same(Max(lambda i: a[i], n), Min(lambda i: a[i], n))
    scaled = t.Fold("sum", ZERO, N, abstract(K, t.Scale(t.Mul((X, t.Apply(A, K))), V)))
    assert same(scaled, t.Scale(t.Mul((X, fold("sum", 0, n, a[k]))), V))
    moving = t.Fold("sum", ZERO, N, abstract(K, t.Scale(X, t.Apply(t.Variable("u", Arrow(INTEGER, V.sort)), K))))
    still = t.Fold("sum", ZERO, N, abstract(K, t.Apply(t.Variable("u", Arrow(INTEGER, V.sort)), K)))
    assert same(moving, t.Scale(X, still)) and not same(moving, still)
    nested = Sum(lambda i: Sum(lambda j: a[i] * b[j], n), n)
    assert same(nested, Sum(a, n) * Sum(b, n))
    assert same(Sum(lambda i: Prod(lambda j: a[j] * x, n), n), Sum(lambda i: 1, n) * Prod(lambda j: x, n) * Prod(a, n))


def fold_of(kind: str, body: Any) -> Expression:
    return Expression(fold(kind, 0, n, body))


def test_integrals_keep_sums_together() -> None:
    def f(u: Expression) -> Expression:
        return Expression(t.Apply(F, u.node))

    def g(u: Expression) -> Expression:
        return Expression(t.Apply(G, u.node))

    assert same(Integral(lambda u: 3 * y * f(u)), 3 * y * Integral(f))
    assert same(Integral(lambda u: exp(y) * f(u)), exp(y) * Integral(f))
    assert same(Integral(lambda u: 2 * f(u) + 2 * g(u)), 2 * Integral(lambda u: f(u) + g(u)))
    assert not same(Integral(lambda u: f(u) + g(u)), Integral(f) + Integral(g))
    assert not same(Integral(lambda u: u * f(u)), Integral(f))
    assert same(Integral(lambda u: 0 * f(u)), 0)
    assert not same(Integral(lambda u: Expression(ONE)), 1)
    assert same(Integral(lambda u: -f(u) - g(u)), -Integral(lambda u: f(u) + g(u)))


# Limits and laws


def test_polynomials_have_limits() -> None:
    big = {((), t.Elementary("exp", t.Variable(f"x{j}", REAL))): Fraction(1) for j in range(200)}
    with pytest.raises((KernelError, KeyError)):
        multiply(multiply(big, big), big)
    with pytest.raises(KernelError, match="too large"):
        power(number(3), 10**6)
    with pytest.raises(KernelError, match="too large"):
        combine(*((1, polynomial_of(t.Variable(f"y{j}", REAL))) for j in range(LIMIT + 2)))
    assert power(number(1), 10**6) == number(1) and power(number(2), 10) == number(1024) and power({}, 0) == number(1)
    assert power({}, 3) == {} and invert({}) == {} and to_node({}) is ZERO
    assert multiply(polynomial_of(X), {}) == {}
    with pytest.raises(KernelError, match="expected a real"):
        polynomial_of(V)


def test_the_exponential_law_is_named_exactly_where_there_is_an_exponential() -> None:
    assert laws(node(x <= y)) == frozenset()
    for proposition in (exp(x) <= 1, forall(Real, lambda u: exp(u) <= u), implies(x <= y, exp(exp(x)) <= 2)):
        assert laws(node(proposition)) == laws(t.TRUE, node(proposition)) == {"exp_sum"}
    hidden = t.Named("growth", abstract(X, exp(x).node))
    assert laws(compare("<=", t.Apply(hidden, Y), ONE)) == {"exp_sum"}
    assert laws() == frozenset() and z is not None
