"""Finding and loading a project: its claims, definitions, implementations and proof scripts, and what is wrong with its files.

A file that cannot be loaded costs its own claims only; each fault is one `Problem` with its place and the fix.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import tomllib
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from quod import _rooms
from quod.lang.claim import Attachment, Claim, Collection, Definition, collecting, printable
from quod.lang.expression import LanguageError

ROOMS = ("spec", "impl", "proofs")
DATA_FOLDER = ".quod"


class ProjectError(Exception):
    """There is no project here, or its settings cannot be read. The message says what was expected, what came, where, and the fix."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in a project's files."""

    file: str
    line: int
    message: str
    fix: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}; fix: {self.fix}"


@dataclass(frozen=True, slots=True)
class Project:
    """Where a project lies. `spec`, `impl` and `proofs` are folders relative to `root`; the last two need not exist."""

    root: Path
    spec: str = "spec"
    impl: str = "impl"
    proofs: str = "proofs"

    def folder(self, room: str) -> Path:
        """The folder of one of ROOMS."""
        return self.root / str(getattr(self, room))

    def package(self, room: str) -> str:
        """The name that the modules of one of ROOMS are imported under."""
        return Path(str(getattr(self, room))).name

    def modules(self, room: str) -> dict[str, Path]:
        """Module name → file of everything in one of ROOMS, in the order of the names; files that start with `_` are left out."""
        folder = self.folder(room)
        files = sorted(path for path in folder.rglob("*.py") if not path.name.startswith("_") and path.name != "conftest.py")
        return {".".join((self.package(room), *path.relative_to(folder).with_suffix("").parts)): path for path in files}

    @property
    def data(self) -> Path:
        """The folder for what quod itself keeps; it can be deleted at any time."""
        return self.root / DATA_FOLDER

    def keep(self) -> None:
        """Makes the data folder, with a note that git is to ignore it. Raises OSError."""
        self.data.mkdir(exist_ok=True)
        with contextlib.suppress(FileExistsError), (self.data / ".gitignore").open("x", encoding="utf-8") as ignore:
            ignore.write("*\n")


@dataclass(frozen=True)
class Loaded:
    """What loading has found. `claims` and `definitions` are by id, in source order.

    `implementations` are by the id of their definition, `scripts` (of proofs) by that of their claim; empty unless their room was loaded.
    """

    project: Project
    claims: Mapping[str, Claim]
    definitions: Mapping[str, Definition]
    problems: tuple[Problem, ...]
    implementations: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    scripts: Mapping[str, Callable[..., Any]] = field(default_factory=dict)


def find_project(start: Path) -> Project:
    """The project that the folder `start` belongs to: the nearest folder upwards with [tool.quod] in its pyproject.toml, else with spec/.

    Raises ProjectError.
    """
    start = start.resolve()
    for root in (start, *start.parents):
        table = _settings(root / "pyproject.toml")
        if table is not None:
            return _configured(root, table)
    for root in (start, *start.parents):
        if any((root / "spec").rglob("*.py")):
            return Project(root)
    raise ProjectError(
        f"{start}: expected a folder spec/ with claims, or [tool.quod] in a pyproject.toml, here or above; got neither; "
        "fix: start quod inside a project, or begin one with `quod new TOPIC.NAME`"
    )


def is_configured(project: Project) -> bool:
    """Whether the project says itself that it is one, by [tool.quod] in its pyproject.toml."""
    return _settings(project.root / "pyproject.toml") is not None


def _settings(file: Path) -> dict[str, Any] | None:
    """The table [tool.quod] of a pyproject.toml; None where there is none."""
    try:
        text = file.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise ProjectError(f"{file}: cannot be read ({error}); fix: make it a readable UTF-8 file") from None
    try:
        tool = tomllib.loads(text).get("tool", {})
    except (ValueError, RecursionError) as error:
        if "quod" not in text:
            return None
        raise ProjectError(f"{file}: expected TOML, got {error}; fix: correct that line") from None
    table = tool.get("quod") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise ProjectError(
            f"{_place(file, 'quod')}: expected a table [tool.quod], got quod={table!r} ({type(table).__name__}); fix: write [tool.quod]"
        )
    return table


def _place(file: Path, word: str) -> str:
    lines = file.read_text(encoding="utf-8").splitlines()
    return f"{file}:{next((number for number, line in enumerate(lines, 1) if word in line), 1)}"


def _configured(root: Path, table: Mapping[str, Any]) -> Project:
    file = root / "pyproject.toml"
    for key, value in table.items():
        where = _place(file, key)
        if key not in ROOMS:
            raise ProjectError(f"{where}: [tool.quod] knows {', '.join(ROOMS)}; got {key}={value!r}; fix: remove or correct the key")
        if not isinstance(value, str) or not value or Path(value).is_absolute() or not Path(value).name.isidentifier():
            raise ProjectError(
                f"{where}: expected the name of a folder that can be imported, got {key}={value!r} ({type(value).__name__}); "
                f'fix: write a relative path that ends in a Python name, such as {key} = "{key}"'
            )
    project = Project(root, **table)
    if len({project.package(room) for room in ROOMS}) < len(ROOMS):
        raise ProjectError(f"{_place(file, 'quod')}: spec, impl and proofs need three different names; fix: rename one of the folders")
    if not project.folder("spec").is_dir():
        raise ProjectError(
            f"{_place(file, 'quod')}: expected the folder {project.spec}/ with claims in {root}, got none; "
            f'fix: create it with `quod new TOPIC.NAME`, or set spec = "…" in [tool.quod]'
        )
    return project


