"""Terms and propositions: a closed set of immutable, hash-consed, sort-checked nodes with de Bruijn binders.

Two α-equivalent terms are the same object, so `is` decides equality. λ is the only binder; Σ, ∏, min, max, ∫, derivatives and
quantifiers take a λ. Nothing is simplified when a node is made. Operations are total (1/0 = 0, the integral of a function that
is not integrable is 0); that they are used inside their domain is a separate obligation, see `quod.lang.defined`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any, ClassVar, Self, TypeVar
from weakref import WeakValueDictionary

from quod.lang.sorts import INTEGER, PROPOSITION, REAL, VECTOR, Arrow, Sort, is_scalar, is_subsort, join

MAX_DEPTH = 250
"""Terms nested deeper than this are refused, so that no reading can exhaust the stack."""

CONSTANTS: dict[str, Sort] = {"pi": REAL, "zero": VECTOR}
ELEMENTARY = frozenset(
    "exp log sqrt cbrt sin cos tan asin acos atan erf floor".split()
)
FOLDS = frozenset(("sum", "prod", "min", "max"))
RELATIONS = frozenset(("=", "<=", "<"))


class TermError(ValueError):
    """A term that has no meaning: wrong sorts, an unknown symbol, or nested too deeply."""


class Node:
    """A term or proposition.

    `sort`: its sort. `key`: 16 bytes that name it, the same in every process. `variables`: its free variables.
    `loose`: (index, sort) of the bound variables whose λ lies outside. `children`: its immediate subterms.
    """

    __slots__ = ("__weakref__", "children", "depth", "key", "loose", "sort", "variables")
    __match_args__: ClassVar[tuple[str, ...]] = ()
    _interned: ClassVar[WeakValueDictionary[Any, Node]] = WeakValueDictionary()
    sort: Sort
    key: bytes
    depth: int
    children: tuple[Node, ...]
    variables: frozenset[Variable]
    loose: frozenset[tuple[int, Sort]]

    @classmethod
    def _make(cls, sort: Sort, children: tuple[Node, ...], label: object = "", fields: tuple[Any, ...] | None = None) -> Self:
        values = children if fields is None else fields
        found = Node._interned.get((cls, values))
        if found is not None:
            return found  # type: ignore[return-value]
        node = object.__new__(cls)
        put = object.__setattr__
        put(node, "sort", sort)
        put(node, "children", children)
        depth = 1 + max((child.depth for child in children), default=0)
        if depth > MAX_DEPTH:
            raise TermError(f"the term is nested {depth} levels deep; expected at most {MAX_DEPTH}: name its parts with @definition")
        put(node, "depth", depth)
        digest = hashlib.blake2b(f"{cls.__name__}|{label}|{len(children)}".encode(), digest_size=16)
        for child in children:
            digest.update(child.key)
        put(node, "key", digest.digest())
        put(node, "variables", frozenset().union(*(child.variables for child in children)))
        put(node, "loose", _loose(children))
        for name, value in zip(cls.__match_args__, values, strict=True):
            put(node, name, value)
        return Node._interned.setdefault((cls, values), node)  # type: ignore[return-value]

    def __setattr__(self, name: str, value: object) -> None:
        raise TermError(f"terms are immutable: cannot set {name!r}")

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), tuple(getattr(self, name) for name in self.__match_args__))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(repr(getattr(self, name)) for name in self.__match_args__)})"


def _loose(children: tuple[Node, ...]) -> frozenset[tuple[int, Sort]]:
    loose = frozenset[tuple[int, Sort]]().union(*(child.loose for child in children))
    if len({index for index, _ in loose}) < len(loose):
        raise TermError("one bound variable is used with two sorts")
    return loose


def _expect(condition: bool, node: str, expected: str, *got: Node) -> None:
    if not condition:
        raise TermError(f"{node} expects {expected}, got {', '.join(str(term.sort) for term in got)}")


def _scalar_sort(args: Iterable[Node]) -> Sort:
    return INTEGER if all(arg.sort == INTEGER for arg in args) else REAL


class Number(Node):
    """An exact rational; an integer has sort ℤ."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    value: Fraction

    def __new__(cls, value: Fraction | int) -> Self:
        given = Fraction(value)
        exact = Fraction(int(given.numerator), int(given.denominator))
        return cls._make(INTEGER if exact.denominator == 1 else REAL, (), exact, (exact,))


