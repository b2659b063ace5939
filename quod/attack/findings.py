"""Findings: what came out of attacking one claim from one side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

Kind = Literal["twin", "necessity", "sharpness", "tight", "boundary", "vacuity"]
"""The sides that a claim is attacked from."""

Outcome = Literal[
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
    "conflict",
]
"""What came out. `conflict`: one engine proves what a confirmed witness of another refutes."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one attack on a claim showed.

    subject: what was varied, in words ("1/4 → 1/4 − 10⁻⁶", "without x > 0"); detail: one sentence for people, which says what an
    `undecided` lacked; witness: the point that shows the outcome, exact values as text by name, None where no point shows it.
    """

    kind: Kind
    subject: str
    outcome: Outcome
    detail: str
    witness: Mapping[str, str] | None = None

    def record(self) -> dict[str, Any]:
        """The finding as plain JSON data."""
        witness = dict(self.witness) if self.witness is not None else None
        return {"kind": self.kind, "subject": self.subject, "outcome": self.outcome, "detail": self.detail, "witness": witness}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Finding:
        """The finding that `record` describes; ValueError where it describes none."""
        kind, outcome, witness = record.get("kind"), record.get("outcome"), record.get("witness")
        if kind not in get_args(Kind):
            raise ValueError(f"expected a finding's kind, one of {', '.join(get_args(Kind))}, got {kind!r}")
        if outcome not in get_args(Outcome):
            raise ValueError(f"expected a finding's outcome, one of {', '.join(get_args(Outcome))}, got {outcome!r}")
        if witness is not None and not isinstance(witness, Mapping):
            raise ValueError(f"expected a finding's witness, an object or null, got {witness!r}")
        named = {str(name): str(value) for name, value in witness.items()} if witness is not None else None
        return cls(cast(Kind, kind), str(record.get("subject", "")), cast(Outcome, outcome), str(record.get("detail", "")), named)
