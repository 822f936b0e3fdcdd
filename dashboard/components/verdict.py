"""The predicted class, and at first sight whether the network means it.

Its styles are in the answer's CSS, for the two stand together.
"""

from __future__ import annotations

import html

import streamlit as st


def show_verdict(prediction: str, kind: str, headline: str, line: str) -> None:
    """Show the verdict; the class is all the text in the container `prediction`.

    Args:
        prediction: the class, or a dash.
        kind: "one" if the network means it; "none" or "two" make it small and grey.
        headline: what the network means, where that is not simply the class; or "".
        line: a sentence beneath it.
    """
    row = st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False)
    named = len(prediction) > 2  # a word has not the room of a digit
    with row.container(key="prediction", width=150 if named else 84):
        st.html(
            f"<div class='verdict-class verdict-{kind}{' verdict-named' * named}' "
            f"aria-live='polite'>"
            f"{html.escape(prediction)}</div>"
        )
    headline = f"<strong>{html.escape(headline)}</strong>" if headline else ""
    row.html(f"<p class='verdict-words'>{headline}{html.escape(line)}</p>")
