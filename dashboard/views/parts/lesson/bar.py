"""The lesson's bar, which goes along on all pages: question, guess, answer, and the way on."""

from __future__ import annotations

from typing import Any

import streamlit as st

from capsnet.data.lesson_texts import lesson_texts
from dashboard import state
from dashboard.components.lesson_guide import lesson_guide
from dashboard.components.picture import picture_html
from dashboard.markdown import escaped
from dashboard.state.lesson import STOPS as COUNT
from dashboard.state.lesson import VOTED
from dashboard.views.parts.lesson.stops import STOPS, Stop, at, open_stop

PICTURE = 84
"""CSS pixels of a picture beside a question."""


def bar(page: str) -> None:
    """Show the stop that the visitor is at, on whichever page.

    Args:
        page: the path of the page that runs.
    """
    texts = lesson_texts(state.lesson.language())
    ui = texts["lesson"]
    _go_where_asked()
    if state.lesson.is_damaged():
        st.warning(ui["damaged"], icon=":material/link_off:")
        st.button(ui["start"], key="lesson_start_again", on_click=_ask, args=(1,))
        return
    stop = at()
    if stop is None or page == "lesson":
        return
    number = state.lesson.stop() or 1
    words = texts["stops"][number - 1]
    with st.container(key="lesson_bar"):
        if state.network_name():
            st.warning(ui["other_network"], icon=":material/warning:")
            st.button(
                ui["shipped"], key="lesson_shipped", on_click=state.choose_network, args=("",)
            )
        _heading(ui, words, number)
        if page == stop.page:
            _at_its_page(ui, words, stop, number)
        else:
            st.markdown(ui["wandered"].format(number=number, page=f"**{stop.name}**"))
        _ways(ui, number, is_there=page == stop.page)
    guessed = state.lesson.guess() is not None
    lesson_guide(
        figure=stop.figure if page == stop.page else "",
        spoiler=stop.spoiler,
        waits=not guessed,
        is_hidden=stop.is_hidden and not guessed,
        is_shown=guessed,
        stop=number,
        words=ui["hidden"],
    )


def settle(page: str) -> None:
    """Once the page has run: a stop is done when its task changes what the page shows.

    Args:
        page: the path of the page that runs.
    """
    stop, number = at(), state.lesson.stop()
    if stop is None or number is None or page != stop.page or stop.tried is None:
        return
    if state.lesson.guess() is None or number in state.lesson.done():
        return
    before, now = state.lesson.before(), stop.tried()
    if before is None:  # a link has brought the visitor here
        state.lesson.start_from(now)
    elif now is not None and now != before[0]:
        state.lesson.finish(number)
        st.rerun()  # the bar stands above what has changed


def _heading(ui: dict[str, Any], words: dict[str, Any], number: int) -> None:
    dots = "&nbsp;".join(
        f":primary[**{k}**]" if k == number else (f"{k}✓" if k in state.lesson.done() else f"{k}")
        for k in range(1, COUNT + 1)
    )
    where = ui["stop_of"].format(number=number, count=COUNT)
    st.markdown(f"**{where}: {words['title']}** &emsp; {dots}")


def _at_its_page(ui: dict[str, Any], words: dict[str, Any], stop: Stop, number: int) -> None:
    with st.container(key="lesson_question"):
        st.markdown(words["question"])
    guess = state.lesson.guess()
    if guess is None:
        if shown := stop.pictures():
            drawn = "".join(picture_html(one, name, PICTURE) for one, name in shown)
            st.html(f"<div style='display:flex;gap:1rem'>{drawn}</div>")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"*{ui['guess']}*", width="content")
            for place, choice in enumerate(words["choices"]):
                st.button(choice, key=f"lesson_choice_{place}", on_click=_guess, args=(place, stop))
            st.button(
                ui["voted"], key="lesson_voted", icon=":material/back_hand:",
                type="tertiary", on_click=_guess, args=(VOTED, stop),
            )  # fmt: skip
        return
    told = ""
    if guess < len(words["choices"]):
        verdict = ui["right"] if guess == stop.right else ui["wrong"]
        told = f"{ui['your_guess'].format(guess=words['choices'][guess])} **{verdict}** "
    with st.container(key="lesson_answer"):
        st.markdown(told + _answer(words["answer"], stop))
    if stop.tried is None:
        state.lesson.finish(number)
    mark = "✓ " if number in state.lesson.done() else "○ "
    st.markdown(f"{mark}**{ui['try']}:** {words['task']}")


def _answer(answer: str, stop: Stop) -> str:
    if stop.length is None:
        return answer
    length = f"{stop.length():.2f}"
    if state.lesson.language() == "de":
        length = length.replace(".", ",")
    return answer.format(length=escaped(length))


def _ways(ui: dict[str, Any], number: int, *, is_there: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="lesson_ways"):
        if number > 1:
            st.button(
                ui["back"], key="lesson_back", icon=":material/arrow_back:",
                on_click=_ask, args=(number - 1,),
            )  # fmt: skip
        is_done = number in state.lesson.done()
        onward = ui["finish"] if number == COUNT else ui["next"] if is_done else ui["skip"]
        st.button(
            onward, key="lesson_next", icon=":material/arrow_forward:",
            on_click=_ask, args=(number + 1,),
        )  # fmt: skip
        label = ui["set_up"] if is_there else ui["return"].format(number=number)
        st.button(
            label, key="lesson_set_up", icon=":material/restart_alt:", on_click=_ask, args=(number,)
        )
        st.page_link("views/lesson.py", label=ui["overview"], icon=":material/list:")
        st.button(ui["leave"], key="lesson_leave", type="tertiary", on_click=state.lesson.leave)


def _guess(choice: int, stop: Stop) -> None:
    state.lesson.make_guess(choice)
    if stop.tried is not None:
        state.lesson.start_from(stop.tried())


def _ask(number: int) -> None:
    """Ask for a stop; the next run opens it, because a callback cannot leave a page."""
    state.remember("lesson_wanted", number)


def _go_where_asked() -> None:
    wanted = state.recall("lesson_wanted")
    if wanted is None:
        return
    state.remember("lesson_wanted", None)
    if wanted > len(STOPS):
        state.lesson.leave()
        state.remember("lesson_finished", True)
        state.follow_link("views/lesson.py", {})
    open_stop(wanted)


def ask_for_stop(number: int) -> None:
    """Go to a stop, from the page that lists them."""
    _ask(number)
