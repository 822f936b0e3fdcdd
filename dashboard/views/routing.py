"""Routing: how the primary capsules settle on a digit, round by round."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from capsnet.config import MAX_ROUNDS
from capsnet.reading import are_digits
from dashboard import state
from dashboard.components.routing_player import CloseCall, Comparison, Run, routing_player
from dashboard.figures import routing as figures
from dashboard.figures.colours import VIRIDIS, rgb_table
from dashboard.markdown import escaped
from dashboard.trace_download import trace_download

if TYPE_CHECKING:
    from capsnet.config import CapsNetConfig
    from capsnet.trace import CapsNetTrace

PLAYER = "routing_player"

A_DIGIT = re.compile(r"\bdigit(s?)\b(?! capsule)")
"""A class, in the words below; "digit capsule" is what the paper calls one of any classes."""

MISTAKES = {
    "uniform": {
        "name": "no routing",
        "text": "c_ij stays 1/10, so every round repeats the answer of round 1.",
    },
    "wrong axis": {
        "name": "softmax over the wrong axis",
        "text": (
            "The shares of 1 are cut over the {capsules} capsules i instead of the ten digits "
            "j. Each s_j is then a mean of votes, and every length shrinks to almost "
            "nothing."
        ),
    },
    "shared logits": {
        "name": "logits shared by the batch",
        "text": (
            "One set of scores b_ij, the logits, serves this picture and ten others. Each is "
            "routed by what the others agree on, so its answer depends on its neighbours."
        ),
    },
}

WORDS: dict[str, dict[str, Any]] = {
    "lengths": {
        "title": "The answer: ten lengths",
        "text": (
            "Each digit j has a digit capsule, a vector v_j. Its length says how sure the network "
            "is that digit j is there."
        ),
        "equation": "‖v_j‖, from 0 to 1",
        "look": "Watch one line rise as votes gather behind it.",
    },
    "flow": {
        "title": "Flow: who feeds whom",
        "text": (
            "Every map, one kind of feature looked for at {places} places, shares out its output "
            "among ten digits. A band is as wide as share times output, summed over the map."
        ),
        "equation": "width = Σ_i c_ij ‖u_i‖",
        "gained": {
            "text": (
                "Every map, one kind of feature looked for at {places} places, shares out its "
                "output among ten digits. In round 1 a band is as wide as share times output, "
                "summed over the map; later it is what that has gained since, enlarged to be seen."
            ),
            "equation": "gain of Σ_i c_ij ‖u_i‖",
            "look": "Watch the bands move towards the digit that wins.",
        },
        "look": "Little moves in all: a few capsules shift, but theirs are the votes that count.",
    },
    "law": {
        "title": "One round, in the paper's letters",
        "lines": [
            ["û_j|i = W_ij u_i", "the vote of capsule i for digit j, by weights that were learned"],
            [
                "c_ij = exp(b_ij) / Σ_k exp(b_ik)",
                "softmax: ten scores, all 0 in round 1, become ten shares that add up to 1",
            ],
            ["s_j = Σ_i c_ij û_j|i", "the votes for digit j, each times its share, added up"],
            ["v_j = squash(s_j)", "squash: same direction, but a length below 1"],
            ["b_ij ← b_ij + û_j|i · v_j", "agreement of vote and outcome is added to the score"],
        ],
        "answers": [
            [
                "What is c_ij?",
                "The share of its output that primary capsule i gives to digit capsule j.",
            ],
            [
                "Who decides it?",
                "All votes together: v_j is made of all of them, and each vote is held against it.",
            ],
            [
                "Why does it sharpen?",
                "A vote that agrees gets a larger share, pulls v_j closer and agrees even more.",
            ],
            [
                "Why is so little enough?",
                "Few capsules shift their shares, but those with long votes: they make up s_j.",
            ],
        ],
    },
    "maps": {
        "title": "Coupling by map",
        "text": (
            "A column is a map, a row a digit. The colour is the mean coupling, the share c_ij, of "
            "the map's {places} capsules; every column adds up to 1."
        ),
        "equation": "Σ_j c_ij = 1",
        "look": "Look for the maps that leave the colour of an equal share, and whether other "
        "digits have the same.",
    },
    "cloud": {
        "title": "The vote cloud",
        "text": (
            "A dot is the vote û_j|i of one capsule, 16 numbers put onto the plane that shows most "
            "of them. Size and colour are its share c_ij."
        ),
        "equation": "s_j = Σ_i c_ij û_j|i, v_j = squash(s_j)",
        "look": "Watch the votes that point along v_j grow, and pull it further their way.",
    },
    "space": {
        "title": "Coupling in space",
        "text": (
            "A dot is one primary capsule, in the middle of the {side} × {side} pixels that it "
            "looks at. Its colour is the share c_ij for the chosen digit, its area the activity "
            "‖u_i‖."
        ),
        "equation": "c_ij and ‖u_i‖, for every i and one j",
        "look": "Look for the dots that change colour from round to round, and click one.",
    },
    "capsule": {
        "title": "One capsule under the glass",
        "text": "All numbers of one primary capsule in this round, to check with a calculator.",
        "equation": "c_ij = exp(b_ij) / Σ_k exp(b_ik), then b_ij ← b_ij + û_j|i · v_j",
        "look": "Follow one row from left to right: its last number opens the next round.",
    },
    "whatif": {
        "title": "What if …?",
        "text": "Silence capsules or route in a wrong way: the network answers again at once.",
        "equation": "silent: u_i = 0, so every û_j|i = 0",
        "look": "Look at the lengths before and after: which parts does the answer need?",
        "mistakes": MISTAKES,
    },
    "certainty": {
        "title": "How decided the capsules are",
        "text": (
            "The bars: the entropy of c_i, which is ln 10 for ten equal shares and 0 if one digit "
            "takes all. The line: how far the scores b_ij move, as in the paper's appendix."
        ),
        "equation": "H(c_i) = −Σ_j c_ij ln c_ij",
        "look": "Look for the tail that leaves ln 10: few capsules decide, most hardly move.",
    },
}


def words_for(config: CapsNetConfig) -> dict[str, Any]:
    """`WORDS`, with the numbers of one network, and of its classes."""
    numbers = {
        "{capsules}": config.num_primary_capsules,
        "{places}": math.prod(config.primary_grid),
        "{side}": config.conv_kernel + config.primary_kernel - 1,
    }

    def filled(words: Any) -> Any:
        if isinstance(words, dict):
            return {key: filled(value) for key, value in words.items()}
        if isinstance(words, list):
            return [filled(value) for value in words]
        for place, number in numbers.items():
            words = words.replace(place, str(number))
        return words if are_digits(config.names) else A_DIGIT.sub(_class, words)

    return filled(WORDS)


def _class(digit: re.Match[str]) -> str:
    return "classes" if digit[1] else "class"


def silence() -> None:
    """Switch off the capsules that the visitor silenced, and only them."""
    wanted = {*map(int, state.widget(PLAYER).silence or [])}
    chosen = sorted(wanted & {*range(state.network().config.num_primary_capsules)})
    state.remember("silenced", tuple(chosen))
    state.remember("beside", "silenced" if chosen else "nothing")


def end_silence() -> None:
    """Let all capsules speak."""
    state.remember("silenced", ())
    if state.recall("beside") == "silenced":
        state.remember("beside", "nothing")


def compare() -> None:
    """Put a mistake, or nothing, beside the current routing; whoever was silent speaks again."""
    wanted = state.widget(PLAYER).beside
    state.remember("silenced", ())
    state.remember("beside", wanted if wanted in [*MISTAKES] else "nothing")


def pin() -> None:
    """Keep the current digit to compare others with."""
    state.remember("silenced", ())
    state.remember("pinned", state.current_digit())
    state.remember("beside", "pinned")


def follow_link(trained: int) -> None:
    """Take the rounds from a link that was opened, edited, or reached by the browser's Back."""
    parameters = state.arrived_parameters(state.ROUNDS)
    if parameters is None:
        return
    arrived = parameters.get(state.ROUNDS, "")
    if arrived and state.rounds_in(arrived) is None:
        asked = escaped(arrived[:20])
        st.warning(
            f"The link asks for '{asked}' rounds of routing, not for 1 to {MAX_ROUNDS}. "
            f"Here are {trained}, as the network was trained.",
            icon=":material/link_off:",
        )
    state.set_widget("routing_rounds", state.rounds())


