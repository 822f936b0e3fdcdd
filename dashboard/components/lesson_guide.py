"""The lesson's hand on a page: hides a figure until the class has guessed, then points at it."""

from __future__ import annotations

from dashboard.components.browser_half import mounted

_component = mounted("capsnet_lesson_guide", "lesson/guide.js", is_isolated=True)


def lesson_guide(
    figure: str, spoiler: str, waits: bool, is_hidden: bool, is_shown: bool, stop: int, words: str
) -> None:
    """Mount it; to be called once by each run of a page in the lesson.

    Args:
        figure: the key of an element of the page; empty where there is none to point at.
        spoiler: the key of another element that would tell the answer, away until the guess.
        waits: whether the class has not guessed: what follows the figure is away, since it says in
            words what the figure shows.
        is_hidden: whether the figure is out of sight, for eyes and screen readers alike.
        is_shown: whether it is the answer: it is framed, and scrolled into sight once.
        stop: the number of the stop.
        words: what stands in the place of a hidden figure.
    """
    data = {
        "figure": figure,
        "spoiler": spoiler,
        "waits": waits,
        "hidden": is_hidden,
        "shown": is_shown,
        "stop": stop,
        "words": words,
    }
    _component(key="lesson_guide", data=data)
