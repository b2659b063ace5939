"""Proof scripts: `@proves(claim)` and the goal that a script works on.

A script reads like a textbook proof, forwards: every `have` is shown at once from what is known in scope, and the claim itself is shown
from the facts at the end. Scopes (`each`, `suppose`, `induction`) close into ∀, ⇒ and induction; `last()` is what the latest one gave.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from quod.kernel.calculus import slope_of
from quod.kernel.normal import canonical
from quod.lang import terms as t
from quod.lang.binding import abstract, fresh, instantiate, unfold
from quod.lang.claim import Claim, Place, attach
from quod.lang.expression import Formula, Scalar, to_node, trace, wrap
from quod.lang.sorts import INTEGER, REAL, Sort
from quod.lang.text import to_text
from quod.provers import integrals, solver
from quod.provers.automation import Automation
from quod.provers.derivatives import abstraction, replace_terms
from quod.provers.session import Fact, Session

SCRIPTS: dict[str, Script] = {}
"""The registered scripts by claim id."""


@dataclass(frozen=True)
class Script:
    """A proof script: the claim it proves, its function of (goal, parameters…), and where it stands."""

    claim: Claim
    function: Callable[..., None]
    place: Place


class StepFailed(Exception):
    """A step of a script that was not shown: which, what was known, and what the engines answered."""


def proves(claim: Claim) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Registers a function as the proof script of a claim; its first argument is the goal, the others are the claim's parameters by name."""

    def register(function: Callable[..., None]) -> Callable[..., None]:
        attach("proof", claim, function)
        code = function.__code__
        SCRIPTS[claim.id] = Script(claim, function, Place(code.co_filename, code.co_firstlineno))
        return function

    return register


def _node(formula: Any) -> t.Node:
    return formula.node if isinstance(formula, Formula) else formula if isinstance(formula, t.Node) else to_node(formula)


@dataclass
class Frame:
    """An open scope: what was fixed and assumed in it, in order, the facts shown, and the latest of them."""

    closers: list[tuple[str, t.Node, Fact | None]] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    result: Fact | None = None


