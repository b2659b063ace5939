"""Mutants of Python source: one small change each, of the kinds that a slip of the pen makes, and above all a condition left out.

A mutant is named by its file, the function, and the changed code before and after, not by its line, so that a list of explained ones
survives edits elsewhere.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import CodeType
from typing import Any

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult, ast.Mod: ast.Add, ast.Pow: ast.Mult,
}
RELATIONS = {"<": "<=", "<=": "<", "=": "<="}
CALLS = {"all": "any", "any": "all", "min": "max", "max": "min"}
SAYING = frozenset(("expect", "need", "shown", "_two", "_lambda", "_combination", "_everywhere", "_one_sign",
                    "KernelError", "CertificateError", "Undefined", "TypeVar"))
"""Calls whose strings are words for a message."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of a module: `change` says it in words, `line` where it is."""

    file: str
    function: str
    change: str
    line: int
    tree: ast.Module
    edit: Edit

    @property
    def name(self) -> str:
        """file | function | change"""
        return f"{self.file} | {self.function} | {self.change}"

    def compiled(self, path: str) -> CodeType:
        """The code of the changed module, as if it had been read from `path`."""
        parent, field, place, new, _ = self.edit
        old = _put(parent, field, place, new)
        try:
            return compile(ast.fix_missing_locations(self.tree), path, "exec")
        finally:
            _put(parent, field, place, old)


Edit = tuple[ast.AST, str, int | None, ast.AST, str]
"""(parent, field, place in the field if it is a list, what to put there, the change in words)."""


def mutants(file: str, source: str) -> Iterator[Mutant]:
    """Every mutant of a module, in the order of its source. Changes that look alike in one function are numbered."""
    tree = ast.parse(source)
    around = _functions(tree)
    seen: dict[tuple[str, str], int] = {}
    for edit in _edits(tree):
        parent, field, place, _, words = edit
        old = getattr(parent, field) if place is None else getattr(parent, field)[place]
        function = around[id(old)]
        seen[function, words] = number = seen.get((function, words), 0) + 1
        line = getattr(old, "lineno", getattr(parent, "lineno", 0))
        yield Mutant(file, function, words if number == 1 else f"{words} #{number}", line, tree, edit)


def _put(parent: ast.AST, field: str, place: int | None, value: Any) -> Any:
    """Puts `value` there, and returns what was there."""
    if place is None:
        old = getattr(parent, field)
        setattr(parent, field, value)
        return old
    box = getattr(parent, field)
    old, box[place] = box[place], value
    return old


def _functions(tree: ast.AST) -> dict[int, str]:
    """The function or class around each node, by the node's identity."""
    found: dict[int, str] = {}

    def walk(node: ast.AST, inside: str) -> None:
        found[id(node)] = inside or "module"
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            inside = f"{inside}.{node.name}" if inside else node.name
        for child in ast.iter_child_nodes(node):
            walk(child, inside)

    walk(tree, "")
    return found


def _edits(tree: ast.AST) -> Iterator[Edit]:
    """All edits, outermost first; annotations, docstrings, imports and messages are left alone."""
    stack: list[ast.AST] = [tree]
    while stack:
        parent = stack.pop()
        children: list[ast.AST] = []
        for field, value in ast.iter_fields(parent):
            if field in ("annotation", "returns", "decorator_list", "type_params", "bases", "exc"):
                continue
            for place, node in enumerate(value) if isinstance(value, list) else [(None, value)]:
                if not isinstance(node, ast.AST) or isinstance(node, ast.Import | ast.ImportFrom | ast.JoinedStr) or _is_docstring(node):
                    continue
                if isinstance(parent, ast.AnnAssign) and field == "target":
                    continue
                for new, words in _changes(node, parent):
                    yield parent, field, place, new, words
                if not (_is_words(parent, node) or _is_type_alias(node)):
                    children.append(node)
        stack.extend(reversed(children))


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_type_alias(node: ast.AST) -> bool:
    if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Subscript | ast.BinOp):
        return False
    return ast.unparse(node.targets[0])[0].isupper() and not any(isinstance(inner, ast.Constant) for inner in ast.walk(node.value))


def _is_words(parent: ast.AST, node: ast.AST) -> bool:
    """Whether `node` is the text of a message in a call."""
    if not (isinstance(parent, ast.Call) and isinstance(node, ast.Constant | ast.JoinedStr)):
        return False
    name = parent.func.id if isinstance(parent.func, ast.Name) else parent.func.attr if isinstance(parent.func, ast.Attribute) else ""
    return name in SAYING and (isinstance(node, ast.JoinedStr) or isinstance(node.value, str))


def _change(node: ast.AST, edit: Callable[[Any], Any]) -> tuple[ast.AST, str]:
    new = copy.deepcopy(node)
    new = edit(new) or new
    return new, f"{_short(node)} → {_short(new)}"


