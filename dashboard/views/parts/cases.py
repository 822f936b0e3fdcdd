"""Prepared cases: states of a page in which one thing is seen well, each one click away.

They were found by measurement with the shipped network on the bundled digits;
`tests/dashboard/test_cases.py` holds that each still shows what it says. Words: `assets/lesson/`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from capsnet.analysis import overlap
from capsnet.data.lesson_texts import lesson_texts
from dashboard import state
from dashboard.state.link_encoding import packed_places

if TYPE_CHECKING:
    from capsnet.network.trace import CapsNetTrace

CASE = "case"
"""Under which the open case is remembered, with the digit that it is of."""

PILLS = "sidebar_cases"

LETTER_E = (
    "eNpjYKADkGn-mIBdxmTJ-___Y7FIsHrvfzUv7fd_DzRxcQbOqDsfpsgw8L35q4omt2fD5T99kiDWqpNMaHJH_z_W"
    "hLAERdGkcv79PYrL5fc-b3isyMAgEcmCKcdVt_aWC1fTi6VMWDTGH957-fFtP6yGhl1e-L-PDbuFxjem7MXlGKlr"
    "LYdwyQndKrnOgUOO707aM0UIU8uDGS2cr8S8jIQwD_w_mo0qedJv8y4QzZ_0____Z8gy_PGvciKeOgUVrX_1dGOK"
    "pwqKF378__flz9enhzqd-TDcort1iZ29Fh_DYAUAN05VCw"
)
"""A letter of `assets/letters/` that the network was not trained on, as a link's `ink`."""

ROWS, COLUMNS = range(3, 6), range(1, 4)
"""The places that the digit `silence` loses."""


@dataclass(frozen=True)
class Case:
    """A state of a page.

    Attributes:
        view: the page's file.
        page: its path.
        link: its link's parameters.
        numbers: what stands in the case's sentence, from the network in use.
    """

    view: str
    page: str
    link: Callable[[], dict[str, str]]
    numbers: Callable[[], list[float]]


def silenced() -> tuple[int, ...]:
    """The primary capsules that are silent in the case `silence`, along I."""
    rows, columns = state.config().primary_grid
    off = np.zeros((rows, columns, state.config().primary_maps), bool)
    off[ROWS.start : ROWS.stop, COLUMNS.start : COLUMNS.stop] = True
    return tuple(np.flatnonzero(off.ravel()).tolist())


def pair() -> np.ndarray:
    """The sheet of the case `overlap`, (1, 28, 28, 1)."""
    first, second = (state.digits()[i : i + 1].pixels()[0] for i in (3667, 4814))
    return overlap.laid_over(overlap.move(first, 0, -4), overlap.move(second, 0, 4))[None]


def _lengths(index: int, rounds: int | None = None) -> np.ndarray:
    return _traced(index, rounds).lengths[:, 0]


def _traced(index: int, rounds: int | None = None) -> CapsNetTrace:
    return state.trace(state.digits()[index : index + 1].pixels(), rounds)


def _of_misread() -> list[float]:
    last = _lengths(217)[-1]
    return [last[1], last[7]]


def _of_overlap() -> list[float]:
    last = state.trace(pair()).lengths[-1, 0]
    return [last[7], last[4]]


def _of_nothing() -> list[float]:
    return [state.trace(state.current_digit().images).lengths[-1, 0].max()]


def _of_rival() -> list[float]:
    return [_lengths(2174, 3)[-1][0], _lengths(2174, 10)[-1][0]]


def _of_close() -> list[float]:
    lengths = _lengths(2909, 3)
    others = np.delete(lengths, 9, axis=1).max(axis=1)
    lead = lengths[:, 9] - others
    return [lead[0], lead[-1]]


def _of_silence() -> list[float]:
    images = state.digits()[27:28].pixels()
    last = state.altered_trace_of(images, silenced=silenced()).lengths[-1, 0]
    return [last[2], last[7]]


def _silence_link() -> dict[str, str]:
    code = packed_places(silenced(), state.config().num_primary_capsules)
    return {"digit": "27", "silenced": code}


CASES = {
    "misread": Case("views/draw.py", "draw", lambda: {"digit": "217"}, _of_misread),
    "overlap": Case(
        "views/two_digits.py",
        "two_digits",
        lambda: {"digit": "3667", "second": "4814", "moved": "-4.0.4.0"},
        _of_overlap,
    ),
    "nothing": Case("views/draw.py", "draw", lambda: {"ink": LETTER_E}, _of_nothing),
    "rival": Case(
        "views/routing.py", "routing", lambda: {"digit": "2174", "rounds": "10"}, _of_rival
    ),
    "close": Case("views/routing.py", "routing", lambda: {"digit": "2909"}, _of_close),
    "silence": Case("views/routing.py", "routing", _silence_link, _of_silence),
}


def offer() -> None:
    """All cases, to open with one click; for the sidebar of every page."""
    if state.network_name():
        return  # they were found with the shipped network
    texts = lesson_texts(state.lesson.language())["cases"]
    state.set_widget(PILLS, opened())
    st.pills(
        texts["title"],
        list(CASES),
        format_func=lambda name: texts[name]["title"],
        key=PILLS,
        on_change=_choose,
        help=texts["intro"],
        wrap=True,
    )
    if name := state.recall("case_wanted"):
        state.remember("case_wanted", None)
        open_case(name)


def open_case(name: str) -> None:
    """Open the page of a case."""
    case = CASES[name]
    state.remember(CASE, name)
    state.remember("case_digit", None)
    state.follow_link(case.view, case.link())


def _choose() -> None:
    chosen = state.widget(PILLS)
    state.remember("case_wanted", chosen if chosen in CASES else None)
    if chosen is None:
        state.remember(CASE, None)


def opened() -> str | None:
    """The case that is open: as long as its digit is the current one."""
    name = state.recall(CASE)
    if name not in CASES:
        return None
    digit = state.current_digit()
    if state.recall("case_digit") is None:
        state.remember("case_digit", digit)
    return name if state.recall("case_digit") == digit else None


def tell(page: str) -> None:
    """What is to be seen of the case that is open on this page, if one is.

    Args:
        page: the path of the page that runs.
    """
    name = opened()
    if name is None or CASES[name].page != page or state.network_name():
        return
    texts = lesson_texts(state.lesson.language())["cases"][name]
    st.info(f"**{texts['title']}.** {filled(texts['look'], name)}", icon=":material/visibility:")


def filled(look: str, name: str) -> str:
    """A case's sentence with the numbers of the network in use."""
    numbers = [f"{value:.2f}" for value in CASES[name].numbers()]
    if state.lesson.language() == "de":
        numbers = [number.replace(".", ",") for number in numbers]
    return look.format(**dict(zip(("first", "second"), numbers, strict=False)))
