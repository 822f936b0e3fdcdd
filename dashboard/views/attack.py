"""Attack: a small change of every pixel that turns the answer, and how it is noticed."""

from __future__ import annotations

from typing import Literal, cast

import numpy as np
import streamlit as st

from capsnet import figures
from capsnet.analysis.prediction import read_lengths
from capsnet.capabilities import takes_ink
from dashboard import state
from dashboard.components.figure import figures as show_figures
from dashboard.components.picture import picture_html
from dashboard.markdown import escaped
from dashboard.views.parts.experiment import chart, on_all_digits
from dashboard.views.parts.number_format import percent

EPSILON, LOSS, KIND = "epsilon", "loss", "steps"
MOST = 0.5
MEASURED = 0.1
ROW = "display:flex;gap:.6rem;flex-wrap:wrap"
LOSSES = {"lengths": "difference of lengths", "margin": "margin loss (the famous mistake)"}
KINDS = {"fgsm": "one step", "iterated": "ten steps"}


def follow_link() -> None:
    """Take the attack from a link that has just been reached."""
    arrived = state.arrived_parameters(EPSILON, LOSS, KIND)
    if arrived is None:
        return
    try:
        epsilon = float(arrived.get(EPSILON, 0.0))
    except ValueError:
        epsilon = float("nan")
    loss, kind = arrived.get(LOSS, "lengths"), arrived.get(KIND, "fgsm")
    if not 0 <= epsilon <= MOST or loss not in LOSSES or kind not in KINDS:
        st.warning(
            "The link asks for an attack that this page does not have; sizes go from 0 to "
            f"{MOST:g}. The page shows no attack.",
            icon=":material/link_off:",
        )
        epsilon, loss, kind = 0.0, "lengths", "fgsm"
    for name, value in (("epsilon", epsilon), ("loss", loss), ("kind", kind)):
        state.set_widget(f"attack_{name}", value)
        state.remember(f"attack_{name}", value)


