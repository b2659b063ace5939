"""An independent search for counterexamples: points of all magnitudes, then descent, all of it in mpmath."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import mpmath

from benchmarks.evaluation import Evaluation, Undefined, digits
from quod.lang.terms import Compare, Node, Number, Power, Variable

Values = dict[Variable, Any]
MANY = 60
"""Digits in which a point is looked at again, and twice as many to see whether they sufficed."""


class Hunt:
    """Is there a point at which all `assertions` hold? The last one is the denied conclusion.

    Assertions v = e and v² = e (with v ≥ 0 beside it) give v its value: such a v is no coordinate.
    """

    def __init__(self, variables: Sequence[Variable], assertions: Sequence[Node]) -> None:
        self.given: dict[Variable, tuple[Node, int]] = {}
        self.assertions: list[Node] = []
        for assertion in assertions:
            found = _definition(assertion)
            if found is not None and found[0] not in self.given and found[0] not in found[1].variables:
                self.given[found[0]] = found[1], found[2]
            else:
                self.assertions.append(assertion)
        self.free = [v for v in variables if v not in self.given]

    def completed(self, context: Any, point: Values) -> Values:
        """The point with the values of the given variables. Raises Undefined."""
        full = dict(point)
        for _ in self.given:
            for v, (term, degree) in self.given.items():
                if v not in full and all(w in full for w in term.variables):
                    value = Evaluation(context, full, 0).value(term)
                    if degree == 2 and value < 0:
                        raise Undefined("a root of a negative number")
                    full[v] = value if degree == 1 else context.sqrt(value)
        return full

    def depth(self, context: Any, point: Values) -> Any:
        """How far the point is from a counterexample: negative at one, None where something is undefined."""
        try:
            evaluation = Evaluation(context, self.completed(context, point), 0)
            return -min(evaluation.margin(a) for a in self.assertions)
        except (Undefined, KeyError):
            return None

    def slack(self, context: Any, point: Values) -> Any:
        """By how much the conclusion holds at a point where the hypotheses hold; None elsewhere."""
        try:
            evaluation = Evaluation(context, self.completed(context, point), 0)
            if any(evaluation.margin(a) < 0 for a in self.assertions[:-1]):
                return None
            return -evaluation.margin(self.assertions[-1])
        except (Undefined, KeyError):
            return None

    def holds(self, point: dict[Variable, Fraction]) -> bool | None:
        """Whether all assertions hold at a rational point; None if that cannot be told from two evaluations."""
        found = []
        for many in (MANY, 2 * MANY):
            context = digits(many)
            try:
                at = self.completed(context, {v: context.mpf(x.numerator) / x.denominator for v, x in point.items()})
                evaluation = Evaluation(context, at, context.mpf(10) ** (-many // 2))
                truths = [evaluation.truth(a) for a in self.assertions]
            except (Undefined, KeyError):
                return None
            found.append(all(truths))
        return found[0] if found[0] == found[1] else None

    def counterexample(self, rng: random.Random, tries: int = 300) -> dict[Variable, Fraction] | None:
        """A rational point at which all assertions hold, if the search finds one."""
        best = self._lowest(rng, self.depth, tries)
        context = digits(MANY)
        for _, start in best:
            at = {v: context.mpf(x) for v, x in start.items()}
            at = descended(at, lambda p: self.depth(context, p), context.mpf(10) ** -2, 60)
            for point in ({v: _near(x, 8) for v, x in at.items()}, {v: _near(x, 24) for v, x in at.items()}):
                if self.holds(point):
                    return point
        return None

    def is_undefined(self, rng: random.Random, tries: int = 300) -> bool:
        """Whether the conclusion has no value at some point where the hypotheses hold."""
        known = _constants(self.assertions)
        for _ in range(tries):
            try:
                evaluation = Evaluation(mpmath.fp, self.completed(mpmath.fp, {v: _coordinate(rng, known) for v in self.free}), 0)
                inside = all(evaluation.margin(a) > 0 for a in self.assertions[:-1])
            except (Undefined, KeyError):
                continue
            try:
                evaluation.margin(self.assertions[-1])
            except Undefined as error:
                if inside and "of -" in str(error):
                    return True
        return False

    def tightness(self, rng: random.Random, tries: int = 1500) -> float:
        """The least relative slack of the conclusion that the search meets: about 0 where the bound is touched or approached."""
        context, found = digits(40), []
        for _, start in self._lowest(rng, self.slack, tries):
            near = descended(start, lambda p: self.slack(mpmath.fp, p), 0.1, 40)
            at = descended({v: context.mpf(x) for v, x in near.items()}, lambda p: self.slack(context, p), context.mpf(10) ** -6, 20)
            found.append(self.slack(context, at))
        return float(min((x for x in found if x is not None), default=float("nan")))

    def _lowest(self, rng: random.Random, height: Callable[[Any, Values], Any], tries: int) -> list[tuple[float, Values]]:
        known = _constants(self.assertions)
        seen = []
        for _ in range(tries):
            point = {v: _coordinate(rng, known) for v in self.free}
            value = height(mpmath.fp, point)
            if value is not None and value == value:
                seen.append((float(value), point))
        seen.sort(key=lambda entry: entry[0])
        apart = [entry for k, entry in enumerate(seen) if k < 2 or k % max(1, len(seen) // 4) == 0]
        return apart[:5]


def _definition(assertion: Node) -> tuple[Variable, Node, int] | None:
    match assertion:
        case Compare("=", left, right):
            for side, other in ((left, right), (right, left)):
                if isinstance(side, Variable):
                    return side, other, 1
                if isinstance(side, Power) and side.exponent == 2 and isinstance(side.base, Variable):
                    return side.base, other, 2
    return None


def _constants(propositions: Sequence[Node]) -> list[float]:
    found, stack = [0.0, 1.0, -1.0], list(propositions)
    while stack:
        node = stack.pop()
        if isinstance(node, Number) and abs(node.value) < 10**9:
            found.append(float(node.value))
        stack.extend(node.children)
    return found


def _coordinate(rng: random.Random, known: list[float]) -> float:
    kind = rng.random()
    if kind < 0.35:
        return rng.uniform(-4, 4)
    if kind < 0.65:
        return rng.choice((1, -1)) * 10 ** rng.uniform(-6, 4)
    if kind < 0.75:
        return rng.choice(known)
    return rng.choice(known) + rng.choice((1, -1)) * 10 ** rng.uniform(-6, 1)


def descended(start: Values, height: Callable[[Values], Any], step: Any, rounds: int) -> Values:
    """A point where `height` is lower, by steps along the axes that grow and shrink; None counts as no point."""
    at, best = dict(start), height(start)
    sizes = {v: step * (1 + abs(x)) for v, x in at.items()}
    for _ in range(rounds):
        for v in at:
            for sign in (1, -1):
                there = {**at, v: at[v] + sign * sizes[v]}
                low = height(there)
                if low is not None and low == low and (best is None or low < best):
                    at, best, sizes[v] = there, low, sizes[v] * 2
                    break
            else:
                sizes[v] /= 4
    return at


def _near(value: Any, places: int) -> Fraction:
    """A rational within 10^-places of the value, relative to it where it is large."""
    exact = Fraction(mpmath.nstr(value, places + 6, strip_zeros=False, min_fixed=-(10**6), max_fixed=10**6))
    return exact.limit_denominator(10**places) if abs(exact) < 10**6 else Fraction(round(exact))
