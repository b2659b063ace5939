"""Functions of a tower in words, for the reasons of an UNKNOWN; written only when somebody reads the reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flint import fmpz_mpoly

from quod.kernel.tower.field import Generator, Quotient

if TYPE_CHECKING:
    from quod.kernel.tower.cell import Cell

LONGEST = 160
"""Characters of a term before its middle is left out."""
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


class Words:
    """A polynomial of a cell, or a quotient, in words; `name` is the variable's."""

    __slots__ = ("cell", "term", "variable")

    def __init__(self, cell: Cell, term: fmpz_mpoly | Quotient, variable: str = "x") -> None:
        self.cell, self.term, self.variable = cell, term, variable

    def __str__(self) -> str:
        """The term over the variable, its middle left out where it is long."""
        text = self.quotient(self.term) if isinstance(self.term, Quotient) else self.polynomial(self.term)
        half = LONGEST // 2
        return text if len(text) <= LONGEST else f"{text[:half]} … {text[-half:]}"

    def quotient(self, term: Quotient) -> str:
        """num/den."""
        num = self.polynomial(term.num)
        if term.den.is_one():
            return num
        den = self.polynomial(term.den)
        return f"{_grouped(num)}/{_grouped(den)}"

    def polynomial(self, poly: fmpz_mpoly) -> str:
        """Terms with their signs."""
        text = ""
        for exponents, coefficient in poly.terms():
            c = int(coefficient)
            body = self._monomial(exponents, abs(c))
            text += (" − " if c < 0 else " + ") + body if text else ("−" if c < 0 else "") + body
            if len(text) > 2 * LONGEST:
                return text + " …"
        return text or "0"

    def _monomial(self, exponents: Sequence[int], coefficient: int) -> str:
        factors = [] if coefficient == 1 and any(exponents) else [str(coefficient)]
        for index, exponent in enumerate(exponents):
            if exponent:
                name = self._generator(self.cell.field.generators[index])
                factors.append(name if exponent == 1 else name + str(int(exponent)).translate(_SUPERSCRIPTS))
        return "·".join(factors)

    def _generator(self, generator: Generator) -> str:
        if generator.arg is None:
            return "π" if generator.kind == "pi" else self.variable
        arg = self.quotient(generator.arg)
        if generator.kind == "root":
            sign = {2: "√", 3: "∛", 4: "∜"}.get(generator.degree, f"root{generator.degree}")
            return f"{sign}({arg})"
        return f"{generator.kind}({arg})"


def _grouped(text: str) -> str:
    return text if all(c.isalnum() or c in "⁰¹²³⁴⁵⁶⁷⁸⁹" for c in text) else f"({text})"
