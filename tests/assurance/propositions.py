"""Random propositions whose truth is known by the way they are made: each family makes true ones and false ones that differ by little.

Every proposition is closed. A false one fails at a rational point that its family knows; that point is kept with it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from quod.lang import terms as t
from quod.lang.binding import abstract
from quod.lang.sorts import INTEGER, REAL

X, Y, Z = (t.Variable(name, REAL) for name in "xyz")
N, M = (t.Variable(name, INTEGER) for name in "nm")
ZERO, ONE = t.Number(0), t.Number(1)


@dataclass(frozen=True, slots=True)
class Proposition:
    """A closed statement, whether it is true, and which family made it."""

    family: str
    statement: t.Node
    true: bool


Family = Callable[[random.Random, bool], t.Node]


def number(value: int | Fraction) -> t.Node:
    """An exact number."""
    return t.Number(Fraction(value))


def some(rng: random.Random, most: int = 4) -> Fraction:
    """A small rational, not 0."""
    return Fraction(rng.choice((1, -1)) * rng.randint(1, most), rng.choice((1, 1, 1, 2, 3)))


def gap(rng: random.Random) -> Fraction:
    """A positive slack, mostly a tiny one."""
    return Fraction(1, 10 ** rng.choice((0, 1, 3, 6, 9, 12)))


def minus(term: t.Node) -> t.Node:
    """−term."""
    return t.Mul((number(-1), term))


def less(left: t.Node, right: t.Node, strict: bool = False) -> t.Node:
    """left ≤ right, or <."""
    return t.Compare("<" if strict else "<=", left, right)


def closed(conclusion: t.Node, hypotheses: Sequence[t.Node] = ()) -> t.Node:
    """∀ all variables. hypotheses ⇒ conclusion."""
    for hypothesis in reversed(hypotheses):
        conclusion = t.Implies(hypothesis, conclusion)
    for variable in sorted(conclusion.variables, key=lambda v: v.name):
        conclusion = t.ForAll(abstract(variable, conclusion))
    return conclusion


def squares(rng: random.Random, true: bool) -> t.Node:
    """Σ c·(a·(x − p) + b·(y − q) + …)² ≥ slack: the least value is 0, at (p, q)."""
    variables = [X, Y, Z][: rng.randint(1, 3)]
    point = [some(rng) for _ in variables]
    terms = []
    for _ in range(rng.randint(1, 3)):
        parts = [t.Mul((number(some(rng)), t.Add((v, number(-p))))) for v, p in zip(variables, point, strict=True)]
        terms.append(t.Mul((number(abs(some(rng))), t.Power(t.Add((ZERO, *parts)), 2))))
    slack = gap(rng)
    strict = rng.random() < 0.5
    bound = (-slack if strict or rng.random() < 0.5 else Fraction(0)) if true else (slack if rng.random() < 0.7 else Fraction(0))
    return closed(less(number(bound), t.Add((ZERO, *terms)), strict if true or bound else True))


def roots(rng: random.Random, true: bool) -> t.Node:
    """c·∏(x − r) has one sign between neighbouring roots, and another one beyond the next root."""
    places = sorted(rng.sample(range(-6, 7), rng.randint(2, 4)))
    sign = rng.choice((1, -1))
    product = t.Mul((number(sign), ONE, *(t.Add((X, number(-r))) for r in places)))
    k = rng.randrange(len(places) - 1)
    here = sign * (-1) ** (len(places) - k - 1)
    low, high = Fraction(places[k]), Fraction(places[k + 1])
    if not true:
        low, high = rng.choice(((low - gap(rng) / 2, high), (low, high + gap(rng) / 2)))
    inside = [less(number(low), X, True), less(X, number(high), True)]
    return closed(less(ZERO, t.Mul((number(here), product)), True), inside)


def _touching(rng: random.Random, h: t.Node) -> t.Node:
    """A term in h that is never negative, and 0 where h is 0."""
    def f(name: str, arg: t.Node) -> t.Node:
        return t.Elementary(name, arg)

    positive = t.Add((ONE, t.Power(h, 2)))
    return rng.choice((
        t.Add((f("exp", h), number(-1), minus(h))),
        t.Add((t.Mul((number(Fraction(1, 2)), t.Add((f("exp", h), f("exp", minus(h)))))), number(-1))),
        t.Add((ONE, minus(f("cos", h)))),
        t.Add((t.Power(h, 2), minus(f("log", positive)))),
        t.Add((t.Power(h, 2), minus(t.Mul((h, f("atan", h)))))),
        t.Add((f("sqrt", positive), number(-1))),
        t.Add((number(Fraction(1, 4)), minus(t.Mul((f("exp", h), t.Power(t.Inverse(t.Add((ONE, f("exp", h)))), 2)))))),
        t.Power(h, 2),
    ))


def minimum(rng: random.Random, true: bool) -> t.Node:
    """Σ c·φ(h(x)) ≥ slack, where each φ is least at 0 and each h vanishes at p: the least value is 0, at p."""
    point = some(rng)
    step = t.Add((X, number(-point)))
    terms = []
    for _ in range(rng.choice((1, 1, 2))):
        h = t.Mul((number(some(rng)), step)) if rng.random() < 0.8 else t.Mul((number(some(rng)), step, t.Add((X, number(some(rng))))))
        terms.append(t.Mul((number(abs(some(rng))), _touching(rng, h))))
    bound = gap(rng) * (-1 if true else 1) if rng.random() < 0.6 or not true else Fraction(0)
    return closed(less(number(bound), t.Add((ZERO, *terms))))


def linear(rng: random.Random, true: bool) -> t.Node:
    """aᵢ·x ≤ bᵢ, all of them equalities at one point, imply Σ λᵢaᵢ·x ≤ Σ λᵢbᵢ, and no better bound."""
    variables = [X, Y, Z][: rng.randint(1, 3)]
    point = [some(rng) for _ in variables]
    hypotheses, total, bound = [], [Fraction(0)] * len(variables), Fraction(0)
    for _ in range(rng.randint(1, 4)):
        row = [some(rng) for _ in variables]
        value = sum((a * p for a, p in zip(row, point, strict=True)), Fraction(0))
        hypotheses.append(less(t.Add((ZERO, *(t.Mul((number(a), v)) for a, v in zip(row, variables, strict=True)))), number(value)))
        weight = abs(some(rng))
        total = [u + weight * a for u, a in zip(total, row, strict=True)]
        bound += weight * value
    form = t.Add((ZERO, *(t.Mul((number(a), v)) for a, v in zip(total, variables, strict=True))))
    slack = gap(rng) if rng.random() < 0.6 or not true else Fraction(0)
    return closed(less(form, number(bound + (slack if true else -slack))), hypotheses)


def sums(rng: random.Random, true: bool) -> t.Node:
    """Σ_{i<n} P(i) = Q(n) for every n ≥ 0, with Q from P's differences; false by a multiple of n or a constant."""
    degree = rng.randint(0, 2)
    coefficients = [some(rng) for _ in range(degree + 1)]
    index = t.Variable("i", INTEGER)
    body = t.Add((ZERO, *(t.Mul((number(c), t.Power(index, k))) for k, c in enumerate(coefficients))))
    table = {0: ((1, Fraction(1)),), 1: ((2, Fraction(1, 2)), (1, Fraction(-1, 2))),
             2: ((3, Fraction(1, 3)), (2, Fraction(-1, 2)), (1, Fraction(1, 6)))}
    parts = [t.Mul((number(c * q), t.Power(N, e))) for k, c in enumerate(coefficients) for e, q in table[k]]
    wrong = [] if true else [rng.choice((number(gap(rng)), t.Mul((number(gap(rng)), N)), t.Mul((number(gap(rng)), t.Power(N, 3)))))]
    total = t.Fold("sum", ZERO, N, abstract(index, body))
    return closed(t.Compare("=", total, t.Add((ZERO, *parts, *wrong))), [less(ZERO, N)])


