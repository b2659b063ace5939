"""Z3's nlsat (Jovanović and de Moura 2012) on polynomial systems: the fallback where no certificate is found, and points that satisfy one.

Its `unsat` comes without a certificate, so what rests on it trusts z3. Call it in a process that can be killed: it may ignore its timeout.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from quod.provers.algebra.certificate import Constraint, Polynomial


@dataclass(frozen=True, slots=True)
class Unsatisfiable:
    """Z3 says that no real point satisfies the system."""


@dataclass(frozen=True, slots=True)
class Satisfiable:
    """Z3 says that a point satisfies the system; `point` gives the coordinates, None for one that is not rational.

    `checked`: all coordinates are rational and exact arithmetic confirmed the point.
    """

    point: Mapping[int, Fraction | None]
    checked: bool


@dataclass(frozen=True, slots=True)
class Undecided:
    """Z3 gave no answer, or a point that is none."""

    reason: str


MAX_POWER = 400
"""A power is written to z3 as a product of that many factors."""
Answer = Unsatisfiable | Satisfiable | Undecided


def ask_z3(constraints: Sequence[Constraint], equations: Sequence[Polynomial], seconds: float) -> Answer:
    """Whether Z3 finds the system solvable over ℝ."""
    import z3

    if seconds <= 0:
        return Undecided("no time left for z3")
    polys = [*(constraint.poly for constraint in constraints), *equations]
    if max((power for poly in polys for monomial in poly for _, power in monomial), default=0) > MAX_POWER:
        return Undecided(f"a power above {MAX_POWER} is too large for z3")
    names = {i: z3.Real(f"x{i}") for i in _indeterminates(constraints, equations)}
    solver = z3.Tactic("qfnra-nlsat").solver()
    solver.set("timeout", max(1, int(seconds * 1000)))
    for constraint in constraints:
        poly = _term(z3, constraint.poly, names)
        solver.add(poly > 0 if constraint.strict else poly >= 0)
    for equation in equations:
        solver.add(_term(z3, equation, names) == 0)
    try:
        answer = solver.check()
    except z3.Z3Exception as error:
        return Undecided(f"z3 failed: {error}")
    if answer == z3.unsat:
        return Unsatisfiable()
    if answer == z3.unknown:
        return Undecided(f"z3: {solver.reason_unknown()}")
    model = solver.model()
    point = {i: _rational(z3, model.eval(name, model_completion=True)) for i, name in names.items()}
    exact = {i: value for i, value in point.items() if value is not None}
    if len(exact) < len(point):
        return Satisfiable(point, checked=False)
    if not satisfies(exact, constraints, equations):
        return Undecided("z3 gave a point that does not satisfy the system")
    return Satisfiable(point, checked=True)


def _indeterminates(constraints: Sequence[Constraint], equations: Sequence[Polynomial]) -> list[int]:
    polys = [*(constraint.poly for constraint in constraints), *equations]
    return sorted({i for poly in polys for monomial in poly for i, _ in monomial})


def _term(z3: Any, poly: Polynomial, names: Mapping[int, Any]) -> Any:
    terms = []
    for monomial, value in poly.items():
        factors = [names[i] for i, power in monomial for _ in range(power)]
        # As text: z3 would read a Python quotient of integers as a float.
        terms.append(z3.Product(z3.RealVal(str(value)), *factors))
    return z3.Sum(terms) if terms else z3.RealVal("0")


def _rational(z3: Any, value: Any) -> Fraction | None:
    return Fraction(value.numerator_as_long(), value.denominator_as_long()) if z3.is_rational_value(value) else None


def evaluate(poly: Polynomial, point: Mapping[int, Fraction]) -> Fraction:
    """The value of a polynomial at a rational point."""
    total = Fraction(0)
    for monomial, coefficient in poly.items():
        term = Fraction(coefficient)
        for indeterminate, power in monomial:
            term *= point[indeterminate] ** power
        total += term
    return total


def satisfies(point: Mapping[int, Fraction], constraints: Sequence[Constraint], equations: Sequence[Polynomial]) -> bool:
    """Whether a rational point satisfies the whole system, exactly."""
    values = [(evaluate(constraint.poly, point), constraint.strict) for constraint in constraints]
    return all(value > 0 or (value == 0 and not strict) for value, strict in values) and all(
        evaluate(equation, point) == 0 for equation in equations
    )
