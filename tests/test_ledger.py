"""quod.ledger: what was kept is found again, undamaged, whatever happens to the process, the file or the disk."""

import fcntl
import json
import os
import random
import resource
import sqlite3
import subprocess
import sys
import time
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger_writer import certificate, record

from quod import _ledger_file, ledger
from quod.ledger import Ledger, LedgerCorrupt, LedgerForeign, LedgerOutdated, open_ledger

WRITER = Path(__file__).with_name("ledger_writer.py")
RECORD = {"verdict": "PROVED", "reason": "", "method": "algebra", "trusts": [], "figures": {"ε": 1e-300}, "seed": None, "seconds": 0.25}


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


def start_writer(path, name, *count):
    return subprocess.Popen([sys.executable, WRITER, path, name, *count], stdout=subprocess.PIPE, text=True)


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


def in_a_fork(action, user=None):
    """What `action` returns (JSON data) in a forked process, as another user where the tests run as root."""
    source, target = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if user is not None and os.geteuid() == 0:
                os.setgid(user)
                os.setuid(user)
            os.write(target, json.dumps(action()).encode())
        finally:
            os._exit(0)
    os.close(target)
    with os.fdopen(source) as answer:
        text = answer.read()
    os.waitpid(child, 0)
    return json.loads(text)


def without_privileges(action):
    """What `action` returns in a process for which permissions count."""
    return in_a_fork(action, user=65534)


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


@pytest.mark.parametrize("content", [b"unsat\n" * 1000, b"SQLite format 3\0" + b"\xff" * 5000, b"SQLite format 3\0", b"{}"])
def test_a_file_that_is_no_database_is_moved_aside(path, faults, content):
    path.parent.mkdir()
    for number in (1, 2):
        path.write_bytes(content)
        with open_ledger(path, faults.append) as book:
            assert book.get("key") is None
            book.put("key", "topic.claim", "proof", RECORD)
            assert book.get("key") == RECORD
        assert path.with_name(f"ledger.sqlite.corrupt-{number}").read_bytes() == content
        assert faults[-1].startswith(f"{path}: expected a ledger, got a damaged file (")
        assert faults[-1].endswith(f"it was moved to ledger.sqlite.corrupt-{number} and a new ledger begun")
    assert len(faults) == 2


def test_a_half_written_file_is_moved_aside(filled, faults):
    content = filled.read_bytes()
    for size in (1, 50, 100, 4096, len(content) // 2, len(content) - 4096, len(content) - 1):
        filled.write_bytes(content[:size])
        with open_ledger(filled, faults.append) as book:
            found = numbers(book, "a")
            book.put("key", "topic.claim", "proof", RECORD)
            assert book.get("key") == RECORD
        assert size > len(content) // 2 or found == []
    asides = [file for file in filled.parent.iterdir() if "corrupt" in file.name]
    assert len(asides) == sum("damaged file" in fault for fault in faults) >= 5


def test_an_empty_file_is_laid_out(path):
    path.parent.mkdir()
    path.touch()
    with open_ledger(path, pytest.fail) as book:
        book.put("key", "topic.claim", "proof", RECORD)
        assert book.get("key") == RECORD


@pytest.mark.parametrize("seed", range(60))
def test_flipped_bytes_give_absence_and_never_another_result(filled, faults, seed):
    dice = random.Random(seed)
    content = bytearray(filled.read_bytes())
    for _ in range(dice.choice((1, 3, 30))):
        content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
    filled.write_bytes(content)
    with open_ledger(filled, faults.append) as book:
        for number in range(10):
            assert book.get(f"a-{number}") in (None, record("a", number))
        numbers(book, "a")
        assert book.last_run() in (None, {"rows": [1, 2]})
        book.put("key", "topic.claim", "proof", RECORD, "[]")
        assert book.get("key") in (None, RECORD)


def edit(path, statement, *values):
    with sqlite3.connect(path) as connection:
        connection.execute(statement, values)
    connection.close()


BOMB = zlib.compress(b" " * (65 << 20), 9)


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE results SET record = replace(record, 'PROVED', 'DENIED')", "its checksum is another"),
        ("UPDATE results SET claim = 'b.claim' WHERE key = 'a-3'", "its checksum is another"),
        ("UPDATE results SET record = x'ff'", "its text is not UTF-8"),
        ("UPDATE results SET record = CAST(x'ff' AS TEXT)", "its text is not UTF-8"),
        ("UPDATE results SET record = '17'", "its checksum is another"),
        ("UPDATE results SET certificate = 'text'", "its checksum is another"),
        ("UPDATE certificates SET data = x'00'", "its certificate is not the one that was written"),
        ("UPDATE certificates SET data = 'text'", "its certificate is not the one that was written"),
        (
            "UPDATE certificates SET data = (SELECT data FROM certificates WHERE key = 'a-4') WHERE key = 'a-3'",
            "its certificate is not the one that was written",
        ),
    ],
)
def test_a_damaged_record_counts_as_absent(filled, faults, statement, expected):
    edit(filled, statement)
    with open_ledger(filled, faults.append) as book:
        if "SET data" in statement:
            assert book.get("a-3") == record("a", 3)
        else:
            assert book.get("a-3") is None
        assert book.certificate("a-3") is None
        book.put("a-3", "a.claim3", "proof", RECORD, "[]")
        assert (book.get("a-3"), book.certificate("a-3")) == (RECORD, "[]")
    assert len(faults) == 1
    assert faults[0].startswith(f"{filled}: the proof result of ")
    assert f"is damaged ({expected}" in faults[0]
    assert faults[0].endswith("and counts as absent")


