"""What several parts of the Training page need."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.delta_generator import DeltaGenerator

from capsnet.capabilities import why_not_shown
from capsnet.errors import TrainingError
from dashboard import state
from dashboard.state.training_runs import Run

WATCHED = "training_watched"
TROUBLE = "training_trouble"
STARTS = "training_starts"
"""Runs that this visitor has started: the page goes to the last one."""

NOT_SHOWN = (
    "The other pages cannot show a network of these sizes. It can be trained here and used on the "
    "command line and in Python. "
)
"""Followed by what they expect, from `capsnet.capabilities`."""

STANDING = {
    "waiting": "Waits for its turn",
    "starting": "Starting: TensorFlow takes some seconds",
    "running": "Learning",
    "paused": "Paused",
    "finished": "Finished",
    "stopped": "Stopped",
    "failed": "Ended by an error",
    "broken off": "Broken off: its process is gone",
}


def clock(seconds: float) -> str:
    """A time as one says it."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = seconds / 60
    return f"{round(minutes)} min" if minutes < 90 else f"{minutes / 60:.1f} h"


def attempt(action: Callable[..., object], *arguments: object) -> bool:
    """Do something to a run; tell what went wrong when the page is next drawn."""
    try:
        action(*arguments)
    except (TrainingError, OSError) as error:
        state.remember(TROUBLE, str(error))
        return False
    return True


def watched(every: list[Run]) -> Run | None:
    """The run that this visitor looks at, until it is deleted or another is chosen.

    At first that is the one at work, else the latest.
    """
    chosen = state.recall(WATCHED)
    named = next((run for run in every if run.name == chosen), None)
    at_work = next((run for run in every if run.standing in ("running", "paused")), None)
    run = named or at_work or (every[0] if every else None)
    state.remember(WATCHED, run.name if run else None)
    return run


def use_button(run: Run, row: DeltaGenerator) -> None:
    """The run's best network for all of this visitor's pages."""
    used, trouble = state.network_name() == run.name, why_not_shown(run.network)
    row.button(
        "In use on your pages" if used else "Use its network",
        key=f"training_use_{run.name}",
        icon=":material/check:" if used else ":material/hub:",
        disabled=used or bool(trouble),
        on_click=state.choose_network,
        args=(run.name,),
        help=NOT_SHOWN + trouble
        if trouble
        else "All pages then show this network to you; other visitors keep theirs.",
    )
