"""Routing done wrong: three known mistakes of implementations, to compare with.

Each is the routing of agreement.py with one line changed, made with the network's settings. Nothing
trains or predicts with them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from keras import ops

from capsnet.ops import Tensor
from capsnet.routing.agreement import RoutingByAgreement
from capsnet.routing.base import Routing


@dataclass(frozen=True)
class UniformCoupling(RoutingByAgreement):
    """No routing: every primary capsule shares out equally, whatever it agrees with."""

    def coupling(self, logits: Tensor) -> Tensor:
        """1 / J everywhere, (B, I, J)."""
        return ops.softmax(ops.zeros_like(logits), axis=2)


@dataclass(frozen=True)
class SoftmaxOverPrimary(RoutingByAgreement):
    """The softmax over the wrong axis: the coefficients sum to 1 over I instead of J."""

    def coupling(self, logits: Tensor) -> Tensor:
        """Shares of (B, I, J) that each digit capsule, not each primary one, divides."""
        transposed = ops.transpose(logits, (0, 2, 1))  # (B, J, I)
        return ops.transpose(super().coupling(transposed), (0, 2, 1))


@dataclass(frozen=True)
class SharedLogits(RoutingByAgreement):
    """One set of logits for a whole batch: every image is routed by the mean of all."""

    def coupling(self, logits: Tensor) -> Tensor:
        """The same coefficients for every image, (B, I, J)."""
        mean = ops.mean(logits, axis=0, keepdims=True)  # (1, I, J)
        return super().coupling(mean + ops.zeros_like(logits))


MISTAKES: Mapping[str, type[RoutingByAgreement]] = {
    "uniform": UniformCoupling,
    "wrong axis": SoftmaxOverPrimary,
    "shared logits": SharedLogits,
}
"""The mistakes by name."""


def mistaken(name: str, routing: Routing) -> RoutingByAgreement:
    """A routing with a mistake in it, and else as it is.

    Args:
        name: of one of `MISTAKES`.
        routing: a network's own.

    Returns:
        The mistake, with the routing's settings.
    """
    return MISTAKES[name](loop=routing.loop, gradient=routing.gradient)
