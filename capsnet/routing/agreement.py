"""Routing by agreement: one round, and the loop around it.

Training and tracing run this same code; a trace only keeps what every round computed.
Source: procedure 1 of the paper.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import keras
from keras import ops

from capsnet.config import check_rounds
from capsnet.ops import Tensor, squash
from capsnet.routing.base import Routing, RoutingRound, RoutingWords, stacked
from capsnet.routing.registry import AGREEMENT, register

WORDS = RoutingWords(
    name="Routing by agreement",
    coupling="c_ij = exp(b_ij) / Σ_k exp(b_ik)",
    output="s_j = Σ_i c_ij û_j|i, v_j = squash(s_j)",
    update="b_ij ← b_ij + û_j|i · v_j",
    length="Its length says how sure the network is that digit j is there.",
    length_equation="‖v_j‖, from 0 to 1",
    lines=(
        (
            "û_j|i = W_ij u_i",
            "the vote of capsule i for digit j, by learned weights: the same in every round",
        ),
        (
            "c_ij = exp(b_ij) / Σ_k exp(b_ik)",
            "softmax: {classes} scores, all 0 in round 1, become {classes} shares that add up to 1",
        ),
        ("s_j = Σ_i c_ij û_j|i", "the votes for digit j, each times its share, added up"),
        (
            "v_j = squash(s_j)",
            "squash: same direction, length ‖s_j‖² / (1 + ‖s_j‖²): short ones nearly vanish",
        ),
        ("b_ij ← b_ij + û_j|i · v_j", "agreement of vote and outcome is added to the score"),
    ),
    answers=(
        (
            "What is c_ij?",
            "The share of its output that primary capsule i gives to digit capsule j.",
        ),
        (
            "Who decides it?",
            "All votes together: v_j is made of all of them, and each vote is compared with it.",
        ),
        (
            "Why does it sharpen?",
            "A vote that agrees gets a larger share, pulls v_j closer and agrees even more.",
        ),
        (
            "Is c_ij learned?",
            "No. Training learns W_ij; the shares of every picture begin equal and are worked "
            "out anew.",
        ),
        (
            "The shares hardly change. Why does that decide?",
            "Few capsules shift their shares, but these have long votes, which make up s_j.",
        ),
    ),
)
"""What the page Routing says. A change of an equation below needs a change of its words here."""


@register(AGREEMENT)
@dataclass(frozen=True)
class RoutingByAgreement(Routing):
    """The paper's routing. It needs no weights of its own.

    Attributes:
        loop: `"static"` unrolls the rounds; `"dynamic"` leaves the loop to the backend through
            `keras.ops.scan`: a `while_loop` on TensorFlow, a `lax.scan` on JAX, whose own
            `while_loop` has no gradient.
        gradient: `"all"`, or `"last"` to treat the last round's coefficients as constants.
    """

    words = WORDS

    def route(
        self, prediction_vectors: Tensor, rounds: int, weights: Mapping[str, Tensor] | None = None
    ) -> Tensor:
        """The digit capsules v_j after the last round, (B, J, D); arguments as in `trace`."""
        return self._all_rounds(prediction_vectors, rounds)[0].digit_capsules

    def trace(
        self, prediction_vectors: Tensor, rounds: int, weights: Mapping[str, Tensor] | None = None
    ) -> RoutingRound:
        """What every round computes; see `Routing.trace`."""
        recorded = self._all_rounds(prediction_vectors, rounds)[1]
        if self.loop == "dynamic":  # ops.scan has stacked the rounds
            return recorded
        return stacked(recorded)

    def coupling(self, logits: Tensor) -> Tensor:
        """The shares in which every primary capsule divides its output (equation 3).

        `WORDS` says it in words, for the page Routing.

        Args:
            logits: b_ij, (B, I, J).

        Returns:
            c_ij, (B, I, J): the softmax over the *digit* capsules, summing to 1 over J.
        """
        return ops.softmax(logits, axis=2)

    def updated(self, logits: Tensor, agreement: Tensor) -> Tensor:
        """The next round's logits, line 7 of the paper's procedure 1; in words as `coupling` is.

        Args:
            logits: b_ij, (B, I, J).
            agreement: the dot product of vote and digit capsule, (B, I, J).

        Returns:
            The new b_ij, (B, I, J).
        """
        return logits + agreement

    def round(self, prediction_vectors: Tensor, logits: Tensor) -> RoutingRound:
        """One round, lines 4 to 6 of the paper's procedure 1, and the agreement.

        Args:
            prediction_vectors: (B, I, J, D).
            logits: b_ij, (B, I, J).

        Returns:
            The round's quantities; the next round's logits are `updated` from them.
        """
        coupling = self.coupling(logits)
        weighted_sum = ops.einsum("bij,bijd->bjd", coupling, prediction_vectors)
        digit_capsules = squash(weighted_sum)
        agreement = ops.einsum("bijd,bjd->bij", prediction_vectors, digit_capsules)
        return RoutingRound(logits, coupling, digit_capsules, agreement)

    def _all_rounds(self, prediction_vectors: Tensor, rounds: int) -> tuple[RoutingRound, Any]:
        """The last round, and all of them: a list, or stacked if the loop is dynamic."""
        check_rounds(rounds)

        def following(previous: RoutingRound) -> RoutingRound:
            logits = self.updated(previous.logits, previous.agreement)
            if self.gradient == "last":
                logits = ops.stop_gradient(logits)
            return self.round(prediction_vectors, logits)

        uniform = ops.zeros_like(prediction_vectors[..., 0])  # (B, I, J)
        nothing = ops.zeros_like(prediction_vectors[:, 0])  # (B, J, D)
        current = RoutingRound(uniform, uniform, nothing, uniform)  # before the first round
        if self.loop == "dynamic":
            return ops.scan(lambda r, _: (following(r),) * 2, current, xs=None, length=rounds)
        recorded = []
        for _ in range(rounds):
            current = following(current)
            recorded.append(current)
        return current, recorded


def xla_compiled(function: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """`function`, compiled with XLA on the TensorFlow backend and unchanged on others.

    JAX compiles the whole training step anyway. On TensorFlow the whole step cannot be: XLA's
    gradients of convolutions are very slow on a CPU, while the routing alone gains.
    """
    if keras.backend.backend() != "tensorflow":
        return function
    import tensorflow as tf

    return tf.function(function, jit_compile=True)
