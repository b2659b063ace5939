"""Proofs about the order of the patches: what moves blocks of pixel rows moves blocks of patches, and only the inverse undoes it."""

from quod import Below, Expression, Function, Matrix, eq, family, forall, implies, piecewise, proves
from quod.lang.expression import trace
from quod.lang.terms import FALSE
from quod.provers.enumeration import by_value
from spec import mixer_reverse as claims
from spec.mixer_permutations import Row, every_mixer, mixed, moves_blocks, permuted, undone_by
from spec.mixer_reverse import mixed_by_columns

first_pixel = family(lambda k: family(lambda c: piecewise((1, eq(k, 0)), otherwise=0)))
"""The projection that takes the first pixel of a patch."""
row_major = family(lambda i: family(lambda j: 3 * (i // 3) + j // 3))
"""The image in which every pixel holds the number of its patch, in row-major order."""
column_major = family(lambda i: family(lambda j: i // 3 + 3 * (j // 3)))
"""The same in column-major order."""
unchanged = Expression(trace(lambda row: row, Row.sort))
"""The map of rows that changes nothing."""


def places(goal, P, Q):
    """P[3r + a] = 3Q[r] + a for each of the nine pixel rows."""
    blocks = goal.known(moves_blocks(P, Q))
    for r in range(3):
        for a in range(3):
            goal.at(blocks, r, a)


@proves(claims.blocks_of_pixel_rows_move_rows_of_patches)
def _(goal, P, Q, A, W, phi, s, c):
    places(goal, P, Q)
    by_value(goal, s, 0, 9, eq(mixed(permuted(A, P), W, phi, s, c), mixed(A, W, phi, P[s], c)))


@proves(claims.only_the_inverse_puts_the_rows_back)
def _(goal, P, Q, rho):
    undone = every_mixer(lambda A, W, phi: undone_by(rho, A, W, phi, P))
    with goal.suppose(undone) as always:
        with goal.each(0, 9) as s:
            goal.by(claims.blocks_of_pixel_rows_move_rows_of_patches, P, Q, row_major, first_pixel, unchanged, rho[s], 0)
            goal.at(always, row_major, first_pixel, unchanged, s, 0)
            goal.have(eq(P[rho[s]], s))
        back = goal.last()
        with goal.each(0, 9) as s:
            goal.at(back, P[s])
            goal.at(one_to_one(goal, P), rho[P[s]], s)
    with goal.suppose(forall(Below(9), lambda s: eq(rho[P[s]], s))) as inverse:
        with goal.each(0, 9) as s:
            goal.at(inverse, rho[s])
            goal.at(one_to_one(goal, rho), P[rho[s]], s)
        back = goal.last()
        with goal.any(Matrix(), "A") as A, goal.any(Matrix(), "W") as W, goal.any(Function(Row, Row), "phi") as phi:
            with goal.each(0, 9) as s, goal.each(0, 6, "c") as c:
                goal.by(claims.blocks_of_pixel_rows_move_rows_of_patches, P, Q, A, W, phi, rho[s], c)
                goal.at(back, s)
                goal.have(eq(mixed(permuted(A, P), W, phi, rho[s], c), mixed(A, W, phi, s, c)))


def one_to_one(goal, P, size=9):
    """The hypothesis that P takes different indices to different ones."""
    return goal.known(forall(Below(size), lambda i: forall(Below(size), lambda j: implies(eq(P[i], P[j]), eq(i, j)))))


@proves(claims.a_three_cycle_does_not_put_the_rows_back)
def _(goal, P):
    cycle = goal.known(forall(Below(9), lambda s: eq(P[s], (s + 3) % 9)))
    with goal.suppose(every_mixer(lambda A, W, phi: undone_by(P, A, W, phi, P))) as always:
        for s in (0, 3):
            goal.at(cycle, s)
        goal.at(always, row_major, first_pixel, unchanged, 0, 0)
        goal.have(FALSE)
