"""Sums of squares as Gram matrices: which squares can occur, and the exact linear conditions on their coefficients.

An unknown Σ mᵢQᵢⱼmⱼ·f with Q positive semidefinite is a sum of squares times f (Parrilo 2000). Polynomials m whose square has a monomial
that nothing can cancel are dropped first, which for f = 1 leaves what Newton's polytope allows (Reznick 1978).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement

from flint import fmpq, fmpq_mat, fmpq_mpoly

from quod.provers.algebra.facts import Column, Fact, Reducer
from quod.provers.algebra.linear_program import as_float
from quod.provers.algebra.ring import Exponents, Ring, terms_of


@dataclass(slots=True)
class Block:
    """An unknown sum of squares of combinations of `basis`, times the product of `facts`."""

    facts: tuple[Fact, ...]
    basis: list[fmpq_mpoly]


@dataclass(slots=True)
class Unknown:
    """A scalar unknown and the polynomial that it multiplies: entry (i, j), i ≤ j, of a block's matrix, a weight ≥ 0, or a multiplier."""

    poly: fmpq_mpoly
    block: int = -1
    i: int = 0
    j: int = 0
    column: int = -1
    multiplier: int = -1

    @property
    def one_sided(self) -> bool:
        """Whether it is known to be ≥ 0."""
        return self.column >= 0 or (self.block >= 0 and self.i == self.j)


@dataclass(slots=True)
class System:
    """Σ unknown·poly = 0, and the `normal` weights sum to 1."""

    blocks: list[Block]
    columns: Sequence[Column]
    unknowns: list[Unknown]
    rows: list[Exponents]

    def matrix(self) -> list[dict[int, fmpq]]:
        """The conditions: a row of coefficients by unknown for each monomial, and at last the row that shall be 1."""
        place = {exponents: r for r, exponents in enumerate(self.rows)}
        rows: list[dict[int, fmpq]] = [{} for _ in range(len(self.rows) + 1)]
        for u, unknown in enumerate(self.unknowns):
            for exponents, value in terms_of(unknown.poly):
                rows[place[exponents]][u] = value
            if unknown.column >= 0 and self.columns[unknown.column].strict:
                rows[-1][u] = fmpq(1)
        return rows


def system(ring: Ring, blocks: Sequence[Block], columns: Sequence[Column], free: Sequence[fmpq_mpoly], reduce: Reducer) -> System | None:
    """The system after dropping what cannot occur; None if no strict column is left."""
    unknowns = [Unknown(column.poly, column=j) for j, column in enumerate(columns)]
    unknowns += [Unknown(poly, multiplier=k) for k, poly in enumerate(free)]
    for b, block in enumerate(blocks):
        factor = ring.one
        for fact in block.facts:
            factor = reduce(factor * fact.poly)
        scaled = [reduce(m * factor) for m in block.basis]
        for i, j in combinations_with_replacement(range(len(block.basis)), 2):
            unknowns.append(Unknown(reduce(scaled[i] * block.basis[j]) * (1 if i == j else 2), block=b, i=i, j=j))
    unknowns = _drop_impossible(unknowns)
    if not any(unknown.column >= 0 and columns[unknown.column].strict for unknown in unknowns):
        return None
    kept, renamed = list[Block](), dict[tuple[int, int], tuple[int, int]]()
    for b, block in enumerate(blocks):
        left = sorted({unknown.i for unknown in unknowns if unknown.block == b and unknown.i == unknown.j})
        if left:
            renamed |= {(b, i): (len(kept), place) for place, i in enumerate(left)}
            kept.append(Block(block.facts, [block.basis[i] for i in left]))
    for unknown in unknowns:
        if unknown.block >= 0:
            (_, unknown.j), (unknown.block, unknown.i) = renamed[unknown.block, unknown.j], renamed[unknown.block, unknown.i]
    return System(kept, columns, unknowns, sorted({e for unknown in unknowns for e, _ in terms_of(unknown.poly)}))


