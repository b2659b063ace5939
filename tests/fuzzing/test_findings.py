"""What fuzzing has found, each with the smallest input that shows it: small inputs that took exponential time, or ended the process."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from quod.commands.prove import attempt
from quod.kernel.tower import CertificateError
from quod.kernel.tower.cell import Cell
from quod.kernel.tower.reading import Reader
from quod.lang import serial
from quod.lang import terms as t
from quod.lang.defined import MAX_PLACES, obligations
from quod.provers.tower.values import Balls

X = t.Variable("x", t.REAL)
ZERO = t.Number(0)


def doubled(start: t.Node, times: int, twice: Callable[[t.Node, t.Node], t.Node]) -> t.Node:
    """A term of `times` levels, each of which uses the one below twice: 2^times occurrences of `start`."""
    for _ in range(times):
        start = twice(start, start)
    return start


@contextmanager
def at_once() -> Iterator[None]:
    """Fails where the block takes more than a few CPU seconds; without the repair each would take longer than anybody waits."""
    started = time.process_time()
    yield
    assert time.process_time() - started < 5.0


def test_definedness_looks_at_a_shared_subterm_once() -> None:
    total = doubled(t.Inverse(X), 100, lambda a, b: t.Add((a, b)))
    statement = t.ForAll(t.Lambda(t.REAL, t.Compare("<=", ZERO, _bound(total))))
    with at_once():
        assert len(obligations(statement)) == 1


def _bound(term: t.Node) -> t.Node:
    from quod.lang.binding import abstract

    return abstract(X, term).body


def test_definedness_gives_up_on_branches_of_branches() -> None:
    term = doubled(X, 50, lambda a, b: t.IfThenElse(t.Compare("<", a, t.Inverse(b)), a, b))
    statement = t.ForAll(t.Lambda(t.REAL, t.Compare("<=", ZERO, _bound(term))))
    with at_once(), pytest.raises(t.TermError, match=f"more than {MAX_PLACES} places where the term has to be defined"):
        obligations(statement)


def test_an_open_derivative_is_looked_at_once() -> None:
    body = doubled(t.Bound(0, t.REAL), 100, lambda a, b: t.Mul((a, b)))
    with at_once():
        assert obligations(t.Compare("=", t.Derivative(t.Lambda(t.REAL, body), ZERO), ZERO))


PROPOSITION = doubled(t.Compare("<=", ZERO, t.Number(1)), 100, lambda a, b: t.And((a, t.Implies(a, b))))


def test_the_checker_reads_a_shared_proposition_once() -> None:
    with at_once():
        assert Reader(Cell(2, point=True)).truth(PROPOSITION) is True


def test_the_search_reads_a_shared_proposition_once() -> None:
    with at_once():
        assert Balls(None).truth(PROPOSITION) is True


@pytest.mark.parametrize("start", [X, t.Number(3)], ids=["degree", "bits"])
def test_a_power_of_a_power_does_not_end_the_process(start: t.Node) -> None:
    cell = Cell(2, point=start is not X)
    with at_once(), pytest.raises(CertificateError, match="a function of degree beyond 100000, or with numbers of more than 1000000 bits"):
        Reader(cell).read(doubled(start, 60, lambda a, b: t.Mul((a, b))))


def test_a_sum_of_many_functions_is_refused_in_few_words() -> None:
    rows = [["Variable", "f", ">ZR"], ["Add", [0] * 5000]]
    with pytest.raises(t.TermError) as refused:
        serial.from_json(rows)
    assert str(refused.value) == "row 1: + expects scalars, or vectors, got " + "ℤ → ℝ, " * 12 + "…"


@pytest.mark.parametrize(
    "let",
    ["(* x x)", "(+ x x)", "(ite (< x x) x (- x))", "(pow x 2)"],
)
def test_towers_of_lets_get_an_answer(let: str) -> None:
    text = f"(declare-const x Real)(assert (< {f'(let ((x {let})) ' * 30}x{')' * 30} x))"
    with at_once():
        assert attempt(text, "tower.smt2", 0.5)["answer"] in ("sat", "unknown", "unsat")
