"""The goal that a proof script works on: logic, and the steps about Σ, ∏, min, max, ∫ and slopes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from quod.kernel.antiderivatives import requirements
from quod.kernel.calculus import slope_of
from quod.lang import terms as t
from quod.lang.binding import abstract, fresh, instantiate, unfold
from quod.lang.expression import Formula, Scalar, to_node, trace
from quod.lang.sorts import INTEGER, REAL
from quod.lang.text import to_text
from quod.provers import integrals
from quod.provers.automation import Automation
from quod.provers.reasoning import Reasoning
from quod.provers.scopes import StepFailed, formula_node
from quod.provers.session import Fact


class Goal(Reasoning):
    """The claim under proof. `have` shows a step from what is known; every step that is shown becomes known."""

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
            case t.ForAll(
                t.Lambda(_, t.Implies(t.Compare("<=", low, t.Bound(0)), t.Implies(t.Compare("<", t.Bound(0), high), t.Compare(_, a, b))))
            ):
                lower, upper = (instantiate(t.Lambda(INTEGER, bound), t.Number(0)) for bound in (low, high))
                return t.Fold(kind, lower, upper, t.Lambda(INTEGER, a)), t.Fold(kind, lower, upper, t.Lambda(INTEGER, b))
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

    def antiderivative(
        self,
        function: Any,
        integrand: Any,
        ends: tuple[Scalar | None, Scalar | None],
        values: tuple[Scalar, Scalar],
        near: tuple[Callable[[Any], Scalar], Callable[[Any], Scalar]],
    ) -> Fact:
        """f is integrable with ∫f = sup F − inf F: F is `function`, f the `integrand`, which is F′ ≥ 0 between the ends and 0 beyond.

        An end is None where it is infinite. `values` are inf F and sup F; near[0](ε) is a place where F < inf F + ε, near[1](ε) one where
        F > sup F − ε; these may take steps of their own.
        """
        f, g = trace(function, REAL), trace(integrand, REAL)
        lower, upper = (() if end is None else (to_node(end),) for end in ends)
        least, greatest = map(to_node, values)
        inside, *approached = requirements(f, g, lower, upper, least, greatest)
        shown = [self.have(inside)]
        for proposition, place in zip(approached, near, strict=False):
            with self.any(REAL, "e") as e, self.suppose(e > 0):
                self.exhibit(Formula(instantiate(proposition.body, to_node(e)).conclusion), place(e))  # type: ignore[attr-defined]
            shown.append(self.last())
        shown += [self.have(proposition) for proposition in approached[len(near) :]]
        return self.note(self.session.apply("antiderivative", f, g, lower, upper, least, greatest, *shown))

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
        conclusion = formula_node(formula)
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
