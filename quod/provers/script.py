"""Proof scripts: `@proves(claim)` and the goal that a script works on.

A script reads like a textbook proof, forwards: every `have` is shown at once from what is known in scope, and the claim itself is shown
from the facts at the end. Scopes (`each`, `suppose`, `induction`) close into ∀, ⇒ and induction; `last()` is what the latest one gave.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass

from quod.lang.claim import Claim, Place, attach
from quod.lang.expression import wrap
from quod.provers.goal import Goal
from quod.provers.scopes import StepFailed
from quod.provers.session import Fact, Session

SCRIPTS: dict[str, Script] = {}
"""The registered scripts by claim id."""


@dataclass(frozen=True)
class Script:
    """A proof script: the claim it proves, its function of (goal, parameters…), and where it stands."""

    claim: Claim
    function: Callable[..., None]
    place: Place


def proves(claim: Claim) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Registers a function as the proof script of a claim: its first argument is the goal, the others are the claim's parameters."""

    def register(function: Callable[..., None]) -> Callable[..., None]:
        attach("proof", claim, function)
        code = function.__code__
        SCRIPTS[claim.id] = Script(claim, function, Place(code.co_filename, code.co_firstlineno))
        return function

    return register


def run(
    session: Session, claim: Claim, script: Script | None, lemma: Callable[[Claim], Fact], engines: set[str]
) -> tuple[Fact, tuple[Fact, ...]]:
    """The claim's statement, shown by its script, or without one, and what was shown on the way. Raises StepFailed."""
    goal = Goal(session, claim, lemma)
    for parameter in claim.parameters:
        goal._frames[-1].closers.append(("fix", parameter.variable, None))
    for hypothesis in claim.hypotheses:
        goal._assume(hypothesis)
    if script is not None:
        names = list(inspect.signature(script.function).parameters)[1:]
        variables = {parameter.name: wrap(parameter.variable) for parameter in claim.parameters}
        script.function(goal, *(variables[name] for name in names))
    final = goal.have(claim.conclusion)
    engines |= goal.engines
    return session.convert(claim.statement, goal._close(goal._frames[-1], final)), goal.facts


__all__ = ["SCRIPTS", "Goal", "Script", "StepFailed", "proves", "run"]
