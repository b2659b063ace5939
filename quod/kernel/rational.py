"""Signs and equations of rational functions of atoms: denominators are cleared where they are known not to vanish.

FLINT's polynomials do the arithmetic, so every theorem made here trusts FLINT.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import fmpq

from quod.kernel.arithmetic import nonzero as is_nonzero
from quod.kernel.normal import canonical
from quod.kernel.quotients import MAX_POWER, TRUSTS, ZERO, Reading
from quod.kernel.theorem import Theorem, derive, expect, need, rule
from quod.lang import terms as t
from quod.lang.binding import unfold

Product = tuple[Fraction, Sequence[t.Node], Sequence[tuple[int, int]]]
Solved = Sequence[tuple[int, t.Node, int]]


def difference(node: t.Compare) -> t.Node:
    """right − left of a comparison."""
    return t.Add((node.right, t.Mul((t.Number(-1), node.left))))


@rule
def rational(goal: t.Node, products: Sequence[Product], solved: Solved, *premises: Theorem) -> Theorem:
    """A comparison l ≤ r, l < r or l = r of reals, because r − l = Σ c·∏ s²·∏ g^e as rational functions, every c > 0.

    Each product is (c, terms s, pairs (premise, e)): the premise is 0 ≤ g or 0 < g, read as right − left, and strict where e < 0. For l < r
    one product has only strict premises and no s. An equation takes no products. `solved` holds (premise, atom, k): the premise is an
    equation whose one side is atom^k, which is replaced by the other, in this order. Premises that say u ≠ 0, 0 < u or u < 0 allow 1/u.
    """
    node = need(unfold(goal), t.Compare, "rational")
    stated = [unfold(premise.conclusion) for premise in premises]
    strict = node.relation == "="
    terms = [difference(node)]
    for coefficient, squares, factors in products:
        expect(isinstance(coefficient, Fraction) and coefficient > 0, f"rational: expected a positive rational, got {coefficient!r}")
        positive = not squares
        for index, exponent in factors:
            fact = need(stated[index] if 0 <= index < len(stated) else None, t.Compare, "rational")
            expect(fact.relation == "<" or (fact.relation == "<=" and exponent >= 0), f"rational: premise {index} says no such sign")
            positive = positive and fact.relation == "<"
            terms.append(difference(fact))
        terms += squares
        strict = strict or positive
    expect(node.relation != "=" or not products, "rational: an equation takes no products")
    expect(strict or node.relation != "<", "rational: no product is positive")
    equations = [_equation(stated, index, atom, power) for index, atom, power in solved]
    reading = Reading([*terms, *(value for _, _, value in equations)], stated)
    parts = [(-num, den) for num, den in (reading.read(difference(node)),)]
    for coefficient, squares, factors in products:
        number = (reading.context.constant(fmpq(coefficient.numerator, coefficient.denominator)), reading.one)
        powers = [(reading.read(difference(need(stated[k], t.Compare, "rational"))), e) for k, e in factors]
        parts.append(reading.product([(number, 1), *((reading.read(s), 2) for s in squares), *powers]))
    num, _ = reading.total(parts)
    for atom, power, value in equations:
        num = reading.replace(num, atom, power, reading.read(value))
    expect(num.is_zero(), f"rational: the two sides differ by {len(num)} terms")
    return derive(goal, premises, trusts=TRUSTS)


def _equation(stated: Sequence[t.Node], index: int, atom: t.Node, power: int) -> tuple[t.Node, int, t.Node]:
    """(atom, power, value) where premise `index` says atom^power = value."""
    fact = need(stated[index] if 0 <= index < len(stated) else None, t.Compare, "rational")
    expect(fact.relation == "=" and 1 <= power <= MAX_POWER, f"rational: premise {index} is no equation")
    side = canonical(t.Power(atom, power))
    expect(t.is_scalar(atom.sort), "rational: expected equations of reals")
    if canonical(fact.left) is side:
        return atom, power, fact.right
    expect(canonical(fact.right) is side, f"rational: premise {index} does not have the atom's power as a side")
    return atom, power, fact.left


@rule
def nonzero(denial: t.Node, premise: Theorem) -> Theorem:
    """a ≠ 0 from 0 < a or a < 0."""
    equation = need(need(denial, t.Not, "nonzero").arg, t.Compare, "nonzero")
    expect(equation.relation == "=" and equation.right is ZERO, "nonzero: expected a ≠ 0")
    return derive(denial, (premise,), trusts=is_nonzero(premise, equation.left))
