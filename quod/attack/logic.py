"""Propositions compiled to three-valued functions of a point. Negations are pushed inwards, so that every quantifier is read as what it is.

A quantifier over finitely many integers is enumerated. Over anything else it is sampled: a universal one can then fail, or hold at
every instance (SAMPLED); an existential one can find a witness, or stay OPEN.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any

from flint import arb, ctx

from quod.attack import arithmetic, drawn, fields, matching
from quod.attack.arithmetic import Outcome, Undecided, exact, finite
from quod.attack.differentiation import NotDifferentiated
from quod.attack.evaluation import Unsupported, compile_terms
from quod.attack.guards import Bound, bounds, conjuncts, near, peel, range_of
from quod.attack.scalars import draw, nearby
from quod.lang import terms as t
from quod.lang.binding import abstract, apply, fresh, instantiate, unfold
from quod.lang.sorts import INTEGER, VECTOR, Arrow

Judgement = Callable[..., Outcome]

MAX_INSTANCES = 400
"""Bounded quantifiers over more integers than this are sampled."""
INSTANCES = (24, 12, 6)
"""How many instances are tried of an outermost, a nested, and a more deeply nested quantifier."""
STEPS = (0, 1, 2, 3, 4, 7, 12, 20, 33, 64, 100, 150)
"""Instances of an integer without an upper bound that counts terms or picks a member, measured from its lower bound."""
_OPPOSITE = {"<=": "<", "<": "<="}


def all_of(outcomes: Iterable[Outcome]) -> Outcome:
    """The outcome of a conjunction; stops at the first false part."""
    worst = Outcome.TRUE
    for outcome in outcomes:
        if outcome == Outcome.FALSE:
            return outcome
        worst = max(worst, outcome)
    return worst


def any_of(outcomes: Iterable[Outcome]) -> Outcome:
    """The outcome of a disjunction; stops at the first true part."""
    best: Outcome | None = None
    for outcome in outcomes:
        if outcome == Outcome.TRUE:
            return outcome
        if outcome != Outcome.FALSE:
            best = outcome if best is None else min(best, outcome)
    return Outcome.FALSE if best is None else best


def compile_proposition(proposition: t.Node, variables: Sequence[t.Variable]) -> Judgement:
    """A function of the variables' values that gives the outcome at the working precision. Raises Unsupported or NotDifferentiated."""
    return _compile(unfold(proposition), tuple(variables), True, 0)


def _compile(node: t.Node, variables: tuple[t.Variable, ...], positive: bool, depth: int) -> Judgement:
    match node:
        case t.Not(arg):
            return _compile(arg, variables, not positive, depth)
        case t.And(args) | t.Or(args):
            parts = [_compile(arg, variables, positive, depth) for arg in args]
            join = all_of if isinstance(node, t.And) == positive else any_of
            return parts[0] if len(parts) == 1 else lambda *values: join(part(*values) for part in parts)
        case t.Implies(hypothesis, conclusion):
            left = _compile(hypothesis, variables, not positive, depth)
            right = _compile(conclusion, variables, positive, depth)
            join = any_of if positive else all_of
            return lambda *values: join(part(*values) for part in (left, right))
        case t.Compare():
            return _comparison(node, variables, positive, depth)
        case t.ForAll() | t.Exists():
            return _quantifier(node, variables, positive, depth)
        case t.AlmostEverywhere(body):
            return _almost_everywhere(body, variables, positive, depth)
        case t.Differentiable(body, point):
            return _differentiable(body, point, variables, positive)
        case t.Integrable(body):
            return _integrable(body, variables, positive)
        case t.Gradient(function, field):
            return _gradient(function, field, variables, positive)
        case _:
            raise Unsupported(f"a {type(node).__name__} is not a proposition that can be sampled")


def _open(*values: Any) -> Outcome:
    return Outcome.OPEN


def _almost_everywhere(body: t.Lambda, variables: tuple[t.Variable, ...], positive: bool, depth: int) -> Judgement:
    """Tried on intervals instead of points: what is false on one of them fails on a set of positive measure."""
    x = fresh("x", body.domain, frozenset(variables))
    inside = _compile(instantiate(body, x), (*variables, x), positive, depth + 1)
    radius = arb(0, arb(2) ** -100)

    def judgement(*values: Any) -> Outcome:
        points, _ = _instances(x, [], values, INSTANCES[0], False)
        results = (inside(*values, arb(point) + radius) for point in points)
        if positive:
            return _most(results)
        outcome = any_of(results)
        return outcome if outcome == Outcome.TRUE else Outcome.OPEN

    return judgement


