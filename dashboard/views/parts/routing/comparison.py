"""What Routing shows beside the digit's routing: chosen in the player, kept, and in the link."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from dashboard import state
from dashboard.markdown import escaped
from dashboard.state import digit as digit_module
from dashboard.state.digit import CurrentDigit, LinkError
from dashboard.state.link_encoding import packed_places, unpacked_places
from dashboard.views.parts.routing.words import MISTAKES, mistakes_of

PLAYER = "routing_player"
"""The key of the player, whose requests these are."""

NOTHING, PINNED, SILENCED = "nothing", "pinned", "silenced"
"""What can be beside it, besides the names of `MISTAKES`."""

WRONG = "wrong"
PINNED_NAMES = {f"pinned_{name}": name for name in digit_module.LINK_NAMES}
LINK_NAMES = (SILENCED, WRONG, *PINNED_NAMES)
"""The query parameters in which it travels; a link has one of them at most."""

LONGEST = 2000
"""Characters of silenced capsules in a link; about 210 of the paper's network."""


def chosen() -> tuple[str, tuple[int, ...]]:
    """What is beside it, and the primary capsules that are silent, by their place along I."""
    beside = state.recall("beside", NOTHING)
    if beside in MISTAKES and beside not in mistakes_of(state.config()):
        beside = NOTHING  # it was chosen for another network
    if beside == PINNED and pinned() is None:
        beside = NOTHING
    return beside, state.recall("silenced", ())


def pinned() -> CurrentDigit | None:
    """The pinned digit as the network in use takes it; None if it is of another network's."""
    kept = state.recall("pinned")
    return None if kept is None else state.suited(kept)


def silence() -> None:
    """Switch off the capsules that the visitor silenced, and only them."""
    wanted = state.widget(PLAYER).silence or []
    if not isinstance(wanted, list) or not all(isinstance(place, int) for place in wanted):
        return  # anyone can send anything
    _silence(sorted({*wanted} & {*range(state.config().num_primary_capsules)}))


def end_silence() -> None:
    """Let all capsules speak."""
    _put(NOTHING if state.recall("beside") == SILENCED else chosen()[0])


def compare() -> None:
    """Put a mistake, or nothing, beside the current routing; silenced capsules speak again."""
    wanted = state.widget(PLAYER).beside
    _put(wanted if wanted in [*mistakes_of(state.config())] else NOTHING)


def pin() -> None:
    """Keep the current digit to compare others with."""
    state.remember("pinned", state.current_digit())
    _put(PINNED)


def to_link() -> dict[str, str]:
    """The query parameters that show the same beside the same digit; none for nothing."""
    beside, silenced = chosen()
    if beside == NOTHING:
        return {}
    if beside == SILENCED:
        return {SILENCED: packed_places(silenced, state.config().num_primary_capsules)}
    if beside == PINNED:
        kept = pinned()
        named = dataclasses.replace(kept, chosen=True).link if kept else {}
        return {f"pinned_{name}": value for name, value in named.items()}
    return {WRONG: beside}


def follow_link(parameters: Mapping[str, str]) -> str | None:
    """Show what a link has, or nothing beside the digit.

    Args:
        parameters: those of `LINK_NAMES` that it has.

    Returns:
        A sentence if it was of no use.
    """
    _put(NOTHING)
    if mistake := parameters.get(WRONG):
        if mistake not in MISTAKES:
            known = ", ".join(f"'{name}'" for name in MISTAKES)
            return f"The link asks to route wrongly by '{escaped(mistake[:20])}', not by {known}."
        if mistake not in mistakes_of(state.config()):
            return (
                f"The link asks to route wrongly by '{mistake}'. That is a mistake of routing by "
                "agreement, which this network does not use."
            )
        _put(mistake)
    elif code := parameters.get(SILENCED):
        capsules = state.config().num_primary_capsules
        try:
            _silence(unpacked_places(code[:LONGEST], capsules))
        except ValueError:
            return (
                "The link's silenced capsules are damaged, or of a network that does not have "
                f"{capsules} of them: all capsules speak."
            )
    else:
        named = {name: parameters[key] for key, name in PINNED_NAMES.items() if key in parameters}
        try:
            linked = digit_module.from_link(named, state.gallery())
        except LinkError as error:
            return f"Nothing is pinned. {error}"
        if linked is not None:
            state.remember("pinned", linked)
            _put(PINNED)
    return None


def _silence(capsules: list[int]) -> None:
    _put(SILENCED if capsules else NOTHING)
    state.remember("silenced", tuple(capsules))


def _put(beside: str) -> None:
    state.remember("silenced", ())
    state.remember("beside", beside)
