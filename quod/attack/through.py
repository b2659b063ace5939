"""Lines through a point of a claim: one real, or one member of a family, or all of them, is free, the rest has its values there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from quod.attack.arithmetic import Undecided, exact, fraction
from quod.attack.inequalities import Inequality
from quod.attack.lines import Line, value_at
from quod.attack.proving import INDEX
from quod.attack.samples import Values
from quod.attack.strategies import Plan
from quod.lang import domains as d
from quod.lang import terms as t
from quod.lang.binding import fresh, substitute
from quod.lang.sorts import INTEGER, REAL, Arrow

MAX_MEMBERS = 6
FAMILY = Arrow(INTEGER, REAL)


def hypotheses_of(plan: Plan) -> tuple[t.Node, ...]:
    """All hypotheses of a plan."""
    return (*plan.constructed, *plan.tested)


def through(plan: Plan, bound: Inequality, values: Values) -> Iterator[tuple[Line, Any]]:
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
    hypotheses = tuple(substitute(h, fixed) for h in hypotheses_of(plan))
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