def _comparison(node: t.Compare, variables: tuple[t.Variable, ...], positive: bool, depth: int) -> Judgement:
    relation, left, right = node.relation, node.left, node.right
    if isinstance(left.sort, Arrow):
        x = fresh("x", left.sort.domain, frozenset(variables))
        pointwise = t.ForAll(abstract(x, t.Compare("=", apply(left, x), apply(right, x))))
        return _compile(pointwise, variables, positive, depth)
    if not positive:
        relation, left, right = ("≠", left, right) if relation == "=" else (_OPPOSITE[relation], right, left)
    sides = compile_terms((left, right), variables)
    vectors = left.sort == VECTOR

    def judgement(*values: Any) -> Outcome:
        try:
            a, b = sides(*values)
        except Undecided:
            return Outcome.OPEN
        return _vectors(a, b, positive) if vectors else arithmetic.judge(relation, a, b, ctx.prec)

    return judgement


def _vectors(a: Any, b: Any, positive: bool) -> Outcome:
    """Equality of vectors by coordinates; 0 is the zero vector of any dimension."""
    size = max(len(a) if isinstance(a, tuple) else 0, len(b) if isinstance(b, tuple) else 0)
    pairs = zip(a if isinstance(a, tuple) else (0,) * size, b if isinstance(b, tuple) else (0,) * size, strict=True)
    relation, join = ("=", all_of) if positive else ("≠", any_of)
    return join(arithmetic.judge(relation, x, y, ctx.prec) for x, y in pairs)


def _differentiable(body: t.Lambda, point: t.Node, variables: tuple[t.Variable, ...], positive: bool) -> Judgement:
    try:
        parts = compile_terms((instantiate(body, point), t.Derivative(body, point)), variables)
    except NotDifferentiated:
        return _open

    def judgement(*values: Any) -> Outcome:
        try:
            known = all(finite(part) for part in parts(*values))
        except Undecided:
            known = False
        return Outcome.OPEN if not known else Outcome.TRUE if positive else Outcome.FALSE

    return judgement


def _integrable(body: t.Lambda, variables: tuple[t.Variable, ...], positive: bool) -> Judgement:
    value = compile_terms((t.Integral(body),), variables)

    def judgement(*values: Any) -> Outcome:
        """A defined value of ∫ is given only where the integrand is known to be integrable."""
        try:
            known = finite(value(*values)[0])
        except Undecided:
            known = False
        return Outcome.OPEN if not known else Outcome.TRUE if positive else Outcome.FALSE

    return judgement


def _gradient(function: t.Node, field: t.Node, variables: tuple[t.Variable, ...], positive: bool) -> Judgement:
    if function not in variables or field not in variables:
        return _open
    first, second = variables.index(function), variables.index(field)

    def judgement(*values: Any) -> Outcome:
        known = getattr(values[first], "gradient", None) is values[second]
        return Outcome.OPEN if not known else Outcome.TRUE if positive else Outcome.FALSE

    return judgement


def _quantifier(node: t.ForAll | t.Exists, variables: tuple[t.Variable, ...], positive: bool, depth: int) -> Judgement:
    universal = isinstance(node, t.ForAll) == positive
    x = fresh("x", node.body.domain, frozenset(variables))
    body = instantiate(node.body, x)
    found = peel(body)[0] if isinstance(node, t.ForAll) else conjuncts(body)
    if isinstance(node, t.Exists) and (matched := matching.pairs(node, variables)) is not None:
        return _permutation(matched, variables, positive, depth)
    if isinstance(x.sort, Arrow) and x.sort not in drawn.SORTS:
        return _open
    inside = _compile(body, (*variables, x), positive, depth + 1)
    guards = [_compile(guard, (*variables, x), True, depth + 1) for guard in found if not isinstance(guard, t.ForAll | t.Exists)]
    limits = bounds(x, found, variables)
    count, counts = INSTANCES[min(depth, len(INSTANCES) - 1)], x in counting([body])

    def judgement(*values: Any) -> Outcome:
        arithmetic.tick()
        instances, complete = _instances(x, limits, values, count, counts)
        if not complete:
            met = [all_of(guard(*values, instance) for guard in guards) for instance in instances]
            instances = [instance for instance, outcome in zip(instances, met, strict=True) if outcome not in (Outcome.FALSE, Outcome.OPEN)]
        results = (inside(*values, instance) for instance in instances)
        if universal:
            return all_of(results) if complete else _most(results)
        outcome = any_of(results)
        return outcome if complete or outcome in (Outcome.TRUE, Outcome.SAMPLED) else Outcome.OPEN

    return judgement


