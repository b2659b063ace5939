"""The best constant of a bound: in closed form where it has one, else enclosed, by proofs that the bound holds with it.

Where the upper side of the bound is a constant this is the supremum of the lower side; where the lower side is one, the infimum of the
upper; else the infimum of upper − lower.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from flint import arb

from quod.attack.approach import approached
from quod.attack.arithmetic import fraction
from quod.attack.confirm import simplest
from quod.attack.inequalities import Inequality
from quod.attack.lines import Line, Place, decreasing, middle, value_at
from quod.attack.proving import proof_of, sentence
from quod.attack.recognition import forms
from quod.lang import terms as t
from quod.lang.binding import abstract, substitute
from quod.lang.text import to_text
from quod.provers import clock

TOLERANCE, LIMIT_TOLERANCE = Fraction(1, 10**13), Fraction(1, 10**9)
"""How well the place of a minimum is known, and a limit, relative to 1."""
SHARES = (Fraction(1, 10**6), Fraction(1, 10**3), Fraction(1, 10), Fraction(1, 2))
"""By how much less than the least slack seen the slack is shown to be, where the best constant has no closed form."""
LEAST_SECONDS = 0.02
MINUS = t.Number(-1)
NAMES = {"upper": "sup", "lower": "inf", "": "the least difference of the sides"}


def improved(line: Line, places: list[Place], stop: float) -> tuple[str, str, dict[str, str]]:
    """(outcome, how, witness) for a bound that is neither touched nor approached: "slack" with the best constant, or "undecided"."""
    for place in places:
        found = _attained(line, place, stop) if not place.edge else _limit(line, place.edge, stop)
        if found is not None:
            return "slack", *found
    best = places[0]
    where = f"{line.variable.name} = {about(best.x)}"
    return *enclosed(line.bound, (line.variable,), line.hypotheses, best.least, where, stop), {line.variable.name: str(best.x)}


def enclosed(
    bound: Inequality, variables: Sequence[t.Variable], hypotheses: Sequence[t.Node], least: arb, where: str, stop: float
) -> tuple[str, str]:
    """(outcome, how) from the least slack seen: "slack" where a little less is proved to be left everywhere, else "undecided"."""
    slack = middle(least) or Fraction(0)
    for share in SHARES if slack > 0 else ():
        proved = simplest((1 - share) * (1 - share / 10) * slack, (1 - share) * slack)
        if holds(bound, variables, hypotheses, t.Number(_constant(bound, proved)), stop):
            ends = sorted(_constant(bound, known) for known in (proved, _over(least)))
            between = f"{decimal(ends[0], -1)} and {decimal(ends[1], 1)}"
            return "slack", f"slack: {NAMES[bound.constant]} lies between {between}, the one proved, the other taken at {where}"
        if clock.now() > stop:
            break
    side = {"upper": ("sup is at least", -1), "lower": ("inf is at most", 1)}.get(bound.constant, ("the sides come as near as", 1))
    seen = f"lower enclosure only: {side[0]} {decimal(_constant(bound, _over(least)), side[1])}, at {where}"
    return "undecided", f"{seen}; it is not shown that this is the best"


def seconds(stop: float) -> float:
    """The CPU seconds left until a reading of the provers' clock."""
    return max(stop - clock.now(), LEAST_SECONDS)


def holds(bound: Inequality, variables: Sequence[t.Variable], hypotheses: Sequence[t.Node], constant: t.Node, stop: float) -> bool:
    """Whether the bound is proved with another constant, for all values of the variables that meet the hypotheses."""
    match bound.constant:
        case "upper":
            statement: t.Node = t.Compare("<=", bound.lower, constant)
        case "lower":
            statement = t.Compare("<=", constant, bound.upper)
        case _:
            statement = t.Compare("<=", t.Add((bound.lower, constant)), bound.upper)
    for hypothesis in reversed(hypotheses):
        statement = t.Implies(hypothesis, statement)
    for variable in reversed(variables):
        statement = t.ForAll(abstract(variable, statement))
    return proof_of(statement, seconds(stop)) is not None


