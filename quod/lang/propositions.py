"""Propositions: comparisons, connectives, quantifiers, and the predicates of analysis."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from quod.lang.node import Lambda, Node, TermError, expect, expect_real_function
from quod.lang.sorts import PROPOSITION, REAL, VECTOR, Arrow, Sort, is_scalar, is_subsort, join

RELATIONS = frozenset(("=", "<=", "<"))


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
        if (found := cls._known((relation, left, right))) is not None:
            return found
        scalars = is_scalar(left.sort) and is_scalar(right.sort)
        same = relation == "=" and _alike(left.sort, right.sort)
        expect(scalars or same, relation, "two scalars" if relation != "=" else "two terms of one sort", left, right)
        return cls._make(PROPOSITION, (left, right), relation, (relation, left, right))


class _Connective(Node):
    __slots__ = ("args",)
    __match_args__ = ("args",)
    args: tuple[Node, ...]

    def __new__(cls, args: Iterable[Node]) -> Self:
        args = tuple(args)
        if (found := cls._known((args,))) is not None:
            return found
        expect(all(arg.sort == PROPOSITION for arg in args), cls.__name__, "propositions", *args)
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
        expect(arg.sort == PROPOSITION, "not", "a proposition", arg)
        return cls._make(PROPOSITION, (arg,))


class Implies(Node):
    """If `hypothesis` then `conclusion`."""

    __slots__ = ("conclusion", "hypothesis")
    __match_args__ = ("hypothesis", "conclusion")
    hypothesis: Node
    conclusion: Node

    def __new__(cls, hypothesis: Node, conclusion: Node) -> Self:
        both = hypothesis.sort == conclusion.sort == PROPOSITION
        expect(both, "⇒", "two propositions", hypothesis, conclusion)
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
        expect_real_function("almost everywhere", body, lambda sort: sort == PROPOSITION)
        return cls._make(PROPOSITION, (body,))


class Integrable(Node):
    """`body` is Lebesgue integrable over ℝ (measurable, with finite ∫|body|)."""

    __slots__ = ("body",)
    __match_args__ = ("body",)
    body: Lambda

    def __new__(cls, body: Lambda) -> Self:
        expect_real_function("integrable", body)
        return cls._make(PROPOSITION, (body,))


class Differentiable(Node):
    """`body` has a derivative at `point`."""

    __slots__ = ("body", "point")
    __match_args__ = ("body", "point")
    body: Lambda
    point: Node

    def __new__(cls, body: Lambda, point: Node) -> Self:
        expect_real_function("differentiable", body)
        expect(is_scalar(point.sort), "differentiable", "a scalar point", point)
        return cls._make(PROPOSITION, (body, point))


class Gradient(Node):
    """`field` is the gradient of `function` everywhere: on V (Fréchet), or on ℝ, where it is the derivative."""

    __slots__ = ("field", "function")
    __match_args__ = ("function", "field")
    function: Node
    field: Node

    def __new__(cls, function: Node, field: Node) -> Self:
        sort = function.sort
        fits = (
            isinstance(sort, Arrow)
            and is_subsort(sort.codomain, REAL)
            and sort.domain in (VECTOR, REAL)
            and field.sort == Arrow(sort.domain, sort.domain)
        )
        expect(fits, "is-gradient-of", "F: V → ℝ and G: V → V (or ℝ → ℝ twice)", function, field)
        return cls._make(PROPOSITION, (function, field))
