"""Terms read on a cell, germs at its ends, and whole certificates: what they show, and what is refused."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from flint import arb

from quod.kernel.tower import CertificateError, check
from quod.kernel.tower.germ import Germs, end_sign
from quod.kernel.tower.reading import Reader, Undefined
from quod.kernel.tower.values import evaluate, precision, sign_of, values
from quod.lang import terms as t
from quod.lang.sorts import REAL
from tests.kernel.cells import X, cell, raised, x1


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
        {"at": []}, {"gaps": [left]}, {"gaps": [right]}, {"gaps": [left, right, right]}, {"at": [at_point(), at_point()]},
        {"gaps": [right, left]}, {"points": ["1"]}, {"points": ["0", "1"]}, {"points": []},
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
        signed = {"true": True, "size": 2, "tape": [["ends"], ["sign", [[1, 2], [1]], ["terms"]]]}
        check(signed, [], t.Compare("<", t.Number(0), t.Number(1)))
    nested: dict[str, Any] = at_point()
    condition = t.Compare("<", t.Number(0), t.Number(1))
    goal = t.Compare("<", t.Number(0), t.IfThenElse(condition, t.Number(1), t.Number(0)))
    for _ in range(60):
        nested = {"case": 0, "then": nested, "else": {"false": 0, "size": 1, "tape": []}}
    with pytest.raises(CertificateError, match=r"levels|malformed"):
        check(nested, [], goal)
    with pytest.raises(CertificateError, match="at most one"):
        check(at_point(), [], t.Compare("<=", X, t.Variable("y", REAL)))
    with pytest.raises(CertificateError, match="at most one"):
        check(at_point(), [], t.Compare("<=", t.Variable("n", t.Number(1).sort), t.Number(1)))
