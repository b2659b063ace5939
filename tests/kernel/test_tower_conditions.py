"""The checker of the one-variable decision procedure, step by step: what each step shows, and that it is refused when a condition fails."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from flint import arb

from quod.kernel.tower import CertificateError, check
from quod.kernel.tower.angles import atan, circle, special_angle, tangent
from quod.kernel.tower.cell import Cell
from quod.kernel.tower.claims import verify
from quod.kernel.tower.field import Field, Quotient, power
from quod.kernel.tower.germ import Germs, end_sign
from quod.kernel.tower.intervals import coefficients_between, inside, rational, sign_at, wider
from quod.kernel.tower.reading import Reader, Undefined
from quod.kernel.tower.values import evaluate, precision, sign_of, values
from quod.lang import terms as t
from quod.lang.sorts import REAL

X = t.Variable("x", REAL)
x1: list[list[int]] = [[1, 1]]
ONE: list[list[int]] = [[1]]


def cell(low: Any = None, high: Any = None, size: int = 10) -> Cell:
    """An open interval with rational ends."""
    made = Cell(size)
    made.low, made.high = (None if end is None else made.field.number(Fraction(end)) for end in (low, high))
    made.bounded = True
    return made


def raised(low: Any = None, high: Any = None) -> Cell:
    """The same with e^x as generator 1."""
    made = cell(low, high)
    made.extend("exp", made.field.symbol(0))
    return made


def claimed(at: Cell, poly: list[list[int]], claim: Any) -> int:
    return verify(at, at.field.parse(poly), at.low, at.high, claim)


def refused(at: Cell, poly: list[list[int]], claim: Any, because: str | None = None) -> None:
    with pytest.raises((CertificateError, ValueError, TypeError, AttributeError), match=because):
        claimed(at, poly, claim)


# Claims


def test_what_needs_no_claim() -> None:
    assert claimed(cell(), [], ["terms"]) == 0
    assert claimed(cell(), [[-3]], ["terms"]) == -1
    pi = cell()
    pi.extend("pi", None)
    assert claimed(pi, [[1, 0, 1], [-3]], ["unheard of"]) == 1
    assert claimed(pi, [[7, 0, 1], [-22]], ["unheard of"]) == -1
    refused(cell(), x1, ["unheard of"], "no such claim")


def test_balls_cover_a_compact_interval() -> None:
    assert claimed(cell(1, 3), [[1, 2], [-10]], ["ball", []]) == -1
    assert claimed(cell(1, 3), [[1, 2], [-1, 1], [2]], ["ball", ["3/2", "2", "5/2"]]) == 1
    refused(cell(1, 3), [[1, 2], [-4, 1], [3]], ["ball", ["2"]], "signs")
    refused(cell(1, 3), [[1, 1], [-2]], ["ball", ["2"]], "signs")
    refused(cell(None, 3), [[1, 2], [1]], ["ball", []], "compact")
    refused(cell(1, None), [[1, 2], [1]], ["ball", []], "compact")
    # a point beyond the end is covered too, and shows nothing less
    refused(cell(1, 3), [[1, 1], [-5]], ["ball", ["6"]], "signs")
    assert claimed(raised(0, 1), [[1, 0, 1], [-3]], ["ball", []]) == -1


def test_terms_of_one_sign() -> None:
    assert claimed(cell(0), [[1, 1], [2, 3]], ["terms"]) == 1
    assert claimed(cell(0), [[-1, 1]], ["terms"]) == -1
    assert claimed(cell(2), x1, ["terms"]) == 1
    assert claimed(cell(None, 0), x1, ["terms"]) == -1
    assert claimed(cell(None, -1), [[1, 1], [1, 3]], ["terms"]) == -1
    assert claimed(cell(), [[1, 2], [1]], ["terms"]) == 1
    assert claimed(raised(), [[1, 0, 1]], ["terms"]) == 1
    assert claimed(raised(), [[1, 2, 1], [1, 0, 1]], ["terms"]) == 1
    assert claimed(raised(None, 0), [[1, 1, 1]], ["terms"]) == -1
    refused(cell(), [[1, 2]], ["terms"], "may vanish")
    refused(cell(-1), x1, ["terms"])
    refused(cell(None, 1), x1, ["terms"])
    refused(cell(), [[1, 1], [1]], ["terms"], "signs")
    refused(cell(0), [[1, 1], [-1]], ["terms"], "signs")
    refused(cell(), [[1, 2], [1, 1, 0]], ["terms"])
    logs = cell(0)
    logs.known[str(logs.field.symbols[0])] = 1
    logs.extend("log", logs.field.symbol(0))
    refused(logs, [[1, 0, 1], [1]], ["terms"])


def test_descartes_rule() -> None:
    between = [[1, 2], [-4, 1], [3]]
    assert claimed(cell(1, 3), between, ["descartes", "1", "3"]) == -1
    assert claimed(cell(3), between, ["descartes", "3", None]) == 1
    assert claimed(cell(None, 1), between, ["descartes", None, "1"]) == 1
    assert claimed(cell(4, 5), between, ["descartes", "3", "6"]) == 1
    assert claimed(cell(4, 5), between, ["descartes", "3", None]) == 1
    assert claimed(cell(None, 1), [[1, 1], [-1]], ["descartes", None, "1"]) == -1
    for low, high, claim in ((1, 3, ("2", "3")), (1, 3, ("1", "2")), (1, None, ("1", "3")), (None, 1, ("0", "1"))):
        refused(cell(low, high), between, ["descartes", *claim], "too short")
    refused(cell(0, 3), between, ["descartes", "0", "3"], "signs")
    refused(cell(0, 4), between, ["descartes", "0", "4"], "signs")
    refused(cell(), [[1, 2], [1]], ["descartes", None, None], "half-lines")
    refused(raised(0), [[1, 0, 1]], ["descartes", "0", None], "polynomials over ℚ")
    # π as an end, bounded by rationals on the right side only
    circle_end = cell(0)
    circle_end.high = circle_end.extend("pi", None)
    assert claimed(circle_end, [[1, 1], [-4]], ["descartes", "0", "4"]) == -1
    assert claimed(circle_end, [[1, 1], [-4]], ["descartes", "0", "22/7"]) == -1
    refused(circle_end, [[1, 1], [-4]], ["descartes", "0", "3"], "too short")


def waves(low: Any = None) -> Cell:
    made = cell(low)
    made.extend("sin", made.field.symbol(0))
    return made


def test_sines_and_cosines_are_bounded_by_one() -> None:
    """Generators 1 and 2 are sin x and cos x."""
    at = waves()
    assert claimed(at, [[3], [1, 0, 1], [-1, 0, 0, 1]], ["bounded", [["terms"]] * 4]) == 1
    assert claimed(at, [[-3], [1, 0, 1], [-1, 0, 0, 1]], ["bounded", [["terms"]] * 4]) == -1
    above = waves(1)
    assert claimed(above, [[2, 2], [1, 1, 1]], ["bounded", [["terms"], ["terms"], ["descartes", "1", None]]]) == 1
    refused(at, [[1], [1, 0, 1]], ["bounded", [["terms"]] * 3], "dominated|signs|terms|claim")
    refused(at, [[2], [1, 0, 1], [-1, 0, 0, 1]], ["bounded", [["terms"]] * 4])
    refused(at, [[3], [1, 0, 1]], ["bounded", [["terms"]] * 2], "missing")
    refused(at, [[3], [1, 0, 1]], ["bounded", [["terms"]] * 4], "missing")
    refused(at, [[1, 0, 1]], ["bounded", [["terms"]] * 2], "free term")
    refused(at, [[-1], [2, 0, 1]], ["bounded", [["terms"]] * 3])
    refused(raised(), [[3], [1, 0, 1]], ["bounded", [["terms"]] * 3], "missing|dominated")


def test_signs_of_products() -> None:
    at = cell(1)
    up, twice = [[1, 1], [-1]], [[1, 2], [-2, 1], [1]]
    claim = ["descartes", "1", None]
    assert claimed(at, up, ["product", [[up, 1, claim]]]) == 1
    assert claimed(at, [[-1, 1], [1]], ["product", [[up, 1, claim]]]) == -1
    assert claimed(at, [[-1, 2], [2, 1], [-1]], ["product", [[up, 2, claim]]]) == -1
    assert claimed(at, twice, ["product", [[[[-1, 1], [1]], 2, claim]]]) == 1
    assert claimed(cell(None, 1), [[2, 3], [-6, 2], [6, 1], [-2]], ["product", [[up, 3, ["descartes", None, "1"]]]]) == -1
    for factors in ([[up, 2, claim]], [[up, 1, claim], [up, 1, claim]], [], [[[[1, 1]], 1, ["terms"]]], [[[], 1, claim]], [[up, 0, claim]]):
        refused(at, up, ["product", factors])


def test_an_interval_in_parts() -> None:
    square = [[1, 2], [-2, 1], [2]]
    parts = [["descartes", None, "1"], ["descartes", "1", None]]
    assert claimed(cell(), square, ["split", ["1"], parts]) == 1
    for points in ([], ["1", "2"], ["1", "0"]):
        refused(cell(), square, ["split", points, parts])
    for points, low, high in ((["1", "0"], None, None), (["5"], 0, 3), (["0"], 0, 3), (["3"], 0, 3), (["1", "1"], 0, 3)):
        refused(cell(low, high), [[1, 2], [1]], ["split", points, [["terms"]] * (len(points) + 1)], "told apart|ends")
    # x² − 1 is positive on both outer parts, and x² vanishes at a point between
    refused(cell(), [[1, 2]], ["split", ["0"], [["descartes", None, "0"], ["descartes", "0", None]]], "told from 0")
    refused(cell(), [[1, 3]], ["split", ["1"], [["terms"], ["descartes", "1", None]]])
    refused(cell(-1, 1), x1, ["split", ["1/2"], [["terms"], ["descartes", "1/2", "1"]]])
    refused(cell(-1, 1), x1, ["split", ["-1/2", "1/2"], [["descartes", "-1", "-1/2"], ["terms"], ["descartes", "1/2", "1"]]])
    assert claimed(cell(-1, 1), [[1, 1], [-2]], ["split", ["0"], [["descartes", "-1", "0"], ["descartes", "0", "1"]]]) == -1


def chain(side: str, order: Any, divisor: list[list[int]] = ONE, claim: Any = ("terms",), slope: Any = ("terms",)) -> list[Any]:
    return ["chain", divisor, list(claim), list(slope), side, order]


def test_monotone_quotients() -> None:
    """e^x − 1 starts at 0 and grows."""
    grows = [[1, 0, 1], [-1]]
    for order in (1, 2, 5):
        assert claimed(raised(0), grows, chain("left", order)) == 1
        assert claimed(raised(None, 0), grows, chain("right", order)) == -1
    assert claimed(raised(1), grows, chain("left", None)) == 1
    assert claimed(raised(None, -1), grows, chain("right", None)) == -1
    assert claimed(raised(0), [[-1, 0, 1], [1]], chain("left", 2)) == -1
    assert claimed(raised(0), grows, chain("left", 2, [[-1]])) == 1
    assert claimed(raised(0), grows, chain("left", 2, [[2, 0, 1]])) == 1
    refused(raised(0), grows, chain("right", 2), "other sign")
    refused(raised(None, 0), grows, chain("left", 2), "other sign")
    refused(raised(-1), grows, chain("left", None), "other sign")
    refused(raised(0), grows, chain("left", None), "told from 0")
    refused(raised(None, 0), grows, chain("left", None), "infinity")
    refused(raised(), grows, chain("left", 3), "other sign")
    refused(raised(), grows, chain("right", 3), "other sign")
    refused(raised(0), grows, chain("left", 2, []), "vanishes|identically 0")
    refused(raised(-1), grows, chain("left", None, [[1, 1]], ["terms"]))
    refused(raised(0), grows, ["chain", ONE, ["terms"], ["terms"], "left"], "no such claim")
    assert claimed(raised(0), [[1, 0, 1]], chain("left", None, [[1, 0, 1]])) == 1
    assert claimed(raised(0), [[-1, 0, 1]], chain("left", None, [[1, 0, 1]])) == -1
    assert claimed(raised(0), [[-1, 0, 1]], chain("left", 2, [[-1, 0, 1]])) == -1


def test_a_slope_with_a_negative_denominator() -> None:
    """(e^x − 1)/x for x < 0: the derivative's denominator is x², that of 1/x alone is −x²; signs are taken as they are."""
    at = raised(None, 0)
    slope = ["chain", ONE, ["terms"], ["terms"], "right", 2]
    found = claimed(at, [[1, 0, 1], [-1]], ["chain", [[1, 0, 1]], ["terms"], ["terms"], "right", 2])
    assert found == -1
    assert slope


