"""Finding and loading projects: every kind of bad input costs its own claims, and says where and how to put it right."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from quod.cli import main
from quod.project import Project, ProjectError, find_project, load

HEAD = "from quod import *\n\n\n"
GOOD = HEAD + "@claim(source='s')\ndef fine(x: Real):\n    'Fine.'\n    return x <= x\n"


@pytest.fixture(autouse=True)
def clean() -> Iterator[None]:
    """Forgets the packages of the projects a test has loaded."""
    yield
    for name in [name for name in sys.modules if name.partition(".")[0] in ("spec", "impl", "proofs", "claims")]:
        del sys.modules[name]


def test_the_project_is_found_from_below(project: Path) -> None:
    below = project / "spec" / "deep"
    below.mkdir()
    assert find_project(below) == Project(project)


def test_folders_can_be_named(write: Any) -> None:
    root = write(src__claims__topic=GOOD, spec__other=GOOD)
    (root / "pyproject.toml").write_text('[tool.quod]\nspec = "src/claims"\n')
    found = load(find_project(root))
    assert list(found.claims) == ["topic.fine"]
    assert found.claims["topic.fine"].place.file == "src/claims/topic.py"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[tool.quod]\nspecs = 'spec'\n",
            "pyproject.toml:2: [tool.quod] knows spec, impl, proofs; got specs='spec'; fix: remove or correct the key",
        ),
        (
            "[tool.quod]\nspec = 3\n",
            "pyproject.toml:2: expected the name of a folder that can be imported, got spec=3 (int); fix: write a relative path",
        ),
        ("[tool.quod]\nspec = '/etc'\n", "got spec='/etc' (str)"),
        ("[tool.quod]\nspec = 'my-claims'\n", "got spec='my-claims' (str)"),
        ("[tool.quod]\nspec = 'claims'\n", "pyproject.toml:1: expected the folder claims/ with claims in "),
        ("[tool.quod]\nimpl = 'spec'\n", "spec, impl and proofs need three different names; fix: rename one of the folders"),
        ("[tool.quod\n", "pyproject.toml: expected TOML, got Expected ']'"),
        ("[tool.quod]\na = " + "[" * 50_000, "pyproject.toml: expected TOML, got maximum recursion depth exceeded"),
        ("tool.quod = 1\n", "pyproject.toml:1: expected a table [tool.quod], got quod=1 (int); fix: write [tool.quod]"),
    ],
)
def test_bad_settings(text: str, message: str, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "pyproject.toml").write_text(text)
    assert main(["list"]) == 2
    assert message in capsys.readouterr().err


def test_a_broken_pyproject_of_somebody_else_is_left_alone(project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.black\n")
    assert find_project(project) == Project(project)


def test_no_project(tmp_path: Path) -> None:
    with pytest.raises(
        ProjectError, match=r"expected a folder spec/ with claims, or \[tool.quod\] .* got neither; fix: start quod inside a project"
    ):
        find_project(tmp_path)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (HEAD + "x = (\n", "spec/broken.py:4: not Python ('(' was never closed): x = (; fix: correct this line"),
        (
            HEAD + "import nowhere\n",
            "spec/broken.py:4: ModuleNotFoundError: No module named 'nowhere'; fix: install nowhere, or correct the import",
        ),
        (HEAD + "from math import cosine\n", "spec/broken.py:4: ImportError: cannot import name 'cosine' from 'math'"),
        (
            HEAD + "y = 1 / 0\n",
            "spec/broken.py:4: ZeroDivisionError: division by zero; fix: correct this line; nothing below it in this file was read",
        ),
        (HEAD + "raise SystemExit(3)\n", "spec/broken.py:4: SystemExit: 3; fix: correct this line"),
        (HEAD + "clame(source='s')\n", "spec/broken.py:4: NameError: name 'clame' is not defined"),
        (HEAD + "@claim(source='s')\n@definition\ndef f(x: Real):\n    'F.'\n    return x\n", "spec/broken.py:4: "),
        (
            HEAD + "@definition\ndef half(x: Real):\n    'Half.'\n    return 0.5 * x\n",
            "spec/broken.py:4: definition broken.half: the float 0.5 is not an exact constant; write Q(1, 2); "
            "fix: correct the definition; nothing below it in this file was read",
        ),
        ("def f():\n    f()\n\n\nf()\n", "spec/broken.py:5: RecursionError: maximum recursion depth exceeded"),
        ("x = " + "(" * 500 + ")" * 500 + "\n", "spec/broken.py:1: not Python (too many nested parentheses): x = " + "(" * 76 + "; fix"),
        ("raise ValueError('\\x1b[2J \\ud800')\n", "spec/broken.py:1: ValueError: \ufffd[2J \ufffd; fix"),
        ("x = '\x00'\n", "spec/broken.py:1: not Python (source code string cannot contain null bytes)"),
    ],
)
def test_a_broken_module_leaves_the_others(text: str, problem: str, write: Any, capsys: pytest.CaptureFixture[str]) -> None:
    write(spec__broken=text, spec__good=GOOD)
    assert main(["list"]) == 2
    shown = capsys.readouterr()
    assert "fine" in shown.out
    assert problem in shown.err
    assert shown.err.count("\n") == 1
    assert "Traceback" not in shown.err


def test_a_file_that_is_not_text(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "spec" / "picture.py").write_bytes(b"\x89PNG\r\n\x1a\n\xff\xfe")
    assert main(["list"]) == 2
    shown = capsys.readouterr()
    assert shown.err.startswith("spec/picture.py:1: not Python (")
    assert "3 claims" in shown.out


def test_claims_above_the_broken_line_are_kept(write: Any) -> None:
    root = write(spec__half=GOOD + "\n\n1 / 0\n")
    found = load(find_project(root))
    assert list(found.claims) == ["half.fine"]
    assert [problem.line for problem in found.problems] == [10]


def test_a_module_that_imports_a_broken_one(write: Any) -> None:
    root = write(spec__a="x = (\n", spec__b="from spec import a\n" + GOOD)
    found = load(find_project(root))
    assert list(map(str, found.problems)) == [
        "spec/a.py:1: not Python ('(' was never closed): x = (; fix: correct this line",
        "spec/b.py:1: cannot be loaded, because it imports spec/a.py, which is broken; fix: correct spec/a.py:1",
    ]


def test_a_duplicate_id(write: Any, capsys: pytest.CaptureFixture[str]) -> None:
    write(spec__twice=GOOD + "\n\n@claim(source='s')\ndef fine(x: Real):\n    'Other.'\n    return x < x\n")
    assert main(["list"]) == 2
    shown = capsys.readouterr()
    problem = "the id twice.fine is declared twice, first at spec/twice.py:4, and only that one is kept; fix: rename one of the two"
    assert shown.err == f"spec/twice.py:10: {problem}\n"
    assert "Fine." in shown.out and "Other." not in shown.out


def test_importing_a_module_twice_declares_nothing_twice(write: Any) -> None:
    root = write(spec__a="from spec import b\n" + GOOD, spec__b=GOOD)
    found = load(find_project(root))
    assert (list(found.claims), found.problems) == (["a.fine", "b.fine"], ())


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("return x <= 0.25", "the float 0.25 is not an exact constant; write Q(1, 4)"),
        ("return 0 <= x <= 1", "has no truth value"),
        ("return x <= 1 and x >= 0", "has no truth value"),
        ("return x == x", "`==` compares Python objects"),
        ("return sinus(x) <= 1", "unknown name: name 'sinus' is not defined; import it from quod or define it with @definition"),
        ("return ...", "Ellipsis"),
        ("return x <= 10**5000", "a number has at most 12000 bits, got one of 16610; build it from smaller ones, as a power of a term"),
        ("return x**20000 >= 0", "a literal exponent lies between 0 and 10000, got exponent=20000"),
        ("raise ValueError('no \\x1b[2J luck \\ud800')", "ValueError: no \N{REPLACEMENT CHARACTER}[2J luck \N{REPLACEMENT CHARACTER}"),
        ("return True", "expected a formula such as a <= b or eq(a, b), got True (bool)"),
        ("x <= 1", "expected a formula such as a <= b or eq(a, b), got None (NoneType)"),
    ],
)
def test_a_claim_that_cannot_be_read(body: str, message: str, write: Any, engines: Any, capsys: pytest.CaptureFixture[str]) -> None:
    write(spec__wrong=HEAD + f"@claim(source='s')\ndef wrong(x: Real):\n    'Wrong.'\n    {body}\n", spec__good=GOOD)
    assert main(["verify"]) == 2
    shown = capsys.readouterr().out
    assert f"statement ERROR: spec/wrong.py:4: {message}" in shown or ("spec/wrong.py:4: " in shown and message in shown)
    assert "proof ERROR" not in shown
    assert {name for name, _ in engines.asked} == {"fine"}


@pytest.mark.parametrize("decorator", ["@claim", "@claim()", "@claim(tight={'x': 0})"])
def test_a_claim_without_source(decorator: str, write: Any, engines: Any, capsys: pytest.CaptureFixture[str]) -> None:
    write(spec__wrong=HEAD + f"{decorator}\ndef wrong(x: Real):\n    'Wrong.'\n    return x <= x\n", spec__good=GOOD)
    assert main(["verify"]) == 2
    assert "spec/wrong.py:4: a claim names its source: @claim(source=" in capsys.readouterr().out


def test_an_empty_domain(write: Any, capsys: pytest.CaptureFixture[str]) -> None:
    write(spec__empty=HEAD + "@claim(source='s')\ndef none(x: Closed(1, 0)):\n    'None.'\n    return x <= x\n")
    assert main(["list"]) == 2
    assert "the domain is empty: no x lies between lower=1 and upper=0 (closed='both')" in capsys.readouterr().err


def test_an_edit_within_the_same_second_is_seen(project: Path) -> None:
    before = load(find_project(project)).claims["activations.slope_is_positive"].digest
    file = project / "spec" / "activations.py"
    file.write_text(file.read_text().replace("(x) > 0", "(x) > 1"))
    assert load(find_project(project)).claims["activations.slope_is_positive"].digest != before


def test_a_module_from_elsewhere_in_the_way(write: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import types

    root = write(spec__good=GOOD)
    foreign = types.ModuleType("spec")
    foreign.__file__ = "/elsewhere/spec.py"
    monkeypatch.setattr("quod._rooms._finder.folders", {})
    monkeypatch.setitem(sys.modules, "spec", foreign)
    found = load(find_project(root))
    assert found.claims == {}
    assert "the name spec is taken by /elsewhere/spec.py; fix: rename the folder" in str(found.problems[0])
    assert sys.modules["spec"] is foreign


def test_the_survey_of_a_module_that_ends_its_process(write: Any, engines: Any, capsys: pytest.CaptureFixture[str]) -> None:
    write(spec__good=GOOD, impl__bad="import os\n\nos._exit(3)\n")
    engines.processes = True
    assert main(["verify"]) == 2
    shown = capsys.readouterr()
    assert "importing impl/ and proofs/ ended the process: the worker process exited with code 3" in shown.err
    assert "1 proved" in shown.out


def test_a_broken_implementation_module(write: Any, engines: Any, capsys: pytest.CaptureFixture[str]) -> None:
    write(spec__good=GOOD, impl__good="import quod\n\nraise ValueError('no')\n")
    assert main(["verify"]) == 2
    shown = capsys.readouterr()
    assert "impl/good.py:3: ValueError: no; fix: correct this line; nothing below it in this file was read" in shown.err
    assert "1 proved" in shown.out
