"""Each rule of inference, applied as it is meant and with one condition at a time not met.

As it is meant: the theorem has exactly the conclusion, the hypotheses of all premises and the trusts of all premises, so that nothing that
a proof rests on is lost on the way. `python -m tests.assurance.mutate` shows that every side condition is needed here.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from quod import eq, exists, exp, forall, implies
from quod.kernel.theorem import RULES, KernelError
from quod.lang import terms as t
from quod.lang.binding import abstract, instantiate
from quod.lang.domains import Integer, Real
from quod.lang.expression import Expression
from quod.lang.sorts import INTEGER
from tests.kernel.applied import (
    E_LAW,
    HALF,
    ONE,
    TWO,
    ZERO,
    A,
    B,
    K,
    N,
    P,
    Q,
    V,
    X,
    Y,
    Z,
    a,
    b,
    checked,
    compare,
    k,
    n,
    node,
    premises,
    refused,
    x,
    y,
    z,
)

# Logic


def test_convert_and_reflexive() -> None:
    checked("convert", ((x <= y).node,), (2 * x <= 2 * y,), x <= y)
    checked("convert", (eq(exp(x), 1).node,), (eq(2 * exp(x), 2),), eq(exp(x), 1), E_LAW)
    checked("convert", ((x <= y).node,), (x <= y,), x <= y)
    checked("convert", (eq(exp(x), 1).node,), (eq(exp(x), 1),), eq(exp(x), 1))
    refused("convert", ((x < y).node,), x <= y)
    checked("reflexive", ((x <= x + 1).node,), (), x <= x + 1)
    checked("reflexive", (eq(exp(x) * exp(-x), 1).node,), (), eq(exp(x) * exp(-x), 1), E_LAW)
    refused("reflexive", ((x <= y).node,))
    refused("reflexive", (t.FALSE,))


def test_assume_and_discharge() -> None:
    assumed = RULES["assume"](P)
    assert (assumed.conclusion, assumed.hypotheses, assumed.trusts) == (P, {P}, frozenset())
    (fact,) = premises(Q)
    both = RULES["project"](1, RULES["conjunction"](assumed, fact))
    theorem = RULES["discharge"](P, both)
    assert theorem.conclusion is t.Implies(P, Q)
    assert theorem.hypotheses == fact.hypotheses
    assert theorem.trusts == {"z3"}
    assert RULES["discharge"](t.Not(P), both).hypotheses == both.hypotheses
    refused("assume", (X,))
    refused("discharge", (X,), P)


def test_modus_ponens() -> None:
    checked("modus_ponens", (), (implies(2 * x <= 2, y <= 1), x <= 1), y <= 1)
    checked("modus_ponens", (), (implies(exp(x) * 2 <= 2, y <= 1), exp(x) <= 1), y <= 1, E_LAW)
    refused("modus_ponens", (), implies(x <= 1, y <= 1), x <= 2)
    refused("modus_ponens", (), x <= 1, x <= 1)


def test_quantifiers() -> None:
    checked("generalise", (X,), (x <= y,), t.ForAll(abstract(X, (x <= y).node)))
    refused("generalise", (ONE,), x <= y)
    with pytest.raises(KernelError):
        RULES["generalise"](X, RULES["assume"]((x <= y).node))
    assert RULES["generalise"](Z, RULES["assume"]((x <= y).node)).hypotheses == {(x <= y).node}
    checked("specialise", (Y,), (forall(Real, lambda u: u <= u + x),), y <= y + x)
    checked("specialise", (N,), (forall(Real, lambda u: u <= u + x),), n <= n + x)
    refused("specialise", (HALF,), forall(Integer, lambda u: u <= u + x))
    refused("specialise", (V,), forall(Real, lambda u: u <= u + x))
    refused("specialise", (Y,), exists(Real, lambda u: u <= u + x))
    checked("witness", (exists(Real, lambda u: u * 2 <= x).node, Y), (y <= x / 2,), exists(Real, lambda u: u * 2 <= x))
    checked("witness", (exists(Real, lambda u: u <= exp(x)).node, Y), (2 * y <= 2 * exp(x),), exists(Real, lambda u: u <= exp(x)), E_LAW)
    refused("witness", (exists(Real, lambda u: u <= x).node, Y), z <= x)
    refused("witness", (forall(Real, lambda u: u <= x).node, Y), y <= x)


def test_choose() -> None:
    existence = exists(Real, lambda u: u < x)
    fact, known = premises(existence, 0 <= z)
    from_it = RULES["project"](1, RULES["conjunction"](RULES["assume"]((y < x).node), known))
    theorem = RULES["choose"](Y, fact, from_it)
    assert theorem.conclusion is (0 <= z).node
    assert theorem.hypotheses == fact.hypotheses | known.hypotheses
    assert theorem.trusts == {"z3"}
    for taken in (RULES["assume"]((y <= 5).node), RULES["conjunction"](RULES["assume"]((y < x).node), RULES["assume"]((y <= 5).node))):
        with pytest.raises(KernelError):
            RULES["choose"](Y, fact, RULES["project"](0, RULES["conjunction"](RULES["reflexive"](t.TRUE), taken)))
    with pytest.raises(KernelError):
        RULES["choose"](Y, *premises(exists(Real, lambda u: u < y)), RULES["reflexive"](t.TRUE))
    with pytest.raises(KernelError):
        RULES["choose"](N, fact, RULES["reflexive"](t.TRUE))
    with pytest.raises(KernelError):
        RULES["choose"](ONE, fact, RULES["reflexive"](t.TRUE))
    with pytest.raises(KernelError):
        RULES["choose"](Y, *premises(forall(Real, lambda u: u < x)), RULES["reflexive"](t.TRUE))


def test_a_choice_forgets_no_other_hypothesis() -> None:
    """From ∃u. u < x, and y < x, z ≤ y ⊢ q the hypothesis about y stays, and so the rule is refused."""
    (fact,) = premises(exists(Real, lambda u: u < x))
    both = RULES["conjunction"](RULES["assume"]((y < x).node), RULES["assume"]((z <= y).node))
    shown = RULES["real"]((z < x).node, ((Fraction(1), (), (0,)), (Fraction(1), (), (1,)), (Fraction(1), (), (-1,))), (),
                          RULES["project"](0, both), RULES["project"](1, both))
    with pytest.raises(KernelError, match="is free in"):
        RULES["choose"](Y, fact, shown)


def test_connectives() -> None:
    checked("conjunction", (), (P, Q), t.And((P, Q)))
    checked("project", (1,), (t.And((P, Q)),), Q)
    checked("project", (0,), (t.And((P, Q)),), P)
    for index in (-1, 2):
        refused("project", (index,), t.And((P, Q)))
    refused("project", (0,), t.Or((P, Q)))
    checked("disjunction", (t.Or((P, Q)),), (Q,), t.Or((P, Q)))
    refused("disjunction", (t.Or((P, P)),), Q)
    refused("disjunction", (t.And((P, Q)),), Q)
    checked("excluded_middle", (P,), (), t.Or((P, t.Not(P))))
    checked("trichotomy", (X, Y), (), (x < y) | eq(x, y) | (y < x))
    checked("absurd", (Q,), (x < x,), Q)
    checked("absurd", (Q,), (exp(x) < exp(x),), Q, E_LAW)
    refused("absurd", (Q,), x < y)
    checked("contradiction", (), (x < y, y <= x), t.FALSE)
    checked("contradiction", (), (exp(x) < y, 2 * y <= 2 * exp(x)), t.FALSE, E_LAW)
    refused("contradiction", (), x < y, x <= y)
    refused("contradiction", (), x < y, y < x)


def test_cases() -> None:
    alternatives, first, second = premises(t.Or((P, Q)), x < y, x < y)
    branches = [RULES["project"](1, RULES["conjunction"](RULES["assume"](p), f)) for p, f in ((P, first), (Q, second))]
    theorem = RULES["cases"](alternatives, *branches)
    assert theorem.conclusion is (x < y).node
    assert theorem.hypotheses == alternatives.hypotheses | first.hypotheses | second.hypotheses
    assert theorem.trusts == {"z3"}
    third = RULES["assume"]((x <= y).node)
    for wrong in (branches[:1], [*branches, branches[0]], [], [branches[0], third]):
        with pytest.raises(KernelError):
            RULES["cases"](alternatives, *wrong)
    assert RULES["cases"](alternatives, branches[1], branches[0]).hypotheses >= {P, Q}
    (single,) = premises(t.Or((P,)))
    assert RULES["cases"](single, branches[0]).conclusion is (x < y).node
    with pytest.raises(KernelError):
        RULES["cases"](*premises(t.And((P, Q))), *branches)
    with pytest.raises(KernelError, match="branches"):
        RULES["cases"](*premises(t.Or(())))


def test_equality() -> None:
    context = abstract(X, (x * 2 <= y).node)
    checked("rewrite", (context,), (eq(z, 3), 4 * z <= 2 * y), 3 * Expression(TWO) <= y)
    below = compare("<=", t.Number(3), t.Elementary("exp", Y))
    checked("rewrite", (abstract(X, (x <= exp(y)).node),), (eq(z, 3), 2 * z <= 2 * exp(y)), below, E_LAW)
    refused("rewrite", (context,), z <= 3, z * 2 <= y)
    refused("rewrite", (context,), eq(z, 3), y * 2 <= y)
    refused("rewrite", (X,), eq(z, 3), z * 2 <= y)
    pointwise = forall(Integer, lambda i: eq(a[i] * 2, b[i] * 2))
    checked("extensionality", (A, B), (pointwise,), compare("=", A, B))
    refused("extensionality", (A, B), forall(Integer, lambda i: implies(0 <= i, eq(a[i], b[i]))))
    refused("extensionality", (A, B), forall(Integer, lambda i: a[i] <= b[i]))
    refused("extensionality", (X, Y), forall(Integer, lambda i: eq(x, y)))
    raised = abstract(N, exp(a[n]).node), abstract(N, exp(b[n]).node)
    checked("extensionality", raised, (forall(Integer, lambda i: eq(exp(a[i]) * 2, exp(b[i]) * 2)),), compare("=", *raised), E_LAW)
    shifted = abstract(N, t.Apply(A, t.Add((N, K)))), abstract(N, t.Apply(B, t.Add((N, K))))
    checked("extensionality", shifted, (forall(Integer, lambda i: eq(a[i + k], b[i + k])),), compare("=", *shifted))


def induction(relation: Any, start: t.Node, base: Any, low: Any = None, step: Any = None) -> tuple[Any, ...]:
    """(parameters, base, step) of an induction over n from `start`."""
    low = Expression(start) if low is None else low
    claim = step or (lambda i: implies(low <= i, implies(relation(i), relation(i + 1))))
    return (abstract(N, relation(n).node), start), base, forall(Integer, claim)


def test_induction() -> None:
    def relation(i: Any) -> Any:
        return i <= a[i]

    parameters, base, step = induction(relation, TWO, relation(Expression(TWO)))
    whole = forall(Integer, lambda i: implies(2 <= i, relation(i)))
    checked("induction", parameters, (base, step), whole)
    refused("induction", parameters, relation(Expression(ONE)), step)
    for wrong in (
        lambda i: implies(1 < i, implies(relation(i), relation(i))),
        lambda i: implies(3 <= i, implies(relation(i), relation(i + 1))),
        lambda i: implies(2 <= i, implies(relation(i), relation(i + 2))),
        lambda i: implies(i <= 2, implies(relation(i), relation(i + 1))),
        lambda i: implies(2 <= i, implies(relation(i + 1), relation(i + 1))),
    ):
        refused("induction", parameters, base, forall(Integer, wrong))
    real_step = forall(Real, lambda i: implies(2 <= i, implies(i <= i, i <= i)))
    refused("induction", (abstract(X, (x <= x).node), TWO), x <= x, real_step)
    refused("induction", (parameters[0], HALF), t.TRUE, t.TRUE)
    refused("induction", (X, TWO), base, step)
    grows = induction(lambda i: exp(i) <= a[i], ZERO, 2 * exp(0) <= 2 * a[0])
    checked("induction", grows[0], grows[1:], forall(Integer, lambda i: implies(0 <= i, exp(i) <= a[i])), E_LAW)


def test_induction_from_a_term_with_variables() -> None:
    parameters, base, step = induction(lambda i: k <= i, K, k <= k)
    checked("induction", parameters, (base, step), forall(Integer, lambda i: implies(k <= i, k <= i)))


def test_induction_takes_no_loose_variable() -> None:
    loose = t.Bound(3, INTEGER)
    with pytest.raises(KernelError, match="loose"):
        RULES["induction"](abstract(N, (n <= n).node), loose, *premises(t.TRUE, t.TRUE))
    with pytest.raises(KernelError, match="loose"):
        RULES["induction"](t.Lambda(INTEGER, compare("<=", t.Bound(4, INTEGER), loose)), ZERO, *premises(t.TRUE, t.TRUE))


# Folds


def fold(kind: str, body: Any, low: Any = 0, high: Any = n) -> t.Node:
    lower, upper = (part.node if hasattr(part, "node") else t.Number(part) for part in (low, high))
    return t.Fold(kind, lower, upper, abstract(K, node(body)))


def ranged(conclusion: Any, low: Any = 0, high: Any = n) -> Any:
    return forall(Integer, lambda i: implies(low <= i, implies(i < high, conclusion(i))))


LEFT, RIGHT = fold("sum", a[k]), fold("sum", b[k])
VECTORS = [fold("sum", t.Scale(t.Apply(family, K), V)) for family in (A, B)]


def test_sums_are_compared_member_by_member() -> None:
    checked("sum_monotone", (LEFT, RIGHT), (ranged(lambda i: 2 * a[i] <= 2 * b[i]),), compare("<=", LEFT, RIGHT))
    powers = fold("sum", exp(a[k])), fold("sum", exp(b[k]))
    checked("sum_monotone", powers, (ranged(lambda i: 2 * exp(a[i]) <= 2 * exp(b[i])),), compare("<=", *powers), E_LAW)
    pointwise = ranged(lambda i: a[i] <= b[i])
    for kind in ("prod", "min", "max"):
        refused("sum_monotone", (fold(kind, a[k]), fold(kind, b[k])), pointwise)
    refused("sum_monotone", (LEFT, fold("min", b[k])), pointwise)
    refused("sum_monotone", (LEFT, fold("sum", b[k], 0, n + 1)), pointwise)
    refused("sum_monotone", (fold("sum", a[k], 1), RIGHT), pointwise)
    refused("sum_monotone", (RIGHT, LEFT), pointwise)
    refused("sum_monotone", (X, RIGHT), pointwise)
    refused("sum_monotone", (LEFT, X), pointwise)
    for wrong in (lambda i: a[i] <= b[i] + 1, lambda i: b[i] <= a[i]):
        refused("sum_monotone", (LEFT, RIGHT), ranged(wrong))
    for low, high in ((1, n), (0, n - 1), (-1, n - 1)):
        refused("sum_monotone", (LEFT, RIGHT), ranged(lambda i: a[i] <= b[i], low, high))
    refused("sum_monotone", (LEFT, RIGHT), forall(Integer, lambda i: implies(i <= 0, implies(i < n, a[i] <= b[i]))))
    refused("sum_monotone", (LEFT, RIGHT), forall(Integer, lambda i: implies(0 <= i, implies(n < i, a[i] <= b[i]))))
    refused("sum_monotone", tuple(VECTORS), pointwise)


def test_members_are_equal_where_the_totals_are() -> None:
    ordered, total = ranged(lambda i: a[i] <= b[i]), compare("=", LEFT, RIGHT)
    checked("sum_vanishes", (LEFT, RIGHT), (ordered, total), ranged(lambda i: eq(a[i], b[i])))
    refused("sum_vanishes", (LEFT, RIGHT), ordered, compare("<=", LEFT, RIGHT))
    refused("sum_vanishes", (LEFT, RIGHT), ordered, compare("=", LEFT, LEFT))
    refused("sum_vanishes", (LEFT, RIGHT), ranged(lambda i: a[i] <= b[i] + 1), total)
    refused("sum_vanishes", (LEFT, fold("sum", b[k], 0, n + 1)), ordered, compare("=", LEFT, fold("sum", b[k], 0, n + 1)))
    for kind in ("prod", "min", "max"):
        pair = fold(kind, a[k]), fold(kind, b[k])
        refused("sum_vanishes", pair, ordered, compare("=", *pair))
    refused("sum_vanishes", tuple(VECTORS), ordered, compare("=", *VECTORS))
    powers = fold("sum", exp(a[k])), fold("sum", exp(b[k]))
    doubled = ranged(lambda i: 2 * exp(a[i]) <= 2 * exp(b[i]))
    checked("sum_vanishes", powers, (doubled, compare("=", *powers)), ranged(lambda i: eq(exp(a[i]), exp(b[i]))), E_LAW)
    halves = compare("=", *(t.Mul((HALF, power)) for power in powers))
    checked("sum_vanishes", powers, (ranged(lambda i: exp(a[i]) <= exp(b[i])), halves), ranged(lambda i: eq(exp(a[i]), exp(b[i]))), E_LAW)


@pytest.mark.parametrize("kind", sorted(t.FOLDS))
def test_folds_of_equal_members_are_equal(kind: str) -> None:
    pair = fold(kind, a[k]), fold(kind, b[k])
    checked("fold_congruence", pair, (ranged(lambda i: eq(2 * a[i], 2 * b[i])),), compare("=", *pair))
    refused("fold_congruence", pair, ranged(lambda i: a[i] <= b[i]))
    refused("fold_congruence", (pair[0], fold(kind, b[k], 0, n + 1)), ranged(lambda i: eq(a[i], b[i])))
    refused("fold_congruence", (pair[0], fold("sum" if kind != "sum" else "max", b[k])), ranged(lambda i: eq(a[i], b[i])))
    powers = fold(kind, exp(a[k])), fold(kind, exp(b[k]))
    checked("fold_congruence", powers, (ranged(lambda i: eq(2 * exp(a[i]), 2 * exp(b[i]))),), compare("=", *powers), E_LAW)


def test_the_ends_of_a_range() -> None:
    product, long = fold("prod", a[k]), fold("sum", exp(a[k]), 0, Expression(t.Elementary("floor", exp(x).node)))
    checked("fold_empty", (LEFT,), (n <= 0,), compare("=", LEFT, ZERO))
    checked("fold_empty", (product,), (n <= 0,), compare("=", product, ONE))
    checked("fold_empty", (VECTORS[0],), (n <= 0,), compare("=", VECTORS[0], t.Constant("zero")))
    checked("fold_empty", (long,), (compare("<=", t.Mul((TWO, long.upper)), ZERO),), compare("=", long, ZERO), E_LAW)
    refused("fold_empty", (LEFT,), n <= 1)
    refused("fold_empty", (LEFT,), 0 <= n)
    refused("fold_empty", (X,), n <= 0)
    for kind in ("min", "max"):
        refused("fold_empty", (fold(kind, a[k]),), n <= 0)
        refused("fold_last", (fold(kind, a[k]),), 0 <= n)
    longer = {kind: fold(kind, a[k], 0, n + 1) for kind in ("sum", "prod")}
    last = t.Apply(A, N)
    checked("fold_last", (LEFT,), (0 <= n,), compare("=", longer["sum"], t.Add((LEFT, last))))
    checked("fold_last", (product,), (0 <= n,), compare("=", longer["prod"], t.Mul((product, last))))
    refused("fold_last", (LEFT,), n <= 0)
    refused("fold_last", (LEFT,), t.TRUE)
    refused("fold_last", (X,), 0 <= n)
    more = t.Fold("sum", ZERO, t.Add((long.upper, ONE)), long.body)
    value = compare("=", more, t.Add((long, instantiate(long.body, long.upper))))
    checked("fold_last", (long,), (compare("<=", ZERO, t.Mul((TWO, long.upper))),), value, E_LAW)


def test_counting() -> None:
    ones = t.Fold("sum", K, N, t.Lambda(INTEGER, ONE))
    checked("count", (K, N), (2 * k <= 2 * n,), compare("=", ones, t.Add((N, t.Mul((t.Number(-1), K))))))
    refused("count", (K, N), n <= k)
    refused("count", (K, N), t.TRUE)
    high = t.Elementary("floor", exp(x).node)
    ones = t.Fold("sum", ZERO, high, t.Lambda(INTEGER, ONE))
    size = t.Add((high, t.Mul((t.Number(-1), ZERO))))
    checked("count", (ZERO, high), (compare("<=", ZERO, t.Mul((TWO, high))),), compare("=", ones, size), E_LAW)


def test_extrema() -> None:
    least, greatest = fold("min", a[k]), fold("max", a[k])
    checked("extremum_bound", (least, K), (0 <= k, k < n), compare("<=", least, t.Apply(A, K)))
    checked("extremum_bound", (greatest, K), (0 <= k, k < n), compare("<=", t.Apply(A, K), greatest))
    for below in (k <= n, n < k, 0 <= k):
        refused("extremum_bound", (least, K), 0 <= k, below)
    for above in (-1 <= k, k <= 0, k < n):
        refused("extremum_bound", (least, K), above, k < n)
    refused("extremum_bound", (LEFT, K), 0 <= k, k < n)
    refused("extremum_bound", (X, K), 0 <= k, k < n)
    refused("extremum_bound", (fold("min", ONE), X), 0 <= x, x < n)
    high = Expression(t.Elementary("floor", exp(x).node))
    powers = fold("min", a[k], 0, high)
    checked("extremum_bound", (powers, K), (0 <= k, 2 * k < 2 * high), compare("<=", powers, t.Apply(A, K)), E_LAW)
    early = fold("min", a[k], high, n)
    checked("extremum_bound", (early, K), (2 * high <= 2 * k, k < n), compare("<=", early, t.Apply(A, K)), E_LAW)
    attained = exists(Integer, lambda i: (0 <= i) & (i < n) & eq(Expression(least), a[i]))
    checked("extremum_attained", (least,), (0 < 2 * n,), attained)
    largest = exists(Integer, lambda i: (0 <= i) & (i < n) & eq(Expression(greatest), a[i]))
    checked("extremum_attained", (greatest,), (0 < n,), largest)
    refused("extremum_attained", (least,), 0 <= n)
    refused("extremum_attained", (least,), n < 0)
    refused("extremum_attained", (LEFT,), 0 < n)
    refused("extremum_attained", (X,), 0 < n)
    found = exists(Integer, lambda i: (0 <= i) & (i < high) & eq(Expression(powers), a[i]))
    checked("extremum_attained", (powers,), (0 < 2 * high,), found, E_LAW)
