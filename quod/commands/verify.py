"""`quod verify`: the main job."""

from __future__ import annotations

import argparse
import dataclasses
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from quod import __version__
from quod import plan as planning
from quod.catalogue import read_catalogue
from quod.commands.store import open_store
from quod.lock import FAILING, FILE, Difference, Lock, differences, make_lock, read_lock
from quod.project import Problem, Project, ProjectError, find_project, load
from quod.rows import Exit, exit_code
from quod.selection import select
from quod.survey import Store, Survey, survey


def run(options: argparse.Namespace) -> int:
    """Checks what is selected, reports it, and returns the exit code."""
    started = time.monotonic()
    project = find_project(Path.cwd())
    catalogue = read_catalogue(project)
    problems = list(catalogue.problems)
    _print_problems(problems)
    if problems and not catalogue.entries:
        return Exit.INPUT
    claims = select(catalogue.entries, options.selectors, options.expression)
    locked = _lock(project, options.only) if options.locked else None
    settings = planning.Settings(options.timeout, options.memory, options.seed, options.digits, options.examples, options.attack)
    checks = tuple(check for check in options.only if check != "attack" or options.attack != "off")
    with open_store(project) as store:
        found = survey(catalogue, store) if {"impl", "proof"} & set(options.only) else Survey()
        _print_problems(found.problems)
        problems.extend(found.problems)
        plan = planning.make_plan(project, claims, checks, settings, found, None if options.again else store)
        recorded = sum(bool(record.get("cached")) for record in plan.records.values())
        finished = _execute(plan, options.jobs, store)
        rows = plan.rows()
        code = exit_code(rows, len(problems)) if finished else Exit.INTERRUPTED
        differing = _differences(options, locked, rows, catalogue.entries) if locked is not None and finished else []
        if code == Exit.GREEN and any(difference.kind in FAILING for difference in differing):
            code = Exit.WEAK
        run = {"quod": __version__, "ended": time.time(), "exit": int(code), "settings": dataclasses.asdict(settings)}
        store.add_run({**run, "problems": [str(problem) for problem in problems], "rows": rows})
    _print(rows, plan, len(problems), time.monotonic() - started, recorded)
    if locked is not None and finished:
        _print_differences(differing)
    if not finished:
        print("quod: interrupted; the results so far are recorded, and a second run goes on from there", file=sys.stderr)
    _write(options, rows, [str(problem) for problem in problems])
    return code


def _print_problems(problems: Sequence[Problem]) -> None:
    for problem in problems:
        print(problem, file=sys.stderr)


def _lock(project: Project, checks: Sequence[str]) -> Lock:
    """The project's lock, read before anything is run. Raises ProjectError."""
    if "proof" not in checks:
        raise ProjectError(f"--locked: expected proof among the checks, got --only {','.join(checks)}; fix: add proof to --only")
    return read_lock(project.root / FILE)


def _differences(options: argparse.Namespace, locked: Lock, rows: list[dict[str, Any]], known: Iterable[str]) -> list[Difference]:
    whole = not options.selectors and options.expression is None
    return differences(locked, make_lock(rows), known, whole=whole, sampled="fuzz" in options.only)


def _print_differences(differing: Sequence[Difference]) -> None:
    for difference in differing:
        print(difference)
    failing = sum(difference.kind in FAILING for difference in differing)
    fix = "; fix: find out why, or run `quod lock` and have the diff of it reviewed"
    print(f"{FILE}: {f'{failing} difference' + ('s' if failing > 1 else '') + fix if failing else 'every claim is as it was locked'}")


def _execute(plan: planning.Plan, jobs: int, store: Store) -> bool:
    """Runs what is due with a live display; False if the user interrupted it."""
    from quod.report.console import Display, console

    try:
        with Display(console(), len(plan.due)) as display:
            for _ in planning.execute(plan, jobs, store, display.report):
                pass
    except KeyboardInterrupt:
        return False
    return True


def _print(rows: list[dict[str, Any]], plan: planning.Plan, problems: int, seconds: float, recorded: int) -> None:
    from quod.report.console import console, print_findings, print_tables, summary

    target = console()
    print_tables(target, rows, plan.checks)
    print_findings(target, rows, _statements(plan.project, rows))
    target.print(summary(rows, plan.checks, problems, seconds, recorded, len(plan.due)), soft_wrap=True)


def _statements(project: Project, rows: list[dict[str, Any]]) -> dict[str, str]:
    """The statements of the claims that are not green, as a person reads them."""
    if all(row["green"] for row in rows):
        return {}
    from quod.report.finding import statement

    claims = load(project).claims
    return {row["id"]: statement(claims[row["id"]]) for row in rows if not row["green"]}


def _write(options: argparse.Namespace, rows: list[dict[str, Any]], problems: list[str]) -> None:
    """The files that were asked for. Raises ProjectError."""
    from quod.report import files

    try:
        if options.json:
            files.write_json(Path(options.json), rows)
        if options.junit:
            files.write_junit(Path(options.junit), rows, problems)
    except OSError as error:
        raise ProjectError(f"{error.filename}: cannot be written ({error.strerror}); fix: name a file in a folder that exists") from None
