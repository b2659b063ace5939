"""The normal form: every real a polynomial, every vector a linear form, every comparison `0 relation p`, under all binders.

Two terms with one normal form are equal in every interpretation (with 1/0 = 0); this is the only place where algebra is done. Laws
used: those of ordered fields and vector spaces, 1/(ab) = 1/a·1/b, e^a·e^b = e^(a+b), linearity of Σ, multiplicativity of ∏, and
c·∫f = ∫c·f. The inner product is bilinear and symmetric.
"""

from __future__ import annotations

from fractions import Fraction

from quod.kernel.connectives import compare, connect, differences, imply, negate, vanishing
from quod.kernel.forms import Abstraction, Normal, Other, Scalar, Vector, eta
from quod.kernel.polynomial import (
    ONE,
    Linear,
    Monomial,
    Polynomial,
    atom,
    combine,
    combine_vectors,
    exponential,
    invert,
    number,
    power,
    product,
    to_node,
)
from quod.kernel.ranges import fold_range, integral
from quod.kernel.theorem import KernelError, expect
from quod.lang import terms as t
from quod.lang.binding import Done, rebuild, unfold
from quod.lang.sorts import INTEGER, VECTOR, is_scalar

EXP_LAW = "exp_sum"


_memory: dict[t.Node, Normal] = {}
_nodes: dict[t.Node, t.Node] = {}
_exponential: dict[t.Node, bool] = {}
_unfolded: Done = {}
MEMORY = 200_000
"""When more normal forms than this are remembered, all are forgotten."""


def normal(term: t.Node) -> Normal:
    """The normal form of a term or proposition."""
    if term not in _memory:
        if len(_memory) > MEMORY:
            for remembered in (_memory, _nodes, _exponential, _unfolded, differences):
                remembered.clear()
        _memory[term] = t.fold(unfold(term, _unfolded), _step, _memory)
    return _memory[term]


def canonical(term: t.Node) -> t.Node:
    """The normal form as a term."""
    form = normal(term)
    if term not in _nodes:
        _nodes[term] = _as_node(form, False)
    return _nodes[term]


def polynomial_of(term: t.Node) -> Polynomial:
    """The normal form of a scalar. Raises KernelError if it is none."""
    form = normal(term)
    if not isinstance(form, Scalar):
        raise KernelError(f"expected a real or an integer, got a term of sort {term.sort}")
    return form.value


def laws(*nodes: t.Node) -> frozenset[str]:
    """The axioms beyond ordered-field algebra that normalising these terms may have used."""
    for node in nodes:
        if node not in _exponential:
            _exponential[node] = t.fold(unfold(node, _unfolded), _has_exponential, _exponential)
        if _exponential[node]:
            return frozenset((EXP_LAW,))
    return frozenset()


def _has_exponential(node: t.AnyNode, kids: tuple[bool, ...]) -> bool:
    return True in kids or (isinstance(node, t.Elementary) and node.name == "exp")


def _as_node(form: Normal, keep: bool) -> t.Node:
    return eta(form) if isinstance(form, Abstraction) and not keep else form.node()


def _step(node: t.AnyNode, kids: tuple[Normal, ...]) -> Normal:
    scalars = [kid.value for kid in kids if isinstance(kid, Scalar)]
    match node:
        case t.Number(value):
            return Scalar(number(value))
        case t.Constant("zero"):
            return Vector({})
        case t.Lambda(domain, _):
            return Abstraction(domain, kids[0])
        case t.Add() if node.sort == VECTOR:
            return Vector(combine_vectors(*((number(1), _vector(kid)) for kid in kids)))
        case t.Add():
            return Scalar(combine(*((1, value) for value in scalars)))
        case t.Mul():
            return Scalar(product(scalars))
        case t.Scale():
            return Vector(combine_vectors((scalars[0], _vector(kids[1]))))
        case t.Power(_, exponent):
            return Scalar(power(scalars[0], exponent))
        case t.Inverse():
            return Scalar(invert(scalars[0]))
        case t.Elementary("exp", _):
            return Scalar(exponential(scalars[0]))
        case t.Inner():
            return Scalar(_inner(_vector(kids[0]), _vector(kids[1])))
        case t.Fold(kind, _, _, _):
            folded = fold_range(kind, kids[0].node(), kids[1].node(), _inside(kids[2]))
            return Vector(folded) if node.sort == VECTOR else Scalar(folded)  # type: ignore[arg-type]
        case t.Integral():
            return Scalar(integral(_inside(kids[0])))  # type: ignore[arg-type]
        case t.Elementary("floor", _):
            return Scalar(_floor(scalars[0]))
        case t.IfThenElse() if kids[1].node() is kids[2].node() or kids[0].node() is t.TRUE:
            return kids[1]
        case t.IfThenElse() if kids[0].node() is t.FALSE:
            return kids[2]
        case _ if node.sort == t.PROPOSITION:
            return Other(_proposition(node, kids))
        case _:
            keep = isinstance(node, t.Derivative)
            return _leaf(rebuild(node, tuple(_as_node(kid, keep) for kid in kids)))


