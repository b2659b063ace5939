"""Points of a claim at which the two sides of a bound are compared: where they meet, and where they come nearest."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from flint import arb

from quod.attack.arithmetic import Outcome, OutOfTime, Undecided, equal, finite, fraction, less, until, working
from quod.attack.confirm import Court
from quod.attack.corners import corners, place
from quod.attack.evaluation import compile_terms
from quod.attack.inequalities import Inequality
from quod.attack.logic import all_of, compile_proposition
from quod.attack.proving import node_of, sentence
from quod.attack.strategies import Choice, Plan, Point
from quod.lang import terms as t
from quod.provers import clock

BITS = 174
EMPTY = (2,)
"""The least rank of a point with a size 0."""
ENOUGH = 12
"""Of so many touching points the simplest is shown."""
BASES = 4
"""How many points of closed terms are kept."""
Values = Mapping[t.Variable, t.Node]


@dataclass
class Seen:
    """What the points tried have shown. touching: where the sides are equal and not both 0, with their value, the simplest by `rank`;
    vanishing: where both are 0; false: a counterexample; least, ratio: where the sides come nearest; bases: points of closed terms.
    """

    touching: tuple[Point, Any] | None = None
    rank: tuple[int, ...] = (3,)
    touched: int = 0
    vanishing: Point | None = None
    false: Point | None = None
    least: tuple[arb, Point] | None = None
    ratio: tuple[arb, Point] | None = None
    bases: list[Values] = field(default_factory=list)


def sampled(plan: Plan, bound: Inequality, seed: int, stop: float, count: int, rounds: int) -> Seen:
    """Tries the corners `rounds` times, then `count` notable points and as many random ones. `stop`: on the clock of the provers."""
    seen, court = Seen(), Court(plan, BITS)
    sides = compile_terms((bound.lower, bound.upper), plan.variables)
    for point in _points(plan, seed, count, rounds):
        if seen.touched >= ENOUGH or seen.false is not None or clock.now() > stop:
            break
        if point is None:
            continue
        try:
            with working(BITS), until(time.monotonic() + max(stop - clock.now(), 0)):
                if court.admits(point, BITS) == Outcome.TRUE:
                    _note(plan, bound, seen, court, point, sides(*point.values))
        except (OutOfTime, Undecided, RecursionError):
            continue
    return seen


def _points(plan: Plan, seed: int, count: int, rounds: int) -> Iterator[Point | None]:
    for turn in range(rounds):
        for corner in corners(plan):
            made = place(plan, corner, seed + turn)
            yield None if made is None else made[0]
    yield from islice(plan.systematic(Choice(seed, 2, "mixed", "normal", 1)), count)
    yield from plan.batch(Choice(seed, 2, "uniform", "normal", 1), count)


def closed(plan: Plan, point: Point) -> Values | None:
    """The values of a point as closed terms; None if one cannot be written so."""
    nodes = [node_of(value) for value in point.values]
    known = {variable: node for variable, node in zip(plan.variables, nodes, strict=True) if node is not None}
    return known if len(known) == len(plan.variables) else None


def _note(plan: Plan, bound: Inequality, seen: Seen, court: Court, point: Point, sides: tuple[Any, Any]) -> None:
    lower, upper = sides
    if not (finite(lower) and finite(upper)):
        return
    if less(upper, lower) and court.violated(point):
        seen.false = point
    elif fraction(lower) is not None and equal(lower, upper) and not bound.strict and _is_inside(plan, point):
        if lower != 0 or bound.constant:
            rank = _rank(plan, point)
            seen.touched += rank < EMPTY
            if rank < seen.rank:
                seen.touching, seen.rank = (point, lower), rank
        seen.vanishing = seen.vanishing or point
    slack = arb(upper - lower)
    if seen.least is None or slack < seen.least[0]:
        seen.least = slack, point
    sizes = [value for parameter, value in zip(plan.parameters, point.values, strict=True) if parameter.is_size]
    if upper > 0 and 0 not in sizes and (seen.ratio is None or arb(lower) / arb(upper) > seen.ratio[0]):
        seen.ratio = arb(lower) / arb(upper), point
    known = closed(plan, point) if len(seen.bases) < BASES else None
    if known is not None:
        seen.bases.append(known)


def _is_inside(plan: Plan, point: Point) -> bool:
    """Whether no hypothesis that the making of the point should have met is seen to fail."""
    plain = [hypothesis for hypothesis in plan.constructed if isinstance(hypothesis, t.Compare)]
    return all_of(compile_proposition(hypothesis, plan.variables)(*point.values) for hypothesis in plain) != Outcome.FALSE


def _rank(plan: Plan, point: Point) -> tuple[int, ...]:
    """Whether the point has a size 0 (2) or 1 (1), how many of its values coincide, and how long it is to write down."""
    sizes = [value for parameter, value in zip(plan.parameters, point.values, strict=True) if parameter.is_size]
    written = point.shown(plan.variables)
    kinds = [(p.variable.sort, written[p.variable.name]) for p in plan.parameters if not p.is_size]
    return 2 if 0 in sizes else int(1 in sizes), len(kinds) - len(set(kinds)), len(sentence(written))
