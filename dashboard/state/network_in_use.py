"""Which network a visitor uses; others keep theirs."""

from __future__ import annotations

import shlex
from typing import Literal

import streamlit as st

from capsnet.training.provenance import bundled_were_in
from dashboard.markdown import escaped
from dashboard.state import network_files, training_runs
from dashboard.state.network_files import Stored

CHOICE, FOUND = "network_name", "network_found"
TITLES = "network_titles"
UNTRAINED = "the shipped one, untrained"
"""What the shipped network before its training is called; see `dashboard.state.untrained`."""

TROUBLE, TOLD = "network_trouble", "network_trouble_shown"


def name() -> str:
    """The name of the network that this visitor uses; empty for the shipped one."""
    return st.session_state.get(CHOICE, "")


def in_words() -> str:
    """The same, for the visitor, as Markdown."""
    if not name():
        return "The shipped one"
    if is_for_sets():
        return network_files.FOR_SETS_TITLE
    if not network_files.UPLOADED.fullmatch(name()):
        return f"Run {name()}"
    if is_untrained():
        return "The shipped one, before it learned"
    own = st.session_state.get(TITLES, {}).get(name())
    return f"Uploaded, {escaped(own or network_files.title(name()))}"


def is_for_sets() -> bool:
    """Whether it is the second one that ships, which learned from none, one and two digits."""
    return name() == network_files.FOR_SETS


def can_choose_for_sets() -> bool:
    """Whether the shipped one is in use, and the second one is there."""
    return not name() and network_files.find(network_files.FOR_SETS) is not None


def choose_for_sets() -> None:
    """Use the second one that ships."""
    choose(network_files.FOR_SETS)


def is_untrained() -> bool:
    """Whether it is the shipped one before its training."""
    return bool(name()) and network_files.title(name()) == UNTRAINED


def is_uploaded() -> bool:
    """Whether it is a file that was sent, and so has no run behind it that is known here."""
    return bool(network_files.UPLOADED.fullmatch(name()))


def choose(name: str) -> None:
    """Use another network on all pages.

    Args:
        name: as in `network_files.find`; empty for the shipped one. One that this machine does not
            have gives way to the shipped one, and the visitor is told.
    """
    st.session_state[CHOICE] = name
    st.session_state[TROUBLE] = None


def choose_uploaded(name: str, title: str) -> None:
    """Use a network that this visitor has sent, and call it as its file was called."""
    st.session_state.setdefault(TITLES, {})[name] = title[: network_files.LONGEST_TITLE]
    choose(name)


def look() -> None:
    """Look for the file of this visitor's network: once a run, or two parts might show two."""
    st.session_state[FOUND] = name(), network_files.find(name())


def chosen() -> Stored | None:
    """The file of the network that this visitor uses; None for the shipped one."""
    if not name():
        return None
    if st.session_state.get(FOUND, ("",))[0] != name():
        look()
    found = st.session_state[FOUND][1]
    if found is None:
        named = f" named {name()}" if training_runs.NAME.fullmatch(name()) else " of that name"
        give_up(f"This machine has no network{named}.")
    return found


def bundled_are() -> Literal["seen", "unseen", "unknown"]:
    """Whether this visitor's network was trained on bundled digits."""
    found = chosen()
    if found is None or is_for_sets() or is_untrained():
        return "unseen"
    return bundled_were_in(found.path.parent)


def command_option() -> str:
    """The option by which a command uses this visitor's network; empty for the shipped one."""
    found = chosen()
    if found is None:
        return ""
    inside = found.path.is_relative_to(training_runs.ROOT)
    path = found.path.relative_to(training_runs.ROOT) if inside else found.path
    return f" --checkpoint {shlex.quote(str(path))}"


def give_up(reason: str) -> None:
    """Go back to the shipped network and tell the visitor why, when the sidebar is next drawn."""
    choose("")
    st.session_state[TROUBLE] = f"{reason} The shipped network is used instead."
    st.session_state[TOLD] = False


def tell(reason: str) -> None:
    """Tell the visitor why another network is not used, when the sidebar is next drawn."""
    st.session_state[TROUBLE] = reason
    st.session_state[TOLD] = False


def trouble() -> str | None:
    """What to tell the visitor, until another page or another network is shown."""
    st.session_state[TOLD] = True
    return st.session_state.get(TROUBLE)


def forget_shown_trouble() -> None:
    """Forget it once the visitor goes to another page."""
    if st.session_state.get(TOLD):
        st.session_state[TROUBLE] = None
