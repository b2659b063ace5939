"""The pytest plugin, as it is installed: claims × checks as items, selection, readable failures, no interference with other tests."""

from __future__ import annotations

import sys
import types
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

pytest_plugins = ["pytester"]

ACTIVATIONS = Path(__file__).with_name("conftest.py").read_text(encoding="utf-8").partition("ACTIVATIONS = '''\\\n")[2].partition("'''")[0]


@pytest.fixture
def spec(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A project with one topic of two claims."""
    folder = pytester.mkdir("spec")
    (folder / "activations.py").write_text(ACTIVATIONS, encoding="utf-8")
    return pytester


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return pytester.runpytest_inprocess(*arguments)


def test_collection(spec: pytest.Pytester) -> None:
    shown = run(spec, "spec", "--collect-only", "-q").stdout.str()
    for check in ("statement", "proof", "fuzz", "attack"):
        assert f"spec/activations.py::slope_is_at_most_a_quarter::{check}" in shown
    assert "::impl" not in shown
    assert "8 tests collected" in shown


def test_all_green(spec: pytest.Pytester, engines: Any) -> None:
    run(spec, "spec").assert_outcomes(passed=8)
    engines.asked.clear()
    run(spec, "spec").assert_outcomes(passed=8)
    assert engines.asked == []
    run(spec, "spec", "--quod-again", "--quod-seed", "3").assert_outcomes(passed=8)
    assert len(engines.asked) == 8 and engines.settings[-1]["seed"] == 3


@pytest.mark.parametrize(
    ("arguments", "passed"),
    [
        (["spec/activations.py::slope_is_positive::proof"], 1),
        (["spec/activations.py::slope_is_positive"], 4),
        (["spec", "-k", "quarter and not fuzz"], 3),
        (["spec", "-k", "proof"], 2),
    ],
)
def test_selection(arguments: list[str], passed: int, spec: pytest.Pytester, engines: Any) -> None:
    result = run(spec, *arguments)
    assert result.parseoutcomes()["passed"] == passed
    assert result.ret == 0


def test_a_failure_is_readable(spec: pytest.Pytester, engines: Any) -> None:
    engines.answer("slope_is_positive", "fuzz", "REFUTED", "confirmed at 200 digits", witness={"x": "-1/3"}, seed=7, figures={"points": 12})
    result = run(spec, "spec", "--junit-xml=junit.xml")
    result.assert_outcomes(passed=7, failed=1)
    expected = [
        "activations.slope_is_positive: fuzz is REFUTED",
        "  The sigmoid's slope is positive.",
        "  for all x ∈ ℝ: 0 < sigmoid′(x)",
        "it fails at",
        "  x = -1/3",
        "because confirmed at 200 digits",
        "points: 12",
        "to reproduce:",
        "  quod verify activations.slope_is_positive --only fuzz --seed 7 --again",
    ]
    result.stdout.fnmatch_lines(expected, consecutive=True)
    assert "Traceback" not in result.stdout.str()
    suite = ElementTree.parse(spec.path / "junit.xml").getroot()[0]
    names = {(case.attrib["classname"], case.attrib["name"]) for case in suite}
    assert ("spec.activations.slope_is_positive", "fuzz") in names


def test_last_failed(spec: pytest.Pytester, engines: Any) -> None:
    engines.answer("slope_is_positive", "proof", "UNKNOWN", "no prover takes it")
    run(spec, "spec").assert_outcomes(passed=7, failed=1)
    engines.answers.clear()
    result = run(spec, "spec", "--lf", "--quod-again")
    assert result.parseoutcomes()["passed"] == 1


def test_xdist(spec: pytest.Pytester) -> None:
    result = spec.runpytest_subprocess("spec", "-n", "2", "--dist", "load", "-k", "statement", "--quod-timeout", "20")
    outcomes = result.parseoutcomes()
    assert sum(outcomes.get(kind, 0) for kind in ("passed", "failed")) == 2, "both workers agree on what there is"
    assert "errors" not in outcomes


def test_faults_of_files_are_items(spec: pytest.Pytester, engines: Any) -> None:
    (spec.path / "spec" / "broken.py").write_text("from quod import *\nx = (\n")
    text = "from quod import *\n@claim(source='s')\ndef wrong(x: Real):\n    'Wrong.'\n    return x <= 0.5\n"
    (spec.path / "spec" / "wrong.py").write_text(text)
    result = run(spec, "spec")
    result.assert_outcomes(passed=8, failed=2)
    result.stdout.fnmatch_lines(["spec/broken.py:2: not Python ('(' was never closed): x = (; fix: correct this line"])
    result.stdout.fnmatch_lines(["*because *wrong.py:2: the float 0.5 is not an exact constant; write Q(1, 2)"])
    result.stdout.fnmatch_lines(["FAILED spec/broken.py::load*", "FAILED spec/wrong.py::wrong::statement*"])


def test_a_fault_of_the_whole_project_is_not_lost(spec: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    foreign = types.ModuleType("spec")
    foreign.__file__ = "/elsewhere/spec.py"
    monkeypatch.setattr("quod._rooms._finder.folders", {})
    monkeypatch.setitem(sys.modules, "spec", foreign)
    result = run(spec, "spec")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*the name spec is taken by /elsewhere/spec.py; fix: rename the folder and name it in *tool.quod*"])


def test_what_needs_no_check_is_skipped(spec: pytest.Pytester, engines: Any) -> None:
    spec.mkdir("impl").joinpath("other.py").write_text("x = 1\n")
    result = run(spec, "spec", "-rs", "-k", "impl")
    result.assert_outcomes(skipped=2, deselected=8)
    result.stdout.fnmatch_lines(["*no implementation of activations.sigmoid*"])


def test_a_broken_implementation_module_is_not_skipped(spec: pytest.Pytester, engines: Any) -> None:
    spec.mkdir("impl").joinpath("activations.py").write_text("1 / 0\n")
    result = run(spec, "spec", "-k", "impl")
    result.assert_outcomes(failed=2, deselected=8)
    result.stdout.fnmatch_lines(["impl/activations.py:1: ZeroDivisionError: division by zero; fix: *"])


def test_a_folder_spec_of_somebody_else(pytester: pytest.Pytester) -> None:
    pytester.mkdir("spec").joinpath("user_spec.py").write_text("raise RuntimeError('never imported')\n")
    pytester.makepyfile(test_ordinary="def test_one():\n    assert True\n")
    result = run(pytester)
    result.assert_outcomes(passed=1)
    assert not (pytester.path / ".quod").exists()


def test_ordinary_tests_beside_a_project(spec: pytest.Pytester, engines: Any) -> None:
    tests = spec.mkdir("tests")
    (tests / "test_mine.py").write_text("import spec.activations\n\n\ndef test_mine():\n    assert spec.activations.sigmoid\n")
    (spec.path / "spec" / "__init__.py").write_text("")
    (spec.path / "spec" / "test_inside.py").write_text("def test_inside():\n    assert True\n")
    run(spec, "tests", "spec", "--import-mode=importlib", "-o", "pythonpath=.").assert_outcomes(passed=10)


def test_a_broken_pyproject_does_not_stop_pytest(pytester: pytest.Pytester) -> None:
    pytester.path.joinpath("deep").mkdir()
    pytester.path.joinpath("deep", "pyproject.toml").write_text("[tool.quod]\nspec = 3\n")
    pytester.path.joinpath("deep", "test_ordinary.py").write_text("def test_one():\n    assert True\n")
    run(pytester, "deep").assert_outcomes(passed=1)
