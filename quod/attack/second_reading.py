"""A second reading of propositions at a point, which shares no evaluator with the first: a fault in one of them refutes nothing.

The readers, in order: exact rationals and balls as `quod.lang` computes them, whose derivatives come from the kernel's rules of calculus;
then mpmath at two numbers of digits, its derivatives by differences and its integrals by quadrature. The values of a point's sampled
functions are the point's own.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from fractions import Fraction
from itertools import permutations
from typing import Any

from flint import arb
from mpmath import isfinite, mpf

from quod.attack import arithmetic, matching
from quod.attack.arithmetic import Undecided, exact, fraction, working
from quod.attack.families import Members
from quod.kernel.calculus import slope_of
from quod.kernel.theorem import KernelError
from quod.lang import terms as t
from quod.lang.balls import compile_balls
from quod.lang.binding import fresh, instantiate, rebuild, unfold
from quod.lang.closures import Unsupported
from quod.lang.exact import compile_exact
from quod.lang.precise import compile_precise
from quod.lang.ranges import integer_range
from quod.lang.sorts import INTEGER, REAL, VECTOR, Arrow
from quod.lang.terms import TermError

MAX_INSTANCES = 64
"""A quantifier over more integers than this is read whole or not at all."""
MAX_PERMUTED = 5
"""Of so many points all permutations are tried."""
DIGITS_OF_INTEGRALS = (12, 30)
"""Quadrature is tried with so many digits and with twice as many, first the fewer."""


class Truth(Enum):
    """What the second reading says. OPEN: a reader takes the proposition and cannot decide it; UNREAD: none takes it."""

    FALSE = "false"
    TRUE = "true"
    OPEN = "open"
    UNREAD = "unread"


Reader = Callable[[Sequence[Any], int], Truth]
"""What is said of a proposition at the values of a point and a precision in bits."""


class SecondReading:
    """A proposition over `variables`, read a second time. `readers` names those that decided something so far."""

    def __init__(self, proposition: t.Node, variables: Sequence[t.Variable]) -> None:
        self.proposition, self.variables = unfold(proposition), tuple(variables)
        self.readers: set[str] = set()
        self._compiled: dict[t.Node, list[tuple[str, Reader]]] = {}
        self._inner: dict[t.Node, SecondReading] = {}

    def judge(self, values: Sequence[Any], bits: int) -> Truth:
        """Whether the proposition holds at a point; rational values are taken exactly, everything else at `bits` and more."""
        self.readers = set()
        return self._judge(self.proposition, values, bits)

    def _judge(self, node: t.Node, values: Sequence[Any], bits: int) -> Truth:
        arithmetic.tick(0)
        if node not in self._compiled:
            self._compiled[node] = list(_readers(node, self.variables))
        said = Truth.UNREAD
        for name, reader in self._compiled[node]:
            found = _attempt(reader, values, bits)
            if found in (Truth.FALSE, Truth.TRUE):
                self.readers.add(name)
                return found
            said = found if said == Truth.UNREAD else said
        parts = self._parts(node, values, bits)
        return said if parts is None else parts

    def _parts(self, node: t.Node, values: Sequence[Any], bits: int) -> Truth | None:
        """A proposition from its parts; None for one that has none."""
        match node:
            case t.And(args) | t.Or(args):
                return _join((self._judge(arg, values, bits) for arg in args), Truth.FALSE if isinstance(node, t.And) else Truth.TRUE)
            case t.Not(arg):
                return _not(self._judge(arg, values, bits))
            case t.Implies(hypothesis, conclusion):
                return self._judge(t.Or((t.Not(hypothesis), conclusion)), values, bits)
            case t.ForAll() | t.Exists():
                decisive = Truth.FALSE if isinstance(node, t.ForAll) else Truth.TRUE
                instances = self._instances(node, values)
                if instances is None:
                    return self._picked(node, decisive, values, bits)
                return _join((self._judge(instance, values, bits) for instance in instances), decisive)
            case _:
                return None

    def _instances(self, node: t.ForAll | t.Exists, values: Sequence[Any]) -> list[t.Node] | None:
        """A quantifier over few integers, one by one."""
        found = integer_range(node)
        if found is None or found.body.loose:
            return None
        try:
            lower, upper = (
                compile_exact(bound, self.variables)([_foreign(value, _rational) for value in values])
                for bound in (found.lower, found.upper)
            )
        except (TermError, TypeError, Undecided):
            return None
        return [instantiate(found.body, t.Number(i)) for i in range(lower, upper)] if upper - lower <= MAX_INSTANCES else None

    def _picked(self, node: t.ForAll | t.Exists, decisive: Truth, values: Sequence[Any], bits: int) -> Truth | None:
        """A quantifier over more than a few integers, where one of some instances decides it, or where these are all that matter."""
        if node not in self._inner:
            x = fresh("x", node.body.domain, frozenset(self.variables))
            self._inner[node] = SecondReading(instantiate(node.body, x), (*self.variables, x))
        inner = self._inner[node]
        instances, complete = _places(node, self.variables, values)

        def said(instance: Any) -> Truth:
            truth = inner.judge((*values, instance), bits)
            self.readers |= inner.readers
            return truth

        truth = _join((said(instance) for instance in instances), decisive)
        return truth if truth == decisive or complete else None


def _places(node: t.ForAll | t.Exists, variables: Sequence[t.Variable], values: Sequence[Any]) -> tuple[list[Any], bool]:
    """Some values for a quantified variable, and whether no others can decide the quantifier."""
    domain = node.body.domain
    matched = matching.pairs(node, variables) if isinstance(node, t.Exists) else None
    if matched is not None and matched[0] <= MAX_PERMUTED:
        return [Members(images) for images in permutations(range(matched[0]))], True
    rng = random.Random(20230201)
    if domain == REAL:
        return [exact(Fraction(n, d)) for n, d in ((0, 1), (1, 1), (-1, 1), (1, 2), (-7, 3), (100, 1))], False
    if domain == INTEGER:
        return [0, 1, 2, 3, 7, -1], False
    if domain == VECTOR:
        known = [value if isinstance(value, tuple) else getattr(value, "lowest_at", ()) for value in values]
        size = max(map(len, known), default=0) or 2
        return [(0,) * size, *(tuple(rng.randrange(-3, 4) for _ in range(size)) for _ in range(5))], False
    return [], False


def _join(parts: Iterable[Truth], decisive: Truth) -> Truth:
    """A conjunction (decisive FALSE) or disjunction (decisive TRUE)."""
    seen = set()
    for part in parts:
        if part == decisive:
            return decisive
        seen.add(part)
    undecided = next((truth for truth in (Truth.OPEN, Truth.UNREAD) if truth in seen), None)
    return undecided or (Truth.TRUE if decisive == Truth.FALSE else Truth.FALSE)


def _not(truth: Truth) -> Truth:
    return {Truth.TRUE: Truth.FALSE, Truth.FALSE: Truth.TRUE}.get(truth, truth)


def _attempt(reader: Reader, values: Sequence[Any], bits: int) -> Truth:
    """What a reader says; where a value of the point is none of its numbers, it takes nothing."""
    try:
        return reader(values, bits)
    except Unsupported:
        return Truth.UNREAD
    except (Undecided, TypeError, ArithmeticError, ValueError, RecursionError):
        return Truth.OPEN


def _readers(node: t.Node, variables: Sequence[t.Variable]) -> Iterable[tuple[str, Reader]]:
    """The readers that take a proposition."""
    plain = _by_rules(node)
    if plain is not None:
        for name, make in (("exact rationals", _exactly), ("balls", _in_balls)):
            try:
                yield name, make(plain, variables)
            except TermError:
                continue
    differences = plain is None and any(isinstance(part, t.IfThenElse) for part in _subterms(node))  # at a kink they agree on nonsense
    compared = node if plain is None else plain
    if isinstance(compared, t.Compare) and compared.left.sort != VECTOR and not isinstance(compared.left.sort, Arrow) and not differences:
        try:
            compile_precise(compared, variables)
        except TermError:
            return
        yield "mpmath", _numerically(compared, variables)


def _by_rules(node: t.Node) -> t.Node | None:
    """The proposition with its derivatives taken by the kernel's rules, undefined where their conditions fail; None without a rule."""

    def replace(old: t.AnyNode, children: tuple[t.Node, ...]) -> t.Node:
        made = rebuild(old, children)
        if not isinstance(made, t.Derivative):
            return made
        slope, conditions = (instantiate(part, made.point) for part in slope_of(made.body, ()))
        return t.IfThenElse(conditions, slope, t.Inverse(t.Number(0)))

    try:
        return t.fold(node, replace)
    except (KernelError, TermError):
        return None


