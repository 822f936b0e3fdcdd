"""Routing: how the primary capsules settle on a digit, round by round."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from capsnet import figures as draw
from capsnet.analysis.prediction import are_digits
from capsnet.config import MAX_ROUNDS
from capsnet.routing.registry import AGREEMENT
from dashboard import state
from dashboard.components.colour_maps import VIRIDIS, rgb_table
from dashboard.components.figure import figures as figures_on_page
from dashboard.components.routing_player import (
    CloseCall,
    Comparison,
    RoutingTrace,
    charts_of,
    routing_player,
)
from dashboard.components.routing_player_data import player_data
from dashboard.markdown import escaped
from dashboard.views.parts.glossary import glossary
from dashboard.views.parts.lesson.stops import at
from dashboard.views.parts.routing import comparison
from dashboard.views.parts.routing.comparison import NOTHING, PINNED, PLAYER, SILENCED
from dashboard.views.parts.routing.words import MISTAKES, name_of, words_for
from dashboard.views.parts.trace_download import trace_download

if TYPE_CHECKING:
    from capsnet.config import CapsNetConfig
    from capsnet.network.trace import CapsNetTrace

FIGURES, FIGURES_SHOWN = "routing_as_figures", "routing_figures"
PICKED = "routing_class"
"""Under this a picked class is kept, with the digit in which it was picked."""


def follow_link(trained: int) -> None:
    """Take rounds and comparison from a link: opened, edited, or reached by the browser's Back."""
    parameters = state.arrived_parameters(state.ROUNDS, *comparison.LINK_NAMES)
    if parameters is None:
        return
    if told := comparison.follow_link(parameters):
        st.warning(told, icon=":material/link_off:")
    arrived = parameters.get(state.ROUNDS, "")
    if arrived and state.rounds_in(arrived) is None:
        asked = escaped(arrived[:20])
        st.warning(
            f"The link asks for '{asked}' rounds of routing, not for 1 to {MAX_ROUNDS}. "
            f"The page shows {trained}, as the network was trained.",
            icon=":material/link_off:",
        )
    state.set_widget("routing_rounds", state.rounds())


def change_rounds() -> None:
    """Take the number of rounds that the player asks for."""
    wanted = state.widget(PLAYER).rounds
    if isinstance(wanted, int):  # anyone can send anything
        state.set_widget("routing_rounds", min(MAX_ROUNDS, max(1, wanted)))


def choose_close_call() -> None:
    """Go to the digit about which routing decides, or back; silenced capsules speak again."""
    comparison.end_silence()
    asked, index = state.widget(PLAYER).close_call, state.close_call()
    if asked == "offer" and index is not None and state.current_digit().index != index:
        state.remember("before_close_call", state.current_digit())
        state.choose_number(index)
    elif asked == "back" and (before := state.recall("before_close_call")) is not None:
        state.choose_digit(before)


def close_call() -> CloseCall:
    """Whether to offer the digit about which routing decides, or the way back from it."""
    if state.close_call() is None:
        return "none"
    if state.current_digit().index != state.close_call():
        state.remember("before_close_call", None)
        return "offer"
    return "none" if state.recall("before_close_call") is None else "back"


def routing_trace(
    title: str, trace: CapsNetTrace, detail: bool = True, scaled: bool = True
) -> RoutingTrace:
    """A trace of the network in use, as the player shows it."""
    config = state.config()
    kernels = (config.conv_kernel, config.primary_kernel)
    arrays = player_data(trace, detail, kernels=kernels, stride=config.primary_stride)
    return RoutingTrace(title, arrays, charts_of(trace, config.names), scaled)


def beside(choice: str, silenced: tuple[int, ...], rounds: int) -> RoutingTrace | None:
    """The routing to show beside the current one; None if there is none."""
    if choice == NOTHING:
        return None
    if choice == PINNED:
        pinned = comparison.pinned()
        assert pinned is not None  # else it is not the choice
        one = state.gallery().one
        name = f"pinned {one}" if pinned.label is None else f"pinned {one} ({pinned.label})"
        return routing_trace(name, state.trace(pinned.images, rounds), detail=False)
    if choice == SILENCED:
        disturbed = state.altered_trace(rounds, silenced=silenced)
        return routing_trace(f"{len(silenced)} silenced", disturbed, detail=False)
    wrong = state.altered_trace(rounds, mistake=choice)
    return routing_trace(f"WRONG: {MISTAKES[choice]['name']}", wrong, detail=False, scaled=False)


