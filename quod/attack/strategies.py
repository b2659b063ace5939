"""Points to try a claim at, derived from its domains and its hypotheses.

Hypothesis chooses a `Choice` (sizes, shapes, a seed); `Plan.batch` turns it into many points, because one Hypothesis example costs a
thousand times more than one evaluation. Numbers are exact rationals throughout, so that every point is a witness as it stands.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from quod.attack import drawn, families, fields, functions
from quod.attack.arithmetic import Undecided, exact, fraction, index
from quod.attack.evaluation import compile_terms
from quod.attack.families import Lazy, Members
from quod.attack.guards import Bound, bounds, near, range_of
from quod.attack.recurrences import Running
from quod.attack.scalars import NEAR, Range, draw, nearby, special
from quod.lang import domains as d
from quod.lang import terms as t
from quod.lang.binding import fresh
from quod.lang.claim import Claim
from quod.lang.expression import Expression
from quod.lang.sorts import INTEGER, REAL, VECTOR, Sort

SIZES = (1, 1, 2, 2, 3, 3, 4, 5, 8, 16, 33, 64)
MAX_SIZE = 64


class CannotGenerate(ValueError):
    """No point can be made for this claim; the message says why."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What Hypothesis decides for a batch of points."""

    seed: int
    size: int
    shape: str
    kind: str
    dimension: int


def choices() -> st.SearchStrategy[Choice]:
    """All choices: sizes 1 to 64, the shapes of `quod.attack.families`, the kinds of `quod.attack.functions`."""
    return st.builds(
        Choice,
        st.integers(0, 2**32 - 1),
        st.one_of(st.sampled_from(SIZES), st.sampled_from(SIZES), st.integers(1, MAX_SIZE)),
        st.sampled_from(families.SHAPES),
        st.sampled_from(functions.KINDS),
        st.sampled_from((1, 1, 2, 3)),
    )


@dataclass(eq=False)
class Point:
    """Values in the order of the plan's variables."""

    values: list[Any]

    def shown(self, variables: Sequence[t.Variable]) -> dict[str, str]:
        """The values by name, as a person reads them."""
        return {variable.name: families.shown(value) for variable, value in zip(variables, self.values, strict=True)}


@dataclass(eq=False)
class Parameter:
    """One variable of a plan with what is known about where it lies. `size`: the number of a family's members, as a term."""

    variable: t.Variable
    domain: d.Domain | None
    bounds: list[Bound]
    is_size: bool
    running: Running | None = None


