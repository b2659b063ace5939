"""Terms in several variables as quotients of polynomials in generators: variables, exponentials, logarithms, roots, angles.

A logarithm or root of a product is one of its factors, each found positive at the sample points, so that equal functions read alike;
what that takes from the kernel is noted as a `Relation` for every atom that was changed. All of this is search: wrong guesses fail later.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm

import numpy as np
from flint import fmpq, fmpq_mpoly, fmpq_mpoly_ctx
from numpy.typing import NDArray

from quod.kernel.calculus import differentiate
from quod.kernel.elementary import angle_sum
from quod.kernel.normal import canonical, polynomial_of
from quod.kernel.polynomial import to_node
from quod.kernel.quotients import common_part, exponents
from quod.kernel.theorem import KernelError
from quod.lang import terms as t
from quod.provers.several.numbers import Points, margin, numeric

ZERO, ONE = t.Number(0), t.Number(1)
SIZE = 26
MOST_PARTS = 24
"""An exponential that is a higher power of another one is a generator of its own."""
Vector = NDArray[np.float64]
Mask = NDArray[np.bool_]


class Unreadable(Exception):
    """The term has no reading here; the message says what is in the way."""


@dataclass(frozen=True)
class Relation:
    """atom^power = value, which the kernel derives in the way that `kind` names from `factors`."""

    kind: str
    atom: t.Node
    power: int
    value: t.Node
    factors: tuple[tuple[t.Node, int], ...] = ()


@dataclass(frozen=True)
class Quotient:
    """num/den in lowest terms."""

    num: fmpq_mpoly
    den: fmpq_mpoly


@dataclass
class Functions:
    """The generators of one problem; `points` are sample points of its domain."""

    points: Points
    nodes: list[t.Node] = field(default_factory=list)
    units: dict[t.Node, Fraction] = field(default_factory=dict)
    relations: dict[t.Node, Relation] = field(default_factory=dict)
    memory: dict[t.Node, Quotient] = field(default_factory=dict)
    expanding: bool = False
    """Whether sin and cos of sums are expanded where the summands occur elsewhere."""

    def __post_init__(self) -> None:
        self.context = fmpq_mpoly_ctx.get(tuple(f"g{k}" for k in range(SIZE)), "degrevlex")
        self.one = self.context.constant(1)
        self.index: dict[t.Node, int] = {}
        self.rewriting: dict[int, tuple[int, Quotient]] = {}
        self.columns: dict[int, Vector] = {}
        self.slopes: dict[tuple[int, t.Variable], Quotient] = {}
        self.angles: dict[t.Node, int] = {}
        self.dependent: set[t.Node] = set()

    def prepare(self, *terms: t.Node) -> None:
        """Notes all exponentials in the terms, so that their fractions get one unit each. To be called before anything is read."""
        seen: set[t.Node] = set()
        stack = list(terms)
        while stack:
            node = stack.pop()
            if node in seen:
                continue
            seen.add(node)
            stack.extend(node.children)
            if isinstance(node, t.Elementary) and node.name == "exp":
                for unit, coefficient in _exponents(node):
                    self.units[unit] = common_part(self.units.get(unit, Fraction(0)), coefficient)
        if self.expanding:
            self._prepare_angles([node.arg for node in seen if isinstance(node, t.Elementary) and node.name in ("sin", "cos")])

    def _prepare_angles(self, args: list[t.Node]) -> None:
        """Notes the arguments of sin and cos that share a part with others, and the unit of each part."""
        parts = {canonical(arg): angle_parts(arg) for arg in args}
        for arg, own in parts.items():
            others = {unit for other, given in parts.items() if other is not arg for unit, _ in given}
            if any(unit in others for unit, _ in own):
                self.dependent.add(arg)
        for arg in self.dependent:
            for unit, coefficient in parts[arg]:
                self.angles[unit] = lcm(self.angles.get(unit, 1), coefficient.denominator)

    def _turned(self, form: t.Elementary) -> Quotient | None:
        """sin or cos of a sum by the addition theorems, where that was prepared for, and at 0."""
        if form.arg is ZERO:
            parts: tuple[tuple[t.Node, int], ...] = ((ONE, 0),)
        elif form.arg in self.dependent:
            units = [(unit, coefficient, self.angles[unit]) for unit, coefficient in angle_parts(form.arg)]
            scaled = [(canonical(t.Mul((t.Number(Fraction(1, n)), unit))), coefficient * n) for unit, coefficient, n in units]
            parts = tuple((unit, int(coefficient)) for unit, coefficient in scaled)
            if len(parts) == 1 and parts[0][1] == 1:
                return None
        else:
            return None
        value = angle_sum(form.name, parts).conclusion.children[1]
        self.relations[form] = Relation("angle", form, 1, value, parts)
        return self.read(value)

    def generator(self, node: t.Node) -> int:
        """The index of the generator that stands for the canonical node."""
        if node not in self.index:
            if len(self.nodes) >= SIZE:
                raise Unreadable(f"more than {SIZE} different functions")
            self.index[node] = len(self.nodes)
            self.nodes.append(node)
        return self.index[node]

    def symbol(self, node: t.Node) -> Quotient:
        """The generator of a canonical node as a quotient."""
        return Quotient(self.context.gen(self.generator(node)), self.one)

    def constant(self, value: Fraction | int) -> Quotient:
        """A rational number."""
        exact = Fraction(value)
        return Quotient(self.context.constant(fmpq(exact.numerator, exact.denominator)), self.one)

    def quotient(self, num: fmpq_mpoly, den: fmpq_mpoly) -> Quotient:
        """num/den with the powers of roots reduced, in lowest terms."""
        if self.rewriting:
            top, bottom = self._reduced(num), self._reduced(den)
            num, den = top.num * bottom.den, top.den * bottom.num
        if den.is_zero():
            raise Unreadable("a denominator is identically 0")
        if len(num) > 3000 or len(den) > 3000:
            raise Unreadable("an expression grows too large")
        common = num.gcd(den)
        if not common.is_constant():
            num, den = num / common, den / common
        if den.is_constant():
            return Quotient(num / den, self.one)
        return Quotient(num, den)

    def _reduced(self, poly: fmpq_mpoly) -> Quotient:
        below = self.one
        degrees = poly.degrees()
        if all(int(degrees[index]) < power for index, (power, _) in self.rewriting.items()):
            return Quotient(poly, below)
        for index, (power, value) in reversed(self.rewriting.items()):
            if poly.is_zero() or int(poly.degrees()[index]) < power:
                continue
            parts: dict[int, dict[tuple[int, ...], fmpq]] = {}
            for powers, coefficient in poly.to_dict().items():
                times, rest = divmod(int(powers[index]), power)
                parts.setdefault(times, {})[*powers[:index], rest, *powers[index + 1 :]] = coefficient
            most = max(parts)
            pieces = (self.context.from_dict(part) * value.num**k * value.den ** (most - k) for k, part in parts.items())
            poly, below = sum(pieces, self.context.constant(0)), below * value.den**most
        return Quotient(poly, below)

    def add(self, a: Quotient, b: Quotient) -> Quotient:
        """a + b."""
        if a.den == b.den:
            return self.quotient(a.num + b.num, a.den)
        return self.quotient(a.num * b.den + b.num * a.den, a.den * b.den)

    def times(self, a: Quotient, b: Quotient) -> Quotient:
        """a·b."""
        return self.quotient(a.num * b.num, a.den * b.den)

    def power(self, a: Quotient, n: int) -> Quotient:
        """aⁿ."""
        if abs(n) > 60:
            raise Unreadable(f"an exponent of {n}")
        up, down = (a.num, a.den) if n >= 0 else (a.den, a.num)
        return self.quotient(up ** abs(n), down ** abs(n))

    def read(self, node: t.Node) -> Quotient:
        """The quotient that a real term is. Raises Unreadable."""
        if node not in self.memory:
            self.memory[node] = self._read(node)
        return self.memory[node]

    def _read(self, node: t.Node) -> Quotient:
        match node:
            case t.Number(value):
                return self.constant(value)
            case t.Variable() | t.Constant("pi"):
                return self.symbol(node)
            case t.Add(args):
                total = self.read(args[0])
                for arg in args[1:]:
                    total = self.add(total, self.read(arg))
                return total
            case t.Mul(args):
                total = self.read(args[0])
                for arg in args[1:]:
                    total = self.times(total, self.read(arg))
                return total
            case t.Power(base, exponent):
                return self.power(self.read(base), exponent)
            case t.Inverse(arg):
                return self.power(self.read(arg), -1)
            case t.Elementary("exp", _):
                return self._exponential(node)
            case t.Elementary("floor", _):
                raise Unreadable("floor")
            case t.Elementary(name, arg):
                return self._elementary(name, arg, canonical(node))
        raise Unreadable(f"a term of kind {type(node).__name__}")

    def _exponential(self, node: t.Node) -> Quotient:
        total = self.constant(1)
        for unit, coefficient in _exponents(node):
            if isinstance(unit, t.Elementary) and unit.name == "log" and coefficient.denominator == 1:
                total = self.times(total, self.power(self.read(unit.arg), int(coefficient)))
                continue
            part = self.units.setdefault(unit, abs(coefficient))
            if abs(coefficient) > MOST_PARTS * part:
                part = abs(coefficient)
            if (coefficient / part).denominator != 1:
                raise Unreadable("an exponential of a fraction of what was seen before")
            symbol = self.symbol(canonical(t.Elementary("exp", t.Mul((t.Number(part), unit)))))
            total = self.times(total, self.power(symbol, int(coefficient / part)))
        return total

    def _elementary(self, name: str, arg: t.Node, form: t.Node) -> Quotient:
        if not isinstance(form, t.Elementary):
            return self.read(form)
        if form in self.relations and self.relations[form].power == 1:
            return self.read(self.relations[form].value)
        inner = self.read(arg)
        match name:
            case "log":
                return self._logarithm(form, inner)
            case "sqrt" | "cbrt":
                return self._root(form, inner, 2 if name == "sqrt" else 3)
            case "sin" | "cos":
                turned = self._turned(form)
                if turned is not None:
                    return turned
                self._circle(form.arg)
            case _:
                pass
        return self.symbol(form)

    def _circle(self, arg: t.Node) -> None:
        """sin² = 1 − cos²."""
        sine, cosine = canonical(t.Elementary("sin", arg)), canonical(t.Elementary("cos", arg))
        index = self.generator(sine)
        if index not in self.rewriting:
            square = self.times(self.symbol(cosine), self.symbol(cosine))
            self.rewriting[index] = 2, self.add(self.constant(1), self.times(self.constant(-1), square))
            value = t.Add((ONE, t.Mul((t.Number(-1), t.Power(cosine, 2)))))
            self.relations[sine] = Relation("circle", sine, 2, value)

    def factors(self, poly: fmpq_mpoly, mask: Mask | None = None) -> tuple[Fraction, list[tuple[fmpq_mpoly, int]]]:
        """The content with its sign, and irreducible factors with exponents."""
        if poly.is_constant():
            return _fraction(poly.leading_coefficient()) if not poly.is_zero() else Fraction(0), []
        try:
            content, found = poly.factor()
        except OverflowError:
            content, found = fmpq(1), [(poly, 1)]
        factor = Fraction(int(content.p), int(content.q))
        result = []
        for part, exponent in found:
            sign = self.sign(part, mask)
            if sign < 0:
                part, factor = -part, factor * (-1) ** int(exponent)
            result.append((part, int(exponent)))
        return factor, result

    def split(self, quotient: Quotient, mask: Mask | None = None) -> tuple[Fraction, list[tuple[fmpq_mpoly, int]]]:
        """A quotient as a number and factors, those of the denominator with negative exponents; each positive at the points if it can be."""
        above, found = self.factors(quotient.num, mask)
        below, under = self.factors(quotient.den, mask)
        return above / below, [*found, *((part, -exponent) for part, exponent in under)]

    def sign(self, poly: fmpq_mpoly, mask: Mask | None = None) -> int:
        """1 or −1 if the polynomial has that sign at all points (those that are marked), 0 if it has both or cannot be told."""
        value, size = self.values(poly)
        if mask is not None:
            value, size = value[mask], size[mask]
        above, below = bool(np.any(value > margin(size))), bool(np.any(value < -margin(size)))
        return 0 if above == below else 1 if above else -1

    def values(self, poly: fmpq_mpoly) -> tuple[Vector, Vector]:
        """The values at the points, and the sums of the terms' sizes, against which rounding is judged."""
        count = self.points.count
        total, size = np.zeros(count), np.zeros(count)
        with np.errstate(all="ignore"):
            for powers, coefficient in poly.to_dict().items():
                term = np.full(count, float(_fraction(coefficient)))
                for index, power in enumerate(powers):
                    if power:
                        term = term * self.column(index) ** int(power)
                total, size = total + term, size + np.abs(term)
        return total, size

    def column(self, index: int) -> Vector:
        """A generator's values at the points."""
        if index not in self.columns:
            self.columns[index] = numeric(self.nodes[index], self.points)
        return self.columns[index]

    def _positive_factors(self, quotient: Quotient) -> list[tuple[t.Node, int]] | None:
        """The quotient as a product of powers of positive terms, numbers as primes; None if some factor changes its sign."""
        content, found = self.split(quotient)
        if content <= 0 or any(self.sign(part) != 1 for part, _ in found):
            return None
        result = [(t.Number(part), sign) for part, sign in ((content.numerator, 1), (content.denominator, -1)) if part != 1]
        return [*result, *((self.node(part), exponent) for part, exponent in found)]

    def _logarithm(self, form: t.Elementary, inner: Quotient) -> Quotient:
        factors = self._positive_factors(inner)
        if factors is None:
            return self.symbol(form)
        if len(factors) == 1 and factors[0][1] == 1 and canonical(factors[0][0]) is form.arg:
            return self._logarithm_of_factor(form)
        terms = [t.Mul((t.Number(n), t.Elementary("log", factor))) for factor, n in factors]
        value = t.Add((ZERO, ZERO, *terms))
        self.relations[form] = Relation("logarithm", form, 1, value, tuple(factors))
        total = self.constant(0)
        for factor, n in factors:
            inside = self._logarithm_of_factor(canonical(t.Elementary("log", factor)))
            total = self.add(total, self.times(self.constant(n), inside))
        return total

    def _logarithm_of_factor(self, form: t.Node) -> Quotient:
        """log e^u = u; other logarithms are generators."""
        if isinstance(form, t.Elementary) and isinstance(form.arg, t.Elementary) and form.arg.name == "exp":
            self.relations[form] = Relation("log_exp", form, 1, form.arg.arg)
            return self.read(form.arg.arg)
        return self.symbol(form) if isinstance(form, t.Elementary) else self.read(form)

    def _root(self, form: t.Elementary, inner: Quotient, degree: int) -> Quotient:
        content, found = self.split(inner)
        signs = [self.sign(part) for part, _ in found]
        whole = content > 0 and all(sign == 1 for sign in signs) and (len(found) != 1 or found[0][1] != 1 or content != 1)
        if whole:
            value = self._pieces(content, found, degree)
            if canonical(value) is not form:
                self.relations[form] = Relation("root", form, 1, value)
                return self.read(value)
        index = self.generator(form)
        if index not in self.rewriting:
            self.rewriting[index] = degree, inner
            self.relations[form] = Relation("power", form, degree, form.arg)
        return self.symbol(form)

    def _pieces(self, content: Fraction, found: list[tuple[fmpq_mpoly, int]], degree: int) -> t.Node:
        """The root of a product, with whole powers taken out and the rest as roots of its factors."""
        name = "sqrt" if degree == 2 else "cbrt"
        pieces: list[t.Node] = [ONE]
        bases: list[tuple[t.Node, int]] = [(self.node(part), exponent) for part, exponent in found]
        outside, inside = _rooted(content, degree)
        pieces.append(t.Number(outside))
        if inside != 1:
            pieces.append(t.Elementary(name, t.Number(inside)))
        for base, exponent in bases:
            whole, rest = divmod(exponent, degree)
            if whole:
                pieces.append(t.Power(base, whole) if whole > 0 else t.Inverse(t.Power(base, -whole)))
            if rest:
                pieces.append(t.Power(t.Elementary(name, base), rest))
        return t.Mul(pieces)

    def node(self, poly: fmpq_mpoly) -> t.Node:
        """The polynomial as a term."""
        terms: list[t.Node] = []
        for powers, coefficient in poly.terms():
            factors: list[t.Node] = []
            value = _fraction(coefficient)
            for index, power in enumerate(powers):
                if power:
                    factors.append(self.nodes[index] if power == 1 else t.Power(self.nodes[index], int(power)))
            if value != 1 or not factors:
                factors.insert(0, t.Number(value))
            terms.append(factors[0] if len(factors) == 1 else t.Mul(factors))
        return ZERO if not terms else terms[0] if len(terms) == 1 else t.Add(terms)

    def variables(self, poly: fmpq_mpoly) -> frozenset[t.Variable]:
        """The variables that occur in it."""
        degrees = poly.degrees()
        return frozenset().union(*(node.variables for node, degree in zip(self.nodes, degrees, strict=False) if degree))

    def derivative(self, quotient: Quotient, v: t.Variable) -> Quotient:
        """The partial derivative."""
        num, den = self.partial(quotient.num, v), self.partial(quotient.den, v)
        below = Quotient(quotient.den, self.one)
        top = self.add(self.times(num, below), self.times(self.constant(-1), self.times(Quotient(quotient.num, self.one), den)))
        return self.times(top, self.power(below, -2))

    def partial(self, poly: fmpq_mpoly, v: t.Variable) -> Quotient:
        """The partial derivative of a polynomial in the generators."""
        total = self.constant(0)
        for index in range(len(self.nodes)):
            if v in self.nodes[index].variables and poly.degrees()[index]:
                slope = self.slope(index, v)
                total = self.add(total, self.times(Quotient(poly.derivative(index), self.one), slope))
        return total

    def slope(self, index: int, v: t.Variable) -> Quotient:
        """The derivative of a generator."""
        if (index, v) not in self.slopes:
            try:
                slope, _ = differentiate(self.nodes[index], v, {})
            except KernelError as error:
                raise Unreadable(str(error)) from error
            self.slopes[index, v] = self.read(slope)
        return self.slopes[index, v]


def _fraction(value: fmpq) -> Fraction:
    return Fraction(int(value.p), int(value.q))


def angle_parts(arg: t.Node) -> list[tuple[t.Node, Fraction]]:
    """The terms of an argument: (monomial, coefficient)."""
    return [(to_node({monomial: Fraction(1)}), coefficient) for monomial, coefficient in polynomial_of(arg).items()]


def _exponents(node: t.Node) -> list[tuple[t.Node, Fraction]]:
    try:
        return exponents(node)
    except KernelError as error:
        raise Unreadable(str(error)) from error


def _rooted(content: Fraction, degree: int) -> tuple[Fraction, int]:
    """(a, b) with content = a^degree·b, b a whole number."""
    inside = content.numerator * content.denominator ** (degree - 1)
    outside = Fraction(1, content.denominator)
    for prime in (2, 3, 5, 7, 11, 13):
        while inside % prime**degree == 0:
            inside, outside = inside // prime**degree, outside * prime
    root = round(inside ** (1 / degree)) if inside < 10**15 else 0
    return (outside * root, 1) if root**degree == inside else (outside, inside)
