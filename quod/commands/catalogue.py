"""`quod list`: the claims there are, with their sentences. Imports no engine, so that it answers at once.

Reading some hundred claims takes longer than a person likes to wait, so what was read is kept under a digest of the files it was read from.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import hashlib
import itertools
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from quod.engines import harness
from quod.project import Project, find_project, load
from quod.report.files import replace
from quod.rows import Exit
from quod.selection import select
from quod.sources import Sources

FILE = "catalogue.json"


@dataclass(frozen=True, slots=True)
class Entry:
    """What the list says about a claim; fields as those of a Claim, as text."""

    id: str
    topic: str
    name: str
    sentence: str
    source: str
    place: str
    digest: str
    expect: str
    error: str | None


def run(options: argparse.Namespace) -> int:
    """Prints the selected claims, topic by topic."""
    entries, problems = _entries(find_project(Path.cwd()))
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems and not entries:
        return Exit.INPUT
    chosen = select(entries, options.selectors, options.expression)
    if options.json:
        print(json.dumps([dataclasses.asdict(entry) for entry in chosen], ensure_ascii=False, indent=1))
    else:
        for topic, members in itertools.groupby(chosen, key=lambda entry: entry.topic):
            print(topic)
            for entry in members:
                print(f"  {entry.name}\n      {entry.sentence or '(no sentence)'}")
        print(f"{len(chosen)} claim{'s' if len(chosen) != 1 else ''}")
    broken = [entry for entry in chosen if entry.error is not None]
    for entry in broken:
        print(f"{entry.place}: {entry.id}: {entry.error}", file=sys.stderr)
    return Exit.INPUT if problems or broken else Exit.GREEN


def _entries(project: Project) -> tuple[Mapping[str, Entry], Sequence[str]]:
    """The claims by id and the problems of the files, as they were kept, else read now and kept."""
    sources = Sources(project)
    key = hashlib.blake2b(
        f"{sources.digest(sources.closure(project.modules('spec')))}|{harness()}|{sys.version}|{Path.cwd()}".encode(), digest_size=16
    ).hexdigest()
    file = project.data / FILE
    with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
        kept = json.loads(file.read_text(encoding="utf-8"))
        if kept["key"] == key:
            return {row["id"]: Entry(**row) for row in kept["claims"]}, [str(problem) for problem in kept["problems"]]
    loaded = load(project)
    names = [field.name for field in dataclasses.fields(Entry) if field.name not in ("source", "place")]
    entries = {
        claim.id: Entry(**{name: getattr(claim, name) for name in names}, source=str(claim.source), place=str(claim.place))
        for claim in loaded.claims.values()
    }
    problems = [str(problem) for problem in loaded.problems]
    with contextlib.suppress(OSError):
        project.keep()
        rows = [dataclasses.asdict(entry) for entry in entries.values()]
        replace(file, json.dumps({"key": key, "problems": problems, "claims": rows}, ensure_ascii=False))
    return entries, problems
