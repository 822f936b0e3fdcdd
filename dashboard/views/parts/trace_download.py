"""The current digit's trace as a file, on Draw and on Routing."""

from __future__ import annotations

from streamlit.delta_generator import DeltaGenerator

from dashboard import state
from dashboard.views.parts.digit_files import archive


def trace_download(row: DeltaGenerator) -> None:
    """A button for every number of the network's answer, in as many rounds as on Routing."""
    digit, rounds = state.current_digit(), state.rounds()
    later = state.trace_later(digit.images, rounds)
    row.download_button(
        "Whole trace, .npz",
        lambda: archive(later()),
        f"trace-{digit.name}-{rounds}-rounds.npz",
        icon=":material/download:",
        on_click="ignore",
        help="Every array of the network's answer, for NumPy: conv1, prediction_vectors (the "
        "votes), logits, coupling, … "
        f"With as many rounds as on Routing: {rounds}.",
    )
