"""What `quod recheck` runs in other processes: the statements of spec/, and the replay of certificates where nothing can search.

The two never share a process, so that no module of spec/ can touch the kernel that replays. Both run behind a guard that refuses to
import a solver or a sampler, and that says so if one was there already.
"""

from __future__ import annotations

import dataclasses
import importlib.abc
import importlib.machinery
import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from quod.lang.terms import Node

SEARCH = frozenset(("z3", "cvc5", "highspy", "clarabel", "scipy", "hypothesis", "pytest"))
"""Packages that search, sample or solve: no process of a recheck can import them."""
UNTRUSTED = SEARCH | {"numpy", "mpmath", "quod.provers", "quod.attack", "quod.conform"}
"""What the process that replays cannot import either."""


_memory: dict[Any, Any] = {}
"""Steps that this process has replayed already: lemmas stand in the certificates of all that use them."""


class Contaminated(RuntimeError):
    """A package that the guard forbids is loaded all the same."""


class _Guard(importlib.abc.MetaPathFinder):
    """Refuses to find modules of the packages `names`."""

    def __init__(self, names: frozenset[str]) -> None:
        self.names = names

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if _belongs(fullname, self.names):
            raise ImportError(f"{fullname} cannot be imported during a recheck, which runs the kernel alone", name=fullname)
        return None


def _belongs(module: str, names: frozenset[str]) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in names)


def guard(names: frozenset[str]) -> None:
    """From now on this process cannot import the packages `names`. Raises Contaminated if it already has."""
    loaded = sorted({name.partition(".")[0] for name in list(sys.modules) if _belongs(name, names)})
    if loaded:
        raise Contaminated(f"{', '.join(loaded)} was imported in the process that rechecks; fix: keep it out of site customisation")
    if not any(isinstance(finder, _Guard) and finder.names >= names for finder in sys.meta_path):
        sys.meta_path.insert(0, _Guard(names))


def statements(root: str) -> dict[str, Any]:
    """{"claims": {id: {"entry", "statement"}}, "problems"}: the claims of the project at `root` as spec/ states them at this moment.

    `entry` holds the fields of a catalogue's Entry; `statement` is [table, row] as `quod.lang.serial` writes terms, None for a claim that
    cannot be read; `problems` are the fields of each fault.
    """
    guard(SEARCH)
    from quod.catalogue import entry
    from quod.lang import serial
    from quod.project import find_project, load

    loaded = load(find_project(Path(root)))
    claims: dict[str, Any] = {}
    for claim in loaded.claims.values():
        table, rows = serial.to_json([claim.statement])
        claims[claim.id] = {"entry": dataclasses.asdict(entry(claim)), "statement": None if claim.error is not None else [table, rows[0]]}
    guard(SEARCH)
    return {"claims": claims, "problems": [list(dataclasses.astuple(problem)) for problem in loaded.problems]}


def replay(certificate: str, statement: list[Any]) -> dict[str, Any]:
    """What a certificate proves: whether it is the goal of the `statement`, and what it rests on; or at which step the kernel refuses it.

    {"refused": reason, "seconds"} or a dict with "proves", "trusts", "assumes"; "states": it proves the statement, with whatever
    definedness was once asked for; "theorem" in words, where it is another; "definitions": ids of those that it understands otherwise;
    "steps": how many of each rule; "seconds" of CPU time; "loaded": the packages of this process that are not Python's own.
    """
    guard(UNTRUSTED)
    from quod.kernel import certificate as certificates
    from quod.kernel.theorem import KernelError
    from quod.kernel.verdict import goal_of
    from quod.lang import serial
    from quod.lang.terms import And
    from quod.lang.text import to_text

    started = time.process_time()
    table, row = statement
    stated = serial.from_json(table)[row]
    goal = goal_of(stated)
    try:
        theorem = certificates.replay(certificate, _memory)
    except KernelError as error:
        return {"refused": str(error), "seconds": time.process_time() - started}
    guard(UNTRUSTED)
    proves = theorem.conclusion is goal and not theorem.hypotheses
    return {
        "proves": proves,
        "assumes": sorted(to_text(hypothesis) for hypothesis in theorem.hypotheses),
        "trusts": sorted(theorem.trusts),
        "states": isinstance(theorem.conclusion, And) and theorem.conclusion.args[0] is stated and not theorem.hypotheses,
        "theorem": "" if proves else to_text(theorem.conclusion)[:400],
        "definitions": [] if proves else sorted(_reread(theorem.conclusion, goal)),
        "steps": dict(Counter(step[0] for step in json.loads(certificate)["steps"])),
        "seconds": time.process_time() - started,
        "loaded": sorted(_packages()),
    }


def _reread(theorem: Node, goal: Node) -> Iterator[str]:
    """The definitions that both mention and understand differently."""
    then, now = _definitions(theorem), _definitions(goal)
    return (name for name in then.keys() & now.keys() if then[name] != now[name])


def _definitions(term: Node) -> dict[str, set[Node]]:
    from quod.lang.terms import Named

    found: dict[str, set[Node]] = {}
    stack, seen = [term], {term}
    while stack:
        node = stack.pop()
        if isinstance(node, Named):
            found.setdefault(node.name, set()).add(node.body)
        new: Iterable[Node] = set(node.children) - seen
        seen.update(new)
        stack.extend(new)
    return found


def _packages() -> set[str]:
    """The packages that are loaded and do not belong to Python."""
    roots = {name.partition(".")[0] for name in list(sys.modules)}
    return {root for root in roots if root not in sys.stdlib_module_names and not root.startswith("_")}
