"""Approach to a limit, proved by a majorant: near the end of the domain the slack is at most the limit and a function that tends to 0."""

from __future__ import annotations

from fractions import Fraction

from flint import arb

from quod.attack.arithmetic import exact
from quod.attack.inequalities import Inequality
from quod.attack.lines import FINE_BITS, Line, decreasing, toward, value_at
from quod.attack.proving import conjunction, proof_of
from quod.lang import terms as t
from quod.lang.binding import abstract
from quod.lang.text import to_text

START = Fraction(4)
"""Approach is shown from ±4 on, or within 1/4 of the end of the domain, or within a quarter of a shorter domain."""
ROOM = 1.2
"""A rate whose ratio to the slack grows by more than this is too fast."""
MINUS = t.Number(-1)


def approached(line: Line, edge: str, limit: t.Node, seconds: float) -> str | None:
    """How it is proved that the slack tends to `limit` at an edge of the domain, in words; None if it is not."""
    at = value_at(limit)
    values = [(x, value - at) for x, value in decreasing(line, edge)]
    if len(values) < 6 or not values[-1][1] < values[2][1] / 2 + arb(2) ** -60:
        return None
    for rate in _rates(line, edge):
        constant = _constant(line, values, rate)
        if constant is None:
            continue
        majorant = rate if constant == 1 else t.Mul((t.Number(constant), rate))
        guards = _guards(line, edge)
        method = _proved(line, limit, majorant, guards, seconds)
        if method is not None:
            where = " and ".join(to_text(guard) for guard in guards)
            what = "slack" if limit is t.Number(0) else "distance from it"
            return f"approached as {line.variable.name} → {_end(line, edge)}: {what} ≤ {to_text(majorant)} for {where} is proved ({method})"
    return None


def _proved(line: Line, limit: t.Node, majorant: t.Node, guards: list[t.Node], seconds: float) -> str | None:
    below = t.Compare("<=", line.bound.upper, t.Add((line.bound.lower, limit, majorant)))
    statement = conjunction([*line.hypotheses, below])
    for guard in reversed(guards):
        statement = t.Implies(guard, statement)
    return proof_of(t.ForAll(abstract(line.variable, statement)), seconds)


def _end(line: Line, edge: str) -> str:
    return edge if edge in ("∞", "−∞") else str(line.part.lower if edge == "left" else line.part.upper)


def _start(line: Line, edge: str) -> Fraction:
    """How far out the majorant begins to hold: as `far` in `toward`."""
    part = line.part
    if edge in ("∞", "−∞"):
        return max([START, *(2 * abs(end) for end in part.ends)])
    return START if part.lower is None or part.upper is None else max(START, START / (part.upper - part.lower))


def _guards(line: Line, edge: str) -> list[t.Node]:
    x, first = line.variable, t.Number(toward(line.part, edge, _start(line, edge)))
    match edge:
        case "∞":
            return [t.Compare("<=", first, x)]
        case "−∞":
            return [t.Compare("<=", x, first)]
        case "left":
            return [t.Compare("<", t.Number(line.part.lower or 0), x), t.Compare("<=", x, first)]
        case _:
            return [t.Compare("<=", first, x), t.Compare("<", x, t.Number(line.part.upper or 0))]


def _near(line: Line, edge: str) -> t.Node:
    """The inverse distance from 0, or the distance from the end."""
    x = line.variable
    match edge:
        case "∞":
            return t.Inverse(x)
        case "−∞":
            return t.Inverse(t.Mul((MINUS, x)))
        case "left":
            return t.Add((x, t.Number(-line.part.lower))) if line.part.lower else x
        case _:
            return t.Add((t.Number(line.part.upper or 0), t.Mul((MINUS, x))))


def _rates(line: Line, edge: str) -> list[t.Node]:
    """Functions that tend to 0 at the edge, the fastest first."""
    near = _near(line, edge)
    far = near.arg if isinstance(near, t.Inverse) else None
    logarithm = t.Mul((MINUS, t.Elementary("log", near))) if far is None else t.Elementary("log", far)
    return [t.Power(near, 2), near, t.Elementary("sqrt", near), t.Inverse(logarithm)]


def _constant(line: Line, values: list[tuple[Fraction, arb]], rate: t.Node) -> Fraction | None:
    """A factor with which the rate lies above the slack at every point evaluated; None if the ratio grows towards the edge."""
    sizes = Line(line.variable, (), Inequality(t.Number(0), rate, False))
    ratios = []
    for x, value in values[1:]:
        size = sizes.slack(exact(x), FINE_BITS)
        if size is not None and size > 0 and (value / size).is_finite():
            ratios.append(float((value / size).upper()))
    half = len(ratios) // 2
    if half < 2:
        return None
    first, last = max(ratios[:half]), max(ratios[half:])
    if last > ROOM * max(first, 1e-30) or max(first, last) > 1e12:
        return None
    return Fraction(max(1, round(1.5 * max(first, last)) + 1))
