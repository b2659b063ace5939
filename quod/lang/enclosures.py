"""TRUSTED: what each operation of the language does to balls: the result encloses every value the operands enclose.

Where an operation is not provably inside its domain, and where an operand is NaN, the result is NaN. `arb` compares in three
values: `a < b` is True only if it is certain, so False means "not known" and is never taken for a ≥ b.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import reduce
from itertools import zip_longest
from operator import mul
from typing import Any

from flint import arb, fmpq, fmpz

from quod.lang.sorts import INTEGER, REAL, VECTOR, Arrow, Sort

MAX_BITS = 100_000
"""Integers of more bits become balls."""

NAN = arb.nan()
_LIMIT = arb(1 << MAX_BITS)


def real(value: Any) -> arb:
    """A ball that encloses a number. Raises TypeError for a float, which is rarely the number that is meant."""
    if isinstance(value, arb):
        return value
    if isinstance(value, int | fmpz | fmpq):
        return arb(value)
    if isinstance(value, Fraction):
        return arb(fmpq(value.numerator, value.denominator))
    raise TypeError(f"expected int, Fraction or arb, got {value!r} ({type(value).__name__}): give the exact number that is meant")


def integer(value: Any) -> int | arb:
    """An int, or a ball in which an integer lies. Raises TypeError for anything else."""
    if isinstance(value, arb):
        return value
    if isinstance(value, int | fmpz) or (isinstance(value, Fraction) and value.denominator == 1):
        return int(value)
    raise TypeError(f"expected an integer, got {value!r} ({type(value).__name__})")


def either(sort: Sort) -> Callable[[Any, Any], Any]:
    """A value that encloses both of two values of `sort`."""
    if isinstance(sort, Arrow):
        result = either(sort.codomain)
        return lambda f, g: lambda value: result(f(value), g(value))
    if sort in (REAL, INTEGER):
        return lambda a, b: a if type(a) is int and type(b) is int and a == b else real(a).union(real(b))
    if sort == VECTOR:
        return lambda v, w: None if v is None or w is None else tuple(a.union(b) for a, b in zip_longest(v, w, fillvalue=arb(0)))
    return lambda a, b: a if a is b else None


def times(a: Any, b: Any) -> Any:
    """The product of two integers."""
    if isinstance(a, int) and isinstance(b, int) and a.bit_length() + b.bit_length() > MAX_BITS:
        return arb(a) * arb(b)
    return a * b


def add_vectors(v: Any, w: Any) -> Any:
    """v + w."""
    return None if v is None or w is None else tuple(a + b for a, b in zip_longest(v, w, fillvalue=arb(0)))


def scale(factor: arb, vector: Any) -> Any:
    """factor · vector."""
    return None if vector is None or not factor.is_finite() else tuple(factor * a for a in vector)


def inner(v: Any, w: Any) -> arb:
    """⟨v, w⟩."""
    return NAN if v is None or w is None else sum((a * b for a, b in zip_longest(v, w, fillvalue=arb(0))), arb(0))


def inverse(x: arb) -> arb:
    """1/x."""
    return 1 / x if x != 0 else NAN


def square(x: arb) -> arb:
    """x². Arb's own power of a ball around 0 is NaN."""
    return (x * x).nonnegative_part() if x.is_finite() else NAN


def power(base: Any, exponent: int) -> Any:
    """base^exponent, by repeated squaring; the 0th power of NaN is NaN."""
    if isinstance(base, int) and base.bit_length() * exponent <= MAX_BITS:
        return base**exponent
    ball = real(base)
    value = arb(1) if ball.is_finite() else NAN
    for bit in f"{exponent:b}":
        value = square(value)
        value = value * ball if bit == "1" else value
    return value


def _cbrt(x: arb) -> arb:
    if x > 0:
        return x.root(3)
    if x < 0:
        return -(-x).root(3)
    if not x.is_finite():
        return NAN
    return arb(0) if x == 0 else _cbrt(x.lower()).union(_cbrt(x.upper()))


def _floor(x: Any) -> Any:
    if isinstance(x, int):
        return x
    below = x.floor()
    exact = below.unique_fmpz() if abs(below) < _LIMIT else None
    return below if exact is None else int(exact)


def same_vectors(v: Any, w: Any) -> bool | None:
    """v = w, in three values."""
    if v is None or w is None:
        return None
    known = [_equal(a, b) for a, b in zip_longest(v, w, fillvalue=arb(0))]
    return False if False in known else None if None in known else True


def _equal(a: Any, b: Any) -> bool | None:
    return True if a == b else False if a < b or a > b else None


def _less(a: Any, b: Any) -> bool | None:
    return True if a < b else False if a >= b else None


def _at_most(a: Any, b: Any) -> bool | None:
    return True if a <= b else False if a > b else None


RELATIONS = {"=": _equal, "<": _less, "<=": _at_most}
FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "exp": arb.exp,
    "log": lambda x: x.log() if x > 0 else NAN,
    "sqrt": lambda x: x.sqrt() if x >= 0 else NAN,
    "cbrt": _cbrt,
    "sin": arb.sin,
    "cos": arb.cos,
    "tan": lambda x: x.tan() if x.cos() != 0 else NAN,
    "asin": lambda x: x.asin() if x >= -1 and x <= 1 else NAN,
    "acos": lambda x: x.acos() if x >= -1 and x <= 1 else NAN,
    "atan": arb.atan,
    "erf": arb.erf,
    "floor": _floor,
}


def _extremum(of_ints: Callable[[list[int]], int], of_balls: Callable[[arb, arb], arb]) -> Callable[[list[Any]], Any]:
    def read(members: list[Any]) -> Any:
        if members and all(isinstance(member, int) for member in members):
            return of_ints(members)
        return reduce(of_balls, map(real, members)) if members else NAN

    return read


_least, _greatest = _extremum(min, arb.min), _extremum(max, arb.max)
FOLDS: dict[tuple[str, Sort], Callable[[list[Any]], Any]] = {
    ("sum", REAL): lambda members: sum(members, arb(0)),
    ("sum", INTEGER): lambda members: sum(members, 0),
    ("sum", VECTOR): lambda members: reduce(add_vectors, members, ()),
    ("prod", REAL): lambda members: reduce(mul, members, arb(1)),
    ("prod", INTEGER): lambda members: reduce(times, members, 1),
    **{("min", sort): _least for sort in (REAL, INTEGER)},
    **{("max", sort): _greatest for sort in (REAL, INTEGER)},
}
