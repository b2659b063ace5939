"""From a claim to a plan: which variables are drawn, what bounds them, which sequences follow a rule, what remains to be judged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from quod.attack.arithmetic import exact, working
from quod.attack.evaluation import compile_terms
from quod.attack.guards import bounds, conjuncts, near, peel
from quod.attack.logic import counting, subterms
from quod.attack.recurrences import Rule, Running, rules
from quod.attack.strategies import Parameter, Plan
from quod.lang import terms as t
from quod.lang.binding import fresh, instantiate, unfold
from quod.lang.claim import Claim
from quod.lang.expression import Expression
from quod.lang.sorts import INTEGER, VECTOR, Arrow

MAX_ANCHORS = 12


def make_plan(claim: Claim) -> Plan:
    """The plan of a claim. Raises Unsupported, NotDifferentiated or CannotGenerate."""
    extra, more, conclusion = _prenex(unfold(claim.conclusion), claim)
    variables = (*(p.variable for p in claim.parameters), *extra)
    own = _domain_hypotheses(claim)
    rest = [part for h in claim.hypotheses if h not in own for part in conjuncts(unfold(h))] + more
    functions = frozenset(v for v in variables if isinstance(v.sort, Arrow))
    ruled, tested, constructed = _split(rest, functions)
    sizes = counting([unfold(h) for h in claim.hypotheses] + [conclusion, *more]) | _domain_sizes(claim)
    everything = [*(unfold(h) for h in claim.hypotheses), *more]
    parameters = []
    for position, variable in enumerate(variables):
        domain = claim.parameters[position].domain if position < len(claim.parameters) else None
        limits = bounds(variable, everything, variables[:position])
        running = Running(ruled[variable], variables) if variable in ruled else None
        parameters.append(Parameter(variable, domain, limits, variable.sort == INTEGER and variable in sizes, running))
    anchors, tight = _anchors(claim, conclusion)
    return Plan(claim, variables, tuple(parameters), tuple(tested), (*own, *constructed), conclusion, anchors, tight)


def _prenex(conclusion: t.Node, claim: Claim) -> tuple[list[t.Variable], list[t.Node], t.Node]:
    """The leading ∀ of the conclusion over reals, unbounded integers and vectors, as further variables with their hypotheses."""
    extra: list[t.Variable] = []
    hypotheses: list[t.Node] = []
    taken = frozenset(p.variable for p in claim.parameters)
    while True:
        more, conclusion = peel(conclusion)
        hypotheses += more
        if not isinstance(conclusion, t.ForAll) or isinstance(conclusion.body.domain, Arrow):
            return extra, hypotheses, conclusion
        sort = conclusion.body.domain
        x = fresh("i" if sort == INTEGER else "u" if sort == VECTOR else "y", sort, taken)
        body = instantiate(conclusion.body, x)
        sides = {bound.side for bound in bounds(x, peel(body)[0], (*taken, *extra))}
        if x.sort == INTEGER and {"lower", "upper"} <= sides:
            return extra, hypotheses, conclusion
        taken |= {x}
        extra.append(x)
        conclusion = body


def _domain_hypotheses(claim: Claim) -> tuple[t.Node, ...]:
    """The hypotheses that only say that the parameters lie in their domains."""
    found: list[t.Node] = []
    scope: dict[str, Expression] = {}
    for parameter in claim.parameters:
        x = Expression(parameter.variable)
        found += [h.node for h in parameter.domain.hypotheses(x, scope)]
        scope[parameter.name] = x
    return tuple(h for h in claim.hypotheses if h in found)


def _split(
    hypotheses: Iterable[t.Node], functions: frozenset[t.Variable]
) -> tuple[dict[t.Variable, list[Rule]], list[t.Node], list[t.Node]]:
    """(rules by function, hypotheses that are tested, hypotheses that the rules make true)."""
    ruled: dict[t.Variable, list[Rule]] = {}
    tested, constructed = [], []
    for hypothesis in hypotheses:
        found = rules(hypothesis, functions)
        target = found[0].function if found else None
        earlier = ruled.get(target, []) if target is not None else []
        general = any(rule.indices for rule in earlier) and bool(found and found[0].indices)
        if target is None or general or any(len(rule.places) != len(found[0].places) for rule in earlier):
            tested.append(hypothesis)
        else:
            ruled.setdefault(target, []).extend(found)
            constructed.append(hypothesis)
    return ruled, tested, constructed


def _domain_sizes(claim: Claim) -> frozenset[t.Variable]:
    by_name = {p.name: p.variable for p in claim.parameters}
    sizes = [getattr(p.domain, "size", None) for p in claim.parameters]
    named = {by_name[size] for size in sizes if isinstance(size, str)}
    return frozenset(named).union(*(size.node.variables for size in sizes if isinstance(size, Expression)))


def _anchors(claim: Claim, conclusion: t.Node) -> tuple[tuple[Fraction, ...], tuple[Mapping[str, Any], ...]]:
    """(numbers whose surroundings matter, touching points by name). A touching point that is irrational is approximated to 200 bits."""
    tight: list[Mapping[str, Any]] = []
    found: dict[Fraction, None] = {}
    with working(200):
        for declared in claim.tight:
            point: dict[str, Any] = {}
            for name, node in declared.items():
                if isinstance(node.sort, Arrow) and node.sort.domain != INTEGER:
                    continue  # a function of reals is drawn from its own families, by the moments that the point demands
                value = compile_terms((node,), ())()[0]
                at = None if callable(value) or isinstance(value, tuple) else near(value)
                point[name] = value if at is None else exact(at)
                if at is not None:
                    found[at] = None
            tight.append(point)
    numbers = {node.value for node in subterms([conclusion, *(unfold(h) for h in claim.hypotheses)]) if isinstance(node, t.Number)}
    for value in sorted(numbers, key=lambda v: (v.denominator + abs(v.numerator), v)):
        found[value] = None
    return tuple(found)[:MAX_ANCHORS], tuple(tight)


