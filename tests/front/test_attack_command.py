"""`quod attack`, and attacks as a check of `quod verify`: levels, what is shown and kept, and the exit codes."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from quod import checks
from quod.attack import adversary
from quod.attack.findings import Finding
from quod.cli import main
from quod.rows import blank

Captured = pytest.CaptureFixture[str]
LIE = {"kind": "twin", "subject": "≤ → <", "outcome": "conflict", "detail": "proved by magic, yet false at x = 0", "witness": {"x": "0"}}


def test_findings_are_listed_and_counted(project: Path, engines: Any, capsys: Captured) -> None:
    assert main(["attack", "slope_is_positive"]) == 0
    shown = capsys.readouterr().out
    assert "  twin refuted: ≤ → <; false at x = 0" in shown
    assert "1/4 → 1/3" not in shown
    assert shown.splitlines()[-1] == "1 claim attacked: 2 twins: 1 refuted, 1 undecided"
    assert engines.asked == [("slope_is_positive", "attack")]
    assert main(["attack", "slope_is_positive", "--all"]) == 0
    assert "  twin undecided: 1/4 → 1/3; nothing found" in capsys.readouterr().out
    assert len(engines.asked) == 1, "the result is taken from the ledger"


def test_deep_attacks_are_kept_apart(project: Path, engines: Any, capsys: Captured) -> None:
    main(["attack", "slope_is_positive"])
    main(["attack", "slope_is_positive", "--deep"])
    assert [settings["attack"] for settings in engines.settings] == ["quick", "deep"]
    main(["verify", "slope_is_positive", "--attack", "deep"])
    assert sum(check == "attack" for _, check in engines.asked) == 2


def test_attacks_can_be_left_out(project: Path, engines: Any, capsys: Captured) -> None:
    assert main(["verify", "--attack", "off", "--json", "rows.json"]) == 0
    assert all(row["attack"] is None for row in json.loads(Path("rows.json").read_text()))
    assert not any(check == "attack" for _, check in engines.asked)
    assert "; only statement, proof, fuzz, impl;" in capsys.readouterr().out
    assert main(["show", "slope_is_positive"]) == 0
    assert "verdict    PROVED" in capsys.readouterr().out
    assert main(["verify", "--attack", "hard"]) == 2
    assert "invalid choice: 'hard'" in capsys.readouterr().err


def test_a_conflict_is_exit_code_3(project: Path, engines: Any, capsys: Captured) -> None:
    record = blank("CONFLICT", "≤ → <: proved by magic, yet false at x = 0")
    record |= {"figures": {"twins": 1, "twin conflict": 1}, "findings": [LIE], "witness": {"x": "0"}}
    engines.answer(
        "slope_is_positive", "attack", "CONFLICT", record["reason"], **{k: record[k] for k in ("figures", "findings", "witness")}
    )
    assert main(["verify", "--json", "rows.json"]) == 3
    shown = capsys.readouterr().out
    assert "attack CONFLICT at x = 0: ≤ → <: proved by magic, yet false at x = 0" in shown
    rows = json.loads(Path("rows.json").read_text())
    jsonschema.validate(rows, json.loads(files("quod.report").joinpath("schema.json").read_text()))
    assert [row["verdict"] for row in rows if not row["green"]] == ["CONFLICT"]
    assert main(["attack", "slope_is_positive"]) == 3
    assert "CONFLICT at x = 0" in capsys.readouterr().out


def test_what_was_proved_and_fails_at_an_edge_is_a_conflict(project: Path, engines: Any, capsys: Captured) -> None:
    engines.answer("slope_is_positive", "attack", "REFUTED", "n = 1: false at x = 0", witness={"x": "0"})
    assert main(["verify"]) == 3
    assert "proved by algebra, refuted by attack at x = 0" in capsys.readouterr().out


def test_nothing_decided_is_green_and_a_dead_check_is_not(project: Path, engines: Any, capsys: Captured) -> None:
    engines.answer("slope_is_positive", "attack", "UNKNOWN", "nothing could be decided", figures={"twins": 1})
    assert main(["verify"]) == 0
    engines.answer("slope_is_positive", "attack", "UNKNOWN", "the worker process died")
    assert main(["verify", "--again"]) == 4


def test_show_tells_the_findings(project: Path, engines: Any, capsys: Captured) -> None:
    main(["verify"])
    capsys.readouterr()
    assert main(["show", "slope_is_positive"]) == 0
    shown = capsys.readouterr().out
    assert "attack     SAMPLED; twins 2, twin refuted 1, twin undecided 1" in shown
    assert shown.index("twin refuted: ≤ → <; false at x = 0") < shown.index("twin undecided: 1/4 → 1/3; nothing found")
    assert main(["show", "slope_is_positive", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["recorded"]["attack"]["findings"][0]["outcome"] == "refuted"


def test_the_table_has_a_column(project: Path, engines: Any, capsys: Captured) -> None:
    main(["verify"])
    assert "✓ 1/2 twins refuted" in capsys.readouterr().out
    main(["report"])
    assert "| 1 of 2 twins refuted |" in capsys.readouterr().out


def test_findings_can_be_written(project: Path, engines: Any, capsys: Captured) -> None:
    assert main(["attack", "slope_is_positive", "--json", "findings.json"]) == 0
    (written,) = json.loads(Path("findings.json").read_text())
    assert written["id"] == "activations.slope_is_positive"
    assert [Finding.from_record(record).outcome for record in written["findings"]] == ["refuted", "undecided"]
    assert main(["attack", "slope_is_positive", "--json", "nowhere/findings.json"]) == 2
    assert "name a file in a folder that exists" in capsys.readouterr().err


def test_the_check_itself(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from quod.project import find_project, load

    claim = load(find_project(project)).claims["activations.slope_is_at_most_a_quarter"]
    settings = {"timeout": 60, "seed": 0, "digits": 50, "examples": 20, "attack": "quick", "digest": claim.digest}
    record = checks.run(str(project), claim.id, "attack", settings)["record"]
    assert record["verdict"] == "SAMPLED"
    assert record["figures"]["twins"] == sum(finding["kind"] == "twin" for finding in record["findings"]) == adversary.QUICK.twins
    assert {"twin", "tight", "sharpness", "vacuity"} <= {finding["kind"] for finding in record["findings"]}
