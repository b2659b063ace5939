"""The search for a cover: cut the line where signs change, decide each point and each gap, write down why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Any, TypeVar

from flint import fmpz_mpoly

from quod.kernel.tower.certificate import MAX_SIZE
from quod.kernel.tower.field import CertificateError, Quotient
from quod.kernel.tower.problem import Problem, conditions, difference, resolve
from quod.kernel.tower.reading import Reader, Undefined
from quod.lang.sorts import REAL
from quod.lang.terms import Elementary, Node, Number, Variable, fold
from quod.lang.text import to_text
from quod.provers import clock
from quod.provers.tower import shifts
from quod.provers.tower.circular import Circular, applies
from quod.provers.tower.claims import Prover
from quod.provers.tower.export import closed_term, term_data
from quod.provers.tower.forms import find
from quod.provers.tower.live import Full, LiveCell, OutOfTime, Refine, Unknown
from quod.provers.tower.rays import circular, claim, ray, weak
from quod.provers.tower.roots import Root, simplest
from quod.provers.tower.tables import End, Tables
from quod.provers.tower.values import BITS, confirmed

Result = TypeVar("Result")
Cut = Node | tuple[Fraction, Fraction]
MAX_DEPTH = 24
EARLY_SHARE, HYPOTHESIS_SHARE, LEAST_SLICE = 0.1, 0.4, 0.02
"""Parts of the time left for a goal before, and for one of, the transcendental hypotheses; and the least such part in seconds."""


class Split(Exception):
    """A sign changes inside the interval, at the points `cuts`: closed terms, or rational bounds around a point."""

    def __init__(self, cuts: list[Cut]) -> None:
        super().__init__("the interval has to be cut")
        self.cuts = cuts


class Violated(Exception):
    """The hypotheses hold and the goal fails at `witness`, a closed term."""

    def __init__(self, witness: Node) -> None:
        super().__init__("the goal fails")
        self.witness = witness


@dataclass
class Search:
    """One run: its deadline, the size of its towers, and whether only cheap means are to be tried."""

    deadline: float
    size: int = 8
    quick: bool = False

    def reading(self, problem: Problem, use: Callable[[Reader], Result]) -> tuple[Result, dict[str, Any]]:
        """What `use` makes of a reader on the problem's interval or point, and the record for a checker.

        Raises Split where a sign changes inside, Unknown where the procedure is stuck, Undefined at undefined terms.
        """
        refine: dict[tuple[str, str, str], int] = {}
        for _ in range(40):
            cell = LiveCell(self.size, self.deadline, refine, problem.variable is None)
            cell.hinter, cell.quick, cell.name = find, self.quick, named(problem)
            try:
                reader = Reader(cell)
                if problem.variable is not None:
                    cell.low, cell.high = (None if end is None else reader.read(end) for end in (problem.low, problem.high))
                    cell.bounded = True
                    cell.tape.append(["ends"])
                    self._connect(cell)
                return use(reader), {"size": self.size, "tape": cell.tape}
            except Full:
                self.size *= 2
                if self.size > MAX_SIZE:
                    raise Unknown("the tower is too high") from None
            except Refine as wish:
                refine[wish.name] = refine.get(wish.name, 1) * wish.parts
        raise Unknown("the exponents and angles have no common measure")

    def _connect(self, cell: LiveCell) -> None:
        tables = Tables(cell)
        prover = Prover(tables)

        def signs(poly: fmpz_mpoly) -> tuple[int, Any]:
            table = tables.table(poly)
            if table.roots:
                raise Split(exported(cell, table.roots, tables.low, tables.high))
            return table.signs[0], prover.prove(poly, tables.low, tables.high)

        def weakly(poly: fmpz_mpoly, quick: bool) -> tuple[int, Any] | None:
            found = None if quick and not circular(tables, poly) else weak(tables, poly, quick)
            return None if found is None else (found.sign, claim(prover, poly, found, tables.low, tables.high))

        def shift(where: Tables, poly: fmpz_mpoly) -> shifts.Shifted | None:
            found = shifts.find(where, poly)
            return found if found is not None and shifts.prove(where, found) else None

        def ordered(found: list[tuple[fmpz_mpoly, Quotient]]) -> list[tuple[fmpz_mpoly, Quotient]]:
            return sorted(found, key=lambda pair: not shifts.easy(cell, tables, pair[1].num))

        tables.ray, tables.shift, tables.ordered = ray, shift, ordered
        cell.signs, cell.weakly = signs, weakly

    def truth(self, problem: Problem, proposition: Node) -> tuple[bool, dict[str, Any]]:
        """Whether the proposition holds on all of the problem's interval or point, or nowhere; with its record."""
        return self.reading(problem, lambda reader: reader.truth(proposition))

    def cover(self, problem: Problem) -> dict[str, Any]:
        """A cover of the problem's interval by proofs. Raises Violated or Unknown."""
        return self.assembled(*self.gap(problem, frozenset(), False, 0))

    def split(self, cuts: list[Cut]) -> Split:
        """The wish to cut an interval."""
        return Split(cuts)

    def mapped(self, problem: Problem, back: Callable[[Node], Node]) -> dict[str, Any]:
        """A cover of a substituted problem; a witness is mapped back to the variable."""
        try:
            return self.cover(problem)
        except Violated as violation:
            raise Violated(back(violation.witness)) from None
        except Unknown as error:
            variable = problem.variable or Variable("x", REAL)
            raise Unknown("with {} in place of {}: {}", to_text(back(variable)), variable.name, error) from None

    def assembled(self, points: list[Node], at: list[Any], gaps: list[Any]) -> dict[str, Any]:
        """The cover as the certificate writes it."""
        cover: dict[str, Any] = {"points": [term_data(p) for p in points], "at": at, "gaps": gaps}
        if len(points) > 1:
            closed = Problem(None, (), Number(0))

            def order(reader: Reader) -> bool:
                pairs = pairwise(points)
                return all(reader.cell.sign_of(reader.read(difference(right, left))) == 1 for left, right in pairs)

            ordered, cover["record"] = self.reading(closed, order)
            if not ordered:
                raise Unknown("the points of a cover could not be put in order")
        return cover

    def point(self, problem: Problem, point: Node) -> dict[str, Any]:
        """The proof at a point. Raises Violated or Unknown."""
        here = problem.at(point)
        failure: Exception | None = None
        for index in sorted(range(len(here.hypotheses)), key=lambda i: difficulty(here.hypotheses[i])):
            try:
                holds, record = self.truth(here, here.hypotheses[index])
            except (CertificateError, Unknown) as error:
                failure = error
                continue
            if not holds:
                return {"false": index, **record}
        holds, record = self._goal(here, f"at {named(problem)} = {shown(point)}")
        if holds:
            return {"true": True, **record}
        if failure is not None:
            raise Unknown("at {} = {} a hypothesis is unclear: {}", named(problem), shown(point), failure)
        raise Violated(point)

    def _goal(self, problem: Problem, where: str) -> tuple[bool, dict[str, Any]]:
        try:
            return self.truth(problem, problem.goal)
        except Undefined as error:
            raise Unknown("undefined {}: {}; needed: a hypothesis that excludes this", where, error) from None
        except (CertificateError, Unknown) as error:
            raise Unknown("{}: {}", where, error) from None
        except OutOfTime as error:
            raise OutOfTime("{}: {}", where, error) from None

    def gap(self, problem: Problem, settled: frozenset[int], narrow: bool, depth: int) -> tuple[list[Node], list[Any], list[Any]]:
        """Points, proofs at them and proofs of the gaps between, for an open interval."""
        if depth > MAX_DEPTH:
            raise Unknown("{}: cut too often", region(problem))
        unclear: Exception | None = None
        early: dict[str, Any] | Split | None = None
        for index in sorted(range(len(problem.hypotheses)), key=lambda i: difficulty(problem.hypotheses[i])):
            if index in settled:
                continue
            hard = difficulty(problem.hypotheses[index])[0] > 0
            if hard and early is None and depth <= 2:
                early = self._early(problem)
                if isinstance(early, Split):
                    return self._cut(problem, settled, early.cuts, depth, narrow)
                if early:
                    return [], [], [early]
            if applies(problem, problem.hypotheses[index]):
                break
            try:
                holds, record = self._slice(HYPOTHESIS_SHARE if hard else 1).truth(problem, problem.hypotheses[index])
            except OutOfTime as error:
                if clock.now() > self.deadline:
                    raise
                unclear = error
                continue
            except Split as split:
                if narrow and any(isinstance(cut, tuple) for cut in split.cuts):
                    unclear = split
                    continue
                return self._cut(problem, settled, split.cuts, depth, narrow)
            except (CertificateError, Unknown) as error:
                unclear = error
                continue
            if not holds:
                return [], [], [{"false": index, **record}]
            settled |= {index}
        if any(applies(problem, p) for p in (*problem.hypotheses, problem.goal)):
            try:
                parts = Circular(self, problem, settled, depth).solve()
            except Split as split:
                return self._cut(problem, settled, split.cuts, depth, narrow)
            if parts is not None:
                return parts
        try:
            holds, record = self._goal(problem, region(problem))
        except Split as split:
            if narrow and any(isinstance(cut, tuple) for cut in split.cuts):
                return [], [], [self._cases(problem, split, depth)]
            return self._cut(problem, settled, split.cuts, depth, narrow)
        except Unknown:
            if not applies(problem, problem.goal) or not around_zero(problem):
                raise
            return self._cut(problem, settled, [Number(0)], depth, narrow)
        if holds:
            return [], [], [{"true": True, **record}]
        if unclear is not None:
            raise Unknown("{} a hypothesis is unclear: {}", region(problem), unclear)
        raise Violated(Number(between(problem.low, problem.high)))

    def _slice(self, share: float) -> Search:
        """A search with a share of the time that is left."""
        now = clock.now()
        return replace(self, deadline=min(self.deadline, now + max(share * (self.deadline - now), LEAST_SLICE)))

    def _early(self, problem: Problem) -> dict[str, Any] | Split:
        """A proof of the goal, or where to cut for one, before transcendental hypotheses are read: they may not matter. Else empty."""
        if applies(problem, problem.goal):
            return {}
        try:
            holds, record = self._slice(EARLY_SHARE).truth(problem, problem.goal)
        except Split as split:
            return {} if any(isinstance(cut, tuple) for cut in split.cuts) else split
        except (Unknown, OutOfTime, CertificateError):
            return {}
        return {"true": True, **record} if holds else {}

    def _cut(
        self, problem: Problem, settled: frozenset[int], cuts: list[Cut], depth: int, narrow: bool
    ) -> tuple[list[Node], list[Any], list[Any]]:
        self._sampled(problem, cuts)
        ends: list[tuple[Node, bool]] = []
        for cut in cuts:
            ends += [(Number(cut[0]), True), (Number(cut[1]), False)] if isinstance(cut, tuple) else [(cut, False)]
        points: list[Node] = []
        at: list[Any] = []
        gaps: list[Any] = []
        lows: list[tuple[Node | None, bool]] = [(problem.low, narrow), *ends]
        stuck: Unknown | None = None
        for (low, small), high in zip(lows, [*(end for end, _ in ends), problem.high], strict=True):
            try:
                if low is not problem.low and low is not None:
                    points.append(low)
                    at.append(self.point(problem, low))
            except Unknown as error:
                stuck = stuck or error
            try:
                inner = self.gap(replace(problem, low=low, high=high), settled, small, depth + 1)
            except Unknown as error:
                stuck = stuck or error
                continue
            points += inner[0]
            at += inner[1]
            gaps += inner[2]
        if stuck is not None:
            raise Unknown("{}", stuck)
        return points, at, gaps

    def _sampled(self, problem: Problem, cuts: list[Cut]) -> None:
        """A look at one simple point in each gap: a violation seen here has a short witness."""
        bounds: list[tuple[Node | Fraction | None, Node | Fraction | None]] = []
        left: Node | Fraction | None = problem.low
        for cut in cuts:
            bounds.append((left, cut[0] if isinstance(cut, tuple) else cut))
            left = cut[1] if isinstance(cut, tuple) else cut
        for low, high in [*bounds, (left, problem.high)]:
            point = Number(between(*(Number(end) if isinstance(end, Fraction) else end for end in (low, high))))
            if confirmed(problem, point, BITS[:1]) is not None:
                raise Violated(point)

    def _cases(self, problem: Problem, split: Split, depth: int) -> dict[str, Any]:
        """In a small interval around a zero without a closed form: both cases of an if-then-else."""
        if depth > MAX_DEPTH:
            raise Unknown("too many cases")
        for index, condition in enumerate(conditions(problem)):
            try:
                proofs = []
                for holds in (True, False):
                    part = resolve(problem, condition, holds)
                    points, _, gaps = self.gap(part, frozenset(range(len(problem.hypotheses))), True, depth + 1)
                    if points:
                        raise Unknown("a case needs a further cut")
                    proofs.append(gaps[0])
            except (Unknown, Violated):
                continue
            return {"case": index, "then": proofs[0], "else": proofs[1]}
        raise Unknown("{} a sign changes at a point without a closed form; needed: a bound with room there", region(problem))


