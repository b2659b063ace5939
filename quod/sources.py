"""Digests of the source text that a check depends on: a module, and what it imports from the project, to any depth."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from quod.project import ROOMS, Project

_OURSELVES = "quod"
"""The harness is part of every key by `quod.engines` already."""


class Sources:
    """The modules of a project, each looked up and read once: make a new one to see edits.

    A module belongs to the project if its file lies in one of the rooms, in the root, or in src/.
    """

    def __init__(self, project: Project) -> None:
        self._rooms: Mapping[str, Path] = {project.package(room): project.folder(room) for room in ROOMS}
        self._elsewhere: Sequence[Path] = (project.root, project.root / "src")
        self._files: dict[str, tuple[tuple[str, Path], ...]] = {}
        self._texts: dict[Path, bytes] = {}
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

    def _imports(self, module: str) -> frozenset[str]:
        if module not in self._found:
            names = {found for name, file in self._locate(module) for found in _imported(name, self._text(file))}
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


def _imported(module: str, text: bytes) -> set[str]:
    """Full names that may be modules among those imported in the text of `module`."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    package = module.split(".")[:-1]
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            start = ".".join([*above, *([node.module] if node.module else [])])
            found |= {start, *(f"{start}.{alias.name}" for alias in node.names)}
    return found
