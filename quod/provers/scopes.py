"""The scopes of a proof script: what is fixed, assumed and known in them, how a step is shown, and what is said when it is not."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from quod.kernel.normal import canonical
from quod.lang import terms as t
from quod.lang.binding import fresh
from quod.lang.claim import Claim
from quod.lang.expression import Formula, Scalar, to_node
from quod.lang.sorts import Sort
from quod.lang.text import to_text
from quod.provers import solver
from quod.provers.automation import Automation
from quod.provers.derivatives import replace_terms
from quod.provers.session import Fact, Session


class StepFailed(Exception):
    """A step of a script that was not shown: which, what was known, and what the engines answered."""


def formula_node(formula: Any) -> t.Node:
    """The term of a formula or expression, or a term itself."""
    return formula.node if isinstance(formula, Formula) else formula if isinstance(formula, t.Node) else to_node(formula)


@dataclass
class Frame:
    """An open scope: what was fixed and assumed in it, in order, the facts shown, and the latest of them."""

    closers: list[tuple[str, t.Node, Fact | None]] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    result: Fact | None = None


class Scopes:
    """A stack of open scopes over a session, with the facts shown in each."""

    def __init__(self, session: Session, claim: Claim, lemma: Callable[[Claim], Fact], effort: float = 3.0) -> None:
        self.session = session
        self.claim = claim
        self.effort = effort
        self.engines: set[str] = set()
        self._lemma = lemma
        self._frames = [Frame()]
        self._last: Fact | None = None

    # What is known

    @property
    def facts(self) -> tuple[Fact, ...]:
        """Everything known in the open scopes, outermost first."""
        return tuple(fact for frame in self._frames for fact in frame.facts)

    def known(self, formula: Any) -> Fact:
        """The fact in scope that says this, up to normal form."""
        node = formula_node(formula)
        for fact in reversed(self.facts):
            if self.session.is_same(fact.prop, node):
                return fact
        raise StepFailed(f"{self._where()}: nothing in scope says {to_text(node)}")

    def last(self) -> Fact:
        """What the latest step or closed scope gave."""
        if self._last is None:
            raise StepFailed(f"{self._where()}: nothing was shown yet")
        return self._last

    def note(self, fact: Fact) -> Fact:
        """Adds a fact to the open scope, taken apart where it is a conjunction."""
        self._last = self._frames[-1].result = fact
        self._remember(fact)
        return fact

    def _remember(self, fact: Fact) -> None:
        for part in self._parts(fact):
            self._frames[-1].facts.append(part)
            if isinstance(part.prop, t.Implies):
                ready = next((known for known in self.facts if self.session.is_same(known.prop, part.prop.hypothesis)), None)
                if ready is not None:
                    self._remember(self.session.chain(part, ready))

    def _parts(self, fact: Fact) -> list[Fact]:
        """The fact, or the members of the conjunction that it is."""
        if not isinstance(fact.prop, t.And):
            return [fact]
        members = [self.session.apply("project", number, fact) for number in range(len(fact.prop.args))]
        return [part for member in members for part in self._parts(member)]

    # Showing

    def have(
        self, formula: Any, *using: Fact, hints: tuple[Scalar, ...] = (), opaque: tuple[Scalar, ...] = (), only: bool = False
    ) -> Fact:
        """Shows a formula from the facts in scope and `using`; `only` leaves the facts in scope out. `hints` are terms whose squares help.

        `opaque` are terms that are not looked into: the formula is shown for any numbers in their place of which the facts hold.
        """
        node = formula_node(formula)
        facts = (*(() if only else self.facts), *(part for fact in using for part in self._parts(fact)))
        if opaque:
            return self.note(self._opaquely(node, facts, tuple(to_node(term) for term in opaque)))
        automation = Automation(self.session, self.effort, tuple(to_node(hint) for hint in hints))
        found = automation.prove(node, facts)
        if found is None:
            found = automation.statement(node, facts)
        if found is None:
            raise StepFailed(self._failure(node, facts))
        self.engines |= automation.engines
        return self.note(found)

    def _opaquely(self, node: t.Node, facts: tuple[Fact, ...], terms: tuple[t.Node, ...]) -> Fact:
        avoid = self._variables() | node.variables
        names: dict[t.Node, t.Variable] = {}
        for number, term in enumerate(terms):
            names[_atom(term)] = fresh(f"a{number}", term.sort, avoid | frozenset(names.values()))
        about, others, assumed = [], [], []
        for fact in facts:
            named = replace_terms(canonical(fact.prop), names)
            if named is canonical(fact.prop):
                others.append(fact)
            else:
                about.append(fact)
                assumed.append(self.session.apply("assume", named))
        found = self._shown_from(replace_terms(canonical(node), names), (*others, *assumed))
        for premise in reversed(assumed):
            found = self.session.apply("discharge", premise.prop, found)
        for variable in reversed(names.values()):
            found = self.session.apply("generalise", variable, found)
        return self.session.convert(node, self.session.chain(self.session.specialise(found, *names), *about))

    def _resolved(self, fact: Fact, given: tuple[Fact, ...]) -> Fact:
        while isinstance(fact.prop, t.Implies):
            fact = self.session.chain(fact, self._shown(fact.prop.hypothesis, given))
        return fact

    def _shown(self, node: t.Node, given: tuple[Fact, ...] = ()) -> Fact:
        """A side condition, from the facts in scope and those given."""
        return self._shown_from(node, (*self.facts, *given))

    def _shown_from(self, node: t.Node, facts: tuple[Fact, ...]) -> Fact:
        automation = Automation(self.session, self.effort)
        found = automation.prove(node, facts) or automation.statement(node, facts)
        if found is None:
            raise StepFailed(self._failure(node, facts))
        self.engines |= automation.engines
        return found

    # Opening and closing

    @contextmanager
    def _scope(self) -> Iterator[None]:
        self._frames.append(Frame())
        try:
            yield
        except BaseException:
            self._frames.pop()
            raise
        frame = self._frames.pop()
        if frame.result is None:
            raise StepFailed(f"{self._where()}: nothing was shown in the scope")
        self.note(self._close(frame, frame.result))

    def _close(self, frame: Frame, result: Fact) -> Fact:
        for kind, node, existence in reversed(frame.closers):
            match kind:
                case "fix":
                    result = self.session.apply("generalise", node, result)
                case "assume":
                    result = self.session.apply("discharge", node, result)
                case _:
                    result = self.session.apply("choose", node, existence, result)
        return result

    def _fix(self, name: str, sort: Sort) -> t.Variable:
        variable = fresh(name, sort, self._variables())
        self._frames[-1].closers.append(("fix", variable, None))
        return variable

    def _assume(self, node: t.Node) -> Fact:
        fact = self.session.apply("assume", node)
        self._frames[-1].closers.append(("assume", node, None))
        self._remember(fact)
        return fact

    def _variables(self) -> frozenset[t.Variable]:
        used = frozenset[t.Variable]().union(*(node.variables for frame in self._frames for _, node, _ in frame.closers))
        return used.union(*(fact.prop.variables for fact in self.facts))

    # Messages

    def _where(self) -> str:
        frames = [frame for frame in inspect.stack() if frame.function != "_where" and "/provers/" not in frame.filename.replace("\\", "/")]
        frame = next((f for f in frames if "contextlib" not in f.filename), None)
        return f"{frame.filename}:{frame.lineno} ({self.claim.id})" if frame else self.claim.id

    def _failure(self, node: t.Node, facts: tuple[Fact, ...]) -> str:
        known = "\n".join(f"    {to_text(fact.prop)}" for fact in facts[-25:]) or "    nothing"
        told = f"{self._where()}: this step was not shown\n  to show:\n    {to_text(node)}\n  known:\n{known}"
        point = solver.counterpoint(self.session, node, facts)
        if point is None:
            return f"{told}\n  no engine showed it, and none found where it fails: give a nearer step, a lemma, or a hint"
        return f"{told}\n  by algebra alone it does not follow, for instance where\n    {point}"


def _atom(term: t.Node) -> t.Node:
    """The normal form of a term, without its rational factor: 1/(4 − 3x) reads −1/3 · 1/(x − 4/3)."""
    match canonical(term):
        case t.Mul((t.Number(), atom)):
            return atom
        case form:
            return form
