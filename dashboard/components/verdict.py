"""The predicted class, and at first sight whether the network means it.

Its styles are in the answer's CSS, because the two stand together. Screen readers get the same from
the answer: this part is replaced whole, and new parts of a page are not announced.
"""

from __future__ import annotations

import html
from collections.abc import Sequence

import streamlit as st

from capsnet.analysis.prediction import Reading, are_digits, nothing, verdict


def show_verdict(prediction: str, kind: str, headline: str, line: str, number: int) -> None:
    """Show the verdict; the class is all the text in the container `prediction`.

    Args:
        prediction: the class, or a dash.
        kind: "one" if the network means it; "weak" makes it grey, "none" and "two" small, too.
        headline: what the network means, where that is not simply the class; or "".
        line: a sentence beneath it.
        number: of the drawing that this answers: the pad takes all of it back when the pen comes
            down on a new sheet, and the browser would not put the same words there once more.
    """
    row = st.container(
        key="verdict", horizontal=True, vertical_alignment="center", gap="small", wrap=False
    )
    named = len(prediction) > 2  # a word has not the room of a digit
    with row.container(key="prediction", width=150 if named else 84):
        st.html(
            f"<div class='verdict-class verdict-{kind}{' verdict-named' * named}' "
            f"data-answers='{number}'>"
            f"{html.escape(prediction)}</div>"
        )
    headline = f"<strong>{html.escape(headline)}</strong>" if headline else ""
    words = f"{headline}{html.escape(line)}"
    row.html(f"<p class='verdict-words' data-answers='{number}'>{words}</p>")


def in_words(reading: Reading, names: Sequence[str]) -> tuple[str, str]:
    """What the two longest capsules say: a headline if that is not one digit, and a line."""
    best = f"{names[reading.best]} ({reading.best_length:.2f})"
    second = f"{names[reading.second]} ({reading.second_length:.2f})"
    if reading.kind == "none":
        what = "No digit here" if are_digits(names) else "None of its classes"
        return what, f"No capsule is as long as 0.5: {best}, {second}."
    if reading.kind == "two":
        said = verdict(reading, names)
        every = "Both" if len(reading.there) == 2 else "All"
        line = f"{every} are 0.5 or longer; the longest {best}, {second}."
        return said[0].upper() + said[1:], line
    if reading.is_weak:
        return "A weak answer", f"Longest capsule {best}, far from 0.9; runner-up {second}."
    return "", f"Longest capsule {best}, runner-up {second}."


def in_short(reading: Reading, names: Sequence[str]) -> str:
    """The same in a few words: "6 (0.83)", "no digit", or several."""
    best = f"{names[reading.best]} ({reading.best_length:.2f})"
    if reading.kind == "none":
        return nothing(names)
    if len(reading.there) == 2:
        return f"{best} and {names[reading.second]} ({reading.second_length:.2f})"
    return verdict(reading, names) if len(reading.there) > 2 else best
