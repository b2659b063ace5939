"""Terms as quotients of polynomials over ℚ in atoms, by FLINT.

The normal form keeps 1/u as an atom. Here it is read as a quotient, once u ≠ 0 is known, so that x/x = 1, and e^(a/2) as a square root
of e^a. A quotient's denominator is not 0 wherever the facts hold that it was read under.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import comb, gcd

from flint import fmpq, fmpq_mpoly, fmpq_mpoly_ctx

from quod.kernel.normal import EXP_LAW, canonical, polynomial_of
from quod.kernel.polynomial import exponent_of, to_node
from quod.kernel.theorem import expect
from quod.lang import terms as t
from quod.lang.binding import unfold

ZERO = t.Number(0)
MAX_ATOMS = 60
MAX_POWER = 400
MAX_TERMS = 3_000
MAX_DEGREE = 2_000
MAX_BITS = 1_000_000
TRUSTS = frozenset(("FLINT", EXP_LAW, "exp_log"))
"""What every reading may use: FLINT, e^(a+b) = e^a·e^b, and e^(log a) = a."""
Quotient = tuple[fmpq_mpoly, fmpq_mpoly]


class Reading:
    """Terms as quotients of polynomials in atoms. Inverses of what `facts` say is not 0 are quotients, all others are atoms."""

    def __init__(self, terms: Iterable[t.Node], facts: Iterable[t.Node]) -> None:
        self.facts = frozenset(canonical(fact) for fact in facts)
        self.atoms: dict[t.Node, int] = {}
        self.units: dict[t.Node, Fraction] = {}
        self.seen: set[t.Node] = set()
        for term in terms:
            self._collect(unfold(term))
        count = len(self.atoms) + len(self.units)
        expect(count <= MAX_ATOMS, f"rational: expected at most {MAX_ATOMS} atoms, got {count}")
        self.context = fmpq_mpoly_ctx.get(tuple(f"a{k}" for k in range(max(count, 1))), "degrevlex")
        self.one = self.context.constant(1)
        self.place = {unit: len(self.atoms) + k for k, unit in enumerate(self.units)}
        self.memory: dict[t.Node, Quotient] = {}

    def _is_nonzero(self, term: t.Node) -> bool:
        """Whether the facts say that the term is positive, negative, or not 0."""
        signs = (t.Compare("<", ZERO, term), t.Compare("<", term, ZERO), t.Not(t.Compare("=", term, ZERO)))
        return any(canonical(sign) in self.facts or canonical(sign) is t.TRUE for sign in signs)

    def _collect(self, node: t.Node) -> None:
        if node in self.seen:
            return
        self.seen.add(node)
        match node:
            case t.Number():
                return
            case t.Add(args) | t.Mul(args):
                for arg in args:
                    self._collect(arg)
            case t.Power(base, _):
                self._collect(base)
            case t.Inverse(arg) if self._is_nonzero(arg):
                self._collect(arg)
            case t.Elementary("exp", _):
                for unit, coefficient in exponents(node):
                    if self._is_power(unit, coefficient):
                        self._collect(unit.children[0])
                    else:
                        self.units[unit] = common_part(self.units.get(unit, Fraction(0)), coefficient)
            case _:
                form = canonical(node)
                if form is node or type(form) is type(node):
                    expect(t.is_scalar(node.sort), f"rational: expected scalars, got a term of sort {node.sort}")
                    self.atoms.setdefault(form, len(self.atoms))
                else:
                    self._collect(form)

    def read(self, term: t.Node) -> Quotient:
        """(numerator, denominator) of one of the terms."""
        return self._read(unfold(term))

    def _read(self, node: t.Node) -> Quotient:
        if node not in self.memory:
            self.memory[node] = self._fresh(node)
        return self.memory[node]

    def _fresh(self, node: t.Node) -> Quotient:
        match node:
            case t.Number(value):
                return self.context.constant(fmpq(value.numerator, value.denominator)), self.one
            case t.Add(args):
                return self.total([self._read(arg) for arg in args])
            case t.Mul(args):
                return self.product((self._read(arg), 1) for arg in args)
            case t.Power(base, exponent):
                return self.product([(self._read(base), exponent)])
            case t.Inverse(arg) if self._is_nonzero(arg):
                return self.product([(self._read(arg), -1)])
            case t.Elementary("exp", _):
                return self.product([self._exponential(unit, coefficient) for unit, coefficient in exponents(node)])
            case _:
                form = canonical(node)
                return (self.context.gen(self.atoms[form]), self.one) if form in self.atoms else self._read(form)

    def _is_power(self, unit: t.Node, coefficient: Fraction) -> bool:
        """Whether e^(c·u) is a^c: u = log a with a > 0 among the facts, and c is whole."""
        if coefficient.denominator != 1 or not isinstance(unit, t.Elementary) or unit.name != "log":
            return False
        return canonical(t.Compare("<", ZERO, unit.arg)) in self.facts

    def _exponential(self, unit: t.Node, coefficient: Fraction) -> tuple[Quotient, int]:
        if self._is_power(unit, coefficient):
            return self._read(unit.children[0]), int(coefficient)
        return (self.context.gen(self.place[unit]), self.one), int(coefficient / self.units[unit])

    def reduced(self, num: fmpq_mpoly, den: fmpq_mpoly) -> Quotient:
        """num/den without their common factor; den is not 0 where the facts hold."""
        expect(not den.is_zero(), "rational: a denominator vanishes identically")
        common = num.gcd(den)
        return (num / common, den / common) if not common.is_constant() else (num, den)

    def total(self, parts: Sequence[Quotient]) -> Quotient:
        """The sum."""
        num, den = parts[0]
        for more, below in parts[1:]:
            if below == den:
                num = num + more
            else:
                num, den = self.reduced(times(num, below) + times(more, den), times(den, below))
        return self.reduced(num, den)

    def product(self, factors: Iterable[tuple[Quotient, int]]) -> Quotient:
        """The product of powers; what has a negative exponent is not 0."""
        num, den = self.one, self.one
        for (above, below), power in factors:
            whole = isinstance(power, int) and abs(power) <= MAX_POWER
            expect(whole, f"rational: expected whole exponents up to {MAX_POWER}, got {power!r}")
            up, down = (above, below) if power >= 0 else (below, above)
            expect(abs(power) <= 1 or max(growth(up, power), growth(down, power)) <= 1, "rational: a power is too large")
            num, den = self.reduced(times(num, up ** abs(power)), times(den, down ** abs(power)))
        return num, den

    def replace(self, num: fmpq_mpoly, atom: t.Node, power: int, value: Quotient) -> fmpq_mpoly:
        """The numerator of `num` with atom^power replaced by the value."""
        index = self.atoms.get(canonical(atom))
        if index is None or num.is_zero() or int(num.degrees()[index]) < power:
            return num
        parts: dict[int, dict[tuple[int, ...], fmpq]] = {}
        for exponents_, coefficient in num.to_dict().items():
            times, rest = divmod(int(exponents_[index]), power)
            parts.setdefault(times, {})[*exponents_[:index], rest, *exponents_[index + 1 :]] = coefficient
        most = max(parts)
        expect(most <= MAX_POWER and max(growth(part, most) for part in value) <= 1, "rational: a power is too large")
        pieces = (self.context.from_dict(part) * value[0] ** k * value[1] ** (most - k) for k, part in parts.items())
        return sum(pieces, self.context.constant(0))


def times(left: fmpq_mpoly, right: fmpq_mpoly) -> fmpq_mpoly:
    """The product, unless its degree, its terms or its coefficients may be too large."""
    degree = 0 if left.is_zero() or right.is_zero() else int(left.total_degree()) + int(right.total_degree())
    fits = degree <= MAX_DEGREE and len(left) * len(right) <= MAX_TERMS**2 and bits_of(left) + bits_of(right) <= MAX_BITS
    expect(fits, "rational: a quotient is too large")
    return left * right


def growth(poly: fmpq_mpoly, power: int) -> float:
    """How large a power may be, as a share of what is allowed."""
    if poly.is_zero():
        return 0.0
    terms = comb(abs(power) + len(poly) - 1, len(poly) - 1)
    return max(int(poly.total_degree()) * abs(power) / MAX_DEGREE, terms / MAX_TERMS, bits_of(poly) * abs(power) / MAX_BITS)


def bits_of(poly: fmpq_mpoly) -> int:
    """The bits of the largest coefficient."""
    return max((int(c.p).bit_length() + int(c.q).bit_length() for c in poly.coeffs()), default=0)


def common_part(a: Fraction, b: Fraction) -> Fraction:
    """The largest rational number of which both are whole multiples; not negative."""
    return Fraction(gcd(a.numerator * b.denominator, b.numerator * a.denominator), a.denominator * b.denominator)


def exponents(node: t.Node) -> list[tuple[t.Node, Fraction]]:
    """(u, c) for every term c·u of the exponent of an exponential."""
    found = []
    for monomial, factor in polynomial_of(node).items():
        expect(factor == 1 and not monomial[0], "rational: an exponential has another form")
        found += [(to_node({part: Fraction(1)}), coefficient) for part, coefficient in exponent_of(monomial).items()]
    return found
