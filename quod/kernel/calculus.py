"""Derivatives by the rules of calculus, with the conditions under which they hold, and the mean value theorem."""

from __future__ import annotations

from collections.abc import Mapping

from quod.kernel.folds import in_range
from quod.kernel.logic import shown
from quod.kernel.normal import canonical
from quod.kernel.theorem import KernelError, Theorem, derive, expect, need, rule
from quod.lang import terms as t
from quod.lang.binding import abstract, apply, fresh, instantiate, unfold
from quod.lang.sorts import REAL, VECTOR

ZERO, ONE = t.Number(0), t.Number(1)
Slope = tuple[t.Node, tuple[t.Node, ...]]
"""A derivative, and the conditions under which it exists and has this value."""


def _less(a: t.Node, b: t.Node) -> t.Node:
    return t.Compare("<", a, b)


def _nonzero(a: t.Node) -> t.Node:
    return t.Not(t.Compare("=", a, ZERO))


def differentiate(term: t.Node, x: t.Variable, gradients: Mapping[t.Node, t.Node]) -> Slope:
    """d term/dx for a scalar or vector term; `gradients` maps functions to their gradients. Raises KernelError where no rule applies."""
    if x not in term.variables:
        return (t.Constant("zero") if term.sort == VECTOR else ZERO), ()
    match term:
        case t.Variable():
            return ONE, ()
        case t.Add(args):
            parts = [differentiate(arg, x, gradients) for arg in args]
            return t.Add(part for part, _ in parts), _all(*(c for _, c in parts))
        case t.Mul(args):
            parts = [differentiate(arg, x, gradients) for arg in args]
            terms = [t.Mul((*args[:k], slope, *args[k + 1 :])) for k, (slope, _) in enumerate(parts)]
            return t.Add(terms), _all(*(c for _, c in parts))
        case t.Scale(a, b) | t.Inner(a, b):
            (da, first), (db, second) = differentiate(a, x, gradients), differentiate(b, x, gradients)
            return t.Add((type(term)(da, b), type(term)(a, db))), _all(first, second)
        case t.Inverse(a):
            da, conditions = differentiate(a, x, gradients)
            return t.Mul((t.Number(-1), da, t.Power(term, 2))), _all(conditions, (_nonzero(a),))
        case t.Power(a, n):
            da, conditions = differentiate(a, x, gradients)
            return (t.Mul((t.Number(n), t.Power(a, n - 1), da)) if n else ZERO), conditions
        case t.Elementary(name, a):
            da, conditions = differentiate(a, x, gradients)
            slope, own = _elementary(name, a, term)
            return t.Mul((slope, da)), _all(conditions, own)
        case t.IfThenElse(condition, a, b):
            return _piecewise(condition, differentiate(a, x, gradients), differentiate(b, x, gradients), a, b, x, gradients)
        case t.Fold("sum", lower, upper, body) if x not in lower.variables | upper.variables:
            return _sum(term, lower, upper, body, x, gradients)
        case t.Apply(function, a) if x not in function.variables and canonical(function) in gradients:
            field = gradients[canonical(function)]
            da, conditions = differentiate(a, x, gradients)
            return (t.Inner if a.sort == VECTOR else _times)(apply(field, a), da), conditions
        case _:
            raise KernelError(f"no rule differentiates {term!r}")


def _times(a: t.Node, b: t.Node) -> t.Node:
    return t.Mul((a, b))


def _all(*groups: tuple[t.Node, ...]) -> tuple[t.Node, ...]:
    return tuple(dict.fromkeys(condition for group in groups for condition in group))


def _elementary(name: str, a: t.Node, whole: t.Node) -> Slope:
    """The derivative of an elementary function at a, `whole` being its value there."""
    one_minus_square = t.Add((ONE, t.Mul((t.Number(-1), t.Power(a, 2)))))
    inside = (_less(t.Number(-1), a), _less(a, ONE))
    match name:
        case "exp":
            return whole, ()
        case "log":
            return t.Inverse(a), (_less(ZERO, a),)
        case "sqrt":
            return t.Inverse(t.Mul((t.Number(2), whole))), (_less(ZERO, a),)
        case "cbrt":
            return t.Inverse(t.Mul((t.Number(3), t.Power(whole, 2)))), (_nonzero(a),)
        case "sin":
            return t.Elementary("cos", a), ()
        case "cos":
            return t.Mul((t.Number(-1), t.Elementary("sin", a))), ()
        case "tan":
            return t.Add((ONE, t.Power(whole, 2))), (_nonzero(t.Elementary("cos", a)),)
        case "atan":
            return t.Inverse(t.Add((ONE, t.Power(a, 2)))), ()
        case "asin":
            return t.Inverse(t.Elementary("sqrt", one_minus_square)), inside
        case "acos":
            return t.Mul((t.Number(-1), t.Inverse(t.Elementary("sqrt", one_minus_square)))), inside
        case "erf":
            gauss = t.Elementary("exp", t.Mul((t.Number(-1), t.Power(a, 2))))
            return t.Mul((t.Number(2), t.Inverse(t.Elementary("sqrt", t.Constant("pi"))), gauss)), ()
        case _:
            raise KernelError(f"no rule differentiates {name}")


