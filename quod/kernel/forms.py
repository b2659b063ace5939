"""The shapes of a normal form: a polynomial, a linear form, a λ over a normal form, or another canonical node."""

from __future__ import annotations

from dataclasses import dataclass

from quod.kernel.polynomial import Linear, Polynomial, to_node, vector_node
from quod.lang import terms as t
from quod.lang.sorts import Sort


@dataclass(frozen=True, eq=False)
class Scalar:
    """The normal form of a real or an integer."""

    value: Polynomial

    def node(self) -> t.Node:
        return to_node(self.value)


@dataclass(frozen=True, eq=False)
class Vector:
    """The normal form of a vector."""

    value: Linear

    def node(self) -> t.Node:
        return vector_node(self.value)


@dataclass(frozen=True, eq=False)
class Abstraction:
    """The normal form of a λ."""

    domain: Sort
    body: Normal

    def node(self) -> t.Lambda:
        return t.Lambda(self.domain, self.body.node())


@dataclass(frozen=True, eq=False)
class Other:
    """The normal form of a proposition, or of a function that is no λ."""

    value: t.Node

    def node(self) -> t.Node:
        return self.value


Normal = Scalar | Vector | Abstraction | Other


def eta(form: Abstraction) -> t.Node:
    """λx. f(x) as f, where f does not mention x and takes exactly the λ's domain."""
    function = form.node()
    body = function.body
    if isinstance(body, t.Apply) and isinstance(body.argument, t.Bound) and body.argument.index == 0:
        head = body.function
        if isinstance(head, t.Variable) and getattr(head.sort, "domain", None) == form.domain:
            return head
    return function
