"""Which checks of which claims are due, running them in worker processes, and the rows that come out.

A result is looked up under a key of everything it depends on: the claim's meaning, the check, its settings, the engines' versions, and the
source text of the implementations or proof scripts it used. What ended at the border of a process (a crash, a timeout) is tried again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from quod.catalogue import Entry
from quod.engines import engines
from quod.project import Project
from quod.records import clean, is_record
from quod.rows import CHECKS, UNREAD, blank, make_row
from quod.sources import Sources
from quod.survey import Store, Survey

if TYPE_CHECKING:
    from quod.processes import Outcome, Pool, Task

GRACE = 5.0
"""Seconds that a check may take beyond its timeout, to say what it has, before its process is killed."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How hard to try. timeout: seconds per check; memory: MB per check; digits: decimal digits; examples: points per claim.

    attack: how hard claims are attacked, "quick" or "deep", or "off".
    """

    timeout: float = 60.0
    memory: int = 2048
    seed: int = 0
    digits: int = 50
    examples: int = 200
    attack: str = "quick"

    def of(self, check: str) -> dict[str, Any]:
        """The settings that a check depends on."""
        names = {
            "proof": ("timeout", "memory"),
            "impl": ("timeout", "memory", "seed", "examples"),
            "attack": ("timeout", "memory", "seed", "attack"),
        }
        return {name: getattr(self, name) for name in names.get(check, ("timeout", "memory", "seed", "digits", "examples"))}


@dataclass(frozen=True, slots=True)
class Job:
    """One check of one claim, and the key of its result; "" where it is not known what the result depends on, so that it is not kept."""

    claim: Entry
    check: str
    key: str


@dataclass
class Plan:
    """What a run has to do. `records` fills up while it runs: (claim id, check) → record."""

    project: Project
    claims: tuple[Entry, ...]
    checks: tuple[str, ...]
    settings: Settings
    due: list[Job]
    records: dict[tuple[str, str], dict[str, Any]]

    def row(self, claim: Entry, missing: str = "interrupted before this check had ended") -> dict[str, Any]:
        """The row of a claim as things stand; checks without a result are UNKNOWN because of `missing`."""
        return make_row(claim, {check: self.records.get((claim.id, check)) or blank("UNKNOWN", missing) for check in self.checks})

    def rows(self) -> list[dict[str, Any]]:
        """The rows of all selected claims as things stand."""
        return [self.row(claim) for claim in self.claims]


def make_plan(
    project: Project, claims: Iterable[Entry], checks: Sequence[str], settings: Settings, survey: Survey, store: Store | None
) -> Plan:
    """The plan for `checks` of `claims`: what `store` holds is taken from there, the rest is due."""
    plan = Plan(project, tuple(claims), tuple(check for check in CHECKS if check in checks), settings, [], {})
    sources = Sources(project)
    for claim in plan.claims:
        for check in plan.checks:
            record = _without_engine(claim, check, plan.checks, survey)
            if record is None:
                known = check != "proof" or not survey.failure
                source = _source(claim, check, survey, sources, project.package("spec")) if known else ""
                job = Job(claim, check, _key(claim, check, settings, source) if known else "")
                stored = store.get(job.key) if store is not None and job.key else None
                if not is_record(stored):
                    plan.due.append(job)
                    continue
                record = {**{name: value for name, value in stored.items() if name != "digest"}, "cached": True}
            plan.records[claim.id, check] = record
    return plan


def _without_engine(claim: Entry, check: str, checks: Sequence[str], survey: Survey) -> dict[str, Any] | None:
    """The record where no engine is needed: a claim that cannot be read, or nothing to check."""
    if claim.error is not None:
        first = check == checks[0]
        return blank("ERROR", f"{claim.place}: {claim.error}" if first else UNREAD)
    if check != "impl":
        return None
    if survey.failure and claim.definitions:
        return blank("UNKNOWN", survey.failure)
    if survey.implementations.keys() & set(claim.definitions):
        return None
    reason = (
        f"no implementation of {', '.join(claim.definitions)}"
        if claim.definitions
        else "the claim mentions no definition that could be implemented"
    )
    return {**blank("UNKNOWN", reason), "figures": {"implementations": 0}}


def _source(claim: Entry, check: str, survey: Survey, sources: Sources, spec: str) -> str:
    """Digest of the project's source text that a check depends on beyond the claim's digest; `spec` is the name of its package."""
    match check:
        case "impl":
            used = {name for id in claim.definitions for name in survey.implementations.get(id, ())}
            return sources.digest(sources.closure(used))
        case "proof":
            found, more = frozenset[str](), set(survey.scripts.get(claim.id, ()))
            while more:  # a script may use the claims of the topics it imports, and these may have scripts too
                found |= sources.closure(more)
                more = {
                    name for id, names in survey.scripts.items() if f"{spec}.{id.rpartition('.')[0]}" in found for name in names
                } - found
            return sources.digest(found)
        case _:
            return ""


def _key(claim: Entry, check: str, settings: Settings, source: str) -> str:
    parts = {"digest": claim.digest, "check": check, "settings": settings.of(check), "engines": engines(), "source": source}
    return hashlib.blake2b(json.dumps(parts, sort_keys=True).encode(), digest_size=16).hexdigest()


Progress = Callable[[Job, Mapping[str, Any] | None], None]
"""Called with a job and None when it is taken up, and with its record when it has ended."""


def execute(plan: Plan, jobs: int, store: Store | None, progress: Progress | None = None) -> Iterator[tuple[Job, dict[str, Any]]]:
    """Runs what is due, at most `jobs` at once; every result is stored and put into the plan before it is handed over."""
    if not plan.due:
        return

    def report(task: Task, outcome: Outcome | None) -> None:
        if progress is not None and outcome is None and isinstance(task.key, Job):
            progress(task.key, None)

    with workers(min(jobs, len(plan.due)), plan.settings, report) as pool:
        for job, record in execute_in(pool, plan, store):
            if progress is not None:
                progress(job, record)
            yield job, record


def workers(jobs: int, settings: Settings, progress: Callable[[Task, Outcome | None], None] | None = None) -> Pool:
    """A pool of processes that check claims, within the limits of the settings; for a `with` statement."""
    from quod.processes import Limits, Pool

    return Pool(jobs, Limits(settings.timeout + GRACE, settings.memory << 20), preload=("quod.checks",), progress=progress)


def execute_in(pool: Pool, plan: Plan, store: Store | None) -> Iterator[tuple[Job, dict[str, Any]]]:
    """Runs what is due in a pool of `workers`, which may serve several plans one after the other and stays open."""
    from quod.processes import Task

    root, settings = str(plan.project.root), plan.settings
    tasks = [Task("quod.checks:run", (root, job.claim.id, job.check, settings_for(job, settings)), key=job) for job in plan.due]
    for task, outcome in pool.run(tasks):
        job = task.key
        if not isinstance(job, Job):
            continue
        record, certificate, final = _read(outcome, settings)
        if store is not None and final and job.key:
            store.put(job.key, job.claim.id, job.check, {**record, "digest": job.claim.digest}, certificate)
        plan.records[job.claim.id, job.check] = record
        yield job, record


def settings_for(job: Job, settings: Settings) -> dict[str, Any]:
    """What `quod.checks.run` is told for a job."""
    names = ("timeout", "memory", "seed", "digits", "examples", "attack")
    return {**{name: getattr(settings, name) for name in names}, "digest": job.claim.digest}


def _read(outcome: Any, settings: Settings) -> tuple[dict[str, Any], str | None, bool]:
    """(record, certificate, whether it is worth keeping) of what a worker answered or how it ended."""
    from quod.processes import Finished

    if not isinstance(outcome, Finished):
        record = blank("UNKNOWN", clean(str(outcome.reason)))
        record["seconds"] = float(getattr(outcome, "seconds", 0.0))
        return record, None, False
    value = outcome.value
    answer: dict[str, Any] = value if isinstance(value, dict) else {}
    found = clean(answer.get("record"))
    if not is_record(found):
        return blank("UNKNOWN", f"the check returned no record, got {clean(str(value)[:80])!r}"), None, False
    return found, answer.get("certificate"), "while it was being checked" not in str(found["reason"])
