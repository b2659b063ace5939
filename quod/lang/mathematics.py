"""The vocabulary of the language: functions, folds, calculus and logic, each giving an Expression or a Formula."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from quod.lang import terms as t
from quod.lang.expression import Expression, Formula, LanguageError, Scalar, piecewise, to_formula, to_node, trace
from quod.lang.sorts import INTEGER, REAL, VECTOR, Arrow

pi = Expression(t.Constant("pi"))
zero = Expression(t.Constant("zero"))


class _Rational(Fraction):
    """A Fraction that keeps a symbolic exponent symbolic: before Python 3.12 a Fraction turns into a float there."""

    def __pow__(self, exponent: Any, modulo: Any = None) -> Any:
        return Expression(to_node(self)) ** exponent if isinstance(exponent, Expression) else Fraction(self) ** exponent

    def __repr__(self) -> str:
        return f"Q({self.numerator}, {self.denominator})"


def Q(numerator: int, denominator: int = 1) -> Fraction:  # noqa: N802
    """The exact rational numerator/denominator."""
    for value in (numerator, denominator):
        to_node(value)
    if denominator == 0:
        raise LanguageError(f"Q({numerator}, 0) has denominator 0")
    return _Rational(numerator, denominator)


def _elementary(name: str, meaning: str) -> Callable[[Scalar], Expression]:
    def function(x: Scalar) -> Expression:
        return Expression(t.Elementary(name, to_node(x)))

    function.__name__ = function.__qualname__ = name
    function.__doc__ = meaning
    return function


exp = _elementary("exp", "eˣ.")
log = _elementary("log", "The natural logarithm; domain x > 0.")
sqrt = _elementary("sqrt", "The square root ≥ 0; domain x ≥ 0.")
cbrt = _elementary("cbrt", "The real cube root, odd.")
sin = _elementary("sin", "The sine of x radians.")
cos = _elementary("cos", "The cosine of x radians.")
tan = _elementary("tan", "The tangent of x radians; domain cos x ≠ 0.")
asin = _elementary("asin", "The inverse sine, in [−π/2, π/2]; domain −1 ≤ x ≤ 1.")
acos = _elementary("acos", "The inverse cosine, in [0, π]; domain −1 ≤ x ≤ 1.")
atan = _elementary("atan", "The inverse tangent, in (−π/2, π/2).")
erf = _elementary("erf", "The error function 2/√π ∫₀ˣ exp(−t²) dt.")
floor = _elementary("floor", "The greatest integer ≤ x.")


def maximum(a: Scalar, b: Scalar) -> Expression:
    """The larger of two numbers."""
    return piecewise((a, Formula(t.Compare("<=", to_node(b), to_node(a)))), otherwise=b)


def minimum(a: Scalar, b: Scalar) -> Expression:
    """The smaller of two numbers."""
    return piecewise((a, Formula(t.Compare("<=", to_node(a), to_node(b)))), otherwise=b)


def _fold(kind: str) -> Callable[..., Expression]:
    def function(body: Any, *bounds: Scalar) -> Expression:
        if len(bounds) not in (1, 2):
            raise LanguageError(f"expected {kind}(lambda i: …, n) for 0 ≤ i < n or (lambda i: …, start, stop), got {len(bounds)} bounds")
        lower, upper = (0, bounds[0]) if len(bounds) == 1 else bounds
        function_of_index = trace(body, INTEGER)
        if not isinstance(function_of_index, t.Lambda):
            raise LanguageError(f"{kind} takes a function of one index")
        return Expression(t.Fold(kind, to_node(lower), to_node(upper), function_of_index))

    return function


Sum = _fold("sum")
Sum.__doc__ = "Sum(body, n): Σ body(i) over 0 ≤ i < n. Sum(body, start, stop): over start ≤ i < stop. The empty sum is 0."
Prod = _fold("prod")
Prod.__doc__ = "Prod(body, n): ∏ body(i) over 0 ≤ i < n; bounds as for Sum. The empty product is 1."
Min = _fold("min")
Min.__doc__ = "Min(body, n): the least body(i), 0 ≤ i < n; bounds as for Sum. The range may not be empty."
Max = _fold("max")
Max.__doc__ = "Max(body, n): the greatest body(i), 0 ≤ i < n; bounds as for Sum. The range may not be empty."


def family(body: Any) -> Expression:
    """The family or sequence i ↦ body(i), as an argument: entropy(n, family(lambda i: 1/n))."""
    return Expression(trace(body, INTEGER))


def function(body: Any) -> Expression:
    """The function x ↦ body(x) of one real, as an argument: mean(function(lambda x: normal(mu, sigma, x)))."""
    return Expression(trace(body, REAL))


def _over_reals(body: Any, what: str) -> t.Lambda:
    function = trace(body, REAL)
    if not isinstance(function, t.Lambda):
        raise LanguageError(f"{what} takes a function of one real")
    return function


def Integral(body: Any) -> Expression:  # noqa: N802
    """∫ body(x) dx over ℝ (Lebesgue); body must be integrable."""
    return Expression(t.Integral(_over_reals(body, "Integral")))


def D(function: Any) -> Callable[[Scalar], Expression]:  # noqa: N802
    """The derivative of a function of one real, as a function: D(sigmoid)(x) is σ′(x)."""
    body = _over_reals(function, "D")
    return lambda point: Expression(t.Derivative(body, to_node(point)))


def inner(u: Expression, v: Expression) -> Expression:
    """The inner product ⟨u, v⟩."""
    return Expression(t.Inner(to_node(u), to_node(v)))


def norm_squared(v: Expression) -> Expression:
    """‖v‖² = ⟨v, v⟩."""
    return inner(v, v)


def norm(v: Expression) -> Expression:
    """‖v‖ = √⟨v, v⟩."""
    return sqrt(inner(v, v))


def eq(a: Any, b: Any) -> Formula:
    """a = b, between numbers, vectors, or functions of one sort."""
    return Formula(t.Compare("=", to_node(a), to_node(b)))


def implies(hypothesis: Formula, conclusion: Formula) -> Formula:
    """If hypothesis then conclusion."""
    return Formula(t.Implies(to_formula(hypothesis).node, to_formula(conclusion).node))


def iff(p: Formula, q: Formula) -> Formula:
    """p holds exactly if q does."""
    return implies(p, q) & implies(q, p)


def all_of(*formulas: Formula) -> Formula:
    """All of the formulas; of none: true."""
    return Formula(t.And(to_formula(formula).node for formula in formulas))


def any_of(*formulas: Formula) -> Formula:
    """At least one of the formulas; of none: false."""
    return Formula(t.Or(to_formula(formula).node for formula in formulas))


def almost_everywhere(body: Any) -> Formula:
    """body(x) holds for all real x outside a set of Lebesgue measure zero."""
    return Formula(t.AlmostEverywhere(_over_reals(body, "almost_everywhere")))


def integrable(body: Any) -> Formula:
    """body is Lebesgue integrable over ℝ: measurable, with a finite integral of its absolute value."""
    return Formula(t.Integrable(_over_reals(body, "integrable")))


def differentiable(function: Any, point: Scalar) -> Formula:
    """The function of one real has a derivative at the point."""
    return Formula(t.Differentiable(_over_reals(function, "differentiable"), to_node(point)))


def is_gradient(field: Any, function: Any) -> Formula:
    """`field` is the gradient of `function` everywhere; on ℝ: its derivative."""
    node = to_node(function)
    domain = node.sort.domain if isinstance(node.sort, Arrow) else VECTOR
    return Formula(t.Gradient(node, trace(field, domain) if not isinstance(field, Expression) else field.node))