# Cells


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


def hinted(at: Cell, kind: str, arg: Quotient, form: Any) -> None:
    at.hints[kind, str(arg.num), str(arg.den)] = form


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
    for tangent_value, turns, eighths in ((1, 1, 5), (1, 1, -3), (1, 1, 2), (2, 1, 1), (1, 2, 1), (1, 0, 1), (1, 65, 65), (-1, 1, 1), (1, 2, 6)):
        with pytest.raises((CertificateError, ZeroDivisionError)):
            special_angle(at, at.field.number(tangent_value), turns, eighths)
    special_angle(at, -one, 2, -2)
    with pytest.raises(CertificateError):
        special_angle(at, at.field.symbol(0), 1, 1)
    hinted(at, "atan", one, {"is": [[[[1]], [[1]], 1]]})
    assert atan(at, one).same(quarter)
    for wrong in ({"is": [], "eighths": 5}, {"is": [[[[1]], [[1]], 5]]}, {"is": [[[[1]], [[1]], -1]]}, {"is": []}, {"is": [[[[1]], [[1]], 0]]},
                  {"is": [[[[2]], [[1]], 1]]}, {"is": [[[[1]], [[1]], 257]]}):
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
    for end, text, side, bound in ((at.low, "1", -1, 1), (at.low, "0", -1, 0), (at.high, "2", 1, 2), (at.high, "3", 1, 3), (None, None, 1, None)):
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


