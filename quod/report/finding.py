"""A check that does not give what is required, told to a person: the statement, the witness exactly, and a line that reproduces it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from quod.lang.claim import Claim
from quod.lang.sorts import Arrow
from quod.lang.text import to_text

_LONGEST = 300
_ATTACKS = (
    ("twin", "twin", "twins"),
    ("necessity", "hypothesis dropped", "hypotheses dropped"),
    ("sharpness", "bound", "bounds"),
    ("tight", "touching point", "touching points"),
    ("boundary", "edge", "edges"),
    ("vacuity", "domain", "domains"),
)
_OUTCOMES = (
    "conflict",
    "refuted",
    "equivalent",
    "still true",
    "needed",
    "not needed",
    "sharp",
    "slack",
    "attained",
    "proved",
    "undecided",
)


def variables(claim: Claim) -> list[str]:
    """The quantified variables with what they are."""
    shown = []
    for parameter in claim.parameters:
        sort = parameter.variable.sort
        shown.append(f"{parameter.name}: {sort}" if isinstance(sort, Arrow) else f"{parameter.name} ∈ {sort}")
    return shown


def statement(claim: Claim) -> str:
    """The statement over the names of its parameters, which witnesses use too; empty if the claim cannot be read."""
    if claim.error is not None:
        return ""
    conclusion = to_text(claim.conclusion)
    if not claim.parameters:
        return conclusion
    given = f" with {', '.join(map(to_text, claim.hypotheses))}" if claim.hypotheses else ""
    return f"for all {', '.join(variables(claim))}{given}: {conclusion}"


def witness_lines(witness: Mapping[str, str] | None) -> list[str]:
    """A counterexample, one variable a line."""
    if witness is None:
        return []
    return [f"  {name} = {value}" for name, value in witness.items()] or ["  (the claim has no variables)"]


def finding_lines(findings: Iterable[Mapping[str, Any]]) -> list[str]:
    """What single attacks on a claim showed, one a line, the undecided last."""
    ordered = sorted(findings, key=lambda finding: finding["outcome"] == "undecided")
    return [f"{finding['kind']} {finding['outcome']}: {finding['subject']}; {_short(str(finding['detail']))}" for finding in ordered]


def _short(text: str) -> str:
    """The middle of a long text left out; `--json` holds all of it."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST // 2]} […] {text[-_LONGEST // 2 :]}"


def attack_counts(rows: Iterable[Mapping[str, Any]]) -> Counter[str]:
    """How often each kind of attack had which outcome, as "twin refuted", over the rows whose claims were attacked."""
    counts: Counter[str] = Counter()
    for row in rows:
        record = row.get("attack")
        for finding in record.get("findings", ()) if record is not None else ():
            counts[f"{finding['kind']} {finding['outcome']}"] += 1
    return counts


def attack_summary(counts: Mapping[str, int]) -> str:
    """The counts of `attack_counts` in a few words, the twins first; empty if nothing was attacked."""
    parts = []
    for kind, one, many in _ATTACKS:
        found = {name.removeprefix(f"{kind} "): count for name, count in counts.items() if name.startswith(f"{kind} ")}
        total = sum(found.values())
        if total:
            listed = ", ".join(f"{found[outcome]} {outcome}" for outcome in _OUTCOMES if found.get(outcome))
            parts.append(f"{total} {one if total == 1 else many}: {listed}")
    return "; ".join(parts)


def reproduce(claim_id: str, check: str, record: Mapping[str, Any]) -> str:
    """A shell line that runs this check alone again."""
    seed = f" --seed {record['seed']}" if record["seed"] is not None else ""
    return f"quod verify {claim_id} --only {check}{seed} --again"


def explain(claim_id: str, sentence: str, statement: str, check: str, record: Mapping[str, Any]) -> str:
    """Everything about a failed check, several lines."""
    lines = [f"{claim_id}: {check} is {record['verdict']}", f"  {sentence}"]
    if statement:
        lines.append(f"  {statement}")
    if record["witness"] is not None:
        lines += ["it fails at", *witness_lines(record["witness"])]
    if record["reason"]:
        lines.append(f"because {record['reason']}")
    lines += [f"{name}: {value}" for name, value in record["figures"].items()]
    return "\n".join([*lines, "to reproduce:", f"  {reproduce(claim_id, check, record)}"])
