"""Why votes agree: what two parts of the current digit imagine, each for itself."""

from __future__ import annotations

import html

import numpy as np
import streamlit as st

from capsnet.analysis import layer_views
from capsnet.analysis.part_votes import as_capsules, same_direction, telling_parts
from capsnet.data.display import single_levels
from capsnet.data.lesson_texts import lesson_texts
from dashboard import state
from dashboard.components.browser_half import STATIC
from dashboard.components.picture import address, png_address
from dashboard.markdown import escaped
from dashboard.views.parts import layer_pictures as layers

KEY = "votes_agree"
WRONG_KEY = "votes_wrong"
WRONG = "wrong_classes"
AT_FIRST = 3
"""So many wrong classes are compared until others are chosen."""

STYLE = STATIC / "votes_agree" / "votes_agree.css"


def votes_agree() -> None:
    """Two parts, and what each imagines if it is the digit that is read, or another one."""
    texts = lesson_texts(state.lesson.language())["parts"]
    config, names = state.config(), state.config().names
    trace = state.trace(state.current_digit().images)
    parts, winner = telling_parts(trace), int(trace.predictions[0])
    st.subheader(texts["title"], anchor=False)
    st.markdown(texts["intro"])
    wrong = _wrong_classes(winner, texts["choose"], names)
    classes = [winner, *wrong]
    capsules = as_capsules(trace, parts, classes)
    drawn = state.decode(capsules, np.tile(classes, len(parts)))
    cells = []
    for p, part in enumerate(parts):
        place, m = divmod(part, config.primary_maps)
        row, column = divmod(place, config.primary_grid[1])
        field = layer_views.capsule_field(config, row, column)
        seen = layers.marked(single_levels(trace.images[0]), *field)
        where = texts["map"].format(map=m, row=row, column=column)
        cells.append(_cell(png_address(seen), f"{texts['sees']}: {where}", where))
        for c, one in enumerate(classes):
            what = texts["right"].format(name=names[one])
            picture = address(drawn[p * len(classes) + c])
            cells.append(_cell(picture, f"{where}, {what}", what, one == winner))
    st.html(STYLE)
    with st.container(key=KEY):
        st.html(f"<div class='votes-agree' style='--n:{1 + len(classes)}'>{''.join(cells)}</div>")
    if len(parts) == 2 and wrong:
        both = parts[0], parts[1]
        against = max(wrong, key=lambda one: same_direction(trace, *both, one))
        st.markdown(
            texts["agree"].format(
                name=f"**{escaped(names[winner])}**",
                agreement=f"**{same_direction(trace, *both, winner):.2f}**",
                other=escaped(names[against]),
                against=f"{same_direction(trace, *both, against):.2f}",
            )
        )


def _wrong_classes(winner: int, label: str, names: tuple[str, ...]) -> list[int]:
    others = [one for one in range(len(names)) if one != winner]
    start = [others[(k * len(others)) // AT_FIRST] for k in range(min(AT_FIRST, len(others)))]
    kept = [one for one in state.recall(WRONG, start) if one in others] or start
    state.set_widget(WRONG_KEY, kept)
    st.pills(
        label, others, format_func=lambda one: names[one], selection_mode="multi",
        key=WRONG_KEY, on_change=_keep,
    )  # fmt: skip
    return sorted(kept)[:5]


def _keep() -> None:
    state.remember(WRONG, list(state.widget(WRONG_KEY)))


def _cell(picture: str, alt: str, caption: str, is_answer: bool = False) -> str:
    kind = " class='for-answer'" if is_answer else ""
    return (
        f"<figure{kind}><img src='{picture}' alt='{html.escape(alt, quote=True)}'>"
        f"<figcaption>{html.escape(caption)}</figcaption></figure>"
    )
