"""What impl/ and proofs/ of a project declare, found by importing them in a process of their own: whatever they do, this one goes on."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from quod.catalogue import Catalogue
from quod.engines import engines
from quod.project import ROOMS, Problem
from quod.records import clean, is_survey
from quod.sources import Sources

SECONDS = 60.0
"""How long importing may take."""


class Store(Protocol):
    """Where results are kept between runs, by key."""

    def get(self, key: str) -> Mapping[str, Any] | None: ...

    def put(self, key: str, claim: str, check: str, record: Mapping[str, Any], certificate: str | None) -> None: ...


@dataclass(frozen=True, slots=True)
class Survey:
    """Names of the modules that implement a definition, by its id, and that prove a claim, by its id; and the problems of their files.

    `failure`: why nothing is known of them.
    """

    implementations: Mapping[str, Sequence[str]] = field(default_factory=dict)
    scripts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    failure: str = ""


def survey(catalogue: Catalogue, store: Store | None, *, ask: bool = True) -> Survey:
    """The survey of a project, from `store` if nothing has changed. Without `ask` only from there, and empty where it is not."""
    project = catalogue.project
    if not (project.modules("impl") or project.modules("proofs")):
        return Survey()
    sources = Sources(project)
    text = sources.digest(sources.closure(name for room in ROOMS for name in project.modules(room)))
    key = hashlib.blake2b(f"survey|{text}|{engines()}|{project.root}".encode(), digest_size=16).hexdigest()
    found = store.get(key) if store is not None else None
    if found is not None and not is_survey(found):
        found = None
    if found is None and not ask:
        return Survey()
    if found is None:
        outcome = _look(str(project.root))
        if isinstance(outcome, str):
            message = f"importing impl/ and proofs/ ended the process: {outcome}"
            problem = Problem(str(project.folder("impl")), 1, message, "correct the module that does, or run again")
            return Survey(problems=(problem,), failure=message)
        found = outcome
        if store is not None:
            store.put(key, "", "survey", found, None)
    known = {str(problem) for problem in catalogue.problems}
    problems = tuple(Problem(*problem) for problem in found["problems"])
    return Survey(found["implementations"], found["scripts"], tuple(problem for problem in problems if str(problem) not in known))


def _look(root: str) -> dict[str, Any] | str:
    """What the worker found, or why it found nothing."""
    from quod.processes import Finished, Limits, run

    outcome = run("quod.checks:look", root, limits=Limits(SECONDS))
    if not isinstance(outcome, Finished):
        return outcome.reason
    found = clean(outcome.value)
    return found if is_survey(found) else "it gave no answer"
