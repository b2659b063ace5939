"""Single changes of a term: constants moved, relations made strict or reversed, ranges shifted, functions and quantifiers exchanged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from quod.lang import terms as t
from quod.lang.binding import abstract, instantiate
from quod.lang.sorts import INTEGER, REAL
from quod.lang.text import to_text

SHIFTS = (2, 6, 12)
"""Exponents k of the relative changes 10⁻ᵏ of a constant."""
KINDS = ("constant", "relation", "function", "range", "quantifier")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_NEIGHBOURS = {
    "sin": "cos",
    "cos": "sin",
    "tan": "sin",
    "asin": "atan",
    "acos": "asin",
    "atan": "erf",
    "erf": "atan",
    "sqrt": "cbrt",
    "cbrt": "sqrt",
}
_FOLDS = {"min": "max", "max": "min", "sum": "max", "prod": "sum"}
_NAMES = {"<=": "≤", "<": "<", "=": "=", ">=": "≥", ">": ">", "≠": "≠"}


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a subterm stands. part: the number of its hypothesis, the definition it is part of, or None for the conclusion. path: the
    children on the way to it.

    compare: the length of the path to the innermost comparison around it, None where a binder of values lies between. sign: +1 where
    the statement grows weaker with that comparison, −1 where it grows stronger, 0 where neither is known. whole: only integers fit.
    """

    part: int | t.Named | None
    path: tuple[int, ...] = ()
    compare: int | None = None
    sign: int = 1
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Site:
    """One possible change: what `make` gives, in the place of what stands at `scope`.

    implied: +1 if it asks for less there, −1 if for more. `make` raises TermError where no such term is possible.
    """

    scope: Scope
    kind: str
    words: str
    make: Callable[[], t.Node]
    implied: int = 0


def sites(node: t.Node, scope: Scope, definitions: Sequence[t.Named]) -> Iterator[Site]:
    """Every change at a subterm and below it, the definitions left closed."""
    yield from _changes(node, scope, definitions)
    if isinstance(node, t.Named):
        return
    for number, child in enumerate(node.children):
        yield from sites(child, _inner(node, number, scope), definitions)


def _inner(node: t.Node, number: int, scope: Scope) -> Scope:
    path = (*scope.path, number)
    whole = scope.whole
    compare, sign = scope.compare, scope.sign
    match node:
        case t.Compare(_, left, right):
            compare, whole = len(scope.path), left.sort == right.sort == INTEGER
        case t.Implies() | t.Not():
            sign = -sign if number == 0 else sign
        case t.And() | t.Or() | t.ForAll() | t.Exists() | t.AlmostEverywhere():
            pass
        case t.IfThenElse() if number == 0:
            compare, sign, whole = None, 0, False
        case t.Fold() if number < 2:
            whole = True
        case t.Apply(_, argument) if number == 1:
            whole = argument.sort == INTEGER
        case t.Elementary() | t.Inverse() | t.Fold():
            whole = False
        case _:
            pass
    return Scope(scope.part, path, compare, sign, whole)


def _changes(node: t.Node, scope: Scope, definitions: Sequence[t.Named]) -> Iterator[Site]:
    """The changes of one subterm."""
    match node:
        case t.Number(value):
            for words, number in _moved(value, scope.whole):
                yield Site(scope, "constant", words, partial(t.Number, number))
        case t.Power(base, exponent):
            for other in (exponent - 1, exponent + 1):
                if other > 0:
                    yield Site(scope, "constant", f"exponent {exponent} → {other}", partial(t.Power, base, other))
        case t.Compare():
            yield from _relations(node, scope)
            yield from _scaled(node, scope)
        case t.Fold():
            yield from _ranges(node, scope)
        case t.Apply(function, argument) if argument.sort == INTEGER and not isinstance(argument, t.Number):
            words = "a bound index + 1" if argument.loose else f"argument {to_text(argument)} → {to_text(argument)} + 1"
            yield Site(scope, "range", words, lambda: t.Apply(function, t.Add((argument, t.Number(1)))))
        case t.Elementary() | t.Named() | t.IfThenElse():
            yield from _functions(node, scope, definitions)
        case t.ForAll() | t.Exists():
            yield from _quantifiers(node, scope)
        case _:
            pass