def _subterms(node: t.Node) -> Iterable[t.Node]:
    stack, seen = [node], {node}
    while stack:
        part = stack.pop()
        yield part
        new = set(part.children) - seen
        seen |= new
        stack.extend(new)


def _exactly(node: t.Node, variables: Sequence[t.Variable]) -> Reader:
    compiled = compile_exact(node, variables)
    return lambda values, bits: Truth.TRUE if compiled([_foreign(value, _rational) for value in values]) else Truth.FALSE


def _in_balls(node: t.Node, variables: Sequence[t.Variable]) -> Reader:
    compiled = compile_balls(node, variables)

    def read(values: Sequence[Any], bits: int) -> Truth:
        for precision in (bits, 4 * bits):
            known = compiled([_foreign(value, _ball) for value in values], precision)
            if known is not None:
                return Truth.TRUE if known else Truth.FALSE
        return Truth.OPEN

    return read


def _numerically(node: t.Compare, variables: Sequence[t.Variable]) -> Reader:
    """By the sign of the difference, where two precisions agree on its value; nothing is said of sides that touch."""
    integral = any(isinstance(part, t.Integral) for part in _subterms(node))
    difference = t.Add((node.left, t.Mul((t.Number(-1), node.right))))
    compiled: dict[tuple[Fraction, ...], Callable[[Sequence[Any], int], Any]] = {}

    def read(values: Sequence[Any], bits: int) -> Truth:
        breaks = _breaks(values) if integral else ()
        if breaks not in compiled:
            compiled[breaks] = compile_precise(difference, variables, breaks)
        for digits in DIGITS_OF_INTEGRALS if integral else (max(20, bits * 3 // 10),):
            with working(40 * digits):  # far out a density is tiny, and its logarithm wants its size
                given = [_foreign(value, _number) for value in values]
                first, second = (mpf(compiled[breaks](given, precision)) for precision in (digits, 2 * digits))
            if abs(first - second) < abs(second) / 1000:
                return Truth.TRUE if node.relation != "=" and second < 0 else Truth.FALSE
            if abs(second) < mpf(10) ** (6 - 2 * digits):  # as good as touching: more digits are not worth their time
                break
        return Truth.OPEN

    return read


def _breaks(values: Sequence[Any]) -> tuple[Fraction, ...]:
    """Places between which integrals are computed: where a sampled density changes, else what the point's numbers suggest."""
    found = {place for value in values for place in getattr(value, "breaks", ())}
    numbers = [number for number in map(_known, values) if number is not None][:3]
    suggested = {a + sign * b for a in numbers for b in numbers for sign in (-1, 1)}.union(numbers)
    return tuple(sorted(found or suggested))


def _known(value: Any) -> Fraction | None:
    return None if callable(value) or isinstance(value, tuple) else fraction(value)


def _foreign(value: Any, into: Callable[[Any], Any]) -> Any:
    """A value of the attack as one of a reader: numbers by `into`, tuples and functions throughout."""
    if isinstance(value, tuple):
        return tuple(_foreign(part, into) for part in value)
    if callable(value) and not isinstance(value, arb):

        def call(argument: Any) -> Any:
            arithmetic.tick(0)
            return _foreign(value(_native(argument)), into)

        return call
    return into(value)


def _native(value: Any) -> Any:
    """A reader's number, vector or function as one of the attack."""
    if isinstance(value, tuple):
        return tuple(map(_native, value))
    if isinstance(value, Fraction):
        return exact(value)
    if isinstance(value, mpf):
        return exact(_dyadic(value)) if isfinite(value) else arithmetic.NAN
    if callable(value) and not isinstance(value, arb):
        return lambda argument: _native(value(argument))
    return value


def _dyadic(value: Any) -> Fraction:
    """The rational that a finite mpf is."""
    sign, mantissa, exponent, _ = value._mpf_
    return Fraction(-int(mantissa) if sign else int(mantissa)) * Fraction(2) ** int(exponent)


def _rational(value: Any) -> Any:
    """A number, exactly. Raises Undecided for one that is not known so."""
    known = fraction(value)
    if known is None:
        raise Undecided("a value is not known exactly")
    return int(known) if known.denominator == 1 else known


def _ball(value: Any) -> Any:
    known = fraction(value)
    return value if known is None else int(known) if known.denominator == 1 else known


def _number(value: Any) -> Any:
    if not isinstance(value, arb):
        return _ball(value)
    if not value.is_finite():
        return mpf("nan")
    mantissa, exponent = value.mid().man_exp()
    return mpf(int(mantissa)) * mpf(2) ** int(exponent)