def _piecewise(
    condition: t.Node, then: Slope, other: Slope, a: t.Node, b: t.Node, x: t.Variable, gradients: Mapping[t.Node, t.Node]
) -> Slope:
    """if l < r (or l ≤ r) then a else b: l and r are continuous, so near a point with l ≠ r one branch is taken throughout; where l = r
    the function has the common derivative if both values and both derivatives agree. A branch needs its conditions where l ≤ r, or r ≤ l.
    """
    node = need(condition, t.Compare, "derivative of if-then-else")
    expect(node.relation in ("<", "<="), "derivative of if-then-else: expected a condition l < r or l ≤ r")
    low, high = node.left, node.right
    _, left = differentiate(low, x, gradients)
    _, right = differentiate(high, x, gradients)
    agree = t.And((t.Compare("=", a, b), t.Compare("=", then[0], other[0])))
    conditions = _all(
        left,
        right,
        tuple(t.Implies(t.Compare("<=", low, high), c) for c in then[1]),
        tuple(t.Implies(t.Compare("<=", high, low), c) for c in other[1]),
        (t.Implies(t.Compare("=", low, high), agree),),
    )
    return t.IfThenElse(condition, then[0], other[0]), conditions


def _sum(term: t.Node, lower: t.Node, upper: t.Node, body: t.Lambda, x: t.Variable, gradients: Mapping[t.Node, t.Node]) -> Slope:
    """A finite sum is differentiated member by member; the conditions are needed for every index in range."""
    index = fresh("i", body.domain, term.variables.union(*(part.variables for pair in gradients.items() for part in pair)))
    slope, conditions = differentiate(instantiate(body, index), x, gradients)
    ranged = tuple(in_range(lower, upper, abstract(index, c).body) for c in conditions)
    return t.Fold("sum", lower, upper, abstract(index, slope)), ranged


def slope_of(function: t.Node, gradients: tuple[Theorem, ...]) -> tuple[t.Lambda, t.Lambda]:
    """(λx. f′(x), λx. conditions) of a real function of one real; `gradients` are theorems that G is the gradient of F."""
    lam = need(function, t.Lambda, "derivative")
    expect(lam.domain == REAL, "derivative: expected a function of one real")
    table = {}
    for theorem in gradients:
        node = need(theorem.conclusion, t.Gradient, "derivative")
        table[canonical(node.function)] = node.field
    x = fresh("x", REAL, lam.variables.union(*(part.variables for pair in table.items() for part in pair)))
    slope, conditions = differentiate(unfold(instantiate(lam, x)), x, table)
    return abstract(x, slope), abstract(x, t.And(conditions))


CALCULUS = "derivatives"
MEAN_VALUE = "mean_value_theorem"


@rule
def derivative(function: t.Node, point: t.Node, conditions: Theorem, *gradients: Theorem) -> Theorem:
    """From the conditions at a conclude f′(a) = the derivative by the rules of calculus."""
    slope, needed = slope_of(function, gradients)
    used = shown(conditions, instantiate(needed, point), "derivative")
    equation = t.Compare("=", t.Derivative(need(function, t.Lambda, "derivative"), point), instantiate(slope, point))
    return derive(equation, (conditions, *gradients), trusts={CALCULUS} | used)


@rule
def differentiable(function: t.Node, point: t.Node, conditions: Theorem, *gradients: Theorem) -> Theorem:
    """From the conditions at a conclude that f has a derivative at a."""
    _, needed = slope_of(function, gradients)
    used = shown(conditions, instantiate(needed, point), "differentiable")
    conclusion = t.Differentiable(need(function, t.Lambda, "differentiable"), point)
    return derive(conclusion, (conditions, *gradients), trusts={CALCULUS} | used)


@rule
def mean_value(function: t.Node, a: t.Node, b: t.Node, order: Theorem, conditions: Theorem, *gradients: Theorem) -> Theorem:
    """From a < b and ∀x. a ≤ x ⇒ x ≤ b ⇒ conditions(x) conclude ∃c. a < c ∧ c < b ∧ f(b) − f(a) = f′(c)·(b − a) (Lagrange)."""
    slope, needed = slope_of(function, gradients)
    lam = need(function, t.Lambda, "mean_value")
    used = shown(order, _less(a, b), "mean_value")
    x = fresh("x", REAL, a.variables | b.variables | needed.variables | slope.variables)
    inside = t.Implies(t.Compare("<=", a, x), t.Implies(t.Compare("<=", x, b), instantiate(needed, x)))
    used |= shown(conditions, t.ForAll(abstract(x, inside)), "mean_value")
    minus = t.Number(-1)
    rise = t.Add((instantiate(lam, b), t.Mul((minus, instantiate(lam, a)))))
    run = t.Add((b, t.Mul((minus, a))))
    body = t.And((_less(a, x), _less(x, b), t.Compare("=", rise, t.Mul((instantiate(slope, x), run)))))
    return derive(t.Exists(abstract(x, body)), (order, conditions, *gradients), trusts={CALCULUS, MEAN_VALUE} | used)