@pytest.mark.parametrize(
    ("text", "data", "expected"),
    [
        ("{", b"", "not JSON"),
        ("[]", b"", "expected an object, got list"),
        ('{"x":NaN}', b"", "not JSON: NaN is no JSON"),
        ('{"x":' * 100_000, b"", "not JSON"),
        ("{}", b"no zlib", "its certificate cannot be read"),
        ("{}", BOMB, "its certificate is cut off or too large"),
        ("{}", zlib.compress(b"[1, 2, 3]")[:-3], "its certificate is cut off or too large"),
    ],
)
def test_a_forged_record_does_no_harm(filled, faults, text, data, expected):
    seal = ledger._seal("a-3", "a.claim3", "proof", text, ledger._checksum(data))
    edit(filled, "UPDATE results SET record = ?, certificate = ?, checksum = ? WHERE key = 'a-3'", text, ledger._checksum(data), seal)
    edit(filled, "UPDATE certificates SET data = ? WHERE key = 'a-3'", data)
    with open_ledger(filled, faults.append) as book:
        assert book.certificate("a-3") is None
    assert f"is damaged ({expected}" in faults[0]


def test_an_index_that_leads_to_another_record_finds_nothing(filled, faults):
    content = filled.read_bytes()
    assert content.count(b"a-3\x04") == 2  # the rows of both tables, by their keys
    filled.write_bytes(content.replace(b"a-3\x04", b"a-3\x05"))
    with open_ledger(filled, faults.append) as book:
        assert (book.get("a-3"), book.certificate("a-3")) == (None, None)
        assert book.get("a-4") == record("a", 4)
    assert "is damaged (its checksum is another) and counts as absent" in faults[0]


def test_nothing_but_printable_characters_of_a_damaged_file_is_shown(filled, faults):
    edit(filled, "UPDATE results SET claim = char(27) || '[2J' || char(10) || printf('%.9000c', 'x')")
    with open_ledger(filled, faults.append) as book:
        assert book.get("a-3") is None
    assert faults[0].isprintable()
    assert len(faults[0]) < 600


def test_a_damaged_run_is_left_out(filled, faults):
    edit(filled, "UPDATE runs SET record = '{}'")
    with open_ledger(filled, faults.append) as book:
        assert book.last_run() is None
    assert faults == [f"{filled}: the record of a run is damaged (its checksum is another) and is left out"]


