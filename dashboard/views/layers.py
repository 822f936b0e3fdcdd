"""Layers: what lies below the digit capsules, from pixels to votes."""

from __future__ import annotations

import html

import numpy as np
import streamlit as st

from capsnet import figures
from capsnet.analysis import layer_views
from capsnet.data.display import single_levels
from dashboard import state
from dashboard.components.picture import png_address
from dashboard.markdown import escaped
from dashboard.views.parts import layer_pictures
from dashboard.views.parts.experiment import chart, on_all_digits
from dashboard.views.parts.glossary import glossary
from dashboard.views.parts.votes_agree import votes_agree

MAP, PLACE = "map", "at"
"""The link's parameters: a map, and row and column of a capsule."""

ROW = "display:flex;gap:1rem;flex-wrap:wrap;align-items:flex-start"

KERNELS = {
    1: "white adds, black subtracts.",
    2: "white adds, black subtracts; the kernels for a pair's two pictures are side by side.",
    3: "a light colour adds where the picture has it, a dark one subtracts.",
}
"""How kernels of so many channels are shown."""


def choose() -> tuple[int, int, int]:
    """Map, row and column of the primary capsule that is followed: from the link or by hand."""
    config = state.config()
    rows, columns = config.primary_grid
    most = {"map": config.primary_maps - 1, "row": rows - 1, "column": columns - 1}
    follow_link(most)
    cells = st.columns(3)
    found = []
    for cell, (name, last) in zip(cells, most.items(), strict=True):
        key = f"layers_{name}"
        middle = 0 if name == "map" else last // 2
        state.default_widget(key, min(last, state.recall(key, middle)))
        if last == 0:
            found.append(0)
            continue
        with cell:
            found.append(st.slider(name.capitalize(), 0, last, key=key))
        state.remember(key, found[-1])
    state.add_to_link({MAP: f"{found[0]}", PLACE: f"{found[1]}.{found[2]}"})
    return found[0], found[1], found[2]


