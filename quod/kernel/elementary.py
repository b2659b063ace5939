"""Laws of logarithms, roots, sine and cosine at given arguments."""

from __future__ import annotations

from collections.abc import Sequence

from quod.kernel.logic import shown
from quod.kernel.normal import canonical
from quod.kernel.quotients import TRUSTS, ZERO, Reading
from quod.kernel.theorem import KernelError, Theorem, derive, expect, need, rule
from quod.lang import terms as t

MAX_TURNS = 12
ADDITION = "sine_addition"


@rule
def logarithm(argument: t.Node, factors: Sequence[tuple[t.Node, int]], *premises: Theorem) -> Theorem:
    """log a = Σ n·log b, where a = ∏ b^n as rational functions, from 0 < b for every factor; further premises u ≠ 0 allow 1/u."""
    stated = [premise.conclusion for premise in premises]
    known = {canonical(fact) for fact in stated}
    for factor, _ in factors:
        sign = canonical(t.Compare("<", ZERO, factor))
        expect(sign in known or sign is t.TRUE, f"logarithm: no premise says that {factor!r} is positive")
    reading = Reading([argument, *(factor for factor, _ in factors)], stated)
    num, den = reading.read(argument)
    power = reading.product((reading.read(factor), int(n)) for factor, n in factors)
    if not (num * power[1] - power[0] * den).is_zero():
        raise KernelError("logarithm: the factors do not multiply to the argument")
    terms = [t.Mul((t.Number(int(n)), t.Elementary("log", factor))) for factor, n in factors]
    return derive(t.Compare("=", t.Elementary("log", argument), t.Add((ZERO, ZERO, *terms))), premises, trusts=TRUSTS)


@rule
def root(term: t.Node, value: t.Node, positive: Theorem, power: Theorem) -> Theorem:
    """√a = b from 0 ≤ b and b² = a; ∛a = b from 0 ≤ b and b³ = a."""
    node = need(term, t.Elementary, "root")
    expect(node.name in ("sqrt", "cbrt"), f"root: expected a square or cube root, got {node.name}")
    used = shown(positive, t.Compare("<=", ZERO, value), "root")
    used |= shown(power, t.Compare("=", t.Power(value, 2 if node.name == "sqrt" else 3), node.arg), "root")
    return derive(t.Compare("=", term, value), (positive, power), trusts=used)


@rule
def log_order(left: t.Node, right: t.Node, relation: str, first: Theorem, second: Theorem, order: Theorem) -> Theorem:
    """a ≤ b from 0 < a, 0 < b and log a ≤ log b; a < b from log a < log b. The logarithm increases strictly."""
    expect(relation in ("<", "<="), f"log_order: expected < or <=, got {relation!r}")
    used = shown(first, t.Compare("<", ZERO, left), "log_order") | shown(second, t.Compare("<", ZERO, right), "log_order")
    used |= shown(order, t.Compare(relation, t.Elementary("log", left), t.Elementary("log", right)), "log_order")
    return derive(t.Compare(relation, left, right), (first, second, order), trusts=used)


@rule
def angle_sum(name: str, parts: Sequence[tuple[t.Node, int]]) -> Theorem:
    """sin or cos of Σ n·u as the polynomial in sin u and cos u: the imaginary or real part of ∏ (cos u + i·sin u)ⁿ (de Moivre)."""
    expect(name in ("sin", "cos") and len(parts) > 0, f"angle_sum: expected sin or cos of a sum, got {name!r} of {len(parts)} parts")
    count = sum(abs(n) if isinstance(n, int) else MAX_TURNS + 1 for _, n in parts)
    expect(count <= MAX_TURNS, f"angle_sum: expected whole multiples, at most {MAX_TURNS} in all")
    real: t.Node = t.Number(1)
    imaginary: t.Node = ZERO
    for angle, n in parts:
        sine = t.Mul((t.Number(1 if n > 0 else -1), t.Elementary("sin", angle)))
        cosine = t.Elementary("cos", angle)
        for _ in range(abs(n)):
            turned = t.Add((t.Mul((real, cosine)), t.Mul((t.Number(-1), imaginary, sine))))
            real, imaginary = turned, t.Add((t.Mul((real, sine)), t.Mul((imaginary, cosine))))
    whole = t.Add((ZERO, ZERO, *(t.Mul((t.Number(n), angle)) for angle, n in parts)))
    return derive(t.Compare("=", t.Elementary(name, whole), canonical(imaginary if name == "sin" else real)), trusts=(ADDITION,))


@rule
def log_rises(left: t.Node, right: t.Node, relation: str, positive: Theorem, order: Theorem) -> Theorem:
    """log a ≤ log b from 0 < a ≤ b; log a < log b from 0 < a < b."""
    expect(relation in ("<", "<="), f"log_rises: expected < or <=, got {relation!r}")
    used = shown(positive, t.Compare("<", ZERO, left), "log_rises") | shown(order, t.Compare(relation, left, right), "log_rises")
    return derive(t.Compare(relation, t.Elementary("log", left), t.Elementary("log", right)), (positive, order), trusts=used)
