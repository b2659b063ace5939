"""`quod list`: the claims there are, with their sentences. Imports no engine, so that it answers at once."""

from __future__ import annotations

import argparse
import itertools
import json
import sys
from pathlib import Path

from quod.project import find_project, load
from quod.rows import Exit
from quod.selection import select


def run(options: argparse.Namespace) -> int:
    """Prints the selected claims, topic by topic."""
    loaded = load(find_project(Path.cwd()))
    for problem in loaded.problems:
        print(problem, file=sys.stderr)
    if loaded.problems and not loaded.claims:
        return Exit.INPUT
    claims = select(loaded.claims, options.selectors, options.expression)
    broken = [claim for claim in claims if claim.error is not None]
    if options.json:
        keys = ("id", "topic", "sentence", "digest", "expect", "error")
        rows = [{**{key: getattr(claim, key) for key in keys}, "source": str(claim.source), "place": str(claim.place)} for claim in claims]
        print(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        for topic, members in itertools.groupby(claims, key=lambda claim: claim.topic):
            print(topic)
            for claim in members:
                print(f"  {claim.name}\n      {claim.sentence or '(no sentence)'}")
        count = len(claims)
        print(f"{count} claim{'s' if count != 1 else ''}")
    for claim in broken:
        print(f"{claim.place}: {claim.id}: {claim.error}", file=sys.stderr)
    return Exit.INPUT if loaded.problems or broken else Exit.GREEN