def _moved(value: Fraction, whole: bool) -> Iterator[tuple[str, Fraction]]:
    """A constant's neighbours, with what they are in words."""
    text = _number(value)
    for k in () if whole else SHIFTS:
        power = f"10⁻{str(k).translate(_RAISED)}"
        for sign, mark in ((1, "+"), (-1, "−")):
            shift = sign * Fraction(1, 10**k)
            if value == 0:
                yield f"0 → {'−' if sign < 0 else ''}{power}", shift
            elif value == 1:
                yield f"1 → 1 {mark} {power}", 1 + shift
            else:
                yield f"{text} → (1 {mark} {power}) · {text}", value * (1 + shift)
    if value.denominator == 1:
        yield f"{text} → {_number(value + 1)}", value + 1
        yield f"{text} → {_number(value - 1)}", value - 1


def _number(value: Fraction) -> str:
    return to_text(t.Number(value))


def _relations(node: t.Compare, scope: Scope) -> Iterator[Site]:
    """A comparison made strict, relaxed, reversed. An equation asks for more than an inequality, a strict one for more than its other."""
    relation, left, right = node.relation, node.left, node.right
    if not (t.is_scalar(left.sort) and t.is_scalar(right.sort)):
        yield _relation(scope, relation, "≠", partial(t.Not, node))
        return
    at_most, less = partial(t.Compare, "<=", left, right), partial(t.Compare, "<", left, right)
    at_least = partial(t.Compare, "<=", right, left)
    match relation:
        case "=":
            yield _relation(scope, "=", "<=", at_most, 1)
            yield _relation(scope, "=", ">=", at_least, 1)
            yield _relation(scope, "=", "≠", partial(t.Not, node))
        case "<=":
            yield _relation(scope, "<=", "<", less, -1)
            yield _relation(scope, "<=", ">=", at_least)
            yield _relation(scope, "<=", "=", partial(t.Compare, "=", left, right), -1)
        case _:
            yield _relation(scope, "<", "<=", at_most, 1)
            yield _relation(scope, "<", ">", partial(t.Compare, "<", right, left))


def _scaled(node: t.Compare, scope: Scope) -> Iterator[Site]:
    """The right side, or the left one where the right one is a number, multiplied by 1 ± 10⁻ᵏ: the bound's constant that nobody wrote."""
    relation, left, right = node.relation, node.left, node.right
    side, word = (left, "left") if isinstance(right, t.Number) else (right, "right")
    if isinstance(side, t.Number) or not t.is_scalar(side.sort) or left.sort == right.sort == INTEGER:
        return
    for k in SHIFTS:
        for sign, mark in ((1, "+"), (-1, "−")):
            factor = t.Number(1 + sign * Fraction(1, 10**k))
            words = f"{word} side · (1 {mark} 10⁻{str(k).translate(_RAISED)})"
            yield Site(scope, "constant", words, partial(_with_factor, relation, left, right, factor, word))


def _with_factor(relation: str, left: t.Node, right: t.Node, factor: t.Node, word: str) -> t.Node:
    if word == "left":
        return t.Compare(relation, t.Mul((factor, left)), right)
    return t.Compare(relation, left, t.Mul((factor, right)))


def _relation(scope: Scope, before: str, after: str, make: Callable[[], t.Node], implied: int = 0) -> Site:
    return Site(scope, "relation", f"{_NAMES[before]} → {_NAMES[after]}", make, implied)


def _ranges(node: t.Fold, scope: Scope) -> Iterator[Site]:
    """The range of a fold shifted at either end, and its kind exchanged."""
    kind, lower, upper, body = node.kind, node.lower, node.upper, node.body
    for by, mark in ((1, "+"), (-1, "−")):
        yield Site(scope, "range", f"range of the {kind} up to {mark}1", partial(_fold, kind, lower, upper, by, body))
    yield Site(scope, "range", f"range of the {kind} from +1", lambda: t.Fold(kind, t.Add((lower, t.Number(1))), upper, body))
    if node.sort in (REAL, INTEGER):
        yield Site(scope, "function", f"{kind} → {_FOLDS[kind]}", lambda: t.Fold(_FOLDS[kind], lower, upper, body))


