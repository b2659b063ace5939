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
from quod.attack.logic import all_of, compile_proposition
from quod.attack.proving import INDEX, conjunction, node_of, proof_of, sentence, shown
from quod.attack.strategies import Choice, Plan, Point
from quod.lang import domains as d
from quod.lang import terms as t
from quod.lang.binding import fresh, substitute
from quod.lang.sorts import INTEGER, REAL, Arrow
from quod.provers import clock

BITS = 174
POINTS, DEEP_POINTS = 40, 2000
"""How many points of each kind are tried."""
BASES = 4
"""Through how many points lines are drawn."""
EMPTY = (2,)
"""The least rank of a point with a size 0."""
ENOUGH = 12
"""Of so many touching points the simplest is shown."""
MAX_MEMBERS = 6
FAMILY = Arrow(INTEGER, REAL)
Values = Mapping[t.Variable, t.Node]


@dataclass
class Seen:
    """What the points tried have shown. touching: where the sides are equal and not both 0, simplest first by `rank`; vanishing: where both
    are 0; least, ratio: where the sides come nearest; bases: points of closed terms.
    """

    touching: tuple[Point, Any] | None = None
    rank: tuple[int, ...] = (3,)
    touched: int = 0
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
    if seen.touching is not None and seen.rank < EMPTY:
        witness = seen.touching[0].shown(plan.variables)
        return Answer("sharp", f"attained at {sentence(witness)}: both sides are {seen.touching[1]}, in exact arithmetic", witness)
    for values in [*bases, *(seen.bases or ())][: BASES * (4 if deep else 1)]:
        answer = _on_lines(plan, bound, values, stop)
        if answer is not None:
            return answer
    return _nearest(plan, bound, seen, trivial or _degenerate(plan, seen))


def _degenerate(plan: Plan, seen: Seen) -> Answer | None:
    """Touched only where a size is 0, or where both sides are."""
    point = seen.touching[0] if seen.touching is not None else seen.vanishing
    if point is None:
        return None
    witness = point.shown(plan.variables)
    why = "where a size is 0" if seen.touching is not None else "where both sides are 0"
    return Answer("attained", f"attained at {sentence(witness)}, in exact arithmetic, {why}", witness)


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
    what = "both sides are 0 there" if trivial else "both sides are equal there"
    return Answer("sharp", f"attained at {sentence(witness)}: {what}, which is proved ({method})", witness, trivial)


def _hypotheses(plan: Plan) -> tuple[t.Node, ...]:
    return (*plan.constructed, *plan.tested)


def _on_lines(plan: Plan, bound: Inequality, values: Values, stop: float) -> Answer | None:
    """The bound is sharp on a line through a point; None if that is not shown for any."""
    for line, _ in lines(plan, bound, values):
        if clock.now() > stop:
            return None
        answer = along(line, [], stop, whole=False)
        if answer.outcome in ("sharp", "refuted") and not answer.trivial:
            fixed = shown({variable.name: node for variable, node in line.fixed.items()})
            return Answer(answer.outcome, f"on the line {sentence(fixed)}: {answer.how}", {**fixed, **(answer.witness or {})})
    return None


def lines(plan: Plan, bound: Inequality, values: Values) -> Iterator[tuple[Line, Any]]:
    """(line, value of its variable at the point) for the lines through a point along which one real, or one member, or all are free."""
    if len(values) < len(plan.variables):
        return
    for parameter in plan.parameters:
        variable = parameter.variable
        if variable.sort == REAL:
            yield _line(plan, bound, variable, {v: node for v, node in values.items() if v is not variable}), value_at(values[variable])
        elif variable.sort == FAMILY and isinstance(parameter.domain, d.Family):
            free = fresh(f"{variable.name}_0", REAL, frozenset(plan.variables))
            for family, before in _with_member(plan, parameter.domain, values, variable, free):
                yield _line(plan, bound, free, {**values, variable: family}), before


def _line(plan: Plan, bound: Inequality, free: t.Variable, fixed: Values) -> Line:
    hypotheses = tuple(substitute(h, fixed) for h in _hypotheses(plan))
    sides = substitute(bound.lower, fixed), substitute(bound.upper, fixed)
    return Line(free, hypotheses, Inequality(*sides, bound.strict), fixed)


