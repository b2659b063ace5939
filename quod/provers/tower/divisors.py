"""Which function to divide by before differentiating: candidates, the one with the simplest derivative first."""

from __future__ import annotations

from typing import Any

from flint import fmpz_mpoly

from quod.kernel.tower.field import Quotient
from quod.provers.tower.live import LiveCell

GROWING = ("exp", "root")
MOST_CANDIDATES = 12


def divisors(cell: LiveCell, poly: fmpz_mpoly, most: int = 4) -> list[tuple[fmpz_mpoly, Quotient]]:
    """Pairs (M, (poly/M)′), the simplest first; a term's M makes that term's derivative vanish or lose a degree."""
    found = []
    for divisor in _candidates(cell, poly):
        cell.tick()
        ratio = cell.field.quotient(poly, divisor)
        if ratio.rational() is not None:
            continue
        slope = cell.field.derivative(ratio)
        after, by = weight(cell, slope.num), weight(cell, divisor)
        found.append((after[:1] + by[:1] + after + by, divisor, slope))
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
    for exponents, group in sorted(groups.items(), key=lambda item: (len(item[1]), sum(max(e) for e in item[1]), item[0])):
        if len(found) >= MOST_CANDIDATES:
            break
        monomial = context.from_dict({exponents: 1})
        part = context.from_dict(group)
        heads = [context.constant(1), _unit(part), *_heads(cell, part, kinds, varying)]
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
    if poly.is_zero():
        return (0, 0, 0)
    generators = cell.field.generators
    terms = [tuple(int(e) for e in exponents) for exponents, _ in poly.terms()]
    present = [i for i, d in enumerate(cell.field.degrees(poly)) if d]
    lowest = {i: min(t[i] for t in terms) for i in present}
    varying = [i for i in present if i and generators[i].varies]
    score = 0
    for monomial in {tuple(t[i] - lowest[i] for i in varying) for t in terms}:
        score += any(monomial)
        score += 2 * sum(e for e, i in zip(monomial, varying, strict=True) if e and generators[i].kind not in GROWING)
    return (score, len(terms), sum(cell.field.degrees(poly)[i] - lowest[i] for i in present))
