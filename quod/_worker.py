"""The worker's side of `quod.processes`: reads orders from one pipe, answers on another, until the first one ends.

A frame is a header, a JSON note and a body. Bodies are pickles (arguments to the worker, the value back); notes are JSON, so that the
parent can read who failed and why without unpickling anything. Standard output is free for whatever a library prints.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import importlib
import json
import os
import pickle
import re
import resource
import signal
import struct
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

MAGIC = b"quod"
HEADER = struct.Struct(">4sII")
LARGEST_BODY = 256 << 20
LARGEST_NOTE = 1 << 20
STARTING = -1
"""The serial number of a worker's first frame, which says that it is ready."""
TAKEN = "not yet"
"""How a task has ended that a worker is about to run: whatever happens from now on, it will not be given again."""

_GRACE = 1.0
"""Seconds after the deadline at which the kernel ends a worker whose parent is too busy to do so."""
_GARBAGE = (50_000, 20, 20)
"""Python's own thresholds look through a proof's many live terms so often that it costs a seventh of the time."""
_PDEATHSIG = 1
_MEMORY_RAN_OUT = re.compile(r"out of memory|(cannot|unable to) (re)?allocate|bad_alloc|malloc failed|\bMemoryError\b", re.IGNORECASE)


class BadFrame(ValueError):
    """Bytes on a pipe that are no frame: somebody else wrote there, or the writer's memory is damaged."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One message: a small JSON object and any number of bytes up to LARGEST_BODY."""

    note: dict[str, Any]
    body: bytes = b""

    def pack(self) -> bytes:
        """The frame as bytes on the pipe."""
        note = json.dumps(self.note).encode()
        return HEADER.pack(MAGIC, len(note), len(self.body)) + note + self.body


def unpack(buffer: bytearray) -> Frame | None:
    """The first frame of `buffer`, taken out of it, or None while it is not complete. Raises BadFrame."""
    if len(buffer) < HEADER.size:
        return None
    magic, note_size, body_size = HEADER.unpack_from(buffer)
    if magic != MAGIC or note_size > LARGEST_NOTE or body_size > LARGEST_BODY:
        raise BadFrame(f"expected a frame that starts with {MAGIC!r}, got {bytes(buffer[:24])!r}")
    start, end = HEADER.size + note_size, HEADER.size + note_size + body_size
    if len(buffer) < end:
        return None
    try:
        note = json.loads(buffer[HEADER.size : start])
    except ValueError as error:
        raise BadFrame(f"a frame's note is not JSON: {error}") from None
    if not isinstance(note, dict):
        raise BadFrame(f"expected an object as a frame's note, got {note!r}")
    frame = Frame(note, bytes(buffer[start:end]))
    del buffer[:end]
    return frame


def memory_ran_out(text: str) -> bool:
    """Whether a library's last words (GMP, FLINT, Z3, C++, CPython) say that it could get no more memory."""
    return _MEMORY_RAN_OUT.search(text) is not None


def resolve(name: str) -> Callable[..., object]:
    """The function that "package.module:function" names. Raises ImportError, AttributeError, TypeError."""
    module, _, path = name.partition(":")
    found: Any = importlib.import_module(module)
    for part in path.split("."):
        found = getattr(found, part)
    if not callable(found):
        raise TypeError(f"expected a function at {name}, got a {type(found).__name__}")
    result: Callable[..., object] = found
    return result


