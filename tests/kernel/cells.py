"""Small towers to try the checker of the one-variable decision procedure on."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from quod.kernel.tower.cell import Cell
from quod.kernel.tower.field import Quotient
from quod.lang import terms as t
from quod.lang.sorts import REAL

X = t.Variable("x", REAL)
x1: list[list[int]] = [[1, 1]]
ONE: list[list[int]] = [[1]]


def cell(low: Any = None, high: Any = None, size: int = 10) -> Cell:
    """An open interval with rational ends."""
    made = Cell(size)
    made.low, made.high = (None if end is None else made.field.number(Fraction(end)) for end in (low, high))
    made.bounded = True
    return made


def raised(low: Any = None, high: Any = None) -> Cell:
    """The same with e^x as generator 1."""
    made = cell(low, high)
    made.extend("exp", made.field.symbol(0))
    return made


def hinted(at: Cell, kind: str, arg: Quotient, form: Any) -> None:
    """Gives the cell a form of kind(arg)."""
    at.hints[kind, str(arg.num), str(arg.den)] = form
