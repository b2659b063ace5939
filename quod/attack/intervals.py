"""Where one real variable lies according to hypotheses that are affine in it, those under a quantifier over a literal range included.

What is found guides a search. A proof that uses it shows the hypotheses themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from quod.attack.arithmetic import Undecided, exact, fraction
from quod.attack.differentiation import NotDifferentiated
from quod.attack.evaluation import Unsupported, compile_terms
from quod.attack.guards import bounds, conjuncts, peel, range_of
from quod.attack.scalars import Range
from quod.lang import terms as t
from quod.lang.binding import fresh, instantiate
from quod.lang.sorts import INTEGER

MAX_INSTANCES = 16
PLACES = (Fraction(1, 3), Fraction(-9, 7), Fraction(35, 11), Fraction(-300, 13))


def interval(variable: t.Variable, hypotheses: Iterable[t.Node]) -> Range:
    """The interval that the hypotheses leave; irrational ends to the working precision."""
    comparisons = [part for hypothesis in hypotheses for part in _comparisons(hypothesis)]
    part, demanded = range_of(variable, bounds(variable, comparisons, ()), ())
    for value in demanded:
        part = part.above(value, False).below(value, False)
    for comparison in comparisons:
        limit = _limit(variable, comparison) if comparison.relation != "=" else None
        if limit is not None:
            end, above = limit
            part = part.above(end, comparison.relation == "<") if above else part.below(end, comparison.relation == "<")
    return part


def _comparisons(hypothesis: t.Node) -> Iterator[t.Compare]:
    """The comparisons that the hypothesis is a conjunction of, for each index of a literal range."""
    for part in conjuncts(hypothesis):
        if isinstance(part, t.Compare):
            yield part
        elif isinstance(part, t.ForAll) and part.body.domain == INTEGER:
            i = fresh("i", INTEGER, part.variables)
            guards, _ = peel(instantiate(part.body, i))
            limits, _ = range_of(i, bounds(i, guards, ()), ())
            if limits.lower is not None and limits.upper is not None and limits.upper - limits.lower <= MAX_INSTANCES:
                inside = (n for n in range(int(limits.lower), int(limits.upper) + 1) if limits.contains(Fraction(n)))
                for n in inside:
                    yield from _comparisons(peel(instantiate(part.body, t.Number(n)))[1])


def _limit(variable: t.Variable, comparison: t.Compare) -> tuple[Fraction, bool] | None:
    """(end, whether the variable lies above it) of left ≤ right, where left − right is affine with rational coefficients."""
    if variable not in comparison.variables or not t.is_scalar(comparison.left.sort):
        return None
    try:
        sides = compile_terms((comparison.left, comparison.right), (variable,))
        values = [fraction(left - right) for left, right in (sides(exact(x)) for x in PLACES)]
    except (Unsupported, NotDifferentiated, Undecided):
        return None
    known = [value for value in values if value is not None]
    if len(known) < len(PLACES):
        return None
    slopes = {(value - known[0]) / (x - PLACES[0]) for value, x in zip(known[1:], PLACES[1:], strict=True)}
    slope = slopes.pop()
    return None if slopes or slope == 0 else (PLACES[0] - known[0] / slope, slope < 0)
