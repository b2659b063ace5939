"""A second, independent evaluation of propositions at a point: balls over the terms themselves, no tower, three truth values."""

from __future__ import annotations

from fractions import Fraction

from flint import arb, fmpq

from quod.kernel.tower.problem import Problem
from quod.kernel.tower.values import precision
from quod.lang.binding import substitute
from quod.lang.terms import (
    Add,
    And,
    Compare,
    Constant,
    Elementary,
    IfThenElse,
    Implies,
    Inverse,
    Mul,
    Node,
    Not,
    Number,
    Or,
    Power,
    Variable,
)
from quod.provers import clock

BITS = (100, 400, 1600, 6400)


def confirmed(problem: Problem, witness: Node, precisions: tuple[int, ...] = BITS) -> str | None:
    """How balls see that the hypotheses hold and the goal fails at the witness; None if they do not."""
    hypotheses, goal = problem.hypotheses, problem.goal
    if problem.variable is not None:
        hypotheses = tuple(substitute(h, {problem.variable: witness}) for h in hypotheses)
        goal = substitute(goal, {problem.variable: witness})
    for touch in (False, True) if precisions == BITS else (False,):
        for bits in precisions:
            with precision(bits):
                reading = Balls(None, bits // 2 if touch else 0)
                if all(reading.truth(h) is True for h in hypotheses) and reading.truth(goal) is False:
                    return f"balls of {bits} bits" + (f", equalities to 2^-{bits // 2} and by normal form" if touch else "")
    return None


def sampled(problem: Problem, deadline: float) -> Node | None:
    """A simple rational at which the statement fails, if one of a few hundred does."""
    variable = problem.variable
    if variable is None:
        return None
    tries = [Fraction(k, 8) for k in range(-64, 65)]
    tries += [Fraction(s) * Fraction(2) ** (e * k) for k in range(1, 40) for e in (1, -1) for s in (1, -1)]
    for point in sorted(tries, key=lambda q: (q.denominator, abs(q.numerator))):
        if confirmed(problem, Number(point), BITS[:1]) is not None:
            return Number(point)
        if clock.now() > deadline:
            break
    return None


class Balls:
    """Values over a ball for the variable at the current precision; with `touch`, numbers below 2^−touch count as 0."""

    def __init__(self, x: arb | None, touch: int = 0) -> None:
        self.x = x
        self.touch = touch
        self.memory: dict[Node, arb] = {}
        self.truths: dict[Node, bool | None] = {}

    def value(self, node: Node) -> arb:
        """A ball around the term's values; NaN where it is undefined or not known."""
        if node not in self.memory:
            self.memory[node] = self._value(node)
        return self.memory[node]

    def _value(self, node: Node) -> arb:
        match node:
            case Number(value):
                return arb(fmpq(value.numerator, value.denominator))
            case Constant("pi"):
                return arb.pi()
            case Variable() if self.x is not None:
                return self.x
            case Add(args):
                return sum((self.value(arg) for arg in args), arb(0))
            case Mul(args):
                product = arb(1)
                for arg in args:
                    product = product * self.value(arg)
                return product
            case Power(base, exponent):
                return self._power(self.value(base), exponent)
            case Inverse(arg):
                return arb(1) / self.value(arg)
            case IfThenElse(condition, then, otherwise):
                truth = self.truth(condition)
                if truth is None:
                    return self.value(then).union(self.value(otherwise))
                return self.value(then if truth else otherwise)
            case Elementary(name, arg):
                return self._elementary(name, self.value(arg))
        return arb.nan()

    def _power(self, base: arb, exponent: int) -> arb:
        result = arb(1)
        for bit in bin(exponent)[2:]:
            result = result * result * (base if bit == "1" else 1)
        return result

    def _elementary(self, name: str, u: arb) -> arb:
        if name == "cbrt":
            return _cube_root(arb(u.lower())).union(_cube_root(arb(u.upper())))
        functions = {"exp": arb.exp, "log": arb.log, "sqrt": arb.sqrt, "sin": arb.sin, "cos": arb.cos, "tan": arb.tan}
        functions |= {"asin": arb.asin, "acos": arb.acos, "atan": arb.atan, "erf": arb.erf}
        return functions[name](u) if name in functions else arb.nan()

    def _sign(self, ball: arb) -> int | None:
        if not ball.is_finite():
            return None
        if self.touch and abs(ball) < arb(2) ** -self.touch:
            return 0
        return 1 if ball > 0 else -1 if ball < 0 else 0 if ball == 0 else None

    def truth(self, proposition: Node) -> bool | None:
        """True, False, or None if the balls do not tell."""
        if proposition not in self.truths:
            self.truths[proposition] = self._truth(proposition)
        return self.truths[proposition]

    def _truth(self, proposition: Node) -> bool | None:
        match proposition:
            case Compare(relation, left, right):
                sign = self._sign(self.value(left) - self.value(right))
                if sign is None:
                    return None
                return sign == 0 if relation == "=" else sign <= 0 if relation == "<=" else sign < 0
            case And(args):
                truths = [self.truth(arg) for arg in args]
                return False if False in truths else None if None in truths else True
            case Or(args):
                truths = [self.truth(arg) for arg in args]
                return True if True in truths else None if None in truths else False
            case Not(arg):
                truth = self.truth(arg)
                return None if truth is None else not truth
            case Implies(hypothesis, conclusion):
                return self.truth(Or((Not(hypothesis), conclusion)))
        return None


def _cube_root(end: arb) -> arb:
    return -((-end).root(3)) if end < 0 else end.root(3) if end > 0 else arb(0) if end == 0 else arb.nan()
