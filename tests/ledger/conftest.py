"""Ledgers in temporary folders."""

import pytest
from ledger_writer import certificate, record

from quod.ledger import open_ledger


@pytest.fixture
def faults():
    return []


@pytest.fixture
def path(tmp_path):
    return tmp_path / ".quod" / "ledger.sqlite"


@pytest.fixture
def filled(path):
    """The path of a closed ledger with ten results and a run."""
    with open_ledger(path, pytest.fail) as book:
        for number in range(10):
            book.put(f"a-{number}", f"a.claim{number}", "proof", record("a", number), certificate("a", number))
        book.add_run({"rows": [1, 2]})
    return path
