"""`quod lock`: what every claim rests on, from the recorded results into `trust.lock`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from quod.catalogue import read_catalogue
from quod.commands.recorded import recorded_rows
from quod.lock import FAILING, FILE, Lock, differences, make_lock, read_lock, write_lock
from quod.project import ProjectError, find_project, shown
from quod.rows import Exit

_MISSING = "not recorded"
_NAMED = 5


def run(options: argparse.Namespace) -> int:
    """Writes the lock, or with --check only compares; exit 4 where a claim has no recorded proof, or where --check finds a difference."""
    project = find_project(Path.cwd())
    catalogue = read_catalogue(project)
    for problem in catalogue.problems:
        print(problem, file=sys.stderr)
    if catalogue.problems:
        return Exit.INPUT
    if not catalogue.entries:
        raise ProjectError(f"{project.folder('spec')}: expected claims, got none; fix: `quod new TOPIC.NAME` starts one")
    rows = recorded_rows(catalogue, catalogue.entries.values())
    unknown = [id for id, row in rows.items() if not _is_recorded(row)]
    if unknown:
        named = ", ".join(unknown[:_NAMED]) + (f" and {len(unknown) - _NAMED} more" if len(unknown) > _NAMED else "")
        print(f"quod: no proof is recorded for {named} as it stands; fix: run `quod verify`, then `quod lock`", file=sys.stderr)
        return Exit.WEAK
    file = project.root / FILE
    found = make_lock(row for row in rows.values() if row is not None)
    locked = read_lock(file) if options.check else _former(file)
    differing = differences(locked, found, catalogue.entries, whole=True)
    for difference in differing if locked.claims else ():
        print(difference)
    counted = f"{shown(file)}: {len(found.claims)} claims, {len(found.meanings)} trusted names"
    if options.check:
        stale = sum(difference.kind in FAILING for difference in differing)
        print(f"{counted}; {f'{stale} difference' + ('s' if stale > 1 else '') + '; fix: run `quod lock`' if stale else 'up to date'}")
        return Exit.WEAK if stale else Exit.GREEN
    print(f"{counted}; {'written' if write_lock(file, found) else 'up to date'}")
    return Exit.GREEN


def _former(file: Path) -> Lock:
    """The lock that is to be replaced, empty where there is none that can be read."""
    try:
        return read_lock(file)
    except ProjectError:
        return Lock({}, {})


def _is_recorded(row: Mapping[str, Any] | None) -> bool:
    """Whether the ledger holds how the proof of a claim ended."""
    return (
        row is not None and row["proof"] is not None and not (row["proof"]["verdict"] == "UNKNOWN" and row["proof"]["reason"] == _MISSING)
    )