def _permutation(
    matched: tuple[int, t.Variable, t.Variable, t.Node], variables: tuple[t.Variable, ...], positive: bool, depth: int
) -> Judgement:
    size, s, v, condition = matched
    inside = _compile(condition, (*variables, s, v), True, depth + 1)
    opposite = {Outcome.TRUE: Outcome.FALSE, Outcome.FALSE: Outcome.TRUE}

    def judgement(*values: Any) -> Outcome:
        outcome = matching.judge(size, inside, values)
        return outcome if positive else opposite.get(outcome, Outcome.OPEN)

    return judgement


def _most(results: Iterable[Outcome]) -> Outcome:
    """A sampled universal quantifier: FALSE, or SAMPLED if at least half of the instances were evaluated, else OPEN."""
    counts = [0, 0]
    for outcome in results:
        if outcome == Outcome.FALSE:
            return outcome
        counts[outcome == Outcome.OPEN] += 1
    return Outcome.SAMPLED if counts[0] > 0 and counts[0] >= counts[1] else Outcome.OPEN


def counting(nodes: Iterable[t.Node]) -> frozenset[t.Variable]:
    """The variables that say how many terms are folded or which member is taken: they are kept small."""
    found: set[t.Variable] = set()
    for node in subterms(nodes):
        if isinstance(node, t.Fold):
            found |= node.lower.variables | node.upper.variables
        elif isinstance(node, t.Apply) and node.argument.sort == INTEGER:
            found |= node.argument.variables
        elif isinstance(node, t.Compare):  # a bound of another index
            for this, other in ((node.left, node.right), (node.right, node.left)):
                found |= other.variables if isinstance(this, t.Bound) and this.sort == INTEGER else frozenset()
    return frozenset(found)


def subterms(nodes: Iterable[t.Node]) -> Iterator[t.Node]:
    """Every subterm of the nodes once."""
    stack = list(dict.fromkeys(nodes))
    seen = set(stack)
    while stack:
        node = stack.pop()
        yield node
        new = [child for child in node.children if child not in seen]
        seen.update(new)
        stack.extend(new)


def cost(node: t.Node, depth: int = 0) -> int:
    """How many evaluations of a plain formula the judgement at one point costs, roughly: quantifiers count their instances, folds 8 terms
    and integrals 400."""
    match node:
        case t.Integral() | t.Integrable():
            return 400
        case t.ForAll() | t.Exists():
            return INSTANCES[min(depth, len(INSTANCES) - 1)] * cost(node.body.body, depth + 1)
        case t.Fold():
            return 8 * cost(node.body.body, depth)
        case _:
            return max((cost(child, depth) for child in node.children), default=1)


def _instances(x: t.Variable, limits: Sequence[Bound], values: Sequence[Any], count: int, counts: bool) -> tuple[list[Any], bool]:
    """(values for x, whether these are all that the bounds allow)."""
    scalars = [near(value) for value in values if not isinstance(value, tuple) and not callable(value)]
    anchors = tuple(dict.fromkeys(a for a in scalars if a is not None))
    rng = random.Random(hash(anchors))
    if isinstance(x.sort, Arrow):
        return [drawn.function(rng, x.sort) for _ in range(2)], False
    if x.sort == VECTOR:
        dimension = fields.dimension_of(values)
        return [_vector(rng, dimension, values) for _ in range(count)], False
    part, demanded = range_of(x, limits, values)
    if demanded:
        return [exact(value) for value in demanded[:1]], True
    if part.integer and part.lower is not None and part.upper is not None:
        low, high = -(-part.lower // 1) + (part.open_lower and part.lower.denominator == 1), part.upper // 1
        high -= part.open_upper and part.upper.denominator == 1
        if high - low < MAX_INSTANCES:
            return list(range(int(low), int(high) + 1)), True
    if counts:
        start = Fraction(0) if part.lower is None else part.lower
        return [int(start + step) for step in STEPS if part.contains(start + step)], False
    picked = dict.fromkeys(x for x in (*anchors, *part.ends, Fraction(0), Fraction(1)) if part.contains(x))
    others = [nearby(rng, part, anchors) if turn % 3 else draw(rng, part, anchors, ()) for turn in range(count)]
    picked.update(dict.fromkeys(x for x in others if x is not None))
    return [exact(value) for value in list(picked)[-count:]], False


def _vector(rng: random.Random, dimension: int, values: Sequence[Any]) -> tuple[Any, ...]:
    """A vector near 0, near one in scope, or far away."""
    near_by = [value for value in values if isinstance(value, tuple)]
    base = rng.choice(near_by) if near_by and rng.random() < 0.6 else (0,) * dimension
    size = Fraction(10) ** rng.choice((-6, -2, -1, 0, 0, 0, 1, 3))
    return tuple(b + exact(size * Fraction(rng.randrange(-12, 13), rng.randrange(1, 5))) for b in base)
