"""Polynomials over ℚ in canonical atoms, and linear forms over them: what the normal form of a real or a vector is made of.

A monomial is a product of powers of atoms times at most one exponential, so that e^a · e^b = e^(a+b) and e^0 = 1 hold by construction.
An atom is a canonical term that arithmetic does not look into. Everything here is exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from quod.kernel.theorem import KernelError
from quod.lang.terms import Add, Constant, Elementary, Inverse, Mul, Node, Number, Power, Scale

Monomial = tuple[tuple[tuple[Node, int], ...], Node | None]
Polynomial = Mapping[Monomial, Fraction]
Linear = Mapping[Node, Polynomial]

ONE: Monomial = ((), None)
LIMIT = 20_000
"""A polynomial with more terms than this is refused."""
MAX_BITS = 100_000
"""So is a power of a number with more bits, and a coefficient of a product with ten times as many."""

_exponents: dict[Node, Polynomial] = {}


def number(value: Fraction | int) -> Polynomial:
    """The constant polynomial."""
    return {ONE: value if type(value) is Fraction else Fraction(value)} if value else {}


def atom(node: Node, power: int = 1) -> Polynomial:
    """node^power."""
    return {(((node, power),), None): Fraction(1)} if power else number(1)


def exponential(exponent: Polynomial) -> Polynomial:
    """e^exponent, for an exponent in normal form."""
    if not exponent:
        return number(1)
    node = to_node(exponent)
    _exponents[node] = exponent
    return {((), node): Fraction(1)}


def exponent_of(monomial: Monomial) -> Polynomial:
    """The polynomial in the exponent of a monomial's exponential; 0 if it has none."""
    return _exponents[monomial[1]] if monomial[1] is not None else {}


def combine(*parts: tuple[Fraction | int, Polynomial]) -> Polynomial:
    """The linear combination of the parts (coefficient, polynomial)."""
    total: dict[Monomial, Fraction] = {}
    for factor, part in parts:
        for monomial, coefficient in part.items():
            value = coefficient if factor == 1 else -coefficient if factor == -1 else factor * coefficient
            if monomial in total:
                value += total[monomial]
            if value:
                total[monomial] = value
            else:
                total.pop(monomial, None)
        if len(total) > LIMIT:
            raise KernelError(f"a polynomial with more than {LIMIT} terms is too large")
    return total


def _monomial_product(left: Monomial, right: Monomial) -> Monomial:
    if left == ONE or right == ONE:
        return right if left == ONE else left
    exponent = left[1] or right[1]
    if left[1] is not None and right[1] is not None:
        (_, exponent), = exponential(combine((1, exponent_of(left)), (1, exponent_of(right))))
    if not left[0] or not right[0]:
        return left[0] or right[0], exponent
    powers = dict(left[0])
    for base, power in right[0]:
        powers[base] = powers.get(base, 0) + power
    return tuple(sorted(powers.items(), key=lambda item: item[0].key)), exponent


def multiply(left: Polynomial, right: Polynomial) -> Polynomial:
    """The product. Raises KernelError beyond LIMIT terms."""
    if len(left) * len(right) > 50 * LIMIT:
        raise KernelError(f"a product of polynomials with {len(left)} and {len(right)} terms is too large")
    total: dict[Monomial, Fraction] = {}
    for a, x in left.items():
        for b, y in right.items():
            monomial = _monomial_product(a, b)
            value = y if x == 1 else x if y == 1 else x * y
            total[monomial] = total[monomial] + value if monomial in total else value
    if len(total) > LIMIT:
        raise KernelError(f"a polynomial with {len(total)} terms is too large")
    if any(value.numerator.bit_length() + value.denominator.bit_length() > 10 * MAX_BITS for value in total.values()):
        raise KernelError(f"a coefficient with more than {10 * MAX_BITS} bits is too large")
    return {monomial: value for monomial, value in total.items() if value}


def product(factors: Iterable[Polynomial]) -> Polynomial:
    """The product of all factors."""
    total = number(1)
    for factor in factors:
        total = multiply(total, factor)
    return total


