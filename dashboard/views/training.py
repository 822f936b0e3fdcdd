"""Training: start a network's training, and watch it learn."""

import streamlit as st

from dashboard import runs, state
from dashboard.views.training_parts.common import TROUBLE, watched
from dashboard.views.training_parts.compare import side_by_side, upload
from dashboard.views.training_parts.shipped import shipped
from dashboard.views.training_parts.start import start
from dashboard.views.training_parts.watch import watch

st.title("Training: watch it learn")
if trouble := state.recall(TROUBLE):
    state.remember(TROUBLE, None)
    st.error(trouble)
all_runs = runs.every()
current = watched(all_runs)
if current is None:
    start()
else:
    watch(current, all_runs)
    start()
    side_by_side(all_runs)
shipped()
upload()
