"""The ledger of a project, opened for a command."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator

from quod.ledger import FILE, Ledger, open_ledger
from quod.project import Project, ProjectError
from quod.records import is_run


def _warn(message: str) -> None:
    print(f"quod: {message}", file=sys.stderr)


@contextlib.contextmanager
def open_store(project: Project) -> Iterator[Ledger]:
    """The project's ledger inside the block, begun if there is none. Its faults cost time and are said on standard error."""
    with open_ledger(project.data / FILE, _warn) as ledger:
        with contextlib.suppress(OSError):
            project.keep()
        yield ledger


@contextlib.contextmanager
def open_existing(project: Project) -> Iterator[Ledger | None]:
    """The project's ledger inside the block, None where nothing has been kept yet."""
    if not (project.data / FILE).exists():
        yield None
        return
    with open_store(project) as ledger:
        yield ledger


def last_run(project: Project) -> dict[str, object]:
    """What the last `quod verify` found. Raises ProjectError where nothing is kept of one."""
    with open_existing(project) as ledger:
        run = ledger.last_run() if ledger is not None else None
    if run is None:
        raise ProjectError(f"{project.data / FILE}: expected the record of a run, got none; fix: run `quod verify` first")
    if not is_run(run):
        raise ProjectError(f"{project.data / FILE}: expected the record of a run, got one of another form; fix: run `quod verify` again")
    return run
