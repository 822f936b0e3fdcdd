"""Transform: the current digit turned, moved, stretched, and what becomes of its capsules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import streamlit as st

from capsnet import figures
from capsnet.analysis import transformations
from capsnet.analysis.equivariance import share_along_first_direction
from capsnet.analysis.prediction import nothing, read_lengths
from capsnet.capabilities import takes_ink
from dashboard import state
from dashboard.components.picture import picture_html
from dashboard.markdown import escaped
from dashboard.views.parts.experiment import chart, on_all_digits
from dashboard.views.parts.number_format import percent

KIND, AMOUNT = "transform", "by"
"""The link's parameters."""

LEAST_INK = 3.0
"""Full pixels of ink, below which nothing of a digit can be seen."""

ROW = "display:flex;gap:.6rem;flex-wrap:wrap"


@dataclass(frozen=True)
class Kind:
    """A transformation as the page offers it.

    Attributes:
        title: on its button.
        apply: images and an amount -> images.
        experiment: its name as an experiment.
        setting: the name of the amount there.
        low: the smallest amount.
        high: the largest.
        step: of the slider.
        identity: the amount that changes nothing.
        across: what the amounts are.
        measured: the amounts at which all digits are measured.
    """

    title: str
    apply: Callable[[np.ndarray, float], np.ndarray]
    experiment: str
    setting: str
    low: float
    high: float
    step: float
    identity: float
    across: str
    measured: tuple[float, ...]


KINDS = {
    "turn": Kind(
        "Turn", transformations.rotate, "rotate", "degrees", -90.0, 90.0, 1.0, 0.0,
        "degrees, counter-clockwise", (-90.0, -60.0, -30.0, 0.0, 30.0, 60.0, 90.0),
    ),
    "move": Kind(
        "Move", transformations.shift, "shift", "pixels", -14.0, 14.0, 0.5, 0.0,
        "pixels to the right", (-8.0, -4.0, -2.0, 0.0, 2.0, 4.0, 8.0),
    ),
    "scale": Kind(
        "Enlarge", transformations.scale, "scale", "factor", 0.3, 2.0, 0.05, 1.0,
        "times as large", (0.4, 0.6, 0.8, 1.0, 1.2, 1.5, 2.0),
    ),
    "slant": Kind(
        "Slant", transformations.shear, "shear", "slant", -1.0, 1.0, 0.05, 0.0,
        "columns a row, to the right", (-1.0, -0.6, -0.3, 0.0, 0.3, 0.6, 1.0),
    ),
    "thicken": Kind(
        "Thicken", transformations.thicken, "thicken", "amount", -2.0, 4.0, 0.1, 0.0,
        "pixels on each side", (-1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 3.0),
    ),
    "erase": Kind(
        "Erase", transformations.erase, "erase", "share", 0.0, 1.0, 0.02, 0.0,
        "share of the frame, from below", (0.0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8),
    ),
}  # fmt: skip
"""The transformations by their names in a link."""

STEPS = 25
"""Of a curve over a transformation's whole range."""


def choose() -> tuple[Kind, float]:
    """Which transformation, and how much of it: from the link or by hand."""
    follow_link()
    state.default_widget("transform_kind", state.recall("transform_kind", "turn"))
    name = st.segmented_control(
        f"What to do to the {state.gallery().one}",
        list(KINDS),
        format_func=lambda name: KINDS[name].title,
        required=True,
        key="transform_kind",
    )
    name = name or "turn"
    state.remember("transform_kind", name)
    kind = KINDS[name]
    key = f"transform_by_{name}"
    state.default_widget(key, state.recall(key, kind.identity))
    amount = st.slider(kind.across.capitalize(), kind.low, kind.high, step=kind.step, key=key)
    state.remember(key, amount)
    if name != "turn" or amount != kind.identity:
        state.add_to_link({KIND: name, AMOUNT: f"{amount:g}"})
    return kind, amount


def follow_link() -> None:
    """Take transformation and amount from a link that has just been reached."""
    arrived = state.arrived_parameters(KIND, AMOUNT)
    if arrived is None:
        return
    name = arrived.get(KIND, "turn")
    if name not in KINDS:
        st.warning(
            f"The link asks for a transformation named '{escaped(name[:20])}', which does not "
            "exist.",
            icon=":material/link_off:",
        )
        return
    kind = KINDS[name]
    try:
        amount = float(arrived.get(AMOUNT, kind.identity))
    except ValueError:
        amount = float("nan")
    if not kind.low <= amount <= kind.high:
        said = escaped(arrived.get(AMOUNT, "")[:20])
        st.warning(
            f"The link asks for '{said}' {kind.across}, not for a number from {kind.low:g} to "
            f"{kind.high:g}. The page shows the digit as it was.",
            icon=":material/link_off:",
        )
        amount = kind.identity
    state.set_widget("transform_kind", name)
    state.remember("transform_kind", name)
    state.set_widget(f"transform_by_{name}", amount)
    state.remember(f"transform_by_{name}", amount)


