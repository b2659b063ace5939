"""Integrals over ℝ, exactly or in balls: of sums of polynomial·exp(quadratic), piecewise on step densities, and mixtures' entropies.

A value is NaN where the integrand is of no such form, or is not integrable. So a defined value also shows integrability.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from flint import acb, arb, ctx

from quod.attack import arithmetic
from quod.attack.arithmetic import NAN, Undecided, exact, finite
from quod.attack.densities import Mixture, Step
from quod.lang import terms as t
from quod.lang.binding import fresh, instantiate, unfold
from quod.lang.sorts import REAL

Polynomial = tuple[Any, ...]
"""Coefficients, the constant one first."""
Summand = tuple[Polynomial, Polynomial]
"""(p, q) for p(x)·exp(q(x)) with q of degree at most 2; q = () for a plain polynomial."""
Form = tuple[Summand, ...]

MAX_SUMMANDS = 60
MAX_DEGREE = 24
INTEGRAL = 4
"""How many quantifiers an integral counts for."""


class _NoForm(ValueError):
    """The integrand is no sum of polynomial·exp(quadratic)."""


def integrate(body: t.Lambda, values: Mapping[t.Variable, Any]) -> Any:
    """∫ body over ℝ at the `values` of its free variables, NaN where that is not known."""
    arithmetic.tick(INTEGRAL)
    x = fresh("x", REAL, body.variables)
    integrand = unfold(instantiate(body, x))
    steps = [value for value in values.values() if isinstance(value, Step)]
    try:
        if steps:
            return _over_steps(integrand, x, values, steps[0]) if len(steps) == 1 else NAN
        expected = _expected(integrand, x, values)
        return _over_line(read(integrand, x, values)) if expected is None else expected
    except (_NoForm, Undecided):
        return _entropy(integrand, x, values)


def _expected(integrand: t.Node, x: t.Variable, values: Mapping[t.Variable, Any]) -> Any:
    """∫ g f with a polynomial g and one mixture f, exactly; None for any other integrand."""
    found = [(name, value) for name, value in values.items() if isinstance(value, Mixture)]
    if len(found) != 1 or _degree(integrand, found[0][0]) > 1:
        return None
    name, mixture = found[0]
    rest = read(integrand, x, {**values, name: 0})
    if any(q or any(c != 0 for c in p) for p, q in rest):
        return None
    form = read(integrand, x, {**values, name: 1})
    if any(q for _, q in form):
        return None
    parts = [tuple(exact(number) for number in part) for part in mixture.parts]
    return sum((w * _expectation(p, m, s * s) for p, _ in form for w, m, s in parts), 0)


def _degree(node: t.Node, f: t.Variable) -> int:
    """A bound on the degree in the values of f; 99 where there is none."""
    if f not in node.variables:
        return 0
    match node:
        case t.Apply(function, argument) if function is f and f not in argument.variables:
            return 1
        case t.Add(args):
            return max(_degree(arg, f) for arg in args)
        case t.Mul(args):
            return sum(_degree(arg, f) for arg in args)
        case _:
            return 99


def _over_steps(integrand: t.Node, x: t.Variable, values: Mapping[t.Variable, Any], step: Step) -> Any:
    """On each piece the step density is a constant, so the integrand has to be a polynomial there, and 0 outside."""
    name = next(variable for variable, value in values.items() if value is step)
    outside = read(integrand, x, {**values, name: 0})
    if any(any(c != 0 for c in p) for p, _ in outside):
        return NAN
    total: Any = 0
    for low, high, height in step.pieces:
        for p, q in read(integrand, x, {**values, name: exact(height)}):
            if q:
                raise _NoForm("an exponential against a step")
            a, b = exact(low), exact(high)
            total = total + sum((c * (b ** (k + 1) - a ** (k + 1)) * arithmetic.inverse(k + 1) for k, c in enumerate(p)), 0)
    return total


def _over_line(form: Form) -> Any:
    total: Any = 0
    for p, q in form:
        if all(not isinstance(c, arb) and c == 0 for c in p):
            continue
        if len(q) < 3 or not q[2] < 0:
            return NAN
        variance = arithmetic.inverse(-2 * q[2])
        mean = q[1] * variance
        peak = q[0] + q[1] * mean * exact_half
        scale = arithmetic.exp(peak) * arithmetic.sqrt(2 * arithmetic.pi() * variance)
        total = total + scale * _expectation(p, mean, variance)
    return total


exact_half = arithmetic.inverse(2)


def _expectation(p: Polynomial, mean: Any, variance: Any) -> Any:
    """E p(X) for a normal X, by E Xᵏ⁺¹ = m E Xᵏ + k v E Xᵏ⁻¹."""
    moments: list[Any] = [1, mean]
    for k in range(1, len(p)):
        moments.append(mean * moments[k] + k * variance * moments[k - 1])
    return sum((c * m for c, m in zip(p, moments, strict=False)), 0)


def read(node: t.Node, x: t.Variable, values: Mapping[t.Variable, Any]) -> Form:
    """The form of a term in x. Raises _NoForm."""
    match node:
        case t.Number(value):
            return (((exact(value),), ()),)
        case t.Constant("pi"):
            return (((arithmetic.pi(),), ()),)
        case t.Variable():
            return (((0, 1), ()),) if node is x else (((values[node],), ()),)
        case t.Apply(t.Variable() as f, argument) if f in values:
            return _apply(values[f], argument is x, node)
        case t.Add(args):
            return _limited(tuple(summand for arg in args for summand in read(arg, x, values)))
        case t.Mul(args):
            made: Form = (((1,), ()),)
            for arg in args:
                made = _limited(tuple(_times(a, b) for a in made for b in read(arg, x, values)))
            return made
        case t.Power(base, exponent):
            return read(t.Mul((base,) * exponent), x, values) if exponent > 1 else read(base, x, values) if exponent else (((1,), ()),)
        case t.Inverse(arg):
            return (((arithmetic.inverse(_constant(read(arg, x, values))),), ()),)
        case t.Elementary(name, arg):
            return _elementary(name, read(arg, x, values))
        case t.IfThenElse(condition, then, otherwise):
            return read(then if _holds(condition, x, values) else otherwise, x, values)
        case _:
            raise _NoForm(f"a {type(node).__name__}")


def _apply(value: Any, at_x: bool, node: t.Node) -> Form:
    if isinstance(value, int) or not callable(value):
        return (((value,), ()),)
    if isinstance(value, Mixture) and at_x:
        return tuple(_normal(*(exact(number) for number in part)) for part in value.parts)
    raise _NoForm("a function at another place than x")


def _normal(weight: Any, mean: Any, deviation: Any) -> Summand:
    inverse = arithmetic.inverse(deviation)
    half = -inverse * inverse * exact_half
    height = weight * inverse * arithmetic.inverse(arithmetic.sqrt(2 * arithmetic.pi()))
    return (height,), (half * mean * mean, -2 * half * mean, half)


def _limited(form: Form) -> Form:
    if len(form) > MAX_SUMMANDS or any(len(p) > MAX_DEGREE for p, _ in form):
        raise _NoForm("too many parts")
    plain = [p for p, q in form if not q]
    joined = [(_sum(plain), ())] if plain else []
    return (*joined, *(summand for summand in form if summand[1]))


def _sum(parts: Sequence[Polynomial]) -> Polynomial:
    size = max(map(len, parts))
    return tuple(sum((p[k] for p in parts if k < len(p)), 0) for k in range(size))


def _times(left: Summand, right: Summand) -> Summand:
    product: list[Any] = [0] * (len(left[0]) + len(right[0]) - 1)
    for i, a in enumerate(left[0]):
        for j, b in enumerate(right[0]):
            product[i + j] = product[i + j] + a * b
    return tuple(product), _sum([left[1], right[1]]) if left[1] and right[1] else left[1] or right[1]


def _constant(form: Form) -> Any:
    if len(form) == 1 and not form[0][1] and not any(form[0][0][1:]):
        return form[0][0][0]
    raise _NoForm("a function of x where a constant is needed")


def _elementary(name: str, form: Form) -> Form:
    if name == "exp" and len(form) == 1 and not form[0][1] and len(form[0][0]) <= 3:
        p = form[0][0]
        return (((1,), (*p, *(0,) * (3 - len(p)))),) if len(p) > 1 else (((arithmetic.exp(p[0]),), ()),)
    if name == "log" and len(form) == 1 and form[0][1] and len(form[0][0]) == 1 and form[0][0][0] > 0:
        q = form[0][1]
        return (((q[0] + arithmetic.log(form[0][0][0]), *q[1:]), ()),)
    return (((arithmetic.ELEMENTARY[name](_constant(form)),), ()),)


def _holds(condition: t.Node, x: t.Variable, values: Mapping[t.Variable, Any]) -> bool:
    """Whether a comparison with a constant holds for every x."""
    match condition:
        case t.Compare("<", t.Number(value), right) if value == 0:
            form = read(right, x, values)
            if all(q and len(p) == 1 and p[0] > 0 for p, q in form):
                return True
            known = arithmetic.less(0, _constant(form))
        case t.Compare(relation, left, right) if relation != "=":
            compare = arithmetic.less if relation == "<" else arithmetic.at_most
            known = compare(_constant(read(left, x, values)), _constant(read(right, x, values)))
        case _:
            known = None
    if known is None:
        raise _NoForm("a condition that is not known for every x")
    return known


def _entropy(integrand: t.Node, x: t.Variable, values: Mapping[t.Variable, Any]) -> Any:
    """∓∫ f log f of a mixture, in balls (Johansson, 2018: numerical integration in arbitrary-precision ball arithmetic); else NaN."""
    for name, value in values.items():
        if isinstance(value, Mixture):
            p = t.Apply(name, x)
            minus = t.Mul((t.Number(-1), p, t.Elementary("log", p)))
            plus = t.Mul((p, t.Elementary("log", p)))
            shapes = {minus: 1, plus: -1, t.IfThenElse(t.Compare("<", t.Number(0), p), minus, t.Number(0)): 1}
            if integrand in shapes:
                found = mixture_entropy(value)
                return found * shapes[integrand] if finite(found) else NAN
    return NAN


def mixture_entropy(mixture: Mixture) -> arb:
    """−∫ f log f, as log S − ∫ g log g for the law of u = (x − m₀)/S, S the largest deviation.

    Beyond R = M + 40 (M: the largest |mean| of g, s its smallest deviation) put v = |u| − M. There g is at most e^(−v²/2)/(s√2π) < 1/e,
    where −g log g increases, so that both tails together are at most e^(−800)·2(41 + 2|log(s√2π)|)/(s√2π).
    """
    if ctx.prec not in mixture.entropies:
        scale, origin = max(part[2] for part in mixture.parts), mixture.parts[0][1]
        parts = [(w, (m - origin) / scale, s / scale) for w, m, s in mixture.parts]
        mixture.entropies[ctx.prec] = _standard_entropy(parts) + arithmetic.log(exact(scale))
    return mixture.entropies[ctx.prec]


def _standard_entropy(rational: Sequence[tuple[Fraction, Fraction, Fraction]]) -> arb:
    parts = [tuple(arb(exact(number)) for number in part) for part in rational]
    root = (2 * arb.pi()).sqrt()

    def integrand(z: acb, analytic: bool) -> acb:
        f = sum((acb(w) * (-(((z - m) / s) ** 2) / 2).exp() / (s * root) for w, m, s in parts), acb(0))
        return -f * f.log(analytic=analytic)

    reach = arb(exact(max(abs(m) for _, m, _ in rational) + 40))
    narrow = arb(exact(min(s for _, _, s in rational))) * root
    tail = arb(-800).exp() * 2 * (41 + 2 * abs(narrow.log())) / narrow
    inside = acb.integral(integrand, acb(-reach), acb(reach), rel_tol=arb(2) ** -min(ctx.prec, 220))
    return inside.real + arb(0).union(tail)
