"""A rule of inference applied to premises that each have a hypothesis and an oracle of their own, so that nothing can be lost unseen."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import pytest

from quod.kernel import certificate  # noqa: F401  (registers the rules)
from quod.kernel.theorem import RULES, KernelError, Theorem
from quod.lang import terms as t
from quod.lang.expression import Expression
from quod.lang.sorts import INTEGER, PROPOSITION, REAL, VECTOR, Arrow

ZERO, ONE, TWO = (t.Number(k) for k in range(3))
HALF = t.Number(Fraction(1, 2))
X, Y, Z = (t.Variable(name, REAL) for name in "xyz")
N, K = (t.Variable(name, INTEGER) for name in "nk")
V, W = (t.Variable(name, VECTOR) for name in "vw")
A, B = (t.Variable(name, Arrow(INTEGER, REAL)) for name in "ab")
F, G = (t.Variable(name, Arrow(REAL, REAL)) for name in "FG")
P, Q = (t.Variable(name, PROPOSITION) for name in "PQ")
x, y, z, n, k, v, w, a, b = (Expression(variable) for variable in (X, Y, Z, N, K, V, W, A, B))
E_LAW = frozenset(("exp_sum",))


def node(proposition: Any) -> t.Node:
    """A formula as a node."""
    return proposition if isinstance(proposition, t.Node) else proposition.node  # type: ignore[no-any-return]


def compare(relation: str, left: t.Node, right: t.Node) -> t.Node:
    """left relation right."""
    return t.Compare(relation, left, right)


def premises(*propositions: Any) -> list[Theorem]:
    """Each proposition as a theorem with a hypothesis of its own, on the word of z3."""
    markers = [t.Variable(f"marker {number}", PROPOSITION) for number in range(len(propositions))]
    return [RULES["oracle"]("z3", node(p), RULES["assume"](m)) for p, m in zip(propositions, markers, strict=True)]


def checked(rule: str, parameters: tuple[Any, ...], given: tuple[Any, ...], conclusion: Any, trusts: Iterable[str] = ()) -> None:
    """The rule concludes exactly this, under the hypotheses and trusts of all premises, and these trusts."""
    facts = premises(*given)
    theorem = RULES[rule](*parameters, *facts)
    assert theorem.conclusion is node(conclusion), theorem.conclusion
    assert theorem.hypotheses == frozenset().union(*(fact.hypotheses for fact in facts))
    assert theorem.trusts == frozenset(trusts) | ({"z3"} if facts else set())


def refused(rule: str, parameters: tuple[Any, ...], *given: Any, because: str | None = None) -> None:
    """The rule is refused by the kernel, or a term that it would need by the language."""
    with pytest.raises((KernelError, t.TermError), match=because):
        RULES[rule](*parameters, *premises(*given))
