"""The proof about an image with two equal pixel rows: its decimal digits are read as in the image whose rows all differ."""

from proofs.mixer_permutations import exhibit_numbers, orders, permutes, remainder, rows_by, taken_back, which_blocks
from proofs.mixer_reverse import in_range
from quod import Expression, Integer, all_of, eq, family, piecewise, proves
from quod.lang.expression import Formula, to_node, trace
from quod.lang.sorts import INTEGER
from quod.lang.terms import TRUE
from spec import mixer_permutations as claims
from spec.mixer_permutations import decimal, permuted, projected


def merged(i):
    """The number in pixel row i: 0 in the rows 0 and 1."""
    return piecewise((0, i <= 1), otherwise=i)


image = family(lambda i: family(lambda j: merged(i)))


@proves(claims.two_equal_rows_can_be_swapped)
def _(goal, P):
    agreeing, existence = (part.hypothesis for part in goal.claim.conclusion.args)
    readers = [reader(goal, k) for k in range(3)]
    with goal.suppose(agreeing) as agree:
        rho = goal.choose(agree)
        same = goal.facts[-1]
        with goal.suppose(Formula(TRUE)):  # what is said of the digits slows every later step down: it stays in here
            places, rows, numbers = [], [], []
            for k in range(3):
                low, high = in_range(goal, rho, 3 * k, size=9)
                places.append(rho[3 * k] // 3)
                goal.have(0 <= places[k], low, high, only=True)
                goal.have(places[k] < 3, low, high, only=True)
                rows.append(digits(goal, P, places[k], k, goal.at(same, 3 * k), readers[k]))
                numbers.append([block_number(goal, P[3 * places[k] + a], k, a, rows[k][a]) for a in range(3)])
            ties = which_blocks(goal, P, places, numbers)
            apart = goal.last()
            shown = matched(goal, P, places, rows, numbers, ties)
            goal.apply("conjunction", shown, apart)
        both = goal.session.chain(goal.last(), goal.session.apply("reflexive", TRUE))
        shown, apart = (goal.session.apply("project", k, both) for k in range(2))
        goal.note(apart)
        exhibit_numbers(goal, P, existence, shown, lambda r, a: eq(merged(P[3 * r + a]), merged(3 * (P[3 * r] // 3) + a)))
    with goal.suppose(existence) as known:
        order_again(goal, P, goal.choose(known), agreeing)


def value(i):
    """merged(i), computed."""
    return 0 if i <= 1 else i


def reader(goal, k):
    """Digits up to 8 whose number is that of block k are the digits of that number."""
    with goal.any(Integer, "x") as x, goal.any(Integer, "y") as y, goal.any(Integer, "z") as z, goal.suppose(readable(x, y, z, k)):
        known = goal.facts[-7:]
        found = []
        for a, n in ((2, z), (1, y), (0, x)):
            sides = [goal.have(side, *known, *found, only=True) for side in (n >= value(3 * k + a), n <= value(3 * k + a))]
            found.insert(0, goal.have(eq(n, value(3 * k + a)), *sides, only=True))
        goal.have(all_of(*(eq(n, value(3 * k + a)) for a, n in enumerate((x, y, z)))), *found, only=True)
    return goal.last()


def digits(goal, P, r, k, total, reader):
    """merged(P[3r + a]) for a = 0, 1, 2, read from the decimal number of block k."""
    numbers = [merged(P[3 * r + a]) for a in range(3)]
    bounds = [in_range(goal, P, 3 * r + a, size=9) for a in range(3)]
    between = [goal.have(side, *bounds[a], only=True) for a in range(3) for side in (0 <= numbers[a], numbers[a] <= 8)]
    here = goal.session.specialise(reader, *(to_node(n) for n in numbers))
    read = goal.session.chain(here, goal.have(readable(*numbers, k), total, *between, only=True))
    return [goal.have(eq(n, value(3 * k + a)), read, only=True) for a, n in enumerate(numbers)]


def readable(x, y, z, k):
    """x, y, z are digits up to 8, and the number zyx is that of block k."""
    number = sum(value(3 * k + a) * 10**a for a in range(3))
    return all_of(eq(x + 10 * y + 100 * z, number), *(side for n in (x, y, z) for side in (0 <= n, n <= 8)))


def block_number(goal, row, k, a, digit):
    """The pixel row comes from block k, as its number is that of row a there."""
    low = next(fact for fact in goal.facts if goal.session.is_same(fact.prop, (0 <= row).node))
    place = row <= 1 if k == 0 and a < 2 else eq(row, 3 * k + a)
    small = [low, goal.have(place, digit, only=True)]
    order = [goal.have(bound, *small, only=True) for bound in (row // 3 <= k, k <= row // 3)]
    return goal.have(eq(row // 3, k), *order, only=True)


def matched(goal, P, places, rows, numbers, ties):
    """merged(P[3r + a]) = merged(3Q[r] + a) for Q[r] = P[3r]//3, whichever order the blocks come in."""
    parts = [eq(merged(P[3 * r + a]), merged(3 * (P[3 * r] // 3) + a)) for r in range(3) for a in range(3)]

    def literal(*held):
        shown = {}
        for k, fact in enumerate(held):
            r = int(fact.prop.right.value)
            block = goal.have(eq(P[3 * r] // 3, k), numbers[k][0], fact, only=True)
            for a in range(3):
                left = goal.have(eq(merged(P[3 * r + a]), value(3 * k + a)), rows[k][a], fact, only=True)
                right = goal.have(eq(merged(3 * (P[3 * r] // 3) + a), value(3 * k + a)), block, only=True)
                shown[3 * r + a] = goal.have(parts[3 * r + a], left, right, only=True, opaque=(merged(P[3 * r + a]),))
        goal.have(all_of(*parts), *shown.values(), only=True)

    orders(goal, places, ties, all_of(*parts), literal)
    return goal.last()


def order_again(goal, P, Q, agreeing):
    """The permutation of rows of patches that Q takes back puts the projections in order."""
    alike = goal.facts[-1]
    R, home = taken_back(goal, Q)
    rho = rows_by(R)
    permutes(goal, Q, R, home)
    with goal.each(0, 9) as s:
        r = R[s // 3]
        remainder(goal, s)
        in_range(goal, R, s // 3)
        number = goal.at(home, s // 3)
        rows = []
        for a in range(3):
            context = Expression(trace(lambda u, a=a, r=r: eq(merged(P[3 * r + a]), merged(3 * u + a)), INTEGER))
            rows.append(goal.apply("rewrite", context, number, goal.at(alike, r, a)))
        entry = projected(permuted(image, P), decimal, rho[s] // 3, rho[s] % 3, 0)
        pieces = tuple(merged(i) for a in range(3) for i in (P[3 * r + a], 3 * (s // 3) + a))
        goal.have(eq(entry, projected(image, decimal, s // 3, s % 3, 0)), *rows, only=True, opaque=pieces)
    goal.exhibit(Formula(agreeing), rho)
