"""The named axioms: facts about ℝ, elementary functions, calculus and integration that nothing here derives.

`quod axioms` prints them by name. Facts in FACTS become theorems by the rule `axiom`; the other names mark rules of inference.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from quod.kernel.theorem import Theorem, derive, expect, rule
from quod.lang.domains import NonNegative, Positive, Real, Vector, forall
from quod.lang.expression import Formula
from quod.lang.mathematics import Integral, cbrt, cos, eq, exp, implies, inner, integrable, log, pi, sin, sqrt, tan, zero
from quod.lang.terms import Node

_STATED: Mapping[str, tuple[str, Formula]] = {
    "exp_positive": ("0 < e^x", forall(Real, lambda x: 0 < exp(x))),
    "log_exp": ("log e^x = x", forall(Real, lambda x: eq(log(exp(x)), x))),
    "exp_log": ("e^(log x) = x for x > 0", forall(Positive, lambda x: eq(exp(log(x)), x))),
    "sqrt": ("√x ≥ 0 and (√x)² = x for x ≥ 0", forall(NonNegative, lambda x: (sqrt(x) >= 0) & eq(sqrt(x) ** 2, x))),
    "cbrt": ("(∛x)³ = x", forall(Real, lambda x: eq(cbrt(x) ** 3, x))),
    "sin_cos": ("sin²x + cos²x = 1", forall(Real, lambda x: eq(sin(x) ** 2 + cos(x) ** 2, 1))),
    "tan": ("tan x · cos x = sin x where cos x ≠ 0", forall(Real, lambda x: implies(~eq(cos(x), 0), eq(tan(x) * cos(x), sin(x))))),
    "pi_bounds": ("3 < π < 22/7 (Archimedes)", (3 < pi) & (7 * pi < 22)),
    "inner_positive": ("⟨v, v⟩ ≥ 0", forall(Vector, lambda v: inner(v, v) >= 0)),
    "inner_definite": ("⟨v, v⟩ = 0 only for v = 0", forall(Vector, lambda v: implies(eq(inner(v, v), 0), eq(v, zero)))),
    "normal_total": (
        "e^(−(x−m)²/2s²) is integrable with ∫ = s·√(2π), for s > 0",
        forall(
            Real,
            lambda m: forall(
                Positive,
                lambda s: integrable(lambda x: exp(-((x - m) ** 2) / (2 * s**2)))
                & eq(Integral(lambda x: exp(-((x - m) ** 2) / (2 * s**2))), s * sqrt(2 * pi)),
            ),
        ),
    ),
    "normal_moments": (
        "(x−m) and (x−m)² times e^(−(x−m)²/2s²) are integrable with ∫ = 0 and s³·√(2π), for s > 0",
        forall(
            Real,
            lambda m: forall(
                Positive,
                lambda s: integrable(lambda x: (x - m) * exp(-((x - m) ** 2) / (2 * s**2)))
                & integrable(lambda x: (x - m) ** 2 * exp(-((x - m) ** 2) / (2 * s**2)))
                & eq(Integral(lambda x: (x - m) * exp(-((x - m) ** 2) / (2 * s**2))), 0)
                & eq(Integral(lambda x: (x - m) ** 2 * exp(-((x - m) ** 2) / (2 * s**2))), s**3 * sqrt(2 * pi)),
            ),
        ),
    ),
    "logistic_variance": (
        "x²·c·e^(−cx)/(1 + e^(−cx))² is integrable with ∫ = π²/3c², for c > 0 (Euler: Σ 1/n² = π²/6)",
        forall(
            Positive,
            lambda c: integrable(lambda x: x**2 * (c * exp(-c * x) / (1 + exp(-c * x)) ** 2))
            & eq(Integral(lambda x: x**2 * (c * exp(-c * x) / (1 + exp(-c * x)) ** 2)), pi**2 / (3 * c**2)),
        ),
    ),
}

FACTS: Mapping[str, Node] = MappingProxyType({name: formula.node for name, (_, formula) in _STATED.items()})
DESCRIPTIONS: Mapping[str, str] = MappingProxyType(
    {name: meaning for name, (meaning, _) in _STATED.items()}
    | {
        "exp_sum": "e^(a+b) = e^a · e^b and e^0 = 1",
        "derivatives": "the rules of differentiation: sum, product, quotient, chain, finite sums, and the table of elementary functions",
        "sine_addition": "cos(a+b) + i·sin(a+b) = (cos a + i·sin a)·(cos b + i·sin b), sin(−a) = −sin a, cos(−a) = cos a",
        "mean_value_theorem": "f(b) − f(a) = f′(c)(b − a) for some c between a and b (Lagrange)",
        "fundamental_theorem": "F′ ≥ 0 on an open interval has there the integral sup F − inf F (Lebesgue, monotone convergence)",
        "integral_linear": "integrable functions form a vector space on which ∫ is linear",
        "integral_monotone": "f ≤ g almost everywhere implies ∫f ≤ ∫g",
        "integral_vanishes": "f ≤ g and ∫f = ∫g imply f = g almost everywhere",
        "almost_everywhere": "null sets: countable unions and subsets of null sets are null",
        "FLINT": "python-flint: ball arithmetic and exact polynomials",
        "z3": "Z3's answer `unsat`, for which no certificate was found",
        "cvc5": "cvc5's answer `unsat`",
        "z3, cvc5 agree": "the answer `unsat` of Z3 and of cvc5 to one and the same question, for which no certificate was found",
    }
)


@rule
def axiom(name: str) -> Theorem:
    """⊢ the named axiom, which enters `trusts`."""
    expect(name in FACTS, f"unknown axiom {name!r}; expected one of {sorted(FACTS)}")
    return derive(FACTS[name], trusts=(name,))
