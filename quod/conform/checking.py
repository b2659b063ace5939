"""The check `impl` of a claim: its definitions' implementations are measured, then the claim is evaluated on their values.

The slack in the second part is derived. Where the claim uses f(a), an implementation gives f̃ at the nearest float r; |f̃(r) − f(r)| ≤ ε(r)
has just been measured against the error ε(r) that is allowed there. So f(a) lies in the ball f̃(r) + (f(a) − f(r)) ± ε(r), the difference
being computed in balls from the definition. With such balls for f, FLINT propagates the slack through the rest of the formula; only a
claim that fails for every value inside is violated.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import islice
from typing import Any

import numpy as np
from flint import arb, fmpq

from quod.attack.arithmetic import Outcome, Undecided, exact, working
from quod.attack.differentiation import NotDifferentiated
from quod.attack.evaluation import Unsupported
from quod.attack.families import SHAPES, Members
from quod.attack.logic import all_of, compile_proposition, cost, subterms
from quod.attack.planning import make_plan
from quod.attack.scalars import Range
from quod.attack.strategies import CannotGenerate, Choice, Plan, Point
from quod.conform.measuring import Fault, Implementation, Inaccurate, Unreachable
from quod.kernel.verdict import Verdict, unknown
from quod.lang import domains as d
from quod.lang import terms as t
from quod.lang.binding import rebuild
from quod.lang.claim import Claim, Definition, Source
from quod.lang.expression import Expression
from quod.lang.sorts import INTEGER, REAL, Arrow

SIZES = (1, 2, 3, 5, 8, 13, 40)
EDGES = tuple(
    Fraction(x)
    for size in (0.0, 5e-324, 2.2250738585072014e-308, 1e-300, 2.0**-53, 1 - 2.0**-53, 1.0, 1 + 2.0**-52, 36.7, 709.78, 745.2, 1e16)
    for x in (size, -size)
) + tuple(Fraction(sign * x) for x in (1e100, 1.34e154, 1e300, 1.7976931348623157e308) for sign in (1, -1))
"""Floats at which implementations tend to break: subnormal, next to 1, where exp over- and underflows, huge."""
CLAIM_BITS = 200
MAX_COST = 600
"""Claims with more nested quantifiers than this are not evaluated on computed values: their instances would take too long."""


def check(
    claim: Claim, implementations: Mapping[str, Callable[..., Any]], seed: int = 0, examples: int = 200, deadline: float | None = None
) -> Verdict:
    """SAMPLED with figures max_ulp, points and slack; REFUTED with the input as witness; ERROR where an implementation raises, or returns
    NaN or the wrong shape; UNKNOWN where nothing could be compared."""
    deadline = time.monotonic() + 30 if deadline is None else deadline
    used = sorted({node.name for node in subterms([claim.statement]) if isinstance(node, t.Named)} & implementations.keys())
    if claim.error is not None:
        return Verdict("ERROR", reason=f"{claim.place}: {claim.error}", seed=seed)
    if not used:
        return unknown("no implementation of a definition that the claim mentions", figures={"implementations": 0}, seed=seed)
    figures: dict[str, Any] = {"implementations": len(used)}
    try:
        declared = {name: _compile(name, implementations[name]) for name in used}
        tested = {name: it for name, it in declared.items() if it.comparable}
        reasons = [f"{name} takes functions, which are not handed over" for name in declared if name not in tested]
        reasons += [reason for it in tested.values() for reason in _once(it, seed, examples, deadline)]
        largest_slack = _claim_on_values(claim, tested, seed, examples, deadline, figures)
    except Fault as fault:
        return Verdict("ERROR", reason=str(fault), method="impl", figures=figures, seed=seed)
    except Inaccurate as error:
        return Verdict("REFUTED", reason=str(error), method="impl", witness=error.witness, figures=figures, seed=seed)
    except (Unsupported, NotDifferentiated, CannotGenerate) as error:
        return unknown(f"cannot compare with the definition: {error}", method="impl", figures=figures, seed=seed)
    points = sum(it.points for it in tested.values())
    figures |= {"max_ulp": round(max((it.largest for it in tested.values()), default=0.0), 3), "points": points, "slack": largest_slack}
    figures["share of the allowed error"] = round(max((it.share for it in tested.values()), default=0.0), 3)
    if points == 0:
        return unknown("; ".join(reasons) or "no value could be compared", method="impl", figures=figures, seed=seed)
    return Verdict("SAMPLED", method="impl", figures=figures, seed=seed, reason="; ".join(reasons))


def _compile(name: str, function: Callable[..., Any]) -> Implementation:
    definition = getattr(function, "quod_definition", None)
    if not isinstance(definition, Definition):
        raise Fault(f"the implementation of {name} was not declared with @implements(...)")
    return Implementation(definition, function)


_measured: dict[tuple[Callable[..., Any], int, int], tuple[float, float, int, list[str]]] = {}


def _once(it: Implementation, seed: int, examples: int, deadline: float) -> list[str]:
    """`_measure`, whose good results are kept while the process lives: many claims share a definition."""
    key = (it.function, seed, examples)
    if key not in _measured:
        reasons = _measure(it, seed, examples, deadline)
        if time.monotonic() > deadline:
            return reasons
        _measured[key] = it.largest, it.share, it.points, reasons
    it.largest, it.share, it.points, reasons = _measured[key]
    return reasons


def _measure(it: Implementation, seed: int, examples: int, deadline: float) -> list[str]:
    """Compares an implementation with its definition at many points; what could not be compared, in words.

    A function of integers alone has no float range to cover: it is compared where the claim uses it.
    """
    if it.variables and it.definition.body.sort == INTEGER and all(v.sort == INTEGER for v in it.variables):
        return []
    plan = make_plan(_membership(it.definition))
    for parameter in plan.parameters:
        parameter.is_size = parameter.variable.sort == INTEGER
    seen: list[list[Any]] = []
    for point in _points(plan, seed, examples):
        if time.monotonic() > deadline:
            break
        try:
            arguments, same = it.rounded(point.values)
            if _inside(plan, same):
                it.computed(arguments, same)
                seen.append(arguments)
        except (Unreachable, Undecided):
            continue
    if all(v.sort == REAL for v in it.variables) and it.variables and seen:
        _arrays(it, seen[: 2 * (len(seen) // 2)])
    return [] if seen else [f"{it.definition.id}: nothing to compare: its arguments or values have no floats"]


def _membership(definition: Definition) -> Claim:
    """The claim that says nothing about arguments in the definition's domains: its plan draws them."""
    scope: dict[str, Expression] = {}
    hypotheses: list[t.Node] = []
    for parameter in definition.parameters:
        x = Expression(parameter.variable)
        hypotheses += [h.node for h in parameter.domain.hypotheses(x, scope)]
        scope[parameter.name] = x
    source = Source("")
    return Claim(definition.id, "", "", source, definition.parameters, tuple(hypotheses), t.TRUE, t.TRUE, definition.place)


