"""Digests of the source text that a check depends on: a module, and what it imports from the project, to any depth."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from quod.project import ROOMS, Project

_REACHES_OUT = frozenset(("open", "exec", "eval", "compile", "input", "__import__", "__builtins__", "globals", "vars"))
_OURSELVES = "quod"
"""The harness is part of every key by `quod.engines` already."""


@dataclass(frozen=True, slots=True)
class _Text:
    """What a module's text shows: names that may be modules it imports, the packages these lie in, and all variable names."""

    imports: frozenset[str] = frozenset()
    roots: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()


class Sources:
    """The modules of a project, each looked up and read once: make a new one to see edits.

    A module belongs to the project if its file lies in one of the rooms, in the root, or in src/.
    """

    def __init__(self, project: Project) -> None:
        self._rooms: Mapping[str, Path] = {project.package(room): project.folder(room) for room in ROOMS}
        self._elsewhere: Sequence[Path] = (project.root, project.root / "src")
        self._files: dict[str, tuple[tuple[str, Path], ...]] = {}
        self._texts: dict[Path, bytes] = {}
        self._parsed: dict[Path, _Text] = {}
        self._found: dict[str, frozenset[str]] = {}

    def closure(self, modules: Iterable[str]) -> frozenset[str]:
        """`modules` and whatever they import of the project, directly or not, as their text says. What is not Python imports nothing."""
        found: set[str] = set()
        waiting = [module for module in modules if self._locate(module)]
        while waiting:
            module = waiting.pop()
            if module not in found:
                found.add(module)
                waiting.extend(self._imports(module))
        return frozenset(found)

    def digest(self, modules: Iterable[str]) -> str:
        """Digest of the text of `modules` and of the packages they lie in, by name."""
        total = hashlib.blake2b(digest_size=16)
        for module in sorted(modules):
            total.update(f"{module}|".encode())
            for _, file in self._locate(module):
                total.update(hashlib.blake2b(self._text(file)).digest())
        return total.hexdigest()

    def are_pure(self, modules: Iterable[str], allowed: frozenset[str]) -> bool:
        """Whether what `modules` declare depends on their own text and on the packages `allowed` alone, as far as their text says."""
        for module in modules:
            for name, file in self._locate(module):
                read = self._read(name, file)
                if read.names & _REACHES_OUT or not all(root in allowed or self._is_own(root) for root in read.roots):
                    return False
        return True

    def _is_own(self, package: str) -> bool:
        places = [base / package for base in self._elsewhere]
        return package in self._rooms or any(place.is_dir() or place.with_suffix(".py").is_file() for place in places)

    def _locate(self, module: str) -> tuple[tuple[str, Path], ...]:
        """Name and file of the packages that a module lies in, then of itself; none if it is not the project's."""
        if module not in self._files:
            package, *rest = module.split(".")
            bases = (
                [self._rooms[package]] if package in self._rooms else [base / package for base in self._elsewhere if package != _OURSELVES]
            )
            self._files[module] = next((files for base in bases if (files := _files(base, package, rest))), ())
        return self._files[module]

    def _text(self, file: Path) -> bytes:
        if file not in self._texts:
            try:
                self._texts[file] = file.read_bytes()
            except OSError as error:
                self._texts[file] = str(error).encode()
        return self._texts[file]

    def _read(self, name: str, file: Path) -> _Text:
        if file not in self._parsed:
            self._parsed[file] = _parse(name, self._text(file))
        return self._parsed[file]

    def _imports(self, module: str) -> frozenset[str]:
        if module not in self._found:
            names = {found for name, file in self._locate(module) for found in self._read(name, file).imports}
            self._found[module] = frozenset(name for name in names if self._locate(name))
        return self._found[module]


def _files(base: Path, package: str, rest: Sequence[str]) -> tuple[tuple[str, Path], ...]:
    """Name and file of each __init__.py on the way from the package at `base` to the module `rest` in it, then of the module itself."""
    steps = [(".".join([package, *rest[:length]]), base.joinpath(*rest[:length])) for length in range(len(rest) + 1)]
    inits = [(f"{name}.__init__", folder / "__init__.py") for name, folder in steps if (folder / "__init__.py").is_file()]
    name, last = steps[-1]
    if last.with_suffix(".py").is_file():
        return (*inits, (name, last.with_suffix(".py")))
    return tuple(inits) if (last / "__init__.py").is_file() else ()


def _parse(module: str, text: bytes) -> _Text:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return _Text()
    package = module.split(".")[:-1]
    imports: set[str] = set()
    roots: set[str] = set()
    names: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name):
                names.add(name)
            case ast.Import(names=aliases):
                imports.update(alias.name for alias in aliases)
                roots.update(alias.name.partition(".")[0] for alias in aliases)
            case ast.ImportFrom(module=source, names=aliases, level=level):
                above = package[: len(package) - level + 1] if level else []
                start = ".".join([*above, *([source] if source else [])])
                imports.update((start, *(f"{start}.{alias.name}" for alias in aliases)))
                roots.add(start.partition(".")[0])
            case _:
                pass
    return _Text(frozenset(imports), frozenset(roots), frozenset(names))
