"""Faults, one kind per function: each is injected at a moment or place drawn from `dice`, and what must hold then is checked.

A scenario returns what went wrong as sentences: "lost: …" for a run that did not survive as it should, or a result that was recorded
before the fault and is not used after it; "wrong: …" for a record that an undisturbed run would not have written.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import random
import resource
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.project import LEDGER, Ended, Small, kept, summary

INTERRUPTED = "quod: interrupted"


@dataclass
class Outcome:
    """What came of injecting faults: how many there were, and everything that should not have been."""

    faults: int = 0
    complaints: list[str] = field(default_factory=list)

    def expect(self, condition: bool, complaint: str) -> None:
        """A complaint unless `condition` holds."""
        if not condition:
            self.complaints.append(complaint)


Scenario = Callable[[Small, random.Random], Outcome]


def _continues(small: Small, outcome: Outcome, before: set[tuple[str, str]] | None = None) -> None:
    """The next run finds what an undisturbed one does, without doing again what is recorded."""
    reference = small.undisturbed().rows
    found, wrong = kept(small.folder / LEDGER, reference)
    outcome.complaints += [f"wrong: {fault}" for fault in wrong]
    held = found if before is None else before
    following = small.run()
    _same(small, following, outcome, "the next run")
    outcome.expect(held <= following.recorded(), f"lost: {sorted(held - following.recorded())} were recorded and are not used")


def _same(small: Small, ended: Ended, outcome: Outcome, what: str) -> None:
    reference = small.undisturbed()
    outcome.expect(ended.code == reference.code, f"lost: {what} ended with {ended.code}, not {reference.code}: {ended.err[-500:]}")
    different = sorted(ended.findings() ^ reference.findings())
    outcome.expect(not different, f"lost: {what} found something else: {different}")
    outcome.expect("Traceback" not in ended.err, f"lost: {what} printed a traceback: {ended.err[-500:]}")


def kill_run(small: Small, dice: random.Random) -> Outcome:
    """kill −9 of the run, up to three times in a row; nothing that it has started outlives it."""
    outcome = Outcome()
    duration = small.undisturbed().seconds
    small.forget()
    for _ in range(dice.randint(1, 3)):
        run = small.start()
        time.sleep(dice.uniform(0.0, duration))
        run.kill()
        run.communicate()
        outcome.faults += 1
        outcome.expect(small.end_everything(), "lost: a process outlives its run")
    _continues(small, outcome)
    return outcome


def kill_worker(small: Small, dice: random.Random) -> Outcome:
    """kill −9 of workers while the run goes on: it ends by itself, and what was in them is UNKNOWN, or as in an undisturbed run."""
    outcome = Outcome()
    reference = small.undisturbed()
    small.forget()
    run = small.start()
    for _ in range(dice.randint(1, 4)):
        time.sleep(dice.uniform(0.0, reference.seconds / 3))
        workers = small.workers()
        if workers and run.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(dice.choice(workers), signal.SIGKILL)
                outcome.faults += 1
    ended = small.finish(run)
    for place, record in ended.rows.items():
        killed = record["verdict"] == "UNKNOWN" and "the worker process was killed by signal 9" in record["reason"]
        as_ever = (*place, summary(record)) in reference.findings()
        outcome.expect(killed or as_ever, f"wrong: {place} is {record['verdict']}: {record['reason']}")
    whole = set(ended.rows) == set(reference.rows)
    outcome.expect(whole, f"lost: the run ended with {ended.code} and without all checks: {ended.err[-500:]}")
    _continues(small, outcome)
    return outcome


SOLVING = """import os, pathlib; pathlib.Path('solving').write_text(str(os.getpid())); from quod.provers.algebra import z3_search
    import z3; v = z3.Reals('a b c d'); s = z3.Tactic('qfnra-nlsat').solver(); s.set('timeout', 60000)
    s.add(sum(a**7 * b**5 for a in v for b in v if a is not b) == 3, *[a**3 * b > a + b**2 for a in v for b in v if a is not b])
    s.check()"""


def kill_solver(small: Small, dice: random.Random) -> Outcome:
    """kill −9 of the process in which Z3 is at work, at a random moment of that work."""
    small.undisturbed()
    mark = small.folder / "solving"
    mark.unlink(missing_ok=True)
    small.write(SOLVING)
    run = small.start()
    until = time.monotonic() + 60
    while not (mark.exists() and mark.read_text()) and time.monotonic() < until and run.poll() is None:
        time.sleep(0.02)
    time.sleep(dice.uniform(0.1, 0.8))
    outcome = Outcome(1)
    with contextlib.suppress(ProcessLookupError):
        os.kill(int(mark.read_text()), signal.SIGKILL)
    _one_is_unknown(small, small.finish(run), outcome, "the worker process was killed by signal 9")
    _repaired(small, outcome)
    return outcome


def _one_is_unknown(small: Small, ended: Ended, outcome: Outcome, reason: str) -> None:
    """Only the proof of the claim `victim` is UNKNOWN, for that reason."""
    proof = ended.rows.get(("small.victim", "proof"), {"verdict": "nothing", "reason": ended.err[-500:]})
    told = proof["verdict"] == "UNKNOWN" and reason in proof["reason"]
    outcome.expect(told, f"wrong: a proof that should be UNKNOWN ({reason}) is {proof['verdict']}: {proof['reason']}")
    others = {finding for finding in small.undisturbed().findings() if finding[:2] != ("small.victim", "proof")}
    outcome.expect(others <= ended.findings(), f"lost: {sorted(others - ended.findings())}")
    outcome.expect(ended.code == 1, f"lost: the run ended with {ended.code}")  # another claim is refuted, which counts more


def _repaired(small: Small, outcome: Outcome) -> None:
    """Without the faulty script everything is as ever, and nothing that was recorded is done again."""
    shutil.rmtree(small.folder / "proofs")
    _continues(small, outcome)
    small.forget()


FAULTY: dict[str, tuple[str, str]] = {
    "hangs": ("import time; time.sleep(600)", "no answer within"),
    "hangs in C": ("import ctypes; ctypes.CDLL(None).pause()", "no answer within"),
    "spins": ("while True: pass", "no answer within"),
    "eats memory": ("x = [bytearray(1 << 20) for _ in range(100_000)]", "needed more than 600 MB of memory"),
    "leaves by itself": ("import os; os._exit(3)", "the worker process exited with code 3"),
    "breaks its memory": ("import ctypes; ctypes.string_at(0)", "the worker process was killed by signal 11"),
    "aborts": ("import os; os.abort()", "the worker process was killed by signal 6"),
    "raises": ("raise RuntimeError('no \\x1b[2J luck')", "no \ufffd[2J luck"),
    "writes into every pipe": (
        """import contextlib, os
    for descriptor in range(3, 40):
        with contextlib.suppress(OSError):
            os.write(descriptor, b'unsat\\n' * 99)
    os._exit(0)""",
        "the worker process",
    ),
}
"""What a solver or a prover may do instead of answering, and the reason that is given then."""


def faulty_prover(small: Small, dice: random.Random) -> Outcome:
    """A prover that hangs, eats memory, crashes or writes rubbish where answers go."""
    outcome = Outcome(1)
    small.undisturbed()
    fault, reason = FAULTY[dice.choice(sorted(FAULTY))]
    small.write(fault)
    _one_is_unknown(small, small.run("--timeout", "5", "--memory", "600"), outcome, reason)
    outcome.expect(small.end_everything(), "lost: a process outlives its run")
    shutil.rmtree(small.folder / "proofs")
    small.forget()
    return outcome


RUBBISH = """import os; os.write(1, b'sat\\nunsat\\n{"verdict": "PROVED"}\\n' * 2000); os.write(2, b'\\xff\\xfe' * 5000); print('PROVED')"""
WRONG_MODEL = """from contextlib import suppress
    from fractions import Fraction
    from pathlib import Path
    from quod.provers import solver
    from quod.provers.algebra.z3_search import Satisfiable
    from quod.provers.script import StepFailed
    def lie(constraints, equations, seconds):
        Path('consulted').touch()
        return Satisfiable({i: Fraction(0) for i in range(9)}, True)
    solver.ask_z3 = lie
    with suppress(StepFailed):
        goal.have(x * x + y * y >= 3 * x * y)"""
UNSATISFIABLE = """from pathlib import Path
    from quod.provers import solver
    from quod.provers.algebra.z3_search import Unsatisfiable
    def lie(constraints, equations, seconds):
        Path('consulted').touch()
        return Unsatisfiable()
    solver.ask_z3 = lie"""


def lying_solver(small: Small, dice: random.Random) -> Outcome:
    """A solver that prints rubbish, gives a model that is none, or calls unsatisfiable whatever it is asked.

    Nothing rests on the first two. With the third a false claim stays UNKNOWN, or the run is a conflict and the proof trusts the solver.
    """
    outcome = Outcome(1)
    reference = small.undisturbed()
    asked = small.folder / "consulted"
    asked.unlink(missing_ok=True)
    lie = dice.choice((RUBBISH, WRONG_MODEL, UNSATISFIABLE))
    small.write(lie, "a_number_is_below_its_square" if lie is UNSATISFIABLE else "victim")
    ended = small.run()
    if lie is UNSATISFIABLE:
        place = ("small.a_number_is_below_its_square", "proof")
        proof = ended.rows.get(place, {"verdict": "nothing", "trusts": []})
        on_its_word = proof["verdict"] == "CONFLICT" or (proof["verdict"] == "PROVED" and any("z3" in name for name in proof["trusts"]))
        told = (ended.code == 1 and proof["verdict"] == "UNKNOWN") or (ended.code == 3 and on_its_word)
        outcome.expect(told, f"wrong: a false claim after a lie: exit code {ended.code}, {proof}")
        others = {finding for finding in reference.findings() if finding[:2] != place}
        outcome.expect(others <= ended.findings(), f"lost: {sorted(others - ended.findings())}")
    else:
        _as_ever(small, ended, outcome)
    outcome.expect(asked.exists() or lie is RUBBISH, "lost: the lie was never asked for, so nothing was tried")
    shutil.rmtree(small.folder / "proofs")
    small.forget()
    return outcome


def _as_ever(small: Small, ended: Ended, outcome: Outcome) -> None:
    """Every verdict is the undisturbed one; how a proof was found may differ."""
    verdicts = {place: record["verdict"] for place, record in ended.rows.items()}
    expected = {place: record["verdict"] for place, record in small.undisturbed().rows.items()}
    different = {place: (verdicts.get(place), kind) for place, kind in expected.items() if verdicts.get(place) != kind}
    outcome.expect(not different, f"wrong: {different}; {ended.err[-300:]}")


def full_disk(small: Small, dice: random.Random) -> Outcome:
    """No room for the ledger: a file system of its own that is too small (as root), else a limit on the size of files."""
    outcome = Outcome(1)
    small.undisturbed()
    small.forget()
    data = small.folder / ".quod"
    data.mkdir()
    size = dice.choice((4, 16, 32, 40, 48, 60, 80, 120)) << 10
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(data)]
    allowed = os.geteuid() == 0 and shutil.which("mount") is not None
    mounted = allowed and subprocess.run(mount, capture_output=True, check=False).returncode == 0
    limit = (max(size, 60 << 10),) * 2
    try:
        ended = small.run() if mounted else small.run(preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit))
        _same(small, ended, outcome, "the run on a full disk")
        told = "make room on the disk" in ended.err or "this run goes on without it" in ended.err
        stored, _ = kept(data / LEDGER.name, small.undisturbed().rows) if not mounted else (set(), [])
        outcome.expect(told or mounted or len(stored) == len(ended.rows), f"lost: nothing is said of the full disk: {ended.err}")
    finally:
        if mounted:
            subprocess.run(["umount", str(data)], check=False)
    _continues(small, outcome)
    return outcome


def _obey_permissions() -> None:
    """Root, too, may only do what the permissions of a file say: without the capabilities DAC_OVERRIDE and DAC_READ_SEARCH."""
    if os.geteuid() == 0:
        drop = ctypes.CDLL(None).prctl
        for capability in (1, 2):
            drop(24, capability, 0, 0, 0)


def read_only(small: Small, dice: random.Random) -> Outcome:
    """A ledger, or its folder, that can only be read: what it holds is used, and the run says that nothing new is kept."""
    outcome = Outcome(1)
    small.undisturbed()
    small.forget()
    small.run("--only", dice.choice(("statement", "proof", "statement,fuzz")))
    before, _ = kept(small.folder / LEDGER, small.undisturbed().rows)
    modes = {small.folder / ".quod": dice.choice((0o555, 0o755)), small.folder / LEDGER: 0o444}
    for path, mode in modes.items():
        path.chmod(mode)
    ended = small.run(preexec_fn=_obey_permissions)
    for path in modes:
        path.chmod(0o755)
    _same(small, ended, outcome, "the run on a read-only ledger")
    outcome.expect("can only be read" in ended.err, f"lost: nothing is said of the read-only ledger: {ended.err}")
    outcome.expect(before <= ended.recorded(), f"lost: {sorted(before - ended.recorded())} were recorded and are not used")
    _continues(small, outcome, before)
    return outcome


def damage(small: Small, dice: random.Random) -> Outcome:
    """A ledger that is cut off, overwritten or has bits flipped at random: what is left of it is right, and the run goes on."""
    outcome = Outcome(1)
    small.undisturbed()
    path = small.folder / LEDGER
    if not path.exists():
        small.run()
    content = bytearray(path.read_bytes())
    match dice.randrange(4):
        case 0:
            del content[dice.randrange(len(content)) :]
        case 1:
            start = dice.randrange(len(content))
            content[start : start + 4096] = bytes(len(content[start : start + 4096]))
        case 2:
            content = bytearray(dice.randbytes(dice.randrange(1, 5000)))
        case _:
            for _ in range(dice.choice((1, 5, 100))):
                content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
    path.write_bytes(content)
    ended = small.run()
    _same(small, ended, outcome, "the run on a damaged ledger")
    _same(small, small.run(), outcome, "the run after it")
    if dice.random() < 0.3:
        small.forget()
    return outcome


def two_runs(small: Small, dice: random.Random) -> Outcome:
    """Two runs at once on one ledger: both find what is to be found, and the ledger holds it."""
    outcome = Outcome(1)
    duration = small.undisturbed().seconds
    small.forget()
    first = small.start()
    time.sleep(dice.uniform(0.0, duration / 2))
    second = small.start(rows="second.json")
    _same(small, small.finish(first), outcome, "the first of two runs")
    _same(small, small.finish(second, rows="second.json"), outcome, "the second of two runs")
    _continues(small, outcome)
    return outcome


def interrupt(small: Small, dice: random.Random) -> Outcome:
    """Ctrl-C, sometimes twice: exit code 130, a sentence, everything recorded that had ended."""
    outcome = Outcome(1)
    duration = small.undisturbed().seconds
    small.forget()
    run = small.start()
    time.sleep(dice.uniform(0.3, max(0.6, duration)))
    for _ in range(dice.choice((1, 1, 2))):
        with contextlib.suppress(ProcessLookupError):
            run.send_signal(signal.SIGINT)
        time.sleep(dice.uniform(0.0, 0.1))
    ended = small.finish(run)
    over = ended.code == small.undisturbed().code and bool(ended.rows)
    told = ended.code == 130 and INTERRUPTED in ended.err
    outcome.expect(told or over, f"lost: interrupted, the run ended with {ended.code}: {ended.err[-800:]}")
    outcome.expect(small.end_everything(), "lost: a process outlives its run")
    _continues(small, outcome)
    return outcome


def jumping_clock(small: Small, dice: random.Random) -> Outcome:
    """A wall clock that jumps by decades at every look at it: limits are kept by clocks that do not."""
    outcome = Outcome(1)
    small.undisturbed()
    small.forget()
    environment = {"PYTHONPATH": f"{small.folder / 'clock'}{os.pathsep}{Path(__file__).parents[2]}"}
    _same(small, small.run(env=environment), outcome, "the run with a jumping clock")
    _continues(small, outcome)
    return outcome


SCENARIOS: dict[str, Scenario] = {
    "kill-run": kill_run,
    "kill-worker": kill_worker,
    "kill-solver": kill_solver,
    "faulty-prover": faulty_prover,
    "lying-solver": lying_solver,
    "full-disk": full_disk,
    "read-only": read_only,
    "damage": damage,
    "two-runs": two_runs,
    "interrupt": interrupt,
    "clock": jumping_clock,
}
"""Every kind of fault, by name."""