def test_damage_found_in_the_middle_of_a_run_costs_no_later_result(filled, faults):
    with open_ledger(filled, faults.append) as first, open_ledger(filled, faults.append) as second:
        first.put("one", "topic.claim", "proof", RECORD)
        edit(filled, "PRAGMA wal_checkpoint(TRUNCATE)")
        with open(filled, "r+b") as file:
            file.seek(4096)
            file.write(b"\xff" * (filled.stat().st_size - 4096))
        first.put("two", "topic.claim", "proof", RECORD)
        second.put("three", "topic.claim", "impl", RECORD)
        assert first.get("three") == second.get("two") == RECORD
    assert sorted(file.name for file in filled.parent.iterdir() if "shm" not in file.name and "wal" not in file.name) == [
        "ledger.sqlite",
        "ledger.sqlite.corrupt-1",
    ]


def test_a_database_of_another_program_is_left_alone(path, faults):
    path.parent.mkdir()
    edit(path, "CREATE TABLE results (key TEXT)")
    before = path.read_bytes()
    with open_ledger(path, faults.append) as book:
        book.put("key", "topic.claim", "proof", RECORD)
        assert book.get("key") == RECORD
    assert faults == [f"{path}: expected a ledger, got another program's database; fix: move the file away; this run goes on without it"]
    assert path.read_bytes() == before


def test_a_ledger_with_a_view_in_place_of_a_table_is_refused(filled, faults):
    edit(filled, "DROP TABLE runs")
    edit(
        filled,
        "CREATE VIEW runs AS WITH RECURSIVE t(id) AS (SELECT 1 UNION ALL SELECT id FROM t) SELECT id, id AS record, id AS checksum FROM t",
    )
    with open_ledger(filled, faults.append) as book:
        assert book.last_run() is None
    assert faults == [f"{filled}: expected the tables of a ledger, got others; fix: move the file away; this run goes on without it"]


def test_a_newer_layout_is_left_alone_and_an_older_one_moved_aside(filled, faults):
    edit(filled, "PRAGMA user_version = 2")
    with open_ledger(filled, faults.append) as book:
        assert book.get("a-3") is None
    newer = f"{filled}: expected layout 1, got 2, of a newer quod; fix: update quod, or move the file away; this run goes on without it"
    assert faults == [newer]
    edit(filled, "PRAGMA user_version = 0")
    with open_ledger(filled, faults.append) as book:
        assert book.get("a-3") is None
    moved = "it was moved to ledger.sqlite.outdated-1 and a new ledger begun"
    assert faults == [newer, f"{filled}: expected layout 1, got 0, of an older quod; {moved}"]
    assert filled.with_name("ledger.sqlite.outdated-1").exists()


@pytest.mark.parametrize(("version", "expected"), [(0, LedgerOutdated), (2, LedgerForeign)])
def test_each_fault_has_its_class(filled, version, expected):
    edit(filled, f"PRAGMA user_version = {version}")
    with pytest.raises(expected):
        _ledger_file.open_file(filled)
    filled.write_bytes(b"rubbish" * 100)
    with pytest.raises(LedgerCorrupt):
        _ledger_file.open_file(filled)


def open_and_use(path):
    """What a run on this ledger finds, keeps, and is told."""
    faults = []
    with open_ledger(path, faults.append) as book:
        book.put("new", "topic.claim", "proof", RECORD)
        book.add_run({"rows": []})
        return [book.get("a-3") == record("a", 3), book.get("new") == RECORD, faults]


def open_to_all(path):
    """Let any user reach what lies in `path`, whatever the test runner's folders allow."""
    for folder in path.parents:
        if os.access(folder, os.W_OK) and folder.stat().st_uid == os.geteuid() and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o111)


@pytest.mark.parametrize(("folder_mode", "file_mode"), [(0o555, 0o444), (0o555, 0o666), (0o777, 0o444)])
def test_a_read_only_ledger_is_only_read(filled, folder_mode, file_mode):
    open_to_all(filled)
    filled.chmod(file_mode)
    filled.parent.chmod(folder_mode)
    try:
        found, kept, faults = without_privileges(lambda: open_and_use(filled))
    finally:
        filled.parent.chmod(0o755)
    assert (found, kept) == (True, False)
    assert faults == [f"{filled}: can only be read: its results are used, new ones are not kept; fix: make it and its folder writable"]


