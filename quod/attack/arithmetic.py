"""Numbers of the attack: exact rationals (int, fmpq) as long as possible, balls (arb) from the first transcendental operation on.

Every operation encloses the true value; a value that is undefined, or not known to be defined, is the ball NaN. The precision is
FLINT's global one, see `working`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from fractions import Fraction
from typing import Any

from flint import arb, ctx, fmpq

NAN = arb("nan")


class Undecided(ArithmeticError):
    """A value that would have to be an exact integer, or one of two things, is not known well enough."""


class OutOfTime(Exception):
    """The time given by `until` is over."""


class Clock:
    """When evaluation has to stop, on the clock of time.monotonic, and after how many quantifiers; `ticks` counts them."""

    stop = float("inf")
    ticks = 0
    last = float("inf")


@contextmanager
def until(deadline: float, ticks: float = float("inf")) -> Iterator[None]:
    """Quantifiers inside the block raise OutOfTime after `deadline`, or once `ticks` of them were judged: the same in every run."""
    before = Clock.stop, Clock.last
    Clock.stop, Clock.last = min(Clock.stop, deadline), min(Clock.last, Clock.ticks + ticks)
    try:
        yield
    finally:
        Clock.stop, Clock.last = before


def tick(count: int = 1) -> None:
    """Counts a quantifier, or what takes as long as `count` of them. Raises OutOfTime if the time is over."""
    Clock.ticks += count
    if Clock.ticks > Clock.last or time.monotonic() > Clock.stop:
        raise OutOfTime("the time is over")


class Outcome(IntEnum):
    """What is known of a proposition at a point. SAMPLED: a universal quantifier held at every instance tried. TOUCHED: two sides agree to
    the working precision. OPEN: not evaluated, or not decided."""

    FALSE = 0
    TRUE = 1
    SAMPLED = 2
    TOUCHED = 3
    OPEN = 4


@contextmanager
def working(bits: int) -> Iterator[None]:
    """Balls are computed with that many bits inside the block."""
    before = ctx.prec
    ctx.prec = bits
    try:
        yield
    finally:
        ctx.prec = before


def exact(value: Fraction | int) -> Any:
    """The rational as a number of this module: integers are Python's."""
    return value if isinstance(value, int) else int(value) if value.denominator == 1 else fmpq(value.numerator, value.denominator)


def fraction(value: Any) -> Fraction | None:
    """The rational that a number is, None if it is not known exactly."""
    if isinstance(value, int):
        return Fraction(value)
    if isinstance(value, fmpq):
        return Fraction(int(value.p), int(value.q))
    return None


def index(value: Any) -> int:
    """The Python integer that a number is. Raises Undecided if it is none, or not known."""
    if isinstance(value, int):
        return value
    if isinstance(value, fmpq) and value.q == 1:
        return int(value.p)
    raise Undecided("an index or a size is not known to be an integer")


def inverse(x: Any) -> Any:
    """1/x, NaN at 0."""
    if isinstance(x, int):
        return fmpq(1, x) if x else NAN
    if isinstance(x, fmpq):
        return 1 / x if x else NAN
    return 1 / x


def exp(x: Any) -> Any:
    return 1 if x == 0 else _ball(x).exp()


def log(x: Any) -> Any:
    return 0 if x == 1 else _ball(x).log()


def _root(x: Any, degree: int) -> Any:
    """The exact root of a rational if it is rational, else None."""
    if isinstance(x, arb):
        return None
    value = fmpq(x)
    parts = [(abs(part), part < 0) for part in (int(value.p), int(value.q))]
    if parts[0][1] and degree == 2:
        return NAN
    found = []
    for part, negative in parts:
        guess = _integer_root(part, degree)
        if guess**degree != part:
            return None
        found.append(-guess if negative else guess)
    return found[0] if found[1] == 1 else fmpq(found[0], found[1])


