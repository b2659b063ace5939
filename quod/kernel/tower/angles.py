"""Angles of a cell: arctangents, and cosine and sine of sums of angles with known tangents. Hints propose, this module verifies."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flint import arb

from quod.kernel.tower.cell import Cell
from quod.kernel.tower.field import CertificateError, Quotient, expect
from quod.kernel.tower.values import PRECISIONS, precision

Angle = tuple[Quotient, Quotient]


def special_angle(cell: Cell, tangent: Quotient, turns: int, eighths: int) -> None:
    """Makes known that the constant `tangent` is tan(eighths·π/(4·turns)): (1 + i·tangent)^turns points along (1 + i)^eighths."""
    field = cell.field
    if not (0 < turns <= 64 and tangent.is_constant()):
        raise CertificateError("a special angle is a constant and has between 1 and 64 turns")
    angle = cell.extend("pi", None) * field.number(Fraction(eighths, 4 * turns))
    p, q = _power_of(cell, tangent, turns)
    a, b = _power_of(cell, field.number(1), eighths % 8)
    with precision(PRECISIONS[1]):
        near = abs(cell.ball(tangent).atan() - cell.ball(angle)) < 1 / arb(turns)
    expect(near and (p * b - q * a).is_zero(), "tan", angle)
    cell.angles[str(tangent.num), str(tangent.den)] = angle


def _power_of(cell: Cell, tangent: Quotient, n: int) -> Angle:
    p, q = cell.field.number(1), cell.field.number(0)
    for _ in range(n):
        p, q = p - q * tangent, q + p * tangent
    return p, q


def _turn(cell: Cell, kind: str, arg: Quotient) -> tuple[Quotient, Angle, Any]:
    """(angle, (p, q), hint): the hinted sum of angles, and p + iq = ∏ (1 + i tan)ⁿ · (1 + i)^eighths, an angle of eighths·π/4."""
    hint = cell.hint(kind, arg)
    field = cell.field
    eighths = int(hint.get("eighths", 0))
    angle = cell.extend("pi", None) * field.number(Fraction(eighths, 4)) if eighths else field.number(0)
    p, q = _power_of(cell, field.number(1), eighths % 8)
    for num, den, n in hint["is"]:
        tangent = field.quotient(field.parse(num), field.parse(den))
        known = cell.angles.get((str(tangent.num), str(tangent.den)))
        if known is None or not 0 < abs(n) <= 256:
            raise CertificateError(f"the tower has no angle with the tangent {tangent.num} / {tangent.den}, or too many turns: {n}")
        angle = angle + known * field.number(n)
        a, b = _power_of(cell, tangent if n > 0 else -tangent, abs(n))
        p, q = p * a - q * b, p * b + q * a
    return angle, (p, q), hint


def atan(cell: Cell, arg: Quotient) -> Quotient:
    """arctan(arg): a generator or its negative; for a constant also a sum of angles with that tangent."""
    if arg.is_zero():
        return arg
    angle, (p, q), _ = _turn(cell, "atan", arg)
    if not (_is_arctangent(cell, arg, angle) or _is_arctangent(cell, -arg, -angle)):
        with precision(PRECISIONS[1]):
            near = arg.is_constant() and abs(cell.ball(angle) - cell.ball(arg).atan()) < 1
        expect(near, "atan", arg)
    expect((q - p * arg).is_zero(), "atan", arg)
    return angle


def _is_arctangent(cell: Cell, arg: Quotient, angle: Quotient) -> bool:
    index = cell.indices.get(("atan", 0, str(arg.num), str(arg.den)))
    return index is not None and angle.same(cell.field.symbol(index))


def circle(cell: Cell, arg: Quotient) -> Angle:
    """(cos arg, sin arg): of twice a sum of angles with known tangents, or two generators."""
    if arg.is_zero():
        return cell.field.number(1), cell.field.number(0)
    angle, (p, q), hint = _turn(cell, "circle", arg)
    if hint.get("opaque"):
        sine = cell.extend("sin", arg)
        return cell.field.symbol(cell.indices["sin", 0, str(arg.num), str(arg.den)] + 1), sine
    expect((angle + angle).same(arg), "circle", arg)
    norm = p * p + q * q
    return (p * p - q * q) / norm, (p * q + p * q) / norm


def tangent(cell: Cell, arg: Quotient) -> Angle:
    """(p, q) with tan arg = q/p wherever p is not 0."""
    angle, (p, q), hint = _turn(cell, "tan", arg)
    if hint.get("opaque"):
        return circle(cell, arg)
    expect(angle.same(arg), "tan", arg)
    return p, q
