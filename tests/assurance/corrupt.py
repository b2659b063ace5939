"""Corrupts certificates many times over and asks the kernel: is each one rejected, or what does it prove instead?

    python -m tests.assurance.corrupt [corruptions] [seed] [ledger]

Needs a ledger with proofs (`quod verify` makes one). A corrupted certificate is rejected cleanly, proves the very same statement, or proves
another one, which points must not refute. Anything else is a defect: another exception, too much time or memory, a false theorem.
Prints a table and every defect; the exit code is 1 if there is one. Corruption k of a seed is always the same.
"""

from __future__ import annotations

import faulthandler
import hashlib
import json
import random
import resource
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import NoReturn

from quod.kernel.certificate import replay
from quod.kernel.theorem import KernelError, Theorem
from quod.ledger import open_ledger
from tests.assurance.corruption import LOGICAL, damaged_text
from tests.assurance.tower_corruption import inside
from tests.assurance.truth import TRUE, Opinion, opinion

CPU_SECONDS = 10
"""A replay of a corrupted certificate that takes longer is a defect; the certificates themselves take at most 0.4 s."""
HANGING = 3600
"""Seconds on the clock for a hundred replays before the process ends itself."""
MEMORY = 6 << 30
REJECTED, SAME, RETRUSTED = "rejected", "the same statement", "the same statement, other trusts"
OTHER = {"true": "another statement, true at all points", "undecided": "another statement, undecided", "false": "another statement, FALSE"}
DEFECTS = ("another exception", "too long", "out of memory", OTHER["false"])


class TooLong(BaseException):
    """A replay has used up its CPU time."""


@dataclass(frozen=True, slots=True)
class Specimen:
    """A certificate and what it proves."""

    claim: str
    text: str
    theorem: Theorem


