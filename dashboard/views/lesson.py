"""Lesson: eight stops in 45 minutes, what to say at each, and the way into it."""

from __future__ import annotations

import streamlit as st

from capsnet.data.lesson_texts import LANGUAGES, lesson_texts
from dashboard import state
from dashboard.views.parts.glossary import glossary
from dashboard.views.parts.lesson.bar import ask_for_stop
from dashboard.views.parts.lesson.stops import STOPS

LANGUAGE, NOTES = "lesson_language_choice", "lesson_notes"


def choose_language() -> None:
    """Tell the lesson in the language that was chosen."""
    state.lesson.choose_language(state.widget(LANGUAGE) or LANGUAGES[0])


def begin() -> None:
    """Begin anew, at the first stop."""
    state.lesson.begin()
    ask_for_stop(1)


def keep_notes() -> None:
    """Whether the teacher's notes are shown outlives the page."""
    state.remember(NOTES, state.widget(NOTES))


texts = lesson_texts(state.lesson.language())
ui, words = texts["lesson"], texts["stops"]
st.title(ui["title"], anchor=False)
if state.recall("lesson_finished"):
    state.remember("lesson_finished", False)
    st.success(ui["finished"])
if state.network_name():
    st.warning(ui["other_network"], icon=":material/warning:")
st.markdown(ui["intro"])
with st.container(horizontal=True, vertical_alignment="bottom"):
    stop = state.lesson.stop()
    if stop is not None:
        st.button(
            ui["resume"].format(number=stop), icon=":material/play_arrow:",
            key="lesson_resume", on_click=ask_for_stop, args=(stop,),
        )  # fmt: skip
        st.button(ui["leave"], key="lesson_leave_here", on_click=state.lesson.leave)
    st.button(
        ui["again"] if stop or state.lesson.done() else ui["start"],
        icon=":material/school:", key="lesson_begin", on_click=begin,
    )  # fmt: skip
    state.set_widget(LANGUAGE, state.lesson.language())
    st.segmented_control(
        ui["language"], LANGUAGES, key=LANGUAGE, required=True, width="content",
        format_func=lambda name: lesson_texts(name)["language"], on_change=choose_language,
    )  # fmt: skip
    state.default_widget(NOTES, state.recall(NOTES, False))
    shows_notes = st.toggle(ui["teacher"], key=NOTES, on_change=keep_notes)
st.header(ui["stops"], divider="gray", anchor=False)
if shows_notes:
    st.markdown(ui["teacher_intro"])
passed = 0
for number, (stop_here, told) in enumerate(zip(STOPS, words, strict=True), 1):
    with st.container(horizontal=True, vertical_alignment="center"):
        mark = "✓" if number in state.lesson.done() else f"{number}"
        st.button(
            f"{mark} · {told['title']}", key=f"lesson_stop_{number}",
            on_click=ask_for_stop, args=(number,),
        )  # fmt: skip
        minutes = ui["minutes"].format(minutes=told["minutes"])
        st.markdown(f"{stop_here.name}, {minutes} ({passed}′–{passed + told['minutes']}′)")
    passed += told["minutes"]
    if shows_notes:
        st.markdown(f"**{told['question']}** ({told['choices'][stop_here.right]})")
        st.markdown(told["notes"])
st.markdown(ui["total"].format(minutes=passed))
glossary(*texts["glossary"])
