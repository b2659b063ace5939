"""Proofs about permutations of pixel rows: one exact witness separates them, and the identity Q ⊗ I₃ undoes the others."""

from proofs.mixer_reverse import block, in_range, one_to_one, unchanged
from quod import Below, Expression, Function, Matrix, Permutation, Real, all_of, eq, exists, family, forall, piecewise, proves
from quod.lang.expression import Formula, to_node, trace
from quod.lang.sorts import INTEGER
from quod.lang.terms import FALSE
from quod.provers.enumeration import by_value
from spec import mixer_permutations as claims
from spec.mixer_permutations import (
    SIX,
    Row,
    can_be_undone,
    decimal,
    mixed,
    moves_blocks,
    numbered,
    one_line,
    permuted,
    projections_agree,
)
from spec.mixer_reverse import blocks_of_pixel_rows_move_rows_of_patches

identity = family(lambda s: s)


@proves(claims.constant_image_forgets_every_permutation)
def _(goal, P, value, W, phi):
    goal.exhibit(can_be_undone(family(lambda i: family(lambda j: value)), W, phi, P), identity)


@proves(claims.zero_projection_forgets_every_permutation)
def _(goal, P, A, phi):
    goal.exhibit(can_be_undone(A, family(lambda k: family(lambda c: 0)), phi, P), identity)


def digits(goal, P, r, k):
    """P[3r + a] = 3k + a for a = 0, 1, 2, if the decimal weights give block r of P the number of block k: read from the left."""
    total = goal.last()
    bounds = [in_range(goal, P, 3 * r + a, size=9) for a in range(3)]
    lows, highs = zip(*bounds, strict=True)
    found = []
    for a in (2, 1, 0):
        above = goal.have(P[3 * r + a] >= 3 * k + a, total, *found, *highs[:a], only=True)
        below = goal.have(P[3 * r + a] <= 3 * k + a, total, *found, *lows[:a], only=True)
        found.insert(0, goal.have(eq(P[3 * r + a], 3 * k + a), above, below, only=True))
    return found


