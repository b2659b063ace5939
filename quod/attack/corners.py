"""Points at the edge of a claim's domain: the smallest sizes, closed ends, equal values, vertices of the simplex, empty families.

A corner says of some variables what value they take, given the values of those before; the others are drawn as in fuzzing.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from quod.attack.arithmetic import exact, fraction, index
from quod.attack.families import Members, shown
from quod.attack.guards import range_of
from quod.attack.scalars import Range
from quod.attack.strategies import Choice, Parameter, Plan, Point
from quod.lang import domains as d
from quod.lang.sorts import INTEGER, REAL, VECTOR

Prefer = Callable[[Plan, Parameter, list[Any]], Any]
"""The value that a corner gives to a variable after the values of the earlier ones; None: any."""


@dataclass(frozen=True, slots=True)
class Corner:
    """`subject`: in words, with the variables that it sets; `size` and `shape`: how families are drawn that it does not set."""

    subject: str
    prefer: Prefer
    size: int = 2
    shape: str = "mixed"


def corners(plan: Plan) -> Iterator[Corner]:
    """The corners that the claim's domain has, each once."""
    sizes = [p for p in plan.parameters if p.is_size]
    numbers = [p for p in plan.parameters if p.variable.sort in (REAL, INTEGER) and not p.is_size]
    families = [p for p in plan.parameters if isinstance(p.domain, d.Family) and p.running is None]
    vectors = [p for p in plan.parameters if p.variable.sort == VECTOR]
    if sizes:
        yield Corner("smallest sizes", lambda plan, p, values: _least_size(p, values, 0), 1, "uniform")
        yield Corner("next smallest sizes", lambda plan, p, values: _least_size(p, values, 1), 2)
    for parameter in numbers:
        for side in ("lower", "upper"):
            yield Corner(f"{parameter.variable.name} at its closed {side} end", _end(parameter, side))
    if len(numbers) > 1:
        yield Corner("all numbers at their closed lower ends", lambda plan, p, values: _at_end(p, values, "lower"))
        yield Corner("equal numbers", _equal_number)
    if families:
        yield Corner("equal members", lambda plan, p, values: _members(plan, p, values, _level), 3)
        yield Corner("members at the end of their range", lambda plan, p, values: _members(plan, p, values, _lowest), 2)
        yield Corner("one member at the end of its range", lambda plan, p, values: _members(plan, p, values, _one_low), 3)
        yield Corner("one vertex for all", lambda plan, p, values: _vertex(plan, p, values, 0), 3)
    if len(families) > 1:
        yield Corner("a vertex each", lambda plan, p, values: _vertex(plan, p, values, families.index(p) if p in families else 0), 3)
        yield Corner("equal families", _equal_family, 3)
    if vectors:
        yield Corner("zero vectors", lambda plan, p, values: (0,) * _dimension(values) if p.variable.sort == VECTOR else None)
        yield Corner("equal vectors", _equal_vector)


def place(plan: Plan, corner: Corner, seed: int) -> tuple[Point, dict[str, str]] | None:
    """A point in the corner, and the values that the corner set; None if there is none, or the corner sets nothing."""
    rng, point, chosen = random.Random(seed), Point([]), {}
    point.values = [None] * len(plan.parameters)
    choice = Choice(seed, corner.size, corner.shape, "normal", 1)
    for position, parameter in enumerate(plan.parameters):
        value = corner.prefer(plan, parameter, point.values[:position])
        if value is not None:
            chosen[parameter.variable.name] = shown(value)
        else:
            value = plan._value(rng, choice, position, point)
        if value is None:
            return None
        point.values[position] = value
    return (point, chosen) if chosen else None


def _part(parameter: Parameter, values: Sequence[Any]) -> Range | None:
    """Where the variable may lie; None where an equation fixes it."""
    part, demanded = range_of(parameter.variable, parameter.bounds, values)
    return None if demanded else part


