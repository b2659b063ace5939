"""A ledger from elsewhere, with checksums that fit: whatever stands in it, commands say what they would without it, or one sentence."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quod.cli import main
from quod.kernel.verdict import KINDS
from quod.ledger import open_ledger
from quod.records import VERDICTS, clean, is_record, is_run, is_survey
from quod.rows import blank

Captured = pytest.CaptureFixture[str]
FORGED: tuple[Any, ...] = (
    *({}, {"verdict": "PROVED"}, blank("TRUE", ""), blank("PROVED", "") | {"seconds": "long"}, blank("PROVED", "") | {"trusts": "z3"}),
    *(blank("PROVED", "") | {"witness": {"x": 1}}, blank("PROVED", "") | {"figures": []}, blank("UNKNOWN", "\x1b[2J")),
    *(blank("PROVED", "") | {"method": ["x"]}, blank("PROVED", "") | {"seconds": 1e400}, blank("PROVED", "") | {"figures": {"": "\x9b"}}),
)


def ledger() -> Path:
    return Path(".quod/ledger.sqlite")


def forge(record: Any) -> None:
    """Puts `record` in the place of every result, sealed as ours are."""
    with sqlite3.connect(ledger()) as connection:
        places = connection.execute("SELECT key, claim, kind FROM results").fetchall()
    connection.close()
    with open_ledger(ledger(), pytest.fail) as book:
        for key, claim, kind in places:
            book.put(key, claim, kind, record)


@pytest.mark.parametrize("record", [record for record in FORGED if record.get("seconds") != float("inf")], ids=range(len(FORGED) - 1))
def test_a_record_of_another_form_counts_as_absent(record: Any, project: Path, engines: Any, capsys: Captured) -> None:
    assert main(["verify"]) == 0
    forge(record)
    engines.asked.clear()
    assert main(["verify", "--json", "rows.json"]) == 0
    rows = json.loads(Path("rows.json").read_text())
    assert len(engines.asked) == sum(row[check] is not None for row in rows for check in ("statement", "proof", "fuzz", "attack"))
    forge(record)
    shown = capsys.readouterr()
    for command in (["show", "activations"], ["axioms", "activations"], ["list"]):
        assert main(command) in (0, 4)
    shown = capsys.readouterr()
    assert "\x1b" not in shown.out + shown.err and "\x9b" not in shown.out + shown.err


@pytest.mark.parametrize("run", [{}, {"rows": []}, {"exit": 0, "rows": [{"verdict": "PROVED"}]}])
def test_a_run_of_another_form_is_refused(run: dict[str, Any], project: Path, engines: Any, capsys: Captured) -> None:
    main(["verify"])
    with open_ledger(ledger(), pytest.fail) as book:
        kept = book.last_run()
        assert is_run(kept)
        book.add_run({**kept, **run, **({} if run else {"rows": 5})})
    for command in (["badge"], ["report"]):
        capsys.readouterr()
        expected = 0 if run == {"rows": []} else 2
        assert main(command) == expected
        if expected:
            message = "/.quod/ledger.sqlite: expected the record of a run, got one of another form; fix: run `quod verify` again\n"
            assert capsys.readouterr().err.endswith(message)
    assert main(["show", "activations"]) == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [("sentence", "\x1b[2J"), ("sentence", 5), ("line", ""), ("definitions", [1]), ("id", []), ("new", ""), ("error", 0)],
)
def test_a_forged_catalogue_is_read_anew(name: str, value: Any, project: Path, capsys: Captured) -> None:
    main(["list"])
    before = capsys.readouterr().out
    file = project / ".quod" / "catalogue.json"
    kept = json.loads(file.read_text())
    kept["claims"][0][name] = value
    file.write_text(json.dumps(kept))
    assert main(["list"]) == 0
    assert capsys.readouterr().out == before
    kept = json.loads(file.read_text())
    kept["problems"] = [["spec/a.py", 1, "\x1b[2J", "fix"]]
    file.write_text(json.dumps(kept))
    assert main(["list"]) == 0
    assert capsys.readouterr().out == before


def test_what_lies_in_the_place_of_a_kept_file_is_neither_awaited_nor_followed(project: Path, capsys: Captured) -> None:
    (project / ".quod").mkdir()
    os.mkfifo(".quod/catalogue.json")
    Path(".quod/.gitignore").symlink_to("../outside")
    assert main(["list"]) == 0
    assert "3 claims" in capsys.readouterr().out
    assert not Path("outside").exists()
    assert Path(".quod/catalogue.json").is_file()
    Path(".quod/catalogue.json").unlink()
    Path(".quod/catalogue.json").symlink_to("/dev/zero")
    assert main(["list"]) == 0
    assert Path(".quod/catalogue.json").is_file()
    assert stat.S_ISCHR(Path("/dev/zero").stat().st_mode)


def test_what_quod_writes_has_the_form() -> None:
    assert set(VERDICTS) == set(KINDS)
    assert is_record(blank("UNKNOWN", "two\nlines"))
    assert is_survey({"implementations": {"a.b": ["impl.a"]}, "scripts": {}, "problems": [["impl/a.py", 1, "no", "yes"]]})
    assert not any(is_record(record) for record in FORGED)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(max_size=3) | st.just({1}),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.text(max_size=3), values, max_size=3) | st.tuples(values),
    max_leaves=12,
)


@given(anything)
def test_cleaning_leaves_what_json_and_a_terminal_can_hold(data: Any) -> None:
    cleaned = clean(data)
    assert json.loads(json.dumps(cleaned, allow_nan=False)) == cleaned
    assert clean(cleaned) == cleaned
    assert is_record(blank("UNKNOWN", "") | {"figures": {"it": cleaned}})
    json.dumps(cleaned, ensure_ascii=False).encode()


def test_cleaning_ends_with_what_is_too_deep() -> None:
    deep: Any = "x"
    for _ in range(100):
        deep = [deep]
    assert is_record(blank("UNKNOWN", "") | {"figures": {"it": clean(deep, 2)}})
