"""No text of an input ever becomes code: names that would be Python, wherever a term is compiled, evaluated or written."""

from __future__ import annotations

import builtins
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mpmath import mpf

from quod.commands.prove import attempt
from quod.kernel import certificate
from quod.kernel.theorem import KernelError
from quod.lang import serial
from quod.lang import terms as t
from quod.lang.balls import compile_balls
from quod.lang.exact import compile_exact
from quod.lang.floats import compile_floats
from quod.lang.latex import to_latex
from quod.lang.precise import compile_precise
from quod.lang.smtlib import to_smtlib
from quod.lang.text import to_text

NAMES = (
    "__import__('builtins').canary.append(1)",
    "x0): __import__('builtins').canary.append(1) #",
    "x\n__import__('builtins').canary.append(1)",
    "\"'''; __import__('builtins').canary.append(1); '''",
    "{__import__('builtins').canary.append(1)}",
    "exec",
    "lambda",
)


@pytest.fixture
def canary(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A list that stays empty unless one of NAMES is run."""
    found: list[int] = []
    monkeypatch.setattr(builtins, "canary", found, raising=False)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_name_in_a_problem_is_a_name(name: str, canary: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = f"(declare-const |{name}| Real)(declare-const y Real)(assert (< (* |{name}| y) (exp |{name}|)))(check-sat)"
    assert attempt(text, "p.smt2", 1.0)["answer"] == "sat"
    assert canary == []
    assert list(tmp_path.iterdir()) == []


COMPILERS: tuple[Callable[..., Any], ...] = (compile_balls, compile_exact, compile_floats, compile_precise)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_in_a_term_is_a_name(name: str, canary: list[int]) -> None:
    x, n = t.Variable(name, t.REAL), t.Variable(f"{name}n", t.INTEGER)
    square = t.Named(name, t.Lambda(t.REAL, t.Power(t.Bound(0, t.REAL), 2)))
    total = t.Fold("sum", t.Number(0), n, t.Lambda(t.INTEGER, t.Mul((t.Bound(0, t.INTEGER), t.Apply(square, x)))))
    for compiler in COMPILERS:
        compiler(total, (x, n))
    assert compile_precise(total, (x, n))((mpf(2), 3), 20) == 12
    for write in (to_text, to_latex, to_smtlib, repr):
        for term in (t.ForAll(t.Lambda(t.REAL, t.Compare("<=", x, t.Bound(0, t.REAL)))), t.Compare("<=", x, x)):
            try:
                write(term)
            except t.TermError:
                continue
    assert canary == []


@pytest.mark.parametrize("name", NAMES)
def test_a_name_in_a_certificate_is_a_name(name: str, canary: list[int]) -> None:
    x = t.Compare("<", t.Variable(name, t.REAL), t.Number(1))
    text = certificate.write([("assume", (x,), ()), ("discharge", (x,), (0,))])
    data = json.loads(text)
    for row in ["Elementary", name, 0], ["Constant", name], ["Fold", name, 0, 0, 0], ["Power", 0, name], [name], ["Compare", name, 0, 0]:
        with pytest.raises(t.TermError):
            serial.from_json([["Number", "1"], row])
    for rule in (name, "__class__", "derive", "exec"):
        data["steps"][1][0] = rule
        with pytest.raises(KernelError, match=r"names no rule|printable characters"):
            certificate.replay(json.dumps(data))
    assert canary == []
