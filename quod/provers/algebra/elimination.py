"""Equations used up exactly: variables that they define disappear, and cofactors are found again at the end.

Three forms are used: c·v + rest = 0 (v is substituted), t·d = 1 with t nowhere else in a denominator (polynomials are cleared by powers of
d) and c·vᵏ + lower = 0 (powers of v are reduced). Anything else stays an equation for the linear program.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from flint import fmpq_mpoly

from quod.provers.algebra.ring import Ring, degree_in, total_degree, variables_of

MAX_TERMS = 150
"""An equation with more terms is not substituted: what it defines would swell every constraint."""
_ROUNDS = 60

Origin = dict[int, fmpq_mpoly]
"""A polynomial as a combination of the given equations: cofactor by index."""


@dataclass(slots=True, eq=False)
class Equation:
    """`poly` = 0, where poly = Σ origin[i]·(equation i)."""

    poly: fmpq_mpoly
    origin: Origin


@dataclass(slots=True, eq=False)
class Rule:
    """An equation whose leading power in the generator `variable` is `degree`, with a constant coefficient."""

    variable: int
    equation: Equation
    degree: int


@dataclass(slots=True, eq=False)
class Inverse(Rule):
    """The equation t·denominator = 1 for the generator t = `variable`; `sign` is the denominator's where it is proved, else 0."""

    denominator: fmpq_mpoly
    sign: int = 0


@dataclass
class Elimination:
    """The rules in the order in which they apply, and the equations that are left."""

    ring: Ring
    given: list[fmpq_mpoly]
    rules: list[Rule] = field(default_factory=list)
    pending: list[Equation] = field(default_factory=list)

    @property
    def inverses(self) -> list[Inverse]:
        """The rules that define an inverse."""
        return [rule for rule in self.rules if isinstance(rule, Inverse)]

    def reduce(self, poly: fmpq_mpoly) -> fmpq_mpoly:
        """The remainder by all rules but the inverses; unique where no inverse occurs."""
        for _ in range(_ROUNDS):
            degrees, changed = poly.degrees(), False
            for rule in self.rules:
                if not poly.is_zero() and not isinstance(rule, Inverse) and degrees[rule.variable] >= rule.degree:
                    poly = divide(self.ring, poly, rule)[1]
                    degrees, changed = poly.degrees(), True
            if not changed:
                break
        return poly

    def cofactors(self, poly: fmpq_mpoly) -> Origin | None:
        """`poly` as a combination of the given equations, or None if the rules do not reduce it to 0."""
        origin: Origin = {}
        factor = self.ring.one
        for rule in self.rules:
            quotient, poly, cleared = _apply(self.ring, rule, poly)
            _accumulate(origin, rule.equation.origin, factor * quotient)
            factor = factor * cleared
        for _ in range(_ROUNDS):
            if poly.is_zero():
                return {index: cofactor for index, cofactor in origin.items() if not cofactor.is_zero()}
            for rule in self.rules:
                if not isinstance(rule, Inverse):
                    quotient, poly = divide(self.ring, poly, rule)
                    _accumulate(origin, rule.equation.origin, factor * quotient)
        return None


def _accumulate(target: Origin, source: Origin, factor: fmpq_mpoly) -> None:
    for index, cofactor in source.items():
        product = cofactor * factor
        target[index] = target[index] + product if index in target else product


def divide(ring: Ring, poly: fmpq_mpoly, rule: Rule) -> tuple[fmpq_mpoly, fmpq_mpoly]:
    """Quotient and remainder by an equation whose leading coefficient in its variable is a constant."""
    divisor, k = rule.equation.poly, rule.variable
    leading = ring.coefficients_in(divisor, k)[rule.degree].leading_coefficient()
    quotient = 0 * ring.one
    while not poly.is_zero() and (degree := degree_in(poly, k)) >= rule.degree:
        step = ring.coefficients_in(poly, k)[degree] * ring.generators[k] ** (degree - rule.degree) / leading
        quotient, poly = quotient + step, poly - step * divisor
    return quotient, poly


def clear(ring: Ring, poly: fmpq_mpoly, k: int, denominator: fmpq_mpoly, power: int) -> fmpq_mpoly:
    """denominatorᵖ·poly with every t·denominator replaced by 1, t the generator k, for p = `power` ≥ its degree."""
    result = 0 * ring.one
    for exponent, part in ring.coefficients_in(poly, k).items():
        result = result + part * denominator ** (power - exponent)
    return result


def _apply(ring: Ring, rule: Rule, poly: fmpq_mpoly) -> tuple[fmpq_mpoly, fmpq_mpoly, fmpq_mpoly]:
    """(q, p, f) with poly = q·(rule's equation) + f·p, and p free of what the rule eliminates."""
    if not isinstance(rule, Inverse):
        return *divide(ring, poly, rule), ring.one
    power = degree_in(poly, rule.variable)
    if power == 0:
        return 0 * ring.one, poly, ring.one
    cleared = clear(ring, poly, rule.variable, rule.denominator, power)
    restored = ring.generators[rule.variable] ** power
    return divmod(poly - restored * cleared, rule.equation.poly)[0], cleared, restored