@pytest.mark.parametrize("data", [[[1, 0, 1]], [[1, -1]], [[1, 20_001]], [[1.5, 1]], [["1", 1]], [[1, "1"]], [[1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]]])
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


# Reading


def test_what_is_undefined_is_not_read() -> None:
    at = cell(1)
    at.known[str(at.field.symbols[0])] = 1
    reader = Reader(at)
    zero = t.Add((X, t.Mul((t.Number(-1), X))))
    negative = t.Mul((t.Number(-1), X))
    for term in (t.Inverse(zero), t.Elementary("log", zero), t.Elementary("log", negative), t.Elementary("sqrt", negative)):
        with pytest.raises(Undefined):
            reader.read(term)
    assert reader.read(t.Elementary("sqrt", zero)).is_zero()
    with pytest.raises(Undefined):
        reader.read(t.Elementary("asin", t.Number(2)))
    with pytest.raises(Undefined):
        reader.read(t.Elementary("asin", t.Number(-2)))
    half = at.extend("pi", None) / at.field.number(2)
    assert reader.read(t.Elementary("asin", t.Number(1))).same(half)
    assert reader.read(t.Elementary("asin", t.Number(-1))).same(-half)
    assert reader.read(t.Elementary("acos", t.Number(-1))).same(half + half)
    assert reader.read(t.Elementary("acos", t.Number(1))).is_zero()
    with pytest.raises(CertificateError):
        reader.read(t.Elementary("floor", X))
    with pytest.raises(CertificateError):
        reader.read(t.Fold("min", t.Number(0), t.Number(1), t.Lambda(t.Number(1).sort, X)))