def choose() -> tuple[float, str, str, int | None]:
    """Size, loss, kind, and the class to be read as (None: any other)."""
    follow_link()
    for name, default in (("epsilon", 0.1), ("loss", "lengths"), ("kind", "fgsm")):
        state.default_widget(f"attack_{name}", state.recall(f"attack_{name}", default))
    ink = takes_ink(state.config())
    from_to = "from paper to ink" if ink else "from black to white"
    epsilon = st.slider(
        f"Largest change of a pixel (0: none; 1: {from_to})",
        0.0,
        MOST,
        step=0.01,
        key="attack_epsilon",
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        loss = st.segmented_control(
            "Gradient of", list(LOSSES), format_func=lambda one: LOSSES[one], required=True,
            key="attack_loss", width="content",
        )  # fmt: skip
        kind = st.segmented_control(
            "Steps", list(KINDS), format_func=lambda one: KINDS[one], required=True,
            key="attack_kind", width="content",
        )  # fmt: skip
        names = state.config().names
        wanted = st.selectbox(
            "Target class", [None, *range(len(names))], key="attack_target", width=160,
            format_func=lambda c: "any other" if c is None else names[c],
        )  # fmt: skip
    loss, kind = loss or "lengths", kind or "fgsm"
    for name, value in (("epsilon", epsilon), ("loss", loss), ("kind", kind)):
        state.remember(f"attack_{name}", value)
    state.add_to_link({EPSILON: f"{epsilon:g}", LOSS: loss, KIND: kind})
    return epsilon, loss, kind, wanted


def show(images: np.ndarray, changed: np.ndarray, label: int) -> None:
    """The attacked picture, its difference, what is read and drawn."""
    before, after = state.trace(images), state.trace(changed)
    names = state.config().names
    difference = changed - images
    largest = float(np.abs(difference).max())
    scaled = 0.5 + difference[0] / (2 * largest) if largest else np.full_like(images[0], 0.5)
    how = "dark where ink" if takes_ink(state.config()) else "light where light"
    left, right = st.columns([2, 3])
    with left:
        pictures = (
            picture_html(images[0], "The picture as it was", 96, "before"),
            picture_html(scaled, f"The change, {how} is added", 96, "change"),
            picture_html(changed[0], "The attacked picture", 96, "attacked"),
            picture_html(after.reconstruction[0], "What the network draws of it", 96, "redrawn"),
        )
        st.html(f"<div style='{ROW}'>{''.join(pictures)}</div>")
        reading = read_lengths(after.lengths[-1, 0])
        st.markdown(
            f"Read as **{escaped(names[reading.best])}**, {reading.best_length:.2f} long; capsule "
            f"{escaped(names[label])}: {before.lengths[-1, 0, label]:.2f} before, "
            f"{after.lengths[-1, 0, label]:.2f} now."
        )
        if not largest:
            st.info(
                "Nothing has changed: the attack has size 0, or the gradient of the loss is 0 "
                "here. The margin loss is exactly 0 where both margins hold, and so is its "
                "gradient."
            )
        distances = [
            float(np.square(one.images - one.reconstruction).sum()) for one in (before, after)
        ]
        moved = float(np.abs(after.coupling[-1] - before.coupling[-1]).sum(-1).mean() / 2)
        st.markdown(
            f"Distance between picture and reconstruction: **{distances[1]:.1f}** "
            f"(before {distances[0]:.1f}). On average **{moved:.0%}** of a primary capsule's "
            "shares have gone to other classes."
        )
    with right:
        config = state.config()
        margins = config.margin_negative, config.margin_positive
        chart(figures.capsule_lengths(after.lengths[-1, 0], names, margins), "attack-lengths", 300)


def votes_and_couplings(images: np.ndarray, changed: np.ndarray, label: int) -> None:
    """Both pictures' votes for the digit, lengths by round and couplings, once they are asked for.

    They are no part of what follows the slider at once.
    """
    if not st.toggle("How the votes and couplings change", key="attack_votes"):
        return
    traces, names = (state.trace(images), state.trace(changed)), state.config().names
    drawn = [
        make(trace)
        for make in (
            lambda trace: figures.votes(trace, label, names=names),
            lambda trace: figures.lengths(trace, names=names),
            lambda trace: figures.coupling(trace, names=names),
        )
        for trace in traces
    ]
    for k, one in enumerate(drawn):
        when = ("Before", "Attacked")[k % 2]
        one.update_layout(title_text=f"{when}: {one.layout.title.text}")
    show_figures("attack-figures", drawn)
    st.caption(
        "The digit as it was is on the left, the attacked one on the right. The slider under each "
        "figure steps through the rounds. Each plane is the one that shows most of its own votes."
    )


def show_all() -> None:
    """The attack on all pictures of the gallery, by either loss."""
    st.subheader(f"All {state.gallery().in_words}")
    st.markdown(
        "**The claim:** attacks succeed on capsules as on other networks (Michels et al. 2019, "
        "arXiv:1906.03612); the reconstruction exposes many of them (Frosst, Sabour and Hinton "
        "2018, arXiv:1811.06969). The alarm is set so that 5 % of the unchanged pictures raise it."
    )
    for loss, words in LOSSES.items():
        found = on_all_digits(
            "attack", {"epsilon": MEASURED, "loss": loss},
            f"Measure: one step of {MEASURED:g} by the {words}", f"attack-{loss}",
        )  # fmt: skip
        if found is None:
            continue
        cells = st.columns(3)
        cells[0].metric(f"Still read, {words}", percent(found["accuracy"]))
        cells[1].metric("Pictures changed at all", percent(found["share_of_images_changed"]))
        caught = found["share_of_misread_caught"]
        cells[2].metric(
            "Misread ones that raise the alarm",
            "none misread" if caught is None else f"{caught:.0%}",
        )


st.title("Attack", anchor=False)
st.markdown("Whoever knows the weights can change the answer by changing every pixel a little.")
size, chosen_loss, chosen_kind, target = choose()
digit = state.current_digit()
labelled = digit.class_among(state.config().names)
own = int(state.trace(digit.images).predictions[0]) if labelled is None else labelled
if target == own:
    st.info("The network reads it as that class already: choose another target class.")
    target = None
attacked = state.attacked(
    digit.images,
    own if target is None else target,
    size,
    cast(Literal["lengths", "margin"], chosen_loss),
    cast(Literal["fgsm", "iterated"], chosen_kind),
    target is not None,
)
show(digit.images, attacked, own)
votes_and_couplings(digit.images, attacked, own)
show_all()
