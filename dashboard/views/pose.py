"""Pose: a slider for each pose dimension drives the decoder in the browser."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import uuid4

import numpy as np
import streamlit as st

from capsnet.analysis.prediction import are_digits, read_lengths
from capsnet.capabilities import learned_to_draw, takes_ink
from capsnet.figures import pose_atlas
from capsnet.figures import pose_grid as pose_grid_figure
from dashboard import state
from dashboard.components.figure import figures
from dashboard.components.picture import shown_html
from dashboard.components.pose_explorer import (
    PoseError,
    PoseSetting,
    meanings,
    pose_explorer,
)
from dashboard.components.pose_explorer.setting import LINK_NAMES
from dashboard.components.verdict import in_short
from dashboard.state.galleries import DIGIT_SHAPE
from dashboard.views.parts import pose_grid, pose_real
from dashboard.views.parts.coming_network import await_network
from dashboard.views.parts.glossary import glossary
from dashboard.views.parts.pose_grid import STEPS

if TYPE_CHECKING:
    from streamlit.elements.lib.mutable_expander_container import ExpanderContainer

    from capsnet.analysis.pose_atlas import PoseAtlas
    from capsnet.config import CapsNetConfig
    from dashboard.state.digit import CurrentDigit

KEY = "pose_explorer"
FURTHER_DIGITS = (0, 1, 2, 3)
MOST_FURTHER = 9
NUMBERS = {8: "Eight", 16: "Sixteen"}
GRID_STYLE = "display:grid;gap:1rem;grid-template-columns:repeat(auto-fill,minmax(308px,1fr))"


def sizes() -> tuple[int, int]:
    """How many digit capsules the network has, and of how many dimensions."""
    config = state.config()
    return config.num_classes, config.digit_dim


def current_setting(longest: int) -> tuple[PoseSetting, str | None]:
    """The visitor's pose of the current digit: from a link they came by, or as they left it.

    A pose says nothing of another digit, nor to another network's decoder.

    Returns:
        The pose, and one sentence if the link was of no use.
    """
    kept = state.recall("pose")
    setting = kept if state.recall("pose_of") == _whose() else None
    told = state.recall("pose_warning") if setting and state.stayed() else None
    if (arrived := _arrived_link()) is not None:
        told = None
        try:
            setting = PoseSetting.from_link(arrived, longest, sizes())
        except PoseError as error:
            told = f"{error} Here is the digit's own pose."
            setting = None
    setting = setting or PoseSetting.unbent(longest, sizes()[1])
    if setting is not kept:
        state.remember("pose_epoch", uuid4().hex)
        pose_real.forget_others()
    state.remember("pose_warning", told)
    state.remember("pose", setting)
    state.remember("pose_of", _whose())
    state.add_to_link(setting.to_link(longest))
    return setting, told


def _arrived_link() -> dict[str, str] | None:
    """The pose of a link that has just been reached; one that the browser sends is newer."""
    arrived = state.arrived_parameters(*LINK_NAMES)  # which are told once: not in a later run
    moved = state.recall("pose_moved")
    state.remember("pose_moved", False)
    return None if moved else arrived


def _whose() -> tuple[CurrentDigit, str]:
    """The digit and the decoder that the visitor's pose belongs to."""
    return state.current_digit(), state.decoder_id()


def keep_pose() -> None:
    """Take the pose that the browser sends when the visitor lets go."""
    sent = state.widget(KEY)["pose"]
    if not isinstance(sent, Mapping) or sent.get("epoch") != state.recall("pose_epoch"):
        return  # no pose, or of a digit that is no longer the current one
    with contextlib.suppress(PoseError):
        state.remember("pose", PoseSetting.from_browser(sent, sizes()))
        state.remember("pose_moved", True)
        state.remember("pose_warning", None)


def offer_others() -> None:
    """The visitor asks for digits to morph to, or for the way between two."""
    pose_real.ask_for_others(state.widget(KEY)["others"])


def show_grid(span: float) -> None:
    """The current digit's grid and those of other digits, with downloads."""
    gallery = state.gallery()
    numbers = st.text_input(
        f"Other {gallery.one}s, by number",
        value=", ".join(map(str, FURTHER_DIGITS)),
        key="pose_grid_digits",
        help=f"Up to nine of the {gallery.in_words}, with commas between.",
    )
    try:
        images = _grid_images(numbers)
    except ValueError:
        st.warning(
            f"Write up to {MOST_FURTHER} whole numbers from 0 to {len(gallery) - 1}, "
            "with commas between."
        )
        return
    pictures, exact = state.pose_grid(images, span), state.exact_pose_grid(images, span)
    # A file is made on a click, in a thread that knows no visitor: nothing of `state` there. And
    # the page must not run again for it, or the file may be gone before the browser takes it.
    with st.container(horizontal=True):
        st.download_button(
            "PNG",
            lambda: pose_grid.sheet(pictures),
            "pose-grid.png",
            icon=":material/download:",
            on_click="ignore",
        )
        st.download_button(
            "NPZ",
            lambda: pose_grid.archive(*exact(), span),
            "pose-grid.npz",
            icon=":material/download:",
            on_click="ignore",
        )
    reading = read_lengths(state.answer(images[:1]).lengths)
    own = pose_grid_figure(pictures[:, :, 0], span, state.config().names[reading.best])
    figures("pose_grid_figure", [own])
    st.caption(
        f"A block is a dimension, a row a {gallery.one}. From left to right, −{span:g} to "
        f"+{span:g} is added to the dimension; the middle adds nothing."
    )
    shown = [
        shown_html(block, f"Dimension {d}, {STEPS} steps", 616, f"Dimension {d}")
        for d, block in enumerate(pose_grid.blocks(pictures))
    ]
    st.html(f"<div style='{GRID_STYLE}'>{''.join(shown)}</div>")


