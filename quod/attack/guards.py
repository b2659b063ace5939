"""What hypotheses say about where one variable lies: bounds that can be computed from the other values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import arb

from quod.attack.arithmetic import Undecided, fraction
from quod.attack.evaluation import compile_terms
from quod.attack.scalars import Range
from quod.lang import terms as t
from quod.lang.sorts import INTEGER


@dataclass(frozen=True, slots=True)
class Bound:
    """One bound of a variable: `side` is "lower", "upper" or "value"; `compute` gives it from the values of the others."""

    side: str
    strict: bool
    compute: Callable[..., tuple[Any, ...]]


def conjuncts(proposition: t.Node) -> list[t.Node]:
    """The parts of a conjunction, of conjunctions inside it too."""
    if isinstance(proposition, t.And):
        return [part for arg in proposition.args for part in conjuncts(arg)]
    return [proposition]


def peel(proposition: t.Node) -> tuple[list[t.Node], t.Node]:
    """(hypotheses, conclusion) of a chain of implications."""
    hypotheses: list[t.Node] = []
    while isinstance(proposition, t.Implies):
        hypotheses += conjuncts(proposition.hypothesis)
        proposition = proposition.conclusion
    return hypotheses, proposition


def bounds(variable: t.Variable, hypotheses: Iterable[t.Node], others: Sequence[t.Variable]) -> list[Bound]:
    """The bounds that comparisons of `variable` alone with a term in `others` give."""
    found = []
    allowed = frozenset(others)
    for hypothesis in hypotheses:
        if not isinstance(hypothesis, t.Compare):
            continue
        for side, this, other in (("upper", hypothesis.left, hypothesis.right), ("lower", hypothesis.right, hypothesis.left)):
            if this is variable and other.variables <= allowed and not other.loose:
                kind = "value" if hypothesis.relation == "=" else side
                found.append(Bound(kind, hypothesis.relation == "<", compile_terms((other,), tuple(others))))
    return found


def near(value: Any) -> Fraction | None:
    """The number itself if it is rational, else the middle of its ball; None if that is not finite."""
    known = fraction(value)
    if known is not None or not isinstance(value, arb) or not value.is_finite():
        return known
    mantissa, exponent = value.mid().man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent) if abs(int(exponent)) < 4096 else None


def range_of(variable: t.Variable, found: Sequence[Bound], values: Sequence[Any]) -> tuple[Range, list[Fraction]]:
    """The range of rationals that the bounds leave at a point, and the values that equations demand."""
    part, demanded = Range(integer=variable.sort == INTEGER), []
    for bound in found:
        try:
            at = near(bound.compute(*values)[0])
        except Undecided:
            continue
        if at is None:
            continue
        if bound.side == "value":
            demanded.append(at)
        else:
            part = part.above(at, bound.strict) if bound.side == "lower" else part.below(at, bound.strict)
    return part, demanded
