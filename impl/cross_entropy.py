"""The binary cross entropy, from probabilities and from logits, with the entropy and the divergence that it splits into."""

import numpy as np

from impl.divergence import log_ratio
from quod import implements
from spec import cross_entropy as spec


@implements(spec.cross_entropy)
def cross_entropy(p, x):
    """−x log p − (1 − x) log(1 − p) for 0 < p < 1."""
    p, x = np.asarray(p, dtype=float), np.asarray(x, dtype=float)
    return -x * np.log(p) - (1 - x) * np.log1p(-p)


@implements(spec.cross_entropy_of_logit)
def cross_entropy_of_logit(z, x):
    """The cross entropy of σ(z): two non-negative terms, so that nothing cancels and no σ rounds to 1."""
    z, x = np.asarray(z, dtype=float), np.asarray(x, dtype=float)
    return np.where(z > 0, (1 - x) * z, -x * z) + np.log1p(np.exp(-np.abs(z)))


@implements(spec.likelihood)
def likelihood(p, x):
    """p where x = 1, and 1 − p where x = 0."""
    p = np.asarray(p, dtype=float)
    return np.where(np.asarray(x) == 1, p, 1 - p)


@implements(spec.total_loss)
def total_loss(n, p, x):
    """The summed cross entropy of the first n predictions."""
    return np.sum(cross_entropy(np.asarray(p)[:n], np.asarray(x)[:n]))


@implements(spec.shared_loss)
def shared_loss(n, p, x):
    """The summed cross entropy of one prediction for the first n labels."""
    return np.sum(cross_entropy(p, np.asarray(x)[:n]))


@implements(spec.binary_entropy)
def binary_entropy(x):
    """−x log x − (1 − x) log(1 − x) for 0 < x < 1."""
    return cross_entropy(x, x)


@implements(spec.binary_divergence)
def binary_divergence(x, p):
    """x log(x/p) + (1 − x) log((1 − x)/(1 − p)) for 0 < x, p < 1."""
    x, p = np.asarray(x, dtype=float), np.asarray(p, dtype=float)
    near = np.abs(p - x) <= (1 - p) / 2
    complement = np.where(near, np.log1p((p - x) / (1 - p)), np.log1p(-x) - np.log1p(-p))
    return x * log_ratio(x, p) + (1 - x) * complement
