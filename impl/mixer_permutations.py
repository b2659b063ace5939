"""Projected patches of a 9×9 image, and the rows of a Mixer's table under a map of rows."""

import numpy as np

from impl.mixer import cut
from quod import implements
from spec import mixer_permutations as spec


def project(A, W):
    """The 9 projected patches of the image A, row by row."""
    return cut(np.asarray(A, dtype=float)[:9, :9, None], 3) @ np.asarray(W, dtype=float)[:9]


@implements(spec.projected)
def projected(A, W, r, q, c):
    """Number c of the patch in patch row r and patch column q."""
    return project(A, W)[3 * r + q, c]


def undoing_permutations(A, W, permutations):
    """Those of the permutations (an array of rows) of the pixel rows that leave the same projected patches up to their order.

    A and W hold integers, so that sorting compares exactly.
    """
    A, W = np.asarray(A, dtype=np.int64), np.asarray(W, dtype=np.int64)[:, 0].reshape(3, 3)
    share = np.einsum("iqb,ab->aiq", A.reshape(9, 3, 3), W)
    own = np.sort(sum(share[a, a::3] for a in range(3)).ravel())
    found = sum(share[a, permutations[:, a::3]] for a in range(3)).reshape(-1, 9)
    found.sort(axis=1)
    return permutations[(found == own).all(axis=1)]
