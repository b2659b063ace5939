"""Declared touching points: that the bound is touched there is proved, or refuted, or left open with how well the sides agree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flint import arb

from quod.attack.arithmetic import Outcome, Undecided, equal, finite, working
from quod.attack.borrowing import BORROWING_SECONDS, borrowed_proof
from quod.attack.differentiation import NotDifferentiated
from quod.attack.evaluation import Unsupported, compile_terms
from quod.attack.findings import Finding
from quod.attack.logic import compile_proposition
from quod.attack.proving import conjunction, proof_of, sentence, shown
from quod.lang import terms as t
from quod.lang.binding import substitute
from quod.lang.claim import Claim, close
from quod.lang.text import to_text
from quod.provers import clock

SECONDS, DEEP_SECONDS = 0.5, 10.0
"""CPU seconds for one proof."""
BITS = (200, 1600)
Pair = tuple[t.Node, t.Node]


def tight(claim: Claim, deadline: float, seed: int = 0, *, deep: bool = False) -> list[Finding]:
    """A finding for each declared touching point: "proved", "conflict" where it is none, else "undecided".

    At a touching point the hypotheses hold, and every equation of the conclusion outside quantifiers, or where there is none at least
    one of its non-strict inequalities with equality. A point that leaves parameters out stands for all their values.
    """
    if claim.error is not None:
        return []
    stop, seconds = clock.before(deadline), DEEP_SECONDS if deep else SECONDS
    return [_examined(claim, point, min(seconds, stop - clock.now())) for point in claim.tight]


def compared(conclusion: t.Node) -> tuple[list[Pair], list[Pair]]:
    """(sides of the equations, sides of the non-strict inequalities) of a proposition, outside quantifiers, each once."""
    match conclusion:
        case t.Compare("=", left, right):
            return [(left, right)], []
        case t.Compare("<=", left, right):
            return [], [(left, right)]
        case t.And() | t.Or() | t.Not() | t.Implies():
            parts = [compared(child) for child in conclusion.children]
            first, second = ([*dict.fromkeys(pair for part in parts for pair in part[side])] for side in (0, 1))
            return first, second
        case _:
            return [], []


def _examined(claim: Claim, point: Mapping[str, t.Node], seconds: float) -> Finding:
    witness = shown(point)
    where = sentence(witness)
    values = {parameter.variable: point[parameter.name] for parameter in claim.parameters if parameter.name in point}
    rest = tuple(parameter for parameter in claim.parameters if parameter.name not in point)
    hypotheses = [substitute(hypothesis, values) for hypothesis in claim.hypotheses]
    fixed = [hypothesis for hypothesis in hypotheses if not hypothesis.variables]
    ways = _ways(claim, values)
    wrong = _outside(fixed) or _apart(ways) or (None if ways else "but the statement compares nothing there")
    if wrong is None:
        for way in ways:
            demanded = conjunction([*fixed, *way])
            given = [hypothesis for hypothesis in hypotheses if hypothesis.variables]
            method = None if _difference(way) else _method(claim, point, close(rest, given, demanded), seconds)
            if method is not None:
                return Finding("tight", where, "proved", f"at {where} both sides are equal: {_text(way)} ({method})", witness)
        if not rest and _denied(ways, seconds):
            wrong = f"but it is proved that {_text(ways[0])} is false"
    if wrong is not None:
        fix = "fix: name a point where both sides agree, or leave tight out"
        return Finding("tight", where, "conflict", f"{claim.place}: tight names {where}, {wrong}; {fix}", witness)
    return Finding("tight", where, "undecided", f"no proof of {_text(ways[0])}{_agreement(ways[0])}", witness)


def _method(claim: Claim, point: Mapping[str, t.Node], proposition: t.Node, seconds: float) -> str | None:
    return proof_of(proposition, seconds) or borrowed_proof(claim, point, proposition, max(seconds, BORROWING_SECONDS))


def _ways(claim: Claim, values: Mapping[t.Variable, t.Node]) -> list[list[t.Compare]]:
    """The equations of each way in which the bound can be touched at the point: one way of them has to hold."""
    equations, bounds = compared(claim.conclusion)
    closed = [[t.Compare("=", substitute(a, values), substitute(b, values)) for a, b in pairs] for pairs in (equations, bounds)]
    return [closed[0]] if equations else [[equation] for equation in closed[1]]


def _text(way: list[t.Compare]) -> str:
    return " and ".join(to_text(equation) for equation in way)


def _outside(hypotheses: list[t.Node]) -> str | None:
    """What is wrong if a hypothesis is false at the point."""
    for hypothesis in hypotheses:
        try:
            with working(BITS[0]):
                if compile_proposition(hypothesis, ())() == Outcome.FALSE:
                    return f"where the hypothesis {to_text(hypothesis)} is false"
        except (Unsupported, NotDifferentiated, Undecided, RecursionError):
            continue
    return None


def _apart(ways: list[list[t.Compare]]) -> str | None:
    """What is wrong if balls tell the sides apart in every way of touching."""
    gaps = [_difference(way) for way in ways]
    if not gaps or any(gap is None for gap in gaps):
        return None
    return f"but nothing is touched there: {_text(ways[0])} is false, the sides differ by {gaps[0]}"


def _difference(way: list[t.Compare]) -> str | None:
    """By how much the sides of an equation that balls refute differ; None if they refute none."""
    for equation in way:
        for bits in BITS:
            gap = _gap(equation, bits)
            if gap is not None and equal(gap, 0) is False:
                return _number(gap)
    return None


def _gap(equation: t.Compare, bits: int) -> arb | None:
    """right − left, None where that is not a number that can be computed."""
    if not t.is_scalar(equation.left.sort) or equation.variables:
        return None
    try:
        with working(bits):
            left, right = compile_terms((equation.left, equation.right), ())()
            gap = right - left
    except (Unsupported, NotDifferentiated, Undecided, RecursionError):
        return None
    return gap if finite(gap) else None


def _number(gap: Any) -> str:
    """A number for people: exact where that is short, else to five digits."""
    exact = "" if isinstance(gap, arb) else str(gap)
    return exact if exact and len(exact) <= 20 else arb(gap).str(5, radius=False)


def _denied(ways: list[list[t.Compare]], seconds: float) -> bool:
    """Whether in every way of touching an equation is proved to be false."""
    return all(any(proof_of(t.Not(equation), seconds) is not None for equation in way) for way in ways)


def _agreement(way: list[t.Compare]) -> str:
    gap = _gap(way[0], BITS[1])
    return "" if gap is None else f"; the sides differ by {_number(abs(arb(gap)).upper())} at most"