def test_propositions_are_true_or_false_on_all_of_a_cell() -> None:
    at = cell(1)
    at.known[str(at.field.symbols[0])] = 1
    truth = Reader(at).truth
    zero, yes, no = t.Number(0), t.Compare("<", t.Number(0), X), t.Compare("<", X, t.Number(0))
    for relation, expected in (("<", (True, False, False)), ("<=", (True, False, True)), ("=", (False, False, True))):
        pairs = ((zero, X), (X, zero), (X, X))
        assert tuple(truth(t.Compare(relation, *pair)) for pair in pairs) == expected
    assert truth(t.And((yes, yes))) and not truth(t.And((yes, no))) and truth(t.And(()))
    assert truth(t.Or((no, yes))) and not truth(t.Or((no, no))) and not truth(t.Or(()))
    assert truth(t.Not(no)) and not truth(t.Not(yes))
    assert truth(t.Implies(no, no)) and truth(t.Implies(yes, yes)) and not truth(t.Implies(yes, no))
    with pytest.raises(CertificateError):
        truth(t.ForAll(t.Lambda(REAL, t.TRUE)))
    with pytest.raises(CertificateError):
        truth(t.Compare("<", t.Number(2), X))


# Germs


FUNCTIONS = {
    "exp": t.Elementary("exp", t.Inverse(X)),
    "growing": t.Elementary("exp", X),
    "log": t.Elementary("log", t.Add((t.Number(7), t.Power(X, 2)))),
    "root": t.Elementary("sqrt", t.Add((t.Number(3), t.Power(X, 2)))),
    "cube root": t.Elementary("cbrt", t.Add((t.Number(5), t.Power(X, 2)))),
    "atan": t.Elementary("atan", X),
    "atan of a pole": t.Elementary("atan", t.Mul((X, t.Add((X, t.Number(5)))))),
    "erf": t.Elementary("erf", X),
    "error at a point": t.Elementary("erf", t.Inverse(X)),
    "sin": t.Elementary("sin", t.Inverse(X)),
    "cos": t.Elementary("cos", t.Inverse(X)),
    "quotient": t.Mul((t.Add((X, t.Number(2))), t.Inverse(t.Add((t.Power(X, 2), X, t.Number(4)))))),
    "iterated": t.Elementary("log", t.Add((t.Number(2), t.Elementary("log", t.Add((t.Number(9), t.Power(X, 2))))))),
    "product": t.Mul((t.Elementary("exp", t.Mul((t.Number(-1), X))), t.Elementary("log", t.Add((t.Number(1), t.Power(X, 2)))))),
}
ENDS = {"to infinity": (None, False), "from minus infinity": (None, True), "right of 2": (2, True), "left of 2": (2, False)}


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_error_of_a_germ_is_no_larger_than_it_says(name: str, end: str) -> None:
    """At two places far out the function differs from the germ's terms by a bounded multiple of the error monomial, which does not grow."""
    from quod.lang.balls import compile_balls
    from tests.provers.test_tower_checker import cell_above

    point, left = ENDS[end]
    at = cell_above(1 if not (point is None and left) else -(10**6))
    place = at.field.number(Fraction(2)) if point is not None else None
    if point is None and left:
        at.signs = lambda poly: (at.sign_at(poly, Fraction(-(10**5))) or 0, ["known"])
    else:
        at.signs = lambda poly: (at.sign_at(poly, Fraction(9, 4)) or 0, ["known"])
    germs = Germs(at, place, left, 4)
    series = germs.quotient(Reader(at).read(FUNCTIONS[name]))
    function = compile_balls(FUNCTIONS[name], [X])
    ratios = []
    for z in (8, 64) if name == "erf" else (16, 1024):
        with precision(20_000):
            x = Fraction(z) * (-1 if left else 1) if point is None else 2 + Fraction(1 if left else -1, z)
            scale = _scale_at(germs, arb(z))
            total = sum((at.ball(c) * _monomial(scale, m) for m, c in series.terms.items()), arb(0))
            difference = abs(arb(function([x], 20_000)) - total)
            if series.error is None:
                assert difference <= (abs(total) + 1) * arb(2) ** -900
                continue
            ratios.append(difference / _monomial(scale, series.error))
    assert all(ratio < 10**4 for ratio in ratios)
    assert not ratios or ratios[1] < 3 * ratios[0] + arb(10) ** -3