def follow_link(most: dict[str, int]) -> None:
    """Take the capsule from a link that has just been reached."""
    arrived = state.arrived_parameters(MAP, PLACE)
    if arrived is None:
        return
    said = [arrived.get(MAP, "0"), *arrived.get(PLACE, "2.2").split(".")]
    fits = len(said) == 3 and all(
        text.isdecimal() and len(text) < 4 and int(text) <= last
        for text, last in zip(said, most.values(), strict=False)
    )
    if not fits:
        st.warning(
            "The link asks for a primary capsule that this network does not have. The page shows "
            "the first map's middle one.",
            icon=":material/link_off:",
        )
        said = ["0", *(str(last // 2) for last in list(most.values())[1:])]
    for name, text in zip(most, said, strict=True):
        state.set_widget(f"layers_{name}", int(text))
        state.remember(f"layers_{name}", int(text))


def picture(levels: np.ndarray, alt: str, caption: str, width: int) -> str:
    """HTML of a picture, each of its pixels a square."""
    return (
        f"<figure style='margin:0;width:{width}px;max-width:100%'>"
        f"<img src='{png_address(levels)}' alt='{html.escape(alt, quote=True)}' "
        "style='width:100%;display:block;image-rendering:pixelated;border-radius:4px'>"
        f"<figcaption>{html.escape(caption)}</figcaption></figure>"
    )


def play_through(m: int, row: int, column: int) -> None:
    """One place followed: its pixels, its features, its capsule, its votes, the digit capsules."""
    config = state.config()
    trace = state.trace(state.current_digit().images)
    field = layer_views.capsule_field(config, row, column)
    seen = layer_pictures.marked(single_levels(trace.images[0]), *field)
    stride, side = config.primary_stride, config.primary_kernel
    features = trace.conv1[0, row * stride : row * stride + side, column * stride :][:, :side]
    strongest = np.argsort(-features.sum((0, 1)))[:16]
    tiles = layer_pictures.ink_levels(np.moveaxis(features[..., strongest], -1, 0))
    capsule = trace.primary_capsules[0, row, column, m]
    i = (row * config.primary_grid[1] + column) * config.primary_maps + m
    names = config.names
    left, middle, right = st.columns(3)
    size = f"{field.bottom - field.top} × {field.right - field.left}"
    sees = (
        f"rows {field.top} to {field.bottom - 1}, columns {field.left} to {field.right - 1}, "
        "counted from 0"
    )
    with left:
        st.markdown(f"**1. Pixels.** The capsule sees {size}: {sees}.")
        words = "The picture, pale outside of what the capsule sees"
        st.html(picture(seen, words, "what it sees", 170))
        st.markdown(f"**2. Features.** The first convolution's {len(tiles)} strongest maps there.")
        st.html(
            picture(layer_pictures.tiled(tiles, 4, between=200), "Sixteen feature maps", "", 170)
        )
    with middle:
        drawn = figures.side_by_side(
            {str(k): float(value) for k, value in enumerate(capsule)},
            name="capsule", title=f"3. Capsule, {np.linalg.norm(capsule):.2f} long",
            up="value", decimals=2,
        )  # fmt: skip
        chart(drawn, "layers-capsule", 300)
    with right:
        shares = trace.coupling[-1, 0, i]
        drawn = figures.side_by_side(
            {name: float(share) for name, share in zip(names, shares, strict=True)},
            name="shares", title="4. Its shares", up="coupling cᵢⱼ",
            bold=names[int(shares.argmax())], decimals=2,
        )  # fmt: skip
        chart(drawn, "layers-shares", 300)
    lengths = np.linalg.norm(trace.prediction_vectors[0, i], axis=-1)
    winner = int(trace.predictions[0])
    st.markdown(
        f"**5. Votes and digit capsules.** Its longest vote is for "
        f"{escaped(names[int(lengths.argmax())])} ({lengths.max():.2f} long), its largest share "
        f"goes to {escaped(names[int(shares.argmax())])}; the longest digit capsule is "
        f"**{escaped(names[winner])}**, {trace.lengths[-1, 0, winner]:.2f} long."
    )


def show_layers() -> None:
    """Kernels, feature maps and primary capsules, all of them."""
    trace = state.trace(state.current_digit().images)
    kernels = layer_pictures.signed_levels(layer_views.first_kernels(state.network()))
    shown = kernels if kernels.shape[-1] == 3 else np.concatenate(np.moveaxis(kernels, -1, 0), -1)
    across = 16
    st.subheader("All of a layer", anchor=False)
    sheets = (
        picture(
            layer_pictures.tiled(shown, across, between=255),
            f"{len(kernels)} kernels", f"{len(kernels)} kernels of the first convolution", 400,
        ),
        picture(
            layer_pictures.tiled(
                layer_pictures.ink_levels(np.moveaxis(trace.conv1[0], -1, 0)), across, between=200
            ),
            "Feature maps", f"what each kernel answers to this {state.gallery().one}", 400,
        ),
        picture(
            layer_pictures.tiled(
                layer_pictures.capsule_colours(trace.primary_capsules[0]), 8, between=128
            ),
            "Primary capsules", "primary capsules: hue is direction, ink is length", 400,
        ),
    )  # fmt: skip
    with st.container(key="figure_layers"):
        st.html(f"<div style='{ROW}'>{''.join(sheets)}</div>")
    st.caption(
        f"Kernels: {KERNELS[trace.images.shape[-1]]} "
        "Capsules: within a map, the same hue is the same direction."
    )


def favourites(m: int) -> None:
    """What the chosen map answers to most among all pictures."""
    st.subheader(f"What map {m} answers to most")
    gallery = state.gallery()
    found = on_all_digits("maps", {}, f"Look through all {gallery.in_words}")
    if found is None:
        return
    config = state.config()
    pictures = []
    for index, row, column, length in zip(
        *(found[key][m] for key in ("images", "rows", "columns", "lengths")), strict=True
    ):
        field = layer_views.capsule_field(config, row, column)
        seen = layer_pictures.marked(single_levels(gallery.pictures.images[index]), *field)
        alt = f"{gallery.one.capitalize()} {index}"
        pictures.append(picture(seen, alt, f"{index}: {length:.2f} long", 96))
    st.html(f"<div style='{ROW}'>{''.join(pictures)}</div>")


st.title("Layers", anchor=False)
st.markdown(
    "Below the digit capsules: pixels become features, features become **primary capsules**, small "
    "vectors that each see a part of the picture. Follow one of them."
)
glossary("capsule", "map", "vote", "coupling", "activity")
chosen = choose()
play_through(*chosen)
votes_agree()
favourites(chosen[0])
show_layers()
