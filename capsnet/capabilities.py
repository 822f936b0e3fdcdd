"""What can be shown of a network, asked of its config: pages ask here, not for fixed sizes."""

from __future__ import annotations

from capsnet.config import LARGEST_SIDE, MOST_CAPSULES, CapsNetConfig

MOST_CLASSES = 100
MOST_DIMENSIONS = 64
"""Of a digit capsule: each is a slider."""

MOST_VOTES = 2**21
"""Numbers in the votes for one picture, 8 MB: traces, which are kept, grow with them."""

GREY, PAIR, COLOUR = 1, 2, 3
"""Channels: ink on paper, a stereo pair, red, green and blue."""


def why_not_shown(config: CapsNetConfig) -> str:
    """Why the explorer's pages cannot show a network; empty if they can.

    Args:
        config: the network's.

    Returns:
        What was expected and what came, in one or two sentences.
    """
    height, width, channels = config.image_shape
    votes = config.num_primary_capsules * config.num_classes * config.digit_dim
    for what, most, received in (
        ("channels", COLOUR, channels),
        ("rows and columns of pixels", LARGEST_SIDE, max(height, width)),
        ("classes", MOST_CLASSES, config.num_classes),
        ("pose dimensions", MOST_DIMENSIONS, config.digit_dim),
        ("primary capsules", MOST_CAPSULES, config.num_primary_capsules),
        ("numbers in its votes for one picture", MOST_VOTES, votes),
    ):
        if received > most:
            return f"Expected a network with at most {most:,} {what}. Received: {received:,}."
    if config.num_classes < 2:
        return "Expected a network with at least 2 classes. Received: 1."
    return ""


def takes_ink(config: CapsNetConfig) -> bool:
    """Whether a pen can draw its pictures: one channel, of ink on paper."""
    return config.image_shape[2] == GREY


def takes_colour(config: CapsNetConfig) -> bool:
    """Whether a photo can become one of its pictures as it is: red, green and blue."""
    return config.image_shape[2] == COLOUR


def learned_to_draw(config: CapsNetConfig) -> bool:
    """Whether its decoder was trained: with a weight of 0 it draws what its first weights say."""
    return config.reconstruction_weight > 0
