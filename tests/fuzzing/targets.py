"""What is read of untrusted input, one function per parser: whatever the bytes are, it returns, or raises AssertionError for a finding.

Each function lets through the one class of error that its parser declares. Anything else that a parser raises is a finding by itself:
a RecursionError, a MemoryError, a ValueError of a number that is too long for Python.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from quod import ledger as ledgers
from quod.kernel import certificate as certificates
from quod.kernel.theorem import KernelError
from quod.kernel.tower import CertificateError, check
from quod.lang import serial
from quod.lang import terms as t
from quod.lang.smtlib_reader import Problem, SmtError, read_problem
from quod.lang.text import to_text
from quod.lock import read_lock
from quod.project import ProjectError

Target = Callable[[bytes], None]
NAME = "fuzz.smt2"
LONGEST_MESSAGE = 2000
"""A message about bad input that is longer than this says nothing to a person."""


def expect(condition: bool, finding: str) -> None:
    """A finding unless `condition` holds."""
    if not condition:
        raise AssertionError(finding)


def _read_json(data: bytes) -> Any:
    """The JSON data in the bytes; None if there is none. Reading JSON is Python's own affair."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def _message(error: Exception) -> None:
    text = str(error)
    expect(0 < len(text) <= LONGEST_MESSAGE, f"a message of {len(text)} characters: {text[:80]}…")


def smtlib(data: bytes) -> None:
    """An SMT-LIB text becomes a problem or an SmtError that names its place, and what was read can be printed."""
    text = data.decode(errors="replace")
    try:
        problem = read_problem(text, NAME)
    except SmtError as error:
        _message(error)
        expect(str(error).startswith(f"{NAME}:") and "; fix: " in str(error), f"a message without place or fix: {error}")
        return
    expect(isinstance(problem, Problem), "no problem")
    for assertion in problem.assertions:
        expect(assertion.sort == t.PROPOSITION and not assertion.loose, "an assertion that is no closed proposition")
        expect(assertion.variables <= set(problem.variables), "an undeclared variable")


def prove(data: bytes) -> None:
    """A small problem gets an answer within its time, whatever it says."""
    from quod.commands.prove import attempt

    found = attempt(data.decode(errors="replace"), NAME, 0.2)
    expect(found.get("answer") in ("sat", "unsat", "unknown", "error"), f"no answer: {found}")
    expect(found["answer"] not in ("unknown", "error") or bool(found["reason"]), "no reason")


def terms(data: bytes) -> None:
    """A table of terms is read or refused; what was read is written and read back the same, and can be shown."""
    table = _read_json(data)
    try:
        nodes = serial.from_json(table)
    except t.TermError as error:
        _message(error)
        return
    if not nodes:
        return
    again, rows = serial.to_json(nodes[-3:])
    expect([serial.from_json(again)[row] for row in rows] == nodes[-3:], "a term is read back as another one")
    expect(len(repr(nodes[-1])) < 1_000_000, "a term is shown at great length")
    if not nodes[-1].loose:
        to_text(nodes[-1])


def certificate(data: bytes) -> None:
    """A certificate proves something, by valid rules, or is refused."""
    text = data.decode(errors="replace")
    try:
        theorem = certificates.replay(text)
    except KernelError as error:
        expect(bool(str(error)), "no message")
        return
    absurd = theorem.conclusion is t.FALSE and not theorem.hypotheses and not theorem.trusts & {"z3", "cvc5"}
    expect(not absurd, "a proof of false")


X = t.Variable("x", t.REAL)


def _compare(relation: str, left: t.Node | int, right: t.Node | int) -> t.Node:
    return t.Compare(relation, *(side if isinstance(side, t.Node) else t.Number(side) for side in (left, right)))


def _f(name: str, *args: t.Node) -> t.Node:
    return t.Elementary(name, args[0])


PROBLEMS: tuple[tuple[tuple[t.Node, ...], t.Node, bool], ...] = (
    ((), _compare("<=", t.Add((t.Number(1), X)), _f("exp", X)), True),
    ((_compare("<", 0, X),), _compare("<=", _f("log", X), t.Add((X, t.Number(-1)))), True),
    ((_compare("<", 0, X),), _compare("<", _f("atan", X), X), True),
    ((), _compare("<=", _f("sin", X), 1), True),
    ((_compare("<=", 0, X),), _compare("<=", _f("sqrt", X), t.Add((X, t.Number(1)))), True),
    ((_compare("<", 0, X), _compare("<", X, 1)), _compare("<", t.Power(X, 3), X), True),
    ((), _compare("<=", _f("cbrt", X), t.IfThenElse(_compare("<=", 0, X), t.Add((X, t.Number(1))), t.Number(0))), True),
    ((_compare("<", 0, X),), _compare("<", _f("erf", X), 1), True),
    ((), _compare("<", X, t.Power(X, 2)), False),
    ((), _compare("<", _f("sin", X), 1), False),
    ((_compare("<", 0, X),), _compare("<", _f("log", X), t.Add((X, t.Number(-1)))), False),
)
"""(hypotheses, goal, whether it is true) for the certificates of the one-variable decision procedure."""


def tower(data: bytes) -> None:
    """[number of a problem, certificate] of the decision procedure: a proof of it or refused, and no proof of what is false."""
    match _read_json(data):
        case [int(number), proof]:
            hypotheses, goal, true = PROBLEMS[number % len(PROBLEMS)]
        case _:
            return
    try:
        check(proof, hypotheses, goal)
    except CertificateError as error:
        expect(bool(str(error)), "no message")
        return
    expect(true, f"a proof of what is false: {to_text(goal)}")


