"""Canonical forms of comparisons and connectives, built from canonical parts."""

from __future__ import annotations

from fractions import Fraction

from quod.kernel.polynomial import ONE, Linear, Polynomial, combine, combine_vectors, leading, number, to_node, vector_node
from quod.lang import terms as t

_FLIPPED = {"<=": "<", "<": "<="}

differences: dict[t.Node, Polynomial] = {}
"""The polynomial p of each canonical comparison `0 relation p`, by its right-hand side."""


def compare(relation: str, difference: Polynomial) -> t.Node:
    """The canonical form of `0 relation difference`."""
    if not difference or (len(difference) == 1 and ONE in difference):
        value = difference.get(ONE, Fraction(0))
        holds = value == 0 if relation == "=" else value >= 0 if relation == "<=" else value > 0
        return t.TRUE if holds else t.FALSE
    scale = leading(difference)
    scaled = combine((1 / (scale if relation == "=" else abs(scale)), difference))
    right = to_node(scaled)
    differences[right] = scaled
    return t.Compare(relation, t.Number(0), right)


def difference_of(node: t.Compare) -> Polynomial:
    """The polynomial p of a canonical comparison `0 relation p`."""
    from quod.kernel.normal import polynomial_of

    return differences[node.right] if node.right in differences else polynomial_of(node.right)


def vanishing(difference: Linear) -> t.Node:
    """The canonical form of `difference = 0` between vectors."""
    if not difference:
        return t.TRUE
    scale = leading(difference[min(difference, key=lambda base: base.key)])
    return t.Compare("=", t.Constant("zero"), vector_node(combine_vectors((number(1 / scale), difference))))


def connect(kind: type[t.And] | type[t.Or], parts: tuple[t.Node, ...]) -> t.Node:
    """Conjunction or disjunction, flattened; absorbing and neutral members dropped."""
    flat = [inner for part in parts for inner in (part.args if isinstance(part, kind) else (part,))]
    absorbing = t.FALSE if kind is t.And else t.TRUE
    if absorbing in flat:
        return absorbing
    return flat[0] if len(flat) == 1 else kind(flat)


def negate(part: t.Node) -> t.Node:
    """The canonical negation of a canonical proposition."""
    if part is t.TRUE or part is t.FALSE:
        return t.FALSE if part is t.TRUE else t.TRUE
    if isinstance(part, t.Not):
        return part.arg
    if isinstance(part, t.Compare) and part.relation in _FLIPPED:
        return compare(_FLIPPED[part.relation], combine((-1, difference_of(part))))
    return t.Not(part)


def imply(hypothesis: t.Node, conclusion: t.Node) -> t.Node:
    """The canonical implication of canonical propositions; a conjunction of hypotheses is curried."""
    if hypothesis is t.FALSE or conclusion is t.TRUE:
        return t.TRUE
    if isinstance(hypothesis, t.And):
        for part in reversed(hypothesis.args):
            conclusion = imply(part, conclusion)
        return conclusion
    return negate(hypothesis) if conclusion is t.FALSE else t.Implies(hypothesis, conclusion)
