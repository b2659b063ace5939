"""Which function to divide by before differentiating: candidates, the one with the simplest derivative first."""

from __future__ import annotations

from typing import Any

from flint import fmpz_mpoly

from quod.kernel.tower.field import Quotient
from quod.provers.tower.live import LiveCell

GROWING = ("exp", "root")


def divisors(cell: LiveCell, poly: fmpz_mpoly, most: int = 4) -> list[tuple[fmpz_mpoly, Quotient]]:
    """Pairs (M, (poly/M)′), the simplest first; a term's M makes that term's derivative vanish or lose a degree."""
    found = []
    for divisor in _candidates(cell, poly):
        cell.tick()
        ratio = cell.field.quotient(poly, divisor)
        if ratio.rational() is not None:
            continue
        slope = cell.field.derivative(ratio)
        found.append((weight(cell, slope.num)[:1] + weight(cell, divisor)[:1] + weight(cell, slope.num) + weight(cell, divisor), divisor, slope))
    found.sort(key=lambda entry: entry[0])
    return [(divisor, slope) for _, divisor, slope in found[:most]]


def _candidates(cell: LiveCell, poly: fmpz_mpoly) -> list[fmpz_mpoly]:
    context, kinds = cell.field.context, [g.kind for g in cell.field.generators]
    varying = [g.varies for g in cell.field.generators]
    groups: dict[tuple[int, ...], dict[Any, Any]] = {}
    for exponents, coefficient in poly.to_dict().items():
        key = tuple(e if i < len(kinds) and kinds[i] in GROWING and varying[i] else 0 for i, e in enumerate(exponents))
        groups.setdefault(key, {})[tuple(e - k for e, k in zip(exponents, key, strict=True))] = coefficient
    found: dict[str, fmpz_mpoly] = {}
    for key, group in groups.items():
        monomial = context.from_dict({key: 1})
        coefficient = context.from_dict(group)
        heads = [context.constant(1), _unit(coefficient), *_heads(cell, coefficient, kinds, varying)]
        for head in heads:
            candidate = monomial * head
            found.setdefault(str(candidate), candidate)
    return list(found.values())


def _unit(poly: fmpz_mpoly) -> fmpz_mpoly:
    return poly if poly.leading_coefficient() > 0 else -poly


def _heads(cell: LiveCell, coefficient: fmpz_mpoly, kinds: list[str], varying: list[bool]) -> list[fmpz_mpoly]:
    """The leading coefficients of `coefficient` in each of its generators that are not exponentials, alone and repeated."""
    heads, degrees = [], cell.field.degrees(coefficient)
    for index in range(len(kinds) - 1, 0, -1):
        if degrees[index] and varying[index] and kinds[index] not in GROWING:
            top: dict[Any, Any] = {}
            for exponents, value in coefficient.to_dict().items():
                if exponents[index] == degrees[index]:
                    top[(*exponents[:index], 0, *exponents[index + 1 :])] = value
            head = _unit(cell.field.context.from_dict(top))
            heads.append(head)
            heads += _heads(cell, head, kinds, varying)
    return heads


def weight(cell: LiveCell, poly: fmpz_mpoly) -> tuple[int, ...]:
    """How far `poly` is from a polynomial in the variable: transcendental monomials with their degrees, terms, degree in x."""
    if poly == 0:
        return (0, 0, 0, 0)
    generators = cell.field.generators
    terms = [tuple(int(e) for e in exponents) for exponents, _ in poly.terms()]
    lowest = [min(t[i] for t in terms) for i in range(len(generators))]
    monomials = set()
    for t in terms:
        monomials.add(tuple(t[i] - lowest[i] if g.varies and i else 0 for i, g in enumerate(generators)))
    score = 0
    for m in monomials:
        score += 1 if any(m) else 0
        score += 2 * sum(e for e, g in zip(m, generators, strict=True) if e and g.kind not in GROWING)
    return (score, len(terms), sum(max(t[i] for t in terms) - lowest[i] for i in range(len(generators))))
