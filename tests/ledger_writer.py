"""What the tests of the ledger share; as a program, a run that writes until it is stopped, saying each number once its result is kept.

Usage: ledger_writer.py PATH NAME [COUNT]
"""

import itertools
import json
import sqlite3
import subprocess
import sys
from pathlib import Path

from quod.ledger import open_ledger

RECORD = {"verdict": "PROVED", "reason": "", "method": "algebra", "trusts": [], "figures": {"ε": 1e-300}, "seed": None, "seconds": 0.25}


def record(name, number):
    return {"verdict": "PROVED", "reason": "", "name": name, "number": number, "figures": {"seconds": number / 7}, "filling": "x" * 500}


def certificate(name, number):
    return json.dumps({"name": name, "steps": list(range(number, number + 400))})


def start_writer(path, name, *count):
    return subprocess.Popen([sys.executable, __file__, path, name, *count], stdout=subprocess.PIPE, text=True)


def numbers(book, name):
    """The numbers of the writer `name` whose results are there; each must be exactly what was written."""
    found = []
    for stored in book.certificates():
        if stored.record["name"] == name:
            number = stored.record["number"]
            assert stored.record == record(name, number)
            assert json.loads(stored.certificate) == json.loads(certificate(name, number))
            assert book.get(f"{name}-{number}") == record(name, number)
            found.append(number)
    return found


def edit(path, statement, *values):
    with sqlite3.connect(path) as connection:
        connection.execute(statement, values)
    connection.close()


def main():
    path, name, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else None
    with open_ledger(path, lambda fault: print("fault:", fault, flush=True)) as ledger:
        for number in itertools.count() if count is None else range(count):
            ledger.put(f"{name}-{number}", f"{name}.claim{number}", "proof", record(name, number), certificate(name, number))
            print(number, flush=True)


if __name__ == "__main__":
    main()
