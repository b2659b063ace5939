"""`pytest spec`: every check of every claim as a test item, `spec/activations.py::sigmoid_slope_is_at_most_a_quarter::proof`.

The items share the ledger with `quod verify`: what is recorded is not run again. Files outside the spec/ folder of a quod project are
left alone, and nothing of the harness is imported before there is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from quod.catalogue import Catalogue, Entry
    from quod.project import Problem, Project
    from quod.survey import Survey

_IMPORTS_QUOD = re.compile(rb"^\s*(from|import)\s+quod\b", re.MULTILINE)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the few settings of `quod verify` that make sense here."""
    group = parser.getgroup("quod", "claims of a quod project")
    group.addoption("--quod-timeout", type=float, default=60.0, metavar="S", help="seconds for one check of a claim (default 60)")
    group.addoption("--quod-seed", type=int, default=0, metavar="N", help="seed of everything random in a check (default 0)")
    levels = ("quick", "deep", "off")
    group.addoption("--quod-attack", choices=levels, default="quick", help="how hard claims are attacked: quick (default), deep or off")
    group.addoption("--quod-again", action="store_true", help="run the checks of claims again, whatever is recorded")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Takes the modules in the spec/ folder of a quod project."""
    if file_path.suffix != ".py" or file_path.name.startswith("_") or file_path.name == "conftest.py":
        return None
    session = _session(parent.config)
    project = session.project(file_path.parent)
    if project is None or not file_path.is_relative_to(project.folder("spec")):
        return None
    if not (project.root / "pyproject.toml").is_file() or project not in session.configured:
        try:
            if not _IMPORTS_QUOD.search(file_path.read_bytes()):
                return None
        except OSError:
            return None
    made: pytest.Collector = SpecFile.from_parent(parent, path=file_path)
    return made


def pytest_unconfigure(config: pytest.Config) -> None:
    """Ends the worker processes and closes the ledger."""
    session = config.stash.get(_KEY, None)
    if session is not None:
        session.close()


class Session:
    """What the items of one pytest process share: projects by folder, what was loaded, the ledger, one worker process."""

    def __init__(self, config: pytest.Config) -> None:
        self.configured: set[Project] = set()
        self._config = config
        self._projects: dict[Path, Project | None] = {}
        self._catalogues: dict[Project, Catalogue] = {}
        self._surveys: dict[Project, Survey] = {}
        self._stores: dict[Project, Any] = {}
        self._pools: dict[Project, Any] = {}
        self._stack = ExitStack()

    def project(self, folder: Path) -> Project | None:
        """The project that a folder lies in, None where there is none that can be used."""
        if folder not in self._projects:
            if not any((above / "pyproject.toml").is_file() or (above / "spec").is_dir() for above in (folder, *folder.parents)):
                self._projects[folder] = None
            else:
                self._projects[folder] = self._find(folder)
        return self._projects[folder]

    def _find(self, folder: Path) -> Project | None:
        from quod.project import ProjectError, find_project, is_configured

        try:
            project = find_project(folder)
        except ProjectError:
            return None
        if is_configured(project):
            self.configured.add(project)
        return project

    def catalogue(self, project: Project) -> Catalogue:
        """The project's claims, read once."""
        from quod.catalogue import read_catalogue

        if project not in self._catalogues:
            self._catalogues[project] = read_catalogue(project)
        return self._catalogues[project]

    def survey(self, project: Project) -> Survey:
        """What the project's impl/ and proofs/ declare, found once."""
        from quod.survey import survey

        if project not in self._surveys:
            self._surveys[project] = survey(self.catalogue(project), self._store(project))
        return self._surveys[project]

    def _store(self, project: Project) -> Any:
        from quod.commands.store import open_store

        if project not in self._stores:
            self._stores[project] = self._stack.enter_context(open_store(project))
        return self._stores[project]

    def check(self, project: Project, claim: Entry, check: str) -> Mapping[str, Any]:
        """The record of one check, from the ledger or a worker."""
        from quod import plan
        from quod.survey import Survey

        option = self._config.getoption
        settings = plan.Settings(timeout=option("--quod-timeout"), seed=option("--quod-seed"), attack=option("--quod-attack"))
        store = self._store(project)
        survey = self.survey(project) if check in ("impl", "proof") else Survey()
        again = option("--quod-again")
        made = plan.make_plan(project, [claim], [check], settings, survey, None if again else store)
        for _ in plan.execute_in(self._workers(project, settings), made, store):
            pass
        return made.records[claim.id, check]

    def _workers(self, project: Project, settings: Any) -> Any:
        """The process that checks the project's claims, one after the other; started once."""
        from quod.plan import workers

        if project not in self._pools:
            self._pools[project] = self._stack.enter_context(workers(1, settings))
        return self._pools[project]

    def close(self) -> None:
        """Ends what was opened."""
        self._stack.close()


