"""Exponents of monomials: rational numbers, and irrational constants of a tower with their order."""

from __future__ import annotations

from fractions import Fraction

from quod.kernel.tower.cell import Cell
from quod.kernel.tower.field import Quotient


class Irrational:
    """A constant of the tower that is no rational number by its normal form.

    Two are equal if their normal forms are, and that alone: `==` never says so of others. Their order comes from balls, and raises
    CertificateError where no ball tells them apart; so of several equal monomials none can pass for the largest.
    """

    __slots__ = ("cell", "value")

    def __init__(self, cell: Cell, value: Quotient) -> None:
        self.cell, self.value = cell, value

    def __add__(self, other: Power) -> Power:
        return power(self.cell, self.value + self._constant(other))

    __radd__ = __add__

    def __mul__(self, other: Fraction) -> Power:
        return power(self.cell, self.value * self._constant(other))

    __rmul__ = __mul__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Irrational) and self.value.same(other.value)

    def __hash__(self) -> int:
        # one for all: equal constants may have numerators and denominators that differ
        return 0

    def __lt__(self, other: Power) -> bool:
        return self.cell.sign_of(self.value - self._constant(other)) < 0

    def __gt__(self, other: Power) -> bool:
        return self.cell.sign_of(self.value - self._constant(other)) > 0

    def __le__(self, other: Power) -> bool:
        return self.cell.sign_of(self.value - self._constant(other)) <= 0

    def __ge__(self, other: Power) -> bool:
        return self.cell.sign_of(self.value - self._constant(other)) >= 0

    def _constant(self, other: Power) -> Quotient:
        return constant(self.cell, other)


Power = Fraction | Irrational


def power(cell: Cell, value: Quotient) -> Power:
    """A constant as an exponent."""
    exact = value.rational()
    return Irrational(cell, value) if exact is None else exact


def constant(cell: Cell, exponent: Power) -> Quotient:
    """An exponent as a constant."""
    return exponent.value if isinstance(exponent, Irrational) else cell.field.number(exponent)
