"""`quod recheck`: every stored certificate once more, by the kernel alone."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from quod.commands.store import open_existing
from quod.project import ProjectError, find_project, replace
from quod.recheck import OUTCOMES, Finding, read_statements, recheck
from quod.rows import Exit
from quod.selection import select

_WORST = (Exit.CONFLICT, Exit.REFUTED, Exit.INPUT, Exit.WEAK)


def run(options: argparse.Namespace) -> int:
    """Replays the certificates of the selected claims, says what does not check, and returns the exit code."""
    started = time.monotonic()
    project = find_project(Path.cwd())
    stated = read_statements(project)
    for problem in stated.problems:
        print(problem, file=sys.stderr)
    if stated.problems and not stated.entries:
        return Exit.INPUT
    claims = select(stated.entries, options.selectors, options.expression)
    findings: list[Finding] = []
    processes, interrupted = 0, False
    with open_existing(project) as store:
        try:
            processes = recheck(claims, stated, store, (options.timeout, options.memory << 20), options.jobs, findings.append)
        except KeyboardInterrupt:
            interrupted = True
    order = {claim.id: number for number, claim in enumerate(claims)}
    findings.sort(key=lambda finding: order[finding.entry.id])
    for finding in findings:
        if OUTCOMES[finding.outcome] != Exit.GREEN:
            print(f"{finding.outcome.upper():<8} {finding.entry.id}  {finding.entry.place}\n    {' '.join(finding.reason.split())}")
    print(_summary(findings, len(claims), processes, time.monotonic() - started))
    _write(options.json, findings)
    if interrupted:
        print("quod: interrupted; nothing was changed", file=sys.stderr)
        return Exit.INTERRUPTED
    codes = {OUTCOMES[finding.outcome] for finding in findings} | ({Exit.INPUT} if stated.problems else set())
    return next((code for code in _WORST if code in codes), Exit.GREEN)


def _summary(findings: Sequence[Finding], claims: int, processes: int, seconds: float) -> str:
    """The last line: how many of each outcome, how much was replayed, and how long that and the search took."""
    counts = Counter(finding.outcome for finding in findings)
    rows = [finding.row() for finding in findings]
    steps, decided = sum(row["steps"] for row in rows), sum(row["decided"] for row in rows)
    replayed, searched = sum(row["seconds"] for row in rows), sum(row["searched"] for row in rows)
    parts = [f"{counts[outcome]} {outcome}" for outcome in OUTCOMES if counts[outcome]]
    left = claims - len(findings)
    parts += [f"{left} not reached"] if left else []
    solvers = sum(bool({"z3", "cvc5", "z3, cvc5 agree"} & set(row["trusts"])) for row in rows)
    where = f" in {processes} process{'es' if processes > 1 else ''}" if processes else ""
    return (
        f"{claims} claim{'s' if claims != 1 else ''}: {', '.join(parts)}; {steps} steps, {decided} of them one-variable decisions; "
        + (f"{solvers} rest on the word of a solver; " if solvers else "")
        + f"{seconds:.1f} s{where} ({replayed:.1f} s of CPU; to find them took {searched:.1f} s)"
    )


def _write(file: str | None, findings: Sequence[Finding]) -> None:
    if not file:
        return
    try:
        replace(Path(file), json.dumps([finding.row() for finding in findings], ensure_ascii=False, indent=1) + "\n")
    except OSError as error:
        raise ProjectError(f"{file}: cannot be written ({error.strerror}); fix: name a file in a folder that exists") from None