def exported(cell: LiveCell, roots: list[Root], low: End, high: End) -> list[Cut]:
    """Roots as cuts, with bounds that keep clear of each other and of the interval's ends."""
    fence: list[End] = [low, *roots, high]
    for left, right in pairwise(fence):
        for _ in range(200):
            if left is None or right is None or left.hi < right.lo:
                break
            left.refine()
            right.refine()
    cuts: list[Cut] = []
    for left, root, right in zip(fence, roots, fence[2:], strict=False):
        if root.exact is not None:
            cuts.append(closed_term(cell, root.exact))
            continue
        root.narrow(max(abs(root.lo), Fraction(1)) / 2**20)
        room = root.hi - root.lo
        room = min(room, *((root.lo - left.hi) / 3 if left is not None else room, (right.lo - root.hi) / 3 if right is not None else room))
        cuts.append((simplest(root.lo - room, root.lo), simplest(root.hi, root.hi + room)))
    return cuts


def difficulty(proposition: Node) -> tuple[int, int]:
    """Hypotheses in this order: polynomial ones first."""
    count = [0, 0]

    def step(node: Node, _: Any) -> None:
        count[0] += isinstance(node, Elementary)
        count[1] += 1

    fold(proposition, step)
    return count[0], count[1]


def shown(end: Node | None) -> str:
    """An end of an interval for people."""
    return "∞" if end is None else to_text(end)


def named(problem: Problem) -> str:
    """The variable's name."""
    return "x" if problem.variable is None else problem.variable.name


def region(problem: Problem) -> str:
    """The problem's interval for people."""
    low = "−∞" if problem.low is None else shown(problem.low)
    return f"for {named(problem)} in ({low}, {shown(problem.high)})"


def around_zero(problem: Problem) -> bool:
    """Whether 0 lies inside the problem's interval, as far as rational ends tell."""
    low, high = problem.low, problem.high
    return (low is None or (isinstance(low, Number) and low.value < 0)) and (high is None or (isinstance(high, Number) and high.value > 0))


def between(low: Node | None, high: Node | None) -> Fraction:
    """A simple rational between two closed terms."""
    cell = LiveCell(32, float("inf"), {}, False)
    cell.hinter = find
    reader = Reader(cell)
    cell.low, cell.high = (None if end is None else reader.read(end) for end in (low, high))
    cell.bounded = True
    tables = Tables(cell)
    return tables.between(tables.low, tables.high)