@dataclass
class Tally:
    """What became of the corruptions, by outcome and by kind of corruption, and the defects in words."""

    outcomes: Counter[str] = field(default_factory=Counter)
    kinds: Counter[tuple[str, str]] = field(default_factory=Counter)
    defects: list[str] = field(default_factory=list)
    opinions: dict[tuple[bytes, frozenset[bytes]], Opinion] = field(default_factory=dict)
    seen: set[bytes] = field(default_factory=set)


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raises TooLong inside the block after so much CPU time."""

    def stop(number: int, frame: FrameType | None) -> NoReturn:
        raise TooLong(f"{seconds:g} s of CPU time")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def specimen(claim: str, text: str) -> Specimen:
    """A certificate that holds. Raises KernelError if it does not."""
    return Specimen(claim, text, replay(text))


def stored(path: Path) -> list[Specimen]:
    """The latest certificate of each claim in a ledger."""
    texts: dict[str, str] = {}
    with open_ledger(path, print) as ledger:
        for entry in ledger.certificates():
            texts[entry.claim] = entry.certificate
    return [specimen(claim, text) for claim, text in sorted(texts.items())]


def corrupted(chosen: Specimen, rng: random.Random) -> tuple[str, str] | None:
    """(what was done, the text), or None where nothing was."""
    if rng.random() < 0.05:
        return "damaged_text", damaged_text(chosen.text, rng)
    data = json.loads(chosen.text)
    done = []
    for _ in range(rng.choice((1, 1, 1, 1, 1, 1, 2, 3))):
        if rng.random() < 0.7 and "one_variable" in chosen.text:
            name = inside(data, rng) if not done else None
        else:
            change = rng.choice(LOGICAL)
            try:
                name = change.__name__ if change(data, rng) else None
            except (TypeError, ValueError, LookupError, AttributeError):  # an earlier corruption took away what this one wants to change
                name = None if not done else "on top"
        done += [name] if name else []
    try:
        text = json.dumps(data, separators=(",", ":"))
    except RecursionError:
        return None
    return (done[0], text) if done and text != chosen.text else None


def outcome(chosen: Specimen, text: str, tally: Tally) -> tuple[str, str]:
    """(one of the outcomes above, a detail)."""
    try:
        with limited(CPU_SECONDS):
            theorem = replay(text)
    except KernelError:
        return REJECTED, ""
    except TooLong as error:
        return "too long", str(error)
    except MemoryError as error:
        return "out of memory", str(error)
    except Exception as error:  # noqa: BLE001  (what else a replay raises is what is looked for)
        return "another exception", f"{type(error).__name__}: {str(error)[:200]}"
    wanted = chosen.theorem
    if theorem.conclusion is wanted.conclusion and theorem.hypotheses == wanted.hypotheses:
        same = theorem.trusts == wanted.trusts
        return (SAME, "") if same else (RETRUSTED, f"{sorted(theorem.trusts)} in place of {sorted(wanted.trusts)}")
    key = theorem.conclusion.key, frozenset(node.key for node in theorem.hypotheses)
    if key not in tally.opinions:
        tally.opinions[key] = opinion(theorem, examples=20, seconds=1.0)
    found = tally.opinions[key]
    return OTHER[found.verdict], f"{found.detail[:300]}; trusts {sorted(theorem.trusts)}" if found.verdict != TRUE else ""


def run(specimens: Sequence[Specimen], count: int, seed: int, tally: Tally, report: bool = False) -> None:
    """`count` different corruptions, more of short certificates, and of those with proofs of the decision procedure."""
    weights = [(4 if "one_variable" in chosen.text else 1) / (1000 + len(chosen.text)) ** 1.5 for chosen in specimens]
    number = 0
    while sum(tally.outcomes.values()) < count:
        number += 1
        if number % 100 == 1:  # a replay that does not even notice its limit ends the process with a traceback
            faulthandler.dump_traceback_later(HANGING, exit=True)
        rng = random.Random(f"{seed}/{number}")
        chosen = rng.choices(specimens, weights)[0]
        made = corrupted(chosen, rng)
        if made is None:
            continue
        kind, text = made
        digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        if digest in tally.seen:
            continue
        tally.seen.add(digest)
        what, detail = outcome(chosen, text, tally)
        tally.outcomes[what] += 1
        tally.kinds[kind, what] += 1
        if what in DEFECTS or (what == RETRUSTED and report):
            line = f"{seed}/{number}: {chosen.claim}: {kind}: {what}: {detail}"
            tally.defects += [line] if what in DEFECTS else []
            print(line, flush=True)
        done = sum(tally.outcomes.values())
        if report and done % 5000 == 0:
            print(f"{done}: {dict(tally.outcomes)}, {time.process_time():.0f} s of CPU time", file=sys.stderr, flush=True)
    faulthandler.cancel_dump_traceback_later()


def main() -> int:
    """Runs the corruptions and prints the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    path = Path(sys.argv[3] if len(sys.argv) > 3 else ".quod/ledger.sqlite")
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    specimens = stored(path)
    towers = sum("one_variable" in chosen.text for chosen in specimens)
    print(f"{len(specimens)} certificates, {towers} of them with proofs of the one-variable decision procedure; seed {seed}")
    tally = Tally()
    try:
        run(specimens, count, seed, tally, report=True)
    except KeyboardInterrupt:
        print("interrupted; the figures so far:")
    print(f"{sum(tally.outcomes.values())} different corruptions in {time.process_time():.0f} s of CPU time")
    for what, times in tally.outcomes.most_common():
        print(f"{times:8} {what}")
    others = Counter(found.verdict for found in tally.opinions.values())
    print(f"other statements that are different from each other: {dict(others)}")
    print(f"{'corruption':22} {'tried':>7} {'rejected':>9}")
    for kind in sorted({kind for kind, _ in tally.kinds}):
        tried = sum(times for (name, _), times in tally.kinds.items() if name == kind)
        print(f"{kind:22} {tried:7} {tally.kinds[kind, REJECTED]:9}")
    print(f"{len(tally.defects)} defects")
    return 1 if tally.defects else 0


if __name__ == "__main__":
    sys.exit(main())
