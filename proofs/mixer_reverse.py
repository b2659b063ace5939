"""Proofs about the order of the patches: what moves blocks of pixel rows moves blocks of patches, and only the inverse undoes it."""

from quod import Below, Expression, Function, Matrix, eq, family, forall, implies, piecewise, proves
from quod.lang.expression import trace
from quod.lang.sorts import INTEGER
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


def block(goal, P, Q, r):
    """P[3r + a] = 3Q[r] + a for the three pixel rows of one block."""
    blocks = goal.known(moves_blocks(P, Q))
    return [goal.at(blocks, r, a) for a in range(3)]


def in_range(goal, Q, *indices, size=3):
    """0 ≤ Q[i] < size at the indices."""
    bounds = [goal.known(forall(Below(size), lambda i: 0 <= Q[i])), goal.known(forall(Below(size), lambda i: Q[i] < size))]
    return [goal.at(bound, i) for i in indices for bound in bounds]


@proves(claims.blocks_of_pixel_rows_move_within_columns_of_patches)
def _(goal, P, Q, A, W, phi, q, r, c):
    moved = eq(mixed_by_columns(permuted(A, P), W, phi, 3 * q + r, c), mixed_by_columns(A, W, phi, 3 * q + Q[r], c))

    def rows(here):
        number = int(here.prop.right.value)
        places = block(goal, P, Q, number)
        in_range(goal, Q, number)

        def columns(there):
            target = 3 * int(there.prop.right.value)
            literal = [goal.have(eq(P[3 * number + a], target + a), place, there, only=True) for a, place in enumerate(places)]
            goal.have(moved, here, there, *literal, only=True)

        by_value(goal, Q[number], 0, 3, moved, columns)

    by_value(goal, r, 0, 3, moved, rows)


@proves(claims.only_the_inverse_within_columns_puts_the_rows_back)
def _(goal, P, Q, rho):
    undone, within = (part.hypothesis for part in goal.claim.conclusion.args)
    with goal.suppose(undone) as always, goal.each(0, 3, "q") as q, goal.each(0, 3, "r") as r:
        inverse_within_columns(goal, P, Q, rho, always, q, r)
    with goal.suppose(within) as inverse:
        with goal.each(0, 9) as s:
            q, r, around = patch(goal, rho[s], *in_range(goal, rho, s, size=9))
            goal.have(eq(rho[3 * q + Q[r]], rho[s]), goal.at(inverse, q, r), only=True)
            around += in_range(goal, Q, r)
            goal.have(0 <= 3 * q + Q[r], *around, only=True)
            goal.have(3 * q + Q[r] < 9, *around, only=True)
            goal.at(one_to_one(goal, rho), 3 * q + Q[r], s)
        back = goal.last()
        put_back_by_columns(goal, P, Q, rho, undone, back)


def patch(goal, s, low, high):
    """The column and the row of patch s in column-major order, and that both are below 3."""
    bounds = [goal.have(bound, low, high, only=True) for part in (s // 3, s % 3) for bound in (0 <= part, part <= 2, part < 3)]
    return s // 3, s % 3, bounds


def inverse_within_columns(goal, P, Q, rho, always, q, r):
    """rho[3q + Q[r]] = 3q + r, as the numbers of the patches show."""
    s = 3 * q + Q[r]
    mine = in_range(goal, Q, r)
    goal.have(0 <= s, goal.known(0 <= q), *mine, only=True)
    goal.have(s < 9, goal.known(q < 3), *mine, only=True)
    t = rho[s]
    column, row, _ = patch(goal, t, *in_range(goal, rho, s, size=9))
    moved = goal.by(claims.blocks_of_pixel_rows_move_within_columns_of_patches, P, Q, column_major, first_pixel, unchanged, column, row, 0)
    number = goal.at(always, column_major, first_pixel, unchanged, s, 0)
    total = goal.have(eq(3 * column + Q[row], s), moved, number, only=True)
    theirs = in_range(goal, Q, row)
    order = [goal.have(bound, total, *mine, *theirs, only=True) for bound in (column <= q, q <= column)]
    same_column = goal.have(eq(column, q), *order, only=True)
    goal.have(eq(Q[row], Q[r]), total, same_column, only=True)
    same_row = goal.at(one_to_one(goal, Q, 3), row, r)
    goal.have(eq(t, 3 * q + r), same_column, same_row, only=True)


def put_back_by_columns(goal, P, Q, rho, undone, back):
    """Row rho[s] of U′ is row s of U, if 3q + Q[r] = s for the column q and the row r of patch rho[s]."""
    lemma = claims.blocks_of_pixel_rows_move_within_columns_of_patches
    with goal.any(Matrix(), "A") as A, goal.any(Matrix(), "W") as W, goal.any(Function(Row, Row), "phi") as phi:
        with goal.each(0, 9) as s, goal.each(0, 6, "c") as c:
            column, row, _ = patch(goal, rho[s], *in_range(goal, rho, s, size=9))
            moved = goal.by(lemma, P, Q, A, W, phi, column, row, c)
            here = mixed_by_columns(permuted(A, P), W, phi, rho[s], c)
            there = Expression(trace(lambda u: eq(here, mixed_by_columns(A, W, phi, u, c)), INTEGER))
            goal.apply("rewrite", there, goal.at(back, s), moved)
