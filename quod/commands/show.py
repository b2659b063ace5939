"""`quod show`: one claim in full."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from quod.catalogue import Catalogue, entry
from quod.commands.recorded import recorded_rows
from quod.kernel.theorem import KernelError
from quod.lang.binding import unfold
from quod.lang.claim import Claim
from quod.lang.node import Node
from quod.lang.terms import TermError
from quod.lang.text import to_text
from quod.project import find_project, load
from quod.report.finding import finding_lines, variables
from quod.rows import CHECKS, UNREAD, Exit, point
from quod.selection import select

_PATIENCE = 5.0


def run(options: argparse.Namespace) -> int:
    """Prints the selected claims in the form that was asked for."""
    loaded = load(find_project(Path.cwd()))
    for problem in loaded.problems:
        print(problem, file=sys.stderr)
    claims = select(loaded.claims, options.selectors)
    readable = [claim for claim in claims if claim.error is None]
    for claim in claims:
        if claim.error is not None:
            print(f"{claim.place}: {claim.id}: {claim.error}", file=sys.stderr)
    if options.latex or options.smt2:
        readable = [claim for claim in readable if _write(claim, options.latex)]
    else:
        rows = recorded_rows(Catalogue(loaded.project, {}, loaded.problems), map(entry, claims))
        if options.json:
            print(json.dumps([_data(claim, rows[claim.id]) for claim in claims], ensure_ascii=False, indent=1))
        else:
            print("\n\n".join(_page(claim, rows[claim.id]) for claim in claims))
    return Exit.GREEN if len(readable) == len(claims) and not loaded.problems else Exit.INPUT


def _write(claim: Claim, as_latex: bool) -> bool:
    """Prints the statement in LaTeX, or its negation as an SMT-LIB problem; False, with the reason said, if it has no such form."""
    try:
        if as_latex:
            from quod.lang.latex import to_latex

            print(to_latex(claim.statement))
        else:
            from quod.lang.smtlib import to_smtlib

            try:
                text = to_smtlib(_without_derivatives(claim))
            except TermError:
                text = to_smtlib(claim.statement)
            print(f"; {claim.id}: {claim.sentence}\n{text}")
    except TermError as error:
        print(f"{claim.place}: {claim.id}: {error}", file=sys.stderr)
        return False
    return True


def _without_derivatives(claim: Claim) -> Node:
    """The statement, its derivatives written out, where the conditions for that are proved in a few seconds; SMT-LIB has none."""
    from quod.provers import clock, derivatives
    from quod.provers.automation import Automation
    from quod.provers.session import OutOfTime, Session

    if not derivatives.occurrences(unfold(claim.statement)):
        return claim.statement
    session = Session(clock.now() + _PATIENCE)
    try:
        return derivatives.without(claim.statement, Automation(session, effort=1.0).prove, session)
    except (KernelError, OutOfTime):
        return claim.statement


def _data(claim: Claim, row: Mapping[str, Any] | None) -> dict[str, Any]:
    """A claim as JSON data; `row` is its last recorded row."""
    keys = ("id", "topic", "sentence", "digest", "expect", "error")
    return {
        **{key: getattr(claim, key) for key in keys},
        "source": str(claim.source),
        "place": str(claim.place),
        "statement": to_text(claim.statement) if claim.error is None else None,
        "variables": {parameter.name: str(parameter.variable.sort) for parameter in claim.parameters},
        "hypotheses": [to_text(hypothesis) for hypothesis in claim.hypotheses],
        "tight": [{name: to_text(value) for name, value in point.items()} for point in claim.tight],
        "recorded": row,
    }


def _page(claim: Claim, row: Mapping[str, Any] | None) -> str:
    """A claim as a person reads it."""
    lines = [("", claim.sentence)]
    if claim.error is None:
        lines.append(("statement", to_text(claim.conclusion)))
        lines.append(("for all", ", ".join(variables(claim)) or "no variables"))
        lines.extend(("where" if not number else "", to_text(hypothesis)) for number, hypothesis in enumerate(claim.hypotheses))
        lines.append(
            (
                "tight at",
                "; ".join(point({name: to_text(value) for name, value in place.items()}) for place in claim.tight) or "no point named",
            )
        )
    else:
        lines.append(("error", claim.error))
    lines += [("source", str(claim.source)), ("file", str(claim.place)), ("digest", claim.digest)]
    lines += _evidence(claim, row)
    width = max(len(label) for label, _ in lines)
    return "\n".join([claim.id, *(f"  {label:<{width}}  {text}".rstrip() for label, text in lines if label or text)])


def _evidence(claim: Claim, row: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    """What is recorded about a claim, as labelled lines."""
    if row is None:
        return [("verdict", f"nothing is recorded for it as it stands; `quod verify {claim.id}` finds out")]
    lines = [("verdict", f"{row['verdict']} (required: {row['expect']})")]
    if row["reason"]:
        lines.append(("reason", str(row["reason"])))
    lines.append(("method", str(row["method"]) or "none"))
    lines.append(("trusts", ", ".join(row["trusts"]) or "nothing beyond the kernel" if row["verdict"] == "PROVED" else "no proof"))
    lines.append(("assumes", "; ".join(row["assumes"]) or "nothing"))
    for check in CHECKS:
        record = row[check]
        if record is not None and record["reason"] != UNREAD:
            figures = ", ".join(f"{name} {value}" for name, value in record["figures"].items())
            parts = [str(record["verdict"]), figures, point(record["witness"]) if record["witness"] else "", str(record["reason"])]
            lines.append((check, "; ".join(part for part in parts if part)))
            lines.extend(("", line) for line in finding_lines(record.get("findings", ())))
    return lines
