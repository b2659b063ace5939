"""Proofs about sums and products: induction over their length."""

from quod import Below, Prod, Sum, eq, family, forall, implies, log, minimum, piecewise, proves
from spec import sums as claims


@proves(claims.sums_of_positive_numbers_are_positive)
def _(goal, n, a):
    goal.at(goal.known(forall(Below(n), lambda i: a[i] > 0)), 0)
    with goal.induction(lambda m: Sum(a, m) > 0, start=1, upto=n):
        pass
    goal.at(goal.last(), n)


@proves(claims.products_of_positive_numbers_are_positive)
def _(goal, n, a):
    with goal.induction(lambda m: Prod(a, m) > 0, upto=n):
        pass
    goal.at(goal.last(), n)


@proves(claims.logarithm_of_a_product_is_the_sum_of_the_logarithms)
def _(goal, n, a):
    goal.by(claims.products_of_positive_numbers_are_positive, n, a)
    with goal.induction(lambda m: (Prod(a, m) > 0) & eq(log(Prod(a, m)), Sum(lambda i: log(a[i]), m)), upto=n) as m:
        goal.rewrite(eq(log(Prod(a, m + 1)), Sum(lambda i: log(a[i]), m + 1)), goal.unroll(Prod(a, m)))
    goal.at(goal.last(), n)


@proves(claims.logarithm_of_a_power)
def _(goal, t, a):
    goal.by(claims.products_of_positive_numbers_are_positive, t, family(lambda i: a))
    goal.by(claims.logarithm_of_a_product_is_the_sum_of_the_logarithms, t, family(lambda i: a))
    goal.count(0, t)


@proves(claims.a_sum_picks_out_one_member)
def _(goal, n, a, i):
    def total(m):
        return Sum(lambda k: piecewise((a[k], eq(k, i)), otherwise=0), m)

    with goal.induction(lambda m: implies(m <= i, eq(total(m), 0)) & implies(i < m, eq(total(m), a[i])), upto=n) as m:
        longer = goal.unroll(total(m))
        before, after = goal.known(implies(m <= i, eq(total(m), 0))), goal.known(implies(i < m, eq(total(m), a[i])))
        with goal.suppose(m + 1 <= i):
            goal.have(eq(total(m + 1), 0), longer, goal.at(before), goal.have(~eq(m, i)), only=True)
        with goal.suppose(i < m + 1) as reached:
            with goal.suppose(eq(m, i)) as here:
                goal.have(eq(total(m + 1), a[i]), longer, goal.at(before), here, only=True)
            with goal.suppose(~eq(m, i)) as elsewhere:
                goal.have(i < m, reached, elsewhere, only=True)
                goal.have(eq(total(m + 1), a[i]), longer, goal.at(after), elsewhere, only=True)
            goal.cases(goal.apply("excluded_middle", eq(m, i)), eq(total(m + 1), a[i]))
    goal.at(goal.last(), n)


@proves(claims.a_member_is_at_most_the_sum)
def _(goal, n, a, i):
    goal.by(claims.a_sum_picks_out_one_member, n, a, i)
    with goal.each(0, n) as k:
        goal.have(piecewise((a[k], eq(k, i)), otherwise=0) <= a[k], goal.known(0 <= a[k]), only=True)
    goal.sum(goal.last())


@proves(claims.cauchy_schwarz)
def _(goal, n, a, b):
    """With A = Σa², B = Σb², C = Σab: Σ(A·bᵢ − C·aᵢ)² ≥ 0 says A·(AB − C²) ≥ 0; and where A = 0, every aᵢ is 0, and C with them."""
    A, B, C = Sum(lambda i: a[i] ** 2, n), Sum(lambda i: b[i] ** 2, n), Sum(lambda i: a[i] * b[i], n)
    with goal.each(0, n) as i:
        goal.have(0 <= (A * b[i] - C * a[i]) ** 2)
    product = goal.have(0 <= A * (A * B - C**2), goal.sum(goal.last()), only=True)
    with goal.each(0, n) as i:
        goal.have(0 <= a[i] ** 2)
    squares = goal.last()
    sign = goal.sum(squares)
    with goal.suppose(eq(A, 0)) as nothing:
        goal.vanish(squares, nothing)
        with goal.each(0, n) as i:
            goal.have(eq(a[i] * b[i], 0))
        goal.fold("sum", goal.last())
        goal.have(C**2 <= A * B)
    with goal.suppose(~eq(A, 0)) as something:
        goal.have(C**2 <= A * B, product, sign, something, opaque=(A, B, C), only=True)
    goal.cases(goal.apply("excluded_middle", eq(A, 0)), C**2 <= A * B)


@proves(claims.indices_below_a_bound_are_counted)
def _(goal, n, m):
    """Of the indices below q, min(q, m) lie below m."""

    def counted(q):
        return Sum(lambda j: piecewise((1, j < m), otherwise=0), q)

    with goal.induction(lambda q: eq(counted(q), minimum(q, m)), upto=n) as q:
        longer, before = goal.unroll(counted(q)), goal.known(eq(counted(q), minimum(q, m)))
        for side in (q < m, ~(q < m)):
            with goal.suppose(side) as place:
                goal.have(eq(counted(q + 1), minimum(q + 1, m)), longer, before, place, only=True)
        goal.cases(goal.apply("excluded_middle", q < m), eq(counted(q + 1), minimum(q + 1, m)))
    goal.at(goal.last(), n)
