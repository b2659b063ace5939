"""The rows of a benchmark as Markdown, between two marks of a page that may say more."""

from __future__ import annotations

import datetime
import platform
import statistics
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.provers import Row

BEGIN, END = "<!-- provers: begin -->", "<!-- provers: end -->"
KINDS = ("one variable, touched", "one variable, slack", "several variables, touched", "several variables, slack", "non-theorem")
PACKAGES = {"quod": "quod", "cvc5": "cvc5", "z3": "z3-solver", "z3+lemmas": "z3-solver"}


def write(rows: Sequence[Row], page: Path, limit: float, figures: Sequence[tuple[str, str]]) -> None:
    """Puts the tables and plots between the marks of the page, which is made if it is not there."""
    text = page.read_text(encoding="utf-8") if page.exists() else f"# Benchmarks\n\n{BEGIN}\n{END}\n"
    head, mark, rest = text.partition(BEGIN)
    _, other, tail = rest.partition(END)
    if not mark or not other:
        raise ValueError(f"{page}: expected the marks {BEGIN} and {END}; fix: put them where the tables belong")
    page.parent.mkdir(parents=True, exist_ok=True)
    body = "\n\n".join(part for part in (machine(limit), table(rows), misses(rows), pictures(figures)) if part)
    page.write_text(f"{head}{BEGIN}\n\n{body}\n\n{END}{tail}", encoding="utf-8")


def machine(limit: float) -> str:
    """Versions, machine and date."""
    engines = ", ".join(f"{name} {_version(package)}" for name, package in PACKAGES.items() if "+" not in name)
    return (
        f"{datetime.date.today().isoformat()}; {engines}; Python {platform.python_version()}; {_processor()}. "
        f"CPU seconds of one process per problem, at most {limit:g}; cold counts the start and the imports, warm does not."
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "(not installed)"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.processor() or sys.platform)
    return f"{model}, {platform.system()}"


def table(rows: Sequence[Row]) -> str:
    """Solved counts per kind, medians and 95th percentiles of what was solved, wrong answers."""
    chosen = [row for row in rows if not row.family]
    if not chosen:
        return ""
    kinds = [kind for kind in KINDS if any(row.kind == kind for row in chosen)]
    lines = [
        f"| | {' | '.join(kinds)} | warm median | warm 95 % | cold median | wrong |",
        f"|---|{'---:|' * (len(kinds) + 4)}",
    ]
    for solver in dict.fromkeys(row.solver for row in chosen):
        own = [row for row in chosen if row.solver == solver]
        counts = [f"{sum(r.solved for r in own if r.kind == kind)} of {sum(1 for r in own if r.kind == kind)}" for kind in kinds]
        warm = sorted(row.warm for row in own if row.solved and row.warm is not None)
        cold = sorted(row.cold for row in own if row.solved)
        figures = [_shown(warm, statistics.median), _shown(warm, percentile), _shown(cold, statistics.median)]
        lines.append(f"| {solver} | {' | '.join(counts)} | {' | '.join(figures)} | {sum(row.wrong for row in own)} |")
    lines += ["", *_by_kind(chosen, kinds)]
    return "\n".join(lines)


def _by_kind(rows: Sequence[Row], kinds: Sequence[str]) -> list[str]:
    lines = ["quod by kind, warm:", "", "| kind | median | 95 % | slowest |", "|---|---:|---:|---:|"]
    for kind in kinds:
        warm = sorted(r.warm for r in rows if r.solver == "quod" and r.kind == kind and r.solved and r.warm is not None)
        lines.append(f"| {kind} | {_shown(warm, statistics.median)} | {_shown(warm, percentile)} | {_shown(warm, max)} |")
    return lines


def percentile(ordered: Sequence[float]) -> float:
    """The 95th percentile of sorted numbers."""
    return ordered[min(len(ordered) - 1, -(-len(ordered) * 95 // 100) - 1)]


def _shown(ordered: Sequence[float], figure: Callable[[Sequence[float]], float]) -> str:
    return f"{figure(ordered):.3f} s" if ordered else "–"


def misses(rows: Sequence[Row]) -> str:
    """What quod does not solve, and what others solve and it does not."""
    open_ones = [row.problem for row in rows if row.solver == "quod" and not row.family and not row.solved]
    if not open_ones:
        return ""
    others = {name: [r.solver for r in rows if r.problem == name and r.solved and r.solver != "quod"] for name in open_ones}
    said = [f"{name}{' (' + ', '.join(by) + ' does)' if by else ''}" for name, by in others.items()]
    return f"Not solved by quod: {', '.join(said)}."


def pictures(figures: Sequence[tuple[str, str]]) -> str:
    """The plots, as links relative to the page."""
    return "\n\n".join(f"![{title}]({link})" for title, link in figures)
