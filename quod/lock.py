"""`trust.lock`: for every claim its verdict, how it was found, and what it rests on, in a committed file whose diff is read in review.

Verdicts have no order; evidence that is held against a lock has one: what was proved, sampled or unknown must not become less than it was.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quod.project import ProjectError, replace, shown

FILE = "trust.lock"
"""The lock's name in the root of a project."""
FORMAT = 1
FAILING = ("weaker", "grown", "missing", "changed", "new", "outdated")
"""The kinds of difference that make a run fail; the others are only said."""

_HEAD = """\
# What every claim rests on. Written by `quod lock`, held against each run by `quod verify --locked`, read in review as a diff.

format = {format}

[meanings]  # of the names under `trusts`
"""
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_STRENGTH = {"PROVED": 2, "SAMPLED": 1, "UNKNOWN": 0}
_FIELDS = {"verdict": str, "method": str, "trusts": list, "assumes": list, "digest": str}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a lock says of one claim; `digest` names the claim's meaning."""

    verdict: str
    method: str
    trusts: tuple[str, ...]
    assumes: tuple[str, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class Lock:
    """Evidence by claim id, and what each trusted name means."""

    claims: Mapping[str, Evidence]
    meanings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """One way in which a run departs from the lock: `kind` is one of FAILING, or "note"."""

    kind: str
    subject: str
    text: str

    def __str__(self) -> str:
        return f"{self.kind:<8} {self.subject}: {self.text}"


def make_lock(rows: Iterable[Mapping[str, Any]]) -> Lock:
    """The lock of a run's rows."""
    claims = {
        str(row["id"]): Evidence(row["verdict"], row["method"], tuple(sorted(row["trusts"])), tuple(sorted(row["assumes"])), row["digest"])
        for row in rows
    }
    return Lock(claims, meanings({name for evidence in claims.values() for name in evidence.trusts}))


def meanings(names: Iterable[str]) -> dict[str, str]:
    """What each trusted name says, axioms in full."""
    from quod.kernel.axioms import DESCRIPTIONS, FACTS
    from quod.lang.text import to_text

    stated = {name: f": {to_text(FACTS[name])}" for name in FACTS}
    return {name: DESCRIPTIONS.get(name, "outside the kernel") + stated.get(name, "") for name in sorted(names)}


def write_lock(file: Path, lock: Lock) -> bool:
    """Writes the lock, sorted by id; False if the file said just that already. Raises ProjectError."""
    text = "".join(_lines(lock))
    try:
        if file.exists() and file.read_text(encoding="utf-8") == text:
            return False
        replace(file, text)
    except (OSError, UnicodeDecodeError) as error:
        raise ProjectError(f"{shown(file)}: cannot be written ({error}); fix: make it a file that can be written") from None
    return True


def _lines(lock: Lock) -> Iterator[str]:
    yield _HEAD.format(format=FORMAT)
    yield from (f"{name if _BARE.fullmatch(name) else _quoted(name)} = {_quoted(text)}\n" for name, text in sorted(lock.meanings.items()))
    for id, evidence in sorted(lock.claims.items()):
        yield f"\n[claims.{_quoted(id)}]\n"
        for field in _FIELDS:
            value = getattr(evidence, field)
            yield f"{field} = {_quoted(value) if isinstance(value, str) else '[' + ', '.join(map(_quoted, value)) + ']'}\n"


def _quoted(text: str) -> str:
    """A TOML basic string. JSON's escapes are TOML's, but TOML wants one for DEL too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def read_lock(file: Path) -> Lock:
    """The lock in a file. Raises ProjectError, saying what is wrong with it."""
    name = shown(file)
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ProjectError(
            f"{name}: expected the lock of this project, got no file; fix: `quod verify`, then `quod lock`, and commit it"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ProjectError(f"{name}: cannot be read ({error}); fix: make it a readable UTF-8 file") from None
    except (ValueError, RecursionError) as error:
        raise ProjectError(f"{name}: expected TOML, got {error}; fix: run `quod lock`") from None
    if data.get("format") != FORMAT:
        raise ProjectError(
            f"{name}: expected format = {FORMAT}, got format = {data.get('format')!r}; fix: run `quod lock` with this version"
        )
    claims, said = data.get("claims", {}), data.get("meanings", {})
    if not isinstance(claims, dict) or not isinstance(said, dict):
        raise ProjectError(f"{name}: expected the tables [claims] and [meanings], got other values; fix: run `quod lock`")
    return Lock({id: _evidence(name, id, table) for id, table in claims.items()}, {key: str(value) for key, value in said.items()})


def _evidence(file: str, id: str, table: Any) -> Evidence:
    for field, kind in _FIELDS.items():
        value = table.get(field) if isinstance(table, dict) else None
        if not isinstance(value, kind) or (kind is list and not all(isinstance(part, str) for part in value)):
            what = "text" if kind is str else "a list of names"
            raise ProjectError(f"{file}: [claims.{id}] expected {field} = {what}, got {value!r}; fix: run `quod lock`")
    return Evidence(table["verdict"], table["method"], tuple(table["trusts"]), tuple(table["assumes"]), table["digest"])


def differences(locked: Lock, found: Lock, known: Iterable[str], *, whole: bool, sampled: bool = True) -> list[Difference]:
    """How what was `found` departs from what is `locked`, by claim, then by trusted name.

    `known` are the ids of all claims of the project; `whole` says that all of them were checked, so that what is locked and not known is
    missing. Without `sampled` nothing was sampled, and claims that are locked as no more than SAMPLED are not compared.
    """
    differing: list[Difference] = []
    for id, now in found.claims.items():
        before = locked.claims.get(id)
        if before is None:
            differing.append(Difference("new", id, f"not in {FILE}; it is {now.verdict}, and trusts {_list(now.trusts)}"))
        elif sampled or "PROVED" in (before.verdict, now.verdict) or now.verdict not in _STRENGTH:
            differing += [Difference(kind, id, text) for kind, text in _compare(before, now)]
    if whole:
        gone = sorted(locked.claims.keys() - set(known))
        differing += [Difference("missing", id, f"locked as {locked.claims[id].verdict}, and no claim of spec/ any more") for id in gone]
    for name, meaning in found.meanings.items():
        if name in locked.meanings and locked.meanings[name] != meaning:
            differing.append(Difference("changed", name, f"it meant “{locked.meanings[name]}”, and means “{meaning}”"))
    return differing


def _compare(before: Evidence, now: Evidence) -> Iterator[tuple[str, str]]:
    if before.digest != now.digest:
        yield "changed", "the statement or a definition of it is not the one that was locked"
    if before.verdict != now.verdict:
        better = _STRENGTH.get(before.verdict, -1) < _STRENGTH.get(now.verdict, -1)
        yield "outdated" if better else "weaker", f"locked as {before.verdict}, and is {now.verdict}"
    for field in ("trusts", "assumes"):
        was, is_now = set(getattr(before, field)), set(getattr(now, field))
        if is_now - was:
            yield "grown", f"it also {field} {_list(sorted(is_now - was))}"
        if was - is_now and before.verdict == now.verdict:
            yield "outdated", f"it no longer {field} {_list(sorted(was - is_now))}"
    if before.method != now.method and before.verdict == now.verdict:
        yield "note", f"method {now.method or 'none'} instead of {before.method or 'none'}"


def _list(names: Iterable[str]) -> str:
    return "; ".join(names) or "nothing beyond the kernel"
