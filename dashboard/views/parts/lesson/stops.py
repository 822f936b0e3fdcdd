"""The eight stops of the lesson: where each happens, and when it is done.

What they say is in `assets/lesson/`, in the same order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dashboard import state
from dashboard.state.visitor import FIRST_DIGIT
from dashboard.views.parts import cases, votes_agree
from dashboard.views.parts.routing import comparison

SECOND_DIGIT = 4
"""A 4, beside the first digit's 7."""


@dataclass(frozen=True)
class Stop:
    """A stop of the lesson.

    Attributes:
        view: the page's file.
        page: its path.
        name: its title in the menu.
        link: the parameters of the state that it opens.
        right: the place of the right choice.
        figure: the key of the figure that shows the answer.
        spoiler: the key of another element that would tell the answer before.
        part: the part of Routing that is shown alone, if it is there.
        is_hidden: whether the figure is hidden until the class has guessed; one that is not shows
            the first round only.
        pictures: what the question is about, (H, W, 1) in [0, 1], each with its name.
        length: what stands for `{length}` in the answer.
        tried: what changes once the visitor does what the task says; None: to guess is all.
    """

    view: str
    page: str
    name: str
    link: Callable[[], dict[str, str]]
    right: int
    figure: str
    spoiler: str = ""
    part: str | None = None
    is_hidden: bool = True
    pictures: Callable[[], list[tuple[np.ndarray, str]]] = list
    length: Callable[[], float] | None = None
    tried: Callable[[], object] | None = None


def _capsule_length() -> float:
    capsules = state.trace(state.current_digit().images).primary_capsules
    m, row, column = (state.recall(f"layers_{name}", 0) for name in ("map", "row", "column"))
    return float(np.linalg.norm(capsules[0, row, column, m]))


def _capsule() -> object:
    return [state.recall(f"layers_{name}") for name in ("map", "row", "column")]


def _pose() -> object:
    pose = state.recall("pose")
    return pose and pose.shifts


def _pair() -> object:
    return [state.recall(f"two_{name}") for name in ("second", "first_right", "second_right")]


def _current() -> list[tuple[np.ndarray, str]]:
    digit = state.current_digit()
    return [(digit.images[0], f"{digit.label}")]


def _both() -> list[tuple[np.ndarray, str]]:
    return [
        (state.digits()[i : i + 1].pixels()[0], name)
        for i, name in ((FIRST_DIGIT, "7"), (SECOND_DIGIT, "4"))
    ]


STOPS = (
    Stop(
        "views/layers.py", "layers", "Layers",
        lambda: {"digit": str(FIRST_DIGIT), "map": "17", "at": "5.2"},
        right=1, figure="layers-capsule", length=_capsule_length, tried=_capsule,
    ),
    Stop(
        "views/draw.py", "draw", "Draw", lambda: cases.CASES["nothing"].link(),
        right=1, figure="answer", spoiler="verdict",
        length=lambda: cases.CASES["nothing"].numbers()[0],
        tried=lambda: state.current_digit().strokes,
    ),
    Stop(
        "views/pose.py", "pose", "Pose", lambda: {"digit": str(FIRST_DIGIT)},
        right=1, figure="pose_explorer", tried=_pose,
    ),
    Stop(
        "views/layers.py", "layers", "Layers",
        lambda: {"digit": str(FIRST_DIGIT), "map": "17", "at": "5.2"},
        right=0, figure=votes_agree.KEY, tried=lambda: state.recall(votes_agree.WRONG),
    ),
    Stop(
        "views/routing.py", "routing", "Routing", lambda: cases.CASES["close"].link(),
        right=1, figure=comparison.PLAYER, part="lengths", is_hidden=False, pictures=_current,
        length=lambda: float(state.current_trace().lengths[-1, 0, 9]),
    ),
    Stop(
        "views/routing.py", "routing", "Routing",
        lambda: {"digit": str(FIRST_DIGIT), "pinned_digit": str(SECOND_DIGIT)},
        right=1, figure=comparison.PLAYER, part="maps", pictures=_both,
        tried=lambda: state.current_digit().index,
    ),
    Stop(
        "views/routing.py", "routing", "Routing", lambda: cases.CASES["silence"].link(),
        right=1, figure=comparison.PLAYER, part="whatif", pictures=_current,
        length=lambda: cases.CASES["silence"].numbers()[0],
        tried=lambda: state.recall("silenced", ()),
    ),
    Stop(
        "views/two_digits.py", "two_digits", "Two digits",
        lambda: cases.CASES["overlap"].link(), right=2, figure="two-figure",
        pictures=lambda: [(cases.pair()[0], "7 + 4")], tried=_pair,
    ),
)  # fmt: skip


def at() -> Stop | None:
    """The stop that the visitor is at; None outside the lesson."""
    number = state.lesson.stop()
    return None if number is None else STOPS[number - 1]


def open_stop(number: int) -> None:
    """Open a stop's page in its state."""
    state.lesson.go(number)
    state.remember(votes_agree.WRONG, [1, 3, 8])
    stop = STOPS[number - 1]
    state.follow_link(stop.view, stop.link())


def is_waiting(page: str) -> bool:
    """Whether this page is to keep its answer until the class has guessed."""
    stop = at()
    return stop is not None and stop.page == page and state.lesson.guess() is None
