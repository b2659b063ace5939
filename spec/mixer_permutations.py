"""Which permutations of the pixel rows of an image an MLP-Mixer can forget: question 4c of the assignment.

Indices start at 0. A is a 9×9 image, cut in 3×3 patches; patch s = 3r + q stands in patch row r and patch column q (row-major order)
and holds the pixels A[3r + a, 3q + b], 0 ≤ a, b < 3. One matrix W projects each patch, read row by row, to 6 numbers: X, of 9 rows. A
map φ of rows, such as a channel MLP, acts on each row of X alone: U, again of 9 rows. The permutation P acts on the pixel rows:
A′[i] = A[P(i)], with the rows U′. It can be undone if for every A, W and φ the rows of U′ can be permuted back to U; φ may be the
identity, as it is for a channel MLP with a skip connection and zero weights.
"""

from quod import (
    Below,
    Family,
    Function,
    Matrix,
    Permutation,
    Real,
    Sum,
    all_of,
    any_of,
    claim,
    definition,
    eq,
    exists,
    family,
    forall,
    iff,
    implies,
    piecewise,
)
from spec.sources import ift6135

Row = Family(6)


@definition
def projected(A: Matrix(), W: Matrix(), r: Below(3), q: Below(3), c: Below(6)):
    """Number c of the projected patch in patch row r and patch column q."""
    return Sum(lambda a: Sum(lambda b: A[3 * r + a, 3 * q + b] * W[3 * a + b, c], 3), 3)


@definition
def mixed(A: Matrix(), W: Matrix(), phi: Function(Row, Row), s: Below(9), c: Below(6)):
    """Number c in row s of U, the patches in row-major order."""
    return phi(family(lambda e: projected(A, W, s // 3, s % 3, e)))[c]


def permuted(A, P):
    """The image A′ whose pixel row i is row P(i) of A."""
    return family(lambda i: A[P[i]])


def every_mixer(body):
    """body(A, W, φ) for every image, projection and map of rows."""
    return forall(Matrix(), lambda A: forall(Matrix(), lambda W: forall(Function(Row, Row), lambda phi: body(A, W, phi))))


def undone_by(rho, A, W, phi, P):
    """Row rho(s) of U′ is row s of U, for every s."""
    return forall(Below(9), lambda s: forall(Below(6), lambda c: eq(mixed(permuted(A, P), W, phi, rho[s], c), mixed(A, W, phi, s, c))))


def can_be_undone(A, W, phi, P):
    """Some permutation of rows takes U′ back to U."""
    return exists(Permutation(9), lambda rho: undone_by(rho, A, W, phi, P))


def moves_blocks(P, Q):
    """P = Q ⊗ I₃: it permutes the three blocks of three pixel rows by Q and keeps the order inside each."""
    return forall(Below(3), lambda r: forall(Below(3), lambda a: eq(P[3 * r + a], 3 * Q[r] + a)))


@claim(source=ift6135("4c"))
def exactly_the_block_permutations_can_be_undone(P: Permutation(9)):
    """For every image, projection and map of rows can P be undone, exactly if P = Q ⊗ I₃ for a permutation Q of three blocks."""
    return iff(
        every_mixer(lambda A, W, phi: can_be_undone(A, W, phi, P)),
        exists(Permutation(3), lambda Q: moves_blocks(P, Q)),
    )


SIX = ("123456789", "123789456", "456123789", "456789123", "789123456", "789456123")


def one_line(P, digits):
    """P in one-line form, counted from 1."""
    return all_of(*(eq(P[i], int(digit) - 1) for i, digit in enumerate(digits)))


@claim(source=ift6135("4c"))
def there_are_six_block_permutations(P: Permutation(9)):
    """P is a block permutation exactly if it is one of these six, in one-line form."""
    return iff(exists(Permutation(3), lambda Q: moves_blocks(P, Q)), any_of(*(one_line(P, digits) for digits in SIX)))


numbered = family(lambda i: family(lambda j: i))
decimal = family(lambda k: family(lambda c: piecewise((1, k < 3), (10, k < 6), otherwise=100)))


def projections_agree(A, W, P):
    """The projected patches of A′ are those of A, up to their order, in the first number of each."""

    def entry(image, s):
        return projected(image, W, s // 3, s % 3, 0)

    return exists(Permutation(9), lambda rho: forall(Below(9), lambda s: eq(entry(permuted(A, P), rho[s]), entry(A, s))))


@claim(source=ift6135("4c"))
def one_image_separates_them(P: Permutation(9)):
    """With i in pixel row i and the weights 1, 10, 100 for the rows of a patch, only block permutations leave the same projections."""
    return implies(projections_agree(numbered, decimal, P), exists(Permutation(3), lambda Q: moves_blocks(P, Q)))


# Degenerate cases: too little information, too many permutations.


@claim(source=ift6135("4c, control"))
def constant_image_forgets_every_permutation(P: Permutation(9), value: Real, W: Matrix(), phi: Function(Row, Row)):
    """On a constant image every permutation can be undone."""
    return can_be_undone(family(lambda i: family(lambda j: value)), W, phi, P)


@claim(source=ift6135("4c, control"))
def zero_projection_forgets_every_permutation(P: Permutation(9), A: Matrix(), phi: Function(Row, Row)):
    """If the projection is zero, every permutation can be undone."""
    return can_be_undone(A, family(lambda k: family(lambda c: 0)), phi, P)


@claim(source=ift6135("4c, control"))
def projection_blind_to_rows_forgets_the_order_in_each_block(P: Permutation(9)):
    """If no projection sees the row inside a patch, P can be undone exactly if it takes blocks to blocks, in any inner order."""
    return iff(
        every_mixer(lambda A, w, phi: can_be_undone(A, family(lambda k: w[k % 3]), phi, P)),
        exists(Permutation(3), lambda Q: forall(Below(3), lambda r: forall(Below(3), lambda a: eq(P[3 * r + a] // 3, Q[r])))),
    )


@claim(source=ift6135("4c, control"))
def two_equal_rows_can_be_swapped(P: Permutation(9)):
    """If pixel rows 0 and 1 of that one image are made equal, P may swap them besides being a block permutation."""

    def merged(i):
        return piecewise((0, i <= 1), otherwise=i)

    return iff(
        projections_agree(family(lambda i: family(lambda j: merged(i))), decimal, P),
        exists(
            Permutation(3),
            lambda Q: forall(Below(3), lambda r: forall(Below(3), lambda a: eq(merged(P[3 * r + a]), merged(3 * Q[r] + a)))),
        ),
    )
