"""One check of one claim, as it runs in a worker process: plain data in, plain data out."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from quod.kernel.verdict import Verdict, unknown
from quod.lang.claim import Claim
from quod.project import ROOMS, Loaded, find_project, load

CHECKS = ("statement", "proof", "fuzz", "impl", "attack")
_ROOMS = {"statement": ("spec",), "proof": ("spec", "proofs"), "fuzz": ("spec",), "impl": ("spec", "impl"), "attack": ("spec",)}
_loaded: dict[tuple[str, tuple[str, ...]], Loaded] = {}


def run(root: str, claim_id: str, check: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """{"record": the verdict with its "seconds", "certificate": JSON or None} of `check`, one of CHECKS.

    `settings` holds timeout (seconds), seed, digits, examples, attack (how hard), and digest: that of the claim as the caller read it.
    The record of `attack` also has its "findings".
    """
    started = time.monotonic()
    deadline = started + float(settings["timeout"])
    loaded = _load(root, _ROOMS[check])
    claim = loaded.claims.get(claim_id)
    certificate: str | None = None
    more: dict[str, Any] = {}
    if claim is None or claim.digest != settings["digest"]:
        verdict = unknown("the claim was changed while it was being checked; fix: run again")
    elif claim.error is not None:
        verdict = Verdict("ERROR", reason=f"{claim.place}: {claim.error}")
    elif check == "attack":
        verdict, more = _attack(claim, settings, deadline)
    else:
        verdict, certificate = _check(loaded, claim, check, settings, deadline)
    return {"record": {**verdict.record(), **more, "seconds": time.monotonic() - started}, "certificate": certificate}


def look(root: str) -> dict[str, Any]:
    """What impl/ and proofs/ of the project at `root` declare: modules by definition and by claim, and the problems of their files."""
    loaded = load(find_project(Path(root)), ROOMS)
    return {
        "implementations": {id: [function.__module__] for id, function in loaded.implementations.items()},
        "scripts": {id: [function.__module__] for id, function in loaded.scripts.items()},
        "problems": [[problem.file, problem.line, problem.message, problem.fix] for problem in loaded.problems],
    }


def _load(root: str, rooms: tuple[str, ...]) -> Loaded:
    """The project at `root`, read once per process and set of rooms."""
    key = (root, rooms)
    if key not in _loaded:
        _loaded[key] = load(find_project(Path(root)), rooms)
    return _loaded[key]


def _check(loaded: Loaded, claim: Claim, check: str, settings: Mapping[str, Any], deadline: float) -> tuple[Verdict, str | None]:
    seed, digits, examples = int(settings["seed"]), int(settings["digits"]), int(settings["examples"])
    match check:
        case "statement":
            from quod.statement import examine

            return examine(claim, seed, deadline), None
        case "proof":
            from quod.provers.portfolio import prove

            return prove(claim, deadline)
        case "fuzz":
            from quod.attack.fuzz import fuzz

            return fuzz(claim, seed, digits, examples, deadline), None
        case "impl":
            from quod.conform import check as conforms

            return conforms(claim, loaded.implementations, seed, examples, deadline), None
        case _:
            raise ValueError(f"expected one of {CHECKS}, got check={check!r}")


def _attack(claim: Claim, settings: Mapping[str, Any], deadline: float) -> tuple[Verdict, dict[str, Any]]:
    from quod.attack.adversary import attack

    verdict, findings = attack(claim, str(settings["attack"]), int(settings["seed"]), deadline)
    return verdict, {"findings": [finding.record() for finding in findings]}
