"""Sign tables without derivatives: bounds of sin and cos by 1, and covers of compact intervals by balls."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flint import fmpz_mpoly

from quod.kernel.tower.values import PRECISIONS, evaluate, precision, sign_of, values
from quod.provers.tower.live import LiveCell, rational_ball
from quod.provers.tower.roots import Root, simplest


def bounded_parts(cell: LiveCell, poly: fmpz_mpoly) -> tuple[fmpz_mpoly, list[fmpz_mpoly]]:
    """The terms without sin and cos, and the coefficients of the monomials in sin and cos, in the kernel's order."""
    field = cell.field
    circular = [g.kind in ("sin", "cos") for g in field.generators]
    groups: dict[tuple[int, ...], dict[Any, Any]] = {}
    for exponents, coefficient in poly.to_dict().items():
        key = tuple(e if i < len(circular) and circular[i] else 0 for i, e in enumerate(exponents))
        groups.setdefault(key, {})[tuple(e - k for e, k in zip(exponents, key, strict=True))] = coefficient
    free = groups.pop((0,) * len(field.symbols), {})
    return field.context.from_dict(free), [field.context.from_dict(groups[key]) for key in sorted(groups)]


def cover_points(cell: LiveCell, poly: fmpz_mpoly, low: Root, high: Root, most: int) -> list[Fraction] | None:
    """Inner points of a cover of [low, high] by intervals on each of which one ball keeps `poly` from 0; None after `most` balls."""
    with precision(PRECISIONS[1]):
        outer = [rational_ball(end.lo) if end.lo == end.hi else cell.ball(end.exact) for end in (low, high) if end.exact is not None]
        if len(outer) < 2:
            return None
        pending: list[tuple[Fraction | None, Fraction | None]] = [(None, None)]
        inner: list[Fraction] = []
        for _ in range(most):
            if not pending:
                return sorted(inner)
            cell.tick()
            left, right = pending.pop()
            balls = outer[0] if left is None else rational_ball(left), outer[1] if right is None else rational_ball(right)
            if sign_of(evaluate(poly, values(cell.field, balls[0].union(balls[1])))) is None:
                a, b = low.hi if left is None else left, high.lo if right is None else right
                middle = simplest(a + (b - a) * 3 / 8, b - (b - a) * 3 / 8)
                inner.append(middle)
                pending += [(left, middle), (middle, right)]
    return None
