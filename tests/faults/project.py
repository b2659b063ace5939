"""A small project to break things in: runs of `quod verify` on it, what they should find, and whether its ledger still says only that."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from quod.ledger import FILE, open_ledger

ROOT = Path(__file__).parents[2]
LEDGER = Path(".quod", FILE)
PATIENCE = 10.0
MARK = "QUOD_FAULTS"
"""The environment variable by which every process of a run is known, whoever its parent is."""
SPEC = '''\
"""Small claims: true, false, with an implementation, with a script."""

from quod import D, Q, Real, claim, definition, exp


@definition
def sigmoid(x: Real):
    """The logistic function."""
    return 1 / (1 + exp(-x))


@claim(source="none")
def a_number_is_below_its_successor(x: Real):
    """A number is below its successor."""
    return x <= x + 1


@claim(source="none")
def a_number_is_below_its_square(x: Real):
    """False between 0 and 1."""
    return x <= x * x


@claim(source="none")
def slope_is_at_most_a_quarter(x: Real):
    """The slope of the logistic function is at most 1/4."""
    return D(sigmoid)(x) <= Q(1, 4)


@claim(source="none")
def victim(x: Real, y: Real):
    """Two numbers, a sum of squares."""
    return x * x + y * y >= 2 * x * y
'''
IMPL = '''\
import numpy as np

from quod import implements
from spec import small


@implements(small.sigmoid)
def sigmoid(x):
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, e) / (1 + e)
'''
SCRIPT = '''\
from quod import proves
from spec import small


@proves(small.{claim})
def _(goal, {names}):
    {fault}
    goal.have({step})
'''
CLOCK = '''\
import random
import time

_real, _dice = time.time, random.Random()
time.time = lambda: _real() + _dice.choice((0.0, 1e9, -1e9, 3600.0, -3600.0, 0.001))
'''
Finding = tuple[str, str, str]
"""(claim, check, what it found), without how long it took."""


@dataclass
class Ended:
    """A run that has ended: its exit code, what it printed, its rows by claim and check (none if it wrote none), and its seconds."""

    code: int
    out: str
    err: str
    rows: dict[tuple[str, str], dict[str, Any]]
    seconds: float

    def findings(self) -> set[Finding]:
        """What its checks found."""
        return {(claim, check, summary(record)) for (claim, check), record in self.rows.items()}

    def recorded(self) -> set[tuple[str, str]]:
        """The checks whose results it took from the ledger."""
        return {place for place, record in self.rows.items() if record.get("cached")}


def summary(record: Mapping[str, Any]) -> str:
    """What a record says, without times and counts."""
    return json.dumps([record[name] for name in ("verdict", "method", "trusts", "assumes", "witness", "reason")])


@dataclass
class Small:
    """The project in `folder`, whose undisturbed run is `reference`."""

    folder: Path
    arguments: tuple[str, ...] = ("--jobs", "2", "--examples", "10", "--only", "statement,proof,fuzz,impl")
    environment: dict[str, str] = field(default_factory=dict)
    reference: Ended | None = None

    def write(self, fault: str | None = None, claim: str = "victim") -> None:
        """The project's files; with `fault`, Python that runs in the worker that proves the claim."""
        files = {"spec/small.py": SPEC, "impl/small.py": IMPL, "clock/sitecustomize.py": CLOCK}
        if fault is not None:
            names, step = ("x, y", "x * x + y * y >= 2 * x * y") if claim == "victim" else ("x", "x <= x * x")
            files["proofs/small.py"] = SCRIPT.format(claim=claim, names=names, fault=fault, step=step)
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def forget(self) -> None:
        """Removes what quod keeps."""
        shutil.rmtree(self.folder / ".quod", ignore_errors=True)

    def start(self, *more: str, rows: str = "rows.json", **options: Any) -> subprocess.Popen[str]:
        """A run that has just begun."""
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.rows_file(rows))
        command = [sys.executable, "-m", "quod", "verify", *self.arguments, "--json", str(self.rows_file(rows)), *more]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), MARK: str(self.folder), **self.environment, **options.pop("env", {})}
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        return subprocess.Popen(command, cwd=self.folder, env=environment, start_new_session=True, **pipes, **options)

    def rows_file(self, name: str = "rows.json") -> Path:
        """Where a run writes its rows: beside the project, because the project's own folder may be full or read-only."""
        return self.folder.with_name(f"{self.folder.name}-{name}")

    def finish(self, run: subprocess.Popen[str], rows: str = "rows.json", began: float | None = None) -> Ended:
        """Waits for a run."""
        started = time.monotonic() if began is None else began
        try:
            out, err = run.communicate(timeout=120)
        except subprocess.TimeoutExpired:
            run.kill()
            out, err = run.communicate()
            err += "the run did not end within 120 s"
        found: dict[tuple[str, str], dict[str, Any]] = {}
        with contextlib.suppress(FileNotFoundError, ValueError):
            for row in json.loads(self.rows_file(rows).read_text(encoding="utf-8")):
                found |= {(row["id"], check): row[check] for check in ("statement", "proof", "fuzz", "impl") if row[check] is not None}
        return Ended(run.returncode, out, err, found, time.monotonic() - started)

    def run(self, *more: str, **options: Any) -> Ended:
        """A whole run."""
        began = time.monotonic()
        return self.finish(self.start(*more, **options), began=began)

    def undisturbed(self) -> Ended:
        """What a run finds without any fault; found once, on a ledger of its own."""
        if self.reference is None:
            self.forget()
            self.reference = self.run()
            if not self.reference.rows or self.reference.code != 1:
                raise AssertionError(f"the undisturbed run ended with {self.reference.code}: {self.reference.err}")
            self.forget()
        return self.reference

    def processes(self) -> list[int]:
        """The processes of the project's runs that are alive, by the mark in their environment."""
        found, mark = [], f"{MARK}={self.folder}".encode()
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with contextlib.suppress(OSError):
                    state = (entry / "stat").read_bytes().rpartition(b")")[2].split()[0]
                    if mark in (entry / "environ").read_bytes().split(b"\0") and state != b"Z":
                        found.append(int(entry.name))
        return found

    def workers(self) -> list[int]:
        """Those that are workers."""
        found = []
        for pid in self.processes():
            with contextlib.suppress(OSError):
                if b"quod._worker" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    found.append(pid)
        return found

    def end_everything(self) -> bool:
        """Whether no process of a run is left within PATIENCE seconds; what is left then is killed."""
        until = time.monotonic() + PATIENCE
        while self.processes() and time.monotonic() < until:
            time.sleep(0.02)
        left = self.processes()
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return not left


def kept(path: Path, reference: Mapping[tuple[str, str], Mapping[str, Any]]) -> tuple[set[tuple[str, str]], list[str]]:
    """The checks that a ledger holds results of, and what is wrong with it: damage, or a result that is not the undisturbed one."""
    if not path.exists():
        return set(), []
    wrong: list[str] = []
    with open_ledger(path, wrong.append):
        pass  # takes over what a killed run has left in its log
    found: set[tuple[str, str]] = set()
    with contextlib.closing(sqlite3.connect(path)) as connection:
        (state,) = connection.execute("PRAGMA integrity_check").fetchone()
        keys = [key for (key,) in connection.execute("SELECT key FROM results WHERE kind != 'survey'")]
        places = {key: (claim, kind) for key, claim, kind in connection.execute("SELECT key, claim, kind FROM results")}
    if state != "ok":
        wrong.append(state)
    with open_ledger(path, wrong.append) as book:
        for key in keys:
            record = book.get(key)
            if record is not None and summary(record) != summary(reference[places[key]]):
                wrong.append(f"{places[key]}: {summary(record)} instead of {summary(reference[places[key]])}")
            found.add(places[key])
    return found, wrong