class Goal:
    """The claim under proof. `have` shows a step, `by` instantiates a proved claim, scopes open ∀, ⇒ and induction."""

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
        node = _node(formula)
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

    # Steps

    def have(
        self, formula: Any, *using: Fact, hints: tuple[Scalar, ...] = (), opaque: tuple[Scalar, ...] = (), only: bool = False
    ) -> Fact:
        """Shows a formula from the facts in scope and `using`; `only` leaves the facts in scope out. `hints` are terms whose squares help.

        `opaque` are terms that are not looked into: the formula is shown for any numbers in their place of which the facts hold.
        """
        node = _node(formula)
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
        node, (left, right) = canonical(_node(formula)), equation.prop.children
        place = fresh("u", left.sort, node.variables | self._variables())
        context = abstraction(node, canonical(left), place)
        if context is None:
            raise StepFailed(f"{self._where()}: {to_text(left)} does not stand in {to_text(node)}")
        turned = self.session.convert(t.Compare("=", right, left), equation)
        changed = self.session.apply("rewrite", context, turned, self._shown(instantiate(context, right)))
        return self.note(self.session.convert(_node(formula), changed))

    def _resolved(self, fact: Fact, given: tuple[Fact, ...]) -> Fact:
        while isinstance(fact.prop, t.Implies):
            fact = self.session.chain(fact, self._shown(fact.prop.hypothesis, given))
        return fact

    # Folds

    def sum(self, pointwise: Fact) -> Fact:
        """Σa ≤ Σb from ∀i in range. a(i) ≤ b(i)."""
        left, right = self._folds("sum", pointwise)
        return self.note(self.session.apply("sum_monotone", left, right, pointwise))

    def vanish(self, pointwise: Fact, total: Fact) -> Fact:
        """∀i in range. a(i) = b(i) from ∀i in range. a(i) ≤ b(i) and Σa = Σb; a = b almost everywhere from a(x) ≤ b(x) and ∫a = ∫b."""
        if integrals.integrands(pointwise.prop) is not None:
            return self._vanish_almost_everywhere(pointwise, total)
        left, right = self._folds("sum", pointwise)
        return self.note(self.session.apply("sum_vanishes", left, right, pointwise, self._equal(left, right, total)))

    def fold(self, kind: str, pointwise: Fact) -> Fact:
        """The folds of a and b are equal, from ∀i in range. a(i) = b(i)."""
        return self.note(self.session.apply("fold_congruence", *self._folds(kind, pointwise), pointwise))

    def unroll(self, fold: Scalar) -> Fact:
        """The fold up to n + 1 is the fold up to n and the member at n, for Σ and ∏; `fold` is the one up to n."""
        node = self._fold(fold)
        return self.note(self.session.apply("fold_last", node, self._shown(t.Compare("<=", node.lower, node.upper))))

    def empty(self, fold: Scalar) -> Fact:
        """Σ = 0 or ∏ = 1 over an empty range."""
        node = self._fold(fold)
        return self.note(self.session.apply("fold_empty", node, self._shown(t.Compare("<=", node.upper, node.lower))))

    def extremum(self, fold: Scalar, index: Scalar) -> Fact:
        """min ≤ member, or member ≤ max, at an index of the range."""
        node, i = self._fold(fold), to_node(index)
        above, below = self._shown(t.Compare("<=", node.lower, i)), self._shown(t.Compare("<", i, node.upper))
        return self.note(self.session.apply("extremum_bound", node, i, above, below))

    def attained(self, fold: Scalar) -> Any:
        """An index at which a min or max over a range that is not empty is attained; that it is becomes known."""
        node = self._fold(fold)
        return self.choose(self.session.apply("extremum_attained", node, self._shown(t.Compare("<", node.lower, node.upper))), "i")

    def _fold(self, fold: Scalar) -> t.Fold:
        node = unfold(to_node(fold))
        if not isinstance(node, t.Fold):
            raise StepFailed(f"{self._where()}: expected a Σ, ∏, min or max, got {to_text(node)}")
        return node

    def count(self, lower: Scalar, upper: Scalar) -> Fact:
        """Σ 1 = upper − lower over the range, once lower ≤ upper is shown."""
        low, high = to_node(lower), to_node(upper)
        ordered = self.have(t.Compare("<=", low, high))
        return self.note(self.session.apply("count", low, high, ordered))

    def _equal(self, left: t.Node, right: t.Node, total: Fact) -> Fact:
        equation = t.Compare("=", left, right)
        if self.session.is_same(total.prop, equation):
            return self.session.convert(equation, total)
        found = Automation(self.session, self.effort).prove(equation, (*self.facts, total))
        if found is None:
            raise StepFailed(self._failure(equation, (*self.facts, total)))
        return found

    def _folds(self, kind: str, pointwise: Fact) -> tuple[t.Node, t.Node]:
        match pointwise.prop:
            case t.ForAll(t.Lambda(_, t.Implies(t.Compare("<=", low, t.Bound(0)), t.Implies(t.Compare("<", t.Bound(0), high), t.Compare(_, a, b))))):
                bounds = [instantiate(t.Lambda(INTEGER, bound), t.Number(0)) for bound in (low, high)]
                return t.Fold(kind, *bounds, t.Lambda(INTEGER, a)), t.Fold(kind, *bounds, t.Lambda(INTEGER, b))
            case _:
                raise StepFailed(f"{self._where()}: expected ∀i in a range. a(i) ≤ b(i), got {to_text(pointwise.prop)}")

    # Integrals

    def integrate(self, function: Any) -> Fact:
        """∫f = Σ cₖ·∫gₖ for f = Σ cₖ·gₖ, all gₖ being known to be integrable; that f is becomes known."""
        equation, integrable = self._combined(trace(function, REAL))
        self._remember(integrable)
        return self.note(equation)

    def integral(self, pointwise: Fact) -> Fact:
        """∫a ≤ ∫b from a(x) ≤ b(x) for all x, or almost all; ∫a and ∫b become known by linearity."""
        left, right = self._integrands(pointwise)
        return self.note(self.session.apply("integral_monotone", left, right, self._linear(left), self._linear(right), pointwise))

    def same_integral(self, pointwise: Fact) -> Fact:
        """b is integrable and ∫a = ∫b, from a(x) = b(x) for all x, or almost all, where a is integrable."""
        left, right = self._integrands(pointwise)
        return self.note(self.session.apply("integral_congruence", left, right, self._linear(left), pointwise))

    def _vanish_almost_everywhere(self, pointwise: Fact, total: Fact) -> Fact:
        left, right = self._integrands(pointwise)
        first, second = self._linear(left), self._linear(right)
        equal = self._equal(t.Integral(left), t.Integral(right), total)
        return self.note(self.session.apply("integral_vanishes", left, right, first, second, pointwise, equal))

    def _integrands(self, pointwise: Fact) -> tuple[t.Lambda, t.Lambda]:
        found = integrals.integrands(pointwise.prop)
        if found is None:
            raise StepFailed(f"{self._where()}: expected a(x) ≤ b(x) for all real x, or almost all, got {to_text(pointwise.prop)}")
        return found

    def _combined(self, function: t.Node) -> tuple[Fact, Fact]:
        found = integrals.linear(self.session, function, self.facts) if isinstance(function, t.Lambda) else None
        if found is None:
            raise StepFailed(f"{self._where()}: no linear combination of functions known to be integrable is {to_text(function)}")
        return found

    def _linear(self, function: t.Lambda) -> Fact:
        """The function is integrable; its integral becomes known."""
        equation, integrable = self._combined(function)
        self._remember(equation)
        return integrable

    def almost_everywhere(self, formula: Any, *premises: Fact) -> Fact:
        """p(x) for almost all x, from premises that hold for almost all x and imply it wherever they hold."""
        conclusion = _node(formula)
        body = conclusion.children[0].children[0]
        for premise in reversed(premises):
            body = t.Implies(premise.prop.children[0].children[0], body)
        implication = self._shown(t.ForAll(t.Lambda(REAL, body)))
        return self.note(self.session.apply("almost_everywhere", conclusion, implication, *premises))

    # Calculus

    def mean_value(self, function: Any, lower: Scalar, upper: Scalar, *gradients: Fact) -> Any:
        """A point c between the bounds with f(upper) − f(lower) = f′(c)·(upper − lower), which becomes known."""
        body = trace(function, REAL)
        _, conditions = slope_of(body, tuple(gradient.theorem for gradient in gradients))
        a, b = to_node(lower), to_node(upper)
        order = self._shown(t.Compare("<", a, b))
        x = fresh("x", REAL, self._variables() | conditions.variables)
        inside = t.Implies(t.Compare("<=", a, x), t.Implies(t.Compare("<=", x, b), instantiate(conditions, x)))
        regular = self._shown(t.ForAll(abstract(x, inside)))
        return self.choose(self.session.apply("mean_value", body, a, b, order, regular, *gradients))

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

    # Scopes

    @contextmanager
    def suppose(self, formula: Any) -> Iterator[Fact]:
        """Inside, the formula is known; outside, it implies what was shown last."""
        with self._scope():
            yield self._assume(_node(formula))

    @contextmanager
    def each(self, lower: Scalar, upper: Scalar, name: str = "i") -> Iterator[Any]:
        """Inside, i is an index lower ≤ i < upper, and what is known of all indices is known of i; outside, all such i have what was shown."""
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
        node = _node(existence)
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


def _plain(argument: Any) -> Any:
    return argument if isinstance(argument, Fact | str | int | t.Node) and not isinstance(argument, Formula) else _node(argument)


def run(session: Session, claim: Claim, script: Script | None, lemma: Callable[[Claim], Fact], engines: set[str]) -> tuple[Fact, tuple[Fact, ...]]:
    """The claim's statement, shown by its script, or without one, and what was shown on the way. Raises StepFailed."""
    goal = Goal(session, claim, lemma)
    for parameter in claim.parameters:
        goal._frames[-1].closers.append(("fix", parameter.variable, None))
    for hypothesis in claim.hypotheses:
        goal._assume(hypothesis)
    if script is not None:
        names = list(inspect.signature(script.function).parameters)[1:]
        variables = {parameter.name: wrap(parameter.variable) for parameter in claim.parameters}
        script.function(goal, *(variables[name] for name in names))
    final = goal.have(claim.conclusion)
    engines |= goal.engines
    return session.convert(claim.statement, goal._close(goal._frames[-1], final)), goal.facts

