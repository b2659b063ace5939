"""What a person writes: expressions and formulas with Python operators, tracing into terms of `quod.lang.terms`.

Only exact constants are accepted, and a formula has no truth value: `==`, `and`, `a <= b <= c` and `if formula:` raise
LanguageError with the spelling to use instead.
"""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any, NoReturn

from quod.lang import terms as t
from quod.lang.binding import abstract, as_function, constant_function
from quod.lang.binding import apply as apply_term
from quod.lang.sorts import INTEGER, PROPOSITION, VECTOR, Sort

MAX_BITS = 12_000
"""Python prints integers of at most 4300 digits, and so do claims."""


class LanguageError(ValueError):
    """Something that the language does not accept, with the spelling to use instead."""


class Expression:
    """A term under construction: a number, a vector, or a function (family, sequence, density, …)."""

    __slots__ = ("node",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, node: t.Node) -> None:
        self.node = node

    def __add__(self, other: Scalar) -> Expression:
        return Expression(t.Add(_flat(t.Add, self.node, to_node(other))))

    def __radd__(self, other: Scalar) -> Expression:
        return Expression(t.Add(_flat(t.Add, to_node(other), self.node)))

    def __neg__(self) -> Expression:
        minus = t.Number(-1)
        return Expression(t.Scale(minus, self.node) if self.node.sort == VECTOR else t.Mul(_flat(t.Mul, minus, self.node)))

    def __pos__(self) -> Expression:
        return self

    def __sub__(self, other: Scalar) -> Expression:
        node = to_node(other)
        return self + (Expression(t.Number(-node.value)) if isinstance(node, t.Number) else -Expression(node))

    def __rsub__(self, other: Scalar) -> Expression:
        return Expression(to_node(other)) + (-self)

    def __mul__(self, other: Scalar) -> Expression:
        return _product(self.node, to_node(other))

    def __rmul__(self, other: Scalar) -> Expression:
        return _product(to_node(other), self.node)

    def __truediv__(self, other: Scalar) -> Expression:
        return _product(self.node, t.Inverse(to_node(other)))

    def __rtruediv__(self, other: Scalar) -> Expression:
        return Expression(to_node(other)) / self

    def __floordiv__(self, other: Scalar) -> Expression:
        return Expression(t.Elementary("floor", (self / other).node))

    def __rfloordiv__(self, other: Scalar) -> Expression:
        return Expression(to_node(other)) // self

    def __mod__(self, other: Scalar) -> Expression:
        return self - (self // other) * other

    def __pow__(self, exponent: Scalar) -> Expression:
        match exponent:
            case bool() | float():
                to_node(exponent)
            case int():
                power = t.Power(self.node, abs(exponent))
                return Expression(power if exponent >= 0 else t.Inverse(power))
            case Expression(node=node) if node.sort == INTEGER:
                return Expression(t.Fold("prod", t.Number(0), node, constant_function(INTEGER, self.node)))
            case _:
                pass
        raise LanguageError(
            f"a power takes an integer exponent, got {exponent!r}; write sqrt(x) for a root and exp(y*log(x)) for a real exponent"
        )

    def __rpow__(self, base: Scalar) -> Expression:
        return Expression(to_node(base)) ** self

    def __abs__(self) -> Expression:
        return piecewise((self, self >= 0), otherwise=-self)

    def __le__(self, other: Scalar) -> Formula:
        return Formula(t.Compare("<=", self.node, to_node(other)))

    def __lt__(self, other: Scalar) -> Formula:
        return Formula(t.Compare("<", self.node, to_node(other)))

    def __ge__(self, other: Scalar) -> Formula:
        return Formula(t.Compare("<=", to_node(other), self.node))

    def __gt__(self, other: Scalar) -> Formula:
        return Formula(t.Compare("<", to_node(other), self.node))

    def __eq__(self, other: object) -> NoReturn:
        raise LanguageError("`==` compares Python objects, not mathematics; write eq(a, b)")

    def __ne__(self, other: object) -> NoReturn:
        raise LanguageError("`!=` compares Python objects, not mathematics; write ~eq(a, b)")

    def __bool__(self) -> NoReturn:
        raise LanguageError("an expression has no truth value; write piecewise((a, condition), otherwise=b) instead of `if`")

    def __call__(self, *arguments: Scalar) -> Expression:
        return Expression(apply_term(self.node, *(to_node(argument) for argument in arguments)))

    def __getitem__(self, index: Scalar | tuple[Scalar, ...]) -> Expression:
        return self(*index) if isinstance(index, tuple) else self(index)

    def __iter__(self) -> NoReturn:
        raise LanguageError("an expression cannot be iterated over; write Sum(lambda i: p[i], n) for a sum over its index")

    def __float__(self) -> NoReturn:
        raise LanguageError("an expression is exact and has no float value; use exp, log, … of quod, not of math or numpy")

    def __repr__(self) -> str:
        from quod.lang.text import to_text

        return to_text(self.node)


class Formula:
    """A proposition under construction. Combine with & (and), | (or), ~ (not), implies(p, q), iff(p, q)."""

    __slots__ = ("node",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, node: t.Node) -> None:
        self.node = node

    def __and__(self, other: Formula) -> Formula:
        return Formula(t.And(_flat(t.And, self.node, to_formula(other).node)))

    def __or__(self, other: Formula) -> Formula:
        return Formula(t.Or(_flat(t.Or, self.node, to_formula(other).node)))

    def __invert__(self) -> Formula:
        return Formula(t.Not(self.node))

    def __eq__(self, other: object) -> NoReturn:
        raise LanguageError("`==` between formulas compares Python objects; write iff(p, q)")

    def __bool__(self) -> NoReturn:
        raise LanguageError(
            "a formula has no truth value: write (a <= b) & (b <= c) instead of `a <= b <= c` or `and`, `|` instead of `or`, "
            "`~` instead of `not`, and piecewise((a, condition), otherwise=b) or implies(p, q) instead of `if`"
        )

    def __repr__(self) -> str:
        from quod.lang.text import to_text

        return to_text(self.node)


Scalar = Expression | int | Fraction


def to_node(value: object) -> t.Node:
    """The term that `value` stands for. Raises LanguageError for floats, bools and anything that is no exact value."""
    match value:
        case Expression(node=node):
            return node
        case bool():
            raise LanguageError(f"a bool is not a number; write {int(value)} instead of {value}")
        case int() | Fraction():
            bits = max(value.numerator.bit_length(), value.denominator.bit_length())
            if bits > MAX_BITS:
                fix = "build it from smaller ones, as a power of a term"
                raise LanguageError(f"a number has at most {MAX_BITS} bits, got one of {bits}; {fix}")
            return t.Number(value)
        case float():
            exact = Fraction(str(value)) if value - value == 0 else None
            fix = f"Q({exact.numerator}, {exact.denominator})" if exact is not None else "an exact bound, or none for infinity"
            raise LanguageError(f"the float {value!r} is not an exact constant; write {fix}")
        case Formula():
            raise LanguageError("a formula is not a number; write piecewise((1, condition), otherwise=0) for an indicator")
        case _ if hasattr(value, "as_expression"):
            return to_node(value.as_expression())
        case _:
            raise LanguageError(f"expected an exact number or an expression, got {value!r} ({type(value).__name__})")


def to_formula(value: object) -> Formula:
    """`value` itself if it is a formula. Raises LanguageError otherwise."""
    if isinstance(value, Formula):
        return value
    raise LanguageError(f"expected a formula such as a <= b or eq(a, b), got {value!r} ({type(value).__name__})")


def wrap(node: t.Node) -> Any:
    """`node` with operators on it: a Formula if it is a proposition, else an Expression."""
    return Formula(node) if node.sort == PROPOSITION else Expression(node)


def _flat(kind: type[t.Add] | type[t.Mul] | type[t.And] | type[t.Or], left: t.Node, right: t.Node) -> tuple[t.Node, ...]:
    """The arguments of `left ∘ right`, without the parentheses that Python's left association adds."""
    return (*(left.args if isinstance(left, kind) else (left,)), right)


def _product(left: t.Node, right: t.Node) -> Expression:
    if left.sort == VECTOR:
        left, right = right, left
    if right.sort == VECTOR:
        return Expression(t.Scale(left, right))
    return Expression(t.Mul(_flat(t.Mul, left, right)))


def trace(function: Any, *sorts: Sort) -> t.Node:
    """The λ-term of a Python function of arguments of those sorts, or of something that already is a function term."""
    if isinstance(function, Expression) or hasattr(function, "as_expression"):
        node = to_node(function)
        return as_function(node, sorts[0]) if len(sorts) == 1 else node
    if not callable(function):
        raise LanguageError(f"expected a function such as `lambda x: …`, got {function!r} ({type(function).__name__})")
    variables = [t.Variable(_fresh_name(), sort) for sort in sorts]
    value = function(*(wrap(variable) for variable in variables))
    body: t.Node = value.node if isinstance(value, Formula) else to_node(value)
    for variable in reversed(variables):
        body = abstract(variable, body)
    return body


_numbers = itertools.count(1)


def _fresh_name() -> str:
    """A variable name that no user can spell; it never outlives the tracing of one λ."""
    return f"·{next(_numbers)}"


def piecewise(*cases: tuple[Scalar, Formula], otherwise: Scalar) -> Expression:
    """The value of the first case whose condition holds, else `otherwise`."""
    node = to_node(otherwise)
    for case in reversed(cases):
        if not (isinstance(case, tuple) and len(case) == 2):
            raise LanguageError(f"a case of piecewise is a pair (value, condition), got {case!r}")
        node = t.IfThenElse(to_formula(case[1]).node, to_node(case[0]), node)
    return Expression(node)
