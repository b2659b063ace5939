"""Comparisons of reals that follow from known comparisons by algebra: the search behind the kernel's rule `real`.

Every subterm that is not arithmetic counts as a variable, with the facts that are known of it: e^u > 0, d·(1/d) = 1 once d ≠ 0 is shown,
(√u)² = u, ⟨v, v⟩ ≥ 0, ⌊u⌋ ≤ u. An if-then-else is split into cases.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from quod.kernel.arithmetic import fact as comparison
from quod.kernel.normal import canonical, polynomial_of
from quod.kernel.polynomial import ONE, Polynomial, combine, exponent_of, multiply, order, to_node
from quod.lang import terms as t
from quod.provers import clock, logarithms
from quod.provers.algebra.certificate import Constraint
from quod.provers.algebra.membership import express
from quod.provers.algebra.search import find
from quod.provers.encoding import Encoding, Plain, exact
from quod.provers.session import Fact, Session

ZERO = t.Number(0)
MEMBERSHIP = 0.5
"""The seconds spent on showing an equation by equations alone."""
Products = tuple[tuple[Fraction, tuple[t.Node, ...], tuple[int, ...]], ...]
Cofactors = tuple[tuple[t.Node, int], ...]
Certified = tuple[Products, Cofactors, list[Fact]]
"""The parameters and premises of the rule `real`."""


def is_comparison(proposition: t.Node) -> bool:
    """Whether the rule `real` can use the proposition: a comparison of two reals, or false."""
    node = canonical(proposition)
    return node is t.FALSE or (isinstance(node, t.Compare) and node.left is ZERO)


def polynomial_atoms(proposition: t.Node) -> list[t.Node]:
    """The atoms of a comparison, in a fixed order, those inside exponents included."""
    if not is_comparison(proposition):
        return []
    _, polynomial = comparison(proposition)
    found: dict[t.Node, None] = {}
    _collect(polynomial, found)
    return list(found)


def _collect(polynomial: Polynomial, found: dict[t.Node, None]) -> None:
    for monomial in sorted(polynomial, key=order):
        for base, _ in monomial[0]:
            found.setdefault(base)
        _collect(exponent_of(monomial), found)


def _in_exponents(proposition: t.Node) -> set[t.Node]:
    """The atoms of a comparison that stand in the exponent of an exponential."""
    found: dict[t.Node, None] = {}
    if is_comparison(proposition):
        for monomial in comparison(proposition)[1]:
            _collect(exponent_of(monomial), found)
    return set(found)


@dataclass
class Arithmetic:
    """A search in a session from `facts`. `hints` are terms whose squares may be needed. `effort` bounds one search, in seconds, and
    `until`, a reading of `clock.now`, ends them all."""

    session: Session
    facts: list[Fact] = field(default_factory=list)
    hints: Sequence[t.Node] = ()
    effort: float = 2.0
    learned: dict[t.Node, bool] = field(default_factory=dict)
    until: float = float("inf")

    def prove(self, goal: t.Node, depth: int = 0) -> Fact | None:
        """The goal as a fact, or None. The goal is a comparison of reals, or false."""
        if canonical(goal) is t.TRUE:
            return self.session.apply("reflexive", goal)
        for known in self.facts:
            if self.session.is_same(known.prop, goal):
                return self.session.convert(goal, known)
        if not is_comparison(goal):
            return None
        key = (canonical(goal), frozenset(fact.step for fact in self.facts), tuple(self.hints), depth)
        spent, found = self.session.searched.get(key, (0.0, None))
        if found is None and spent < self.effort and clock.now() < self.until:
            self.learn(goal, depth)
            if isinstance(goal, t.Compare) and goal.relation == "=" and canonical(goal) is not t.FALSE:
                found = self._equation(goal)
            else:
                found = self._search(goal)
            if found is not None or clock.now() < self.until:
                self.session.searched[key] = (self.effort, found)
        return None if found is None else self.session.convert(goal, found)

    def learn(self, goal: t.Node, depth: int = 0) -> None:
        """Adds what is known of the atoms of the goal and of the facts, where it can be shown."""
        pending = [*polynomial_atoms(goal), *(atom for known in self.facts for atom in polynomial_atoms(known.prop))]
        raised = _in_exponents(goal).union(*(_in_exponents(known.prop) for known in self.facts))
        for node in pending:
            if node in self.learned or depth > 3:
                continue
            self.learned[node] = False
            before = len(self.facts)
            if isinstance(node, t.Elementary) and node.name == "log":
                logarithms.learn(self, node, node in raised, depth)
            self._about(node, depth)
            pending.extend(atom for known in self.facts[before:] for atom in polynomial_atoms(known.prop))

    def _about(self, node: t.Node, depth: int) -> None:
        session = self.session
        match node:
            case t.Inverse(d):
                self._invert(d, depth)
            case t.Elementary("sqrt", u):
                self.facts += self.square_root(u, depth)
            case t.Elementary("cbrt", u):
                self.facts.append(session.specialise(session.apply("axiom", "cbrt"), u))
            case t.Elementary("floor", u):
                both = session.apply("floor_bounds", u)
                self.facts += [session.apply("project", 0, both), session.apply("project", 1, both)]
            case t.Elementary("sin" | "cos", u):
                self.facts.append(session.specialise(session.apply("axiom", "sin_cos"), u))
            case t.Constant("pi"):
                both = session.apply("axiom", "pi_bounds")
                self.facts += [session.apply("project", 0, both), session.apply("project", 1, both)]
            case t.Inner(u, v) if u is v:
                self.facts.append(session.specialise(session.apply("axiom", "inner_positive"), u))
            case t.Fold("sum" | "prod"):
                self._last_member(node, depth)
            case _:
                return

    def square_root(self, u: t.Node, depth: int) -> list[Fact]:
        """√u ≥ 0 and (√u)² = u, once u ≥ 0 is shown."""
        inside = self.sub(t.Compare("<=", ZERO, u), depth)
        if inside is None:
            return []
        both = self.session.chain(self.session.specialise(self.session.apply("axiom", "sqrt"), u), inside)
        return [self.session.apply("project", number, both) for number in (0, 1)]

    def _last_member(self, fold: t.Fold, depth: int) -> None:
        """Σ or ∏ up to n + 1 is the one up to n and the member at n, so x^(n+1) = x^n·x."""
        upper = polynomial_of(fold.upper)
        if len(upper) < 2 or upper.get(ONE, 0) < 1:
            return
        shorter = t.Fold(fold.kind, fold.lower, to_node(combine((1, upper), (-1, {ONE: Fraction(1)}))), fold.body)
        ordered = self.sub(t.Compare("<=", shorter.lower, shorter.upper), depth)
        if ordered is not None:
            self.facts.append(self.session.apply("fold_last", shorter, ordered))

    def sub(self, goal: t.Node, depth: int) -> Fact | None:
        """A smaller goal from the facts so far, with less effort."""
        inner = Arithmetic(self.session, list(self.facts), self.hints, min(self.effort, 0.5), dict(self.learned), self.until)
        return inner.prove(goal, depth + 1)

    def _invert(self, d: t.Node, depth: int) -> None:
        """d·(1/d) = 1 and the sign of 1/d, once the sign of d, or that it is not 0, is shown."""
        session, inverted = self.session, t.Inverse(d)
        for known in self.facts:
            if session.is_same(known.prop, t.Not(t.Compare("=", d, ZERO))):
                self.facts.append(session.apply("inverse", d, known))
                return
        for positive in (True, False):
            pair = (ZERO, d) if positive else (d, ZERO)
            sign = self.sub(t.Compare("<", *pair), depth)
            if sign is None:
                continue
            equation = session.apply("inverse", d, sign)
            goal = t.Compare("<", ZERO, inverted) if positive else t.Compare("<", inverted, ZERO)
            self.facts += [equation, session.apply("real", goal, *self._inverse_sign(goal, sign, equation), sign, equation)]
            return

    def _inverse_sign(self, goal: t.Node, sign: Fact, equation: Fact) -> tuple[object, object]:
        """0 < d and 1/d ≤ 0 give 0 ≤ −d·(1/d) = −1: the certificate, in the kernel's scaling of each fact."""
        scale = comparison(equation.prop)[1]
        product = multiply(comparison(sign.prop)[1], combine((-1, comparison(goal)[1])))
        ratio = next(value / scale[monomial] for monomial, value in product.items() if scale.get(monomial))
        rest = combine((1, product), (-ratio, scale))
        constant = -next(iter(rest.values()))
        return ((Fraction(1), (), (0, -1)), (constant, (), ())), ((t.Number(-ratio), 1),)

    def _equation(self, goal: t.Compare) -> Fact | None:
        combined = System(self, goal).express()
        if combined is not None:
            cofactors, premises = combined
            return self.session.apply("real", goal, (), cofactors, *premises)
        below = t.Compare("<=", goal.left, goal.right)
        certified = self._certificate(below)
        if certified is None:
            return None
        products, cofactors, premises = certified
        if len(products) == 1 and products[0][1:] == ((), (-1,)):
            return self._as_equation(goal, below, products[0][0], cofactors, premises)
        first = self._apply(below, certified)
        second = self._search(t.Compare("<=", goal.right, goal.left))
        return None if second is None else self.session.apply("antisymmetry", goal, first, second)

    def _as_equation(self, goal: t.Node, below: t.Node, factor: Fraction, cofactors: Cofactors, premises: list[Fact]) -> Fact:
        """c·(a − b) + Σ q·e = 0 shows a = b without the other inequality; both sides are in the kernel's scaling."""
        upper, target = comparison(below)[1], comparison(goal)[1]
        monomial = next(iter(target))
        ratio = t.Number(target[monomial] / (factor * upper[monomial]))
        scaled = tuple((t.Mul((ratio, cofactor)), index) for cofactor, index in cofactors)
        return self.session.apply("real", goal, (), scaled, *premises)

    def _search(self, goal: t.Node) -> Fact | None:
        certified = self._certificate(goal)
        return None if certified is None else self._apply(goal, certified)

    def _apply(self, goal: t.Node, certified: Certified) -> Fact:
        products, cofactors, premises = certified
        return self.session.apply("real", goal, products, cofactors, *premises)

    def _certificate(self, goal: t.Node) -> Certified | None:
        return System(self, goal).solve()


