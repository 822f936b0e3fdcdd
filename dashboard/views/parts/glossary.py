"""The words of a page: press one, and its meaning opens below it."""

from __future__ import annotations

import html

import streamlit as st

from capsnet.data.lesson_texts import lesson_texts
from dashboard import state
from dashboard.components.browser_half import STATIC


def glossary(*terms: str) -> None:
    """Offer words to open, in the lesson's language.

    Args:
        terms: keys of the glossary in `assets/lesson/`.
    """
    texts = lesson_texts(state.lesson.language())
    entries = "".join(
        f"<details class='glossary-term' name='glossary'><summary>{html.escape(one['term'])}"
        f"</summary><p>{html.escape(one['text'])}</p></details>"
        for one in (texts["glossary"][term] for term in terms)
    )
    st.html(STATIC / "glossary" / "glossary.css")
    title = html.escape(texts["words"]["title"])
    st.html(f"<div class='glossary'><span>{title}:</span>{entries}</div>")
