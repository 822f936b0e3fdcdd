"""What a trace says of its routing, as plain arrays.

Everything here is a rearrangement or a summary of what the network itself computed; nothing is
routed again. R is the number of rounds, I of primary and J of digit capsules; `image` picks one
image of the trace's batch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from capsnet.network.trace import CapsNetTrace

ENTROPY_BINS = 30

ROUNDING = 1e-4
"""How far logits may be from what they are said to be."""


class Histogram(NamedTuple):
    """Counts by round over one set of bins.

    Attributes:
        edges: the bins' edges, (bins + 1,), ascending.
        counts: values in each bin, (R, bins).
    """

    edges: np.ndarray
    counts: np.ndarray


class VoteCloud(NamedTuple):
    """The votes for each digit capsule on the plane, or in the space, that shows most of them.

    The axes are the leading singular vectors of the votes, not centred: the origin stays
    the zero vector, so lengths and directions keep their meaning.

    Attributes:
        votes: (J, I, 2), or 3 in space, as in what follows.
        sums: s_j of each round, (R, J, 2).
        digit_capsules: v_j of each round, (R, J, 2).
        shown: the share of the votes' squared length that is kept, (J,) in [0, 1].
    """

    votes: np.ndarray
    sums: np.ndarray
    digit_capsules: np.ndarray
    shown: np.ndarray


def activity(trace: CapsNetTrace, image: int = 0) -> np.ndarray:
    """How active each primary capsule is: the length of u_i, (I,) in [0, 1)."""
    return np.linalg.norm(trace.primary_capsules[image], axis=-1).reshape(-1)


def coupling_by_map(trace: CapsNetTrace, weighted: bool, image: int = 0) -> np.ndarray:
    """The mean coupling of each map's capsules.

    Args:
        trace: a trace.
        weighted: count each capsule by its activity; else all the same.
        image: which image of the batch.

    Returns:
        (R, maps, J), summing to 1 over J.
    """
    maps = trace.primary_capsules.shape[3]
    weights = activity(trace, image) if weighted else None
    return mean_by_map(trace.coupling[:, image], maps, weights)


def flow(trace: CapsNetTrace, image: int = 0) -> np.ndarray:
    """What each map sends to each digit capsule: coupling x activity, summed over the map.

    Returns:
        (R, maps, J); its sum over J is the map's activity, in every round.
    """
    maps = trace.primary_capsules.shape[3]
    sent = trace.coupling[:, image] * activity(trace, image)[:, None]  # (R, I, J)
    return sent.reshape(trace.rounds, -1, maps, sent.shape[-1]).sum(1)


def entropy_histogram(trace: CapsNetTrace, bins: int = ENTROPY_BINS, image: int = 0) -> Histogram:
    """How the entropies of c_i are distributed, over bins that all rounds share.

    The bins run from the lowest entropy of any round to ln J. A capsule whose coupling is not
    finite has no entropy and is not counted.
    """
    values = entropy(trace.coupling[:, image])
    top = np.log(trace.coupling.shape[3])
    finite = values[np.isfinite(values)]
    low = min(finite.min(initial=top), top - 1e-3)  # one round alone is all uniform: still a range
    edges = np.linspace(low, top, bins + 1)
    inside = np.clip(values, low, top)  # rounding may lift a uniform capsule above ln J
    counts = np.stack([np.histogram(row[np.isfinite(row)], edges)[0] for row in inside])
    return Histogram(edges, counts)


def logit_change(trace: CapsNetTrace, image: int = 0) -> np.ndarray:
    """The mean absolute change of the logits b_ij that follows each round, (R,).

    Figure A.1 of the paper. A trace ends before the logits that would follow its last round: that
    change is the agreement, which the paper adds, or NaN if the rounds before added another.
    """
    changes, agreement = np.diff(trace.logits[:, image], axis=0), trace.agreement[:, image]
    adds_agreement = np.allclose(changes, agreement[:-1], rtol=0, atol=ROUNDING)
    last = agreement[-1:] if adds_agreement else np.full_like(agreement[-1:], np.nan)
    return np.abs(np.concatenate([changes, last])).mean(axis=(1, 2))


def weighted_sums(trace: CapsNetTrace, image: int = 0) -> np.ndarray:
    """s_j, the sum of the votes weighted by the coupling, (R, J, D)."""
    return np.einsum("rij,ijd->rjd", trace.coupling[:, image], trace.prediction_vectors[image])


def additions(trace: CapsNetTrace, image: int = 0) -> np.ndarray:
    """What each map adds to the length of each s_j.

    A vote counts as far as it points along s_j: c_ij û_{j|i} · s_j / ‖s_j‖, summed over the map's
    capsules. A map whose votes point the other way takes away from it.

    Returns:
        (R, maps, J); its sum over the maps is ‖s_j‖, in every round.
    """
    maps = trace.primary_capsules.shape[3]
    sums = weighted_sums(trace, image)  # (R, J, D)
    lengths = np.linalg.norm(sums, axis=-1, keepdims=True)
    along = sums / np.where(lengths > 0, lengths, 1)
    votes = trace.prediction_vectors[image].transpose(1, 0, 2)  # (J, I, D)
    parts = (votes @ along.transpose(1, 2, 0)).transpose(2, 1, 0)  # (R, I, J)
    added = trace.coupling[:, image] * parts
    return added.reshape(trace.rounds, -1, maps, added.shape[-1]).sum(1)


def vote_cloud(trace: CapsNetTrace, image: int = 0, dimensions: int = 2) -> VoteCloud:
    """The votes, s_j and v_j along the votes' leading singular vectors.

    The first axis points the way the digit capsule of the last round does. Of votes that are not
    finite there is no such direction: the vectors of their finite part are taken, and what is not
    finite stays so.

    Args:
        trace: a trace.
        image: which image of the batch.
        dimensions: 2 for the plane, 3 for space.
    """
    votes = trace.prediction_vectors[image].transpose(1, 0, 2)  # (J, I, D)
    # The singular vectors of the (I, D) votes are the eigenvectors of their (D, D) products, which
    # are found a hundred times sooner.
    known = np.nan_to_num(votes, nan=0.0, posinf=0.0, neginf=0.0)
    energy, axes = np.linalg.eigh((known.swapaxes(1, 2) @ known).astype(np.float64))
    planes = axes[:, :, : -dimensions - 1 : -1].transpose(0, 2, 1)  # (J, dimensions, D)
    last = trace.digit_capsules[-1, image]  # (J, D)
    signs = np.where(np.einsum("jad,jd->ja", planes, last) < 0, -1, 1)
    planes = planes * signs[..., None]
    total = energy.sum(1)
    return VoteCloud(
        votes=np.einsum("jid,jad->jia", votes, planes),
        sums=np.einsum("rjd,jad->rja", weighted_sums(trace, image), planes),
        digit_capsules=np.einsum("rjd,jad->rja", trace.digit_capsules[:, image], planes),
        shown=energy[:, -dimensions:].sum(1) / np.where(total > 0, total, 1),
    )


def entropy(coupling: np.ndarray) -> np.ndarray:
    """How undecided each primary capsule is: the entropy of c_i in nats.

    At most ln J, where the coupling is uniform; 0 where one digit capsule takes all. Taken of the
    shares of c_i, which are c_i itself unless the routing is one of `capsnet.mistakes`.

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