def _least_size(parameter: Parameter, values: Sequence[Any], more: int) -> int | None:
    part = _part(parameter, values) if parameter.is_size else None
    if part is None:
        return None
    least = Fraction(0) if part.lower is None else part.lower
    value = Fraction(-(-least.numerator // least.denominator)) + (part.open_lower and least.denominator == 1) + more
    return int(value) if part.contains(value) else None


def _end(wanted: Parameter, side: str) -> Prefer:
    return lambda plan, parameter, values: _at_end(parameter, values, side) if parameter is wanted else None


def _at_end(parameter: Parameter, values: Sequence[Any], side: str) -> Any:
    part = _part(parameter, values) if parameter.variable.sort in (REAL, INTEGER) else None
    end = None if part is None else part.lower if side == "lower" else part.upper
    return exact(end) if part is not None and end is not None and part.contains(end) else None


def _equal_number(plan: Plan, parameter: Parameter, values: Sequence[Any]) -> Any:
    """The value of the first number before it, or else a simple one."""
    part = _part(parameter, values) if parameter.variable.sort in (REAL, INTEGER) and not parameter.is_size else None
    if part is None:
        return None
    before = [fraction(v) for v, p in zip(values, plan.parameters, strict=False) if p.variable.sort in (REAL, INTEGER) and not p.is_size]
    wanted = [x for x in (*before[:1], Fraction(1), Fraction(1, 2), Fraction(2), Fraction(3)) if x is not None and part.contains(x)]
    return exact(wanted[0]) if wanted else None


def _members(plan: Plan, parameter: Parameter, values: list[Any], make: Callable[[d.Family, int], list[Fraction] | None]) -> Members | None:
    if not isinstance(parameter.domain, d.Family) or parameter.running is not None:
        return None
    items = make(parameter.domain, index(plan._size(parameter.domain.size, values)))
    return None if items is None else Members([exact(item) for item in items], 5)


def _level(domain: d.Family, n: int) -> list[Fraction] | None:
    if isinstance(domain, d.Simplex):
        return [Fraction(1, n)] * n if n else None
    part = _literal(domain.target)
    found = None if part is None else next((x for x in (Fraction(1), Fraction(0), Fraction(1, 2), Fraction(2)) if part.contains(x)), None)
    return None if found is None else [found] * n


def _lowest(domain: d.Family, n: int) -> list[Fraction] | None:
    part = None if isinstance(domain, d.Simplex) else _literal(domain.target)
    if part is None or part.lower is None or part.open_lower or not n:
        return None
    return [part.lower] * n


def _one_low(domain: d.Family, n: int) -> list[Fraction] | None:
    if isinstance(domain, d.Simplex):
        return [Fraction(0), *[Fraction(1, n - 1)] * (n - 1)] if n > 1 and not domain.interior else None
    low, level = _lowest(domain, n), _level(domain, n)
    return None if low is None or level is None or low == level else [low[0], *level[1:]]


def _vertex(plan: Plan, parameter: Parameter, values: list[Any], where: int) -> Members | None:
    """The vertex of the simplex with 1 at that place; the unit vector where members may be 0 and 1."""

    def make(domain: d.Family, n: int) -> list[Fraction] | None:
        part = _literal(domain.target)
        inside = part is not None and part.contains(Fraction(0)) and part.contains(Fraction(1))
        return [Fraction(i == where % n) for i in range(n)] if inside and n else None

    return _members(plan, parameter, values, make)


def _equal_family(plan: Plan, parameter: Parameter, values: list[Any]) -> Members | None:
    """The first family of the same length, if its members lie in the range."""
    if not isinstance(parameter.domain, d.Family) or parameter.running is not None:
        return None
    n, part = index(plan._size(parameter.domain.size, values)), _literal(parameter.domain.target)
    for value in values:
        if isinstance(value, Members) and len(value.items) == n and part is not None:
            known = [item for item in map(fraction, value.items) if item is not None and part.contains(item)]
            fits = len(known) == n and (sum(known) == 1 or not isinstance(parameter.domain, d.Simplex))
            return value if fits else None
    return None


def _literal(domain: d.Domain) -> Range | None:
    """The range between literal bounds of members that are numbers; None if a bound is no literal."""
    if not isinstance(domain, d.Interval):
        return None
    part = Range(integer=domain.sort == INTEGER)
    if domain.lower is not None:
        if not isinstance(domain.lower, int | Fraction):
            return None
        part = part.above(Fraction(domain.lower), domain.closed not in ("both", "left"))
    if domain.upper is not None:
        if not isinstance(domain.upper, int | Fraction):
            return None
        part = part.below(Fraction(domain.upper), domain.closed not in ("both", "right"))
    return part


def _dimension(values: Sequence[Any]) -> int:
    return next((len(value) for value in values if isinstance(value, tuple)), 1)


def _equal_vector(plan: Plan, parameter: Parameter, values: Sequence[Any]) -> Any:
    before = [value for value in values if isinstance(value, tuple)]
    return before[0] if parameter.variable.sort == VECTOR and before else None
