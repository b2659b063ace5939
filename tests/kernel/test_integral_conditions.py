"""The rules of integration as they are meant, and with one condition at a time not met (see `applied`)."""

from __future__ import annotations

from typing import Any

from quod import eq, exp, forall, implies
from quod.kernel.theorem import RULES
from quod.lang import terms as t
from quod.lang.binding import abstract
from quod.lang.domains import Real
from quod.lang.expression import Expression
from quod.lang.sorts import INTEGER, REAL
from tests.kernel.applied import (
    E_LAW,
    ONE,
    TWO,
    ZERO,
    F,
    G,
    V,
    X,
    checked,
    compare,
    node,
    premises,
    refused,
    x,
    y,
)


def line(body: Any) -> t.Lambda:
    return abstract(X, node(body))


def on(function: t.Variable) -> Expression:
    return Expression(t.Apply(function, X))


f, g = line(on(F)), line(on(G))
TWICE = line(2 * on(F) + exp(y) * on(G))


def test_combinations_of_integrable_functions() -> None:
    factors = (TWO, exp(y).node)
    known = t.Integrable(f), t.Integrable(g)
    checked("integrable_combination", (TWICE, factors), known, t.Integrable(TWICE), E_LAW | {"integral_linear"})
    value = t.Add((ZERO, ZERO, t.Mul((TWO, t.Integral(f))), t.Mul((exp(y).node, t.Integral(g)))))
    checked("integral_combination", (TWICE, factors), known, compare("=", t.Integral(TWICE), value), E_LAW | {"integral_linear"})
    for rule in ("integrable_combination", "integral_combination"):
        gone = (t.Number(3), exp(y).node), (TWO,), (*factors, ONE), (exp(y).node, TWO)
        for wrong in gone:
            refused(rule, (TWICE, wrong), *known)
        refused(rule, (TWICE, factors), known[0], known[0])
        refused(rule, (TWICE, factors), known[0], t.AlmostEverywhere(t.Lambda(REAL, t.TRUE)))
        refused(rule, (t.Lambda(INTEGER, ZERO), ()))
        refused(rule, (t.Lambda(REAL, V), (ONE,)), t.Integrable(f))
        refused(rule, (F, (ONE,)), t.Integrable(f))
        moving = line(x * on(F))
        refused(rule, (moving, (X,)), t.Integrable(f))
        refused(rule, (line(ONE), ()))


def test_integrals_are_monotone() -> None:
    below = forall(Real, lambda u: Expression(t.Apply(F, u.node)) * 2 <= Expression(t.Apply(G, u.node)) * 2)
    nearly = t.AlmostEverywhere(line(2 * on(F) <= 2 * on(G)))
    conclusion = compare("<=", t.Integral(f), t.Integral(g))
    known = t.Integrable(f), t.Integrable(g)
    checked("integral_monotone", (f, g), (*known, below), conclusion, {"integral_monotone"})
    checked("integral_monotone", (f, g), (*known, nearly), conclusion, {"integral_monotone", "almost_everywhere"})
    refused("integral_monotone", (f, g), known[0], known[0], below)
    refused("integral_monotone", (f, g), known[1], known[1], below)
    refused("integral_monotone", (g, f), known[1], known[0], below)
    refused("integral_monotone", (g, f), known[1], known[0], nearly)
    refused("integral_monotone", (f, t.Lambda(INTEGER, ONE)), *known, below)
    equal = t.Integral(f), t.Integral(g)
    vanishing = t.AlmostEverywhere(line(eq(on(F), on(G))))
    checked("integral_vanishes", (f, g), (*known, below, compare("=", *equal)), vanishing, {"integral_vanishes"})
    both = {"integral_vanishes", "almost_everywhere"}
    checked("integral_vanishes", (f, g), (*known, nearly, compare("=", *equal)), vanishing, both)
    refused("integral_vanishes", (f, g), *known, below, compare("<=", *equal))
    refused("integral_vanishes", (f, g), *known, t.TRUE, compare("=", *equal))
    refused("integral_vanishes", (f, g), known[0], known[0], below, compare("=", *equal))
    refused("integral_vanishes", (f, g), known[1], known[1], below, compare("=", *equal))
    for rule, rest in (("integral_monotone", ()), ("integral_vanishes", (compare("=", *(t.Integral(h) for h in (raised_f, raised_g))),))):
        facts = [RULES[rule](raised_f, raised_g, *premises(t.Integrable(line(2 * exp(on(F)) / 2)), t.Integrable(line(2 * exp(on(G)) / 2)),
                                                           order, *rest)) for order in (raised_below,)]
        assert facts[0].trusts >= E_LAW


raised_f, raised_g = line(exp(on(F))), line(exp(on(G)))
raised_below = t.ForAll(line(2 * exp(on(F)) <= 2 * exp(on(G))))


def test_almost_everywhere() -> None:
    p, q, r = on(F) <= 0, on(G) <= 0, on(F) + on(G) <= 0
    implication = t.ForAll(line(implies(2 * on(F) <= 0, implies(q, r))))
    everywhere = [t.AlmostEverywhere(line(part)) for part in (p, q, r)]
    checked("almost_everywhere", (everywhere[2],), (implication, *everywhere[:2]), everywhere[2], {"almost_everywhere"})
    refused("almost_everywhere", (everywhere[2],), implication, everywhere[0])
    refused("almost_everywhere", (everywhere[2],), implication, *everywhere[1::-1])
    refused("almost_everywhere", (everywhere[2],), implication, everywhere[0], t.ForAll(line(q)))
    refused("almost_everywhere", (t.ForAll(line(r)),), implication, *everywhere[:2])
    law = t.AlmostEverywhere(line(exp(on(F)) <= 1))
    checked("almost_everywhere", (law,), (t.ForAll(line(2 * exp(on(F)) <= 2)),), law, {"almost_everywhere"} | E_LAW)


def test_functions_that_are_equal_almost_everywhere_have_one_integral() -> None:
    same, nearly = t.ForAll(line(eq(2 * on(F), 2 * on(G)))), t.AlmostEverywhere(line(eq(2 * on(F), 2 * on(G))))
    conclusion = t.And((t.Integrable(g), compare("=", t.Integral(f), t.Integral(g))))
    for premise in (same, nearly):
        checked("integral_congruence", (f, g), (t.Integrable(f), premise), conclusion, {"almost_everywhere"})
    refused("integral_congruence", (f, g), t.Integrable(g), same)
    refused("integral_congruence", (f, g), t.Integrable(f), t.ForAll(line(on(F) <= on(G))))
    refused("integral_congruence", (f, t.Lambda(INTEGER, ONE)), t.Integrable(f), same)
    premise = t.ForAll(line(eq(2 * exp(on(F)), 2 * exp(on(G)))))
    law = {"almost_everywhere"} | E_LAW
    whole = t.And((t.Integrable(raised_g), compare("=", t.Integral(raised_f), t.Integral(raised_g))))
    checked("integral_congruence", (raised_f, raised_g), (t.Integrable(raised_f), premise), whole, law)