@pytest.mark.parametrize(("folder_mode", "file_mode"), [(0o777, 0o000), (0o555, 0o000), (0o000, 0o666)])
def test_an_unreadable_ledger_is_done_without(filled, folder_mode, file_mode):
    open_to_all(filled)
    filled.chmod(file_mode)
    filled.parent.chmod(folder_mode)
    try:
        found, kept, faults = without_privileges(lambda: open_and_use(filled))
    finally:
        filled.parent.chmod(0o755)
    assert (found, kept) == (False, True)
    assert len(faults) == 1
    assert faults[0].startswith(f"{filled}: cannot be used (")
    assert faults[0].endswith("; fix: make it and its folder readable and writable; this run goes on without it")


def test_a_folder_that_cannot_be_made_is_done_without(path):
    open_to_all(path)
    path.parent.parent.chmod(0o555)
    try:
        found, kept, faults = without_privileges(lambda: open_and_use(path))
    finally:
        path.parent.parent.chmod(0o755)
    assert (found, kept) == (False, True)
    assert faults[0].startswith(f"{path}: cannot be used (Permission denied); fix: ")


def test_a_folder_or_file_in_the_wrong_place_is_done_without(path, faults):
    path.mkdir(parents=True)
    assert open_and_use(path)[:2] == [False, True]
    path.rmdir()
    path.parent.rmdir()
    path.parent.write_text("a file")
    found, kept, faults = open_and_use(path)
    assert (found, kept) == (False, True)
    assert faults[0].startswith(f"{path}: cannot be used (")


def test_a_full_disk_costs_only_the_new_results(filled):
    def on_a_full_disk():
        size = sum(file.stat().st_size for file in filled.parent.iterdir())
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 60_000, resource.RLIM_INFINITY))
        faults = []
        with open_ledger(filled, faults.append) as book:
            for number in range(200):
                book.put(f"b-{number}", f"b.claim{number}", "proof", record("b", number), json.dumps(os.urandom(2000).hex()))
            found = [number for number in range(200) if book.get(f"b-{number}")]
            same = all(book.get(f"b-{number}") == record("b", number) for number in found)
            return [found, same, numbers(book, "a"), faults]

    found, same, old, faults = in_a_fork(on_a_full_disk)
    assert 0 < len(found) < 200
    assert same
    assert old == list(range(10))
    assert len(faults) == 1
    assert faults[0].startswith(f"{filled}: cannot be read or written (")
    assert faults[0].endswith("new results are not kept; fix: make room on the disk")
    with open_ledger(filled, pytest.fail) as book:
        assert all(book.get(f"b-{number}") == record("b", number) for number in found)
        book.put("key", "topic.claim", "proof", RECORD)
        assert book.get("key") == RECORD


def test_a_lock_that_is_never_released_is_waited_for_in_vain(filled, faults, monkeypatch):
    monkeypatch.setattr(_ledger_file, "_PATIENCE", 0.1)
    other = sqlite3.connect(filled, isolation_level=None)
    with open_ledger(filled, faults.append) as book:
        other.execute("BEGIN IMMEDIATE")
        assert book.get("a-3") == record("a", 3)
        book.put("key", "topic.claim", "proof", RECORD)
        assert book.get("key") is None
        other.execute("COMMIT")
        book.put("key", "topic.claim", "proof", RECORD)
        assert book.get("key") == RECORD
    assert faults == [f"{filled}: locked by another program for 0.1 s; fix: end that program"]
    other.execute("PRAGMA locking_mode = EXCLUSIVE")
    other.execute("DELETE FROM runs")
    assert open_and_use(filled)[:2] == [False, True]
    other.close()


def test_a_folder_lock_that_is_never_released_is_waited_for_in_vain(filled, faults, monkeypatch):
    monkeypatch.setattr(_ledger_file, "_PATIENCE", 0.1)
    folder = os.open(filled.parent, os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)
    found, kept, faults = open_and_use(filled)
    os.close(folder)
    assert (found, kept) == (False, True)
    assert "locked by another program for 0.1 s" in faults[0]


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