def asked_by_lesson() -> dict[str, Any] | None:
    """The part that the lesson's stop is about; it plays once the class has guessed."""
    stop = at()
    if stop is None or stop.part is None:
        return None
    plays = not stop.is_hidden  # what was in sight before the guess moves on after it
    guessed = state.lesson.guess() is not None
    return {
        "stop": state.lesson.stop(),
        "part": stop.part,
        "round": "first" if plays else "last",
        "play": plays and guessed,
        "waits": plays and not guessed,
    }


def meet_network() -> None:
    """What was silenced of one network is nothing to another, and each has rounds of its own."""
    if state.recall("routed_by", "") != state.network_name():
        comparison.end_silence()
        state.set_widget("routing_rounds", state.rounds())
    state.remember("routed_by", state.network_name())


def what_it_is(config: CapsNetConfig) -> str:
    """Routing in a sentence, and how to see it."""
    invitation = (
        "**Press play** and watch."
        if config.rounds > 1 or config.routing != AGREEMENT
        else "This network was trained with one round, in which all shares are equal: choose more "
        "to see agreement at work."
    )
    return (
        f"**{name_of(config)}:** {config.num_primary_capsules} primary capsules, each one "
        f"feature at one place, vote on the {'digit' if are_digits(config.names) else 'class'}. "
        f"{invitation}"
    )


def other_rounds(rounds: int, trained: int) -> str:
    """What it means to route more or fewer times than the network learned to."""
    change = (
        "With more, some capsules settle on rivals, which grow too: the answer may change."
        if rounds > trained
        else "With fewer, the shares have not gathered yet."
    )
    many = "round" if trained == 1 else "rounds"
    return f"**Not as trained:** the other pages answer after {trained} {many}. {change}"


def pick_class() -> None:
    """The player tells which class is in colour there."""
    digit = state.widget(PLAYER).digit
    if isinstance(digit, int):  # anyone can send anything
        state.remember(PICKED, (state.current_digit(), digit))


def as_figures(trace: CapsNetTrace) -> None:
    """Flow and votes, which follow the rounds as pictures above, as figures of one's own pace."""
    names = state.config().names
    if not st.toggle("Flow and votes as figures that you can zoom, rotate and save", key=FIGURES):
        return
    st.caption(
        "Click a vote to open its capsule above. The class in colour is the one chosen above."
    )
    whose, picked = state.recall(PICKED) or (None, None)
    is_here = whose == state.current_digit() and picked in range(len(names))
    digit = picked if is_here else None
    plane, space = (draw.votes(trace, digit, dimensions=d, names=names) for d in (2, 3))
    figures_on_page(FIGURES_SHOWN, [draw.flow(trace, digit=digit, names=names), plane, space])


config = state.config()
trained = config.rounds
meet_network()
state.default_widget("routing_rounds", state.rounds())
state.default_widget(FIGURES, False)
follow_link(trained)

with st.container(
    horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom", gap="small"
):
    st.title("Routing", anchor=False, width="content")
    rounds = st.segmented_control(
        "How many routing rounds, on the same weights",
        range(1, MAX_ROUNDS + 1),
        required=True,
        wrap=True,
        width="content",
        key="routing_rounds",
        help=f"The network was trained with {trained}. More rounds sharpen the shares further.",
    )
rounds = rounds or trained
st.markdown(what_it_is(config) if rounds == trained else other_rounds(rounds, trained))
state.choose_rounds(rounds)
state.add_to_link(comparison.to_link())
choice, silenced = comparison.chosen()

shown = [routing_trace(f"this {state.gallery().one}", state.current_trace(rounds))]
if (other := beside(choice, silenced, rounds)) is not None:
    shown.append(other)
routing_player(
    shown,
    words_for(config, state.right_by_rounds()),
    rgb_table(VIRIDIS),
    config.names,
    state.gallery().one,
    Comparison(choice, silenced, state.network_name()),
    close_call=close_call(),
    lesson=asked_by_lesson(),
    calls={
        "silence": comparison.silence,
        "beside": comparison.compare,
        "pin": comparison.pin,
        "rounds": change_rounds,
        "close_call": choose_close_call,
        "digit": pick_class,
    },
    tells_digit=bool(state.widget(FIGURES)),
    files=state.offer_to_browser().settings,
    key=PLAYER,
)
as_figures(state.current_trace(rounds))
glossary(
    "routing",
    "map",
    "vote",
    "coupling",
    "agreement",
    "activity",
    "logit",
    "entropy",
    "round",
    "trace",
)
trace_download(st.container())
