"""Random well-sorted terms and propositions, of every class of node, and values for their free variables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from quod.lang import terms as t
from quod.lang.sorts import INTEGER, PROPOSITION, REAL, VECTOR, Arrow, Sort, is_subsort

Draw = Callable[[st.SearchStrategy[Any]], Any]

VARIABLES = tuple(
    t.Variable(name, sort)
    for names, sort in {
        "x y": REAL,
        "n m": INTEGER,
        "v w": VECTOR,
        "p i": Arrow(INTEGER, REAL),
        "f": Arrow(REAL, REAL),
        "F": Arrow(VECTOR, REAL),
        "G": Arrow(VECTOR, VECTOR),
        "A": Arrow(INTEGER, Arrow(INTEGER, REAL)),
        "k": Arrow(INTEGER, INTEGER),
    }.items()
    for name in names.split()
)
SCALARS = tuple(variable for variable in VARIABLES if variable.sort in (REAL, INTEGER))
FAMILY = t.Variable("p", Arrow(INTEGER, REAL))
INTEGER_FAMILY = t.Variable("k", Arrow(INTEGER, INTEGER))
NUMERIC = (*SCALARS, FAMILY, INTEGER_FAMILY)

rationals = st.builds(Fraction, st.integers(-12, 12), st.integers(1, 6))


@dataclass(frozen=True)
class _Place:
    """Where a node grows: the sorts bound outside (innermost last), the free variables allowed, and what may be used."""

    depth: int
    variables: tuple[t.Variable, ...]
    scope: tuple[Sort, ...] = ()
    numeric: bool = False
    elementary: tuple[str, ...] = tuple(sorted(t.ELEMENTARY))

    @property
    def below(self) -> _Place:
        return replace(self, depth=self.depth - 1)


def _leaf(draw: Draw, sort: Sort, place: _Place) -> t.Node:
    bound = [t.Bound(index, inner) for index, inner in enumerate(reversed(place.scope)) if is_subsort(inner, sort)]
    leaves: list[t.Node] = [*bound, *bound, *(variable for variable in place.variables if is_subsort(variable.sort, sort))]
    if sort in (REAL, INTEGER):
        value = draw(rationals if sort == REAL else st.integers(-3, 3))
        leaves += [t.Number(value)] + ([t.Constant("pi")] if sort == REAL and "exp" in place.elementary else [])
    elif sort == VECTOR:
        leaves.append(t.Constant("zero"))
    elif sort == PROPOSITION:
        leaves += [t.TRUE, t.FALSE]
    elif isinstance(sort, Arrow):
        return _function(draw, sort, place)
    return draw(st.sampled_from(leaves))  # type: ignore[no-any-return]


def _grow(draw: Draw, sort: Sort, place: _Place) -> t.Node:
    """A node of a sort that `sort` contains."""
    if place.depth <= 0:
        return _leaf(draw, sort, place)
    if isinstance(sort, Arrow):
        return _function(draw, sort, place)
    makers = {REAL: _REAL, INTEGER: _INTEGER, VECTOR: _VECTOR, PROPOSITION: _PROPOSITION}[sort]
    if place.numeric:
        makers = tuple(maker for maker in makers if maker not in _NOT_NUMERIC)
    return draw(st.sampled_from(makers))(draw, sort, place.below)  # type: ignore[no-any-return]


def _function(draw: Draw, sort: Arrow, place: _Place) -> t.Node:
    choices = [variable for variable in place.variables if is_subsort(variable.sort, sort)]
    if choices and draw(st.booleans()):
        return draw(st.sampled_from(choices))  # type: ignore[no-any-return]
    return _lambda(draw, sort.domain, sort.codomain, place)


def _lambda(draw: Draw, domain: Sort, codomain: Sort, place: _Place) -> t.Lambda:
    return t.Lambda(domain, _grow(draw, codomain, replace(place, scope=(*place.scope, domain))))


def _several(draw: Draw, sort: Sort, place: _Place, least: int = 2) -> list[t.Node]:
    return [_grow(draw, sort, place) for _ in range(draw(st.integers(least, 3)))]


def _add(draw: Draw, sort: Sort, place: _Place) -> t.Node:
    return t.Add(_several(draw, sort, place))


def _multiply(draw: Draw, sort: Sort, place: _Place) -> t.Node:
    return t.Mul(_several(draw, sort, place))


def _inverse(draw: Draw, sort: Sort, place: _Place) -> t.Node:
    return t.Inverse(_grow(draw, sort, place))


def _power(draw: Draw, sort: Sort, place: _Place) -> t.Node:
    return t.Power(_grow(draw, sort, place), draw(st.integers(0, 4)))


def _elementary(draw: Draw, sort: Sort, place: _Place) -> t.Node:
    name = draw(st.sampled_from(place.elementary))
    return t.Elementary(name, _grow(draw, sort, place))


def _floor(draw: Draw, sort: Sort, place: _Place) -> t.Node:
    return t.Elementary("floor", _grow(draw, REAL, place))


def _if(draw: Draw, sort: Sort, place: _Place) -> t.Node:
    return t.IfThenElse(_grow(draw, PROPOSITION, place), _grow(draw, sort, place), _grow(draw, sort, place))


def _bounds(draw: Draw, place: _Place) -> tuple[t.Node, t.Node]:
    lower: t.Node = t.Number(draw(st.integers(-1, 2)))
    if place.numeric:
        return lower, t.Number(draw(st.integers(-1, 4)))
    return lower, _grow(draw, INTEGER, place)


def _fold(draw: Draw, sort: Sort, place: _Place) -> t.Node:
    kind = "sum" if sort == VECTOR else draw(st.sampled_from(sorted(t.FOLDS)))
    return t.Fold(kind, *_bounds(draw, place), _lambda(draw, INTEGER, sort, place))


def _apply(draw: Draw, sort: Sort, place: _Place) -> t.Node:
    """A variable or definition of function sort applied to arguments until a value of `sort` is left."""
    heads: list[t.Node] = [t.Bound(index, inner) for index, inner in enumerate(reversed(place.scope)) if _leads_to(inner, sort)]
    heads += [variable for variable in place.variables if _leads_to(variable.sort, sort)]
    heads.append(_named(draw, Arrow(draw(st.sampled_from((REAL, INTEGER))), sort), place))
    node = draw(st.sampled_from(heads))
    while isinstance(node.sort, Arrow) and node.sort != sort:
        node = t.Apply(node, _grow(draw, node.sort.domain, place))
    return node  # type: ignore[no-any-return]


def _leads_to(sort: Sort, target: Sort) -> bool:
    while isinstance(sort, Arrow):
        sort = sort.codomain
        if is_subsort(sort, target):
            return True
    return False


def _named(draw: Draw, sort: Sort, place: _Place) -> t.Named:
    closed = replace(place, variables=(), scope=())
    body = _lambda(draw, sort.domain, sort.codomain, closed) if isinstance(sort, Arrow) else _grow(draw, sort, closed)
    return t.Named(draw(st.sampled_from(("g", "spec.h", "x"))), body)


def _definition(draw: Draw, sort: Sort, place: _Place) -> t.Node:
    return _named(draw, sort, place)


def _inner(draw: Draw, sort: Sort, place: _Place) -> t.Node:
    return t.Inner(_grow(draw, VECTOR, place), _grow(draw, VECTOR, place))


def _integral(draw: Draw, sort: Sort, place: _Place) -> t.Node:
    return t.Integral(_lambda(draw, REAL, REAL, place))


def _derivative(draw: Draw, sort: Sort, place: _Place) -> t.Node:
    return t.Derivative(_lambda(draw, REAL, REAL, place), _grow(draw, REAL, place))


def _scale(draw: Draw, sort: Sort, place: _Place) -> t.Node:
    return t.Scale(_grow(draw, REAL, place), _grow(draw, VECTOR, place))


def _compare(draw: Draw, sort: Sort, place: _Place) -> t.Node:
    return t.Compare(draw(st.sampled_from(sorted(t.RELATIONS))), _grow(draw, REAL, place), _grow(draw, REAL, place))


def _equation(draw: Draw, sort: Sort, place: _Place) -> t.Node:
    kind = draw(st.sampled_from((VECTOR, Arrow(REAL, REAL), Arrow(VECTOR, VECTOR))))
    left, right = _grow(draw, kind, place), _grow(draw, kind, place)
    return t.Compare("=", left, right) if left.sort == right.sort else t.TRUE


def _and(draw: Draw, sort: Sort, place: _Place) -> t.Node:
    return t.And(_several(draw, sort, place, least=0))


def _or(draw: Draw, sort: Sort, place: _Place) -> t.Node:
    return t.Or(_several(draw, sort, place, least=0))


def _not(draw: Draw, sort: Sort, place: _Place) -> t.Node:
    return t.Not(_grow(draw, sort, place))


def _implies(draw: Draw, sort: Sort, place: _Place) -> t.Node:
    return t.Implies(_grow(draw, sort, place), _grow(draw, sort, place))


def _quantifier(draw: Draw, sort: Sort, place: _Place) -> t.Node:
    domain = draw(st.sampled_from((REAL, INTEGER, VECTOR, Arrow(INTEGER, REAL))))
    return draw(st.sampled_from((t.ForAll, t.Exists)))(_lambda(draw, domain, PROPOSITION, place))  # type: ignore[no-any-return]


def _bounded(draw: Draw, sort: Sort, place: _Place) -> t.Node:
    """∀ or ∃ over an integer range."""
    lower, upper = _bounds(draw, replace(place, scope=(*place.scope, INTEGER)))
    body = _grow(draw, PROPOSITION, replace(place, scope=(*place.scope, INTEGER)))
    index = t.Bound(0, INTEGER)
    above, below = t.Compare("<=", lower, index), t.Compare("<", index, upper)
    if draw(st.booleans()):
        return t.ForAll(t.Lambda(INTEGER, t.Implies(above, t.Implies(below, body))))
    return t.Exists(t.Lambda(INTEGER, t.And((above, below, body))))


def _analytic(draw: Draw, sort: Sort, place: _Place) -> t.Node:
    kind = draw(st.sampled_from((t.AlmostEverywhere, t.Integrable, t.Differentiable, t.Gradient)))
    if kind is t.AlmostEverywhere:
        return t.AlmostEverywhere(_lambda(draw, REAL, PROPOSITION, place))
    if kind is t.Integrable:
        return t.Integrable(_lambda(draw, REAL, REAL, place))
    if kind is t.Differentiable:
        return t.Differentiable(_lambda(draw, REAL, REAL, place), _grow(draw, REAL, place))
    return t.Gradient(_function(draw, Arrow(VECTOR, REAL), place), _lambda(draw, VECTOR, VECTOR, place))


Maker = Callable[[Draw, Sort, _Place], t.Node]
_REAL: tuple[Maker, ...] = (
    *(_leaf, _add, _add, _multiply, _multiply, _inverse, _power, _elementary, _elementary, _if, _fold, _apply),
    *(_definition, _inner, _integral, _derivative),
)
_INTEGER: tuple[Maker, ...] = (_leaf, _add, _multiply, _power, _floor, _if, _fold, _apply, _definition)
_VECTOR: tuple[Maker, ...] = (_leaf, _add, _scale, _if, _fold, _apply)
_PROPOSITION: tuple[Maker, ...] = (_leaf, _compare, _compare, _equation, _and, _or, _not, _implies, _quantifier, _bounded, _analytic, _if)
_NOT_NUMERIC = (_inner, _integral, _derivative, _equation, _quantifier, _analytic)


@st.composite
def nodes(draw: Draw, sort: Sort | None = None, depth: int = 4, variables: tuple[t.Variable, ...] = VARIABLES) -> t.Node:
    """Terms and propositions without loose bound variables; of any sort if none is given (a smaller sort may come)."""
    wanted = sort or draw(st.sampled_from((REAL, INTEGER, VECTOR, PROPOSITION, Arrow(REAL, REAL), Arrow(VECTOR, VECTOR))))
    return _grow(draw, wanted, _Place(depth, variables))


@st.composite
def numeric(draw: Draw, sort: Sort = REAL, depth: int = 4, elementary: tuple[str, ...] = tuple(sorted(t.ELEMENTARY))) -> t.Node:
    """Terms or propositions over `NUMERIC` that every evaluator takes: ranges are finite; no vectors, integrals or derivatives.

    With `elementary=("floor",)` their values are rational.
    """
    return _grow(draw, sort, _Place(depth, NUMERIC, numeric=True, elementary=elementary))


@st.composite
def values(draw: Draw) -> Mapping[t.Variable, Any]:
    """Exact values for the variables in `NUMERIC`: rationals, integers, and families that are defined on all integers."""
    entries = draw(st.lists(rationals, min_size=3, max_size=3))
    whole = draw(st.lists(st.integers(-3, 3), min_size=3, max_size=3))
    environment: dict[t.Variable, Any] = {
        variable: draw(rationals) if variable.sort == REAL else draw(st.integers(-4, 4)) for variable in SCALARS
    }
    environment[FAMILY] = lambda index: entries[int(index) % 3]
    environment[INTEGER_FAMILY] = lambda index: whole[int(index) % 3]
    return environment
