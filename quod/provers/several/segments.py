"""One step of the chain: where P/d is least in one variable, and the theorem that follows from there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from flint import fmpq_mpoly

from quod.kernel.arithmetic import fact as comparison
from quod.kernel.calculus import slope_of
from quod.kernel.monotone import continuity, requirements
from quod.kernel.normal import canonical
from quod.lang import terms as t
from quod.lang.binding import abstract, fresh, instantiate, substitute, unfold
from quod.lang.sorts import REAL
from quod.provers.arithmetic import Arithmetic
from quod.provers.session import Fact, Session
from quod.provers.several.candidates import Candidate, roots
from quod.provers.several.numbers import Points, margin, numeric
from quod.provers.several.regions import bound, bounds, eliminate

if TYPE_CHECKING:
    from quod.provers.several.chain import Chain, Setting

ZERO = t.Number(0)
MINUS = t.Number(-1)
LESS = ("<", "<=")


@dataclass
class Step:
    """What one candidate needs at hand."""

    chain: Chain
    setting: Setting
    poly: fmpq_mpoly
    goal: t.Compare
    candidate: Candidate
    depth: int

    def __post_init__(self) -> None:
        functions = self.setting.functions
        over = [functions.node(part) if n == 1 else t.Power(functions.node(part), abs(n)) for part, n in self.candidate.divisor if n > 0]
        times = [functions.node(part) if n == -1 else t.Power(functions.node(part), abs(n)) for part, n in self.candidate.divisor if n < 0]
        self.divisor = [(functions.node(part), n) for part, n in self.candidate.divisor]
        self.quotient: t.Node = functions.node(self.poly)
        if times:
            self.quotient = t.Mul((*times, self.quotient))
        for part in over:
            self.quotient = t.Mul((self.quotient, t.Inverse(part)))
        self.session: Session = self.chain.session
        self.v = self.candidate.v
        self.serious = False
        """Whether a starting point passed the test of its values."""

    def run(self) -> Fact | None:
        """The goal by the candidate, or None."""
        candidate = self.candidate
        functions, mask = self.setting.functions, self.setting.mask
        if not candidate.content:
            return None
        direction = 1 if candidate.content > 0 else -1
        changing: list[fmpq_mpoly] = []
        for part, exponent in candidate.factors:
            if exponent % 2 == 0:
                continue
            value, size = functions.values(part)
            low, high = bool(np.any((value < -margin(size))[mask])), bool(np.any((value > margin(size))[mask]))
            if low and high:
                changing.append(part)
            elif low:
                direction = -direction
        if not changing:
            return self.monotone(direction)
        return self.turning(changing[0], direction) if len(changing) == 1 else None

    def monotone(self, direction: int) -> Fact | None:
        """The derivative has one sign: the goal from the value at one end of the interval of v."""
        for end in self.ends(direction, self.setting.facts):
            found = self.segment(end, direction, self.setting.facts, None)
            if found is not None:
                return found
        return None

    def ends(self, side: int, facts: Sequence[Fact]) -> list[t.Node]:
        """The bounds of v on the side from which it moves (1: lower ones) that are the closest ones at all points."""
        points = self.setting.functions.points.where(self.setting.mask)
        given = [b for b in bounds(facts, self.v) if (b.factor > 0) == (side > 0)]
        values = [numeric(b.end, points) * side for b in given]
        found: dict[t.Node, None] = {}
        for b, value in zip(given, values, strict=True):
            if all(bool(np.all(value >= other - 1e-12 * (1 + np.abs(other)))) for other in values):
                found.setdefault(b.end)
        return list(found)

    def turning(self, part: fmpq_mpoly, direction: int) -> Fact | None:
        """The derivative changes its sign where one factor does: the goal from the value there, or from both ends."""
        functions = self.setting.functions
        for root in roots(functions, part, self.v, self.setting.mask):
            points = functions.points.where(self.setting.mask)
            right = (points.columns[self.v] > numeric(root, points))
            values = functions.values(part)[0][self.setting.mask] * direction
            if not (np.any(right) and np.any(~right)):
                continue
            after, before = float(np.median(values[right])), float(np.median(values[~right]))
            found = None
            if before <= 0 <= after:
                found = self.split(root, (root, -1), (root, 1))
            elif after <= 0 <= before:
                found = self.between(root)
            if found is not None:
                return found
        return None

    def between(self, root: t.Node) -> Fact | None:
        """A maximum at the root: both ends."""
        facts = self.setting.facts
        for low in self.ends(1, facts):
            for high in self.ends(-1, facts):
                found = self.split(root, (low, 1), (high, -1))
                if found is not None:
                    return found
        return None

    def split(self, root: t.Node, left: tuple[t.Node, int], right: tuple[t.Node, int]) -> Fact | None:
        """Cases r ≤ v and v < r; each side starts at the given point and goes up (1) or down (−1) from there."""
        session, above = self.session, t.Compare("<=", root, self.v)
        branches: list[Fact] = []
        for side, (start, direction) in ((above, right), (t.Not(above), left)):
            assumed = session.apply("assume", side)
            known = session.convert(canonical(side), assumed)
            extra = session.apply("assume", canonical(side))
            found = self.segment(start, direction, (*self.setting.facts, extra), root)
            if found is None:
                return None
            if extra.prop is not side:
                found = session.chain(session.apply("discharge", extra.prop, found), known)
            branches.append(found)
        return session.apply("cases", session.apply("excluded_middle", above), *branches)

    def segment(self, start: t.Node, direction: int, facts: tuple[Fact, ...], root: t.Node | None) -> Fact | None:
        """The goal where v lies above (direction 1) or below (−1) `start`, and P/d grows away from it."""
        session, v = self.session, self.v
        at_start = substitute(self.quotient, {v: start})
        probe = Points(self.setting.functions.points.where(self.setting.mask).columns, int(self.setting.mask.sum()))
        value = numeric(at_start, probe)
        if bool(np.any(value < -1e-6 * (1 + np.abs(value)))) or (probe.count and not bool(np.all(np.isfinite(value)))):
            return None
        self.serious = True
        strict = self.goal.relation == "<"
        strictly = strict and not bool(np.all(value > 1e-12))
        pair = (start, v) if direction > 0 else (v, start)
        order = self._order(pair, facts, "<" if strictly else "<=")
        if order is None:
            return None
        remaining = eliminate(session, [*facts, order], v)
        at_least = t.Compare("<" if strict and not strictly else "<=", ZERO, at_start)
        base = self.chain.derived(at_least, remaining, self.depth - 1 + (not remaining))
        if base is None:
            return None
        walk = Walk(self, start, direction, facts, remaining)
        grown = walk.growth("<" if strictly else "<=", order)
        if grown is None:
            return None
        return self._assembled(grown, base)

    def _order(self, pair: tuple[t.Node, t.Node], facts: Sequence[Fact], relation: str) -> Fact | None:
        """a ≤ v, or v ≤ a, from the facts at hand."""
        goal = t.Compare(relation, *pair)
        form = canonical(goal)
        weak = canonical(t.Compare("<", *pair))
        for fact in facts:
            if canonical(fact.prop) is form:
                return self.session.convert(goal, fact)
            if relation == "<=" and canonical(fact.prop) is weak:
                known = self.session.convert(t.Compare("<", *pair), fact)
                return self.session.apply("rational", goal, ((Fraction(1), (), ((0, 1),)),), (), known)
        return None

    def _assembled(self, grown: Fact, base: Fact) -> Fact | None:
        """P(v) = d(v)·(P/d(v) − P/d(a)) + d(v)·P/d(a)."""
        emission = self.chain.emission(self.setting, self.depth - 1)
        signs = [self.chain.sign(self.setting, part, "<", self.depth - 1) for part, _ in self.divisor]
        if any(fact is None for fact in signs):
            return None
        powers = tuple((k + 2, n) for k, (_, n) in enumerate(self.divisor))
        one = Fraction(1)
        products = [(one, (), ((0, 1), *powers)), (one, (), ((1, 1), *powers))]
        return emission.rational(self.goal, products, grown, base, *(fact for fact in signs if fact is not None))


@dataclass
class Walk:
    """The way from a starting point to v, and what is known at every point of it."""

    step: Step
    start: t.Node
    direction: int
    facts: tuple[Fact, ...]
    remaining: list[Fact]

    def __post_init__(self) -> None:
        self.session, self.v = self.step.session, self.step.v
        self.known: dict[t.Node, tuple[Fact, Fact | None]] = {}
        """By hypothesis about v: it at v, and the same, perhaps not strict, at the starting point."""
        for fact in self.facts:
            if self.v in fact.prop.variables:
                self.known[fact.prop] = fact, self._at_start(fact)

    def _at_start(self, fact: Fact) -> Fact | None:
        """The fact at the starting point, not strict if that is all that holds there."""
        given = bound(fact, self.v)
        if given is None or (given.factor > 0) != (self.direction > 0):
            return None
        relation, _ = comparison(fact.prop)
        value = substitute(unfold(fact.prop), {self.v: self.start})
        for wanted in LESS if relation == "<" else ("<=",):
            goal = t.Compare(wanted, *value.children)
            form = canonical(goal)
            if form is t.TRUE:
                return self.session.apply("reflexive", goal)
            if form is t.FALSE:
                continue
            for other in self.remaining:
                if canonical(other.prop) is form:
                    return self.session.convert(goal, other)
            found = Arithmetic(self.session, list(self.remaining), (), 0.05).prove(goal)
            if found is None:
                found = self.step.chain.derived(goal, self.remaining, min(self.step.depth - 1, 1))
            if found is not None:
                return found
        return None

    def growth(self, relation: str, order: Fact) -> Fact | None:
        """F(a) ≤ F(v), or < for the strict relation."""
        session, v = self.session, self.v
        function = abstract(v, self.step.quotient if self.direction > 0 else t.Mul((MINUS, self.step.quotient)))
        low, high = (self.start, v) if self.direction > 0 else (v, self.start)
        inside, closed = requirements(function, low, high, relation)
        apart = t.Compare("<", self.start, v) if self.direction > 0 else t.Compare("<", v, self.start)
        smooth = self._everywhere(closed, False, lambda setting: self._continuous(setting, function))
        if smooth is None:
            return None
        rising = self._everywhere(inside, True, lambda setting: self._rising(setting, function, relation), apart)
        if rising is None:
            return None
        fact = session.apply("monotone", function, low, high, relation, order, rising, smooth)
        quotient = self.step.quotient
        ends = t.Compare(relation, substitute(quotient, {v: self.start}), quotient)
        return fact if fact.prop is ends else session.apply("rational", ends, ((Fraction(1), (), ((0, 1),)),), (), fact)

    def _everywhere(self, wanted: t.Node, open_: bool, prove: Callable[[Setting], Fact | None], *extra: t.Node) -> Fact | None:
        """∀x between. conclusion(x): shown for v under the hypotheses that hold along the way, then moved to x."""
        session, v = self.session, self.v
        avoid = v.variables | wanted.variables | frozenset().union(*(fact.prop.variables for fact in self.facts))
        x = fresh("s", REAL, avoid)
        statement = instantiate(wanted.body, x)  # type: ignore[attr-defined]
        first, second = statement.children[0], statement.children[1].children[0]
        ends = [session.apply("assume", first), session.apply("assume", second)]
        moved = {prop: self._moved(prop, x, ends, open_) for prop in self.known}
        usable: dict[t.Node, Fact] = {}
        for fact in moved.values():
            if fact is not None:
                back = canonical(substitute(fact.prop, {x: v}))
                if back is not t.TRUE:
                    usable.setdefault(back, fact)
        for prop in extra:
            usable.setdefault(canonical(prop), ends[0] if self.direction > 0 else ends[1])
        rest = [fact for fact in self.facts if v not in fact.prop.variables]
        assumed = [*rest, *(session.apply("assume", prop) for prop in usable)]
        lemma = prove(self.step.chain.within(self.step.setting, assumed))
        if lemma is None:
            return None
        for prop in usable:
            lemma = session.apply("discharge", prop, lemma)
        everywhere = session.apply("generalise", v, lemma)
        found = session.specialise(everywhere, x)
        for prop, fact in reversed(usable.items()):
            found = session.chain(found, session.convert(substitute(prop, {v: x}), fact))
        found = session.apply("discharge", first, session.apply("discharge", second, found))
        return session.apply("generalise", x, found)

    def _moved(self, prop: t.Node, x: t.Variable, ends: Sequence[Fact], open_: bool) -> Fact | None:
        """The hypothesis at x between the starting point and v, from what it says at one of the two."""
        fact, at_start = self.known[prop]
        given = bound(fact, self.v)
        if given is None:
            return self._carried(fact, x, ends)
        towards = (given.factor > 0) == (self.direction > 0)
        anchor = at_start if towards else fact
        if anchor is None:
            return None
        end = ends[0] if given.factor > 0 else ends[1]
        relation, _ = comparison(fact.prop)
        strict = open_ or (relation == "<" and isinstance(anchor.prop, t.Compare) and anchor.prop.relation == "<")
        goal = substitute(unfold(fact.prop), {self.v: x})
        goal = t.Compare("<" if strict else "<=", *goal.children)
        weight = abs(given.factor)
        products = ((Fraction(1), (), ((0, 1),)), (weight, (), ((1, 1),)))
        return self.session.apply("rational", goal, products, (), anchor, end)

    def _carried(self, fact: Fact, x: t.Variable, ends: Sequence[Fact]) -> Fact | None:
        """A hypothesis that is not linear, moved by algebra if it can be."""
        goal = substitute(unfold(fact.prop), {self.v: x})
        at_start = substitute(unfold(fact.prop), {self.v: self.start})
        first = Arithmetic(self.session, list(self.remaining), (), 0.05).prove(at_start)
        known = [fact, *ends, *self.facts, *([first] if first is not None else [])]
        return Arithmetic(self.session, list(dict.fromkeys(known)), (), 0.05).prove(goal)

    def _continuous(self, setting: Setting, function: t.Lambda) -> Fact | None:
        return self._all(setting, continuity(unfold(instantiate(function, self.v)), self.v))

    def _rising(self, setting: Setting, function: t.Lambda, relation: str) -> Fact | None:
        slope, conditions = slope_of(function, ())
        needed = instantiate(conditions, self.v)
        first = self._all(setting, needed.children)
        if first is None:
            return None
        rising = self.step.chain.sign(setting, instantiate(slope, self.v), relation, self.step.depth - 1)
        return None if rising is None else self.session.apply("conjunction", first, rising)

    def _all(self, setting: Setting, conditions: Sequence[t.Node]) -> Fact | None:
        """The conjunction of comparisons and denied equations."""
        parts: list[Fact] = []
        chain, session = self.step.chain, self.session
        for condition in conditions:
            match condition:
                case t.Not(t.Compare("=", term, _)):
                    fact = chain.nonzero(setting, term, self.step.depth - 1)
                    fact = None if fact is None else session.apply("nonzero", condition, fact)
                case t.Compare("=", _, _):
                    return None
                case t.Compare(relation, left, right):
                    term = right if left is ZERO else t.Add((right, t.Mul((MINUS, left))))
                    fact = chain.sign(setting, term, relation, self.step.depth - 1)
                    fact = None if fact is None else session.convert(condition, fact)
                case _:
                    return None
            if fact is None:
                return None
            parts.append(fact)
        return session.apply("conjunction", *parts)
