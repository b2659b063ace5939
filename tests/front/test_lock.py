"""`trust.lock`: what `quod lock` writes, and that `quod verify --locked` fails on each way in which a run can fall behind it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quod.cli import main
from quod.lock import FILE, Evidence, Lock, differences, read_lock, write_lock
from quod.project import ProjectError

Captured = pytest.CaptureFixture[str]
SLOPE = "activations.slope_is_positive"
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@pytest.fixture
def locked(project: Path, engines: Any, capsys: Captured) -> Path:
    """A project that has been verified and locked."""
    assert main(["verify"]) == 0
    assert main(["lock"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "trust.lock: 3 claims, 1 trusted names; written"
    return project


def failing(capsys: Captured) -> list[str]:
    """The lines of a run that say how it differs from the lock."""
    kinds = ("weaker", "grown", "missing", "changed", "new", "outdated", "note", FILE)
    return [line for line in capsys.readouterr().out.splitlines() if line.partition(" ")[0].rstrip(":") in kinds]


def test_the_file_is_sorted_toml_that_a_person_can_read(locked: Path) -> None:
    text = (locked / FILE).read_text(encoding="utf-8")
    assert text.startswith("# What every claim rests on. Written by `quod lock`, held against each run by `quod verify --locked`")
    assert '\nexp_positive = "0 < e^x: ' in text
    data = tomllib.loads(text)
    assert list(data["claims"]) == sorted(data["claims"])
    own = data["claims"][SLOPE]
    assert (own["verdict"], own["method"], own["trusts"], own["assumes"]) == ("PROVED", "algebra", ["exp_positive"], [])
    assert list(own) == ["verdict", "method", "trusts", "assumes", "digest"]


def test_a_second_lock_changes_nothing(locked: Path, capsys: Captured) -> None:
    before = (locked / FILE).read_bytes()
    assert main(["lock"]) == 0
    assert capsys.readouterr().out == "trust.lock: 3 claims, 1 trusted names; up to date\n"
    assert (locked / FILE).read_bytes() == before
    assert main(["lock", "--check"]) == 0


def test_a_run_that_is_as_locked_passes(locked: Path, capsys: Captured) -> None:
    assert main(["verify", "--locked", "--again"]) == 0
    assert failing(capsys) == ["trust.lock: every claim is as it was locked"]


@pytest.mark.parametrize(
    ("verdict", "details", "line"),
    [
        ("PROVED", {"trusts": ["exp_positive", "z3"]}, f"grown    {SLOPE}: it also trusts z3"),
        ("PROVED", {"trusts": ["exp_positive"], "assumes": ["p ≠ np"]}, f"grown    {SLOPE}: it also assumes p ≠ np"),
        ("UNKNOWN", {"reason": "it fell asleep"}, f"weaker   {SLOPE}: locked as PROVED, and is SAMPLED"),
        ("PROVED", {"trusts": []}, f"outdated {SLOPE}: it no longer trusts exp_positive"),
    ],
)
def test_every_way_to_differ_fails(verdict: str, details: dict[str, Any], line: str, locked: Path, engines: Any, capsys: Captured) -> None:
    engines.answer("slope_is_positive", "proof", verdict, **{"method": "algebra", **details})
    assert main(["verify", "--locked", "--again"]) == 4
    lines = failing(capsys)
    assert line in lines
    assert lines[-1].startswith(f"trust.lock: {len(lines) - 1} difference")


def test_without_locked_a_grown_base_is_green(locked: Path, engines: Any) -> None:
    engines.answer("slope_is_positive", "proof", "PROVED", method="algebra", trusts=["z3"])
    assert main(["verify", "--again"]) == 0


def test_another_method_is_said_and_does_not_fail(locked: Path, engines: Any, capsys: Captured) -> None:
    engines.answer("slope_is_positive", "proof", "PROVED", method="script", trusts=["exp_positive"])
    assert main(["verify", "--locked", "--again"]) == 0
    assert failing(capsys) == [f"note     {SLOPE}: method script instead of algebra", "trust.lock: every claim is as it was locked"]


def test_a_refutation_stays_what_it_is(locked: Path, engines: Any, capsys: Captured) -> None:
    engines.answer("slope_is_positive", "fuzz", "REFUTED", witness={"x": "1"})
    assert main(["verify", "--locked", "--again"]) == 3
    assert f"weaker   {SLOPE}: locked as PROVED, and is CONFLICT" in failing(capsys)


def test_a_claim_that_changed_a_new_one_and_one_that_is_gone(locked: Path, capsys: Captured) -> None:
    file = locked / "spec" / "activations.py"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("Q(1, 4)", "Q(1, 3)").replace("slope_is_positive", "slope_is_above_zero"), encoding="utf-8")
    assert main(["verify", "--locked"]) == 4
    assert failing(capsys) == [
        "changed  activations.slope_is_at_most_a_quarter: the statement or a definition of it is not the one that was locked",
        "new      activations.slope_is_above_zero: not in trust.lock; it is PROVED, and trusts exp_positive",
        f"missing  {SLOPE}: locked as PROVED, and no claim of spec/ any more",
        "trust.lock: 3 differences; fix: find out why, or run `quod lock` and have the diff of it reviewed",
    ]
    assert main(["verify", "--locked", "elementary"]) == 0, "of the others nothing was asked"
    assert main(["lock", "--check"]) == 4
    assert capsys.readouterr().out.splitlines()[-1] == "trust.lock: 3 claims, 1 trusted names; 3 differences; fix: run `quod lock`"
    assert main(["lock"]) == 0
    assert main(["verify", "--locked"]) == 0


def test_an_axiom_that_means_something_else(locked: Path, capsys: Captured) -> None:
    file = locked / FILE
    file.write_text(file.read_text(encoding="utf-8").replace('exp_positive = "0 < e^x', 'exp_positive = "0 ≤ e^x'), encoding="utf-8")
    assert main(["verify", "--locked"]) == 4
    assert failing(capsys)[0].startswith("changed  exp_positive: it meant “0 ≤ e^x: ")


def test_a_run_that_samples_nothing_does_not_call_sampled_claims_weaker(project: Path, engines: Any, write: Any, capsys: Captured) -> None:
    engines.answer("slope_is_positive", "proof", "UNKNOWN", "nobody knows how")
    write(spec__activations=(project / "spec" / "activations.py").read_text().replace('"IFT6135, 1c")', '"IFT6135, 1c", expect="SAMPLED")'))
    assert main(["verify"]) == 0
    assert main(["lock"]) == 0
    assert main(["verify", "--locked", "--only", "statement,proof"]) == 0
    engines.answer("slope_is_positive", "fuzz", "UNKNOWN", "no point")
    assert main(["verify", "--locked", "--again"]) == 4
    assert f"weaker   {SLOPE}: locked as SAMPLED, and is UNKNOWN" in failing(capsys)


def test_locked_needs_a_lock_and_a_proof(project: Path, engines: Any, capsys: Captured) -> None:
    assert main(["verify", "--locked"]) == 2
    expected = "quod: trust.lock: expected the lock of this project, got no file; fix: `quod verify`, then `quod lock`, and commit it\n"
    assert capsys.readouterr().err == expected
    assert engines.asked == [], "it is found before anything is run"
    (project / FILE).write_text("format = 1\n", encoding="utf-8")
    assert main(["verify", "--locked", "--only", "fuzz"]) == 2
    assert "--locked: expected proof among the checks, got --only fuzz; fix: add proof to --only" in capsys.readouterr().err


def test_nothing_is_locked_that_is_not_recorded(project: Path, engines: Any, capsys: Captured) -> None:
    assert main(["lock"]) == 4
    assert "no proof is recorded for activations.slope_is_at_most_a_quarter, activations.slope_is_positive" in capsys.readouterr().err
    assert main(["verify", "--only", "fuzz"]) == 0
    assert main(["lock"]) == 4
    assert not (project / FILE).exists()
    assert main(["verify", "--only", "proof"]) == 0
    assert main(["lock"]) == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<<<<<<< HEAD\n", "trust.lock: expected TOML, got "),
        ("a = " + "[" * 50_000, "trust.lock: expected TOML, got maximum recursion depth exceeded"),
        ("a = " + "9" * 5000, "trust.lock: expected TOML, got Exceeds the limit"),
        ("", "trust.lock: expected format = 1, got format = None; fix: run `quod lock` with this version"),
        ("format = 2\n", "trust.lock: expected format = 1, got format = 2"),
        ("format = 1\nclaims = 3\n", "trust.lock: expected the tables [claims] and [meanings], got other values"),
        ("format = 1\n[claims]\na = 3\n", "trust.lock: [claims.a] expected verdict = text, got None; fix: run `quod lock`"),
        (
            'format = 1\n[claims.a]\nverdict = "PROVED"\nmethod = ""\ntrusts = [1]\n',
            "trust.lock: [claims.a] expected trusts = a list of names, got [1]",
        ),
    ],
)
def test_a_damaged_lock_is_bad_input_and_is_replaced(text: str, message: str, locked: Path, capsys: Captured) -> None:
    (locked / FILE).write_text(text, encoding="utf-8")
    assert main(["verify", "--locked"]) == 2
    assert message in capsys.readouterr().err
    assert main(["lock"]) == 0
    assert main(["verify", "--locked"]) == 0


@given(st.dictionaries(TEXTS, st.builds(Evidence, TEXTS, TEXTS, st.tuples(TEXTS, TEXTS), st.tuples(), TEXTS), max_size=3))
def test_what_is_written_is_read_back(claims: dict[str, Evidence]) -> None:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        lock = Lock(claims, {name: f"{name}: \x7f\\\"'" for name in claims})
        assert write_lock(Path(folder) / FILE, lock)
        assert read_lock(Path(folder) / FILE) == lock
        assert differences(lock, lock, claims, whole=True) == []


def test_a_folder_in_its_place(locked: Path, capsys: Captured) -> None:
    (locked / FILE).unlink()
    (locked / FILE).mkdir()
    assert main(["lock"]) == 2
    assert "trust.lock: cannot be written (" in capsys.readouterr().err
    with pytest.raises(ProjectError, match="cannot be read"):
        read_lock(locked / FILE)
