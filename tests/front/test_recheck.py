"""`quod recheck`: what it accepts, and that it finds each defect planted: in spec/, in the ledger, in a certificate, in its own process."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from quod import recheck
from quod.alone import SEARCH, UNTRUSTED
from quod.cli import main
from quod.kernel.certificate import write
from quod.kernel.verdict import goal_of
from quod.lang.terms import TRUE, And
from quod.ledger import FILE, Ledger, Stored
from quod.processes import Limits, Raised, run
from quod.project import Project, load

ROOT = Path(__file__).parents[2]
SPEC = '''\
"""Claims about small things."""

from quod import Q, Real, claim, definition, exp


@definition
def logistic(x: Real):
    """The logistic function."""
    return 1 / (1 + exp(-x))


@claim(source="calculus")
def logistic_is_positive(x: Real):
    """The logistic function is positive."""
    return logistic(x) > 0


@claim(source="algebra")
def square_is_positive(x: Real):
    """A square is no less than what touches it."""
    return x**2 >= 2 * x - 1


@claim(source="nobody", expect="SAMPLED")
def cube_grows(x: Real):
    """Nobody has proved it here."""
    return exp(exp(exp(x))) + x**6 >= 0
'''
POSITIVE, SQUARE = "small.logistic_is_positive", "small.square_is_positive"


def command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "quod", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )


@pytest.fixture(scope="module")
def proved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose first two claims have been proved, by a real run."""
    root = tmp_path_factory.mktemp("proved")
    (root / "spec").mkdir()
    (root / "spec" / "small.py").write_text(SPEC, encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "quod", "verify", "--only", "proof", "logistic_is_positive", "square_is_positive"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return root


@pytest.fixture
def root(proved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the proved project, and the place we are at."""
    shutil.copytree(proved, tmp_path / "project")
    monkeypatch.chdir(tmp_path / "project")
    return tmp_path / "project"


@pytest.fixture
def edit(root: Path) -> Callable[[str, str], None]:
    """Replaces text in the project's claims."""
    file = root / "spec" / "small.py"

    def edit(old: str, new: str) -> None:
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")

    return edit


def stored(root: Path, claim: str) -> Stored:
    with Ledger(root / ".quod" / FILE, pytest.fail) as ledger:
        return next(iter(ledger.proofs(claim)))


def put(root: Path, claim: str, certificate: str, **changes: Any) -> None:
    """Puts another certificate into the place of a claim's own, with a record that says what the old one said but for the changes."""
    own = stored(root, claim)
    with Ledger(root / ".quod" / FILE, pytest.fail) as ledger:
        ledger.put(own.key, claim, "proof", own.record | changes, certificate)


def rows(root: Path, *arguments: str, code: int) -> dict[str, dict[str, Any]]:
    assert main(["recheck", "--json", str(root / "rows.json"), *arguments]) == code
    return {row["id"]: row for row in json.loads((root / "rows.json").read_text(encoding="utf-8"))}


def test_what_was_proved_checks_in_a_process_without_any_search(root: Path, capsys: Any) -> None:
    found = rows(root, code=0)
    assert {id: row["outcome"] for id, row in found.items()} == {POSITIVE: "checked", SQUARE: "checked", "small.cube_grows": "not required"}
    assert found[POSITIVE]["trusts"] == stored(root, POSITIVE).record["trusts"] != []
    assert (found[POSITIVE]["recorded"], found[POSITIVE]["assumes"], found[POSITIVE]["steps"] > 3) == ("PROVED", [], True)
    assert {"flint", "quod"} <= set(found[POSITIVE]["loaded"])
    assert not set(found[POSITIVE]["loaded"]) & (UNTRUSTED | {"spec"})
    assert capsys.readouterr().out.startswith("3 claims: 2 checked, 1 not required; ")


def test_a_selection(root: Path, capsys: Any) -> None:
    assert list(rows(root, "square_is_positive", code=0)) == [SQUARE]
    assert list(rows(root, "-k", "logistic", code=0)) == [POSITIVE]
    assert main(["recheck", "nothing_of_the_kind"]) == 2
    assert "no claim matches 'nothing_of_the_kind'" in capsys.readouterr().err


def test_a_definition_that_changed_is_named(root: Path, edit: Any, capsys: Any) -> None:
    edit("1 / (1 + exp(-x))", "2 / (1 + exp(-x))")
    found = rows(root, code=4)
    assert (found[POSITIVE]["outcome"], found[SQUARE]["outcome"]) == ("changed", "checked")
    assert found[POSITIVE]["reason"] == f"definition changed (small.logistic); fix: run `quod verify {POSITIVE}`"
    assert f"CHANGED  {POSITIVE}  spec/small.py:12\n    definition changed (small.logistic); fix" in capsys.readouterr().out


def test_a_claim_that_changed(root: Path, edit: Any) -> None:
    edit("2 * x - 1", "2 * x - 2")
    found = rows(root, code=4)
    assert (found[SQUARE]["outcome"], found[SQUARE]["reason"]) == ("changed", f"claim changed; fix: run `quod verify {SQUARE}`")


def test_a_claim_without_a_certificate(root: Path, edit: Any) -> None:
    edit("def square_is_positive", "def square_is_something")
    found = rows(root, code=4)
    assert found["small.square_is_something"]["outcome"] == "missing"
    assert found["small.square_is_something"]["reason"] == "no certificate stored; fix: run `quod verify small.square_is_something --again`"


def test_a_project_without_a_ledger(root: Path) -> None:
    shutil.rmtree(root / ".quod")
    assert rows(root, code=4)[SQUARE]["outcome"] == "missing"
    assert not (root / ".quod" / FILE).exists()


def test_the_certificate_of_another_claim_is_a_conflict(root: Path) -> None:
    put(root, SQUARE, stored(root, POSITIVE).certificate)
    found = rows(root, code=3)
    assert found[SQUARE]["outcome"] == "conflict"
    assert found[SQUARE]["reason"].startswith("certificate proves another statement: ")
    assert "logistic" in found[SQUARE]["reason"]


def test_a_step_that_does_not_hold_is_a_conflict_and_named(root: Path) -> None:
    certificate = json.loads(stored(root, SQUARE).certificate)
    number = next(number for number, step in enumerate(certificate["steps"]) if step[0] == "real")
    certificate["steps"][number][1][1][0][0] = {"q": "7/3"}
    put(root, SQUARE, json.dumps(certificate))
    reason = rows(root, code=3)[SQUARE]["reason"]
    assert reason.startswith(f"certificate does not check: step {number} (real) is refused: real: the certificate does not add up to zero")


def test_an_open_hypothesis_is_a_conflict(root: Path) -> None:
    certificate = json.loads(stored(root, SQUARE).certificate)
    certificate["steps"] = [["assume", [certificate["steps"][-1][1][0]] if certificate["steps"][-1][1] else [{"t": 0}], []]]
    put(root, SQUARE, json.dumps(certificate))
    assert rows(root, code=3)[SQUARE]["outcome"] == "conflict"


def test_a_solver_that_the_ledger_does_not_mention_is_a_conflict(root: Path) -> None:
    put(root, POSITIVE, stored(root, POSITIVE).certificate, trusts=[])
    found = rows(root, code=3)
    assert found[POSITIVE]["reason"] == f"certificate trusts {', '.join(found[POSITIVE]['trusts'])}, which the ledger does not say"


def test_a_ledger_that_says_more_than_is_needed_is_out_of_date(root: Path) -> None:
    put(root, SQUARE, stored(root, SQUARE).certificate, trusts=["z3"])
    assert rows(root, code=4)[SQUARE]["reason"].startswith("the ledger says more than the certificate needs (trusts z3; assumes nothing)")


def test_a_solvers_word_is_counted_where_the_ledger_says_so(root: Path, capsys: Any) -> None:
    claim = load(Project(root)).claims[SQUARE]
    certificate = write([("oracle", ("z3", goal_of(claim.statement)), ())])
    put(root, SQUARE, certificate, trusts=["z3"])
    assert rows(root, code=0)[SQUARE]["trusts"] == ["z3"]
    assert "; 1 rest on the word of a solver; " in capsys.readouterr().out
    put(root, SQUARE, certificate, trusts=[])
    assert rows(root, code=3)[SQUARE]["reason"] == "certificate trusts z3, which the ledger does not say"


def test_a_proof_of_the_statement_without_its_definedness(root: Path) -> None:
    claim = load(Project(root)).claims[POSITIVE]
    put(root, POSITIVE, write([("oracle", ("z3", And((claim.statement, TRUE))), ())]), trusts=["z3"])
    assert rows(root, code=4)[POSITIVE]["reason"].startswith("it does not prove all that definedness needs now; fix: run `quod verify")


@pytest.mark.parametrize("rubbish", ["", "[]", '{"format":"quod certificate 1","terms":[],"roots":[],"steps":[]}', "\x00", "[" * 90_000])
def test_rubbish_is_a_conflict(rubbish: str, root: Path) -> None:
    put(root, SQUARE, rubbish)
    assert rows(root, code=3)[SQUARE]["reason"].startswith("certificate does not check: ")


def test_records_of_a_strange_shape(root: Path) -> None:
    put(root, POSITIVE, stored(root, POSITIVE).certificate, trusts=7, assumes={"a": 1}, figures="none", verdict=None)
    assert rows(root, code=3)[POSITIVE]["outcome"] == "conflict"


def test_a_damaged_certificate_counts_as_absent(root: Path, capsys: Any) -> None:
    import sqlite3

    with sqlite3.connect(root / ".quod" / FILE) as connection:
        connection.execute("UPDATE certificates SET data = zeroblob(40)")
    assert rows(root, code=4)[SQUARE]["outcome"] == "missing"
    assert "is damaged (its certificate is not the one that was written) and counts as absent" in capsys.readouterr().err


def test_an_import_of_a_solver_in_spec_is_refused(root: Path, capsys: Any) -> None:
    (root / "spec" / "sly.py").write_text("import z3\n", encoding="utf-8")
    assert {row["outcome"] for row in rows(root, "square_is_positive", code=2).values()} == {"checked"}
    assert "spec/sly.py:1: ImportError: z3 cannot be imported during a recheck, which runs the kernel alone" in capsys.readouterr().err


@pytest.mark.parametrize("package", sorted(SEARCH - {"cvc5"} | {"numpy", "quod.provers.session"}))
def test_a_kernel_that_asks_for_help_is_refused(package: str) -> None:
    outcome = run("recheck_tasks:replay_with_help_of", package, limits=Limits(30.0))
    assert isinstance(outcome, Raised)
    assert outcome.reason.startswith(f"ImportError: {package.partition('.')[0]}")
    assert "cannot be imported during a recheck" in outcome.reason


def test_a_solver_that_is_there_before_the_guard_is_seen(root: Path, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import hypothesis\n", encoding="utf-8")
    ran = command("recheck", PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}")
    assert ran.returncode == 2
    assert "hypothesis was imported in the process that rechecks; fix: keep it out of site customisation" in ran.stderr


def test_a_replay_that_never_ends_is_unknown(root: Path) -> None:
    found = rows(root, "--timeout", "0.001", code=4)
    assert found[SQUARE]["outcome"] == "unknown"
    assert found[SQUARE]["reason"] == "the replay gave no answer: no answer within 0.001 s"


def test_an_interrupt(root: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    real, seen = recheck._judge, []

    def judge(*arguments: Any) -> Any:
        seen.append(arguments)
        if len(seen) == 2:
            raise KeyboardInterrupt("Ctrl-C")
        return real(*arguments)

    monkeypatch.setattr(recheck, "_judge", judge)
    assert main(["recheck"]) == 130
    shown = capsys.readouterr()
    assert shown.err == "quod: interrupted; nothing was changed\n"
    assert "1 checked, 1 not required, 1 not reached" in shown.out