def _grid_images(numbers: str) -> np.ndarray:
    """The current digit and the numbered ones, (B, H, W, C); ValueError if they are none."""
    indices, gallery = [int(n) for n in numbers.replace(",", " ").split()], state.gallery()
    if len(indices) > MOST_FURTHER or not all(0 <= i < len(gallery) for i in indices):
        raise ValueError(numbers)
    further = gallery.pictures[np.array(indices, int)].pixels()
    return np.concatenate([state.current_digit().images, further])


def pose_is_measured(config: CapsNetConfig) -> bool:
    """Whether the pose atlas can be made: it measures strokes of digits."""
    return takes_ink(config) and are_digits(config.names) and config.image_shape == DIGIT_SHAPE


def about_words(atlas: PoseAtlas | None) -> str:
    """What the sliders' words say, or why there are none, to follow the page's first sentences."""
    if atlas:
        return " The labels say what a number mostly changes."
    if not pose_is_measured(state.config()):
        return (
            " What each number does is measured on pictures of digits, so the sliders of this "
            "network have no labels."
        )
    measure = f"`python -m capsnet pose-atlas{state.network_option()}`"
    return (
        " What each number does has not been measured for this network yet, so the sliders "
        "have no labels."
        + (f" To measure it, in the project's folder: {measure}" if state.may_train() else "")
    )


def show_atlas(atlas: PoseAtlas) -> None:
    """Say where the sliders' words come from, and show those of all digits."""
    st.markdown(
        "Nobody has named the dimensions. The labels are measured: each slider was moved for "
        f"{atlas.digits} real digits of its class. A label names what changes most: thickness, "
        "slant, width, height, size or position. r says how closely it followed the slider (1 or "
        "−1: exactly). A dash means that none of these followed it. Most sliders change several: "
        "point at a label or press it to see all."
    )
    st.caption(
        "A column is a digit, a row a dimension. A cell says what the picture becomes as the "
        "slider moves right, and r."
    )
    st.html(meanings.table(atlas))
    figures("pose_atlas_figure", [pose_atlas(atlas, names=state.config().names)])


def _drawer(label: str, key: str) -> ExpanderContainer:
    """An expander whose content costs nothing while it is closed."""
    return st.expander(label, key=key, on_change="rerun")


st.title("Pose")
atlas = state.pose_atlas()
config = state.config()
count = NUMBERS.get(config.digit_dim, str(config.digit_dim))
st.markdown(
    f"{count} numbers draw this {state.gallery().one}; each has a strip, with its own value in the "
    "middle. **Drag a frame** to add to that number: the frame lies on the picture that results. "
    f"The decoder learned only from poses of real {state.gallery().one}s: far out it invents."
    + about_words(atlas)
)
if not learned_to_draw(config):
    st.info(
        "This network was trained without its decoder (the reconstruction's weight is 0), so the "
        "drawings here are noise."
    )
digit = state.current_digit()
answer = state.answer(digit.images)
capsules = answer.digit_capsules
setting, told = current_setting(int(answer.lengths.argmax()))
if told:
    st.warning(told, icon=":material/link_off:")
drawn = state.decode(setting.tweaked(capsules), setting.capsule)
names, one = config.names, state.gallery().one
offer = state.offer_to_browser()
pose_explorer(
    KEY,
    session=state.session.identity(),
    image=digit.images[0],
    one=one,
    can_morph=pose_real.can_morph(),
    digit_capsules=capsules,
    setting=setting,
    epoch=state.recall("pose_epoch"),
    drawn=drawn[0],
    read=in_short(read_lengths(state.answer(drawn).lengths), names),
    decoder=state.decoder_id(),
    network={"settings": offer.settings, "trouble": offer.trouble},
    others=pose_real.others(setting, capsules[setting.capsule]),
    meanings=None if atlas is None else meanings.offer(atlas),
    real=pose_real.real_poses(setting.capsule),
    names=names,
    name=digit.name,
    on_pose=keep_pose,
    on_others=offer_others,
)
await_network()
glossary("pose", "capsule", "decoder", "trace")
pose_real.offer_to_measure()
if atlas and (meant := _drawer("What each dimension means, for all ten digits", "pose_atlas")).open:
    with meant:
        show_atlas(atlas)
if (sheet := _drawer(f"Every dimension of several {one}s, to download", "pose_grid")).open:
    with sheet:
        show_grid(setting.span)
