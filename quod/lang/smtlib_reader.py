"""SMT-LIB 2 problems over the reals and integers (QF_NRA, QF_NIA and the usual extension), read into terms.

The text is not trusted: whatever it holds, reading ends with a problem or with one SmtError that says where and what to do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, NoReturn, cast

from quod.lang.binding import rebuild
from quod.lang.sexpressions import Atom, Expression, Group, SmtError, Source, read_expressions, shorten
from quod.lang.smtlib_operators import CORE, EXTENSION, Refused, literal
from quod.lang.sorts import INTEGER, PROPOSITION, REAL, Sort, is_subsort
from quod.lang.terms import FALSE, MAX_DEPTH, TRUE, AnyNode, Constant, Node, TermError, Variable, fold

__all__ = ["Problem", "SmtError", "read_problem"]

MAX_WORK = 500_000
"""Bound on the terms made, a term with many free variables counting for several: each node holds the set of them."""
_VARIABLES_PER_STEP = 16

Status = Literal["sat", "unsat", "unknown"]
_SORTS: dict[str, Sort] = {"Real": REAL, "Int": INTEGER, "Bool": PROPOSITION}
_SPELLED: dict[Sort, str] = {REAL: "Real", INTEGER: "Int", PROPOSITION: "Bool"}
_CONSTANTS: dict[str, Node] = {"true": TRUE, "false": FALSE, "real.pi": Constant("pi")}
_SOFT_CONSTANTS: dict[str, Node] = {"pi": Constant("pi")}
_BINDERS = frozenset(("let", "forall", "exists", "match", "!", "_", "as", "par"))
_IGNORED = frozenset(
    ("set-info", "set-logic", "set-option", "check-sat", "echo", "get-model", "get-value", "get-info", "get-option", "get-assignment")
) | {"get-unsat-core", "get-proof"}
_UNSUPPORTED = {
    "push": "write one problem per file, without push and pop",
    "pop": "write one problem per file, without push and pop",
    "define-fun-rec": "define without recursion",
    "define-funs-rec": "define without recursion",
    "check-sat-assuming": "assert the assumptions, then (check-sat)",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Is there a point where all `assertions` hold? `variables` are in the order of their declaration; `expected` is the file's :status."""

    name: str
    variables: tuple[Variable, ...]
    assertions: tuple[Node, ...]
    expected: Status | None


