"""One implementation at one point: it is called with floats, and its value is compared with a ball around the defined value there.

How much error is allowed, where none is promised, is derived, not chosen: the definition's formula is evaluated at the same floats in
balls of the float's own precision p. That ball contains both the exact value and what the formula gives when every operation is rounded
to p bits, one after the other; an implementation may err by its diameter, or by FAITHFUL ulp where that is more (an elementary function of
a library is good to about 1 ulp, and another formula for the same value combines a few of them).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb, fmpq

from quod.attack.arithmetic import Undecided, exact, fraction, index, working
from quod.attack.evaluation import Unsupported, compile_terms
from quod.attack.families import Members, shown
from quod.lang import domains as d
from quod.lang.claim import Definition
from quod.lang.expression import Expression
from quod.lang.sorts import INTEGER, REAL, Arrow, Sort

FAITHFUL = 16
"""Units in the last place that are always allowed."""
TABLE = 12
"""Arguments without a declared size come as arrays of at least so many members along each axis, more than the value depends on."""
BITS = (250, 1200, 6000)
"""Precisions at which the defined value is computed, until it is known to a 1000th of an ulp."""
_PRECISION = {np.dtype(np.float64): 53, np.dtype(np.float32): 24}


class Fault(Exception):
    """The implementation raised, or returned something that is no number of the right shape. The message is for its author."""


class Unreachable(Exception):
    """Nothing can be measured at this point: it lies outside the floats, or the definition has no known value there."""


class Inaccurate(Exception):
    """The implementation errs by more than it may; `witness` names the input."""

    def __init__(self, message: str, witness: dict[str, str]) -> None:
        super().__init__(message)
        self.witness = witness


class Implementation:
    """A function under test with its definition compiled."""

    def __init__(self, definition: Definition, function: Callable[..., Any]) -> None:
        self.definition, self.function = definition, function
        self.promised: float | None = getattr(function, "quod_ulp", None)
        self.variables = tuple(parameter.variable for parameter in definition.parameters)
        if definition.body.sort not in (REAL, INTEGER):
            raise Unsupported(f"the values of {definition.id} are no numbers")
        self.compiled = compile_terms((definition.body,), self.variables)
        self.sizes = [self._size(position) for position in range(len(self.variables))]
        self.largest = 0.0
        self.share = 0.0
        self.points = 0
        code = function.__code__
        self.place = f"{code.co_filename}:{code.co_firstlineno}"

    @property
    def comparable(self) -> bool:
        """All arguments are numbers, families and tables: what can be handed over as floats and arrays."""
        return all(_of_numbers(variable.sort) for variable in self.variables)

    def _size(self, position: int) -> Callable[..., Any] | None:
        """The number of members of a family argument, from the arguments before it."""
        domain = self.definition.parameters[position].domain
        size = getattr(domain, "size", None)
        if size is None:
            return None
        if isinstance(size, str):
            size = Expression(self.variables[[v.name for v in self.variables].index(size)])
        return compile_terms(((size if isinstance(size, Expression) else Expression(_number(size))).node,), self.variables)

    def value(self, values: Sequence[Any], bits: int) -> Any:
        """The defined value at exact arguments, as a number or ball."""
        with working(bits):
            try:
                return self.compiled(*values)[0]
            except (Undecided, RecursionError) as error:
                raise Unreachable("the definition cannot be evaluated there") from error

    def rounded(self, values: Sequence[Any], dtype: Any = np.float64) -> tuple[list[Any], list[Any]]:
        """(arguments for the function, the same arguments as exact values). Raises Unreachable where one is not a finite float."""
        arguments: list[Any] = []
        same: list[Any] = []
        counts = [index(v) for v, x in zip(values, self.variables, strict=True) if x.sort == INTEGER]
        longest = max(TABLE, max(counts, default=0) + 2)
        for position, (variable, value) in enumerate(zip(self.variables, values, strict=True)):
            if variable.sort == INTEGER:
                arguments.append(index(value))
                same.append(index(value))
            elif variable.sort == REAL:
                number = to_float(value, dtype)
                arguments.append(number)
                same.append(exact(Fraction(float(number))))
            else:
                size = self.sizes[position]
                count = index(size(*values)[0]) if size is not None else longest
                array = _array(value, self.definition.parameters[position].domain, count, longest, dtype)
                arguments.append(array)
                same.append(_members(array))
        return arguments, same

    def call(self, arguments: Sequence[Any], shape: tuple[int, ...]) -> Any:
        """What the function returns, as an array of that shape. Raises Fault."""
        try:
            with np.errstate(all="ignore"):
                result = self.function(*arguments)
        except MemoryError as error:
            raise Unreachable("the arguments are too large for the memory") from error
        except Exception as error:  # the border to other people's code: an implementation may raise anything
            raise Fault(f"{self.place}: {self.at(arguments)} raises {type(error).__name__}: {error}; expected a number") from error
        try:
            array = np.asarray(result)
        except ValueError as error:
            raise Fault(f"{self.place}: {self.at(arguments)} returns no array: {error}") from error
        if array.dtype == object and all(isinstance(item, int) for item in array.flat):
            array = array.astype(float)
        if array.dtype.kind not in "iuf":
            raise Fault(f"{self.place}: {self.at(arguments)} is {result!r} ({type(result).__name__}); expected a number")
        if array.shape != shape:
            raise Fault(f"{self.place}: {self.at(arguments)} has shape {array.shape}; expected {shape}, the shape of the input")
        return array

    def at(self, arguments: Sequence[Any]) -> str:
        """The call as a person writes it."""
        return f"{self.function.__name__}({', '.join(_written(a) for a in arguments)})"

    def witness(self, same: Sequence[Any]) -> dict[str, str]:
        """The exact input by parameter name."""
        return {variable.name: shown(value) for variable, value in zip(self.variables, same, strict=True)}

    def computed(self, arguments: Sequence[Any], same: Sequence[Any]) -> tuple[Fraction, Fraction]:
        """(the value at one point, the error allowed there). Nothing is called where the definition itself has no value."""
        self._known(same, np.dtype(np.float64))
        return self.measure(self.call(arguments, ())[()], same, arguments)

    def measure(self, result: Any, same: Sequence[Any], arguments: Sequence[Any], single: bool = False) -> tuple[Fraction, Fraction]:
        """(the returned value, the error that is allowed there), both exact. Raises Fault for NaN or a wrong infinity, Inaccurate,
        Unreachable. Only an answer to `single` precision arguments may be in single precision itself."""
        dtype: Any = np.dtype(np.float32 if single and result.dtype == np.float32 else np.float64)
        true = self._known(same, dtype)
        unit = ulp_at(true, dtype)
        top = Fraction(float(np.finfo(dtype).max))
        if not np.isfinite(result):
            if not np.isnan(result) and abs(true) > top - 2 * unit and (result > 0) == (true > 0):
                raise Unreachable("the value overflows, rightly")
            raise Fault(f"{self.place}: {self.at(arguments)} is {result!s}; the defined value there is {_near(true)}")
        returned = Fraction(int(result)) if result.dtype.kind in "iu" else Fraction(float(result))
        allowed = self._allowed(same, unit, dtype)
        error = abs(returned - true)
        self.points += 1
        self.largest = max(self.largest, float(error / unit))
        self.share = max(self.share, float(error / allowed) if allowed else float(error > 0))
        if error > allowed:
            raise Inaccurate(
                f"{self.place}: {self.at(arguments)} = {result!s}, but the defined value is {_near(true)}: "
                f"an error of {float(error / unit):.4g} ulp, allowed are {float(allowed / unit):.4g}",
                self.witness(same),
            )
        return returned, allowed

    def _known(self, same: Sequence[Any], dtype: Any) -> Fraction:
        """The defined value, to a thousandth of an ulp."""
        for bits in BITS:
            value = self.value(same, bits)
            known = fraction(value)
            if known is not None:
                return known
            if isinstance(value, arb) and value.is_finite():
                middle, radius = _rational(value.mid()), _rational(value.rad())
                if radius * 1000 < ulp_at(middle, dtype):
                    return middle
        raise Unreachable("the defined value is not known there")

    def _allowed(self, same: Sequence[Any], unit: Fraction, dtype: Any) -> Fraction:
        if self.definition.body.sort == INTEGER:
            return Fraction(0)
        if self.promised is not None:
            return Fraction(self.promised) * unit
        balls = [_as_ball(value, _is_integer(variable.sort)) for value, variable in zip(same, self.variables, strict=True)]
        naive = self.value(balls, _PRECISION[dtype])
        spread = _rational(naive.rad()) if isinstance(naive, arb) and naive.is_finite() else Fraction(0)
        return max(FAITHFUL * unit, 2 * spread)


def _number(value: Any) -> Any:
    from quod.lang.terms import Number

    return Number(value)


def _as_ball(value: Any, integer: bool) -> Any:
    """An argument as the ball of its own value, so that every operation on it is rounded."""
    if isinstance(value, Members):
        return Members([_as_ball(item, integer) for item in value.items], value.outside)
    return value if integer else arb(value)


def _of_numbers(sort: Sort) -> bool:
    return sort.domain == INTEGER and _of_numbers(sort.codomain) if isinstance(sort, Arrow) else sort in (INTEGER, REAL)


def _is_integer(sort: Sort) -> bool:
    return _is_integer(sort.codomain) if isinstance(sort, Arrow) else sort == INTEGER


def to_float(value: Any, dtype: Any) -> Any:
    """The nearest float. Raises Unreachable beyond the largest."""
    known = fraction(value)
    if known is None:
        raise Unreachable("an argument is not rational")
    try:
        with np.errstate(all="ignore"):
            number = dtype(float(known))
    except OverflowError as error:
        raise Unreachable("an argument lies beyond the floats") from error
    if not np.isfinite(number):
        raise Unreachable("an argument lies beyond the floats")
    return number


def _array(value: Any, domain: d.Domain, count: int, longest: int, dtype: Any) -> Any:
    """A family or table as an array of floats or integers."""
    if not callable(value) or not isinstance(domain, d.Function) or domain.source.sort != INTEGER:
        raise Unreachable("a function argument has no array of values")
    inner = domain.target
    if isinstance(inner, d.Function):
        return np.array([_array(value(i), inner, longest, longest, dtype) for i in range(count)])
    if inner.sort == INTEGER:
        return np.array([index(value(i)) for i in range(count)], dtype=np.int64)
    return np.array([to_float(value(i), dtype) for i in range(count)], dtype=dtype)


def _members(array: Any) -> Members:
    items = [_members(row) for row in array] if array.ndim > 1 else [_exact(x) for x in array]
    return Members(items)


def _exact(x: Any) -> Any:
    return int(x) if isinstance(x, np.integer) else exact(Fraction(float(x)))


def _written(argument: Any) -> str:
    if isinstance(argument, np.ndarray):
        text = np.array2string(argument, threshold=8, separator=", ")
        return f"array of shape {argument.shape} {text}" if argument.size > 8 else text
    return repr(float(argument)) if isinstance(argument, float | np.floating) else repr(argument)


def _near(value: Fraction) -> str:
    return f"{arb(fmpq(value.numerator, value.denominator)).str(20, radius=False)}"


def _rational(value: arb) -> Fraction:
    mantissa, exponent = value.man_exp()
    if abs(int(exponent)) > 100_000:
        raise Unreachable("the value lies far beyond the floats")
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def ulp_at(value: Fraction, dtype: Any) -> Fraction:
    """The distance of neighbouring floats at the size of `value`; below the normal floats that of the subnormal ones."""
    info = np.finfo(dtype)
    smallest = Fraction(2) ** (int(info.minexp) - int(info.nmant))
    if value == 0:
        return smallest
    size = abs(value)
    exponent = size.numerator.bit_length() - size.denominator.bit_length()
    exponent -= size < Fraction(2) ** exponent
    return max(smallest, Fraction(2) ** (min(exponent, int(info.maxexp) - 1) - int(info.nmant)))
