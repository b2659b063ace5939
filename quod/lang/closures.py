"""Evaluation by closures: a term is compiled once, bottom-up, and then evaluated at many points without looking at nodes again.

An algebra gives the closure of each node from those of its children. Here are the parts that every algebra shares: variables,
binders, definitions, integer ranges, and the memory that evaluates a shared subterm once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from quod.lang import terms as t
from quod.lang.ranges import integer_range
from quod.lang.terms import AnyNode, Bound, Exists, ForAll, Lambda, Named, Node, TermError, Variable, fold

Frame = dict[int, Any]
Environment = tuple[Frame, ...]
"""The frame of each enclosing λ, innermost first, and at the end that of the free variables.

Key 0 (for free variables: 0, 1, …) holds the value; negative keys hold the values of shared subterms that depend on this frame but
on none further in. A frame lives as long as one application of its λ, so what it remembers can never be stale.
"""

Code = Callable[[Environment], Any]
Operation = (
    t.Number | t.Constant | t.Apply | t.Add | t.Mul | t.Scale | t.Inverse | t.Power | t.Elementary | t.IfThenElse | t.Inner | t.Fold
    | t.Integral | t.Derivative | t.Compare | t.And | t.Or | t.Not | t.Implies | t.AlmostEverywhere | t.Integrable | t.Differentiable
    | t.Gradient
)
"""The nodes that an algebra gives a meaning to."""
Algebra = Callable[[Operation, tuple[Code, ...]], Code]
Quantifier = Callable[[ForAll | Exists, Code, Code, Code], Code]


class Unsupported(TermError):
    """A reading does not take this construct; the message names the subterm."""

    def __init__(self, reading: str, node: Node, why: str) -> None:
        from quod.lang.text import to_text

        shown = to_text(node)
        super().__init__(f"{reading}: cannot read `{shown if len(shown) <= 120 else shown[:117] + '…'}`: {why}")


def compile_closures(
    term: Node, variables: Sequence[Variable], algebra: Algebra, quantifier: Quantifier, enter: Callable[[Lambda], Callable[[Any], Any]]
) -> Code:
    """The closure of `term`; `enter(λ)` converts an argument to a value of the λ's domain.

    `quantifier` gets the closures of lower and upper bound and of the body of a range. Raises TermError for a free variable that is
    not among `variables`, or a loose bound one.
    """
    missing = term.variables - set(variables)
    if missing or term.loose:
        names = sorted(variable.name for variable in missing) or ["a bound variable"]
        raise TermError(f"a term can only be evaluated if all its variables have values; missing: {', '.join(names)}")
    uses, has_binder = _uses(term)
    memory: dict[Node, Code] = {}
    position = {variable: index for index, variable in enumerate(variables)}

    def read(node: AnyNode, children: tuple[Code, ...]) -> Code:
        match node:
            case Variable():
                return _free(position[node])
            case Bound(index):
                return lambda e: e[index][0]
            case Named():
                return children[0]
            case Lambda():
                return _function(children[0], enter(node))
            case ForAll() | Exists():
                code = quantify(node)
            case _:
                code = algebra(node, children)
        inner = min((index for index, _ in node.loose), default=-1)
        if children and (uses[node] > 1 or (has_binder and inner != 0)):
            return _remembered(code, -1 - len(memory), inner)
        return code

    def quantify(node: ForAll | Exists) -> Code:
        found = integer_range(node)
        if found is None:
            raise Unsupported("evaluation", node, "the quantifier has no finite integer range")
        lower, upper, body = (fold(part, read, memory) for part in (found.lower, found.upper, found.body))
        return quantifier(node, lower, upper, body)

    return fold(term, read, memory)


def _uses(term: Node) -> tuple[Counter[Node], bool]:
    """How many times each subterm is an immediate child, and whether there is any λ."""
    uses: Counter[Node] = Counter()
    stack = [term]
    while stack:
        node = stack.pop()
        for child in node.children:
            if child not in uses:
                stack.append(child)
            uses[child] += 1
    return uses, any(isinstance(node, Lambda) for node in uses)


def _free(position: int) -> Code:
    return lambda e: e[-1][position]


def _function(body: Code, convert: Callable[[Any], Any]) -> Code:
    return lambda e: lambda value: body(({0: convert(value)}, *e))


def _remembered(code: Code, key: int, index: int) -> Code:
    def recall(e: Environment) -> Any:
        frame = e[index]
        if key in frame:
            return frame[key]
        value = frame[key] = code(e)
        return value

    return recall
