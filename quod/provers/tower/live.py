"""A cell that answers its own questions: it searches for hints and signs, and writes down every step for the certificate."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from flint import arb, fmpz_mpoly

from quod.kernel.tower.cell import Cell
from quod.kernel.tower.field import CertificateError, Quotient
from quod.kernel.tower.values import PRECISIONS, evaluate, precision, sign_of, values
from quod.provers import clock
from quod.provers.tower.wording import Words


class Reason(Exception):
    """`template` with the things in place of its {}, put together only when it is read: searches give up often and silently."""

    def __init__(self, template: str, *things: object) -> None:
        super().__init__(template, *things)
        self.template, self.things = template, things

    def __str__(self) -> str:
        return self.template.format(*self.things) if self.things else self.template


class OutOfTime(Reason):
    """The deadline has passed."""


class Full(Exception):
    """The tower needs more generators than its polynomials have room for."""


class Unknown(Reason):
    """The search cannot go on; the message says where it stands."""


class Untold(CertificateError):
    """A constant that no ball tells from 0."""

    def __init__(self, words: Words) -> None:
        super().__init__(words)
        self.words = words

    def __str__(self) -> str:
        return (
            f"the constant {self.words} could not be told from 0 with {PRECISIONS[-1]} bits, and its normal form is not 0; "
            "needed: a proof that it is 0, or a bound without it"
        )


class Refine(Exception):
    """An exponential or an angle is needed at a fraction of its argument: the reading starts again with that fraction."""

    def __init__(self, name: tuple[str, str, str], parts: int) -> None:
        super().__init__(f"{name} in {parts} parts")
        self.name = name
        self.parts = parts


class LiveCell(Cell):
    """`tape` records what a checker has to replay; `refine` says into how many parts an argument's generator is cut."""

    def __init__(self, size: int, deadline: float, refine: dict[tuple[str, str, str], int], point: bool = False) -> None:
        super().__init__(size, point)
        self.deadline = deadline
        self.refine = refine
        self.tape: list[Any] = []
        self.quick = False
        self.name = "x"
        self.busy: list[fmpz_mpoly] = []
        self.failed: dict[str, Unknown] = {}
        self.weakly: Callable[[fmpz_mpoly, bool], tuple[int, Any] | None] | None = None
        self.signs: Callable[[fmpz_mpoly], tuple[int, Any]] | None = None
        self.hinter: Callable[[LiveCell, str, Quotient], Any] | None = None
        self.ball_cache: dict[tuple[Fraction, int], list[arb]] = {}

    def tick(self) -> None:
        """Raises OutOfTime when the deadline has passed."""
        if clock.now() > self.deadline:
            if not self.busy:
                raise OutOfTime("the time was over")
            words = self.words(self.busy[0])
            raise OutOfTime("the time was over while looking for the zeros of {}, {} steps deep", words, len(self.busy))

    def words(self, term: fmpz_mpoly | Quotient) -> Words:
        """A function of the cell for people, written when it is read."""
        return Words(self, term, self.name)

    def constant_sign(self, poly: fmpz_mpoly) -> int:
        """The sign of a polynomial in constants. Raises CertificateError with the constant in words."""
        try:
            return super().constant_sign(poly)
        except CertificateError:
            raise Untold(self.words(poly)) from None

    def prove_sign(self, poly: fmpz_mpoly) -> int:
        """The sign found by the tables, recorded with its proof."""
        if self.signs is None or self.point:
            raise Unknown("no sign of {} is known", self.words(poly))
        key = str(poly)
        if key in self.failed:
            raise self.failed[key]
        try:
            sign, claim = self.signs(poly)
        except Unknown as error:
            self.failed[key] = error
            raise
        self.tape.append(["sign", data(poly), claim])
        return sign

    def weak_sign(self, term: Quotient) -> int | None:
        """A weak sign at a glance, or where no strict one is found; recorded with its proof."""
        if self.weakly is None or self.point or term.is_constant():
            return None
        known = super().weak_sign(term) or self._weak_sign(term, True)
        if known is not None or self.quick:
            return known
        try:
            self.sign_of(term)
        except Unknown:
            return self._weak_sign(term, False)
        return None

    def _weak_sign(self, term: Quotient, quick: bool) -> int | None:
        flip = 1 if term.num.leading_coefficient() > 0 else -1
        found = None if self.weakly is None else self.weakly(term.num * flip, quick)
        if found is None:
            return None
        self.weak[str(term.num * flip)] = found[0]
        self.tape.append(["weak", data(term.num * flip), found[1]])
        return super().weak_sign(term)

    def find_hint(self, kind: str, arg: Quotient) -> Any:
        """The form found by the hinter, recorded."""
        if self.hinter is None:
            raise Unknown(f"no form of {kind} is known")
        hint = self.hinter(self, kind, arg)
        self.tape.append(["hint", kind, data(arg.num), data(arg.den), hint])
        return hint

    def extend(self, kind: str, arg: Quotient | None, degree: int = 0) -> Quotient:
        """The generator, recorded when it is new."""
        if len(self.field.generators) + 2 >= len(self.field.symbols):
            raise Full(f"more than {len(self.field.symbols)} generators")
        before = len(self.indices)
        symbol = super().extend(kind, arg, degree)
        if len(self.indices) > before:
            self.ball_cache.clear()
            one = self.field.one
            num, den = (one, one) if arg is None else (arg.num, arg.den)
            self.tape.append(["new", kind, data(num), data(den), degree])
        return symbol

    def sign_at(self, poly: fmpz_mpoly, x: Fraction) -> int | None:
        """The sign of `poly` at a rational point, None if no ball shows one."""
        for bits in PRECISIONS:
            with precision(bits):
                found = sign_of(evaluate(poly, self.values_at(x, bits)))
            if found is not None:
                return found
        return None

    def values_at(self, x: Fraction, bits: int) -> list[arb]:
        """The generators' balls at a rational point."""
        found = self.ball_cache.get((x, bits))
        if found is None or len(found) < len(self.field.generators):
            if len(self.ball_cache) > 4000:
                self.ball_cache.clear()
            self.tick()
            found = self.ball_cache[x, bits] = values(self.field, rational_ball(x))
        return found

    def sign_over(self, poly: fmpz_mpoly, low: Fraction, high: Fraction) -> int | None:
        """The sign of `poly` on a compact interval if one ball shows it."""
        with precision(PRECISIONS[1]):
            hull = rational_ball(low).union(rational_ball(high))
            return sign_of(evaluate(poly, values(self.field, hull)))

    def constant_sign_or_none(self, term: Quotient) -> int | None:
        """The sign of a constant, None if it cannot be told."""
        try:
            return self.sign_of(term)
        except CertificateError:
            return None


def rational_ball(x: Fraction) -> arb:
    """A ball around x at the current precision."""
    return arb(x.numerator) / x.denominator


def data(poly: fmpz_mpoly) -> list[list[int]]:
    """The polynomial as the certificate writes it."""
    rows = []
    for exponents, coefficient in poly.terms():
        row = [int(coefficient), *(int(e) for e in exponents)]
        while len(row) > 1 and row[-1] == 0:
            row.pop()
        rows.append(row)
    return rows
