"""Signs of polynomials on an interval: what each kind of claim shows, and that it is refused when a condition fails."""

from __future__ import annotations

from typing import Any

import pytest

from quod.kernel.tower import CertificateError
from quod.kernel.tower.cell import Cell
from quod.kernel.tower.claims import verify
from tests.kernel.cells import ONE, cell, raised, x1


def claimed(at: Cell, poly: list[list[int]], claim: Any) -> int:
    return verify(at, at.field.parse(poly), at.low, at.high, claim)


def refused(at: Cell, poly: list[list[int]], claim: Any, because: str | None = None) -> None:
    with pytest.raises((CertificateError, ValueError, TypeError, AttributeError), match=because):
        claimed(at, poly, claim)




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
