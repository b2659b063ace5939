"""`quod attack`: every side from which claims are attacked, and nothing else."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from quod import plan as planning
from quod.catalogue import read_catalogue
from quod.commands.store import open_store
from quod.project import ProjectError, find_project, replace
from quod.report.finding import attack_counts, attack_summary, finding_lines
from quod.rows import Exit, exit_code, point
from quod.selection import select
from quod.survey import Survey


def run(options: argparse.Namespace) -> int:
    """Attacks what is selected, prints the findings by claim, then their counts."""
    project = find_project(Path.cwd())
    catalogue = read_catalogue(project)
    for problem in catalogue.problems:
        print(problem, file=sys.stderr)
    if catalogue.problems and not catalogue.entries:
        return Exit.INPUT
    claims = select(catalogue.entries, options.selectors, options.expression)
    level = "deep" if options.deep else "quick"
    settings = planning.Settings(timeout=options.timeout, memory=options.memory, seed=options.seed, attack=level)
    with open_store(project) as store:
        plan = planning.make_plan(project, claims, ("attack",), settings, Survey(), None if options.again else store)
        finished = _execute(plan, options.jobs, store)
    rows = plan.rows()
    for row in rows:
        _print(row, every=options.all)
    print(f"{len(rows)} claim{'s' if len(rows) != 1 else ''} attacked: {attack_summary(attack_counts(rows)) or 'no findings'}")
    if not finished:
        print("quod: interrupted; the results so far are recorded, and a second run goes on from there", file=sys.stderr)
    if options.json:
        _write(Path(options.json), rows)
    return exit_code(rows, len(catalogue.problems)) if finished else Exit.INTERRUPTED


def _execute(plan: planning.Plan, jobs: int, store: Any) -> bool:
    """Runs what is due with a live display; False if the user interrupted it."""
    from quod.report.console import Display, console

    try:
        with Display(console(), len(plan.due)) as display:
            for _ in planning.execute(plan, jobs, store, display.report):
                pass
    except KeyboardInterrupt:
        return False
    return True


def _print(row: Mapping[str, Any], *, every: bool) -> None:
    """A claim with its findings; those that are undecided are only counted, unless `every` is asked for."""
    record = row["attack"]
    findings = record.get("findings", [])
    shown = [finding for finding in findings if every or finding["outcome"] != "undecided"]
    print(f"{row['id']}: {record['verdict'] if not row['green'] else attack_summary(attack_counts([row])) or record['reason']}")
    if not row["green"]:
        where = f" at {point(record['witness'])}" if record["witness"] is not None else ""
        print(f"  {record['verdict']}{where}: {record['reason']}")
    for line in finding_lines(shown):
        print(f"  {line}")


def _write(file: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    data = [{"id": row["id"], "digest": row["digest"], **{key: row["attack"].get(key) for key in _WRITTEN}} for row in rows]
    try:
        replace(file, json.dumps(data, ensure_ascii=False, indent=1) + "\n")
    except OSError as error:
        raise ProjectError(f"{file}: cannot be written ({error.strerror}); fix: name a file in a folder that exists") from None


_WRITTEN = ("verdict", "reason", "figures", "findings", "seconds")
