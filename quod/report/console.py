"""What a person sees of a run: a live display while it goes on, a table per topic, what is wrong in full, and a summary line."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from types import TracebackType
from typing import IO, Any, Self

from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from quod.plan import Job
from quod.report.finding import attack_counts, attack_summary
from quod.rows import CHECKS, UNREAD, point, shortfalls

Row = Mapping[str, Any]
STYLES = {
    "PROVED": "green",
    "SAMPLED": "cyan",
    "UNKNOWN": "yellow",
    "VACUOUS": "magenta",
    "REFUTED": "bold red",
    "CONFLICT": "bold white on red",
    "ERROR": "bold red",
}
_PROGRAMS = ("FLINT", "z3", "cvc5", "z3, cvc5 agree")
_LONGEST = 800
_WIDTH = 140
"""Columns where the output is no terminal."""


def console(file: IO[str] | None = None) -> Console:
    """A console on standard output, or on `file`; wide where nobody's terminal limits it."""
    made = Console(file=file, highlight=False)
    return made if made.is_terminal else Console(file=file, highlight=False, width=_WIDTH)


class Display:
    """The live display of a run on a terminal: how far it is, and what the workers are at. Elsewhere it prints nothing."""

    def __init__(self, target: Console, total: int) -> None:
        self._total, self._ended = total, 0
        self._running: dict[str, None] = {}
        self._kinds: Counter[str] = Counter()
        self._live = Live(console=target, refresh_per_second=8, transient=True) if target.is_terminal and total else None

    def __enter__(self) -> Self:
        if self._live is not None:
            self._live.start()
            self._draw()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._live is not None:
            self._live.stop()

    def report(self, job: Job, record: Mapping[str, Any] | None) -> None:
        """Takes note that a job is taken up (record None) or has ended."""
        name = f"{job.claim.id}::{job.check}"
        if record is None:
            self._running[name] = None
        else:
            self._running.pop(name, None)
            self._ended += 1
            self._kinds[str(record["verdict"])] += 1
        self._draw()

    def _draw(self) -> None:
        if self._live is None:
            return
        grid = Table.grid(padding=(0, 1))
        grid.add_row(ProgressBar(self._total, self._ended, width=30), f"{self._ended}/{self._total} checks", _counts(self._kinds))
        lines = Table.grid()
        lines.add_row(grid)
        for name in list(self._running)[:8]:
            lines.add_row(Text(f"  {name}", style="dim"))
        self._live.update(lines)


def _counts(kinds: Mapping[str, int]) -> Text:
    parts = [Text(f"{kinds[kind]} {kind.lower()}", style=style) for kind, style in STYLES.items() if kinds.get(kind)]
    return Text(", ").join(parts)


def print_tables(target: Console, rows: Sequence[Row], checks: Sequence[str]) -> None:
    """One table per topic."""
    for topic, members in itertools.groupby(rows, key=lambda row: row["topic"]):
        table = Table(title=str(topic), title_justify="left", title_style="bold", box=None, padding=(0, 2, 0, 0), header_style="dim")
        table.add_column("claim", overflow="fold", min_width=24)
        table.add_column("verdict", no_wrap=True, min_width=8)
        for heading in ("method", *(check for check in checks if check != "proof"), "trusts"):
            table.add_column(heading, no_wrap=True)
        table.add_column("s", justify="right", no_wrap=True, min_width=6)
        for row in members:
            cells = [_cell(row[check], check) for check in checks if check != "proof"]
            verdict = Text(str(row["verdict"]), style=STYLES[str(row["verdict"])])
            name = str(row["id"]).rpartition(".")[2]
            table.add_row(Text(name), verdict, Text(str(row["method"])), *cells, _trusts(row["trusts"]), f"{row['seconds']:.2f}")
        target.print(table)
        target.print()


