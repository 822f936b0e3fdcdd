"""Where a visitor is in the lesson, kept in the session and in the page's link."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from capsnet.data.lesson_texts import LANGUAGES

STOPS = 8

STOP, DONE, GUESS, LANGUAGE = "lesson", "done", "guess", "lang"
"""The query parameters: the stop, those that are done, the guess at this stop, the language."""

VOTED = STOPS * 10
"""The guess of a class that has raised hands, of which nobody was asked to press a choice."""

_VOTED_IN_LINK = "hands"
_DAMAGED = "lesson_damaged"


def stop() -> int | None:
    """The stop, 1 to `STOPS`; None outside the lesson."""
    return st.session_state.get("lesson_stop")


def done() -> frozenset[int]:
    """The stops that are done."""
    return st.session_state.get("lesson_done", frozenset())


def guess() -> int | None:
    """The place of the choice that was guessed, or `VOTED`; None before any guess."""
    return st.session_state.get("lesson_guess")


def language() -> str:
    """The language of the lesson's words."""
    return st.session_state.get("lesson_language", LANGUAGES[0])


def is_damaged() -> bool:
    """Whether the link by which the visitor came named no place in the lesson."""
    return st.session_state.get(_DAMAGED, False)


def before() -> tuple[object] | None:
    """What the stop's task starts from, in a tuple; None before that is known."""
    return st.session_state.get("lesson_before")


def start_from(now: object) -> None:
    """The stop's task starts from what the page shows now."""
    st.session_state["lesson_before"] = (now,)


def go(number: int) -> None:
    """Go to a stop, where nothing is guessed yet."""
    st.session_state.update(lesson_stop=number, lesson_guess=None, lesson_before=None)
    st.session_state[_DAMAGED] = False


def make_guess(choice: int) -> None:
    """The class has guessed."""
    st.session_state["lesson_guess"] = choice


def finish(number: int) -> None:
    """A stop is done."""
    st.session_state["lesson_done"] = done() | {number}


def begin() -> None:
    """Begin anew."""
    st.session_state["lesson_done"] = frozenset()
    go(1)


def leave() -> None:
    """Leave the lesson; what is done stays so."""
    st.session_state.update(lesson_stop=None, lesson_guess=None)
    st.session_state[_DAMAGED] = False


def choose_language(name: str) -> None:
    """Tell the lesson in another language."""
    st.session_state["lesson_language"] = name if name in LANGUAGES else LANGUAGES[0]


def in_link() -> dict[str, str]:
    """The query parameters that lead to the same place."""
    link = {}
    if stop() is not None:
        link[STOP] = str(stop())
    if done():
        link[DONE] = "".join(map(str, sorted(done())))
    if stop() is not None and (said := guess()) is not None:
        link[GUESS] = _VOTED_IN_LINK if said == VOTED else str(said)
    if language() != LANGUAGES[0]:
        link[LANGUAGE] = language()
    return link


def take_link(parameters: Mapping[str, str]) -> None:
    """Go where a link leads; what was done before stays so."""
    told = parameters.get(DONE, "")
    if told.isdecimal() and len(told) <= STOPS:
        for number in sorted({int(digit) for digit in told} & {*range(1, STOPS + 1)}):
            finish(number)
    if LANGUAGE in parameters:
        choose_language(parameters[LANGUAGE])
    wanted = parameters.get(STOP)
    if wanted is None:
        leave()
        return
    if not (wanted.isdecimal() and len(wanted) == 1 and 1 <= int(wanted) <= STOPS):
        leave()
        st.session_state[_DAMAGED] = True
        return
    go(int(wanted))
    said = parameters.get(GUESS, "")
    if said == _VOTED_IN_LINK:
        make_guess(VOTED)
    elif said.isdecimal() and len(said) == 1:
        make_guess(int(said))
