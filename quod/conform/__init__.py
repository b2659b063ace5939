"""Implementations under test: what is computed in floating point, held against what is defined over the reals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from quod.conform.registration import implements

if TYPE_CHECKING:
    from quod.kernel.verdict import Verdict
    from quod.lang.claim import Claim

__all__ = ["check", "implements"]


def check(
    claim: Claim, implementations: Mapping[str, Callable[..., Any]], seed: int = 0, examples: int = 200, deadline: float | None = None
) -> Verdict:
    """SAMPLED, REFUTED, ERROR or UNKNOWN: the implementations, by definition id, against the definitions that the claim mentions, and the
    claim on their values. See `quod.conform.checking`."""
    from quod.conform.checking import check as run

    return run(claim, implementations, seed, examples, deadline)