def change_rounds() -> None:
    """Take the number of rounds that the player asks for."""
    wanted = int(state.widget(PLAYER).rounds or 1)
    state.set_widget("routing_rounds", min(MAX_ROUNDS, max(1, wanted)))


def choose_close_call() -> None:
    """Go to the digit about which routing decides, or back; whoever was silent speaks again."""
    end_silence()
    wish, index = state.widget(PLAYER).close_call, state.close_call()
    if wish == "offer" and index is not None and state.current_digit().index != index:
        state.remember("before_close_call", state.current_digit())
        state.choose_bundled(index)
    elif wish == "back" and (before := state.recall("before_close_call")) is not None:
        state.choose_digit(before)


def close_call() -> CloseCall:
    """Whether to offer the digit about which routing decides, or the way back from it."""
    if state.close_call() is None:
        return "none"
    if state.current_digit().index != state.close_call():
        state.remember("before_close_call", None)
        return "offer"
    return "none" if state.recall("before_close_call") is None else "back"


def player_data(trace: CapsNetTrace, detail: bool = True) -> dict[str, np.ndarray]:
    """`figures.player_data` of the network in use."""
    config = state.network().config
    kernels = (config.conv_kernel, config.primary_kernel)
    return figures.player_data(trace, detail, kernels=kernels, stride=config.primary_stride)


