"""The whole network in one picture: what each part makes of the current digit, and where to see it.

The pictures and numbers are of the network's own answer, as the other pages show it.
"""

from __future__ import annotations

import html
import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import streamlit as st

from capsnet.analysis.prediction import are_digits
from capsnet.analysis.routing_summaries import mean_by_map
from capsnet.capabilities import takes_ink
from dashboard import state
from dashboard.components.browser_half import STATIC
from dashboard.components.picture import address, png_address
from dashboard.views.parts import layer_pictures as layers

if TYPE_CHECKING:
    from capsnet.config import CapsNetConfig
    from capsnet.network.trace import CapsNetTrace

FEATURES = 9
"""So many of the first convolution's maps are shown: the strongest."""


class Part(NamedTuple):
    """A part of the network.

    Attributes:
        name: its key on the page.
        title: what it is called.
        shape: how many numbers it has, and in what order.
        picture: its HTML, with what it is of this digit.
        live: what it says of this digit, in a few words.
        told: what it does, in a sentence.
        view: the page that shows it.
        link: what that page is called here.
    """

    name: str
    title: str
    shape: str
    picture: str
    live: str
    told: str
    view: str
    link: str


def network_picture() -> None:
    """Show all parts from pixels to drawing, each with a link to its page."""
    config = state.config()
    trace = state.glance(state.current_digit().images)
    st.html(STATIC / "network_picture" / "network_picture.css")
    with st.container(key="network_picture"):
        for part in parts(trace, config):
            with st.container(key=f"part_{part.name}"):
                st.html(
                    f"<div class='part'><h3>{html.escape(part.title)}</h3>"
                    f"<p class='part-shape'>{html.escape(part.shape)}</p>{part.picture}"
                    f"<p class='part-live'>{html.escape(part.live)}</p>"
                    f"<p>{html.escape(part.told)}</p></div>"
                )
                st.page_link(part.view, label=part.link)


def parts(trace: CapsNetTrace, config: CapsNetConfig) -> list[Part]:
    """What each part makes of a digit, from pixels to drawing.

    Args:
        trace: of one image.
        config: the network's.
    """
    height, width, channels = config.image_shape
    pixels = math.prod(config.image_shape)
    ink = takes_ink(config)
    sides = f"{height} × {width}" if ink else f"{height} × {width} × {channels}"
    rows, columns = config.primary_grid
    names = config.names
    what = "digit" if are_digits(names) else "class"
    votes, winner = trace.prediction_vectors[0], int(trace.predictions[0])
    lengths = trace.lengths[-1, 0]
    shares = mean_by_map(trace.coupling[-1, 0], config.primary_maps)  # (M, J)
    active = np.linalg.norm(trace.primary_capsules[0], axis=-1)
    inked = int((trace.images[0] > 0.5).any(-1).sum())
    error = float(((trace.reconstruction - trace.images) ** 2).sum())
    count = f"{config.num_primary_capsules:,}"
    return [
        Part(
            "pixels", "Pixels", f"{sides} = {pixels:,} numbers",
            _ink(trace.images[0], "The current picture"),
            f"{inked} of them are dark here" if ink else f"their mean is {trace.images.mean():.2f}",
            f"Each is 0 for {'paper' if ink else 'black'} to 1 for {'ink' if ink else 'light'}. "
            "Nothing else goes in.",
            "views/draw.py", "Draw: write another" if ink else "Draw: take another",
        ),
        Part(
            "features", "First convolution",
            f"{config.conv_filters} maps of {trace.conv1.shape[1]} × {trace.conv1.shape[2]}",
            _features(trace.conv1[0]),
            f"the {FEATURES} strongest maps of this {what}",
            f"A small pattern of {config.conv_kernel} × {config.conv_kernel} pixels is laid on "
            "every place: how well does it fit? Edges and strokes answer.",
            "views/layers.py", "Layers: its patterns",
        ),
        Part(
            "capsules", "Second convolution",
            f"{config.primary_maps} maps × {rows} × {columns} capsules of "
            f"{config.primary_dim} numbers",
            _capsules(trace.primary_capsules[0]),
            f"{int((active > 0.5).sum()):,} of {count} are longer than 0.5",
            f"It takes the features together, {config.primary_dim} numbers at a time: a primary "
            "capsule. Length: is its part there? Direction: how does it lie?",
            "views/layers.py", "Layers: follow one",
        ),
        Part(
            "votes", "Votes", f"{count} × {config.num_classes} of {config.digit_dim} numbers",
            _votes(votes, config.primary_maps),
            f"the longest is {np.linalg.norm(votes, axis=-1).max():.2f} long",
            f"Learned weights turn each capsule into {config.num_classes} guesses: if this were "
            f"that {what}, how would the whole {what} lie?",
            "views/layers.py", "Layers: why votes agree",
        ),
        Part(
            "routing", "Routing",
            f"{config.rounds} {'round' if config.rounds == 1 else 'rounds'}, nothing learned"
            if config.routing == "agreement" else f"{config.rounds} rounds",
            _shares(shares),
            f"largest share here: {trace.coupling[-1, 0].max():.2f}, equal would be "
            f"{1 / config.num_classes:.2f}",
            f"Votes that agree get larger shares. A column is a map, a row a {what}.",
            "views/routing.py", "Routing: round by round",
        ),
        Part(
            "digits", f"{config.num_classes} {what} capsules",
            f"{config.num_classes} of {config.digit_dim} numbers",
            _bars(lengths, names, winner),
            f"the longest: {names[winner]}, {lengths[winner]:.2f}",
            f"Length: is this {what} there? Direction: how is it drawn?",
            "views/routing.py", "Routing: the answer",
        ),
        Part(
            "decoder", "Decoder",
            " → ".join(map(str, (config.digit_dim, *config.decoder_units, pixels))),
            _ink(trace.reconstruction[0], "What the decoder draws"),
            f"drawn from capsule {names[winner]} alone; squared error {error:.1f}",
            f"It redraws the picture from the longest capsule's {config.digit_dim} numbers.",
            "views/pose.py", "Pose: bend it",
        ),
    ]  # fmt: skip


