"""Necessity: a claim without one of its hypotheses, over the wider domain that this leaves its parameters."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from quod.attack.twins import changed
from quod.attack.widening import widened
from quod.lang import terms as t
from quod.lang.binding import instantiate
from quod.lang.claim import Claim
from quod.lang.defined import obligations
from quod.lang.sorts import INTEGER


def without(claim: Claim, number: int) -> Claim:
    """The claim without its hypothesis of that number. A parameter whose domain meant it is drawn from a wider one."""
    hypotheses = [h for position, h in enumerate(claim.hypotheses) if position != number]
    made = changed(claim, f"without hypothesis {number}", hypotheses, claim.conclusion)
    return dataclasses.replace(made, parameters=widened(claim, claim.hypotheses[number]))


def conditions(claim: Claim) -> list[t.Node]:
    """What has to hold at a point for every subterm of the claim's conclusion to be defined there, over its parameters."""
    found = []
    for obligation in obligations(claim.statement):
        node = obligation
        for parameter in claim.parameters:
            if not isinstance(node, t.ForAll):
                break
            node = instantiate(node.body, parameter.variable)
        hypotheses: Sequence[t.Node] = claim.hypotheses
        for _ in hypotheses:
            if isinstance(node, t.Implies):
                node = node.conclusion
        if not _is_quantified(node):
            found.append(node)
    return list(dict.fromkeys(found))


def _is_quantified(node: t.Node) -> bool:
    """Over anything but integers: then points show little."""
    while isinstance(node, t.ForAll | t.Implies):
        if isinstance(node, t.ForAll):
            if node.body.domain != INTEGER:
                return True
            node = node.body.body
        else:
            node = node.conclusion
    return False
