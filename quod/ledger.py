"""The ledger: what was found out about which claim, kept between runs in one SQLite file (`.quod/ledger.sqlite`).

A result lies under a key that its user makes of everything the result depends on: the claim's digest, the kind of check, the engines'
versions, the settings. So nothing here ever becomes wrong by growing old, and everything here can be computed again: a fault of the
ledger costs time and never a run. Nothing here raises for such a fault; it is said once, in a sentence, to `warn`:

- a damaged file, or one of an older layout, is moved aside (never deleted) and a new ledger begun;
- a file that can only be read is only read; with any other fault results are kept in memory, for this run alone;
- a damaged record counts as absent; a record that cannot be written is not kept.

Only JSON is read back, each record under a checksum. The checksum finds damage, not forgery: a ledger from elsewhere is somebody's
word, and its certificates have to be replayed by the kernel before they are worth more.

Runs share the file through SQLite's write-ahead log: every `put` is one transaction, on disk when it returns, whatever ends the process.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, Self

from quod._ledger_file import (
    LARGEST,
    LedgerCorrupt,
    LedgerError,
    LedgerForeign,
    LedgerFull,
    LedgerOutdated,
    LedgerReadOnly,
    LedgerUnavailable,
    LedgerUnusable,
    can_be_written,
    explain,
    locked,
    open_file,
    set_aside,
)

if TYPE_CHECKING:
    import sqlite3

__all__ = [
    "FILE",
    "Ledger",
    "LedgerCorrupt",
    "LedgerError",
    "LedgerForeign",
    "LedgerFull",
    "LedgerOutdated",
    "LedgerReadOnly",
    "LedgerUnavailable",
    "LedgerUnusable",
    "Stored",
    "open_ledger",
]

FILE = "ledger.sqlite"
"""The ledger's name in the folder that a project keeps for quod."""

_KEPT_RESULTS = 8
_KEPT_RUNS = 20
_ROW = "SELECT results.key, claim, kind, record, certificate, checksum"

Warn = Callable[[str], None]
"""Called with one sentence for each fault."""


class _Damaged(ValueError):
    """A record that is not what was once written."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A result with its certificate: `claim` is the claim's id, `kind` the check, `certificate` JSON text."""

    key: str
    claim: str
    kind: str
    record: dict[str, Any]
    certificate: str


