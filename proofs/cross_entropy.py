"""Proofs about the binary cross entropy: logarithms of products, and the tangent of the logarithm at the best prediction."""

from quod import Open, Prod, Sum, eq, exists, exp, family, iff, implies, log, proves
from spec import cross_entropy as claims
from spec import elementary, sums
from spec.cross_entropy import binary_entropy, cross_entropy, likelihood, minimises_the_loss, shared_loss, total_loss


def likelihood_is_positive(goal, p, x):
    """0 < pˣ(1 − p)¹⁻ˣ."""
    first = goal.by(sums.products_of_positive_numbers_are_positive, x, family(lambda i: p))
    second = goal.by(sums.products_of_positive_numbers_are_positive, 1 - x, family(lambda i: 1 - p))
    return goal.have(likelihood(p, x) > 0, first, second, only=True)


@proves(claims.cross_entropy_is_the_negative_log_likelihood)
def _(goal, p, x):
    likelihood_is_positive(goal, p, x)
    goal.by(sums.logarithm_of_a_power, x, p)
    goal.by(sums.logarithm_of_a_power, 1 - x, 1 - p)


def likelihood_of_all(goal, n, p, x):
    """The likelihood of n labels is positive, and its logarithm is minus the total loss."""
    likelihoods = family(lambda i: likelihood(p[i], x[i]))
    with goal.each(0, n) as i:
        likelihood_is_positive(goal, p[i], x[i])
    goal.by(sums.products_of_positive_numbers_are_positive, n, likelihoods)
    product = goal.by(sums.logarithm_of_a_product_is_the_sum_of_the_logarithms, n, likelihoods)
    with goal.each(0, n) as i:
        goal.by(claims.cross_entropy_is_the_negative_log_likelihood, p[i], x[i])
    members = goal.fold("sum", goal.last())
    return goal.have(eq(total_loss(n, p, x), -log(Prod(likelihoods, n))), members, product, only=True)


@proves(claims.total_loss_is_the_negative_log_likelihood)
def _(goal, n, p, x):
    likelihood_of_all(goal, n, p, x)


@proves(claims.less_loss_is_more_likelihood)
def _(goal, n, p, q, x):
    first, second = likelihood_of_all(goal, n, p, x), likelihood_of_all(goal, n, q, x)
    of_p, of_q = Prod(lambda i: likelihood(p[i], x[i]), n), Prod(lambda i: likelihood(q[i], x[i]), n)
    losses, logarithms = (total_loss(n, p, x), total_loss(n, q, x)), (log(of_p), log(of_q))
    with goal.suppose(losses[0] <= losses[1]) as less:
        goal.have(logarithms[1] <= logarithms[0], less, first, second, opaque=(*losses, *logarithms), only=True)
        goal.by(elementary.log_is_increasing, of_q, of_p)
        goal.have(of_q <= of_p)
    with goal.suppose(of_q <= of_p):
        goal.by(elementary.log_is_increasing, of_q, of_p)
        more = goal.known(logarithms[1] <= logarithms[0])
        goal.have(losses[0] <= losses[1], more, first, second, opaque=(*losses, *logarithms), only=True)


@proves(claims.cross_entropy_is_at_least_the_entropy)
def _(goal, x, p):
    goal.by(elementary.log_lies_below_all_its_tangents, x, p)
    goal.by(elementary.log_lies_below_all_its_tangents, 1 - x, 1 - p)


@proves(claims.cross_entropy_is_the_entropy_only_at_the_label)
def _(goal, x, p):
    goal.by(elementary.log_lies_below_all_its_tangents, x, p)
    goal.by(elementary.log_lies_below_all_its_tangents, 1 - x, 1 - p)
    with goal.suppose(eq(cross_entropy(p, x), binary_entropy(x))):
        goal.have(eq(log(p), log(x) + (p - x) / x))
        goal.by(elementary.log_meets_each_tangent_only_where_it_touches, x, p)
        goal.have(eq(p, x))
    with goal.suppose(eq(p, x)) as equal:
        goal.have(eq(cross_entropy(p, x), binary_entropy(x)), equal, only=True)


@proves(claims.frequency_is_the_only_minimiser)
def _(goal, n, x):
    """With f = k/n, where k labels are 1, the shared loss of q is n times the cross entropy of q for the label f."""
    f = Sum(x, n) / n
    ones, size = goal.count(0, n), goal.known(n >= 1)
    goal.have((0 < f) & (f < 1))

    def linear(formula, q, *facts):
        """A step for which the logarithms are any numbers."""
        return goal.have(formula, ones, size, *facts, opaque=(log(q), log(1 - q), log(f), log(1 - f)), only=True)

    with goal.any(Open(0, 1), "q") as q:
        below = goal.by(claims.cross_entropy_is_at_least_the_entropy, f, q)
        linear(shared_loss(n, f, x) <= shared_loss(n, q, x), q, below)
    with goal.any(Open(0, 1), "p") as p:
        with goal.suppose(minimises_the_loss(n, p, x)) as minimal:
            below = goal.by(claims.cross_entropy_is_at_least_the_entropy, f, p)
            linear(eq(cross_entropy(p, f), binary_entropy(f)), p, below, goal.at(minimal, f))
            goal.by(claims.cross_entropy_is_the_entropy_only_at_the_label, f, p)
            goal.have(eq(p, f))
        with goal.suppose(eq(p, f)) as equal:
            goal.rewrite(minimises_the_loss(n, p, x), equal)
        goal.have(iff(minimises_the_loss(n, p, x), eq(p, f)))


def loss_of_labels_that_are_all_zero_or_all_one(goal, n, x, p):
    """The shared loss is −n log(1 − p) if k = 0, and −n log p if k = n."""
    ones, k = goal.count(0, n), Sum(x, n)
    goal.have(implies(eq(k, 0), eq(shared_loss(n, p, x), -n * log(1 - p))), ones, only=True)
    goal.have(implies(eq(k, n), eq(shared_loss(n, p, x), -n * log(p))), ones, only=True)


@proves(claims.loss_of_equal_labels_is_positive)
def _(goal, n, x, p):
    loss_of_labels_that_are_all_zero_or_all_one(goal, n, x, p)
    goal.by(elementary.log_lies_below_its_tangent, p)
    goal.by(elementary.log_lies_below_its_tangent, 1 - p)
    goal.cases(goal.known(eq(Sum(x, n), 0) | eq(Sum(x, n), n)), shared_loss(n, p, x) > 0)


@proves(claims.loss_of_equal_labels_comes_arbitrarily_near_zero)
def _(goal, n, x, epsilon):
    """p = e^(−ε/2n) if all labels are 1, and 1 − p if all are 0."""
    near = exp(-epsilon / (2 * n))
    goal.by(elementary.exp_lies_above_its_tangent, epsilon / (2 * n))
    goal.have((0 < near) & (near < 1))
    small = exists(Open(0, 1), lambda p: shared_loss(n, p, x) < epsilon)
    with goal.suppose(eq(Sum(x, n), 0)):
        loss_of_labels_that_are_all_zero_or_all_one(goal, n, x, 1 - near)
        goal.exhibit(small, 1 - near)
    with goal.suppose(eq(Sum(x, n), n)):
        loss_of_labels_that_are_all_zero_or_all_one(goal, n, x, near)
        goal.exhibit(small, near)
    goal.cases(goal.known(eq(Sum(x, n), 0) | eq(Sum(x, n), n)), small)
