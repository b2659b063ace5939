"""One solver on one problem, in a process of its own: python -m benchmarks.solver NAME FILE SECONDS [warm].

Prints one line of JSON: the answer, and CPU seconds of this process. Cold counts everything since the process began, imports
included; warm counts the problem alone, after the imports and another small problem.
"""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

Answer = tuple[str, str]
WARM_UP = "(set-logic QF_NRA)(declare-const x Real)(assert (not (<= (+ 1 x) (exp x))))(check-sat)"
PATIENCE = 60
"""Wall-clock seconds per CPU second that engines with clocks of their own are given: a busy machine is no reason to give up."""


def quod(text: str, seconds: float) -> Answer:
    """This project."""
    from quod.provers.problems import decide

    found = decide(text, "problem", time.monotonic() + seconds)
    return str(found["answer"]), str(found["reason"] or found["method"])


def cvc5(text: str, seconds: float) -> Answer:
    """cvc5, from PyPI; logarithms by exp l = t, cube roots by c³ = t."""
    import cvc5 as engine

    solver = engine.Solver()
    solver.setOption("tlimit-per", str(int(PATIENCE * seconds * 1000)))
    parser = engine.InputParser(solver)
    parser.setStringInput(engine.InputLanguage.SMT_LIB_2_6, _translated("cvc5", text), "problem")
    symbols = parser.getSymbolManager()
    while True:
        command = parser.nextCommand()
        if command.isNull():
            break
        output = str(command.invoke(solver, symbols)).strip()
        if output in ("sat", "unsat", "unknown"):
            return output, ""
        if output:
            return "unknown", output
    return "unknown", "no answer"


def z3(text: str, seconds: float) -> Answer:
    """Z3, from PyPI; roots by equations, other functions unknown."""
    return _z3("z3", text, seconds)


def z3_lemmas(text: str, seconds: float) -> Answer:
    """Z3 with lemmas of textbooks at every argument."""
    return _z3("z3+lemmas", text, seconds)


def _z3(name: str, text: str, seconds: float) -> Answer:
    import z3 as engine

    solver = engine.Solver()
    solver.set("timeout", int(PATIENCE * seconds * 1000))
    translated = _translated(name, text)
    solver.from_string(translated)
    answer = str(solver.check())
    if answer == "sat" and ("(declare-fun" in translated or "real.pi" in translated):
        return "unknown", "a model of unknown functions is none"
    return answer, ""


def dreal(text: str, seconds: float) -> Answer:
    """dReal; δ-sat is no answer."""
    problem = _translated("dreal", text)
    done = subprocess.run(["dreal", "--in"], check=False, input=problem, capture_output=True, text=True, timeout=PATIENCE * seconds)
    return ("unsat", "") if done.stdout.startswith("unsat") else ("unknown", (done.stdout + done.stderr).strip()[:200])


SOLVERS: dict[str, Callable[[str, float], Answer]] = {"quod": quod, "cvc5": cvc5, "z3": z3, "z3+lemmas": z3_lemmas, "dreal": dreal}


def available() -> list[str]:
    """The solvers that can run here: importable, or on the path."""
    from importlib.util import find_spec

    found = [name for name in SOLVERS if name == "dreal" or find_spec(name.partition("+")[0])]
    return [name for name in found if name != "dreal" or shutil.which("dreal")]


def _translated(name: str, text: str) -> str:
    from benchmarks import translation
    from quod.lang.binding import unfold
    from quod.lang.smtlib_reader import read_problem

    dialects = {"cvc5": translation.cvc5, "dreal": translation.dreal}
    dialect = dialects[name]() if name in dialects else translation.z3(name == "z3+lemmas")
    written = dialect.text([unfold(assertion) for assertion in read_problem(text, "problem").assertions])
    return written.replace("QF_NRA", "ALL") if name != "dreal" else written


def main() -> None:
    """Runs the solver that the command line names."""
    name, file, seconds = sys.argv[1], Path(sys.argv[2]), float(sys.argv[3])
    most = int(seconds) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (most, most + 1))
    solve, text = SOLVERS[name], file.read_text(encoding="utf-8")
    started = 0.0
    if "warm" in sys.argv:
        solve(WARM_UP, seconds)
        started = time.process_time()
    try:
        answer, detail = solve(text, seconds)
    except (ValueError, RuntimeError, subprocess.TimeoutExpired) as error:
        answer, detail = "unknown", f"{type(error).__name__}: {error}"
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = time.process_time() - started + children.ru_utime + children.ru_stime
    print(json.dumps({"answer": answer, "detail": detail[:300], "seconds": round(spent, 4)}), flush=True)


if __name__ == "__main__":
    main()