def _fold(kind: str, lower: t.Node, upper: t.Node, by: int, body: t.Lambda) -> t.Node:
    return t.Fold(kind, lower, t.Add((upper, t.Number(by))), body)


def _functions(node: t.Elementary | t.Named | t.IfThenElse, scope: Scope, definitions: Sequence[t.Named]) -> Iterator[Site]:
    """A function exchanged for its neighbour: log for log(1 + ·), exp for exp − 1, max for min, a definition for another of its sort."""
    match node:
        case t.Elementary("exp", _):
            yield Site(scope, "function", "exp → exp − 1", lambda: t.Add((node, t.Number(-1))))
        case t.Elementary("log", argument):
            yield Site(scope, "function", "log → log(1 + ·)", lambda: t.Elementary("log", t.Add((t.Number(1), argument))))
        case t.Elementary("floor", _):
            yield Site(scope, "function", "floor → 1 + floor", lambda: t.Add((node, t.Number(1))))
        case t.Elementary(name, argument):
            other = _NEIGHBOURS[name]
            yield Site(scope, "function", f"{name} → {other}", partial(t.Elementary, other, argument))
        case t.Named():
            for other_definition in definitions:
                if other_definition is not node and other_definition.sort == node.sort:
                    words = f"{last(node)} → {last(other_definition)}"
                    yield Site(scope, "function", words, partial(_itself, other_definition))
        case t.IfThenElse(condition, then, otherwise):
            extreme = isinstance(condition, t.Compare) and {condition.left, condition.right} == {then, otherwise}
            words = "max ↔ min" if extreme else "the cases exchanged"
            yield Site(scope, "function", words, partial(t.IfThenElse, condition, otherwise, then))


def _itself(node: t.Node) -> t.Node:
    return node


def last(node: t.Named) -> str:
    return node.name.rpartition(".")[2]


def _quantifiers(node: t.ForAll | t.Exists, scope: Scope) -> Iterator[Site]:
    """∀ exchanged for ∃, its guards kept as guards; and two different ones in a row in the other order."""
    domain, body = node.body.domain, node.body.body
    guards: list[t.Node] = []
    if isinstance(node, t.ForAll):
        while isinstance(body, t.Implies):
            guards.append(body.hypothesis)
            body = body.conclusion
        yield Site(scope, "quantifier", "∀ → ∃", lambda: t.Exists(t.Lambda(domain, t.And((*guards, body)) if guards else body)))
    else:
        if isinstance(body, t.And) and body.args:
            guards, body = list(body.args[:-1]), body.args[-1]
        inner = body
        for guard in reversed(guards):
            inner = t.Implies(guard, inner)
        yield Site(scope, "quantifier", "∃ → ∀", lambda: t.ForAll(t.Lambda(domain, inner)))
    yield from _order_of_two(node, scope)


def _order_of_two(node: t.ForAll | t.Exists, scope: Scope) -> Iterator[Site]:
    """∀x ∃y → ∃y ∀x where nothing but the inner quantifier stands under the outer one, its guards aside."""
    inner = node.body.body
    guards: list[t.Node] = []
    while isinstance(node, t.ForAll) and isinstance(inner, t.Implies):
        guards.append(inner.hypothesis)
        inner = inner.conclusion
    if isinstance(inner, t.ForAll | t.Exists) and type(inner) is not type(node):
        words, implied = ("∀∃ → ∃∀", -1) if isinstance(node, t.ForAll) else ("∃∀ → ∀∃", 1)
        yield Site(scope, "quantifier", words, partial(_swapped, node, inner, guards), implied)


def _swapped(node: t.ForAll | t.Exists, inner: t.ForAll | t.Exists, guards: Sequence[t.Node]) -> t.Node:
    first, second = t.Variable("·outer", node.body.domain), t.Variable("·inner", inner.body.domain)
    opened = instantiate(t.Lambda(node.body.domain, inner.body), first)
    if not isinstance(opened, t.Lambda):
        raise t.TermError("a quantifier lost its λ")
    core = instantiate(opened, second)
    for guard in reversed(guards):
        core = t.Implies(instantiate(t.Lambda(node.body.domain, guard), first), core)
    return type(inner)(abstract(second, type(node)(abstract(first, core))))
