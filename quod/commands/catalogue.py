"""`quod list`: the claims there are, with their sentences. Imports no engine, so that it answers at once."""

from __future__ import annotations

import argparse
import dataclasses
import itertools
import json
import sys
from pathlib import Path

from quod.catalogue import read_catalogue
from quod.project import find_project
from quod.rows import Exit
from quod.selection import select


def run(options: argparse.Namespace) -> int:
    """Prints the selected claims, topic by topic."""
    catalogue = read_catalogue(find_project(Path.cwd()))
    for problem in catalogue.problems:
        print(problem, file=sys.stderr)
    if catalogue.problems and not catalogue.entries:
        return Exit.INPUT
    chosen = select(catalogue.entries, options.selectors, options.expression)
    if options.json:
        print(json.dumps([{**dataclasses.asdict(entry), "place": entry.place} for entry in chosen], ensure_ascii=False, indent=1))
    else:
        for topic, members in itertools.groupby(chosen, key=lambda entry: entry.topic):
            print(topic)
            for entry in members:
                print(f"  {entry.name}\n      {entry.sentence or '(no sentence)'}")
        print(f"{len(chosen)} claim{'s' if len(chosen) != 1 else ''}")
    broken = [entry for entry in chosen if entry.error is not None]
    for entry in broken:
        print(f"{entry.place}: {entry.id}: {entry.error}", file=sys.stderr)
    return Exit.INPUT if catalogue.problems or broken else Exit.GREEN
