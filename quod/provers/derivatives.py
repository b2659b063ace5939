"""Removes derivatives from a statement: each is replaced by what the rules of calculus give, and the statement is rewritten back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from quod.kernel.calculus import slope_of
from quod.kernel.theorem import KernelError
from quod.lang import terms as t
from quod.lang.binding import abstract, apply, fresh, instantiate, rebuild, unfold
from quod.lang.sorts import REAL, Arrow
from quod.provers.session import Fact, Session

Prove = Callable[[t.Node], Fact | None]


@dataclass(frozen=True, eq=False)
class Removal:
    """One step: `target` is the statement without the derivative, `context` and `equation` lead from it to the statement."""

    target: t.Node
    context: t.Lambda
    equation: Fact

    def back(self, session: Session, fact: Fact) -> Fact:
        """The statement with its derivative, from a proof of the target."""
        return session.apply("rewrite", self.context, self.equation, fact)

    def forth(self, session: Session, fact: Fact) -> Fact:
        """The target, from a proof of the statement with its derivative."""
        return session.apply("rewrite", self.context, _turned(session, self.equation), fact)


def occurrences(term: t.Node) -> list[t.Derivative]:
    """The derivatives in a term whose function contains none, in the order of reading."""

    def algebra(node: t.AnyNode, kids: tuple[list[t.Derivative], ...]) -> list[t.Derivative]:
        inner = list(dict.fromkeys(found for kid in kids for found in kid))
        return [*inner, node] if isinstance(node, t.Derivative) and not kids[0] else inner

    return t.fold(term, algebra)


def remove_one(session: Session, statement: t.Node, prove: Prove) -> Removal | None:
    """Removes one derivative, everywhere (as an equation of functions) or at its point; None if there is none that can be.

    `prove` has to show the conditions under which the rules of calculus apply.
    """
    for node in occurrences(statement):
        if node.body.loose:
            continue
        try:
            slope, conditions = slope_of(node.body, ())
        except KernelError:
            continue
        removal = _as_function(session, statement, node, slope, conditions, prove)
        if removal is None and not node.loose:
            removal = _at_point(session, statement, node, slope, conditions, prove)
        if removal is not None:
            return removal
    return None


def without(statement: t.Node, prove: Prove, session: Session) -> t.Node:
    """An equivalent statement with every derivative gone that the rules of calculus give, where `prove` shows their conditions."""
    while (removal := remove_one(session, unfold(statement), prove)) is not None:
        statement = removal.target
    return statement


def _as_function(
    session: Session, statement: t.Node, node: t.Derivative, slope: t.Lambda, conditions: t.Lambda, prove: Prove
) -> Removal | None:
    """(λx. f′(x)) = slope, where the conditions hold for every x."""
    x = fresh("x", REAL, statement.variables | slope.variables)
    everywhere = prove(t.ForAll(conditions))
    if everywhere is None:
        return None
    ready = session.specialise(everywhere, x)
    pointwise = session.apply("generalise", x, session.apply("derivative", node.body, x, ready))
    original = abstract(x, t.Derivative(node.body, x))
    equation = session.apply("extensionality", slope, original, _turned(session, pointwise))
    place = fresh("f", Arrow(REAL, REAL), statement.variables)
    context = abstract(
        place, _replace(statement, lambda n: apply(place, n.point) if isinstance(n, t.Derivative) and n.body is node.body else None)
    )
    return Removal(instantiate(context, slope), context, equation)


def _at_point(
    session: Session, statement: t.Node, node: t.Derivative, slope: t.Lambda, conditions: t.Lambda, prove: Prove
) -> Removal | None:
    """f′(a) = slope(a), where the conditions hold at a."""
    ready = prove(instantiate(conditions, node.point))
    if ready is None:
        return None
    value = session.apply("derivative", node.body, node.point, ready)
    equation = session.convert(t.Compare("=", instantiate(slope, node.point), node), _turned(session, value))
    place = fresh("d", REAL, statement.variables)
    context = abstract(place, _replace(statement, lambda n: place if n is node else None))
    return Removal(instantiate(context, instantiate(slope, node.point)), context, equation)


def _turned(session: Session, equation: Fact) -> Fact:
    """b = a from a = b, under a quantifier or not."""
    match equation.prop:
        case t.Compare("=", left, right):
            return session.convert(t.Compare("=", right, left), equation)
        case t.ForAll(t.Lambda(domain, t.Compare("=", left, right))):
            return session.convert(t.ForAll(t.Lambda(domain, t.Compare("=", right, left))), equation)
        case _:
            raise KernelError(f"expected an equation, got {equation.prop!r}")


def _replace(term: t.Node, change: Callable[[t.AnyNode], t.Node | None]) -> t.Node:
    """`term` with every subterm for which `change` gives something replaced; the replacement is closed apart from what it keeps."""

    def algebra(node: t.AnyNode, kids: tuple[t.Node, ...]) -> t.Node:
        made = rebuild(node, kids)
        return change(made) or made  # type: ignore[arg-type]

    return t.fold(term, algebra)


def replace_terms(term: t.Node, values: Mapping[t.Node, t.Node]) -> t.Node:
    """`term` with every occurrence of a closed key replaced by its value, the outermost first; `term` itself if there is none."""
    return t.fold(term, lambda node, kids: values[node] if node in values else rebuild(node, kids))


def abstraction(term: t.Node, part: t.Node, place: t.Variable) -> t.Lambda | None:
    """λ place. `term` with `place` for every occurrence of the closed-off `part`; None if it does not occur."""
    changed = _replace(term, lambda node: place if node is part else None)
    return None if changed is term else abstract(place, changed)
