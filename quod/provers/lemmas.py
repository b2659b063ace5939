"""Inequalities of the exponential and the logarithm as facts for algebra: instances of e^t ≥ 1 + t at the terms of the problem.

One lemma serves all: e^u = a and e^v = b give b·(1 + u − v) ≤ a. With u = log p, v = log q it is log(p/q) ≤ p/q − 1 times q, with u and v
exchanged it bounds the logarithm from below, with exponents it says that the exponential grows and is convex (tangents at each other's
points). e^t ≥ 1 + t itself comes from the one-variable decision procedure, once per process.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from quod.kernel import certificate
from quod.kernel.arithmetic import fact as comparison
from quod.kernel.normal import canonical, polynomial_of
from quod.kernel.polynomial import Monomial, Polynomial, to_node
from quod.kernel.theorem import KernelError
from quod.lang import terms as t
from quod.lang.binding import abstract
from quod.lang.sorts import REAL
from quod.provers import logarithms, one_variable
from quod.provers.arithmetic import ZERO, Arithmetic, is_comparison, polynomial_atoms
from quod.provers.elimination import subterms
from quod.provers.session import Fact, Session

MAX_INSTANCES = 30
MAX_POINTS = 12
MAX_POWER = 4
EFFORT = 2.0
STAGES = ((8, 0.5), (16, 1.0), (MAX_INSTANCES, EFFORT))
"""(instances, seconds for a search)"""
UNIT = t.Number(1)

_proved: dict[str, list[certificate.Step]] = {}
"""The steps that prove a lemma, by name: each is searched for once per process."""


@dataclass(frozen=True)
class Point:
    """e^exponent = value, and the fact that says so."""

    exponent: t.Node
    value: t.Node
    equation: Fact


def prove(session: Session, goal: t.Node, facts: tuple[Fact, ...], hints: Sequence[t.Node] = ()) -> Fact | None:
    """The comparison `goal` from the facts and from instances of the lemma at the logarithms and exponentials in sight, or None."""
    sight = [canonical(proposition) for proposition in (goal, *(fact.prop for fact in facts)) if is_comparison(proposition)]
    inside = [node for proposition in sight for node in subterms(proposition)]
    if not is_comparison(goal) or not any(isinstance(node, t.Elementary) and node.name in ("exp", "log") for node in inside):
        return None
    arithmetic = Arithmetic(session, list(facts), hints, EFFORT)
    arithmetic.learn(goal)
    points = _points(arithmetic, goal)
    if len(points) == 1:
        return None
    given = list(arithmetic.facts)
    pairs = _ranked(list(points.values()), goal)[:MAX_INSTANCES]
    for count, effort in STAGES:
        more = [_instance(session, upper, lower) for upper, lower in pairs[:count]]
        arithmetic = Arithmetic(session, [*given, *more], hints, effort, dict(arithmetic.learned))
        found = _by_growth(arithmetic, goal, points) or arithmetic.prove(goal)
        if found is not None or count >= len(pairs):
            return found
    return None


def _points(arithmetic: Arithmetic, goal: t.Node) -> dict[t.Node, Point]:
    """By exponent: e^0 = 1, the two sides of a linear goal, powers of what stands in a logarithm, the logarithms, the exponents."""
    points: dict[t.Node, Point] = {}
    for exponent in _candidates(arithmetic, goal):
        form = to_node(polynomial_of(exponent))
        if form not in points and len(points) < MAX_POINTS:
            point = _point(arithmetic, form)
            if point is not None:
                points[form] = point
    return points


def _whole(argument: t.Node) -> bool:
    """Whether algebra does not take log of the argument apart."""
    factors = logarithms.factors_of(argument)
    return factors is None or factors == [(argument, 1)]


def _powers(propositions: list[t.Node], logs: list[t.Elementary]) -> Iterator[t.Node]:
    """k·log a for the powers a^k that occur."""
    arguments = {node.arg: node for node in logs}
    powers = {factor: None for proposition in propositions for monomial in comparison(proposition)[1] for factor in monomial[0]}
    for base, power in powers:
        if base in arguments and 1 < power <= MAX_POWER:
            yield t.Mul((t.Number(power), arguments[base]))


def _sides(goal: t.Node, logs: list[t.Elementary], exponents: list[t.Node]) -> tuple[Polynomial, Polynomial] | None:
    """(P, N) for a goal about P − N, the part linear in logarithms and parts of exponents; None if there is no logarithm."""
    raised = {base for exponent in exponents for monomial in polynomial_of(exponent) for base, _ in monomial[0]}
    terms = {monomial: value for monomial, value in comparison(goal)[1].items() if _linear(monomial) in (*logs, *raised)}
    factors = [abs(value) for monomial, value in terms.items() if _linear(monomial) in logs]
    if not factors or any((value / min(factors)).denominator != 1 or value > MAX_POWER * min(factors) for value in factors):
        return None
    positive, negative = ({monomial: abs(c) / min(factors) for monomial, c in terms.items() if (c > 0) is side} for side in (True, False))
    return positive, negative


def _candidates(arithmetic: Arithmetic, goal: t.Node) -> Iterator[t.Node]:
    propositions = [canonical(goal), *(canonical(fact.prop) for fact in arithmetic.facts if is_comparison(fact.prop))]
    inside = {node: None for proposition in propositions for node in sorted(subterms(proposition), key=lambda node: node.key)}
    logs = [node for node in inside if isinstance(node, t.Elementary) and node.name == "log" and not node.loose and _whole(node.arg)]
    exponents = [node.arg for node in inside if isinstance(node, t.Elementary) and node.name == "exp" and not node.loose]
    yield ZERO
    for side in _sides(goal, logs, exponents) or ():
        yield to_node(side)
        yield to_node({monomial: value for monomial, value in side.items() if _linear(monomial) not in logs})
    yield from _powers(propositions, logs)
    yield from (*logs, *exponents)
    closed = [node for node in logs if not node.variables]
    yield from (t.Add((node, constant)) for constant in closed for node in logs if node.variables)


def _linear(monomial: Monomial) -> t.Node | None:
    return monomial[0][0][0] if monomial[1] is None and len(monomial[0]) == 1 and monomial[0][0][1] == 1 else None


def _point(arithmetic: Arithmetic, exponent: t.Node) -> Point | None:
    """e^exponent with e^(log a) = a put in, once every such a is shown to be positive."""
    session = arithmetic.session
    known: list[Fact] = []
    factors: list[t.Node] = []
    rest: list[t.Node] = [ZERO, ZERO]
    for monomial, value in polynomial_of(exponent).items():
        base = _linear(monomial)
        if not isinstance(base, t.Elementary) or base.name != "log" or value.denominator != 1 or value < 0:
            rest.append(to_node({monomial: value}))
            continue
        positive = arithmetic.sub(t.Compare("<", ZERO, base.arg), 0)
        if positive is None:
            return None
        known.append(session.chain(session.specialise(session.apply("axiom", "exp_log"), base.arg), positive))
        factors.append(t.Power(base.arg, int(value)))
    value_node = t.Mul((UNIT, *factors, t.Elementary("exp", t.Add(rest))))
    equation = Arithmetic(session, known, (), 0.5).prove(t.Compare("=", t.Elementary("exp", exponent), value_node), 4)
    return None if equation is None else Point(exponent, value_node, equation)


def _ranked(points: list[Point], goal: t.Node) -> list[tuple[Point, Point]]:
    """Ordered pairs of different points: first those whose quotient stands in a logarithm of the goal, then those that bring in the
    fewest products with logarithms that the goal does not have, then the shortest."""
    logs = [node for node in polynomial_atoms(goal) if isinstance(node, t.Elementary) and node.name == "log"]
    together = [{factor for factor, power in logarithms.factors_of(node.arg) or [] if power} for node in logs]

    present = comparison(goal)[1]

    def cost(pair: tuple[Point, Point]) -> tuple[bool, int, int]:
        values = {canonical(point.value) for point in pair}
        foreign = [monomial for monomial in polynomial_of(_bound(*pair)) if monomial not in present and _logarithmic(monomial)]
        return not any(values <= found for found in together), len(foreign), sum(len(subterms(point.exponent)) for point in pair)

    return sorted(((upper, lower) for upper in points for lower in points if upper is not lower), key=cost)


def _bound(upper: Point, lower: Point) -> t.Node:
    return t.Mul((lower.value, t.Add((UNIT, upper.exponent, t.Mul((t.Number(-1), lower.exponent))))))


def _logarithmic(monomial: Monomial) -> bool:
    return any(isinstance(base, t.Elementary) and base.name == "log" and base.variables for base, _ in monomial[0])


def _instance(session: Session, upper: Point, lower: Point) -> Fact:
    """b·(1 + u − v) ≤ a for e^u = a, e^v = b."""
    fact = session.specialise(lemma(session, "tangent"), upper.exponent, lower.exponent, upper.value, lower.value)
    return session.chain(fact, upper.equation, lower.equation)


def _by_growth(arithmetic: Arithmetic, goal: t.Node, points: dict[t.Node, Point]) -> Fact | None:
    """v ≤ u from e^v ≤ e^u, where the goal says nothing else."""
    relation, polynomial = comparison(goal)
    logs = [abs(value) for monomial, value in polynomial.items() if isinstance(_linear(monomial), t.Elementary)]
    if relation == "=" or not logs:
        return None
    sides = ({monomial: abs(value) / min(logs) for monomial, value in polynomial.items() if (value > 0) is side} for side in (True, False))
    upper, lower = (points.get(to_node(side)) for side in sides)
    if upper is None or lower is None:
        return None
    ordered = arithmetic.prove(t.Compare(relation, lower.value, upper.value))
    if ordered is None:
        return None
    session = arithmetic.session
    fact = session.specialise(lemma(session, relation), upper.exponent, lower.exponent, upper.value, lower.value)
    return session.convert(goal, session.chain(fact, upper.equation, lower.equation, ordered))


def lemma(session: Session, name: str) -> Fact:
    """The lemma in this session, for all u, v, a, b with e^u = a and e^v = b.

    "tangent": b·(1 + u − v) ≤ a; "<=": b ≤ a ⇒ v ≤ u; "<": b < a ⇒ v < u. And "growth": ∀t. 1 + t ≤ e^t.
    """
    if name not in _proved:
        own = Session(session.deadline)
        match name:
            case "growth":
                fact = _growth(own)
            case "tangent":
                fact = _tangent(own)
            case _:
                fact = _order(own, name)
        _proved[name] = own.steps_of(fact)
    return session.repeat(_proved[name])


def _growth(session: Session) -> Fact:
    x = t.Variable("t", REAL)
    found = one_variable.prove(session, t.Compare("<=", t.Add((UNIT, x)), t.Elementary("exp", x)), ())
    return session.apply("generalise", x, _required(found))


def _required(fact: Fact | None) -> Fact:
    if fact is None:
        raise KernelError("a lemma on the exponential was not proved; expected python-flint and highspy to be installed")
    return fact


def _tangent(session: Session) -> Fact:
    u, v, a, b = (t.Variable(name, REAL) for name in "uvab")
    step = t.Add((u, t.Mul((t.Number(-1), v))))
    tangent = session.specialise(lemma(session, "growth"), step)
    bound = t.Compare("<=", t.Mul((t.Elementary("exp", v), t.Add((UNIT, step)))), t.Elementary("exp", u))
    fact = _required(Arithmetic(session, [tangent]).prove(bound))
    for exponent, value in ((v, b), (u, a)):
        place = t.Variable("w", REAL)
        equation = session.apply("assume", t.Compare("=", t.Elementary("exp", exponent), value))
        replaced = {v: t.Mul((place, t.Add((UNIT, step)))), u: place}
        left, right = fact.prop.children
        context = t.Compare("<=", replaced[v], right) if exponent is v else t.Compare("<=", left, place)
        fact = session.apply("rewrite", abstract(place, context), equation, fact)
    for exponent, value in ((v, b), (u, a)):
        fact = session.apply("discharge", t.Compare("=", t.Elementary("exp", exponent), value), fact)
    for variable in (b, a, v, u):
        fact = session.apply("generalise", variable, fact)
    return fact


def _order(session: Session, relation: str) -> Fact:
    u, v, a, b = (t.Variable(name, REAL) for name in "uvab")
    hypotheses = [t.Compare("=", t.Elementary("exp", u), a), t.Compare("=", t.Elementary("exp", v), b), t.Compare(relation, b, a)]
    known = [session.apply("assume", hypothesis) for hypothesis in hypotheses]
    tangent = session.chain(session.specialise(lemma(session, "tangent"), v, u, b, a), known[1], known[0])
    fact = _required(Arithmetic(session, [*known, tangent]).prove(t.Compare(relation, v, u)))
    for hypothesis in reversed(hypotheses):
        fact = session.apply("discharge", hypothesis, fact)
    for variable in (b, a, v, u):
        fact = session.apply("generalise", variable, fact)
    return fact
