"""cvc5 on what z3 calls unsatisfiable: agreement, disagreement whoever lies, and every way in which it can fail to answer."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path

import pytest

from quod import Positive, Real, claim
from quod.kernel import certificate
from quod.provers import second_opinion as module
from quod.provers import solver
from quod.provers.algebra.certificate import Constraint
from quod.provers.algebra.z3_search import Unsatisfiable
from quod.provers.automation import Automation
from quod.provers.portfolio import prove
from quod.provers.second_opinion import Disagreement, second_opinion

ROOT = Path(__file__).parents[2]
SQUARE = {((0, 2),): Fraction(1)}
NEGATIVE_SQUARE = [Constraint({((0, 2),): Fraction(-1)}, True)]
CVC5 = """\
import os, sys, time


class Kind:
    ADD = MULT = GT = GEQ = EQUAL = None


class Value:
    def isRealValue(self): return True
    def getRealValue(self): return {value}


class Answer:
    def isUnsat(self): return {unsat}
    def isSat(self): return {sat}
    def getUnknownExplanation(self): return "it is late"


class TermManager:
    def mkTerm(self, *parts): return None
    mkConst = mkReal = getRealSort = mkTerm


class Solver:
    def __init__(self, terms): pass
    def setLogic(self, *parts): pass
    setOption = assertFormula = setLogic
    def getValue(self, name): return Value()

    def checkSat(self):
        {act}
        return Answer()
"""
Z3 = """\
from fractions import Fraction

unsat, unknown, sat = "unsat", "unknown", "sat"


class Z3Exception(Exception):
    pass


class Term:
    def __gt__(self, other): return self
    __ge__ = __eq__ = __gt__


class Solver:
    def set(self, *parts): pass
    add = set
    def check(self): return unsat


class Tactic:
    def __init__(self, name): pass
    def solver(self): return Solver()


def Real(name): return Term()


RealVal = Real
def Product(*parts): return Term()
def Sum(parts): return Term()
"""
Plant = pytest.MonkeyPatch


@pytest.fixture
def only_solvers(monkeypatch: Plant) -> None:
    """No engine finds anything, so that what is left is the solvers' word."""
    monkeypatch.setattr(Automation, "_leaf", lambda self, *goal: self._known(*goal[:2]) or self._solver(*goal))


def plant_cvc5(monkeypatch: Plant, folder: Path, *, unsat: bool = False, sat: bool = False, value: str = "0", act: str = "pass") -> None:
    """Puts another cvc5 into the way of the real one."""
    (folder / "cvc5.py").write_text(CVC5.format(unsat=unsat, sat=sat, value=value, act=act), encoding="utf-8")
    monkeypatch.syspath_prepend(str(folder))


def cubic(above: int):
    """The claim that x³ + x exceeds `above` for positive x: true for 0, false for 1."""

    def statement(x: Positive):
        """A cubic."""
        return x**3 + x > above

    return claim(source="test")(statement)


def test_they_agree_and_the_proof_says_so(only_solvers: None) -> None:
    verdict, text = prove(cubic(0), time.monotonic() + 60)
    assert verdict.kind == "PROVED"
    assert verdict.trusts == {"z3, cvc5 agree"}
    assert verdict.figures["second opinion"] == "cvc5: 1 × agrees"
    assert text is not None
    assert certificate.replay(text).trusts == {"z3, cvc5 agree"}


def test_a_lying_z3_is_found_out(only_solvers: None, monkeypatch: Plant) -> None:
    monkeypatch.setattr(solver, "ask_z3", lambda *_: Unsatisfiable())
    verdict, text = prove(cubic(1), time.monotonic() + 60)
    assert (verdict.kind, verdict.method, text) == ("CONFLICT", "z3 and cvc5", None)
    assert verdict.reason.startswith(
        "z3 calls a system of polynomial inequalities unsatisfiable, and cvc5 gives a point that satisfies it; "
    )
    assert "exact arithmetic says that z3 is wrong; x0 = " in verdict.reason