def power(base: Polynomial, exponent: int) -> Polynomial:
    """base^exponent by repeated squaring."""
    result = number(1)
    bits = max((max(value.numerator.bit_length(), value.denominator.bit_length()) for value in base.values()), default=0)
    if bits * exponent > MAX_BITS and bits > 1:
        raise KernelError(f"a number of {bits} bits to the power {exponent} is too large")
    while exponent:
        if exponent & 1:
            result = multiply(result, base)
        exponent >>= 1
        if exponent:
            base = multiply(base, base)
    return result


def order(monomial: Monomial) -> tuple[tuple[tuple[bytes, int], ...], bytes]:
    """A total order of monomials that is the same in every process."""
    return tuple((base.key, exponent) for base, exponent in monomial[0]), monomial[1].key if monomial[1] is not None else b""


def leading(polynomial: Polynomial) -> Fraction:
    """The coefficient of the monomial that is first in the order; 0 for the zero polynomial."""
    return polynomial[min(polynomial, key=order)] if polynomial else Fraction(0)


def monomial_node(monomial: Monomial, coefficient: Fraction) -> Node:
    """coefficient · monomial as a term."""
    factors: list[Node] = [Number(coefficient)] if coefficient != 1 else []
    factors += [base if exponent == 1 else Power(base, exponent) for base, exponent in monomial[0]]
    if monomial[1] is not None:
        factors.append(Elementary("exp", monomial[1]))
    return Mul(factors) if len(factors) > 1 else factors[0] if factors else Number(1)


def to_node(polynomial: Polynomial) -> Node:
    """The canonical term of a polynomial; its own normal form is the polynomial again."""
    terms = [monomial_node(monomial, polynomial[monomial]) for monomial in sorted(polynomial, key=order)]
    return Add(terms) if len(terms) > 1 else terms[0] if terms else Number(0)


def vector_node(linear: Linear) -> Node:
    """The canonical term of a linear form."""
    terms: list[Node] = []
    for base in sorted(linear, key=lambda node: node.key):
        factor = to_node(linear[base])
        terms.append(base if factor is Number(1) else Scale(factor, base))
    return Add(terms) if len(terms) > 1 else terms[0] if terms else Constant("zero")


def combine_vectors(*parts: tuple[Polynomial, Linear]) -> Linear:
    """The sum of factor · linear form over the parts."""
    total: dict[Node, Polynomial] = {}
    for factor, linear in parts:
        for base, coefficient in linear.items():
            total[base] = combine((1, total.get(base, {})), (1, multiply(factor, coefficient)))
    return {base: coefficient for base, coefficient in total.items() if coefficient}


def invert(polynomial: Polynomial) -> Polynomial:
    """1/polynomial with 1/0 = 0: factors of a monomial are inverted one by one (1/(ab) = 1/a · 1/b), a sum becomes one atom."""
    if not polynomial:
        return {}
    shared = dict(next(iter(polynomial))[0])
    for powers, _ in polynomial:
        here = dict(powers)
        shared = {base: min(exponent, here[base]) for base, exponent in shared.items() if base in here}
    if len(polynomial) == 1:
        (monomial, coefficient), = polynomial.items()
        rest = exponential(combine((-1, exponent_of(monomial))))
    else:
        quotient = {(_divide(powers, shared), exponent): value for (powers, exponent), value in polynomial.items()}
        coefficient = leading(quotient)
        rest = atom(Inverse(to_node(combine((1 / coefficient, quotient)))))
    return product([number(1 / coefficient), rest, *(_inverse_atom(base, exponent) for base, exponent in shared.items())])


def _divide(powers: tuple[tuple[Node, int], ...], by: Mapping[Node, int]) -> tuple[tuple[Node, int], ...]:
    return tuple((base, exponent - by.get(base, 0)) for base, exponent in powers if exponent > by.get(base, 0))


def _inverse_atom(base: Node, exponent: int) -> Polynomial:
    """1/base^exponent; 1/(1/a) = a only for an atom a, which keeps normal forms unique without looking into sums."""
    if isinstance(base, Inverse):
        from quod.kernel.normal import polynomial_of

        return power(polynomial_of(base.arg), exponent)
    return atom(Inverse(base), exponent)
