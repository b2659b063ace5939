"""Generators, forms and angles of a cell, the points in it, and the field: what is admitted, and what is refused."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from quod.kernel.tower import CertificateError
from quod.kernel.tower.angles import atan, circle, special_angle, tangent
from quod.kernel.tower.cell import Cell
from quod.kernel.tower.field import Field, power
from quod.kernel.tower.intervals import coefficients_between, inside, rational, sign_at, wider
from tests.kernel.cells import cell, hinted, raised


def test_generators_come_after_their_arguments() -> None:
    above, anywhere = cell(0), cell()
    for at in (above, anywhere):
        for kind in ("log", "root"):
            with pytest.raises(CertificateError):
                at.extend(kind, at.field.symbol(0), 2)
    above.known[str(above.field.symbols[0])] = 1
    assert above.extend("log", above.field.symbol(0)).num == above.field.symbols[1]
    assert above.extend("log", above.field.symbol(0)).num == above.field.symbols[1]
    assert above.extend("root", above.field.symbol(0), 2).num == above.field.symbols[2]
    for degree in (0, 1, 65, -2):
        with pytest.raises(CertificateError):
            above.extend("root", above.field.symbol(0), degree)
    below = cell(None, 0)
    below.known[str(below.field.symbols[0])] = -1
    for kind in ("log", "root"):
        with pytest.raises(CertificateError):
            below.extend(kind, below.field.symbol(0), 2)
    half = above.field.number(Fraction(1, 2))
    with pytest.raises(CertificateError):
        above.extend("log", half)
    inverse = anywhere.field.quotient(anywhere.field.one, anywhere.field.symbols[0])
    for kind in ("exp", "atan", "sin", "erf"):
        with pytest.raises(CertificateError):
            anywhere.extend(kind, inverse)
    assert above.extend("exp", above.field.quotient(above.field.one, above.field.symbols[0]))
    for kind in ("cos", "tan", "gamma", "", "x"):
        with pytest.raises(CertificateError):
            above.extend(kind, above.field.symbol(0))
    with pytest.raises(CertificateError, match="no argument"):
        above.extend("exp", None)


def test_a_sine_needs_room_for_its_cosine() -> None:
    tight = cell(size=2)
    with pytest.raises(CertificateError):
        tight.extend("sin", tight.field.symbol(0))
    with pytest.raises(CertificateError, match="more than 1"):
        cell(size=1).extend("pi", None)


def test_a_constant_tangent_has_no_pole() -> None:
    at = cell()
    half = at.extend("pi", None) / at.field.number(2)
    with pytest.raises(CertificateError):
        at.extend("tan", half)
    assert at.extend("tan", at.field.number(1)).is_constant()


def test_signs_are_proved_or_refused() -> None:
    at = cell(1)
    with pytest.raises(CertificateError, match="not among"):
        at.sign(at.field.symbols[0])
    at.known[str(at.field.symbols[0])] = 1
    assert (at.sign(at.field.symbols[0]), at.sign(-at.field.symbols[0]), at.sign(at.field.context.constant(0))) == (1, -1, 0)
    assert at.sign(at.field.context.constant(-5)) == -1
    inverse = at.field.quotient(-at.field.one, at.field.symbols[0])
    assert at.sign_of(inverse) == -1
    pi = at.extend("pi", None)
    assert at.sign((pi - at.field.number(3)).num) == 1
    assert at.sign((pi - at.field.number(4)).num) == -1
    assert at.positive(pi.num) == 1
    assert at.positive(at.field.symbols[0]) == 0
    with pytest.raises(CertificateError, match="could not be told from 0"):
        at.constant_sign((at.extend("tan", at.field.number(1)) - at.extend("tan", at.field.number(1) + at.field.number(0))).num
                         + (at.extend("exp", at.field.number(1)) - at.extend("exp", at.field.number(1), 7)).num)


def test_forms_of_exponentials_logarithms_and_roots() -> None:
    at = raised(0)
    at.known[str(at.field.symbols[0])] = 1
    variable, exponential = at.field.symbol(0), at.field.symbol(1)
    double = variable + variable
    hinted(at, "exp", double, {"is": [[[[1, 0, 1]], 2]]})
    assert at.exp(double).same(exponential * exponential)
    assert at.exp(at.field.number(0)).same(at.field.number(1))
    for wrong in ([[[[1, 0, 1]], 3]], [[[[1, 0, 1]], 1]], [], [[[[2, 0, 1]], 2]], [[[[1, 1]], 2]]):
        hinted(at, "exp", double, {"is": wrong})
        with pytest.raises(CertificateError):
            at.exp(double)
    square = exponential * exponential
    hinted(at, "log", square, {"is": [[[[1, 0, 1]], 2]]})
    assert at.log(square).same(double)
    for wrong in ([[[[1, 0, 1]], 1]], [[[[-1, 0, 1]], 2]], [[[[1, 1]], 1]], []):
        hinted(at, "log", square, {"is": wrong})
        with pytest.raises(CertificateError):
            at.log(square)
    hinted(at, "root2", variable * variable, {"is": [[[[1, 1]], 1]]})
    assert at.root(2, variable * variable).same(variable)
    assert at.root(2, at.field.number(0)).is_zero()
    for wrong in ([[[[-1, 1]], 1]], [[[[1, 1]], 2]], [], [[[[1, 1], [1]], 1]]):
        hinted(at, "root2", variable * variable, {"is": wrong})
        with pytest.raises(CertificateError):
            at.root(2, variable * variable)
    with pytest.raises(CertificateError, match="no form"):
        at.exp(variable * variable)
    with pytest.raises(CertificateError, match="no form"):
        at.log(variable)


def test_a_square_root_is_not_negative() -> None:
    below = cell(None, 0)
    below.known[str(below.field.symbols[0])] = -1
    square = below.field.symbol(0) * below.field.symbol(0)
    hinted(below, "root2", square, {"is": [[[[1, 1]], 1]]})
    with pytest.raises(CertificateError):
        below.root(2, square)
    hinted(below, "root2", square, {"is": [[[[-1, 1]], 1]]})
    assert below.root(2, square).same(-below.field.symbol(0))


def test_the_logarithm_of_a_root() -> None:
    at = cell(0)
    at.known[str(at.field.symbols[0])] = 1
    variable = at.field.symbol(0)
    root, logarithm = at.extend("root", variable, 3), at.extend("log", variable)
    hinted(at, "log", root, {"is": [[[[1, 0, 1]], 1]]})
    assert at.log(root).same(logarithm / at.field.number(3))



# Angles


def test_special_angles() -> None:
    at = cell()
    one, pi = at.field.number(1), at.extend("pi", None)
    special_angle(at, one, 1, 1)
    quarter = at.angles["1", "1"]
    assert quarter.same(pi / at.field.number(4))
    wrong_angles = ((1, 1, 5), (1, 1, -3), (1, 1, 2), (2, 1, 1), (1, 2, 1), (1, 0, 1), (1, 65, 65), (-1, 1, 1), (1, 2, 6))
    for tangent_value, turns, eighths in wrong_angles:
        with pytest.raises((CertificateError, ZeroDivisionError)):
            special_angle(at, at.field.number(tangent_value), turns, eighths)
    special_angle(at, -one, 2, -2)
    with pytest.raises(CertificateError):
        special_angle(at, at.field.symbol(0), 1, 1)
    hinted(at, "atan", one, {"is": [[[[1]], [[1]], 1]]})
    assert atan(at, one).same(quarter)
    for wrong in ({"is": [], "eighths": 5}, {"is": [[[[1]], [[1]], 5]]}, {"is": [[[[1]], [[1]], -1]]}, {"is": []},
                  {"is": [[[[1]], [[1]], 0]]}, {"is": [[[[2]], [[1]], 1]]}, {"is": [[[[1]], [[1]], 257]]}):
        hinted(at, "atan", one, wrong)
        with pytest.raises(CertificateError):
            atan(at, one)
    hinted(at, "atan", one, {"is": [], "eighths": 1})
    assert atan(at, one).same(quarter)
    assert atan(at, at.field.number(0)).is_zero()


def test_arctangents_of_functions_are_generators() -> None:
    at = cell()
    variable = at.field.symbol(0)
    angle = at.extend("atan", variable)
    hinted(at, "atan", variable, {"is": [[[[1, 1]], [[1]], 1]]})
    hinted(at, "atan", -variable, {"is": [[[[1, 1]], [[1]], -1]]})
    assert atan(at, variable).same(angle)
    assert atan(at, -variable).same(-angle)
    doubled = variable + variable
    hinted(at, "atan", doubled, {"is": [[[[1, 1]], [[1]], 2]]})
    with pytest.raises(CertificateError):
        atan(at, doubled)
    # tan(2·atan x) = 2x/(1 − x²), and yet 2·atan x is no arctangent beyond ±1
    twice = at.field.quotient(2 * at.field.symbols[0], at.field.one - at.field.symbols[0] ** 2)
    hinted(at, "atan", twice, {"is": [[[[1, 1]], [[1]], 2]]})
    with pytest.raises(CertificateError):
        atan(at, twice)


def test_circular_functions_of_twice_an_angle() -> None:
    at = cell()
    variable = at.field.symbol(0)
    angle = at.extend("atan", variable)
    double = angle + angle
    hinted(at, "circle", double, {"is": [[[[1, 1]], [[1]], 1]]})
    cosine, sine = circle(at, double)
    norm = at.field.number(1) + variable * variable
    assert cosine.same((at.field.number(1) - variable * variable) / norm)
    assert sine.same((variable + variable) / norm)
    for wrong in ([[[[1, 1]], [[1]], 2]], [[[[1, 1]], [[1]], -1]], []):
        hinted(at, "circle", double, {"is": wrong})
        with pytest.raises(CertificateError):
            circle(at, double)
    hinted(at, "circle", double, {"is": [[[[1, 1]], [[1]], 1]], "eighths": 4})
    with pytest.raises(CertificateError):
        circle(at, double)
    turned = double + at.extend("pi", None)
    hinted(at, "circle", turned, {"is": [[[[1, 1]], [[1]], 1]], "eighths": 2})
    assert circle(at, turned)[0].same(-cosine)
    hinted(at, "tan", angle, {"is": [[[[1, 1]], [[1]], 1]]})
    p, q = tangent(at, angle)
    assert (q / p).same(variable)
    hinted(at, "tan", double, {"is": [[[[1, 1]], [[1]], 1]]})
    with pytest.raises(CertificateError):
        tangent(at, double)
    zero = circle(at, at.field.number(0))
    assert zero[0].same(at.field.number(1)) and zero[1].is_zero()
    hinted(at, "circle", variable, {"is": [], "opaque": True})
    sine = at.extend("sin", variable)
    assert circle(at, variable)[1].same(sine)
    assert not circle(at, variable)[0].same(sine)
    assert (circle(at, variable)[0] ** 2 + sine**2).same(at.field.number(1))



# Points and intervals


def test_points_inside() -> None:
    at = cell(1, 2)
    assert 1 < inside(at, at.low, at.high) < 2
    assert inside(at, at.low, None) > 1
    assert inside(at, None, at.low) < 1
    assert inside(at, None, None) == 0
    for low, high in ((at.high, at.low), (at.low, at.low)):
        with pytest.raises(CertificateError, match="told apart"):
            inside(at, low, high)
    assert sign_at(at, at.field.symbols[0], at.low) == 1
    assert sign_at(at, -at.field.symbols[0], at.low) == -1
    with pytest.raises(CertificateError, match="infinity"):
        sign_at(at, at.field.symbols[0], None)
    with pytest.raises(CertificateError, match="told from 0"):
        sign_at(at, at.field.symbols[0] - 1, at.low)
    bounds = ((at.low, "1", -1, 1), (at.low, "0", -1, 0), (at.high, "2", 1, 2), (at.high, "3", 1, 3), (None, None, 1, None))
    for end, text, side, bound in bounds:
        assert wider(at, end, text, side) == bound
    assert wider(at, at.low, None, -1) is None
    for end, text, side in ((at.low, "3/2", -1), (at.high, "3/2", 1), (None, "3", 1)):
        with pytest.raises(CertificateError, match="too short"):
            wider(at, end, text, side)
    for text in ("1/0", "a", "", "1e3", " 1", 1, 1.5, None, "--1", "1/2/3"):
        with pytest.raises(CertificateError):
            rational(text)
    assert rational("-3/6") == Fraction(-1, 2)


@pytest.mark.parametrize(("low", "high"), [(None, 3), (2, None), (2, 5)])
def test_coefficients_between_two_points(low: int | None, high: int | None) -> None:
    """At t the polynomial they belong to is, up to a positive factor, P at the point that t stands for."""
    at = Cell(1)
    poly = at.field.parse([[2, 3], [-7, 1], [5]])
    a, b = (None if end is None else Fraction(end) for end in (low, high))
    coefficients = [Fraction(int(c.p), int(c.q)) for c in coefficients_between(poly, a, b)]
    for parameter in (Fraction(1, 3), Fraction(1), Fraction(7, 2)):
        if a is None or b is None:
            point, factor = (b - parameter if a is None else a + parameter), Fraction(1)  # type: ignore[operator]
        else:
            point, factor = (b + a * parameter) / (1 + parameter), (1 + parameter) ** 3
        value = 2 * point**3 - 7 * point + 5
        assert sum(c * parameter**k for k, c in enumerate(coefficients)) == value * factor



# The field


def test_quotients_and_roots() -> None:
    at = cell(0)
    at.known[str(at.field.symbols[0])] = 1
    field, variable = at.field, at.field.symbol(0)
    root = at.extend("root", variable, 3)
    assert (root**3).same(variable)
    assert (root**4).same(variable * root)
    assert (root**-3).same(field.number(1) / variable)
    assert (root**7).num == (variable * variable * root).num
    assert field.derivative(variable * variable).same(variable + variable)
    assert field.derivative(field.number(1) / variable).same(field.number(-1) / (variable * variable))
    assert field.derivative(root).same(root / (field.number(3) * variable))
    assert field.derivative(field.number(5)).is_zero()
    with pytest.raises(CertificateError, match="identically 0"):
        field.quotient(field.one, field.context.constant(0))
    with pytest.raises(CertificateError, match="identically 0"):
        field.quotient(field.one, root.num**3 - variable.num)
    flipped = field.quotient(field.one, -field.symbols[0])
    assert flipped.den.leading_coefficient() > 0
    assert (flipped * variable).rational() == -1
    assert field.number(Fraction(2, 3)).rational() == Fraction(2, 3)
    assert variable.rational() is None
    assert field.number(0).rational() == 0
    assert not variable.is_constant() and field.number(3).is_constant()
    assert not (field.number(1) / variable).is_constant()


@pytest.mark.parametrize(
    "data", [[[1, 0, 1]], [[1, -1]], [[1, 20_001]], [[1.5, 1]], [["1", 1]], [[1, "1"]], [[1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]]]
)
def test_polynomials_that_are_none(data: Any) -> None:
    with pytest.raises((CertificateError, TypeError)):
        cell().field.parse(data)


def test_powers_have_limits() -> None:
    field = Field(2)
    assert power(field.symbols[0], 20_000).degrees()[0] == 20_000
    wide = field.symbols[0] + field.symbols[1] + 1
    for base, n in ((field.symbols[0], 20_001), (wide, 20_000), (field.context.constant(3), 20_000_000), (2 * field.symbols[0], -1)):
        with pytest.raises(CertificateError, match="too large"):
            power(base, n)
