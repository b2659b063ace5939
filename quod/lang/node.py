"""The node that every term and proposition is made of, and the nodes of binding: variables, bound variables and λ.

Nodes are immutable, hash-consed, sort-checked and of bounded depth.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, ClassVar, Self
from weakref import ref

from quod.lang.sorts import REAL, Arrow, Sort, is_scalar

MAX_DEPTH = 250
"""Terms nested deeper than this are refused, so that no reading can exhaust the stack."""

MAX_SHOWN = 12
"""Arguments whose sorts a message lists."""
MAX_PIECES = 400
"""Names, fields and brackets that are printed of a term; one with shared subterms can be exponentially longer than its table."""


class TermError(ValueError):
    """A term that has no meaning: wrong sorts, an unknown symbol, or nested too deeply."""


class Node:
    """A term or proposition.

    `sort`: its sort. `key`: 16 bytes that name it, the same in every process. `variables`: its free variables.
    `loose`: (index, sort) of the bound variables whose λ lies outside; `reach` is one more than their largest index, or 0.
    `plain`: there is nothing in it to unfold or to reduce. `children`: its immediate subterms.
    """

    __slots__ = ("__weakref__", "children", "depth", "key", "loose", "plain", "reach", "sort", "variables")
    __match_args__: ClassVar[tuple[str, ...]] = ()
    sort: Sort
    key: bytes
    depth: int
    children: tuple[Node, ...]
    variables: frozenset[Variable]
    loose: frozenset[tuple[int, Sort]]
    reach: int
    plain: bool

    @classmethod
    def _known(cls, place: tuple[Any, ...]) -> Self | None:
        """The node of this class that was made before at a place in the table: of these fields, in their final form."""
        entry = _interned.get((cls, place))
        return None if entry is None else entry()  # type: ignore[return-value]

    @classmethod
    def _make(
        cls, sort: Sort, children: tuple[Node, ...], label: object = "", fields: tuple[Any, ...] | None = None, place: Any = None
    ) -> Self:
        values = children if fields is None else fields
        place = place or values
        if (found := cls._known(place)) is not None:
            return found
        node = object.__new__(cls)
        put = object.__setattr__
        put(node, "sort", sort)
        put(node, "children", children)
        for name, value in zip(cls.__match_args__, values, strict=True):
            put(node, name, value)
        text = b"".join([f"{cls.__name__}|{label}|{len(children)}".encode(), *[child.key for child in children]])
        put(node, "key", hashlib.blake2b(text, digest_size=16).digest())
        node._describe()
        _interned[cls, place] = ref(node, partial(_forget, (cls, place)))
        return node

    def _describe(self) -> None:
        """Set what follows from the children; a node that is or binds a variable corrects it."""
        depth, reach, plain = 0, 0, True
        variables, loose = frozenset[Variable](), frozenset[tuple[int, Sort]]()
        for child in self.children:
            depth = child.depth if child.depth > depth else depth
            reach = child.reach if child.reach > reach else reach
            plain = plain and child.plain
            if child.variables is not variables:
                variables = variables | child.variables if variables else child.variables
            if child.loose is not loose:
                loose = loose | child.loose if loose else child.loose
        if len(loose) > 1 and len({index for index, _ in loose}) < len(loose):
            raise TermError("one bound variable is used with two sorts")
        if depth >= MAX_DEPTH:
            raise TermError(f"the term is nested {depth + 1} levels deep; expected at most {MAX_DEPTH}: name its parts with @definition")
        put = object.__setattr__
        put(self, "depth", depth + 1)
        put(self, "variables", variables)
        put(self, "loose", loose)
        put(self, "reach", reach)
        put(self, "plain", plain)

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


_interned: dict[Any, ref[Node]] = {}
"""The node of each class and fields that something still holds."""


def _forget(place: Any, dead: ref[Node]) -> None:
    if _interned.get(place) is dead:
        del _interned[place]


class _Text(str):
    """What stands between the fields of a node as it is printed."""

    __slots__ = ()


def _between(parts: Iterable[Any]) -> list[Any]:
    return [item for part in parts for item in (_Text(", "), part)][1:]


def expect(condition: bool, node: str, expected: str, *got: Node) -> None:
    if not condition:
        sorts = ", ".join(str(term.sort) for term in got[:MAX_SHOWN])
        raise TermError(f"{node} expects {expected}, got {sorts}{', …' if len(got) > MAX_SHOWN else ''}")


class Variable(Node):
    """A free variable, identified by name and sort."""

    __slots__ = ("name",)
    __match_args__ = ("name", "sort")
    name: str

    def __new__(cls, name: str, sort: Sort) -> Self:
        return cls._make(sort, (), f"{name}:{sort}", (name, sort))

    def _describe(self) -> None:
        super()._describe()
        object.__setattr__(self, "variables", frozenset((self,)))


class Bound(Node):
    """The variable of the λ that stands `index` binders further out (de Bruijn)."""

    __slots__ = ("index",)
    __match_args__ = ("index", "sort")
    index: int

    def __new__(cls, index: int, sort: Sort) -> Self:
        if index < 0:
            raise TermError(f"a bound variable's index is at least 0, got index={index}")
        return cls._make(sort, (), f"{index}:{sort}", (index, sort))

    def _describe(self) -> None:
        super()._describe()
        object.__setattr__(self, "loose", frozenset(((self.index, self.sort),)))
        object.__setattr__(self, "reach", self.index + 1)


class Lambda(Node):
    """λ: the function that takes a value of sort `domain` to `body`."""

    __slots__ = ("body", "domain")
    __match_args__ = ("domain", "body")
    domain: Sort
    body: Node

    def __new__(cls, domain: Sort, body: Node) -> Self:
        if (found := cls._known((domain, body))) is not None:
            return found
        if any(index == 0 and sort != domain for index, sort in body.loose):
            raise TermError(f"a λ over {domain} binds a variable of another sort")
        return cls._make(Arrow(domain, body.sort), (body,), domain, (domain, body))

    def _describe(self) -> None:
        super()._describe()
        if self.body.loose:
            object.__setattr__(self, "loose", frozenset((index - 1, sort) for index, sort in self.body.loose if index > 0))
            object.__setattr__(self, "reach", self.body.reach - 1)


def expect_real_function(node: str, body: Node, codomain: Callable[[Sort], bool] = is_scalar) -> None:
    if not isinstance(body, Lambda) or body.domain != REAL or not codomain(body.body.sort):
        raise TermError(f"{node} expects a λ over ℝ, got a term of sort {body.sort}")
