"""Terms and propositions: a closed set of immutable, hash-consed, sort-checked nodes with de Bruijn binders.

Two α-equivalent terms are the same object, so `is` decides equality. λ is the only binder; Σ, ∏, min, max, ∫, derivatives and
quantifiers take a λ. Nothing is simplified when a node is made. Operations are total (1/0 = 0, the integral of a function that
is not integrable is 0); that they are used inside their domain is a separate obligation, see `quod.lang.defined`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Self, TypeVar

from quod.lang.node import MAX_DEPTH, Bound, Lambda, Node, TermError, Variable, expect, expect_real_function
from quod.lang.propositions import (
    RELATIONS,
    AlmostEverywhere,
    And,
    Compare,
    Differentiable,
    Exists,
    ForAll,
    Gradient,
    Implies,
    Integrable,
    Not,
    Or,
)
from quod.lang.sorts import INTEGER, PROPOSITION, REAL, VECTOR, Arrow, Sort, is_scalar, is_subsort, join

CONSTANTS: dict[str, Sort] = {"pi": REAL, "zero": VECTOR}
ELEMENTARY = frozenset(["exp", "log", "sqrt", "cbrt", "sin", "cos", "tan", "asin", "acos", "atan", "erf", "floor"])
FOLDS = frozenset(("sum", "prod", "min", "max"))
SCALARS = frozenset((REAL, INTEGER))


class Number(Node):
    """An exact rational; an integer has sort ℤ."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    value: Fraction

    def __new__(cls, value: Fraction | int) -> Self:
        exact = value if type(value) is Fraction else Fraction(value)
        numerator, denominator = exact.numerator, exact.denominator
        if not (type(numerator) is type(denominator) is int):
            exact = Fraction(int(numerator), int(denominator))
        if (found := cls._known(place := (exact.numerator, exact.denominator))) is not None:
            return found
        printable = max(exact.numerator.bit_length(), exact.denominator.bit_length()) <= 12_000  # Python prints at most 4300 digits
        label = str(exact) if printable else f"{exact.numerator:x}/{exact.denominator:x}"
        return cls._make(INTEGER if exact.denominator == 1 else REAL, (), label, (exact,), place)


class Constant(Node):
    """A named constant: π, or the zero vector."""

    __slots__ = ("name",)
    __match_args__ = ("name",)
    name: str

    def __new__(cls, name: str) -> Self:
        if name not in CONSTANTS:
            raise TermError(f"unknown constant {name!r}; expected one of {sorted(CONSTANTS)}")
        return cls._make(CONSTANTS[name], (), name, (name,))


class Named(Node):
    """A definition: `name` for people, `body` (closed) for meaning. Both are part of its identity, so unfolding needs no context."""

    __slots__ = ("body", "name")
    __match_args__ = ("name", "body")
    name: str
    body: Node

    def __new__(cls, name: str, body: Node) -> Self:
        if body.loose or body.variables:
            raise TermError(f"definition {name!r} is not closed: it mentions {sorted(v.name for v in body.variables)}")
        return cls._make(body.sort, (body,), name, (name, body))

    def _describe(self) -> None:
        super()._describe()
        object.__setattr__(self, "plain", False)


class Apply(Node):
    """A function applied to one argument; several arguments are applied one after the other."""

    __slots__ = ("argument", "function")
    __match_args__ = ("function", "argument")
    function: Node
    argument: Node

    def __new__(cls, function: Node, argument: Node) -> Self:
        sort = function.sort
        if not isinstance(sort, Arrow) or not is_subsort(argument.sort, sort.domain):
            raise TermError(f"a function of sort {sort} cannot be applied to an argument of sort {argument.sort}")
        return cls._make(sort.codomain, (function, argument))

    def _describe(self) -> None:
        super()._describe()
        if isinstance(self.function, Lambda):
            object.__setattr__(self, "plain", False)


