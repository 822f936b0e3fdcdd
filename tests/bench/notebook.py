"""Routing as A. Géron's notebook writes it, to be measured beside ours.

Source: `extra_capsnets.ipynb` of https://github.com/ageron/handson-ml (2017), its formulation
in today's TensorFlow: W is tiled over the batch and the primary capsules over the digit
capsules, so that the votes are one matrix product a pair; the digit capsules are tiled over the
primary ones for the agreement.
"""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from capsnet.network.layers import DigitCapsules

EPSILON = 1e-7


class NotebookDigitCapsules(DigitCapsules):
    """`DigitCapsules` with the same weight W and the notebook's arithmetic."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._vote_and_route = self._route  # not compiled, as in the notebook

    @classmethod
    def _route(
        cls, flat_capsules: tf.Tensor, W: tf.Tensor, routing: Any, rounds: int, weights: Any
    ) -> tf.Tensor:
        votes = tiled_votes(flat_capsules, W)
        logits = tf.zeros_like(votes[..., :1, :])  # (B, I, J, 1, 1)
        for _ in range(rounds - 1):
            capsules = weighted_capsules(votes, logits)
            tiled = tf.tile(capsules, [1, tf.shape(votes)[1], 1, 1, 1])  # (B, I, J, D, 1)
            logits += tf.matmul(votes, tiled, transpose_a=True)  # (B, I, J, 1, 1)
        return tf.squeeze(weighted_capsules(votes, logits), axis=[1, 4])  # (B, J, D)


def tiled_votes(flat_capsules: tf.Tensor, W: tf.Tensor) -> tf.Tensor:
    """u_i (B, I, K) and W (I, J, D, K) -> votes (B, I, J, D, 1)."""
    batch, capsules = tf.shape(flat_capsules)[0], W.shape[1]
    W_tiled = tf.tile(W[None], [batch, 1, 1, 1, 1])  # (B, I, J, D, K)
    u = flat_capsules[:, :, None, :, None]
    u_tiled = tf.tile(u, [1, 1, capsules, 1, 1])  # (B, I, J, K, 1)
    return tf.matmul(W_tiled, u_tiled)


def weighted_capsules(votes: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
    """Votes (B, I, J, D, 1) and logits (B, I, J, 1, 1) -> v_j (B, 1, J, D, 1)."""
    coupling = tf.nn.softmax(logits, axis=2)
    weighted = tf.multiply(coupling, votes)
    return squash(tf.reduce_sum(weighted, axis=1, keepdims=True))


def squash(vectors: tf.Tensor) -> tf.Tensor:
    """The notebook's squash of (..., D, 1), with an epsilon in the root."""
    squared = tf.reduce_sum(tf.square(vectors), axis=-2, keepdims=True)
    return squared / (1.0 + squared) * (vectors / tf.sqrt(squared + EPSILON))
