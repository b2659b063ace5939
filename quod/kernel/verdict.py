"""Verdicts: what is known of a claim after a check, and nothing greener than that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from quod.kernel.theorem import KernelError, Theorem
from quod.lang.defined import obligations
from quod.lang.terms import And, Node

KINDS = ("PROVED", "REFUTED", "SAMPLED", "UNKNOWN", "VACUOUS", "CONFLICT", "ERROR")
_SEAL = object()


@dataclass(frozen=True, eq=False)
class Verdict:
    """One of KINDS with its evidence. It has no truth value and no order: compare `kind` with the kind that you need.

    method: how it was found. trusts: axioms and programs outside the kernel that a proof rests on. assumes: open hypotheses.
    reason: why it is not better. witness: a counterexample, exact, by variable name. figures: counts and sizes. seed: of a random search.
    """

    kind: str
    reason: str = ""
    method: str = ""
    trusts: frozenset[str] = frozenset()
    assumes: frozenset[str] = frozenset()
    witness: Mapping[str, str] | None = None
    figures: Mapping[str, Any] = field(default_factory=dict)
    seed: int | None = None
    seal: object = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise KernelError(f"a verdict is one of {KINDS}, got kind={self.kind!r}")
        if self.kind == "PROVED" and self.seal is not _SEAL:
            raise KernelError("only the kernel makes PROVED, from a theorem: use proved(statement, theorem)")
        if self.kind == "REFUTED" and self.witness is None:
            raise KernelError("REFUTED needs a witness")
        if self.kind in ("UNKNOWN", "ERROR", "VACUOUS", "CONFLICT") and not self.reason:
            raise KernelError(f"{self.kind} needs a reason")

    def __bool__(self) -> NoReturn:
        raise KernelError("a verdict has no truth value: compare its kind")

    def record(self) -> dict[str, Any]:
        """The verdict as plain JSON data, for reports and the ledger."""
        return {
            "verdict": self.kind,
            "reason": self.reason,
            "method": self.method,
            "trusts": sorted(self.trusts),
            "assumes": sorted(self.assumes),
            "witness": None if self.witness is None else dict(self.witness),
            "figures": dict(self.figures),
            "seed": self.seed,
        }


def goal_of(statement: Node) -> And:
    """What has to be shown for a claim: the statement, and that every subterm of it is defined."""
    return And((statement, *obligations(statement)))


def proved(statement: Node, theorem: Theorem, method: str, figures: Mapping[str, Any] | None = None) -> Verdict:
    """PROVED, if `theorem` is `goal_of(statement)` without hypotheses. Raises KernelError otherwise."""
    if theorem.conclusion is not goal_of(statement) or theorem.hypotheses:
        raise KernelError("the theorem is not the statement together with its definedness")
    return Verdict("PROVED", method=method, trusts=theorem.trusts, figures=figures or {}, seal=_SEAL)


def unknown(reason: str, **details: Any) -> Verdict:
    """UNKNOWN, with why."""
    return Verdict("UNKNOWN", reason=reason, **details)
