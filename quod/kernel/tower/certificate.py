"""Certificates for hypotheses ⇒ goal in one real variable: the line is cut at points, and each point and gap has its own proof.

    cover    {"points": [p₁ < p₂ < …], "at": [proof at pᵢ], "gaps": [proof on (−∞, p₁), (p₁, p₂), …]}
    proof    {"false": k, …record}      hypothesis k is false there          {"true": true, …record}   the goal is true there
             {"case": k, "then": proof, "else": proof}                       by the k-th if-condition
             {"invert": cover}          x = 1/t                              {"tangent": [c, k], "cover": cover}   x = 2c(atan t + kπ)
    record   {"size": generators, "tape": steps}, a step being ["ends"], ["new", kind, num, den, degree],
             ["hint", kind, num, den, hint], ["angle", num, den, turns, eighths], ["sign", polynomial, claim]
             or ["weak", polynomial, claim], a sign that may be 0 at points
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from flint import fmpz_mpoly

from quod.kernel.tower.angles import special_angle
from quod.kernel.tower.cell import Cell
from quod.kernel.tower.claims import verify, weakly
from quod.kernel.tower.field import CertificateError
from quod.kernel.tower.problem import Problem, circular, conditions, difference, invert, is_affine, point_node, resolve, stated, tangent
from quod.kernel.tower.reading import Reader
from quod.kernel.tower.shifts import Show
from quod.lang.binding import substitute
from quod.lang.sorts import REAL
from quod.lang.terms import Constant, Mul, Node, Number, Variable

__all__ = ["CertificateError", "check"]

MAX_NESTING = 40
MAX_SIZE = 256


def check(certificate: dict[str, Any], hypotheses: Sequence[Node], goal: Node) -> frozenset[str]:
    """What the proof trusts beyond the kernel, if `certificate` proves that `hypotheses` imply `goal` for every real.

    `hypotheses` and `goal` have at most one free variable, which is real. Raises CertificateError if the proof fails or is malformed.
    """
    problem = stated(None, hypotheses, goal)
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
        if any(cell.sign_of(reader.read(difference(right, left))) != 1 for left, right in pairwise(points)):
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
            ends = [(end, side) for end, side in ((problem.low, 1), (problem.high, -1)) if end is not None]
            if not any(cell.sign_of(Reader(cell).read(end)) * side >= 0 for end, side in ends):
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
        if not is_affine(argument, variable) or turns is None or turns.denominator != 1:
            raise CertificateError("an argument of sin, cos or tan does not make whole turns in the period")


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
                special_angle(cell, field.quotient(field.parse(num), field.parse(den)), turns, eighths)
            case ["sign", poly, claim]:
                _sign(cell, field.parse(poly), claim, verify, cell.known)
            case ["weak", poly, claim]:
                _sign(cell, field.parse(poly), claim, weakly, cell.weak)
            case _:
                raise CertificateError(f"no such step: {step!r}")
    return cell


def _sign(cell: Cell, poly: fmpz_mpoly, claim: Any, show: Show, known: dict[str, int]) -> None:
    if cell.point or not cell.bounded:
        raise CertificateError("signs are claimed on an interval whose ends are known")
    flip = 1 if poly.leading_coefficient() > 0 else -1
    known[str(poly * flip)] = show(cell, poly * flip, cell.low, cell.high, claim)
