"""list, show, axioms, new, report, badge, doctor: what they print, write and return."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from quod.cli import main
from quod.provers.problems import decide

Captured = pytest.CaptureFixture[str]


def test_list(project: Path, capsys: Captured) -> None:
    assert main(["list"]) == 0
    assert capsys.readouterr().out == (
        "activations\n"
        "  slope_is_at_most_a_quarter\n      The sigmoid's slope never exceeds 1/4.\n"
        "  slope_is_positive\n      The sigmoid's slope is positive.\n"
        "elementary\n"
        "  exp_is_above_its_tangent\n      The exponential lies above its tangent at 0.\n"
        "3 claims\n"
    )
    assert main(["list", "--json", "elementary"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["id"], row["source"], row["place"], row["error"]) == (
        "elementary.exp_is_above_its_tangent",
        "calculus",
        "spec/elementary.py:6",
        None,
    )


def test_list_sees_every_edit(project: Path, capsys: Captured) -> None:
    main(["list"])
    before = capsys.readouterr().out
    assert main(["list"]) == 0
    assert capsys.readouterr().out == before
    file = project / "spec" / "activations.py"
    file.write_text(file.read_text().replace("never exceeds 1/4", "never exceeds 1/5"))
    main(["list"])
    assert "never exceeds 1/5" in capsys.readouterr().out
    (project / ".quod" / "catalogue.json").write_text("{damaged")
    assert main(["list"]) == 0
    assert "3 claims" in capsys.readouterr().out


def test_list_imports_no_engine_and_is_fast(project: Path) -> None:
    heavy = ("z3", "hypothesis", "numpy", "mpmath", "rich", "flint", "sqlite3", "jinja2", "jsonschema", "subprocess")
    script = (
        f"import sys; from quod.cli import main; code = main(['list']); print([m for m in {heavy} if m in sys.modules]); sys.exit(code)"
    )
    started = time.monotonic()
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, env={"PYTHONPATH": str(Path(__file__).parents[2])}
    )
    assert (run.returncode, run.stdout.splitlines()[-1], run.stderr) == (0, "[]", "")
    assert time.monotonic() - started < 3, "an order of magnitude above what a quiet machine needs"


def test_show_before_and_after_a_run(project: Path, engines: Any, capsys: Captured) -> None:
    assert main(["show", "slope_is_at_most_a_quarter"]) == 0
    shown = capsys.readouterr().out
    assert "statement  sigmoid′(x) ≤ 1/4" in shown
    assert "tight at   x = 0" in shown
    assert "nothing is recorded for it as it stands; `quod verify activations.slope_is_at_most_a_quarter` finds out" in shown
    assert not (project / ".quod" / "ledger.sqlite").exists()
    main(["verify"])
    capsys.readouterr()
    assert main(["show", "slope_is_at_most_a_quarter"]) == 0
    shown = capsys.readouterr().out
    for line in (
        "verdict    PROVED (required: PROVED)",
        "method     algebra",
        "trusts     exp_positive",
        "assumes    nothing",
        "source     IFT6135, 1c",
    ):
        assert line in shown
    file = project / "spec" / "activations.py"
    file.write_text(file.read_text().replace("Q(1, 4)", "Q(1, 5)"))
    main(["show", "slope_is_at_most_a_quarter"])
    assert "nothing is recorded for it as it stands" in capsys.readouterr().out


def test_show_knows_the_settings_of_the_last_run(project: Path, engines: Any, capsys: Captured) -> None:
    main(["verify", "--seed", "5", "--timeout", "7"])
    capsys.readouterr()
    main(["show", "--json", "activations"])
    rows = json.loads(capsys.readouterr().out)
    assert [row["recorded"]["verdict"] for row in rows] == ["PROVED", "PROVED"]
    assert rows[0]["variables"] == {"x": "ℝ"}
    assert rows[0]["tight"] == [{"x": "0"}]


def test_show_as_a_problem(project: Path, capsys: Captured) -> None:
    assert main(["show", "--smt2", "exp_is_above_its_tangent"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("; elementary.exp_is_above_its_tangent: The exponential lies above its tangent at 0.\n(set-logic ")
    assert "(declare-const x Real)" in text
    assert main(["show", "--smt2", "slope_is_at_most_a_quarter"]) == 0
    text = capsys.readouterr().out
    assert "(declare-const x Real)" in text and "(exp " in text, "the derivative is written out"
    assert decide(text, "slope.smt2", time.monotonic() + 10)["answer"] == "unsat"


def test_show_what_is_no_problem(project: Path, capsys: Captured) -> None:
    (project / "spec" / "roots.py").write_text(
        'from quod import Natural, Real, Sum, claim\n\n\n@claim(source="ours")\ndef sums_grow(n: Natural, x: Real):\n'
        '    """A sum of squares is not negative."""\n    return Sum(lambda i: (x + i) ** 2, n) >= 0\n'
    )
    assert main(["show", "--smt2", "sums_grow"]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("spec/roots.py:4: roots.sums_grow: SMT-LIB: cannot read ")


def test_axioms(project: Path, engines: Any, capsys: Captured) -> None:
    assert main(["axioms", "activations"]) == 4
    assert "no proof is recorded for it as it stands" in capsys.readouterr().out
    engines.answer("slope_is_positive", "proof", "PROVED", method="z3", trusts=["z3"], assumes=["Riemann hypothesis"])
    main(["verify"])
    capsys.readouterr()
    assert main(["axioms", "activations"]) == 0
    shown = capsys.readouterr().out
    assert "    exp_positive  0 < e^x\n" in shown
    assert "  assumes:\n    Riemann hypothesis" in shown
    assert main(["axioms", "--json", "slope_is_positive"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["trusts"] == ["z3"]


@pytest.mark.parametrize("command", [["show"], ["axioms"]])
def test_an_unknown_claim(command: list[str], project: Path, capsys: Captured) -> None:
    assert main([*command, "nothing"]) == 2
    assert "no claim matches 'nothing'" in capsys.readouterr().err


def test_badge_is_made_from_the_last_run_alone(project: Path, engines: Any, capsys: Captured) -> None:
    assert main(["badge"]) == 2
    assert "expected the record of a run, got none; fix: run `quod verify` first" in capsys.readouterr().err
    main(["verify"])
    assert main(["badge"]) == 0
    assert json.loads(Path("badge.json").read_text()) == {
        "schemaVersion": 1,
        "label": "quod",
        "message": "3 proved",
        "color": "brightgreen",
    }
    engines.answer("slope_is_positive", "proof", "REFUTED", witness={"x": "0"})
    main(["verify", "--again", "activations"])
    main(["badge", "--svg", "picture.svg", "--json", "endpoint.json"])
    assert json.loads(Path("endpoint.json").read_text())["message"] == "1 refuted, 1 proved"
    root = ElementTree.parse("picture.svg").getroot()
    assert root.attrib["aria-label"] == "quod: 1 refuted, 1 proved"


@pytest.mark.parametrize(
    ("break_it", "message", "color"),
    [("x = (", "input errors", "red"), (None, "1 sampled, 2 proved", "yellow"), (KeyboardInterrupt(), "interrupted", "lightgrey")],
)
def test_badges_of_bad_runs(break_it: Any, message: str, color: str, project: Path, write: Any, engines: Any) -> None:
    if isinstance(break_it, str):
        write(spec__broken=break_it)
    else:
        engines.answer("slope_is_positive", "proof", break_it or "UNKNOWN", "why")
    main(["verify"])
    main(["badge"])
    made = json.loads(Path("badge.json").read_text())
    assert (made["message"], made["color"]) == (message, color)


def test_report_rewrites_only_its_block(project: Path, engines: Any, capsys: Captured) -> None:
    main(["verify"])
    readme = Path("README.md")
    readme.write_text("# Mine\n")
    assert main(["report", "--readme"]) == 2
    assert (
        "README.md: expected one block between <!-- quod: begin --> and <!-- quod: end -->; fix: put the two lines"
        in capsys.readouterr().err
    )
    readme.write_text("# Mine\n<!-- quod: begin -->\nold\n<!-- quod: end -->\nafter\n")
    assert main(["report", "--readme", "--check"]) == 4
    assert "the table is out of date; fix: quod report --readme README.md" in capsys.readouterr().err
    assert main(["report", "--readme"]) == 0
    text = readme.read_text()
    assert text.startswith("# Mine\n<!-- quod: begin -->\n3 proved\n")
    assert text.endswith("|\n<!-- quod: end -->\nafter\n")
    assert "| The sigmoid's slope is positive.<br>`activations.slope_is_positive` | PROVED | algebra | exp_positive |" in text
    assert "old" not in text
    assert main(["report", "--readme", "--check"]) == 0


def test_new_claims_are_errors_until_they_are_filled_in(write: Any, engines: Any, capsys: Captured) -> None:
    root = write()
    assert main(["new", "losses.hinge_is_convex"]) == 0
    assert capsys.readouterr().out == f"{root}/spec/losses.py:6\n"
    assert main(["new", "losses.hinge_is_positive", "--proof"]) == 0
    text = (root / "spec" / "losses.py").read_text()
    assert text.startswith(
        '"""Claims about losses."""\n\nfrom quod import Real, claim\n\n\n@claim(source="author, year, theorem")\ndef hinge_is_convex'
    )
    assert text.count("import") == 1
    assert "from spec import losses\n\n\n@proves(losses.hinge_is_positive)" in (root / "proofs" / "losses.py").read_text()
    assert main(["verify"]) == 2
    assert "2 claims: 2 error" in capsys.readouterr().out


def test_new_where_it_exists(project: Path, capsys: Captured) -> None:
    before = (project / "spec" / "activations.py").read_text()
    assert main(["new", "activations.slope_is_positive"]) == 2
    assert "activations.slope_is_positive exists already; fix: choose another name, or add --impl or --proof" in capsys.readouterr().err
    assert main(["new", "activations.slope_is_positive", "--impl"]) == 0
    assert (project / "spec" / "activations.py").read_text() == before
    assert "@implements(activations.sigmoid)\ndef sigmoid(x):\n" in (project / "impl" / "activations.py").read_text()
    assert main(["new", "activations.slope_is_positive", "--impl"]) == 2
    assert "expected a definition without an implementation, got none" in capsys.readouterr().err


@pytest.mark.parametrize("id", ["name", "a.", ".a", "a.b-c", "a.class", "1.x", "a/b.c", "a..b"])
def test_new_with_a_bad_id(id: str, project: Path, capsys: Captured) -> None:
    assert main(["new", id]) == 2
    assert f"expected an id TOPIC.NAME of Python names, got {id!r}; fix: write it like" in capsys.readouterr().err


def test_doctor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["doctor", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {"python-flint", "z3-solver", "highspy", "clarabel", "mpmath", "hypothesis", "numpy", "ledger"} <= {
        row["engine"] for row in rows
    }
    assert [row["reason"] for row in rows if not row["good"]] == []


def test_doctor_says_what_is_missing_and_what_fails(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    from quod.commands import doctor
    from quod.processes import Crashed, Finished

    monkeypatch.setattr(doctor, "version", lambda package: None if package == "mpmath" else "1")
    outcomes = itertools.chain([Finished(False, 0.1), Crashed("was killed by signal 4")], itertools.repeat(Finished(True, 0.1)))
    monkeypatch.setattr("quod.processes.run", lambda *_, **__: next(outcomes))
    assert main(["doctor"]) == 2
    shown = capsys.readouterr().out
    assert "FAILS    balls and exact polynomials (FLINT, Arb): the self-test gave a wrong answer" in shown
    assert "the worker process was killed by signal 4" in shown
    assert "missing  evaluation at high precision: not installed; fix: pip install mpmath" in shown


def test_doctor_without_what_is_optional(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    from quod.commands import doctor
    from quod.processes import Finished

    monkeypatch.setattr(doctor, "version", lambda package: None if package == "cvc5" else "1")
    monkeypatch.setattr("quod.processes.run", lambda *_, **__: Finished(True, 0.1))
    assert main(["doctor"]) == 0
    assert "missing  a second opinion on what rests on the word of Z3: not needed: pip install quod[cvc5]" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["nothing"], ["verify", "--nothing"], ["show"], ["prove"]])
def test_usage_errors(arguments: list[str], capsys: Captured) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().err.startswith("usage: quod")


@pytest.mark.parametrize(
    "command", ["", "verify", "attack", "list", "show", "axioms", "recheck", "lock", "prove", "new", "report", "badge", "doctor"]
)
def test_help_names_the_exit_codes(command: str, capsys: Captured) -> None:
    assert main([*([command] if command else []), "--help"]) == 0
    assert "3    engines in conflict" in capsys.readouterr().out
