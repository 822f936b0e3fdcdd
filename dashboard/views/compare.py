"""Compare: the network in use and another one, on the same digits."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from capsnet import figures
from capsnet.analysis.comparison import compared
from dashboard import state
from dashboard.components.figure import figures as show_figures
from dashboard.components.picture import picture
from dashboard.markdown import escaped
from dashboard.views.parts import compare_epoch
from dashboard.views.parts.experiment import chart, on_all_digits
from dashboard.views.parts.number_format import percent

if TYPE_CHECKING:
    from capsnet.network.trace import CapsNetTrace

OTHER = "with"
"""The link's parameter: the other network's name, `shipped` for the shipped one."""

SHIPPED = "shipped"
CELL = "compare_cell"
"""Under this and the matrix's key a visitor's cell is kept: what was read, and as what."""

MOST_SHOWN = 12
"""Digits of one list."""


def choose(others: dict[str, str], arrived: Mapping[str, str]) -> str:
    """The other network: from a link that has just been reached, or by hand."""
    if OTHER in arrived:
        wanted = "" if arrived[OTHER] == SHIPPED else arrived[OTHER]
        if wanted in others:
            state.set_widget("compare_with", wanted)
        else:
            st.warning(
                f"This machine has no network named '{escaped(arrived[OTHER][:40])}' to compare "
                "with.",
                icon=":material/link_off:",
            )
    kept = state.recall("compare_with")
    state.default_widget("compare_with", kept if kept in others else next(iter(others)))
    chosen = st.selectbox(
        "Compare the network in use with", list(others), format_func=lambda n: others[n],
        key="compare_with", width=420,
    )  # fmt: skip
    state.remember("compare_with", chosen)
    state.add_to_link({OTHER: chosen or SHIPPED})
    return chosen


def answer_the_same_question(other: str, titles: tuple[str, str]) -> bool:
    """Whether both networks take the same pictures and know the same classes; else it is said."""
    both = [state.config(), state.network_named(other).config]
    if both[0].image_shape == both[1].image_shape and both[0].names == both[1].names:
        return True
    said = [
        f"{escaped(title)} takes pictures of {' × '.join(map(str, config.image_shape))} and knows "
        f"{config.num_classes} classes"
        for title, config in zip(titles, both, strict=True)
    ]
    st.info(
        "Only networks with the same pictures and classes can be compared on the same digits: "
        f"{'; '.join(said)}. Their settings are below."
    )
    return False


def this_digit(other: str, titles: tuple[str, str]) -> None:
    """What both networks make of the current digit: lengths, routing, pose, reconstruction."""
    images = state.current_digit().images
    traces = [state.trace(images), state.trace_by(other, images)]
    names = state.config().names
    st.subheader(f"This {state.gallery().one}")
    for column, trace, title, key in zip(
        st.columns(2), traces, titles, ("own", "other"), strict=True
    ):
        lengths = trace.lengths[-1, 0]
        best = int(lengths.argmax())
        with column:
            st.markdown(f"**{escaped(title)}** reads {escaped(names[best])}")
            chart(figures.capsule_lengths(lengths, names), f"compare-lengths-{key}", 280)
            picture_beside(trace, best, other if key == "other" else None)
    routing_of_both(traces, titles)
    poses = {
        escaped(title): trace.digit_capsules[-1, 0, trace.lengths[-1, 0].argmax()]
        for title, trace in zip(titles, traces, strict=True)
    }
    chart(figures.pose_numbers(poses, "The longest capsule's numbers"), "compare-pose", 320)
    st.caption(
        "A dimension of one network has nothing to do with the same dimension of another: each "
        "network finds its own while it learns. One more epoch of training changes them little."
    )


def picture_beside(trace: CapsNetTrace, best: int, other: str | None) -> None:
    """What the longest capsule draws, and how far that is from the image."""
    network = state.network() if other is None else state.network_named(other)
    drawn = network.decode(trace.digit_capsules[-1], best)[0]
    error = float(np.square(drawn - state.current_digit().images[0]).sum())
    with st.container(width=112):
        picture(drawn, "Its reconstruction")
    st.caption(f"Reconstruction, squared error {error:.1f}")


def routing_of_both(traces: list[CapsNetTrace], titles: tuple[str, str]) -> None:
    """Lengths by round and coupling by map of both; a slider under each steps its rounds."""
    names = state.config().names
    drawn = [figures.lengths(trace, names=names) for trace in traces]
    drawn += [figures.coupling(trace, names=names) for trace in traces]
    for one, title in zip(drawn, 2 * titles, strict=True):
        one.update_layout(title_text=f"{title}: {one.layout.title.text}")
    show_figures("compare-routing", drawn)


def figures_of_both(found: dict[str, Any], titles: tuple[str, str]) -> None:
    """Accuracies, and how often the two differ."""
    cells = st.columns(4)
    for cell, key, title in zip(cells, ("first", "second"), titles, strict=False):
        cell.metric(f"Read rightly: {title}", percent(found[key]["accuracy"]))
    cells[2].metric("Answers that differ", percent(found["answers_differ"]))
    cells[3].metric("Lengths differ by", f"{found['mean_difference_of_lengths']:.4f}")
    if not found["mean_difference_of_lengths"]:
        st.info("The two networks are equal: no answer and no length differs.")


def confusions(
    lengths: tuple[np.ndarray, np.ndarray], found: dict[str, Any], titles: tuple[str, str]
) -> None:
    """Both confusion matrices; a click on a cell shows its digits."""
    labels = state.gallery().pictures.labels
    names = state.config().names
    for column, key, one, title in zip(
        st.columns(2), ("first", "second"), lengths, titles, strict=True
    ):
        with column:
            st.markdown(f"**{escaped(title)}**: what was read as what")
            drawn = figures.confusion(found[key]["confusion"], names)
            chart(drawn, f"compare-confusion-{key}", 420, partial(choose_cell, key))
            label, read = state.recall(f"{CELL}-{key}") or (None, None)
            if label in names and read in names:
                is_inside = (labels == names.index(label)) & (one.argmax(-1) == names.index(read))
                title = f"{label} read as {read}"
                digits(np.flatnonzero(is_inside).tolist(), title, f"cell-{key}")


def choose_cell(key: str) -> None:
    """A cell of a confusion matrix has been clicked: its digits are shown below it."""
    point = state.widget(f"compare-confusion-{key}")["selected"]
    if isinstance(point, Mapping):  # anyone can send anything
        state.remember(f"{CELL}-{key}", (str(point.get("y")), str(point.get("x"))))


def digits(indices: list[int], title: str, key: str) -> None:
    """Some digits, each of which a click makes the current one."""
    if not indices:
        st.caption(f"{title}: none")
        return
    more = "" if len(indices) <= MOST_SHOWN else f", the first {MOST_SHOWN} of them"
    st.caption(f"{title}: {len(indices)}{more}")
    with st.container(horizontal=True, key=f"compare-{key}"):
        for index in indices[:MOST_SHOWN]:
            with st.container(width=96):
                gallery = state.gallery()
                picture(gallery.pictures.images[index], f"{gallery.one.capitalize()} {index}")
                st.button(
                    f"{index}", key=f"open-{key}-{index}", on_click=state.choose_number,
                    args=(index,), help="Make it the current one",
                )  # fmt: skip


def settings_that_differ(other: str, titles: tuple[str, str]) -> None:
    """What the two networks' configs say differently."""
    mine, theirs = state.config().to_dict(), state.network_named(other).config.to_dict()
    rows = [
        {"setting": name, titles[0]: str(value), titles[1]: str(theirs.get(name))}
        for name, value in mine.items()
        if theirs.get(name) != value
    ]
    st.subheader("Settings that differ")
    if rows:
        st.dataframe(rows, hide_index=True)
    else:
        st.markdown("None: the settings are the same, the weights differ.")
    cards = state.card_facts(), state.card_facts(other)
    told = [
        {"model card": name, titles[0]: cards[0].get(name, "–"), titles[1]: cards[1].get(name, "–")}
        for name in dict.fromkeys([*cards[0], *cards[1]])
    ]
    if told:
        st.dataframe(told, hide_index=True)


