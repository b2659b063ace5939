"""Theorems: hypotheses ⊢ conclusion, with what they trust. Only the rules of the kernel make them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import MappingProxyType
from typing import NoReturn, TypeVar

from quod.lang.sorts import PROPOSITION
from quod.lang.terms import Node


class KernelError(Exception):
    """A rule was refused: a side condition does not hold, or a premise has the wrong form."""


_SEAL = object()


class Theorem:
    """hypotheses ⊢ conclusion. `trusts` names every axiom and every outside program that the proof rests on."""

    __slots__ = ("conclusion", "hypotheses", "trusts")
    hypotheses: frozenset[Node]
    conclusion: Node
    trusts: frozenset[str]

    def __init__(self, hypotheses: frozenset[Node], conclusion: Node, trusts: frozenset[str], seal: object) -> None:
        if seal is not _SEAL:
            raise KernelError("only the kernel's rules make theorems")
        put = object.__setattr__
        put(self, "hypotheses", hypotheses)
        put(self, "conclusion", conclusion)
        put(self, "trusts", trusts)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise KernelError(f"a theorem is immutable: cannot set {name!r}")

    def __reduce__(self) -> NoReturn:
        raise KernelError("a theorem does not travel between processes: send its certificate and replay it")

    def __bool__(self) -> NoReturn:
        raise KernelError("a theorem has no truth value")


def derive(
    conclusion: Node, premises: Iterable[Theorem] = (), *, trusts: Iterable[str] = (), add: Iterable[Node] = (), drop: Iterable[Node] = ()
) -> Theorem:
    """The theorem that a rule concludes: hypotheses and trusts are the unions over its premises.

    `add` are hypotheses that the rule itself brings in, `drop` those that it discharges. For use by rules only.
    """
    if conclusion.sort != PROPOSITION or conclusion.loose:
        raise KernelError(f"a theorem's conclusion is a proposition without loose bound variables, got {conclusion!r}")
    premises = tuple(premises)
    if not all(isinstance(premise, Theorem) for premise in premises):
        raise KernelError("a premise is no theorem")
    hypotheses = frozenset(add).union(*(premise.hypotheses for premise in premises)) - frozenset(drop)
    return Theorem(hypotheses, conclusion, frozenset(trusts).union(*(premise.trusts for premise in premises)), _SEAL)


Rule = Callable[..., Theorem]
_rules: dict[str, Rule] = {}
RULES = MappingProxyType(_rules)
"""Every rule of inference by name. A rule takes its parameters (terms, strings, exact numbers), then its premises."""


def rule(function: Rule) -> Rule:
    """Registers a rule under its name. For the modules of the kernel only; a name is taken once."""
    name = function.__name__
    if name in _rules or not function.__module__.startswith("quod.kernel."):
        raise KernelError(f"the rule {name} cannot be registered from {function.__module__}")
    _rules[name] = function
    return function


def expect(condition: bool, message: str, *got: object) -> None:
    """Refuses the rule at hand with `message` unless `condition` holds; what it `got` stands where the message has {}."""
    if not condition:
        raise KernelError(message.format(*map(repr, got)) if got else message)


Kind = TypeVar("Kind")


def need(node: object, kind: type[Kind], where: str) -> Kind:
    """`node`, which has to be of class `kind`."""
    if not isinstance(node, kind):
        raise KernelError(f"{where}: expected {kind.__name__}, got {node!r}")
    return node