def consecutive(P):
    """Each block of three is shifted as a whole, by a multiple of three."""
    return all_of(*(eq(P[3 * r + a], 3 * (P[3 * r] // 3) + a) for r in range(3) for a in range(3)))


@proves(claims.one_image_separates_them)
def _(goal, P):
    rho = goal.choose(goal.known(projections_agree(numbered, decimal, P)))
    same = goal.facts[-1]
    rows, blocks = [], []
    for k in range(3):
        low, high = in_range(goal, rho, 3 * k, size=9)
        blocks.append(rho[3 * k] // 3)
        goal.have(0 <= blocks[k], low, high, only=True)
        goal.have(blocks[k] < 3, low, high, only=True)
        goal.at(same, 3 * k)
        rows.append(digits(goal, P, blocks[k], k))
    where_blocks_go(goal, P, blocks, rows)
    exhibit_blocks(goal, P)


def where_blocks_go(goal, P, blocks, rows, *held):
    """P is shifted block by block, if block k of the image comes to blocks[k], for whichever values of these."""
    values = [int(fact.prop.right.value) for fact in held]
    if len(set(values)) < len(values):
        k = values.index(values[-1])
        first, second = (goal.have(eq(P[3 * values[-1]], 3 * j), rows[j][0], held[j], only=True) for j in (k, len(values) - 1))
        return goal.have(consecutive(P), goal.have(FALSE, first, second, only=True), only=True)
    if len(held) < 3:
        return by_value(goal, blocks[len(held)], 0, 3, consecutive(P), lambda more: where_blocks_go(goal, P, blocks, rows, *held, more))
    literal = {}
    for k, value in enumerate(values):
        for a in range(3):
            literal[3 * value + a] = goal.have(eq(P[3 * value + a], 3 * k + a), rows[k][a], held[k], only=True)
    parts = [goal.have(part, literal[i], literal[i - i % 3], only=True) for i, part in enumerate(consecutive(P).node.args)]
    return goal.have(consecutive(P), *parts, only=True)


def exhibit_blocks(goal, P):
    """Q[r] = P[3r]/3 is a permutation of the blocks, and P = Q ⊗ I₃."""
    Q = family(lambda r: P[3 * r] // 3)
    into, below = goal.known(forall(Below(9), lambda i: 0 <= P[i])), goal.known(forall(Below(9), lambda i: P[i] < 9))
    apart = one_to_one(goal, P)
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
        place = eq(P[3 * r + a], 3 * Q[r] + a)
        by_value(goal, a, 0, 3, place, lambda held: goal.have(place, row, held, only=True))
    goal.exhibit(exists(Permutation(3), lambda Q: moves_blocks(P, Q)), Q)


@proves(claims.exactly_the_block_permutations_can_be_undone)
def _(goal, P):
    undone, blocks = (part.hypothesis for part in goal.claim.conclusion.args)
    with goal.suppose(undone) as always:
        rho = goal.choose(goal.at(always, numbered, decimal, unchanged))
        same = goal.facts[-1]
        with goal.each(0, 9) as s:
            goal.at(same, s, 0)
        goal.exhibit(projections_agree(numbered, decimal, P), rho)
        goal.by(claims.one_image_separates_them, P)
    with goal.suppose(blocks) as existence:
        Q = goal.choose(existence)
        undo_blocks(goal, P, Q)


def undo_blocks(goal, P, Q):
    """If P = Q ⊗ I₃, the permutation of rows that P takes back undoes it."""
    R, home = taken_back(goal, Q)
    rho = rows_by(R)
    permutes(goal, Q, R, home)
    with goal.each(0, 9) as s:
        remainder(goal, s)
        place = goal.at(goal.known(moves_blocks(P, Q)), R[s // 3], s % 3)
        goal.have(eq(P[rho[s]], s), place, goal.at(home, s // 3), only=True)
    back = goal.last()
    with goal.any(Matrix(), "A") as A, goal.any(Matrix(), "W") as W, goal.any(Function(Row, Row), "phi") as phi:
        with goal.each(0, 9) as s, goal.each(0, 6, "c") as c:
            moved = goal.by(blocks_of_pixel_rows_move_rows_of_patches, P, Q, A, W, phi, rho[s], c)
            there = Expression(trace(lambda u: eq(mixed(permuted(A, P), W, phi, rho[s], c), mixed(A, W, phi, u, c)), INTEGER))
            goal.apply("rewrite", there, goal.at(back, s), moved)
        goal.exhibit(can_be_undone(A, W, phi, P), rho)


def rows_by(R):
    """The order of the rows that moves the rows of patches by R and keeps the columns."""
    return family(lambda s: 3 * R[s // 3] + s % 3)


def taken_back(goal, Q):
    """R with Q[R[r]] = r, and that it is so."""
    with goal.any(Permutation(3), "Q") as some:
        inverse(goal, some)
    return goal.choose(goal.at(goal.last(), Q)), goal.facts[-1]


def remainder(goal, s):
    """s//3 and s % 3 are below 3."""
    low, high = goal.known(0 <= s), goal.known(s < 9)
    return [goal.have(bound, low, high, only=True) for part in (s // 3, s % 3) for bound in (0 <= part, part < 3)]


def permutes(goal, Q, R, home):
    """rows_by(R) is a permutation, as Q[R[r]] = r."""
    rho = rows_by(R)
    for bound in (lambda s: 0 <= rho[s], lambda s: rho[s] < 9):
        with goal.each(0, 9) as s:
            around = remainder(goal, s)
            goal.have(bound(s), *around, *in_range(goal, R, s // 3), only=True)
    with goal.each(0, 9) as i, goal.each(0, 9, "j") as j:
        around = [*remainder(goal, i)[2:], *remainder(goal, j)[2:]]
        with goal.suppose(eq(rho[i], rho[j])) as tie:
            order = [goal.have(bound, tie, *around, only=True) for bound in (R[i // 3] <= R[j // 3], R[j // 3] <= R[i // 3])]
            same = goal.have(eq(R[i // 3], R[j // 3]), *order, only=True)
            first = goal.apply("rewrite", Expression(trace(lambda u: eq(Q[u], i // 3), INTEGER)), same, goal.at(home, i // 3))
            goal.have(eq(i, j), tie, same, first, goal.at(home, j // 3), only=True)


def inverse(goal, Q):
    """There is a map R of indices below 3 with Q[R[r]] = r."""
    R = family(lambda r: piecewise((0, eq(Q[0], r)), (1, eq(Q[1], r)), otherwise=2))
    onto = all_of(*(eq(Q[R[r]], r) for r in range(3)))
    arrangements(goal, Q, onto, lambda *held: goal.have(onto, *held, only=True))
    reached = goal.last()
    for body in (lambda r: 0 <= R[r], lambda r: R[r] < 3):
        with goal.each(0, 3) as r:
            goal.have(body(r), goal.known(0 <= r), only=True)
    with goal.each(0, 3) as r:
        by_value(goal, r, 0, 3, eq(Q[R[r]], r), lambda here: goal.have(eq(Q[R[r]], r), here, reached, only=True))
    return goal.exhibit(exists(Function(Below(3), Below(3)), lambda R: forall(Below(3), lambda r: eq(Q[R[r]], r))), R)


def arrangements(goal, Q, formula, step):
    """The formula, shown by `step` from the three values of Q, for each of the six permutations of three."""
    in_range(goal, Q, 0, 1, 2)
    apart = one_to_one(goal, Q, 3)
    ties = {}
    for i, j in ((0, 1), (0, 2), (1, 2)):
        with goal.suppose(eq(Q[i], Q[j])):
            goal.at(apart, i, j)
        ties[i, j] = goal.last()
    orders(goal, [Q[i] for i in range(3)], ties, formula, step)


def orders(goal, values, ties, formula, step, *held):
    """The formula, shown by `step` for each order of three values below 3, where `ties` says that no two are equal."""
    for i, old in enumerate(held[:-1]):
        new = len(held) - 1
        if old.prop.right is held[-1].prop.right:
            tie = goal.have(eq(values[i], values[new]), old, held[-1], only=True)
            return goal.have(formula, goal.apply("modus_ponens", ties[i, new], tie), only=True)
    if len(held) == 3:
        return step(*held)
    return by_value(goal, values[len(held)], 0, 3, formula, lambda more: orders(goal, values, ties, formula, step, *held, more))


@proves(claims.there_are_six_block_permutations)
def _(goal, P):
    blocks, six = (part.hypothesis for part in goal.claim.conclusion.args)
    members = {digits: one_line(P, digits) for digits in SIX}
    with goal.suppose(blocks) as existence:
        Q = goal.choose(existence)
        places = [fact for r in range(3) for fact in block(goal, P, Q, r)]

        def literal(*held):
            numbers = [3 * int(fact.prop.right.value) + a for fact in held for a in range(3)]
            values = [goal.have(eq(P[i], number), places[i], held[i // 3], only=True) for i, number in enumerate(numbers)]
            member = goal.have(members["".join(str(number + 1) for number in numbers)], *values, only=True)
            goal.apply("disjunction", six, member)

        arrangements(goal, Q, six, literal)
    with goal.suppose(six) as alternatives:
        branches = []
        for member in alternatives.prop.children:
            with goal.suppose(member) as held:
                for place in consecutive(P).node.args:
                    goal.have(place, held, only=True)
                goal.have(consecutive(P))
            branches.append(goal.session.chain(goal.last(), goal.session.apply("assume", member)))
        goal.apply("cases", alternatives, *branches)
        exhibit_blocks(goal, P)


squares = family(lambda i: family(lambda j: piecewise((i // 3, eq(j % 3, 0)), otherwise=(i // 3) ** 2)))
"""The image whose pixels hold the number of their block of rows, or its square beside the first column of a patch."""
first_two = family(lambda b: family(lambda c: piecewise((1, eq(b, c)), otherwise=0)))
"""The projection that takes the sum of each column of a patch."""


def squares_vanish(goal):
    """Three reals are zero if the sum of their squares is not positive."""
    with goal.any(Real, "x") as x, goal.any(Real, "y") as y, goal.any(Real, "z") as z:
        with goal.suppose(x**2 + y**2 + z**2 <= 0) as none:
            zeros = [goal.have(eq(u, 0), none, only=True) for u in (x, y, z)]
            goal.have(all_of(eq(x, 0), eq(y, 0), eq(z, 0)), *zeros, only=True)
    return goal.last()


@proves(claims.projection_blind_to_rows_forgets_the_order_in_each_block)
def _(goal, P):
    undone, existence = (part.hypothesis for part in goal.claim.conclusion.args)
    with goal.suppose(undone) as always:
        rho = goal.choose(goal.at(always, squares, first_two, unchanged))
        same = goal.facts[-1]
        zero = squares_vanish(goal)
        places, numbers = [], []
        for k in range(3):
            low, high = in_range(goal, rho, 3 * k, size=9)
            r = rho[3 * k] // 3
            goal.have(0 <= r, low, high, only=True)
            goal.have(r < 3, low, high, only=True)
            total, spread = (goal.at(same, 3 * k, c) for c in (0, 1))
            rows = [P[3 * r + a] // 3 for a in range(3)]
            apart = [row - k for row in rows]
            none = goal.have(apart[0] ** 2 + apart[1] ** 2 + apart[2] ** 2 <= 0, total, spread, only=True)
            exact = goal.session.chain(goal.session.specialise(zero, *(to_node(part) for part in apart)), none)
            numbers.append([goal.have(eq(row, k), goal.session.apply("project", a, exact), only=True) for a, row in enumerate(rows)])
            places.append(r)
        which_blocks(goal, P, places, numbers)
        exhibit_numbers(goal, P, existence, goal.last(), lambda r, a: eq(P[3 * r + a] // 3, P[3 * r] // 3))
    with goal.suppose(existence) as exists_:
        undo_numbers(goal, P, goal.choose(exists_))


def which_blocks(goal, P, places, numbers):
    """The three rows of each block of P come from one block, and those of different blocks from different ones."""
    numbered_alike = all_of(*(eq(P[3 * r + a] // 3, P[3 * r] // 3) for r in range(3) for a in range(3)))
    different = all_of(*(~eq(P[3 * i] // 3, P[3 * j] // 3) for i, j in ((0, 1), (0, 2), (1, 2))))
    ties = {}
    for i, j in ((0, 1), (0, 2), (1, 2)):
        with goal.suppose(eq(places[i], places[j])) as tie:
            moved = goal.apply("rewrite", Expression(trace(lambda u, i=i: eq(P[3 * u] // 3, i), INTEGER)), tie, numbers[i][0])
            goal.have(FALSE, moved, numbers[j][0], only=True)
        ties[i, j] = goal.last()

    def literal(*held):
        values = [int(fact.prop.right.value) for fact in held]
        found = {}
        for k, r in enumerate(values):
            for a in range(3):
                found[3 * r + a] = goal.have(eq(P[3 * r + a] // 3, k), numbers[k][a], held[k], only=True)
        alike = [goal.have(part, found[i], found[i - i % 3], only=True) for i, part in enumerate(numbered_alike.node.args)]
        unlike = []
        for part, (i, j) in zip(different.node.args, ((0, 1), (0, 2), (1, 2)), strict=True):
            with goal.suppose(part.arg) as tie:
                goal.have(FALSE, tie, found[3 * i], found[3 * j], only=True)
            unlike.append(goal.have(part, goal.last(), only=True))
        goal.have(numbered_alike & different, *alike, *unlike, only=True)

    orders(goal, places, ties, numbered_alike & different, literal)
    return ties


def exhibit_numbers(goal, P, existence, shown, claimed):
    """Q[r] = P[3r]//3 is a permutation of the blocks, and has what is claimed of r and a, which is shown for each r and a below 3."""
    Q = family(lambda r: P[3 * r] // 3)
    with goal.each(0, 3) as r:
        goal.have(0 <= Q[r], *in_range(goal, P, 3 * r, size=9), only=True)
    with goal.each(0, 3) as r:
        goal.have(Q[r] < 3, *in_range(goal, P, 3 * r, size=9), only=True)
    with goal.each(0, 3) as i, goal.each(0, 3, "j") as j, goal.suppose(eq(Q[i], Q[j])) as tie:
        told_apart(goal, P, i, j, tie)
    with goal.each(0, 3) as r, goal.each(0, 3, "a") as a:
        place = claimed(r, a)
        by_value(goal, r, 0, 3, place, lambda u: by_value(goal, a, 0, 3, place, lambda v: goal.have(place, shown, u, v, only=True)))
    goal.exhibit(Formula(existence), Q)


def told_apart(goal, P, i, j, tie):
    """i = j, if the blocks that come to i and j have one number, as no two of the three have."""

    def pair(here, there):
        if here.prop.right is there.prop.right:
            return goal.have(eq(i, j), here, there, only=True)
        one, other = (3 * int(fact.prop.right.value) for fact in (here, there))
        same = goal.have(eq(P[one] // 3, P[other] // 3), tie, here, there, only=True)
        return goal.have(eq(i, j), goal.apply("contradiction", same, goal.known(~eq(P[one] // 3, P[other] // 3))), only=True)

    by_value(goal, i, 0, 3, eq(i, j), lambda here: by_value(goal, j, 0, 3, eq(i, j), lambda there: pair(here, there)))


def undo_numbers(goal, P, Q):
    """If the rows of block r of P come from block Q[r], the permutation of rows that Q takes back undoes P."""
    alike = goal.facts[-1]
    R, home = taken_back(goal, Q)
    rho = rows_by(R)
    permutes(goal, Q, R, home)
    with goal.any(Matrix(), "A") as A, goal.any(Matrix(), "w") as w, goal.any(Function(Row, Row), "phi") as phi:
        blind = family(lambda k: w[k % 3])
        with goal.each(0, 9) as s, goal.each(0, 6, "c") as c:
            r = R[s // 3]
            remainder(goal, s)
            in_range(goal, R, s // 3)
            number = goal.at(home, s // 3)
            inner = [P[3 * r + a] - 3 * (s // 3) for a in range(3)]
            for a in range(3):
                whole = goal.at(alike, r, a)
                block_number = goal.have(eq(P[3 * r + a] // 3, s // 3), whole, number, only=True)
                goal.have(0 <= inner[a], block_number, only=True)
                goal.have(inner[a] < 3, block_number, only=True)
            ties = {}
            for i, j in ((0, 1), (0, 2), (1, 2)):
                with goal.suppose(eq(inner[i], inner[j])) as tie:
                    goal.have(eq(P[3 * r + i], P[3 * r + j]), tie, only=True)
                    goal.at(one_to_one(goal, P), 3 * r + i, 3 * r + j)
                ties[i, j] = goal.last()
            same = eq(mixed(permuted(A, P), blind, phi, rho[s], c), mixed(A, blind, phi, s, c))

            def literal(*held, r=r, s=s, same=same):
                rows = [eq(P[3 * r + a], 3 * (s // 3) + int(fact.prop.right.value)) for a, fact in enumerate(held)]
                goal.have(same, *(goal.have(row, fact, only=True) for row, fact in zip(rows, held, strict=True)), only=True)

            orders(goal, inner, ties, same, literal)
        goal.exhibit(can_be_undone(A, blind, phi, P), rho)
