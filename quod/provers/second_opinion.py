"""A second opinion on what z3 calls unsatisfiable: cvc5 (Barbosa et al. 2022) on the same polynomial system, in a process of its own.

Two solvers that agree share little code, and a bug in one is found where they do not. What they agree on still has no certificate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from quod.provers.algebra.certificate import Constraint, Polynomial
from quod.provers.algebra.z3_search import satisfies

SECONDS = 5.0
"""Wall-clock seconds that cvc5 has for its answer; a second more, and its process is killed."""
MEMORY = 1 << 30

Point = Mapping[int, Fraction | None]


class Disagreement(Exception):
    """One solver calls a system unsatisfiable, the other satisfiable: at least one of them is wrong, and nothing rests on either."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """`agrees` says that cvc5 calls the system unsatisfiable too; otherwise it gave no answer, because of `reason`."""

    agrees: bool
    reason: str = ""


def second_opinion(constraints: Sequence[Constraint], equations: Sequence[Polynomial]) -> Opinion:
    """What cvc5 says of a system that z3 calls unsatisfiable over ℝ. Raises Disagreement if it calls the system satisfiable."""
    from quod.processes import Finished, Limits, run

    outcome = run("quod.provers.second_opinion:ask_cvc5", list(constraints), list(equations), SECONDS, limits=Limits(SECONDS + 1, MEMORY))
    if not isinstance(outcome, Finished):
        return Opinion(False, f"cvc5: {outcome.reason}")
    match outcome.value:
        case {"answer": "unsat"}:
            return Opinion(True)
        case {"answer": "sat", "point": dict(point)}:
            raise Disagreement(_disagreement(point, constraints, equations))
        case {"answer": "unknown", "reason": str(reason)}:
            return Opinion(False, f"cvc5: {reason}")
        case other:
            return Opinion(False, f"cvc5 gave no answer, got {str(other)[:80]!r}")


def _disagreement(point: Point, constraints: Sequence[Constraint], equations: Sequence[Polynomial]) -> str:
    """Who is wrong, as far as exact arithmetic can tell."""
    told = "z3 calls a system of polynomial inequalities unsatisfiable, and cvc5 gives a point that satisfies it"
    exact = {index: value for index, value in point.items() if isinstance(value, int | Fraction)}
    place = "".join(f"; x{index} = {value}" for index, value in sorted(exact.items()))
    needed = {index for poly in (*(c.poly for c in constraints), *equations) for monomial in poly for index, _ in monomial}
    if not needed <= exact.keys():
        return f"{told}; one of them is wrong, and the point has irrational coordinates, so that it was not checked{place}"
    wrong = "z3" if satisfies(exact, constraints, equations) else "cvc5"
    return f"{told}; exact arithmetic says that {wrong} is wrong{place}"


def ask_cvc5(constraints: Sequence[Constraint], equations: Sequence[Polynomial], seconds: float) -> dict[str, Any]:
    """{"answer": "unsat"}, {"answer": "sat", "point": rationals or None by indeterminate} or {"answer": "unknown", "reason"}."""
    try:
        import cvc5
    except ImportError:
        return {"answer": "unknown", "reason": "not installed; fix: pip install cvc5"}
    terms = cvc5.TermManager()
    solver = cvc5.Solver(terms)
    solver.setLogic("QF_NRA")
    solver.setOption("produce-models", "true")
    solver.setOption("tlimit-per", str(max(1, int(seconds * 1000))))
    system = _System(cvc5, terms)
    for constraint in constraints:
        solver.assertFormula(system.compare("GT" if constraint.strict else "GEQ", constraint.poly))
    for equation in equations:
        solver.assertFormula(system.compare("EQUAL", equation))
    answer = solver.checkSat()
    if answer.isUnsat():
        return {"answer": "unsat"}
    if not answer.isSat():
        return {"answer": "unknown", "reason": f"unknown ({answer.getUnknownExplanation()})"}
    return {"answer": "sat", "point": {index: _rational(solver.getValue(name)) for index, name in system.names.items()}}


class _System:
    """Polynomials as terms of cvc5; `names` are the indeterminates that occurred."""

    def __init__(self, cvc5: Any, terms: Any) -> None:
        self.kind, self.terms = cvc5.Kind, terms
        self.names: dict[int, Any] = {}

    def compare(self, relation: str, poly: Polynomial) -> Any:
        """poly `relation` 0."""
        summands = [self._product([self._number(value), *self._factors(monomial)]) for monomial, value in poly.items()]
        total = self.terms.mkTerm(self.kind.ADD, *summands) if len(summands) > 1 else summands[0] if summands else self._number(Fraction(0))
        return self.terms.mkTerm(getattr(self.kind, relation), total, self._number(Fraction(0)))

    def _factors(self, monomial: tuple[tuple[int, int], ...]) -> list[Any]:
        for index, _ in monomial:
            if index not in self.names:
                self.names[index] = self.terms.mkConst(self.terms.getRealSort(), f"x{index}")
        return [self.names[index] for index, power in monomial for _ in range(power)]

    def _product(self, factors: list[Any]) -> Any:
        return self.terms.mkTerm(self.kind.MULT, *factors) if len(factors) > 1 else factors[0]

    def _number(self, value: Fraction) -> Any:
        return self.terms.mkReal(f"{value.numerator}/{value.denominator}")


def _rational(value: Any) -> Fraction | None:
    return Fraction(value.getRealValue()) if value.isRealValue() else None
