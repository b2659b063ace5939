"""The mathematics a person reads: a term in Unicode, with differences, quotients, bounded quantifiers and primes put back.

The text depends on the term alone: α-equivalent terms read the same, and no bound variable is spelled like anything free.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import assert_never

from quod.lang.notation import Level, Notation, Piece
from quod.lang.sorts import INTEGER, PROPOSITION, REAL, VECTOR, Arrow, Sort
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
    Proposition,
    Scale,
    Variable,
)

MAX_CHARACTERS = 20_000
MAX_PIECES = 20_000
"""Beyond these a part is written …: sharing can make the text of a small term astronomically long."""

_PLAIN = re.compile(r"[^\W\d]\w*[′']*")
"""Names that cannot be taken for anything else; others are put between ‹ and ›."""

Scope = tuple[str, ...]
Place = tuple[Node, Scope]
Limit = tuple[str, Node]

_ELLIPSIS = Piece("…", Level.ATOM)
_CONSTANTS = {"pi": "π", "zero": "0"}
_SIGNS = {"<": "<", "<=": "≤"}
_REVERSED = {"<": ">", "<=": "≥"}
_LETTERS = {INTEGER: "ijklm", VECTOR: "vw", PROPOSITION: "AB"}


def to_text(term: Node) -> str:
    """`term` in Unicode, such as `∀x ∈ ℝ. sigmoid′(x) ≤ 1/4`."""
    return write(term, Notation())


def write(term: Node, notation: Notation) -> str:
    """`term` laid out in `notation`."""
    definitions = _definitions(term)
    taken = frozenset(variable.name for variable in term.variables) | frozenset(definitions.values())
    loose = 1 + max((index for index, _ in term.loose), default=-1)
    return _Writer(notation, definitions, taken).read(term, tuple(f"#{index}" for index in reversed(range(loose)))).text


def _definitions(term: Node) -> dict[Node, str]:
    """The name shown for each definition: its last dotted part, or all of it where two share that part."""
    found: dict[Node, str] = {}
    seen, stack = {term}, [term]
    while stack:
        node = stack.pop()
        if isinstance(node, Named):
            found[node] = node.name.rpartition(".")[2]
            continue
        new = set(node.children) - seen
        seen |= new
        stack.extend(new)
    last = list(found.values())
    return {node: short if last.count(short) == 1 else node.name for node, short in found.items()}  # type: ignore[attr-defined]


def _letters(parent: Node | None, sort: Sort) -> str:
    if isinstance(sort, Arrow):
        return "PQ" if sort.codomain == PROPOSITION else "fgh"
    if sort == REAL and isinstance(parent, Integral | Derivative | AlmostEverywhere | Integrable | Differentiable):
        return "tusr"
    return _LETTERS.get(sort, "xyz")


def _mentions(node: Node, index: int) -> bool:
    return any(loose == index for loose, _ in node.loose)


def _is_bound(node: Node, index: int) -> bool:
    return isinstance(node, Bound) and node.index == index


def _opposite(left: Node, right: Node) -> bool:
    """True if `left` is −`right` as written."""
    return isinstance(left, Mul) and left.args == (Number(-1), right)


@dataclass(slots=True)
class _Writer:
    notation: Notation
    definitions: dict[Node, str]
    taken: frozenset[str]
    done: dict[Place, Piece] = field(default_factory=dict)

    def read(self, root: Node, scope: Scope) -> Piece:
        start = self.enter(None, root, scope)
        stack = [start]
        while stack:
            node, names = place = stack[-1]
            if place in self.done:
                stack.pop()
                continue
            children = () if isinstance(node, Named) else node.children
            waiting = [item for child in children if (item := self.enter(node, child, names)) not in self.done]
            if len(self.done) > MAX_PIECES:
                self.done[place] = _ELLIPSIS
            elif waiting:
                stack.extend(waiting)
            else:
                piece = self.lay(node, names)  # type: ignore[arg-type]
                self.done[place] = piece if len(piece.text) <= MAX_CHARACTERS else _ELLIPSIS
        return self.done[start]

    def enter(self, parent: Node | None, child: Node, scope: Scope) -> Place:
        """The place of `child` under `parent`; the scope of a λ ends with the name of its own variable."""
        return child, (*scope, self.choose(parent, child.domain, scope)) if isinstance(child, Lambda) else scope

    def choose(self, parent: Node | None, sort: Sort, scope: Scope) -> str:
        letters = _letters(parent, sort)
        for letter in letters:
            if letter not in self.taken and letter not in scope:
                return letter
        number = 1
        while (name := self.notation.fresh(letters[0], number)) in self.taken or name in scope:
            number += 1
        return name

    def at(self, node: Node, scope: Scope, parent: Node | None = None) -> Piece:
        """The finished piece of a descendant; one that was cut off is …."""
        return self.done.get(self.enter(parent, node, scope), _ELLIPSIS)

    def inside(self, parent: Node, function: Lambda, scope: Scope) -> tuple[str, Piece, Scope]:
        """The name that `function` binds, the piece of its body, and the scope there."""
        inner = self.enter(parent, function, scope)[1]
        return inner[-1], self.at(function.body, inner), inner

    def lay(self, node: AnyNode, scope: Scope) -> Piece:
        notation = self.notation
        match node:
            case Number(value):
                return notation.number(value)
            case Constant(name):
                return notation.symbol(_CONSTANTS[name])
            case Variable(name):
                return notation.symbol(name if _PLAIN.fullmatch(name) and name != "π" else f"‹{name}›")
            case Bound(index):
                return notation.symbol(scope[-1 - index])
            case Named():
                return notation.symbol(self.definitions[node])
            case Lambda():
                return self.function(node, scope)
            case Apply():
                return self.application(node, scope)
            case Add(args):
                return notation.add([self.at(arg, scope) for arg in args])
            case Mul(args):
                return self.product(args, scope)
            case Scale(factor, vector):
                return self.product((factor, vector), scope)
            case Inverse(arg):
                return notation.quotient([], [self.at(arg, scope)])
            case Power(base, exponent):
                return notation.power(self.at(base, scope), exponent)
            case Elementary(name, arg):
                return notation.elementary(name, self.at(arg, scope))
            case IfThenElse():
                return self.cases(node, scope)
            case Inner(left, right):
                if left is right:
                    return notation.norm_squared(self.at(left, scope))
                return notation.inner(self.at(left, scope), self.at(right, scope))
            case Fold() | Integral() | Derivative():
                return self.operator(node, scope)
            case _:
                return self.proposition(node, scope)

    def proposition(self, node: Proposition, scope: Scope) -> Piece:
        notation = self.notation
        match node:
            case Compare(relation, left, right):
                return notation.compare(relation.replace("<=", "≤"), self.at(left, scope), self.at(right, scope))
            case And((Implies(left, right), Implies(back, forth))) if left is forth and right is back:
                return notation.equivalence(self.at(left, scope), self.at(right, scope))
            case And(args):
                return notation.junction("∧", [self.at(arg, scope) for arg in args])
            case Or(args):
                return notation.junction("∨", [self.at(arg, scope) for arg in args])
            case Not(Compare("=", left, right)):
                return notation.compare("≠", self.at(left, scope), self.at(right, scope))
            case Not(arg):
                return notation.negation(self.at(arg, scope))
            case Implies(hypothesis, conclusion):
                return notation.implication(self.at(hypothesis, scope), self.at(conclusion, scope))
            case ForAll() | Exists():
                return self.quantifier(node, scope)
            case AlmostEverywhere(body):
                name, piece, _ = self.inside(node, body, scope)
                return notation.almost_everywhere(name, piece)
            case Integrable(body):
                return notation.integrable(self.at(body, scope, node))
            case Differentiable(body, point):
                return notation.differentiable(self.at(body, scope, node), self.at(point, scope))
            case Gradient(function, gradient):
                on_reals = gradient.sort == Arrow(REAL, REAL)
                return notation.gradient(self.at(function, scope), self.at(gradient, scope), on_reals)
            case _:
                assert_never(node)

    def function(self, node: Lambda, scope: Scope) -> Piece:
        if isinstance(node.body, Apply) and _is_bound(node.body.argument, 0) and not _mentions(node.body.function, 0):
            return self.at(node.body.function, scope)
        return self.notation.maps_to(scope[-1], self.at(node.body, scope))

    def application(self, node: Apply, scope: Scope) -> Piece:
        head: Node = node
        arguments: list[Node] = []
        integers = True
        while isinstance(head, Apply):
            arguments.insert(0, head.argument)
            head = head.function
            integers &= isinstance(head.sort, Arrow) and head.sort.domain == INTEGER
        lay = self.notation.entry if integers and isinstance(head, Variable | Bound) else self.notation.call
        return lay(self.at(head, scope), [self.at(argument, scope) for argument in arguments])

    def product(self, args: tuple[Node, ...], scope: Scope) -> Piece:
        first = args[0]
        if isinstance(first, Number) and first.value < 0:
            if first.value != -1 or isinstance(args[1], Number):
                return self.notation.negative(self.factors(args, scope, self.notation.number(-first.value)))
            return self.notation.negative(self.factors(args[1:], scope, None))
        return self.factors(args, scope, None)

    def factors(self, args: tuple[Node, ...], scope: Scope, first: Piece | None) -> Piece:
        """The product or quotient of `args`, with `first` standing for the first of them."""
        over = [self.at(arg, scope) for arg in args if not isinstance(arg, Inverse)]
        if first is not None:
            over[0] = first
        under = [self.at(arg.arg, scope) for arg in args if isinstance(arg, Inverse)]
        return self.notation.quotient(over, under) if under else self.notation.product(over)

    def cases(self, node: IfThenElse, scope: Scope) -> Piece:
        match node:
            case IfThenElse(Compare("<=" | "<", Number(0), tested), then, otherwise):
                if then is tested and _opposite(otherwise, tested):
                    return self.notation.absolute(self.at(tested, scope))
            case IfThenElse(Compare("<=" | "<", tested, Number(0)), then, otherwise):
                if otherwise is tested and _opposite(then, tested):
                    return self.notation.absolute(self.at(tested, scope))
        match node:
            case IfThenElse(Compare("<=" | "<", left, right), then, otherwise) if {left, right} == {then, otherwise}:
                return self.notation.extremum("min" if then is left else "max", [self.at(left, scope), self.at(right, scope)])
        parts: list[tuple[Piece, Piece]] = []
        rest: Node = node
        while isinstance(rest, IfThenElse) and (rest is node or self.at(rest, scope).level == Level.ATOM):
            parts.append((self.at(rest.then, scope), self.at(rest.condition, scope)))
            rest = rest.otherwise
        return self.notation.cases(parts, self.at(rest, scope))

    def operator(self, node: Fold | Integral | Derivative, scope: Scope) -> Piece:
        name, body, _ = self.inside(node, node.body, scope)
        match node:
            case Fold("prod", Number(0), upper, function) if not _mentions(function.body, 0):
                return self.notation.power(body, self.at(upper, scope))
            case Fold(kind, lower, upper, _):
                start = None if lower is Number(0) else self.at(lower, scope)
                return self.notation.fold(kind, name, start, self.at(upper, scope), body)
            case Integral():
                return self.notation.integral(name, body)
            case Derivative(_, point):
                primed = self.primed(node, scope)
                if primed is not None:
                    return self.notation.primes(*primed, self.at(point, scope))
                return self.notation.derivative(name, body, self.at(point, scope))
            case _:
                assert_never(node)

    def primed(self, node: Derivative, scope: Scope) -> tuple[Piece, int] | None:
        """f and k if the derivative is the k-th of a named function f of one argument."""
        current, order = node, 1
        while True:
            _, _, scope = self.inside(current, current.body, scope)
            match current.body.body:
                case Apply(Named() | Variable() as function, Bound(0)):
                    return self.at(function, scope), order
                case Apply(Bound(index) as function, Bound(0)) if index >= order:
                    return self.at(function, scope), order
                case Derivative(inner, Bound(0)) as nested if not _mentions(inner, 0):
                    current, order = nested, order + 1
                case _:
                    return None

    def quantifier(self, node: ForAll | Exists, scope: Scope) -> Piece:
        """∀ or ∃, with the bounds of its variable taken from the hypotheses (for ∃: conjuncts) right behind it."""
        name, whole, inner = self.inside(node, node.body, scope)
        notation, symbol, sort = self.notation, "∀" if isinstance(node, ForAll) else "∃", node.body.domain
        lower, upper, rest = _bounds(node)
        body = notation.junction("∧", [self.at(part, inner) for part in rest]) if lower or upper else whole
        if lower is None and upper is None:
            return notation.quantifier(symbol, name, notation.membership(sort), body)
        if lower is None or upper is None:
            relation, limit = lower or upper or ("", node)
            sign = _SIGNS[relation] if lower is None else _REVERSED[relation]
            return notation.quantifier(symbol, name, notation.bound(sign, self.at(limit, inner)), body)
        (below, start), (above, stop) = lower, upper
        if sort != INTEGER:
            domain = notation.interval(self.at(start, inner), self.at(stop, inner), (below == "<=", above == "<="))
            return notation.quantifier(symbol, name, domain, body)
        before = "" if lower == ("<=", Number(0)) else notation.span(self.at(start, inner), _SIGNS[below])
        return notation.quantifier(symbol, name, notation.bound(_SIGNS[above], self.at(stop, inner)), body, before)


def _bounds(node: ForAll | Exists) -> tuple[Limit | None, Limit | None, tuple[Node, ...]]:
    """The bounds that stand in front of the body, and what is left of it (for ∃: conjuncts; never nothing)."""
    bounds: dict[bool, Limit] = {}
    rest: tuple[Node, ...] = (node.body.body,)
    while True:
        front: tuple[Node, ...]
        behind: tuple[Node, ...]
        match rest[0]:
            case Implies(And(args), conclusion) if isinstance(node, ForAll) and args:
                front, behind = args, (conclusion,)
            case Implies(hypothesis, conclusion) if isinstance(node, ForAll):
                front, behind = (hypothesis,), (conclusion,)
            case And(args) if isinstance(node, Exists) and args:
                rest = (*args, *rest[1:])
                continue
            case hypothesis if isinstance(node, Exists) and len(rest) > 1:
                front, behind = (hypothesis,), rest[1:]
            case _:
                break
        found = [limit for part in front if (limit := _limit(part)) is not None]
        new = dict(found)
        if len(new) < len(front) or bounds.keys() & new.keys():
            break
        bounds |= new
        rest = behind
    if node.body.domain == INTEGER and True not in bounds:
        return None, None, (node.body.body,)
    return bounds.get(True), bounds.get(False), rest


def _limit(part: Node) -> tuple[bool, Limit] | None:
    """Whether `part` bounds the variable of the λ it stands in from below, and the bound."""
    match part:
        case Compare("<=" | "<" as relation, limit, Bound(0)) if not _mentions(limit, 0):
            return True, (relation, limit)
        case Compare("<=" | "<" as relation, Bound(0), limit) if not _mentions(limit, 0):
            return False, (relation, limit)
    return None
