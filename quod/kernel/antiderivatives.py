"""The fundamental theorem of calculus for the integral over an open interval, bounded or not."""

from __future__ import annotations

from collections.abc import Sequence

from quod.kernel.calculus import CALCULUS, slope_of
from quod.kernel.logic import shown
from quod.kernel.theorem import Theorem, derive, expect, need, rule
from quod.lang import terms as t
from quod.lang.binding import abstract, fresh, instantiate
from quod.lang.sorts import REAL, Arrow

FUNDAMENTAL = "fundamental_theorem"


def requirements(
    function: t.Node, integrand: t.Node, lower: Sequence[t.Node], upper: Sequence[t.Node], least: t.Node, greatest: t.Node
) -> tuple[t.Node, ...]:
    """What has to be shown for the rule `antiderivative`: inside the interval; that `least` and `greatest` are approached; outside."""
    where = "antiderivative"
    f, g = need(function, t.Lambda, where), need(integrand, t.Lambda, where)
    ends = (*lower, *upper, least, greatest)
    expect(f.sort == g.sort == Arrow(REAL, REAL), f"{where}: expected two real functions of one real")
    expect(len(lower) <= 1 and len(upper) <= 1, f"{where}: expected at most one bound below and one above")
    expect(not any(part.loose for part in (f, g, *ends)), f"{where}: loose bound variables")
    expect(all(t.is_scalar(part.sort) for part in ends), f"{where}: expected bounds and values that are numbers")
    slope, conditions = slope_of(f, ())
    names = frozenset[t.Variable]().union(*(part.variables for part in (f, g, slope, conditions, *ends)))
    x, e = fresh("x", REAL, names), fresh("e", REAL, names)
    zero, value, here = t.Number(0), instantiate(f, x), instantiate(g, x)
    between = (*(t.Compare("<", bound, x) for bound in lower), *(t.Compare("<", x, bound) for bound in upper))
    beyond = (*(t.Compare("<", x, bound) for bound in lower), *(t.Compare("<", bound, x) for bound in upper))
    inside: t.Node = t.And(
        (
            instantiate(conditions, x),
            t.Compare("=", here, instantiate(slope, x)),
            t.Compare("<=", zero, here),
            t.Compare("<=", least, value),
            t.Compare("<=", value, greatest),
        )
    )
    for condition in reversed(between):
        inside = t.Implies(condition, inside)
    near = (t.Compare("<", value, t.Add((least, e))), t.Compare("<", greatest, t.Add((value, e))))
    return (
        t.ForAll(abstract(x, inside)),
        *(
            t.ForAll(abstract(e, t.Implies(t.Compare("<", zero, e), t.Exists(abstract(x, t.And((*between, bound)))))))
            for bound in near
        ),
        *(t.ForAll(abstract(x, t.Implies(condition, t.Compare("=", here, zero)))) for condition in beyond),
    )


@rule
def antiderivative(
    function: t.Node,
    integrand: t.Node,
    lower: Sequence[t.Node],
    upper: Sequence[t.Node],
    least: t.Node,
    greatest: t.Node,
    *premises: Theorem,
) -> Theorem:
    """From f = F′ ≥ 0 on an open interval, f = 0 beyond its ends, and the infimum and supremum of F there, conclude that f is integrable
    and ∫f = sup F − inf F. An end that is not given is infinite; the premises are those of `requirements`.

    F is differentiable at every point of each compact part [c, d] of the interval and its derivative is non-negative, so F′ is Lebesgue
    integrable there with ∫F′ = F(d) − F(c) (Rudin, Real and Complex Analysis, 1987, Theorem 7.21); F grows, so these tend to
    sup F − inf F as the parts exhaust the interval, and by monotone convergence so do the integrals. The ends are a null set.
    """
    needed = requirements(function, integrand, lower, upper, least, greatest)
    expect(len(premises) == len(needed), f"antiderivative: expected {len(needed)} premises, got {len(premises)}")
    used = frozenset({FUNDAMENTAL, CALCULUS})
    for number, (premise, proposition) in enumerate(zip(premises, needed, strict=True)):
        used |= shown(premise, proposition, f"antiderivative, premise {number}")
    value = t.Add((greatest, t.Mul((t.Number(-1), least))))
    f = need(integrand, t.Lambda, "antiderivative")
    conclusion = t.And((t.Integrable(f), t.Compare("=", t.Integral(f), value)))
    return derive(conclusion, premises, trusts=used)
