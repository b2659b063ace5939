"""Writes to a ledger until it is stopped, saying each number once its result is kept. Run by tests/test_ledger.py.

Usage: ledger_writer.py PATH NAME [COUNT]
"""

import itertools
import json
import sys
from pathlib import Path

from quod.ledger import open_ledger


def record(name, number):
    return {"verdict": "PROVED", "reason": "", "name": name, "number": number, "figures": {"seconds": number / 7}, "filling": "x" * 500}


def certificate(name, number):
    return json.dumps({"name": name, "steps": list(range(number, number + 400))})


def main():
    path, name, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else None
    with open_ledger(path, lambda fault: print("fault:", fault, flush=True)) as ledger:
        for number in itertools.count() if count is None else range(count):
            ledger.put(f"{name}-{number}", f"{name}.claim{number}", "proof", record(name, number), certificate(name, number))
            print(number, flush=True)


if __name__ == "__main__":
    main()