@dataclass(frozen=True, slots=True)
class _Function:
    parameters: tuple[Variable, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class _Step:
    """What is left to do: `evaluate` an expression, `build` an application, `bind` or `unbind` the names of a let."""

    action: Literal["evaluate", "build", "bind", "unbind"]
    expression: Expression


@dataclass
class _Reader:
    source: Source
    names: dict[str, list[Node]] = field(default_factory=dict)
    functions: dict[str, _Function] = field(default_factory=dict)
    variables: list[Variable] = field(default_factory=list)
    assertions: list[Node] = field(default_factory=list)
    expected: Status | None = None
    checked: bool = False
    work: int = 0

    def refuse(self, where: Expression, expected: str, fix: str, got: str | None = None) -> NoReturn:
        self.source.refuse(where.offset, expected, str(where) if got is None else got, fix)

    def items(self, where: Expression, expected: str, count: int | None = None) -> tuple[Expression, ...]:
        if not isinstance(where, Group) or count not in (None, len(where.items)):
            self.refuse(where, expected, f"write {expected}")
        return where.items

    def symbol(self, where: Expression, expected: str) -> str:
        if not isinstance(where, Atom) or where.kind != "symbol":
            self.refuse(where, expected, "write a symbol, odd ones between |bars|")
        return where.text

    def sort(self, where: Expression) -> Sort:
        sort = _SORTS.get(where.text) if isinstance(where, Atom) else None
        if sort is None:
            self.refuse(where, "the sort Real, Int or Bool", "only reals, integers and Bools are supported")
        return sort

    # Commands

    def command(self, expression: Expression) -> bool:
        """Carries out one command; False after (exit)."""
        items = self.items(expression, "a command (name …)")
        if not items:
            self.refuse(expression, "a command (name …)", "remove it")
        name = self.symbol(items[0], "the name of a command")
        match name, items[1:]:
            case "exit", _:
                return False
            case "assert", (term,):
                if self.checked:
                    self.refuse(expression, "no assertion after (check-sat)", "write one problem per file", "another assertion")
                self.assertions.append(self.proposition(term))
            case "declare-const", (symbol, sort):
                self.declare(symbol, sort)
            case "declare-fun", (symbol, parameters, sort):
                if self.items(parameters, "a list of sorts"):
                    self.refuse(parameters, "a constant, so ()", "only constants can be declared; define functions with define-fun")
                self.declare(symbol, sort)
            case "define-fun", (symbol, parameters, sort, body):
                self.define(symbol, self.parameters(self.symbol(symbol, "a name"), parameters), self.sort(sort), body)
            case "define-const", (symbol, sort, body):
                self.define(symbol, {}, self.sort(sort), body)
            case "set-info", (Atom("keyword", ":status"), value):
                self.status(value)
            case (("assert" | "declare-const" | "declare-fun" | "define-fun" | "define-const"), rest):
                self.refuse(expression, f"({name} …) as in SMT-LIB 2.6", "check the parentheses", f"{len(rest)} arguments")
            case _:
                if name not in _IGNORED:
                    self.refuse(items[0], "a supported command", _UNSUPPORTED.get(name, "remove it"))
                self.checked = self.checked or name == "check-sat"
        return True

    def status(self, where: Expression) -> None:
        text = self.symbol(where, "sat, unsat or unknown")
        if text not in ("sat", "unsat", "unknown"):
            self.refuse(where, "sat, unsat or unknown", "correct the :status")
        self.expected = cast(Status, text)

    def fresh_name(self, where: Expression) -> str:
        name = self.symbol(where, "a name")
        if name in CORE or name in _CONSTANTS or name in _BINDERS:
            self.refuse(where, "a name of your own", "rename it: SMT-LIB gives this one a meaning")
        if name in self.names or name in self.functions:
            self.refuse(where, "a new name", "rename it: it is declared already")
        return name

    def declare(self, symbol: Expression, sort_text: Expression) -> None:
        name, sort = self.fresh_name(symbol), self.sort(sort_text)
        if sort == PROPOSITION:
            self.refuse(sort_text, "the sort Real or Int", "encode a Bool variable b as an Int with 0 <= b <= 1 and write (= b 1)")
        variable = Variable(name, sort)
        self.variables.append(variable)
        self.names[name] = [variable]

    def parameters(self, function: str, where: Expression) -> dict[str, Variable]:
        result: dict[str, Variable] = {}
        for entry in self.items(where, "a list of parameters ((x Real) …)"):
            name_text, sort = self.items(entry, "a parameter (x Real)", 2)
            name = self.symbol(name_text, "the name of a parameter")
            if name in result or name in _CONSTANTS:
                self.refuse(name_text, "a new parameter name", "rename it")
            # No name read from a file holds a bar, so these clash with no variable.
            result[name] = Variable(f"{function}|{name}", self.sort(sort))
        return result

    def define(self, symbol: Expression, parameters: dict[str, Variable], sort: Sort, body: Expression) -> None:
        name = self.fresh_name(symbol)
        for parameter, variable in parameters.items():
            self.names.setdefault(parameter, []).append(variable)
        term = self.evaluate(body)
        self.forget(parameters)
        if not is_subsort(term.sort, sort):
            self.refuse(body, f"a term of sort {_SPELLED[sort]}", "correct the sort or the term", f"one of sort {_SPELLED[term.sort]}")
        if parameters:
            self.functions[name] = _Function(tuple(parameters.values()), term)
        else:
            self.names[name] = [term]

    def forget(self, names: Iterator[str] | dict[str, Variable]) -> None:
        for name in names:
            self.names[name].pop()
            if not self.names[name]:
                del self.names[name]

    # Terms

    def proposition(self, expression: Expression) -> Node:
        term = self.evaluate(expression)
        if term.sort != PROPOSITION:
            self.refuse(expression, "an assertion of sort Bool", "assert a comparison", f"a term of sort {_SPELLED[term.sort]}")
        return term

    def evaluate(self, expression: Expression) -> Node:
        """The term; a stack stands for the recursion, because the text decides how deep it goes."""
        steps, values = [_Step("evaluate", expression)], list[Node]()
        while steps:
            step = steps.pop()
            match step.action, step.expression:
                case "evaluate", Atom() as atom:
                    values.append(self.atom(atom))
                case "evaluate", Group() as group:
                    self.open(group, steps)
                case "bind", Group(items):
                    names = self.let_names(items[1])
                    for name, value in zip(names, values[len(values) - len(names) :], strict=True):
                        self.names.setdefault(name, []).append(value)
                    del values[len(values) - len(names) :]
                case "unbind", Group(items):
                    self.forget(iter(self.let_names(items[1])))
                case _, Group(items) as group:
                    count = len(items) - 1
                    args = tuple(values[len(values) - count :])
                    del values[len(values) - count :]
                    values.append(self.build(group, args))
        return values[0]

    def open(self, group: Group, steps: list[_Step]) -> None:
        head = self.symbol(group.items[0], "the name of an operator") if group.items else self.refuse(group, "a term", "remove it")
        rest = group.items[1:]
        match head:
            case "let":
                if len(rest) != 2:
                    self.refuse(group, "(let ((name term) …) term)", "check the parentheses", f"{len(rest)} parts")
                self.let_names(rest[0])
                steps += [_Step("unbind", group), _Step("evaluate", rest[1]), _Step("bind", group)]
                rest = tuple(cast(Group, pair).items[1] for pair in cast(Group, rest[0]).items)
            case "!":
                rest = rest[:1] or self.refuse(group, "(! term :attribute …)", "put the term there")
            case "forall" | "exists":
                self.refuse(group.items[0], "a problem without quantifiers", "declare the variables, and assert the body or its negation")
            case _:
                if not rest:
                    self.refuse(group, "an operator with arguments", "write a constant without parentheses")
                steps.append(_Step("build", group))
        steps.extend(_Step("evaluate", part) for part in reversed(rest))

    def let_names(self, where: Expression) -> list[str]:
        pairs = self.items(where, "a list of bindings ((name term) …)")
        names = [self.symbol(self.items(pair, "a binding (name term)", 2)[0], "the name of a binding") for pair in pairs]
        if len(set(names)) < len(names) or any(name in _CONSTANTS for name in names):
            self.refuse(where, "different, new names", "rename one of the bindings", ", ".join(map(shorten, names[:5])))
        return names

    def atom(self, atom: Atom) -> Node:
        if atom.kind in ("numeral", "decimal", "hex", "binary"):
            try:
                return literal(atom.kind, atom.text)
            except Refused as error:
                self.refuse(atom, error.expected, error.fix, error.got)
        if atom.kind != "symbol":
            self.refuse(atom, "a term", "write a number, a name or an application", f"the {atom.kind} {atom}")
        bound = self.names.get(atom.text)
        found = bound[-1] if bound else _CONSTANTS.get(atom.text) or _SOFT_CONSTANTS.get(atom.text)
        if found is None:
            known = atom.text in CORE or atom.text in EXTENSION or atom.text in self.functions
            fix = (
                "apply it to arguments"
                if known
                else "write (- 1) for -1"
                if atom.text[:1] == "-"
                else "declare it first with declare-const"
            )
            self.refuse(atom, "a declared name", fix)
        return found

    def build(self, group: Group, args: tuple[Node, ...]) -> Node:
        name = cast(Atom, group.items[0]).text
        function = self.functions.get(name)
        operator = CORE.get(name) or EXTENSION.get(name)
        try:
            if function is not None:
                return self.expand(group, name, function, args)
            if operator is None or name in self.names:
                self.refuse(group.items[0], "an operator or a defined function", "define it with define-fun")
            term = operator(name, args)
        except Refused as error:
            self.refuse(group, error.expected, error.fix, error.got)
        except TermError:
            self.refuse(group, f"terms nested at most {MAX_DEPTH} levels deep", "write long chains as (+ a b c …)", "deeper nesting")
        self.spend(group, term)
        return term

    def expand(self, group: Group, name: str, function: _Function, args: tuple[Node, ...]) -> Node:
        if len(args) != len(function.parameters):
            raise Refused(f"arguments of {name}: {len(function.parameters)}", str(len(args)), "see its define-fun")
        for parameter, arg in zip(function.parameters, args, strict=True):
            if not is_subsort(arg.sort, parameter.sort):
                wanted, got = _SPELLED[parameter.sort], _SPELLED[arg.sort]
                raise Refused(f"an argument of sort {wanted}", f"one of sort {got}", "see its define-fun")
        memory: dict[Node, Node] = dict(zip(function.parameters, args, strict=True))

        def substitute(node: AnyNode, children: tuple[Node, ...]) -> Node:
            result = rebuild(node, children)
            self.spend(group, result)
            return result

        return fold(function.body, substitute, memory)

    def spend(self, where: Expression, term: Node) -> None:
        self.work += 1 + len(term.variables) // _VARIABLES_PER_STEP
        if self.work > MAX_WORK:
            self.refuse(where, f"a problem of at most {MAX_WORK} terms", "split the problem", "more")


def read_problem(text: str, name: str) -> Problem:
    """The problem that an SMT-LIB 2 text states; `name` is what messages call the text.

    Raises SmtError (`name:line:column: expected …, got …; fix: …`) on text that is malformed, unsupported, larger than 16 MiB or
    nested too deeply.
    """
    reader = _Reader(Source(name, text))
    for expression in read_expressions(reader.source):
        if not reader.command(expression):
            break
    return Problem(name, tuple(reader.variables), tuple(reader.assertions), reader.expected)
