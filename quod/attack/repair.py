"""Points that miss a changed equation, mended: one member of a family is moved until the equation holds."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from quod.attack.arithmetic import Undecided, exact, fraction
from quod.attack.evaluation import compile_terms
from quod.attack.families import Members
from quod.attack.guards import conjuncts
from quod.attack.strategies import Plan, Point
from quod.lang import terms as t
from quod.lang.binding import unfold


class Repair:
    """Mends points of a plan for the first equation among its tested hypotheses that the original claim does not have.

    The equation has to be affine in the last member of a family; a point where it is not comes out as it went in, or not at all.
    """

    def __init__(self, plan: Plan, before: Sequence[t.Node]) -> None:
        old = {part for hypothesis in before for part in conjuncts(unfold(hypothesis))}
        new = [h for h in plan.tested if h not in old and isinstance(h, t.Compare) and h.relation == "=" and t.is_scalar(h.left.sort)]
        self._gap = compile_terms((t.Add((new[0].right, t.Mul((t.Number(-1), new[0].left)))),), plan.variables) if new else None

    def __call__(self, point: Point) -> Point | None:
        """The point with one family's last member changed such that the equation holds there; None if that was not found."""
        if self._gap is None:
            return None
        for position, value in enumerate(point.values):
            if isinstance(value, Members) and value.items and fraction(value.items[-1]) is not None:
                last = fraction(value.items[-1]) or Fraction(0)
                gaps = [self._at(point, position, value, last + step) for step in (0, 1)]
                if gaps[0] is not None and gaps[1] is not None and gaps[0] != gaps[1]:
                    return _moved(point, position, value, last + gaps[0] / (gaps[0] - gaps[1]))
        return None

    def _at(self, point: Point, position: int, value: Members, last: Fraction) -> Fraction | None:
        """By how much the equation is missed with that last member."""
        if self._gap is None:
            return None
        try:
            return fraction(self._gap(*_moved(point, position, value, last).values)[0])
        except (Undecided, RecursionError):
            return None


def _moved(point: Point, position: int, value: Members, last: Fraction) -> Point:
    """The point with another last member of the family at `position`."""
    made = Point(list(point.values))
    made.values[position] = Members((*value.items[:-1], exact(last)), value.outside)
    return made
