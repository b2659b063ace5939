"""`quod prove`: answers, comparison with what is expected, bad files."""

from __future__ import annotations

import json
import os
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import quod.processes
from quod.cli import main
from quod.commands import prove
from quod.processes import Finished, Outcome, Task, TimedOut

Captured = pytest.CaptureFixture[str]
PROBLEM = (
    "(set-logic QF_NRA)\n; (set-info :status sat)\n(set-info :status {})\n(declare-const x Real)\n(assert (< (* x x) 0))\n(check-sat)\n"
)


@pytest.fixture
def answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the provers answer, by file name."""
    found: dict[str, Any] = {}

    def decide(text: str, name: str, deadline: float) -> dict[str, Any]:
        from quod.lang.smtlib_reader import read_problem

        read_problem(text, name)
        return {"method": "algebra", "trusts": [], "reason": "", "witness": None, **found[Path(name).name]}

    module = types.ModuleType("quod.provers.problems")
    module.decide = decide  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "quod.provers.problems", module)

    class Pool(quod.processes.Pool):
        def run(self, tasks: Any) -> Iterator[tuple[Task, Outcome]]:
            for task in tasks:
                answer = found.get(Path(str(task.args[1])).name)
                if isinstance(answer, KeyboardInterrupt):
                    raise answer
                yield task, answer if isinstance(answer, TimedOut) else Finished(prove.attempt(*task.args), 0.5)

    monkeypatch.setattr(quod.processes, "Pool", Pool)
    monkeypatch.chdir(tmp_path)
    return found


def problem(name: str, status: str = "unsat", text: str = PROBLEM) -> str:
    Path(name).write_text(text.replace("{}", status))
    return name


def test_answers(answers: dict[str, Any], capsys: Captured) -> None:
    answers |= {
        "a.smt2": {"answer": "unsat"},
        "b.smt2": {"answer": "sat", "witness": {"x": "1/3"}},
        "c.smt2": {"answer": "unsat", "trusts": ["z3"]},
    }
    files = [problem("a.smt2"), problem("b.smt2", "sat"), problem("c.smt2", "unknown")]
    assert main(["prove", *files, "--json", "out.json"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "a.smt2: unsat      0.50 s  algebra"
    assert lines[1] == "b.smt2: sat        0.50 s  algebra  x = 1/3"
    assert lines[2] == "c.smt2: unsat      0.50 s  algebra [trusts z3]"
    assert lines[3] == "3 files: 2 unsat, 1 sat"
    rows = json.loads(Path("out.json").read_text())
    assert list(rows[1]) == ["file", "expected", "answer", "seconds", "method", "trusts", "reason", "witness"]
    assert rows[1] == {
        "file": "b.smt2",
        "expected": "sat",
        "answer": "sat",
        "seconds": 0.5,
        "method": "algebra",
        "trusts": [],
        "reason": "",
        "witness": {"x": "1/3"},
    }


def test_a_wrong_answer(answers: dict[str, Any], capsys: Captured) -> None:
    answers |= {"a.smt2": {"answer": "unsat"}, "b.smt2": {"answer": "unknown", "reason": "too hard"}}
    assert main(["prove", problem("a.smt2", "sat"), problem("b.smt2")]) == 3
    shown = capsys.readouterr().out
    assert "algebra  WRONG: the file expects sat" in shown
    assert shown.splitlines()[-1] == "2 files: 1 unknown, 1 WRONG"


def test_unknown_and_timeout(answers: dict[str, Any], capsys: Captured) -> None:
    answers |= {"a.smt2": {"answer": "unknown", "reason": "no prover takes it"}, "b.smt2": TimedOut(3.0)}
    assert main(["prove", problem("a.smt2"), problem("b.smt2"), "--json", "out.json"]) == 4
    shown = capsys.readouterr().out
    assert "a.smt2: unknown    0.50 s  no prover takes it" in shown
    assert "b.smt2: unknown    3.00 s  no answer within 3 s" in shown
    assert [row["expected"] for row in json.loads(Path("out.json").read_text())] == ["unsat", "unsat"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("(assert (< x 0)\n", "bad.smt2:2:1: expected a closing parenthesis"),
        ("(declare-const x Real)\n(assert (< x y))\n", "bad.smt2:2:14: expected"),
        ("(push 1)\n", "write one problem per file, without push and pop"),
        ("(assert " + "(not " * 20000 + "true" + ")" * 20000 + ")\n", "bad.smt2:1:"),
    ],
)
def test_malformed_files_leave_the_others(text: str, message: str, answers: dict[str, Any], capsys: Captured) -> None:
    answers |= {"good.smt2": {"answer": "unsat"}}
    assert main(["prove", problem("bad.smt2", text=text), problem("good.smt2"), "--json", "out.json"]) == 2
    shown = capsys.readouterr()
    assert message in shown.err and "; fix: " in shown.err and shown.err.count("\n") == 1
    assert shown.out.splitlines()[-1] == "2 files: 1 unsat, 1 not readable"
    assert [row["answer"] for row in json.loads(Path("out.json").read_text())] == ["error", "unsat"]


def test_files_that_are_no_text(answers: dict[str, Any], capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    answers |= {"good.smt2": {"answer": "unsat"}}
    Path("binary.smt2").write_bytes(b"\xff\xfe")
    Path("folder").mkdir()
    assert main(["prove", "binary.smt2", "missing.smt2", problem("good.smt2"), "--json", "out.json"]) == 2
    shown = capsys.readouterr()
    assert [row["answer"] for row in json.loads(Path("out.json").read_text())] == ["error", "error", "unsat"]
    assert "binary.smt2: expected UTF-8 text, got byte 0xff at offset 0; fix: save it as UTF-8" in shown.err
    assert "missing.smt2: no such file; fix: check the name" in shown.err
    assert "3 files: 1 unsat, 2 not readable" in shown.out
    assert main(["prove", "folder"]) == 2
    assert "folder: expected .smt2 files in this folder, got none" in capsys.readouterr().err
    monkeypatch.setattr(prove, "MAX_BYTES", 10)
    assert main(["prove", "good.smt2"]) == 2
    assert "good.smt2:1: expected at most 0 MB, got more; fix: split the problem" in capsys.readouterr().err


def test_what_is_no_file(answers: dict[str, Any], capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    answers |= {"good.smt2": {"answer": "unsat"}}
    Path("folder/inner.smt2").mkdir(parents=True)
    os.mkfifo("folder/pipe.smt2")
    Path("folder/nowhere.smt2").symlink_to("missing")
    problem("folder/good.smt2")
    assert main(["prove", "folder", "--json", "out.json"]) == 2
    shown = capsys.readouterr()
    assert shown.err == "quod: folder/nowhere.smt2: no such file; fix: check the name\n"
    assert [row["file"] for row in json.loads(Path("out.json").read_text())] == ["folder/good.smt2", "folder/nowhere.smt2"]
    monkeypatch.setattr(prove, "MAX_BYTES", 1000)
    assert main(["prove", "/dev/zero"]) == 2
    assert "/dev/zero:1: expected at most 0 MB, got more" in capsys.readouterr().err


def test_no_control_characters_reach_the_terminal(answers: dict[str, Any], capsys: Captured) -> None:
    name = os.fsdecode(b"a\x1b[2J\xff.smt2")
    answers |= {name: {"answer": "sat", "witness": {"\x1b[2Jx": "1"}}}
    text = "(declare-const |\x1b[2Jx| Real)(assert (< |\x1b[2Jx| {}))(check-sat)"
    assert main(["prove", problem(name, "2", text), "--json", "out.json"]) == 0
    assert main(["prove", problem(name, "oops", text)]) == 2
    shown = capsys.readouterr()
    assert "\x1b" not in shown.out + shown.err
    assert "a\ufffd[2J\ufffd.smt2: sat        0.50 s  algebra  \ufffd[2Jx = 1" in shown.out
    assert json.loads(Path("out.json").read_text())[0]["file"] == "a\ufffd[2J\ufffd.smt2"


def test_an_interrupted_run_says_what_is_missing(answers: dict[str, Any], capsys: Captured) -> None:
    answers |= {"a.smt2": {"answer": "unsat"}, "b.smt2": KeyboardInterrupt()}
    assert main(["prove", problem("a.smt2"), problem("b.smt2"), "--json", "out.json"]) == 130
    shown = capsys.readouterr()
    assert "1 file: 1 unsat" in shown.out
    assert shown.err == "quod: interrupted; 1 of 2 files are not decided\n"
    assert len(json.loads(Path("out.json").read_text())) == 1


def test_folders(answers: dict[str, Any], capsys: Captured) -> None:
    Path("deep/er").mkdir(parents=True)
    answers |= {"a.smt2": {"answer": "unsat"}}
    problem("deep/er/a.smt2")
    assert main(["prove", "deep"]) == 0
    assert "deep/er/a.smt2: unsat" in capsys.readouterr().out
