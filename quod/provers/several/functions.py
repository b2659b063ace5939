"""Terms in several variables as quotients of polynomials in generators: variables, exponentials, logarithms, roots, angles.

A logarithm or root of a product is one of its factors, each found positive at the sample points, so that equal functions read alike;
what that takes from the kernel is noted as a `Relation` for every atom that was changed. All of this is search: wrong guesses fail later.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm

import numpy as np
from flint import fmpq_mpoly

from quod.kernel.calculus import differentiate
from quod.kernel.elementary import angle_sum
from quod.kernel.normal import canonical, polynomial_of
from quod.kernel.polynomial import to_node
from quod.kernel.quotients import common_part, exponents
from quod.kernel.theorem import KernelError
from quod.lang import terms as t
from quod.provers.several.fields import ONE, ZERO, Field, Quotient, Unreadable
from quod.provers.several.numbers import Points, numeric

MOST_PARTS = 24
"""An exponential that is a higher power of another one is a generator of its own."""


@dataclass(frozen=True)
class Relation:
    """atom^power = value, which the kernel derives in the way that `kind` names from `factors`."""

    kind: str
    atom: t.Node
    power: int
    value: t.Node
    factors: tuple[tuple[t.Node, int], ...] = ()


@dataclass
class Functions(Field):
    """Reads terms in the generators of one problem."""

    units: dict[t.Node, Fraction] = field(default_factory=dict)
    relations: dict[t.Node, Relation] = field(default_factory=dict)
    memory: dict[t.Node, Quotient] = field(default_factory=dict)
    expanding: bool = False
    """Whether sin and cos of sums are expanded where the summands occur elsewhere."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.slopes: dict[tuple[int, t.Variable], Quotient] = {}
        self.denominators: dict[str, tuple[tuple[fmpq_mpoly, int], ...]] = {}
        """By numerator: the denominator that it had, which is a good divisor, for it keeps apart what was added."""
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
        if not form.variables and name in ("sin", "cos", "tan", "atan", "asin", "acos"):
            known = self._constant(form)
            if known is not None:
                return known
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

    def _constant(self, form: t.Elementary) -> Quotient | None:
        """A value at a number that is rational, or a rational multiple of π, as far as floats tell."""
        value = float(numeric(form, Points({}, 1))[0])
        for unit, size in ((ONE, 1.0), (t.Constant("pi"), np.pi)):
            near = Fraction(value / size).limit_denominator(12) if np.isfinite(value) else None
            if near is not None and abs(float(near) * size - value) < 1e-13:
                product = t.Mul((t.Number(near), unit))
                self.relations[form] = Relation("constant", form, 1, product)
                return self.read(product)
        return None

    def _circle(self, arg: t.Node) -> None:
        """sin² = 1 − cos²."""
        sine, cosine = canonical(t.Elementary("sin", arg)), canonical(t.Elementary("cos", arg))
        index = self.generator(sine)
        if index not in self.rewriting:
            square = self.times(self.symbol(cosine), self.symbol(cosine))
            self.rewriting[index] = 2, self.add(self.constant(1), self.times(self.constant(-1), square))
            value = t.Add((ONE, t.Mul((t.Number(-1), t.Power(cosine, 2)))))
            self.relations[sine] = Relation("circle", sine, 2, value)

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
