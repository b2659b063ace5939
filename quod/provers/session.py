"""A proof under construction: every rule is applied by the kernel at once and recorded as a step of the certificate."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from quod.kernel import certificate
from quod.kernel.normal import canonical
from quod.kernel.theorem import RULES, Theorem
from quod.lang import terms as t
from quod.provers import clock


class OutOfTime(Exception):
    """The deadline of a search has passed."""


@dataclass(frozen=True, eq=False, slots=True)
class Fact:
    """A theorem, and the step of the session that gave it."""

    theorem: Theorem
    step: int

    @property
    def prop(self) -> t.Node:
        """The conclusion."""
        return self.theorem.conclusion


@dataclass(eq=False)
class Session:
    """Applies rules and records them. `deadline` is in seconds of `clock.now`."""

    deadline: float = float("inf")
    steps: list[certificate.Step] = field(default_factory=list)
    known: dict[Any, Fact] = field(default_factory=dict)
    searched: dict[Any, tuple[float, Fact | None]] = field(default_factory=dict)
    """What searches found or failed to find, with the effort spent, by whatever key they choose."""
    opinions: list[str] = field(default_factory=list)
    """What cvc5 said of each answer of z3 that a step rests on."""
    remembered: dict[Any, Any] = field(default_factory=dict)
    """What was found out once and depends on the key alone."""
    reasons: list[str] = field(default_factory=list)
    """Why engines gave up, in their own words, for the reader of an UNKNOWN."""

    def apply(self, name: str, *arguments: Any) -> Fact:
        """The theorem of a rule, given its parameters and then its premises (facts). Raises KernelError as the rule does."""
        if clock.now() > self.deadline:
            raise OutOfTime(f"the deadline passed at the rule {name}")
        facts = [argument for argument in arguments if isinstance(argument, Fact)]
        parameters = tuple(argument for argument in arguments if not isinstance(argument, Fact))
        key = (name, parameters, tuple(fact.step for fact in facts))
        if key not in self.known:
            theorem = RULES[name](*parameters, *(fact.theorem for fact in facts))
            self.steps.append(key)
            self.known[key] = Fact(theorem, len(self.steps) - 1)
        return self.known[key]

    def specialise(self, fact: Fact, *terms: t.Node) -> Fact:
        """∀x y …. p at the terms."""
        for term in terms:
            fact = self.apply("specialise", term, fact)
        return fact

    def chain(self, implication: Fact, *premises: Fact) -> Fact:
        """p ⇒ q ⇒ … ⇒ r and p, q, …: r."""
        for premise in premises:
            implication = self.apply("modus_ponens", implication, premise)
        return implication

    def convert(self, proposition: t.Node, fact: Fact) -> Fact:
        """The fact, read as the proposition with the same normal form."""
        return fact if fact.prop is proposition else self.apply("convert", proposition, fact)

    def is_same(self, left: t.Node, right: t.Node) -> bool:
        """Whether two propositions have one normal form."""
        return canonical(left) is canonical(right)

    def steps_of(self, fact: Fact) -> list[certificate.Step]:
        """The steps that the fact needs, in order, and no others; premises count within the list."""
        needed = {fact.step}
        for step in range(fact.step, -1, -1):
            if step in needed:
                needed.update(self.steps[step][2])
        place = {step: number for number, step in enumerate(sorted(needed))}
        return [(name, parameters, tuple(place[k] for k in premises)) for name, parameters, premises in (self.steps[s] for s in place)]

    def repeat(self, steps: list[certificate.Step]) -> Fact:
        """The fact that steps recorded in another session give, each applied by the kernel anew."""
        facts: list[Fact] = []
        for name, parameters, premises in steps:
            facts.append(self.apply(name, *parameters, *(facts[k] for k in premises)))
        return facts[-1]

    def certificate(self, fact: Fact) -> str:
        """The certificate of the fact."""
        return certificate.write(self.steps_of(fact))