def ledger_rows(data: bytes) -> None:
    """Rows put into a ledger behind its back, sealed as ours are: each is what a record may be, or absent with one message."""
    rows = _read_json(data)
    if not isinstance(rows, list):
        return
    faults: list[str] = []
    with ledgers.Ledger(None, faults.append) as book:
        for row in rows[:20]:
            with contextlib.suppress(sqlite3.Error, OverflowError, ValueError):
                _put(book, row)
        for key in ("key", "a", ""):
            _examine(book, key)
        for stored in book.certificates():
            expect(isinstance(stored.certificate, str) and isinstance(stored.record, dict), "a stored result of another form")
        for run in book.runs():
            expect(isinstance(run, dict), "a run of another form")
    for fault in faults:
        expect(fault.isprintable() and len(fault) < LONGEST_MESSAGE, f"a message that no terminal should get: {fault[:80]!r}")


def _put(book: ledgers.Ledger, row: Any) -> None:
    """One row as somebody may have forged it: [table, key, claim, kind, record text, certificate text, seal it]."""
    match row:
        case ["run", str(record), sealed]:
            seal = ledgers._seal("run", record) if sealed else b"\0" * 16
            book._connection.execute("INSERT INTO runs (written, record, checksum) VALUES (0, ?, ?)", (record, seal))
        case ["result", key, claim, kind, record, packed, sealed]:
            data = bytes.fromhex(packed) if isinstance(packed, str) else packed
            digest = ledgers._checksum(data) if isinstance(data, bytes) else None
            strings = all(isinstance(part, str) for part in (key, claim, kind, record))
            seal = ledgers._seal(key, claim, kind, record, digest) if sealed and strings else b"\0" * 16
            values = (key, claim, kind, record, digest, seal)
            book._connection.execute(
                "INSERT INTO results (key, claim, kind, written, record, certificate, checksum) VALUES (?, ?, ?, 0, ?, ?, ?)", values
            )
            book._connection.execute("INSERT INTO certificates (key, data) VALUES (?, ?)", (key, data))


def _examine(book: ledgers.Ledger, key: str) -> None:
    found = book.get(key)
    expect(found is None or isinstance(found, dict), "a record of another form")
    text = book.certificate(key)
    expect(text is None or isinstance(text, str), "a certificate of another form")


MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
"""Where files are written a thousand times a second."""
RECORD = {"verdict": "PROVED", "reason": "", "filling": "x" * 300}


def _ledger_bytes() -> bytes:
    """A ledger of a few results, as a file."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        path = Path(folder) / "ledger.sqlite"
        with ledgers.open_ledger(path, _no_fault) as book:
            for number in range(6):
                book.put(f"a-{number}", f"a.claim{number}", "proof", {**RECORD, "number": number}, json.dumps(list(range(number, 90))))
            book.add_run({"rows": [1, 2]})
        return path.read_bytes()


def _no_fault(message: str) -> None:
    raise AssertionError(f"a new ledger has a fault: {message}")


_PRISTINE: list[bytes] = []


def ledger_file(data: bytes) -> None:
    """A ledger's file after a list of changes [offset, hex] or [length]: every result is absent or as it was, and new ones are kept."""
    if not _PRISTINE:
        _PRISTINE.append(_ledger_bytes())
    content = bytearray(_PRISTINE[0])
    changes = _read_json(data)
    for change in changes[:50] if isinstance(changes, list) else []:
        match change:
            case [int(offset), str(text)] if 0 <= offset < len(content):
                with contextlib.suppress(ValueError):
                    piece = bytes.fromhex(text)
                    content[offset : offset + len(piece)] = piece
            case [int(length)] if 0 <= length:
                del content[length:]
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        _damaged(Path(folder), bytes(content))


def _damaged(folder: Path, content: bytes) -> None:
    faults: list[str] = []
    path = folder / "ledger.sqlite"
    path.write_bytes(content)
    with ledgers.open_ledger(path, faults.append) as book:
        for number in range(6):
            expect(book.get(f"a-{number}") in (None, {**RECORD, "number": number}), "a damaged record is another record")
            expect(book.certificate(f"a-{number}") in (None, json.dumps(list(range(number, 90)))), "a damaged certificate is another one")
        expect(book.last_run() in (None, {"rows": [1, 2]}), "a damaged run is another run")
        book.put("new", "a.new", "proof", RECORD)
        expect(book.get("new") in (None, RECORD), "a new result is read back as another one")
        kept = book.get("new") is not None
    expect(kept or bool(faults), "a new result was lost and nothing said")
    expect(all(fault.isprintable() and len(fault) < LONGEST_MESSAGE for fault in faults), "a message that no terminal should get")
    expect(all(file.name.startswith("ledger.sqlite") for file in folder.iterdir()), "a file beside the ledger")


def lock(data: bytes) -> None:
    """A trust.lock is read, or refused in a sentence with the fix."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        path = Path(folder) / "trust.lock"
        path.write_bytes(data)
        try:
            read_lock(path)
        except ProjectError as error:
            _message(error)
            expect("; fix: " in str(error), f"a message without the fix: {error}")


TARGETS: dict[str, Target] = {
    "smtlib": smtlib,
    "prove": prove,
    "terms": terms,
    "certificate": certificate,
    "tower": tower,
    "ledger-rows": ledger_rows,
    "ledger-file": ledger_file,
    "lock": lock,
}
"""The parsers of untrusted input, by name."""