def logarithms(rng: random.Random, true: bool) -> t.Node:
    """log(∏ x^k) = Σ k·log x for positive x, or with one k that is wrong."""
    variables = [X, Y, Z][: rng.randint(1, 3)]
    powers = [rng.choice((-2, -1, 1, 2, 3)) for _ in variables]
    factors = [t.Power(v if k > 0 else t.Inverse(v), abs(k)) for v, k in zip(variables, powers, strict=True)]
    if not true:
        powers[rng.randrange(len(powers))] += rng.choice((-1, 1))
    right = t.Add((ZERO, ZERO, *(t.Mul((number(k), t.Elementary("log", v))) for v, k in zip(variables, powers, strict=True))))
    left = t.Elementary("log", t.Mul((ONE, *factors)))
    relation = rng.choice(("=", "<="))
    return closed(t.Compare(relation, left, right), [less(ZERO, v, True) for v in variables])


def derivatives(rng: random.Random, true: bool) -> t.Node:
    """The derivative of a polynomial, an exponential, a sine or a logarithm of 1 + x², and a wrong one."""
    c, k, a = some(rng), rng.randint(1, 4), some(rng)
    u, scaled = t.Variable("u", REAL), t.Mul((number(a), X))
    body, slope = rng.choice((
        (t.Mul((number(c), t.Power(u, k))), t.Mul((number(c * k), t.Power(X, k - 1)))),
        (t.Mul((number(c), t.Elementary("exp", t.Mul((number(a), u))))), t.Mul((number(c * a), t.Elementary("exp", scaled)))),
        (t.Elementary("sin", t.Mul((number(a), u))), t.Mul((number(a), t.Elementary("cos", scaled)))),
        (t.Elementary("log", t.Add((ONE, t.Power(u, 2)))), t.Mul((number(2), X, t.Inverse(t.Add((ONE, t.Power(X, 2))))))),
    ))
    slack = ZERO if true else number(gap(rng))
    return closed(t.Compare("=", t.Derivative(abstract(u, body), X), t.Add((slope, slack))))


