"""Sorts: the simple types of the language.

ℝ, ℤ (every integer is a real), V (an abstract real inner-product space), Prop, and functions a → b. Families, sequences,
densities, vector fields, matrices and permutations are terms of function sort.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self
from weakref import WeakValueDictionary

_atoms: WeakValueDictionary[str, Any] = WeakValueDictionary()
_arrows: WeakValueDictionary[Any, Any] = WeakValueDictionary()
"""Equal sorts are one object, so that comparing them costs nothing."""


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Atomic:
    """A sort without structure; `symbol` is what a person reads."""

    symbol: str

    def __new__(cls, symbol: str) -> Self:
        made: Self = _atoms.setdefault(symbol, object.__new__(cls))
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return Atomic, (self.symbol,)

    def __str__(self) -> str:
        return self.symbol


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Arrow:
    """The sort of functions from `domain` to `codomain`."""

    domain: Sort
    codomain: Sort

    def __new__(cls, domain: Sort, codomain: Sort) -> Self:
        made: Self = _arrows.setdefault((domain, codomain), object.__new__(cls))
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return Arrow, (self.domain, self.codomain)

    def __str__(self) -> str:
        left = f"({self.domain})" if isinstance(self.domain, Arrow) else str(self.domain)
        return f"{left} → {self.codomain}"


Sort = Atomic | Arrow

REAL = Atomic("ℝ")
INTEGER = Atomic("ℤ")
VECTOR = Atomic("V")
PROPOSITION = Atomic("Prop")


def is_subsort(small: Sort, large: Sort) -> bool:
    """True if every value of `small` is one of `large`: ℤ ≤ ℝ, and functions of one domain by their values.

    A function on ℝ is none on ℤ: two that agree on ℤ would become equal, and an equation would mean less before a substitution than after.
    """
    if small == large:
        return True
    if isinstance(small, Arrow) and isinstance(large, Arrow):
        return small.domain == large.domain and is_subsort(small.codomain, large.codomain)
    return small == INTEGER and large == REAL


def is_scalar(sort: Sort) -> bool:
    """True for ℤ and ℝ."""
    return sort in (REAL, INTEGER)


def join(left: Sort, right: Sort) -> Sort | None:
    """The smaller of two comparable sorts' common super-sorts, or None if neither contains the other."""
    if is_subsort(left, right):
        return right
    if is_subsort(right, left):
        return left
    return None