class Add(Node):
    """A sum of two or more scalars, or of two or more vectors."""

    __slots__ = ("args",)
    __match_args__ = ("args",)
    args: tuple[Node, ...]

    def __new__(cls, args: Iterable[Node]) -> Self:
        args = tuple(args)
        if (found := cls._known((args,))) is not None:
            return found
        sorts = {arg.sort for arg in args}
        expect(len(args) >= 2 and (sorts == {VECTOR} or sorts <= SCALARS), "+", "scalars, or vectors", *args)
        return cls._make(VECTOR if VECTOR in sorts else REAL if REAL in sorts else INTEGER, args, "", (args,))


class Mul(Node):
    """A product of two or more scalars."""

    __slots__ = ("args",)
    __match_args__ = ("args",)
    args: tuple[Node, ...]

    def __new__(cls, args: Iterable[Node]) -> Self:
        args = tuple(args)
        if (found := cls._known((args,))) is not None:
            return found
        sorts = {arg.sort for arg in args}
        expect(len(args) >= 2 and sorts <= SCALARS, "·", "scalars", *args)
        return cls._make(REAL if REAL in sorts else INTEGER, args, "", (args,))


class Scale(Node):
    """A scalar times a vector."""

    __slots__ = ("factor", "vector")
    __match_args__ = ("factor", "vector")
    factor: Node
    vector: Node

    def __new__(cls, factor: Node, vector: Node) -> Self:
        expect(is_scalar(factor.sort) and vector.sort == VECTOR, "scaling", "a scalar and a vector", factor, vector)
        return cls._make(VECTOR, (factor, vector))


class Inverse(Node):
    """1/arg, and 0 at arg = 0."""

    __slots__ = ("arg",)
    __match_args__ = ("arg",)
    arg: Node

    def __new__(cls, arg: Node) -> Self:
        expect(is_scalar(arg.sort), "the inverse", "a scalar", arg)
        return cls._make(REAL, (arg,))


class Power(Node):
    """base^exponent for a literal exponent ≥ 0; a⁰ = 1. A symbolic exponent is a product over an index."""

    __slots__ = ("base", "exponent")
    __match_args__ = ("base", "exponent")
    base: Node
    exponent: int

    def __new__(cls, base: Node, exponent: int) -> Self:
        expect(is_scalar(base.sort), "a power", "a scalar", base)
        if not 0 <= exponent <= 10_000:
            raise TermError(f"a literal exponent lies between 0 and 10000, got exponent={exponent}")
        return cls._make(base.sort, (base,), exponent, (base, exponent))


class Elementary(Node):
    """An elementary function of one real; `floor` has an integer value."""

    __slots__ = ("arg", "name")
    __match_args__ = ("name", "arg")
    name: str
    arg: Node

    def __new__(cls, name: str, arg: Node) -> Self:
        if name not in ELEMENTARY:
            raise TermError(f"unknown function {name!r}; expected one of {sorted(ELEMENTARY)}")
        expect(is_scalar(arg.sort), name, "a scalar", arg)
        return cls._make(INTEGER if name == "floor" else REAL, (arg,), name, (name, arg))


class IfThenElse(Node):
    """`then` where `condition` holds, `otherwise` elsewhere."""

    __slots__ = ("condition", "otherwise", "then")
    __match_args__ = ("condition", "then", "otherwise")
    condition: Node
    then: Node
    otherwise: Node

    def __new__(cls, condition: Node, then: Node, otherwise: Node) -> Self:
        sort = join(then.sort, otherwise.sort)
        expect(
            condition.sort == PROPOSITION and sort is not None,
            "if-then-else",
            "a proposition and two like terms",
            condition,
            then,
            otherwise,
        )
        return cls._make(sort or REAL, (condition, then, otherwise))


class Inner(Node):
    """The inner product ⟨left, right⟩ of two vectors."""

    __slots__ = ("left", "right")
    __match_args__ = ("left", "right")
    left: Node
    right: Node

    def __new__(cls, left: Node, right: Node) -> Self:
        expect(left.sort == VECTOR and right.sort == VECTOR, "the inner product", "two vectors", left, right)
        return cls._make(REAL, (left, right))