def beside(choice: str, silenced: tuple[int, ...], rounds: int) -> Run | None:
    """The routing to show beside the current one; None if there is none."""
    if choice == "nothing":
        return None
    if choice == "pinned":
        pinned = state.recall("pinned")
        name = "pinned digit" if pinned.label is None else f"pinned digit ({pinned.label})"
        return Run(name, player_data(state.trace(pinned.images, rounds), detail=False))
    if choice == "silenced":
        disturbed = state.altered_trace(rounds, silenced=silenced)
        return Run(f"{len(silenced)} silenced", player_data(disturbed, detail=False))
    wrong = player_data(state.altered_trace(rounds, mistake=choice), detail=False)
    name = MISTAKES[choice]["name"]
    return Run(f"WRONG: {name}", wrong, scaled=False)


def meet_network() -> None:
    """What was silenced of one network is nothing to another, and each has rounds of its own."""
    if state.recall("routed_by", "") != state.network_name():
        end_silence()
        state.set_widget("routing_rounds", state.rounds())
    state.remember("routed_by", state.network_name())


def other_rounds(rounds: int, trained: int) -> str:
    """What it means to route more or fewer times than the network learned to."""
    change = (
        "In more, rivals grow too; the answer may change."
        if rounds > trained
        else "In fewer, the votes have not gathered yet."
    )
    many = "round" if trained == 1 else "rounds"
    return f"**Not as trained:** the other pages answer after {trained} {many}. {change}"


config = state.network().config
trained = config.rounds
meet_network()
state.default_widget("routing_rounds", state.rounds())
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
st.markdown(
    f"**Routing by agreement:** {config.num_primary_capsules} primary capsules, each one feature "
    f"at one place, vote on the {'digit' if are_digits(config.names) else 'class'}. **Press play** "
    "and watch."
    if rounds == trained
    else other_rounds(rounds, trained)
)
state.choose_rounds(rounds)
choice, silenced = state.recall("beside", "nothing"), state.recall("silenced", ())

shown = [Run("this digit", player_data(state.current_trace(rounds)))]
if (other := beside(choice, silenced, rounds)) is not None:
    shown.append(other)
routing_player(
    shown,
    words_for(config),
    rgb_table(VIRIDIS),
    config.names,
    Comparison(choice, silenced, state.network_name()),
    close_call=close_call(),
    calls={
        "silence": silence,
        "beside": compare,
        "pin": pin,
        "rounds": change_rounds,
        "close_call": choose_close_call,
    },
    key=PLAYER,
)
trace_download(st.container())
