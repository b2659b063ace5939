"""A tower over one open interval (or over a point), with the elementary functions as verified operations.

Hints propose, this module verifies: that exp A, log A or a root of A is a product of powers of known positive functions, or that an
angle is a sum of known angles. Signs of polynomials are known once they have been proved. What is neither hinted nor known is an
error here; a search overrides `prove_sign` and `find_hint`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flint import arb, fmpz_mpoly

from quod.kernel.tower.field import CertificateError, Field, Quotient, expect
from quod.kernel.tower.values import PRECISIONS, evaluate, precision, sign_of, values

POSITIVE = frozenset(("exp", "root", "pi"))


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
        self.weak: dict[str, int] = {}
        self.indices: dict[tuple[str, int, str, str], int] = {}
        self.logs: dict[str, Quotient] = {}
        self.angles: dict[tuple[str, str], Quotient] = {}

    def sign(self, poly: fmpz_mpoly) -> int:
        """The sign that `poly` has on the whole cell, 0 if it is the zero polynomial. Raises CertificateError if that is not proved."""
        if poly.is_zero():
            return 0
        if poly.leading_coefficient() < 0:
            return -self.sign(-poly)
        if poly.is_constant():
            return 1
        key = str(poly)
        if key not in self.known:
            if self.positive(poly):
                self.known[key] = 1
            elif self.field.is_constant(poly):
                self.known[key] = self.constant_sign(poly)
            else:
                self.known[key] = self.prove_sign(poly)
        return self.known[key]

    def positive(self, poly: fmpz_mpoly) -> int:
        """1 if `poly` is a generator that is positive by its nature, else 0."""
        return int(any(s == poly and g.kind in POSITIVE for s, g in zip(self.field.symbols, self.field.generators, strict=False)))

    def prove_sign(self, poly: fmpz_mpoly) -> int:
        """The sign of a polynomial whose sign is not known yet."""
        raise CertificateError(f"the sign of {poly} on the interval is not among the certificate's claims")

    def find_hint(self, kind: str, arg: Quotient) -> Any:
        """The form of kind(arg) where no hint is known yet."""
        raise CertificateError(f"the certificate has no form of {kind}({arg.num} / {arg.den})")

    def sign_of(self, term: Quotient) -> int:
        """The sign of a quotient on the whole cell."""
        return self.sign(term.num) * self.sign(term.den)

    def weak_sign(self, term: Quotient) -> int | None:
        """±1 if the term is known to have no other sign on the cell, but may vanish at points; None if no such thing is known."""
        flip = 1 if term.num.is_zero() or term.num.leading_coefficient() > 0 else -1
        known = self.weak.get(str(term.num * flip))
        return None if known is None else known * flip * self.sign(term.den)

    def constant_sign(self, poly: fmpz_mpoly) -> int:
        """The sign of a polynomial in constants. Raises CertificateError if no ball excludes 0 and it is not literally 0."""
        if poly.is_zero():
            return 0
        for bits in PRECISIONS:
            with precision(bits):
                found = sign_of(evaluate(poly, values(self.field, None)))
            if found is not None:
                return found
        raise CertificateError(f"the constant {poly} could not be told from 0 with {PRECISIONS[-1]} bits")

    def ball(self, term: Quotient) -> arb:
        """A ball around a constant at the current precision."""
        found = values(self.field, None)
        return evaluate(term.num, found) / evaluate(term.den, found)

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
            if self.sign(arg.den) == 0 or (kind in ("log", "root") and (not arg.den.is_one() or self.sign(arg.num) != 1)):
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

    def hint(self, kind: str, arg: Quotient) -> Any:
        name = (kind, str(arg.num), str(arg.den))
        if name not in self.hints:
            self.hints[name] = self.find_hint(kind, arg)
        return self.hints[name]

    def _powers(self, kind: str, arg: Quotient) -> list[tuple[fmpz_mpoly, int]]:
        return [(self.field.parse(poly), int(n)) for poly, n in self.hint(kind, arg)["is"]]

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
        expect(self._logarithm(powers).same(arg), "exp", arg)
        return self._product(powers)

    def log(self, arg: Quotient) -> Quotient:
        """log(arg), arg a product of powers of functions whose logarithms are in the tower (so positive)."""
        powers = self._powers("log", arg)
        expect(self._product(powers).same(arg), "log", arg)
        return self._logarithm(powers)

    def root(self, degree: int, arg: Quotient) -> Quotient:
        """The root of that order of arg ≥ 0, a product of powers of positive functions."""
        if arg.is_zero():
            return arg
        powers = self._powers(f"root{degree}", arg)
        result = self._product(powers)
        expect(all(self.sign(poly) == 1 for poly, _ in powers) and (result**degree).same(arg), "root", arg)
        return result

    def erf(self, arg: Quotient) -> Quotient:
        """erf(arg), an odd function."""
        if arg.is_zero():
            return arg
        return -self.extend("erf", -arg) if arg.num.leading_coefficient() < 0 else self.extend("erf", arg)
