"""Start: what a capsule is, five digits as the network reads them, and the network's card."""

import numpy as np
import streamlit as st

from capsnet.checkpoints import epochs_trained
from dashboard import state
from dashboard.components.picture import picture_html, pictures
from dashboard.figures.numbers import percent, squared_error

EXAMPLES = 5
WIDTH = 124  # so that both rows are seen on a laptop without scrolling

st.title("A capsule network at work")
st.markdown(
    "A **capsule** answers with a vector: its *length* says whether something is there, its "
    "*direction* how it looks. Here are ten, one for each digit, with 16 dimensions each. They "
    "answer every digit that you draw or pick, on every page."
)
tour = st.container(horizontal=True, gap="medium")
tour.page_link("views/draw.py", label="**Draw**: write a digit", icon=":material/draw:")
tour.page_link("views/routing.py", label="**Routing**: watch capsules agree", icon=":material/hub:")
tour.page_link("views/pose.py", label="**Pose**: bend a digit", icon=":material/tune:")
tour.page_link("views/training.py", label="**Training**: watch one learn", icon=":material/school:")


def five() -> list[int]:
    """The examples of this visitor, until others are asked for."""
    return state.recall("examples", list(range(EXAMPLES)))


def others() -> None:
    """Take five other digits."""
    state.remember("examples", state.random_indices(EXAMPLES))


with st.container(horizontal=True, vertical_alignment="bottom"):
    st.subheader("Five digits", anchor=False, width="content")
    st.button("Five others", icon=":material/shuffle:", on_click=others)
st.markdown("First what the network was shown, then what it drew from 16 numbers of one capsule.")
chosen = state.digits()[np.array(five())]
trace = state.trace(chosen.pixels())
names = state.network().config.names
for column, index, label, image, lengths, drawn in zip(
    st.columns(EXAMPLES),
    five(),
    chosen.labels,
    trace.images,
    trace.lengths[-1],
    trace.reconstruction,
    strict=True,
):
    best = int(lengths.argmax())
    with column:
        pictures(
            picture_html(image, f"A handwritten {label}", WIDTH, f"label {label}"),
            picture_html(
                drawn, "Its reconstruction", WIDTH, f"reads {names[best]}, {lengths[best]:.2f} long"
            ),
        )
        st.button("Use this one", key=f"use_{index}", on_click=state.choose_bundled, args=(index,))

st.header("The network", divider="gray")
card = state.model_card()
if state.network_name():
    st.info(
        f"Your pages use another network than the shipped one: {state.network_in_words()}. What is "
        "known of a run is on the Training page."
    )
elif card is None:
    st.info("This checkpoint has no model card, so its figures are not known.")
else:
    validation, test = card["validation"], card["test"]
    figures = st.columns(4)
    figures[0].metric("Right, of 10,000 test digits", percent(test["accuracy"]))
    figures[1].metric(
        "Squared error of a reconstruction", squared_error(test["reconstruction_error"])
    )
    figures[2].metric("Right, of 5,000 validation digits", percent(validation["accuracy"]))
    figures[3].metric("Epochs trained", epochs_trained(card))
    st.caption(
        "Squared error: summed over the 784 pixels, mean over the test digits. The validation "
        "digits chose the epoch; the test digits were looked at once, at the end."
    )
    with st.expander("The whole model card"):
        st.json(card, expanded=2)
