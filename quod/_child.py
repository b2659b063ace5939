"""One worker process as the parent sees it: its pipes, its limits, its last words, and its certain end.

A worker leads a session and process group of its own: Ctrl-C at the terminal does not reach it, and one SIGKILL to the group ends it
together with whatever it has started.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from quod._worker import BadFrame, Frame, unpack

STARTUP_SECONDS = 120.0
"""How long a worker may take to import what it preloads and to take up its task."""

_TAIL = 6000
_BOOT = "import json, sys; order = json.loads(sys.argv[1]); sys.path[:] = order.pop('path'); from quod._worker import main; main(**order)"
_GUARDIAN = """
trap '' INT TERM HUP
groups=' '
while read -r sign group; do
  case $sign in
    +) groups="$groups$group " ;;
    -) case $groups in *" $group "*) groups="${groups%% $group *} ${groups#* $group }" ;; esac ;;
  esac
done
for group in $groups; do kill -s KILL -- "-$group"; done
"""
# One thread each: `jobs` workers share the cores, and every thread pool of a numerical library reserves address space.
_ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
    "PYTHONHASHSEED": "0",  # the order of a set of strings, and with it a search, is the same in every run
}


@dataclass(slots=True)
class Order:
    """A task on its way to a worker: its frame, its limits in seconds and bytes, and how often a worker died before taking it up."""

    serial: int
    frame: bytes
    seconds: float
    memory: int
    lost: int = 0


class Guardian:
    """A shell that outlives the parent by a moment: when its input ends, however that comes about, it kills the groups it was told of.

    It is what ends workers and what they have started after `kill -9` of the parent, where PR_SET_PDEATHSIG does not exist or reach.
    """

    def __init__(self) -> None:
        self._shell = subprocess.Popen(
            ["/bin/sh", "-c", _GUARDIAN],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            bufsize=0,
        )

    def watch(self, group: int) -> None:
        """From now on `group` must not outlive this process."""
        self._tell(f"+ {group}\n")

    def forget(self, group: int) -> None:
        """`group` is gone; its number may come to belong to somebody else."""
        self._tell(f"- {group}\n")

    def close(self) -> None:
        """Let it kill what it still watches, and wait for that."""
        if self._shell.stdin is not None:
            self._shell.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._shell.wait(timeout=10)

    def _tell(self, line: str) -> None:
        if self._shell.stdin is not None:
            with contextlib.suppress(OSError):  # it was killed: end of pipe and parent-death signals remain
                self._shell.stdin.write(line.encode())


class Child:
    """A started worker: `ready` when it has finished importing, `silent` when it has closed its output, `ended` when no answer can come.

    `order` is what it was given; `taken` says that it has begun with it, and `began` when, or else when it was given (monotonic clock).
    """

    def __init__(self, preload: Sequence[str]) -> None:
        self._mine: list[int] = []
        inbox, self.inbox = os.pipe()
        self.outbox, outbox = os.pipe()
        self.output, output = os.pipe()
        self._mine, theirs = [self.inbox, self.outbox, self.output], (inbox, outbox, output)
        orders = {"path": sys.path, "inbox": inbox, "outbox": outbox, "parent": os.getpid(), "preload": list(preload)}
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", *["-O"] * sys.flags.optimize, "-c", _BOOT, json.dumps(orders)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=(inbox, outbox),
                start_new_session=True,
                env=_ENVIRONMENT | os.environ,
            )
        finally:
            for descriptor in theirs:
                os.close(descriptor)
        for descriptor in self._mine:
            os.set_blocking(descriptor, False)
        self.pid = self._process.pid
        self.order: Order | None = None
        self.taken = False
        self.ready = False
        self.began = time.monotonic()
        self.ended = False
        self.silent = False
        self.looked = 0.0
        self._outgoing = bytearray()
        self._incoming = bytearray()
        self._tail = bytearray()

    def give(self, order: Order) -> None:
        """Hand over the next task."""
        self.order = order
        self.taken = False
        self._outgoing += order.frame
        self._tail.clear()
        self.began = time.monotonic()
        self.flush()

    def flush(self) -> bool:
        """Write what the pipe takes without waiting; True when nothing is left to write."""
        with contextlib.suppress(BlockingIOError, BrokenPipeError):
            while self._outgoing:
                del self._outgoing[: os.write(self.inbox, self._outgoing)]
        return not self._outgoing

    def hear(self) -> None:
        """Take whatever has come from the worker, answers and output; sets `ended` when its answers have ended or it has died."""
        self.ended |= self._process.poll() is not None
        self.ended |= _drain(self.outbox, self._incoming)
        self.silent |= _drain(self.output, self._tail, keep=_TAIL)

    def answer(self) -> Frame | None:
        """The next complete frame. Raises BadFrame."""
        return unpack(self._incoming)

    def deadline(self) -> float:
        """When this child must have answered, on the monotonic clock; infinite for an idle one."""
        if self.order is None and self.ready:
            return float("inf")
        return self.began + (self.order.seconds if self.order and self.taken else STARTUP_SECONDS)

    def kill(self) -> None:
        """End the whole process group at once and reap the worker."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=10)

    def close(self) -> None:
        """Give the descriptors back; a worker that is still alive sees its input end and leaves."""
        while self._mine:
            os.close(self._mine.pop())

    def __del__(self) -> None:  # an interrupt between the start of a worker and its entry in a pool
        self.close()

    def ending(self) -> tuple[int | None, int | None]:
        """(signal, exit code) of a worker that ended by itself, waiting a moment for it; (None, None) if it still runs."""
        try:
            code = self._process.wait(timeout=0.5)
        except subprocess.TimeoutExpired:
            return None, None
        return (-code, None) if code < 0 else (None, code)

    def last_words(self) -> str:
        """The end of what the worker printed since it took up its task."""
        lines = self._tail.decode(errors="replace").splitlines()
        return "\n".join(line for line in lines if line and not line.startswith("Extension modules:"))

    def resident(self) -> int:
        """Bytes of memory the worker holds, asked of `ps`; for systems that do not enforce RLIMIT_AS."""
        shown = subprocess.run(["ps", "-o", "rss=", "-p", str(self.pid)], capture_output=True, text=True, check=False).stdout.strip()
        return int(shown) * 1024 if shown.isdigit() else 0


def _drain(source: int, target: bytearray, keep: int | None = None) -> bool:
    """Read what is there without waiting, at most 64 MiB at once; with `keep`, only that many last bytes. True at the end of the pipe."""
    with contextlib.suppress(BlockingIOError):
        for _ in range(1024):
            piece = os.read(source, 1 << 16)
            if not piece:
                return True
            target += piece
            if keep is not None:
                del target[:-keep]
    return False


__all__ = ["STARTUP_SECONDS", "BadFrame", "Child", "Frame", "Guardian", "Order"]
