"""Hypotheses ∀x ∀y: left ≤ right about sampled fields, decided exactly where they can be.

For a quadratic F with gradient G, right − left is a polynomial of degree 2 in the coordinates of x and y (smoothness, convexity, a lower
bound, Polyak–Łojasiewicz, …): it is non-negative everywhere if and only if its homogenised matrix is positive semidefinite. For a
piecewise quadratic on ℚ¹ the two hypotheses ‖G(x) − G(y)‖² ≤ c‖x − y‖² and b ≤ F(x) are read off its curvatures and its minimum.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

from quod.attack.arithmetic import Outcome, Undecided, exact, fraction
from quod.attack.evaluation import compile_terms
from quod.attack.fields import Piecewise, Quadratic, known_fields
from quod.attack.logic import Judgement
from quod.lang import terms as t
from quod.lang.binding import fresh, instantiate
from quod.lang.sorts import VECTOR, Arrow

Matrix = list[list[Fraction]]


def decided(hypothesis: t.Node, variables: Sequence[t.Variable], otherwise: Judgement) -> Judgement:
    """`otherwise`, with an exact answer put before it where the values are fields for which there is one."""
    bound: list[t.Variable] = []
    body = hypothesis
    while isinstance(body, t.ForAll) and body.body.domain == VECTOR:
        bound.append(fresh("x", VECTOR, frozenset((*variables, *bound))))
        body = instantiate(body.body, bound[-1])
    if not bound or not isinstance(body, t.Compare) or body.relation == "<" or body.left.sort == VECTOR:
        return otherwise
    degree = max(_degree(body.left, frozenset(bound)), _degree(body.right, frozenset(bound)))
    sides = compile_terms((body.left, body.right), (*variables, *bound))
    constants = _read_off(body, bound, variables)

    def judgement(*values: Any) -> Outcome:
        found = known_fields(values)
        if found and all(isinstance(field, Quadratic) for field in found) and degree <= 2:
            return _everywhere(lambda *xs: _gap(sides(*values, *xs)), len(bound), len(found[0].lowest_at), body.relation)
        if len(found) == 1 and isinstance(found[0], Piecewise) and constants is not None:
            return constants(found[0], values)
        return otherwise(*values)

    return judgement


def _degree(node: t.Node, bound: frozenset[t.Variable]) -> int:
    """A bound on the degree in the coordinates of `bound`, for quadratic fields; 99 if there is none."""
    if not node.variables & bound:
        return 0
    match node:
        case t.Variable():
            return 1
        case t.Apply(t.Variable(sort=Arrow(domain, codomain)), argument) if domain == VECTOR:
            return (1 if codomain == VECTOR else 2) * _degree(argument, bound)
        case t.Add(args):
            return max(_degree(arg, bound) for arg in args)
        case t.Mul() | t.Scale() | t.Inner():
            return sum(_degree(child, bound) for child in node.children)
        case t.Power(base, exponent):
            return exponent * _degree(base, bound)
        case _:
            return 99


def _gap(sides: tuple[Any, Any]) -> Fraction:
    known = fraction(sides[1] - sides[0])
    if known is None:
        raise Undecided("a side of a hypothesis is not rational")
    return known


def _everywhere(gap: Callable[..., Fraction], count: int, dimension: int, relation: str) -> Outcome:
    """Whether the quadratic polynomial `gap` of `count` vectors is ≥ 0 (or = 0) everywhere."""
    size = count * dimension

    def at(entries: dict[int, int]) -> Fraction:
        flat = [entries.get(i, 0) for i in range(size)]
        return gap(*(tuple(flat[k * dimension : (k + 1) * dimension]) for k in range(count)))

    try:
        matrix = _homogenised(at, size)
    except Undecided:
        return Outcome.OPEN
    if relation == "=":
        return Outcome.FALSE if any(any(row) for row in matrix) else Outcome.TRUE
    return Outcome.TRUE if positive_semidefinite(matrix) else Outcome.FALSE


def _homogenised(at: Callable[[dict[int, int]], Fraction], size: int) -> Matrix:
    """The matrix M with p(z) = (1, z)ᵀ M (1, z), from values of p."""
    constant = at({})
    matrix = [[Fraction(0)] * (size + 1) for _ in range(size + 1)]
    matrix[0][0] = constant
    for i in range(size):
        plus, minus = at({i: 1}), at({i: -1})
        matrix[0][i + 1] = matrix[i + 1][0] = (plus - minus) / 4
        matrix[i + 1][i + 1] = (plus + minus) / 2 - constant
    for i, j in combinations(range(size), 2):
        mixed = at({i: 1, j: 1}) - constant - matrix[i + 1][i + 1] - matrix[j + 1][j + 1] - 2 * (matrix[0][i + 1] + matrix[0][j + 1])
        matrix[i + 1][j + 1] = matrix[j + 1][i + 1] = mixed / 2
    return matrix


def positive_semidefinite(matrix: Matrix) -> bool:
    """Exact: elimination with positive pivots leaves nothing but zeros."""
    rows = [list(row) for row in matrix]
    while rows:
        if any(rows[i][i] < 0 for i in range(len(rows))):
            return False
        pivot = next((i for i in range(len(rows)) if rows[i][i] > 0), None)
        if pivot is None:
            return not any(any(row) for row in rows)
        top = rows[pivot]
        kept = [i for i in range(len(rows)) if i != pivot]
        rows = [[rows[i][j] - rows[i][pivot] * top[j] / top[pivot] for j in kept] for i in kept]
    return True


def _read_off(
    body: t.Compare, bound: Sequence[t.Variable], variables: Sequence[t.Variable]
) -> Callable[[Piecewise, Sequence[Any]], Outcome] | None:
    """What decides a smoothness hypothesis or a lower bound for a piecewise quadratic on ℚ¹; None for any other hypothesis."""
    inside = frozenset(bound)
    match body:
        case t.Compare("<=", low, t.Apply(t.Variable(), argument)) if (argument,) == tuple(bound) and not low.variables & inside:
            compute = compile_terms((low,), tuple(variables))
            return lambda field, values: _ordered(compute(*values)[0], field.lowest)
        case t.Compare("<=", t.Inner(left, same), right) if len(bound) == 2 and left is same and _is_difference_of_slopes(left, bound):
            factor = _factor(right, bound)
            if factor is None:
                return None
            compute = compile_terms((factor,), tuple(variables))
            return lambda field, values: _ordered(exact(max(abs(b) for b in field.bends) ** 2), compute(*values)[0])
        case _:
            return None


def _ordered(small: Any, large: Any) -> Outcome:
    if large is None:
        return Outcome.FALSE
    a, b = fraction(small), fraction(large)
    return Outcome.OPEN if a is None or b is None else Outcome.TRUE if a <= b else Outcome.FALSE


def _is_difference_of_slopes(node: t.Node, bound: Sequence[t.Variable]) -> bool:
    """G(x) − G(y)."""
    match node:
        case t.Add((t.Apply(f, x), t.Scale(t.Number(minus), t.Apply(g, y)))):
            return minus == -1 and f is g and {x, y} == set(bound)
        case _:
            return False


def _factor(node: t.Node, bound: Sequence[t.Variable]) -> t.Node | None:
    """c in c·‖x − y‖²."""
    if not isinstance(node, t.Mul):
        return None
    lengths = [arg for arg in node.args if isinstance(arg, t.Inner)]
    rest = [arg for arg in node.args if not isinstance(arg, t.Inner)]
    if len(lengths) != 1 or any(arg.variables & set(bound) for arg in rest):
        return None
    match lengths[0]:
        case t.Inner(t.Add((x, t.Scale(t.Number(minus), y))) as left, right) if left is right and minus == -1 and {x, y} == set(bound):
            return t.Mul(rest) if len(rest) > 1 else rest[0]
        case _:
            return None