class Fold(Node):
    """Σ, ∏, min or max of `body` over the integers lower ≤ i < upper; the empty Σ is 0, the empty ∏ is 1."""

    __slots__ = ("body", "kind", "lower", "upper")
    __match_args__ = ("kind", "lower", "upper", "body")
    kind: str
    lower: Node
    upper: Node
    body: Lambda

    def __new__(cls, kind: str, lower: Node, upper: Node, body: Lambda) -> Self:
        if kind not in FOLDS:
            raise TermError(f"unknown fold {kind!r}; expected one of {sorted(FOLDS)}")
        expect(lower.sort == INTEGER and upper.sort == INTEGER, kind, "integer bounds", lower, upper)
        if not isinstance(body, Lambda) or body.domain != INTEGER:
            raise TermError(f"{kind} expects a λ over ℤ")
        inner = body.body.sort
        expect(is_scalar(inner) or (kind == "sum" and inner == VECTOR), kind, "scalars to fold", body.body)
        return cls._make(inner, (lower, upper, body), kind, (kind, lower, upper, body))


class Integral(Node):
    """∫ body over ℝ (Lebesgue), and 0 where body is not integrable."""

    __slots__ = ("body",)
    __match_args__ = ("body",)
    body: Lambda

    def __new__(cls, body: Lambda) -> Self:
        expect_real_function("the integral", body)
        return cls._make(REAL, (body,))


class Derivative(Node):
    """The derivative of `body` at `point`, and 0 where there is none."""

    __slots__ = ("body", "point")
    __match_args__ = ("body", "point")
    body: Lambda
    point: Node

    def __new__(cls, body: Lambda, point: Node) -> Self:
        expect_real_function("the derivative", body)
        expect(is_scalar(point.sort), "the derivative", "a scalar point", point)
        return cls._make(REAL, (body, point))


Term = (
    Number
    | Constant
    | Variable
    | Bound
    | Lambda
    | Named
    | Apply
    | Add
    | Mul
    | Scale
    | Inverse
    | Power
    | Elementary
    | IfThenElse
    | Inner
    | Fold
    | Integral
    | Derivative
)
Proposition = Compare | And | Or | Not | Implies | ForAll | Exists | AlmostEverywhere | Integrable | Differentiable | Gradient
AnyNode = Term | Proposition

TRUE = And(())
FALSE = Or(())

Result = TypeVar("Result")


def fold(root: Node, algebra: Callable[[AnyNode, tuple[Result, ...]], Result], memory: dict[Node, Result] | None = None) -> Result:
    """The reading of `root` under `algebra`, which gets a node and the readings of its children. Every shared subterm is read once.

    `memory` keeps readings between calls. The walk is iterative: no depth of nesting exhausts the stack here.
    """
    done: dict[Node, Result] = {} if memory is None else memory
    stack = [root]
    while stack:
        node = stack[-1]
        if node in done:
            stack.pop()
            continue
        waiting = [child for child in node.children if child not in done]
        if waiting:
            stack.extend(waiting)
        else:
            stack.pop()
            done[node] = algebra(node, tuple(done[child] for child in node.children))  # type: ignore[arg-type]
    return done[root]


__all__ = [
    "CONSTANTS",
    "ELEMENTARY",
    "FALSE",
    "FOLDS",
    "INTEGER",
    "MAX_DEPTH",
    "PROPOSITION",
    "REAL",
    "RELATIONS",
    "TRUE",
    "VECTOR",
    "Add",
    "AlmostEverywhere",
    "And",
    "AnyNode",
    "Apply",
    "Arrow",
    "Bound",
    "Compare",
    "Constant",
    "Derivative",
    "Differentiable",
    "Elementary",
    "Exists",
    "Fold",
    "ForAll",
    "Gradient",
    "IfThenElse",
    "Implies",
    "Inner",
    "Integrable",
    "Integral",
    "Inverse",
    "Lambda",
    "Mul",
    "Named",
    "Node",
    "Not",
    "Number",
    "Or",
    "Power",
    "Proposition",
    "Scale",
    "Term",
    "TermError",
    "Variable",
    "fold",
    "is_scalar",
]
