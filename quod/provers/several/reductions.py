"""Fewer variables: P is a function of quotients (scaling), of differences (translation), or of one common argument, up to a factor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from flint import fmpq_mpoly

from quod.kernel.arithmetic import fact as comparison
from quod.kernel.normal import canonical
from quod.kernel.theorem import KernelError
from quod.lang import terms as t
from quod.lang.binding import fresh, rebuild, substitute, unfold
from quod.lang.sorts import REAL
from quod.provers.arithmetic import Arithmetic
from quod.provers.session import Fact
from quod.provers.several.emission import Emission
from quod.provers.several.fields import fraction
from quod.provers.several.functions import Functions
from quod.provers.several.numbers import Points, numeric
from quod.provers.several.regions import about

if TYPE_CHECKING:
    from quod.provers.several.chain import Chain, Setting

ZERO, ONE, MINUS = t.Number(0), t.Number(1), t.Number(-1)
MOST_TERMS = 60


@dataclass(frozen=True)
class Reduction:
    """P = factor·Q(u): `places` are the new variables with their values u, `image` is Q, `put` what the old variables become in facts."""

    places: Mapping[t.Variable, t.Node]
    image: t.Node
    factor: tuple[t.Node, Fraction] | None
    put: Mapping[t.Variable, t.Node] | None


def reductions(functions: Functions, poly: fmpq_mpoly) -> Iterator[Reduction]:
    """The reductions that an exact test of derivatives allows."""
    variables = sorted(functions.variables(poly), key=lambda v: v.name)
    if len(poly) > MOST_TERMS or len(variables) < 2:
        return
    for size in range(len(variables), 1, -1):
        for group in combinations(variables, size):
            for scaling in (True, False):
                found = _invariance(functions, poly, group, scaling) or (_opposite(functions, poly, group, scaling) if size == 2 else None)
                if found is not None:
                    yield found


def _common(functions: Functions, poly: fmpq_mpoly) -> Reduction | None:
    """All generators in P are functions of one argument."""
    used = [node for node, degree in zip(functions.nodes, poly.degrees(), strict=False) if degree and node.variables]
    args = {node.arg if isinstance(node, t.Elementary) else node for node in used}
    if len(args) != 1:
        return None
    arg = next(iter(args))
    if len(arg.variables) < 2:
        return None
    place = fresh("u", REAL, frozenset(functions.points.columns))

    def change(node: t.AnyNode, kids: tuple[t.Node, ...]) -> t.Node:
        inside = isinstance(node, t.Elementary) and node.arg is arg
        return t.Elementary(node.name, place) if inside else rebuild(node, kids)  # type: ignore[union-attr]

    return Reduction({place: arg}, t.fold(functions.node(poly), change), None, None)


def _invariance(functions: Functions, poly: fmpq_mpoly, group: tuple[t.Variable, ...], scaling: bool) -> Reduction | None:
    """Σ v·∂P/∂v = k·P (scaling) or Σ ∂P/∂v = k·P (translation), over the group."""
    total = functions.constant(0)
    for v in group:
        slope = functions.partial(poly, v)
        total = functions.add(total, functions.times(functions.symbol(v), slope) if scaling else slope)
    ratio = functions.quotient(total.num, total.den * poly)
    if not (ratio.num.is_constant() and ratio.den.is_constant()):
        return None
    degree = fraction(ratio.num.leading_coefficient()) if not ratio.num.is_zero() else Fraction(0)
    points = functions.points
    positive = [v for v in group if not scaling or bool(np.all(points.columns[v] > 0))]
    if not positive or (scaling and degree.denominator > 2):
        return None
    reference = positive[-1]
    unit = ONE if scaling else ZERO
    back: dict[t.Variable, t.Node] = {reference: unit}
    places: dict[t.Variable, t.Node] = {}
    for v in group:
        if v is not reference:
            place = fresh(v.name, REAL, frozenset((*functions.points.columns, *places)))
            other = t.Inverse(reference) if scaling else t.Mul((MINUS, reference))
            places[place] = t.Mul((v, other)) if scaling else t.Add((v, other))
            back[v] = place
    image = substitute(functions.node(poly), back)
    base = reference if scaling else t.Elementary("exp", reference)
    return Reduction(places, image, (base, degree), back)


def _opposite(functions: Functions, poly: fmpq_mpoly, pair: tuple[t.Variable, ...], scaling: bool) -> Reduction | None:
    """∂P/∂v = ∂P/∂w: P depends on v + w; v·∂P/∂v = w·∂P/∂w: on v·w."""
    v, w = pair
    slopes = [functions.partial(poly, one) for one in pair]
    if scaling:
        slopes = [functions.times(functions.symbol(one), slope) for one, slope in zip(pair, slopes, strict=True)]
    if not functions.add(slopes[0], functions.times(functions.constant(-1), slopes[1])).num.is_zero():
        return None
    place = fresh(v.name, REAL, frozenset(functions.points.columns))
    image = substitute(functions.node(poly), {v: place, w: ONE if scaling else ZERO})
    return Reduction({place: t.Mul((v, w)) if scaling else t.Add((v, w))}, image, None, None)


def composed(chain: Chain, setting: Setting, poly: fmpq_mpoly, goal: t.Compare, depth: int) -> Fact | None:
    """The goal where P is a function of one argument, for all values that this may take."""
    reduction = _common(setting.functions, poly)
    try:
        return None if reduction is None else _by(chain, setting, goal, reduction, depth)
    except KernelError:
        return None


def reduce(chain: Chain, setting: Setting, poly: fmpq_mpoly, goal: t.Compare, depth: int) -> Fact | None:
    """The goal, 0 ≤ P or 0 < P, by a reduction, or None."""
    for reduction in reductions(setting.functions, poly):
        try:
            found = _by(chain, setting, goal, reduction, depth)
        except KernelError:
            continue
        if found is not None:
            return found
    return None


def _by(chain: Chain, setting: Setting, goal: t.Compare, reduction: Reduction, depth: int) -> Fact | None:
    session = chain.session
    points = setting.functions.points.where(setting.mask)
    inner = Points({**points.columns, **{place: numeric(value, points) for place, value in reduction.places.items()}}, points.count)
    value = numeric(reduction.image, inner)
    if not bool(np.all(np.isfinite(value))) or bool(np.any(value < -1e-7 * (1 + np.abs(value)))):
        return None
    factors: list[Fact] = []
    exponents: list[int] = []
    if reduction.factor is not None and reduction.factor[1]:
        base, degree = reduction.factor
        if not isinstance(base, t.Elementary) and degree.denominator == 2:
            base, degree = t.Elementary("sqrt", base), 2 * degree
        if isinstance(base, t.Elementary) and base.name == "exp":
            base, degree = t.Elementary("exp", t.Mul((t.Number(degree), base.arg))), Fraction(1)
        sign = chain.sign(setting, base, "<", depth)
        if sign is None or degree.denominator != 1:
            return None
        factors, exponents = [sign], [int(degree)]
    known = _facts(chain, setting, reduction, inner)
    assumed = [session.apply("assume", prop) for prop in known]
    inside = chain.derived(t.Compare(goal.relation, ZERO, reduction.image), assumed, depth)
    if inside is None:
        return None
    for prop in known:
        inside = session.apply("discharge", prop, inside)
    for place in reduction.places:
        inside = session.apply("generalise", place, inside)
    inside = session.specialise(inside, *reversed(list(reduction.places.values())))
    for prop, fact in reversed(known.items()):
        inside = session.chain(inside, session.convert(substitute(prop, reduction.places), fact))
    powers = tuple((k + 1, n) for k, n in enumerate(exponents))
    return chain.emission(setting, depth).rational(goal, [(Fraction(1), (), ((0, 1), *powers))], inside, *factors)


def _facts(chain: Chain, setting: Setting, reduction: Reduction, inner: Points) -> dict[t.Node, Fact]:
    """By proposition about the new variables: the proposition at their values."""
    found: dict[t.Node, Fact] = {}
    kept = [fact for fact in setting.facts if not fact.prop.variables & _gone(reduction)]
    for fact in kept:
        found[fact.prop] = fact
    if reduction.put is None:
        place, value = next(iter(reduction.places.items()))
        found |= _range(chain, setting, place, value, inner)
        return found
    emission = chain.emission(setting, 0)
    base = reduction.factor[0] if reduction.factor is not None else ONE
    positive = None if isinstance(base, t.Elementary) else chain.sign(setting, base, "<", 0)
    for fact in setting.facts:
        changed = canonical(substitute(unfold(fact.prop), reduction.put))
        if not isinstance(changed, t.Compare) or changed in found or not changed.variables & frozenset(reduction.places):
            continue
        scale = comparison(fact.prop)[0]
        value = substitute(changed, reduction.places)
        for degree in (0, 1, 2):
            if degree and positive is None:
                break
            factor = ((1, -degree),) if degree else ()
            premises = [fact, *([positive] if degree and positive is not None else [])]
            try:
                found[changed] = _scaled(emission, t.Compare(scale, *value.children), premises, factor)
                break
            except KernelError:
                continue
    return found


def _scaled(emission: Emission, goal: t.Compare, premises: list[Fact], factor: tuple[tuple[int, int], ...]) -> Fact:
    """The goal from a fact that is a multiple of it; the multiple is found from the leading coefficients."""
    first = comparison(premises[0].prop)[1]
    last: KernelError | None = None
    for weight in {abs(value) for value in first.values()} | {1 / abs(value) for value in first.values()} | {Fraction(1)}:
        try:
            return emission.rational(goal, [(weight, (), ((0, 1), *factor))], *premises)
        except KernelError as error:
            last = error
    raise last or KernelError("no multiple")


def _gone(reduction: Reduction) -> frozenset[t.Variable]:
    if reduction.put is not None:
        return frozenset(reduction.put)
    return frozenset().union(*(value.variables for value in reduction.places.values()))


def _range(chain: Chain, setting: Setting, place: t.Variable, value: t.Node, inner: Points) -> dict[t.Node, Fact]:
    """Bounds of one term: what is linear by elimination, else numbers that algebra confirms."""
    session, found = chain.session, dict[t.Node, Fact]()
    ends = [session.apply("assume", canonical(t.Compare("<=", *pair))) for pair in ((place, value), (value, place))]
    try:
        known = about(session, [*setting.facts, *ends], frozenset((place,)))
    except KernelError:
        known = []
    for fact in known:
        general = fact
        for end in ends:
            general = session.apply("discharge", end.prop, general)
        at_value = session.specialise(session.apply("generalise", place, general), value)
        for _ in ends:
            at_value = session.chain(at_value, session.apply("reflexive", at_value.prop.children[0]))
        found.setdefault(canonical(fact.prop), at_value)
    if found:
        return found
    column = inner.columns[place]
    low, high = float(np.min(column, initial=np.inf)), float(np.max(column, initial=-np.inf))
    for extreme, side in ((low, 1), (high, -1)):
        for limit in {Fraction(round(extreme)), Fraction(0)} if np.isfinite(extreme) else ():
            if (float(limit) - extreme) * side > 0 or abs(float(limit) - extreme) > 0.2 * abs(extreme) + 0.5:
                continue
            for relation in ("<", "<="):
                pair = (t.Number(limit), place) if side > 0 else (place, t.Number(limit))
                prop = canonical(t.Compare(relation, *pair))
                shown = Arithmetic(session, list(setting.facts), (), 0.05).prove(substitute(prop, {place: value}))
                if shown is not None:
                    found.setdefault(prop, shown)
                    break
    return found
