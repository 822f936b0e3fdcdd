"""What the routing page draws, as plain arrays computed from a trace.

Everything here is a rearrangement or a summary of what the network itself computed; nothing is
routed again. R is the number of rounds, I of primary and J of digit capsules; `image` picks one
image of the trace's batch.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from capsnet.network.trace import CapsNetTrace
from dashboard.figures import coupling

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
    """The votes for each digit capsule on the plane that shows most of them.

    The axes are the two leading singular vectors of the votes, not centred: the origin stays
    the zero vector, so lengths and directions keep their meaning.

    Attributes:
        votes: (J, I, 2).
        sums: s_j of each round, (R, J, 2).
        digit_capsules: v_j of each round, (R, J, 2).
        shown: the share of the votes' squared length that the plane keeps, (J,) in [0, 1].
    """

    votes: np.ndarray
    sums: np.ndarray
    digit_capsules: np.ndarray
    shown: np.ndarray


class Window(NamedTuple):
    """A square of pixels: rows `top` to `bottom` and columns `left` to `right`, ends excluded."""

    top: int
    left: int
    bottom: int
    right: int


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
    return coupling.mean_by_map(trace.coupling[:, image], maps, weights)


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

    The bins run from the lowest entropy of any round to ln J.
    """
    values = coupling.entropy(trace.coupling[:, image])
    top = np.log(trace.coupling.shape[3])
    low = min(values.min(), top - 1e-3)  # one round alone is all uniform: still a range
    edges = np.linspace(low, top, bins + 1)
    inside = np.clip(values, low, top)  # rounding may lift a uniform capsule above ln J
    counts = np.stack([np.histogram(row, edges)[0] for row in inside])
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


def vote_cloud(trace: CapsNetTrace, image: int = 0) -> VoteCloud:
    """The votes, s_j and v_j on the plane of the votes' two leading singular vectors.

    The first axis points the way the digit capsule of the last round does.
    """
    votes = trace.prediction_vectors[image].transpose(1, 0, 2)  # (J, I, D)
    # The singular vectors of the (I, D) votes are the eigenvectors of their (D, D) products, which
    # are found a hundred times sooner.
    energy, axes = np.linalg.eigh((votes.swapaxes(1, 2) @ votes).astype(np.float64))
    planes = axes[:, :, :-3:-1].transpose(0, 2, 1)  # (J, 2, D), the largest first
    last = trace.digit_capsules[-1, image]  # (J, D)
    signs = np.where(np.einsum("jad,jd->ja", planes, last) < 0, -1, 1)
    planes = planes * signs[..., None]
    total = energy.sum(1)
    return VoteCloud(
        votes=np.einsum("jid,jad->jia", votes, planes),
        sums=np.einsum("rjd,jad->rja", weighted_sums(trace, image), planes),
        digit_capsules=np.einsum("rjd,jad->rja", trace.digit_capsules[:, image], planes),
        shown=energy[:, -2:].sum(1) / np.where(total > 0, total, 1),
    )


def receptive_field(
    row: int, column: int, kernels: tuple[int, int] = (9, 9), stride: int = 2
) -> Window:
    """The pixels that the primary capsules at one place look at.

    Args:
        row: of the capsule in its grid.
        column: of the capsule in its grid.
        kernels: sides of the first convolution (stride 1) and of the primary one.
        stride: of the primary convolution.

    Returns:
        A square of `sum(kernels) - 1` pixels: 17 in the paper.
    """
    side = sum(kernels) - 1
    top, left = row * stride, column * stride
    return Window(top, left, top + side, left + side)


def player_data(
    trace: CapsNetTrace,
    detail: bool = True,
    image: int = 0,
    kernels: tuple[int, int] = (9, 9),
    stride: int = 2,
) -> dict[str, np.ndarray]:
    """All that the routing player draws of one image.

    Args:
        trace: a trace.
        detail: with the votes, logits and agreements that one capsule's arithmetic needs.
        image: which image of the batch.
        kernels: as in `receptive_field`.
        stride: as in `receptive_field`.

    Returns:
        Arrays by name: float32, or uint8 for `image` (28, 28), int32 for `windows` (places, 4),
        the receptive fields, and int16 for `cloud_votes` (J, I, 2), in steps of `cloud_step`: fine
        enough for a picture, and what makes room for the logits.
    """
    cloud = vote_cloud(trace, image)
    step = (np.abs(cloud.votes).max() or 1) / np.iinfo(np.int16).max
    undecided = coupling.entropy(trace.coupling[:, image])
    histogram = entropy_histogram(trace, image=image)
    arrays = {
        "lengths": trace.lengths[:, image],
        "digit_capsules": trace.digit_capsules[:, image],
        "coupling": trace.coupling[:, image],
        "coupling_max": trace.coupling[:, image].max(axis=(1, 2)),
        "activity": activity(trace, image),
        "map_weighted": coupling_by_map(trace, True, image),
        "map_unweighted": coupling_by_map(trace, False, image),
        "flow": flow(trace, image),
        "additions": additions(trace, image),
        "entropy_edges": histogram.edges,
        "entropy_counts": histogram.counts,
        "entropy_mean": undecided.mean(1),
        "entropy_min": undecided.min(1),
        "logit_change": logit_change(trace, image),
        "cloud_step": [step],
        "cloud_sums": cloud.sums,
        "cloud_capsules": cloud.digit_capsules,
        "cloud_shown": cloud.shown,
    }
    if detail:
        arrays |= {
            "primary": trace.primary_capsules[image].reshape(
                -1, trace.primary_capsules.shape[-1]
            ),  # (I, 8)
            "votes": trace.prediction_vectors[image],
            "logits": trace.logits[:, image],
            "agreement": trace.agreement[:, image],
        }
    rows, columns = trace.primary_capsules.shape[1:3]
    windows = [receptive_field(y, x, kernels, stride) for y in range(rows) for x in range(columns)]
    return {name: np.ascontiguousarray(a, np.float32) for name, a in arrays.items()} | {
        "image": np.rint(trace.images[image, ..., 0] * 255).astype(np.uint8),
        "windows": np.array(windows, np.int32),
        "cloud_votes": np.rint(cloud.votes / step).astype(np.int16),
    }
