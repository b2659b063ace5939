"""Case distinction over the values of an integer in a literal range."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from quod.lang import terms as t
from quod.lang.expression import Formula, Scalar, to_node
from quod.provers.session import Fact

if TYPE_CHECKING:
    from quod.provers.goal import Goal


Step = Callable[[Fact], object]


def by_value(goal: Goal, index: Scalar, lower: int, upper: int, formula: Any, step: Step | None = None) -> Fact:
    """The formula, shown for each value lower ≤ index < upper of an integer, from all that is known.

    That the index lies in the range has to follow, too. `step` runs in the scope where index = value is known, and may show the formula.
    """
    i = to_node(index)
    low = goal.have(Formula(t.Compare("<=", t.Number(lower), i)))
    high = goal.have(Formula(t.Compare("<", i, t.Number(upper))))
    return _from(goal, i, lower, upper, formula, step, (low, high))


def _from(goal: Goal, index: t.Node, value: int, upper: int, formula: Any, step: Step | None, bounds: tuple[Fact, Fact]) -> Fact:
    low, high = bounds
    if value >= upper:
        return goal.have(formula, goal.have(Formula(t.FALSE), low, high, only=True), only=True)
    here = t.Number(value)
    alternatives = goal.session.apply("trichotomy", index, here)
    branches: list[Fact] = []
    for alternative in alternatives.prop.children:
        with goal.suppose(Formula(alternative)) as held:
            if isinstance(alternative, t.Compare) and alternative.relation == "=":
                if step is not None:
                    step(held)
                goal.have(formula)
            elif isinstance(alternative, t.Compare) and alternative.left is index:
                goal.have(formula, goal.have(Formula(t.FALSE), low, held, only=True), only=True)
            else:
                _from(goal, index, value + 1, upper, formula, step, (goal.note(goal.session.apply("integer_step", held)), high))
        branches.append(goal.session.chain(goal.last(), goal.session.apply("assume", alternative)))
    return goal.note(goal.session.apply("cases", alternatives, *branches))
