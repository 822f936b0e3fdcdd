"""Start: what a capsule is, five digits as the network reads them, and the network's card."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import streamlit as st

from capsnet.analysis.prediction import Reading, are_digits, listed, nothing, read_lengths
from capsnet.figures import confusion, confusions
from capsnet.storage.model_card import epochs_trained
from dashboard import state
from dashboard.components.example import example, example_style
from dashboard.components.example.bending import FRAMES, swing, telling
from dashboard.components.figure import figures
from dashboard.views.parts.glossary import glossary
from dashboard.views.parts.joining import joining
from dashboard.views.parts.network_picture import network_picture
from dashboard.views.parts.number_format import percent, squared_error

EXAMPLES = 5
MISTAKES = 3
"""Kinds of mistakes that the page names."""

st.html(Path(__file__).with_suffix(".css"))


example_style()
config, gallery = state.config(), state.gallery()
classes = "ten" if config.num_classes == 10 else config.num_classes
st.title("A capsule network at work")
st.markdown(
    "A **capsule** answers with a vector: its *length* says whether something is there, its "
    "*direction* how it looks. Many **primary capsules**, each one feature at one place, vote for "
    f"{classes} **digit capsules**, one a class; a **decoder** redraws the picture from one."
)
with st.container(key="tour"):
    for path, label, icon in (
        ("views/draw.py", "**Draw** Write a digit", ":material/draw:"),
        ("views/routing.py", "**Routing** See capsules agree", ":material/hub:"),
        ("views/pose.py", "**Pose** Bend a digit", ":material/tune:"),
        ("views/training.py", "**Training** Watch one learn", ":material/school:"),
    ):
        st.page_link(path, label=label, icon=icon, width="stretch")


def five() -> list[int]:
    """The examples of this visitor, until others are asked for."""
    kept = state.recall("examples", [])
    fits = kept and max(kept) < len(gallery)
    return kept if fits else list(range(min(EXAMPLES, len(gallery))))


def told(reading: Reading, names: Sequence[str]) -> str:
    """What the network says of an example, in few words."""
    length = f"{reading.best_length:.2f} long"
    if not are_digits(names):
        length = f"\n{length}"  # names take a line
    if reading.kind == "none":
        return f"{nothing(names)}: {names[reading.best]}, {length}"
    if reading.kind == "two":
        return f"{listed([names[c] for c in reading.there])}, {length}"
    return f"reads {names[reading.best]}, {length}"


def others() -> None:
    """Take five other pictures."""
    state.remember("examples", state.random_indices(EXAMPLES))


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def mistakes(matrix: list[list[int]]) -> str:
    """The digits of a test that are read wrongly, and those most often taken for another.

    Args:
        matrix: J lists of J counts, of each label's digits by what they were read as.
    """
    found = confusions(matrix)
    told = [
        f"{'an' if label == 8 else 'a'} {label} as {read} ({_times(count)})"
        for label, read, count in found[:MISTAKES]
    ]
    most = f", most often {', '.join(told)}" if told else ""
    wrong = sum(count for *_, count in found)
    return f"The network misreads {wrong} of the 10,000 test digits{most}."


with st.container(horizontal=True, vertical_alignment="bottom"):
    st.subheader(f"Five {gallery.one}s", anchor=False, width="content")
    st.button("Five others", icon=":material/shuffle:", on_click=others)
    joining()
    st.page_link(
        "views/lesson.py", label="A lesson of 45 minutes", icon=":material/cast_for_education:"
    )
st.markdown(
    ("From **MNIST**, 70,000 handwritten digits. " if gallery.are_digits else "")
    + f"Each as it is, redrawn from {config.digit_dim} numbers, and with one of these changed."
)
chosen = gallery.pictures[np.array(five())]
images = chosen.pixels()
answers = [state.answer(image[None]) for image in images]
names = config.names
lengths = np.stack([answer.lengths for answer in answers])
capsules = np.stack([answer.digit_capsules for answer in answers])
longest = lengths.argmax(axis=1)
turned = telling(state.pose_atlas(), longest, config.digit_dim)
swung = swing(capsules, [dimension for dimension, _ in turned])
bent = state.decode(swung.reshape(-1, *capsules.shape[1:]), np.repeat(longest, FRAMES))
with st.container(key="figure_examples"):
    shown_in = st.columns(EXAMPLES)
for i, column in enumerate(shown_in[: len(chosen)]):
    index, best, (dimension, effect) = five()[i], longest[i], turned[i]
    with column:
        example(
            images[i],
            answers[i].drawings[best],
            bent[i * FRAMES : (i + 1) * FRAMES],
            [
                f"label {gallery.label(index)}",
                told(read_lengths(lengths[i]), names),
                f"its {effect}" if effect else f"dimension {dimension}",
            ],
        )
        is_used = state.current_digit().index == index
        st.button(
            "In use" if is_used else "Use this one",
            key=f"use_{index}",
            on_click=state.choose_number,
            args=(index,),
            disabled=is_used,
        )

st.header("The whole network in one picture", divider="gray")
st.markdown(
    "Sabour, Frosst and Hinton proposed it in 2017, in what these pages call **the paper**. Each "
    "part shows its live numbers for the **current digit**. Press a part to see it at work."
)
network_picture()
glossary("mnist", "paper", "capsule", "map", "vote", "coupling", "routing", "pose", "decoder")

st.header("How well it reads", divider="gray")
card = state.model_card()
if state.network_name():
    training_data = (
        "How it was trained is not known here: an upload brings no record."
        if state.is_uploaded()
        else "How it was trained is on the Training page."
    )
    st.info(
        f"Your pages use another network than the shipped one: {state.network_in_words()}. "
        f"{training_data}"
    )
elif card is None:
    st.info("This network has no model card, so its figures are not known.")
else:
    validation, test = card["validation"], card["test"]
    shown = st.columns(4)
    shown[0].metric("Right, of 10,000 test digits", percent(test["accuracy"]))
    shown[1].metric(
        "Squared error of a reconstruction", squared_error(test["reconstruction_error"])
    )
    shown[2].metric("Right, of 5,000 validation digits", percent(validation["accuracy"]))
    shown[3].metric(
        "Epochs trained",
        epochs_trained(card),
        help="Over all its runs, up to the epochs whose networks were kept. Some runs went on for "
        "a few more epochs, which are not in this network. The Training page shows those too.",
    )
    st.caption(
        "Squared error: summed over the 784 pixels, each from 0 for paper to 1 for ink. For a "
        "blank sheet it is about 90. The validation digits served to choose epochs and settings. "
        "The test digits were used once for this network, to measure it."
    )
    st.markdown(mistakes(test["confusion"]))
    with st.expander("The confusion matrix"):
        figures("start_confusion", [confusion(test["confusion"])])
    with st.expander("The whole model card"):
        st.json(card, expanded=2)
