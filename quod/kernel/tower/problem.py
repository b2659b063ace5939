"""The statements that certificates are about, and the substitutions that a proof may make in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from quod.kernel.tower.field import CertificateError
from quod.kernel.tower.intervals import rational
from quod.lang.binding import rebuild, substitute, unfold
from quod.lang.terms import Add, Compare, Constant, Elementary, IfThenElse, Implies, Inverse, Mul, Node, Not, Number, Variable, fold


@dataclass(frozen=True, slots=True)
class Problem:
    """hypotheses ⇒ goal on an open interval of the variable, or at a point: the ends and the point are closed terms."""

    variable: Variable | None
    hypotheses: tuple[Node, ...]
    goal: Node
    low: Node | None = None
    high: Node | None = None

    def map(self, change: Any) -> Problem:
        """The problem with every proposition changed, on the whole line."""
        return Problem(self.variable, tuple(change(h) for h in self.hypotheses), change(self.goal))

    def at(self, point: Node) -> Problem:
        """The problem at a point."""
        return self if self.variable is None else replace(self.map(_substitution(self.variable, point)), variable=None)


def _substitution(variable: Variable, term: Node) -> Any:
    return lambda proposition: substitute(proposition, {variable: term})


def stated(variable: Variable | None, hypotheses: Sequence[Node], goal: Node) -> Problem:
    """The problem with definitions unfolded; a goal h ⇒ c is c under one more hypothesis."""
    assumed, goal = [unfold(h) for h in hypotheses], unfold(goal)
    while isinstance(goal, Implies):
        assumed.append(goal.hypothesis)
        goal = goal.conclusion
    return Problem(variable, tuple(assumed), goal)


def difference(left: Node, right: Node) -> Node:
    """left − right."""
    return Add((left, Mul((Number(-1), right))))


def invert(problem: Problem, variable: Variable) -> Problem:
    """The problem for t = 1/x on the whole line without 0."""
    inverted = problem.map(_substitution(variable, Inverse(variable)))
    return replace(inverted, hypotheses=(*inverted.hypotheses, Not(Compare("=", variable, Number(0)))))


def tangent(problem: Problem, variable: Variable, scale: Node, turn: int) -> Problem:
    """The problem for t with x = 2·scale·(atan t + turn·π) on the whole line."""
    angle = Add((Elementary("atan", variable), Mul((Number(turn), Constant("pi")))))
    return problem.map(_substitution(variable, Mul((Number(2), scale, angle))))


def conditions(problem: Problem) -> list[Node]:
    """The conditions of all if-then-else in the problem, in the order of their keys."""
    found: dict[bytes, Node] = {}
    for proposition in (*problem.hypotheses, problem.goal):
        fold(proposition, lambda node, _: found.setdefault(node.condition.key, node.condition) if isinstance(node, IfThenElse) else None)
    return [found[key] for key in sorted(found)]


def resolve(problem: Problem, condition: Node, holds: bool) -> Problem:
    """The problem where `condition` is assumed to hold or not to hold: a further, last hypothesis, and its if-then-else decided."""

    def step(node: Any, children: tuple[Node, ...]) -> Node:
        if isinstance(node, IfThenElse) and node.condition is condition:
            return children[1] if holds else children[2]
        return rebuild(node, children)

    decided = tuple(fold(h, step) for h in problem.hypotheses)
    return replace(problem, hypotheses=(*decided, condition if holds else Not(condition)), goal=fold(problem.goal, step))


def point_node(data: Any) -> Node:
    """A closed term written as "p/q", "pi", ["+", …], ["*", …], ["/", a] or [function, a]."""
    match data:
        case "pi":
            return Constant("pi")
        case str():
            return Number(rational(data))
        case ["+", a, b, *rest]:
            return Add(point_node(part) for part in (a, b, *rest))
        case ["*", a, b, *rest]:
            return Mul(point_node(part) for part in (a, b, *rest))
        case ["/", a]:
            return Inverse(point_node(a))
        case ["exp" | "log" | "sqrt" | "cbrt" | "atan" | "tan" as name, a]:
            return Elementary(name, point_node(a))
    raise CertificateError(f"expected a closed term, got {data!r}")


def circular(problem: Problem, variable: Variable) -> tuple[list[Node], bool]:
    """The arguments of sin, cos and tan that contain the variable, and whether it occurs nowhere else."""
    arguments: dict[Node, None] = {}
    stack, seen, alone = [*problem.hypotheses, problem.goal], set[Node](), True
    while stack:
        node = stack.pop()
        if node in seen or variable not in node.variables:
            continue
        seen.add(node)
        alone = alone and node is not variable
        if isinstance(node, Elementary) and node.name in ("sin", "cos", "tan"):
            arguments[node.arg] = None
        else:
            stack.extend(node.children)
    return list(arguments), alone


def is_affine(node: Node, variable: Variable) -> bool:
    """True if the term is a sum of multiples of the variable and terms without it."""
    if variable not in node.variables or node is variable:
        return True
    match node:
        case Add(args):
            return all(is_affine(arg, variable) for arg in args)
        case Mul(args):
            inside = [arg for arg in args if variable in arg.variables]
            return len(inside) == 1 and is_affine(inside[0], variable)
    return False
