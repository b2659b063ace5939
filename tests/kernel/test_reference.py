"""The kernel's polynomials and what it remembers, against a slow reference that remembers nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from functools import reduce

import strategies
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from quod.kernel import connectives, normal
from quod.kernel.normal import canonical, laws, polynomial_of
from quod.kernel.polynomial import ONE, Polynomial, atom, combine, exponent_of, exponential, multiply, number, power, product
from quod.kernel.theorem import KernelError
from quod.lang import terms as t
from quod.lang.binding import unfold
from quod.lang.sorts import REAL

NAMES = [t.Variable(name, REAL) for name in ("a", "b", "c")]
Plain = dict[tuple[tuple[tuple[str, int], ...], tuple[tuple[str, Fraction], ...]], Fraction]
"""Coefficients by the powers of variables, and by the coefficients of the (linear) exponent of e."""


def plain(polynomial: Polynomial) -> Plain:
    """A polynomial of the kernel in the variables and exponentials of linear forms, read off its parts."""
    result: Plain = {}
    for monomial, value in polynomial.items():
        powers = {base.name: exponent for base, exponent in monomial[0] if isinstance(base, t.Variable)}
        assert len(powers) == len(monomial[0]) and type(value) is Fraction and value
        inside = {part[0][0][0].name: factor for part, factor in exponent_of(monomial).items()}  # type: ignore[attr-defined]
        result[tuple(sorted(powers.items())), tuple(sorted(inside.items()))] = value
    return result


def added(*parts: tuple[Fraction | int, Plain]) -> Plain:
    total: Plain = {}
    for factor, part in parts:
        for key, value in part.items():
            total[key] = total.get(key, Fraction(0)) + factor * value
    return {key: value for key, value in total.items() if value}


def multiplied(left: Plain, right: Plain) -> Plain:
    total: Plain = {}
    for (a, e), x in left.items():
        for (b, f), y in right.items():
            powers, inside = dict(a), dict(e)
            for name, exponent in b:
                powers[name] = powers.get(name, 0) + exponent
            for name, factor in f:
                inside[name] = inside.get(name, Fraction(0)) + factor
            key = tuple(sorted(powers.items())), tuple(sorted((name, factor) for name, factor in inside.items() if factor))
            total = added((1, total), (1, {key: x * y}))
    return total


@st.composite
def polynomials(draw: st.DrawFn) -> Polynomial:
    """Sums of up to four monomials in three variables, with and without an exponential."""
    total: Polynomial = {}
    for _ in range(draw(st.integers(0, 4))):
        factors = [number(draw(strategies.rationals))]
        factors += [atom(draw(st.sampled_from(NAMES)), draw(st.integers(0, 3))) for _ in range(draw(st.integers(0, 3)))]
        if draw(st.booleans()):
            factors.append(exponential(combine((draw(st.integers(-2, 2)), atom(draw(st.sampled_from(NAMES)))))))
        total = combine((1, total), (1, product(factors)))
    return total


@given(st.lists(st.tuples(st.one_of(st.integers(-2, 2), strategies.rationals), polynomials()), max_size=4))
def test_linear_combinations(parts: list[tuple[Fraction | int, Polynomial]]) -> None:
    assert plain(combine(*parts)) == added(*((factor, plain(part)) for factor, part in parts))


@given(polynomials(), polynomials())
def test_products(left: Polynomial, right: Polynomial) -> None:
    before = dict(left), dict(right)
    assert plain(multiply(left, right)) == multiplied(plain(left), plain(right))
    assert before == (left, right)


@given(polynomials(), st.integers(0, 4))
def test_powers(base: Polynomial, exponent: int) -> None:
    expected: Plain = {((), ()): Fraction(1)}
    for _ in range(exponent):
        expected = multiplied(expected, plain(base))
    assert plain(power(base, exponent)) == expected


@given(polynomials(), polynomials())
def test_monomials_stay_in_order(left: Polynomial, right: Polynomial) -> None:
    for powers, _ in multiply(left, right):
        assert list(powers) == sorted(powers, key=lambda item: item[0].key)


def expanded(term: t.Node) -> Plain:
    """The polynomial of a term made of numbers, variables, + · and powers, by definition."""
    match term:
        case t.Number(value):
            return {((), ()): value} if value else {}
        case t.Variable(name, _):
            return {(((name, 1),), ()): Fraction(1)}
        case t.Add(args):
            return added(*((1, expanded(arg)) for arg in args))
        case t.Mul(args):
            return reduce(multiplied, map(expanded, args))
        case t.Power(base, exponent):
            return reduce(multiplied, [expanded(base)] * exponent, {((), ()): Fraction(1)})
        case _:
            raise TypeError(f"no polynomial: {term!r}")


arithmetic = st.recursive(
    st.one_of(st.sampled_from(NAMES), strategies.rationals.map(t.Number)),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(t.Add),
        st.lists(inner, min_size=2, max_size=3).map(t.Mul),
        st.builds(t.Power, inner, st.integers(0, 3)),
    ),
    max_leaves=10,
)


@given(arithmetic)
def test_the_normal_form_of_arithmetic_is_the_expansion(term: t.Node) -> None:
    assert plain(polynomial_of(term)) == expanded(term)


@contextmanager
def forgetful() -> Iterator[None]:
    """In this scope the kernel starts without memory, as a fresh process does; afterwards it has its memory back."""
    stores = (normal._memory, normal._nodes, normal._exponential, normal._unfolded, connectives.differences)
    kept = [dict(store) for store in stores]  # type: ignore[call-overload]
    for store in stores:
        store.clear()
    try:
        yield
    finally:
        for store, content in zip(stores, kept, strict=True):
            store.clear()
            store.update(content)  # type: ignore[attr-defined]


@settings(max_examples=150, deadline=None)
@given(strategies.nodes())
def test_memory_changes_no_normal_form(node: t.Node) -> None:
    try:
        warm = canonical(node)
    except KernelError:
        assume(False)
    with forgetful():
        assert canonical(node) is warm
    with forgetful():
        assert canonical(warm) is warm


@settings(max_examples=150, deadline=None)
@given(strategies.nodes())
def test_memory_changes_no_law(node: t.Node) -> None:
    parts, has_exponential = [unfold(node)], False
    for part in parts:
        parts += [child for child in part.children if child not in parts]
        has_exponential |= isinstance(part, t.Elementary) and part.name == "exp"
    assert laws(node) == laws(node, t.TRUE) == (frozenset({"exp_sum"}) if has_exponential else frozenset())


@settings(max_examples=60, deadline=None)
@given(st.builds(t.Compare, st.sampled_from(("=", "<=", "<")), strategies.numeric(REAL), strategies.numeric(REAL)))
def test_a_comparison_keeps_the_polynomial_of_its_right_side(comparison: t.Node) -> None:
    try:
        node = canonical(comparison)
    except KernelError:
        assume(False)
    assume(isinstance(node, t.Compare))
    assert isinstance(node, t.Compare)
    remembered = connectives.difference_of(node)
    with forgetful():
        assert connectives.difference_of(node) == remembered == polynomial_of(node.right)


def test_what_moves_out_of_a_binder_is_in_normal_form_there() -> None:
    """The order of a product goes by keys, and the key of a bound variable changes when a binder goes."""
    vector, v, n = t.Bound(1, strategies.VECTOR), t.Variable("v", strategies.VECTOR), t.Variable("n", strategies.INTEGER)
    body = t.Add((vector, t.Scale(t.Inner(vector, v), vector)))
    node = t.Lambda(strategies.VECTOR, t.Fold("sum", t.Number(0), n, t.Lambda(strategies.INTEGER, body)))
    form = canonical(node)
    with forgetful():
        assert canonical(form) is form


def test_a_constant_is_one_monomial() -> None:
    assert number(0) == {} and number(2) == {ONE: Fraction(2)}
    assert multiply(number(2), number(Fraction(1, 2))) == number(1)