def test_a_lying_cvc5_is_found_out(only_solvers: None, monkeypatch: Plant, tmp_path: Path) -> None:
    plant_cvc5(monkeypatch, tmp_path, sat=True, value="7")
    verdict, text = prove(cubic(0), time.monotonic() + 60)
    assert (verdict.kind, text) == ("CONFLICT", None)
    assert "exact arithmetic says that cvc5 is wrong; x0 = 7" in verdict.reason


def test_a_lying_z3_ends_the_run_with_exit_code_3(tmp_path: Path) -> None:
    (tmp_path / "lies").mkdir()
    (tmp_path / "lies" / "z3.py").write_text(Z3, encoding="utf-8")
    (tmp_path / "spec").mkdir()
    text = "from quod import *\n\n\n@claim(source='s')\ndef wrong(x: Positive):\n    'Wrong.'\n    return x**3 + x > 1\n"
    (tmp_path / "spec" / "false.py").write_text(text, encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "quod", "verify", "--only", "proof"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": f"{tmp_path / 'lies'}{os.pathsep}{ROOT}"},
    )
    assert ran.returncode == 3, ran.stdout + ran.stderr
    assert "exact arithmetic says that z3 is wrong" in ran.stdout


def test_a_point_that_is_irrational_is_a_conflict_too() -> None:
    equation = {((0, 2),): Fraction(1), (): Fraction(-2)}
    with pytest.raises(Disagreement, match=r"the point has irrational coordinates, so that it was not checked$"):
        second_opinion([], [equation])


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        ("pass", "cvc5: unknown (it is late)"),
        ("time.sleep(600)", "cvc5: no answer within 1.5 s"),
        ("os.abort()", "cvc5: the worker process was killed by signal 6"),
        ("sys.exit('enough')", "cvc5: SystemExit: enough"),
        ("held = bytearray(3 << 30)", "cvc5: needed more than 1024 MB of memory"),
        ("os.write(1, b'quod' * 9999)", "cvc5: unknown (it is late)"),
    ],
)
def test_no_answer_leaves_z3_alone_and_says_why(act: str, reason: str, only_solvers: None, monkeypatch: Plant, tmp_path: Path) -> None:
    monkeypatch.setattr(module, "SECONDS", 0.5)
    plant_cvc5(monkeypatch, tmp_path, act=act)
    verdict, _ = prove(cubic(0), time.monotonic() + 60)
    assert (verdict.kind, verdict.trusts) == ("PROVED", {"z3"})
    assert str(verdict.figures["second opinion"]).startswith(f"cvc5: 1 × {reason}")


def test_without_cvc5_z3_is_trusted_alone(only_solvers: None, monkeypatch: Plant, tmp_path: Path) -> None:
    (tmp_path / "cvc5.py").write_text("raise ImportError('No module named cvc5')\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    verdict, _ = prove(cubic(0), time.monotonic() + 60)
    assert (verdict.kind, verdict.trusts) == ("PROVED", {"z3"})
    assert verdict.figures["second opinion"] == "cvc5: 1 × cvc5: not installed; fix: pip install cvc5"


@pytest.mark.parametrize(
    ("constraints", "equations", "agrees"),
    [
        (NEGATIVE_SQUARE, [], True),
        ([Constraint({(): Fraction(0)}, True)], [], True),
        ([Constraint({}, True)], [], True),
        ([], [{(): Fraction(-2, 3)}], True),
        (
            [Constraint({((0, 1), (3, 2)): Fraction(-2, 3), (): Fraction(-1)}, False)],
            [{((0, 1),): Fraction(1), ((3, 4),): Fraction(-1)}],
            True,
        ),
    ],
)
def test_every_shape_of_a_system_is_understood(constraints: list[Constraint], equations: list[dict], agrees: bool) -> None:
    assert second_opinion(constraints, equations).agrees == agrees


def test_a_proof_without_solvers_asks_nobody(monkeypatch: Plant) -> None:
    monkeypatch.setattr(solver, "second_opinion", lambda *_: pytest.fail("asked"))

    def statement(x: Real):
        """A square."""
        return x**2 >= 0

    verdict, _ = prove(claim(source="test")(statement), time.monotonic() + 60)
    assert verdict.kind == "PROVED"
    assert "second opinion" not in verdict.figures
