"""Terms written as JSON come back as the same objects; whatever else is in a table is refused with one clear message."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from typing import Any, get_args

import pytest
from hypothesis import given

from quod.lang import serial
from quod.lang import terms as t
from quod.lang.serial import from_json, to_json
from quod.lang.sorts import INTEGER, REAL, Arrow
from tests.strategies import nodes

x = t.Variable("x", REAL)


@given(nodes())
def test_what_is_written_is_read_back_as_the_same_object(node: t.Node) -> None:
    table, (index,) = to_json([node])
    assert from_json(json.loads(json.dumps(table)))[index] is node


def test_every_class_of_node_can_be_written() -> None:
    assert set(get_args(t.AnyNode)) == set(serial._FIELDS)


def test_shared_parts_are_written_once() -> None:
    term: t.Node = x
    for _ in range(200):
        term = t.Add((term, term))
    table, indices = to_json([term, x, term])
    assert len(table) == 201
    assert indices == [200, 0, 200]
    assert table[1] == ["Add", [0, 0]]


def test_rows_are_readable() -> None:
    family = t.Variable("p", Arrow(INTEGER, REAL))
    member = t.Mul((t.Number(Fraction(-1, 3)), t.Apply(family, t.Bound(0, INTEGER))))
    total = t.Fold("sum", t.Number(0), t.Variable("n", INTEGER), t.Lambda(INTEGER, member))
    table, _ = to_json([total])
    assert ["Number", "-1/3"] in table
    assert ["Variable", "p", ">ZR"] in table
    assert table[-1][0] == "Fold"


def _many_variables(count: int) -> list[list[Any]]:
    """Sums of ever more variables: few rows, but sets of free variables that grow with the square."""
    rows: list[list[Any]] = [["Variable", f"v{number}", "R"] for number in range(count)]
    return rows + [["Add", list(range(number))] for number in range(2, count)]


MALFORMED: list[tuple[str, Any]] = [
    ("expected a list of at most 100000 rows, got dict", {}),
    ("expected a list of at most 100000 rows, got 100001 rows", [["Number", "1"]] * 100_001),
    ("row 0: expected a list that starts with the name of a class, got a list of 0 entries", [[]]),
    ("row 0: expected a list that starts with the name of a class, got None", [None]),
    ("row 0: unknown class 'Node'; expected one of Add, ", [["Node"]]),
    ("row 0: unknown class 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'…", [["x" * 1000]]),
    ("row 0: Number has 1 fields, got 2", [["Number", "1", "2"]]),
    ("row 0: field 1 of Number must be a rational \"p/q\" in lowest terms, got '2/4'", [["Number", "2/4"]]),
    ("row 0: field 1 of Number must be a rational \"p/q\" in lowest terms, got '1/0'", [["Number", "1/0"]]),
    ("row 0: field 1 of Number must be a rational \"p/q\" in lowest terms, got '٣'", [["Number", "٣"]]),
    ("row 0: field 1 of Number must be a rational \"p/q\" in lowest terms, got 0.5", [["Number", 0.5]]),
    ("row 0: field 1 of Number must be a rational", [["Number", "1" * 5000]]),
    ("row 0: field 1 of Number must be a rational", [["Number", "1" * 50_000]]),
    ("row 0: field 1 of Variable must be a string of printable characters, got 'x\\ny'", [["Variable", "x\ny", "R"]]),
    ("row 0: field 1 of Variable must be a string of printable characters, got ''", [["Variable", "", "R"]]),
    ("row 0: field 1 of Variable must be a string of printable characters", [["Variable", "\ud800", "R"]]),
    ("row 0: field 2 of Variable must be a sort such as \"R\" or \">ZR\", got '>R'", [["Variable", "x", ">R"]]),
    ("row 0: field 2 of Variable must be a sort", [["Variable", "x", ">" * 100_000 + "R" * 100_001]]),
    ("row 0: field 1 of Bound must be a natural number, got -1", [["Bound", -1, "R"]]),
    ("row 0: field 1 of Bound must be a natural number, got True", [["Bound", True, "R"]]),
    ("row 0: field 1 of Not must be the index of an earlier row, got 0", [["Not", 0]]),
    ("row 1: field 1 of Add must be a list of indices of earlier rows, got a list of 2 entries", [["Number", "1"], ["Add", [0, 1]]]),
    ("row 1: field 1 of Inverse must be the index of an earlier row, got -1", [["Number", "1"], ["Inverse", -1]]),
    ("row 1: + expects scalars, or vectors, got ℤ", [["Number", "1"], ["Add", [0]]]),
    ("row 0: unknown constant 'e'; expected one of ['pi', 'zero']", [["Constant", "e"]]),
    ("row 1: a quantifier expects a λ to propositions, got a term of sort ℝ", [["Variable", "x", "R"], ["ForAll", 0]]),
    ("row 1: definition 'f' is not closed: it mentions ['x']", [["Variable", "x", "R"], ["Named", "f", 0]]),
    ("row 1: a literal exponent lies between 0 and 10000, got exponent=20000", [["Number", "2"], ["Power", 0, 20000]]),
    ("row 250: the term is nested 251 levels deep", [["Variable", "x", "R"]] + [["Inverse", row] for row in range(300)]),
    ("row 101: the table is too large", [["Number", "1"]] + [["Add", [0] * 10_000]] * 200),
    ("row 2997: the table is too large", _many_variables(2000)),
]


@pytest.mark.parametrize(("message", "table"), MALFORMED, ids=range(len(MALFORMED)))
def test_a_malformed_table_is_refused_with_the_row_and_the_reason(message: str, table: Any) -> None:
    with pytest.raises(t.TermError, match="^" + re.escape(message)):
        from_json(table)


def test_a_number_that_could_not_be_read_back_is_not_written() -> None:
    limit = 10**serial.MAX_DIGITS
    table, _ = to_json([t.Number(Fraction(1 - limit, limit - 2))])
    assert from_json(table) == [t.Number(Fraction(1 - limit, limit - 2))]
    with pytest.raises(t.TermError, match="more than 4000 digits"):
        to_json([t.Number(limit)])
