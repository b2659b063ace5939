"""Sampled functions: densities with the moments that hypotheses demand, maps of rows, and simple functions of one real."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from quod.attack import arithmetic, densities
from quod.attack.arithmetic import Undecided, exact, fraction
from quod.attack.evaluation import compile_terms
from quod.attack.families import shown
from quod.attack.integration import integrate
from quod.attack.scalars import Range, draw, special
from quod.lang import terms as t

KINDS = densities.KINDS


def density(rng: random.Random, kind: str, wanted: tuple[Fraction, Fraction] | None) -> Any:
    """A density with the wanted mean and standard deviation, or with any."""
    mean, deviation = wanted or (Fraction(rng.randrange(-6, 7), rng.randrange(1, 4)), Fraction(rng.randrange(1, 9), rng.randrange(1, 5)))
    return densities.draw(rng, kind if rng.random() < 0.6 else rng.choice(KINDS), mean, deviation)


class Moments:
    """The hypotheses ∫ g(x) f(x) dx = c with a polynomial g of degree 1 or 2, as demands on the mean and deviation of f."""

    def __init__(self, density: t.Variable, hypotheses: Sequence[t.Node], variables: Sequence[t.Variable]) -> None:
        self.density, self.variables = density, tuple(variables)
        self.demands: list[tuple[t.Lambda, Callable[..., tuple[Any, ...]]]] = []
        for hypothesis in hypotheses:
            if isinstance(hypothesis, t.Compare) and hypothesis.relation == "=":
                for left, right in ((hypothesis.left, hypothesis.right), (hypothesis.right, hypothesis.left)):
                    if isinstance(left, t.Integral) and density in left.variables and density not in right.variables:
                        self.demands.append((left.body, compile_terms((right,), tuple(variables))))

    def wanted(self, values: Sequence[Any]) -> tuple[Fraction, Fraction] | None:
        """(mean, deviation) where the demands fix both as rationals; trials show how each demand is affine in m and m² + s²."""
        if not self.demands:
            return None
        known = dict(zip(self.variables, values, strict=True))
        rows = [self._row(body, compute, known, values) for body, compute in self.demands]
        first = next((row for row in rows if row is not None and row[2] == 0 and row[1] != 0), None)
        second = next((row for row in rows if row is not None and row[2] != 0), None)
        if first is None or second is None:
            return None
        mean = (first[3] - first[0]) / first[1]
        square = (second[3] - second[0] - second[1] * mean) / second[2] - mean**2
        deviation = fraction(arithmetic.sqrt(exact(square))) if square > 0 else None
        return None if deviation is None else (mean, deviation)

    def _row(
        self, body: t.Lambda, compute: Callable[..., tuple[Any, ...]], known: Mapping[t.Variable, Any], values: Sequence[Any]
    ) -> tuple[Fraction, Fraction, Fraction, Fraction] | None:
        """(α, β, γ, c) of the demand α + β m + γ (m² + s²) = c."""
        tries = []
        for mean in (0, 1, -1):
            normal = densities.Step([(Fraction(1), Fraction(mean), Fraction(1))])
            tries.append(fraction(integrate(body, {**known, self.density: normal})))
        try:
            target = fraction(compute(*values)[0])
        except Undecided:
            return None
        if target is None or any(value is None for value in tries):
            return None
        at_zero, plus, minus = (Fraction(value or 0) for value in tries)
        beta, gamma = (plus - minus) / 2, (plus + minus) / 2 - at_zero
        return at_zero - gamma / 3, beta, gamma, target


class RealFunction:
    """x ↦ a + b·x + c·x² + d·|x| + e·exp(x)."""

    def __init__(self, coefficients: tuple[Any, ...]) -> None:
        self.coefficients = coefficients

    def __call__(self, x: Any) -> Any:
        a, b, c, d, e = self.coefficients
        value = a + b * x + c * x * x
        if d:
            value = value + d * arithmetic.choose(arithmetic.at_most(0, x), lambda: x, lambda: -x)
        return value + e * arithmetic.exp(x) if e else value

    def __str__(self) -> str:
        words = ("", "·x", "·x²", "·|x|", "·exp(x)")
        parts = [f"{shown(c)}{word}" for c, word in zip(self.coefficients, words, strict=True) if c]
        return "x ↦ " + (" + ".join(parts) or "0")


def real_function(rng: random.Random, target: Range) -> RealFunction:
    """A constant inside `target`, or where that is all of ℝ a polynomial with a corner or an exponential."""
    if target != Range():
        return RealFunction((draw(rng, target, (), special(target)[:40]) or 0, 0, 0, 0, 0))
    chosen = [exact(Fraction(rng.randrange(-6, 7), rng.randrange(1, 4))) for _ in range(5)]
    kept = rng.choice(((1, 0, 0, 0, 0), (1, 1, 0, 0, 0), (1, 1, 1, 0, 0), (0, 1, 0, 1, 0), (1, 0, 0, 0, 1), (1, 1, 1, 1, 1)))
    return RealFunction(tuple(c if keep else 0 for c, keep in zip(chosen, kept, strict=True)))
