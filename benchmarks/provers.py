"""quod, cvc5, Z3 and, where installed, dReal, side by side: python -m benchmarks.provers [FOLDER] [--limit 10] [--only NAME,…].

Every solver gets every problem in a process of its own: once cold, and where it answered once more warm (after another problem, imports
not counted). Seconds are CPU seconds of that process, so that a busy machine changes little. Finished rows are kept in --rows, and a run
that was interrupted goes on from there; the table and the plots are written from all rows of that file.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks import plots, tables
from benchmarks.families import FAMILIES
from benchmarks.hunting import Hunt
from benchmarks.solver import PATIENCE, available
from quod.lang.binding import unfold
from quod.lang.smtlib_reader import read_problem

TOUCHED = 1e-10
"""The least relative slack that the sampling search may meet where a bound is said to have slack."""
SPARED = 10.0
"""Seconds that the operating system's clock may run beyond the patience of an engine."""


@dataclass(frozen=True)
class Row:
    """One solver on one problem: `cold` and `warm` CPU seconds (warm None: no answer), `kind` as in the table's columns."""

    solver: str
    problem: str
    kind: str
    status: str
    answer: str
    cold: float
    warm: float | None
    detail: str
    family: str = ""
    parameter: int = 0

    @property
    def solved(self) -> bool:
        """The right answer."""
        return self.answer == self.status

    @property
    def wrong(self) -> bool:
        """The opposite of the right answer."""
        return {self.answer, self.status} == {"sat", "unsat"}


@dataclass(frozen=True)
class Problem:
    """A problem's name, text, expected status, and for a family its parameter."""

    name: str
    text: str
    status: str
    kind: str
    family: str = ""
    parameter: int = 0


def kind_of(text: str, name: str) -> tuple[str, str]:
    """(kind, status) of a problem: non-theorem, or one or several variables, touched or with slack."""
    problem = read_problem(text, name)
    status = problem.expected or "unknown"
    if status == "sat":
        return "non-theorem", status
    count = "one variable" if len(problem.variables) <= 1 else "several variables"
    least = Hunt(problem.variables, [unfold(a) for a in problem.assertions]).tightness(random.Random(7))
    return f"{count}, {'slack' if abs(least) > TOUCHED else 'touched'}", status


def problems(folder: Path | None, families: bool) -> Iterator[Problem]:
    """The problems of the folder, then those of the families."""
    for file in sorted(folder.rglob("*.smt2")) if folder is not None else ():
        text = file.read_text(encoding="utf-8")
        kind, status = kind_of(text, file.name)
        yield Problem(file.stem, text, status, kind)
    for family in FAMILIES if families else ():
        for parameter in family.parameters:
            yield Problem(f"{family.name}-{parameter}", family.problem(parameter), "unsat", family.axis, family.name, parameter)


def attempt(solver: str, file: Path, limit: float, warm: bool) -> tuple[str, float, str]:
    """(answer, CPU seconds, detail) of one process; an answer beyond the limit is none."""
    command = [sys.executable, "-m", "benchmarks.solver", solver, str(file), str(limit), *(["warm"] if warm else [])]
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=PATIENCE * (limit + SPARED))
    except subprocess.TimeoutExpired:
        return "unknown", limit, "stopped from outside"
    if done.returncode or not done.stdout.strip():
        return "unknown", limit, f"the process ended with {done.returncode}: {done.stderr.strip()[-200:]}"
    said = json.loads(done.stdout.splitlines()[-1])
    in_time = said["seconds"] <= limit + (0 if warm else 1)
    return (said["answer"] if in_time else "unknown"), said["seconds"], said["detail"] if in_time else "out of time"


def measured(solver: str, problem: Problem, limit: float) -> Row:
    """The row of a solver on a problem: cold, and warm if it answered."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "problem.smt2"
        file.write_text(problem.text, encoding="utf-8")
        answer, cold, detail = attempt(solver, file, limit, False)
        warm = attempt(solver, file, limit, True)[1] if answer in ("sat", "unsat") else None
    return Row(solver, problem.name, problem.kind, problem.status, answer, cold, warm, detail, problem.family, problem.parameter)


def kept(file: Path) -> list[Row]:
    """The rows of earlier runs."""
    return [Row(**entry) for entry in json.loads(file.read_text(encoding="utf-8"))] if file.exists() else []


def run(options: argparse.Namespace) -> list[Row]:
    """All rows, old and new; the file is written after each of them."""
    rows_file = Path(options.rows)
    again = set(options.again.split(",")) if options.again else set()
    rows = {(row.solver, row.problem): row for row in kept(rows_file) if row.solver not in again}
    solvers = [name for name in available() if not options.only or name in options.only.split(",")]
    chosen = problems(Path(options.folder) if options.folder else None, not options.no_families)
    todo = [(solver, problem) for problem in chosen for solver in solvers if (solver, problem.name) not in rows]

    def one(task: tuple[str, Problem]) -> Row:
        return measured(*task, options.plot_limit if task[1].family else options.limit)

    with ThreadPoolExecutor(options.jobs) as pool:
        for row in pool.map(one, todo):
            rows[row.solver, row.problem] = row
            warm = "" if row.warm is None else f"{row.warm:.3f}"
            print(f"{row.solver:<10} {row.problem:<45} {row.answer:<8} {row.cold:8.2f} {warm:>8}", flush=True)
            rows_file.write_text(json.dumps([asdict(row) for row in rows.values()], indent=0), encoding="utf-8")
    return list(rows.values())


def main() -> int:
    """Runs, writes docs/benchmarks.md and the plots; 1 if any answer is wrong."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.provers", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", nargs="?", help="folder of .smt2 files with :status; without it only the generated families")
    parser.add_argument("--limit", type=float, default=10.0, help="CPU seconds per problem (10)")
    parser.add_argument("--jobs", type=int, default=1, help="processes at a time (1)")
    parser.add_argument("--plot-limit", type=float, default=3.0, help="CPU seconds per generated problem (3)")
    parser.add_argument("--only", default="", help="solvers to run, by name, with commas")
    parser.add_argument("--again", default="", help="solvers whose kept rows are measured anew")
    parser.add_argument("--rows", default="benchmarks.json", help="where rows are kept (benchmarks.json)")
    parser.add_argument("--no-families", action="store_true", help="without the generated problems behind the plots")
    parser.add_argument("--docs", default="docs", help="the folder that benchmarks.md and the plots go to (docs)")
    options = parser.parse_args()
    rows = run(options)
    target = Path(options.docs)
    figures = plots.draw(rows, target / "benchmarks", options.plot_limit)
    tables.write(rows, target / "benchmarks.md", options.limit, figures)
    wrong = [row for row in rows if row.wrong]
    for row in wrong:
        print(f"WRONG: {row.solver} says {row.answer} of {row.problem}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
