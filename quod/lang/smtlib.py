"""Propositions over ℝ and ℤ as SMT-LIB 2.6 problems (Barrett, Fontaine, Tinelli 2017).

Transcendental functions keep the names of the usual extension (exp, sin, arctan, real.pi, …). In SMT-LIB x/0 is an arbitrary value,
and so is the square root of a negative number: `unsat` then holds whatever these values are, and a `sat` must be looked at again.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import count
from typing import assert_never

from quod.lang import terms as t
from quod.lang.binding import fresh, instantiate, unfold
from quod.lang.closures import Unsupported
from quod.lang.sorts import INTEGER, PROPOSITION, REAL, Arrow, Sort, is_scalar

LARGEST_PRODUCT = 16
"""A higher power is written with ^, which is not in the standard, instead of as a product."""
MAX_BITS = 12_000
"""Python prints integers of at most 4300 digits."""

_SORTS: dict[Sort, str] = {REAL: "Real", INTEGER: "Int", PROPOSITION: "Bool"}
_FUNCTIONS = {name: name for name in ("exp", "log", "sqrt", "cbrt", "erf", "sin", "cos", "tan")}
_FUNCTIONS |= {"asin": "arcsin", "acos": "arccos", "atan": "arctan"}
_TAKES = "only quantifier-free arithmetic over ℝ and ℤ and the usual functions can be written"
_NAMES = frozenset(_FUNCTIONS) | {"floor"}
_SIMPLE = re.compile(r"[a-zA-Z~!$%^&*_+=<>?/-][a-zA-Z0-9~!@$%^&*_+=<>.?/-]*")
_TAKEN = frozenset(
    "true false not and or xor ite let forall exists match par as assert distinct Real Int Bool BINARY DECIMAL HEXADECIMAL NUMERAL STRING"  # noqa: SIM905
    " _ ! + - * / ^ = < > <= >= => div mod abs min max pow to_real to_int is_int pi real.pi exp log sqrt cbrt sin cos tan cot sec csc"
    " sinh cosh tanh asin acos atan arcsin arccos arctan erf".split()
)


def to_smtlib(statement: t.Node) -> str:
    """A problem that is `unsat` if and only if `statement` is true (up to the values outside domains, see above).

    Leading universal quantifiers become constants, hypotheses assertions, and the conclusion is negated. Raises Unsupported for
    anything else than quantifier-free propositions over ℝ and ℤ.
    """
    hypotheses: list[t.Node] = []
    rest = unfold(statement)
    while isinstance(rest, t.ForAll | t.Implies):
        if isinstance(rest, t.Implies):
            hypotheses.append(rest.hypothesis)
            rest = rest.conclusion
        else:
            avoid = rest.variables.union(*(hypothesis.variables for hypothesis in hypotheses))
            names = {variable.name for variable in avoid}
            letters = "ijklm" if rest.body.domain == INTEGER else "xyzuvw"
            letter = next((letter for letter in letters if letter not in names), letters[0])
            rest = instantiate(rest.body, fresh(letter, rest.body.domain, avoid))
    return satisfiability([*hypotheses, t.Not(rest)])


def satisfiability(assertions: Sequence[t.Node]) -> str:
    """The problem whether there are values of the free variables at which all `assertions` hold."""
    plain = [unfold(assertion) for assertion in assertions]
    free = frozenset[t.Variable]().union(*(assertion.variables for assertion in plain))
    for assertion in plain:
        _check(assertion)
    variables = sorted(free, key=lambda variable: (variable.name, str(variable.sort)))
    writer = _Writer(_symbols(variables), _shared(plain))
    body = [f"(assert {writer.write(assertion)})" for assertion in plain]
    lines = [f"(declare-const {writer.symbols[variable]} {_SORTS[variable.sort]})" for variable in variables]
    return "\n".join([f"(set-logic {writer.logic(variables)})", *lines, *writer.definitions, *body, "(check-sat)", ""])


def _check(root: t.Node) -> None:
    """Raises Unsupported for the first and outermost subterm that cannot be written."""
    seen, stack = {root}, [root]
    while stack:
        node = stack.pop()
        sorts = {node.sort, *(child.sort for child in node.children)}
        if not sorts <= _SORTS.keys() or (isinstance(node, t.Elementary) and node.name not in _NAMES):
            raise Unsupported("SMT-LIB", node, _TAKES)
        stack.extend(child for child in reversed(node.children) if child not in seen)
        seen.update(node.children)


def _symbols(variables: Sequence[t.Variable]) -> dict[t.Node, str]:
    """A symbol for each variable: its name if that is free and can be written, else its name with a number."""
    symbols: dict[t.Node, str] = {}
    taken = set(_TAKEN)
    for variable in variables:
        plain = "".join(letter for letter in variable.name if letter not in "|\\" and letter.isprintable()) or "x"
        name, number = plain, 1
        while name in taken:
            name, number = f"{plain}_{number}", number + 1
        taken.add(name)
        symbols[variable] = name if _SIMPLE.fullmatch(name) else f"|{name}|"
    return symbols


def _shared(roots: Sequence[t.Node]) -> frozenset[t.Node]:
    """The compound subterms that occur more than once."""
    uses = Counter(roots)
    stack = list(dict.fromkeys(roots))
    while stack:
        for child in stack.pop().children:
            if child not in uses:
                stack.append(child)
            uses[child] += 1
    return frozenset(node for node, count in uses.items() if count > 1 and node.children and not isinstance(node.sort, Arrow))


class _Writer:
    def __init__(self, symbols: dict[t.Node, str], shared: frozenset[t.Node]) -> None:
        self.symbols, self.shared = symbols, shared
        self.definitions: list[str] = []
        self.transcendental = False
        self.integers = False
        self.reals = False
        self.memory: dict[t.Node, str] = {}

    def logic(self, variables: Sequence[t.Variable]) -> str:
        sorts = {variable.sort for variable in variables}
        integers, reals = self.integers or INTEGER in sorts, self.reals or REAL in sorts
        return "ALL" if self.transcendental else "QF_NIRA" if integers and reals else "QF_NIA" if integers else "QF_NRA"

    def write(self, assertion: t.Node) -> str:
        return t.fold(assertion, self.read, self.memory)

    def read(self, node: t.AnyNode, parts: tuple[str, ...]) -> str:
        text = self.term(node, parts)
        if node not in self.shared:
            return text
        names = self.symbols.values()
        name = next(name for number in count(len(self.definitions) + 1) if (name := f"t{number}") not in names)
        self.symbols[node] = name
        self.definitions.append(f"(define-fun {name} () {_SORTS[node.sort]} {text})")
        return name

    def real(self, node: t.Node, text: str) -> str:
        """The text of a scalar as a real number."""
        if node.sort != INTEGER:
            return text
        return _decimal(int(node.value)) if isinstance(node, t.Number) else f"(to_real {text})"

    def term(self, node: t.AnyNode, parts: tuple[str, ...]) -> str:
        if is_scalar(node.sort):
            self.integers |= node.sort == INTEGER and not isinstance(node, t.Number)
            self.reals |= node.sort == REAL
        scalars = tuple(map(self.real, node.children, parts)) if node.sort != INTEGER else parts
        match node:
            case t.Number(value):
                if max(value.numerator.bit_length(), value.denominator.bit_length()) > MAX_BITS:
                    raise Unsupported("SMT-LIB", node, f"it has more than {MAX_BITS} bits")
                whole = value.denominator == 1
                return _integer(value.numerator) if whole else f"(/ {_decimal(value.numerator)} {_decimal(value.denominator)})"
            case t.Constant("pi"):
                self.transcendental = True
                return "real.pi"
            case t.Variable():
                return self.symbols[node]
            case t.Add():
                return _application("+", scalars)
            case t.Mul(args):
                under = [self.real(arg.arg, self.memory[arg.arg]) for arg in args if isinstance(arg, t.Inverse)]
                over = [text for arg, text in zip(args, scalars, strict=True) if not isinstance(arg, t.Inverse)]
                top = _application("*", over) if len(over) > 1 else over[0] if over else "1.0"
                return _application("/", [top, *under]) if under else top
            case t.Inverse():
                return _application("/", ("1.0", scalars[0]))
            case t.Power(_, exponent):
                return self.power(scalars[0], exponent, node.sort)
            case t.Elementary("floor", arg):
                return parts[0] if arg.sort == INTEGER else f"(to_int {parts[0]})"
            case t.Elementary(name, _) if name in _FUNCTIONS:
                self.transcendental = True
                return _application(_FUNCTIONS[name], scalars)
            case t.IfThenElse():
                return _application("ite", scalars)
            case t.Compare(relation, left, right) if is_scalar(left.sort):
                return _application(relation, parts if left.sort == right.sort else scalars)
            case t.And() | t.Or():
                word = "and" if isinstance(node, t.And) else "or"
                return _application(word, parts) if len(parts) > 1 else parts[0] if parts else "true" if word == "and" else "false"
            case t.Not():
                return _application("not", parts)
            case t.Implies():
                return _application("=>", parts)
            case (
                t.Constant() | t.Bound() | t.Lambda() | t.Named() | t.Apply() | t.Scale() | t.Elementary() | t.Inner() | t.Fold()
                | t.Integral() | t.Derivative() | t.Compare() | t.ForAll() | t.Exists() | t.AlmostEverywhere() | t.Integrable()
                | t.Differentiable() | t.Gradient()
            ):
                raise Unsupported("SMT-LIB", node, _TAKES)
            case _:
                assert_never(node)

    def power(self, base: str, exponent: int, sort: Sort) -> str:
        if exponent <= 1:
            return base if exponent else "1" if sort == INTEGER else "1.0"
        if exponent <= LARGEST_PRODUCT and len(base) * exponent <= 2_000:
            return _application("*", [base] * exponent)
        self.transcendental = True
        return _application("^", (base, str(exponent)))


def _application(operator: str, arguments: Sequence[str]) -> str:
    return f"({operator} {' '.join(arguments)})"


def _integer(value: int) -> str:
    return str(value) if value >= 0 else f"(- {-value})"


def _decimal(value: int) -> str:
    return f"{value}.0" if value >= 0 else f"(- {-value}.0)"
