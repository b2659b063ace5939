"""The binary cross entropy: what it has to do with likelihood, and what its minimum is.

A prediction p lies in the open interval (0, 1), so that both logarithms are defined; a label x in [0, 1], or in {0, 1} where it is data.
Logarithms are natural.
"""

from quod import (
    Bit,
    Closed,
    D,
    Family,
    Natural,
    Open,
    Positive,
    PositiveInteger,
    Prod,
    Q,
    Real,
    Sum,
    claim,
    definition,
    eq,
    exists,
    forall,
    iff,
    implies,
    log,
)
from spec.activations import sigmoid
from spec.sources import ift6135


@definition
def cross_entropy(p: Open(0, 1), x: Closed(0, 1)):
    """The cross entropy of the prediction p for the label x."""
    return -x * log(p) - (1 - x) * log(1 - p)


@definition
def cross_entropy_of_logit(z: Real, x: Closed(0, 1)):
    """The cross entropy of the prediction σ(z) for the label x."""
    return cross_entropy(sigmoid(z), x)


@definition
def likelihood(p: Open(0, 1), x: Bit):
    """The probability of x under the Bernoulli law with P(1) = p."""
    return p**x * (1 - p) ** (1 - x)


@definition
def total_loss(n: Natural, p: Family("n", Open(0, 1)), x: Family("n", Bit)):
    """The cross entropy of n predictions, summed."""
    return Sum(lambda i: cross_entropy(p[i], x[i]), n)


@definition
def shared_loss(n: Natural, p: Open(0, 1), x: Family("n", Bit)):
    """The cross entropy of one prediction for all of n labels, summed."""
    return Sum(lambda i: cross_entropy(p, x[i]), n)


@claim(source=ift6135("2a"))
def cross_entropy_is_the_negative_log_likelihood(p: Open(0, 1), x: Bit):
    """For a label 0 or 1 the cross entropy is minus the logarithm of its likelihood."""
    return eq(cross_entropy(p, x), -log(likelihood(p, x)))


@claim(source=ift6135("2a"))
def total_loss_is_the_negative_log_likelihood(n: Natural, p: Family("n", Open(0, 1)), x: Family("n", Bit)):
    """The summed cross entropy is minus the logarithm of the likelihood of all n labels."""
    return eq(total_loss(n, p, x), -log(Prod(lambda i: likelihood(p[i], x[i]), n)))


@claim(source=ift6135("2a"))
def less_loss_is_more_likelihood(n: Natural, p: Family("n", Open(0, 1)), q: Family("n", Open(0, 1)), x: Family("n", Bit)):
    """Of two predictions for n labels, one has no more loss than the other exactly if it has no less likelihood: the optima agree."""
    return iff(
        total_loss(n, p, x) <= total_loss(n, q, x),
        Prod(lambda i: likelihood(q[i], x[i]), n) <= Prod(lambda i: likelihood(p[i], x[i]), n),
    )


def minimises_the_loss(n, p, x):
    """No prediction in (0, 1) has less shared loss than p."""
    return forall(Open(0, 1), lambda q: shared_loss(n, p, x) <= shared_loss(n, q, x))


@claim(source=ift6135("2a"))
def frequency_is_the_only_minimiser(n: PositiveInteger, x: Family("n", Bit)):
    """If 0 < k < n of the labels are 1, then k/n lies in (0, 1), and it alone minimises the shared loss there."""
    k = Sum(x, n)
    only = forall(Open(0, 1), lambda p: iff(minimises_the_loss(n, p, x), eq(p, k / n)))
    return implies((0 < k) & (k < n), (0 < k / n) & (k / n < 1) & only)


@claim(source=ift6135("2a"))
def loss_of_equal_labels_is_positive(n: PositiveInteger, x: Family("n", Bit), p: Open(0, 1)):
    """If all labels are equal, the shared loss is positive for every p in (0, 1)."""
    k = Sum(x, n)
    return implies(eq(k, 0) | eq(k, n), shared_loss(n, p, x) > 0)


@claim(source=ift6135("2a"))
def loss_of_equal_labels_comes_arbitrarily_near_zero(n: PositiveInteger, x: Family("n", Bit), epsilon: Positive):
    """If all labels are equal, some p in (0, 1) has a shared loss below ε, for every ε > 0: the infimum 0 is not attained."""
    k = Sum(x, n)
    return implies(eq(k, 0) | eq(k, n), exists(Open(0, 1), lambda p: shared_loss(n, p, x) < epsilon))


@definition
def binary_entropy(x: Open(0, 1)):
    """The entropy of the Bernoulli law with P(1) = x."""
    return -x * log(x) - (1 - x) * log(1 - x)


@definition
def binary_divergence(x: Open(0, 1), p: Open(0, 1)):
    """The Kullback–Leibler divergence of the Bernoulli law with P(1) = p from that with P(1) = x."""
    return x * log(x / p) + (1 - x) * log((1 - x) / (1 - p))


@claim(source=ift6135("2b"))
def cross_entropy_is_entropy_plus_divergence(x: Open(0, 1), p: Open(0, 1)):
    """The cross entropy is the entropy of the label plus the divergence of the prediction from it."""
    return eq(cross_entropy(p, x), binary_entropy(x) + binary_divergence(x, p))


@claim(source=ift6135("2b"), tight={"x": Q(1, 3), "p": Q(1, 3)})
def cross_entropy_is_at_least_the_entropy(x: Open(0, 1), p: Open(0, 1)):
    """The cross entropy is at least the entropy of the label."""
    return cross_entropy(p, x) >= binary_entropy(x)


@claim(source=ift6135("2b"), tight={"x": Q(1, 3), "p": Q(1, 3)})
def cross_entropy_is_the_entropy_only_at_the_label(x: Open(0, 1), p: Open(0, 1)):
    """The cross entropy is the entropy of the label exactly if the prediction is the label."""
    return iff(eq(cross_entropy(p, x), binary_entropy(x)), eq(p, x))


@claim(source=ift6135("2b"))
def cross_entropy_of_a_perfect_prediction_is_the_entropy(x: Open(0, 1)):
    """A perfect prediction has the entropy of the label as its cross entropy."""
    return eq(cross_entropy(x, x), binary_entropy(x))


@claim(source=ift6135("2b"))
def binary_entropy_is_positive(x: Open(0, 1)):
    """The least cross entropy for a label strictly between 0 and 1 is not zero: the entropy of the label is positive."""
    return binary_entropy(x) > 0


@claim(source=ift6135("2b"))
def slope_in_the_logit_is_prediction_minus_label(z: Real, x: Closed(0, 1)):
    """The derivative of the cross entropy of σ(z) with respect to the logit z is σ(z) − x."""
    return eq(D(lambda y: cross_entropy_of_logit(y, x))(z), sigmoid(z) - x)
