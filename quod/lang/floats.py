"""IEEE floats with NumPy, whole arrays of points at once: fast, for looking and never for deciding.

Every variable may be given as a number or as an array over the points; a family as a sequence of these, or a callable. A proposition
is 1, 0, or NaN for "not known", which is what a comparison with NaN or ±∞ gives. Outside the domain of an operation a number is
NaN. Nothing raises or warns on overflow.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache, reduce
from itertools import zip_longest
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from quod.lang import terms as t
from quod.lang.sorts import INTEGER, REAL, VECTOR, Arrow, Sort, is_scalar
from quod.lang.source import compile_source

NODES = 200
"""Gauss–Legendre nodes of an integral, after the substitution t = u/(1 − u²) of (−1, 1) onto ℝ."""
MAX_TERMS = 1_000_000
"""A fold or quantifier over more indices is not evaluated."""
MAX_BITS = 10_000
"""Integers of more bits become floats."""

Value = Any
"""A NumPy array or scalar of the chosen type; for an integer subterm also an int."""


def compile_floats(term: t.Node, variables: Sequence[t.Variable], dtype: DTypeLike = np.float64) -> Callable[[Sequence[Any]], Any]:
    """The function of values for `variables`, in their order, that computes `term` in `dtype` (float32 or float64) at all points.

    Arrays have one dimension, the points; vectors are tuples of coordinates. Raises Unsupported for derivatives (make them symbolic)
    and for what has no number.
    """
    numbers = _Numbers(np.dtype(dtype).type)
    compiled = compile_source(term, variables, numbers.operations())
    converters = [numbers.converter(variable.sort) for variable in variables]

    def evaluate(values: Sequence[Any]) -> Any:
        for variable, value in zip(variables, values, strict=True):
            if np.ndim(value) > 1 and is_scalar(variable.sort):
                raise ValueError(f"{variable.name}: expected a number or an array over the points, got an array of shape {np.shape(value)}")
        with np.errstate(all="ignore"):
            result = compiled(*[convert(value) for convert, value in zip(converters, values, strict=True)])
        points = max((np.ndim(value) for variable, value in zip(variables, values, strict=True) if is_scalar(variable.sort)), default=0)
        while isinstance(result, np.ndarray) and result.ndim > points and len(result) == 1:
            result = result[0]
        return result

    return evaluate


def _is_single(value: Value) -> bool:
    return isinstance(value, int) or np.ndim(value) == 0


def _both(left: Value, right: Value) -> Value:
    return np.where((left == 0) | (right == 0), 0.0, left * right)


def _negation(known: Value) -> Value:
    return 1 - known


def _conjunction(*parts: Value) -> Value:
    return reduce(_both, parts, np.float64(1))


def _disjunction(*parts: Value) -> Value:
    return _negation(_conjunction(*map(_negation, parts)))


@cache
def _quadrature() -> tuple[Value, Value]:
    """Nodes and weights on ℝ."""
    u, weights = np.polynomial.legendre.leggauss(NODES)
    return u / (1 - u**2), weights * (1 + u**2) / (1 - u**2) ** 2


class _Numbers:
    """The operations on floats of one type."""

    def __init__(self, kind: Any) -> None:
        self.kind = kind
        self.nan = kind("nan")

    def real(self, value: Any) -> Value:
        if isinstance(value, np.ndarray):
            return value.astype(self.kind, copy=False)
        try:
            return self.kind(float(value))
        except OverflowError:
            return self.kind("inf" if value > 0 else "-inf")

    def floating(self, value: Value) -> Value:
        return self.real(value) if isinstance(value, int) else value

    def converter(self, sort: Sort) -> Callable[[Any], Any]:
        """What turns a caller's value into one of `sort`."""
        if not isinstance(sort, Arrow):
            if sort == INTEGER:
                return lambda value: int(value) if isinstance(value, int | np.integer) else self.real(value)
            return self.real if sort == REAL else lambda vector: tuple(map(self.real, vector))
        result, unknown = self.converter(sort.codomain), self.unknown(sort.codomain)

        def lift(function: Any) -> Callable[[Any], Any]:
            def call(value: Any) -> Any:
                if sort.domain != INTEGER:
                    return result(function(value))
                if not _is_single(value):
                    return self.gather(call, value, sort.codomain)
                if not isinstance(value, int) and not np.isfinite(value):
                    return unknown
                index = int(value)
                if callable(function):
                    return result(function(index))
                return result(function[index]) if 0 <= index < len(function) else unknown

            return call

        return lift

    def gather(self, family: Callable[[Any], Any], indices: Value, codomain: Sort) -> Any:
        """The entries of a family at indices that differ from point to point."""
        if isinstance(codomain, Arrow):
            return lambda value: self.gather(lambda index: family(index)(value), indices, codomain.codomain)
        choose = self.choose_vector if codomain == VECTOR else self.choose
        entries: Value = self.unknown(codomain)
        for index in np.unique(indices[np.isfinite(indices)]):
            entries = choose(np.where(indices == index, 1.0, 0.0), family(int(index)), entries)
        return entries

    def unknown(self, sort: Sort) -> Any:
        if isinstance(sort, Arrow):
            unknown = self.unknown(sort.codomain)
            return lambda value: unknown
        return (self.nan,) if sort == VECTOR else self.nan

    def plus(self, *terms: Value) -> Value:
        return sum(terms) if all(isinstance(term, int) for term in terms) else sum(map(self.floating, terms))

    def times(self, *factors: Value) -> Value:
        value: Value = 1
        for factor in factors:
            small = isinstance(value, int) and isinstance(factor, int) and value.bit_length() + factor.bit_length() <= MAX_BITS
            value = value * factor if small else self.floating(value) * self.floating(factor)
        return value

    def power(self, base: Value, exponent: int) -> Value:
        if isinstance(base, int) and base.bit_length() * exponent <= MAX_BITS:
            return base**exponent
        value = self.floating(base)
        return value**exponent if exponent else value * 0 + 1

    def inverse(self, x: Value) -> Value:
        return np.where(x == 0, self.nan, self.kind(1) / x)

    def related(self, compare: Callable[[Value, Value], Value]) -> Callable[[Value, Value], Value]:
        def read(left: Value, right: Value) -> Value:
            if isinstance(left, int) and isinstance(right, int):
                return np.float64(compare(left, right))
            left, right = self.floating(left), self.floating(right)
            return np.where(np.isfinite(left) & np.isfinite(right), compare(left, right), np.nan)

        return read

    def least(self, left: Value, right: Value) -> Value:
        if isinstance(left, int) and isinstance(right, int):
            return min(left, right)
        return np.minimum(self.floating(left), self.floating(right))

    def greatest(self, left: Value, right: Value) -> Value:
        if isinstance(left, int) and isinstance(right, int):
            return max(left, right)
        return np.maximum(self.floating(left), self.floating(right))

    def floor(self, x: Value) -> Value:
        if isinstance(x, int):
            return x
        return int(np.floor(x)) if _is_single(x) and np.isfinite(x) else np.floor(x)

    def choose(self, condition: Value, then: Value, otherwise: Value) -> Value:
        if _is_single(condition):
            return then if condition == 1 else otherwise if condition == 0 else self.nan
        return np.where(condition == 1, self.floating(then), np.where(condition == 0, self.floating(otherwise), self.nan))

    def choose_vector(self, condition: Value, then: Any, otherwise: Any) -> Any:
        return tuple(self.choose(condition, a, b) for a, b in zip_longest(then, otherwise, fillvalue=self.kind(0)))

    def choose_function(self, condition: Value, then: Any, otherwise: Any) -> Any:
        return lambda value: self.choose(condition, then(value), otherwise(value))

    def fold(self, combine: Callable[[Value, Value], Value], start: Value) -> Callable[[Value, Value, Callable[[int], Value]], Value]:
        """The fold of a range; where its bounds differ from point to point, each point takes the indices of its own range."""

        def read(lower: Value, upper: Value, body: Callable[[int], Value]) -> Value:
            together = _is_single(lower) and _is_single(upper)
            low, high = (lower, upper) if together else (np.min(self.floating(lower)), np.max(self.floating(upper)))
            if not -math.inf < low < math.inf or not high - low <= MAX_TERMS:
                return self.nan
            total: Value = start
            for index in range(int(low), int(high)):
                member = body(index)
                taken = member if total is None else combine(total, member)
                skipped = self.nan if total is None else total
                total = taken if together else np.where((lower <= index) & (index < upper), self.floating(taken), self.floating(skipped))
            return self.nan if total is None else total

        return read

    def fold_vectors(self, lower: Value, upper: Value, body: Callable[[int], Any]) -> Any:
        if not _is_single(lower) or not _is_single(upper) or not 0 <= upper - lower <= MAX_TERMS:
            return (self.nan,)
        return reduce(self.add_vectors, [body(index) for index in range(int(lower), int(upper))], ())

    def add_vectors(self, *vectors: Any) -> Any:
        return tuple(sum(entries[1:], entries[0]) for entries in zip_longest(*vectors, fillvalue=self.kind(0)))

    def integral(self, body: Callable[[Value], Value], level: int) -> Value:
        """Each integral around another has an axis of its own in front of the axis of the points."""
        nodes, weights = (part.astype(self.kind).reshape((NODES,) + (1,) * (level + 1)) for part in _quadrature())
        return np.sum(weights * body(nodes), axis=0)

    def operations(self) -> dict[str, Any]:
        equal = self.related(lambda left, right: left == right)
        return {
            "whole": self.real,
            "ratio": lambda numerator, denominator: self.real(Fraction(numerator, denominator)),
            "real": self.floating,
            "pi": lambda: self.kind(math.pi),
            **{name: getattr(self, name) for name in _METHODS},
            **{name: getattr(np, name) for name in ("exp", "sqrt", "cbrt", "sin", "cos", "tan", "arcsin", "arccos", "arctan")},
            "log": lambda x: np.where(x > 0, np.log(x), self.nan),
            "asin": np.arcsin,
            "acos": np.arccos,
            "atan": np.arctan,
            "erf": lambda x: np.asarray(np.frompyfunc(math.erf, 1, 1)(x)).astype(self.kind),
            "choose_proposition": self.choose,
            "fold_sum": self.fold(self.plus, 0),
            "fold_prod": self.fold(self.times, 1),
            "fold_min": self.fold(self.least, None),
            "fold_max": self.fold(self.greatest, None),
            "scale": lambda factor, vector: tuple(factor * entry for entry in vector),
            "inner": lambda left, right: sum((a * b for a, b in zip(left, right, strict=False)), self.kind(0)),
            "equal_vectors": lambda left, right: _conjunction(*(equal(a, b) for a, b in zip_longest(left, right, fillvalue=self.kind(0)))),
            "equal": equal,
            "at_most": self.related(lambda left, right: left <= right),
            "less": self.related(lambda left, right: left < right),
            "conjunction": _conjunction,
            "disjunction": _disjunction,
            "negation": _negation,
            "for_all": self.fold(_both, np.float64(1)),
            "exists": self.fold(_disjunction, np.float64(0)),
        }


_METHODS = [
    "plus", "times", "power", "inverse", "floor", "choose", "choose_vector", "choose_function", "fold_vectors", "add_vectors", "integral",
]
