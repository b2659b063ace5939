"""The ledger's file: its layout, how it is opened and moved aside, and what each fault of it is called."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

VERSION = 1
"""The version of the layout; files of an older one are moved aside, files of a newer one are left alone."""

LARGEST = 64 << 20
"""The most bytes that one record or one certificate may have as text."""

_APPLICATION = 0x71756F64  # "quod"
_PATIENCE = 10.0
_LAYOUT = (
    """CREATE TABLE results (id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, claim TEXT NOT NULL, kind TEXT NOT NULL,
 written REAL NOT NULL, record TEXT NOT NULL, certificate BLOB, checksum BLOB NOT NULL)""",
    "CREATE INDEX results_of_a_claim ON results (claim, kind, id)",
    "CREATE TABLE certificates (key TEXT PRIMARY KEY REFERENCES results (key) ON DELETE CASCADE, data BLOB NOT NULL)",
    "CREATE TABLE runs (id INTEGER PRIMARY KEY AUTOINCREMENT, written REAL NOT NULL, record TEXT NOT NULL, checksum BLOB NOT NULL)",
)


class LedgerError(Exception):
    """The ledger cannot be used. The message says which file, why, and what to do about it."""


class LedgerUnavailable(LedgerError):
    """The file or its folder cannot be opened, created or written: permissions, a folder in its place, a lock that is never released."""


class LedgerReadOnly(LedgerUnavailable):
    """The file can be read, and nothing can be added to it."""


class LedgerFull(LedgerUnavailable):
    """There is no room for another record, on the disk or within the limit for one file."""


class LedgerForeign(LedgerError):
    """A database, but not a ledger: another program's, or of a newer quod. It is left as it is."""


class LedgerUnusable(LedgerError):
    """A file that can only be moved aside, to a name that ends in `suffix` and a number."""

    suffix = "unusable"


class LedgerOutdated(LedgerUnusable):
    """A ledger of an older layout."""

    suffix = "outdated"


class LedgerCorrupt(LedgerUnusable):
    """Not a database, or a damaged one."""

    suffix = "corrupt"


def open_file(path: Path | None, *, read_only: bool = False) -> sqlite3.Connection:
    """The database in the file, laid out if it is new; in memory for None. Raises LedgerError."""
    import sqlite3

    if path is None:
        return _lay_out(sqlite3.connect(":memory:", isolation_level=None))
    mode = "mode=ro&immutable=1" if read_only else "mode=rwc"
    connection: sqlite3.Connection | None = None
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True, timeout=_PATIENCE, isolation_level=None)
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 2 * LARGEST)
        if _is_empty(connection, path):
            if read_only:
                raise LedgerUnavailable(f"{path}: the file is empty, and can only be read; fix: make it and its folder writable")
            _begin(connection)
            return _lay_out(connection)
        if not read_only:
            _begin(connection)
        connection.execute("PRAGMA foreign_keys = ON")
    except (sqlite3.Error, UnicodeError) as error:
        _close(connection)
        raise explain(error, path) from None
    except LedgerError:
        _close(connection)
        raise
    return connection


def _close(connection: sqlite3.Connection | None) -> None:
    if connection is not None:
        connection.close()


def _begin(connection: sqlite3.Connection) -> None:
    """Write ahead, in a log: a process that dies never leaves half a transaction, and readers wait for nobody."""
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")


def _is_empty(connection: sqlite3.Connection, path: Path) -> bool:
    """Whether nothing has been laid out yet. Raises LedgerForeign, LedgerOutdated, sqlite3.Error for what is no ledger of this version."""
    connection.text_factory = bytes
    connection.execute("PRAGMA trusted_schema = OFF")
    application, version = (int(connection.execute(f"PRAGMA {name}").fetchone()[0]) for name in ("application_id", "user_version"))
    rows = connection.execute("SELECT sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'").fetchall()
    if not rows and not application and not version:
        return True
    if application != _APPLICATION:
        raise LedgerForeign(f"{path}: expected a ledger, got another program's database; fix: move the file away")
    if version > VERSION:
        raise LedgerForeign(f"{path}: expected layout {VERSION}, got {version}, of a newer quod; fix: update quod, or move the file away")
    if version < VERSION:
        raise LedgerOutdated(f"{path}: expected layout {VERSION}, got {version}, of an older quod")
    # SQLite's text of the layout is compared because a view or trigger from elsewhere could make a query run for ever.
    if {row[0] for row in rows} != {statement.encode() for statement in _LAYOUT}:
        raise LedgerForeign(f"{path}: expected the tables of a ledger, got others; fix: move the file away")
    return False


def _lay_out(connection: sqlite3.Connection) -> sqlite3.Connection:
    connection.text_factory = bytes
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("BEGIN IMMEDIATE")
    for statement in (*_LAYOUT, f"PRAGMA application_id = {_APPLICATION}", f"PRAGMA user_version = {VERSION}"):
        connection.execute(statement)
    connection.execute("COMMIT")
    return connection


def can_be_written(path: Path) -> bool:
    """Whether the file, if there is one, and its folder allow writing."""
    return os.access(path.parent, os.W_OK) and (not path.exists() or os.access(path, os.W_OK))


def set_aside(path: Path, suffix: str) -> Path:
    """Move the file to `….SUFFIX-N`, with what SQLite keeps beside it. Raises OSError."""
    number = 1
    while (target := path.with_name(f"{path.name}.{suffix}-{number}")).exists():
        number += 1
    for part in ("-wal", "-shm", ""):
        with contextlib.suppress(FileNotFoundError):
            os.rename(f"{path}{part}", f"{target}{part}")
    return target


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """One run at a time lays out or moves a ledger. Raises OSError when the lock is not to be had in time."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        until = time.monotonic() + _PATIENCE
        while not _lock(descriptor):
            if time.monotonic() > until:
                raise TimeoutError(0, f"locked by another program for {_PATIENCE:g} s")
            time.sleep(0.01)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return True
    return True


def explain(error: Exception, path: Path | None) -> LedgerError:
    """The fault behind an OSError, a sqlite3.Error, or the UnicodeError that a message of SQLite becomes when it quotes a damaged name."""
    import sqlite3

    fix = "fix: make it and its folder readable and writable"
    if isinstance(error, OSError):
        return LedgerUnavailable(f"{path}: cannot be used ({error.strerror or error}); {fix}")
    if isinstance(error, UnicodeError):
        return LedgerCorrupt(f"{path}: expected a ledger, got a damaged file (a name in it is not UTF-8)")
    code = getattr(error, "sqlite_errorcode", None)
    match code & 0xFF if isinstance(code, int) else None:
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return LedgerCorrupt(f"{path}: expected a ledger, got a damaged file ({error})")
        case sqlite3.SQLITE_READONLY:
            return LedgerReadOnly(f"{path}: can only be read: new results are not kept; {fix}")
        case sqlite3.SQLITE_FULL | sqlite3.SQLITE_IOERR:
            return LedgerFull(f"{path}: cannot be read or written ({error}): new results are not kept; fix: make room on the disk")
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return LedgerUnavailable(f"{path}: locked by another program for {_PATIENCE:g} s; fix: end that program")
        case sqlite3.SQLITE_ERROR:
            return LedgerForeign(f"{path}: cannot be used ({error}); fix: move the file away")
        case _:
            return LedgerUnavailable(f"{path}: cannot be used ({error}); {fix}")
