"""How sharp a bound in several variables, families or functions is.

A touching point counts if a prover shows it, or if exact arithmetic gives two equal rationals where every hypothesis is decided to hold.
Through points with values that can be written down go lines, along which one variable is free: what is approached on a line is approached.
That the bound holds with a better constant is tried where all variables are numbers; else the least slack seen is a lower enclosure only.
"""

from __future__ import annotations

from fractions import Fraction

from flint import arb

from quod.attack.along import Answer, along, is_trivial
from quod.attack.arithmetic import Undecided, equal, exact
from quod.attack.borrowing import BORROWING_SECONDS, borrowed_proof
from quod.attack.constants import best_text, constant_at, decimal, enclosed, holds, seconds
from quod.attack.inequalities import Inequality
from quod.attack.lines import middle, survey, value_at
from quod.attack.proving import conjunction, proof_of, sentence, shown
from quod.attack.recognition import nearest_rational
from quod.attack.samples import BASES, EMPTY, Seen, Values, closed, sampled
from quod.attack.strategies import Plan
from quod.attack.through import hypotheses_of, through
from quod.lang import terms as t
from quod.lang.binding import substitute
from quod.provers import clock

POINTS, DEEP_POINTS = 40, 2000
"""How many points of each kind are tried."""
ROUNDS, DEEP_ROUNDS = 12, 40
"""How often the corners are tried, and how often each variable is moved in a search for the least slack."""
VANISHING = arb(2) ** -100


def several(plan: Plan, bound: Inequality, seed: int, stop: float, *, deep: bool = False) -> Answer:
    """How sharp the bound is, as far as points, lines and proofs show. `stop`: on the clock of the provers."""
    trivial: Answer | None = None
    bases: list[Values] = []
    for declared in plan.claim.tight:
        bases.append({p.variable: declared[p.variable.name] for p in plan.parameters if p.variable.name in declared})
        answer = _touched(plan, bound, bases[-1], stop)
        if answer is not None and not answer.trivial:
            return answer
        trivial = trivial or answer
    seen = sampled(plan, bound, seed, stop, DEEP_POINTS if deep else POINTS, DEEP_ROUNDS if deep else ROUNDS)
    if seen.false is not None:
        witness = seen.false.shown(plan.variables)
        return Answer("refuted", f"false at {sentence(witness)}, confirmed in balls", witness)
    if seen.touching is not None and seen.rank < EMPTY:
        witness = seen.touching[0].shown(plan.variables)
        return Answer("sharp", f"attained at {sentence(witness)}: both sides are {seen.touching[1]}, in exact arithmetic", witness)
    for values in [*bases, *seen.bases][: BASES * (4 if deep else 1)]:
        on_line = _on_lines(plan, bound, values, stop)
        if on_line is not None:
            return on_line
    degenerate = trivial or _degenerate(plan, seen)
    better = None if degenerate else _improved(plan, bound, seen, stop)
    return better or _nearest(plan, bound, seen, degenerate)


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
    point = {variable.name: node for variable, node in values.items()}
    statement = conjunction([*(substitute(h, values) for h in hypotheses_of(plan)), equation])
    method = proof_of(statement, seconds(stop)) or borrowed_proof(plan.claim, point, statement, BORROWING_SECONDS)
    if method is None:
        return None
    witness = shown(point)
    trivial = not bound.constant and all(abs(arb(side)) < VANISHING for side in sides)
    trivial = trivial and all(is_trivial(line, arb(x)) for line, x in through(plan, bound, values))
    what = "both sides are 0 there" if trivial else "both sides are equal there"
    return Answer("sharp", f"attained at {sentence(witness)}: {what}, which is proved ({method})", witness, trivial)


def _on_lines(plan: Plan, bound: Inequality, values: Values, stop: float) -> Answer | None:
    """The bound is sharp on a line through a point; None if that is not shown for any."""
    for line, _ in through(plan, bound, values):
        if clock.now() > stop:
            return None
        answer = along(line, [], stop, whole=False)
        if answer.outcome in ("sharp", "refuted") and not answer.trivial:
            fixed = shown({variable.name: node for variable, node in line.fixed.items()})
            return Answer(answer.outcome, f"on the line {sentence(fixed)}: {answer.how}", {**fixed, **(answer.witness or {})})
    return None


def _improved(plan: Plan, bound: Inequality, seen: Seen, stop: float) -> Answer | None:
    """A proof that the bound holds with a better constant, from the least slack that a search over numbers finds; None if there is none."""
    values = closed(plan, seen.least[1]) if seen.least is not None else None
    if values is None or not all(t.is_scalar(variable.sort) for variable in plan.variables):
        return None
    values = _descended(plan, bound, values, stop)
    constant = constant_at(bound, values)
    witness = shown({variable.name: node for variable, node in values.items()})
    if holds(bound, plan.variables, hypotheses_of(plan), constant, stop):
        return Answer("slack", f"{best_text(bound, constant)}, attained at {sentence(witness)}", witness)
    least = arb(value_at(substitute(t.Add((bound.upper, t.Mul((t.Number(-1), bound.lower)))), values)))
    outcome, how = enclosed(bound, plan.variables, hypotheses_of(plan), least, sentence(witness), stop)
    return Answer(outcome, how, witness)


def _descended(plan: Plan, bound: Inequality, values: Values, stop: float) -> Values:
    """A point with less slack, each real moved in turn to the least on its line; simple rationals where they are as good."""
    for _ in range(ROUNDS):
        before = values
        for line, x in through(plan, bound, values):
            place = next((place for place in survey(line, stop) if line.inside(exact(place.x))), None)
            here = line.slack(x)
            if place is None or here is None or not place.least < here or clock.now() > stop:
                continue
            simple = nearest_rational(place.x)
            better = line.slack(exact(simple)) if line.inside(exact(simple)) else None
            kept = simple if better is not None and not better > place.least + VANISHING**0.5 else place.x
            values = {**values, line.variable: t.Number(kept)}
        if values == before:
            break
    return values


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
