"""Sampled families, sequences and permutations, as exact functions of an index."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from flint import ctx

from quod.attack.arithmetic import Undecided, exact, fraction

SHAPES = ("uniform", "vertex", "near-uniform", "near-vertex", "heavy-tailed", "mixed", "outlier")
MAX_STEPS = 2000
"""A recurrence is not run further than this."""
OUTSIDE = (Fraction(0), Fraction(-7, 3), Fraction(5))
"""Values outside a family's range are arbitrary: a claim may not depend on them."""


class Members:
    """A finite family: `items` inside 0 ≤ i < n, `outside` elsewhere."""

    def __init__(self, items: Sequence[Any], outside: Any = 0) -> None:
        self.items, self.outside = tuple(items), outside

    def __call__(self, i: int) -> Any:
        return self.items[i] if 0 <= i < len(self.items) else self.outside

    def __str__(self) -> str:
        return "(" + ", ".join(shown(item) for item in self.items) + ")"


class Lazy:
    """A sequence or table: members that `rule(values, i)` computes from the values of a point, the others drawn by `free(values, i)`."""

    def __init__(self, free: Callable[[list[Any], int], Any], rule: Callable[[list[Any], int], Any] | None, values: list[Any]) -> None:
        self.free, self.rule, self.values = free, rule, values
        self.drawn: dict[int, Any] = {}
        self._ruled: dict[tuple[int, int], Any] = {}

    def __call__(self, i: int) -> Any:
        if self.rule is None:
            return self.member(i)
        if i > MAX_STEPS:
            raise Undecided(f"a recurrence is not run for {i} steps")
        if (i, ctx.prec) not in self._ruled:
            for earlier in range(i + 1):
                if (earlier, ctx.prec) not in self._ruled:
                    value = self.rule(self.values, earlier)
                    self._ruled[earlier, ctx.prec] = self.member(earlier) if value is None else value
        return self._ruled[i, ctx.prec] if i >= 0 else self.member(i)

    def member(self, i: int) -> Any:
        """The freely chosen value at i."""
        if i not in self.drawn:
            self.drawn[i] = self.free(self.values, i)
        return self.drawn[i]

    def rebound(self, values: list[Any]) -> Lazy:
        """The same choices over the values of another point."""
        copy = Lazy(self.free, self.rule, values)
        copy.drawn = {i: value.rebound(values) if isinstance(value, Lazy) else value for i, value in self.drawn.items()}
        return copy

    def __str__(self) -> str:
        listed = ", ".join(f"{i}: {shown(value)}" for i, value in sorted(self.drawn.items())[:12])
        return f"{{{listed}}}" + (", then by its recurrence" if self.rule else "")


def shown(value: Any) -> str:
    """A sampled value as a person reads it."""
    known = fraction(value)
    if known is not None:
        return str(known)
    return f"({', '.join(shown(x) for x in value)})" if isinstance(value, tuple) else str(value)


def normalised(weights: Sequence[Fraction | int]) -> tuple[Any, ...]:
    """The weights divided by their sum."""
    total = sum(weights)
    return tuple(exact(Fraction(weight, 1) / total) for weight in weights)


def simplex_point(rng: random.Random, size: int, shape: str, interior: bool) -> tuple[Any, ...]:
    """A probability vector with exact entries, all positive where `interior`."""
    if shape == "uniform" or size == 1:
        return normalised([1] * size)
    tiny = Fraction(1, 10 ** rng.choice((1, 2, 3, 6, 9, 12, 20, 40)))
    if shape in ("vertex", "near-vertex"):
        rest = tiny if interior or shape == "near-vertex" else Fraction(0)
        weights = [rest] * size
        weights[rng.randrange(size)] = Fraction(1)
        return normalised(weights)
    if shape == "near-uniform":
        return normalised([1 + tiny * rng.randrange(-9, 10) / 10 for _ in range(size)])
    if shape == "heavy-tailed":
        return normalised([Fraction(rng.randrange(1, 10), 10 ** rng.randrange(0, 8)) for _ in range(size)])
    if shape == "outlier":
        return normalised([1] * (size - 1) + [rng.choice((Fraction(1, 1000), Fraction(3, 2), Fraction(1000)))])
    low = 1 if interior else 0
    weights = [Fraction(rng.randrange(low, 30)) for _ in range(size)]
    return normalised(weights if any(weights) else [1] * size)


def family(rng: random.Random, size: int, shape: str, member: Callable[[], Any]) -> tuple[Any, ...] | None:
    """A family of independent members, or of like ones; None if no member could be made."""
    first, second = member(), member()
    if first is None or second is None:
        return None
    if shape == "uniform":
        return (first,) * size
    if shape in ("vertex", "outlier", "near-vertex"):
        items = [first] * size
        if size:
            items[rng.randrange(size)] = second
        return tuple(items)
    if shape == "near-uniform":
        return tuple(rng.choice((first, second)) for _ in range(size))
    items = [member() for _ in range(size)]
    return None if any(item is None for item in items) else tuple(items)


def permutation(rng: random.Random, size: int, shape: str) -> tuple[int, ...]:
    """The identity, the reversal, a transposition, a rotation, or any permutation of 0 … size − 1."""
    items = list(range(size))
    match shape:
        case "uniform":
            return tuple(items)
        case "vertex":
            return tuple(reversed(items))
        case "near-uniform" if size > 1:
            i, j = rng.sample(items, 2)
            items[i], items[j] = j, i
        case "near-vertex":
            items = items[1:] + items[:1]
        case _:
            rng.shuffle(items)
    return tuple(items)


def regular(rng: random.Random) -> Callable[[list[Any], int], Any]:
    """The members c·rⁱ of a geometric sequence, or c/(i + 1), or c."""
    c, r = Fraction(rng.randrange(1, 9), rng.randrange(1, 4)), Fraction(rng.randrange(1, 5), 5)
    kind = rng.randrange(3)

    def member(values: list[Any], i: int) -> Any:
        if abs(i) > MAX_STEPS:
            raise Undecided(f"member {i} of a sequence is too far out")
        return exact(c * r ** abs(i) if kind == 0 else c / (abs(i) + 1) if kind == 1 else c)

    return member
