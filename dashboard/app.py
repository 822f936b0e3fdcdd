"""The explorer's entry point, `streamlit run dashboard/app.py`: page config and navigation."""

import sys
from pathlib import Path

ROOT = str(Path(__file__).resolve().parent.parent)
if ROOT not in sys.path:  # Streamlit puts only this file's own folder there
    sys.path.insert(0, ROOT)

import streamlit as st  # noqa: E402

from dashboard.views.parts import sidebar  # noqa: E402

st.set_page_config(
    page_title="Capsule explorer", page_icon=f"{ROOT}/assets/icon.png", layout="wide"
)
page = st.navigation(
    [
        st.Page("views/start.py", title="Start", icon=":material/home:", default=True),
        st.Page("views/draw.py", title="Draw", icon=":material/draw:"),
        st.Page("views/routing.py", title="Routing", icon=":material/hub:"),
        st.Page("views/pose.py", title="Pose", icon=":material/tune:"),
        st.Page("views/training.py", title="Training", icon=":material/school:"),
    ]
)
st.html(Path(ROOT) / "dashboard" / "views" / "every_page.css")
answer = sidebar.show(page.url_path)
page.run()
sidebar.finish(page.url_path, answer)
