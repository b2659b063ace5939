"""Numbers of any precision with mpmath: fast and accurate, but no bound on the error, so good for looking and never for deciding.

A real is an mpf, an integer an int, a proposition True, False or None for "not known", a vector the tuple of its first coordinates,
all others being 0 (None if not known). Outside the domain of an operation a number is NaN.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache, reduce
from itertools import zip_longest
from typing import Any

from mpmath import libmp, mp, mpf

from quod.lang import terms as t
from quod.lang.sorts import INTEGER, REAL, Arrow, Sort
from quod.lang.source import compile_source

MAX_TERMS = 1_000_000
"""A fold or quantifier over more indices is not evaluated."""
MAX_BITS = 100_000
"""Integers of more bits become mpf, and exp, sin, cos and tan beyond 2^MAX_BITS are NaN."""

_NAN = mpf("nan")
_LIMIT = mpf(2) ** MAX_BITS


def compile_precise(term: t.Node, variables: Sequence[t.Variable], breaks: Sequence[Fraction] = ()) -> Callable[[Sequence[Any], int], Any]:
    """The function of values for `variables`, in their order, and a number of decimal digits, that computes `term`.

    Numbers are int, Fraction or mpf; vectors sequences of numbers; families sequences or callables; functions callables on mpf.
    Integrals are computed by tanh-sinh quadrature between the `breaks`, rising places where integrands change their shape, derivatives by
    differences. Raises Unsupported for what has no number.
    """
    places = [mpf(place.numerator) / place.denominator for place in breaks] or [mpf(0)]
    compiled = compile_source(term, variables, _OPERATIONS | {"integral": lambda body, _: mp.quad(body, [-mp.inf, *places, mp.inf])})
    converters = [_converter(variable.sort) for variable in variables]

    def evaluate(values: Sequence[Any], digits: int) -> Any:
        before, wanted = mp.prec, _bits(digits)
        if before != wanted:
            mp.prec = wanted
        try:
            return compiled(*[convert(value) for convert, value in zip(converters, values, strict=True)])
        finally:
            if before != wanted:
                mp.prec = before

    return evaluate


_bits = cache(libmp.dps_to_prec)


def _real(value: Any) -> Any:
    if isinstance(value, mpf):
        return value
    if isinstance(value, int):
        return mpf(value)
    if isinstance(value, Fraction):
        return mpf(value.numerator) / value.denominator
    raise TypeError(f"expected int, Fraction or mpf, got {value!r} ({type(value).__name__}): give the exact number that is meant")


def _integer(value: Any) -> Any:
    if isinstance(value, int | Fraction) and value == int(value):
        return int(value)
    raise TypeError(f"expected an integer, got {value!r} ({type(value).__name__})")


def _converter(sort: Sort) -> Callable[[Any], Any]:
    """What turns a caller's value into one of `sort`."""
    if not isinstance(sort, Arrow):
        return _integer if sort == INTEGER else _real if sort == REAL else lambda vector: tuple(map(_real, vector))
    result, unknown = _converter(sort.codomain), _unknown(sort.codomain)

    def lift(function: Any) -> Callable[[Any], Any]:
        def call(value: Any) -> Any:
            if value is None or (sort.domain == INTEGER and not isinstance(value, int)):
                return unknown
            if callable(function):
                return result(function(value))
            return result(function[value]) if 0 <= value < len(function) else unknown

        return call

    return lift


def _unknown(sort: Sort) -> Any:
    if isinstance(sort, Arrow):
        unknown = _unknown(sort.codomain)
        return lambda value: unknown
    return _NAN if sort in (REAL, INTEGER) else None


def _undefined(x: Any) -> bool:
    return bool(x != x)


def _moderate(x: Any) -> bool:
    """|x| < 2^MAX_BITS, read off the exponent; also for NaN and ∞, which mpmath handles."""
    return isinstance(x, int) or x._mpf_[2] + x._mpf_[3] < MAX_BITS


def _guarded(function: Callable[[Any], Any], inside: Callable[[Any], bool]) -> Callable[[Any], Any]:
    return lambda x: function(x) if inside(x) else _NAN


def _inverse(x: Any) -> Any:
    return mpf(1) / x if isinstance(x, int) and x else 1 / x if x else _NAN


def _times(*factors: Any) -> Any:
    value = factors[0]
    for factor in factors[1:]:
        if isinstance(value, int) and value.bit_length() > MAX_BITS:
            value = mpf(value)
        value = value * factor
    return value


def _power(base: Any, exponent: int) -> Any:
    if isinstance(base, int) and base.bit_length() * exponent > MAX_BITS:
        base = mpf(base)
    return base**exponent if exponent or not _undefined(base) else _NAN