class Constant(Node):
    """A named constant: π, or the zero vector."""

    __slots__ = ("name",)
    __match_args__ = ("name",)
    name: str

    def __new__(cls, name: str) -> Self:
        if name not in CONSTANTS:
            raise TermError(f"unknown constant {name!r}; expected one of {sorted(CONSTANTS)}")
        return cls._make(CONSTANTS[name], (), name, (name,))


class Variable(Node):
    """A free variable, identified by name and sort."""

    __slots__ = ("name",)
    __match_args__ = ("name", "sort")
    name: str

    def __new__(cls, name: str, sort: Sort) -> Self:
        node = cls._make(sort, (), f"{name}:{sort}", (name, sort))
        object.__setattr__(node, "variables", frozenset((node,)))
        return node


class Bound(Node):
    """The variable of the λ that stands `index` binders further out (de Bruijn)."""

    __slots__ = ("index",)
    __match_args__ = ("index", "sort")
    index: int

    def __new__(cls, index: int, sort: Sort) -> Self:
        if index < 0:
            raise TermError(f"a bound variable's index is at least 0, got index={index}")
        node = cls._make(sort, (), f"{index}:{sort}", (index, sort))
        object.__setattr__(node, "loose", frozenset(((index, sort),)))
        return node


class Lambda(Node):
    """λ: the function that takes a value of sort `domain` to `body`."""

    __slots__ = ("body", "domain")
    __match_args__ = ("domain", "body")
    domain: Sort
    body: Node

    def __new__(cls, domain: Sort, body: Node) -> Self:
        if any(index == 0 and sort != domain for index, sort in body.loose):
            raise TermError(f"a λ over {domain} binds a variable of another sort")
        node = cls._make(Arrow(domain, body.sort), (body,), domain, (domain, body))
        outer = frozenset((index - 1, sort) for index, sort in body.loose if index > 0)
        object.__setattr__(node, "loose", outer)
        return node


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


class Add(Node):
    """A sum of two or more scalars, or of two or more vectors."""

    __slots__ = ("args",)
    __match_args__ = ("args",)
    args: tuple[Node, ...]

    def __new__(cls, args: Iterable[Node]) -> Self:
        args = tuple(args)
        vectors = all(arg.sort == VECTOR for arg in args)
        _expect(len(args) >= 2 and (vectors or all(is_scalar(arg.sort) for arg in args)), "+", "scalars, or vectors", *args)
        return cls._make(VECTOR if vectors else _scalar_sort(args), args, "", (args,))


class Mul(Node):
    """A product of two or more scalars."""

    __slots__ = ("args",)
    __match_args__ = ("args",)
    args: tuple[Node, ...]

    def __new__(cls, args: Iterable[Node]) -> Self:
        args = tuple(args)
        _expect(len(args) >= 2 and all(is_scalar(arg.sort) for arg in args), "·", "scalars", *args)
        return cls._make(_scalar_sort(args), args, "", (args,))


class Scale(Node):
    """A scalar times a vector."""

    __slots__ = ("factor", "vector")
    __match_args__ = ("factor", "vector")
    factor: Node
    vector: Node

    def __new__(cls, factor: Node, vector: Node) -> Self:
        _expect(is_scalar(factor.sort) and vector.sort == VECTOR, "scaling", "a scalar and a vector", factor, vector)
        return cls._make(VECTOR, (factor, vector))


class Inverse(Node):
    """1/arg, and 0 at arg = 0."""

    __slots__ = ("arg",)
    __match_args__ = ("arg",)
    arg: Node

    def __new__(cls, arg: Node) -> Self:
        _expect(is_scalar(arg.sort), "the inverse", "a scalar", arg)
        return cls._make(REAL, (arg,))