def constant_at(bound: Inequality, values: Mapping[t.Variable, t.Node]) -> t.Node:
    """The constant with which the bound would be touched at a point of closed terms."""
    lower, upper = substitute(bound.lower, values), substitute(bound.upper, values)
    return {"upper": lower, "lower": upper}.get(bound.constant) or t.Add((upper, t.Mul((MINUS, lower))))


def _slack(bound: Inequality, constant: t.Node) -> t.Node:
    """The least slack of the bound, from its best constant."""
    match bound.constant:
        case "upper":
            return t.Add((bound.upper, t.Mul((MINUS, constant))))
        case "lower":
            return t.Add((constant, t.Mul((MINUS, bound.lower))))
        case _:
            return constant


def _constant(bound: Inequality, slack: Fraction) -> Fraction:
    """The constant that is `slack` better than the bound's own; irrational ones to 200 digits, which is enough to be shown."""
    match bound.constant:
        case "upper":
            return (middle(arb(value_at(bound.upper))) or Fraction(0)) - slack
        case "lower":
            return (middle(arb(value_at(bound.lower))) or Fraction(0)) + slack
        case _:
            return slack


def _attained(line: Line, place: Place, stop: float) -> tuple[str, dict[str, str]] | None:
    """The best constant as a value at a place with a closed form."""
    for node in forms(place.x, TOLERANCE):
        if not line.inside(value_at(node)):
            continue
        constant = constant_at(line.bound, {line.variable: node})
        if holds(line.bound, (line.variable,), line.hypotheses, constant, stop):
            witness = {line.variable.name: to_text(node)}
            return f"{best_text(line.bound, constant)}, attained at {sentence(witness)}", witness
    return None


def _limit(line: Line, edge: str, stop: float) -> tuple[str, dict[str, str]] | None:
    """The best constant as a limit with a closed form."""
    values = decreasing(line, edge)
    last = middle(values[-1][1]) if values else None
    if last is None or last <= 0:
        return None
    for constant in forms(_constant(line.bound, last), LIMIT_TOLERANCE):
        if holds(line.bound, (line.variable,), line.hypotheses, constant, stop):
            how = approached(line, edge, _slack(line.bound, constant), seconds(stop))
            if how is not None:
                return f"{best_text(line.bound, constant)}, {how}", {}
    return None


def best_text(bound: Inequality, constant: t.Node) -> str:
    """The best constant in words."""
    return f"slack: {NAMES[bound.constant]} is {_digits(constant)}"


def _digits(node: t.Node) -> str:
    """A closed term: exact where it is a short rational, else with its first digits."""
    value = value_at(node)
    known = fraction(value)
    if known is not None and len(str(known)) <= 12:
        return str(known)
    shown = decimal(known if known is not None else middle(value) or Fraction(0), 0)
    return shown if known is not None else f"{to_text(node)} = {shown}"


def _over(value: arb) -> Fraction:
    """A rational at or above every number in a ball that is not negative."""
    found = middle(arb(value.upper()))
    if found is not None:
        return found
    return Fraction(1, 2**4000) if value < 1 else Fraction(2**4100)


def decimal(x: Fraction, direction: int) -> str:
    """Ten significant digits: cut, with a sign that it goes on (direction 0), or rounded down (−1) or up (1)."""
    size = len(str(abs(x.numerator))) - len(str(x.denominator))
    steps = x / Fraction(10) ** (size - 10)
    whole = steps.__trunc__() if direction == 0 else steps.__floor__() if direction < 0 else steps.__ceil__()
    shown = Decimal(whole).scaleb(size - 10).normalize()
    text = (f"{shown:f}" if -7 < size < 12 else f"{shown:E}").replace("-", "−")
    return f"{text}…" if direction == 0 and whole != steps else text


def about(x: Fraction) -> str:
    """A number in few characters."""
    return str(x) if len(str(x)) <= 12 else decimal(x, 0)
