"""Searching for proofs against replaying their certificates: claim by claim, and all certificates in one process.

Each measurement is the CPU time of a fresh process, in seconds, of which the median is printed. The search is that of `quod prove`'s
engines without the replay at its end; the replay is the kernel's, of one certificate, nothing being remembered from the search.

Usage: python -m benchmarks.replay [RUNS] [PREFIX…]     from the root of a checkout whose claims have been verified
"""

from __future__ import annotations

import gc
import platform
import statistics
import sys
import time
from pathlib import Path

from quod.ledger import FILE, Stored, open_ledger
from quod.processes import Finished, Limits, Task, run
from quod.project import find_project, load

LIMITS = Limits(600.0, 4 << 30)
LONG = 1.0
"""Claims whose search took longer than this are searched for again; their certificates may take a tenth of it at most."""


def replay(certificates: list[str]) -> float:
    """CPU seconds of replaying the certificates one after the other, with one memory, as `quod recheck` does."""
    from quod.kernel import certificate

    gc.disable()
    started = time.process_time()
    memory: certificate.Memory = {}
    for text in certificates:
        certificate.replay(text, memory)
    return time.process_time() - started


def search(root: str, claim: str) -> float:
    """CPU seconds of the search for a claim's proof."""
    from quod.provers.portfolio import prove

    found = load(find_project(Path(root)), ("spec", "proofs")).claims[claim]
    verdict, _ = prove(found, time.monotonic() + LIMITS.seconds)
    if verdict.kind != "PROVED":
        raise SystemExit(f"{claim}: {verdict.kind} ({verdict.reason})")
    return float(verdict.figures["search_seconds"])


def median(runs: int, task: Task) -> float:
    """The median of what a function returns in several processes."""
    values = []
    for _ in range(runs):
        outcome = run(task.function, *task.args, limits=LIMITS)
        if not isinstance(outcome, Finished) or not isinstance(outcome.value, float):
            raise SystemExit(f"{task.function}: {getattr(outcome, 'reason', outcome)}")
        values.append(outcome.value)
    return statistics.median(values)


def stored(root: Path) -> dict[str, Stored]:
    """The latest certificate of every claim."""
    with open_ledger(root / ".quod" / FILE, print) as ledger:
        return {found.claim: found for found in ledger.certificates()}


def main() -> None:
    """Prints a line for each claim whose search took more than LONG seconds, and the totals."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    project = find_project(Path.cwd())
    proofs = {id: proof for id, proof in stored(project.root).items() if not sys.argv[2:] or id.startswith(tuple(sys.argv[2:]))}
    print(f"Python {platform.python_version()}, {platform.machine()}, {platform.system()}; CPU seconds, medians of {runs} processes")
    worst = 0.0
    for id, proof in sorted(proofs.items(), key=lambda item: -float(item[1].record["figures"]["search_seconds"])):
        if float(proof.record["figures"]["search_seconds"]) <= LONG:
            break
        searched = median(runs, Task("benchmarks.replay:search", (str(project.root), id)))
        replayed = median(runs, Task("benchmarks.replay:replay", ([proof.certificate],)))
        worst = max(worst, replayed / searched)
        print(f"{id}: search {searched:.2f}, replay {replayed:.3f}, ratio {replayed / searched:.3f}")
    total = median(runs, Task("benchmarks.replay:replay", ([proof.certificate for proof in proofs.values()],)))
    alone = sum(median(1, Task("benchmarks.replay:replay", ([proof.certificate],))) for proof in proofs.values())
    print(f"largest ratio {worst:.3f} (meant to be at most 0.1)")
    print(f"{len(proofs)} certificates in one process: {total:.2f} (meant to be below 2); each in a process of its own: {alone:.2f}")


if __name__ == "__main__":
    main()
