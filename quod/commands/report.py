"""`quod report`: the last run as a Markdown table, printed or put between the markers in a README."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from quod.commands.store import last_run
from quod.project import ProjectError, find_project, replace
from quod.report.markdown import BEGIN, END, table
from quod.rows import Exit


def run(options: argparse.Namespace) -> int:
    """Prints the table, or brings the block in the README up to date."""
    project = find_project(Path.cwd())
    text = table(last_run(project))
    if options.readme is None:
        print(text)
        return Exit.GREEN
    file = Path(options.readme)
    try:
        before = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ProjectError(f"{file}: expected a readable README ({error}); fix: name the file after --readme") from None
    after = _with_block(file, before, text)
    if options.check:
        if after != before:
            print(f"{file}: the table is out of date; fix: quod report --readme {file}", file=sys.stderr)
        return Exit.GREEN if after == before else Exit.WEAK
    if after != before:
        replace(file, after)
    print(f"{file}: {'up to date' if after == before else 'rewritten'}")
    return Exit.GREEN


def _with_block(file: Path, text: str, block: str) -> str:
    """The README with what stands between the markers replaced. Raises ProjectError unless each marker stands there once."""
    if text.count(BEGIN) != 1 or text.count(END) != 1 or text.index(BEGIN) > text.index(END):
        raise ProjectError(f"{file}: expected one block between {BEGIN} and {END}; fix: put the two lines where the table belongs")
    head, _, rest = text.partition(BEGIN)
    return f"{head}{BEGIN}\n{block}\n{END}{rest.partition(END)[2]}"
