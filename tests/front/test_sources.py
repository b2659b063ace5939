"""What a result depends on: implementations and proof scripts, with what they import."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from quod.cli import main
from quod.project import Project
from quod.sources import Sources


def test_closure(write: Any) -> None:
    root = write(
        impl__a="import impl.b\nfrom impl.c import x\nfrom mine.layers import relu\nimport numpy, quod\n",
        impl__b="import os\n",
        impl__c="def f():\n    from .d.f import y\n",
        impl__d__f="from .. import nothing\nfrom ..a import z\nfrom . import g\n",
        impl__d__g="",
        impl__h="(",
        src__mine__layers="",
        src__mine__kernels="",
        quod__lang="",
        **{"impl/_private": "", "src/mine/__init__": "from . import kernels\n"},
    )
    sources = Sources(Project(root))
    assert sources.closure(["impl.a"]) == {f"impl.{name}" for name in ("a", "b", "c", "d.f", "d.g")} | {
        "mine",
        "mine.layers",
        "mine.kernels",
    }
    assert sources.closure(["impl.b", "impl.h", "impl._private", "impl.none"]) == {"impl.b", "impl.h", "impl._private"}


def test_digest_follows_the_text(write: Any) -> None:
    root = write(impl__a="x = 1\n", impl__b="y = 1\n")
    before = Sources(Project(root)).digest(["impl.a"])
    write(impl__b="y = 2\n")
    assert Sources(Project(root)).digest(["impl.a"]) == before
    write(impl__a="x = 2\n")
    after = Sources(Project(root)).digest(["impl.a"])
    write(**{"impl/__init__": ""})
    assert len({before, after, Sources(Project(root)).digest(["impl.a"])}) == 3


@pytest.mark.parametrize(
    ("text", "pure"),
    [
        ("from quod import *\nfrom fractions import Fraction\nfrom spec import b\nfrom spec.b import y\n", True),
        ("from .b import y\nimport mine.layers\n'''open'''\n", True),
        ("import os\n", False),
        ("from elsewhere import x\n", False),
        ("x = open('data.json').read()\n", False),
        ("x = __import__('o' + 's')\n", False),
    ],
)
def test_only_pure_claims_are_kept(text: str, pure: bool, write: Any) -> None:
    root = write(spec__a=text, spec__b="y = 1\n", src__mine__layers="")
    sources = Sources(Project(root))
    assert sources.are_pure(sources.closure(["spec.a"]), frozenset(("quod", "fractions"))) is pure


def test_a_claim_that_depends_on_something_else_is_read_again(write: Any, engines: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    claim = "import os\nfrom quod import *\n\n@claim(source='s')\ndef c(x: Real):\n    'C.'\n    return x <= x + int(os.environ['BOUND'])\n"
    write(spec__c=claim)
    monkeypatch.setenv("BOUND", "1")
    main(["verify"])
    engines.asked.clear()
    main(["verify"])
    assert engines.asked == []
    monkeypatch.setenv("BOUND", "2")
    main(["verify"])
    assert {check for _, check in engines.asked} == {"statement", "proof", "fuzz", "attack"}


SCRIPT = "from quod import proves\nfrom spec import {topic}\n{more}\n\n@proves({topic}.{name})\ndef _(goal, x):\n    pass\n"


@pytest.mark.parametrize(
    ("edited", "again"),
    [
        ("proofs__elementary", {"exp_is_above_its_tangent"}),
        ("proofs__tools", {"exp_is_above_its_tangent"}),
        ("proofs__activations", {"slope_is_positive"}),
        ("impl__unrelated", set()),
    ],
)
def test_an_edited_script_is_run_again_and_no_other(edited: str, again: set[str], project: Path, write: Any, engines: Any) -> None:
    files = {
        "proofs__elementary": SCRIPT.format(topic="elementary", name="exp_is_above_its_tangent", more="from proofs import tools"),
        "proofs__activations": SCRIPT.format(topic="activations", name="slope_is_positive", more=""),
        "proofs__tools": "",
        "impl__unrelated": "",
    }
    write(**files)
    assert main(["verify"]) == 0
    engines.asked.clear()
    write(**{edited: files[edited] + "# edited\n"})
    assert main(["verify"]) == 0
    assert engines.asked == [(name, "proof") for name in again]


def test_a_script_depends_on_the_scripts_of_the_topics_it_imports(project: Path, write: Any, engines: Any) -> None:
    write(
        proofs__elementary=SCRIPT.format(topic="elementary", name="exp_is_above_its_tangent", more=""),
        proofs__activations=SCRIPT.format(topic="activations", name="slope_is_positive", more="from spec import elementary"),
    )
    assert main(["verify"]) == 0
    engines.asked.clear()
    write(proofs__elementary=SCRIPT.format(topic="elementary", name="exp_is_above_its_tangent", more="# another proof"))
    assert main(["verify"]) == 0
    assert engines.asked == [("slope_is_positive", "proof"), ("exp_is_above_its_tangent", "proof")]