def _scale_at(germs: Germs, z: arb) -> list[arb]:
    """The elements of the scale at z: z, log z, …, and e to each further logarithm."""
    logs = [z]
    for _ in range(8):
        logs.append(abs(logs[-1].log()))
    scale = logs[:9]
    for logarithm in germs.logs[9:]:
        assert logarithm is not None
        scale.append(sum((germs.cell.ball(c) * _monomial(scale, m) for m, c in logarithm.terms.items()), arb(0)).exp())
    return scale


def _monomial(scale: list[arb], monomial: tuple[Fraction, ...]) -> arb:
    product = arb(1)
    for element, exponent in zip(scale, monomial, strict=False):
        if exponent:
            product *= (element.log() * exponent.numerator / exponent.denominator).exp()
    return product


def test_the_sign_of_a_germ() -> None:
    at = raised(0)
    grows = at.field.parse([[1, 0, 1], [-1]])
    quotient = at.field.polynomial(grows)
    assert end_sign(at, quotient, at.low, True, 3) == 1
    assert end_sign(at, quotient, at.low, True, 1) == 0
    assert end_sign(at, -quotient, at.low, True, 3) == -1
    assert end_sign(at, at.field.number(0), at.low, True, 3) == 0
    assert end_sign(at, quotient, None, False, 3) == 1
    for order in (0, 65, -1):
        with pytest.raises(CertificateError, match="terms"):
            end_sign(at, quotient, at.low, True, order)


