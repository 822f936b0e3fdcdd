"""A network's forward pass over many images: compiled whole, in batches, with flat memory.

It calls the layers of the network and its routing, or another one on the same weights; a page
that shows one image takes `CapsNet.trace` instead.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import keras
import numpy as np
from keras import ops

from capsnet.analysis.streaming import BATCH, Forward
from capsnet.config import check_rounds
from capsnet.network.decoder import longest, mask
from capsnet.ops import safe_norm
from capsnet.routing.agreement import xla_compiled

if TYPE_CHECKING:
    from capsnet.network.model import CapsNet
    from capsnet.routing.base import Routing


class Routed(NamedTuple):
    """What the last round of routing leaves for B images.

    Attributes:
        primary_lengths: the lengths of the primary capsules, (B, I), below 1.
        coupling: c_ij of the last round, (B, I, J), summing to 1 over J.
        digit_capsules: v_j, (B, J, D).
        lengths: ||v_j||, (B, J), below 1.
    """

    primary_lengths: np.ndarray
    coupling: np.ndarray
    digit_capsules: np.ndarray
    lengths: np.ndarray


class Capsules(NamedTuple):
    """The digit capsules of B images after the last round.

    Attributes:
        digit_capsules: v_j, (B, J, D).
        lengths: what the routing says of them, (B, J), below 1: ||v_j||, if by agreement.
    """

    digit_capsules: np.ndarray
    lengths: np.ndarray


class Drawn(NamedTuple):
    """What a network answers and draws for B images.

    Attributes:
        lengths: ||v_j||, (B, J), below 1.
        reconstruction: decoded from the longest capsule, (B, H, W, C) in [0, 1].
    """

    lengths: np.ndarray
    reconstruction: np.ndarray


def digit_capsules(
    model: CapsNet, rounds: int | None = None, routing: Routing | None = None
) -> Forward:
    """The compiled pass from images to `Capsules`.

    Args:
        model: the network; its weights are those at the time of a call.
        rounds: routing rounds, 1 to 10; None for the network's own.
        routing: another routing on the same weights; None for the network's own.

    Raises:
        ValueError: for rounds out of range.
    """
    rounds = check_rounds(model.digit_capsules.rounds if rounds is None else rounds)
    chosen = routing or model.digit_capsules.routing

    def forward(images: Any) -> Any:
        primary = model.primary_capsules(model.conv1(images))
        layer = model.digit_capsules
        capsules = chosen.route(layer.prediction_vectors(primary), rounds, layer.routing_values())
        return capsules, chosen.lengths(capsules)

    compiled = _compiled(forward)
    return lambda images: Capsules(*compiled(images))


def routed(model: CapsNet, rounds: int | None = None, routing: Routing | None = None) -> Forward:
    """The compiled pass from images to a `Routed`; arguments and errors as `digit_capsules`."""
    rounds = check_rounds(model.digit_capsules.rounds if rounds is None else rounds)
    chosen = routing or model.digit_capsules.routing

    def forward(images: Any) -> Any:
        primary = model.primary_capsules(model.conv1(images))  # (B, 6, 6, 32, 8)
        layer = model.digit_capsules
        votes = layer.prediction_vectors(primary)
        traced = chosen.trace(votes, rounds, layer.routing_values())
        coupling, capsules = traced.coupling[-1], traced.digit_capsules[-1]
        lengths = ops.reshape(safe_norm(primary), (-1, coupling.shape[1]))  # (B, I)
        return lengths, coupling, capsules, chosen.lengths(capsules)

    compiled = _compiled(forward)
    return lambda images: Routed(*compiled(images))


def drawn(model: CapsNet, rounds: int | None = None) -> Forward:
    """The compiled pass from images to a `Drawn`; arguments and errors as `digit_capsules`."""
    rounds = check_rounds(model.digit_capsules.rounds if rounds is None else rounds)

    def forward(images: Any) -> Any:
        primary = model.primary_capsules(model.conv1(images))
        layer = model.digit_capsules
        votes = layer.prediction_vectors(primary)
        capsules = layer.routing.route(votes, rounds, layer.routing_values())
        lengths = layer.routing.lengths
        return lengths(capsules), model.decoder(mask(capsules, longest(capsules, lengths)))

    compiled = _compiled(forward)
    return lambda images: Drawn(*compiled(images))


def negated(model: CapsNet, rounds: int | None = None) -> Forward:
    """The compiled pass from images to two arrays of the digit capsules' lengths, (B, J) each.

    The first is of the network as it is, the second with every primary capsule turned round, from
    u_i to -u_i. Votes and routing have no bias, so that both are the same (D. Peer, S. Stabinger,
    A. Rodriguez-Sanchez, "Limitation of capsule networks", 2019, arXiv:1905.08744).
    """
    rounds = check_rounds(model.digit_capsules.rounds if rounds is None else rounds)

    def forward(images: Any) -> Any:
        primary = model.primary_capsules(model.conv1(images))
        layer = model.digit_capsules
        votes = layer.prediction_vectors(primary), layer.prediction_vectors(-primary)
        own, routing = layer.routing_values(), layer.routing
        return tuple(routing.lengths(routing.route(each, rounds, own)) for each in votes)

    return _compiled(forward)


def _compiled(function: Callable[..., Any]) -> Forward:
    """The pass, compiled once: batches of other sizes are filled up, and the filling is cut off."""
    compiled = xla_compiled(function)

    def run(images: np.ndarray) -> Any:
        count = len(images)
        size = 1 if count == 1 else BATCH * -(-count // BATCH)
        if count < size:
            padding = np.zeros((size - count, *images.shape[1:]), np.float32)
            images = np.concatenate([images, padding])
        found = compiled(ops.convert_to_tensor(images))
        arrays = keras.tree.map_structure(ops.convert_to_numpy, found)
        return keras.tree.map_structure(lambda array: array[:count], arrays)

    return run
