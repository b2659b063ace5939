"""Trigonometric problems: t = tan(z/2), period by period; 1/x where the arguments ask for it; one period where all repeats; tails."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import gcd
from typing import TYPE_CHECKING, Any

from flint import arb

from quod.kernel.tower.field import CertificateError, Quotient
from quod.kernel.tower.problem import Problem, circular, conditions, difference, invert, resolve, tangent
from quod.kernel.tower.reading import Reader
from quod.kernel.tower.values import precision
from quod.lang.binding import substitute
from quod.lang.terms import Add, Constant, Elementary, Inverse, Mul, Node, Number, Variable
from quod.provers.tower.export import closed_term, term_data
from quod.provers.tower.forms import find
from quod.provers.tower.live import LiveCell, Refine, Unknown

if TYPE_CHECKING:
    from quod.provers.tower.cover import Search

MOST_PERIODS = 400
TAILS = tuple(Fraction(2) ** k for k in range(13))
Parts = tuple[list[Node], list[Any], list[Any]]


def applies(problem: Problem, proposition: Node) -> bool:
    """True if the variable occurs under sin, cos or tan in the proposition."""
    return problem.variable is not None and bool(circular(Problem(problem.variable, (), proposition), problem.variable)[0])


def scratch() -> LiveCell:
    """A cell for constants, outside of any certificate."""
    cell = LiveCell(64, float("inf"), {}, True)
    cell.hinter = find
    return cell


def slope(cell: LiveCell, argument: Node, variable: Variable) -> Quotient | None:
    """b if the argument is a + bx."""
    reader = Reader(cell)
    try:
        values = [reader.read(substitute(argument, {variable: Number(n)})) for n in (1, 2, 3, 6)]
    except (CertificateError, Refine, Unknown):
        return None
    b = values[1] - values[0]
    five = cell.field.number(5)
    return b if (values[2] - values[1]).same(b) and (values[3] - values[0]).same(b * five) and not b.is_zero() else None


def common_scale(arguments: list[Node], variable: Variable) -> Node | None:
    """c > 0 such that every argument makes whole turns over 2cπ; None if there is none or an argument is not affine."""
    cell = scratch()
    slopes = [slope(cell, argument, variable) for argument in arguments]
    first = slopes[0]
    ratios = [None if b is None or first is None else (b / first).rational() for b in slopes]
    known = [abs(r) for r in ratios if r is not None]
    if first is None or len(known) < len(ratios):
        return None
    unit = Fraction(0)
    for r in known:
        unit = Fraction(gcd(unit.numerator * r.denominator, r.numerator * unit.denominator), unit.denominator * r.denominator)
    scale = cell.field.number(1) / (first * cell.field.number(unit))
    return closed_term(cell, scale if cell.sign_of(scale) > 0 else -scale)


def value(term: Node) -> arb:
    """A ball around a closed term."""
    cell = scratch()
    return cell.ball(Reader(cell).read(term))


class Circular:
    """The trigonometric part of a search on one gap."""

    def __init__(self, search: Search, problem: Problem, settled: frozenset[int], depth: int) -> None:
        if problem.variable is None:
            raise Unknown("a trigonometric problem has a variable")
        self.search, self.problem, self.settled, self.depth = search, problem, settled, depth
        self.variable = problem.variable
        self.arguments, self.alone = circular(problem, self.variable)

    def solve(self) -> Parts | None:
        """The parts of a cover of the gap, or None if no substitution fits."""
        scale = common_scale(self.arguments, self.variable)
        if scale is None:
            return self._inverted()
        if self.problem.low is None or self.problem.high is None:
            return [], [], [self._period(scale)] if self.alone and self.problem.low is self.problem.high else self._tails()
        proof = self._by_balls()
        return ([], [], [proof]) if proof is not None else self._turns(scale)

    def _by_balls(self) -> dict[str, Any] | None:
        """A proof by a few balls over the compact interval, where there is one."""
        search, problem = replace(self.search, quick=True), self.problem
        try:
            holds, record = search.truth(problem, problem.goal)
        except (Unknown, CertificateError, type(search.split([]))):
            return None
        return {"true": True, **record} if holds else None

    def _inside(self, propositions: Any) -> dict[str, Any]:
        return self.search.reading(Problem(None, (), self.problem.goal), propositions)[1]

    def _inverted(self) -> Parts | None:
        swapped = [substitute(a, {self.variable: Inverse(self.variable)}) for a in self.arguments]
        cell = scratch()
        if any(slope(cell, a, self.variable) is None for a in swapped):
            return None
        ends = [(end, side) for end, side in ((self.problem.low, 1), (self.problem.high, -1)) if end is not None]
        if not any(Reader(cell).cell.sign_of(Reader(cell).read(end)) * side >= 0 for end, side in ends):
            raise self.search.split([Number(0)])
        record = self._inside(lambda reader: [reader.cell.sign_of(reader.read(end)) for end, _ in ends])
        cover = self.search.mapped(invert(self.problem, self.variable), Inverse)
        return [], [], [{"invert": {**cover, "inside": record}}]

    def _tangent(self, problem: Problem, scale: Node, turn: int) -> dict[str, Any]:
        angle = lambda t: Mul((Number(2), scale, Add((Elementary("atan", t), Mul((Number(turn), Constant("pi")))))))  # noqa: E731
        return self.search.mapped(tangent(problem, self.variable, scale, turn), angle)

    def _period(self, scale: Node) -> dict[str, Any]:
        pole = Mul((scale, Constant("pi")))

        def used(reader: Reader) -> None:
            reader.cell.sign_of(reader.read(scale))
            for argument in self.arguments:
                for n in (0, 1):
                    reader.read(substitute(argument, {self.variable: Mul((Number(n), scale))}))

        record = self._inside(used)
        at = self.search.point(self.problem, pole)
        return {"period": term_data(scale), "at": at, "cover": {**self._tangent(self.problem, scale, 0), "inside": record}}

    def _turns(self, scale: Node) -> Parts:
        low, high = self.problem.low, self.problem.high
        if low is None or high is None:
            raise Unknown("periods are counted on bounded intervals")
        with precision(256):
            unit = value(scale) * arb.pi()
            first, last = ((value(end) / unit).mid() for end in (low, high))
        start, stop = first.floor().unique_fmpz(), last.ceil().unique_fmpz()
        if start is None or stop is None:
            raise Unknown("the periods of an interval could not be counted")
        odd = [n for n in range(int(start) - 1, int(stop) + 2) if n % 2]
        if len(odd) > MOST_PERIODS:
            raise Unknown(f"the interval has more than {MOST_PERIODS} periods")
        cell = scratch()
        reader = Reader(cell)
        poles = [Mul((scale, Number(n), Constant("pi"))) for n in odd]
        inner = [p for p in poles if _sign(reader, difference(p, low)) > 0 and _sign(reader, difference(high, p)) > 0]
        if inner:
            raise self.search.split([*inner])
        below = [n for n, p in zip(odd, poles, strict=True) if _sign(reader, difference(low, p)) >= 0]
        turn = (max(below) + 1) // 2

        def used(check: Reader) -> None:
            check.cell.sign_of(check.read(scale))
            for side, end in ((-1, low), (1, high)):
                check.cell.sign_of(check.read(difference(Mul((scale, Number(2 * turn + side), Constant("pi"))), end)))

        record = self._inside(used)
        return [], [], [{"tangent": [term_data(scale), turn], "cover": {**self._tangent(self.problem, scale, turn), "inside": record}}]

    def _tails(self) -> list[Any]:
        """Where sin and cos are only bounded by 1: succeeds on the whole gap, or cuts it further out."""
        try:
            return [self._tail(self.problem)]
        except (Unknown, CertificateError):
            pass
        inside = [m for m in TAILS if self._beyond(m)]
        if not inside:
            raise Unknown("no bound of sin and cos by 1 decides the tail of an unbounded trigonometric problem")
        both = self.problem.low is None and self.problem.high is None
        one_sided = inside[0] if self.problem.high is None else -inside[0]
        raise self.search.split([Number(-inside[0]), Number(inside[0])] if both else [Number(one_sided)])

    def _tail(self, problem: Problem) -> dict[str, Any]:
        for index, condition in enumerate(conditions(problem)):
            if applies(problem, condition):
                then, otherwise = (self._tail(resolve(problem, condition, holds)) for holds in (True, False))
                return {"case": index, "then": then, "else": otherwise}
        holds, record = self.search.truth(problem, problem.goal)
        if not holds:
            raise Unknown("the goal fails on a tail, or in a case that may not arise")
        return {"true": True, **record}

    def _beyond(self, bound: Fraction) -> bool:
        end = self.problem.low if self.problem.low is not None else self.problem.high
        return end is None or bool(abs(value(end)) < arb(bound.numerator) / bound.denominator)


def _sign(reader: Reader, term: Node) -> int:
    try:
        return reader.cell.sign_of(reader.read(term))
    except CertificateError as error:
        raise Unknown("{}", error) from None
