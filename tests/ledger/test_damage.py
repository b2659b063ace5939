"""quod.ledger: a damaged or foreign file costs what was in it, is never deleted, and never yields another result."""

import random
import zlib

import pytest
from ledger_writer import RECORD, edit, numbers, record

from quod import _ledger_file, ledger
from quod.ledger import LedgerCorrupt, LedgerForeign, LedgerOutdated, open_ledger


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
