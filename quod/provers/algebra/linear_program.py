"""Non-negative combinations of polynomials that vanish identically: HiGHS picks a basis, exact arithmetic solves on it.

Nothing that HiGHS says is believed: its floating-point basis is a suggestion, and the solution over ℚ is checked for signs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flint import fmpq, fmpq_mat, fmpq_mpoly

from quod.provers import clock
from quod.provers.algebra.ring import Exponents, terms_of

if TYPE_CHECKING:
    import numpy as np

_SMALL = 1e-9
_EXACT_LIMIT = 700
"""More unknowns than this are not solved exactly: the dense elimination over ℚ would outlast every budget."""


@dataclass(frozen=True, slots=True)
class Combination:
    """Σ columns[j]·weights[j] + Σ free[k]·multipliers[k] = 0 with positive weights."""

    weights: dict[int, fmpq]
    multipliers: dict[int, fmpq]


Line = dict[int, fmpq]
"""The coefficients of a polynomial by the number of the monomial."""


class Reading:
    """Polynomials as lines, each read once: to ask FLINT for long exponents and to hash them costs more than the linear program."""

    def __init__(self) -> None:
        self.exponents: list[Exponents] = []
        self._numbers: dict[Exponents, int] = {}
        self._lines: dict[int, tuple[fmpq_mpoly, Line]] = {}
        self._signs: dict[int, tuple[np.ndarray, np.ndarray]] = {}

    def line(self, poly: fmpq_mpoly) -> Line:
        """The polynomial by monomials; it is known again by its identity and kept alive for that."""
        if id(poly) not in self._lines:
            self._lines[id(poly)] = poly, {self._number(exponents): value for exponents, value in terms_of(poly)}
        return self._lines[id(poly)][1]

    def signs(self, poly: fmpq_mpoly) -> tuple[np.ndarray, np.ndarray]:
        """The numbers of the polynomial's monomials, and the signs of their coefficients."""
        import numpy as np

        if id(poly) not in self._signs:
            line = self.line(poly)
            signs = (1 if value > 0 else -1 for value in line.values())
            self._signs[id(poly)] = np.fromiter(line, int, len(line)), np.fromiter(signs, int, len(line))
        return self._signs[id(poly)]

    def _number(self, exponents: Exponents) -> int:
        number = self._numbers.setdefault(exponents, len(self.exponents))
        if number == len(self.exponents):
            self.exponents.append(exponents)
        return number


def combine(
    columns: Sequence[fmpq_mpoly], normal: Sequence[bool], free: Sequence[fmpq_mpoly], deadline: float, reading: Reading | None = None
) -> Combination | None:
    """Weights ≥ 0 for `columns`, summing (scaled) to more than 0 over the `normal` ones, and multipliers for `free` with sum zero.

    None means that none was found: there may be none, or the floating-point basis was not exact. A `reading` saves work where the same
    polynomials come again.
    """
    reading = reading or Reading()
    terms = [reading.line(poly) for poly in (*columns, *free)]
    alive = _prune(reading, (*columns, *free), len(columns))
    if not any(normal[j] for j in alive if j < len(columns)) or clock.now() > deadline:
        return None
    rows = {row: i for i, row in enumerate(sorted({row for j in alive for row in terms[j]}, key=reading.exponents.__getitem__))}
    basis = _float_basis(terms, alive, rows, len(columns), normal, deadline)
    for chosen in basis:
        if len(chosen) <= _EXACT_LIMIT and clock.now() < deadline:
            found = _solve_exactly(terms, chosen, len(columns), normal)
            if found is not None:
                return found
    return None


