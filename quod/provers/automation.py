"""Proof without a script: quantifiers and connectives are taken apart, derivatives removed, and what is left goes to the engines.

The engines, cheapest first: known facts, algebra (`arithmetic`), cases (if-then-else, disjunctions), the one-variable decision procedure.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from quod.kernel.normal import canonical
from quod.kernel.theorem import KernelError
from quod.lang import terms as t
from quod.lang.binding import fresh, instantiate, unfold
from quod.lang.sorts import INTEGER
from quod.provers import clock, derivatives, lemmas, one_variable, solver
from quod.provers.arithmetic import ZERO, Arithmetic, is_comparison, polynomial_atoms
from quod.provers.elimination import definition, eliminable, hidden, subterms
from quod.provers.instances import instances
from quod.provers.session import Fact, OutOfTime, Session
from quod.provers.several import engine as several

Then = Callable[[tuple[Fact, ...]], Fact | None]
Engine = Callable[[t.Node, tuple[Fact, ...], int], Fact | None]
T = TypeVar("T")
GLANCE = 0.1
"""CPU seconds for algebra where the decision procedure comes next."""


@dataclass
class Automation:
    """Searches for proofs in a session. `effort`: the seconds for one algebraic search; `engines` records which ones succeeded."""

    session: Session
    effort: float = 2.0
    hints: tuple[t.Node, ...] = ()
    engines: set[str] = field(default_factory=set)
    instantiated: set[tuple[int, t.Node]] = field(default_factory=set)
    distinguished: int = 0
    """How many if-then-elses are being split at the moment."""
    last_resort: bool = False
    """Whether Z3 may be asked where no certificate was found; what it answers is trusted by name."""
    analytic: bool = False
    """Whether derivatives are tried before lemmas: good for bare inequalities of real numbers."""
    replaced: tuple[t.Node, ...] = ()
    """The terms that equations have replaced on the way here: none comes back."""

    def statement(self, goal: t.Node, facts: tuple[Fact, ...] = ()) -> Fact | None:
        """The goal, its definitions unfolded and its derivatives removed before it is taken apart."""
        plain = unfold(goal)
        removal = derivatives.remove_one(self.session, plain, lambda condition: self._condition(condition, facts, 1))
        inner = self.prove(plain, facts) if removal is None else self.statement(removal.target, facts)
        if inner is None:
            return None
        return self.session.convert(goal, inner if removal is None else removal.back(self.session, inner))

    def prove(self, goal: t.Node, facts: tuple[Fact, ...] = (), depth: int = 0) -> Fact | None:
        """The goal from the facts, or None. Raises OutOfTime at the session's deadline."""
        session = self.session
        if clock.now() > session.deadline:
            raise OutOfTime("the deadline passed")
        known = self._known(goal, facts)
        if known is not None:
            return known
        if depth > 40:
            return None
        match goal:
            case t.ForAll(body):
                return self._forall(body, facts, depth)
            case t.Implies(hypothesis, conclusion):
                found = self._assuming(hypothesis, facts, lambda more: self.prove(conclusion, more, depth + 1))
                return None if found is None else session.apply("discharge", hypothesis, found)
            case t.And(args):
                parts: list[Fact] = []
                for arg in args:
                    part = self.prove(arg, (*facts, *parts), depth + 1)
                    if part is None:
                        return None
                    parts.append(part)
                return session.apply("conjunction", *parts)
            case t.Not(arg):
                return self._denial(goal, arg, facts, depth)
            case t.Or():
                return self._disjunction(goal, facts, depth)
            case t.Differentiable(body, point):
                return self._differentiable(body, point, facts, depth)
            case _:
                return self._leaf(goal, facts, depth)

    def _known(self, goal: t.Node, facts: tuple[Fact, ...]) -> Fact | None:
        form = canonical(goal)
        if form is t.TRUE:
            return self.session.apply("reflexive", goal)
        for fact in facts:
            reading = canonical(fact.prop)
            if reading is form:
                return self.session.convert(goal, fact)
            if reading is t.FALSE:
                return self.session.apply("absurd", goal, fact)
        return None

    def _forall(self, body: t.Lambda, facts: tuple[Fact, ...], depth: int) -> Fact | None:
        avoid = body.variables.union(*(hypothesis.variables for fact in facts for hypothesis in (*fact.theorem.hypotheses, fact.prop)))
        variable = fresh("n" if body.domain == INTEGER else "x", body.domain, avoid)
        inner = self.prove(instantiate(body, variable), facts, depth + 1)
        return None if inner is None else self.session.apply("generalise", variable, inner)

    def _assuming(self, hypothesis: t.Node, facts: tuple[Fact, ...], then: Then) -> Fact | None:
        return self.use(self.session.apply("assume", hypothesis), facts, then)

    def use(self, fact: Fact, facts: tuple[Fact, ...], then: Then) -> Fact | None:
        """Continues with the fact taken apart: members of a conjunction, a witness of an existence."""
        session = self.session
        match fact.prop:
            case t.And(args):
                return self._use_all([session.apply("project", k, fact) for k in range(len(args))], facts, then)
            case t.Exists(body):
                avoid = body.variables.union(*(h.variables for f in facts for h in (*f.theorem.hypotheses, f.prop)))
                variable = fresh("c", body.domain, avoid)
                inner = self._assuming(instantiate(body, variable), facts, then)
                return None if inner is None else session.apply("choose", variable, fact, inner)
            case t.Not() | t.Implies():
                form = canonical(fact.prop)
                return then((*facts, session.convert(form, fact) if is_comparison(form) else fact))
            case _:
                return then((*facts, fact))

    def _use_all(self, parts: list[Fact], facts: tuple[Fact, ...], then: Then) -> Fact | None:
        if not parts:
            return then(facts)
        return self.use(parts[0], facts, lambda more: self._use_all(parts[1:], more, then))

    def _denial(self, goal: t.Node, arg: t.Node, facts: tuple[Fact, ...], depth: int) -> Fact | None:
        """From the denied proposition something false; or else the denial of a comparison directly."""
        form = canonical(goal)
        denied = isinstance(form, t.Not) and is_comparison(form.arg)
        direct = self._leaf(form, facts, depth + 1) if self.analytic and denied else None
        found = None
        if direct is None:
            found = self._assuming(arg, facts, lambda more: self._leaf(t.FALSE, more, depth + 1))
        if found is not None:
            return self.session.convert(goal, self.session.apply("discharge", arg, found))
        if direct is None and (is_comparison(form) or (denied and not self.analytic)):
            direct = self._leaf(form, facts, depth + 1)
        return None if direct is None else self.session.convert(goal, direct)

    def _disjunction(self, goal: t.Or, facts: tuple[Fact, ...], depth: int) -> Fact | None:
        """All members but the last denied, the last one is shown."""
        session = self.session
        if not goal.args:
            return self._leaf(goal, facts, depth)
        *first, last = goal.args

        def deny(k: int, more: tuple[Fact, ...]) -> Fact | None:
            if k == len(first):
                shown = self.prove(last, more, depth + 1)
                return None if shown is None else session.apply("disjunction", goal, shown)
            here = session.apply("disjunction", goal, session.apply("assume", first[k]))
            other = self._assuming(t.Not(first[k]), more, lambda rest: deny(k + 1, rest))
            return None if other is None else session.apply("cases", session.apply("excluded_middle", first[k]), here, other)

        return deny(0, facts)

    def _differentiable(self, body: t.Lambda, point: t.Node, facts: tuple[Fact, ...], depth: int) -> Fact | None:
        from quod.kernel.calculus import slope_of

        try:
            _, conditions = slope_of(body, ())
        except KernelError:
            return None
        everywhere = self._condition(t.ForAll(conditions), (), depth)
        if everywhere is not None:
            ready: Fact | None = self.session.specialise(everywhere, point)
        else:
            ready = self._condition(instantiate(conditions, point), facts, depth)
        return None if ready is None else self.session.apply("differentiable", body, point, ready)

    def _leaf(self, goal: t.Node, facts: tuple[Fact, ...], depth: int) -> Fact | None:
        """A comparison, or false, or something that only the facts can give."""
        known = self._known(goal, facts)
        if known is not None:
            return known
        facts = self._integer_steps(facts)
        facts = tuple(self._without_derivatives(fact, facts, depth) for fact in facts)
        removal = derivatives.remove_one(self.session, unfold(goal), lambda condition: self._condition(condition, facts, depth))
        if removal is not None:
            inner = self._leaf(removal.target, facts, depth + 1)
            return None if inner is None else self.session.convert(goal, removal.back(self.session, inner))
        engines: tuple[Engine, ...] = (
            self._known_branch,
            self._substituting,
            *((self._at_a_glance,) if self.analytic else ()),
            self._quick_algebra,
            self._chaining,
            self._instantiating,
            self._eliminating,
            self._splitting,
            *(
                (self._in_several_variables, self._decision, self._with_lemmas)
                if self.analytic
                else (self._decision, self._with_lemmas, self._in_several_variables)
            ),
            self._algebra,
            self._solver,
        )
        for engine in engines:
            found = engine(goal, facts, depth)
            if found is not None:
                return found
        return None

    def _without_derivatives(self, fact: Fact, facts: tuple[Fact, ...], depth: int) -> Fact:
        """The fact with its derivatives removed as far as their conditions follow from facts that contain none."""
        if not self._differential(fact):
            return fact
        plain_facts = tuple(other for other in facts if not self._differential(other))
        while True:
            plain = self.session.convert(unfold(fact.prop), fact)
            removal = derivatives.remove_one(self.session, plain.prop, lambda condition: self._condition(condition, plain_facts, depth))
            if removal is None:
                return fact
            fact = removal.forth(self.session, plain)

    def _differential(self, fact: Fact) -> bool:
        """Whether the fact contains a derivative."""
        return self._remembered(("differential", fact.step), lambda: bool(derivatives.occurrences(unfold(fact.prop))))

    def _condition(self, condition: t.Node, facts: tuple[Fact, ...], depth: int) -> Fact | None:
        """A condition of the rules of calculus; most of them hold without the facts."""
        alone = self._remembered(("condition", condition), lambda: self.prove(condition, (), depth + 1))
        return alone or self._remembered(
            ("condition", condition, frozenset(fact.step for fact in facts)), lambda: self.prove(condition, facts, depth + 1)
        )

    def _remembered(self, key: tuple[object, ...], search: Callable[[], T]) -> T:
        if key not in self.session.remembered:
            self.session.remembered[key] = search()
        found: T = self.session.remembered[key]
        return found

    def _integer_steps(self, facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
        """Each a < b between integers also as a + 1 ≤ b."""
        steps = [
            self.session.apply("integer_step", fact)
            for fact in facts
            if isinstance(fact.prop, t.Compare) and fact.prop.relation == "<" and fact.prop.left.sort == fact.prop.right.sort == INTEGER
        ]
        return (*facts, *(step for step in steps if all(step is not fact for fact in facts)))

    def _quick_algebra(self, goal: t.Node, facts: tuple[Fact, ...], depth: int) -> Fact | None:
        """A short search; once cases are distinguished, and more are to come, or where the decision procedure applies, only a glance."""
        seconds = 0.03 if self.distinguished and self._pieces(goal, facts) else 0.25
        until = clock.now() + GLANCE if one_variable.applies(goal) else float("inf")
        return self._by_algebra(goal, facts, min(self.effort, seconds), until)

    def _algebra(self, goal: t.Node, facts: tuple[Fact, ...], depth: int) -> Fact | None:
        return self._by_algebra(goal, facts, self.effort)

    def _by_algebra(self, goal: t.Node, facts: tuple[Fact, ...], effort: float, until: float = float("inf")) -> Fact | None:
        if not is_comparison(goal):
            return None
        found = Arithmetic(self.session, list(facts), self.hints, effort, until=until).prove(goal)
        integers = isinstance(goal, t.Compare) and goal.left.sort == goal.right.sort == INTEGER and goal.relation != "="
        if found is None and integers:
            denial = self.session.apply("assume", canonical(t.Not(goal)))
            turned = self._integer_denial(goal, denial)
            refuted = Arithmetic(self.session, [*facts, turned], self.hints, effort).prove(t.FALSE)
            if refuted is not None:
                found = self.session.convert(goal, self.session.apply("discharge", denial.prop, refuted))
        if found is not None:
            self.engines.add("algebra")
        return found

    def _solver(self, goal: t.Node, facts: tuple[Fact, ...], depth: int) -> Fact | None:
        found = solver.prove(self.session, goal, facts, self.effort) if self.last_resort else None
        if found is not None:
            self.engines.add("z3")
        return found

    def _integer_denial(self, goal: t.Node, denial: Fact) -> Fact:
        match goal:
            case t.Compare("<=", left, right):
                return self.session.apply("integer_step", self.session.convert(t.Compare("<", right, left), denial))
            case _:
                return denial

    def _chaining(self, goal: t.Node, facts: tuple[Fact, ...], depth: int) -> Fact | None:
        """Modus ponens on implications among the facts whose hypothesis the other facts give."""
        for number, fact in enumerate(facts):
            if isinstance(fact.prop, t.Implies):
                rest = (*facts[:number], *facts[number + 1 :])
                ready = self._readily(fact.prop.hypothesis, rest)
                if ready is not None:
                    return self.use(self.session.chain(fact, ready), rest, lambda more: self._leaf(goal, more, depth + 1))
        return None

    def _known_branch(self, goal: t.Node, facts: tuple[Fact, ...], depth: int) -> Fact | None:
        """An if-then-else whose condition, or its denial, is among the facts is replaced by the branch that is taken."""
        readings = {canonical(fact.prop): fact for fact in facts}
        for node in self._pieces(goal, facts):
            for held in (node.condition, t.Not(node.condition)):
                known = readings.get(canonical(held))
                if known is not None:
                    equation = self.session.apply("branch", node, self.session.convert(held, known))
                    return self._rewritten(goal, facts, node, equation, depth)
        return None

    def _readily(self, goal: t.Node, facts: tuple[Fact, ...]) -> Fact | None:
        """The goal, if it is known or quick algebra gives it."""
        if isinstance(goal, t.And):
            parts = [self._readily(arg, facts) for arg in goal.args]
            return None if None in parts else self.session.apply("conjunction", *parts)
        return self._known(goal, facts) or self._quick_algebra(goal, facts, 0)

    def _substituting(self, goal: t.Node, facts: tuple[Fact, ...], depth: int) -> Fact | None:
        """a = e among the facts, where a stands inside a function that algebra does not look into: e takes its place everywhere."""
        session = self.session
        inside = [part for proposition in (goal, *(fact.prop for fact in facts)) for part in hidden(proposition)]
        for equation in facts:
            pair = definition(unfold(equation.prop), [part for part in inside if part not in self.replaced])
            if pair is None or any(part in subterms(canonical(pair[1])) for part in self.replaced):
                continue
            part, value = pair
            rest = tuple(fact for fact in facts if fact is not equation)
            return self._with_value(goal, part, value, session.convert(t.Compare("=", part, value), equation), rest, (equation,), depth)
        return None

    def _eliminating(self, goal: t.Node, facts: tuple[Fact, ...], depth: int) -> Fact | None:
        """v = e, or v² = e with v ≥ 0, among the facts: the goal without the variable v."""
        for part, value, equation in eliminable(self.session, goal, facts):
            if part not in self.replaced:
                found = self._with_value(goal, part, value, equation, facts, (), depth)
                if found is not None:
                    return found
        return None

    def _with_value(
        self, goal: t.Node, part: t.Node, value: t.Node, equation: Fact, facts: tuple[Fact, ...], more: tuple[Fact, ...], depth: int
    ) -> Fact | None:
        """The goal from the facts with the value for the part everywhere, and from `more` as it is."""
        session = self.session
        place = fresh("u", part.sort, goal.variables.union(*(fact.prop.variables for fact in facts)))
        changed = tuple(self._put(fact, part, place, equation) for fact in facts)
        form = canonical(goal)
        context = derivatives.abstraction(form, part, place)
        before, self.replaced = self.replaced, (*self.replaced, part)
        inner = self._leaf(form if context is None else instantiate(context, value), (*changed, *more), depth + 1)
        self.replaced = before
        if inner is None or context is None:
            return None if inner is None else session.convert(goal, inner)
        turned = session.convert(t.Compare("=", value, part), equation)
        return session.convert(goal, session.apply("rewrite", context, turned, inner))

    def _put(self, fact: Fact, part: t.Node, place: t.Variable, equation: Fact) -> Fact:
        context = derivatives.abstraction(canonical(fact.prop), part, place)
        return fact if context is None else self.session.apply("rewrite", context, equation, fact)

    def _instantiating(self, goal: t.Node, facts: tuple[Fact, ...], depth: int) -> Fact | None:
        """What is known of all indices becomes known of those that the goal mentions."""
        found = instances(self.session, goal, facts, self._readily, self.instantiated)
        return self._leaf(goal, (*facts, *found), depth + 1) if found else None

    def _splitting(self, goal: t.Node, facts: tuple[Fact, ...], depth: int) -> Fact | None:
        """Cases: a disjunction among the facts, the condition of an if-then-else, the sign of what is not zero."""
        session = self.session
        for number, fact in enumerate(facts):
            if isinstance(fact.prop, t.Or):
                rest = (*facts[:number], *facts[number + 1 :])
                return self._cases(fact, goal, rest, depth)
        for node in self._pieces(goal, facts):
            return self._branches(node, goal, facts, depth)
        for number, fact in enumerate(facts):
            form = canonical(fact.prop)
            if isinstance(form, t.Not) and isinstance(form.arg, t.Compare) and form.arg.left is ZERO:
                rest = (*facts[:number], *facts[number + 1 :])
                return self._signs(session.convert(form, fact), form.arg, goal, rest, depth)
        return None

    def _cases(self, fact: Fact, goal: t.Node, facts: tuple[Fact, ...], depth: int) -> Fact | None:
        branches: list[Fact] = []
        for alternative in fact.prop.children:
            branch = self._assuming(alternative, facts, lambda more: self._leaf(goal, more, depth + 1))
            if branch is None:
                return None
            branches.append(branch)
        return self.session.apply("cases", fact, *branches)

    def _signs(self, denial: Fact, equation: t.Compare, goal: t.Node, facts: tuple[Fact, ...], depth: int) -> Fact | None:
        """a ≠ 0: the goal where a > 0, where a < 0; a = 0 is excluded."""
        session = self.session
        branches: list[Fact] = []
        three = session.apply("trichotomy", equation.left, equation.right)
        for alternative in three.prop.children:
            assumed = session.apply("assume", alternative)
            if isinstance(alternative, t.Compare) and alternative.relation == "=":
                branches.append(session.apply("absurd", goal, session.apply("contradiction", session.convert(equation, assumed), denial)))
                continue
            branch = self._leaf(goal, (*facts, assumed), depth + 1)
            if branch is None:
                return None
            branches.append(branch)
        return session.apply("cases", three, *branches)

    def _pieces(self, goal: t.Node, facts: tuple[Fact, ...]) -> list[t.IfThenElse]:
        """The if-then-else atoms of the goal, then those of the facts, that are not inside another atom's binder."""
        found: dict[t.IfThenElse, None] = {}
        for proposition in (goal, *(fact.prop for fact in facts)):
            for atom in polynomial_atoms(proposition):
                t.fold(atom, lambda node, kids: found.setdefault(node) if isinstance(node, t.IfThenElse) and not node.loose else None)
        return [node for node in found if not any(other is not node and other in subterms(node.condition) for other in found)]

    def _branches(self, node: t.IfThenElse, goal: t.Node, facts: tuple[Fact, ...], depth: int) -> Fact | None:
        """The goal in both branches."""
        session = self.session
        branches: list[Fact] = []
        alternatives = session.apply("excluded_middle", node.condition)
        self.distinguished += 1
        for alternative in (node.condition, t.Not(node.condition)):

            def proceed(more: tuple[Fact, ...], held: t.Node = alternative) -> Fact | None:
                equation = session.apply("branch", node, session.apply("assume", held))
                return self._rewritten(goal, (*more, equation), node, equation, depth)

            branch = self._assuming(alternative, facts, proceed)
            if branch is None:
                break
            branches.append(branch)
        self.distinguished -= 1
        return session.apply("cases", alternatives, *branches) if len(branches) == 2 else None

    def _rewritten(self, goal: t.Node, facts: tuple[Fact, ...], node: t.IfThenElse, equation: Fact, depth: int) -> Fact | None:
        """The goal and the facts with the piece replaced by the branch that is taken."""
        session = self.session
        form = canonical(goal)
        changed = tuple(self._replaced(fact, node, equation) for fact in facts if fact is not equation)
        place = fresh("u", node.sort, form.variables | node.variables)
        context = derivatives.abstraction(canonical(form), node, place)
        if context is None:
            return self._leaf(goal, changed, depth + 1)
        taken = equation.prop.children[1]
        inner = self._leaf(instantiate(context, taken), changed, depth + 1)
        if inner is None:
            return None
        turned = session.convert(t.Compare("=", taken, node), equation)
        return session.convert(goal, session.apply("rewrite", context, turned, inner))

    def _replaced(self, fact: Fact, node: t.IfThenElse, equation: Fact) -> Fact:
        form = canonical(fact.prop)
        context = derivatives.abstraction(form, node, fresh("u", node.sort, form.variables | node.variables))
        return fact if context is None else self.session.apply("rewrite", context, equation, fact)

    def _decision(self, goal: t.Node, facts: tuple[Fact, ...], depth: int) -> Fact | None:
        found = one_variable.prove(self.session, goal, facts)
        if found is not None:
            self.engines.add("one-variable decision")
        return found

    def _at_a_glance(self, goal: t.Node, facts: tuple[Fact, ...], depth: int) -> Fact | None:
        """One derivative, before algebra is tried on exponentials and the like."""
        found = several.prove(self.session, goal, facts, 0.3, (1,)) if several.transcendental(goal) else None
        if found is not None:
            self.engines.add("derivatives in several variables")
        return found

    def _in_several_variables(self, goal: t.Node, facts: tuple[Fact, ...], depth: int) -> Fact | None:
        glanced = self.analytic and several.transcendental(goal)
        found = several.prove(self.session, goal, facts, (3 if self.analytic else 1) * self.effort, several.DEPTHS[1 if glanced else 0 :])
        if found is not None:
            self.engines.add("derivatives in several variables")
        return found

    def _with_lemmas(self, goal: t.Node, facts: tuple[Fact, ...], depth: int) -> Fact | None:
        found = lemmas.prove(self.session, goal, facts, self.hints)
        if found is not None:
            self.engines.add("lemmas")
        return found
