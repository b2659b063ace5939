"""What an UNKNOWN says: where the search stood, where the statement is tight, and what would be needed."""

from __future__ import annotations

from collections.abc import Sequence

from quod.lang import terms as t
from quod.lang.binding import fresh, instantiate, unfold
from quod.lang.sorts import REAL
from quod.lang.text import to_text
from quod.provers import descent, remains

CLOSE, OFF = 1e-12, 1e-9
"""Below `CLOSE`, relative to the sides, floats do not tell slack from equality; below −`OFF` they show a failure."""


def why(variables: Sequence[t.Variable], hypotheses: Sequence[t.Node], goal: t.Node, stood: str) -> str:
    """The reason of an UNKNOWN in one or several variables: `stood` is what the search itself says, if it says anything."""
    count = len(variables)
    head = "no variable" if count == 0 else "one variable" if count == 1 else f"{count} variables"
    parts = [f"{head}: {stood}" if stood else f"neither a proof nor a model was found in {count} variable{'s' if count != 1 else ''}"]
    outside = beyond(variables, (*hypotheses, goal))
    if outside:
        parts.append(outside)
    parts += [part for part in (remains.outside(variables, hypotheses, goal), tightest(variables, hypotheses, goal)) if part]
    return "; ".join(parts)


def of_statement(statement: t.Node, stood: Sequence[str]) -> str:
    """What there is to say of a claim that no engine proved, ending in "; ", or nothing: about reals only, without quantifiers inside."""
    variables: list[t.Variable] = []
    hypotheses: list[t.Node] = []
    rest = unfold(statement)
    while isinstance(rest, t.ForAll | t.Implies):
        if isinstance(rest, t.Implies):
            hypotheses.append(rest.hypothesis)
            rest = rest.conclusion
        else:
            variables.append(fresh(f"x{len(variables) + 1}" if variables else "x", rest.body.domain, frozenset(variables)))
            rest = instantiate(rest.body, variables[-1])
    if not variables or any(v.sort != REAL for v in variables):
        return f"{stood[0]}; " if stood else ""
    seen = remains.outside(variables, hypotheses, rest), tightest(variables, hypotheses, rest)
    parts = [stood[0] if stood else "", beyond(variables, (*hypotheses, rest)), *seen]
    return "".join(f"{part}; " for part in parts if part)


def beyond(variables: Sequence[t.Variable], propositions: Sequence[t.Node]) -> str:
    """The first subterm that no procedure takes in full, and why; empty if there is none."""
    if any(v.sort != REAL for v in variables):
        return "integers are proved by induction and algebra only; needed: a proof script"
    found: dict[str, None] = {}

    def step(node: t.AnyNode, kids: tuple[object, ...]) -> None:
        if not isinstance(node, t.Elementary):
            return
        if node.name in ("sin", "cos", "tan") and not _affine(node.arg):
            found.setdefault(
                f"not in the decided class: {to_text(node)}, whose argument is not linear; needed: a bound in which "
                f"{node.name} of that argument may be replaced by ±1 or by a polynomial"
            )
        elif node.name == "floor":
            found.setdefault(f"not in the decided class: {to_text(node)}")

    for proposition in propositions:
        t.fold(unfold(proposition), step)
    return next(iter(found), "")


def _affine(term: t.Node) -> bool:
    match term:
        case t.Number() | t.Constant() | t.Variable():
            return True
        case t.Add(args):
            return all(map(_affine, args))
        case t.Mul(args):
            return sum(1 for arg in args if arg.variables) <= 1 and all(_affine(arg) for arg in args if arg.variables)
        case _:
            return not term.variables


def tightest(variables: Sequence[t.Variable], hypotheses: Sequence[t.Node], goal: t.Node) -> str:
    """Where floats see the least slack of the goal; empty where they see nothing."""
    found = descent.lowest(variables, hypotheses, goal)
    if found is None:
        return ""
    if not found:
        return "no sampled point satisfies the hypotheses"
    best, at = found[0]
    place = ", ".join(f"{v.name} ≈ {x:.6g}" for v, x in zip(variables, at, strict=True))
    if best < -OFF:
        return f"floats see the goal fail near {place}, which no exact evaluation confirmed"
    if best < CLOSE:
        return f"the bound is touched, or so it looks in floats, near {place}"
    return f"the least slack seen is {best:.1e}, relative to the sides, near {place}"
