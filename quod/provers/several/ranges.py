"""Bounded functions as atoms of algebra: each elementary function of one variable gets rational bounds, and a polynomial is left."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from quod.kernel.arithmetic import fact as comparison
from quod.kernel.normal import canonical
from quod.kernel.polynomial import ONE
from quod.kernel.theorem import KernelError
from quod.lang import terms as t
from quod.lang.sorts import REAL
from quod.provers import one_variable
from quod.provers.arithmetic import Arithmetic, is_comparison
from quod.provers.session import Fact, Session
from quod.provers.several.emission import functions_in
from quod.provers.several.numbers import Points, numeric
from quod.provers.several.regions import about, bounds

MOST = 6
GRID = 400


def prove(session: Session, goal: t.Compare, facts: list[Fact], effort: float) -> Fact | None:
    """The goal by algebra from the facts and bounds of the functions of one bounded variable that occur in it."""
    atoms = [form for form in functions_in([goal]) if form.variables]
    if not atoms or len(atoms) > MOST:
        return None
    more: list[Fact] = []
    for atom in atoms:
        more += _everywhere(session, atom)
        if len(atom.variables) > 1:
            continue
        try:
            known = about(session, [fact for fact in facts if _linear(fact)], atom.variables)
        except KernelError:
            return None
        more += _bounds(session, atom, known)
    return Arithmetic(session, [*facts, *more], (), effort).prove(goal) if more else None


def _everywhere(session: Session, atom: t.Elementary) -> list[Fact]:
    """−1 ≤ sin u ≤ 1, and so for cos; −π/2 < atan u < π/2."""
    limit, relation = (t.Mul((t.Number(Fraction(1, 2)), t.Constant("pi"))), "<") if atom.name == "atan" else (t.Number(1), "<=")
    if atom.name not in ("sin", "cos", "atan"):
        return []
    u = t.Variable("u", REAL)
    whole = t.Elementary(atom.name, u)
    found = []
    for pair in ((t.Mul((t.Number(-1), limit)), whole), (whole, limit)):
        fact = one_variable.prove(session, t.Compare(relation, *pair), (), 0.5)
        found += [] if fact is None else [session.specialise(session.apply("generalise", u, fact), atom.arg)]
    return found


def _linear(fact: Fact) -> bool:
    return isinstance(canonical(fact.prop), t.Compare) and any(bounds([fact], v) for v in fact.prop.variables)


def _bounds(session: Session, atom: t.Elementary, facts: list[Fact]) -> list[Fact]:
    """c ≤ f(x) and f(x) ≤ d with numbers near the least and the greatest value on the interval of x."""
    (v,) = atom.variables
    ends = [(float(_number(b.end)), b.factor) for b in bounds(facts, v) if not b.end.variables]
    low = max((end for end, factor in ends if factor > 0), default=-np.inf)
    high = min((end for end, factor in ends if factor < 0), default=np.inf)
    if not (np.isfinite(low) and np.isfinite(high) and low < high):
        return []
    values = numeric(atom, Points({v: np.linspace(low, high, GRID)}, GRID))
    if not bool(np.all(np.isfinite(values))):
        return []
    found = []
    for value, side in ((float(values.min()), 1), (float(values.max()), -1)):
        limit = t.Number(_rounded(value, side))
        pair = (limit, atom) if side > 0 else (atom, limit)
        fact = one_variable.prove(session, t.Compare("<=", *pair), tuple(facts), 0.5)
        found += [] if fact is None else [fact]
    return found


def _number(node: t.Node) -> float:
    return float(numeric(node, Points({}, 1))[0])


def _rounded(value: float, side: int) -> Fraction:
    """A short number at or just beyond the value: below it for side 1, above it for −1."""
    near = Fraction(value).limit_denominator(60)
    if abs(float(near) - value) < 1e-9 * (1 + abs(value)):
        return near
    size = Fraction(10) ** (2 - int(np.floor(np.log10(abs(value)))))
    scaled = Fraction(value) * size
    return Fraction(scaled.__floor__() if side > 0 else scaled.__ceil__()) / size


def implied(session: Session, facts: list[Fact]) -> list[Fact]:
    """−c ≤ v ≤ c for each variable v of a sum of squares with positive factors that is at most a number."""
    found: list[Fact] = []
    for fact in facts:
        if not is_comparison(fact.prop):
            continue
        relation, polynomial = comparison(fact.prop)
        squares = {monomial: factor for monomial, factor in polynomial.items() if monomial != ONE}
        constant = polynomial.get(ONE, Fraction(0))
        sign = -1 if relation != "=" or constant > 0 else 1
        whole = all(m[1] is None and len(m[0]) == 1 and m[0][0][1] == 2 and factor * sign > 0 for m, factor in squares.items())
        if not whole or constant * sign >= 0:
            continue
        for monomial, factor in squares.items():
            v = monomial[0][0][0]
            limit = t.Number(_rounded(float(abs(constant / factor)) ** 0.5, -1))
            for pair in ((v, limit), (t.Mul((t.Number(-1), limit)), v)):
                known = Arithmetic(session, [fact], (), 0.1).prove(t.Compare("<=", *pair))
                found += [] if known is None else [known]
    return found
