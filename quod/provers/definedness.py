"""Shows that the operations of a statement stay inside their domains, from its hypotheses and from what its proof has shown on the way."""

from __future__ import annotations

from dataclasses import dataclass, replace

from quod.lang import terms as t
from quod.lang.binding import fresh, instantiate, unfold
from quod.lang.claim import Claim
from quod.lang.sorts import INTEGER
from quod.provers.automation import Automation
from quod.provers.session import Fact, Session


@dataclass(frozen=True)
class _Path:
    """On the way into an obligation: what was fixed and assumed, and what of the claim's own parameters and hypotheses is still ahead."""

    variables: tuple[t.Variable, ...]
    hypotheses: tuple[t.Node, ...]
    fixed: tuple[t.Variable, ...] = ()
    assumed: tuple[Fact, ...] = ()


def show(session: Session, claim: Claim, obligation: t.Node, shown: tuple[Fact, ...]) -> Fact | None:
    """One of the obligations of the claim's statement, or None. `shown` are facts about the claim's parameters under its hypotheses."""
    path = _Path(tuple(parameter.variable for parameter in claim.parameters), claim.hypotheses)
    found = _inside(session, obligation, path, shown)
    return None if found is None else session.convert(obligation, found)


def _inside(session: Session, node: t.Node, path: _Path, shown: tuple[Fact, ...]) -> Fact | None:
    match node:
        case t.ForAll(body):
            variable, path = _next_variable(body, path, shown)
            inner = _inside(session, instantiate(body, variable), replace(path, fixed=(*path.fixed, variable)), shown)
            return None if inner is None else session.apply("generalise", variable, inner)
        case t.Implies(hypothesis, conclusion):
            if path.hypotheses and unfold(path.hypotheses[0]) is hypothesis:
                hypothesis, path = path.hypotheses[0], replace(path, hypotheses=path.hypotheses[1:])
            assumed = (*path.assumed, session.apply("assume", hypothesis))
            inner = _inside(session, conclusion, replace(path, assumed=assumed), shown)
            return None if inner is None else session.apply("discharge", hypothesis, inner)
        case _:
            return _condition(session, node, path, shown)


def _next_variable(body: t.Lambda, path: _Path, shown: tuple[Fact, ...]) -> tuple[t.Variable, _Path]:
    """The claim's own next parameter, or a new variable inside the statement."""
    if path.variables and path.variables[0].sort == body.domain:
        return path.variables[0], replace(path, variables=path.variables[1:])
    avoid = body.variables.union(path.fixed, *(fact.prop.variables for fact in (*path.assumed, *shown)))
    return fresh("i" if body.domain == INTEGER else "x", body.domain, avoid), replace(path, variables=())


def _condition(session: Session, node: t.Node, path: _Path, shown: tuple[Fact, ...]) -> Fact | None:
    """The condition itself: from the hypotheses, or else with what the proof has shown under no more than these hypotheses."""
    allowed = frozenset(hypothesis for fact in path.assumed for hypothesis in fact.theorem.hypotheses)
    usable = tuple(fact for fact in shown if fact.theorem.hypotheses <= allowed)
    indices = [variable for variable in path.fixed if variable.sort == INTEGER]
    for facts, effort in ((path.assumed, 0.1), ((*path.assumed, *usable), 2.0)):
        known = _at_indices(session, facts, indices)
        found = Automation(session, effort).statement(node, known)
        if found is not None:
            return found
    return None


def _at_indices(session: Session, facts: tuple[Fact, ...], indices: list[t.Variable]) -> tuple[Fact, ...]:
    """The facts, and what those that hold for all indices in a range say of the indices that are known to lie in it."""
    known = list(facts)
    for fact in known:
        if isinstance(fact.prop, t.And):
            known += [session.apply("project", number, fact) for number in range(len(fact.prop.args))]
        if isinstance(fact.prop, t.ForAll) and fact.prop.body.domain == INTEGER:
            for index in indices:
                instance = _instance(session, session.specialise(fact, index), facts)
                if instance is not None and instance not in known:
                    known.append(instance)
    return tuple(known)


def _instance(session: Session, fact: Fact, facts: tuple[Fact, ...]) -> Fact | None:
    while isinstance(fact.prop, t.Implies):
        hypothesis = fact.prop.hypothesis
        ready = next((known for known in facts if session.is_same(known.prop, hypothesis)), None)
        if ready is None:
            return None
        fact = session.chain(fact, ready)
    return fact
