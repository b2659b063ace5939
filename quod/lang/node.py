"""The node that every term and proposition is made of, and the nodes of binding: variables, bound variables and λ.

Nodes are immutable, hash-consed, sort-checked and of bounded depth.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import Any, ClassVar, Self
from weakref import WeakValueDictionary

from quod.lang.sorts import INTEGER, REAL, Arrow, Sort, is_scalar

MAX_DEPTH = 250
"""Terms nested deeper than this are refused, so that no reading can exhaust the stack."""

MAX_PIECES = 400
"""Names, fields and brackets that are printed of a term; one with shared subterms can be exponentially longer than its table."""


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
        pieces: list[str] = []
        stack: list[Any] = [self]
        while stack and len(pieces) < MAX_PIECES:
            part = stack.pop()
            if isinstance(part, Node):
                pieces.append(f"{type(part).__name__}(")
                stack += (_Text(")"), *_between([getattr(part, name) for name in reversed(part.__match_args__)]))
            elif isinstance(part, tuple):
                pieces.append("(")
                stack += (_Text(")"), *_between(part[MAX_PIECES::-1]))
            else:
                pieces.append(part if isinstance(part, _Text) else repr(part))
        return "".join(pieces) + ("…" if stack else "")


class _Text(str):
    """What stands between the fields of a node as it is printed."""

    __slots__ = ()


def _between(parts: Iterable[Any]) -> list[Any]:
    return [item for part in parts for item in (_Text(", "), part)][1:]


def _loose(children: tuple[Node, ...]) -> frozenset[tuple[int, Sort]]:
    loose = frozenset[tuple[int, Sort]]().union(*(child.loose for child in children))
    if len({index for index, _ in loose}) < len(loose):
        raise TermError("one bound variable is used with two sorts")
    return loose


def expect(condition: bool, node: str, expected: str, *got: Node) -> None:
    if not condition:
        raise TermError(f"{node} expects {expected}, got {', '.join(str(term.sort) for term in got)}")


def scalar_sort(args: Iterable[Node]) -> Sort:
    return INTEGER if all(arg.sort == INTEGER for arg in args) else REAL


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


def expect_real_function(node: str, body: Node, codomain: Callable[[Sort], bool] = is_scalar) -> None:
    if not isinstance(body, Lambda) or body.domain != REAL or not codomain(body.body.sort):
        raise TermError(f"{node} expects a λ over ℝ, got a term of sort {body.sort}")