def _short(node: ast.AST) -> str:
    text = "pass" if isinstance(node, ast.Pass) else " ".join(ast.unparse(node).split())
    return text if len(text) <= 110 else f"{text[:70]} … {text[-36:]}"


def _setting(field: str, value: Any) -> Callable[[Any], Any]:
    return lambda node: setattr(node, field, value)


def _changes(node: ast.AST, parent: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    """What may stand in the place of `node`."""
    match node:
        case ast.Compare(ops=ops):
            for place, operator in enumerate(ops):
                swapped = COMPARISONS[type(operator)]()
                yield _change(node, lambda new, place=place, swapped=swapped: new.ops.__setitem__(place, swapped))
        case ast.BinOp(op=ast.BitOr()) if not _is_pattern_of_types(node):
            yield _change(node, lambda new: new.left)
            yield _change(node, lambda new: new.right)
        case ast.BinOp(op=operator) if type(operator) in OPERATORS:
            yield _change(node, _setting("op", OPERATORS[type(operator)]()))
        case ast.BoolOp(op=operator, values=values):
            yield _change(node, _setting("op", ast.Or() if isinstance(operator, ast.And) else ast.And()))
            for place in range(len(values)):
                yield _change(node, lambda new, place=place: new.values.pop(place) and (new.values[0] if len(new.values) == 1 else new))
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            yield _change(node, lambda new: new.operand)
        case ast.Constant(value=value) if not _is_words(parent, node):
            yield from _constants(node, value)
        case ast.Call():
            yield from _calls(node)
        case ast.If(test=test):
            yield _change_condition(node, test)
        case ast.IfExp():
            yield _change(node, lambda new: new.body)
            yield _change(node, lambda new: new.orelse)
        case ast.match_case(guard=guard) if guard is not None:
            yield _change_guard(node)
        case ast.comprehension(ifs=[_, *_]):
            yield _change_filter(node)
        case ast.Raise() | ast.AugAssign() | ast.Expr(value=ast.Call()) | ast.For() | ast.While() | ast.Delete():
            yield ast.Pass(), f"{_short(node)} → nothing"
            if isinstance(node, ast.AugAssign) and isinstance(node.value, ast.Call | ast.BinOp):
                yield ast.Expr(copy.deepcopy(node.value)), f"{_short(node)} → not kept"


def _is_pattern_of_types(node: ast.BinOp) -> bool:
    """A | B of classes, in isinstance or an annotation."""
    names = all(isinstance(side, ast.Attribute | ast.Name | ast.BinOp) for side in (node.left, node.right))
    return names and (ast.unparse(node)[0].isupper() or ast.unparse(node).startswith("t."))


def _constants(node: ast.Constant, value: Any) -> Iterator[tuple[ast.AST, str]]:
    if isinstance(value, bool):
        yield _change(node, _setting("value", not value))
    elif isinstance(value, int):
        yield _change(node, _setting("value", value - 1 if value else 1))
    elif isinstance(value, str) and (value in RELATIONS or value.isidentifier()):
        yield _change(node, _setting("value", RELATIONS.get(value, f"{value}~")))


def _calls(node: ast.Call) -> Iterator[tuple[ast.AST, str]]:
    name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr if isinstance(node.func, ast.Attribute) else ""
    if name in CALLS:
        yield _change(node, lambda new: setattr(new.func, "id", CALLS[name]))
    equation = bool(node.args) and isinstance(node.args[0], ast.Constant) and node.args[0].value == "="
    if name in ("Compare", "Implies", "_less") and not equation and not any(isinstance(a, ast.Starred) for a in node.args):
        yield _change(node, lambda new: new.args.__setitem__(slice(-2, None), new.args[:-3:-1]))
    if name == "derive":
        for place in range(len(node.keywords)):
            yield _change(node, lambda new, place=place: new.keywords.pop(place) and new)
        for place, argument in enumerate(node.args[1:], 1):
            if isinstance(argument, ast.Tuple):
                for k in range(len(argument.elts)):
                    yield _change(node, lambda new, place=place, k=k: new.args[place].elts.pop(k) and new)
            else:
                yield _change(node, lambda new, place=place: new.args.__setitem__(place, ast.Tuple([], ast.Load())))


def _change_condition(node: ast.If, test: ast.expr) -> tuple[ast.AST, str]:
    new = copy.deepcopy(node)
    if isinstance(node.body[-1], ast.Raise | ast.Return | ast.Continue) and not node.orelse:
        return ast.Pass(), f"if {_short(test)} → never"
    new.test = ast.UnaryOp(ast.Not(), new.test)
    return new, f"if {_short(test)} → negated"


def _change_guard(node: ast.match_case) -> tuple[ast.AST, str]:
    new = copy.deepcopy(node)
    new.guard = None
    return new, f"case {_short(node.pattern)} if {_short(node.guard) if node.guard else ''} → always"


def _change_filter(node: ast.comprehension) -> tuple[ast.AST, str]:
    new = copy.deepcopy(node)
    new.ifs = []
    return new, f"{_short(node).strip()} → unfiltered"
