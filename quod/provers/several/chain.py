"""Divide and differentiate with parameters: P ≥ 0 on a domain because P/d, with d > 0, falls towards a point where it is ≥ 0.

To show P ≥ 0: split P into factors; else choose a variable v and a divisor d, find the sign of ∂ᵥ(P/d), again by this procedure, and
compare with the value at its root r, or at the end of v's interval, where v is gone. (McCallum and Weispfenning's and Strzeboński's
one-variable procedures go down the same way; here the other variables are parameters.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
from flint import fmpq_mpoly
from numpy.typing import NDArray

from quod.kernel.normal import canonical
from quod.kernel.theorem import KernelError
from quod.lang import terms as t
from quod.provers import clock, one_variable
from quod.provers.arithmetic import Arithmetic, is_comparison
from quod.provers.session import Fact, OutOfTime, Session
from quod.provers.several import reductions, segments
from quod.provers.several.candidates import candidates, sides
from quod.provers.several.emission import Emission
from quod.provers.several.fields import Quotient, Unreadable
from quod.provers.several.functions import Functions
from quod.provers.several.numbers import holds, margin, numeric
from quod.provers.several.regions import about, sample

ZERO = t.Number(0)
WIDTH = (5, 4, 3, 2)
"""How many candidates are tried in earnest, by depth."""
MOST = 16
Mask = NDArray[np.bool_]


def summands(goal: t.Compare) -> list[t.Node]:
    """The terms whose sum is right − left."""
    found: list[t.Node] = []
    stack: list[tuple[t.Node, int]] = [(goal.left, -1), (goal.right, 1)]
    while stack:
        node, sign = stack.pop()
        match node:
            case t.Add(args):
                stack += [(arg, sign) for arg in args]
            case t.Number(value):
                found.append(t.Number(sign * value))
            case t.Mul((t.Number(value), inner)) if abs(value) == 1:
                stack.append((inner, sign * int(value)))
            case _:
                found.append(node if sign > 0 else t.Mul((t.Number(-1), node)))
    return found


@dataclass
class Setting:
    """Functions on a domain: assumed comparisons, and the sample points at which they hold."""

    functions: Functions
    facts: tuple[Fact, ...]
    mask: Mask
    found: dict[Any, tuple[int, Fact | None]] = field(default_factory=dict)


@dataclass
class Chain:
    """One search. `deadline` is in seconds of clock.now()."""

    session: Session
    deadline: float
    expanding: bool = False
    """Whether sin and cos of sums are expanded."""

    def prove(self, goal: t.Compare, facts: Sequence[Fact], depth: int) -> Fact | None:
        """The comparison from the facts, or None; also from the same with a positive number less on its greater side."""
        known = [fact for fact in facts if is_comparison(fact.prop)]
        for term in self._margins(goal, known):
            found = self._tighter(goal, term, known, depth) if term is not None else self.derived(goal, known, depth)
            if found is not None:
                return found
        return None

    def _margins(self, goal: t.Compare, facts: Sequence[Fact]) -> list[t.Number | None]:
        """None for the goal as it is, and numbers that may be left out, those first that make up half of the least slack seen."""
        numbers = [term for term in summands(goal) if isinstance(term, t.Number) and term.value > 0] if goal.relation != "=" else []
        if not numbers:
            return [None]
        assumed = [self.session.convert(canonical(fact.prop), fact) for fact in facts]
        points = sample(self.session, assumed, goal.variables.union(*(fact.prop.variables for fact in facts)))
        left, right = numeric(goal.left, points), numeric(goal.right, points)
        precise = (np.abs(left) + np.abs(right)) * 1e-11 < float(min(term.value for term in numbers))
        least = float(np.min((right - left)[precise], initial=np.inf))
        tight = [term for term in numbers if least * 1.000001 >= float(term.value) > least / 2]
        loose = [term for term in numbers if float(term.value) <= least / 2]
        return [*tight, None, *loose]

    def _tighter(self, goal: t.Compare, term: t.Number, facts: Sequence[Fact], depth: int) -> Fact | None:
        terms = summands(goal)
        terms.remove(term)
        found = self.derived(t.Compare("<=", ZERO, t.Add((ZERO, ZERO, *terms))), facts, depth)
        if found is None:
            return None
        return self.session.apply("rational", goal, ((Fraction(1), (), ((0, 1),)), (term.value, (), ())), (), found)

    def denied(self, goal: t.Not, facts: Sequence[Fact], depth: int) -> Fact | None:
        """a ≠ b because a < b, or because b < a."""
        left, right = goal.arg.children
        for pair in ((left, right), (right, left)):
            found = self.prove(t.Compare("<", *pair), facts, depth)
            if found is not None:
                difference = t.Add((left, t.Mul((t.Number(-1), right))))
                sign = t.Compare("<", difference, ZERO) if pair[0] is left else t.Compare("<", ZERO, difference)
                return self.session.apply("nonzero", t.Not(t.Compare("=", difference, ZERO)), self.session.convert(sign, found))
        return None

    def tick(self) -> None:
        """Raises OutOfTime at the deadline."""
        if clock.now() > self.deadline:
            raise OutOfTime("the deadline of the parametric search passed")

    def derived(self, goal: t.Compare, facts: Sequence[Fact], depth: int) -> Fact | None:
        """The goal from facts of any kind: they become assumptions of a setting of their own, and are put in afterwards."""
        usable = [fact for fact in facts if is_comparison(fact.prop) and canonical(fact.prop) is not t.TRUE]
        props = list(dict.fromkeys(canonical(fact.prop) for fact in usable))
        assumed = [self.session.apply("assume", prop) for prop in props]
        difference = t.Add((goal.right, t.Mul((t.Number(-1), goal.left))))
        try:
            variables = difference.variables.union(*(prop.variables for prop in props))
            points = sample(self.session, assumed, variables)
            functions = Functions(points, expanding=self.expanding)
            functions.prepare(difference, *props)
            setting = Setting(functions, tuple(assumed), np.ones(points.count, dtype=bool))
            relation = goal.relation
            if relation == "=":
                found = self.emission(setting, depth).rational(goal, ()) if functions.read(difference).num.is_zero() else None
            else:
                found = self.sign(setting, difference, relation, depth)
                found = None if found is None else self.emission(setting, depth).rational(goal, [(Fraction(1), (), ((0, 1),))], found)
        except (Unreadable, KernelError, OverflowError):
            return None
        if found is None:
            return None
        given = {canonical(fact.prop): fact for fact in usable}
        for fact in assumed:
            found = self.session.chain(self.session.apply("discharge", fact.prop, found), self.session.convert(fact.prop, given[fact.prop]))
        return found

    def within(self, setting: Setting, facts: Sequence[Fact]) -> Setting:
        """The setting with other facts: its functions, at the points where these hold."""
        mask = np.ones(setting.functions.points.count, dtype=bool)
        for fact in facts:
            mask &= holds(fact.prop, setting.functions.points)
        return Setting(setting.functions, tuple(facts), mask, setting.found)

    def renewed(self, setting: Setting, *terms: t.Node) -> Setting:
        """The same domain with generators for other terms."""
        functions = Functions(setting.functions.points.where(setting.mask), expanding=self.expanding)
        functions.prepare(*terms, *(fact.prop for fact in setting.facts))
        return Setting(functions, setting.facts, np.ones(functions.points.count, dtype=bool))

    def emission(self, setting: Setting, depth: int) -> Emission:
        """Emission with the signs that this search finds in the setting."""

        def nonzero(term: t.Node) -> Fact | None:
            return self.nonzero(setting, term, depth)

        def sign(term: t.Node, relation: str) -> Fact | None:
            return self.sign(setting, term, relation, depth)

        return Emission(self.session, setting.functions, nonzero, sign)

    def nonzero(self, setting: Setting, term: t.Node, depth: int) -> Fact | None:
        """0 < u or u < 0."""
        try:
            content, _ = setting.functions.split(setting.functions.read(term), setting.mask)
        except Unreadable:
            return None
        if content > 0:
            return self.sign(setting, term, "<", depth)
        negative = t.Mul((t.Number(-1), term))
        fact = self.sign(setting, negative, "<", depth) if content else None
        return None if fact is None else self.session.convert(t.Compare("<", term, ZERO), fact)

    def sign(self, setting: Setting, term: t.Node, relation: str, depth: int) -> Fact | None:
        """0 ≤ term or 0 < term: as the product of its factors."""
        self.tick()
        goal = t.Compare(relation, ZERO, term)
        key = term, relation, frozenset(fact.step for fact in setting.facts)
        tried, known = setting.found.get(key, (-1, None))
        if known is not None or tried >= depth:
            return known
        setting.found[key] = depth, None
        try:
            found = self._known(setting, goal) or self._product(setting, goal, setting.functions.read(term), depth)
        except (Unreadable, KernelError, OverflowError):
            found = None
        setting.found[key] = depth, found
        return found

    def _known(self, setting: Setting, goal: t.Compare) -> Fact | None:
        form = canonical(goal)
        if form is t.TRUE:
            return self.session.apply("reflexive", goal)
        for fact in setting.facts:
            if canonical(fact.prop) is form:
                return self.session.convert(goal, fact)
        return None

    def _product(self, setting: Setting, goal: t.Compare, quotient: Quotient, depth: int) -> Fact | None:
        functions, strict = setting.functions, goal.relation == "<"
        content, factors = functions.split(quotient, setting.mask)
        if content < 0 or (strict and not content):
            return None
        if not content:
            return self.emission(setting, depth).rational(goal, ())
        if len(factors) == 1 and factors[0][1] == 1 and quotient.den.is_constant():
            fact = self.factor(setting, factors[0][0], goal.relation, depth)
            return None if fact is None else self.emission(setting, depth).rational(goal, [(content, (), ((0, 1),))], fact)
        below = tuple((part, -exponent) for part, exponent in factors if exponent < 0)
        if below:
            functions.denominators |= {str(part): below for part, exponent in factors if exponent > 0}
        changing = [part for part, exponent in factors if exponent % 2 and not functions.sign(part, setting.mask)]
        if len(changing) > 1 and depth > 0:
            return self._by_cases(setting, goal, min(changing, key=len), depth)
        premises: list[Fact] = []
        squares: list[t.Node] = []
        used: list[tuple[int, int]] = []
        for part, exponent in sorted(factors, key=lambda pair: len(pair[0])):
            if exponent > 0 and exponent % 2 == 0 and not strict:
                squares += [functions.node(part)] * (exponent // 2)
                continue
            fact = self.factor(setting, part, "<" if exponent < 0 else goal.relation, depth)
            if fact is None:
                return None
            used.append((len(premises), exponent))
            premises.append(fact)
        return self.emission(setting, depth).rational(goal, [(content, tuple(squares), tuple(used))], *premises)

    def _by_cases(self, setting: Setting, goal: t.Compare, part: fmpq_mpoly, depth: int) -> Fact | None:
        """Where one factor is not negative, and where it is negative."""
        session = self.session
        side = canonical(t.Compare("<=", ZERO, setting.functions.node(part)))
        branches: list[Fact] = []
        for assumed in (side, canonical(t.Not(side))):
            inner = self.within(setting, [*setting.facts, session.apply("assume", assumed)])
            found = self.sign(inner, goal.right, goal.relation, depth)
            if found is None:
                return None
            branches.append(found)
        denied = session.convert(canonical(t.Not(side)), session.apply("assume", t.Not(side)))
        branches[1] = session.chain(session.apply("discharge", denied.prop, branches[1]), denied)
        return session.apply("cases", session.apply("excluded_middle", side), *branches)

    def factor(self, setting: Setting, poly: fmpq_mpoly, relation: str, depth: int) -> Fact | None:
        """0 ≤ p or 0 < p for an irreducible polynomial."""
        self.tick()
        key = str(poly), relation, frozenset(fact.step for fact in setting.facts)
        tried, known = setting.found.get(key, (-1, None))
        if known is None and tried < depth:
            setting.found[key] = depth, None
            known = self._factor(setting, poly, relation, depth, tried < 0)
            setting.found[key] = depth, known
        return known

    def _factor(self, setting: Setting, poly: fmpq_mpoly, relation: str, depth: int, first: bool) -> Fact | None:
        functions = setting.functions
        value, size = functions.values(poly)
        if bool(np.any((value < -margin(size))[setting.mask])):
            return None
        node = functions.node(poly)
        goal = t.Compare(relation, ZERO, node)
        known = self._known(setting, goal) or (self._simple(setting, goal, poly) if first else None)
        if known is None and len(functions.variables(poly)) > 1:
            known = reductions.composed(self, setting, poly, goal, depth) or self._by_products(setting, poly, goal, depth)
        if known is not None or depth <= 0:
            return known
        if len(functions.variables(poly)) <= 1 and all(v.sort == t.REAL for v in node.variables):
            return None
        return self._chain(setting, poly, goal, depth)

    def _simple(self, setting: Setting, goal: t.Compare, poly: fmpq_mpoly) -> Fact | None:
        """By one axiom, by the decision procedure for one variable, or by algebra."""
        node, session = goal.right, self.session
        if isinstance(node, t.Elementary) and node.name == "exp":
            fact = session.specialise(session.apply("axiom", "exp_positive"), node.arg)
            return fact if goal.relation == "<" else session.apply("rational", goal, ((Fraction(1), (), ((0, 1),)),), (), fact)
        variables = node.variables
        facts = about(session, setting.facts, variables)
        functions = setting.functions
        plain = all(isinstance(inner, t.Variable) for inner, degree in zip(functions.nodes, poly.degrees(), strict=False) if degree)
        if plain or len(variables) > 1:
            found = Arithmetic(session, facts, (), 0.1 if plain else 0.03).prove(goal)
            if found is not None or len(variables) > 1:
                return found
        return one_variable.prove(session, goal, tuple(facts), 2.0)

    def _chain(self, setting: Setting, poly: fmpq_mpoly, goal: t.Compare, depth: int) -> Fact | None:
        functions = setting.functions
        found = reductions.reduce(self, setting, poly, goal, depth)
        if found is not None:
            return found
        left = WIDTH[min(3 - min(depth, 3), 3)]
        for candidate in candidates(functions, poly, setting.mask)[:MOST]:
            step = segments.Step(self, setting, poly, goal, candidate, depth)
            try:
                found = step.run()
            except (Unreadable, KernelError, OverflowError):
                found = None
            if found is not None:
                return found
            left -= step.serious
            if left <= 0:
                break
        return self._by_logarithms(setting, poly, goal, depth)

    def _by_products(self, setting: Setting, poly: fmpq_mpoly, goal: t.Compare, depth: int) -> Fact | None:
        """log A − log B > 0 because A > B."""
        pair = sides(setting.functions, poly)
        if pair is None:
            return None
        above, below, scale = pair
        logs = [t.Elementary("log", side) for side in (above, below)]
        try:
            inner = self.renewed(setting, goal.right, *logs)
            for side in logs:
                inner.functions.read(side)
            order = self.sign(inner, t.Add((above, t.Mul((t.Number(-1), below)))), goal.relation, depth)
            positive = None if order is None else self.sign(inner, below, "<", depth)
            if order is None or positive is None:
                return None
            order = self.session.convert(t.Compare(goal.relation, below, above), order)
            fact = self.session.apply("log_rises", below, above, goal.relation, positive, order)
            return self.emission(inner, depth).rational(goal, [(scale, (), ((0, 1),))], fact)
        except (Unreadable, KernelError, OverflowError):
            return None

    def _by_logarithms(self, setting: Setting, poly: fmpq_mpoly, goal: t.Compare, depth: int) -> Fact | None:
        """A − B > 0 for positive A and B, one of them a single term with an exponential, because log A > log B."""
        functions, session = setting.functions, self.session
        exponential = [isinstance(node, t.Elementary) and node.name == "exp" for node in functions.nodes]
        for powers, coefficient in poly.to_dict().items():
            if not any(power and mark for power, mark in zip(powers, exponential, strict=False)):
                continue
            term = functions.context.from_dict({powers: coefficient})
            pair = (term, term - poly) if coefficient > 0 else (poly - term, -term)
            if any(functions.sign(part, setting.mask) != 1 for part in pair):
                continue
            above, below = (functions.node(part) for part in pair)
            logs = [t.Elementary("log", side) for side in (above, below)]
            signs = [self.sign(setting, side, "<", depth - 1) for side in (below, above)]
            if None in signs:
                continue
            shown = self.sign(setting, t.Add((logs[0], t.Mul((t.Number(-1), logs[1])))), goal.relation, depth - 1)
            if shown is None:
                continue
            order = session.convert(t.Compare(goal.relation, logs[1], logs[0]), shown)
            fact = session.apply("log_order", below, above, goal.relation, *signs, order)
            return self.emission(setting, depth).rational(goal, [(Fraction(1), (), ((0, 1),))], fact)
        return None
