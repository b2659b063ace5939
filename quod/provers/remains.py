"""Which part of a bounded domain balls do not settle: for the reader of an UNKNOWN, no proof."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from fractions import Fraction

from flint import arb, fmpq

from quod.lang import terms as t
from quod.lang.balls import compile_balls
from quod.lang.binding import unfold
from quod.lang.closures import Unsupported
from quod.lang.sorts import REAL

Side = tuple[Fraction, Fraction]
MOST, BITS, LARGEST_SHARE = 600, 64, Fraction(1, 4)
"""Boxes that are looked at, the precision, and the part of the domain beyond which nothing is said."""


def outside(variables: Sequence[t.Variable], hypotheses: Sequence[t.Node], goal: t.Node) -> str:
    """"balls show it outside of x in [a, b], …", where hypotheses bound every variable by numbers; otherwise empty."""
    sides = [bounds(v, hypotheses) for v in variables]
    known = [side for side in sides if side is not None]
    if not variables or len(known) < len(sides) or any(v.sort != REAL for v in variables):
        return ""
    try:
        holds = compile_balls(t.Or((*(t.Not(unfold(h)) for h in hypotheses), unfold(goal))), variables)
    except Unsupported:
        return ""
    pending = deque([known])
    for _ in range(MOST):
        if not pending:
            return "balls show it on the whole domain, but no certificate was found"
        box = pending.popleft()
        if holds([_ball(side) for side in box], BITS) is not True:
            pending.extend(_halves(box, known))
    hull = [(min(box[i][0] for box in pending), max(box[i][1] for box in pending)) for i in range(len(known))]
    if _share(hull, known) > LARGEST_SHARE:
        return ""
    place = ", ".join(f"{v.name} in [{float(a):.6g}, {float(b):.6g}]" for v, (a, b) in zip(variables, hull, strict=True))
    return f"balls show it outside of {place}"


def bounds(variable: t.Variable, hypotheses: Sequence[t.Node]) -> Side | None:
    """The numbers between which hypotheses put the variable; None if one is missing."""
    low: list[Fraction] = []
    high: list[Fraction] = []
    stack = [unfold(h) for h in hypotheses]
    while stack:
        match stack.pop():
            case t.And(args):
                stack.extend(args)
            case t.Compare("<=" | "<", t.Number(value), right) if right is variable:
                low.append(value)
            case t.Compare("<=" | "<", left, t.Number(value)) if left is variable:
                high.append(value)
    return (max(low), min(high)) if low and high and max(low) < min(high) else None


def _ball(side: Side) -> arb:
    low, high = (arb(fmpq(x.numerator, x.denominator)) for x in side)
    return low.union(high)


def _halves(box: list[Side], whole: list[Side]) -> list[list[Side]]:
    """The box cut in the middle of the side that is largest against the domain's."""
    ratios = [(b - a) / (d - c) for (a, b), (c, d) in zip(box, whole, strict=True)]
    index = ratios.index(max(ratios))
    a, b = box[index]
    return [[*box[:index], half, *box[index + 1 :]] for half in ((a, (a + b) / 2), ((a + b) / 2, b))]


def _share(hull: list[Side], whole: list[Side]) -> Fraction:
    share = Fraction(1)
    for (a, b), (c, d) in zip(hull, whole, strict=True):
        share *= (b - a) / (d - c)
    return share
