"""Entropies of probability vectors and of tables, with 0 log 0 = 0."""

import numpy as np

from quod import implements
from spec import entropy as spec


@implements(spec.minus_p_log_p)
def minus_p_log_p(p):
    """−p log p for a number or an array p ≥ 0, and 0 at 0."""
    p = np.asarray(p, dtype=float)
    return 0.0 - p * np.log(np.where(p > 0, p, 1.0))


@implements(spec.entropy)
def entropy(n, p):
    """The entropy of the first n entries of p, in nats."""
    return np.sum(minus_p_log_p(np.asarray(p)[:n]))


@implements(spec.marginal)
def marginal(m, p):
    """The sum of the first m entries of a row, or of each row of a table."""
    return np.sum(np.asarray(p, dtype=float)[..., :m], axis=-1)


@implements(spec.joint_entropy)
def joint_entropy(n, m, p):
    """The entropy of an n×m table."""
    return np.sum(minus_p_log_p(np.asarray(p)[:n, :m]))


@implements(spec.marginal_entropy)
def marginal_entropy(n, m, p):
    """The entropy of the row sums of an n×m table."""
    return np.sum(minus_p_log_p(marginal(m, np.asarray(p)[:n])))


@implements(spec.conditional_entropy)
def conditional_entropy(n, m, p):
    """The entropy of the column given the row of an n×m table."""
    table = np.asarray(p, dtype=float)[:n, :m]
    rows = np.broadcast_to(np.sum(table, axis=1, keepdims=True), table.shape)
    positive = table > 0
    with np.errstate(over="ignore"):
        ratio = rows[positive] / table[positive]
    beyond = np.log(rows[positive]) - np.log(table[positive])
    return np.sum(table[positive] * np.where(np.isfinite(ratio), np.log(ratio), beyond))
