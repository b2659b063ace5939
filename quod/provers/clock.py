"""The clock of a search: CPU seconds of this process, so that a busy machine does not change what is found.

Hard limits in wall-clock seconds are kept from outside (`quod.processes`), and hold whatever a search does.
"""

from __future__ import annotations

import time

now = time.process_time
"""CPU seconds of this process; the deadlines of searches are readings of it."""


def before(deadline: float) -> float:
    """The reading of `now` at which as much is left as now is until `deadline`, a reading of time.monotonic()."""
    return now() + (deadline - time.monotonic())