class System:
    """The polynomial system of one goal: the facts' comparisons and the negated goal, encoded for the certificate search."""

    def __init__(self, owner: Arithmetic, goal: t.Node) -> None:
        self.owner = owner
        self.premises = [known for known in owner.facts if is_comparison(known.prop)]
        readings = [comparison(known.prop) for known in self.premises]
        relation, target = comparison(goal)
        negated = combine((-1, target))
        self.target = target
        self.encoding = Encoding()
        self.encoding.prepare([negated, *(polynomial for _, polynomial in readings), *(polynomial_of(hint) for hint in owner.hints)])
        self.constraints: list[Constraint] = []
        self.equations: list[Plain] = []
        self.sources: list[int] = []
        self.equation_sources: list[int | None] = []
        for number, (kind, polynomial) in enumerate(readings):
            if kind == "=":
                self._equation(self.encoding.encode(polynomial), number)
            else:
                self._constraint(polynomial, kind == "<", number)
        if goal is not t.FALSE:
            self._constraint(negated, relation == "<=", -1)
        self._exponentials()

    def _constraint(self, polynomial: Polynomial, strict: bool, source: int) -> None:
        self.constraints.append(Constraint(self.encoding.encode(polynomial), strict))
        self.sources.append(source)

    def _equation(self, plain: Plain, source: int | None) -> None:
        self.equations.append(plain)
        self.equation_sources.append(source)

    def _exponentials(self) -> None:
        session = self.owner.session
        for positive, negative in self.encoding.exponentials():
            for node in (positive, negative):
                if isinstance(node, t.Elementary):
                    self.premises.append(session.specialise(session.apply("axiom", "exp_positive"), node.arg))
                    self.constraints.append(Constraint({((self.encoding.number(node), 1),): Fraction(1)}, True))
                    self.sources.append(len(self.premises) - 1)
            if negative is not None:
                pair = tuple(sorted(((self.encoding.number(positive), 1), (self.encoding.number(negative), 1))))
                self._equation({pair: Fraction(1), (): Fraction(-1)}, None)

    def express(self) -> tuple[Cofactors, list[Fact]] | None:
        """The goal, an equation, as a combination of the equations among the premises: cofactors and premises, or None."""
        target = self.encoding.encode(self.target)
        deadline = min(self.owner.session.deadline, self.owner.until, clock.now() + min(self.owner.effort, MEMBERSHIP))
        found = express(target, self.equations, deadline)
        if found is None:
            return None
        used = sorted({source for _, k in found if (source := self.equation_sources[k]) is not None})
        place = {source: number for number, source in enumerate(used)}
        decode = self.encoding.decode
        cofactors = tuple((decode(dict(q)), place[source]) for q, k in found if (source := self.equation_sources[k]) is not None)
        return cofactors, [self.premises[source] for source in used]

    def solve(self) -> Certified | None:
        """The certificate in the kernel's form, with the premises that it uses, or None."""
        hints = tuple(self.encoding.encode(polynomial_of(hint)) for hint in self.owner.hints)
        deadline = min(self.owner.session.deadline, self.owner.until, clock.now() + self.owner.effort)
        found = find(self.constraints, self.equations, deadline, hints)
        if found is None:
            return None
        used = sorted(
            {self.sources[k] for product in found.products for k in product.constraints if self.sources[k] >= 0}
            | {source for _, k in found.cofactors if (source := self.equation_sources[k]) is not None}
        )
        place = {source: number for number, source in enumerate(used)} | {-1: -1}
        decode = self.encoding.decode
        products = tuple(
            (
                exact(product.coefficient),
                tuple(decode(dict(s)) for s in product.squares),
                tuple(place[self.sources[k]] for k in product.constraints),
            )
            for product in found.products
        )
        cofactors = tuple((decode(dict(q)), place[source]) for q, k in found.cofactors if (source := self.equation_sources[k]) is not None)
        return products, cofactors, [self.premises[source] for source in used]

