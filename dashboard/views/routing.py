"""Routing: how 1152 primary capsules settle on a digit, round by round."""

import streamlit as st

from dashboard import state
from dashboard.components.routing_player import Run, routing_player
from dashboard.figures import routing as figures
from dashboard.figures.colours import VIRIDIS, rgb_table

MOST_ROUNDS = 10
PLAYER = "routing_player"

BESIDE = {
    "nothing": "nothing",
    "pinned": "the pinned digit",
    "silenced": "capsules silenced",
    "uniform": "wrong: no routing",
    "wrong axis": "wrong: softmax axis",
    "shared logits": "wrong: shared logits",
}

MISTAKES = {
    "uniform": "$c_{ij}$ stays 1/10, so every round repeats the answer of round 1.",
    "wrong axis": (
        "The softmax runs over the 1152 primary capsules $i$ instead of the ten digit capsules "
        "$j$: each $s_j$ becomes a mean of the votes instead of a sum, and every length shrinks "
        "to almost nothing."
    ),
    "shared logits": (
        "One set of $b_{ij}$ serves a whole batch, here this digit and ten others: each image is "
        "routed by what the others agree on, and its answer depends on its neighbours."
    ),
}

WORDS = {
    "lengths": {
        "title": "The answer: ten capsule lengths",
        "text": "The length of v_j says how sure the network is of digit j.",
        "look": "Watch one line rise while routing gathers the votes behind it.",
    },
    "flow": {
        "title": "The flow: who sends how much where",
        "text": (
            "A band is as wide as coupling times activity, c_ij · ‖u_i‖, summed over a map. "
            "Round 1 shares everything equally, ten per cent each."
        ),
        "look": "Watch the bands drift towards the digit that wins.",
    },
    "maps": {
        "title": "Coupling by map",
        "text": "The mean c_ij of the 36 capsules of each map; every column adds up to 1.",
        "look": "Look for the row that lights up: several maps come to agree on one digit.",
    },
    "space": {
        "title": "Coupling in space",
        "text": (
            "Each dot is a primary capsule, at the middle of what it looks at. Its colour is "
            "c_ij to the chosen digit, its area the activity ‖u_i‖."
        ),
        "look": "Look for the strokes that speak for the digit; click a dot to open its capsule.",
    },
    "certainty": {
        "title": "How decided the capsules are",
        "text": (
            "Left: the entropy of c_i, ln 10 while undecided and 0 if one digit takes all. "
            "Right: how far the logits b_ij move after each round."
        ),
        "look": "Look for the tail that leaves ln 10: few capsules decide, most hardly move.",
    },
    "cloud": {
        "title": "The vote cloud",
        "text": (
            "Every dot is a vote û_j|i, larger and stronger in colour with its c_ij; s_j is their "
            "weighted sum, v_j its squashed form."
        ),
        "look": "Votes that point along v_j gain weight and pull it further their way.",
    },
    "capsule": {
        "title": "One capsule under the glass",
        "text": "All numbers of one primary capsule in this round, to check with a calculator.",
        "look": "Agreement is added to the logit, and the softmax turns logits into shares.",
    },
}

st.title("Routing by agreement")
st.markdown(
    "Each of 1152 primary capsules $i$ sends every digit capsule $j$ a vote "
    r"$\hat u_{j|i}$. The **coupling coefficient** $c_{ij}$ is the share of its output that "
    "capsule $i$ gives to $j$: equal shares in round 1, and after each round more for those its "
    "vote **agrees** with. The votes decide together, so agreement feeds on itself: that is why "
    "$c_{ij}$ sharpens."
)
st.markdown(
    r"$c_{ij} = \mathrm{softmax}_j\,b_{ij} \;\to\; s_j = \sum_i c_{ij}\,\hat u_{j|i} \;\to\;$ "
    r"$v_j = \mathrm{squash}(s_j) \;\to\; b_{ij} \leftarrow b_{ij} + \hat u_{j|i} \cdot v_j$, "
    "and again. A few rounds only nudge the shares, so mind the numbers on the colour scales; "
    "ten rounds move them much further."
)


def silence() -> None:
    """Add what the visitor silenced in the browser to what is silent already."""
    chosen = state.widget(PLAYER).silence or []
    state.remember("silenced", tuple(sorted({*state.recall("silenced", ()), *map(int, chosen)})))
    state.set_widget("routing_beside", "silenced")


def pin() -> None:
    """Keep the current digit to compare others with."""
    state.remember("pinned", state.current_digit())
    state.set_widget("routing_beside", "pinned")


def unsilence() -> None:
    """Let every capsule speak again."""
    state.remember("silenced", ())
    state.set_widget("routing_beside", "nothing")


def beside(choice: str, rounds: int) -> Run | None:
    """The routing to show beside the current one; None if there is none."""
    if choice == "nothing":
        return None
    if choice == "pinned":
        pinned = state.recall("pinned")
        if pinned is None:
            st.caption("Pin a digit first, then pick another one: its routing appears beside.")
            return None
        name = "pinned digit" if pinned.label is None else f"pinned digit, a {pinned.label}"
        return Run(name, figures.player_data(state.trace(pinned.images, rounds), detail=False))
    if choice == "silenced":
        silenced = state.recall("silenced", ())
        if not silenced:
            st.caption("Nothing is silenced yet: choose a capsule below and silence it.")
            return None
        st.button(f"Let all speak again ({len(silenced)} of 1152 are silent)", on_click=unsilence)
        disturbed = state.altered_trace(rounds, silenced=silenced)
        return Run(f"{len(silenced)} silenced", figures.player_data(disturbed, detail=False))
    st.warning(f"**Wrong on purpose.** {MISTAKES[choice]}", icon=":material/bug_report:")
    wrong = state.altered_trace(rounds, mistake=choice)
    arrays = figures.player_data(wrong, detail=False)
    return Run(f"WRONG: {choice}", arrays, scaled=False)


first, second, third = st.columns([15, 7, 4], vertical_alignment="bottom")
trained_with = state.network().config.rounds
state.default_widget("routing_rounds", state.recall("rounds", trained_with))
state.default_widget("routing_beside", state.recall("beside", "nothing"))
with first:
    rounds = st.segmented_control(
        "Routing rounds, on the same weights",
        range(1, MOST_ROUNDS + 1),
        required=True,
        wrap=True,
        key="routing_rounds",
        help=f"The network was trained with {trained_with}.",
    )
with second:
    choice = st.selectbox(
        "Put beside it",
        list(BESIDE),
        format_func=lambda name: BESIDE[name],
        key="routing_beside",
    )
with third:
    st.button(
        "Pin digit", key="routing_pin", icon=":material/push_pin:", on_click=pin, width="stretch"
    )
rounds = rounds or trained_with
state.remember("rounds", rounds)
state.remember("beside", choice)

shown = [Run("this digit", figures.player_data(state.current_trace(rounds)))]
if (other := beside(choice, rounds)) is not None:
    shown.append(other)
routing_player(shown, WORDS, rgb_table(VIRIDIS), on_silence=silence, key=PLAYER)
