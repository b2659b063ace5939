"""A check that does not give what is required, told to a person: the statement, the witness exactly, and a line that reproduces it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


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
