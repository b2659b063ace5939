"""From what the search found to theorems: signs of products of signed factors, by the kernel's rule `rational`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction

from quod.kernel.normal import canonical
from quod.kernel.quotients import exponents
from quod.kernel.theorem import KernelError
from quod.lang import terms as t
from quod.provers import one_variable
from quod.provers.session import Fact, Session
from quod.provers.several.functions import Functions, Relation

ZERO = t.Number(0)
Product = tuple[Fraction, tuple[t.Node, ...], tuple[tuple[int, int], ...]]
"""c·∏ s²·∏ g^e by c, the terms s, and the pairs (premise, e)."""
Positive = Callable[[t.Node], Fact | None]
"""0 < u or u < 0 for a term u that is not 0 anywhere, or None."""


def inverted(terms: Iterable[t.Node]) -> list[t.Node]:
    """What stands under a fraction line in the terms, outside of functions, inner ones first."""
    found: dict[t.Node, None] = {}
    seen: set[t.Node] = set()

    def walk(node: t.Node) -> None:
        if node in seen or isinstance(node, t.Elementary):
            return
        seen.add(node)
        for child in node.children:
            walk(child)
        if isinstance(node, t.Inverse):
            found.setdefault(node.arg)

    for term in terms:
        walk(term)
    return list(found)


def functions_in(terms: Iterable[t.Node]) -> list[t.Elementary]:
    """The elementary functions in the terms, outside of other functions, in normal form."""
    found: dict[t.Elementary, None] = {}
    seen: set[t.Node] = set()
    stack = list(terms)
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        if isinstance(node, t.Elementary):
            form = canonical(node)
            if isinstance(form, t.Elementary):
                found.setdefault(form)
            else:
                stack.append(form)
        else:
            stack.extend(node.children)
    return list(found)


@dataclass
class Emission:
    """Applies `rational` in a session, with the premises that it needs about denominators and changed atoms."""

    session: Session
    functions: Functions
    nonzero: Positive
    sign: Callable[[t.Node, str], Fact | None]

    def rational(self, goal: t.Compare, products: Iterable[Product], *premises: Fact) -> Fact:
        """The goal by the products over the premises. Raises KernelError where the kernel refuses it."""
        products = tuple(products)
        terms = [goal, *(premise.prop for premise in premises), *(square for _, squares, _ in products for square in squares)]
        relations = self.relations(terms)
        facts = [fact for relation in relations if (fact := self.fact(relation)) is not None]
        shown = [*terms, *(fact.prop for fact in facts)]
        extra = [*self.denominators(shown), *self.powers(shown)]
        solved = tuple(
            (len(premises) + len(extra) + k, relation.atom, relation.power) for k, relation in enumerate(relations)
        ) if len(facts) == len(relations) else ()
        return self.session.apply("rational", goal, products, solved, *premises, *extra, *(facts if solved else ()))

    def denominators(self, terms: Iterable[t.Node]) -> list[Fact]:
        """That what is divided by is not 0, as far as it is shown."""
        found = [self.nonzero(term) for term in inverted(terms) if not isinstance(term, t.Number)]
        return [fact for fact in found if fact is not None]

    def powers(self, terms: Iterable[t.Node]) -> list[Fact]:
        """0 < a for every e^(log a) in the terms."""
        found: dict[t.Node, None] = {}
        for form in functions_in(terms):
            if form.name == "exp":
                for unit, _ in exponents(form):
                    if isinstance(unit, t.Elementary) and unit.name == "log":
                        found.setdefault(unit.arg)
        signs = [self.sign(argument, "<") for argument in found]
        return [*(sign for sign in signs if sign is not None), *self.denominators(found)]

    def relations(self, terms: Iterable[t.Node]) -> list[Relation]:
        """What the changed atoms in the terms are equal to, each before those that its value brings in."""
        found: dict[t.Node, Relation] = {}
        pending = functions_in(terms)
        while pending:
            form = pending.pop(0)
            relation = self.functions.relations.get(form)
            if relation is not None:
                found.pop(form, None)
                found[form] = relation
                if relation.power == 1:
                    pending += functions_in([relation.value])
        return sorted(found.values(), key=lambda relation: relation.power > 1)

    def fact(self, relation: Relation) -> Fact | None:
        """The equation, or None where a factor is not shown to be positive."""
        session, atom = self.session, relation.atom
        if not isinstance(atom, t.Elementary):
            return None
        equation = t.Compare("=", atom if relation.power == 1 else t.Power(atom, relation.power), relation.value)
        match relation.kind:
            case "logarithm":
                signs = [self.sign(factor, "<") for factor, _ in relation.factors if not isinstance(factor, t.Number)]
                if None in signs:
                    return None
                known = (*signs, *self.denominators([atom.arg]), *self.powers([atom.arg]))
                return session.apply("logarithm", atom.arg, relation.factors, *known)
            case "log_exp":
                return session.specialise(session.apply("axiom", "log_exp"), relation.value)
            case "angle":
                return session.convert(equation, session.apply("angle_sum", atom.name, relation.factors))
            case "constant":
                return one_variable.prove(session, equation, (), 0.5)
            case "circle":
                return session.convert(equation, session.specialise(session.apply("axiom", "sin_cos"), atom.arg))
            case "power" if atom.name == "cbrt":
                return session.specialise(session.apply("axiom", "cbrt"), atom.arg)
            case "power":
                inside = self.sign(atom.arg, "<=")
                return None if inside is None else self._square(atom.arg, inside)
            case "root":
                return self._root(atom, relation.value)
        return None

    def _square(self, argument: t.Node, inside: Fact) -> Fact:
        both = self.session.chain(self.session.specialise(self.session.apply("axiom", "sqrt"), argument), inside)
        return self.session.apply("project", 1, both)

    def _root(self, atom: t.Elementary, value: t.Node) -> Fact | None:
        positive = self.sign(value, "<=")
        if positive is None:
            return None
        degree = 2 if atom.name == "sqrt" else 3
        try:
            power = self.rational(t.Compare("=", t.Power(value, degree), atom.arg), ())
        except KernelError:
            return None
        return self.session.apply("root", atom, value, positive, power)
