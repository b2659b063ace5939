"""Functions run in other processes, with hard limits of time and memory that hold against C code too.

Own workers over pipes rather than multiprocessing or concurrent.futures: there one killed worker breaks the pool or loses a task
silently, and neither bounds time or memory. A worker serves many tasks; it is replaced only when it exceeds a limit, dies or has grown.

What holds, on Linux and macOS:
- A task that was submitted yields exactly one outcome, whatever happens to its worker. A worker that dies before it has taken its task
  up is replaced, and the task given again; one that dies later makes it Crashed. The other tasks go on.
- Limits are kept with SIGKILL to the worker's whole process group. Only a descendant that leaves the group (setsid) escapes it.
- Leaving the pool, by whatever exception (Ctrl-C included), kills all workers and what they have started. So does `kill -9` of the parent:
  by a guardian shell that sees its input end, on Linux by PR_SET_PDEATHSIG, and by the end of the worker's pipe.
- Standard output and error of a worker are read away and kept only as the last words of a crash.
- `memory` bounds the address space a task adds to that of an idle worker (RLIMIT_AS); on macOS, which enforces no such limit, the resident
  memory, looked at twice a second.

A pool belongs to the thread that made it. A value from a worker is unpickled: return data, never a verdict that the receiver would trust.
"""

from __future__ import annotations

import collections
import pickle
import selectors
import signal as signals
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from quod._child import Child, Guardian, Order
from quod._worker import LARGEST_BODY, STARTING, TAKEN, BadFrame, Frame, memory_ran_out

_TICK = 0.25
_LOST_AT_MOST = 3
_WATCH_RESIDENT = sys.platform != "linux"


@dataclass(frozen=True, slots=True)
class Finished:
    """The function returned `value` after `seconds` of wall-clock time."""

    value: object
    seconds: float


@dataclass(frozen=True, slots=True)
class TimedOut:
    """The function had not returned after `seconds`, its limit."""

    seconds: float

    @property
    def reason(self) -> str:
        """One line for a person."""
        return f"no answer within {self.seconds:g} s"


@dataclass(frozen=True, slots=True)
class OutOfMemory:
    """The function needed more memory than `limit` bytes."""

    limit: int

    @property
    def reason(self) -> str:
        """One line for a person."""
        return f"needed more than {self.limit / (1 << 20):.0f} MB of memory"


@dataclass(frozen=True, slots=True)
class Crashed:
    """The worker died or broke its pipe: how, by which signal or with which exit code where known, and the end of its output."""

    cause: str
    signal: int | None = None
    exit_code: int | None = None
    stderr: str = ""

    @property
    def reason(self) -> str:
        """One line for a person."""
        first = self.stderr.strip().split("\n", 1)[0]
        return f"the worker process {self.cause}" + (f": {first[:200]}" if first else "")


@dataclass(frozen=True, slots=True)
class Raised:
    """The function raised an exception (`type` is its class's name) at `where` (file:line), or its value could not be sent back."""

    type: str
    message: str
    where: str = ""
    trace: str = ""

    @property
    def reason(self) -> str:
        """One line for a person."""
        first = self.message.strip().split("\n", 1)[0]
        return f"{self.type}: {first}" + (f" ({self.where})" if self.where else "")


Failure = TimedOut | OutOfMemory | Crashed | Raised
Outcome = Finished | Failure


@dataclass(frozen=True, slots=True)
class Limits:
    """What one task may use: wall-clock seconds, and bytes of memory on top of an idle worker's."""

    seconds: float = 60.0
    memory: int = 2 << 30

    def __post_init__(self) -> None:
        if not 0 < self.seconds < 1e8 or self.memory < 1 << 20:
            raise TaskError(f"expected limits of more than 0 s and at least {1 << 20} bytes, got {self.seconds} s and {self.memory} bytes")


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """A call to be made elsewhere: "package.module:function" with picklable arguments; `key` is for the caller's own use.

    Without `limits` of its own it is held to the pool's.
    """

    function: str
    args: tuple[object, ...] = ()
    key: object = None
    limits: Limits | None = None


Progress = Callable[[Task, Outcome | None], None]
"""Called with a task and None when a worker takes it up, and with its outcome when it has ended."""


class TaskError(ValueError):
    """A task or a limit that cannot be meant: a caller's mistake, found before any process is started."""