class Power(Node):
    """base^exponent for a literal exponent ≥ 0; a⁰ = 1. A symbolic exponent is a product over an index."""

    __slots__ = ("base", "exponent")
    __match_args__ = ("base", "exponent")
    base: Node
    exponent: int

    def __new__(cls, base: Node, exponent: int) -> Self:
        _expect(is_scalar(base.sort), "a power", "a scalar", base)
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
        _expect(is_scalar(arg.sort), name, "a scalar", arg)
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
        _expect(condition.sort == PROPOSITION and sort is not None, "if-then-else", "a proposition and two like terms", condition, then, otherwise)
        return cls._make(sort or REAL, (condition, then, otherwise))


class Inner(Node):
    """The inner product ⟨left, right⟩ of two vectors."""

    __slots__ = ("left", "right")
    __match_args__ = ("left", "right")
    left: Node
    right: Node

    def __new__(cls, left: Node, right: Node) -> Self:
        _expect(left.sort == VECTOR and right.sort == VECTOR, "the inner product", "two vectors", left, right)
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
        _expect(lower.sort == INTEGER and upper.sort == INTEGER, kind, "integer bounds", lower, upper)
        if not isinstance(body, Lambda) or body.domain != INTEGER:
            raise TermError(f"{kind} expects a λ over ℤ")
        inner = body.body.sort
        _expect(is_scalar(inner) or (kind == "sum" and inner == VECTOR), kind, "scalars to fold", body.body)
        return cls._make(inner, (lower, upper, body), kind, (kind, lower, upper, body))


def _real_function(node: str, body: Node, codomain: Callable[[Sort], bool] = is_scalar) -> None:
    if not isinstance(body, Lambda) or body.domain != REAL or not codomain(body.body.sort):
        raise TermError(f"{node} expects a λ over ℝ, got a term of sort {body.sort}")


class Integral(Node):
    """∫ body over ℝ (Lebesgue), and 0 where body is not integrable."""

    __slots__ = ("body",)
    __match_args__ = ("body",)
    body: Lambda

    def __new__(cls, body: Lambda) -> Self:
        _real_function("the integral", body)
        return cls._make(REAL, (body,))


class Derivative(Node):
    """The derivative of `body` at `point`, and 0 where there is none."""

    __slots__ = ("body", "point")
    __match_args__ = ("body", "point")
    body: Lambda
    point: Node

    def __new__(cls, body: Lambda, point: Node) -> Self:
        _real_function("the derivative", body)
        _expect(is_scalar(point.sort), "the derivative", "a scalar point", point)
        return cls._make(REAL, (body, point))


def _alike(left: Sort, right: Sort) -> bool:
    """Equality makes sense: two vectors, or two functions of one domain with values of comparable sorts."""
    if isinstance(left, Arrow) and isinstance(right, Arrow):
        return left.domain == right.domain and (_alike(left.codomain, right.codomain) or join(left.codomain, right.codomain) is not None)
    return left == right == VECTOR


class Compare(Node):
    """left relation right, the relation one of = ≤ <; equality also between vectors and between functions of one sort."""

    __slots__ = ("left", "relation", "right")
    __match_args__ = ("relation", "left", "right")
    relation: str
    left: Node
    right: Node

    def __new__(cls, relation: str, left: Node, right: Node) -> Self:
        if relation not in RELATIONS:
            raise TermError(f"unknown relation {relation!r}; expected one of {sorted(RELATIONS)}")
        scalars = is_scalar(left.sort) and is_scalar(right.sort)
        same = relation == "=" and _alike(left.sort, right.sort)
        _expect(scalars or same, relation, "two scalars" if relation != "=" else "two terms of one sort", left, right)
        return cls._make(PROPOSITION, (left, right), relation, (relation, left, right))


