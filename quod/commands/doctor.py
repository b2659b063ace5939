"""`quod doctor`: which engines are there, in which version, and whether each does what it is for."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from quod import __version__
from quod.engines import OPTIONAL, PACKAGES, version
from quod.rows import Exit


def run(options: argparse.Namespace) -> int:
    """Prints one line per engine; exit 2 if one that is needed is missing, or one fails its self-test. Each test has its own process."""
    from quod.processes import Finished, Limits, run

    rows: list[dict[str, Any]] = []
    fixes = {package: f"installed; fix: pip install {package}" for package in PACKAGES}
    fixes |= {package: f"needed: pip install quod[{package}]" for package in OPTIONAL}
    for package, purpose in (PACKAGES | OPTIONAL).items():
        found = version(package)
        row = {
            "engine": package,
            "version": found,
            "purpose": purpose,
            "good": package in OPTIONAL,
            "reason": f"not {fixes[package]}",
        }
        if found is not None:
            outcome = run(f"quod.commands.doctor:{_TESTS[package].__name__}", limits=Limits(60.0))
            good = isinstance(outcome, Finished) and outcome.value is True
            row |= {"good": good, "reason": "" if good else getattr(outcome, "reason", "the self-test gave a wrong answer")}
        rows.append(row)
    rows.append({"engine": "ledger", "version": __version__, "purpose": "keeps results between runs (SQLite)", **_attempt_ledger()})
    if options.json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        print(f"quod {__version__}, Python {sys.version.split()[0]}, {sys.executable}")
        for row in rows:
            state = "missing" if not row["version"] else "works" if row["good"] else "FAILS"
            print(
                f"  {row['engine']:<13} {row['version'] or '–':<10} {state:<8} {row['purpose']}"
                + (f": {row['reason']}" if row["reason"] else "")
            )
    return Exit.GREEN if all(row["good"] for row in rows) else Exit.INPUT


def _attempt_ledger() -> dict[str, Any]:
    from quod.commands.store import open_store
    from quod.project import Project
    from quod.rows import blank

    with tempfile.TemporaryDirectory() as folder, open_store(Project(Path(folder))) as store:
        store.put("doctor", "doctor.doctor", "proof", blank("UNKNOWN", "self-test"), None)
        found = store.get("doctor")
    good = found is not None and found["reason"] == "self-test"
    return {"good": good, "reason": "" if good else "what was written could not be read back"}


def attempt_flint() -> bool:
    """e − 1 and log of it in balls, and a factorisation."""
    from flint import arb, fmpz_poly

    near = (arb(1).exp().log() - 1).contains(0)
    return bool(near and arb(2).sqrt() < arb(3) / 2 and len(fmpz_poly([-1, 0, 1]).factor()[1]) == 2)


def attempt_z3() -> bool:
    """x² < 0 has no solution, x² = 2 has one."""
    import z3

    x = z3.Real("x")
    impossible, possible = z3.Solver(), z3.Solver()
    impossible.add(x * x < 0)
    possible.add(x * x == 2)
    return bool(impossible.check() == z3.unsat and possible.check() == z3.sat)


def attempt_cvc5() -> bool:
    """x² < 0 has no solution, x² = 2 has one."""
    from fractions import Fraction

    from quod.provers.algebra.certificate import Constraint
    from quod.provers.second_opinion import ask_cvc5

    square = {((0, 2),): Fraction(1)}
    impossible = ask_cvc5([Constraint({((0, 2),): Fraction(-1)}, True)], [], 10.0)
    possible = ask_cvc5([], [square | {(): Fraction(-2)}], 10.0)
    return bool(impossible["answer"] == "unsat" and possible["answer"] == "sat")


def attempt_highspy() -> bool:
    """The least x + y over x, y ≥ 0 with x + 2y ≥ 2 is 1."""
    import highspy

    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    x, y = (solver.addVariable(lb=0.0, obj=1.0) for _ in range(2))
    solver.addConstr(x + 2 * y >= 2)
    solver.minimize()
    return bool(abs(solver.getObjectiveValue() - 1) < 1e-6)


def attempt_clarabel() -> bool:
    """The least x with x ≥ 2, as a conic program."""
    import clarabel
    import numpy
    from scipy import sparse

    settings = clarabel.DefaultSettings()
    settings.verbose = False
    square, row = sparse.csc_matrix((1, 1)), sparse.csc_matrix([[-1.0]])
    found = clarabel.DefaultSolver(square, numpy.array([1.0]), row, numpy.array([-2.0]), [clarabel.NonnegativeConeT(1)], settings).solve()
    return bool(abs(found.x[0] - 2) < 1e-6)


def attempt_scipy() -> bool:
    """A sparse matrix times a vector."""
    from scipy import sparse

    return bool((sparse.csc_matrix([[0.0, 2.0], [3.0, 0.0]]) @ [1.0, 1.0]).tolist() == [2.0, 3.0])


def attempt_mpmath() -> bool:
    """π to fifty digits."""
    import mpmath

    with mpmath.workdps(60):
        return bool(mpmath.nstr(+mpmath.pi, 50) == "3.1415926535897932384626433832795028841971693993751")


def attempt_hypothesis() -> bool:
    """Finds that not every integer is below 1000."""
    from hypothesis import find, strategies

    return bool(find(strategies.integers(), lambda n: n >= 1000) == 1000)


def attempt_numpy() -> bool:
    """float64 is what IEEE 754 says."""
    import numpy

    return bool(numpy.finfo(numpy.float64).eps == 2.0**-52 and numpy.nextafter(1.0, 2.0) == 1.0 + 2.0**-52)


_TESTS = {
    "python-flint": attempt_flint,
    "z3-solver": attempt_z3,
    "highspy": attempt_highspy,
    "clarabel": attempt_clarabel,
    "scipy": attempt_scipy,
    "mpmath": attempt_mpmath,
    "hypothesis": attempt_hypothesis,
    "numpy": attempt_numpy,
    "cvc5": attempt_cvc5,
}
