"""A check that does not give what is required, told to a person: the statement, the witness exactly, and a line that reproduces it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quod.lang.claim import Claim
from quod.lang.sorts import Arrow
from quod.lang.text import to_text


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
