"""How sharp a bound in several variables, families or functions is.

A touching point counts if a prover shows it, or if exact arithmetic gives two equal rationals where every hypothesis is decided to hold.
Through points with values that can be written down go lines, along which one variable is free: what is approached on a line is approached.
That a bound could be improved is not shown here: the least slack seen is a lower enclosure only.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from typing import Any

from flint import arb

from quod.attack.along import Answer, along, is_trivial
from quod.attack.arithmetic import Outcome, OutOfTime, Undecided, equal, exact, finite, fraction, less, until, working
from quod.attack.confirm import Court
from quod.attack.constants import decimal, seconds
from quod.attack.corners import corners, place
from quod.attack.evaluation import compile_terms
from quod.attack.inequalities import Inequality
from quod.attack.lines import Line, middle, value_at
from quod.attack.proving import INDEX, conjunction, node_of, proof_of, sentence, shown
from quod.attack.strategies import Choice, Plan, Point
from quod.lang import domains as d
from quod.lang import terms as t
from quod.lang.binding import fresh, instantiate, shift, substitute
from quod.lang.sorts import INTEGER, REAL, Arrow
from quod.provers import clock

BITS = 174
POINTS, DEEP_POINTS = 40, 2000
"""How many points of each kind are tried."""
BASES = 4
"""Through how many points lines are drawn."""
FAMILY = Arrow(INTEGER, REAL)
Values = Mapping[t.Variable, t.Node]


@dataclass
class Seen:
    """What the points tried have shown: `equal` ones with sides that are not both 0, others where both vanish, the nearest, and bases."""

    touching: tuple[Point, Any] | None = None
    vanishing: Point | None = None
    false: Point | None = None
    least: tuple[arb, Point] | None = None
    ratio: tuple[arb, Point] | None = None
    bases: list[Values] | None = None


def several(plan: Plan, bound: Inequality, seed: int, stop: float, *, deep: bool = False) -> Answer:
    """How sharp the bound is, as far as points and lines show. `stop`: on the clock of the provers."""
    trivial: Answer | None = None
    bases: list[Values] = []
    for declared in plan.claim.tight:
        values = {p.variable: declared[p.variable.name] for p in plan.parameters if p.variable.name in declared}
        answer = _touched(plan, bound, values, stop)
        bases.append(values)
        if answer is not None and not answer.trivial:
            return answer
        trivial = trivial or answer
    seen = _sampled(plan, bound, seed, stop, DEEP_POINTS if deep else POINTS)
    if seen.false is not None:
        witness = seen.false.shown(plan.variables)
        return Answer("refuted", f"false at {sentence(witness)}, confirmed in balls", witness)
    if seen.touching is not None:
        witness = seen.touching[0].shown(plan.variables)
        return Answer("sharp", f"attained at {sentence(witness)}: both sides are {seen.touching[1]}, in exact arithmetic", witness)
    for values in [*bases, *(seen.bases or ())][: BASES * (4 if deep else 1)]:
        answer = _on_lines(plan, bound, values, stop)
        if answer is not None:
            return answer
    if trivial is None and seen.vanishing is not None:
        witness = seen.vanishing.shown(plan.variables)
        trivial = Answer("attained", f"attained at {sentence(witness)}, in exact arithmetic", witness)
    return _nearest(plan, bound, seen, trivial)


def _touched(plan: Plan, bound: Inequality, values: Values, stop: float) -> Answer | None:
    """The bound is touched at a point of closed terms: proved. None if not."""
    if bound.strict or len(values) < len(plan.variables):
        return None
    equation = t.Compare("=", substitute(bound.lower, values), substitute(bound.upper, values))
    try:
        sides = [value_at(side) for side in (equation.left, equation.right)]
    except Undecided:
        return None
    if equal(sides[0], sides[1]) is False:
        return None
    method = proof_of(conjunction([*(substitute(h, values) for h in _hypotheses(plan)), equation]), seconds(stop))
    if method is None:
        return None
    witness = shown({variable.name: node for variable, node in values.items()})
    trivial = not bound.constant and all(abs(arb(side)) < arb(2) ** -100 for side in sides)
    trivial = trivial and all(is_trivial(line, arb(x)) for line, x in lines(plan, bound, values))
    return Answer("sharp", f"attained at {sentence(witness)}: both sides are equal there, which is proved ({method})", witness, trivial)


def _hypotheses(plan: Plan) -> tuple[t.Node, ...]:
    return (*plan.constructed, *plan.tested)


def _on_lines(plan: Plan, bound: Inequality, values: Values, stop: float) -> Answer | None:
    """The bound is sharp on a line through a point; None if that is not shown for any."""
    for line, _ in lines(plan, bound, values):
        if clock.now() > stop:
            return None
        answer = along(line, [], stop, whole=False)
        if answer.outcome in ("sharp", "refuted") and not answer.trivial:
            rest = {v.name: node for v, node in values.items() if v.name != line.variable.name.split("[")[0]}
            where = sentence(shown(rest))
            return Answer(answer.outcome, f"on the line {where}: {answer.how}", {**shown(rest), **(answer.witness or {})})
    return None


def lines(plan: Plan, bound: Inequality, values: Values) -> Iterator[tuple[Line, Any]]:
    """(line, value of its variable at the point) for the lines through a point along which one real, or one member, is free."""
    if len(values) < len(plan.variables):
        return
    for parameter in plan.parameters:
        variable = parameter.variable
        if variable.sort == REAL:
            yield _line(plan, bound, variable, values, None), value_at(values[variable])
        elif variable.sort == FAMILY:
            free = fresh(f"{variable.name}[0]", REAL, frozenset(plan.variables))
            family = _with_member(values[variable], free, isinstance(parameter.domain, d.Simplex))
            if family is not None:
                yield _line(plan, bound, free, {**values, variable: family[0]}, free), family[1]


def _line(plan: Plan, bound: Inequality, free: t.Variable, values: Values, made: t.Variable | None) -> Line:
    fixed = {variable: node for variable, node in values.items() if variable is not free or made is not None}
    hypotheses = tuple(substitute(h, fixed) for h in _hypotheses(plan))
    sides = substitute(bound.lower, fixed), substitute(bound.upper, fixed)
    return Line(free, tuple(h for h in hypotheses if free in h.variables), Inequality(*sides, bound.strict))


def _with_member(family: t.Node, free: t.Variable, sums_to_one: bool) -> tuple[t.Lambda, Any] | None:
    """(the family with a free member 0, the value there before); in a simplex member 1 makes up for it."""
    if not isinstance(family, t.Lambda):
        return None
    try:
        first, second = (fraction(value_at(instantiate(family, t.Number(i)))) for i in (0, 1))
    except Undecided:
        return None
    if first is None or (sums_to_one and second is None):
        return None
    body = family.body
    if sums_to_one and second is not None:
        rest = t.Add((t.Number(first + second), t.Mul((t.Number(-1), shift(free, 1)))))
        body = t.IfThenElse(t.Compare("=", INDEX, t.Number(1)), rest, body)
    return t.Lambda(INTEGER, t.IfThenElse(t.Compare("=", INDEX, t.Number(0)), free, body)), exact(first)


def _sampled(plan: Plan, bound: Inequality, seed: int, stop: float, count: int) -> Seen:
    """Tries corners, touching points and notable points, and random ones."""
    seen, court = Seen(bases=[]), Court(plan, BITS)
    sides = compile_terms((bound.lower, bound.upper), plan.variables)
    for point in _points(plan, seed, count):
        if seen.touching is not None or seen.false is not None or clock.now() > stop:
            break
        if point is None:
            continue
        try:
            with working(BITS), until(time.monotonic() + seconds(stop)):
                if court.admits(point, BITS) == Outcome.TRUE:
                    _note(plan, bound, seen, court, point, sides(*point.values))
        except (OutOfTime, Undecided, RecursionError):
            continue
    return seen


def _points(plan: Plan, seed: int, count: int) -> Iterator[Point | None]:
    for corner in corners(plan):
        made = place(plan, corner, seed)
        yield None if made is None else made[0]
    yield from islice(plan.systematic(Choice(seed, 2, "mixed", "normal", 1)), count)
    yield from plan.batch(Choice(seed, 2, "uniform", "normal", 1), count)


def _note(plan: Plan, bound: Inequality, seen: Seen, court: Court, point: Point, sides: tuple[Any, Any]) -> None:
    lower, upper = sides
    if not (finite(lower) and finite(upper)):
        return
    if less(upper, lower) and court.violated(point):
        seen.false = point
    elif fraction(lower) is not None and equal(lower, upper) and not bound.strict:
        if lower != 0 or bound.constant:
            seen.touching = point, lower
        seen.vanishing = seen.vanishing or point
    slack = arb(upper - lower)
    if seen.least is None or slack < seen.least[0]:
        seen.least = slack, point
    if upper > 0 and (seen.ratio is None or arb(lower) / arb(upper) > seen.ratio[0]):
        seen.ratio = arb(lower) / arb(upper), point
    if seen.bases is not None and len(seen.bases) < BASES:
        nodes = [node_of(value) for value in point.values]
        known = {variable: node for variable, node in zip(plan.variables, nodes, strict=True) if node is not None}
        if len(known) == len(plan.variables):
            seen.bases.append(known)


def _nearest(plan: Plan, bound: Inequality, seen: Seen, trivial: Answer | None) -> Answer:
    """What the points tried have shown of a bound that is not shown to be sharp."""
    reached = ""
    if seen.ratio is not None and not bound.constant:
        most, where = _decimal(arb(seen.ratio[0].lower()), -1), sentence(seen.ratio[1].shown(plan.variables))
        reached = f"the left side reaches {most} of the right one, at {where}"
    if trivial is not None:
        return Answer("attained", f"{trivial.how}, where both sides are 0" + (f"; elsewhere {reached}" if reached else ""), trivial.witness)
    if seen.least is None:
        return Answer("undecided", "its sides could not be evaluated at any point tried")
    if reached and seen.ratio is not None:
        return Answer("undecided", f"lower enclosure only: {reached}", seen.ratio[1].shown(plan.variables))
    witness = seen.least[1].shown(plan.variables)
    least = _decimal(arb(seen.least[0].upper()), 1)
    return Answer("undecided", f"lower enclosure only: the sides come as near as {least}, at {sentence(witness)}", witness)


def _decimal(value: arb, direction: int) -> str:
    return decimal(middle(value) or Fraction(0), direction)
