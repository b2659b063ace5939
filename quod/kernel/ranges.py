"""Normal forms of Σ, ∏, min, max and ∫: what does not depend on the index or the variable moves out.

The body is a normal form in which the bound variable is `Bound(0)`; the result stands outside that binder.
"""

from __future__ import annotations

from fractions import Fraction

from quod.kernel.forms import Scalar, Vector
from quod.kernel.polynomial import (
    LIMIT,
    ONE,
    Linear,
    Monomial,
    Polynomial,
    atom,
    combine,
    combine_vectors,
    exponent_of,
    exponential,
    invert,
    leading,
    monomial_node,
    multiply,
    number,
    power,
    product,
    to_node,
    vector_node,
)
from quod.kernel.theorem import KernelError
from quod.lang.binding import instantiate, shift
from quod.lang.sorts import INTEGER, REAL
from quod.lang.terms import Fold, Integral, Inverse, Lambda, Node, Number, Scale

UNROLLED = 64
"""A Σ or ∏ over a literal range of at most this many members is written out."""


def _uses_index(node: Node) -> bool:
    return node.reach > 0 and any(index == 0 for index, _ in node.loose)


def _outside(base: Node) -> Polynomial | Linear:
    """An atom moved out of the binder. The order of its parts goes by their keys and may be another one there."""
    from quod.kernel.normal import normal

    form = normal(shift(base, -1))
    if not isinstance(form, Scalar | Vector):
        raise KernelError("expected a scalar or a vector")
    return form.value


def _split(monomial: Monomial) -> tuple[Polynomial, Monomial]:
    """monomial = free · bound: `free` lies outside the binder, `bound` keeps what mentions its variable."""
    free = [power(_outside(base), exponent) for base, exponent in monomial[0] if not _uses_index(base)]  # type: ignore[arg-type]
    kept = tuple((base, exponent) for base, exponent in monomial[0] if _uses_index(base))
    inside, outside = _split_exponent(exponent_of(monomial))
    (_, exponent), = exponential(inside)
    return product([*free, exponential(outside)]), (kept, exponent)


def _split_exponent(exponent: Polynomial) -> tuple[Polynomial, Polynomial]:
    inside, outside = {}, []
    for monomial, coefficient in exponent.items():
        if _uses_index(monomial_node(monomial, coefficient)):
            inside[monomial] = coefficient
        else:
            outside.append((coefficient, _split(monomial)[0]))
    return inside, combine(*outside)


def fold_range(kind: str, lower: Node, upper: Node, body: Polynomial | Linear) -> Polynomial | Linear:
    """The normal form of `kind` over lower ≤ i < upper of a body in normal form."""
    vector = any(isinstance(key, Node) for key in body)
    if kind in ("sum", "prod") and isinstance(lower, Number) and isinstance(upper, Number):
        size = int(upper.value - lower.value)
        if size <= UNROLLED:
            if size * len(body) > 5 * LIMIT:
                raise KernelError(f"{size} members with {len(body)} terms each are too large to be written out")
            return _unrolled(kind, int(lower.value), max(size, 0), vector_node(body) if vector else to_node(body))  # type: ignore[arg-type]
    if vector:
        return _vector_sum(lower, upper, body)  # type: ignore[arg-type]
    match kind:
        case "sum":
            return combine(*((value, _sum_of(lower, upper, monomial)) for monomial, value in body.items()))  # type: ignore[arg-type]
        case "prod" if len(body) == 1:
            return _product_of(lower, upper, body)  # type: ignore[arg-type]
        case _:
            return atom(Fold(kind, lower, upper, Lambda(INTEGER, to_node(body))))  # type: ignore[arg-type]


def _unrolled(kind: str, start: int, size: int, body: Node) -> Polynomial | Linear:
    from quod.kernel.normal import normal

    members = [normal(instantiate(Lambda(INTEGER, body), Number(start + step))) for step in range(size)]
    vectors = [member.value for member in members if isinstance(member, Vector)]
    if vectors:
        return combine_vectors(*((number(1), value) for value in vectors))
    scalars = [member.value for member in members if isinstance(member, Scalar)]
    return combine(*((1, value) for value in scalars)) if kind == "sum" else product(scalars)


def _sum_of(lower: Node, upper: Node, monomial: Monomial) -> Polynomial:
    free, kept = _split(monomial)
    return multiply(free, atom(Fold("sum", lower, upper, Lambda(INTEGER, monomial_node(kept, Fraction(1))))))


def _vector_sum(lower: Node, upper: Node, body: Linear) -> Linear:
    parts: list[tuple[Polynomial, Linear]] = []
    for base, coefficient in body.items():
        for monomial, value in coefficient.items():
            free, kept = _split(monomial)
            scaled = multiply(number(value), free)
            if not _uses_index(base):
                parts.append((multiply(scaled, _sum_of(lower, upper, kept)), _outside(base)))  # type: ignore[arg-type]
                continue
            inner = base if kept == ONE else Scale(monomial_node(kept, Fraction(1)), base)
            parts.append((scaled, {Fold("sum", lower, upper, Lambda(INTEGER, inner)): number(1)}))
    return combine_vectors(*parts)


def _product_of(lower: Node, upper: Node, body: Polynomial) -> Polynomial:
    """∏ of one monomial: ∏(a·b) = ∏a·∏b, ∏ 1/a = 1/∏a, ∏ e^a = e^Σa; ∏ of a constant c stays the atom c^(number of indices)."""

    def over_range(node: Node) -> Polynomial:
        return atom(Fold("prod", lower, upper, Lambda(INTEGER, node)))

    (monomial, coefficient), = body.items()
    factors = [] if coefficient == 1 else [over_range(Number(coefficient))]
    for base, exponent in monomial[0]:
        inverted = isinstance(base, Inverse)
        inner = over_range(base.arg if isinstance(base, Inverse) else base)
        factors.append(power(invert(inner) if inverted else inner, exponent))
    exponent_sum = fold_range("sum", lower, upper, exponent_of(monomial))
    return product([*factors, exponential(exponent_sum)])  # type: ignore[arg-type]


def integral(body: Polynomial) -> Polynomial:
    """∫ over ℝ: a common rational factor moves out, and from a single monomial everything that is free of the variable.

    Sums stay together: ∫(f+g) = ∫f + ∫g needs both to be integrable.
    """
    if not body:
        return {}
    if len(body) == 1:
        (monomial, coefficient), = body.items()
        free, kept = _split(monomial)
        return product([number(coefficient), free, atom(Integral(Lambda(REAL, monomial_node(kept, Fraction(1)))))])
    scale = leading(body)
    if not scale:
        raise KernelError("a polynomial with a zero coefficient")
    return multiply(number(scale), atom(Integral(Lambda(REAL, to_node(combine((1 / scale, body)))))))
