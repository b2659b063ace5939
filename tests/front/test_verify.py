"""`quod verify`: exit codes, tables, files, and what is run again."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest

from quod.cli import main
from quod.survey import Survey

CHECKS = ("statement", "proof", "fuzz", "impl", "attack")


def verify(*arguments: str) -> int:
    return main(["verify", *arguments])


def rows(*arguments: str) -> list[dict[str, Any]]:
    main(["verify", *arguments, "--json", "rows.json"])
    found: list[dict[str, Any]] = json.loads(Path("rows.json").read_text())
    return found


def test_everything_proved_is_green(project: Path, engines: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify() == 0
    shown = capsys.readouterr().out
    assert "slope_is_at_most_a_quarter PROVED algebra" in " ".join(shown.split())
    assert "✓ 200 points" in shown
    assert shown.splitlines()[-1].startswith("3 claims: 3 proved; 6 twins: 3 refuted, 3 undecided; 0 of 12 checks from the ledger")


@pytest.mark.parametrize(
    ("check", "verdict", "details", "code"),
    [
        ("proof", "REFUTED", {"witness": {"x": "0"}}, 1),
        ("proof", "UNKNOWN", {}, 4),
        ("proof", "SAMPLED", {}, 4),
        ("proof", "ERROR", {}, 2),
        ("fuzz", "REFUTED", {"witness": {"x": "1/3"}}, 3),
        ("fuzz", "UNKNOWN", {}, 4),
        ("fuzz", "ERROR", {}, 2),
        ("statement", "VACUOUS", {}, 4),
        ("statement", "UNKNOWN", {}, 4),
        ("statement", "ERROR", {}, 2),
    ],
)
def test_exit_codes(
    check: str, verdict: str, details: dict[str, Any], code: int, project: Path, engines: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    engines.answer("slope_is_positive", check, verdict, "so it is", **details)
    assert verify() == code
    shown = capsys.readouterr().out
    assert f"{check} {verdict}" in shown and "so it is" in shown
    assert "; 1 not green;" in shown and "; 0 of 12 checks" in shown


def test_a_finding_does_not_fill_the_screen(project: Path, engines: Any, capsys: pytest.CaptureFixture[str]) -> None:
    engines.answer("slope_is_positive", "fuzz", "UNKNOWN", "long\n" + 10_000 * "reason " + "end")
    assert verify("--json", "rows.json") == 4
    shown = capsys.readouterr().out
    assert "fuzz UNKNOWN activations.slope_is_positive  spec/activations.py:18\n" in shown
    assert "fuzz UNKNOWN: long reason reason" in shown and " […] " in shown and "reason end\n" in shown
    assert len(shown) < 5000
    assert len(json.loads(Path("rows.json").read_text())[1]["fuzz"]["reason"]) > 70_000


def test_the_worst_finding_decides_the_exit_code(project: Path, engines: Any) -> None:
    engines.answer("slope_is_positive", "proof", "UNKNOWN", "no prover takes it")
    engines.answer("exp_is_above_its_tangent", "proof", "ERROR", "it broke")
    assert verify() == 2
    engines.answer("exp_is_above_its_tangent", "proof", "REFUTED", witness={"x": "0"})
    assert verify("--again") == 1
    engines.answer("slope_is_at_most_a_quarter", "fuzz", "REFUTED", witness={"x": "0"})
    assert verify("--again") == 3


def test_proof_against_counterexample_is_a_conflict(project: Path, engines: Any) -> None:
    engines.answer("slope_is_positive", "fuzz", "REFUTED", witness={"x": "1/3"})
    row = rows()[1]
    assert (row["verdict"], row["green"]) == ("CONFLICT", False)
    assert row["reason"] == "proved by algebra, refuted by fuzz at x = 1/3"


def test_a_wrong_implementation_does_not_refute_the_claim(project: Path, write: Any, engines: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quod.commands.verify.survey", lambda *_, **__: Survey({"activations.sigmoid": ["impl.activations"]}))
    engines.answer("slope_is_positive", "impl", "REFUTED", "overflow", witness={"x": "-1000"})
    assert verify() == 1
    row = rows()[1]
    assert (row["verdict"], row["green"], row["impl"]["verdict"]) == ("PROVED", False, "REFUTED")


@pytest.mark.parametrize(("figures", "code"), [({"implementations": 1}, 0), ({}, 4)])
def test_an_unknown_implementation(
    figures: dict[str, int], code: int, project: Path, engines: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("quod.commands.verify.survey", lambda *_, **__: Survey({"activations.sigmoid": ["impl.activations"]}))
    engines.answer("slope_is_positive", "impl", "UNKNOWN", "its values have no floats", figures=figures)
    assert verify() == code


def test_without_an_implementation_there_is_nothing_to_check(project: Path, engines: Any) -> None:
    found = rows()
    assert found[0]["impl"]["reason"] == "no implementation of activations.sigmoid"
    assert found[2]["impl"]["reason"] == "the claim mentions no definition that could be implemented"
    assert ("slope_is_positive", "impl") not in engines.asked


@pytest.mark.parametrize("verdict", ["PROVED", "SAMPLED", "UNKNOWN"])
def test_sampled_is_enough_where_the_claim_says_so(verdict: str, write: Any, engines: Any) -> None:
    write(spec__open="from quod import *\n\n\n@claim(source='folklore', expect='SAMPLED')\ndef sure(x: Real):\n 'Sure.'\n return x <= x\n")
    engines.answer("sure", "proof", verdict, "why")
    assert verify() == 0
    engines.answer("sure", "fuzz", "UNKNOWN", "nothing could be evaluated")
    assert verify("--again") == 4


def test_a_dead_engine_is_unknown_with_the_reason_and_is_tried_again(
    project: Path, engines: Any, crash: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    engines.answer("slope_is_positive", "proof", crash)
    assert verify() == 4
    assert "proof UNKNOWN: the worker process was killed by signal 11 (Segmentation fault)" in capsys.readouterr().out
    engines.answers.clear()
    engines.asked.clear()
    assert verify() == 0
    assert engines.asked == [("slope_is_positive", "proof")]


def test_a_second_run_does_only_what_changed(project: Path, engines: Any, capsys: pytest.CaptureFixture[str]) -> None:
    verify()
    assert len(engines.asked) == 12
    capsys.readouterr()
    engines.asked.clear()
    assert verify() == 0
    assert engines.asked == []
    assert "12 of 12 checks from the ledger" in capsys.readouterr().out
    file = project / "spec" / "activations.py"
    file.write_text(file.read_text().replace("Q(1, 4)", "Q(1, 3)"))
    verify()
    assert engines.asked == [("slope_is_at_most_a_quarter", check) for check in ("statement", "proof", "fuzz", "attack")]
    engines.asked.clear()
    verify("--seed", "1", "slope_is_positive")
    assert engines.asked == [("slope_is_positive", check) for check in ("statement", "fuzz", "attack")]
    engines.asked.clear()
    verify("--again", "elementary", "--only", "proof")
    assert engines.asked == [("exp_is_above_its_tangent", "proof")]


def test_a_new_definition_under_an_unchanged_claim_changes_it(project: Path, engines: Any) -> None:
    verify()
    engines.asked.clear()
    file = project / "spec" / "activations.py"
    file.write_text(file.read_text().replace("1 + exp(-x)", "2 + exp(-x)"))
    verify()
    assert {name for name, _ in engines.asked} == {"slope_is_at_most_a_quarter", "slope_is_positive"}


def test_only_some_checks_are_required_when_only_they_are_asked_for(
    project: Path, engines: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    engines.answer("slope_is_positive", "proof", "UNKNOWN", "no")
    assert verify("--only", "fuzz,statement") == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("3 claims: 3 sampled; only statement, fuzz;")
    found = rows("--only", "fuzz")
    assert [row["proof"] for row in found] == [None] * 3
    assert {row["verdict"] for row in found} == {"SAMPLED"}


def test_rows_follow_the_schema(project: Path, engines: Any) -> None:
    engines.answer("slope_is_positive", "proof", "REFUTED", witness={"x": "1/3"}, figures={"digits": 50}, seed=3)
    schema = json.loads(files("quod.report").joinpath("schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    for arguments in ((), ("--only", "fuzz"), ()):
        found = rows(*arguments)
        jsonschema.validate(found, schema)
        assert [row["id"].rpartition(".")[2] for row in found] == [
            "slope_is_at_most_a_quarter",
            "slope_is_positive",
            "exp_is_above_its_tangent",
        ]
    del found[0]["digest"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(found, schema)


def test_junit(project: Path, write: Any, engines: Any) -> None:
    write(spec__broken="x = (\n")
    engines.answer("slope_is_positive", "proof", "UNKNOWN", "bad\x00byte & <tag>")
    assert verify("--junit", "junit.xml") == 2
    suite = ElementTree.parse("junit.xml").getroot()[0]
    assert suite.attrib == {"name": "quod", "tests": "16", "failures": "1", "errors": "1", "skipped": "3"}
    failure = next(case for case in suite if case.find("failure") is not None)
    assert failure.attrib["name"] == "activations.slope_is_positive::proof"
    found = failure.find("failure")
    assert found is not None and found.attrib["message"] == "UNKNOWN: bad\N{REPLACEMENT CHARACTER}byte & <tag>"


def test_interrupted(project: Path, engines: Any, capsys: pytest.CaptureFixture[str]) -> None:
    engines.answer("slope_is_positive", "proof", KeyboardInterrupt())
    assert verify("--json", "rows.json") == 130
    found = json.loads(Path("rows.json").read_text())
    assert found[0]["verdict"] == "PROVED"
    assert found[2]["proof"]["reason"] == "interrupted before this check had ended"
    assert "interrupted; the results so far are recorded" in capsys.readouterr().err
    done = list(engines.asked)
    engines.answers.clear()
    engines.asked.clear()
    assert verify() == 0
    assert not set(done[:-1]) & set(engines.asked)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nothing"], "no claim matches 'nothing'; fix: `quod list` shows the ids"),
        (["slope_is_positiv"], "no claim matches 'slope_is_positiv'; fix: did you mean slope_is_positive?"),
        (["activations", "-k", "tanh"], "-k 'tanh' matches none of the claims, so nothing would be checked"),
        (["-k", "tanh and"], "-k 'tanh and': expected a word, `not` or `(`, got the end"),
        (["--only", "proofs"], "expected checks out of statement,proof,fuzz,impl,attack, got 'proofs'"),
        (["--timeout", "-1"], "expected seconds from 0.001 to 1e+07, got '-1'"),
        (["--jobs", "nan"], "expected a whole number from 1 to 1e+09, got 'nan'"),
        (["--digits", "3"], "expected a number of decimal digits from 15 to 10000, got '3'"),
        (["--json", "no/such/folder.json"], "cannot be written (No such file or directory); fix: name a file in a folder that exists"),
    ],
)
def test_bad_usage(arguments: list[str], message: str, project: Path, engines: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify(*arguments) == 2
    assert message in capsys.readouterr().err


def test_a_project_without_claims_is_never_green(write: Any, engines: Any, capsys: pytest.CaptureFixture[str]) -> None:
    write(spec__empty="")
    assert verify() == 2
    assert "the project has no claims, so nothing would be checked" in capsys.readouterr().err


def test_options_reach_the_engines(project: Path, engines: Any) -> None:
    verify("slope_is_positive", "--timeout", "5", "--seed", "7", "--digits", "60", "--examples", "9")
    assert {key: engines.settings[0][key] for key in ("timeout", "seed", "digits", "examples")} == {
        "timeout": 5.0,
        "seed": 7,
        "digits": 60,
        "examples": 9,
    }
    assert len(engines.settings[0]["digest"]) == 32


def test_an_unreadable_ledger_costs_nothing_but_time(project: Path, engines: Any, capsys: pytest.CaptureFixture[str]) -> None:
    (project / ".quod").mkdir()
    (project / ".quod" / "ledger.sqlite").write_bytes(b"no database at all" * 100)
    assert verify() == 0
    assert "quod: " in capsys.readouterr().err
    engines.asked.clear()
    assert verify() == 0
    assert engines.asked == []
