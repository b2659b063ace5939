"""Problems for solvers that know fewer functions: what is missing becomes variables with equations, and facts from textbooks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations

from quod.lang.binding import rebuild
from quod.lang.smtlib import satisfiability
from quod.lang.sorts import REAL
from quod.lang.terms import Add, And, Compare, Constant, Elementary, Inverse, Mul, Node, Not, Number, Or, Power, Variable, fold

PI = Constant("pi")


class Untranslatable(ValueError):
    """The problem uses a function that the solver does not know."""


@dataclass
class Dialect:
    """The functions that stay, and those that become variables; `lemmas` adds what a textbook says of each occurrence."""

    native: frozenset[str]
    uninterpreted: frozenset[str] = frozenset()
    lemmas: bool = False
    counter: int = 0
    extra: list[Node] = field(default_factory=list)

    def text(self, assertions: Sequence[Node]) -> str:
        """SMT-LIB text. Raises Untranslatable, or Unsupported of the writer."""
        self.counter, self.extra = 0, []
        read = [fold(assertion, self._step) for assertion in assertions]
        facts = list(_facts([*read, *self.extra])) if self.lemmas else []
        text = satisfiability([*read, *self.extra, *facts])
        used = {_SPELLED.get(name, name) for name in self.uninterpreted}
        declared = "".join(f"(declare-fun {name} (Real) Real)\n" for name in sorted(used) if f"({name} " in text)
        if self.uninterpreted and "real.pi" in text:
            declared += "(declare-const real.pi Real)\n"
        head, mark, rest = text.partition("(declare-")
        return head + declared + mark + rest

    def _step(self, node: Node, children: tuple[Node, ...]) -> Node:
        if not isinstance(node, Elementary) or node.name in self.native or node.name in self.uninterpreted:
            return rebuild(node, children)
        (arg,) = children
        self.counter += 1
        value = Variable(f"aux{self.counter}", REAL)
        match node.name:
            case "log":
                self.extra.append(Compare("=", Elementary("exp", value), arg))
            case "sqrt":
                self.extra += [Compare("<=", Number(0), value), Compare("=", Mul((value, value)), arg)]
            case "cbrt":
                self.extra.append(Compare("=", Mul((value, value, value)), arg))
            case name:
                raise Untranslatable(f"the solver does not know {name}")
        return value


_SPELLED = {"asin": "arcsin", "acos": "arccos", "atan": "arctan"}


def cvc5() -> Dialect:
    """What cvc5 knows: exp, the circular functions and their inverses, square roots."""
    return Dialect(frozenset(("exp", "sqrt", "sin", "cos", "tan", "asin", "acos", "atan", "floor")))


def z3(lemmas: bool) -> Dialect:
    """Z3: roots by equations, the rest as unknown functions, with or without lemmas."""
    return Dialect(frozenset(("floor",)), frozenset(("exp", "log", "sin", "cos", "tan", "asin", "acos", "atan", "erf")), lemmas)


def dreal() -> Dialect:
    """dReal: all but cube roots and erf."""
    return Dialect(frozenset(("exp", "log", "sqrt", "sin", "cos", "tan", "asin", "acos", "atan")))


def _number(value: int | str) -> Node:
    return Number(Fraction(value))


def _sum(*terms: Node) -> Node:
    return Add(terms)


def _minus(term: Node) -> Node:
    return Mul((Number(-1), term))


def _le(left: Node, right: Node) -> Node:
    return Compare("<=", left, right)


def _facts(propositions: Iterable[Node]) -> Iterable[Node]:
    """Ten lemmas of textbooks at every argument that occurs: bounds and tangents, inverses, monotonicity, sin² + cos² = 1, bounds of π."""
    found: dict[Node, None] = {}
    for proposition in propositions:
        fold(proposition, lambda node, _: found.setdefault(node) if isinstance(node, Elementary) else None)
    yield from (_le(_number("3.1415926"), PI), _le(PI, _number("3.1415927")))
    for node in found:
        if isinstance(node, Elementary) and node.name in _LEMMAS:
            yield from _LEMMAS[node.name](node.arg, node)
    for name in ("exp", "log", "atan"):
        same = [node for node in found if isinstance(node, Elementary) and node.name == name]
        for a, b in combinations(same[:6], 2):
            ordered = And((Not(Compare("<", a, b)), Not(Compare("<", a.arg, b.arg))))
            yield Or((And((Compare("<", a, b), Compare("<", a.arg, b.arg))), ordered)) if name != "log" else Or(
                (_le(a.arg, _number(0)), _le(b.arg, _number(0)), And((Compare("<", a, b), Compare("<", a.arg, b.arg))), ordered)
            )


def _exp(u: Node, e: Node) -> Iterable[Node]:
    yield Compare("<", _number(0), e)
    yield _le(_sum(_number(1), u), e)
    yield Or((_le(_number(1), u), _le(Mul((e, _sum(_number(1), _minus(u)))), _number(1))))
    if isinstance(u, Elementary) and u.name == "log":
        yield Or((_le(u.arg, _number(0)), Compare("=", e, u.arg)))


def _log(u: Node, value: Node) -> Iterable[Node]:
    outside = _le(u, _number(0))
    yield Or((outside, _le(value, _sum(u, _number(-1)))))
    yield Or((outside, _le(_sum(_number(1), _minus(Inverse(u))), value)))
    yield Or((outside, Compare("=", Elementary("exp", value), u)))


def _sine(u: Node, value: Node) -> Iterable[Node]:
    cosine = Elementary("cos", u)
    yield Compare("=", _sum(Power(value, 2), Power(cosine, 2)), _number(1))
    yield Or((_le(u, _number(0)), _le(value, u)))
    yield Or((_le(u, _number(0)), _le(_sum(u, _minus(Mul((_number("1/6"), u, u, u)))), value)))


def _cosine(u: Node, value: Node) -> Iterable[Node]:
    yield Compare("=", _sum(Power(Elementary("sin", u), 2), Power(value, 2)), _number(1))
    yield _le(_sum(_number(1), Mul((_number("-1/2"), u, u))), value)


def _arctangent(u: Node, value: Node) -> Iterable[Node]:
    yield And((Compare("<", Mul((_number("-1/2"), PI)), value), Compare("<", value, Mul((_number("1/2"), PI)))))
    yield Or((_le(u, _number(0)), And((_le(value, u), _le(_sum(u, _minus(Mul((_number("1/3"), u, u, u)))), value)))))
    yield Or((Compare("<", u, _number(0)), _le(_number(0), value)))


_LEMMAS: dict[str, Callable[[Node, Node], Iterable[Node]]] = {
    "exp": _exp,
    "log": _log,
    "sin": _sine,
    "cos": _cosine,
    "atan": _arctangent,
    "tan": lambda u, value: [Compare("=", Mul((value, Elementary("cos", u))), Elementary("sin", u))],
    "erf": lambda _, value: [And((Compare("<", _number(-1), value), Compare("<", value, _number(1))))],
}