class Pool:
    """Up to `jobs` workers, each importing the modules `preload` once. Use it in a `with` statement."""

    def __init__(self, jobs: int = 1, limits: Limits = Limits(), *, preload: Sequence[str] = (), progress: Progress | None = None) -> None:
        if jobs < 1:
            raise TaskError(f"expected at least 1 parallel job, got jobs={jobs}")
        self._jobs, self._limits, self._preload, self._progress = jobs, limits, tuple(preload), progress
        self._queue: collections.deque[Order] = collections.deque()
        self._tasks: dict[int, Task] = {}
        self._done: collections.deque[tuple[Task, Outcome]] = collections.deque()
        self._children: list[Child] = []
        self._selector = selectors.DefaultSelector()
        self._guardian: Guardian | None = None
        self._serial = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @property
    def workers(self) -> tuple[int, ...]:
        """The process ids of the workers that are running now."""
        return tuple(child.pid for child in self._children)

    def submit(self, task: Task) -> None:
        """Add a task; allowed while results are being read. Raises TaskError when it cannot be sent."""
        module, colon, function = task.function.partition(":")
        if not (module and colon and function) or module == "__main__":
            raise TaskError(f"expected a task named 'package.module:function', importable elsewhere, got {task.function!r}")
        try:
            body = pickle.dumps(task.args, protocol=pickle.HIGHEST_PROTOCOL)
        except (pickle.PicklingError, TypeError, AttributeError, RecursionError) as error:
            raise TaskError(f"the arguments of {task.function} cannot be sent to another process: {error}") from None
        if len(body) > LARGEST_BODY:
            raise TaskError(f"the arguments of {task.function} are {len(body)} bytes; at most {LARGEST_BODY} can be sent")
        limits = task.limits or self._limits
        self._serial += 1
        note = {"serial": self._serial, "function": task.function, "seconds": limits.seconds, "memory": limits.memory}
        self._tasks[self._serial] = task
        self._queue.append(Order(self._serial, Frame(note, body).pack(), limits.seconds, limits.memory))

    def results(self) -> Iterator[tuple[Task, Outcome]]:
        """Every outstanding task with its outcome, as they end, until none is left."""
        while True:
            self._assign()
            if self._done:
                yield self._done.popleft()
            elif self._tasks:
                self._step()
            else:
                return

    def run(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Outcome]]:
        """Submit all tasks and read their results; leaving the loop early drops what is still outstanding."""
        try:
            for task in tasks:
                self.submit(task)
            yield from self.results()
        finally:
            self.drop()

    def call(self, function: str, *args: object, limits: Limits | None = None) -> Outcome:
        """One task's outcome; only for a pool with nothing else outstanding."""
        return next(self.run([Task(function, args, limits=limits)]))[1]

    def drop(self) -> None:
        """Forget everything outstanding; workers in the middle of a task are killed, idle ones stay warm."""
        self._queue.clear()
        self._done.clear()
        for child in [child for child in self._children if child.order]:
            self._bury(child)
        self._tasks.clear()

    def close(self) -> None:
        """Kill all workers and what they have started; the pool must not be used afterwards."""
        self._tasks.clear()
        self._queue.clear()
        try:
            while self._children:
                self._bury(self._children[-1])
        finally:  # a second Ctrl-C: the guardian does what is left
            if self._guardian is not None:
                self._guardian.close()
            self._selector.close()

    def _assign(self) -> None:
        """Give waiting tasks to idle workers, starting workers while there are fewer than `jobs`."""
        while self._queue:
            child = next((child for child in self._children if not child.order and not self._is_gone(child)), None)
            if child is None and len(self._children) >= self._jobs:
                return
            order = self._queue.popleft()
            try:
                child = child or self._start()
            except OSError as error:
                self._settle(order, Crashed(f"could not be started ({error})"))
                continue
            child.give(order)
            if not child.flush():
                self._selector.register(child.inbox, selectors.EVENT_WRITE, child)

    def _is_gone(self, child: Child) -> bool:
        """Whether an idle worker has died in the meantime; if so it is buried."""
        child.hear()
        if child.ended:
            self._bury(child)
        return child.ended

    def _start(self) -> Child:
        if self._guardian is None:
            self._guardian = Guardian()
        child = Child(self._preload)
        self._children.append(child)
        self._guardian.watch(child.pid)
        self._selector.register(child.outbox, selectors.EVENT_READ, child)
        self._selector.register(child.output, selectors.EVENT_READ, child)
        return child

    def _step(self) -> None:
        """Wait for something to happen, at most a moment, and deal with it."""
        nearest = min((child.deadline() for child in self._children), default=0.0)
        for key, _ in self._selector.select(max(0.0, min(_TICK, nearest - time.monotonic()))):
            child: Child = key.data
            if key.fd == child.inbox and child.flush():
                self._selector.unregister(child.inbox)
            if key.fd == child.output and child.silent:
                self._selector.unregister(child.output)
        for child in list(self._children):
            self._attend(child)

    def _attend(self, child: Child) -> None:
        """Read what the worker has sent, then see whether it is dead, late or too large: in this order, so that no answer is lost."""
        child.hear()
        try:
            while (frame := child.answer()) is not None:
                self._take(child, frame)
                if child not in self._children:
                    return
        except (BadFrame, LookupError, TypeError, ValueError) as error:
            self._end(child, Crashed(f"sent an unreadable answer ({error})", stderr=child.last_words()))
            return
        if child.ended:
            self._end(child, None)
        elif time.monotonic() >= child.deadline():
            seconds = child.order.seconds if child.order else 0.0
            self._end(child, TimedOut(seconds) if child.taken else Crashed("did not start in time", stderr=child.last_words()))
        elif _WATCH_RESIDENT and child.order and time.monotonic() > child.looked + 0.5:
            child.looked = time.monotonic()
            if child.resident() > child.order.memory:
                self._end(child, OutOfMemory(child.order.memory))

    def _take(self, child: Child, frame: Frame) -> None:
        """One frame from a worker: it is ready, or its task has ended."""
        order = child.order
        if frame.note["serial"] == STARTING and not child.ready:
            child.ready = True
            return
        if order is None or frame.note["serial"] != order.serial:
            raise BadFrame("it answers another task than the one given")
        if frame.note["ended"] == TAKEN:
            child.taken, child.began = True, min(time.monotonic(), float(frame.note["at"]))
            self._report(self._tasks[order.serial], None)
            return
        outcome = _outcome(frame, order)
        if frame.note["bloated"] or isinstance(outcome, OutOfMemory):
            self._end(child, outcome)
        else:
            child.order = None
            self._settle(order, outcome)

    def _end(self, child: Child, outcome: Outcome | None) -> None:
        """Bury a worker; its task, if it had one, ends with `outcome`, or with what the body shows."""
        order = child.order
        by_itself = (None, None) if outcome else child.ending()
        self._bury(child)
        if order is None:
            return
        if outcome is None and not child.taken and order.lost < _LOST_AT_MOST:
            order.lost += 1
            self._queue.appendleft(order)
            return
        self._settle(order, outcome or _post_mortem(child, order, by_itself))

    def _settle(self, order: Order, outcome: Outcome) -> None:
        task = self._tasks.pop(order.serial)
        self._done.append((task, outcome))
        self._report(task, outcome)

    def _report(self, task: Task, outcome: Outcome | None) -> None:
        if self._progress is not None:
            self._progress(task, outcome)

    def _bury(self, child: Child) -> None:
        child.kill()
        if child not in self._children:
            return
        self._children.remove(child)
        if self._guardian is not None:
            self._guardian.forget(child.pid)
        for descriptor in (child.inbox, child.outbox, child.output):
            if descriptor in self._selector.get_map():
                self._selector.unregister(descriptor)
        child.close()


