"""The bounds that a claim states: the inequalities between numbers that its conclusion consists of.

Between integers a < b is the bound a + 1 ≤ b.
"""

from __future__ import annotations

from dataclasses import dataclass

from quod.attack.strategies import Plan
from quod.lang import terms as t
from quod.lang.sorts import INTEGER
from quod.lang.text import to_text


@dataclass(frozen=True, slots=True)
class Inequality:
    """lower ≤ upper, or < where `strict`, for all values that meet the claim's hypotheses."""

    lower: t.Node
    upper: t.Node
    strict: bool

    @property
    def text(self) -> str:
        """The inequality as a person writes it."""
        return to_text(t.Compare("<" if self.strict else "<=", self.lower, self.upper))

    @property
    def constant(self) -> str:
        """Which side is a constant: "upper", "lower", or "" if none is."""
        return "upper" if not self.upper.variables else "lower" if not self.lower.variables else ""


def inequalities(conclusion: t.Node) -> list[Inequality]:
    """The inequalities that a proposition is a conjunction of; others of its parts are left out, and what stands under a connective."""
    match conclusion:
        case t.Compare("<=" | "<", left, right):
            strict = conclusion.relation == "<"
            whole = strict and left.sort == right.sort == INTEGER
            return [Inequality(t.Add((left, t.Number(1))) if whole else left, right, strict and not whole)]
        case t.And(args) if not _is_equivalence(conclusion):
            return [found for arg in args for found in inequalities(arg)]
        case _:
            return []


def _is_equivalence(proposition: t.And) -> bool:
    """Both directions of ⇔."""
    return len(proposition.args) == 2 and all(isinstance(arg, t.Implies) for arg in proposition.args)


def stated(plan: Plan) -> list[Inequality]:
    """The bounds of a plan's conclusion, its definitions left folded where no quantifier was taken off."""
    return inequalities(plan.claim.conclusion) or inequalities(plan.conclusion)


def ratio(bound: Inequality) -> tuple[Inequality, t.Node]:
    """(lower/upper ≤ 1, the condition 0 < upper under which that says the same)."""
    return Inequality(t.Mul((bound.lower, t.Inverse(bound.upper))), t.Number(1), bound.strict), t.Compare("<", t.Number(0), bound.upper)
