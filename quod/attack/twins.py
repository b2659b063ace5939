"""False twins: statements that differ from a claim's in one place, as somebody would mistype or misremember it.

Each occurrence is changed on its own, in the statement or in one of the definitions that it uses. Whether a twin is false is not known
here; where it only asks for less than the claim does, by the kernel's normal form, that is said.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from quod.attack.changes import KINDS, Scope, Site, last, sites
from quod.attack.widening import widened
from quod.kernel.normal import canonical
from quod.kernel.theorem import KernelError
from quod.lang import terms as t
from quod.lang.binding import instantiate, rebuild, unfold
from quod.lang.claim import Claim, close
from quod.lang.sorts import INTEGER, REAL
from quod.lang.text import to_text


@dataclass(frozen=True, slots=True)
class Twin:
    """A changed claim. kind: one of KINDS. subject: what was changed, in words. weaker: the claim implies it, by normal forms alone.

    original: the claim. part: the number of the hypothesis that was changed, or the definition, or None for the conclusion.
    """

    kind: str
    subject: str
    claim: Claim
    weaker: bool
    original: Claim
    part: int | t.Named | None

    def bridge(self) -> Claim | None:
        """What, if it is true, lets the claim imply the twin; None where a definition was changed."""
        claim, twin = self.original, self.claim
        match self.part:
            case None:
                return changed(twin, "from the claim", (*claim.hypotheses, claim.conclusion), twin.conclusion)
            case int(number):
                return changed(twin, "implies the claim's hypothesis", twin.hypotheses, claim.hypotheses[number])
            case _:
                return None

    def opposite(self) -> Claim | None:
        """What, if it is true, lets the claim deny the twin wherever its hypotheses hold; None unless the conclusion was changed."""
        claim, twin = self.original, self.claim
        if self.part is not None:
            return None
        return changed(twin, "against the claim", (*claim.hypotheses, claim.conclusion), t.Not(twin.conclusion))


def twins(claim: Claim, limit: int | None = None, definitions: Sequence[t.Named] = ()) -> list[Twin]:
    """The twins of a claim that differ from it, each once; with a `limit` so many, of every kind some, chosen by the claim's digest.

    `definitions` are those that others may be exchanged for, beside the ones that the claim mentions itself.
    """
    definitions = tuple(dict.fromkeys((*_named((claim.conclusion, *claim.hypotheses)), *definitions)))
    possible = [site for root, scope in _roots(claim) for site in sites(root, scope, definitions)]
    total = Counter((site.scope.part, site.words) for site in possible)
    place: Counter[tuple[Any, str]] = Counter()
    places = []
    for site in possible:
        place[site.scope.part, site.words] += 1
        places.append(place[site.scope.part, site.words])
    found: dict[t.Node, Twin] = {}
    for number in _order(possible, claim.digest):
        if limit is not None and len(found) >= limit:
            break
        site = possible[number]
        made = _made(claim, site, number, (places[number], total[site.scope.part, site.words]))
        if made is not None and made.claim.statement is not claim.statement:
            found.setdefault(made.claim.statement, made)
    return list(found.values())


def changed(claim: Claim, number: int | str, hypotheses: Sequence[t.Node], conclusion: t.Node) -> Claim:
    """The claim with other hypotheses and another conclusion. Raises LanguageError or TermError where that is no statement."""
    statement = close(claim.parameters, list(hypotheses), conclusion)
    id = f"{claim.id}, twin {number}"
    return dataclasses.replace(claim, id=id, hypotheses=tuple(hypotheses), conclusion=conclusion, statement=statement)


def _roots(claim: Claim) -> list[tuple[t.Node, Scope]]:
    """What is changed: the conclusion, the hypotheses, and the bodies of the definitions."""
    parts = [(claim.conclusion, Scope(None)), *((h, Scope(number, sign=-1)) for number, h in enumerate(claim.hypotheses))]
    return [*parts, *((named.body, Scope(named, sign=0)) for named in _named((claim.conclusion, *claim.hypotheses)))]


def _named(nodes: Sequence[t.Node]) -> list[t.Named]:
    """The definitions that terms mention, those inside definitions too, in reading order."""
    seen: set[t.Node] = set()
    found: list[t.Named] = []
    stack = list(reversed(nodes))
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        if isinstance(node, t.Named):
            found.append(node)
        stack.extend(reversed(node.children))
    return found


def _order(possible: Sequence[Site], digest: str) -> list[int]:
    """The sites in the order in which they are tried: of the conclusion, a definition, a hypothesis, all kinds in turn, else by chance."""
    chance = [hashlib.blake2b(f"{digest}|{number}".encode(), digest_size=8).digest() for number in range(len(possible))]
    turns: Counter[tuple[int, str]] = Counter()
    ranked = []
    for number in sorted(range(len(possible)), key=chance.__getitem__):
        part, kind = possible[number].scope.part, possible[number].kind
        group = 0 if part is None else 1 if isinstance(part, t.Named) else 2
        ranked.append(((group > 0) + (1 + (group > 0)) * turns[group, kind], KINDS.index(kind), group, number))
        turns[group, kind] += 1
    return [number for *_, number in sorted(ranked)]


def _made(claim: Claim, site: Site, number: int, place: tuple[int, int]) -> Twin | None:
    """The twin of a site, None where the change makes no term. place: the how manyth of how many such changes it is."""
    part = site.scope.part
    which = f", at place {place[0]} of {place[1]}" if place[1] > 1 else ""
    try:
        if isinstance(part, t.Named):
            other = t.Named(part.name, _replaced(part.body, site.scope.path, site.make()))
            hypotheses = [_exchanged(hypothesis, part, other) for hypothesis in claim.hypotheses]
            made = changed(claim, number, hypotheses, _exchanged(claim.conclusion, part, other))
            return Twin(site.kind, f"{site.words}{which} in the definition of {last(part)}", made, False, claim, part)
        root = claim.conclusion if part is None else claim.hypotheses[part]
        new = _replaced(root, site.scope.path, site.make())
        hypotheses = [new if position == part else hypothesis for position, hypothesis in enumerate(claim.hypotheses)]
        made = changed(claim, number, hypotheses, new if part is None else claim.conclusion)
        if part is not None and root.variables and all(variable.sort in (REAL, INTEGER) for variable in root.variables):
            made = dataclasses.replace(made, parameters=widened(claim, root))
        within = "" if part is None else f" in the hypothesis {to_text(root)}"
        return Twin(site.kind, f"{site.words}{which}{within}", made, _is_weaker(root, new, site), claim, part)
    except (t.TermError, ValueError):
        return None


def _exchanged(root: t.Node, old: t.Named, new: t.Named) -> t.Node:
    """`root` with one definition in the place of another, inside other definitions too."""
    return t.fold(root, lambda node, children: new if node is old else rebuild(node, children))


def _replaced(root: t.Node, path: Sequence[int], node: t.Node) -> t.Node:
    if not path:
        return node
    children = list(root.children)
    children[path[0]] = _replaced(children[path[0]], path[1:], node)
    return rebuild(root, tuple(children))  # type: ignore[arg-type]


def _at(root: t.Node, path: Sequence[int]) -> t.Node:
    for step in path:
        root = root.children[step]
    return root


def _is_weaker(root: t.Node, new: t.Node, site: Site) -> bool:
    """Whether the change asks for less: said so by the site, or because the sides of its comparison moved apart by a constant."""
    scope = site.scope
    if site.implied or scope.compare is None or scope.sign == 0:
        return site.implied * scope.sign > 0
    path = scope.path[: scope.compare]
    before, after = _at(root, path), _at(new, path)
    if scope.sign < 0:
        before, after = after, before
    return _follows(before, after)


def _follows(before: t.Node, after: t.Node) -> bool:
    """Whether normal forms show L′ ≤ R′ (or <) to follow from L ≤ R (or <): R′ − L′ − (R − L) is a constant ≥ 0."""
    if not (isinstance(before, t.Compare) and isinstance(after, t.Compare)) or before.relation != after.relation or before.relation == "=":
        return False
    minus = t.Number(-1)
    more = t.Add((after.right, t.Mul((minus, after.left)), before.left, t.Mul((minus, before.right))))
    try:
        return canonical(_opened(t.Compare("<=", t.Number(0), more))) is t.TRUE
    except KernelError:
        return False


def _opened(node: t.Node) -> t.Node:
    """The node over variables in the place of the bound variables whose λ lies outside."""
    node, depth = unfold(node), 0
    while node.loose:
        sort = dict(node.loose).get(0, REAL)
        node, depth = instantiate(t.Lambda(sort, node), t.Variable(f"·{depth}", sort)), depth + 1
    return node
