"""Values of terms by mpmath, from the definition of each node: nothing of the harness's own evaluators is used.

A context is mpmath.fp (floats, quick) or an mpmath.MPContext (many digits). What is undefined raises Undefined.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import mpmath

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

Point = Mapping[Variable, Any]
LARGEST = 10**6
"""No exponential of a larger number is taken: what cannot be written down is undefined here, never wrong."""


class Undefined(ValueError):
    """A value outside of a function's domain, or too large."""


class Evaluation:
    """Terms and propositions at one point; `equal` is the relative difference below which two numbers are not told apart.

    With `touch`, such numbers count as equal.
    """

    def __init__(self, context: Any, point: Point, equal: Any, touch: bool = False) -> None:
        self.context, self.point, self.equal, self.touch = context, point, equal, touch
        self.memory: dict[Node, Any] = {}

    def value(self, node: Node) -> Any:
        """The value of a term."""
        if node not in self.memory:
            try:
                self.memory[node] = self._value(node)
            except (ArithmeticError, ValueError) as error:
                raise Undefined(str(error)) from error
        return self.memory[node]

    def _value(self, node: Node) -> Any:
        c = self.context
        match node:
            case Number(value):
                return c.mpf(value.numerator) / c.mpf(value.denominator)
            case Constant("pi"):
                return +c.pi
            case Variable():
                return self.point[node]
            case Add(args):
                return sum((self.value(arg) for arg in args), c.mpf(0))
            case Mul(args):
                product = c.mpf(1)
                for arg in args:
                    product = product * self.value(arg)
                return product
            case Power(base, exponent):
                return self.value(base) ** exponent
            case Inverse(arg):
                return 1 / self.value(arg)
            case IfThenElse(condition, then, otherwise):
                return self.value(then if self.truth(condition, 0) else otherwise)
            case Elementary(name, arg):
                return self._elementary(name, self.value(arg))
        raise Undefined(f"no value of a {type(node).__name__}")

    def _elementary(self, name: str, u: Any) -> Any:
        c = self.context
        outside = (name == "log" and u <= 0) or (name == "sqrt" and u < 0) or (name in ("asin", "acos") and abs(u) > 1)
        if outside or abs(u) > c.mpf(10) ** 300:
            raise Undefined(f"{name} of {float(u):.5g}")
        if name == "exp" and abs(u) > (700 if c is mpmath.fp else LARGEST):
            raise Undefined("an exponential that is too large or too small")
        if name == "cbrt":
            return -((-u) ** (c.mpf(1) / 3)) if u < 0 else u ** (c.mpf(1) / 3)
        if name == "floor":
            return c.floor(u)
        return getattr(c, name)(u)

    def margin(self, proposition: Node) -> Any:
        """By how much a comparison holds, relative to its sides: negative where it fails."""
        match proposition:
            case Compare(relation, left, right):
                a, b = self.value(left), self.value(right)
                gap = (b - a) / (1 + abs(a) + abs(b))
                return -abs(gap) if relation == "=" else gap
            case Not(arg):
                return -self.margin(arg)
            case And(args):
                return min(self.margin(arg) for arg in args)
            case Or(args):
                return max(self.margin(arg) for arg in args)
            case Implies(hypothesis, conclusion):
                return max(-self.margin(hypothesis), self.margin(conclusion))
        raise Undefined(f"no margin of a {type(proposition).__name__}")

    def truth(self, proposition: Node, equal: Any = None) -> bool:
        """Whether it holds. Raises Undefined where two numbers are too close to be told apart."""
        limit = self.equal if equal is None else equal
        match proposition:
            case Compare(relation, left, right):
                a, b = self.value(left), self.value(right)
                if limit and abs(a - b) <= limit * (1 + abs(a) + abs(b)) and a != b:
                    if self.touch:
                        return relation != "<"
                    raise Undefined("two numbers too close to be told apart")
                return bool(a == b if relation == "=" else a < b if relation == "<" else a <= b)
            case Not(arg):
                return not self.truth(arg, equal)
            case And(args) | Or(args):
                truths = [self.truth(arg, equal) for arg in args]
                return all(truths) if isinstance(proposition, And) else any(truths)
            case Implies(hypothesis, conclusion):
                return not self.truth(hypothesis, equal) or self.truth(conclusion, equal)
        raise Undefined(f"no truth of a {type(proposition).__name__}")


def digits(count: int) -> Any:
    """A context of mpmath with that many digits."""
    context = mpmath.MPContext()
    context.dps = count
    return context
