"""Quantifiers over an integer range: ∀i. lower ≤ i ⇒ i < upper ⇒ P(i), and ∃i. lower ≤ i ∧ i < upper ∧ P(i)."""

from __future__ import annotations

from dataclasses import dataclass

from quod.lang.binding import instantiate
from quod.lang.sorts import INTEGER
from quod.lang.terms import Add, And, Bound, Compare, Exists, ForAll, Implies, Lambda, Node, Number


@dataclass(frozen=True, slots=True)
class Range:
    """The quantifier holds iff `body` holds for all (for ∃: some) integers lower ≤ i < upper."""

    lower: Node
    upper: Node
    body: Lambda


def integer_range(node: ForAll | Exists) -> Range | None:
    """The range of a quantifier over ℤ, from the first lower and first upper bound among its hypotheses (∃: conjuncts).

    None if it is over another sort or lacks an integer bound. Leaving out the two conditions is exact: every i in the range
    satisfies them, and for every other i an implication with a false hypothesis is true, a conjunction with a false part false.
    """
    if node.body.domain != INTEGER:
        return None
    parts: list[Node] = []
    rest = node.body.body
    if isinstance(node, ForAll):
        while isinstance(rest, Implies):
            parts += _conjuncts(rest.hypothesis)
            rest = rest.conclusion
    else:
        parts = _conjuncts(rest)
    lower = next((part for part in parts if _bounds_index(part, below=True)), None)
    upper = next((part for part in parts if _bounds_index(part, below=False)), None)
    if not isinstance(lower, Compare) or not isinstance(upper, Compare):
        return None
    others = And(part for part in parts if part is not lower and part is not upper)
    body = Implies(others, rest) if isinstance(node, ForAll) else others
    start, stop = _outside(lower.left), _outside(upper.right)
    return Range(
        Add((start, Number(1))) if lower.relation == "<" else start,
        Add((stop, Number(1))) if upper.relation == "<=" else stop,
        Lambda(INTEGER, body),
    )


def _conjuncts(proposition: Node) -> list[Node]:
    """The parts of nested conjunctions, in order."""
    parts, stack = [], [proposition]
    while stack:
        part = stack.pop()
        if isinstance(part, And):
            stack.extend(reversed(part.args))
        else:
            parts.append(part)
    return parts


def _bounds_index(part: Node, below: bool) -> bool:
    if not isinstance(part, Compare) or part.relation == "=":
        return False
    limit, index = (part.left, part.right) if below else (part.right, part.left)
    is_index = isinstance(index, Bound) and index.index == 0
    return is_index and limit.sort == INTEGER and all(loose != 0 for loose, _ in limit.loose)


def _outside(limit: Node) -> Node:
    """`limit`, which does not mention the index, as it reads outside the λ."""
    return instantiate(Lambda(INTEGER, limit), Number(0))
