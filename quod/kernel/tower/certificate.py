"""Certificates for hypotheses ⇒ goal in one real variable: the line is cut at points, and each point and gap has its own proof.

    cover    {"points": [p₁ < p₂ < …], "at": [proof at pᵢ], "gaps": [proof on (−∞, p₁), (p₁, p₂), …]}
    proof    {"false": k, …record}      hypothesis k is false there          {"true": true, …record}   the goal is true there
             {"case": k, "then": proof, "else": proof}                       by the k-th if-condition
             {"invert": cover}          x = 1/t                              {"tangent": [c, k], "cover": cover}   x = 2c(atan t + kπ)
    record   {"size": generators, "tape": steps}, a step being ["ends"], ["new", kind, num, den, degree],
             ["hint", kind, num, den, hint], ["angle", num, den, turns, eighths] or ["sign", polynomial, claim]
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from quod.kernel.tower.cell import Cell
from quod.kernel.tower.claims import verify
from quod.kernel.tower.field import CertificateError
from quod.kernel.tower.reading import Reader
from quod.lang.binding import rebuild, substitute, unfold
from quod.lang.sorts import REAL
from quod.lang.terms import Add, Compare, Constant, Elementary, IfThenElse, Inverse, Mul, Node, Not, Number, Variable, fold

__all__ = ["CertificateError", "Problem", "check", "conditions", "invert", "point_node", "resolve", "tangent"]

MAX_NESTING = 40
MAX_SIZE = 256


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
            try:
                return Number(Fraction(data))
            except (ValueError, ZeroDivisionError):
                raise CertificateError(f"expected a number p/q, got {data!r}") from None
        case ["+", a, b, *rest]:
            return Add(point_node(part) for part in (a, b, *rest))
        case ["*", a, b, *rest]:
            return Mul(point_node(part) for part in (a, b, *rest))
        case ["/", a]:
            return Inverse(point_node(a))
        case ["exp" | "log" | "sqrt" | "cbrt" | "atan" | "tan" as name, a]:
            return Elementary(name, point_node(a))
    raise CertificateError(f"expected a closed term, got {data!r}")


def check(certificate: dict[str, Any], hypotheses: Sequence[Node], goal: Node) -> frozenset[str]:
    """What the proof trusts beyond the kernel, if `certificate` proves that `hypotheses` imply `goal` for every real.

    `hypotheses` and `goal` have at most one free variable, which is real. Raises CertificateError if the proof fails or is malformed.
    """
    problem = Problem(None, tuple(unfold(h) for h in hypotheses), unfold(goal))
    variables = frozenset().union(*(node.variables for node in (*problem.hypotheses, problem.goal)))
    if len(variables) > 1 or any(v.sort != REAL for v in variables):
        raise CertificateError(f"expected at most one free variable, a real one; got {sorted(v.name for v in variables)}")
    try:
        if variables:
            _cover(replace(problem, variable=next(iter(variables))), certificate, MAX_NESTING)
        else:
            _proof(problem, certificate, MAX_NESTING)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, ArithmeticError, RecursionError) as error:
        raise CertificateError(f"the certificate is malformed or does not prove the goal: {error}") from error
    return frozenset(("FLINT",))


def _cover(problem: Problem, data: dict[str, Any], depth: int) -> None:
    points = [point_node(p) for p in data["points"]]
    ends = [problem.low, *points, problem.high]
    if len(data["at"]) != len(points) or len(data["gaps"]) != len(points) + 1:
        raise CertificateError("a cover has one proof for each point and one for each gap")
    if len(points) > 1:
        cell = _replayed(Problem(None, (), problem.goal), data["record"])
        reader = Reader(cell)
        if any(cell.sign_of(reader.read(difference(right, left))) != 1 for left, right in zip(points, points[1:], strict=False)):
            raise CertificateError("the points of a cover do not increase")
    for point, proof in zip(points, data["at"], strict=True):
        _proof(problem.at(point), proof, depth - 1)
    for low, high, proof in zip(ends, ends[1:], data["gaps"], strict=False):
        _proof(replace(problem, low=low, high=high), proof, depth - 1)


def _proof(problem: Problem, data: dict[str, Any], depth: int) -> None:
    if depth < 0:
        raise CertificateError(f"a certificate is nested at most {MAX_NESTING} levels deep")
    variable = problem.variable
    match data:
        case {"case": int(index), "then": then, "else": otherwise}:
            condition = conditions(problem)[index]
            _proof(resolve(problem, condition, True), then, depth - 1)
            _proof(resolve(problem, condition, False), otherwise, depth - 1)
        case {"invert": cover} if variable is not None:
            cell = _replayed(Problem(None, (), problem.goal), cover["inside"])
            if not any(end is not None and cell.sign_of(Reader(cell).read(end)) * side >= 0 for end, side in ((problem.low, 1), (problem.high, -1))):
                raise CertificateError("x = 1/t does not reach 0")
            _cover(invert(problem, variable), cover, depth - 1)
        case {"tangent": [scale, int(turn)], "cover": cover} if variable is not None:
            _inside_period(problem, point_node(scale), turn, cover["inside"])
            _cover(tangent(problem, variable, point_node(scale), turn), cover, depth - 1)
        case {"period": scale, "at": at, "cover": cover} if variable is not None:
            _one_period(problem, variable, point_node(scale), cover["inside"])
            _proof(problem.at(Mul((point_node(scale), Constant("pi")))), at, depth - 1)
            _cover(tangent(problem, variable, point_node(scale), 0), cover, depth - 1)
        case {"false": int(index), "tape": _} if 0 <= index < len(problem.hypotheses):
            if Reader(_replayed(problem, data)).truth(problem.hypotheses[index]):
                raise CertificateError(f"hypothesis {index} is not false on a cell")
        case {"true": True, "tape": _}:
            if not Reader(_replayed(problem, data)).truth(problem.goal):
                raise CertificateError("the goal is not true on a cell")
        case _:
            raise CertificateError(f"no such proof: {sorted(data)}")


def _inside_period(problem: Problem, scale: Node, turn: int, record: dict[str, Any]) -> None:
    cell = _replayed(Problem(None, (), problem.goal), record)
    reader = Reader(cell)
    if problem.low is None or problem.high is None or cell.sign_of(reader.read(scale)) != 1:
        raise CertificateError("x = 2c(atan t + kπ) covers a bounded interval and needs c > 0")
    for side, end in ((-1, problem.low), (1, problem.high)):
        reach = Mul((scale, Number(2 * turn + side), Constant("pi")))
        if cell.sign_of(reader.read(difference(reach, end))) * side < 0:
            raise CertificateError("an interval reaches beyond its period")


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


def _one_period(problem: Problem, variable: Variable, scale: Node, record: dict[str, Any]) -> None:
    """The problem repeats after 2·scale·π: each argument grows by a whole number of turns over that length."""
    cell = _replayed(Problem(None, (), problem.goal), record)
    reader = Reader(cell)
    arguments, alone = circular(problem, variable)
    if not alone or cell.sign_of(reader.read(scale)) != 1:
        raise CertificateError("the variable occurs outside of sin, cos and tan")
    for argument in arguments:
        start, end = (reader.read(substitute(argument, {variable: Mul((Number(n), scale))})) for n in (0, 1))
        turns = (end - start).rational()
        if not _is_affine(argument, variable) or turns is None or turns.denominator != 1:
            raise CertificateError("an argument of sin, cos or tan does not make whole turns in the period")


def _is_affine(node: Node, variable: Variable) -> bool:
    if variable not in node.variables or node is variable:
        return True
    match node:
        case Add(args):
            return all(_is_affine(arg, variable) for arg in args)
        case Mul(args):
            inside = [arg for arg in args if variable in arg.variables]
            return len(inside) == 1 and _is_affine(inside[0], variable)
    return False


def _replayed(problem: Problem, record: dict[str, Any]) -> Cell:
    """A cell for the problem's interval or point with every step of the tape verified."""
    size = record["size"]
    if not 1 <= size <= MAX_SIZE:
        raise CertificateError(f"a tower has between 1 and {MAX_SIZE} generators, got {size}")
    cell = Cell(size, point=problem.variable is None)
    field = cell.field
    for step in record["tape"]:
        match step:
            case ["ends"]:
                reader = Reader(cell)
                cell.low, cell.high = (None if end is None else reader.read(end) for end in (problem.low, problem.high))
                cell.bounded = True
            case ["new", kind, num, den, degree]:
                cell.extend(kind, None if kind == "pi" else field.quotient(field.parse(num), field.parse(den)), degree)
            case ["hint", kind, num, den, hint]:
                arg = field.quotient(field.parse(num), field.parse(den))
                cell.hints[kind, str(arg.num), str(arg.den)] = hint
            case ["angle", num, den, turns, eighths]:
                cell.special_angle(field.quotient(field.parse(num), field.parse(den)), turns, eighths)
            case ["sign", poly, claim]:
                _sign(cell, field.parse(poly), claim)
            case _:
                raise CertificateError(f"no such step: {step!r}")
    return cell


def _sign(cell: Cell, poly: Any, claim: Any) -> None:
    if cell.point or not cell.bounded:
        raise CertificateError("signs are claimed on an interval whose ends are known")
    flip = 1 if poly.leading_coefficient() > 0 else -1
    cell.known[str(poly * flip)] = verify(cell, poly * flip, cell.low, cell.high, claim)
