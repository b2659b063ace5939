"""Hypotheses that define a sequence: x[0] = …, ∀t ≥ 0: x[t + 1] = …, ∀l ∀i < n: v[l + 1, i] = …; and those read backwards as rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from quod.attack.arithmetic import Outcome, Undecided, equal
from quod.attack.evaluation import compile_terms
from quod.attack.guards import conjuncts, peel
from quod.attack.logic import Judgement, all_of, compile_proposition
from quod.lang import terms as t
from quod.lang.binding import fresh, instantiate, unfold
from quod.lang.sorts import INTEGER


@dataclass(frozen=True)
class Rule:
    """function[i₁, …, iₖ] = value, where iⱼ is the literal `places[j]`, or the index variable `indices[places[j][0]]` plus an offset."""

    function: t.Variable
    indices: tuple[t.Variable, ...]
    places: tuple[int | tuple[int, int], ...]
    guards: tuple[t.Node, ...]
    value: t.Node


def rules(hypothesis: t.Node, functions: frozenset[t.Variable]) -> list[Rule]:
    """The rules that say exactly what the hypothesis says; none if it cannot be read so."""
    found = [_rule(part, functions, (), ()) for part in conjuncts(unfold(hypothesis))]
    return [rule for rule in found if rule is not None] if all(found) else []


def _rule(node: t.Node, functions: frozenset[t.Variable], indices: tuple[t.Variable, ...], guards: tuple[t.Node, ...]) -> Rule | None:
    if isinstance(node, t.ForAll) and node.body.domain == INTEGER:
        i = fresh("i", INTEGER, node.variables | functions | frozenset(indices))
        more, conclusion = peel(instantiate(node.body, i))
        return _rule(conclusion, functions, (*indices, i), (*guards, *more))
    if not (isinstance(node, t.Compare) and node.relation == "="):
        return None
    for left, right in ((node.left, node.right), (node.right, node.left)):
        rule = _assignment(left, right, functions, indices, guards)
        if rule is not None:
            return rule
    return None


def _assignment(
    left: t.Node, right: t.Node, functions: frozenset[t.Variable], indices: tuple[t.Variable, ...], guards: tuple[t.Node, ...]
) -> Rule | None:
    places: list[int | tuple[int, int]] = []
    while isinstance(left, t.Apply):
        place = _place(left.argument, indices)
        if place is None:
            return None
        places.append(place)
        left = left.function
    used = [place[0] for place in places if isinstance(place, tuple)]
    if not isinstance(left, t.Variable) or left not in functions or not places or sorted(used) != list(range(len(indices))):
        return None
    places.reverse()
    return Rule(left, indices, tuple(places), guards, right) if _earlier(left, right, places[0], indices) else None


def _earlier(function: t.Variable, value: t.Node, place: int | tuple[int, int], indices: tuple[t.Variable, ...]) -> bool:
    """True if `value` uses the function only at smaller first indices than `place`, so that running the rule ends."""
    stack: list[t.Node] = [value]
    while stack:
        node = stack.pop()
        if isinstance(node, t.Apply) and node.function is function:
            used = _place(node.argument, indices)
            if not (isinstance(used, tuple) and isinstance(place, tuple) and used[0] == place[0] and used[1] < place[1]):
                return False
            continue
        if node is function:
            return False
        stack.extend(node.children)
    return True


def _place(argument: t.Node, indices: tuple[t.Variable, ...]) -> int | tuple[int, int] | None:
    match argument:
        case t.Number(value) if value.denominator == 1:
            return int(value)
        case t.Variable() if argument in indices:
            return indices.index(argument), 0
        case t.Add((t.Variable() as i, t.Number(value))) | t.Add((t.Number(value), t.Variable() as i)) if i in indices:
            return indices.index(i), int(value)
        case _:
            return None


class Running:
    """The rules for one function, compiled over the plan's variables."""

    def __init__(self, found: Sequence[Rule], variables: Sequence[t.Variable]) -> None:
        self.rules: list[tuple[Rule, Judgement, Any]] = []
        for rule in found:
            scope = (*variables, *rule.indices)
            guards = [compile_proposition(guard, scope) for guard in rule.guards]
            self.rules.append((rule, _both(guards), compile_terms((rule.value,), scope)))
        self.depth = len(found[0].places)

    def value(self, values: Sequence[Any], at: tuple[int, ...]) -> Any:
        """The value at the indices `at`, None where no rule applies. Raises Undecided where rules may contradict each other."""
        found = []
        for rule, guard, compute in self.rules:
            chosen: dict[int, int] = {}
            for place, i in zip(rule.places, at, strict=True):
                if isinstance(place, tuple):
                    chosen[place[0]] = i - place[1]
                elif place != i:
                    break
            else:
                indices = [chosen[position] for position in range(len(rule.indices))]
                outcome = guard(*values, *indices)
                if outcome not in (Outcome.TRUE, Outcome.FALSE):
                    raise Undecided("whether a recurrence applies is not known")
                if outcome == Outcome.TRUE:
                    found.append(compute(*values, *indices)[0])
        if len(found) > 1 and not all(equal(found[0], other) for other in found[1:]):
            raise Undecided("two hypotheses say different things of one member")
        return found[0] if found else None

    def literal_places(self) -> list[int]:
        """The literal first indices that rules speak of."""
        return [rule.places[0] for rule, _, _ in self.rules if isinstance(rule.places[0], int)]


def _both(guards: list[Judgement]) -> Judgement:
    return lambda *values: all_of(guard(*values) for guard in guards)
