"""TRUSTED: Arb balls (Johansson 2017), every one enclosing the exact value of its term.

A real term has a ball as its value; an integer term an int, or a ball where it is not known which; a proposition True, False or
None for "not known"; a vector the tuple of its first coordinates, all others being 0, or None for "not known"; a function a
callable. The conventions that make the kernel total (1/0 = 0) are not imitated: an operation that is not provably inside its domain
has the indeterminate ball NaN as its value, and a comparison with NaN is None.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import add, mul
from typing import Any, assert_never

from flint import arb, ctx, fmpq

from quod.lang import enclosures
from quod.lang import terms as t
from quod.lang.closures import Code, Environment, Operation, Unsupported, compile_closures
from quod.lang.sorts import INTEGER, PROPOSITION, REAL, VECTOR, Arrow, Sort

MAX_TERMS = 1_000_000
"""The value of a fold or quantifier over more indices is not known."""
_UNKNOWN: dict[Sort, Any] = {REAL: enclosures.NAN, INTEGER: enclosures.NAN, VECTOR: None, PROPOSITION: None}


def compile_balls(term: t.Node, variables: Sequence[t.Variable]) -> Callable[[Sequence[Any], int], Any]:
    """The function of values for `variables`, in their order, and a precision in bits, that encloses the value of `term`.

    Numbers are int, Fraction or arb; vectors sequences of numbers; families sequences or callables; functions callables on balls.
    Raises Unsupported for integrals, derivatives, equations between functions and quantifiers without a finite range.
    """
    code = compile_closures(term, variables, _read, _quantifier, lambda function: enclosures.real if function.domain == REAL else _same)
    converters = list(enumerate(_converter(variable.sort) for variable in variables))

    def evaluate(values: Sequence[Any], precision: int) -> Any:
        before = ctx.prec
        if before != precision:
            ctx.prec = precision
        try:
            return code(({index: convert(value) for (index, convert), value in zip(converters, values, strict=True)},))
        finally:
            if before != precision:
                ctx.prec = before

    return evaluate


def _same(value: Any) -> Any:
    return value


def _converter(sort: Sort) -> Callable[[Any], Any]:
    """What turns a caller's value into one of `sort`."""
    if not isinstance(sort, Arrow):
        if sort == VECTOR:
            return lambda vector: tuple(map(enclosures.real, vector))
        return enclosures.integer if sort == INTEGER else enclosures.real
    argument, result, unknown = _converter(sort.domain), _converter(sort.codomain), _unknown(sort.codomain)

    def lift(function: Any) -> Callable[[Any], Any]:
        def call(value: Any) -> Any:
            if value is None or (sort.domain == INTEGER and not isinstance(value, int)):
                return unknown
            if callable(function):
                return result(function(value if isinstance(sort.domain, Arrow) else argument(value)))
            return result(function[value]) if 0 <= value < len(function) else unknown

        return call

    return lift


def _unknown(sort: Sort) -> Any:
    if isinstance(sort, Arrow):
        unknown = _unknown(sort.codomain)
        return lambda value: unknown
    return _UNKNOWN[sort]


def _as_real(node: t.Node, code: Code) -> Code:
    """The closure of a scalar as one that always returns a ball."""
    if isinstance(node, t.Number) and node.sort == INTEGER:
        exact = arb(int(node.value))
        return lambda e: exact
    return (lambda e: enclosures.real(code(e))) if node.sort == INTEGER else code


