"""The search for a tree of boxes: bounded domains, bounds that are not touched or touched at faces and rational points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import arb

from quod.kernel.boxes import Box, Functions, mean_value_form
from quod.kernel.normal import canonical
from quod.kernel.theorem import KernelError
from quod.lang import terms as t
from quod.lang.balls import compile_balls
from quod.lang.binding import substitute, unfold
from quod.lang.closures import Unsupported
from quod.lang.enclosures import real
from quod.provers import clock, one_variable
from quod.provers.session import Fact, Session
from quod.provers.several.numbers import Points, numeric
from quod.provers.several.regions import about, bound_variables, bounds

BITS = 64
MOST_BOXES = 4000
DEEPEST = 90
NEAR = 1e-9
ZERO = t.Number(0)


class Stuck(Exception):
    """A box on which nothing is seen, or too many boxes."""


def prove(session: Session, goal: t.Compare, facts: Sequence[Fact], effort: float) -> Fact | None:
    """The goal on the box that the facts give for its variables, the other facts as hypotheses, or None."""
    variables = sorted(goal.variables, key=lambda v: v.name)
    linear = [fact for fact in facts if bound_variables(fact)]
    sides: list[tuple[t.Variable, Fraction, Fraction]] = []
    known: list[Fact] = []
    for v in variables:
        try:
            ends = _interval(session, v, linear)
        except KernelError:
            return None
        if ends is None:
            return None
        low, high, first, second = ends
        sides.append((v, low, high))
        known += [first, second]
    others = [fact for fact in facts if len(fact.prop.variables) > 1 and fact.prop.variables <= goal.variables]
    hypotheses = tuple(canonical(fact.prop) for fact in others)
    try:
        search = Search(goal, hypotheses, tuple(variables), clock.now() + effort)
        tree = search.tree(tuple((low, high) for _, low, high in sides), False, 0)
        theorem = session.apply("boxes", goal, hypotheses, tuple(sides), BITS, tree)
    except (Stuck, KernelError, Unsupported):
        return None
    for v, pair in zip(variables, zip(known[::2], known[1::2], strict=True), strict=True):
        theorem = session.chain(session.specialise(theorem, v), *pair)
    return session.chain(theorem, *(session.convert(canonical(fact.prop), fact) for fact in others))


def _interval(session: Session, v: t.Variable, facts: Sequence[Fact]) -> tuple[Fraction, Fraction, Fact, Fact] | None:
    """Rational numbers a and b with a ≤ v and v ≤ b, as near as numbers with few digits are."""
    own = about(session, facts, frozenset((v,)))
    ends = [(float(numeric(b.end, Points({}, 1))[0]), b) for b in bounds(own, v) if not b.end.variables]
    low = max(((end, b) for end, b in ends if b.factor > 0), key=lambda pair: pair[0], default=None)
    high = min(((end, b) for end, b in ends if b.factor < 0), key=lambda pair: pair[0], default=None)
    if low is None or high is None:
        return None
    left, right = _outward(low[1].end, low[0], -1), _outward(high[1].end, high[0], 1)
    first = one_variable.prove(session, t.Compare("<=", t.Number(left), v), (low[1].fact,), 0.5)
    second = one_variable.prove(session, t.Compare("<=", v, t.Number(right)), (high[1].fact,), 0.5)
    return None if first is None or second is None or left >= right else (left, right, first, second)


def _outward(end: t.Node, value: float, side: int) -> Fraction:
    form = canonical(end)
    if isinstance(form, t.Number):
        return Fraction(form.value)
    return Fraction(value + side * 1e-9 * (1 + abs(value))).limit_denominator(10**12)


@dataclass
class Search:
    """Builds a tree for `boxes`; raises Stuck."""

    goal: t.Compare
    hypotheses: tuple[t.Node, ...]
    variables: tuple[t.Variable, ...]
    deadline: float

    def __post_init__(self) -> None:
        self.strict = self.goal.relation == "<"
        self.function = t.Add((self.goal.right, t.Mul((t.Number(-1), self.goal.left))))
        self.functions = Functions(self.function, self.variables, BITS)
        self.tests = [compile_balls(unfold(hypothesis), self.variables) for hypothesis in self.hypotheses]
        self.count = 0

    def tree(self, box: Box, projected: bool, depth: int) -> Any:
        """The proof on a box."""
        self.count += 1
        if self.count > MOST_BOXES or depth > DEEPEST or clock.now() > self.deadline:
            raise Stuck("too many boxes")
        value = self.functions.value((), box)
        if self._holds(value):
            return ("true",)
        if not projected:
            balls = [real(low).union(real(high)) for low, high in box]
            for j, test in enumerate(self.tests):
                if test(balls, BITS) is False:
                    return ("false", j)
        free = [k for k, (low, high) in enumerate(box) if low < high]
        middle = tuple((low + high) / 2 for low, high in box)
        at_middle = self.functions.value((), [(m, m) for m in middle])
        self._refuted(at_middle, middle, projected)
        if not self.strict and (not free or abs(float(at_middle.mid())) < NEAR) and self._exact(box):
            return ("exact",)
        if not free:
            raise Stuck("nothing is seen at a point")
        slopes = self._slopes(box, free)
        face = self._face(box, free, slopes, projected, depth)
        if face is not None:
            return face
        if self._holds(mean_value_form(self.functions, box)):
            return ("mean",)
        point = None if self.strict else self._touching(box, free, slopes)
        if point is not None:
            return ("least", point)
        return self._split(box, free, slopes, projected, depth)

    def _holds(self, value: arb) -> bool:
        return bool(value > 0 if self.strict else value >= 0)

    def _refuted(self, value: arb, middle: tuple[Fraction, ...], projected: bool) -> None:
        """Raises Stuck where the goal is false and no hypothesis is."""
        if bool(value < 0) and (projected or all(test(middle, BITS) is not False for test in self.tests)):
            raise Stuck("the goal is false at a point")

    def _slopes(self, box: Box, free: list[int]) -> dict[int, arb]:
        try:
            return {k: self.functions.value((k,), box) for k in free}
        except KernelError:
            return {k: arb.nan() for k in free}

    def _face(self, box: Box, free: list[int], slopes: dict[int, arb], projected: bool, depth: int) -> Any:
        for k in free:
            side = 1 if slopes[k] >= 0 else -1 if slopes[k] <= 0 else 0
            if not side:
                continue
            end = box[k][0] if side > 0 else box[k][1]
            face = (*box[:k], (end, end), *box[k + 1 :])
            if not self.tests or projected:
                return ("face", k, side, self.tree(face, True, depth + 1))
            try:
                return ("face", k, side, self.tree(face, True, depth + 1))
            except Stuck:
                continue
        return None

    def _exact(self, box: Box) -> bool:
        fixed = {v: t.Number(low) for v, (low, high) in zip(self.variables, box, strict=True) if low == high}
        return canonical(t.Compare("<=", ZERO, substitute(self.function, fixed))) is t.TRUE

    def _touching(self, box: Box, free: list[int], slopes: dict[int, arb]) -> tuple[Fraction, ...] | None:
        """A point with few digits at which the function and its gradient vanish, where the Hessian is definite on the box."""
        if not all(slopes[k].contains(0) for k in free) or max(box[k][1] - box[k][0] for k in free) > 1:
            return None
        point = tuple(_simplest(low, high) if low < high else low for low, high in box)
        at = [(x, x) for x in point]
        if not self.functions.value((), at).contains(0) or any(not self.functions.value((k,), at).contains(0) for k in free):
            return None
        from quod.kernel.boxes import Problem, _touched

        problem = Problem(self.variables, (), self.function, False, BITS)
        try:
            _touched(problem, self.functions, box, point)
        except KernelError:
            return None
        return point

    def _split(self, box: Box, free: list[int], slopes: dict[int, arb], projected: bool, depth: int) -> Any:
        def weight(k: int) -> float:
            low, high = box[k]
            size = float(abs(slopes[k]).upper()) if slopes[k].is_finite() else 10.0
            return float(high - low) * (size if size < 1e300 else 10.0)

        k = max(free, key=weight)
        low, high = box[k]
        middle = _simplest(low + (high - low) * Fraction(3, 8), high - (high - low) * Fraction(3, 8))
        first = self.tree((*box[:k], (low, middle), *box[k + 1 :]), projected, depth + 1)
        second = self.tree((*box[:k], (middle, high), *box[k + 1 :]), projected, depth + 1)
        return ("split", k, middle, first, second)


def _simplest(low: Fraction, high: Fraction) -> Fraction:
    """The dyadic number with the smallest denominator between two numbers."""
    scale = 1
    while True:
        number = -((-low * scale).__floor__())
        if Fraction(number, scale) <= high:
            return Fraction(number, scale)
        scale *= 2