def _points(plan: Plan, seed: int, examples: int) -> Iterator[Point]:
    """The edges of the float range in each real parameter, notable points, and random ones."""
    rng = random.Random(seed)
    if not plan.variables:
        yield Point([])
        return
    for position, parameter in enumerate(plan.parameters):
        for edge in EDGES if parameter.variable.sort == REAL else ():
            choice = Choice(seed, rng.choice(SIZES), rng.choice(SHAPES), "normal", 1)
            point = plan.point(rng, choice, {plan.parameters[position].variable.name: exact(edge)})
            if point is not None:
                yield point
    tables = sum(isinstance(p.variable.sort, Arrow) and isinstance(p.variable.sort.codomain, Arrow) for p in plan.parameters)
    for number in range(examples // (1 + 4 * tables)):
        choice = Choice(rng.randrange(2**32), SIZES[number % len(SIZES)], SHAPES[number % 5], "normal", 1)
        point = plan.point(rng, choice)
        if point is not None:
            yield point


def _of_the_claim(plan: Plan, seed: int, count: int) -> Iterator[Point]:
    """The claim's touching points and their surroundings, then random points."""
    rng = random.Random(seed)
    if not plan.variables:
        yield Point([])
        return
    first = plan.systematic(Choice(seed, 3, "mixed", "normal", 1))
    for point in islice(first, count if plan.tight else 0):
        if point is not None:
            yield point
    for number in range(4 * count):
        point = plan.point(rng, Choice(rng.randrange(2**32), SIZES[number % len(SIZES)], SHAPES[number % 5], "normal", 1))
        if point is not None:
            yield point


def _inside(plan: Plan, same: Sequence[Any]) -> bool:
    """The rounded scalars still lie in their domains."""
    for parameter, value in zip(plan.parameters, same, strict=True):
        domain = parameter.domain
        if not isinstance(domain, d.Interval) or parameter.variable.sort != REAL:
            continue
        part = Range()
        if isinstance(domain.lower, int | Fraction):
            part = part.above(Fraction(domain.lower), domain.closed not in ("both", "left"))
        if isinstance(domain.upper, int | Fraction):
            part = part.below(Fraction(domain.upper), domain.closed not in ("both", "right"))
        known = Fraction(int(value)) if isinstance(value, int) else Fraction(int(value.p), int(value.q))
        if not part.contains(known):
            return False
    return True


def _arrays(it: Implementation, seen: list[list[Any]]) -> None:
    """The same points as arrays of two axes, in float64 and float32: the shape is kept and every value is as good as alone."""
    for dtype in (np.float64, np.float32):
        with np.errstate(all="ignore"):
            columns = [np.array(column, dtype=dtype) for column in zip(*seen, strict=True)]
        full = [np.array(column) for column in zip(*seen, strict=True)]
        fit = np.all([np.isfinite(a) & ((a != 0) | (b == 0)) for a, b in zip(columns, full, strict=True)], axis=0)
        rows = [column[fit][: 2 * (int(fit.sum()) // 2)].reshape(2, -1) for column in columns]
        if rows[0].size == 0:
            continue
        results = it.call(rows, rows[0].shape)
        for place in np.ndindex(rows[0].shape):
            arguments = [row[place] for row in rows]
            same = [exact(Fraction(float(x))) for x in arguments]
            try:
                it.measure(results[place], same, arguments, single=dtype is np.float32)
            except Unreachable:
                continue


def _claim_on_values(
    claim: Claim, tested: Mapping[str, Implementation], seed: int, examples: int, deadline: float, figures: dict[str, Any]
) -> float:
    """Evaluates the claim with every implemented function's value in its place; the largest slack met."""
    plan = make_plan(claim)
    for parameter in plan.parameters:
        parameter.is_size = parameter.variable.sort == INTEGER
    values = {name: _Values(it) for name, it in tested.items()}
    stand_in = {name: t.Variable(f"computed {name}", it.definition.node.sort) for name, it in tested.items()}
    conclusion = _replace(claim.conclusion, stand_in, {})
    variables = (*(p.variable for p in claim.parameters), *stand_in.values())
    hypotheses = [compile_proposition(h, plan.variables) for h in plan.tested]
    judgement = compile_proposition(conclusion, variables)
    judged = 0
    dear = cost(conclusion)
    wanted = max(4, min(examples, 60, 400 // dear)) if dear <= MAX_COST and conclusion.variables & set(stand_in.values()) else 0
    for point in _of_the_claim(plan, seed, wanted):
        if time.monotonic() > deadline or judged >= wanted:
            break
        with working(CLAIM_BITS):
            try:
                if all_of(h(*point.values) for h in hypotheses) in (Outcome.FALSE, Outcome.OPEN):
                    continue
                given = [value if value.it.variables else value([]) for value in values.values()]
                outcome = judgement(*point.values[: len(claim.parameters)], *given)
            except (Undecided, Unreachable, RecursionError):
                continue
        judged += 1
        if outcome == Outcome.FALSE:
            raise Inaccurate("the computed values violate the claim by more than their errors explain", point.shown(plan.variables))
    figures["claim points"] = judged
    return max((value.slack for value in values.values()), default=0.0)


def _replace(node: t.Node, stand_in: Mapping[str, t.Variable], memory: dict[t.Node, t.Node]) -> t.Node:
    """`node` with implemented definitions replaced by variables, except under a derivative, and the other ones unfolded."""
    if node in memory:
        return memory[node]
    if isinstance(node, t.Derivative | t.Differentiable | t.Integral | t.Integrable | t.Gradient):
        made: t.Node = node
    elif isinstance(node, t.Named):
        made = stand_in.get(node.name) or _replace(node.body, stand_in, memory)
    else:
        made = rebuild(node, tuple(_replace(child, stand_in, memory) for child in node.children))  # type: ignore[arg-type]
    memory[node] = made
    return made


class _Values:
    """The values of an implementation as balls, as a curried function of exact arguments or balls; `slack`: the largest radius given."""

    def __init__(self, it: Implementation) -> None:
        self.it, self.slack = it, 0.0

    def __call__(self, argument: Any) -> Any:
        return self._collect([argument] if self.it.variables else [])

    def _collect(self, given: list[Any]) -> Any:
        missing = len(self.it.variables) - len(given)
        if missing == 0:
            return self._ball(given)
        return lambda argument: self._collect([*given, argument])

    def _ball(self, given: list[Any]) -> Any:
        it = self.it
        centred = [_centre(value) for value in given]
        arguments, same = it.rounded(centred)
        returned, allowed = it.computed(arguments, same)
        moved = it.value(given, CLAIM_BITS) - it.value(same, CLAIM_BITS)
        self.slack = max(self.slack, float(allowed))
        return arb(fmpq(returned.numerator, returned.denominator), fmpq(allowed.numerator, allowed.denominator)) + moved


def _centre(value: Any) -> Any:
    if isinstance(value, arb):
        if not value.is_finite():
            raise Unreachable("an argument is not known")
        mantissa, exponent = value.mid().man_exp()
        if abs(int(exponent)) > 5000:
            raise Unreachable("an argument lies far beyond the floats")
        return exact(Fraction(int(mantissa)) * Fraction(2) ** int(exponent))
    if isinstance(value, Members):
        return Members([_centre(item) for item in value.items], value.outside)
    return (lambda i: _centre(value(i))) if callable(value) else value
