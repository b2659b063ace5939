"""Necessity: a claim without one of its hypotheses, over the wider domain that this leaves its parameters."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from quod.attack.twins import changed
from quod.lang import domains as d
from quod.lang import terms as t
from quod.lang.binding import instantiate
from quod.lang.claim import Claim, Parameter
from quod.lang.defined import obligations
from quod.lang.expression import Expression
from quod.lang.sorts import INTEGER


def without(claim: Claim, number: int) -> Claim:
    """The claim without its hypothesis of that number. A parameter whose domain meant it is drawn from a wider one."""
    hypotheses = [h for position, h in enumerate(claim.hypotheses) if position != number]
    made = changed(claim, f"without hypothesis {number}", hypotheses, claim.conclusion)
    return dataclasses.replace(made, parameters=tuple(widened(claim, claim.hypotheses[number])))


def widened(claim: Claim, hypothesis: t.Node) -> list[Parameter]:
    """The parameters, each over a domain that does not mean the hypothesis."""
    scope: dict[str, Expression] = {}
    found = []
    for parameter in claim.parameters:
        x = Expression(parameter.variable)
        meant = [h.node for h in parameter.domain.hypotheses(x, scope)]
        wider = _without(parameter.domain, meant.index(hypothesis)) if hypothesis in meant else parameter.domain
        found.append(dataclasses.replace(parameter, domain=wider))
        scope[parameter.name] = x
    return found


def _without(domain: d.Domain, number: int) -> d.Domain:
    """A domain like this one without the hypothesis of that number; the domain itself where none can be drawn from."""
    match domain:
        case d.Interval():
            first = number == 0 and domain.lower is not None
            return d.Interval(domain.sort, None if first else domain.lower, domain.upper if first else None, domain.closed)
        case d.Simplex(size=size):
            return d.Family(size, d.Real if number == 0 else domain.target)
        case d.Permutation(size=size):
            return d.Family(size, d.Integer if number == 0 else d.Below(size))
        case d.Density():
            return d.Function(d.Real, d.Real) if number == 0 else domain
        case d.Family(size=size):
            return d.Family(size, _without(domain.target, number))
        case d.Function():
            return d.Function(domain.source, _without(domain.target, number))
        case _:
            return domain


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
