"""Two summaries of coupling coefficients, of a trace or of a moment of training."""

from __future__ import annotations

import numpy as np


def entropy(coupling: np.ndarray) -> np.ndarray:
    """How undecided each primary capsule is: the entropy of c_i in nats.

    At most ln J, where the coupling is uniform; 0 where one digit capsule takes all. Taken of the
    shares of c_i, which are c_i itself unless the routing is one of `capsnet.routing.broken`.

    Args:
        coupling: c_ij, (..., I, J), each row positive somewhere.

    Returns:
        (..., I) float64.
    """
    shares = coupling.astype(np.float64)
    shares /= shares.sum(-1, keepdims=True)
    logarithm = np.log(np.where(shares > 0, shares, 1))
    return -np.einsum("...ij,...ij->...i", shares, logarithm)


def mean_by_map(coupling: np.ndarray, maps: int, weights: np.ndarray | None = None) -> np.ndarray:
    """The mean coupling of each map's capsules.

    Args:
        coupling: c_ij, (..., I, J); I runs over (row, column, map).
        maps: how many maps there are.
        weights: of the capsules, (I,), not negative; a map whose weights are all 0 counts its
            capsules alike. None: all count alike.

    Returns:
        (..., maps, J), summing to 1 over J as c_i does.
    """
    by_place = coupling.reshape(*coupling.shape[:-2], -1, maps, coupling.shape[-1])
    shares = np.ones(coupling.shape[-2]) if weights is None else weights.astype(np.float64)
    shares = shares.reshape(-1, maps)  # (places, maps)
    total = shares.sum(0)
    shares = np.where(total > 0, shares / np.where(total > 0, total, 1), 1 / len(shares))
    return np.einsum("...pmj,pm->...mj", by_place, shares)
