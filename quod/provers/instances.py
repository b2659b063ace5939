"""Instances of what is known of all integers, at the indices that a goal mentions."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from quod.lang import terms as t
from quod.lang.binding import unfold
from quod.lang.sorts import INTEGER
from quod.provers.session import Fact, Session

Prove = Callable[[t.Node, tuple[Fact, ...]], Fact | None]


def instances(session: Session, goal: t.Node, facts: tuple[Fact, ...], prove: Prove, done: set[tuple[int, t.Node]]) -> list[Fact]:
    """∀i. p(f(i)) at i = a for each f(a) in the goal, where `prove` shows the hypotheses; pairs in `done` are not tried again."""
    wanted = list(_applications(unfold(goal)))
    found: list[Fact] = []
    for fact in facts:
        if not isinstance(fact.prop, t.ForAll) or fact.prop.body.domain != INTEGER:
            continue
        heads = {function for function, argument in _inside(fact.prop.body.body) if isinstance(argument, t.Bound) and argument.index == 0}
        for function, argument in wanted:
            if function in heads and argument.sort == INTEGER and (fact.step, argument) not in done:
                done.add((fact.step, argument))
                instance = _resolved(session, session.specialise(fact, argument), facts, prove)
                found += [] if instance is None else [instance]
    return found


def _resolved(session: Session, fact: Fact | None, facts: tuple[Fact, ...], prove: Prove) -> Fact | None:
    while fact is not None and isinstance(fact.prop, t.Implies):
        ready = prove(fact.prop.hypothesis, facts)
        fact = None if ready is None else session.chain(fact, ready)
    return fact


def _applications(node: t.Node) -> Iterator[tuple[t.Node, t.Node]]:
    """(function, argument) of every application of a variable to something that no binder inside the goal binds."""
    seen: dict[tuple[t.Node, t.Node], None] = {}

    def collect(inner: t.AnyNode, kids: tuple[None, ...]) -> None:
        if isinstance(inner, t.Apply) and isinstance(inner.function, t.Variable) and not inner.argument.loose:
            seen.setdefault((inner.function, inner.argument))

    t.fold(node, collect)
    yield from seen


def _inside(node: t.Node) -> Iterator[tuple[t.Node, t.Node]]:
    """The same below a quantifier, whose variable is Bound(0) at its own level only."""
    while isinstance(node, t.Implies):
        yield from _level(node.hypothesis)
        node = node.conclusion
    yield from _level(node)


def _level(node: t.Node) -> Iterator[tuple[t.Node, t.Node]]:
    stack = [node]
    while stack:
        inner = stack.pop()
        if isinstance(inner, t.Apply) and isinstance(inner.function, t.Variable):
            yield inner.function, inner.argument
        stack.extend(child for child in inner.children if not isinstance(child, t.Lambda))