@dataclass(eq=False)
class Plan:
    """How points of a claim are made, and what is left to judge at them.

    `variables`: the parameters, then the leading universally quantified variables of the conclusion. `tested`: hypotheses that a point
    may fail. `constructed`: hypotheses that every point meets by the way it is made.
    """

    claim: Claim
    variables: tuple[t.Variable, ...]
    parameters: tuple[Parameter, ...]
    tested: tuple[t.Node, ...]
    constructed: tuple[t.Node, ...]
    conclusion: t.Node
    anchors: tuple[Fraction, ...]
    tight: tuple[Mapping[str, Any], ...]
    scratch: dict[Any, Any] = field(default_factory=dict)

    def point(self, rng: random.Random, choice: Choice, given: Mapping[str, Any] | None = None) -> Point | None:
        """A random point with the `given` values by name; None if a value could not be made."""
        point = Point([])
        point.values = [None] * len(self.parameters)
        for position, parameter in enumerate(self.parameters):
            value = (given or {}).get(parameter.variable.name)
            if value is None:
                value = self._value(rng, choice, position, point)
            elif parameter.variable.sort in (REAL, INTEGER) and not self._fits(parameter, value, point.values[:position]):
                return None
            elif callable(value) and isinstance(parameter.domain, d.Family) and not isinstance(value, Members):
                value = Members([value(i) for i in range(self._size(parameter.domain.size, point.values))], value(-1))
            if value is None:
                return None
            point.values[position] = value
        return point

    def _fits(self, parameter: Parameter, value: Any, values: list[Any]) -> bool:
        known = fraction(value)
        part, demanded = range_of(parameter.variable, parameter.bounds, values)
        return known is not None and part.contains(known) and all(known == other for other in demanded)

    def batch(self, choice: Choice, count: int) -> Iterator[Point | None]:
        """`count` random points; None for each that could not be made."""
        rng = random.Random(choice.seed)
        for number in range(count):
            shape = choice.shape if number % 2 == 0 else rng.choice(families.SHAPES)
            yield self.point(rng, Choice(choice.seed, choice.size, shape, choice.kind, choice.dimension))

    def systematic(self, choice: Choice) -> Iterator[Point | None]:
        """The declared touching points, their surroundings, and the notable points of each parameter beside random others."""
        rng = random.Random(choice.seed)
        for tight in self.tight:
            yield self.point(rng, choice, tight)
            yield from self._around(rng, choice, tight)
        scalars = [p for p in self.parameters if p.variable.sort in (REAL, INTEGER)]
        for parameter in scalars:
            for value in self._notable(parameter)[: 400 if len(scalars) == 1 else 60]:
                if not parameter.is_size or 0 <= value <= MAX_SIZE:
                    yield self.point(rng, choice, {parameter.variable.name: exact(value)})

    def _around(self, rng: random.Random, choice: Choice, tight: Mapping[str, Any]) -> Iterator[Point | None]:
        """Points at distances 10⁻ᵏ of a touching point, one coordinate or all of them moved."""
        moved = [p.variable.name for p in self.parameters if p.variable.sort == REAL and p.variable.name in tight]
        for k in NEAR:
            for names in [[name] for name in moved] + ([moved] if len(moved) > 1 else []):
                for sign in (1, -1):
                    shift = {n: exact(sign * Fraction(rng.randrange(1, 4) if len(names) > 1 else 1, 10**k)) for n in names}
                    yield self.point(rng, choice, {**tight, **{n: tight[n] + shift[n] for n in names}})

    def _value(self, rng: random.Random, choice: Choice, position: int, point: Point) -> Any:
        parameter = self.parameters[position]
        sort = parameter.variable.sort
        if sort in (REAL, INTEGER):
            return self._scalar(rng, choice, parameter, point.values[:position])
        if sort == VECTOR:
            known = fields.known_fields(point.values[:position])
            return known[0].lowest_at if known and rng.random() < 0.4 else fields.vector(rng, choice.dimension)
        return self._function(rng, choice, parameter, point.values)

    def _scalar(self, rng: random.Random, choice: Choice, parameter: Parameter, values: list[Any]) -> Any:
        part, demanded = range_of(parameter.variable, parameter.bounds, values)
        if demanded:
            return exact(demanded[0]) if part.contains(demanded[0]) else None
        if part.empty():
            return None
        if parameter.is_size:
            lowest = part.lower if part.lower is not None else Fraction(0)
            earlier = any(other.is_size for other in self.parameters[: len(values)])
            size = Fraction(rng.randint(int(lowest), int(lowest) + choice.size) if earlier else choice.size)
            if lowest == 0 and rng.random() < 0.03:
                size = Fraction(0)
            if not part.contains(size):
                inside = [n for n in range(int(lowest), int(lowest) + MAX_SIZE + 1) if part.contains(Fraction(n))]
                return rng.choice(inside[: MAX_SIZE + 1]) if inside else None
            return int(size)
        minima = [field.lowest for field in fields.known_fields(values) if field.lowest is not None]
        if minima and parameter.variable.sort == REAL and rng.random() < 0.8:
            below = Fraction(fraction(minima[0]) or 0) - rng.choice((Fraction(0), Fraction(0), Fraction(1), Fraction(1, 7)))
            if part.contains(below):
                return exact(below)
        near_by = tuple(a for a in (near(v) for v in values if not callable(v) and not isinstance(v, tuple)) if a is not None)
        if rng.random() < 0.3 and near_by:
            found = nearby(rng, part, near_by)
        else:
            found = draw(rng, part, (*self.anchors, *near_by), self._notable(parameter))
            if found is not None and not part.contains(found):
                found = nearby(rng, part, (*self.anchors, *near_by))
        return None if found is None else exact(found)

    def _notable(self, parameter: Parameter) -> tuple[Fraction, ...]:
        """The notable points between the literal bounds of a parameter."""
        found: tuple[Fraction, ...] | None = self.scratch.get(parameter)
        if found is None:
            found = self.scratch[parameter] = special(_static(parameter), self.anchors)
        return found

    def _function(self, rng: random.Random, choice: Choice, parameter: Parameter, values: list[Any]) -> Any:
        domain = parameter.domain
        match domain:
            case d.Density():
                return functions.density(rng, choice.kind, self.moments(parameter, values))
            case d.ScalarField() | d.VectorField():
                known = fields.known_fields(values)
                field = known[0] if known else fields.draw(rng, choice.dimension, values)
                return field if isinstance(domain, d.ScalarField) else field.gradient
            case d.Permutation(size=size):
                n = self._size(size, values)
                return Members(families.permutation(rng, n, choice.shape), rng.choice((0, 5, -2)))
            case d.Function() if domain.source.sort == INTEGER:
                return self._indexed(rng, choice, domain, parameter, values, ())
            case d.Function() if domain.source.sort == REAL:
                return functions.real_function(rng, _between_literals(domain.target, REAL))
            case d.Function() if parameter.variable.sort == drawn.ROWS:
                return drawn.row_map(rng)
            case _:
                raise CannotGenerate(f"{parameter.variable.name}: no family of functions of sort {parameter.variable.sort} is known")

    def _indexed(
        self, rng: random.Random, choice: Choice, domain: d.Domain, parameter: Parameter, values: list[Any], at: tuple[int, ...]
    ) -> Any:
        """A family, sequence or table (of families …) over `domain`; recurrences are run at the depth where they speak."""
        if not isinstance(domain, d.Function) or domain.source.sort != INTEGER:
            return self._member(rng, choice, domain, values)
        running = parameter.running
        if isinstance(domain, d.Simplex) and not running:
            n = self._size(domain.size, values)
            outside = exact(rng.choice(families.OUTSIDE))
            return Members(families.simplex_point(rng, n, choice.shape, domain.interior), outside) if n else None
        inner = domain.target
        if isinstance(domain, d.Family) and not running and not (isinstance(inner, d.Function)):
            n = self._size(domain.size, values)
            items = families.family(rng, n, choice.shape, lambda: self._member(rng, choice, inner, values))
            return None if items is None else Members(items, exact(rng.choice(families.OUTSIDE)) if inner.sort == REAL else 0)
        seed = rng.randrange(2**32)

        def free(values: list[Any], i: int) -> Any:
            value = self._indexed(random.Random(seed * 1_000_003 + i), choice, inner, parameter, values, (*at, i))
            if value is None:
                raise Undecided("a member of a sequence could not be made")
            return value

        if running is None or running.depth != len(at) + 1:
            regular = isinstance(inner, d.Interval) and inner.sort == REAL and rng.random() < 0.4
            return Lazy(families.regular(rng) if regular else free, None, values)
        return Lazy(free, lambda values, i: running.value(values, (*at, i)), values)

    def _member(self, rng: random.Random, choice: Choice, domain: d.Domain, values: list[Any]) -> Any:
        """One member of a family: its hypotheses are the bounds of its domain."""
        if domain.sort == VECTOR:
            return fields.vector(rng, choice.dimension)
        if not isinstance(domain, d.Interval):
            raise CannotGenerate(f"members of sort {domain.sort} are not drawn")
        known = self.scratch.get(id(domain))
        if known is None:
            x = fresh("x", domain.sort, frozenset(self.variables))
            scope = {v.name: Expression(v) for v in self.variables}
            known = x, bounds(x, [h.node for h in domain.hypotheses(Expression(x), scope)], self.variables)
            self.scratch[id(domain)] = known
        part, _ = range_of(known[0], known[1], values)
        notable = self.scratch.get((id(domain), part))
        if notable is None:
            notable = self.scratch[id(domain), part] = special(part)
        few = domain.sort == INTEGER and bool(notable)
        found = rng.choice(notable[:8]) if few else draw(rng, part, self.anchors, notable)
        return None if found is None else exact(found)

    def _size(self, size: Any, values: list[Any]) -> int:
        if isinstance(size, str):
            return index(values[[v.name for v in self.variables].index(size)])
        if isinstance(size, Expression):
            key = ("size", size.node)
            if key not in self.scratch:
                self.scratch[key] = compile_terms((size.node,), self.variables)
            return index(self.scratch[key](*values)[0])
        return int(size)

    def moments(self, parameter: Parameter, values: list[Any]) -> tuple[Fraction, Fraction] | None:
        """(mean, deviation) that hypotheses demand of a density, if they do."""
        key = ("moments", parameter)
        if key not in self.scratch:
            self.scratch[key] = functions.Moments(parameter.variable, self.tested, self.variables)
        demands: functions.Moments = self.scratch[key]
        return demands.wanted(values)


def _static(parameter: Parameter) -> Range:
    """The range between the bounds of a parameter that are literal numbers."""
    return _between_literals(parameter.domain, parameter.variable.sort)


def _between_literals(domain: d.Domain | None, sort: Sort) -> Range:
    part = Range(integer=sort == INTEGER)
    if isinstance(domain, d.Interval):
        if isinstance(domain.lower, int | Fraction):
            part = part.above(Fraction(domain.lower), domain.closed not in ("both", "left"))
        if isinstance(domain.upper, int | Fraction):
            part = part.below(Fraction(domain.upper), domain.closed not in ("both", "right"))
    return part