def elimination(rng: random.Random, true: bool) -> t.Node:
    """x = a·y² + b·z + c and z ≥ d, for b > 0, give x ≥ b·d + c where a ≥ 0, and no more."""
    a, b, c, d = abs(some(rng)), abs(some(rng)), some(rng), some(rng)
    equation = t.Compare("=", X, t.Add((t.Mul((number(a), t.Power(Y, 2))), t.Mul((number(b), Z)), number(c))))
    slack = gap(rng)
    bound = b * d + c + (-slack if true and rng.random() < 0.5 else Fraction(0) if true else slack)
    return closed(less(number(bound), X), [equation, less(number(d), Z)])


def integers(rng: random.Random, true: bool) -> t.Node:
    """n < k gives n ≤ k − 1 for integers, not for reals; a·n and a·m + r differ for 0 < r < a, and not for r = 0."""
    k, a = rng.randint(-5, 5), rng.randint(2, 5)
    if rng.random() < 0.5:
        variable = N if true else X
        return closed(less(variable, number(k - 1)), [less(variable, number(k), True)])
    rest = rng.randint(1, a - 1) if true else 0
    return closed(t.Not(t.Compare("=", t.Mul((number(a), N)), t.Add((t.Mul((number(a), M)), number(rest))))))


def branches(rng: random.Random, true: bool) -> t.Node:
    """|x − p| + c·|x − q| ≥ min(1, c)·|p − q|, and no more."""
    p, q, c = some(rng), some(rng) + 10, abs(some(rng))

    def modulus(term: t.Node) -> t.Node:
        return t.IfThenElse(less(ZERO, term), term, minus(term))

    total = t.Add((modulus(t.Add((X, number(-p)))), t.Mul((number(c), modulus(t.Add((X, number(-q))))))))
    bound = min(Fraction(1), c) * abs(p - q) + (Fraction(0) if true else gap(rng))
    return closed(less(number(bound), total))


SIMPLE: dict[str, Family] = {
    function.__name__: function
    for function in (squares, roots, minimum, linear, sums, logarithms, derivatives, elimination, integers, branches)
}


def combined(rng: random.Random, true: bool) -> t.Node:
    """Connectives of statements whose truth is known."""
    def part(wanted: bool) -> t.Node:
        return rng.choice((squares, roots, linear, elimination, integers))(rng, wanted)

    match rng.randrange(5):
        case 0:
            pair = [part(True), part(true)]
            rng.shuffle(pair)
            return t.And(pair)
        case 1:
            pair = [part(False), part(true)]
            rng.shuffle(pair)
            return t.Or(pair)
        case 2:
            return t.Implies(part(True), part(true))
        case 3:
            return t.Not(part(not true))
        case _:
            return t.Implies(part(False), part(False)) if true else t.And((part(True), t.Not(part(True))))


FAMILIES: dict[str, Family] = {**SIMPLE, "combined": combined}


def proposition(rng: random.Random, family: str | None = None) -> Proposition:
    """A random proposition, true or false with equal chance."""
    name = family or rng.choice(list(FAMILIES))
    true = rng.random() < 0.5
    return Proposition(name, FAMILIES[name](rng, true), true)
