"""Binding: substitution without capture, abstraction, β-reduction and the unfolding of definitions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import assert_never

from quod.lang.sorts import Sort, is_subsort
from quod.lang.terms import (
    Add,
    AlmostEverywhere,
    And,
    AnyNode,
    Apply,
    Bound,
    Compare,
    Constant,
    Derivative,
    Differentiable,
    Elementary,
    Exists,
    Fold,
    ForAll,
    Gradient,
    IfThenElse,
    Implies,
    Inner,
    Integrable,
    Integral,
    Inverse,
    Lambda,
    Mul,
    Named,
    Node,
    Not,
    Number,
    Or,
    Power,
    Scale,
    TermError,
    Variable,
)


def _as_lambda(node: Node) -> Lambda:
    if not isinstance(node, Lambda):
        raise TermError("a binder lost its λ")
    return node


def rebuild(node: AnyNode, children: tuple[Node, ...]) -> Node:
    """`node` with other children. An application of a λ is β-reduced, so no redex ever stands."""
    if children == node.children and not (isinstance(node, Apply) and isinstance(node.function, Lambda)):
        return node
    match node:
        case Add() | Mul() | And() | Or():
            return type(node)(children)
        case Compare(relation, _, _):
            return Compare(relation, *children)
        case Apply():
            return apply(*children)
        case Lambda(domain, _):
            return Lambda(domain, *children)
        case Power(_, exponent):
            return Power(children[0], exponent)
        case Fold(kind, _, _, _):
            return Fold(kind, children[0], children[1], _as_lambda(children[2]))
        case Elementary(name, _):
            return Elementary(name, *children)
        case Named(name, _):
            return Named(name, *children)
        case Number() | Constant() | Variable() | Bound():
            return node
        case Integral() | Integrable() | ForAll() | Exists() | AlmostEverywhere():
            return type(node)(_as_lambda(children[0]))
        case Derivative() | Differentiable():
            return type(node)(_as_lambda(children[0]), children[1])
        case Scale() | Inverse() | IfThenElse() | Inner() | Not() | Implies() | Gradient():
            return type(node)(*children)
        case _:
            assert_never(node)


Done = dict[tuple[Node, int], Node]


def _transform(
    root: Node, leaf: Callable[[AnyNode, int], Node | None], stop: Callable[[Node, int], bool], memory: Done | None = None
) -> Node:
    """Rebuilds `root`; `leaf(node, depth)` may replace a node standing under `depth` binders; `stop` prunes what stays as it is.

    A `memory` is only for calls with the same `leaf` and `stop`.
    """
    first = root if stop(root, 0) else leaf(root, 0)  # type: ignore[arg-type]
    if first is not None:
        return first
    done: Done = {} if memory is None else memory
    stack: list[tuple[Node, int]] = [(root, 0)]
    while stack:
        node, depth = item = stack[-1]
        if item in done:
            stack.pop()
            continue
        inner = depth + 1 if type(node) is Lambda else depth
        children: list[Node] = []
        waiting = len(stack)
        for child in node.children:
            place = (child, inner)
            found = child if stop(child, inner) else done.get(place)
            if found is None:
                found = leaf(child, inner)  # type: ignore[arg-type]
                if found is None:
                    stack.append(place)
                    continue
                done[place] = found
            children.append(found)
        if len(stack) == waiting:
            done[item] = rebuild(node, tuple(children))  # type: ignore[arg-type]
            stack.pop()
    return done[root, 0]


def _reaches(node: Node, depth: int) -> bool:
    return node.reach > depth


def shift(term: Node, by: int, above: int = 0) -> Node:
    """`term` moved under `by` more binders: loose indices ≥ `above` grow by `by`."""

    def leaf(node: AnyNode, depth: int) -> Node | None:
        if isinstance(node, Bound):
            return Bound(node.index + by, node.sort) if node.index >= above + depth else node
        return None

    return term if by == 0 else _transform(term, leaf, lambda node, depth: not _reaches(node, above + depth))


def instantiate(function: Lambda, argument: Node) -> Node:
    """The body of `function` with `argument` for its variable (β-reduction).

    Raises TermError if the argument's sort does not fit.
    """
    if not is_subsort(argument.sort, function.domain):
        raise TermError(f"a λ over {function.domain} cannot take an argument of sort {argument.sort}")

    def leaf(node: AnyNode, depth: int) -> Node | None:
        if not isinstance(node, Bound):
            return None
        if node.index == depth:
            return shift(argument, depth)
        return Bound(node.index - 1, node.sort) if node.index > depth else node

    return _transform(function.body, leaf, lambda node, depth: not _reaches(node, depth))


def apply(function: Node, *arguments: Node) -> Node:
    """`function` applied to `arguments` one after the other, β-reduced where it is a λ."""
    for argument in arguments:
        function = instantiate(function, argument) if isinstance(function, Lambda) else Apply(function, argument)
    return function


def substitute(term: Node, values: Mapping[Variable, Node]) -> Node:
    """`term` with closed or open `values` for free variables; no variable of a value is ever captured.

    Raises TermError if a value's sort does not fit its variable.
    """
    for variable, value in values.items():
        if not is_subsort(value.sort, variable.sort):
            raise TermError(f"{variable.name} has sort {variable.sort} and cannot take a value of sort {value.sort}")

    def leaf(node: AnyNode, depth: int) -> Node | None:
        return shift(values[node], depth) if isinstance(node, Variable) and node in values else None

    return _transform(term, leaf, lambda node, _: not any(v in values for v in node.variables))


def abstract(variable: Variable, term: Node) -> Lambda:
    """λ variable. term."""

    def leaf(node: AnyNode, depth: int) -> Node | None:
        if node is variable:
            return Bound(depth, variable.sort)
        if isinstance(node, Bound) and node.index >= depth:
            return Bound(node.index + 1, node.sort)
        return None

    def stop(node: Node, depth: int) -> bool:
        return variable not in node.variables and not _reaches(node, depth)

    return Lambda(variable.sort, _transform(term, leaf, stop))


def constant_function(domain: Sort, term: Node) -> Lambda:
    """λ over `domain` that ignores its argument and returns `term`."""
    return Lambda(domain, shift(term, 1))


def as_function(term: Node, domain: Sort) -> Lambda:
    """`term`, a function on `domain`, written as a λ (η-expanded if it is not one)."""
    return term if isinstance(term, Lambda) else Lambda(domain, apply(shift(term, 1), Bound(0, domain)))


def unfold(term: Node, memory: Done | None = None) -> Node:
    """`term` with every definition replaced by its body, β-reduced. A `memory` keeps what was unfolded, for other calls."""
    done: Done = {} if memory is None else memory

    def leaf(node: AnyNode, _: int) -> Node | None:
        if not isinstance(node, Named):
            return None
        if (node, 0) not in done:
            done[node, 0] = _transform(node.body, leaf, stop, done)
        return done[node, 0]

    def stop(node: Node, _: int) -> bool:
        return node.plain

    return _transform(term, leaf, stop, done)


def fresh(name: str, sort: Sort, avoid: frozenset[Variable]) -> Variable:
    """A variable of that sort spelled like `name`, primed until no variable in `avoid` is spelled so."""
    taken = {variable.name for variable in avoid}
    while name in taken:
        name += "′"
    return Variable(name, sort)