_KEY = pytest.StashKey[Session]()


def _session(config: pytest.Config) -> Session:
    if _KEY not in config.stash:
        config.stash[_KEY] = Session(config)
    return config.stash[_KEY]


class SpecFile(pytest.File):
    """A module of claims. A fault of the module is an item of its own, so that its other claims still run."""

    def collect(self) -> Iterator[pytest.Item | pytest.Collector]:
        """The claims declared in this file, and what is wrong with it, or with the project as a whole."""
        session = _session(self.config)
        project = session.project(self.path.parent)
        if project is None:
            return
        catalogue = session.catalogue(project)
        own = self.path.resolve()
        modules = {path.resolve() for path in project.modules("spec").values()} - {own}
        faults = [problem for problem in catalogue.problems if Path(problem.file).resolve() not in modules]
        for number, problem in enumerate(faults, 1):
            yield FileFault.from_parent(self, name="load" if number == 1 else f"load-{number}", problem=problem)
        for claim in catalogue.entries.values():
            if Path(claim.file).resolve() == own:
                yield ClaimNode.from_parent(self, name=claim.name, claim=claim, project=project)


class ClaimNode(pytest.Collector):
    """A claim: its children are its checks."""

    def __init__(self, *, claim: Entry, project: Project, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.claim, self.project = claim, project

    def collect(self) -> Iterator[pytest.Item]:
        """The checks that apply: only `statement` where the claim cannot be read, `impl` where there are implementations."""
        from quod.rows import CHECKS

        for check in CHECKS:
            if check == "attack" and self.config.getoption("--quod-attack") == "off":
                continue
            applies = (self.claim.error is None or check == "statement") and (check != "impl" or bool(self.project.modules("impl")))
            if applies:
                yield CheckItem.from_parent(self, name=check, claim=self.claim, project=self.project)


class CheckFailed(Exception):
    """A check does not give the evidence that is required; the message is what a person should read."""


class _Readable(pytest.Item):
    """An item whose failures are told in words, not by a traceback."""

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The message of a CheckFailed as it is."""
        if isinstance(excinfo.value, CheckFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)


class FileFault(_Readable):
    """A fault of a file, as an item that fails."""

    def __init__(self, *, problem: Problem, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._problem = problem

    def runtest(self) -> None:
        """Fails with the fault."""
        raise CheckFailed(str(self._problem))

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where the fault is."""
        return self.path, self._problem.line - 1, f"{self.path.name} cannot be loaded"


class CheckItem(_Readable):
    """One check of one claim."""

    def __init__(self, *, claim: Entry, project: Project, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._claim, self._project = claim, project

    def runtest(self) -> None:
        """Passes if the check gives what is required of it; is skipped where there is nothing to check or a weaker result is allowed."""
        from quod.rows import shortfalls

        session = _session(self.config)
        record = session.check(self._project, self._claim, self.name)
        if shortfalls(self._claim.expect, {self.name: record}):
            raise CheckFailed(self._explain(record))
        if record["verdict"] == "UNKNOWN":
            broken = [problem for problem in session.survey(self._project).problems if self.name == "impl"]
            if broken:
                raise CheckFailed("\n".join(map(str, broken)))
            pytest.skip(str(record["reason"]))

    def _explain(self, record: Mapping[str, Any]) -> str:
        from quod.project import load
        from quod.report.finding import explain, statement

        claim = load(self._project).claims[self._claim.id]
        return explain(claim.id, claim.sentence, statement(claim), self.name, record)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where the claim stands."""
        return self.path, self._claim.line - 1, f"{self._claim.id}::{self.name}"