def _drop_impossible(unknowns: list[Unknown]) -> list[Unknown]:
    """Without the unknowns that must be 0 because a monomial of theirs has one sign wherever it occurs."""
    number: dict[Exponents, int] = {}
    signed: dict[int, list[tuple[int, bool, bool]]] = {}
    for unknown in unknowns:
        either = not unknown.one_sided
        signed[id(unknown)] = [
            (number.setdefault(exponents, len(number)), either or value > 0, either or value < 0)
            for exponents, value in terms_of(unknown.poly)
        ]
    while True:
        positive, negative = set[int](), set[int]()
        for unknown in unknowns:
            positive.update(row for row, above, _ in signed[id(unknown)] if above)
            negative.update(row for row, _, below in signed[id(unknown)] if below)
        alone = positive ^ negative
        dead = [unknown for unknown in unknowns if unknown.one_sided and any(row in alone for row, _, _ in signed[id(unknown)])]
        if not dead:
            return unknowns
        gone = {id(unknown) for unknown in dead}
        gone_basis = {(unknown.block, unknown.i) for unknown in dead if unknown.block >= 0}
        unknowns = [
            unknown
            for unknown in unknowns
            if id(unknown) not in gone and (unknown.block, unknown.i) not in gone_basis and (unknown.block, unknown.j) not in gone_basis
        ]


def looks_semidefinite(matrix: list[list[fmpq]]) -> bool:
    """Whether floating point finds no clearly negative eigenvalue; spares exact work on hopeless matrices."""
    import numpy as np

    values = np.linalg.eigvalsh(np.array([[as_float(value) for value in row] for row in matrix]))
    return bool(values[0] > -1e-9 * max(1.0, float(values[-1])))


def weighted_squares(matrix: list[list[fmpq]]) -> list[tuple[fmpq, list[fmpq]]] | None:
    """(d, l) with d > 0 and matrix = Σ d·l·lᵀ, by LDLᵀ over ℚ; None if the matrix is not positive semidefinite."""
    rest = [row[:] for row in matrix]
    result = []
    for k in range(len(rest)):
        pivot = rest[k][k]
        if pivot < 0 or (pivot == 0 and any(rest[k][j] != 0 for j in range(k, len(rest)))):
            return None
        if pivot == 0:
            continue
        line = [rest[k][j] / pivot if j >= k else fmpq(0) for j in range(len(rest))]
        result.append((pivot, line))
        for i in range(k + 1, len(rest)):
            if line[i] != 0:
                for j in range(i, len(rest)):
                    rest[i][j] -= pivot * line[i] * line[j]
    return result


@dataclass(frozen=True, slots=True)
class Solution:
    """All solutions of the conditions: each pivot is its constant minus a combination of the other unknowns."""

    pivots: dict[int, tuple[fmpq, dict[int, fmpq]]]

    def at(self, values: list[fmpq]) -> list[fmpq]:
        """The solution with these values for the unknowns that are no pivots: exact, with denominators as small as theirs."""
        result = values[:]
        for pivot, (constant, row) in self.pivots.items():
            result[pivot] = constant - sum((value * values[u] for u, value in row.items()), fmpq(0))
        return result


def solve_for_pivots(rows: list[dict[int, fmpq]], order: Sequence[int]) -> Solution | None:
    """Solves the conditions for as many unknowns as needed, those that come first in `order` first; None if they contradict each other."""
    matrix = [[row.get(u, fmpq(0)) for u in order] + [fmpq(r == len(rows) - 1)] for r, row in enumerate(rows)]
    reduced, rank = fmpq_mat(matrix).rref()
    pivots = {}
    for line in reduced.tolist()[:rank]:
        entries = [(k, value) for k, value in enumerate(line) if value != 0]
        first = entries[0][0]
        if first == len(order):
            return None
        constant = entries[-1][1] if entries[-1][0] == len(order) else fmpq(0)
        pivots[order[first]] = constant, {order[k]: value for k, value in entries[1:] if k < len(order)}
    return Solution(pivots)
