"""Comparisons on bounded boxes of several reals, by a tree of smaller boxes each of which ball arithmetic decides.

A box is decided by the value of l − r, by its mean value form, or by its derivatives: where ∂f/∂xₖ has one sign, f is least on one
face; where f and its gradient vanish at a point and the Hessian is positive definite, f ≥ 0 (Taylor's formula with Lagrange's remainder).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations_with_replacement
from typing import Any

from flint import arb

from quod.kernel.calculus import CALCULUS, MEAN_VALUE, differentiate
from quod.kernel.normal import canonical, laws
from quod.kernel.theorem import KernelError, Theorem, derive, expect, need, rule
from quod.lang import terms as t
from quod.lang.balls import compile_balls
from quod.lang.binding import abstract, substitute, unfold
from quod.lang.enclosures import real
from quod.lang.sorts import REAL

MAX_BOXES = 20_000
MAX_DEPTH = 120
MAX_BITS = 400
ZERO = t.Number(0)
Interval = tuple[Fraction, Fraction]
Box = tuple[Interval, ...]


@dataclass(frozen=True)
class Problem:
    """hypotheses ⇒ 0 ≤ f, or 0 < f if `strict`; `projected`: the box is a face, where the hypotheses may not hold."""

    variables: tuple[t.Variable, ...]
    hypotheses: tuple[Any, ...]
    function: t.Node
    strict: bool
    bits: int
    projected: bool = False


class Functions:
    """The function of a problem, its derivatives and the conditions for them, as functions of balls; each compiled when it is needed."""

    def __init__(self, function: t.Node, variables: tuple[t.Variable, ...], bits: int) -> None:
        self.variables, self.bits = variables, bits
        self.terms: dict[tuple[int, ...], t.Node] = {(): unfold(function)}
        self.needed: dict[tuple[int, ...], tuple[t.Node, ...]] = {(): ()}
        self.codes: dict[Any, Callable[[Sequence[Any], int], Any]] = {}

    def term(self, order: tuple[int, ...]) -> t.Node:
        """The partial derivative by the variables of these numbers."""
        if order not in self.terms:
            slope, conditions = differentiate(self.term(order[:-1]), self.variables[order[-1]], {})
            self.terms[order] = slope
            self.needed[order] = (*self.needed[order[:-1]], *conditions)
        return self.terms[order]

    def value(self, order: tuple[int, ...], box: Sequence[Interval]) -> arb:
        """A ball around all values of the derivative on the box; NaN where it may not exist."""
        if order not in self.codes:
            term = self.term(order)
            self.codes[order] = compile_balls(term, self.variables)
            self.codes["if", order] = compile_balls(t.And(self.needed[order]), self.variables)
        balls = [real(low) if low == high else real(low).union(real(high)) for low, high in box]
        if self.codes["if", order](balls, self.bits) is not True:
            return arb.nan()
        return real(self.codes[order](balls, self.bits))


@rule
def boxes(goal: t.Node, hypotheses: Sequence[t.Node], box: Sequence[tuple[t.Node, Fraction, Fraction]], bits: int, tree: Any) -> Theorem:
    """⊢ ∀x₁ … xₙ. a₁ ≤ x₁ ⇒ x₁ ≤ b₁ ⇒ … ⇒ hypotheses ⇒ goal, a comparison l ≤ r or l < r, by a tree:

    ("split", k, m, tree, tree), ("false", j): hypothesis j is false, ("true",): by the value of r − l, ("mean",): by its mean value form,
    ("face", k, side, tree): ∂(r − l)/∂xₖ has one sign, ("exact",): by its normal form, ("least", point): touched at an inner point.
    """
    node = need(unfold(goal), t.Compare, "boxes")
    expect(node.relation in ("<", "<="), "boxes: expected a comparison with < or <=")
    expect(isinstance(bits, int) and 32 <= bits <= MAX_BITS, f"boxes: expected 32 to {MAX_BITS} bits, got {bits!r}")
    variables = tuple(need(variable, t.Variable, "boxes") for variable, _, _ in box)
    expect(len(set(variables)) == len(variables) > 0 and all(v.sort == REAL for v in variables), "boxes: expected different real variables")
    sides = tuple((_exact(low), _exact(high)) for _, low, high in box)
    expect(all(low <= high for low, high in sides), "boxes: an interval ends before it begins")
    difference = t.Add((node.right, t.Mul((t.Number(-1), node.left))))
    tests = tuple(compile_balls(unfold(hypothesis), variables) for hypothesis in hypotheses)
    problem = Problem(variables, tests, difference, node.relation == "<", bits)
    functions = Functions(difference, variables, bits)
    _check(problem, functions, sides, tree, MAX_DEPTH, [MAX_BOXES])
    statement: t.Node = goal
    for hypothesis in reversed(hypotheses):
        statement = t.Implies(hypothesis, statement)
    for variable, low, high in reversed(tuple(box)):
        bounded = t.Implies(t.Compare("<=", variable, t.Number(high)), statement)
        statement = t.ForAll(abstract(variable, t.Implies(t.Compare("<=", t.Number(low), variable), bounded)))  # type: ignore[arg-type]
    expect(not statement.variables, "boxes: a variable has no interval")
    return derive(statement, trusts=laws(*functions.terms.values()) | {"FLINT", CALCULUS, MEAN_VALUE})


def _exact(number: Any) -> Fraction:
    """A rational number; no text, which may be short and mean a number of a billion digits."""
    expect(isinstance(number, Fraction | int) and not isinstance(number, bool), "boxes: expected a rational number, got {}", number)
    return Fraction(number)


def _check(problem: Problem, functions: Functions, box: Box, tree: Any, depth: int, left: list[int]) -> None:
    """Raises KernelError unless the tree proves the problem on the box."""
    left[0] -= 1
    expect(left[0] >= 0 and depth >= 0, "boxes: the tree is too large")
    match tree:
        case ("split", int(k), middle, lower, upper) if 0 <= k < len(box):
            low, high = box[k]
            cut = _exact(middle)
            expect(low < cut < high, "boxes: a cut lies outside of its interval")
            _check(problem, functions, (*box[:k], (low, cut), *box[k + 1 :]), lower, depth - 1, left)
            _check(problem, functions, (*box[:k], (cut, high), *box[k + 1 :]), upper, depth - 1, left)
        case ("face", int(k), int(side), inner) if 0 <= k < len(box) and side in (-1, 1):
            slope = functions.value((k,), box)
            expect(bool(slope * side >= 0), "boxes: a derivative is not known to have one sign")
            end = box[k][0] if side > 0 else box[k][1]
            _check(replace(problem, projected=True), functions, (*box[:k], (end, end), *box[k + 1 :]), inner, depth - 1, left)
        case ("false", int(j)) if 0 <= j < len(problem.hypotheses) and not problem.projected:
            balls = [real(low).union(real(high)) for low, high in box]
            expect(problem.hypotheses[j](balls, problem.bits) is False, f"boxes: hypothesis {j} is not false on a box")
        case ("true",):
            expect(_holds(problem, functions.value((), box)), "boxes: the comparison is not seen to hold on a box")
        case ("mean",):
            expect(_holds(problem, mean_value_form(functions, box)), "boxes: the mean value form does not show the comparison")
        case ("exact",):
            fixed = {v: t.Number(low) for v, (low, high) in zip(problem.variables, box, strict=True) if low == high}
            shown = canonical(t.Compare("<" if problem.strict else "<=", ZERO, substitute(problem.function, fixed)))
            expect(shown is t.TRUE, "boxes: the normal form of a comparison is not true")
        case ("least", point):
            expect(not problem.strict, "boxes: a touched comparison is not strict")
            _touched(problem, functions, box, tuple(_exact(x) for x in point))
        case _:
            raise KernelError(f"boxes: no such proof: {str(tree)[:60]}")


def _holds(problem: Problem, value: arb) -> bool:
    return bool(value > 0 if problem.strict else value >= 0)


def mean_value_form(functions: Functions, box: Box) -> arb:
    """f(m) + Σ ∂f/∂xₖ(box)·(xₖ − mₖ), which encloses f on the box; NaN where f may not be differentiable."""
    middle = tuple((low + high) / 2 for low, high in box)
    total = functions.value((), [(m, m) for m in middle])
    for k, (low, high) in enumerate(box):
        if low < high:
            total += functions.value((k,), box) * real(low - middle[k]).union(real(high - middle[k]))
    return total


def _touched(problem: Problem, functions: Functions, box: Box, point: tuple[Fraction, ...]) -> None:
    """f(p) = 0 and ∇f(p) = 0 exactly, in the coordinates that vary, and the Hessian is positive definite on the box."""
    free = [k for k, (low, high) in enumerate(box) if low < high]
    smooth = t.fold(functions.term(()), lambda node, kids: all(kids) and not isinstance(node, t.IfThenElse))
    expect(smooth, "boxes: a touched function has no cases")
    expect(len(point) == len(box), "boxes: a point has as many coordinates as the box")
    expect(all(low <= x <= high for x, (low, high) in zip(point, box, strict=True)), "boxes: the point lies outside of the box")
    at = {v: t.Number(x) for v, x in zip(problem.variables, point, strict=True)}
    for order in ((), *((k,) for k in free)):
        vanishes = canonical(t.Compare("=", substitute(functions.term(order), at), ZERO)) is t.TRUE
        expect(vanishes, "boxes: the function and its gradient do not vanish at the point")
    hessian = {pair: functions.value(pair, box) for pair in combinations_with_replacement(free, 2)}
    rows = [[hessian[min(i, j), max(i, j)] for j in free] for i in free]
    for n in range(len(free)):
        expect(bool(rows[n][n] > 0), "boxes: the Hessian is not seen to be positive definite")
        for i in range(n + 1, len(free)):
            factor = rows[i][n] / rows[n][n]
            rows[i] = [entry - factor * above for entry, above in zip(rows[i], rows[n], strict=True)]