def _rewrite(ring: Ring, rule: Rule, equation: Equation) -> Equation:
    """The equation without what the rule eliminates."""
    if not isinstance(rule, Inverse):
        quotient, poly = divide(ring, equation.poly, rule)
        scale = ring.one
    else:
        power = degree_in(equation.poly, rule.variable)
        scale = rule.denominator**power
        poly = clear(ring, equation.poly, rule.variable, rule.denominator, power)
        quotient = divmod(scale * equation.poly - poly, rule.equation.poly)[0]
    origin: Origin = {index: scale * cofactor for index, cofactor in equation.origin.items()}
    _accumulate(origin, rule.equation.origin, -quotient)
    return Equation(poly, origin)


def start(ring: Ring, equations: list[fmpq_mpoly]) -> Elimination:
    """The elimination after all substitutions of variables that an equation defines linearly."""
    result = Elimination(ring, equations, pending=[Equation(poly, {index: ring.one}) for index, poly in enumerate(equations)])
    eliminate(result, linear)
    return result


def eliminate(state: Elimination, choose: Callable[[Elimination], Rule | None]) -> None:
    """Applies rules as long as `choose` finds one among the pending equations."""
    while (rule := choose(state)) is not None:
        rest = [equation for equation in state.pending if equation is not rule.equation]
        state.rules.append(rule)
        state.pending = [new for old in rest if not (new := _rewrite(state.ring, rule, old)).poly.is_zero()]


def _monic(state: Elimination, equation: Equation, lowest: int, highest: int) -> list[Rule]:
    rules = []
    for k in variables_of(equation.poly):
        degree = degree_in(equation.poly, k)
        if lowest <= degree <= highest and state.ring.coefficients_in(equation.poly, k)[degree].is_constant():
            rules.append(Rule(k, equation, degree))
    return rules


def linear(state: Elimination) -> Rule | None:
    """A pending equation that is linear in a variable with a constant coefficient; the shortest, of least degree."""
    rules = [rule for equation in state.pending if len(equation.poly) <= MAX_TERMS for rule in _monic(state, equation, 1, 1)]
    return min(rules, key=lambda rule: (total_degree(rule.equation.poly), len(rule.equation.poly), -rule.variable), default=None)


def _inverse_rules(state: Elimination, equation: Equation) -> list[Inverse]:
    rules = []
    for k in variables_of(equation.poly):
        parts = state.ring.coefficients_in(equation.poly, k)
        if set(parts) == {0, 1} and parts[0].is_constant() and not parts[1].is_constant():
            scale = -1 / parts[0].leading_coefficient()
            scaled = Equation(equation.poly * scale, {index: cofactor * scale for index, cofactor in equation.origin.items()})
            rules.append(Inverse(k, scaled, 1, parts[1] * scale))
    return rules


def find_inverses(state: Elimination, signed: set[int]) -> None:
    """Turns pending equations t·d = 1 into rules, outermost first, each t in no other denominator that is still to come.

    The denominators still mention the inverses inside them. Of t·x = 1, x is the denominator where its sign is known (`signed`).
    """
    candidates = [(equation, _inverse_rules(state, equation)) for equation in state.pending]
    candidates = [(equation, rules) for equation, rules in candidates if rules]
    occurrences = [sum(k in variables_of(equation.poly) for equation in state.pending) for k in range(len(state.ring))]
    while candidates:
        free = [
            (rule.variable in signed, occurrences[rule.variable], equation, rule)
            for equation, rules in candidates
            for rule in rules
            if not any(other is not equation and rule.variable in variables_of(other.poly) for other, _ in candidates)
        ]
        if not free:
            return
        _, _, equation, rule = min(free, key=lambda entry: (entry[0], entry[1], -entry[3].variable))
        candidates = [entry for entry in candidates if entry[0] is not equation]
        rest = [other for other in state.pending if other is not equation]
        state.rules.append(rule)
        keep = [other for other, _ in candidates]
        state.pending = [new for old in rest if not (new := old if old in keep else _rewrite(state.ring, rule, old)).poly.is_zero()]


def monic(state: Elimination) -> Rule | None:
    """A pending equation that gives a power of a variable by lower powers, in no circle with the rules there are."""
    edges = {rule.variable: variables_of(rule.equation.poly) - {rule.variable} for rule in state.rules}
    rules = [
        rule
        for equation in state.pending
        for rule in _monic(state, equation, 1, 4)
        if not _reaches(edges, variables_of(equation.poly) - {rule.variable}, rule.variable) and rule.variable not in edges
    ]
    return min(rules, key=lambda rule: (rule.degree, total_degree(rule.equation.poly), -rule.variable), default=None)


def _reaches(edges: dict[int, set[int]], start_from: set[int], goal: int) -> bool:
    seen, stack = set[int](), list(start_from)
    while stack:
        k = stack.pop()
        if k == goal:
            return True
        if k not in seen:
            seen.add(k)
            stack.extend(edges.get(k, ()))
    return False
