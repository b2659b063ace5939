"""Proofs about a point with what proof scripts of other claims of the topic show at its values, where no engine finds a proof alone."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from quod.kernel.theorem import KernelError
from quod.lang import terms as t
from quod.lang.claim import Claim, Place, Source
from quod.lang.expression import LanguageError, wrap
from quod.lang.sorts import Arrow
from quod.provers import portfolio
from quod.provers import script as scripts

NAME = "attack.point"
BORROWING_SECONDS = 6.0
"""CPU seconds for a proof with the scripts of other claims, which are run anew; few points need one."""
FAILURES = (scripts.StepFailed, KernelError, t.TermError, LanguageError)


def borrowed_proof(claim: Claim, point: Mapping[str, t.Node], proposition: t.Node, seconds: float) -> str | None:
    """With whose scripts the closed proposition about a point of `claim` is proved, in words; None if it is not, in so many CPU seconds."""
    lenders = list(_lenders(claim, point))
    if not lenders:
        return None

    def script(goal: Any) -> None:
        for lender in lenders:
            values = [wrap(point[parameter.name]) for parameter in lender.claim.parameters]
            with suppress(*FAILURES):  # what it has shown before it got stuck on another conclusion is of use
                lender.function(goal, *values)
        for lender in lenders:
            goal.by(lender.claim, *(wrap(point[parameter.name]) for parameter in lender.claim.parameters))

    made = Claim(NAME, "attack", "", Source("attack"), (), (), proposition, proposition, Place("attack", 0))
    scripts.SCRIPTS[NAME] = scripts.Script(made, script, made.place)
    try:
        verdict, _ = portfolio.prove(made, time.monotonic() + seconds)
    finally:
        del scripts.SCRIPTS[NAME]
    return "with " + ", ".join(lender.claim.id for lender in lenders) if verdict.kind == "PROVED" else None


def _lenders(claim: Claim, point: Mapping[str, t.Node]) -> Iterator[scripts.Script]:
    """The scripts of the topic's other claims whose parameters are numbers that the point names."""
    for script in list(scripts.SCRIPTS.values()):
        other = script.claim
        named = all(p.name in point and not isinstance(p.variable.sort, Arrow) for p in other.parameters)
        if other.topic == claim.topic and other.id != claim.id and other.parameters and named:
            yield script
