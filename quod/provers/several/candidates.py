"""What to try next for the sign of a polynomial in generators: a variable v, a divisor d > 0, and where ∂(P/d)/∂v changes its sign."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import fmpq, fmpq_mpoly
from numpy.typing import NDArray

from quod.kernel.normal import canonical
from quod.kernel.quotients import common_part
from quod.lang import terms as t
from quod.lang.binding import substitute
from quod.provers.several.fields import Quotient, Unreadable
from quod.provers.several.functions import Functions
from quod.provers.several.numbers import Points, numeric

ONE = t.Number(1)
MOST_DIVISORS = 14
MOST_POWER = 6
MOST_TERMS = 160
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Candidate:
    """∂(poly/divisor)/∂v = content·∏ factors^exponent; `cost` estimates how hard its sign is."""

    v: t.Variable
    divisor: tuple[tuple[fmpq_mpoly, int], ...]
    factors: tuple[tuple[fmpq_mpoly, int], ...]
    content: Fraction
    cost: float


def candidates(functions: Functions, poly: fmpq_mpoly, mask: Mask) -> list[Candidate]:
    """All pairs (v, d), the easiest first."""
    found: list[Candidate] = []
    variables = sorted(functions.variables(poly), key=lambda v: v.name)
    for v in variables:
        for divisor in divisors(functions, poly, mask):
            try:
                found.append(_candidate(functions, poly, v, divisor, mask))
            except (Unreadable, OverflowError):
                continue
    found.sort(key=lambda candidate: candidate.cost)
    return found


def _candidate(functions: Functions, poly: fmpq_mpoly, v: t.Variable, divisor: tuple[tuple[fmpq_mpoly, int], ...], mask: Mask) -> Candidate:
    num, den = poly, functions.one
    for factor, exponent in divisor:
        num, den = (num, den * factor**exponent) if exponent > 0 else (num * factor**-exponent, den)
    slope = functions.derivative(functions.quotient(num, den), v)
    if len(slope.num) > MOST_TERMS:
        raise Unreadable("a derivative has too many terms")
    content, factors = functions.factors(slope.num, mask)
    below = functions.sign(slope.den, mask)
    if not below:
        raise Unreadable("a denominator changes its sign")
    content *= below
    cost = sum(difficulty(functions, part, mask) for part, exponent in factors if exponent % 2) + 0.3 * len(divisor)
    return Candidate(v, divisor, tuple(factors), content, cost)


def difficulty(functions: Functions, poly: fmpq_mpoly, mask: Mask) -> float:
    """How hard the sign of a factor is to prove: 0 for a single generator, else by terms, functions and variables."""
    if len(poly) == 1:
        return 0.05
    degrees = poly.degrees()
    used = [(node, int(degree)) for node, degree in zip(functions.nodes, degrees, strict=False) if degree]
    above = sum(1 for node, _ in used if not isinstance(node, t.Variable | t.Constant))
    positive = [functions.sign(functions.context.gen(k), mask) == 1 for k, degree in enumerate(degrees) if degree]
    if all(positive) and all(coefficient > 0 for coefficient in poly.coeffs()):
        return 0.3 + 0.1 * len(poly)
    variables = len(functions.variables(poly))
    if above == 0 and sum(degree for _, degree in used) <= 2 and len(poly) <= 3:
        return 0.3
    return len(poly) + 2.0 * above * (1 if variables > 1 else 0.6) + 2.0 * (variables - 1) + 0.5 * sum(degree for _, degree in used)


def divisors(functions: Functions, poly: fmpq_mpoly, mask: Mask) -> list[tuple[tuple[fmpq_mpoly, int], ...]]:
    """1, coefficients of powers of generators, their factors, and variables: what is positive at all points."""
    found: dict[str, tuple[tuple[fmpq_mpoly, int], ...]] = {"1": ()}
    below = functions.denominators.get(str(poly), ())
    if below and all(functions.sign(part, mask) == 1 for part, _ in below):
        found[str(below)] = below
    singles: dict[str, fmpq_mpoly] = {}
    for part in _coefficients(functions, poly):
        _, factors = functions.factors(part, mask)
        kept = [(factor, exponent) for factor, exponent in factors if functions.sign(factor, mask) == 1]
        if kept and len(kept) == len(factors):
            found.setdefault(str(kept), tuple(kept))
        for factor, _ in kept:
            singles.setdefault(str(factor), factor)
    for index, node in enumerate(functions.nodes):
        simple = isinstance(node, t.Variable) or (isinstance(node, t.Elementary) and node.name in ("exp", "sqrt"))
        if simple and int(poly.degrees()[index]) and functions.sign(functions.context.gen(index), mask) == 1:
            singles.setdefault(str(functions.context.gen(index)), functions.context.gen(index))
    for name, factor in singles.items():
        found.setdefault(name, ((factor, 1),))
    for factor in list(singles.values())[:4]:
        found.setdefault(f"2{factor}", ((factor, 2),))
        if isinstance(functions.nodes[0], t.Node) and len(factor) == 1:
            found.setdefault(f"-{factor}", ((factor, -1),))
    return list(found.values())[:MOST_DIVISORS]


def _coefficients(functions: Functions, poly: fmpq_mpoly) -> Iterator[fmpq_mpoly]:
    """The leading and trailing coefficient in each generator that is no variable, then in the variables."""
    degrees = poly.degrees()
    order = sorted(range(len(functions.nodes)), key=lambda k: isinstance(functions.nodes[k], t.Variable))
    for index in order:
        if not degrees[index]:
            continue
        powers = {int(key[index]) for key in poly.to_dict()}
        for power in sorted({max(powers), min(powers)}, reverse=True):
            part = {
                (*key[:index], 0, *key[index + 1 :]): value for key, value in poly.to_dict().items() if int(key[index]) == power
            }
            yield functions.context.from_dict(part)


def sides(functions: Functions, poly: fmpq_mpoly) -> tuple[t.Node, t.Node, Fraction] | None:
    """(A, B, c) with P = c·(log A − log B), if P is a rational combination of logarithms and of terms without any; c > 0."""
    above: list[t.Node] = [ONE, ONE]
    below: list[t.Node] = [ONE, ONE]
    logs: list[tuple[t.Node, Fraction]] = []
    rest: list[tuple[fmpq_mpoly, Fraction]] = []
    for powers, coefficient in poly.to_dict().items():
        value = Fraction(int(coefficient.p), int(coefficient.q))
        used = [(functions.nodes[index], power) for index, power in enumerate(powers) if power]
        logarithmic = [node for node, _ in used if isinstance(node, t.Elementary) and node.name == "log"]
        if logarithmic and (len(used) > 1 or used[0][1] > 1):
            return None
        if logarithmic:
            logs.append((logarithmic[0].arg, value))
        else:
            rest.append((functions.context.from_dict({powers: fmpq(1)}), value))
    if not logs or len(poly) < 2:
        return None
    unit = Fraction(0)
    for _, value in logs:
        unit = common_part(unit, value)
    if any(abs(value / unit) > MOST_POWER for _, value in logs):
        return None
    for argument, value in logs:
        (above if value > 0 else below).append(t.Power(argument, int(abs(value / unit))))
    for part, value in rest:
        exponent = t.Mul((t.Number(abs(value / unit)), functions.node(part)))
        (above if value > 0 else below).append(t.Elementary("exp", exponent))
    return t.Mul(above), t.Mul(below), unit


def roots(functions: Functions, poly: fmpq_mpoly, v: t.Variable, mask: Mask) -> Iterator[t.Node]:
    """Terms without v at which the polynomial is exactly 0: solved for v, or for a generator linear in v, or guessed and verified."""
    pair = sides(functions, poly)
    if pair is not None:
        difference = functions.add(functions.read(pair[0]), functions.times(functions.constant(-1), functions.read(pair[1])))
        for part, _ in functions.split(difference, mask)[1]:
            if functions.sign(part, mask) == 0:
                yield from roots(functions, part, v, mask)
        return
    node = functions.node(poly)
    points = functions.points.where(mask)
    for term in (*_solved(functions, poly, v), *_guesses(functions, v)):
        at = substitute(node, {v: term})
        probe = Points({**points.columns}, points.count)
        value = numeric(at, probe)
        if not bool(np.all(np.abs(value) < 1e-6 * (1 + np.abs(numeric(node, Points(points.columns, points.count)))))):
            continue
        fresh = Functions(functions.points)
        try:
            fresh.prepare(at)
            if fresh.read(at).num.is_zero():
                yield term
        except Unreadable:
            continue


def _guesses(functions: Functions, v: t.Variable) -> Iterator[t.Node]:
    others = [w for w in functions.points.columns if w is not v]
    for value in (0, 1, -1, Fraction(1, 2), 2):
        yield t.Number(value)
    for w in others:
        yield w
        yield t.Mul((t.Number(-1), w))
        yield t.Add((ONE, t.Mul((t.Number(-1), w))))
    for k, w in enumerate(others):
        for u in others[k + 1 :]:
            yield t.Add((w, u))
            yield t.Mul((t.Number(Fraction(1, 2)), t.Add((w, u))))
            yield t.Add((w, t.Mul((t.Number(-1), u))))
            yield t.Add((u, t.Mul((t.Number(-1), w))))


def _solved(functions: Functions, poly: fmpq_mpoly, v: t.Variable) -> Iterator[t.Node]:
    """The polynomial is a·g + b with a generator g that is v, or an exponential or logarithm linear in v."""
    with_v = [k for k, node in enumerate(functions.nodes) if v in node.variables and int(poly.degrees()[k])]
    if len(with_v) != 1 or int(poly.degrees()[with_v[0]]) != 1:
        return
    index = with_v[0]
    top = poly.derivative(index)
    rest = poly - top * functions.context.gen(index)
    value = functions.quotient(-rest, top)
    solution = quotient_node(functions, value)
    node = functions.nodes[index]
    if node is v:
        yield canonical(solution) if t.Inverse not in map(type, solution.children) else solution
        return
    if not isinstance(node, t.Elementary):
        return
    inverse = {"exp": "log", "log": "exp"}.get(node.name)
    slope = functions.slope(functions.generator(canonical(node.arg)), v) if isinstance(canonical(node.arg), t.Variable) else None
    inner = functions.read(node.arg)
    line = functions.derivative(inner, v)
    if inverse is None or v in functions.variables(line.num) | functions.variables(line.den):
        return
    offset = functions.add(inner, functions.times(functions.constant(-1), functions.times(line, functions.symbol(v))))
    target = t.Elementary(inverse, solution)
    del slope
    yield t.Mul((t.Add((target, t.Mul((t.Number(-1), quotient_node(functions, offset))))), t.Inverse(quotient_node(functions, line))))


def quotient_node(functions: Functions, quotient: Quotient) -> t.Node:
    """A quotient as a term."""
    num = functions.node(quotient.num)
    return num if quotient.den.is_one() else t.Mul((num, t.Inverse(functions.node(quotient.den))))