def _integer_root(n: int, degree: int) -> int:
    guess = 1 << -(-n.bit_length() // degree)
    while n and (better := ((degree - 1) * guess + n // guess ** (degree - 1)) // degree) < guess:
        guess = better
    return guess if n else 0


def sqrt(x: Any) -> Any:
    found = _root(x, 2)
    return _ball(x).sqrt() if found is None else found


def cbrt(x: Any) -> Any:
    found = _root(x, 3)
    if found is not None:
        return found
    ball = _ball(x)
    if ball > 0:
        return ball.root(3)
    if ball < 0:
        return -(-ball).root(3)
    reach = abs(ball).upper().root(3)
    return (-reach).union(reach)


def floor(x: Any) -> Any:
    """The floor, an integer; NaN where a ball straddles one."""
    if isinstance(x, int):
        return x
    if isinstance(x, fmpq):
        return int(x.p) // int(x.q)
    found = x.floor().unique_fmpz() if x.is_finite() else None
    return NAN if found is None else int(found)


def _ball(x: Any) -> arb:
    return x if isinstance(x, arb) else arb(x)


def _through(name: str, at_zero: int | None = 0) -> Callable[[Any], Any]:
    def function(x: Any) -> Any:
        return at_zero if at_zero is not None and not isinstance(x, arb) and x == 0 else getattr(_ball(x), name)()

    return function


ELEMENTARY: dict[str, Callable[[Any], Any]] = {
    "exp": exp,
    "log": log,
    "sqrt": sqrt,
    "cbrt": cbrt,
    "floor": floor,
    "sin": _through("sin"),
    "cos": _through("cos", 1),
    "tan": _through("tan"),
    "asin": _through("asin"),
    "acos": _through("acos", None),
    "atan": _through("atan"),
    "erf": _through("erf"),
}


def pi() -> arb:
    """A ball around π."""
    return arb.pi()


def at_most(a: Any, b: Any) -> bool | None:
    """a ≤ b, None where that is not known."""
    if a <= b:
        return True
    return False if a > b else None


def less(a: Any, b: Any) -> bool | None:
    """a < b, None where that is not known."""
    if a < b:
        return True
    return False if a >= b else None


def equal(a: Any, b: Any) -> bool | None:
    """a = b, None where that is not known."""
    if a == b:
        return True
    return False if a < b or a > b else None


def every(known: list[bool | None]) -> bool | None:
    """The conjunction of three-valued truths."""
    return False if False in known else None if None in known else True


def some(known: list[bool | None]) -> bool | None:
    """The disjunction of three-valued truths."""
    return True if True in known else None if None in known else False


def choose(condition: bool | None, then: Callable[[], Any], otherwise: Callable[[], Any]) -> Any:
    """The value of the branch that holds; where that is not known, a ball around both."""
    if condition is not None:
        return then() if condition else otherwise()
    a, b = then(), otherwise()
    if isinstance(a, tuple) or isinstance(b, tuple):
        raise Undecided("a case distinction between vectors is not decided")
    return _ball(a).union(_ball(b)) if _ball(a).is_finite() and _ball(b).is_finite() else NAN


def finite(value: Any) -> bool:
    """True if the number is defined."""
    return not isinstance(value, arb) or value.is_finite()


def judge(relation: str, a: Any, b: Any, bits: int) -> Outcome:
    """The outcome of `a relation b` for a relation of = ≤ < or ≠, at `bits` of working precision."""
    match relation:
        case "<=":
            known = at_most(a, b)
        case "<":
            known = less(a, b)
        case "=":
            known = equal(a, b)
        case _:
            same = equal(a, b)
            known = None if same is None else not same
    if known is not None:
        return Outcome.TRUE if known else Outcome.FALSE
    gap, size = _ball(a - b), abs(_ball(a))
    if not gap.is_finite():
        return Outcome.OPEN
    return Outcome.TOUCHED if gap.rad() * 2 ** (bits // 2) < (size.upper() if size > 1 else arb(1)) else Outcome.OPEN
