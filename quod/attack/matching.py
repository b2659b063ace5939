"""∃ a permutation ρ of 0 … n − 1 with C(s, ρ(s)) for every s: decided as a perfect matching, with n² judgements instead of n!."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from quod.attack.arithmetic import Outcome
from quod.attack.guards import conjuncts, peel
from quod.lang import domains as d
from quod.lang import terms as t
from quod.lang.binding import fresh, instantiate, rebuild
from quod.lang.expression import Expression
from quod.lang.sorts import INTEGER, Arrow

Judgement = Callable[..., Outcome]
MAX_POINTS = 64


def pairs(node: t.Exists, variables: Sequence[t.Variable]) -> tuple[int, t.Variable, t.Variable, t.Node] | None:
    """(n, s, v, C) if `node` says that a permutation ρ of n points with C(s, v) at v = ρ(s) exists; None if it says anything else."""
    if node.body.domain != Arrow(INTEGER, INTEGER):
        return None
    rho = fresh("ρ", node.body.domain, frozenset(variables))
    parts = conjuncts(instantiate(node.body, rho))
    size = _size(parts[0])
    if size is None or not 0 < size <= MAX_POINTS:
        return None
    own = [h.node for h in d.Permutation(size).hypotheses(Expression(rho), {})]
    if parts[: len(own)] != own:
        return None
    s, v = fresh("s", INTEGER, frozenset((*variables, rho))), fresh("v", INTEGER, frozenset((*variables, rho)))
    found = [_at(part, rho, s, v, size) for part in parts[len(own) :]]
    kept = [part for part in found if part is not None]
    return (size, s, v, t.And(kept)) if kept and len(kept) == len(found) else None


def _size(into: t.Node) -> int | None:
    """The n of ∀i: 0 ≤ i ⇒ i < n ⇒ …"""
    if not isinstance(into, t.ForAll) or into.body.domain != INTEGER:
        return None
    i = fresh("i", INTEGER, into.variables)
    for guard in peel(instantiate(into.body, i))[0]:
        match guard:
            case t.Compare("<", left, t.Number(n)) if left is i:
                return int(n)
    return None


def _at(part: t.Node, rho: t.Variable, s: t.Variable, v: t.Variable, size: int) -> t.Node | None:
    """C(s, v) where `part` is ∀s: 0 ≤ s ⇒ s < n ⇒ C(s, ρ(s)), and ρ is used nowhere else."""
    if not isinstance(part, t.ForAll) or part.body.domain != INTEGER:
        return None
    guards, conclusion = peel(instantiate(part.body, s))
    if guards[:2] != [t.Compare("<=", t.Number(0), s), t.Compare("<", s, t.Number(size))]:
        return None
    for guard in reversed(guards[2:]):
        conclusion = t.Implies(guard, conclusion)
    image = t.Apply(rho, s)
    made = t.fold(conclusion, lambda node, children: v if node is image else rebuild(node, children))
    return None if rho in made.variables else made


def judge(size: int, condition: Judgement, values: Sequence[Any]) -> Outcome:
    """TRUE with a matching of true pairs, FALSE if even those that are not false leave none, else what the best matching rests on."""
    table = [[condition(*values, s, v) for v in range(size)] for s in range(size)]
    for worst in (Outcome.TRUE, Outcome.SAMPLED, Outcome.TOUCHED, Outcome.OPEN):
        if _perfect([[v for v in range(size) if Outcome.FALSE < row[v] <= worst] for row in table]):
            return worst
    return Outcome.FALSE


def _perfect(options: list[list[int]]) -> bool:
    """Whether every s can have an image of its own (augmenting paths: Kuhn, 1955)."""
    taken: dict[int, int] = {}

    def place(s: int, seen: set[int]) -> bool:
        for v in options[s]:
            if v not in seen:
                seen.add(v)
                if v not in taken or place(taken[v], seen):
                    taken[v] = s
                    return True
        return False

    return all(place(s, set()) for s in range(len(options)))
