"""Signs of polynomials of a tower on open intervals, verified from a tree of claims; nothing is searched here.

The main step is Rolle's: P/M with a derivative of one sign is monotone, so its sign at the right end settles its sign throughout
(A. Strzeboński, "Real root isolation for exp-log-arctan functions", 2012, uses the same step to isolate roots).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from flint import fmpz_mpoly

from quod.kernel.tower.cell import Cell
from quod.kernel.tower.field import CertificateError, power
from quod.kernel.tower.germ import end_sign
from quod.kernel.tower.intervals import End, coefficients_between, inside, rational, sign_at, value, wider
from quod.kernel.tower.shifts import Show, shifted
from quod.kernel.tower.values import PRECISIONS, evaluate, precision, sign_of, values


def verify(cell: Cell, poly: fmpz_mpoly, low: End, high: End, claim: Sequence[Any]) -> int:
    """The sign (0: identically zero) of `poly` on the open interval from `low` to `high` inside the cell, as `claim` proves it.

    Raises CertificateError if it does not.
    """
    poly = cell.field.reduce(poly)
    if poly.is_zero():
        return 0
    if cell.field.is_constant(poly):
        return cell.constant_sign(poly)
    match claim:
        case ["known"]:
            return cell.sign(poly)
        case ["ball", [*inner]]:
            return _balls(cell, poly, low, high, inner)
        case ["terms"]:
            return _terms(cell, poly, low, high)
        case ["descartes", left, right]:
            return _descartes(cell, poly, (low, left), (high, right))
        case ["bounded", [*claims]]:
            return _bounded(cell, poly, low, high, claims, verify)
        case ["shifted", [*shifts], [*claims]]:
            return shifted(cell, poly, low, high, (shifts, claims), verify)
        case ["product", [*factors]]:
            return _factors(cell, poly, low, high, factors, verify)
        case ["split", [*inner], [*claims]] if len(claims) == len(inner) + 1:
            return _split(cell, poly, low, high, inner, claims)
        case ["chain", *parts] if len(parts) == 5:
            return _chain(cell, poly, low, high, parts)
    raise CertificateError(f"no such claim: {claim[:1]!r}")


def weakly(cell: Cell, poly: fmpz_mpoly, low: End, high: End, claim: Sequence[Any]) -> int:
    """s = ±1 with s·poly ≥ 0 on the open interval, where poly may vanish at points; 0 if it is identically zero."""
    poly = cell.field.reduce(poly)
    match claim:
        case ["bounded", [*claims]] if not poly.is_zero():
            return _bounded(cell, poly, low, high, claims, weakly)
        case ["product", [*factors]] if not poly.is_zero():
            return _factors(cell, poly, low, high, factors, weakly)
    return verify(cell, poly, low, high, claim)


def _one_sign(signs: Sequence[int], what: str) -> int:
    if not signs or signs[0] == 0 or any(sign != signs[0] for sign in signs):
        raise CertificateError(f"{what} have signs {list(signs)}; expected one sign")
    return signs[0]


def _balls(cell: Cell, poly: fmpz_mpoly, low: End, high: End, inner: Sequence[Any]) -> int:
    if low is None or high is None:
        raise CertificateError("balls cover compact intervals only")
    with precision(PRECISIONS[1]):
        points = [cell.ball(low), *(value(rational(text)) for text in inner), cell.ball(high)]
        hulls = [left.union(right) for left, right in pairwise(points)]
        signs = [sign_of(evaluate(poly, values(cell.field, hull))) or 0 for hull in hulls]
    return _one_sign(signs, "the balls of a cover")


def _generator_sign(cell: Cell, index: int, low: End, high: End) -> int:
    """1 or −1 if the generator is known to have that sign between the ends, else 0."""
    symbol = cell.field.symbols[index]
    if index:
        return cell.sign(symbol) if str(symbol) in cell.known or not cell.field.generators[index].varies else cell.positive(symbol)
    if low is not None and (low.is_zero() or cell.sign_of(low) > 0):
        return 1
    return -1 if high is not None and (high.is_zero() or cell.sign_of(high) < 0) else 0


def _terms(cell: Cell, poly: fmpz_mpoly, low: End, high: End) -> int:
    """All terms have one sign, and one of them vanishes nowhere."""
    present = [index for index, degree in enumerate(cell.field.degrees(poly)) if degree]
    known = {index: _generator_sign(cell, index, low, high) for index in present}
    signs, strict = [], False
    for exponents, coefficient in poly.terms():
        sign = 1 if coefficient > 0 else -1
        for index in present:
            sign *= known[index] if exponents[index] % 2 else 1
        signs.append(sign)
        strict = strict or all(known[index] or not exponents[index] for index in present)
    if not strict:
        raise CertificateError("every term may vanish")
    return _one_sign(signs, "the terms")


def _descartes(cell: Cell, poly: fmpz_mpoly, left: tuple[End, Any], right: tuple[End, Any]) -> int:
    """A polynomial over ℚ from a to b (rational, null or infinite): the coefficients of (1+t)ⁿ P((a + bt)/(1 + t)) have one sign."""
    degrees = cell.field.degrees(poly)
    if any(degrees[1:]):
        raise CertificateError("Descartes' rule is for polynomials over ℚ")
    a, b = wider(cell, *left, -1), wider(cell, *right, 1)
    return _one_sign([1 if c > 0 else -1 for c in coefficients_between(poly, a, b) if c], "the coefficients")


def _bounded(cell: Cell, poly: fmpz_mpoly, low: End, high: End, claims: Sequence[Any], show: Show) -> int:
    """|sin| and |cos| are at most 1: P = c₀ + Σ cⱼmⱼ has the sign of c₀ if |c₀| > Σ|cⱼ|; `claims` are for c₀, c₁, …, c₀ ∓ Σ|cⱼ|.

    Weakly so if |c₀| ≥ Σ|cⱼ|.
    """
    field = cell.field
    circular = [g.kind in ("sin", "cos") for g in field.generators]
    groups: dict[tuple[int, ...], dict[Any, Any]] = {}
    for exponents, coefficient in poly.to_dict().items():
        key = tuple(e if i < len(circular) and circular[i] else 0 for i, e in enumerate(exponents))
        groups.setdefault(key, {})[tuple(e - k for e, k in zip(exponents, key, strict=True))] = coefficient
    free = groups.pop((0,) * len(field.symbols), None)
    if free is None or len(claims) != len(groups) + 2:
        raise CertificateError("the bounded part has no free term, or a claim is missing")
    main = field.context.from_dict(free)
    sign = show(cell, main, low, high, claims[0])
    rest = main * sign
    for key, claim in zip(sorted(groups), claims[1:], strict=False):
        part = field.context.from_dict(groups[key])
        rest -= part * show(cell, part, low, high, claim)
    if show(cell, rest, low, high, claims[-1]) not in ((1,) if show is verify else (0, 1)):
        raise CertificateError("the bounded part is not dominated")
    return sign


def _factors(cell: Cell, poly: fmpz_mpoly, low: End, high: End, factors: Sequence[Any], show: Show) -> int:
    product, sign = cell.field.one, 1
    for data, exponent, claim in factors:
        factor = cell.field.parse(data)
        product = product * power(factor, int(exponent))
        square = show is weakly and claim == ["square"] and exponent % 2 == 0
        sign *= 1 if square else show(cell, factor, low, high, claim) ** int(exponent)
    product = cell.field.reduce(product)
    if product.is_zero() or poly * product.leading_coefficient() != product * poly.leading_coefficient():
        raise CertificateError("the factors do not multiply to the polynomial")
    return sign if poly.leading_coefficient() * product.leading_coefficient() > 0 else -sign


def _split(cell: Cell, poly: fmpz_mpoly, low: End, high: End, inner: Sequence[Any], claims: Sequence[Any]) -> int:
    points = [cell.field.number(rational(text)) for text in inner]
    ends = [low, *points, high]
    for left, right in pairwise(ends):
        inside(cell, left, right)
    signs = [sign_at(cell, poly, point) for point in points]
    signs += [verify(cell, poly, *pair, claim) for pair, claim in zip(pairwise(ends), claims, strict=True)]
    return _one_sign(signs, "the parts of an interval")


def _chain(cell: Cell, poly: fmpz_mpoly, low: End, high: End, parts: Sequence[Any]) -> int:
    divisor, divisor_claim, slope_claim, side, order = parts
    field = cell.field
    M = field.parse(divisor)
    sign_m = verify(cell, M, low, high, divisor_claim)
    if sign_m == 0:
        raise CertificateError("the divisor of a monotone quotient vanishes")
    ratio = field.quotient(poly, M)
    slope = field.derivative(ratio)
    middle = field.number(inside(cell, low, high))
    direction = _direction(cell, slope.num, low, high, slope_claim)
    if direction:
        direction *= sign_at(cell, slope.den, middle)
    end = low if side == "left" else high
    start = sign_at(cell, poly, end) * sign_m if order is None else end_sign(cell, ratio, end, side == "left", int(order))
    outward = direction if side == "left" else -direction
    if direction == 0:
        return start * sign_m
    if start * outward < 0:
        raise CertificateError("a monotone quotient starts with the other sign")
    return outward * sign_m


def _direction(cell: Cell, slope: fmpz_mpoly, low: End, high: End, claim: Sequence[Any]) -> int:
    """The sign of a derivative. Where it is only known weakly, it is not 0 at a point inside: the function, which is analytic, is
    strictly monotone then, since the zeros of its derivative are isolated."""
    match claim:
        case ["weakly", weak, at]:
            point = cell.field.number(rational(at))
            inner = (low is None or cell.sign_of(point - low) == 1) and (high is None or cell.sign_of(high - point) == 1)
            if not inner or sign_at(cell, slope, point) == 0:
                raise CertificateError("a derivative is shown not to vanish at a point outside of the interval")
            return weakly(cell, slope, low, high, weak)
    return verify(cell, slope, low, high, claim)
