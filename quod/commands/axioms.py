"""`quod axioms`: everything that the recorded proofs rest on, with what each of it says."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from quod.catalogue import read_catalogue
from quod.commands.recorded import recorded_rows
from quod.project import find_project
from quod.rows import Exit
from quod.selection import select


def run(options: argparse.Namespace) -> int:
    """Prints trusts and assumptions of each selected claim; exit 4 where a claim has no recorded proof."""
    from quod.kernel.axioms import DESCRIPTIONS

    catalogue = read_catalogue(find_project(Path.cwd()))
    for problem in catalogue.problems:
        print(problem, file=sys.stderr)
    claims = select(catalogue.entries, options.selectors)
    rows = recorded_rows(catalogue, claims)
    proofs = {claim.id: _proof(rows[claim.id]) for claim in claims}
    if options.json:
        keys = ("verdict", "method", "trusts", "assumes")
        print(
            json.dumps(
                [{"id": id, **{key: proof[key] if proof else None for key in keys}} for id, proof in proofs.items()],
                ensure_ascii=False,
                indent=1,
            )
        )
    else:
        print("\n\n".join(_page(id, proof, DESCRIPTIONS) for id, proof in proofs.items()))
    if catalogue.problems:
        return Exit.INPUT
    return Exit.GREEN if all(proofs.values()) else Exit.WEAK


def _proof(row: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """The recorded proof in a row, None unless it is one."""
    return row["proof"] if row is not None and row["proof"] is not None and row["proof"]["verdict"] == "PROVED" else None


def _page(id: str, proof: Mapping[str, Any] | None, meanings: Mapping[str, str]) -> str:
    if proof is None:
        return f"{id}\n  no proof is recorded for it as it stands; `quod verify {id}` looks for one"
    lines = [id, f"  method: {proof['method']}"]
    width = max((len(name) for name in proof["trusts"]), default=0)
    lines += ["  trusts:" if proof["trusts"] else "  trusts nothing beyond the kernel"]
    lines += [f"    {name:<{width}}  {meanings.get(name, 'outside the kernel')}" for name in proof["trusts"]]
    lines += ["  assumes:" if proof["assumes"] else "  assumes nothing"]
    lines += [f"    {name}" for name in proof["assumes"]]
    return "\n".join(lines)
