"""What every test needs: Ctrl-C works in the processes that tests start, also where the tests themselves run in the background."""

from __future__ import annotations

import signal

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a shell starts `pytest &` so, and children would inherit it
    signal.signal(signal.SIGINT, signal.default_int_handler)
