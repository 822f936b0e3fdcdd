"""Training: start a network's training, and watch it learn."""

import streamlit as st

from dashboard import state
from dashboard.markdown import escaped
from dashboard.state import training_runs
from dashboard.state.training_runs import Run
from dashboard.views.parts.glossary import glossary
from dashboard.views.parts.training.common import TROUBLE, WATCHED, attempt, watched
from dashboard.views.parts.training.compare import side_by_side, upload
from dashboard.views.parts.training.form import LINK_NAMES, fill_in_from
from dashboard.views.parts.training.new_run import new_run
from dashboard.views.parts.training.recorded import before_training, recorded
from dashboard.views.parts.training.shipped import shipped
from dashboard.views.parts.training.watch import watch

LONGEST_NAME = 61
"""Characters of a run's name."""

FOLLOW = 5.0
"""Seconds between two looks at which runs there are."""


@st.fragment(run_every=FOLLOW)
def follow(before: list[tuple[str, bool]]) -> None:
    """Draw the page anew once somebody has started, resumed or deleted a run."""
    if standings(training_runs.every()) != before:
        st.rerun()


def standings(every: list[Run]) -> list[tuple[str, bool]]:
    """Which runs there are, and which of them are at work or wait."""
    return sorted((run.name, run.is_live) for run in every)


def follow_link() -> None:
    """Watch the run of a link that was opened, or reached by Back, and fill in the form."""
    arrived = state.arrived_parameters("run", *LINK_NAMES)
    if arrived is None:
        return
    name = arrived.get("run")
    state.remember(WATCHED, name)
    told = [fill_in_from(arrived)]
    if name is not None and training_runs.read(name) is None:
        told.append(f"This machine has no run named '{escaped(name[:LONGEST_NAME])}'.")
    for sentence in filter(None, told):
        st.warning(sentence, icon=":material/link_off:")


st.title("Training: watch it learn")
follow_link()
glossary("epoch", "step", "seed", "entropy", "coupling", "map")
if state.may_train():
    attempt(training_runs.folder)  # without one there are no runs, and nothing else would say why
if trouble := state.recall(TROUBLE):
    state.remember(TROUBLE, None)
    st.error(trouble)
all_runs = training_runs.every()
current = watched(all_runs)
if current is not None:
    state.add_to_link({"run": current.name})
if current is None:
    new_run()
else:
    watch(current, all_runs)
    new_run()
    side_by_side(all_runs)
recorded()
before_training()
shipped()
upload()
follow(standings(all_runs))
