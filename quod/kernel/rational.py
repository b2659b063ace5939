"""Signs and equations of rational functions of atoms: denominators are cleared where they are known not to vanish.

The normal form keeps 1/u as an atom. Here it is read as a quotient, once u ≠ 0 is a premise, so that x/x = 1, and e^(a/2) as a square
root of e^a. FLINT's polynomials do the arithmetic, so every theorem made here trusts FLINT.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import lcm

from flint import fmpq, fmpq_mpoly, fmpq_mpoly_ctx

from quod.kernel.arithmetic import nonzero as is_nonzero
from quod.kernel.logic import shown
from quod.kernel.normal import EXP_LAW, canonical, polynomial_of
from quod.kernel.polynomial import exponent_of, to_node
from quod.kernel.theorem import KernelError, Theorem, derive, expect, need, rule
from quod.lang import terms as t
from quod.lang.binding import unfold

ZERO = t.Number(0)
MAX_ATOMS = 60
MAX_POWER = 400
MAX_TERMS = 20_000
TRUSTS = frozenset(("FLINT", EXP_LAW))
Quotient = tuple[fmpq_mpoly, fmpq_mpoly]
Product = tuple[Fraction, Sequence[t.Node], Sequence[tuple[int, int]]]
Solved = Sequence[tuple[int, t.Node, int]]


class Reading:
    """Terms as quotients of polynomials in atoms. Inverses of what `facts` say is not 0 are quotients, all others are atoms."""

    def __init__(self, terms: Iterable[t.Node], facts: Iterable[t.Node]) -> None:
        self.facts = frozenset(canonical(fact) for fact in facts)
        self.atoms: dict[t.Node, int] = {}
        self.units: dict[t.Node, int] = {}
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
                    self.units[unit] = lcm(self.units.get(unit, 1), coefficient.denominator)
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
                symbols = [(self.place[unit], coefficient * self.units[unit]) for unit, coefficient in exponents(node)]
                return self.product(((self.context.gen(k), self.one), int(power)) for k, power in symbols)
            case _:
                form = canonical(node)
                return (self.context.gen(self.atoms[form]), self.one) if form in self.atoms else self._read(form)

    def reduced(self, num: fmpq_mpoly, den: fmpq_mpoly) -> Quotient:
        """num/den without their common factor; den is not 0 where the facts hold."""
        expect(len(num) <= MAX_TERMS and len(den) <= MAX_TERMS, "rational: a quotient is too large")
        expect(not den.is_zero(), "rational: a denominator vanishes identically")
        common = num.gcd(den)
        return (num / common, den / common) if not common.is_constant() else (num, den)

    def total(self, parts: Sequence[Quotient]) -> Quotient:
        """The sum."""
        num, den = parts[0]
        for more, below in parts[1:]:
            num, den = (num + more, den) if below == den else self.reduced(num * below + more * den, den * below)
        return self.reduced(num, den)

    def product(self, factors: Iterable[tuple[Quotient, int]]) -> Quotient:
        """The product of powers; what has a negative exponent is not 0."""
        num, den = self.one, self.one
        for (above, below), power in factors:
            whole = isinstance(power, int) and abs(power) <= MAX_POWER
            expect(whole, f"rational: expected whole exponents up to {MAX_POWER}, got {power!r}")
            up, down = (above, below) if power >= 0 else (below, above)
            expect(abs(power) <= 1 or len(up) ** abs(power) <= 10**6, "rational: a power is too large")
            num, den = self.reduced(num * up ** abs(power), den * down ** abs(power))
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
        expect(most <= MAX_POWER, "rational: a power is too large")
        pieces = (self.context.from_dict(part) * value[0] ** k * value[1] ** (most - k) for k, part in parts.items())
        return sum(pieces, self.context.constant(0))


def exponents(node: t.Node) -> list[tuple[t.Node, Fraction]]:
    """(u, c) for every term c·u of the exponent of an exponential."""
    found = []
    for monomial, factor in polynomial_of(node).items():
        expect(factor == 1 and not monomial[0], "rational: an exponential has another form")
        found += [(to_node({part: Fraction(1)}), coefficient) for part, coefficient in exponent_of(monomial).items()]
    return found


def difference(node: t.Compare) -> t.Node:
    """right − left of a comparison."""
    return t.Add((node.right, t.Mul((t.Number(-1), node.left))))


@rule
def rational(goal: t.Node, products: Sequence[Product], solved: Solved, *premises: Theorem) -> Theorem:
    """A comparison l ≤ r, l < r or l = r of reals, because r − l = Σ c·∏ s²·∏ g^e as rational functions, every c > 0.

    Each product is (c, terms s, pairs (premise, e)): the premise is 0 ≤ g or 0 < g, read as right − left, and strict where e < 0. For l < r
    one product has only strict premises and no s. An equation takes no products. `solved` holds (premise, atom, k): the premise is an
    equation whose one side is atom^k, which is replaced by the other, in this order. Premises that say u ≠ 0, 0 < u or u < 0 allow 1/u.
    """
    node = need(unfold(goal), t.Compare, "rational")
    stated = [unfold(premise.conclusion) for premise in premises]
    strict = node.relation == "="
    terms = [difference(node)]
    for coefficient, squares, factors in products:
        expect(isinstance(coefficient, Fraction) and coefficient > 0, f"rational: expected a positive rational, got {coefficient!r}")
        positive = not squares
        for index, exponent in factors:
            fact = need(stated[index] if 0 <= index < len(stated) else None, t.Compare, "rational")
            expect(fact.relation == "<" or (fact.relation == "<=" and exponent >= 0), f"rational: premise {index} says no such sign")
            positive = positive and fact.relation == "<"
            terms.append(difference(fact))
        terms += squares
        strict = strict or positive
    expect(node.relation != "=" or not products, "rational: an equation takes no products")
    expect(strict or node.relation != "<", "rational: no product is positive")
    equations = [_equation(stated, index, atom, power) for index, atom, power in solved]
    reading = Reading([*terms, *(value for _, _, value in equations)], stated)
    parts = [(-num, den) for num, den in (reading.read(difference(node)),)]
    for coefficient, squares, factors in products:
        number = (reading.context.constant(fmpq(coefficient.numerator, coefficient.denominator)), reading.one)
        powers = [(reading.read(difference(need(stated[k], t.Compare, "rational"))), e) for k, e in factors]
        parts.append(reading.product([(number, 1), *((reading.read(s), 2) for s in squares), *powers]))
    num, _ = reading.total(parts)
    for atom, power, value in equations:
        num = reading.replace(num, atom, power, reading.read(value))
    expect(num.is_zero(), f"rational: the two sides differ by {len(num)} terms")
    return derive(goal, premises, trusts=TRUSTS)


def _equation(stated: Sequence[t.Node], index: int, atom: t.Node, power: int) -> tuple[t.Node, int, t.Node]:
    """(atom, power, value) where premise `index` says atom^power = value."""
    fact = need(stated[index] if 0 <= index < len(stated) else None, t.Compare, "rational")
    expect(fact.relation == "=" and 1 <= power <= MAX_POWER, f"rational: premise {index} is no equation")
    side = canonical(t.Power(atom, power))
    expect(t.is_scalar(atom.sort), "rational: expected equations of reals")
    if canonical(fact.left) is side:
        return atom, power, fact.right
    expect(canonical(fact.right) is side, f"rational: premise {index} does not have the atom's power as a side")
    return atom, power, fact.left


@rule
def logarithm(argument: t.Node, factors: Sequence[tuple[t.Node, int]], *premises: Theorem) -> Theorem:
    """log a = Σ n·log b, where a = ∏ b^n as rational functions, from 0 < b for every factor; further premises u ≠ 0 allow 1/u."""
    stated = [premise.conclusion for premise in premises]
    known = {canonical(fact) for fact in stated}
    for factor, _ in factors:
        sign = canonical(t.Compare("<", ZERO, factor))
        expect(sign in known or sign is t.TRUE, f"logarithm: no premise says that {factor!r} is positive")
    reading = Reading([argument, *(factor for factor, _ in factors)], stated)
    num, den = reading.read(argument)
    power = reading.product((reading.read(factor), int(n)) for factor, n in factors)
    if not (num * power[1] - power[0] * den).is_zero():
        raise KernelError("logarithm: the factors do not multiply to the argument")
    terms = [t.Mul((t.Number(int(n)), t.Elementary("log", factor))) for factor, n in factors]
    return derive(t.Compare("=", t.Elementary("log", argument), t.Add((ZERO, ZERO, *terms))), premises, trusts=TRUSTS)


@rule
def root(term: t.Node, value: t.Node, positive: Theorem, power: Theorem) -> Theorem:
    """√a = b from 0 ≤ b and b² = a; ∛a = b from 0 ≤ b and b³ = a."""
    node = need(term, t.Elementary, "root")
    expect(node.name in ("sqrt", "cbrt"), f"root: expected a square or cube root, got {node.name}")
    used = shown(positive, t.Compare("<=", ZERO, value), "root")
    used |= shown(power, t.Compare("=", t.Power(value, 2 if node.name == "sqrt" else 3), node.arg), "root")
    return derive(t.Compare("=", term, value), (positive, power), trusts=used)


@rule
def nonzero(denial: t.Node, premise: Theorem) -> Theorem:
    """a ≠ 0 from 0 < a or a < 0."""
    equation = need(need(denial, t.Not, "nonzero").arg, t.Compare, "nonzero")
    expect(equation.relation == "=" and equation.right is ZERO, "nonzero: expected a ≠ 0")
    return derive(denial, (premise,), trusts=is_nonzero(premise, equation.left))
