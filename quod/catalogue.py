"""The claims of a project as plain data: all that planning and reporting need to know of them.

Reading some hundred claims takes longer than a person likes to wait, so what was read is kept under a digest of the text it was read from.
Nothing is kept where that text could read something else: claims are pure data, but nothing forces them to be.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quod.engines import harness
from quod.lang.claim import Claim
from quod.lang.terms import Named, Node
from quod.project import Problem, Project, load, replace
from quod.sources import Sources

FILE = "catalogue.json"
LARGEST = 64 << 20
_PURE = frozenset(
    ("quod", "__future__", "collections", "dataclasses", "enum", "fractions", "functools", "itertools", "math", "operator", "typing")
)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a Claim says about itself, as text; `definitions` are the ids of the definitions that it mentions, theirs included."""

    id: str
    topic: str
    name: str
    sentence: str
    source: str
    file: str
    line: int
    digest: str
    expect: str
    error: str | None
    definitions: tuple[str, ...]

    @property
    def place(self) -> str:
        """FILE:LINE."""
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The entries of a project by id, in source order, and the problems of the files in spec/."""

    project: Project
    entries: Mapping[str, Entry]
    problems: tuple[Problem, ...]


def read_catalogue(project: Project) -> Catalogue:
    """The catalogue as it was kept, else read now and kept. Never raises for what a project's files hold."""
    sources = Sources(project)
    modules = sources.closure(project.modules("spec"))
    key = hashlib.blake2b(f"{sources.digest(modules)}|{harness()}|{sys.version}|{Path.cwd()}".encode(), digest_size=16).hexdigest()
    file = project.data / FILE
    pure = sources.are_pure(modules, _PURE)
    if pure:
        with contextlib.suppress(OSError, ValueError, TypeError, LookupError):
            kept = json.loads(_text(file))
            if kept["key"] == key:
                entries = {row["id"]: _checked(Entry(**{**row, "definitions": tuple(row["definitions"])})) for row in kept["claims"]}
                return Catalogue(project, entries, tuple(_problem(*problem) for problem in kept["problems"]))
    loaded = load(project)
    found = Catalogue(project, {claim.id: entry(claim) for claim in loaded.claims.values()}, loaded.problems)
    if pure:
        _keep(file, key, found)
    return found


def _text(file: Path) -> str:
    """The text of what was kept. Raises OSError, ValueError where there is none, or something that is read without end."""
    if not file.is_file() or file.stat().st_size > LARGEST:
        raise ValueError("not what was kept")
    return file.read_text(encoding="utf-8")


def _checked(kept: Entry) -> Entry:
    """An entry as it was kept. Raises ValueError where it is none: the file may come from elsewhere."""
    values = dataclasses.asdict(kept)
    line, definitions, error = (values.pop(name) for name in ("line", "definitions", "error"))
    texts = (*values.values(), *definitions, *([] if error is None else [error]))
    if not isinstance(line, int) or not all(isinstance(text, str) and text.isprintable() for text in texts):
        raise ValueError("not the entry of a claim")
    return kept


def _problem(file: object, line: object, message: object, fix: object) -> Problem:
    """A problem as it was kept. Raises ValueError where it is none."""
    match file, line, message, fix:
        case str(), int(), str(), str() if (file + message + fix).isprintable():
            return Problem(file, line, message, fix)
    raise ValueError("not a problem of a file")


def _keep(file: Path, key: str, found: Catalogue) -> None:
    """Keeps what was read; a folder that cannot be written costs only time."""
    content: dict[str, Any] = {
        "key": key,
        "problems": [dataclasses.astuple(problem) for problem in found.problems],
        "claims": [dataclasses.asdict(entry) for entry in found.entries.values()],
    }
    with contextlib.suppress(OSError):
        found.project.keep()
        if not file.is_file():
            file.unlink(missing_ok=True)  # a pipe would be waited for
        replace(file, json.dumps(content, ensure_ascii=False))


def entry(claim: Claim) -> Entry:
    """The entry of a claim."""
    return Entry(
        claim.id,
        claim.topic,
        claim.name,
        claim.sentence,
        str(claim.source),
        claim.place.file,
        claim.place.line,
        claim.digest,
        claim.expect,
        claim.error,
        tuple(sorted(_definitions(claim.statement))),
    )


def _definitions(statement: Node) -> set[str]:
    seen, stack = {statement}, [statement]
    while stack:
        new = set(stack.pop().children) - seen
        seen |= new
        stack.extend(new)
    return {node.name for node in seen if isinstance(node, Named)}
