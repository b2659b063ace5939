"""Forms of exp, log, roots, arctangents and angles over a cell's generators, chosen so that generators stay independent."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import flint
from flint import arb, fmpz, fmpz_mpoly

from quod.kernel.tower.angles import special_angle
from quod.kernel.tower.field import Quotient
from quod.kernel.tower.values import precision
from quod.provers.tower.constants import denested, gaussian, rationalised
from quod.provers.tower.live import LiveCell, Refine, Unknown, data

MOST_PARTS = 24
"""Arguments whose ratio has a larger denominator get generators of their own; dependent generators cost completeness only."""


def find(cell: LiveCell, kind: str, arg: Quotient) -> Any:
    """The hint for kind(arg); makes the generators it needs."""
    if kind == "exp":
        return {"is": _exponential(cell, arg)}
    if kind == "log":
        return {"is": _logarithm(cell, arg)}
    if kind.startswith("root"):
        return {"is": _root(cell, arg, int(kind[4:]))}
    return _arctangent(cell, arg) if kind == "atan" else _circle(cell, arg, 2 if kind == "circle" else 1)


def factors(poly: fmpz_mpoly) -> tuple[int, list[tuple[fmpz_mpoly, int]]]:
    """Content with sign, and irreducible factors with exponents. Where FLINT cannot factor, the primitive part is one factor."""
    content = int(poly.content()) if hasattr(poly, "content") else 1
    sign = 1 if poly.leading_coefficient() > 0 else -1
    primitive = poly // (content * sign)
    if primitive.is_one():
        return content * sign, []
    try:
        unit, found = primitive.factor()
    except OverflowError:
        return content * sign, [(primitive, 1)]
    return content * sign * int(unit), [(f, int(e)) for f, e in found]


def primes(n: int) -> list[tuple[int, int]]:
    """n > 0 as a product of primes, or of what trial division leaves of a large number."""
    if n.bit_length() <= 80:
        return [(int(p), int(e)) for p, e in fmpz(n).factor()]
    found = []
    for p in range(2, 1000):
        e = 0
        while n % p == 0:
            n, e = n // p, e + 1
        if e:
            found.append((p, e))
    return found + ([(n, 1)] if n > 1 else [])


def _positive_factors(cell: LiveCell, arg: Quotient) -> list[tuple[fmpz_mpoly, int]]:
    """arg > 0 as a product of powers of positive polynomials and primes."""
    field, powers = cell.field, []
    numerics = Fraction(1)
    for poly, side in ((arg.num, 1), (arg.den, -1)):
        content, found = factors(poly)
        numerics *= Fraction(abs(content)) ** side
        for factor, exponent in found:
            powers.append((factor if cell.sign(factor) > 0 else -factor, side * exponent))
    for n, side in ((numerics.numerator, 1), (numerics.denominator, -1)):
        powers += [(field.context.constant(p), side * e) for p, e in primes(n)]
    return powers


def _logarithm(cell: LiveCell, arg: Quotient) -> list[Any]:
    powers = _positive_factors(cell, arg)
    for poly, _ in powers:
        index = _generator(cell, poly)
        if index is not None and cell.field.generators[index].kind == "exp":
            continue
        if index is not None and cell.field.generators[index].kind == "root":
            relation = cell.field.generators[index].relation
            if relation is not None and str(relation) not in cell.logs:
                cell.log(cell.field.polynomial(relation))
                if str(relation) not in cell.logs:
                    cell.extend("log", cell.field.polynomial(relation))
            continue
        if str(poly) not in cell.logs:
            cell.extend("log", cell.field.polynomial(poly))
    return [[data(poly), n] for poly, n in powers]


def _generator(cell: LiveCell, poly: fmpz_mpoly) -> int | None:
    for index, symbol in enumerate(cell.field.symbols[: len(cell.field.generators)]):
        if symbol == poly:
            return index
    return None


def _root(cell: LiveCell, arg: Quotient, degree: int) -> list[Any]:
    result = []
    for poly, exponent in _positive_factors(cell, arg):
        whole, rest = divmod(exponent, degree)
        if whole:
            result.append([data(poly), whole])
        if not rest:
            continue
        index = _generator(cell, poly)
        if index is not None and cell.field.generators[index].kind == "exp":
            generator = cell.field.generators[index]
            if generator.arg is not None:
                raise Refine(_name("exp", generator.arg), degree)
        plain = denested(cell, poly) if degree == 2 else None
        root = plain if plain is not None else cell.extend("root", cell.field.polynomial(poly), degree)
        result.append([data(root.num), rest])
        if not root.den.is_one():
            result.append([data(root.den), -rest])
    return result


def _name(kind: str, arg: Quotient) -> tuple[str, str, str]:
    return (kind, str(arg.num), str(arg.den))


def _monomials(cell: LiveCell, arg: Quotient) -> list[tuple[Fraction, fmpz_mpoly]] | None:
    """arg as Σ rational·monomial, or None if its denominator is not a number."""
    if not arg.den.is_constant():
        return None
    den = int(arg.den.leading_coefficient())
    context = cell.field.context
    return [(Fraction(int(c), den), context.from_dict({e: 1})) for e, c in arg.num.to_dict().items()]


def _exponential(cell: LiveCell, arg: Quotient) -> list[Any]:
    field = cell.field
    terms = _monomials(cell, arg)
    if terms is None:
        return _match(cell, arg)
    result: list[Any] = []
    varying, constant = field.number(0), field.number(0)
    for coefficient, monomial in terms:
        index = _generator(cell, monomial)
        term = field.polynomial(monomial) * field.number(coefficient)
        generator = field.generators[index] if index is not None else None
        if generator is not None and generator.kind == "log" and generator.arg is not None and coefficient.denominator <= 12:
            base = generator.arg.num
            if coefficient.denominator > 1:
                base = cell.extend("root", generator.arg, coefficient.denominator).num
            result.append([data(base), coefficient.numerator])
        elif field.is_constant(monomial):
            constant = constant + term
        else:
            varying = varying + term
    for part in (varying, constant):
        if not part.is_zero():
            result += _match(cell, part)
    return result


def _match(cell: LiveCell, arg: Quotient) -> list[Any]:
    """exp(arg) as a power of one generator, an existing one where the arguments are commensurable."""
    field = cell.field
    for index, generator in enumerate(field.generators):
        if generator.kind == "exp" and generator.arg is not None and generator.varies != arg.is_constant():
            ratio = (arg / generator.arg).rational()
            if ratio is None or ratio.denominator > MOST_PARTS:
                continue
            if ratio.denominator > 1:
                raise Refine(_name("exp", generator.arg), ratio.denominator)
            return [[data(field.symbols[index]), ratio.numerator]]
    combination = _combination(cell, arg)
    if combination is not None:
        return combination
    parts = cell.refine.get(_name("exp", arg), 1)
    unit = cell.extend("exp", arg / field.number(parts))
    return [[data(unit.num), parts]]


def _combination(cell: LiveCell, arg: Quotient) -> list[Any] | None:
    """exp(arg) as a product of integer powers of existing generators."""
    field = cell.field
    known = [(i, g.arg) for i, g in enumerate(field.generators) if g.kind == "exp" and g.arg is not None and g.varies != arg.is_constant()]
    if len(known) < 2:
        return None
    den = arg.den
    for _, u in known:
        den = den * u.den // den.gcd(u.den)
    columns = [(u.num * (den // u.den)).to_dict() for _, u in known]
    target = (arg.num * (den // arg.den)).to_dict()
    keys = sorted({*target, *(key for column in columns for key in column)})
    matrix = flint.fmpq_mat(len(keys), len(known), [flint.fmpq(int(column.get(key, 0))) for key in keys for column in columns])
    augmented = flint.fmpq_mat(len(keys), len(known) + 1, [flint.fmpq(int(c.get(key, 0))) for key in keys for c in (*columns, target)])
    if augmented.rank() != matrix.rank() or matrix.rank() < len(known):
        return None
    reduced, _ = augmented.rref()
    solution = [Fraction(int(reduced[i, len(known)].p), int(reduced[i, len(known)].q)) for i in range(len(known))]
    if any(q.denominator > MOST_PARTS for q in solution):
        return None
    for (_, u), q in zip(known, solution, strict=True):
        if q.denominator > 1:
            raise Refine(_name("exp", u), q.denominator)
    return [[data(field.symbols[i]), q.numerator] for (i, _), q in zip(known, solution, strict=True) if q]


def _arctangent(cell: LiveCell, arg: Quotient) -> Any:
    value = arg.rational()
    if value in (1, -1):
        cell.extend("pi", None)
        return {"is": [], "eighths": int(value or 0)}
    if arg.is_constant():
        special = _special_tangent(cell, arg)
        if special is not None:
            return special
        primes_of = None if value is None else gaussian(value)
        if primes_of is not None:
            return _gaussian_angle(cell, arg, primes_of)
    sign = 1 if arg.num.leading_coefficient() > 0 else -1
    arg = arg if sign > 0 else -arg
    index = _generator(cell, arg.num) if arg.den.is_one() else None
    if index is not None and cell.field.generators[index].kind == "tan":
        return _arctangent_of_tangent(cell, index, sign)
    cell.extend("atan", arg)
    return {"is": [[data(arg.num), data(arg.den), sign]]}


def _gaussian_angle(cell: LiveCell, arg: Quotient, terms: list[tuple[Fraction, int]]) -> Any:
    """arctan of a rational: the angles of Gaussian primes and what multiple of π/4 is left."""
    number = cell.field.number
    parts = []
    with precision(192):
        rest = cell.ball(arg).atan()
        for tangent, n in terms:
            unit = number(tangent)
            cell.extend("atan", unit)
            rest -= cell.ball(unit).atan() * n
            parts.append([data(unit.num), data(unit.den), n])
        eighths = (rest * 4 / arb.pi() + 0.5).floor().unique_fmpz()
    if eighths:
        cell.extend("pi", None)
    return {"is": parts, "eighths": int(eighths or 0)}


def _special_tangent(cell: LiveCell, arg: Quotient) -> Any:
    """A constant whose arctangent is a multiple of π/48."""
    with precision(192):
        multiple = (cell.ball(arg).atan() * 48 / arb.pi() + 0.5).floor().unique_fmpz()
        if multiple is None:
            return None
        near = abs(cell.ball(arg).atan() - arb.pi() * multiple / 48) < arb(2) ** -100
    if not near:
        return None
    part = Fraction(int(multiple), 48)
    eighths = round(part * 4)
    turns = _special_angle(cell, part - Fraction(eighths, 4))
    cell.extend("pi", None)
    return {"is": turns, "eighths": eighths}


def _arctangent_of_tangent(cell: LiveCell, index: int, sign: int) -> Any:
    """atan(tan c) = c − kπ."""
    generator = cell.field.generators[index]
    if generator.arg is None:
        raise Unknown("a tangent without an argument")
    turns = int(((cell.ball(generator.arg) / cell.ball(cell.extend("pi", None))) + 0.5).floor().unique_fmpz() or 0)
    return {"is": [[data(cell.field.symbols[index]), data(cell.field.one), sign]], "eighths": -4 * turns * sign}


def _circle(cell: LiveCell, arg: Quotient, times: int) -> Any:
    """arg as `times` a sum of angles with known tangents."""
    field = cell.field
    terms, result, eighths = _monomials(cell, arg), [], 0
    constant = field.number(0)
    for coefficient, monomial in terms or ():
        index = _generator(cell, monomial)
        generator = field.generators[index] if index is not None else None
        part = coefficient / times
        if generator is not None and generator.kind == "atan" and part.denominator == 1 and generator.arg is not None:
            result.append([data(generator.arg.num), data(generator.arg.den), int(part)])
        elif generator is not None and generator.kind == "pi" and _special_unit(part) is not None:
            eighths = round(part * 4)
            result += _special_angle(cell, part - Fraction(eighths, 4))
        elif field.is_constant(monomial):
            constant = constant + field.polynomial(monomial) * field.number(coefficient)
        else:
            terms = None
            break
    if terms is None:
        cell.extend("sin", arg)
        return {"is": [], "opaque": True}
    if eighths:
        cell.extend("pi", None)
    if not constant.is_zero():
        result.append(_constant_angle(cell, constant / field.number(times)))
    return {"is": result, "eighths": eighths}


def _special_unit(part: Fraction) -> int | None:
    """n ∈ {8, 12, 16, 24, 32, 48} (or 4) with n·part an integer."""
    return next((n for n in (4, 8, 12, 16, 24, 32, 48) if (part * n).denominator == 1), None)


def _special_angle(cell: LiveCell, part: Fraction) -> list[Any]:
    """The angle part·π, |part| ≤ 1/8, by tan(π/8) = √2 − 1, tan(π/12) = 2 − √3 and halving."""
    unit = _special_unit(part)
    if part == 0 or unit is None:
        return []
    number = cell.field.number
    start = 8 if unit in (8, 16, 32) else 12
    tangent = cell.root(2, number(2)) - number(1) if start == 8 else number(2) - cell.root(2, number(3))
    while start < unit:
        start, tangent = 2 * start, rationalised(cell, (cell.root(2, number(1) + tangent * tangent) - number(1)) / tangent)
    before = len(cell.angles)
    special_angle(cell, tangent, unit, 4)
    if len(cell.angles) > before:
        cell.tape.append(["angle", data(tangent.num), data(tangent.den), unit, 4])
    return [[data(tangent.num), data(tangent.den), int(part * unit)]]


def _constant_angle(cell: LiveCell, angle: Quotient) -> list[Any]:
    field = cell.field
    for index, generator in enumerate(field.generators):
        if generator.kind == "tan" and generator.arg is not None:
            ratio = (angle / generator.arg).rational()
            if ratio is None or ratio.denominator > MOST_PARTS:
                continue
            if ratio.denominator > 1:
                raise Refine(_name("tan", generator.arg), ratio.denominator)
            return [data(field.symbols[index]), data(field.one), ratio.numerator]
    parts = cell.refine.get(_name("tan", angle), 1)
    tangent = cell.extend("tan", angle / field.number(parts))
    return [data(tangent.num), data(tangent.den), parts]