def _ink(image: np.ndarray, alt: str) -> str:
    return f"<img src='{address(image)}' alt='{html.escape(alt, quote=True)}'>"


def _colours(levels: np.ndarray, alt: str) -> str:
    return f"<img src='{png_address(levels)}' alt='{html.escape(alt, quote=True)}'>"


def _features(conv1: np.ndarray) -> str:
    strongest = np.argsort(-conv1.sum((0, 1)))[:FEATURES]
    tiles = layers.ink_levels(np.moveaxis(conv1[..., strongest], -1, 0))
    return _colours(layers.tiled(tiles, 3, between=200), f"{FEATURES} feature maps")


def _capsules(capsules: np.ndarray) -> str:
    sheet = layers.tiled(layers.capsule_colours(capsules), 8, between=255)
    return _colours(sheet, "Primary capsules: the hue is the direction, the ink the length")


def _votes(votes: np.ndarray, maps: int) -> str:
    """How long the sum of a map's votes for each class is: a column a map, a row a class."""
    by_map = np.linalg.norm(votes.reshape(-1, maps, *votes.shape[1:]).sum(0), axis=-1)  # (M, J)
    alt = "How long each map's votes are together, a column a map, a row a class"
    return _colours(layers.ink_levels(_stretched(by_map.T)), alt)


def _shares(shares: np.ndarray) -> str:
    equal = 1 / shares.shape[1]
    gained = np.clip(shares.T - equal, 0, None)
    alt = "Mean share of each map's capsules beyond an equal one, a column a map, a row a class"
    return _colours(layers.ink_levels(_stretched(gained)), alt)


def _stretched(matrix: np.ndarray) -> np.ndarray:
    """A matrix (J, M) with rows as high as make the picture a square, or nearly."""
    high = max(1, round(matrix.shape[1] / matrix.shape[0]))
    return np.repeat(matrix, high, axis=0)


def _bars(lengths: np.ndarray, names: tuple[str, ...], winner: int) -> str:
    rows = "".join(
        f"<tr{' class=part-best' if j == winner else ''}><th>{html.escape(name)}</th>"
        f"<td><span style='width:{100 * min(1, float(length)):.0f}%'></span></td>"
        f"<td>{length:.2f}</td></tr>"
        for j, (name, length) in enumerate(zip(names, lengths, strict=True))
    )
    return f"<table class='part-bars'><tbody>{rows}</tbody></table>"
