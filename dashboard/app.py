"""The explorer's entry point, `streamlit run dashboard/app.py`: page config and navigation."""

from pathlib import Path

import streamlit as st

from capsnet.assets import ASSETS
from dashboard.views.parts import cases, sidebar
from dashboard.views.parts.lesson.bar import bar, settle

st.set_page_config(page_title="Capsule explorer", page_icon=str(ASSETS / "icon.png"), layout="wide")
page = st.navigation(
    [
        st.Page("views/start.py", title="Start", icon=":material/home:", default=True),
        st.Page("views/lesson.py", title="Lesson", icon=":material/cast_for_education:"),
        st.Page("views/draw.py", title="Draw", icon=":material/draw:"),
        st.Page("views/routing.py", title="Routing", icon=":material/hub:"),
        st.Page("views/pose.py", title="Pose", icon=":material/tune:"),
        st.Page("views/layers.py", title="Layers", icon=":material/layers:"),
        st.Page("views/transform.py", title="Transform", icon=":material/rotate_right:"),
        st.Page("views/two_digits.py", title="Two digits", icon=":material/join:"),
        st.Page("views/many_digits.py", title="Many digits", icon=":material/grid_view:"),
        st.Page("views/doubts.py", title="Doubts", icon=":material/psychology_alt:"),
        st.Page("views/attack.py", title="Attack", icon=":material/bolt:"),
        st.Page("views/compare.py", title="Compare", icon=":material/compare:"),
        st.Page("views/training.py", title="Training", icon=":material/school:"),
    ],
    expanded=True,  # else Streamlit hides those beyond the tenth
)
st.html(Path(__file__).with_name("views") / "every_page.css")
answer = sidebar.show(page.url_path)
bar(page.url_path)
cases.tell(page.url_path)
page.run()
settle(page.url_path)
sidebar.finish(page.url_path, answer)
