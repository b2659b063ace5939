"""What tests/test_processes.py runs in workers: well-behaved functions and every kind of bad one."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path


def double(x):
    return 2 * x


def process_id():
    return os.getpid()


def sleep(seconds):
    time.sleep(seconds)
    return seconds


def fail(text):
    raise ValueError(text)


def fail_without_words():
    class Mute(Exception):
        def __str__(self):
            raise RuntimeError("no words")

    raise Mute


def leave(code):
    os._exit(code)


def leave_politely(code):
    sys.exit(code)


def segfault():
    ctypes.string_at(0)


def kill_self(number):
    os.kill(os.getpid(), number)
    time.sleep(60)


def eat_memory():
    return [bytearray(16 << 20) for _ in range(64)]


def eat_memory_in_c():
    import flint

    flint.arb_mat(20000, 20000)


_HELD = []


def keep_memory(size):
    _HELD.append(bytearray(size))
    return os.getpid()


def touch_memory(size, seconds):
    held = bytearray(b"x") * size
    time.sleep(seconds)
    return len(held)


def hang_in_c():
    """Sleep in C with the interpreter's lock held and the polite signals blocked."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT, signal.SIGALRM})
    ctypes.PyDLL(None).sleep(600)


def print_rubbish(count):
    for _ in range(count):
        print("unsat sat \0 quod" * 100)
        os.write(2, b"\xff\xfe rubbish\n" * 100)
    sys.stdout.flush()
    return "clean"


def write_to_every_pipe():
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, b"rubbish rubbish rubbish rubbish")
        except OSError:
            continue
    time.sleep(60)


def close_everything():
    os.closerange(0, 64)
    time.sleep(60)


def close_output_and_sleep(seconds):
    os.closerange(1, 3)
    used = time.process_time()
    time.sleep(seconds)
    return time.process_time() - used


def unpicklable():
    return threading.Lock()


class Unreadable:
    """Pickles well and fails when it is read back."""

    def __reduce__(self):
        return _refuse, ()


def _refuse():
    raise RuntimeError("not readable")


def unreadable():
    return Unreadable()


def fork_and_return():
    return os.fork() >= 0


def leave_child_behind(where):
    child = subprocess.Popen(["sleep", "600"])
    Path(where).write_text(f"{os.getpid()} {child.pid}")
    time.sleep(600)


def nested(seconds):
    from quod.processes import Limits, TimedOut, run

    outcome = run("process_tasks:sleep", 60, limits=Limits(seconds))
    return isinstance(outcome, TimedOut)


def big(size):
    return b"x" * size


def size_of(data):
    return len(data)


def die_once(mark):
    if not Path(mark).exists():
        Path(mark).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "second life"


def environment(name):
    return os.environ.get(name)
