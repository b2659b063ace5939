"""Closed terms out of constants of a tower, and as certificates write them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flint import fmpz_mpoly

from quod.kernel.tower.field import Quotient
from quod.lang.terms import Add, Constant, Elementary, Inverse, Mul, Node, Number
from quod.provers.tower.live import LiveCell, Unknown


def closed_term(cell: LiveCell, value: Quotient) -> Node:
    """The closed term of a constant."""
    exact = value.rational()
    if exact is not None:
        return Number(exact)
    if value.den.is_constant():
        return _polynomial(cell, value.num, Fraction(1, int(value.den.leading_coefficient())))
    return Mul((_polynomial(cell, value.num), Inverse(_polynomial(cell, value.den))))


def _polynomial(cell: LiveCell, poly: fmpz_mpoly, factor: Fraction = Fraction(1)) -> Node:
    terms: list[Node] = []
    for exponents, coefficient in poly.terms():
        factors: list[Node] = [] if int(coefficient) * factor == 1 and any(exponents) else [Number(int(coefficient) * factor)]
        for index, exponent in enumerate(exponents):
            factors += [_generator(cell, index)] * int(exponent) if exponent else []
        terms.append(factors[0] if len(factors) == 1 else Mul(factors))
    return terms[0] if len(terms) == 1 else Add(terms)


def _generator(cell: LiveCell, index: int) -> Node:
    generator = cell.field.generators[index]
    if generator.kind == "pi":
        return Constant("pi")
    if generator.arg is None:
        raise Unknown("a point depends on the variable")
    name = {2: "sqrt", 3: "cbrt"}.get(generator.degree, "") if generator.kind == "root" else generator.kind
    if name in ("sqrt", "cbrt", "exp", "log", "atan", "tan"):
        return Elementary(name, closed_term(cell, generator.arg))
    raise Unknown(f"a point needs a constant of kind {generator.kind!r} and degree {generator.degree}")


def term_data(node: Node) -> Any:
    """A closed term as the certificate writes it."""
    match node:
        case Number(value):
            return str(value)
        case Constant("pi"):
            return "pi"
        case Add(args):
            return ["+", *(term_data(arg) for arg in args)]
        case Mul(args):
            return ["*", *(term_data(arg) for arg in args)]
        case Inverse(arg):
            return ["/", term_data(arg)]
        case Elementary(name, arg):
            return [name, term_data(arg)]
    raise Unknown(f"no way to write a point with {type(node).__name__}")
