"""A tower over one open interval (or over a point), with the elementary functions as verified operations.

Hints propose, this module verifies: that exp A, log A or a root of A is a product of powers of known positive functions, or that an
angle is a sum of known angles. Signs of polynomials are known once they have been proved. What is neither hinted nor known is an
error here; a search overrides `prove_sign` and `find_hint`.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from flint import arb, fmpz_mpoly

from quod.kernel.tower.field import PRECISIONS, CertificateError, Field, Quotient, evaluate, precision, sign_of

POSITIVE = frozenset(("exp", "root", "pi"))
Angle = tuple[Quotient, Quotient]


class Cell:
    """The open interval from `low` to `high` (constants of the tower; None: infinite), or a point if `point`."""

    def __init__(self, size: int, point: bool = False) -> None:
        self.field = Field(size)
        self.point = point
        self.hints: dict[tuple[str, str, str], Any] = {}
        self.low: Quotient | None = None
        self.high: Quotient | None = None
        self.bounded = False
        self.known: dict[str, int] = {}
        self.indices: dict[tuple[str, int, str, str], int] = {}
        self.logs: dict[str, Quotient] = {}
        self.angles: dict[tuple[str, str], Quotient] = {}

    def sign(self, poly: fmpz_mpoly) -> int:
        """The sign that `poly` has on the whole cell, 0 if it is the zero polynomial. Raises CertificateError if that is not proved."""
        if poly == 0:
            return 0
        if poly.leading_coefficient() < 0:
            return -self.sign(-poly)
        if poly.is_constant():
            return 1
        key = str(poly)
        if key not in self.known:
            kinds = [g.kind for s, g in zip(self.field.symbols, self.field.generators, strict=False) if s == poly]
            if kinds and kinds[0] in POSITIVE:
                self.known[key] = 1
            elif self.field.is_constant(poly):
                self.known[key] = self.constant_sign(poly)
            else:
                self.known[key] = self.prove_sign(poly)
        return self.known[key]

    def prove_sign(self, poly: fmpz_mpoly) -> int:
        """The sign of a polynomial whose sign is not known yet."""
        raise CertificateError(f"the sign of {poly} on the interval is not among the certificate's claims")

    def find_hint(self, kind: str, arg: Quotient) -> Any:
        """The form of kind(arg) where no hint is known yet."""
        raise CertificateError(f"the certificate has no form of {kind}({arg.num} / {arg.den})")

    def sign_of(self, term: Quotient) -> int:
        """The sign of a quotient on the whole cell."""
        return self.sign(term.num) * self.sign(term.den)

    def constant_sign(self, poly: fmpz_mpoly) -> int:
        """The sign of a polynomial in constants. Raises CertificateError if no ball excludes 0 and it is not literally 0."""
        if poly == 0:
            return 0
        for bits in PRECISIONS:
            with precision(bits):
                found = sign_of(evaluate(poly, self.field.values(None)))
            if found is not None:
                return found
        raise CertificateError(f"the constant {poly} could not be told from 0 with {PRECISIONS[-1]} bits")

    def ball(self, term: Quotient) -> arb:
        """A ball around a constant at the current precision."""
        values = self.field.values(None)
        return evaluate(term.num, values) / evaluate(term.den, values)

    def extend(self, kind: str, arg: Quotient | None, degree: int = 0) -> Quotient:
        """The generator kind(arg), made after its argument has been proved admissible on the cell."""
        field = self.field
        name = (kind, degree, "" if arg is None else str(arg.num), "" if arg is None else str(arg.den))
        if name in self.indices:
            return field.symbol(self.indices[name])
        if arg is None:
            if kind != "pi":
                raise CertificateError(f"the generator {kind!r} has no argument")
            index = field.add(kind, None)
        else:
            if self.sign(arg.den) == 0 or (kind in ("log", "root") and (arg.den != 1 or self.sign(arg.num) != 1)):
                raise CertificateError(f"the argument of the generator {kind!r} is not admissible on the interval")
            index = self._add(kind, arg, degree)
        self.indices[name] = index
        symbol = field.symbol(index)
        match kind, arg:
            case "exp", Quotient():
                self.logs[str(symbol.num)] = arg
            case "log", Quotient():
                self.logs[str(arg.num)] = symbol
            case "atan", Quotient():
                self.angles[str(arg.num), str(arg.den)] = symbol
            case "tan", Quotient():
                self.angles[str(symbol.num), str(symbol.den)] = arg
        return symbol

    def _add(self, kind: str, arg: Quotient, degree: int) -> int:
        field, one = self.field, self.field.number(1)
        following = field.symbols[len(field.generators) % len(field.symbols)]
        match kind:
            case "exp":
                return field.add(kind, arg)
            case "log":
                return field.add(kind, arg, outer=one / arg)
            case "root" if 2 <= degree <= 64:
                return field.add(kind, arg, degree, arg.num, outer=field.polynomial(following) / (field.number(degree) * arg))
            case "atan":
                return field.add(kind, arg, outer=one / (one + arg * arg))
            case "erf":
                density = self.exp(-(arg * arg)) / self.root(2, self.extend("pi", None))
                return field.add(kind, arg, outer=field.number(2) * density)
            case "tan" if arg.is_constant() and self.ball(arg).tan().is_finite():
                return field.add(kind, arg)
            case "sin" if len(field.generators) + 1 < len(field.symbols):
                cosine = field.symbols[len(field.generators) + 1]
                index = field.add("sin", arg, outer=field.polynomial(cosine))
                sine = field.symbol(index)
                field.add("cos", arg, 2, field.one - sine.num**2, outer=-sine)
                return index
        raise CertificateError(f"no generator of kind {kind!r} and degree {degree} can be added")

    def _hint(self, kind: str, arg: Quotient) -> Any:
        name = (kind, str(arg.num), str(arg.den))
        if name not in self.hints:
            self.hints[name] = self.find_hint(kind, arg)
        return self.hints[name]

    def _powers(self, kind: str, arg: Quotient) -> list[tuple[fmpz_mpoly, int]]:
        return [(self.field.parse(poly), int(n)) for poly, n in self._hint(kind, arg)["is"]]

    def _log(self, poly: fmpz_mpoly) -> Quotient:
        if str(poly) not in self.logs:
            for symbol, generator in zip(self.field.symbols, self.field.generators, strict=False):
                if symbol == poly and generator.relation is not None and generator.kind == "root":
                    return self._log(generator.relation) / self.field.number(generator.degree)
            raise CertificateError(f"the tower has no logarithm of {poly}")
        return self.logs[str(poly)]

    def _product(self, powers: Sequence[tuple[fmpz_mpoly, int]]) -> Quotient:
        result = self.field.number(1)
        for poly, n in powers:
            result = result * self.field.polynomial(poly) ** n
        return result

    def _logarithm(self, powers: Sequence[tuple[fmpz_mpoly, int]]) -> Quotient:
        result = self.field.number(0)
        for poly, n in powers:
            result = result + self._log(poly) * self.field.number(n)
        return result

    def exp(self, arg: Quotient) -> Quotient:
        """exp(arg) as a product of powers of functions whose logarithms are in the tower."""
        powers = [] if arg.is_zero() else self._powers("exp", arg)
        _expect(self._logarithm(powers).same(arg), "exp", arg)
        return self._product(powers)

    def log(self, arg: Quotient) -> Quotient:
        """log(arg), arg a product of powers of functions whose logarithms are in the tower (so positive)."""
        powers = self._powers("log", arg)
        _expect(self._product(powers).same(arg), "log", arg)
        return self._logarithm(powers)

    def root(self, degree: int, arg: Quotient) -> Quotient:
        """The root of that order of arg ≥ 0, a product of powers of positive functions."""
        if arg.is_zero():
            return arg
        powers = self._powers(f"root{degree}", arg)
        result = self._product(powers)
        _expect(all(self.sign(poly) == 1 for poly, _ in powers) and (result**degree).same(arg), "root", arg)
        return result

    def special_angle(self, tangent: Quotient, turns: int, eighths: int) -> None:
        """Makes known that the constant `tangent` is tan(eighths·π/(4·turns)): (1 + i·tangent)^turns points along (1 + i)^eighths."""
        field = self.field
        if not (0 < turns <= 64 and tangent.is_constant()):
            raise CertificateError("a special angle is a constant and has between 1 and 64 turns")
        angle = self.extend("pi", None) * field.number(Fraction(eighths, 4 * turns))
        p, q = self._power_of(tangent, turns)
        a, b = self._power_of(field.number(1), eighths % 8)
        with precision(PRECISIONS[1]):
            near = abs(self.ball(tangent).atan() - self.ball(angle)) < 1 / arb(turns)
        _expect(near and (p * b - q * a).is_zero(), "tan", angle)
        self.angles[str(tangent.num), str(tangent.den)] = angle

    def erf(self, arg: Quotient) -> Quotient:
        """erf(arg), an odd function."""
        if arg.is_zero():
            return arg
        return -self.extend("erf", -arg) if arg.num.leading_coefficient() < 0 else self.extend("erf", arg)

    def _power_of(self, tangent: Quotient, n: int) -> Angle:
        p, q = self.field.number(1), self.field.number(0)
        for _ in range(n):
            p, q = p - q * tangent, q + p * tangent
        return p, q

    def _turn(self, kind: str, arg: Quotient) -> tuple[Quotient, Angle, Any]:
        """(angle, (p, q), hint): the hinted sum of angles, and p + iq = ∏ (1 + i tan)ⁿ · (1 + i)^eighths, an angle of eighths·π/4."""
        hint = self._hint(kind, arg)
        field = self.field
        eighths = int(hint.get("eighths", 0))
        angle = self.extend("pi", None) * field.number(Fraction(eighths, 4)) if eighths else field.number(0)
        p, q = self._power_of(field.number(1), eighths % 8)
        for num, den, n in hint["is"]:
            tangent = field.quotient(field.parse(num), field.parse(den))
            known = self.angles.get((str(tangent.num), str(tangent.den)))
            if known is None or not 0 < abs(n) <= 64:
                raise CertificateError(f"the tower has no angle with the tangent {tangent.num} / {tangent.den}, or too many turns: {n}")
            angle = angle + known * field.number(n)
            a, b = self._power_of(tangent if n > 0 else -tangent, abs(n))
            p, q = p * a - q * b, p * b + q * a
        return angle, (p, q), hint

    def atan(self, arg: Quotient) -> Quotient:
        """arctan(arg): a generator or its negative; for a constant also a sum of angles with that tangent."""
        if arg.is_zero():
            return arg
        angle, (p, q), _ = self._turn("atan", arg)
        if not (self._is_arctangent(arg, angle) or self._is_arctangent(-arg, -angle)):
            with precision(PRECISIONS[1]):
                near = arg.is_constant() and abs(self.ball(angle) - self.ball(arg).atan()) < 1
            _expect(near, "atan", arg)
        _expect((q - p * arg).is_zero(), "atan", arg)
        return angle

    def _is_arctangent(self, arg: Quotient, angle: Quotient) -> bool:
        index = self.indices.get(("atan", 0, str(arg.num), str(arg.den)))
        return index is not None and angle.same(self.field.symbol(index))

    def circle(self, arg: Quotient) -> Angle:
        """(cos arg, sin arg): of twice a sum of angles with known tangents, or two generators."""
        if arg.is_zero():
            return self.field.number(1), self.field.number(0)
        angle, (p, q), hint = self._turn("circle", arg)
        if hint.get("opaque"):
            sine = self.extend("sin", arg)
            return self.field.symbol(self.indices["sin", 0, str(arg.num), str(arg.den)] + 1), sine
        _expect((angle + angle).same(arg), "circle", arg)
        norm = p * p + q * q
        return (p * p - q * q) / norm, (p * q + p * q) / norm

    def tangent(self, arg: Quotient) -> Angle:
        """(p, q) with tan arg = q/p wherever p is not 0."""
        angle, (p, q), hint = self._turn("tan", arg)
        if hint.get("opaque"):
            return self.circle(arg)
        _expect(angle.same(arg), "tan", arg)
        return p, q


def _expect(condition: bool, kind: str, arg: Quotient) -> None:
    if not condition:
        raise CertificateError(f"the certificate's form of {kind}({arg.num} / {arg.den}) is not that function")
