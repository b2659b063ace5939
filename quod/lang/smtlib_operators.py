"""What the operators of SMT-LIB 2.6 (theories Core, Ints, Reals, Reals_Ints) and of the usual extension mean as terms.

In SMT-LIB x/0 is an arbitrary value; here it is translated as it stands, so a prover must also show that the denominator is not 0.
Integer division rounds so that the remainder is not negative.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise

from quod.lang.sorts import INTEGER, PROPOSITION
from quod.lang.terms import Add, And, Compare, Elementary, IfThenElse, Implies, Inverse, Mul, Node, Not, Number, Or, Power

MAX_LITERAL_BITS = 12_000
"""Larger numerators and denominators are not written out as one literal (Python prints at most 4300 digits)."""
MAX_DISTINCT = 200
MAX_EXPONENT = 10_000
LARGEST_ROOT = 64

Arguments = tuple[Node, ...]


class Refused(ValueError):
    """Arguments that an operator does not take: what was expected, what came and the fix."""

    def __init__(self, expected: str, got: str, fix: str) -> None:
        super().__init__(expected)
        self.expected, self.got, self.fix = expected, got, fix


@dataclass(frozen=True, slots=True)
class Operator:
    """`build` makes the term from `least` to `most` arguments (None: any number), all scalars, all propositions, or as it checks."""

    build: Callable[[Arguments], Node]
    takes: str = "numbers"
    least: int = 1
    most: int | None = 1

    def __call__(self, name: str, args: Arguments) -> Node:
        """The term; raises Refused if the arguments do not fit."""
        count = f"{self.least}" if self.most == self.least else f"{self.least} to {self.most}" if self.most else f"at least {self.least}"
        if len(args) < self.least or (self.most is not None and len(args) > self.most):
            raise Refused(f"arguments of {name}: {count}", str(len(args)), f"give it {count}")
        wrong = next((arg for arg in args if (arg.sort == PROPOSITION) == (self.takes == "numbers")), None)
        if wrong is not None and self.takes != "any":
            other = "a comparison or a connective" if self.takes != "numbers" else "a number; (ite c 1 0) makes one of a Bool"
            raise Refused(f"{self.takes} as arguments of {name}", f"one of sort {wrong.sort}", f"put {other} there")
        return self.build(args)


def negative(term: Node) -> Node:
    """−term; of a literal, a literal."""
    return Number(-term.value) if isinstance(term, Number) else Mul((Number(-1), term))


def quotient(left: Node, right: Node) -> Node:
    """left/right; of two literals, a literal, unless the denominator is 0."""
    if isinstance(left, Number) and isinstance(right, Number) and right.value:
        value = left.value / right.value
        if max(value.numerator.bit_length(), value.denominator.bit_length()) <= MAX_LITERAL_BITS:
            return Number(value)
    return Mul((left, Inverse(right)))


def power(base: Node, exponent: Node) -> Node:
    """base^exponent. An integer literal: a power or its inverse; a literal with denominator 2ⁱ·3ʲ: by roots; else exp(exponent·log base).

    Powers that are not integers want base ≥ 0, and √base keeps that obligation even under a cube root.
    """
    if isinstance(exponent, Number):
        value, root = abs(exponent.value), base
        if value > MAX_EXPONENT:
            raise Refused(f"an exponent of size at most {MAX_EXPONENT}", "a larger one", "split the power")
        denominator = value.denominator
        if denominator <= LARGEST_ROOT:
            if denominator % 3 == 0 and denominator % 2:
                root = Power(Elementary("sqrt", root), 2)
            for name, index in (("sqrt", 2), ("cbrt", 3)):
                while denominator % index == 0:
                    root, denominator = Elementary(name, root), denominator // index
        if denominator == 1:
            raised = Power(root, value.numerator) if value.numerator != 1 else root
            return raised if exponent.value >= 0 else Inverse(raised)
    return Elementary("exp", Mul((exponent, Elementary("log", base))))


def _floor_division(left: Node, right: Node) -> Node:
    positive = Elementary("floor", quotient(left, right))
    below = negative(Elementary("floor", quotient(left, negative(right))))
    if isinstance(right, Number) and right.value:
        return positive if right.value > 0 else below
    return IfThenElse(Compare("<", Number(0), right), positive, below)


def _division(args: Arguments) -> Node:
    if any(arg.sort != INTEGER for arg in args):
        raise Refused("integers as arguments of div or mod", "a real", "round with to_int, or divide with /")
    result = args[0]
    for divisor in args[1:]:
        result = _floor_division(result, divisor)
    return result


def _remainder(args: Arguments) -> Node:
    return Add((args[0], Mul((Number(-1), args[1], _division(args)))))


def _floor(term: Node) -> Node:
    return term if term.sort == INTEGER else Elementary("floor", term)


def _exponentials(term: Node) -> tuple[Node, Node]:
    return Elementary("exp", term), Elementary("exp", negative(term))


def _sinh(args: Arguments) -> Node:
    growing, falling = _exponentials(args[0])
    return quotient(Add((growing, negative(falling))), Number(2))


def _cosh(args: Arguments) -> Node:
    return quotient(Add(_exponentials(args[0])), Number(2))


def _tanh(args: Arguments) -> Node:
    growing, falling = _exponentials(args[0])
    return quotient(Add((growing, negative(falling))), Add((growing, falling)))


def _absolute(args: Arguments) -> Node:
    return IfThenElse(Compare("<=", Number(0), args[0]), args[0], negative(args[0]))


def _least(args: Arguments) -> Node:
    result = args[0]
    for other in args[1:]:
        result = IfThenElse(Compare("<=", result, other), result, other)
    return result


def _greatest(args: Arguments) -> Node:
    result = args[0]
    for other in args[1:]:
        result = IfThenElse(Compare("<=", other, result), result, other)
    return result


def _minus(args: Arguments) -> Node:
    return negative(args[0]) if len(args) == 1 else Add((args[0], *map(negative, args[1:])))


def _divided(args: Arguments) -> Node:
    result = args[0]
    for divisor in args[1:]:
        result = quotient(result, divisor)
    return result


def _all(parts: list[Node]) -> Node:
    return parts[0] if len(parts) == 1 else And(parts)


def _chain(relation: str, swap: bool = False) -> Callable[[Arguments], Node]:
    def build(args: Arguments) -> Node:
        return _all([Compare(relation, right, left) if swap else Compare(relation, left, right) for left, right in pairwise(args)])

    return build


def _same(left: Node, right: Node) -> Node:
    if (left.sort == PROPOSITION) != (right.sort == PROPOSITION):
        raise Refused("two numbers or two Bools", "one of each", "compare like with like")
    return And((Implies(left, right), Implies(right, left))) if left.sort == PROPOSITION else Compare("=", left, right)


def _equal(args: Arguments) -> Node:
    return _all([_same(left, right) for left, right in pairwise(args)])


def _distinct(args: Arguments) -> Node:
    if len(args) > MAX_DISTINCT:
        raise Refused(f"at most {MAX_DISTINCT} arguments of distinct", str(len(args)), "order them with < instead")
    return _all([Not(_same(left, right)) for left, right in combinations(args, 2)])


def _exclusive_or(args: Arguments) -> Node:
    result = args[0]
    for other in args[1:]:
        result = Not(_same(result, other))
    return result


def _implies(args: Arguments) -> Node:
    result = args[-1]
    for hypothesis in reversed(args[:-1]):
        result = Implies(hypothesis, result)
    return result


def _if_then_else(args: Arguments) -> Node:
    condition, then, otherwise = args
    if condition.sort != PROPOSITION or (then.sort == PROPOSITION) != (otherwise.sort == PROPOSITION):
        got = f"{condition.sort}, {then.sort} and {otherwise.sort}"
        raise Refused("a Bool and two like terms as arguments of ite", got, "give both branches one sort")
    if then.sort == PROPOSITION:
        return And((Implies(condition, then), Implies(Not(condition), otherwise)))
    return IfThenElse(condition, then, otherwise)


def _elementary(name: str) -> Operator:
    return Operator(lambda args: Elementary(name, args[0]))


def _is_integer(args: Arguments) -> Node:
    return Compare("=", _floor(args[0]), args[0])


CORE: dict[str, Operator] = {
    "+": Operator(lambda args: Add(args) if len(args) > 1 else args[0], most=None),
    "-": Operator(_minus, most=None),
    "*": Operator(lambda args: Mul(args) if len(args) > 1 else args[0], most=None),
    "/": Operator(_divided, least=2, most=None),
    "div": Operator(_division, least=2, most=None),
    "mod": Operator(_remainder, least=2, most=2),
    "to_real": Operator(lambda args: args[0]),
    "to_int": Operator(lambda args: _floor(args[0])),
    "is_int": Operator(_is_integer),
    "<": Operator(_chain("<"), least=2, most=None),
    "<=": Operator(_chain("<="), least=2, most=None),
    ">": Operator(_chain("<", swap=True), least=2, most=None),
    ">=": Operator(_chain("<=", swap=True), least=2, most=None),
    "=": Operator(_equal, "any", 2, None),
    "distinct": Operator(_distinct, "any", 2, None),
    "not": Operator(lambda args: Not(args[0]), "Bools"),
    "and": Operator(lambda args: And(args) if len(args) > 1 else args[0], "Bools", 1, None),
    "or": Operator(lambda args: Or(args) if len(args) > 1 else args[0], "Bools", 1, None),
    "xor": Operator(_exclusive_or, "Bools", 2, None),
    "=>": Operator(_implies, "Bools", 2, None),
    "ite": Operator(_if_then_else, "any", 3, 3),
}
"""Operators of the standard theories: a problem cannot give them another meaning."""

EXTENSION: dict[str, Operator] = {
    **{name: _elementary(name) for name in ("exp", "log", "sin", "cos", "tan", "asin", "acos", "atan", "sqrt", "cbrt", "erf")},
    **{f"arc{name}": _elementary(f"a{name}") for name in ("sin", "cos", "tan")},
    "sinh": Operator(_sinh),
    "cosh": Operator(_cosh),
    "tanh": Operator(_tanh),
    "abs": Operator(_absolute),
    "min": Operator(_least, most=None),
    "max": Operator(_greatest, most=None),
    "pow": Operator(lambda args: power(*args), least=2, most=2),
    "^": Operator(lambda args: power(*args), least=2, most=2),
}
"""Operators beyond the standard, which a problem's own definition of that name hides."""


def literal(kind: str, text: str) -> Number:
    """The value of a numeral, decimal, #x or #b token; raises Refused if it has too many digits."""
    digits = text[2:] if kind in ("hex", "binary") else text
    if len(digits) > MAX_LITERAL_BITS // 4:
        raise Refused(f"a literal of at most {MAX_LITERAL_BITS // 4} digits", f"{len(digits)} digits", "write it as a product of powers")
    match kind:
        case "hex":
            return Number(int(digits, 16))
        case "binary":
            return Number(int(digits, 2))
        case _:
            return Number(Fraction(digits))