class _Connective(Node):
    __slots__ = ("args",)
    __match_args__ = ("args",)
    args: tuple[Node, ...]

    def __new__(cls, args: Iterable[Node]) -> Self:
        args = tuple(args)
        _expect(all(arg.sort == PROPOSITION for arg in args), cls.__name__, "propositions", *args)
        return cls._make(PROPOSITION, args, "", (args,))


class And(_Connective):
    """All of `args`; of none: true."""

    __slots__ = ()


class Or(_Connective):
    """At least one of `args`; of none: false."""

    __slots__ = ()


class Not(Node):
    """The negation of `arg`."""

    __slots__ = ("arg",)
    __match_args__ = ("arg",)
    arg: Node

    def __new__(cls, arg: Node) -> Self:
        _expect(arg.sort == PROPOSITION, "not", "a proposition", arg)
        return cls._make(PROPOSITION, (arg,))


class Implies(Node):
    """If `hypothesis` then `conclusion`."""

    __slots__ = ("conclusion", "hypothesis")
    __match_args__ = ("hypothesis", "conclusion")
    hypothesis: Node
    conclusion: Node

    def __new__(cls, hypothesis: Node, conclusion: Node) -> Self:
        both = hypothesis.sort == conclusion.sort == PROPOSITION
        _expect(both, "⇒", "two propositions", hypothesis, conclusion)
        return cls._make(PROPOSITION, (hypothesis, conclusion))


class _Quantifier(Node):
    __slots__ = ("body",)
    __match_args__ = ("body",)
    body: Lambda

    def __new__(cls, body: Lambda) -> Self:
        if not isinstance(body, Lambda) or body.body.sort != PROPOSITION:
            raise TermError(f"a quantifier expects a λ to propositions, got a term of sort {body.sort}")
        return cls._make(PROPOSITION, (body,))


class ForAll(_Quantifier):
    """`body` holds for every value of its variable."""

    __slots__ = ()


class Exists(_Quantifier):
    """`body` holds for some value of its variable."""

    __slots__ = ()


class AlmostEverywhere(Node):
    """`body` holds for all reals outside a set of Lebesgue measure zero."""

    __slots__ = ("body",)
    __match_args__ = ("body",)
    body: Lambda

    def __new__(cls, body: Lambda) -> Self:
        _real_function("almost everywhere", body, lambda sort: sort == PROPOSITION)
        return cls._make(PROPOSITION, (body,))


class Integrable(Node):
    """`body` is Lebesgue integrable over ℝ (measurable, with finite ∫|body|)."""

    __slots__ = ("body",)
    __match_args__ = ("body",)
    body: Lambda

    def __new__(cls, body: Lambda) -> Self:
        _real_function("integrable", body)
        return cls._make(PROPOSITION, (body,))


class Differentiable(Node):
    """`body` has a derivative at `point`."""

    __slots__ = ("body", "point")
    __match_args__ = ("body", "point")
    body: Lambda
    point: Node

    def __new__(cls, body: Lambda, point: Node) -> Self:
        _real_function("differentiable", body)
        _expect(is_scalar(point.sort), "differentiable", "a scalar point", point)
        return cls._make(PROPOSITION, (body, point))


class Gradient(Node):
    """`field` is the gradient of `function` everywhere: on V (Fréchet), or on ℝ, where it is the derivative."""

    __slots__ = ("field", "function")
    __match_args__ = ("function", "field")
    function: Node
    field: Node

    def __new__(cls, function: Node, field: Node) -> Self:
        sort = function.sort
        fits = isinstance(sort, Arrow) and is_subsort(sort.codomain, REAL) and sort.domain in (VECTOR, REAL) and field.sort == Arrow(sort.domain, sort.domain)
        _expect(fits, "is-gradient-of", "F: V → ℝ and G: V → V (or ℝ → ℝ twice)", function, field)
        return cls._make(PROPOSITION, (function, field))


Term = (
    Number | Constant | Variable | Bound | Lambda | Named | Apply | Add | Mul | Scale | Inverse | Power | Elementary | IfThenElse | Inner
    | Fold | Integral | Derivative
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
