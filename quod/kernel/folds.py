"""Σ, ∏, min and max over lower ≤ i < upper. What holds for members holds for the fold, and for Σ also the way back."""

from __future__ import annotations

from quod.kernel.logic import shown
from quod.kernel.theorem import Theorem, derive, expect, need, rule
from quod.lang import terms as t
from quod.lang.binding import instantiate, shift
from quod.lang.sorts import INTEGER

INDEX = t.Bound(0, INTEGER)


def in_range(lower: t.Node, upper: t.Node, conclusion: t.Node) -> t.Node:
    """∀i. lower ≤ i ⇒ i < upper ⇒ conclusion, where i is Bound(0) in the conclusion alone."""
    above, below = t.Compare("<=", shift(lower, 1), INDEX), t.Compare("<", INDEX, shift(upper, 1))
    return t.ForAll(t.Lambda(INTEGER, t.Implies(above, t.Implies(below, conclusion))))


def _two(left: t.Node, right: t.Node, where: str) -> tuple[t.Fold, t.Fold]:
    """Two folds of one kind over one range."""
    first, second = need(left, t.Fold, where), need(right, t.Fold, where)
    expect((first.kind, first.lower, first.upper) == (second.kind, second.lower, second.upper), f"{where}: the folds range differently")
    return first, second


@rule
def sum_monotone(left: t.Node, right: t.Node, premise: Theorem) -> Theorem:
    """From ∀i in range. a(i) ≤ b(i) conclude Σa ≤ Σb."""
    first, second = _two(left, right, "sum_monotone")
    expect(first.kind == "sum" and t.is_scalar(first.sort), "sum_monotone: expected sums of reals")
    pointwise = in_range(first.lower, first.upper, t.Compare("<=", first.body.body, second.body.body))
    return derive(t.Compare("<=", left, right), (premise,), trusts=shown(premise, pointwise, "sum_monotone"))


@rule
def sum_vanishes(left: t.Node, right: t.Node, premise: Theorem, total: Theorem) -> Theorem:
    """From ∀i in range. a(i) ≤ b(i) and Σa = Σb conclude ∀i in range. a(i) = b(i): no term of Σ(b − a) = 0 is positive."""
    first, second = _two(left, right, "sum_vanishes")
    expect(first.kind == "sum" and t.is_scalar(first.sort), "sum_vanishes: expected sums of reals")
    a, b = first.body.body, second.body.body
    used = shown(premise, in_range(first.lower, first.upper, t.Compare("<=", a, b)), "sum_vanishes")
    used |= shown(total, t.Compare("=", left, right), "sum_vanishes, total")
    return derive(in_range(first.lower, first.upper, t.Compare("=", a, b)), (premise, total), trusts=used)


@rule
def fold_congruence(left: t.Node, right: t.Node, premise: Theorem) -> Theorem:
    """From ∀i in range. a(i) = b(i) conclude that the folds of a and b are equal."""
    first, second = _two(left, right, "fold_congruence")
    pointwise = in_range(first.lower, first.upper, t.Compare("=", first.body.body, second.body.body))
    return derive(t.Compare("=", left, right), (premise,), trusts=shown(premise, pointwise, "fold_congruence"))


@rule
def fold_empty(term: t.Node, premise: Theorem) -> Theorem:
    """From upper ≤ lower conclude that Σ is 0 and ∏ is 1."""
    fold = need(term, t.Fold, "fold_empty")
    expect(fold.kind in ("sum", "prod"), "fold_empty: an empty min or max has no value")
    value: t.Node = t.Constant("zero") if not t.is_scalar(fold.sort) else t.Number(0 if fold.kind == "sum" else 1)
    used = shown(premise, t.Compare("<=", fold.upper, fold.lower), "fold_empty")
    return derive(t.Compare("=", fold, value), (premise,), trusts=used)


@rule
def fold_last(term: t.Node, premise: Theorem) -> Theorem:
    """From lower ≤ upper conclude that the fold up to upper + 1 is the fold up to upper and the member at upper, for Σ and ∏."""
    fold = need(term, t.Fold, "fold_last")
    expect(fold.kind in ("sum", "prod"), "fold_last: expected Σ or ∏")
    used = shown(premise, t.Compare("<=", fold.lower, fold.upper), "fold_last")
    longer = t.Fold(fold.kind, fold.lower, t.Add((fold.upper, t.Number(1))), fold.body)
    parts = (fold, instantiate(fold.body, fold.upper))
    return derive(t.Compare("=", longer, t.Add(parts) if fold.kind == "sum" else t.Mul(parts)), (premise,), trusts=used)


@rule
def count(lower: t.Node, upper: t.Node, premise: Theorem) -> Theorem:
    """From lower ≤ upper conclude Σ 1 = upper − lower."""
    ones = t.Fold("sum", lower, upper, t.Lambda(INTEGER, t.Number(1)))
    used = shown(premise, t.Compare("<=", lower, upper), "count")
    return derive(t.Compare("=", ones, t.Add((upper, t.Mul((t.Number(-1), lower))))), (premise,), trusts=used)


@rule
def extremum_bound(term: t.Node, index: t.Node, above: Theorem, below: Theorem) -> Theorem:
    """From lower ≤ i and i < upper conclude min ≤ member(i), or member(i) ≤ max; i is an integer."""
    fold = need(term, t.Fold, "extremum_bound")
    expect(fold.kind in ("min", "max") and index.sort == INTEGER, "extremum_bound: expected min or max, and an integer index")
    used = shown(above, t.Compare("<=", fold.lower, index), "extremum_bound")
    used |= shown(below, t.Compare("<", index, fold.upper), "extremum_bound")
    member = instantiate(fold.body, index)
    pair = (fold, member) if fold.kind == "min" else (member, fold)
    return derive(t.Compare("<=", *pair), (above, below), trusts=used)


@rule
def extremum_attained(term: t.Node, premise: Theorem) -> Theorem:
    """From lower < upper conclude ∃i. lower ≤ i ∧ i < upper ∧ extremum = member(i)."""
    fold = need(term, t.Fold, "extremum_attained")
    expect(fold.kind in ("min", "max"), "extremum_attained: expected min or max")
    used = shown(premise, t.Compare("<", fold.lower, fold.upper), "extremum_attained")
    inside = t.And((
        t.Compare("<=", shift(fold.lower, 1), INDEX),
        t.Compare("<", INDEX, shift(fold.upper, 1)),
        t.Compare("=", shift(fold, 1), fold.body.body),
    ))
    return derive(t.Exists(t.Lambda(INTEGER, inside)), (premise,), trusts=used)
