"""Terms as JSON: a table of rows `[class, field, …]` in which a subterm is the index of an earlier row, so that sharing is kept.

Numbers are written "p/q" in lowest terms, sorts in prefix notation (R, Z, V, P, and > for a function: ">ZR" is ℤ → ℝ). A table that
is read is not trusted: everything in it is checked, its size is bounded, and what is built has passed every check of `terms`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from quod.lang import terms
from quod.lang.sorts import INTEGER, PROPOSITION, REAL, VECTOR, Arrow, Atomic, Sort
from quod.lang.terms import AnyNode, Node, TermError, fold

MAX_ROWS = 100_000
MAX_CELLS = 1_000_000
"""Immediate subterms, and free and loose bound variables, over all rows together."""
MAX_DIGITS = 4_000
"""Decimal digits of a numerator or denominator; Python itself refuses to read more than 4300."""
MAX_NAME = 200
MAX_SORT = 63

Row = list[Any]

# One letter per field: q rational, n natural number, s string, t sort, c child, * list of children.
_FIELDS: dict[type[Node], str] = {
    terms.Number: "q",
    terms.Constant: "s",
    terms.Variable: "st",
    terms.Bound: "nt",
    terms.Lambda: "tc",
    terms.Named: "sc",
    terms.Apply: "cc",
    terms.Add: "*",
    terms.Mul: "*",
    terms.Scale: "cc",
    terms.Inverse: "c",
    terms.Power: "cn",
    terms.Elementary: "sc",
    terms.IfThenElse: "ccc",
    terms.Inner: "cc",
    terms.Fold: "sccc",
    terms.Integral: "c",
    terms.Derivative: "cc",
    terms.Compare: "scc",
    terms.And: "*",
    terms.Or: "*",
    terms.Not: "c",
    terms.Implies: "cc",
    terms.ForAll: "c",
    terms.Exists: "c",
    terms.AlmostEverywhere: "c",
    terms.Integrable: "c",
    terms.Differentiable: "cc",
    terms.Gradient: "cc",
}
_CLASSES = {node.__name__: node for node in _FIELDS}
_WANTED = {"q": 'a rational "p/q" in lowest terms', "n": "a natural number", "s": "a string of printable characters",
           "t": 'a sort such as "R" or ">ZR"', "c": "the index of an earlier row", "*": "a list of indices of earlier rows"}
_RATIONAL = re.compile(r"(-?[0-9]+)(?:/([0-9]+))?")
_LETTERS = {REAL: "R", INTEGER: "Z", VECTOR: "V", PROPOSITION: "P"}
_SORTS: dict[str, Atomic] = {letter: sort for sort, letter in _LETTERS.items()}


def to_json(nodes: Sequence[Node]) -> tuple[list[Row], list[int]]:
    """A table that holds `nodes` and their subterms, each once, and the row of each of `nodes`.

    Raises TermError for a number of more than `MAX_DIGITS` digits.
    """
    table: list[Row] = []

    def write(node: AnyNode, children: tuple[int, ...]) -> int:
        rest = iter(children)
        row: Row = [type(node).__name__]
        for kind, name in zip(_FIELDS[type(node)], node.__match_args__, strict=True):
            value = getattr(node, name)
            match kind:
                case "q":
                    row.append(_rational_text(value))
                case "t":
                    row.append(_sort_text(value))
                case "c":
                    row.append(next(rest))
                case "*":
                    row.append(list(rest))
                case _:
                    row.append(value)
        table.append(row)
        return len(table) - 1

    memory: dict[Node, int] = {}
    return table, [fold(node, write, memory) for node in nodes]


def from_json(table: object) -> list[Node]:
    """The terms that the rows of `table` (parsed JSON) describe, one for each row.

    Raises TermError, naming the row, for anything that `to_json` would not have written.
    """
    if not isinstance(table, list) or len(table) > MAX_ROWS:
        got = f"{len(table)} rows" if isinstance(table, list) else type(table).__name__
        raise TermError(f"expected a list of at most {MAX_ROWS} rows, got {got}")
    nodes: list[Node] = []
    cells = 0
    for number, row in enumerate(table):
        node = _read_row(number, row, nodes)
        cells += len(node.children) + len(node.variables) + len(node.loose)
        if cells > MAX_CELLS:
            raise TermError(f"row {number}: the table is too large: its rows hold more than {MAX_CELLS} subterms and free variables")
        nodes.append(node)
    return nodes


def _read_row(number: int, row: object, nodes: list[Node]) -> Node:
    if not isinstance(row, list) or not row or not isinstance(row[0], str):
        raise TermError(f"row {number}: expected a list that starts with the name of a class, got {_shown(row)}")
    node_class = _CLASSES.get(row[0])
    if node_class is None:
        raise TermError(f"row {number}: unknown class {_shown(row[0])}; expected one of {', '.join(sorted(_CLASSES))}")
    kinds = _FIELDS[node_class]
    if len(row) != len(kinds) + 1:
        raise TermError(f"row {number}: {row[0]} has {len(kinds)} fields, got {len(row) - 1}")
    fields = [_read_field(kind, value, nodes) for kind, value in zip(kinds, row[1:], strict=True)]
    if None in fields:
        position = fields.index(None)
        wanted = _WANTED[kinds[position]]
        raise TermError(f"row {number}: field {position + 1} of {row[0]} must be {wanted}, got {_shown(row[position + 1])}")
    try:
        return node_class(*fields)
    except TermError as error:
        raise TermError(f"row {number}: {error}") from error


def _read_field(kind: str, value: object, nodes: list[Node]) -> Any:
    """The value of a field, or None if it is not of its kind."""
    match kind:
        case "c":
            return nodes[value] if type(value) is int and 0 <= value < len(nodes) else None
        case "*":
            if not isinstance(value, list) or not indices(value, len(nodes)):
                return None
            return tuple([nodes[index] for index in value])
        case "q":
            return _rational(value)
        case "n":
            return value if type(value) is int and 0 <= value <= MAX_ROWS else None
        case "s":
            return value if isinstance(value, str) and 0 < len(value) <= MAX_NAME and value.isprintable() else None
        case "t":
            return _sort(value)
        case _:
            raise TermError(f"unknown kind of field {kind!r}")


def indices(values: list[Any], size: int) -> bool:
    """Whether all `values` are integers (no booleans) from 0 to `size` − 1."""
    return not [value for value in values if type(value) is not int or not 0 <= value < size]


def _rational_text(value: Fraction) -> str:
    limit = 10**MAX_DIGITS
    if abs(value.numerator) >= limit or value.denominator >= limit:
        raise TermError(f"a number of more than {MAX_DIGITS} digits cannot be written")
    return str(value)


def _rational(value: object) -> Fraction | None:
    if not isinstance(value, str) or len(value) > 2 * MAX_DIGITS + 2:
        return None
    found = _RATIONAL.fullmatch(value)
    if found is None or max(len(digits or "") for digits in found.groups()) > MAX_DIGITS + 1:
        return None
    numerator, denominator = int(found[1]), int(found[2] or 1)
    if denominator == 0:
        return None
    exact = Fraction(numerator, denominator)
    return exact if str(exact) == value else None


def _sort_text(sort: Sort) -> str:
    letters, stack = [], [sort]
    while stack:
        part = stack.pop()
        if isinstance(part, Arrow):
            letters.append(">")
            stack += [part.codomain, part.domain]
        else:
            letters.append(_LETTERS[part])
    return "".join(letters)


def _sort(value: object) -> Sort | None:
    if not isinstance(value, str) or len(value) > MAX_SORT:
        return None
    stack: list[Sort] = []
    for letter in reversed(value):
        if letter == ">" and len(stack) >= 2:
            stack.append(Arrow(stack.pop(), stack.pop()))
        elif letter in _SORTS:
            stack.append(_SORTS[letter])
        else:
            return None
    return stack[0] if len(stack) == 1 else None


def _shown(value: object) -> str:
    """A short spelling of `value` for a message, however large or deeply nested it is."""
    if isinstance(value, str):
        return repr(value) if len(value) <= 40 else repr(value[:40]) + "…"
    if isinstance(value, int | float) or value is None:
        return str(value) if not isinstance(value, int) or value.bit_length() < 200 else "a large integer"
    return f"a {type(value).__name__} of {len(value)} entries" if isinstance(value, list | dict) else type(value).__name__
