"""Proofs about permutations of pixel rows: one exact witness separates them, and the identity Q ⊗ I₃ undoes the others."""

from quod import Below, Permutation, all_of, eq, exists, family, forall, implies, proves
from quod.provers.enumeration import by_value
from spec import mixer_permutations as claims
from spec.mixer_permutations import can_be_undone, decimal, moves_blocks, numbered, projections_agree

identity = family(lambda s: s)


@proves(claims.constant_image_forgets_every_permutation)
def _(goal, P, value, W, phi):
    goal.exhibit(can_be_undone(family(lambda i: family(lambda j: value)), W, phi, P), identity)


@proves(claims.zero_projection_forgets_every_permutation)
def _(goal, P, A, phi):
    goal.exhibit(can_be_undone(A, family(lambda k: family(lambda c: 0)), phi, P), identity)


def digits(goal, P, r, k):
    """P[3r + a] = 3k + a for a = 0, 1, 2, if the decimal weights give block r of P the number of block k: read from the left."""
    shown = [goal.last()]
    for a in range(3):
        shown.append(goal.at(goal.known(forall(Below(9), lambda i: 0 <= P[i])), 3 * r + a))
        shown.append(goal.at(goal.known(forall(Below(9), lambda i: P[i] < 9)), 3 * r + a))
    for a in (2, 1, 0):
        shown.append(goal.have(P[3 * r + a] >= 3 * k + a, *shown, only=True))
        shown.append(goal.have(P[3 * r + a] <= 3 * k + a, *shown, only=True))
    return [goal.have(eq(P[3 * r + a], 3 * k + a), *shown, only=True) for a in range(3)]


def consecutive(P):
    """Each block of three is shifted as a whole, by a multiple of three."""
    return all_of(*(eq(P[3 * r + a], 3 * (P[3 * r] // 3) + a) for r in range(3) for a in range(3)))


@proves(claims.one_image_separates_them)
def _(goal, P):
    rho = goal.choose(goal.known(projections_agree(numbered, decimal, P)))
    same = goal.facts[-1]
    known, blocks = [], []
    for k in range(3):
        goal.at(goal.known(forall(Below(9), lambda i: 0 <= rho[i])), 3 * k)
        goal.at(goal.known(forall(Below(9), lambda i: rho[i] < 9)), 3 * k)
        blocks.append(rho[3 * k] // 3)
        goal.have(0 <= blocks[k])
        goal.have(blocks[k] < 3)
        goal.at(same, 3 * k)
        known += digits(goal, P, blocks[k], k)

    def second(first_held):
        by_value(goal, blocks[1], 0, 3, consecutive(P), lambda second_held: third(first_held, second_held))

    def third(*held):
        by_value(goal, blocks[2], 0, 3, consecutive(P), lambda last: goal.have(consecutive(P), *known, *held, last, only=True))

    by_value(goal, blocks[0], 0, 3, consecutive(P), second)
    exhibit_blocks(goal, P)


def exhibit_blocks(goal, P):
    """Q[r] = P[3r]/3 is a permutation of the blocks, and P = Q ⊗ I₃."""
    Q = family(lambda r: P[3 * r] // 3)
    into, below = goal.known(forall(Below(9), lambda i: 0 <= P[i])), goal.known(forall(Below(9), lambda i: P[i] < 9))
    apart = goal.known(one_to_one(P, 9))
    with goal.each(0, 3) as r:
        low, high = goal.at(into, 3 * r), goal.at(below, 3 * r)
        goal.have(0 <= Q[r], low, high, only=True)
        goal.have(Q[r] < 3, low, high, only=True)
        shifted = all_of(*(eq(P[3 * r + a], 3 * Q[r] + a) for a in range(3)))
        by_value(goal, r, 0, 3, shifted)
        goal.have((0 <= Q[r]) & (Q[r] < 3) & shifted)
    blocks = goal.last()
    for bound in (lambda r: 0 <= Q[r], lambda r: Q[r] < 3):
        with goal.each(0, 3) as r:
            goal.have(bound(r), goal.at(blocks, r), only=True)
    with goal.each(0, 3) as i:
        mine = goal.at(blocks, i)
        with goal.each(0, 3, "j") as j:
            other = goal.at(blocks, j)
            with goal.suppose(eq(Q[i], Q[j])) as tie:
                goal.have(eq(P[3 * i], P[3 * j]), mine, other, tie, only=True)
                goal.at(apart, 3 * i, 3 * j)
                goal.have(eq(i, j))
    with goal.each(0, 3) as r, goal.each(0, 3, "a") as a:
        row = goal.at(blocks, r)
        by_value(goal, a, 0, 3, eq(P[3 * r + a], 3 * Q[r] + a), lambda held: goal.have(eq(P[3 * r + a], 3 * Q[r] + a), row, held, only=True))
    goal.exhibit(exists(Permutation(3), lambda Q: moves_blocks(P, Q)), Q)


def one_to_one(P, size):
    """P takes different indices below size to different ones."""
    return forall(Below(size), lambda i: forall(Below(size), lambda j: implies(eq(P[i], P[j]), eq(i, j))))