def show_digit(images: np.ndarray, changed: np.ndarray, names: tuple[str, ...]) -> int:
    """The digit, what became of it, and what the network says; the class that is read."""
    trace = state.trace(changed)
    reading = read_lengths(trace.lengths[-1, 0])
    before = read_lengths(state.trace(images).lengths[-1, 0])
    left, right = st.columns([2, 3])
    with left:
        pictures = (
            picture_html(images[0], "The picture as it was", 96, "before"),
            picture_html(changed[0], "The transformed picture", 96, "after"),
            picture_html(trace.reconstruction[0], "What the network draws of it", 96, "redrawn"),
        )
        st.html(f"<div style='{ROW}'>{''.join(pictures)}</div>")
        if takes_ink(state.config()) and changed.sum() < LEAST_INK:
            st.warning(
                "Nothing of the digit is left in the frame: the network answers for empty paper.",
                icon=":material/visibility_off:",
            )
        read = escaped(names[reading.best])
        said = nothing(names) if reading.kind == "none" else read
        st.markdown(
            f"Network: **{said}**, longest capsule {read}, {reading.best_length:.2f} long "
            f"(before: {escaped(names[before.best])}, {before.best_length:.2f})."
        )
    with right:
        margins = state.config().margin_negative, state.config().margin_positive
        drawn = figures.capsule_lengths(trace.lengths[-1, 0], names, margins)
        chart(drawn, "transform-lengths", 280)
    return reading.best


def show_curves(
    images: np.ndarray, kind: Kind, amount: float, names: tuple[str, ...], label: int
) -> None:
    """Lengths and pose over the transformation's whole range, for the current digit."""
    amounts = np.round(np.linspace(kind.low, kind.high, STEPS), 4)
    batch = np.concatenate([kind.apply(images, float(one)) for one in amounts])
    capsules = state.digit_capsules(batch)  # (T, J, D)
    lengths = np.asarray(state.network().digit_capsules.routing.lengths(capsules))
    pose = capsules[:, label]
    share = float(share_along_first_direction(pose[:, None])[0])
    left, right = st.columns(2)
    with left:
        curves = {name: lengths[:, j].tolist() for j, name in enumerate(names)}
        drawn = figures.along(
            amounts.tolist(), curves, name="lengths-along", title=f"The {len(names)} lengths",
            across=kind.across, up="length ‖vⱼ‖", at=amount, bold=names[label], limits=(0, 1),
        )  # fmt: skip
        chart(drawn, "transform-lengths-along", 380)
    with right:
        curves = {f"{d}": pose[:, d].tolist() for d in range(pose.shape[1])}
        drawn = figures.along(
            amounts.tolist(), curves, name="pose-along",
            title=f"The {pose.shape[1]} numbers of capsule {names[label]}",
            across=kind.across, up="value", at=amount,
        )  # fmt: skip
        chart(drawn, "transform-pose-along", 380)
    if np.isfinite(share):
        st.markdown(
            f"**{share:.0%}** of this pose's change lies along one straight line in pose space. "
            "For a capsule that is equivariant in the simplest way it would be all of it. "
            "(Choi et al. 2019, arXiv:1907.01750, find such changes aligned.)"
        )


def show_all(kind: Kind) -> None:
    """The transformation on all pictures of the gallery."""
    st.subheader(f"All {state.gallery().in_words}")
    found = on_all_digits(
        kind.experiment,
        {kind.setting: kind.measured},
        f"Measure: {kind.title.lower()} all {state.gallery().one}s, {len(kind.measured)} times",
    )
    if found is not None:
        curves = {
            "read rightly": list(found["accuracy"].values()),
            "length of the label's capsule": list(found["mean_length_of_label"].values()),
            "length of the longest": list(found["mean_length_of_longest"].values()),
        }
        drawn = figures.along(
            list(kind.measured), curves, name="split-along",
            title=f"Accuracy and length over all {state.gallery().one}s", across=kind.across,
            up="share, length",
            limits=(0, 1.02),
        )  # fmt: skip
        chart(drawn, "transform-all", 340)
        st.markdown(
            f"On average **{found['share_along_first_direction']:.0%}** of the change of a pose "
            f"lies along one line, each {state.gallery().one} having its own."
        )
    st.markdown(
        "**Like affNIST:** every digit is turned by up to 20°, slanted, stretched by up to a "
        "fifth and moved by up to 4 pixels, at random. The paper's network, trained on shifted "
        "digits only, reads 79 % of affNIST; one without capsules reads 66 %. AffNIST has a larger "
        "frame and longer shifts, so these figures are not of the same test."
    )
    affine = on_all_digits("affine", {}, "Measure: a random affine transformation of each")
    if affine is not None:
        st.metric("Read rightly", percent(affine["accuracy"]))


network = state.config()
st.title("Transform", anchor=False)
st.markdown(
    f"A capsule's **length** should not change with how a {state.gallery().one} is drawn; its "
    f"**direction** should. Change the {state.gallery().one} and see how far that holds."
)
chosen, by = choose()
digit = state.current_digit().images
transformed = np.clip(chosen.apply(digit, by), 0, 1).astype(np.float32)
best = show_digit(digit, transformed, network.names)
own = state.current_digit().class_among(network.names)
followed = int(state.trace(digit).predictions[0]) if own is None else own
show_curves(digit, chosen, by, network.names, followed)
show_all(chosen)