def _inside(form: Normal) -> Polynomial | Linear:
    """What a λ gives, in normal form."""
    if isinstance(form, Abstraction) and isinstance(form.body, Scalar | Vector):
        return form.body.value
    raise KernelError("expected a λ to scalars or vectors")


def _floor(argument: Polynomial) -> Polynomial:
    """⌊n + r⌋ = n + ⌊r⌋ for an integer n: whole multiples of products of integers move out; ⌊c⌋ of a number is computed."""
    whole = {monomial: value for monomial, value in argument.items() if value.denominator == 1 and _is_integer(monomial)}
    rest = {monomial: value for monomial, value in argument.items() if monomial not in whole}
    if not set(rest) - {ONE}:
        return combine((1, whole), (1, number(rest.get(ONE, Fraction(0)) // 1)))
    return combine((1, whole), (1, atom(t.Elementary("floor", to_node(rest)))))


def _is_integer(monomial: Monomial) -> bool:
    return monomial[1] is None and all(base.sort == INTEGER for base, _ in monomial[0])


def _leaf(node: t.Node) -> Normal:
    """A term that arithmetic does not look into."""
    expect(not (isinstance(node, t.Apply) and isinstance(node.function, t.Lambda)), "a redex was left standing")
    if is_scalar(node.sort):
        return Scalar(atom(node))
    return Vector({node: number(1)}) if node.sort == VECTOR else Other(node)


def _vector(form: Normal) -> Linear:
    if not isinstance(form, Vector):
        raise KernelError("expected a vector")
    return form.value


def _inner(left: Linear, right: Linear) -> Polynomial:
    total: Polynomial = {}
    for a, x in left.items():
        for b, y in right.items():
            first, second = sorted((a, b), key=lambda node: node.key)
            total = combine((1, total), (1, product((x, y, atom(t.Inner(first, second))))))
    return total


def _proposition(node: t.Node, kids: tuple[Normal, ...]) -> t.Node:
    parts = tuple(_as_node(kid, not isinstance(node, t.Compare | t.Gradient)) for kid in kids)
    match node:
        case t.Compare(relation, _, _):
            left, right = kids
            if isinstance(left, Scalar) and isinstance(right, Scalar):
                return compare(relation, combine((1, right.value), (-1, left.value)))
            if isinstance(left, Vector) and isinstance(right, Vector):
                return vanishing(combine_vectors((number(1), right.value), (number(-1), left.value)))
            return t.TRUE if parts[0] is parts[1] else t.Compare("=", *sorted(parts, key=lambda part: part.key))
        case t.And() | t.Or():
            return connect(type(node), parts)
        case t.Not():
            return negate(parts[0])
        case t.Implies():
            return imply(parts[0], parts[1])
        case t.ForAll():
            return t.TRUE if parts[0].children[0] is t.TRUE else t.ForAll(parts[0])  # type: ignore[arg-type]
        case t.Exists():
            return t.FALSE if parts[0].children[0] is t.FALSE else t.Exists(parts[0])  # type: ignore[arg-type]
        case _:
            return rebuild(node, parts)  # type: ignore[arg-type]
