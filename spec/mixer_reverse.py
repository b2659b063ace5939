"""How the rows of U′ are put back in order: question 4d of the assignment. The answer depends on the order of the patches.

The conventions are those of `spec/mixer_permutations.py`: P = Q ⊗ I₃ acts on the pixel rows, A′[i] = A[P(i)], with the rows U′ of the
Mixer. A permutation ρ puts them back if row ρ(s) of U′ is row s of U, for every image, projection and map of rows.
"""

from quod import Below, Function, Matrix, Permutation, claim, definition, eq, family, forall, iff, implies
from spec.mixer_permutations import Row, every_mixer, mixed, moves_blocks, permuted, projected, undone_by
from spec.sources import ift6135


@claim(source=ift6135("4d"))
def blocks_of_pixel_rows_move_rows_of_patches(
    P: Permutation(9), Q: Permutation(3), A: Matrix(), W: Matrix(), phi: Function(Row, Row), s: Below(9), c: Below(6)
):
    """In row-major order, U′ = PU: row s of U′ is row P(s) of U."""
    return implies(moves_blocks(P, Q), eq(mixed(permuted(A, P), W, phi, s, c), mixed(A, W, phi, P[s], c)))


@claim(source=ift6135("4d"))
def only_the_inverse_puts_the_rows_back(P: Permutation(9), Q: Permutation(3), rho: Permutation(9)):
    """In row-major order, exactly the inverse of P puts the rows back: P_reverse = P⁻¹ = Pᵀ = Qᵀ ⊗ I₃."""
    return implies(
        moves_blocks(P, Q),
        iff(every_mixer(lambda A, W, phi: undone_by(rho, A, W, phi, P)), forall(Below(9), lambda s: eq(rho[P[s]], s))),
    )


@claim(source=ift6135("4d"))
def a_three_cycle_does_not_put_the_rows_back(P: Permutation(9)):
    """If P moves the three blocks in a cycle, P itself does not put the rows back."""
    return implies(
        forall(Below(9), lambda s: eq(P[s], (s + 3) % 9)), ~every_mixer(lambda A, W, phi: undone_by(P, A, W, phi, P))
    )


@definition
def mixed_by_columns(A: Matrix(), W: Matrix(), phi: Function(Row, Row), s: Below(9), c: Below(6)):
    """Number c in row s of U, the patches in column-major order: s = 3q + r for patch row r and patch column q."""
    return phi(family(lambda e: projected(A, W, s % 3, s // 3, e)))[c]


@claim(source=ift6135("4d"))
def blocks_of_pixel_rows_move_within_columns_of_patches(
    P: Permutation(9), Q: Permutation(3), A: Matrix(), W: Matrix(), phi: Function(Row, Row), q: Below(3), r: Below(3), c: Below(6)
):
    """In column-major order, U′ = (I₃ ⊗ Q)U: row 3q + r of U′ is row 3q + Q(r) of U."""
    return implies(
        moves_blocks(P, Q),
        eq(mixed_by_columns(permuted(A, P), W, phi, 3 * q + r, c), mixed_by_columns(A, W, phi, 3 * q + Q[r], c)),
    )


@claim(source=ift6135("4d"))
def only_the_inverse_within_columns_puts_the_rows_back(P: Permutation(9), Q: Permutation(3), rho: Permutation(9)):
    """In column-major order, exactly I₃ ⊗ Qᵀ puts the rows back."""

    def put_back(A, W, phi):
        moved = permuted(A, P)
        return forall(
            Below(9),
            lambda s: forall(Below(6), lambda c: eq(mixed_by_columns(moved, W, phi, rho[s], c), mixed_by_columns(A, W, phi, s, c))),
        )

    within = forall(Below(3), lambda q: forall(Below(3), lambda r: eq(rho[3 * q + Q[r]], 3 * q + r)))
    return implies(moves_blocks(P, Q), iff(every_mixer(put_back), within))
