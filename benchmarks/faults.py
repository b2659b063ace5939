"""Inject faults into runs of `quod verify`, and count what did not survive them.

    python benchmarks/faults.py [--rounds N] [--seed S] [--only KIND,…] [--folder FOLDER]

For each kind of fault, N rounds on a small generated project: kill −9 of the run, of a worker, of the process in which a solver works;
provers that hang, eat memory, crash, write rubbish or lie; a full disk, a read-only, a damaged or half-written ledger; two runs at once;
Ctrl-C; a clock that jumps. After each, the ledger is read and the run continued. Prints a line for each failure and a table. Exit code 1
if a run was lost or a record wrong. Linux; as root the full disk is a real one.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.faults.project import Small
from tests.faults.scenarios import SCENARIOS


def inject(name: str, rounds: int, seed: int, folder: Path) -> tuple[int, int, int]:
    """(faults, runs lost, wrong records) of so many rounds of one kind."""
    faults = lost = wrong = 0
    small = Small(folder / name)
    small.write()
    small.folder.chmod(0o755)
    for number in range(rounds):
        outcome = SCENARIOS[name](small, random.Random(f"{seed}/{name}/{number}"))
        faults += outcome.faults
        lost += any(complaint.startswith("lost") for complaint in outcome.complaints)
        wrong += sum(complaint.startswith("wrong") for complaint in outcome.complaints)
        for complaint in outcome.complaints:
            print(f"{name}, round {number}: {complaint}", flush=True)
    return faults, lost, wrong


def main() -> int:
    """Injects what the command line names."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="rounds of each kind (default 5)")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="of the moments and places (default 0)")
    parser.add_argument("--only", default=",".join(SCENARIOS), metavar="KIND,…", help=", ".join(SCENARIOS))
    parser.add_argument("--folder", type=Path, metavar="FOLDER", help="where the projects lie (default: a temporary folder)")
    options = parser.parse_args()
    chosen = options.only.split(",")
    if not set(chosen) <= set(SCENARIOS):
        parser.error(f"expected kinds out of {', '.join(SCENARIOS)}, got {options.only}")
    print(f"{'kind':<14} {'rounds':>6} {'faults':>6} {'runs lost':>9} {'wrong records':>13} {'seconds':>8}")
    total = [0, 0, 0]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        for name in chosen:
            started = time.monotonic()
            figures = inject(name, options.rounds, options.seed, options.folder or Path(folder))
            total = [a + b for a, b in zip(total, figures, strict=True)]
            counts = f"{options.rounds:>6} {figures[0]:>6} {figures[1]:>9} {figures[2]:>13} {time.monotonic() - started:>8.0f}"
            print(f"{name:<14} {counts}", flush=True)
    print(f"{'all':<14} {options.rounds * len(chosen):>6} {total[0]:>6} {total[1]:>9} {total[2]:>13}")
    return 1 if total[1] or total[2] else 0


if __name__ == "__main__":
    sys.exit(main())
