"""The best constant of a bound along one variable: in closed form where it has one, else enclosed, by proofs that the bound holds with it.

Where the upper side of the bound is a constant this is the supremum of the lower side; where the lower side is one, the infimum of the
upper; else the infimum of upper − lower.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from flint import arb

from quod.attack.approach import approached
from quod.attack.arithmetic import fraction
from quod.attack.confirm import simplest
from quod.attack.lines import Line, Place, decreasing, middle, value_at
from quod.attack.proving import proof_of
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
    witness = {line.variable.name: str(best.x)}
    least = middle(best.least)
    for share in SHARES if least is not None and least > 0 else ():
        proved = simplest((1 - share) * (1 - share / 10) * (least or 0), (1 - share) * (least or 0))
        if _holds(line, t.Number(_constant(line, proved)), stop):
            return "slack", _enclosure(line, proved, best), witness
        if clock.now() > stop:
            break
    return "undecided", f"{_seen(line, best)}; it is not shown that this is the best", witness


def seconds(stop: float) -> float:
    """The CPU seconds left until a reading of the provers' clock."""
    return max(stop - clock.now(), LEAST_SECONDS)


def _holds(line: Line, constant: t.Node, stop: float) -> bool:
    """Whether the bound is proved with another constant."""
    match line.bound.constant:
        case "upper":
            stronger = t.Compare("<=", line.bound.lower, constant)
        case "lower":
            stronger = t.Compare("<=", constant, line.bound.upper)
        case _:
            stronger = t.Compare("<=", t.Add((line.bound.lower, constant)), line.bound.upper)
    statement: t.Node = stronger
    for hypothesis in reversed(line.hypotheses):
        statement = t.Implies(hypothesis, statement)
    return proof_of(t.ForAll(abstract(line.variable, statement)), seconds(stop)) is not None


def _slack(line: Line, constant: t.Node) -> t.Node:
    """The least slack of the bound, from its best constant."""
    match line.bound.constant:
        case "upper":
            return t.Add((line.bound.upper, t.Mul((MINUS, constant))))
        case "lower":
            return t.Add((constant, t.Mul((MINUS, line.bound.lower))))
        case _:
            return constant


def _constant(line: Line, slack: Fraction) -> Fraction:
    """The constant that is `slack` better than the bound's own; irrational ones to 200 digits, which is enough to be shown."""
    match line.bound.constant:
        case "upper":
            return (middle(arb(value_at(line.bound.upper))) or Fraction(0)) - slack
        case "lower":
            return (middle(arb(value_at(line.bound.lower))) or Fraction(0)) + slack
        case _:
            return slack


def _attained(line: Line, place: Place, stop: float) -> tuple[str, dict[str, str]] | None:
    """The best constant as a value at a place with a closed form."""
    x = line.variable
    for node in forms(place.x, TOLERANCE):
        if not line.inside(value_at(node)):
            continue
        lower, upper = (substitute(side, {x: node}) for side in (line.bound.lower, line.bound.upper))
        constant = {"upper": lower, "lower": upper}.get(line.bound.constant) or t.Add((upper, t.Mul((MINUS, lower))))
        if _holds(line, constant, stop):
            where = to_text(node)
            return f"{_value(line, constant)}, attained at {x.name} = {where}", {x.name: where}
    return None


def _limit(line: Line, edge: str, stop: float) -> tuple[str, dict[str, str]] | None:
    """The best constant as a limit with a closed form."""
    values = decreasing(line, edge)
    last = middle(values[-1][1]) if values else None
    if last is None or last <= 0:
        return None
    for constant in forms(_constant(line, last), LIMIT_TOLERANCE):
        how = approached(line, edge, _slack(line, constant), seconds(stop)) if _holds(line, constant, stop) else None
        if how is not None:
            return f"{_value(line, constant)}, {how}", {}
    return None


def _value(line: Line, constant: t.Node) -> str:
    return f"slack: {NAMES[line.bound.constant]} is {_digits(constant)}"


def _digits(node: t.Node) -> str:
    """A closed term: exact where it is a short rational, else with its first digits."""
    value = value_at(node)
    known = fraction(value)
    if known is not None and len(str(known)) <= 12:
        return str(known)
    shown = decimal(known if known is not None else middle(value) or Fraction(0), 0)
    return shown if known is not None else f"{to_text(node)} = {shown}"


def _enclosure(line: Line, proved: Fraction, best: Place) -> str:
    """Both ends of what is known of the best constant."""
    ends = sorted(_constant(line, slack) for slack in (proved, _over(best.least)))
    between = f"{decimal(ends[0], -1)} and {decimal(ends[1], 1)}"
    where = f"{line.variable.name} = {about(best.x)}"
    return f"slack: {NAMES[line.bound.constant]} lies between {between}, the one proved, the other taken at {where}"


def _seen(line: Line, best: Place) -> str:
    value, where = _constant(line, _over(best.least)), f"at {line.variable.name} = {about(best.x)}"
    side = {"upper": ("sup is at least", -1), "lower": ("inf is at most", 1)}.get(line.bound.constant, ("the sides come as near as", 1))
    return f"lower enclosure only: {side[0]} {decimal(value, side[1])}, {where}"


def _over(value: arb) -> Fraction:
    """A rational at or above every number in a ball."""
    return middle(arb(value.upper())) or Fraction(0)


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