def test_values_of_generators() -> None:
    at = cell(1)
    at.known[str(at.field.symbols[0])] = 1
    variable = at.field.symbol(0)
    for kind, degree in (("exp", 0), ("log", 0), ("atan", 0), ("sin", 0), ("root", 2), ("root", 3)):
        at.extend(kind, variable, degree)
    with precision(100):
        found = values(at.field, arb(3))
        expected = [arb(3), arb(3).exp(), arb(3).log(), arb(3).atan(), arb(3).sin(), arb(3).cos(), arb(3).sqrt(), arb(3).root(3)]
        assert all(got.overlaps(value) and got.is_finite() for got, value in zip(found, expected, strict=True))
        poly = at.field.parse([[2, 3, 1], [-5, 0, 0, 2], [7]])
        assert evaluate(poly, found).overlaps(2 * 27 * arb(3).exp() - 5 * arb(3).log() ** 2 + 7)
        assert not values(at.field, None)[1].is_finite()
    assert sign_of(arb(1)) == 1 and sign_of(arb(-1)) == -1
    assert sign_of(arb(0)) is None and sign_of(arb(0, 1)) is None and sign_of(arb.nan()) is None and sign_of(arb.pos_inf()) is None


# Whole certificates


ALWAYS = t.Compare("<=", t.Number(0), t.Power(X, 2))
GOOD = {"true": True, "size": 2, "tape": [["ends"], ["sign", [[1, 2]], ["descartes", None, "0"]]]}


def proof(claim: Any) -> dict[str, Any]:
    return {"true": True, "size": 2, "tape": [["ends"], ["sign", [[1, 2]], claim]]}


def at_point() -> dict[str, Any]:
    return {"true": True, "size": 1, "tape": []}


def test_a_cover_has_a_proof_for_every_point_and_gap() -> None:
    left, right = proof(["descartes", None, "0"]), proof(["descartes", "0", None])
    whole: dict[str, Any] = {"points": ["0"], "at": [at_point()], "gaps": [left, right]}
    assert check(whole, [], ALWAYS) == {"FLINT"}
    strict = t.Compare("<", t.Number(0), t.Power(X, 2))
    with pytest.raises(CertificateError, match="not true"):
        check(whole, [], strict)
    for changed in (
        {"at": []}, {"gaps": [left]}, {"gaps": [right]}, {"gaps": [left, right, right]}, {"at": [at_point(), at_point()]}, {"gaps": [right, left]},
        {"points": ["1"]}, {"points": ["0", "1"]}, {"points": []},
    ):
        with pytest.raises(CertificateError):
            check({**whole, **changed}, [], ALWAYS)
    middle = proof(["descartes", "0", "1"])
    three = {"points": ["0", "1"], "at": [at_point()] * 2, "gaps": [left, middle, proof(["descartes", "1", None])],
             "record": {"size": 1, "tape": []}}
    assert check(three, [], ALWAYS)
    for points in (["1", "0"], ["0", "0"]):
        with pytest.raises(CertificateError):
            check({**three, "points": points}, [], ALWAYS)


