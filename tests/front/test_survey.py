"""When importing impl/ and proofs/ ends the process, nothing is claimed of what they hold, and nothing is kept that may depend on it."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from quod.cli import main

IMPL = "import os\nos.abort()\n"


def kept() -> set[str]:
    connection = sqlite3.connect(".quod/ledger.sqlite")
    found = {kind for (kind,) in connection.execute("SELECT kind FROM results WHERE claim != ''")}
    connection.close()
    return found


def test_a_survey_that_dies(project: Path, write: Any, engines: Any, capsys: pytest.CaptureFixture[str]) -> None:
    write(impl__activations=IMPL)
    engines.processes = True
    assert main(["verify", "activations"]) == 2
    shown = capsys.readouterr()
    why = "importing impl/ and proofs/ ended the process: the worker process was killed by signal 6 (Aborted)"
    assert shown.err.startswith(f"{project}/impl:1: {why}")
    assert "; fix: correct the module that does, or run again\n" in shown.err
    assert f"impl UNKNOWN: {why}" in shown.out
    assert "no implementation" not in shown.out
    assert "proof" not in kept() and {"statement", "fuzz"} <= kept()
    (project / "impl" / "activations.py").unlink()
    engines.asked.clear()
    assert main(["verify", "activations"]) == 0
    assert set(engines.asked) == {("slope_is_at_most_a_quarter", "proof"), ("slope_is_positive", "proof")}
    assert "proof" in kept()