def _read(node: Operation, codes: tuple[Code, ...]) -> Code:
    scalars = codes if node.sort == INTEGER else tuple(map(_as_real, node.children, codes))
    match node:
        case t.Number(value):
            exact = int(value) if node.sort == INTEGER else fmpq(value.numerator, value.denominator)
            return (lambda e: exact) if isinstance(exact, int) else (lambda e: arb(exact))
        case t.Constant(name):
            return (lambda e: arb.pi()) if name == "pi" else (lambda e: ())
        case t.Apply():
            function, argument = codes
            return (lambda e: enclosures.real(function(e)(argument(e)))) if node.sort == REAL else (lambda e: function(e)(argument(e)))
        case t.Add():
            return _chain(enclosures.add_vectors, codes) if node.sort == VECTOR else _chain(add, scalars)
        case t.Mul():
            return _chain(enclosures.times if node.sort == INTEGER else mul, scalars)
        case t.Scale():
            return _chain(enclosures.scale, (scalars[0], codes[1]))
        case t.Inner():
            return _chain(enclosures.inner, codes)
        case t.Inverse():
            return lambda e: enclosures.inverse(scalars[0](e))
        case t.Power(_, 2) if node.sort == REAL:
            return lambda e: enclosures.square(scalars[0](e))
        case t.Power(_, exponent):
            return lambda e: enclosures.power(scalars[0](e), exponent)
        case t.Elementary(name, _):
            elementary, arg = enclosures.FUNCTIONS[name], codes[0] if name == "floor" else scalars[0]
            return lambda e: elementary(arg(e))
        case t.IfThenElse():
            union = enclosures.either(node.sort)
            condition, then, otherwise = codes[0], *(scalars if node.sort == REAL else codes)[1:]
            return lambda e: then(e) if (known := condition(e)) else otherwise(e) if known is False else union(then(e), otherwise(e))
        case t.Fold(kind, _, _, _):
            lower, upper, body = codes
            combine, unknown = enclosures.FOLDS[kind, node.sort], _unknown(node.sort)
            return lambda e: unknown if (span := _span(lower(e), upper(e))) is None else combine(list(map(body(e), span)))
        case t.Compare(relation, left, right) if not isinstance(left.sort, Arrow):
            holds = enclosures.same_vectors if left.sort == VECTOR else enclosures.RELATIONS[relation]
            return _chain(holds, codes if left.sort == right.sort else scalars)
        case t.And() | t.Or():
            return _connect(codes, isinstance(node, t.Or))
        case t.Not():
            return lambda e: None if (known := codes[0](e)) is None else not known
        case t.Implies():
            hypothesis, conclusion = codes
            return _connect((lambda e: None if (known := hypothesis(e)) is None else not known, conclusion), True)
        case t.Integral() | t.Derivative() | t.AlmostEverywhere() | t.Integrable() | t.Differentiable() | t.Gradient() | t.Compare():
            raise Unsupported("balls", node, "what needs a limit, or all values of a function, has no ball")
        case _:
            assert_never(node)


def _chain(operation: Callable[[Any, Any], Any], codes: Sequence[Code]) -> Code:
    if len(codes) == 2:
        left, right = codes
        return lambda e: operation(left(e), right(e))

    def read(e: Environment) -> Any:
        value = codes[0](e)
        for code in codes[1:]:
            value = operation(value, code(e))
        return value

    return read


def _connect(codes: Sequence[Code], decisive: bool) -> Code:
    """Kleene's three-valued ∨ (decisive True) or ∧ (decisive False)."""

    def read(e: Environment) -> bool | None:
        known: bool | None = not decisive
        for code in codes:
            value: bool | None = code(e)
            if value is decisive:
                return decisive
            if value is None:
                known = None
        return known

    return read


def _span(lower: Any, upper: Any) -> range | None:
    known = isinstance(lower, int) and isinstance(upper, int) and upper - lower <= MAX_TERMS
    return range(lower, upper) if known else None


def _quantifier(node: t.ForAll | t.Exists, lower: Code, upper: Code, body: Code) -> Code:
    decisive = isinstance(node, t.Exists)

    def read(e: Environment) -> bool | None:
        span = _span(lower(e), upper(e))
        if span is None:
            return None
        known: bool | None = not decisive
        test: Callable[[int], bool | None] = body(e)
        for value in map(test, span):
            if value is decisive:
                return decisive
            if value is None:
                known = None
        return known

    return read
