"""How sharp a bound is along one real variable: where it is touched, where it is approached, or how far it can be improved.

Nothing numerical counts by itself. "Touched" is an equation between closed terms that is proved. "Approached" is a proof that near the
end of the domain the slack stays below a function that tends to 0 there, such as 2/x. "Slack" is a proof that the bound holds with less.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from flint import arb

from quod.attack.approach import approached
from quod.attack.arithmetic import exact
from quod.attack.constants import TOLERANCE, about, improved, seconds
from quod.attack.inequalities import ratio
from quod.attack.lines import FINE_BITS, Line, Place, survey, value_at
from quod.attack.proving import conjunction, proof_of, sentence
from quod.attack.recognition import forms
from quod.attack.second_reading import SecondReading, Truth
from quod.lang import terms as t
from quod.lang.text import to_text

TINY = arb(2) ** -30
"""A minimum of the slack below this may be a touching point."""
NEXT = arb(2) ** -24
"""How near to a point its surroundings are."""
EQUAL = arb(2) ** (-FINE_BITS // 2)
ZERO = t.Number(0)


@dataclass(frozen=True, slots=True)
class Answer:
    """`outcome` as in findings; `how`: "attained at x = 0: …"; `witness`: the point; `trivial`: the sides meet because both are 0 there."""

    outcome: str
    how: str
    witness: Mapping[str, str] | None = None
    trivial: bool = False


def along(line: Line, tight: list[t.Node], stop: float, *, whole: bool = True) -> Answer:
    """How sharp the bound is on its line. `tight`: touching points to try first; `stop`: on the clock of the provers.

    `whole`: the line is all of the claim's domain; if not, that the bound can be improved on it says nothing, and is "undecided".
    """
    answers = [answer for node in tight if (answer := touched(line, node, stop)) is not None]
    places = survey(line, stop) if not any(not answer.trivial for answer in answers) else []
    for node in _candidates(line, places) if places else ():
        answer = touched(line, node, stop)
        if answer is not None:
            answers.append(answer)
            if not answer.trivial:
                break
    if answers:
        best = min(answers, key=lambda answer: answer.trivial)
        return by_ratio(line, best, stop, whole=whole) if best.trivial else best
    if not places:
        return Answer("undecided", "its sides could not be evaluated at any point of the domain")
    false = next((place for place in places if is_violated(line, place.x)), None)
    if false is not None:
        witness = {line.variable.name: str(false.x)}
        return Answer("refuted", f"false at {line.variable.name} = {about(false.x)}, by evaluation in balls", witness)
    for place in places:
        how = approached(line, place.edge, ZERO, seconds(stop)) if place.edge and place.least < 1 else None
        if how is not None:
            return Answer("sharp", how)
    return Answer(*improved(line, places, stop)) if whole else Answer("undecided", "neither touched nor approached on this line")


def is_violated(line: Line, x: Fraction) -> bool:
    """Whether balls show the hypotheses to hold at a rational point and the bound to fail, and a second reading does not object."""
    slack = line.slack(exact(x), FINE_BITS) if line.inside(exact(x), FINE_BITS) else None
    fails = slack is not None and bool(slack < 0 or (line.bound.strict and slack == 0))
    if not fails:
        return False
    statement = t.Compare("<" if line.bound.strict else "<=", line.bound.lower, line.bound.upper)
    said = [SecondReading(proposition, (line.variable,)).judge([exact(x)], FINE_BITS) for proposition in (*line.hypotheses, statement)]
    return said[-1] in (Truth.FALSE, Truth.UNREAD) and all(truth in (Truth.TRUE, Truth.UNREAD) for truth in said[:-1])


def by_ratio(line: Line, trivial: Answer, stop: float, *, whole: bool = True) -> Answer:
    """Where the sides meet only because both vanish: how sharp the bound on their ratio is."""
    bound, positive = ratio(line.bound)
    answer = along(Line(line.variable, (*line.hypotheses, positive), bound), [], stop, whole=whole)
    where = sentence(trivial.witness or {})
    if answer.trivial or answer.outcome == "undecided":
        return Answer("attained", f"{trivial.how}; both sides are 0 there; their ratio: {answer.how}", trivial.witness, True)
    how = f"the sides meet at {where}, where both are 0; their ratio: {answer.how}"
    return Answer(answer.outcome, how, answer.witness or trivial.witness)


def _candidates(line: Line, places: list[Place]) -> Iterator[t.Node]:
    """Closed terms where the bound may be touched: closed ends, 0, 1, and forms of the places where the slack is tiny."""
    ends = [t.Number(x) for x in (*line.part.ends, Fraction(0), Fraction(1)) if line.part.contains(x)]
    yield from dict.fromkeys(ends)
    for place in places:
        if not place.edge and place.least < TINY:
            yield from (form for form in forms(place.x, TOLERANCE) if form not in ends)


def touched(line: Line, node: t.Node, stop: float) -> Answer | None:
    """The bound is touched at a closed term: proved, after a look in balls. None if not."""
    x = value_at(node)
    sides = None if line.bound.strict else line.sides(x, FINE_BITS)
    if sides is None or not abs(sides[1] - sides[0]) < EQUAL:
        return None
    hypotheses, equation = line.at(node)
    method = proof_of(conjunction([*hypotheses, equation]), seconds(stop))
    if method is None:
        return None
    witness = {line.variable.name: to_text(node)}
    how = f"attained at {sentence(witness)}: {to_text(equation)} is proved ({method})"
    return Answer("sharp", how, witness, all(abs(side) < EQUAL for side in sides) and is_trivial(line, arb(x)))


def is_trivial(line: Line, x: arb) -> bool:
    """Whether both sides vary, and next to x, where they vanish, they do not come near each other for their size."""
    if line.bound.constant:
        return False
    for step in (NEXT, -NEXT):
        sides = line.sides(x + step, FINE_BITS) if line.inside(x + step, FINE_BITS) else None
        if sides is not None and sides[1] - sides[0] < abs(sides[1]) / 1000:
            return False
    return True
