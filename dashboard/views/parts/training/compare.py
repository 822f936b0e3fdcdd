"""The runs side by side, and networks from elsewhere."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from capsnet.data.datasets import SOURCES
from capsnet.errors import CheckpointError
from capsnet.figures import comparison
from capsnet.training_config import TrainingConfig
from dashboard import state
from dashboard.components.figure import figures
from dashboard.markdown import escaped
from dashboard.state import network_files, run_control, training_runs
from dashboard.state.training_runs import Run
from dashboard.views.parts.training.common import attempt, use_button, watched
from dashboard.views.parts.training.form_fields import DISTORTIONS, FIELDS
from dashboard.views.parts.training.snapshot_pictures import steady_colours

COMPARED = "training_compared"
MANAGED = "training_one"
UPLOAD = "training_upload"
LARGEST_UPLOAD_MB = 100  # as the server takes: .streamlit/config.toml
MOST_COMPARED = 6
MOST_BITS = 63
"""Of a whole number in a table: with a larger one of a single run there would be no table."""


def side_by_side(every: list[Run]) -> None:
    """All runs: their settings and results, their curves over one another."""
    st.header("Runs side by side", divider="gray")
    st.dataframe(
        [row(run) for run in every],
        hide_index=True,
        placeholder="–",
        width="stretch",
        column_config={
            "Run": st.column_config.Column(pinned=True),
            "Read right, validation": st.column_config.NumberColumn(format="%.2f %%"),
            "Squared error": st.column_config.NumberColumn(format="%.2f"),
            "Minutes": st.column_config.NumberColumn(format="%.1f"),
        },
    )
    st.caption(
        "Read right and squared error are of the epoch whose network is kept: the one with the "
        "lowest loss, or margin loss, on the validation pictures."
    )
    names = [run.name for run in every if run.history]
    if names:
        known = [name for name in state.recall(COMPARED, names[:3]) if name in names]
        state.set_widget(COMPARED, known)
        compared = st.multiselect(
            "Curves of",
            names,
            key=COMPARED,
            max_selections=MOST_COMPARED,
            on_change=comparison_chosen,
        )
        if compared:
            oldest_first = [run.name for run in reversed(every)]
            colours = steady_colours(oldest_first, compared)
            histories = {run.name: run.history for run in every if run.name in compared}
            figures("training_comparison", list(comparison(histories, colours).values()))
    manage(every)


def comparison_chosen() -> None:
    """Other runs are compared."""
    state.remember(COMPARED, state.widget(COMPARED))


def row(run: Run) -> dict[str, object]:
    """A run in the table; what does not fit into one is left out."""
    best = run.best
    seconds = sum(line["seconds"] for line in run.history)
    cells = {
        "Run": run.name,
        "Now": run.standing.capitalize(),
        "Read right, validation": 100 * best["val_accuracy"] if best else None,
        "Squared error": best["val_reconstruction_error"] if best else None,
        "Minutes": seconds / 60 if seconds else None,
        "Epochs": f"{len(run.history)} of {run.training.epochs}",
        "Maps": run.network.primary_maps,
        "Rounds": run.network.rounds,
        "Reconstruction weight": run.network.reconstruction_weight,
        "Learning rate": run.training.learning_rate,
        "Dataset": SOURCES[d].title if (d := run.training.dataset) in SOURCES else Path(d).name,
        "Seed": run.training.seed,
        "Batch": run.training.batch_size,
        "Augmentation": augmentation(run.training),
        "Convolutions in": run.training.conv_dtype,
    }
    return {name: cell if fits_table(cell) else None for name, cell in cells.items()}


def fits_table(cell: object) -> bool:
    """Whether a table takes it."""
    return not isinstance(cell, int) or cell.bit_length() <= MOST_BITS


def augmentation(training: TrainingConfig) -> str:
    """How the images of a run are changed, in the words of the form."""
    amounts = {name: getattr(training, name) for name in ("shift", *DISTORTIONS)}
    told = [f"{FIELDS[name].brief} {amount:g}" for name, amount in amounts.items() if amount]
    return ", ".join(told) or "none"


def manage(every: list[Run]) -> None:
    """Use or delete a run."""
    left, right = st.columns(2, vertical_alignment="bottom")
    names = [run.name for run in every]
    looked_at = watched(every)
    known = (state.recall(MANAGED), state.network_name(), looked_at.name if looked_at else None)
    state.set_widget(MANAGED, next((name for name in known if name in names), names[0]))
    with left:
        name = st.selectbox("Run to use or delete", names, key=MANAGED, on_change=one_chosen)
    run = next(r for r in every if r.name == name)
    with right.container(horizontal=True):
        if run.has_network and run is not watched(every):
            use_button(run, st.container())
        if state.may_train():
            st.button(
                "Delete …",
                key="training_delete",
                icon=":material/delete:",
                disabled=run.is_live,
                help="Stop it first." if run.is_live else None,
                on_click=state.remember,
                args=("training_doomed", run.name),
            )
    if state.recall("training_doomed") == run.name and state.may_train():
        st.warning(f"Delete {run.name}, with its network and its pictures? This cannot be undone.")
        with st.container(horizontal=True):
            st.button("Delete it", key="training_delete_yes", on_click=delete, args=(run.name,))
            st.button(
                "Keep it",
                key="training_delete_no",
                on_click=state.remember,
                args=("training_doomed", None),
            )


def one_chosen() -> None:
    """Another run is to be used or deleted."""
    state.remember(MANAGED, state.widget(MANAGED))


def delete(name: str) -> None:
    """Delete a run, which its watcher has confirmed."""
    state.remember("training_doomed", None)
    if state.may_train() and training_runs.read(name):  # not deleted by the first of two clicks
        attempt(run_control.delete, name)


def upload() -> None:
    """A network from elsewhere."""
    st.header("A network from elsewhere", divider="gray")
    st.markdown(
        "Your pages can use any `.keras` file that this project has written. No code in the file "
        "is run. Other visitors keep their network."
    )
    file = st.file_uploader(
        "A .keras file", type=["keras"], key=UPLOAD, max_upload_size=LARGEST_UPLOAD_MB
    )
    if file is None:
        return
    title = escaped(file.name)
    done, name, trouble = state.recall("training_upload_kept", (None, "", ""))
    if file.file_id == done:
        if trouble:
            st.error(f"{title} was not taken. {escaped(trouble)}")
        elif state.network_name() == name:
            st.success(f"Your pages now use {title}.")
        else:
            st.button(f"Use {title} again", on_click=state.choose_network, args=(name,))
        return
    try:
        name, trouble = network_files.keep(file.getvalue(), file.name), ""
        state.choose_uploaded_network(name, file.name)
    except CheckpointError as error:
        name, trouble = "", str(error)
    state.remember("training_upload_kept", (file.file_id, name, trouble))
    st.rerun()
