"""Functions of one real with a derivative of one sign: they are monotone wherever they are continuous."""

from __future__ import annotations

from quod.kernel.calculus import CALCULUS, MEAN_VALUE, slope_of
from quod.kernel.logic import shown
from quod.kernel.theorem import KernelError, Theorem, derive, expect, need, rule
from quod.lang import terms as t
from quod.lang.binding import abstract, fresh, instantiate, unfold
from quod.lang.sorts import REAL

ZERO = t.Number(0)


def continuity(term: t.Node, x: t.Variable) -> tuple[t.Node, ...]:
    """Conditions under which a real term is continuous in x on every interval on which they hold. KernelError where no rule applies."""
    if x not in term.variables:
        return ()
    own: tuple[t.Node, ...] = ()
    match term:
        case t.Variable() | t.Add() | t.Mul() | t.Power() | t.Elementary("exp" | "sin" | "cos" | "atan" | "cbrt" | "erf", _):
            pass
        case t.Inverse(arg):
            own = (t.Not(t.Compare("=", arg, ZERO)),)
        case t.Elementary("log", arg):
            own = (t.Compare("<", ZERO, arg),)
        case t.Elementary("sqrt", arg):
            own = (t.Compare("<=", ZERO, arg),)
        case t.Elementary("tan", arg):
            own = (t.Not(t.Compare("=", t.Elementary("cos", arg), ZERO)),)
        case t.Elementary("asin" | "acos", arg):
            own = (t.Compare("<=", t.Number(-1), arg), t.Compare("<=", arg, t.Number(1)))
        case _:
            raise KernelError(f"monotone: no rule says where {term!r} is continuous")
    inner = (condition for child in term.children for condition in continuity(child, x))
    return tuple(dict.fromkeys((*inner, *own)))


def requirements(function: t.Node, low: t.Node, high: t.Node, relation: str) -> tuple[t.Node, t.Node]:
    """(inside, closed): what `monotone` needs of λx. f between a and b.

    ∀x. a < x ⇒ x < b ⇒ f is differentiable at x ∧ 0 ≤ f′(x) (0 < for a strict relation); ∀x. a ≤ x ⇒ x ≤ b ⇒ f is continuous at x.
    """
    lam = need(function, t.Lambda, "monotone")
    slope, conditions = slope_of(lam, ())
    x = fresh("x", REAL, lam.variables | low.variables | high.variables | slope.variables | conditions.variables)
    rising = t.And((instantiate(conditions, x), t.Compare(relation, ZERO, instantiate(slope, x))))
    inside = t.Implies(t.Compare("<", low, x), t.Implies(t.Compare("<", x, high), rising))
    smooth = t.And(continuity(unfold(instantiate(lam, x)), x))
    closed = t.Implies(t.Compare("<=", low, x), t.Implies(t.Compare("<=", x, high), smooth))
    return t.ForAll(abstract(x, inside)), t.ForAll(abstract(x, closed))


@rule
def monotone(function: t.Node, low: t.Node, high: t.Node, relation: str, order: Theorem, inside: Theorem, closed: Theorem) -> Theorem:
    """From a ≤ b and what `requirements` says conclude f(a) ≤ f(b); for the relation "<" from a < b and 0 < f′ conclude f(a) < f(b).

    f is continuous on [a, b] and differentiable inside, so f(b) − f(a) = f′(c)·(b − a) for some c in between (Lagrange).
    """
    expect(relation in ("<", "<="), f"monotone: expected < or <=, got {relation!r}")
    lam = need(function, t.Lambda, "monotone")
    expect(lam.domain == REAL and lam.body.sort != t.VECTOR, "monotone: expected a real function of one real")
    between, everywhere = requirements(lam, low, high, relation)
    used = shown(order, t.Compare(relation, low, high), "monotone, order")
    used |= shown(inside, between, "monotone, inside") | shown(closed, everywhere, "monotone, closed")
    conclusion = t.Compare(relation, instantiate(lam, low), instantiate(lam, high))
    return derive(conclusion, (order, inside, closed), trusts={CALCULUS, MEAN_VALUE} | used)
