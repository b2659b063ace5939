"""Sums of squares by semidefinite programming: Clarabel finds a point in floating point, exact arithmetic makes it a certificate.

Rounding and projecting follow Peyrl and Parrilo (2008): a point well inside the cone stays inside when it is rounded and moved onto the
exact linear conditions, here by solving for pivots, which keeps denominators small. Where no point is inside, the matrices are
restricted to the range of the one found, and again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from flint import fmpq, fmpq_mpoly

from quod.provers import clock
from quod.provers.algebra.facts import Column, Reducer, Weighted
from quod.provers.algebra.gram import Block, System, looks_semidefinite, solve_for_pivots, system, weighted_squares
from quod.provers.algebra.linear_program import as_float
from quod.provers.algebra.ring import Ring, to_fmpq

if TYPE_CHECKING:
    import numpy as np

DENOMINATORS = (1, 12, 720, 2**14, 2**24, 2**44)
MAX_ROWS = 260
MAX_UNKNOWNS = 3000
_ROUNDS = 4
_FLAT = 1e-6
"""Eigenvalues below this, against the largest, are taken for 0 when the range is restricted; exact arithmetic decides whether rightly."""


@dataclass(frozen=True, slots=True)
class Squares:
    """Σ weight·column + Σ multiplier·free = 0, squares included among the columns."""

    weighted: list[Weighted]
    multipliers: dict[int, fmpq]


def search_squares(
    ring: Ring, blocks: Sequence[Block], columns: Sequence[Column], free: Sequence[fmpq_mpoly], reduce: Reducer, deadline: float
) -> Squares | None:
    """Sums of squares for the blocks, weights for the columns and multipliers that add up to zero exactly, or None."""
    for _ in range(_ROUNDS):
        conditions = system(ring, blocks, columns, free, reduce)
        if conditions is None or clock.now() > deadline:
            return None
        if len(conditions.rows) > MAX_ROWS or len(conditions.unknowns) > MAX_UNKNOWNS:
            return None
        rows = conditions.matrix()
        point = _float_point(conditions, rows, deadline)
        if point is None:
            return None
        found = _round(conditions, rows, point, deadline)
        if found is not None:
            return found
        smaller, columns = _restrict(conditions, point)
        if smaller is None:
            return None
        blocks = smaller
    return None


def _float_point(conditions: System, rows: list[dict[int, fmpq]], deadline: float) -> np.ndarray | None:
    """The unknowns that Clarabel finds, with the smallest eigenvalue as large as it gets (at most 1)."""
    import clarabel
    import numpy as np
    from scipy import sparse

    margin = len(conditions.unknowns)
    signed = [u for u, unknown in enumerate(conditions.unknowns) if unknown.column >= 0]
    entries: list[tuple[int, int, float]] = []
    for r, row in enumerate(rows):
        scale = max(map(abs, row.values()), default=fmpq(1))
        entries += [(r, u, as_float(value / scale)) for u, value in row.items()]
    right = [0.0] * (len(rows) - 1) + [1.0]
    entries += [(len(right) + n, u, -1.0) for n, u in enumerate(signed)] + [(len(right) + len(signed), margin, 1.0)]
    right += [0.0] * len(signed) + [1.0]
    cones: list[Any] = [clarabel.ZeroConeT(len(rows)), clarabel.NonnegativeConeT(len(signed) + 1)]
    place = {(unknown.block, unknown.i, unknown.j): u for u, unknown in enumerate(conditions.unknowns) if unknown.block >= 0}
    for b, block in enumerate(conditions.blocks):
        for j in range(len(block.basis)):
            for i in range(j + 1):
                entries.append((len(right), place[b, i, j], -1.0 if i == j else -(2**0.5)))
                if i == j:
                    entries.append((len(right), margin, 1.0))
                right.append(0.0)
        cones.append(clarabel.PSDTriangleConeT(len(block.basis)))
    r_index, c_index, values = zip(*entries, strict=True)
    matrix = sparse.csc_matrix((values, (r_index, c_index)), shape=(len(right), margin + 1))
    cost = np.zeros(margin + 1)
    cost[margin] = -1.0
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.time_limit = max(0.05, deadline - clock.now())
    settings.max_threads = 1
    solver = clarabel.DefaultSolver(sparse.csc_matrix((margin + 1, margin + 1)), cost, matrix, np.array(right), cones, settings)
    solution = solver.solve()
    result = np.array(solution.x)
    good = {clarabel.SolverStatus.Solved, clarabel.SolverStatus.AlmostSolved, clarabel.SolverStatus.InsufficientProgress}
    usable = solution.status in good and bool(np.all(np.isfinite(result))) and result[margin] > -1e-4
    return result[:margin] if usable else None


def _round(conditions: System, rows: list[dict[int, fmpq]], point: np.ndarray, deadline: float) -> Squares | None:
    unknowns = conditions.unknowns
    # Weights that the point does not use stay 0, and others are solved for only where nothing else is left.
    active = [u for u, unknown in enumerate(unknowns) if unknown.column < 0 or float(point[u]) >= _FLAT]
    order = sorted(active, key=lambda u: (unknowns[u].column >= 0, unknowns[u].multiplier < 0, unknowns[u].block, unknowns[u].one_sided))
    solution = solve_for_pivots([{u: row[u] for u in active if u in row} for row in rows], order)
    if solution is None:
        return None
    for denominator in DENOMINATORS:
        if clock.now() > deadline:
            return None
        values = [fmpq(0)] * len(unknowns)
        for u in active:
            values[u] = fmpq(round(Fraction(float(point[u])) * denominator), denominator)
        found = _squares(conditions, solution.at(values), deadline)
        if found is not None:
            return found
    return None


def _squares(conditions: System, values: list[fmpq], deadline: float) -> Squares | None:
    """The certificate that exact values give, or None if a weight is negative or a matrix not positive semidefinite."""
    matrices = [[[fmpq(0)] * len(block.basis) for _ in block.basis] for block in conditions.blocks]
    weighted: list[Weighted] = []
    multipliers: dict[int, fmpq] = {}
    for unknown, value in zip(conditions.unknowns, values, strict=True):
        if unknown.block >= 0:
            matrices[unknown.block][unknown.i][unknown.j] = matrices[unknown.block][unknown.j][unknown.i] = value
        elif unknown.multiplier >= 0:
            multipliers[unknown.multiplier] = value
        elif value < 0:
            return None
        elif value > 0:
            column = conditions.columns[unknown.column]
            weighted.append((value, column.facts, column.squares))
    if not all(map(looks_semidefinite, matrices)):
        return None
    for block, matrix in zip(conditions.blocks, matrices, strict=True):
        squares = weighted_squares(matrix) if clock.now() < deadline else None
        if squares is None:
            return None
        for weight, line in squares:
            base = sum((m * c for m, c in zip(block.basis, line, strict=True)), 0 * block.basis[0])
            weighted.append((weight, block.facts, (base,)))
    return Squares(weighted, multipliers)


def _restrict(conditions: System, point: np.ndarray) -> tuple[list[Block] | None, list[Column]]:
    """The blocks on the rationalised range of the matrices found, and the columns that have weight; None if nothing gets smaller."""
    import numpy as np

    used = [unknown.column for u, unknown in enumerate(conditions.unknowns) if unknown.column >= 0 and point[u] >= _FLAT]
    columns = [conditions.columns[j] for j in used]
    blocks, changed = [], len(columns) < len({u.column for u in conditions.unknowns if u.column >= 0})
    for b, block in enumerate(conditions.blocks):
        matrix = np.zeros((len(block.basis), len(block.basis)))
        for u, unknown in enumerate(conditions.unknowns):
            if unknown.block == b:
                matrix[unknown.i, unknown.j] = matrix[unknown.j, unknown.i] = point[u]
        basis = _range(matrix, block.basis)
        changed |= len(basis) < len(block.basis)
        if basis:
            blocks.append(Block(block.facts, basis))
    return (blocks if changed else None), columns


def _range(matrix: np.ndarray, basis: list[fmpq_mpoly]) -> list[fmpq_mpoly]:
    """Combinations of the basis that span the range of a nearly singular matrix, with small rational coefficients."""
    import numpy as np

    values, vectors = np.linalg.eigh(matrix)
    kept = vectors[:, values > max(_FLAT * 10, 1e-4 * float(values[-1]))].T.copy()
    pivots: list[int] = []
    for r in range(len(kept)):
        left = [k for k in range(kept.shape[1]) if k not in pivots]
        pivot = max(left, key=lambda k: abs(kept[r, k]))
        pivots.append(pivot)
        kept[r] /= kept[r, pivot]
        for other in range(len(kept)):
            if other != r:
                kept[other] -= kept[other, pivot] * kept[r]
    result = []
    for row in kept:
        coefficients = [to_fmpq(Fraction(float(value)).limit_denominator(60)) for value in row]
        result.append(sum((m * c for m, c in zip(basis, coefficients, strict=True)), 0 * basis[0]))
    return result
