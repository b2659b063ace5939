"""From the records of single checks to one row per claim, and from rows to an exit code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import IntEnum
from typing import Any

from quod.catalogue import Entry

CHECKS = ("statement", "proof", "fuzz", "impl", "attack")
UNREAD = "the claim cannot be read"
"""The reason of every check but the first of a claim with an error."""

Record = Mapping[str, Any]


class Exit(IntEnum):
    """The exit codes of every command."""

    GREEN = 0
    REFUTED = 1
    INPUT = 2
    CONFLICT = 3
    WEAK = 4
    INTERRUPTED = 130


def blank(verdict: str, reason: str) -> dict[str, Any]:
    """The record of a check that has no result of its own."""
    empty: dict[str, Any] = {"method": "", "trusts": [], "assumes": [], "witness": None, "figures": {}, "seed": None, "seconds": 0.0}
    return {"verdict": verdict, "reason": reason, **empty}


def make_row(claim: Entry, records: Mapping[str, Record]) -> dict[str, Any]:
    """The row of a claim: plain JSON data as `quod/report/schema.json` describes it. Checks that were not asked for are null."""
    verdict, reason = aggregate(records)
    proof = records.get("proof")
    deciding = _deciding(verdict, records)
    return {
        "id": claim.id,
        "topic": claim.topic,
        "sentence": claim.sentence,
        "source": claim.source,
        "place": claim.place,
        "digest": claim.digest,
        "expect": claim.expect,
        "verdict": verdict,
        "reason": reason,
        "green": not shortfalls(claim.expect, records),
        "method": str(deciding["method"]) if deciding else "",
        "trusts": list(proof["trusts"]) if proof else [],
        "assumes": list(proof["assumes"]) if proof else [],
        "seconds": round(sum(float(record["seconds"]) for record in records.values()), 3),
        **{check: dict(records[check]) if check in records else None for check in CHECKS},
    }


def _deciding(verdict: str, records: Mapping[str, Record]) -> Record | None:
    """The record that a row's verdict was taken from."""
    return next(
        (records[check] for check in ("proof", "fuzz", "statement", "attack") if records.get(check, {}).get("verdict") == verdict), None
    )


def aggregate(records: Mapping[str, Record]) -> tuple[str, str]:
    """(verdict, reason) of a claim from its checks. An implementation says nothing about the claim over ℝ, so `impl` has no part in it.

    `attack` can only spoil a verdict: most of its findings are about other statements.
    """
    about = {check: records[check] for check in ("statement", "proof", "fuzz", "attack") if check in records}
    kinds = {check: str(record["verdict"]) for check, record in about.items()}
    proof = kinds.get("proof")
    if proof == "PROVED" and "REFUTED" in kinds.values():
        refuting = next(check for check, kind in kinds.items() if kind == "REFUTED")
        return "CONFLICT", f"proved by {about['proof']['method'] or 'proof'}, refuted by {refuting} at {point(about[refuting]['witness'])}"
    for kind in ("CONFLICT", "REFUTED", "ERROR", "VACUOUS"):
        found = next((check for check in about if kinds[check] == kind), None)
        if found is not None:
            return kind, str(about[found]["reason"])
    if proof == "PROVED":
        return "PROVED", ""
    if "SAMPLED" in (kinds.get("fuzz"), proof):
        return "SAMPLED", str(about["proof"]["reason"]) if "proof" in about else ""
    reasons = [
        str(record["reason"]) for record in (about.get("proof"), about.get("fuzz"), about.get("statement")) if record and record["reason"]
    ]
    return "UNKNOWN", reasons[0] if reasons else "neither proved nor fuzzed: these checks were not asked for"


def point(witness: Mapping[str, str] | None) -> str:
    """A witness on one line."""
    return ", ".join(f"{name} = {value}" for name, value in (witness or {}).items()) or "every point"


def shortfalls(expect: str, records: Mapping[str, Record]) -> list[tuple[str, str]]:
    """(check, verdict) of every piece of evidence that a green run needs and does not have, among the checks that were asked for.

    `impl` may be UNKNOWN where the check itself found nothing to compare, and says so by its figure `implementations`; not where it died.
    So may `attack` where it counted what it tried, by its figure `twins`; and `fuzz` of a claim that has to be PROVED, where its figure
    `variables` says that there is nothing to draw.
    """
    missing = []
    for check, record in records.items():
        kind = str(record["verdict"])
        good = {
            "statement": ("SAMPLED", "PROVED"),
            "proof": ("PROVED",) if expect == "PROVED" else ("PROVED", "SAMPLED", "UNKNOWN"),
            "fuzz": ("SAMPLED", "PROVED", *(("UNKNOWN",) if expect == "PROVED" and record["figures"].get("variables") == 0 else ())),
            "impl": ("SAMPLED", "PROVED", "UNKNOWN") if "implementations" in record["figures"] else ("SAMPLED", "PROVED"),
            "attack": ("SAMPLED", "UNKNOWN") if "twins" in record["figures"] else ("SAMPLED",),
        }[check]
        if kind not in good:
            missing.append((check, kind))
    return missing


def exit_code(rows: Iterable[Mapping[str, Any]], problems: int = 0) -> Exit:
    """The exit code of a run. The worst finding counts: engines in conflict, then something refuted, bad input, weak evidence."""
    kinds = [
        kind
        for row in rows
        for kind in (
            str(row["verdict"]),
            *(v for _, v in shortfalls(str(row["expect"]), {c: row[c] for c in CHECKS if row[c] is not None})),
        )
        if not row["green"]
    ]
    if "CONFLICT" in kinds:
        return Exit.CONFLICT
    if "REFUTED" in kinds:
        return Exit.REFUTED
    if problems or "ERROR" in kinds:
        return Exit.INPUT
    return Exit.WEAK if kinds else Exit.GREEN
