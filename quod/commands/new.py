"""`quod new`: the stub of a claim, in the file where it belongs. A stub is an error until it is filled in, so it never looks green."""

from __future__ import annotations

import argparse
import ast
import keyword
from collections.abc import Sequence
from pathlib import Path

from quod.project import Loaded, Project, ProjectError, find_project, load, replace
from quod.rows import Exit

_CLAIM = '''
@claim(source="author, year, theorem")
def {name}(x: Real):
    """One sentence that says exactly what the formula says."""
    return ...
'''
_IMPLEMENTATION = """
@implements({topic}.{name})
def {name}({parameters}):
    raise NotImplementedError("compute {name} for a float or an array, elementwise")
"""
_PROOF = """
@proves({topic}.{name})
def _(goal, *variables):
    raise NotImplementedError("prove {name}")
"""


def run(options: argparse.Namespace) -> int:
    """Writes the stubs and prints where they are."""
    topic, _, name = options.id.rpartition(".")
    words = options.id.split(".")
    if not topic or not all(word.isidentifier() and not keyword.iskeyword(word) for word in words):
        raise ProjectError(
            f"expected an id TOPIC.NAME of Python names, got {options.id!r}; fix: write it like activations.sigmoid_is_positive"
        )
    try:
        project = find_project(Path.cwd())
    except ProjectError:
        project = Project(Path.cwd())
    loaded = load(project)
    exists = options.id in loaded.claims
    if exists and not (options.impl or options.proof):
        place = loaded.claims[options.id].place
        raise ProjectError(f"{place}: {options.id} exists already; fix: choose another name, or add --impl or --proof to write only these")
    if not exists:
        _append(project, "spec", topic, ["claim", "Real"], "quod", _CLAIM.format(name=name), f'"""Claims about {words[-2]}."""')
    if options.impl:
        _implementations(project, loaded, topic)
    if options.proof:
        _append(project, "proofs", topic, ["proves"], "quod", _PROOF.format(topic=words[-2], name=name), f'"""Proofs about {words[-2]}."""')
    return Exit.GREEN


def _implementations(project: Project, loaded: Loaded, topic: str) -> None:
    """Stubs for the definitions of a topic that its implementations do not mention yet."""
    file = _file(project, "impl", topic)
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    last = topic.rpartition(".")[2]
    wanted = [
        item for id, item in loaded.definitions.items() if id.rpartition(".")[0] == topic and f"{last}.{id.rpartition('.')[2]})" not in text
    ]
    if not wanted:
        raise ProjectError(
            f"{_file(project, 'spec', topic)}: expected a definition without an implementation, got none; "
            f"fix: write it with @definition, then `quod new {topic}.NAME --impl`"
        )
    for item in wanted:
        parameters = ", ".join(parameter.name for parameter in item.parameters)
        stub = _IMPLEMENTATION.format(topic=last, name=item.id.rpartition(".")[2], parameters=parameters)
        _append(project, "impl", topic, ["implements"], "quod", stub, f'"""Computations of what spec/{last}.py defines."""')


def _file(project: Project, room: str, topic: str) -> Path:
    return project.folder(room).joinpath(*topic.split(".")).with_suffix(".py")


def _append(project: Project, room: str, topic: str, names: Sequence[str], module: str, stub: str, docstring: str) -> None:
    """Adds a stub to the file of a topic, which is begun if need be, with the imports the stub needs."""
    file = _file(project, room, topic)
    imports = [(module, name) for name in names]
    if room != "spec":
        parent = ".".join([project.package("spec"), *topic.split(".")[:-1]])
        imports.append((parent, topic.rpartition(".")[2]))
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        text = file.read_text(encoding="utf-8") if file.is_file() else f"{docstring}\n"
        text = _with_imports(text, imports)
        line = text.rstrip("\n").count("\n") + 4
        replace(file, f"{text.rstrip(chr(10))}\n\n{stub}")
    except SyntaxError as error:
        raise ProjectError(f"{file}:{error.lineno}: not Python ({error.msg}); fix: correct this line first") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ProjectError(f"{file}: cannot be written ({error}); fix: make the file and its folder writable") from None
    print(f"{file}:{line}")


def _with_imports(text: str, wanted: Sequence[tuple[str, str]]) -> str:
    """The text of a module in which every (module, name) of `wanted` is imported. Raises SyntaxError."""
    body = ast.parse(text).body
    present = [node for node in body if isinstance(node, ast.Import | ast.ImportFrom)]
    bound = {alias.asname or alias.name for node in present for alias in node.names}
    missing: dict[str, list[str]] = {}
    for module, name in wanted:
        if name not in bound and not ("*" in bound and module == "quod"):
            missing.setdefault(module, []).append(name)
    lines = text.splitlines()
    docstring = body[:1] if body and isinstance(body[0], ast.Expr) else []
    last = max((node.end_lineno or 0 for node in [*present, *docstring]), default=0)
    added = [f"from {module} import {', '.join(sorted(names))}" for module, names in missing.items()]
    if added and not present and last:
        added.insert(0, "")
    return "\n".join([*lines[:last], *added, *lines[last:]]) + "\n"
