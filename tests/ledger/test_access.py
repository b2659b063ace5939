"""quod.ledger: a file or folder that cannot be read, written or locked, and a full disk, cost new results and nothing else."""

import fcntl
import json
import os
import resource
import sqlite3
from pathlib import Path

import pytest
from ledger_writer import RECORD, numbers, record

from quod import _ledger_file
from quod.ledger import open_ledger


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
