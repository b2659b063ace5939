"""TRUSTED: exact rational values; no rounding, and no value at all where a rational one is not at hand.

Numbers are int or Fraction (an integer term always gives an int), propositions True or False, vectors the tuple of their first
coordinates, all others being 0. Operations outside their domain are not given the values that make the kernel total: they raise
Unsupported. Connectives and if-then-else are read from left to right and stop as soon as they are decided.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from functools import reduce
from itertools import zip_longest
from operator import add, eq, le, lt, mul
from typing import Any, assert_never

from quod.lang import terms as t
from quod.lang.closures import Code, Environment, Operation, Unsupported, compile_closures
from quod.lang.sorts import INTEGER, REAL, VECTOR, Arrow, Sort

MAX_TERMS = 1_000_000
"""A fold or quantifier over more indices is not evaluated."""
MAX_BITS = 1_000_000
"""A power of more bits is not evaluated."""

_AT = {"exp": (0, 1), "log": (1, 0), "acos": (1, 0), "cos": (0, 1), **dict.fromkeys(("sin", "tan", "asin", "atan", "erf"), (0, 0))}
"""The only rational argument at which the function has a rational value (Lindemann–Weierstraß; for erf the one known), and that value."""
_FOLDS: dict[str, Callable[[list[Any]], Any]] = {"sum": sum, "prod": math.prod, "min": min, "max": max}
_RELATIONS: dict[str, Callable[[Any, Any], Any]] = {"=": eq, "<=": le, "<": lt}


def compile_exact(term: t.Node, variables: Sequence[t.Variable]) -> Callable[[Sequence[Any]], Any]:
    """The function of values for `variables`, in their order, that returns the value of `term`.

    Numbers are int or Fraction; vectors sequences of numbers; families sequences or callables; functions callables.
    Raises Unsupported for what has no exact reading, and its result raises Unsupported where there is no rational value.
    """
    code = compile_closures(term, variables, _read, _quantifier, lambda function: lambda value: value)
    converters = list(enumerate(_converter(variable.sort, variable) for variable in variables))

    def evaluate(values: Sequence[Any]) -> Any:
        return code(({index: convert(value) for (index, convert), value in zip(converters, values, strict=True)},))

    return evaluate


def _number(value: Any) -> int | Fraction:
    if isinstance(value, int | Fraction):
        return value
    raise TypeError(f"expected int or Fraction, got {value!r} ({type(value).__name__}): give the exact number that is meant")


def _integer(value: Any) -> int:
    if isinstance(value, int | Fraction) and value == int(value):
        return int(value)
    raise TypeError(f"expected an integer, got {value!r} ({type(value).__name__})")


def _converter(sort: Sort, variable: t.Variable) -> Callable[[Any], Any]:
    """What turns a caller's value into one of `sort`."""
    if not isinstance(sort, Arrow):
        return _integer if sort == INTEGER else _number if sort == REAL else lambda vector: tuple(map(_number, vector))
    result = _converter(sort.codomain, variable)

    def lift(function: Any) -> Callable[[Any], Any]:
        def entry(index: int) -> Any:
            if not 0 <= index < len(function):
                raise Unsupported("exact value", variable, f"entry {index} was asked for, and {len(function)} are given")
            return result(function[index])

        return (lambda value: result(function(value))) if callable(function) else entry

    return lift


