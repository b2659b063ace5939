"""Wider domains: what a parameter is drawn from when one of the hypotheses that its domain means is dropped or changed."""

from __future__ import annotations

import dataclasses

from quod.lang import domains as d
from quod.lang import terms as t
from quod.lang.claim import Claim, Parameter
from quod.lang.expression import Expression


def widened(claim: Claim, hypothesis: t.Node) -> tuple[Parameter, ...]:
    """The parameters, each over a domain that does not mean the hypothesis."""
    scope: dict[str, Expression] = {}
    found = []
    for parameter in claim.parameters:
        x = Expression(parameter.variable)
        meant = [h.node for h in parameter.domain.hypotheses(x, scope)]
        wider = _without(parameter.domain, meant.index(hypothesis)) if hypothesis in meant else parameter.domain
        found.append(dataclasses.replace(parameter, domain=wider))
        scope[parameter.name] = x
    return tuple(found)


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