def test_hypotheses_are_false_or_goals_true() -> None:
    above = [t.Compare("<", t.Number(0), X)]
    goal = t.Compare("<", t.Number(-1), X)
    left = {"false": 0, "size": 2, "tape": [["ends"], ["sign", x1, ["descartes", None, "0"]]]}
    right = {"true": True, "size": 2, "tape": [["ends"], ["sign", [[1, 1], [1]], ["descartes", "0", None]]]}
    whole = {"points": ["0"], "at": [{"false": 0, "size": 1, "tape": []}], "gaps": [left, right]}
    assert check(whole, above, goal)
    with pytest.raises(CertificateError, match="not false"):
        check(whole, [t.Compare("<=", t.Number(0), X)], goal)
    with pytest.raises(CertificateError):
        check(whole, [t.Compare("<", X, t.Number(0))], goal)
    with pytest.raises(CertificateError):
        check(whole, above, t.Compare("<", t.Number(1), X))
    for index in (1, -1, 10**9):
        with pytest.raises(CertificateError, match="no such proof"):
            check({**whole, "at": [{"false": index, "size": 1, "tape": []}]}, above, goal)
    with pytest.raises(CertificateError, match="no such proof"):
        check({**whole, "gaps": [left, {"true": False, "size": 2, "tape": []}]}, above, goal)


def test_inversion_only_away_from_zero() -> None:
    """x² ≥ 0 for x ≠ 0 by x = 1/t; on an interval with 0 inside that says nothing about 0."""
    def cover(inner: Any) -> dict[str, Any]:
        return {"points": ["0"], "at": [{"false": 0, "size": 1, "tape": []}], "gaps": [inner, inner], "inside": {"size": 1, "tape": []}}

    inner = {"true": True, "size": 2, "tape": [["ends"], ["sign", x1, ["terms"]], ["sign", [[1, 2]], ["terms"]]]}
    side = {"invert": cover(inner)}
    whole = {"points": ["0"], "at": [at_point()], "gaps": [side, side]}
    assert check(whole, [], t.Compare("<=", t.Number(0), t.Power(X, 2)))
    with pytest.raises(CertificateError, match="does not reach"):
        check({"points": [], "at": [], "gaps": [side]}, [], t.Not(t.Compare("=", X, t.Number(0))))
    with pytest.raises(CertificateError, match="does not reach"):
        check({"points": ["-1"], "at": [at_point()], "gaps": [side, side]}, [], t.Compare("<=", t.Number(0), t.Power(X, 2)))
    with pytest.raises(CertificateError, match="does not reach"):
        check({"points": ["1"], "at": [at_point()], "gaps": [side, side]}, [], t.Compare("<=", t.Number(0), t.Power(X, 2)))


def test_sizes_depths_and_steps() -> None:
    for size in (0, 257, -1, "2", 1.5):
        with pytest.raises(CertificateError):
            check({"points": [], "at": [], "gaps": [{**GOOD, "size": size}]}, [], ALWAYS)
    for step in (["sing", [[1, 2]], ["terms"]], [], ["ends", 1], "ends", ["sign", x1]):
        with pytest.raises(CertificateError):
            check({"points": [], "at": [], "gaps": [{"true": True, "size": 2, "tape": [step]}]}, [], ALWAYS)
    with pytest.raises(CertificateError, match="ends are known"):
        check({"points": [], "at": [], "gaps": [{"true": True, "size": 2, "tape": [["sign", [[1, 2], [1]], ["terms"]]]}]}, [], ALWAYS)
    with pytest.raises(CertificateError, match="ends are known"):
        check({"true": True, "size": 2, "tape": [["ends"], ["sign", [[1, 2], [1]], ["terms"]]]}, [], t.Compare("<", t.Number(0), t.Number(1)))
    nested: dict[str, Any] = at_point()
    condition = t.Compare("<", t.Number(0), t.Number(1))
    goal = t.Compare("<", t.Number(0), t.IfThenElse(condition, t.Number(1), t.Number(0)))
    for _ in range(60):
        nested = {"case": 0, "then": nested, "else": {"false": 0, "size": 1, "tape": []}}
    with pytest.raises(CertificateError, match="levels|malformed"):
        check(nested, [], goal)
    with pytest.raises(CertificateError, match="at most one"):
        check(at_point(), [], t.Compare("<=", X, t.Variable("y", REAL)))
    with pytest.raises(CertificateError, match="at most one"):
        check(at_point(), [], t.Compare("<=", t.Variable("n", t.Number(1).sort), t.Number(1)))