def _read(node: Operation, codes: tuple[Code, ...]) -> Code:
    match node:
        case t.Number(value):
            exact = int(value) if node.sort == INTEGER else value
            return lambda e: exact
        case t.Constant(name):
            return (lambda e: _refuse(node, "it is irrational")) if name == "pi" else (lambda e: ())
        case t.Apply():
            function, argument = codes
            return lambda e: function(e)(argument(e))
        case t.Add():
            return _chain(_add_vectors if node.sort == VECTOR else add, codes)
        case t.Mul():
            return _chain(mul, codes)
        case t.Scale():
            return _chain(lambda factor, vector: tuple(factor * a for a in vector), codes)
        case t.Inner():
            return _chain(lambda v, w: sum(a * b for a, b in zip(v, w, strict=False)), codes)
        case t.Inverse():
            return lambda e: Fraction(1) / x if (x := codes[0](e)) != 0 else _refuse(node, "division by zero")
        case t.Power(_, exponent):
            return lambda e: _power(node, codes[0](e), exponent)
        case t.Elementary():
            return lambda e: _elementary(node, codes[0](e))
        case t.IfThenElse():
            condition, then, otherwise = codes
            return lambda e: then(e) if condition(e) else otherwise(e)
        case t.Fold(kind, _, _, _):
            lower, upper, body = codes
            return lambda e: _fold(node, kind, list(map(body(e), _span(node, lower(e), upper(e)))))
        case t.Compare(relation, left, _) if not isinstance(left.sort, Arrow):
            return _chain(_vectors_equal if left.sort == VECTOR else _RELATIONS[relation], codes)
        case t.And() | t.Or():
            return _connect(codes, isinstance(node, t.Or))
        case t.Not():
            return lambda e: not codes[0](e)
        case t.Implies():
            hypothesis, conclusion = codes
            return lambda e: conclusion(e) if hypothesis(e) else True
        case t.Integral() | t.Derivative() | t.AlmostEverywhere() | t.Integrable() | t.Differentiable() | t.Gradient() | t.Compare():
            raise Unsupported("exact value", node, "what needs a limit, or all values of a function, is not computed")
        case _:
            assert_never(node)


def _refuse(node: t.Node, why: str) -> Any:
    raise Unsupported("exact value", node, why)


def _chain(operation: Callable[[Any, Any], Any], codes: Sequence[Code]) -> Code:
    def read(e: Environment) -> Any:
        value = codes[0](e)
        for code in codes[1:]:
            value = operation(value, code(e))
        return value

    return read


def _connect(codes: Sequence[Code], decisive: bool) -> Code:
    def read(e: Environment) -> bool:
        for code in codes:
            value: bool = code(e)
            if value is decisive:
                return decisive
        return not decisive

    return read


def _quantifier(node: t.ForAll | t.Exists, lower: Code, upper: Code, body: Code) -> Code:
    decide: Callable[[Iterable[bool]], bool] = any if isinstance(node, t.Exists) else all
    return lambda e: decide(map(body(e), _span(node, lower(e), upper(e))))


def _span(node: t.Node, lower: int, upper: int) -> range:
    if upper - lower > MAX_TERMS:
        _refuse(node, f"it ranges over {upper - lower} indices, more than {MAX_TERMS}")
    return range(lower, upper)


def _fold(node: t.Fold, kind: str, members: list[Any]) -> Any:
    if kind in ("min", "max") and not members:
        _refuse(node, "the range is empty")
    if node.sort == VECTOR:
        return reduce(_add_vectors, members, ())
    return _FOLDS[kind](members)


def _power(node: t.Node, base: Any, exponent: int) -> Any:
    if exponent * (base.numerator.bit_length() + base.denominator.bit_length()) > MAX_BITS:
        _refuse(node, f"the power has more than {MAX_BITS} bits")
    return base**exponent


def _elementary(node: t.Elementary, x: Any) -> Any:
    if node.name == "floor":
        return math.floor(x)
    if node.name in ("sqrt", "cbrt"):
        degree = 2 if node.name == "sqrt" else 3
        parts = [_root(part, degree) for part in (abs(x.numerator), x.denominator)]
        if None in parts or (degree == 2 and x < 0):
            _refuse(node, "the root is not rational" if x >= 0 or degree == 3 else "the root of a negative number")
        return Fraction(parts[0], parts[1]) * (-1 if x < 0 else 1)  # type: ignore[arg-type]
    argument, value = _AT[node.name]
    return value if x == argument else _refuse(node, f"a rational value is known only at {argument}")


def _root(whole: int, degree: int) -> int | None:
    """The exact root of an integer ≥ 0, or None if it is no integer (Newton's iteration from above)."""
    if whole == 0:
        return 0
    root = 1 << -(-whole.bit_length() // degree)
    while (lower := ((degree - 1) * root + whole // root ** (degree - 1)) // degree) < root:
        root = lower
    return root if root**degree == whole else None


def _add_vectors(v: Any, w: Any) -> tuple[Any, ...]:
    return tuple(a + b for a, b in zip_longest(v, w, fillvalue=0))


def _vectors_equal(v: Any, w: Any) -> bool:
    return all(a == b for a, b in zip_longest(v, w, fillvalue=0))
