"""What equations among the facts say a hidden term or a variable is: linear definitions, and v² = e with v ≥ 0, which is v = √e."""

from __future__ import annotations

from collections.abc import Iterator

from quod.kernel.arithmetic import fact as comparison
from quod.kernel.normal import canonical
from quod.kernel.polynomial import Monomial, Polynomial, combine, to_node
from quod.lang import terms as t
from quod.lang.sorts import REAL, VECTOR, is_scalar, is_subsort
from quod.provers.arithmetic import ZERO, Arithmetic, is_comparison, polynomial_atoms
from quod.provers.one_variable import in_fragment
from quod.provers.session import Fact, Session


def subterms(node: t.Node) -> set[t.Node]:
    """The node and everything in it."""
    seen: dict[t.Node, None] = {}
    t.fold(node, lambda inner, kids: seen.setdefault(inner))
    return set(seen)


def hidden(proposition: t.Node) -> list[t.Node]:
    """Variables, applications and elementary functions that stand inside an atom of a comparison."""
    found: dict[t.Node, None] = {}
    for atom in polynomial_atoms(proposition):
        for child in atom.children:
            for node in subterms(child):
                numeric = is_scalar(node.sort) or node.sort == VECTOR
                if numeric and not node.loose and isinstance(node, t.Variable | t.Apply | t.Elementary):
                    found.setdefault(node)
    return list(found)


def definition(proposition: t.Node, inside: list[t.Node]) -> tuple[t.Node, t.Node] | None:
    """(part, value) if the proposition says that a part listed in `inside` equals a value that does not contain it."""
    if not isinstance(proposition, t.Compare) or proposition.relation != "=":
        return None
    for side, value in ((proposition.left, proposition.right), (proposition.right, proposition.left)):
        part = canonical(side)
        if part in inside and part not in subterms(canonical(value)) and is_subsort(value.sort, part.sort):
            return part, value
    return _solved(comparison(proposition)[1], inside, 1) if is_comparison(proposition) else None


def _solved(polynomial: Polynomial, inside: list[t.Node], power: int) -> tuple[t.Node, t.Node] | None:
    """polynomial = 0 solved for that power of a part that stands in it nowhere else, with a constant factor; the first such part."""
    for part in inside:
        factor = next((c for monomial, c in polynomial.items() if _alone(monomial, power) is part), None)
        if factor is None:
            continue
        value = to_node(combine((-1 / factor, {monomial: c for monomial, c in polynomial.items() if _alone(monomial, power) is not part})))
        if part not in subterms(value) and is_subsort(value.sort, part.sort):
            return part, value
    return None


def _alone(monomial: Monomial, power: int) -> t.Node | None:
    """a, if the monomial is that power of a."""
    return monomial[0][0][0] if monomial[1] is None and len(monomial[0]) == 1 and monomial[0][0][1] == power else None


def eliminable(session: Session, goal: t.Node, facts: tuple[Fact, ...]) -> Iterator[tuple[t.Node, t.Node, Fact]]:
    """(v, e, v = e) for each variable v of the goal for which the facts give it, best those outside the functions."""
    if len(goal.variables) < 2 or not in_fragment(goal):
        return
    sight = [goal, *(fact.prop for fact in facts)]
    inside = {part for proposition in sight for node in subterms(proposition) if isinstance(node, t.Elementary) for part in node.variables}
    variables: list[t.Node] = [*sorted((v for v in goal.variables if v.sort == REAL), key=lambda v: (v in inside, v.name))]
    for fact in facts:
        if not isinstance(fact.prop, t.Compare) or fact.prop.relation != "=" or not in_fragment(fact.prop):
            continue
        pair = definition(fact.prop, variables)
        if pair is not None:
            yield *pair, session.convert(t.Compare("=", *pair), fact)
        for variable in variables:
            square = _solved(comparison(fact.prop)[1], [variable], 2)
            rooted = None if square is None else _root(session, *square, fact, facts)
            if rooted is not None:
                yield rooted


def _root(session: Session, part: t.Node, value: t.Node, equation: Fact, facts: tuple[Fact, ...]) -> tuple[t.Node, t.Node, Fact] | None:
    """v = √e from v² = e, once v ≥ 0 is shown."""
    sign = Arithmetic(session, [fact for fact in facts if part in fact.prop.variables], (), 0.5).prove(t.Compare("<=", ZERO, part))
    inside = None if sign is None else Arithmetic(session, [equation], (), 0.5).prove(t.Compare("<=", ZERO, value))
    if sign is None or inside is None:
        return None
    both = session.chain(session.specialise(session.apply("axiom", "sqrt"), value), inside)
    root = t.Elementary("sqrt", value)
    positive, squared = (session.apply("project", number, both) for number in (0, 1))
    known = [equation, squared]
    halves = [_monotone(session, a, b, known) for a, b in ((part, root), (root, part))]
    if None in halves:
        return None
    first, second = (session.chain(half, *signs) for half, signs in zip(halves, ((sign, positive), (positive, sign)), strict=True) if half)
    return part, root, session.apply("antisymmetry", t.Compare("=", part, root), first, second)


def _monotone(session: Session, left: t.Node, right: t.Node, known: list[Fact]) -> Fact | None:
    """0 ≤ a ⇒ 0 ≤ b ⇒ a ≤ b, once a² ≤ b² is known."""
    a, b = (t.Variable(name, REAL) for name in "ab")
    hypotheses = [t.Compare("<=", t.Power(a, 2), t.Power(b, 2)), t.Compare("<=", ZERO, a), t.Compare("<=", ZERO, b)]
    found = Arithmetic(session, [session.apply("assume", hypothesis) for hypothesis in hypotheses]).prove(t.Compare("<=", a, b))
    squares = Arithmetic(session, known, (), 0.5).prove(t.Compare("<=", t.Power(left, 2), t.Power(right, 2)))
    if found is None or squares is None:
        return None
    for hypothesis in reversed(hypotheses):
        found = session.apply("discharge", hypothesis, found)
    for variable in (b, a):
        found = session.apply("generalise", variable, found)
    return session.chain(session.specialise(found, left, right), squares)
