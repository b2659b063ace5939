"""Propositions about single points, given to the provers: what the kernel accepts, and by which engine."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from quod.attack.arithmetic import fraction
from quod.attack.families import Members
from quod.attack.guards import peel
from quod.kernel.tower import CertificateError, check
from quod.lang import terms as t
from quod.lang.binding import fresh, instantiate, unfold
from quod.lang.claim import Claim, Place, Source
from quod.lang.sorts import INTEGER, REAL
from quod.lang.text import to_text
from quod.provers import clock, portfolio, tower
from quod.provers.one_variable import in_fragment

INDEX = t.Bound(0, INTEGER)


def proof_of(proposition: t.Node, seconds: float) -> str | None:
    """The engine by which the closed proposition is proved, definedness included; None if it was not in that many CPU seconds."""
    decided = _decided(proposition, seconds / 2)
    if decided is not None:
        return decided
    claim = Claim("attack.point", "attack", "", Source("attack"), (), (), proposition, proposition, Place("attack", 0))
    verdict, _ = portfolio.prove(claim, time.monotonic() + seconds)
    if verdict.kind != "PROVED":
        return None
    trusted = sorted(name for name in verdict.trusts if name == "z3")
    return verdict.method + (f", trusting {', '.join(trusted)}" if trusted else "")


def _decided(proposition: t.Node, seconds: float) -> str | None:
    """A proof by the decision procedure alone, where the proposition is about one real: the kernel checks it, definedness included."""
    if not isinstance(proposition, t.ForAll) or proposition.body.domain != REAL:
        return None
    x = fresh("x", REAL, proposition.variables)
    hypotheses, goal = peel(instantiate(unfold(proposition.body), x))  # type: ignore[arg-type]
    if not all(map(in_fragment, (*hypotheses, goal))):
        return None
    outcome = tower.decide(x, hypotheses, goal, clock.now() + seconds)
    if not isinstance(outcome, tower.Proved):
        return None
    try:
        check(outcome.certificate, hypotheses, goal)
    except CertificateError:
        return None
    return "one-variable decision"


def node_of(value: Any) -> t.Node | None:
    """A sampled number or finite family as a closed term; None for anything else."""
    known = fraction(value)
    if known is not None:
        return t.Number(known)
    if not isinstance(value, Members):
        return None
    items = [fraction(item) for item in value.items]
    outside = fraction(value.outside)
    if outside is None or any(item is None for item in items):
        return None
    body: t.Node = t.Number(outside)
    if items and all(item == items[0] for item in items):
        return t.Lambda(INTEGER, t.Number(items[0] or Fraction(0)))
    for position, item in reversed(list(enumerate(items))):
        body = t.IfThenElse(t.Compare("=", INDEX, t.Number(position)), t.Number(item or Fraction(0)), body)
    return t.Lambda(INTEGER, body)


def shown(point: Mapping[str, t.Node]) -> dict[str, str]:
    """The values of a point as text, by name."""
    return {name: to_text(node) for name, node in point.items()}


def sentence(point: Mapping[str, str]) -> str:
    """x = 0, y = 1."""
    return ", ".join(f"{name} = {value}" for name, value in point.items())


def conjunction(parts: Sequence[t.Node]) -> t.Node:
    """The conjunction of propositions; of one: itself."""
    return parts[0] if len(parts) == 1 else t.And(tuple(parts))
