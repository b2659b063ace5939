"""What every test needs: Ctrl-C works in the processes that tests start, also where the tests themselves run in the background; and the
profile `nightly` of Hypothesis, which the long forms of some tests look at (see docs/assurance.md)."""

from __future__ import annotations

import signal

import numpy  # noqa: F401
from hypothesis import settings

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a shell starts `pytest &` so, and children would inherit it
    signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("nightly", max_examples=10_000)