def main(inbox: int, outbox: int, parent: int, preload: list[str]) -> NoReturn:
    """Serve orders from the descriptor `inbox` until it ends or the process `parent` is gone; never returns."""
    os.set_inheritable(inbox, False)
    os.set_inheritable(outbox, False)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    faulthandler.enable()
    _die_with(parent)
    for module in preload:
        with contextlib.suppress(Exception):  # a module that fails to load fails again, and is reported, in the task that needs it
            importlib.import_module(module)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GARBAGE)
    at_rest = _address_space()
    _send(outbox, Frame({"serial": STARTING}))
    buffer = bytearray()
    while (order := _receive(inbox, buffer)) is not None:
        me = os.getpid()
        _send(outbox, Frame({"serial": order.note["serial"], "ended": TAKEN, "at": time.monotonic()}))
        answer = _serve(order, at_rest)
        if os.getpid() != me:  # a task has forked and let its child return
            os._exit(0)
        _send(outbox, answer)
    os._exit(0)


def _die_with(parent: int) -> None:
    """On Linux, let the kernel end this process when its parent ends, however that comes about."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(0)


def _serve(order: Frame, at_rest: int) -> Frame:
    """Run one task under its limits and say how it ended."""
    memory = int(order.note["memory"])
    _limit_memory(at_rest + memory if at_rest else 0)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, float(order.note["seconds"]) + _GRACE)
    started = time.perf_counter()
    body = b""
    try:
        value = resolve(order.note["function"])(*pickle.loads(order.body))  # noqa: S301 - from our own parent
        note: dict[str, Any] = {"ended": "finished"}
        body = _pickled(value, order.note["function"])
    except BaseException as error:  # noqa: BLE001 - the process boundary
        _limit_memory(0)
        note = _last_words(error)
    note |= {"serial": order.note["serial"], "seconds": time.perf_counter() - started}
    signal.setitimer(signal.ITIMER_REAL, 0)
    _limit_memory(0)
    note["bloated"] = _has_grown(at_rest, memory // 4)
    return Frame(note, body)


def _pickled(value: object, function: str) -> bytes:
    """The value as bytes for the parent. Raises TypeError where it cannot be sent."""
    try:
        body = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - pickling runs the value's own code
        raise TypeError(f"{function} returned a {type(value).__name__} that cannot be sent to another process: {error}") from None
    if len(body) > LARGEST_BODY:
        raise TypeError(f"{function} returned a {type(value).__name__} of {len(body)} bytes; at most {LARGEST_BODY} can be sent")
    return body


def _last_words(error: BaseException) -> dict[str, Any]:
    """What a task that raised leaves behind: the exception's type and text, the line, and a short traceback."""
    try:
        message = str(error)
    except Exception as second:  # noqa: BLE001 - an exception whose own __str__ raises
        message = f"({type(second).__name__} while printing it)"
    if isinstance(error, MemoryError) or memory_ran_out(message):
        return {"ended": "out of memory"}
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    trace = "".join(traceback.format_list(frames[-12:]))
    return {"ended": "raised", "type": type(error).__name__, "message": message[:4000], "where": where, "trace": trace[-8000:]}


def _limit_memory(size: int) -> None:
    """Cap this process's address space at `size` bytes; 0 lifts the cap. macOS does not enforce it: there the parent watches."""
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    soft = hard if size == 0 or size > hard != resource.RLIM_INFINITY else size
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _address_space() -> int:
    """Bytes of address space in use; 0 where the system does not say."""
    try:
        with open("/proc/self/statm", encoding="ascii") as statm:
            return int(statm.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 0


def _has_grown(at_rest: int, allowance: int) -> bool:
    """Whether the finished task has left more than `allowance` bytes behind in this process."""
    if _address_space() - at_rest <= allowance:
        return False
    gc.collect()
    return _address_space() - at_rest > allowance


def _receive(source: int, buffer: bytearray) -> Frame | None:
    """The next frame from the descriptor, or None at its end."""
    while (frame := unpack(buffer)) is None:
        piece = os.read(source, 1 << 16)
        if not piece:
            return None
        buffer += piece
    return frame


def _send(target: int, frame: Frame) -> None:
    """Write the whole frame; leave quietly when nobody reads any more."""
    data = memoryview(frame.pack())
    try:
        while data:
            data = data[os.write(target, data) :]
    except OSError:
        os._exit(1)
