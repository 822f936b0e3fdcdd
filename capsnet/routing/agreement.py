"""Routing by agreement: one round, and the loop around it.

Training and tracing run this same code; a trace only keeps what every round computed.
Source: procedure 1 of the paper.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import keras
from keras import ops

from capsnet.config import check_rounds
from capsnet.ops import Tensor, squash


class RoutingRound(NamedTuple):
    """What one round computes, or all rounds with an axis R in front.

    Attributes:
        logits: b_ij, (B, I, J), from which the round's coefficients come.
        coupling: c_ij, (B, I, J), summing to 1 over J.
        digit_capsules: v_j, (B, J, D), of length below 1.
        agreement: the dot product of vote and digit capsule, (B, I, J).
    """

    logits: Tensor
    coupling: Tensor
    digit_capsules: Tensor
    agreement: Tensor


@dataclass(frozen=True)
class RoutingByAgreement:
    """The paper's routing.

    Attributes:
        loop: `"static"` unrolls the rounds; `"dynamic"` leaves the loop to the backend through
            `keras.ops.scan`: a `while_loop` on TensorFlow, a `lax.scan` on JAX, whose own
            `while_loop` has no gradient.
        gradient: `"all"`, or `"last"` to treat the last round's coefficients as constants.
    """

    loop: Literal["static", "dynamic"] = "static"
    gradient: Literal["all", "last"] = "all"

    def route(self, prediction_vectors: Tensor, rounds: int) -> Tensor:
        """The digit capsules after the last round.

        Args:
            prediction_vectors: the votes of every primary capsule for every digit capsule,
                (B, I, J, D) float.
            rounds: how often to route, 1 to 10.

        Returns:
            v_j, (B, J, D).

        Raises:
            ValueError: for `rounds` out of range.
        """
        return self._all_rounds(prediction_vectors, rounds)[0].digit_capsules

    def trace(self, prediction_vectors: Tensor, rounds: int) -> RoutingRound:
        """What every round computes; arguments and errors as in `route`.

        Returns:
            A `RoutingRound` whose fields have an axis R in front.
        """
        recorded = self._all_rounds(prediction_vectors, rounds)[1]
        if self.loop == "dynamic":  # ops.scan has stacked the rounds
            return recorded
        return RoutingRound(*(ops.stack(field) for field in zip(*recorded, strict=True)))

    def coupling(self, logits: Tensor) -> Tensor:
        """The shares in which every primary capsule divides its output (equation 3).

        The page Routing says it in words, in `dashboard/views/routing_parts/words.py`.

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
