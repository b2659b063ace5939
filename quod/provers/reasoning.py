"""The steps of a proof script that are logic: lemmas, instances, rewriting, and the scopes that close into ∀, ⇒ and induction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from quod.kernel.normal import canonical
from quod.lang import terms as t
from quod.lang.binding import abstract, fresh, instantiate
from quod.lang.claim import Claim
from quod.lang.expression import Formula, Scalar, to_node, wrap
from quod.lang.sorts import INTEGER
from quod.lang.text import to_text
from quod.provers.automation import Automation
from quod.provers.derivatives import abstraction
from quod.provers.scopes import Scopes, StepFailed, formula_node
from quod.provers.session import Fact


class Reasoning(Scopes):
    """`by` instantiates a proved claim, `at` a known ∀; `suppose`, `each`, `any` and `induction` open scopes."""

    def by(self, claim: Claim, *values: Scalar, given: tuple[Fact, ...] = ()) -> Fact:
        """A proved claim at the values of its parameters, its hypotheses shown from the facts in scope and `given`."""
        fact = self.session.specialise(self._lemma(claim), *(to_node(value) for value in values))
        return self.note(self._resolved(fact, given))

    def at(self, fact: Fact, *values: Scalar) -> Fact:
        """∀x … p at the values, its hypotheses shown from the facts in scope, those between two quantifiers too."""
        for value in values:
            fact = self.session.specialise(self._resolved(fact, ()), to_node(value))
        return self.note(self._resolved(fact, ()))

    def axiom(self, name: str, *values: Scalar) -> Fact:
        """A named axiom at the values, its hypotheses shown."""
        fact = self.session.specialise(self.session.apply("axiom", name), *(to_node(value) for value in values))
        return self.note(self._resolved(fact, ()))

    def apply(self, rule: str, *arguments: Any) -> Fact:
        """A rule of the kernel directly; formulas and expressions stand for their terms."""
        return self.note(self.session.apply(rule, *(_plain(argument) for argument in arguments)))

    def contradiction(self) -> Fact:
        """Shows false from the facts in scope; what was supposed is thereby denied."""
        return self.note(self._shown(t.FALSE))

    def rewrite(self, formula: Any, equation: Fact) -> Fact:
        """A formula, shown as it reads when the right side of a known equation stands for the left side."""
        node, (left, right) = canonical(formula_node(formula)), equation.prop.children
        place = fresh("u", left.sort, node.variables | self._variables())
        context = abstraction(node, canonical(left), place)
        if context is None:
            raise StepFailed(f"{self._where()}: {to_text(left)} does not stand in {to_text(node)}")
        turned = self.session.convert(t.Compare("=", right, left), equation)
        changed = self.session.apply("rewrite", context, turned, self._shown(instantiate(context, right)))
        return self.note(self.session.convert(formula_node(formula), changed))

    # Scopes

    @contextmanager
    def suppose(self, formula: Any) -> Iterator[Fact]:
        """Inside, the formula is known; outside, it implies what was shown last."""
        with self._scope():
            yield self._assume(formula_node(formula))

    @contextmanager
    def each(self, lower: Scalar, upper: Scalar, name: str = "i") -> Iterator[Any]:
        """Inside, i is an index lower ≤ i < upper, what is known of all indices is known of i; outside, what was shown holds for all i."""
        with self._scope():
            index = self._fix(name, INTEGER)
            for bound in (t.Compare("<=", to_node(lower), index), t.Compare("<", index, to_node(upper))):
                self._assume(bound)
            self._instantiate(index)
            yield wrap(index)

    @contextmanager
    def any(self, sort_or_domain: Any, name: str = "x") -> Iterator[Any]:
        """Inside, x is an arbitrary element of the domain; outside, every element has what was shown last."""
        with self._scope():
            variable = self._fix(name, getattr(sort_or_domain, "sort", sort_or_domain))
            if hasattr(sort_or_domain, "hypotheses"):
                for hypothesis in sort_or_domain.hypotheses(wrap(variable), {}):
                    self._assume(hypothesis.node)
            if variable.sort == INTEGER:
                self._instantiate(variable)
            yield wrap(variable)

    @contextmanager
    def induction(
        self, statement: Callable[[Any], Formula], start: Scalar = 0, upto: Scalar | None = None, name: str = "n"
    ) -> Iterator[Any]:
        """Shows the statement for every integer n ≥ start: the base at once, the step inside the scope from the hypothesis at n.

        With `upto` it is shown for start ≤ n ≤ upto, and inside the scope n < upto.
        """
        first, limit = to_node(start), None if upto is None else to_node(upto)
        probe = fresh(name, INTEGER, self._variables() | first.variables)
        inside = statement(wrap(probe)).node
        body = abstract(probe, inside if limit is None else t.Implies(t.Compare("<=", probe, limit), inside))
        base = self.have(wrap(instantiate(body, first)))
        with self._scope():
            n = self._fix(name, INTEGER)
            self._assume(t.Compare("<=", first, n))
            hypothesis = self.session.apply("assume", instantiate(body, n))
            self._frames[-1].closers.append(("assume", hypothesis.prop, None))
            following = instantiate(abstract(probe, inside), t.Add((n, t.Number(1))))
            if limit is None:
                self._remember(hypothesis)
                self._instantiate(n)
                yield wrap(n)
                self.have(wrap(following))
            else:
                with self.suppose(t.Compare("<=", t.Add((n, t.Number(1))), limit)):
                    self._remember(self._shown(t.Compare("<", n, limit)))
                    self._remember(self._resolved(hypothesis, ()))
                    self._instantiate(n)
                    yield wrap(n)
                    self.have(wrap(following))
        self.note(self.session.apply("induction", body, first, base, self.last()))

    def exhibit(self, existence: Formula, value: Scalar) -> Fact:
        """∃x. p, from p at the value, which is shown at once."""
        node = formula_node(existence)
        if not isinstance(node, t.Exists):
            raise StepFailed(f"{self._where()}: expected ∃x. …, got {to_text(node)}")
        return self.note(self.session.apply("witness", node, to_node(value), self._shown(instantiate(node.body, to_node(value)))))

    def choose(self, existence: Fact, name: str = "c") -> Any:
        """A value whose existence is known, as a new variable of the open scope; its property becomes known."""
        body = existence.prop
        if not isinstance(body, t.Exists):
            raise StepFailed(f"{self._where()}: expected ∃x. …, got {to_text(body)}")
        variable = fresh(name, body.body.domain, self._variables())
        instance = instantiate(body.body, variable)
        self._frames[-1].closers.append(("choose", variable, existence))
        self._remember(self.session.apply("assume", instance))
        return wrap(variable)

    def cases(self, alternatives: Fact, formula: Any) -> Fact:
        """The formula, shown under each member of a known disjunction."""
        branches = []
        for alternative in alternatives.prop.children:
            with self.suppose(Formula(alternative)) as held:
                for fact in self.facts:
                    if isinstance(fact.prop, t.Implies) and self.session.is_same(fact.prop.hypothesis, alternative):
                        self._remember(self.session.chain(fact, held))
                self.have(formula)
            branches.append(self.session.chain(self.last(), self.session.apply("assume", alternative)))
        return self.note(self.session.apply("cases", alternatives, *branches))

    def _instantiate(self, index: t.Variable) -> None:
        """What is known of every index in a range becomes known of this one, where its range is known to contain it."""
        for fact in self.facts:
            if isinstance(fact.prop, t.ForAll) and fact.prop.body.domain == INTEGER:
                instance: Fact | None = self.session.specialise(fact, index)
                while instance is not None and isinstance(instance.prop, t.Implies):
                    ready = self._in_range(instance.prop.hypothesis)
                    instance = None if ready is None else self.session.chain(instance, ready)
                if instance is not None:
                    self._remember(instance)

    def _in_range(self, bound: t.Node) -> Fact | None:
        """A bound of an index, where the comparisons of integers in scope give it at once."""
        bounds = [fact for fact in self.facts if isinstance(fact.prop, t.Compare) and fact.prop.left.sort == fact.prop.right.sort]
        return Automation(self.session, 0.05).prove(bound, tuple(fact for fact in bounds if fact.prop.children[0].sort == INTEGER))


def _plain(argument: Any) -> Any:
    return argument if isinstance(argument, Fact | str | int | t.Node) and not isinstance(argument, Formula) else formula_node(argument)
