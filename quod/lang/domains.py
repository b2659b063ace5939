"""Domains: what a quantified variable ranges over. A domain is a sort and the hypotheses that membership means.

Bounds and sizes may be exact numbers, expressions, or the name of an earlier parameter: `p: Simplex("n")`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from quod.lang import terms as t
from quod.lang.binding import abstract
from quod.lang.expression import Expression, Formula, LanguageError, to_formula, to_node, wrap
from quod.lang.mathematics import Integral, Sum, eq, integrable
from quod.lang.sorts import INTEGER, REAL, VECTOR, Arrow, Sort

Scope = Mapping[str, Expression]
Bound = Expression | int | Fraction | str | None


def _value(bound: Expression | int | Fraction | str, scope: Scope) -> Expression:
    if isinstance(bound, str):
        if bound not in scope:
            raise LanguageError(f"the domain names {bound!r}, which is no earlier parameter; earlier ones are {sorted(scope)}")
        return scope[bound]
    return Expression(to_node(bound))


@dataclass(frozen=True, eq=False)
class Domain:
    """A set to quantify over: its sort, and `hypotheses`, what it means that a term of that sort lies in it."""

    sort: Sort

    def hypotheses(self, x: Expression, scope: Scope) -> list[Formula]:
        """The formulas that say that x lies in the domain; `scope` holds the earlier parameters by name."""
        return []


@dataclass(frozen=True, eq=False)
class Interval(Domain):
    """An interval of ℝ or ℤ between `lower` and `upper` (None: unbounded); `closed` is "both", "left", "right" or "neither"."""

    sort: Sort = REAL
    lower: Bound = None
    upper: Bound = None
    closed: str = "both"

    def __post_init__(self) -> None:
        if self.closed not in ("both", "left", "right", "neither"):
            raise LanguageError(f"closed is one of 'both', 'left', 'right', 'neither', got closed={self.closed!r}")
        for bound in (self.lower, self.upper):
            if bound is not None and not isinstance(bound, str):
                to_node(bound)
        if isinstance(self.lower, int | Fraction) and isinstance(self.upper, int | Fraction):
            empty = self.lower > self.upper or (self.lower == self.upper and self.closed != "both")
            if empty:
                bounds = f"lower={self.lower} and upper={self.upper} (closed={self.closed!r})"
                raise LanguageError(f"the domain is empty: no x lies between {bounds}")

    def hypotheses(self, x: Expression, scope: Scope) -> list[Formula]:
        found = []
        if self.lower is not None:
            low = _value(self.lower, scope)
            found.append(low <= x if self.closed in ("both", "left") else low < x)
        if self.upper is not None:
            high = _value(self.upper, scope)
            found.append(x <= high if self.closed in ("both", "right") else x < high)
        return found


Real = Interval(REAL)
Positive = Interval(REAL, 0, None, "neither")
NonNegative = Interval(REAL, 0)
Integer = Interval(INTEGER)
Natural = Interval(INTEGER, 0)
PositiveInteger = Interval(INTEGER, 1)
Bit = Interval(INTEGER, 0, 1)
Vector = Domain(VECTOR)


def Closed(lower: Bound, upper: Bound) -> Interval:  # noqa: N802
    """The reals with lower ≤ x ≤ upper."""
    return Interval(REAL, lower, upper)


def Open(lower: Bound, upper: Bound) -> Interval:  # noqa: N802
    """The reals with lower < x < upper."""
    return Interval(REAL, lower, upper, "neither")


def Below(n: Bound) -> Interval:  # noqa: N802
    """The indices 0 ≤ i < n."""
    return Interval(INTEGER, 0, n, "left")


def AtLeast(n: Bound) -> Interval:  # noqa: N802
    """The integers i ≥ n."""
    return Interval(INTEGER, n)


@dataclass(frozen=True, eq=False)
class Function(Domain):
    """Functions between two domains; the hypotheses of the codomain hold for every argument in `source`."""

    sort: Sort
    source: Domain
    target: Domain

    def __init__(self, source: Domain, target: Domain) -> None:
        object.__setattr__(self, "sort", Arrow(source.sort, target.sort))
        object.__setattr__(self, "source", source)
        object.__setattr__(self, "target", target)

    def hypotheses(self, x: Expression, scope: Scope) -> list[Formula]:
        return _hypotheses_under(self.source, scope, lambda i: self.target.hypotheses(x(i), scope))


@dataclass(frozen=True, eq=False)
class Family(Function):
    """p₀, …, pₙ₋₁ (a function of the index 0 ≤ i < size), every member in `of`. Values outside the range are arbitrary."""

    size: Bound

    def __init__(self, size: Bound, of: Domain = Real) -> None:
        super().__init__(Below(size), of)
        object.__setattr__(self, "size", size)


class Sequence(Function):
    """w₀, w₁, …: a function of the index t ≥ 0, every member in `of`."""

    def __init__(self, of: Domain = Real) -> None:
        super().__init__(Natural, of)


class Matrix(Function):
    """An infinite table of entries A[i, j] in `of`; sizes enter through the ranges that a claim sums over."""

    def __init__(self, of: Domain = Real) -> None:
        super().__init__(Integer, Function(Integer, of))


@dataclass(frozen=True, eq=False)
class Simplex(Family):
    """Probability vectors: p[i] ≥ 0 (or > 0 where `interior`) with Σ p[i] = 1 over 0 ≤ i < size."""

    interior: bool

    def __init__(self, size: Bound, interior: bool = False) -> None:
        super().__init__(size, Positive if interior else NonNegative)
        object.__setattr__(self, "interior", interior)

    def hypotheses(self, x: Expression, scope: Scope) -> list[Formula]:
        if self.size is None:
            raise LanguageError("a simplex needs a size")
        return [*super().hypotheses(x, scope), eq(Sum(x, _value(self.size, scope)), 1)]


@dataclass(frozen=True, eq=False)
class Permutation(Domain):
    """Permutations of the indices 0 ≤ i < size: maps of the range into itself that are one-to-one."""

    sort: Sort
    size: Bound

    def __init__(self, size: Bound) -> None:
        object.__setattr__(self, "sort", Arrow(INTEGER, INTEGER))
        object.__setattr__(self, "size", size)

    def hypotheses(self, x: Expression, scope: Scope) -> list[Formula]:
        index = Below(self.size)
        into = _hypotheses_under(index, scope, lambda i: index.hypotheses(x(i), scope))
        one_to_one = _hypotheses_under(
            index, scope, lambda i: _hypotheses_under(index, scope, lambda j: [Formula(t.Implies(eq(x(i), x(j)).node, eq(i, j).node))])
        )
        return [*into, *one_to_one]


class Density(Function):
    """Probability densities on ℝ: f ≥ 0 everywhere, integrable, with ∫ f = 1."""

    def __init__(self) -> None:
        super().__init__(Real, NonNegative)

    def hypotheses(self, x: Expression, scope: Scope) -> list[Formula]:
        return [*super().hypotheses(x, scope), integrable(x), eq(Integral(x), 1)]


class ScalarField(Function):
    """Functions F: V → ℝ."""

    def __init__(self) -> None:
        super().__init__(Vector, Real)


class VectorField(Function):
    """Functions G: V → V."""

    def __init__(self) -> None:
        super().__init__(Vector, Vector)


def _hypotheses_under(domain: Domain, scope: Scope, inside: Callable[[Expression], list[Formula]]) -> list[Formula]:
    """∀i in domain: each formula of inside(i); none if inside gives none."""
    variable = t.Variable(f"·{id(inside)}", domain.sort)
    conclusions = inside(wrap(variable))
    return [Formula(_quantify(variable, domain.hypotheses(wrap(variable), scope), conclusion.node)) for conclusion in conclusions]


def _quantify(variable: t.Variable, hypotheses: list[Formula], conclusion: t.Node) -> t.Node:
    for hypothesis in reversed(hypotheses):
        conclusion = t.Implies(hypothesis.node, conclusion)
    return t.ForAll(abstract(variable, conclusion))


def _domain(domain: object) -> Domain:
    if not isinstance(domain, Domain):
        raise LanguageError(f"expected a domain such as Real or Below(n), got {domain!r} ({type(domain).__name__})")
    return domain


def forall(domain: Domain, body: Callable[[Any], Formula]) -> Formula:
    """For every x in the domain: body(x)."""
    variable = t.Variable(f"·{id(body)}", _domain(domain).sort)
    x = wrap(variable)
    return Formula(_quantify(variable, domain.hypotheses(x, {}), to_formula(body(x)).node))


def exists(domain: Domain, body: Callable[[Any], Formula]) -> Formula:
    """For some x in the domain: body(x)."""
    variable = t.Variable(f"·{id(body)}", _domain(domain).sort)
    x = wrap(variable)
    parts = [hypothesis.node for hypothesis in domain.hypotheses(x, {})]
    conclusion = to_formula(body(x)).node
    return Formula(t.Exists(abstract(variable, t.And((*parts, conclusion)) if parts else conclusion)))