def _prune(reading: Reading, polys: Sequence[fmpq_mpoly], count: int) -> list[int]:
    """The columns that are left when those with a monomial that nothing can cancel are dropped, again and again.

    From `count` on they have either sign.
    """
    import numpy as np

    parts = [reading.signs(poly) for poly in polys]
    owner = np.repeat(np.arange(len(parts)), [len(part[0]) for part in parts])
    rows, signs = (np.concatenate([part[k] for part in parts]) if parts else np.array([], dtype=int) for k in (0, 1))
    above, below = (signs > 0) | (owner >= count), (signs < 0) | (owner >= count)
    alive = np.ones(len(parts), dtype=bool)
    while True:
        live = alive[owner]
        size = len(reading.exponents)
        cancels = (np.bincount(rows[live & above], minlength=size) > 0) & (np.bincount(rows[live & below], minlength=size) > 0)
        dead = owner[live & ~cancels[rows]]
        if not len(dead):
            return [int(j) for j in np.flatnonzero(alive)]
        alive[dead] = False


def _float_basis(
    terms: list[Line],
    alive: list[int],
    rows: dict[int, int],
    count: int,
    normal: Sequence[bool],
    deadline: float,
) -> list[list[int]]:
    """Supports to try exactly: the columns that HiGHS gives weight, then all that are basic; empty if it finds no solution."""
    import highspy
    import numpy as np

    starts, indices, values = [0], list[int](), list[float]()
    for j in alive:
        scale = max(map(abs, terms[j].values()), default=fmpq(1))
        indices += [rows[exponents] for exponents in terms[j]]
        values += [as_float(value / scale) for value in terms[j].values()]
        if j < count and normal[j]:
            indices.append(len(rows))
            values.append(1.0)
        starts.append(len(indices))
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = len(alive), len(rows) + 1
    program.col_cost_ = np.array([len(terms[j]) ** 0.5 if j < count else 0.0 for j in alive])
    program.col_lower_ = np.array([0.0 if j < count else -highspy.kHighsInf for j in alive])
    program.col_upper_ = np.full(len(alive), highspy.kHighsInf)
    bounds = np.zeros(len(rows) + 1)
    bounds[-1] = 1.0
    program.row_lower_ = program.row_upper_ = bounds
    program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    program.a_matrix_.start_ = np.array(starts, dtype=np.int32)
    program.a_matrix_.index_ = np.array(indices, dtype=np.int32)
    program.a_matrix_.value_ = np.array(values)
    solver = _run(highspy, program, deadline)
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return []
    weights = solver.getSolution().col_value
    support = [j for j, weight in zip(alive, weights, strict=True) if abs(weight) > _SMALL]
    basic = highspy.HighsBasisStatus.kBasic
    basis = [j for j, status in zip(alive, solver.getBasis().col_status, strict=True) if status == basic]
    return [support, basis] if support != basis else [support]


def _run(highspy: Any, program: Any, deadline: float) -> Any:
    # The class above this one prints a banner to standard output when it is made, before any option can forbid it.
    solver = highspy.highs._Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("solver", "simplex")
    solver.setOptionValue("primal_feasibility_tolerance", 1e-9)
    solver.setOptionValue("dual_feasibility_tolerance", 1e-9)
    solver.setOptionValue("time_limit", max(0.01, deadline - clock.now()))
    solver.passModel(program)
    solver.run()
    return solver


def as_float(value: fmpq) -> float:
    """The nearest double, for numbers of any length whose quotient fits one."""
    return int(value.p) / int(value.q)


def _solve_exactly(terms: list[Line], chosen: list[int], count: int, normal: Sequence[bool]) -> Combination | None:
    """The solution over ℚ on these columns, or None if there is none, or one with a negative weight."""
    rows = sorted({exponents for j in chosen for exponents in terms[j]})
    matrix = [[terms[j].get(exponents, fmpq(0)) for j in chosen] + [fmpq(0)] for exponents in rows]
    matrix.append([fmpq(j < count and normal[j]) for j in chosen] + [fmpq(1)])
    reduced, rank = fmpq_mat(matrix).rref()
    weights, multipliers = dict[int, fmpq](), dict[int, fmpq]()
    for i in range(rank):
        pivot = next(k for k in range(len(chosen) + 1) if reduced[i, k] != 0)
        if pivot == len(chosen):
            return None
        value, j = reduced[i, len(chosen)], chosen[pivot]
        if j >= count:
            multipliers[j - count] = value
        elif value < 0:
            return None
        elif value > 0:
            weights[j] = value
    return Combination(weights, multipliers)
