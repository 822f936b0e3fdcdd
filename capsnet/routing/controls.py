"""Couplings without agreement, on the same weights: what any claim for routing is measured against.

J. Paik, D. Kwak and S. Kim, "Capsule Networks Need an Improved Routing Algorithm" (2019,
arXiv:1907.13327), find that shares which are uniform or random often do as well as routing. Uniform
ones are `capsnet.routing.broken.UniformCoupling`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from keras import ops

from capsnet.ops import Tensor
from capsnet.routing.agreement import RoutingByAgreement


@dataclass(frozen=True)
class RandomCoupling(RoutingByAgreement):
    """Every primary capsule divides its output by chance, on all images alike.

    Attributes:
        seed: of the shares, each capsule's drawn evenly from all that sum to 1.
    """

    seed: int = 0

    def coupling(self, logits: Tensor) -> Tensor:
        """Shares that are the same whatever the logits (B, I, J), summing to 1 over J."""
        _, capsules, parents = logits.shape
        drawn = np.random.default_rng(self.seed).dirichlet(np.ones(parents), capsules)  # (I, J)
        return ops.zeros_like(logits) + ops.convert_to_tensor(drawn.astype(np.float32))


@dataclass(frozen=True)
class ShuffledCoupling(RoutingByAgreement):
    """Routing's own shares, but each primary capsule has those of another one.

    How sharply the shares are divided, and among which parents, stays; whose they are does not.

    Attributes:
        seed: of the order, the same in all rounds and on all images.
    """

    seed: int = 0

    def coupling(self, logits: Tensor) -> Tensor:
        """The shares (B, I, J) of equation 3, in another order along I."""
        order = np.random.default_rng(self.seed).permutation(logits.shape[1])
        return ops.take(super().coupling(logits), order, axis=1)