class Ledger:
    """An open ledger; `path` None, given or fallen back to, keeps it in memory. `read_only` says that nothing new is kept."""

    def __init__(self, path: Path | None, warn: Warn) -> None:
        self.path, self.read_only = path, False
        self._warn, self._said = warn, set[str]()
        self._inode = 0
        self._connection = self._open()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the file back; allowed more than once."""
        self._connection.close()

    def get(self, key: str) -> dict[str, Any] | None:
        """The record under `key`; None where there is none, or a damaged one."""
        for row in self._read(f"{_ROW} FROM results WHERE key = ?", key):
            with self._damage_is_absence(row):
                return _result(row, key).record
        return None

    def put(self, key: str, claim: str, check: str, record: Mapping[str, Any], certificate: str | None = None) -> None:
        """Keep a record (JSON data), and the certificate of a proof (JSON text). Of each claim and check the last few results are kept."""
        try:
            text = _dump(record)
            plain = None if certificate is None else certificate.encode()
        except (TypeError, ValueError, RecursionError) as error:
            self._say(LedgerError(f"the {check} result of {claim} is not kept: expected JSON data ({error})"))
            return
        if max(len(text), len(plain or b"")) > LARGEST:
            self._say(LedgerError(f"the {check} result of {claim} is not kept: it is larger than {LARGEST >> 20} MB"))
            return
        packed = None if plain is None else zlib.compress(plain, 6)
        digest = None if packed is None else _checksum(packed)
        seal = _seal(key, claim, check, text, digest)

        def write(connection: sqlite3.Connection) -> None:
            connection.execute(
                "INSERT OR REPLACE INTO results (key, claim, kind, written, record, certificate, checksum) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (key, claim, check, time.time(), text, digest, seal),
            )
            if packed is not None:
                connection.execute("INSERT OR REPLACE INTO certificates (key, data) VALUES (?, ?)", (key, packed))
            connection.execute(
                "DELETE FROM results WHERE claim = :claim AND kind = :kind AND id <= "
                "(SELECT id FROM results WHERE claim = :claim AND kind = :kind ORDER BY id DESC LIMIT 1 OFFSET :kept)",
                {"claim": claim, "kind": check, "kept": _KEPT_RESULTS},
            )

        self._write(write)

    def certificate(self, key: str) -> str | None:
        """The certificate kept with the record under `key`, as JSON text; None where there is none, or a damaged one."""
        stored = self._stored(key)
        return None if stored is None else stored.certificate

    def certificates(self) -> Iterator[Stored]:
        """Every undamaged result that has an undamaged certificate, the oldest first."""
        for (key,) in self._read("SELECT key FROM results WHERE certificate IS NOT NULL ORDER BY id"):
            stored = self._stored(bytes(key).decode(errors="replace"))
            if stored is not None:
                yield stored

    def proofs(self, claim: str) -> Iterator[Stored]:
        """The undamaged results of a claim that have an undamaged certificate, the latest first."""
        for (key,) in self._read("SELECT key FROM results WHERE claim = ? AND certificate IS NOT NULL ORDER BY id DESC", claim):
            stored = self._stored(bytes(key).decode(errors="replace"))
            if stored is not None:
                yield stored

    def add_run(self, record: Mapping[str, Any]) -> None:
        """Keep what a whole run found, as JSON data; the last few are kept."""
        try:
            text = _dump(record)
        except (TypeError, ValueError, RecursionError) as error:
            self._say(LedgerError(f"this run is not kept: expected JSON data ({error})"))
            return

        def write(connection: sqlite3.Connection) -> None:
            connection.execute("INSERT INTO runs (written, record, checksum) VALUES (?, ?, ?)", (time.time(), text, _seal("run", text)))
            connection.execute("DELETE FROM runs WHERE id <= (SELECT max(id) FROM runs) - ?", (_KEPT_RUNS,))

        self._write(write)

    def runs(self) -> list[dict[str, Any]]:
        """What was kept of the last runs, the latest first."""
        found = []
        for record, checksum in self._read("SELECT record, checksum FROM runs ORDER BY id DESC"):
            try:
                text = _text(record)
                if checksum != _seal("run", text):
                    raise _Damaged("its checksum is another")
                found.append(_load(text))
            except _Damaged as error:
                self._say(LedgerError(f"{self.path}: the record of a run is damaged ({error}) and is left out"))
        return found

    def last_run(self) -> dict[str, Any] | None:
        """What was kept of the last run."""
        return next(iter(self.runs()), None)

    def _stored(self, key: str) -> Stored | None:
        query = f"{_ROW}, data FROM results JOIN certificates ON certificates.key = results.key WHERE results.key = ?"
        for *row, data in self._read(query, key):
            with self._damage_is_absence(row):
                stored = _result(row, key)
                if not isinstance(data, bytes) or _checksum(data) != row[4]:
                    raise _Damaged("its certificate is not the one that was written")
                return replace(stored, certificate=_inflate(data))
        return None

    @contextlib.contextmanager
    def _damage_is_absence(self, row: Sequence[object]) -> Iterator[None]:
        try:
            yield
        except _Damaged as error:
            key, claim, kind = (_shown(value) for value in row[:3])
            self._say(LedgerError(f"{self.path}: the {kind} result of {claim or key} is damaged ({error}) and counts as absent"))

    def _say(self, fault: LedgerError) -> None:
        text = "".join(character if character.isprintable() else "\ufffd" for character in str(fault))  # it may quote a damaged file
        if text not in self._said:
            self._said.add(text)
            self._warn(text)

    def _read(self, query: str, *values: str) -> list[Any]:
        import sqlite3

        try:
            return self._connection.execute(query, values).fetchall()
        except (sqlite3.Error, UnicodeError) as error:
            self._survive(error)
            return []

    def _write(self, statements: Callable[[sqlite3.Connection], None]) -> None:
        """Run the statements as one transaction, or not at all; once more if that has led to a new ledger."""
        import sqlite3

        for _ in range(2):
            if self.read_only:
                return
            try:
                self._transact(statements)
            except (sqlite3.Error, UnicodeError) as error:
                if self._survive(error):
                    continue
            return

    def _transact(self, statements: Callable[[sqlite3.Connection], None]) -> None:
        import sqlite3

        self._connection.execute("BEGIN IMMEDIATE")
        try:
            statements(self._connection)
            self._connection.execute("COMMIT")
        finally:
            if self._connection.in_transaction:
                with contextlib.suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")

    def _survive(self, error: Exception) -> bool:
        """Say what a failed read or write was; True if the file was damaged, so that a new one has taken its place."""
        fault = explain(error, self.path)
        if isinstance(fault, LedgerCorrupt) and self.path is not None and not self.read_only:
            self._connection.close()
            self._connection = self._open(fault)
            return True
        self._say(fault)
        return False

    def _open(self, found: LedgerUnusable | None = None) -> sqlite3.Connection:
        """A connection to the best ledger to be had; `found` is what the file that was open until now turned out to be."""
        if self.path is None:
            return open_file(None)
        try:
            return self._open_to_write(self.path, found) if self._may_write(self.path) else self._open_to_read(self.path)
        except (LedgerError, OSError) as error:
            fault = error if isinstance(error, LedgerError) else explain(error, self.path)
        self._say(type(fault)(f"{fault}; this run goes on without it"))
        self.path = None
        return open_file(None)

    def _may_write(self, path: Path) -> bool:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
        return can_be_written(path)

    def _open_to_write(self, path: Path, found: LedgerUnusable | None) -> sqlite3.Connection:
        with locked(path.parent):
            if found is not None and path.exists() and path.stat().st_ino == self._inode:  # else another run has already moved it
                self._set_aside(path, found)
            try:
                connection = open_file(path)
            except LedgerUnusable as fault:
                self._set_aside(path, fault)
                connection = open_file(path)
            self._inode = path.stat().st_ino
            return connection

    def _open_to_read(self, path: Path) -> sqlite3.Connection:
        connection = open_file(path, read_only=True)
        self.read_only = True
        self._say(
            LedgerReadOnly(f"{path}: can only be read: its results are used, new ones are not kept; fix: make it and its folder writable")
        )
        return connection

    def _set_aside(self, path: Path, fault: LedgerUnusable) -> None:
        moved = set_aside(path, fault.suffix)
        self._say(type(fault)(f"{fault}; it was moved to {moved.name} and a new ledger begun"))


def open_ledger(path: Path, warn: Warn) -> Ledger:
    """The ledger in the file `path`, begun if there is none; with whatever is wrong there, the best that can be had instead."""
    return Ledger(path, warn)


def _result(row: Sequence[Any], key: str) -> Stored:
    """The record in a row as it was written under `key`. Raises _Damaged."""
    found, claim, kind, record = (_text(value) for value in row[:4])
    if found != key or row[5] != _seal(found, claim, kind, record, row[4]):
        raise _Damaged("its checksum is another")
    return Stored(found, claim, kind, _load(record), "")


def _text(value: object) -> str:
    try:
        if not isinstance(value, bytes):
            raise _Damaged(f"expected text, got {type(value).__name__}")
        return value.decode()
    except UnicodeDecodeError:
        raise _Damaged("its text is not UTF-8") from None


def _shown(value: object) -> str:
    return (value.decode(errors="replace") if isinstance(value, bytes) else str(value))[:200]


def _dump(record: Mapping[str, Any]) -> str:
    return json.dumps(dict(record), ensure_ascii=True, allow_nan=False, separators=(",", ":"))


def _load(text: str) -> dict[str, Any]:
    try:
        record = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise _Damaged(f"not JSON: {error}") from None
    if not isinstance(record, dict):
        raise _Damaged(f"expected an object, got {type(record).__name__}")
    return record


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


def _checksum(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=16).digest()


def _seal(*parts: str | bytes | None) -> bytes:
    """Checksum of several values; what belongs to which cannot be shifted."""
    return _checksum(json.dumps([part.hex() if isinstance(part, bytes) else part for part in parts]).encode())


def _inflate(data: bytes) -> str:
    """Text of bounded size, however small the bytes that it was packed into. Raises _Damaged."""
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(data, LARGEST + 1)
        if not unpacker.eof:
            raise _Damaged("its certificate is cut off or too large")
        return text.decode()
    except (zlib.error, UnicodeDecodeError) as error:
        raise _Damaged(f"its certificate cannot be read: {error}") from None
