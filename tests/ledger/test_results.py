"""quod.ledger: what was kept is found again, by this run, the next one, and others at the same time, even after `kill -9`."""

import random
import sqlite3
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_writer import RECORD, certificate, numbers, start_writer

from quod.ledger import Ledger, open_ledger


def test_a_result_comes_back_with_its_certificate(path, faults):
    with open_ledger(path, faults.append) as book:
        book.put("key", "topic.claim", "proof", RECORD, '{"steps":["≤"]}')
        book.put("other", "topic.claim", "fuzz", {"verdict": "SAMPLED"})
        assert book.get("absent") is None
    with open_ledger(path, faults.append) as book:
        assert book.get("key") == RECORD
        assert book.certificate("key") == '{"steps":["≤"]}'
        assert book.certificate("other") is None
        assert [(stored.key, stored.claim, stored.kind) for stored in book.certificates()] == [("key", "topic.claim", "proof")]
    assert faults == []


def test_a_second_result_takes_the_place_of_the_first(path):
    with open_ledger(path, pytest.fail) as book:
        book.put("key", "topic.claim", "proof", RECORD, "[1]")
        book.put("key", "topic.claim", "proof", {"verdict": "UNKNOWN"})
        assert book.get("key") == {"verdict": "UNKNOWN"}
        assert book.certificate("key") is None


def test_the_last_results_of_each_claim_and_the_last_runs_are_kept(path):
    for number in range(30):
        with open_ledger(path, pytest.fail) as book:
            book.put(f"key-{number}", "topic.claim", "fuzz", {"number": number}, "[]")
            book.put(f"other-{number}", "topic.claim", "proof" if number % 2 else "impl", {"number": number})
            book.add_run({"number": number})
    with open_ledger(path, pytest.fail) as book:
        assert [number for number in range(30) if book.get(f"key-{number}")] == list(range(22, 30))
        assert [number for number in range(30) if book.get(f"other-{number}")] == list(range(14, 30))
        assert [run["number"] for run in book.runs()] == list(range(29, 9, -1))
        assert book.last_run() == {"number": 29}
    tables = sqlite3.connect(path)
    assert tables.execute("SELECT count(*) FROM certificates").fetchone() == (8,)
    tables.close()


def test_a_ledger_without_runs_says_so(path):
    with open_ledger(path, pytest.fail) as book:
        assert book.last_run() is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.text(), values, max_size=3),
    max_leaves=8,
)


@settings(deadline=None)
@given(key=st.text(st.characters(exclude_categories=["Cs"])), data=st.dictionaries(st.text(), json_values, max_size=4))
def test_any_json_comes_back_as_it_was(key, data):
    with Ledger(None, pytest.fail) as book:
        book.put(key, key, "proof", data)
        assert book.get(key) == data


@pytest.mark.parametrize("bad", [{"x": float("nan")}, {"x": float("inf")}, {"x": {1}}, {"x": b""}])
def test_what_is_not_json_is_not_kept(path, faults, bad):
    with open_ledger(path, faults.append) as book:
        book.put("key", "topic.claim", "fuzz", bad)
        book.put("key", "topic.claim", "fuzz", RECORD, "\ud800")
        book.add_run(bad)
        assert book.get("key") is None
        assert book.last_run() is None
    assert [fault.partition(" (")[0] for fault in faults] == [
        "the fuzz result of topic.claim is not kept: expected JSON data",
        "the fuzz result of topic.claim is not kept: expected JSON data",
        "this run is not kept: expected JSON data",
    ]


def test_every_acknowledged_result_survives_kill_9(path):
    dice = random.Random(5)
    acknowledged = 0
    for round_ in range(8):
        writer = start_writer(path, f"w{round_}")
        assert writer.stdout.readline() == "0\n"
        time.sleep(dice.uniform(0.0, 0.08))
        writer.kill()
        lines = ["0", *writer.communicate()[0].split()]
        with open_ledger(path, pytest.fail) as book:
            found = numbers(book, f"w{round_}")
        assert found[: len(lines)] == [int(line) for line in lines]
        assert len(found) <= len(lines) + 1
        acknowledged += len(lines)
    assert acknowledged > 20
    assert sorted(file.name for file in path.parent.iterdir()) == ["ledger.sqlite"]


def test_two_runs_at_once_lose_nothing(path):
    writers = [start_writer(path, name, "150") for name in "ab"]
    for writer in writers:
        output, _ = writer.communicate(timeout=60)
        assert output.split() == [str(number) for number in range(150)]
    with open_ledger(path, pytest.fail) as book:
        assert numbers(book, "a") == numbers(book, "b") == list(range(150))


def test_many_runs_may_begin_the_same_ledger(path):
    writers = [start_writer(path, f"w{number}", "1") for number in range(4)]
    assert [writer.communicate(timeout=60)[0] for writer in writers] == ["0\n"] * 4
    with open_ledger(path, pytest.fail) as book:
        assert len(list(book.certificates())) == 4


def test_a_clock_that_jumps_changes_nothing(path, monkeypatch):
    with open_ledger(path, pytest.fail) as book:
        for number in range(20):
            monkeypatch.setattr(time, "time", lambda number=number: 1e9 - 1e6 * number)
            book.put(f"key-{number}", "topic.claim", "fuzz", {"number": number})
            book.add_run({"number": number})
        assert [number for number in range(20) if book.get(f"key-{number}")] == list(range(12, 20))
        assert book.last_run() == {"number": 19}


def test_five_hundred_records_are_read_in_time(path):
    with open_ledger(path, pytest.fail) as book:
        for number in range(500):
            book.put(f"key-{number}", f"topic.claim{number}", "proof", RECORD, certificate("a", number))
    best = min(_seconds_to_read(path) for _ in range(3))
    assert best < 0.05


def _seconds_to_read(path):
    started = time.process_time()
    with open_ledger(path, pytest.fail) as book:
        assert all(book.get(f"key-{number}") == RECORD for number in range(500))
    return time.process_time() - started


def test_importing_the_module_loads_no_database():
    code = (
        "import sys, quod; before = set(sys.modules); import quod.ledger; print('sqlite3' in sys.modules, len(set(sys.modules) - before))"
    )
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert output[0] == "False"
    assert int(output[1]) < 12