def all_digits(other: str, titles: tuple[str, str]) -> None:
    """Both on all pictures of the gallery."""
    st.subheader(f"All {state.gallery().in_words}")
    both = [
        on_all_digits("lengths", {}, f"Measure: {title}", f"lengths-{key}", network)
        for title, key, network in zip(titles, ("own", "other"), (None, other), strict=True)
    ]
    if both[0] is None or both[1] is None:
        return
    lengths = np.asarray(both[0]["lengths"]), np.asarray(both[1]["lengths"])
    found = compared(*lengths, np.asarray(both[0]["labels"]))
    figures_of_both(found, titles)
    confusions(lengths, found, titles)
    digits(found["only_first_right"], f"Read rightly only by {titles[0]}", "only-own")
    digits(found["only_second_right"], f"Read rightly only by {titles[1]}", "only-other")
    digits(found["both_wrong"], "Read wrongly by both", "both-wrong")
    calibrations = {
        title: found[key]["calibration"]
        for title, key in zip(titles, ("first", "second"), strict=True)
    }
    chart(figures.calibration(calibrations), "compare-calibration", 360)


st.title("Compare", anchor=False)
networks = state.other_networks()
choices = networks | compare_epoch.sources(networks)
if not networks:
    st.markdown(
        "No other network is on this machine. Train one on the page Training, or use one of your "
        "own there, and come back."
    )
if choices:
    arrived = state.arrived_parameters(OTHER, compare_epoch.EPOCH) or {}
    name = choose(choices, arrived)
    called = (state.network_in_words().replace("\\", ""), choices[name])
    moment = compare_epoch.choose(name, name in networks, arrived)
    if moment is not None:
        compare_epoch.show(moment)
    elif answer_the_same_question(name, called):
        this_digit(name, called)
        all_digits(name, called)
    if moment is None:
        settings_that_differ(name, called)
