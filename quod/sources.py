"""Digests of the source text that a check depends on: a module, and what it imports from the project, to any depth."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path


def closure(modules: Iterable[str], known: Mapping[str, Path]) -> tuple[str, ...]:
    """`modules` and whatever they import, directly or not, of the modules in `known` (name → file), sorted.

    Imports are read off the text; a file that is not Python imports nothing.
    """
    found: set[str] = set()
    waiting = [module for module in modules if module in known]
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.add(module)
            waiting.extend(name for name in _imports(module, known[module]) if name in known)
    return tuple(sorted(found))


def digest(modules: Iterable[str], known: Mapping[str, Path]) -> str:
    """Digest of the text of `modules`, by name."""
    total = hashlib.blake2b(digest_size=16)
    for module in modules:
        try:
            content = known[module].read_bytes()
        except OSError as error:
            content = str(error).encode()
        total.update(f"{module}|".encode())
        total.update(hashlib.blake2b(content).digest())
    return total.hexdigest()


def _imports(module: str, path: Path) -> set[str]:
    """Full names that may be modules among those imported in the file."""
    try:
        tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
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
