"""What tests/front/test_recheck.py runs in a worker: a kernel that leans on a package which has no business there."""

import importlib
import json

import quod.kernel.certificate
from quod import alone
from quod.lang import serial
from quod.lang.terms import TRUE

EMPTY = json.dumps({"format": quod.kernel.certificate.FORMAT, "terms": [], "roots": [], "steps": []})


def replay_with_help_of(package):
    """Replays a certificate with a kernel that imports `package` on the way."""
    quod.kernel.certificate.replay = lambda text, memory: importlib.import_module(package)
    table, rows = serial.to_json([TRUE])
    return alone.replay(EMPTY, [table, rows[0]])
