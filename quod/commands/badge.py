"""`quod badge`: the last run, and nothing else, as a picture and as JSON for a shields endpoint."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from quod.commands.store import last_run
from quod.project import ProjectError, find_project, replace
from quod.report.markdown import badge, badge_svg
from quod.rows import Exit


def run(options: argparse.Namespace) -> int:
    """Writes both files and prints what they say."""
    made = badge(last_run(find_project(Path.cwd())))
    try:
        replace(Path(options.json), json.dumps(made, ensure_ascii=False) + "\n")
        replace(Path(options.svg), badge_svg(made))
    except OSError as error:
        raise ProjectError(f"{error.filename}: cannot be written ({error.strerror}); fix: name a file in a folder that exists") from None
    print(f"{made['label']}: {made['message']} → {options.svg}, {options.json}")
    return Exit.GREEN
