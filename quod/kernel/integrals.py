"""The Lebesgue integral over ℝ: linear, monotone, and zero of a non-negative function only if it vanishes almost everywhere."""

from __future__ import annotations

from collections.abc import Sequence

from quod.kernel.logic import same, shown
from quod.kernel.normal import laws
from quod.kernel.theorem import Theorem, derive, expect, need, rule
from quod.lang import terms as t
from quod.lang.binding import shift
from quod.lang.sorts import REAL


def _lambda(node: t.Node, where: str) -> t.Lambda:
    function: t.Lambda = need(node, t.Lambda, where)
    expect(function.domain == REAL and t.is_scalar(function.body.sort), f"{where}: expected a real function of one real")
    return function


def _combination(function: t.Node, factors: Sequence[t.Node], premises: tuple[Theorem, ...], where: str) -> frozenset[str]:
    """Checks that f = Σ cₖ·gₖ pointwise, the premises being that each gₖ is integrable and the cₖ constants."""
    target = _lambda(function, where)
    expect(len(factors) == len(premises), f"{where}: {len(factors)} factors, {len(premises)} integrable functions")
    parts = [need(premise.conclusion, t.Integrable, where).body for premise in premises]
    terms = [t.Mul((shift(factor, 1), part.body)) for factor, part in zip(factors, parts, strict=True)]
    total = t.Lambda(REAL, t.Add((t.Number(0), t.Number(0), *terms)))
    expect(same(t.Integrable(target), t.Integrable(total)), f"{where}: the function is not that combination of the integrable ones")
    return laws(target, total) | {"integral_linear"}


@rule
def integrable_combination(function: t.Node, factors: Sequence[t.Node], *premises: Theorem) -> Theorem:
    """From gₖ integrable conclude that f = Σ cₖ·gₖ is."""
    used = _combination(function, factors, premises, "integrable_combination")
    return derive(t.Integrable(_lambda(function, "integrable_combination")), premises, trusts=used)


@rule
def integral_combination(function: t.Node, factors: Sequence[t.Node], *premises: Theorem) -> Theorem:
    """From gₖ integrable and f = Σ cₖ·gₖ conclude ∫f = Σ cₖ·∫gₖ."""
    used = _combination(function, factors, premises, "integral_combination")
    parts = [t.Integral(need(premise.conclusion, t.Integrable, "integral_combination").body) for premise in premises]
    value = t.Add((t.Number(0), t.Number(0), *(t.Mul(pair) for pair in zip(factors, parts, strict=True))))
    return derive(t.Compare("=", t.Integral(_lambda(function, "integral_combination")), value), premises, trusts=used)


def _everywhere(premise: Theorem, body: t.Node, where: str) -> frozenset[str]:
    """The premise says that `body` holds for all x, or for almost all."""
    if isinstance(premise.conclusion, t.AlmostEverywhere):
        return shown(premise, t.AlmostEverywhere(t.Lambda(REAL, body)), where) | {"almost_everywhere"}
    return shown(premise, t.ForAll(t.Lambda(REAL, body)), where)


@rule
def integral_monotone(left: t.Node, right: t.Node, first: Theorem, second: Theorem, premise: Theorem) -> Theorem:
    """From f and g integrable and f ≤ g (almost) everywhere conclude ∫f ≤ ∫g."""
    f, g = _lambda(left, "integral_monotone"), _lambda(right, "integral_monotone")
    used = shown(first, t.Integrable(f), "integral_monotone") | shown(second, t.Integrable(g), "integral_monotone")
    used |= _everywhere(premise, t.Compare("<=", f.body, g.body), "integral_monotone")
    return derive(t.Compare("<=", t.Integral(f), t.Integral(g)), (first, second, premise), trusts=used | {"integral_monotone"})


@rule
def integral_vanishes(left: t.Node, right: t.Node, first: Theorem, second: Theorem, premise: Theorem, total: Theorem) -> Theorem:
    """From f and g integrable, f ≤ g (almost) everywhere and ∫f = ∫g conclude f = g almost everywhere."""
    f, g = _lambda(left, "integral_vanishes"), _lambda(right, "integral_vanishes")
    used = shown(first, t.Integrable(f), "integral_vanishes") | shown(second, t.Integrable(g), "integral_vanishes")
    used |= _everywhere(premise, t.Compare("<=", f.body, g.body), "integral_vanishes")
    used |= shown(total, t.Compare("=", t.Integral(f), t.Integral(g)), "integral_vanishes, total")
    equal = t.AlmostEverywhere(t.Lambda(REAL, t.Compare("=", f.body, g.body)))
    return derive(equal, (first, second, premise, total), trusts=used | {"integral_vanishes"})


@rule
def almost_everywhere(conclusion: t.Node, implication: Theorem, *premises: Theorem) -> Theorem:
    """From p₁, …, pₖ almost everywhere and ∀x. p₁ ⇒ … ⇒ pₖ ⇒ q conclude q almost everywhere."""
    body = need(conclusion, t.AlmostEverywhere, "almost_everywhere").body.body
    for premise in reversed(premises):
        body = t.Implies(need(premise.conclusion, t.AlmostEverywhere, "almost_everywhere").body.body, body)
    used = shown(implication, t.ForAll(t.Lambda(REAL, body)), "almost_everywhere")
    return derive(conclusion, (implication, *premises), trusts=used | {"almost_everywhere"})


@rule
def integral_congruence(left: t.Node, right: t.Node, integrable: Theorem, premise: Theorem) -> Theorem:
    """From f integrable and f = g (almost) everywhere conclude that g is integrable and ∫f = ∫g."""
    f, g = _lambda(left, "integral_congruence"), _lambda(right, "integral_congruence")
    used = shown(integrable, t.Integrable(f), "integral_congruence")
    used |= _everywhere(premise, t.Compare("=", f.body, g.body), "integral_congruence")
    both = t.And((t.Integrable(g), t.Compare("=", t.Integral(f), t.Integral(g))))
    return derive(both, (integrable, premise), trusts=used | {"almost_everywhere"})