def load(project: Project, rooms: Iterable[str] = ("spec",)) -> Loaded:
    """Imports the modules of `rooms` and gathers what they declare. Never raises for what a project's files hold."""
    rooms = tuple(rooms)
    folders = {project.package(room): project.folder(room) for room in ROOMS if project.folder(room).is_dir()}
    problems: list[Problem] = []
    modules: list[str] = []
    with collecting() as collection:
        try:
            _rooms.enter(project.root, folders)
        except ImportError as error:
            problems.append(Problem(str(project.root / "pyproject.toml"), 1, f"{error}", "rename the folder and name it in [tool.quod]"))
            return Loaded(project, {}, {}, tuple(problems))
        for room in rooms:
            for module, path in project.modules(room).items():
                modules.append(module)
                problems.extend(_import(module, path, project, problems))
    claims, duplicates = _claims(collection, modules)
    problems += duplicates
    definitions = {item.id: item for item in collection.definitions}
    attached = []
    for kind in ("implementation", "proof"):
        functions, faults = _attached(collection, kind)
        attached.append(MappingProxyType(functions))
        problems += faults
    return Loaded(project, MappingProxyType(claims), MappingProxyType(definitions), tuple(problems), *attached)


def _import(module: str, path: Path, project: Project, known: Iterable[Problem]) -> list[Problem]:
    try:
        importlib.import_module(module)
    except KeyboardInterrupt:
        raise
    except (Exception, SystemExit) as error:  # noqa: BLE001 - the border to other people's code: an import may raise anything
        problem = _explain(error, path, project)
        found = [] if problem in known else [problem]
        if problem.file != shown(path):
            line = next((frame.lineno for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename) == path), 1) or 1
            cause = f"{problem.file}:{problem.line}"
            found.append(
                Problem(shown(path), line, f"cannot be loaded, because it imports {problem.file}, which is broken", f"correct {cause}")
            )
        return found
    return []


def _explain(error: BaseException, path: Path, project: Project) -> Problem:
    """The fault in a module that could not be imported: at the line on the level of a module, of the project, that raised."""
    if isinstance(error, SyntaxError) and (error.filename is None or _is_inside(error.filename, project)):
        text = f": {printable(error.text.strip()[:80])}" if error.text else ""
        return Problem(shown(Path(error.filename or path)), error.lineno or 1, f"not Python ({error.msg}){text}", "correct this line")
    frames = [
        frame for frame in traceback.extract_tb(error.__traceback__) if frame.name == "<module>" and _is_inside(frame.filename, project)
    ]
    file, line = (frames[-1].filename, frames[-1].lineno or 1) if frames else (str(path), 1)
    if isinstance(error, LanguageError):
        message = str(error)
        prefix, separator, rest = message.partition(": definition ")
        if separator:
            where, _, number = prefix.rpartition(":")
            return Problem(where, int(number), f"definition {rest}", "correct the definition; nothing below it in this file was read")
        return Problem(shown(Path(file)), line, message, "correct this line; nothing below it in this file was read")
    fix = "correct this line; nothing below it in this file was read"
    if isinstance(error, ModuleNotFoundError) and error.name:
        fix = f"install {error.name.partition('.')[0]}, or correct the import"
    elif isinstance(error, UnicodeDecodeError):
        fix = "save the file as UTF-8"
    detail = printable(str(error).strip().split("\n")[0])
    return Problem(shown(Path(file)), line, f"{type(error).__name__}: {detail}" if detail else type(error).__name__, fix)


def _is_inside(filename: str, project: Project) -> bool:
    return any(Path(filename).is_relative_to(project.folder(room)) for room in ROOMS)


def _claims(collection: Collection, modules: list[str]) -> tuple[dict[str, Claim], list[Problem]]:
    """Claims by id in source order, and the duplicates among the ids; a module imported twice declares nothing twice."""
    order = {module.partition(".")[2]: number for number, module in enumerate(modules)}
    found = {(item.id, str(item.place)): item for item in collection.claims}
    claims: dict[str, Claim] = {}
    problems = []
    for item in sorted(found.values(), key=lambda item: (order.get(item.topic, len(order)), item.place.file, item.place.line)):
        first = claims.setdefault(item.id, item)
        if first is not item:
            message = f"the id {item.id} is declared twice, first at {first.place}, and only that one is kept"
            problems.append(Problem(item.place.file, item.place.line, message, "rename one of the two"))
    return claims, problems


def _attached(collection: Collection, kind: str) -> tuple[dict[str, Callable[..., Any]], list[Problem]]:
    """Implementations or scripts by the id they belong to, and those that came too late."""
    found: dict[str, Attachment] = {}
    problems = []
    for item in collection.attachments:
        if item.kind == kind:
            first = found.setdefault(item.target, item)
            if first.place != item.place:
                message = f"{item.target} has two {kind}s, the first at {first.place}, and only that one is kept"
                problems.append(Problem(item.place.file, item.place.line, message, "remove one of the two"))
    return {target: item.function for target, item in found.items()}, problems


def shown(path: Path) -> str:
    """A path as a person wants to read it: relative to where they are, if it lies below."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def replace(file: Path, text: str) -> None:
    """Puts `text` into `file` at once, so that nobody ever reads half of it; a device or a pipe is written to. Raises OSError."""
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        if file.exists() and not file.is_file():
            file.write_text(text, encoding="utf-8")
        else:
            beside.write_text(text, encoding="utf-8")
            os.replace(beside, file)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(file)) from None
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
