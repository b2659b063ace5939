"""Faults are survived: a slice of what `benchmarks/faults.py` injects, all of it in the profile `nightly`; and the injector sees losses."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

from quod.ledger import open_ledger
from tests.faults.project import LEDGER, MARK, Small, kept
from tests.faults.scenarios import SCENARIOS, Outcome, _continues

NIGHTLY = settings.get_current_profile_name() == "nightly"
DAILY = ("kill-worker", "damage", "two-runs")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Small:
    """The project, with its undisturbed run."""
    made = Small(tmp_path_factory.mktemp("faults") / "small")
    made.write()
    made.undisturbed()
    return made


@pytest.mark.parametrize("name", SCENARIOS if NIGHTLY else DAILY)
def test_nothing_is_lost_and_nothing_wrong(name: str, small: Small) -> None:
    seed = random.randrange(1 << 32)
    for number in range(5 if NIGHTLY else 1):
        outcome = SCENARIOS[name](small, random.Random(seed + number))
        assert outcome.complaints == [], f"seed {seed + number}"


def _filled(small: Small) -> Path:
    small.forget()
    small.run("--only", "statement,proof")
    return small.folder / LEDGER


def test_a_record_that_says_something_else_is_seen(small: Small) -> None:
    path = _filled(small)
    held, wrong = kept(path, small.undisturbed().rows)
    assert len(held) == 8
    assert wrong == []
    with open_ledger(path, pytest.fail) as book:
        stored = next(stored for stored in book.certificates() if stored.claim == "small.victim")
        book.put(stored.key, stored.claim, stored.kind, {**stored.record, "verdict": "REFUTED", "witness": {"x": "0"}}, stored.certificate)
    _, wrong = kept(path, small.undisturbed().rows)
    assert len(wrong) == 1
    assert "REFUTED" in wrong[0]
    outcome = Outcome()
    _continues(small, outcome)
    assert any(complaint.startswith("wrong") for complaint in outcome.complaints)
    assert any("found something else" in complaint for complaint in outcome.complaints)


def test_a_record_that_is_lost_is_seen(small: Small) -> None:
    path = _filled(small)
    before, _ = kept(path, small.undisturbed().rows)
    small.forget()
    outcome = Outcome()
    _continues(small, outcome, before)
    assert len(outcome.complaints) == 1
    assert "were recorded and are not used" in outcome.complaints[0]


def test_a_process_that_outlives_its_run_is_seen(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.faults.project.PATIENCE", 0.2)
    sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], env={**os.environ, MARK: str(small.folder)})
    assert not small.end_everything()
    assert sleeper.wait(timeout=10) == -9
    assert small.end_everything()
