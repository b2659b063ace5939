"""What the ledger holds about claims, without running anything."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from quod.catalogue import Catalogue, Entry
from quod.commands.store import last_run, open_existing
from quod.plan import Settings, make_plan
from quod.project import Project, ProjectError
from quod.rows import CHECKS
from quod.survey import survey


def last_settings(project: Project) -> Settings:
    """The settings of the last run, else the usual ones."""
    try:
        return Settings(**last_run(project)["settings"])  # type: ignore[arg-type]
    except (ProjectError, TypeError, KeyError):
        return Settings()


def recorded_rows(catalogue: Catalogue, claims: Iterable[Entry]) -> dict[str, dict[str, Any] | None]:
    """The row of each claim as the last run's settings found it; None where nothing is recorded for the claim as it stands."""
    with open_existing(catalogue.project) as store:
        found = survey(catalogue, store, ask=False)
        settings = last_settings(catalogue.project)
        checks = tuple(check for check in CHECKS if check != "attack" or settings.attack != "off")
        plan = make_plan(catalogue.project, claims, checks, settings, found, store)
    due = {(job.claim.id, job.check) for job in plan.due}
    rows: dict[str, dict[str, Any] | None] = {}
    for claim in plan.claims:
        nothing = claim.error is None and all((claim.id, check) in due or check == "impl" for check in checks)
        rows[claim.id] = None if nothing else plan.row(claim, missing="not recorded")
    return rows
