"""A run that is stopped from outside, with real workers: Ctrl-C keeps what had ended, and so does `kill -9`."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

SLOW = """\
import time

from quod import proves
from spec import easy


@proves(easy.above_itself)
def _(goal, x):
    time.sleep(600)
"""
EASY = "from quod import *\n\n\n@claim(source='s')\ndef above_itself(x: Real):\n    'Fine.'\n    return x <= x + 1\n"
ROOT = str(Path(__file__).parents[2])


def recorded(root: Path) -> set[str]:
    """The checks of the claim that the ledger holds."""
    try:
        with sqlite3.connect(f"file:{root}/.quod/ledger.sqlite?mode=ro", uri=True) as connection:
            return {kind for (kind,) in connection.execute("SELECT kind FROM results WHERE claim = 'easy.above_itself'")}
    except sqlite3.Error:
        return set()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -9)])
def test_what_had_ended_is_recorded(number: int, code: int, write: Any) -> None:
    root = write(spec__easy=EASY, proofs__slow=SLOW)
    command = [sys.executable, "-m", "quod", "verify", "--jobs", "2"]
    run = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": ROOT}, start_new_session=True
    )
    until = time.monotonic() + 60
    while recorded(root) != {"statement", "fuzz"} and time.monotonic() < until and run.poll() is None:
        time.sleep(0.05)
    run.send_signal(number)
    out, err = run.communicate(timeout=30)
    assert run.returncode == code
    assert recorded(root) == {"statement", "fuzz"}
    if number == signal.SIGINT:
        assert "proof UNKNOWN: interrupted before this check had ended" in out
        assert err == "quod: interrupted; the results so far are recorded, and a second run goes on from there\n"