def _cell(record: Mapping[str, Any], check: str) -> Text:
    """One check in few characters: ✓ with its figure, – where there is nothing to check, else the verdict."""
    kind, figures = str(record["verdict"]), record["figures"]
    if record["reason"] == UNREAD:
        return Text("–", style="dim")
    if kind in ("SAMPLED", "PROVED"):
        if check == "fuzz" and "points" in figures:
            return Text(f"✓ {figures['points'] + figures.get('touched', 0)} points", style="green")
        if check == "impl" and "max_ulp" in figures:
            return Text(f"✓ {float(figures['max_ulp']):.3g} ulp", style="green")
        if check == "attack" and "twins" in figures:
            return Text(f"✓ {figures.get('twin refuted', 0)}/{figures['twins']} twins refuted", style="green")
        return Text("✓", style="green")
    if figures.get("implementations") == 0 or (kind == "UNKNOWN" and figures.get("variables") == 0):
        return Text("–", style="dim")
    return Text(kind, style=STYLES[kind] if kind != "UNKNOWN" or "implementations" not in figures else "dim")


def _trusts(names: Sequence[str]) -> Text:
    """Programs by name, axioms by their number: `quod axioms` spells them out."""
    programs = [name for name in names if name in _PROGRAMS]
    axioms = len(names) - len(programs)
    parts = [*programs, *([f"{axioms} axiom{'s' if axioms > 1 else ''}"] if axioms else [])]
    return Text(", ".join(parts))


def print_findings(target: Console, rows: Iterable[Row], statements: Mapping[str, str]) -> None:
    """Everything that keeps the run from being green: the statement, the verdicts, witnesses and reasons."""
    for row in rows:
        if row["green"]:
            continue
        label, style = _label(row)
        target.print(Text.assemble((f"{label} ", style), (str(row["id"]), "bold"), f"  {row['place']}"), soft_wrap=True)
        for line in finding(row, statements.get(str(row["id"]), "")):
            target.print(Text(f"    {line}"), soft_wrap=True)
        target.print()


def _label(row: Row) -> tuple[str, str]:
    """What is wrong with a row, in two words: its verdict, or the check that fails a claim whose verdict is as required."""
    verdict = str(row["verdict"])
    if verdict != row["expect"]:
        return verdict, STYLES[verdict]
    check, kind = shortfalls(str(row["expect"]), _asked(row))[0]
    return f"{check} {kind}", STYLES[kind]


def _asked(row: Row) -> dict[str, Mapping[str, Any]]:
    return {check: row[check] for check in CHECKS if row[check] is not None}


def finding(row: Row, statement: str) -> list[str]:
    """The lines that explain a row that is not green."""
    lines = [str(row["sentence"]), statement] if statement else []
    asked = _asked(row)
    for check, kind in shortfalls(str(row["expect"]), asked):
        record = asked[check]
        if record["reason"] == UNREAD:
            continue
        witness = f" at {_brief(point(record['witness']))}" if record["witness"] is not None else ""
        reason = f": {_brief(str(record['reason']))}" if record["reason"] else ""
        lines.append(f"{check} {kind}{witness}{reason}")
    if row["verdict"] == "CONFLICT":
        lines.append(f"conflict: {_brief(str(row['reason']))}")
    return lines


def _brief(text: str) -> str:
    """A text on one line, its middle left out where it would fill the screen; `--json` holds all of it."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST // 2]} […] {line[-_LONGEST // 2 :]}"


def summary(rows: Sequence[Row], checks: Sequence[str], problems: int, seconds: float, recorded: int, run: int) -> Text:
    """The last line of a run, in which `recorded` results came from the ledger and `run` checks were due."""
    kinds = Counter(str(row["verdict"]) for row in rows)
    weak = sum(not row["green"] for row in rows)
    claims = f"{len(rows)} claim{'s' if len(rows) != 1 else ''}"
    parts = [Text(f"{claims}: "), _counts(kinds)]
    if tuple(checks) != CHECKS:
        parts.append(Text(f"; only {', '.join(checks)}"))
    if weak:
        parts.append(Text(f"; {weak} not green", style="bold red"))
    if problems:
        parts.append(Text(f"; {problems} file problem{'s' if problems != 1 else ''}", style="bold red"))
    attacked = attack_counts(rows)
    if attacked:
        parts.append(Text(f"; {attack_summary({name: count for name, count in attacked.items() if name.startswith('twin ')})}"))
    parts.append(Text(f"; {recorded} of {recorded + run} checks from the ledger; {seconds:.1f} s"))
    return Text.assemble(*parts)