def _cbrt(x: Any) -> Any:
    return -mp.cbrt(-x) if x < 0 else mp.cbrt(x)


def _floor(x: Any) -> Any:
    return x if isinstance(x, int) else int(mp.floor(x)) if -_LIMIT < x < _LIMIT else _NAN


def _choose(unknown: Any) -> Callable[[Any, Any, Any], Any]:
    return lambda condition, then, otherwise: unknown if condition is None else then if condition else otherwise


def _choose_function(condition: Any, then: Any, otherwise: Any) -> Any:
    return (lambda value: None) if condition is None else then if condition else otherwise


def _members(lower: Any, upper: Any, body: Callable[[int], Any]) -> list[Any] | None:
    if not isinstance(lower, int) or not isinstance(upper, int) or upper - lower > MAX_TERMS:
        return None
    return [body(index) for index in range(lower, upper)]


def _fold(combine: Callable[[list[Any]], Any]) -> Callable[[Any, Any, Callable[[int], Any]], Any]:
    def read(lower: Any, upper: Any, body: Callable[[int], Any]) -> Any:
        members = _members(lower, upper, body)
        return _NAN if members is None else combine(members)

    return read


def _extremum(choose: Callable[[list[Any]], Any]) -> Callable[[list[Any]], Any]:
    return lambda members: _NAN if not members or any(map(_undefined, members)) else choose(members)


def _add_vectors(*vectors: Any) -> Any:
    return None if None in vectors else tuple(sum(entries[1:], entries[0]) for entries in zip_longest(*vectors, fillvalue=mpf(0)))


def _fold_vectors(lower: Any, upper: Any, body: Callable[[int], Any]) -> Any:
    members = _members(lower, upper, body)
    return None if members is None else reduce(_add_vectors, members, ())


def _scale(factor: Any, vector: Any) -> Any:
    return None if vector is None or _undefined(factor) else tuple(factor * entry for entry in vector)


def _inner(left: Any, right: Any) -> Any:
    return _NAN if left is None or right is None else sum((a * b for a, b in zip(left, right, strict=False)), mpf(0))


def _related(holds: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool | None]:
    return lambda left, right: None if _undefined(left) or _undefined(right) else holds(left, right)


def _equal_vectors(left: Any, right: Any) -> bool | None:
    return None if left is None or right is None else _conjunction(*(_equal(a, b) for a, b in zip_longest(left, right, fillvalue=mpf(0))))


def _conjunction(*parts: bool | None) -> bool | None:
    return False if False in parts else None if None in parts else True


def _disjunction(*parts: bool | None) -> bool | None:
    return True if True in parts else None if None in parts else False


def _quantified(connective: Callable[..., bool | None]) -> Callable[[Any, Any, Callable[[int], Any]], bool | None]:
    def read(lower: Any, upper: Any, body: Callable[[int], Any]) -> bool | None:
        members = _members(lower, upper, body)
        return None if members is None else connective(*members)

    return read


_equal = _related(lambda left, right: bool(left == right))
_OPERATIONS: dict[str, Any] = {
    "whole": lambda value: value,
    "ratio": lambda numerator, denominator: mpf(numerator) / denominator,
    "real": _real,
    "pi": lambda: +mp.pi,
    "plus": lambda *terms: sum(terms),
    "times": _times,
    "inverse": _inverse,
    "power": _power,
    "exp": _guarded(mp.exp, _moderate),
    "log": _guarded(mp.log, lambda x: x > 0),
    "sqrt": _guarded(mp.sqrt, lambda x: x >= 0),
    "cbrt": _cbrt,
    **{name: _guarded(getattr(mp, name), _moderate) for name in ("sin", "cos", "tan")},
    **{name: _guarded(getattr(mp, name), lambda x: -1 <= x <= 1) for name in ("asin", "acos")},
    "atan": mp.atan,
    "erf": mp.erf,
    "floor": _floor,
    "choose": _choose(_NAN),
    "choose_proposition": _choose(None),
    "choose_vector": _choose(None),
    "choose_function": _choose_function,
    "fold_sum": _fold(sum),
    "fold_prod": _fold(lambda members: _times(1, *members)),
    "fold_min": _fold(_extremum(min)),
    "fold_max": _fold(_extremum(max)),
    "fold_vectors": _fold_vectors,
    "add_vectors": _add_vectors,
    "scale": _scale,
    "inner": _inner,
    "equal_vectors": _equal_vectors,
    "equal": _equal,
    "at_most": _related(lambda left, right: bool(left <= right)),
    "less": _related(lambda left, right: bool(left < right)),
    "conjunction": _conjunction,
    "disjunction": _disjunction,
    "negation": lambda known: None if known is None else not known,
    "for_all": _quantified(_conjunction),
    "exists": _quantified(_disjunction),
    "derivative": mp.diff,
}
