"""Doubts: what later papers say against routing, measured on the network in use."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from capsnet import figures
from dashboard import state
from dashboard.views.parts.experiment import chart, on_all_digits
from dashboard.views.parts.number_format import percent

ROUNDS = (1, 3, 5, 10)
COUPLINGS = {
    "agreement": "by agreement",
    "uniform": "uniform",
    "random": "random",
    "shuffled": "shuffled",
}


def shares(found: dict[str, Any], names: dict[str, str], name: str, title: str, bold: str) -> None:
    """Accuracy, lengths and calibration of a few variants of one network, as bars."""
    wanted = {
        "accuracy": ("Read rightly", f"share of {len(state.gallery()):,}"),
        "mean_length_of_label": ("Length of the label's capsule", "mean length"),
        "calibration_error": ("Calibration error", "of length as confidence"),
    }
    for place, (column, (key, (words, up))) in enumerate(
        zip(st.columns(3), wanted.items(), strict=True)
    ):
        with column:
            drawn = figures.side_by_side(
                {names[each]: value for each, value in found[key].items()},
                name=f"{name}-{place}",
                title=words,
                up=up,
                bold=bold,
                limits=(0, 1.12),
                decimals=4 if key == "accuracy" else 3,
            )
            chart(drawn, f"doubts-{name}-{place}", 300)
    st.caption(title)


def routing_matters() -> None:
    """Other numbers of rounds, and couplings that no agreement chose."""
    st.subheader("Does routing matter?")
    st.markdown(
        "**The doubt:** shares that are uniform or random do as well as routing; routing mostly "
        "polarises them without changing the answer. (Paik, Kwak and Kim 2019, arXiv:1907.13327; "
        "Gu, Tresp and Hu, CVPR 2021, arXiv:2103.15459, find that routing harms robustness.) "
        "**Here:** the same weights with other shares. Their networks were trained with each "
        "coupling; this one was trained with agreement alone."
    )
    trained = state.config().rounds
    found = on_all_digits("rounds", {"rounds": ROUNDS}, "Measure: 1, 3, 5 and 10 rounds")
    if found is not None:
        names = {str(r): f"{r} round{'s' if r > 1 else ''}" for r in ROUNDS}
        bold = names.get(str(trained), "")
        shares(found, names, "rounds", f"The network was trained with {trained}.", bold)
        others = found["mean_length_of_others"]
        st.markdown(
            f"More rounds lengthen every capsule: the capsules of the other classes are "
            f"{others['1']:.2f} long on average after one round and {others['10']:.2f} after ten."
        )
    other = on_all_digits("coupling", {}, "Measure: uniform, random and shuffled shares")
    if other is not None:
        shares(
            other,
            COUPLINGS,
            "coupling",
            "Shuffled: each primary capsule has the shares that routing found for another one.",
            COUPLINGS["agreement"],
        )


def tree_is_found() -> None:
    """How stable the parse tree is, and which capsules are silent."""
    st.subheader("Does routing find the parts of a whole?")
    st.markdown(
        "**The doubt:** no parse tree is found, and capsules starve. (Mitterreiter, Koch, Giesen "
        "and Laue, AAAI 2023, arXiv:2301.01583.) **Here:** a primary capsule's parent is the digit "
        "capsule that gets its largest share in the last round; all parents together are the tree."
    )
    found = on_all_digits("parents", {}, f"Measure: the parents on all {state.gallery().one}s")
    if found is None:
        return
    one, config = state.gallery().one, state.config()
    cells = st.columns(4)
    cells[0].metric(
        "Largest parent is the winner",
        f"{found['share_whose_largest_parent_wins']:.0%}",
        help="Share of primary capsules, over all pictures, whose largest share goes to the "
        f"longest digit capsule. By chance it would be one in {config.num_classes}.",
    )
    cells[1].metric(
        "Same parent, same class",
        f"{found['share_with_same_parent']:.0%}",
        help="Share of primary capsules whose parent is the same on two pictures of one class.",
    )
    cells[2].metric(
        "Same parent, two classes",
        f"{found['share_with_same_parent_across_classes']:.0%}",
        help="The same for two pictures of different classes.",
    )
    cells[3].metric(
        f"Trees, of {found['images']:,} {one}s",
        f"{found['distinct_trees']:,}",
        help="How many different assignments of all primary capsules to parents occur.",
    )
    left, right = st.columns(2)
    with left:
        classes = state.config().names
        entropy = dict(zip(classes, found["entropy_of_parents"], strict=True))
        most = float(np.log2(len(classes)))
        drawn = figures.side_by_side(
            entropy,
            name="entropy-of-parents",
            title="How undecided the parents are, by class",
            up=f"bits, 0 to {most:.2f}",
            limits=(0, most * 1.05),
            decimals=1,
        )
        chart(drawn, "doubts-entropy", 320)
    with right:
        silent = {str(m): float(n) for m, n in enumerate(found["silent_by_map"])}
        each = state.config().num_primary_capsules // len(silent)
        drawn = figures.side_by_side(
            silent,
            name="silent-by-map",
            title=f"Silent capsules of each map, of {each}",
            up="capsules",
            limits=(0, each * 1.12),
            decimals=0,
        )
        chart(drawn, "doubts-silent", 320)
    st.markdown(
        f"**{found['silent_capsules']}** of {each * len(silent):,} primary capsules are shorter "
        f"than {found['silent_below']:g} on all {one}s. The shares of one capsule on one {one} "
        f"have {found['mean_entropy_of_shares']:.3f} bits on average, of {most:.3f} at most: the "
        "closer the two numbers, the less the largest parent is ahead of the others."
    )


def sign_is_seen() -> None:
    """All primary capsules turned round."""
    st.subheader("Can it tell u from −u?")
    st.markdown(
        "**The doubt:** votes and routing have no bias, so capsules cannot tell their input "
        "from its negative. (Peer, Stabinger and Rodríguez-Sánchez 2019, arXiv:1905.08744.) "
        "**Here:** every primary capsule reversed, and the photographic negative of the digit."
    )
    found = on_all_digits("negative", {}, f"Measure: the negative of all {state.gallery().one}s")
    if found is None:
        return
    left, right = st.columns(2)
    left.metric(
        "Largest difference between ‖v(u)‖ and ‖v(−u)‖",
        f"{found['largest_difference_of_lengths']:.1e}",
        help="Over all capsules of all digits; what is left is rounding.",
    )
    right.metric(
        "Negatives, 1 − x, read rightly",
        percent(found["photographic_negative"]["accuracy"]),
        help="The first convolution has a bias and a ReLU, so the picture's negative is a "
        "different input for it.",
    )


st.title("Doubts", anchor=False)
st.markdown(
    "Later papers doubt what capsules promise. Each doubt is stated as its paper states it, and "
    f"measured on the network in use with the {state.gallery().in_words}."
)
routing_matters()
tree_is_found()
sign_is_seen()
