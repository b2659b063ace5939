"""Definedness: the obligations that every partial operation of a statement is used inside its domain.

Operations are total in the kernel (1/0 = 0), so a claim is PROVED only together with these: for every subterm 1/a, log a, √a, …
and everything assumed on the way to it (hypotheses, earlier conjuncts, the branch of an if-then-else, the range of an index), its
condition holds. A power with a symbolic exponent, which is a product of one constant, needs an exponent ≥ 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from quod.lang import terms as t
from quod.lang.binding import abstract, fresh, instantiate, unfold

MAX_PLACES = 10_000
"""Bound on the subterms looked at, each once for every list of assumptions on the way to it: shared branches have very many of these."""


@dataclass(frozen=True)
class _Path:
    """What is quantified and assumed on the way to a subterm, outermost first."""

    steps: tuple[t.Variable | t.Node, ...] = ()

    def binding(self, function: t.Lambda) -> tuple[_Path, t.Variable, t.Node]:
        variable = fresh("x", function.domain, function.variables | frozenset().union(*(step.variables for step in self.steps)))
        return _Path((*self.steps, variable)), variable, instantiate(function, variable)

    def assuming(self, proposition: t.Node) -> _Path:
        return _Path((*self.steps, proposition))

    def close(self, condition: t.Node) -> t.Node:
        for step in reversed(self.steps):
            condition = t.ForAll(abstract(step, condition)) if isinstance(step, t.Variable) else t.Implies(step, condition)
        return condition


def obligations(statement: t.Node) -> tuple[t.Node, ...]:
    """The closed propositions that together say that every subterm of the closed `statement` is defined, each once, in reading order.

    Raises TermError for a statement with more than MAX_PLACES places.
    """
    return tuple(dict.fromkeys(_walk(unfold(statement), _Path(), set())))


def _walk(node: t.Node, path: _Path, seen: set[tuple[t.Node, _Path]]) -> Iterator[t.Node]:
    if not node.children or (node, path) in seen:
        return
    seen.add((node, path))
    if len(seen) > MAX_PLACES:
        raise t.TermError(f"more than {MAX_PLACES} places where the term has to be defined; name its branches apart, or split the claim")
    match node:
        case t.Lambda():
            inner, _, body = path.binding(node)
            yield from _walk(body, inner, seen)
        case t.And(args) | t.Or(args):
            for arg in args:
                yield from _walk(arg, path, seen)
                path = path.assuming(arg if isinstance(node, t.And) else t.Not(arg))
        case t.Implies(hypothesis, conclusion):
            yield from _walk(hypothesis, path, seen)
            yield from _walk(conclusion, path.assuming(hypothesis), seen)
        case t.IfThenElse(condition, then, otherwise):
            yield from _walk(condition, path, seen)
            yield from _walk(then, path.assuming(condition), seen)
            yield from _walk(otherwise, path.assuming(t.Not(condition)), seen)
        case t.Fold(kind, lower, upper, body):
            yield from _walk(lower, path, seen)
            yield from _walk(upper, path, seen)
            inner, index, member = path.binding(body)
            yield from _walk(member, inner.assuming(t.Compare("<=", lower, index)).assuming(t.Compare("<", index, upper)), seen)
            if kind in ("min", "max"):
                yield path.close(t.Compare("<", lower, upper))
            elif kind == "prod" and not _counted(lower, upper) and all(index > 0 for index, _ in body.body.loose):
                yield path.close(t.Compare("<=", lower, upper))
        case t.Derivative(function, point) | t.Differentiable(function, point):
            yield from _walk(point, path, seen)
            yield from _walk(instantiate(function, point) if _is_open(function) else function, path, seen)
            if isinstance(node, t.Derivative):
                yield path.close(t.Differentiable(function, point))
        case _:
            for child in node.children:
                yield from _walk(child, path, seen)
            needed = _condition(node)
            if needed is not None:
                yield path.close(needed)


def _is_open(function: t.Lambda) -> bool:
    """True if a function that is defined at a point is so near it: its parts are continuous, and defined on open sets.

    A derivative needs that. Where this is False, as for if-then-else, √ and ⌊ ⌋, the function has to be defined everywhere.
    """
    variable = fresh("x", function.domain, function.variables)
    stack, seen = [instantiate(function, variable)], set[t.Node]()
    while stack:
        part = stack.pop()
        if variable in part.variables and part not in seen:
            seen.add(part)
            smooth = isinstance(part, t.Elementary) and part.name not in ("floor", "sqrt", "asin", "acos")
            total = isinstance(part, t.Fold) and part.kind in ("sum", "prod")
            if not (smooth or total or isinstance(part, t.Variable | t.Add | t.Mul | t.Scale | t.Power | t.Inverse | t.Inner | t.Lambda)):
                return False
            stack += part.children
    return True


def _counted(lower: t.Node, upper: t.Node) -> bool:
    return isinstance(lower, t.Number) and isinstance(upper, t.Number) and lower.value <= upper.value


def _condition(node: t.Node) -> t.Node | None:
    """What has to hold for the outermost operation of `node` to be defined; None if it always is."""
    zero = t.Number(0)
    match node:
        case t.Inverse(t.Number(value)) if value != 0:
            return None
        case t.Inverse(arg):
            return t.Not(t.Compare("=", arg, zero))
        case t.Elementary("log", arg):
            return t.Compare("<", zero, arg)
        case t.Elementary("sqrt", arg):
            return t.Compare("<=", zero, arg)
        case t.Elementary("asin" | "acos", arg):
            return t.And((t.Compare("<=", t.Number(-1), arg), t.Compare("<=", arg, t.Number(1))))
        case t.Elementary("tan", arg):
            return t.Not(t.Compare("=", t.Elementary("cos", arg), zero))
        case t.Integral(body):
            return t.Integrable(body)
        case _:
            return None