def run(function: str, *args: object, limits: Limits = Limits()) -> Outcome:
    """Call "package.module:function" once in a process of its own."""
    with Pool(1, limits) as pool:
        return pool.call(function, *args)


def _outcome(frame: Frame, order: Order) -> Outcome:
    """What a worker's answer says. Raises LookupError, TypeError or ValueError for an answer that no worker of ours gives."""
    note = frame.note
    seconds = float(note["seconds"])
    match note["ended"]:
        case "finished" if seconds > order.seconds:
            return TimedOut(order.seconds)
        case "finished":
            try:
                return Finished(pickle.loads(frame.body), seconds)  # noqa: S301 - from our own worker, over a private pipe
            except Exception as error:  # noqa: BLE001 - the process boundary: unpickling runs the value's own code
                return Raised(type(error).__name__, f"the returned value cannot be read back: {error}")
        case "out of memory":
            return OutOfMemory(order.memory)
        case "raised":
            return Raised(str(note["type"]), str(note["message"]), str(note["where"]), str(note["trace"]))
        case other:
            raise ValueError(f"unknown ending {other!r}")


def _post_mortem(child: Child, order: Order, ending: tuple[int | None, int | None]) -> Failure:
    """Why a worker that was not killed by us is dead."""
    number, code = ending
    words = child.last_words()
    if number == signals.SIGALRM and time.monotonic() - child.began >= order.seconds:
        return TimedOut(order.seconds)
    if memory_ran_out(words):
        return OutOfMemory(order.memory)
    if number is not None:
        return Crashed(f"was killed by signal {number} ({signals.strsignal(number)})", signal=number, stderr=words)
    if code is not None:
        return Crashed(f"exited with code {code}", exit_code=code, stderr=words)
    return Crashed("closed its pipe", stderr=words)
