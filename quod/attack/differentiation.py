"""Derivatives as terms to be evaluated at a point, undefined (1/0) where this does not show that the function has one.

Outside the switching points of a case distinction its branches are differentiated; at one, both branches must have the same value and
the same derivative there, else the term is 1/0. So a defined value of `derivative(f, a)`, with f(a) defined, is f′(a).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from quod.lang import terms as t
from quod.lang.binding import abstract, fresh, instantiate, unfold
from quod.lang.sorts import INTEGER

ZERO, ONE, TWO = t.Number(0), t.Number(1), t.Number(2)
UNDEFINED = t.Inverse(ZERO)


class NotDifferentiated(ValueError):
    """A term that this module has no rule for."""


def derivative(function: t.Lambda, point: t.Node) -> t.Node:
    """The term f′(point); it is defined only where the derivative is known to exist. Raises NotDifferentiated."""
    x = fresh("x", function.domain, function.variables | point.variables)
    body = unfold(instantiate(function, x))
    slope = instantiate(abstract(x, _differentiate(body, x)), point)
    return t.Add((slope, t.Mul((ZERO, instantiate(function, point)))))


def _differentiate(node: t.Node, x: t.Variable) -> t.Node:
    if x not in node.variables:
        return ZERO
    match node:
        case t.Variable():
            return ONE
        case t.Add(args):
            return _add(_differentiate(arg, x) for arg in args)
        case t.Mul(args):
            return _add(_multiply(*args[:i], _differentiate(arg, x), *args[i + 1 :]) for i, arg in enumerate(args))
        case t.Power(base, exponent):
            return _multiply(t.Number(exponent), t.Power(base, exponent - 1), _differentiate(base, x)) if exponent else ZERO
        case t.Inverse(arg):
            return _multiply(t.Number(-1), t.Power(node, 2), _differentiate(arg, x))
        case t.Elementary(name, arg):
            return _multiply(_outer(name, arg, node), _differentiate(arg, x))
        case t.IfThenElse():
            return _cases(node, x)
        case t.Fold("sum", lower, upper, body) if x not in lower.variables | upper.variables:
            index = fresh("i", INTEGER, body.variables | {x})
            return t.Fold("sum", lower, upper, abstract(index, _differentiate(instantiate(body, index), x)))
        case t.Fold("prod", lower, upper, body) if x not in lower.variables | upper.variables:
            return _product(node, x)
        case t.Derivative(function, point):
            return _differentiate(derivative(function, point), x)
        case t.Scale() | t.Inner() | t.Fold() | t.Apply() | t.Integral() | t.Lambda() | t.Named():
            raise NotDifferentiated(f"a {type(node).__name__} cannot be differentiated here")
        case _:
            raise NotDifferentiated(f"a {type(node).__name__} has no derivative")


def _product(node: t.Fold, x: t.Variable) -> t.Node:
    """(∏ gᵢ)′ = Σᵢ gᵢ′ ∏_{j<i} gⱼ ∏_{j>i} gⱼ."""
    index = fresh("i", INTEGER, node.body.variables | node.lower.variables | node.upper.variables | {x})
    before = t.Fold("prod", node.lower, index, node.body)
    after = t.Fold("prod", t.Add((index, ONE)), node.upper, node.body)
    term = t.Mul((_differentiate(instantiate(node.body, index), x), before, after))
    return t.Fold("sum", node.lower, node.upper, abstract(index, term))


def _outer(name: str, arg: t.Node, value: t.Node) -> t.Node:
    """f′(arg) of an elementary function with f(arg) = value."""
    one_minus_square = t.Add((ONE, t.Mul((t.Number(-1), t.Power(arg, 2)))))
    match name:
        case "exp":
            return value
        case "log":
            return t.Inverse(arg)
        case "sqrt":
            return t.Inverse(t.Mul((TWO, value)))
        case "cbrt":
            return t.Inverse(t.Mul((t.Number(3), t.Power(value, 2))))
        case "sin":
            return t.Elementary("cos", arg)
        case "cos":
            return t.Mul((t.Number(-1), t.Elementary("sin", arg)))
        case "tan":
            return t.Add((ONE, t.Power(value, 2)))
        case "asin":
            return t.Inverse(t.Elementary("sqrt", one_minus_square))
        case "acos":
            return t.Mul((t.Number(-1), t.Inverse(t.Elementary("sqrt", one_minus_square))))
        case "atan":
            return t.Inverse(t.Add((ONE, t.Power(arg, 2))))
        case "erf":
            root = t.Elementary("sqrt", t.Constant("pi"))
            return t.Mul((TWO, t.Inverse(root), t.Elementary("exp", t.Mul((t.Number(-1), t.Power(arg, 2))))))
        case _:
            on_a_step = t.Compare("=", value, arg)
            return t.IfThenElse(on_a_step, UNDEFINED, ZERO)


def _cases(node: t.IfThenElse, x: t.Variable) -> t.Node:
    then, otherwise = _differentiate(node.then, x), _differentiate(node.otherwise, x)
    plain: t.Node = t.IfThenElse(node.condition, then, otherwise)
    sides = [pair for pair in _comparisons(node.condition) if x in pair[0].variables | pair[1].variables]
    if not sides:
        return plain
    switches = [t.Compare("=", left, right) for left, right in sides]
    broken = [_differentiate(side, x) for pair in sides for side in pair if _may_jump(side)]
    plain = _add((plain, *(t.Mul((ZERO, slope)) for slope in broken)))  # a condition's side is continuous where its slope is defined
    smooth = t.And((t.Compare("=", node.then, node.otherwise), t.Compare("=", then, otherwise)))
    return t.IfThenElse(t.Or(switches), t.IfThenElse(smooth, then, UNDEFINED), plain)


def _may_jump(term: t.Node) -> bool:
    return any(isinstance(node, t.IfThenElse) or (isinstance(node, t.Elementary) and node.name == "floor") for node in _subterms(term))


def _subterms(term: t.Node) -> Iterator[t.Node]:
    stack, seen = [term], {term}
    while stack:
        node = stack.pop()
        yield node
        stack.extend(child for child in node.children if child not in seen)
        seen.update(node.children)


def _comparisons(condition: t.Node) -> Iterator[tuple[t.Node, t.Node]]:
    match condition:
        case t.Compare(_, left, right):
            yield left, right
        case t.And() | t.Or() | t.Not() | t.Implies():
            for child in condition.children:
                yield from _comparisons(child)
        case _:
            raise NotDifferentiated(f"a condition with a {type(condition).__name__} cannot be differentiated through")


def _add(terms: Iterable[t.Node]) -> t.Node:
    there = [term for term in terms if term is not ZERO]
    return ZERO if not there else there[0] if len(there) == 1 else t.Add(there)


def _multiply(*factors: t.Node) -> t.Node:
    there = [factor for factor in factors if factor is not ONE]
    return ZERO if ZERO in there else ONE if not there else there[0] if len(there) == 1 else t.Mul(there)
