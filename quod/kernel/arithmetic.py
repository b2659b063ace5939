"""Real and integer arithmetic: Positivstellensatz certificates, inverses, floors, and the branches of if-then-else."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from quod.kernel.connectives import difference_of
from quod.kernel.logic import same, shown
from quod.kernel.normal import canonical, laws, polynomial_of
from quod.kernel.polynomial import ONE, Polynomial, combine, multiply, number, product
from quod.kernel.theorem import KernelError, Theorem, derive, expect, need, rule
from quod.lang import terms as t
from quod.lang.sorts import INTEGER

Product = tuple[Fraction, Sequence[t.Node], Sequence[int]]
NEGATED_GOAL = -1


def fact(proposition: t.Node) -> tuple[str, Polynomial]:
    """(relation, p) of a comparison `0 relation p`."""
    node = canonical(proposition)
    if node is t.FALSE:
        return "<=", number(-1)
    if node is t.TRUE:
        return "<=", number(1)
    if not isinstance(node, t.Compare) or node.left is not t.Number(0):
        raise KernelError(f"real: expected comparisons of reals, got {proposition!r}")
    return node.relation, difference_of(node)


@rule
def real(goal: t.Node, products: Sequence[Product], cofactors: Sequence[tuple[t.Node, int]], *premises: Theorem) -> Theorem:
    """The goal, a comparison of reals or false, by a Positivstellensatz certificate over the premises' comparisons.

    Each product is (c, squares s, indices): c · ∏ s² · ∏ g over premises 0 ≤ g or 0 < g, index −1 being the negated goal, c > 0. With
    Σ products + Σ q·e = 0 identically (e = 0 the premises' equations) and one product positive because all its factors
    are, no point satisfies the premises and the negated goal. An equation a = b is shown by a − b = Σ q·e.
    """
    facts = dict(enumerate(fact(premise.conclusion) for premise in premises))
    relation, target = fact(goal)
    if relation != "=":
        facts[NEGATED_GOAL] = ("<" if relation == "<=" else "<=", combine((-1, target)))
    total, strict = _total(products, facts)
    for cofactor, index in cofactors:
        expect(index in facts and facts[index][0] == "=", f"real: premise {index} is no equation")
        total = combine((1, total), (1, multiply(polynomial_of(cofactor), facts[index][1])))
    if relation == "=":
        expect(not products and not combine((1, total), (-1, target)), "real: the cofactors do not add up to the equation")
    else:
        expect(strict, "real: no product is positive, so there is no contradiction")
        expect(not total, f"real: the certificate does not add up to zero; it leaves {len(total)} terms")
    squares = (square for _, roots, _ in products for square in roots)
    stated = (*(premise.conclusion for premise in premises), *(cofactor for cofactor, _ in cofactors))
    return derive(goal, premises, trusts=laws(goal, *stated, *squares))


def _total(products: Sequence[Product], facts: dict[int, tuple[str, Polynomial]]) -> tuple[Polynomial, bool]:
    """The sum of the products, and whether one of them is positive wherever the facts hold."""
    total: Polynomial = {}
    strict = False
    for coefficient, squares, indices in products:
        expect(isinstance(coefficient, Fraction) and coefficient > 0, "real: the coefficient {} is not a positive rational", coefficient)
        expect(
            all(index in facts and facts[index][0] != "=" for index in indices), f"real: no inequality among the premises {list(indices)}"
        )
        roots = [polynomial_of(square) for square in squares]
        positive = all(root and set(root) == {ONE} for root in roots) and all(facts[index][0] == "<" for index in indices)
        strict = strict or positive
        factors = [*roots, *roots, *(facts[index][1] for index in indices)]
        total = combine((1, total), (coefficient, product(factors)))
    return total, strict


def nonzero(theorem: Theorem, term: t.Node) -> frozenset[str]:
    """The laws needed to read the theorem as a ≠ 0, from a ≠ 0, 0 < a or a < 0; refuses the rule otherwise."""
    zero = t.Number(0)
    for reading in (t.Not(t.Compare("=", term, zero)), t.Compare("<", zero, term), t.Compare("<", term, zero)):
        if same(theorem.conclusion, reading):
            return laws(theorem.conclusion, reading)
    raise KernelError(f"expected a theorem that {term!r} is not 0, got {theorem.conclusion!r}")


@rule
def inverse(term: t.Node, premise: Theorem) -> Theorem:
    """From a ≠ 0 (or 0 < a, or a < 0) conclude a · 1/a = 1. No other rule cancels."""
    return derive(t.Compare("=", t.Mul((term, t.Inverse(term))), t.Number(1)), (premise,), trusts=nonzero(premise, term))


@rule
def integer_step(premise: Theorem) -> Theorem:
    """From a < b between integers conclude a + 1 ≤ b."""
    node = need(premise.conclusion, t.Compare, "integer_step")
    expect(node.relation == "<" and node.left.sort == node.right.sort == INTEGER, "integer_step: expected a < b between integers")
    return derive(t.Compare("<=", t.Add((node.left, t.Number(1))), node.right), (premise,))


@rule
def floor_bounds(term: t.Node) -> Theorem:
    """⊢ ⌊a⌋ ≤ a ∧ a < ⌊a⌋ + 1."""
    floor = t.Elementary("floor", term)
    return derive(t.And((t.Compare("<=", floor, term), t.Compare("<", term, t.Add((floor, t.Number(1)))))))


@rule
def branch(term: t.Node, premise: Theorem) -> Theorem:
    """From c conclude (if c then a else b) = a; from ¬c that it is b."""
    node = need(term, t.IfThenElse, "branch")
    taken = node.then if same(premise.conclusion, node.condition) else node.otherwise
    condition = node.condition if taken is node.then and same(premise.conclusion, node.condition) else t.Not(node.condition)
    return derive(t.Compare("=", node, taken), (premise,), trusts=shown(premise, condition, "branch"))


@rule
def oracle(solver: str, goal: t.Node, *premises: Theorem) -> Theorem:
    """The goal on the word of an outside solver that it follows from the premises. Nothing is checked: the solver enters `trusts`."""
    expect(solver in ("z3", "cvc5", "z3, cvc5 agree"), f"oracle: expected z3 or cvc5, got {solver!r}")
    return derive(goal, premises, trusts=(solver,))


@rule
def antisymmetry(goal: t.Node, below: Theorem, above: Theorem) -> Theorem:
    """From a ≤ b and b ≤ a conclude a = b, for reals."""
    node = need(goal, t.Compare, "antisymmetry")
    expect(node.relation == "=" and t.is_scalar(node.left.sort), "antisymmetry: expected an equation between reals")
    used = shown(below, t.Compare("<=", node.left, node.right), "antisymmetry")
    used |= shown(above, t.Compare("<=", node.right, node.left), "antisymmetry")
    return derive(goal, (below, above), trusts=used)