def _with_member(plan: Plan, domain: d.Family, values: Values, family: t.Variable, free: t.Variable) -> Iterator[tuple[t.Node, Any]]:
    """(the family with a free member 0, its value before), and with all members free; in a simplex member 1 makes up for member 0."""
    try:
        numbers = [value_at(values[v]) if not isinstance(v.sort, Arrow) else None for v in plan.variables]
        given = value_at(values[family])
        items = [fraction(given(i)) for i in range(min(plan._size(domain.size, numbers), MAX_MEMBERS + 1))]
    except Undecided:
        return
    known = [item for item in items if item is not None]
    simplex = isinstance(domain, d.Simplex)
    if len(known) < max(len(items), 1 + simplex) or len(known) > MAX_MEMBERS:
        return
    if not simplex and len(known) > 1:
        yield t.Lambda(INTEGER, free), exact(known[0])
    if simplex:
        rest = t.Add((t.Number(known[0] + known[1]), t.Mul((t.Number(-1), free))))
        yield _listed([free, rest, *map(t.Number, known[2:])]), exact(known[0])
    else:
        yield _listed([free, *map(t.Number, known[1:])]), exact(known[0])


def _listed(items: list[t.Node]) -> t.Lambda:
    """The family of those members; beyond them the last one is repeated."""
    body = items[-1]
    for position, item in reversed(list(enumerate(items[:-1]))):
        body = body if item is body else t.IfThenElse(t.Compare("=", INDEX, t.Number(position)), item, body)
    return t.Lambda(INTEGER, body)


def _sampled(plan: Plan, bound: Inequality, seed: int, stop: float, count: int) -> Seen:
    """Tries corners, touching points and notable points, and random ones."""
    seen, court = Seen(bases=[]), Court(plan, BITS)
    sides = compile_terms((bound.lower, bound.upper), plan.variables)
    for point in _points(plan, seed, count):
        if seen.touched >= ENOUGH or seen.false is not None or clock.now() > stop:
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
    elif fraction(lower) is not None and equal(lower, upper) and not bound.strict and _is_inside(plan, point):
        if lower != 0 or bound.constant:
            seen.touched += 1
            rank = _rank(plan, point)
            if rank < seen.rank:
                seen.touching, seen.rank = (point, lower), rank
        seen.vanishing = seen.vanishing or point
    slack = arb(upper - lower)
    if seen.least is None or slack < seen.least[0]:
        seen.least = slack, point
    sizes = [value for parameter, value in zip(plan.parameters, point.values, strict=True) if parameter.is_size]
    if upper > 0 and 0 not in sizes and (seen.ratio is None or arb(lower) / arb(upper) > seen.ratio[0]):
        seen.ratio = arb(lower) / arb(upper), point
    if seen.bases is not None and len(seen.bases) < BASES:
        nodes = [node_of(value) for value in point.values]
        known = {variable: node for variable, node in zip(plan.variables, nodes, strict=True) if node is not None}
        if len(known) == len(plan.variables):
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


def _nearest(plan: Plan, bound: Inequality, seen: Seen, trivial: Answer | None) -> Answer:
    """What the points tried have shown of a bound that is not shown to be sharp."""
    reached = ""
    if seen.ratio is not None and not bound.constant:
        most, where = _decimal(arb(seen.ratio[0].lower()), -1), sentence(seen.ratio[1].shown(plan.variables))
        reached = f"the left side reaches {most} of the right one, at {where}"
    if trivial is not None:
        return Answer("attained", trivial.how + (f"; elsewhere {reached}" if reached else ""), trivial.witness)
    if seen.least is None:
        return Answer("undecided", "its sides could not be evaluated at any point tried")
    if reached and seen.ratio is not None:
        return Answer("undecided", f"lower enclosure only: {reached}", seen.ratio[1].shown(plan.variables))
    witness = seen.least[1].shown(plan.variables)
    least = _decimal(arb(seen.least[0].upper()), 1)
    return Answer("undecided", f"lower enclosure only: the sides come as near as {least}, at {sentence(witness)}", witness)


def _decimal(value: arb, direction: int) -> str:
    return decimal(middle(value) or Fraction(0), direction)
