"""Every formula of docs/deciding.md has the answer that the page gives it."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from quod.provers.problems import decide

PAGE = Path(__file__).resolve().parent.parent / "docs" / "deciding.md"
BLOCK = re.compile(r"^```(proved|refuted|unknown)(?: ([^\n]+))?\n(.*?)^```", re.MULTILINE | re.DOTALL)
ANSWERS = {"proved": "unsat", "refuted": "sat", "unknown": "unknown"}
EXAMPLES = [
    (formula, ANSWERS[kind], reason)
    for kind, reason, formulas in BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    for formula in formulas.splitlines()
]


def test_the_page_has_examples_of_every_answer() -> None:
    assert {answer for _, answer, _ in EXAMPLES} == {"unsat", "sat", "unknown"}
    assert len(EXAMPLES) > 25


@pytest.mark.parametrize(("formula", "answer", "reason"), EXAMPLES)
def test_an_example_has_the_answer_of_the_page(formula: str, answer: str, reason: str) -> None:
    declared = "".join(f"(declare-const {name} Real)" for name in ("x", "y") if re.search(rf"\b{name}\b", formula))
    found = decide(f"{declared}(assert (not {formula}))(check-sat)", "example", time.monotonic() + 30)
    assert found["answer"] == answer, found["reason"]
    assert reason in found["reason"]
    assert not set(found["trusts"]) & {"z3"}
