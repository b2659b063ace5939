"""Divergences of probability vectors, with 0 log 0 = 0. Where the vectors are near each other, log1p keeps every term accurate."""

import numpy as np

from quod import implements
from spec import divergence as spec


def log_ratio(p, q):
    """log(p/q) for positive p and q, accurate where p is near q and finite where p/q over- or underflows."""
    near = np.abs(p - q) <= q / 2
    with np.errstate(over="ignore", under="ignore"):
        ratio = np.divide(p, q)
    within = (ratio > 1e-300) & (ratio < 1e300)
    far = np.where(within, np.log(np.where(within, ratio, 1.0)), np.log(p) - np.log(q))
    return np.where(near, np.log1p(np.where(near, p - q, 0.0) / q), far)


@implements(spec.p_log_p_over_q)
def p_log_p_over_q(p, q):
    """p log(p/q) for numbers or arrays p ≥ 0, and 0 at p = 0; q > 0 wherever p > 0."""
    p, q = np.asarray(p, dtype=float), np.asarray(q, dtype=float)
    positive = p > 0
    return p * log_ratio(np.where(positive, p, 1.0), np.where(positive, q, 1.0))


@implements(spec.divergence)
def divergence(n, p, q):
    """KL(p‖q) of the first n entries, in nats."""
    return np.sum(p_log_p_over_q(np.asarray(p)[:n], np.asarray(q)[:n]))


@implements(spec.jensen_shannon)
def jensen_shannon(n, p, q):
    """The mean divergence of p and q from their midpoint, over the first n entries."""
    p, q = np.asarray(p, dtype=float)[:n], np.asarray(q, dtype=float)[:n]
    middle = p / 2 + q / 2
    return np.sum(p_log_p_over_q(p, middle) + p_log_p_over_q(q, middle)) / 2
