#!/usr/bin/env bash
# Streamlit 1.67.0: a widget bound to the link (bind="query-params") says nothing about a bad value.
#
# A link with a number out of the slider's range, a word in its place, or an option that does not
# exist opens the page with the widget's default: not the nearest value, no warning, and the parameter
# is taken out of the address. Whoever shared the link cannot find out what was wrong with it.
#
# Seen (2026-11-30):
#   rounds=5 -> 5 {'rounds': '5'}
#   rounds=99 -> 3 {} warnings: 0
#   rounds=abc -> 3 {} warnings: 0
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q streamlit==1.67.0
cat >"$folder/app.py" <<'PYTHON'
import streamlit as st

st.write(st.slider("rounds", 1, 10, 3, key="rounds", bind="query-params"))
PYTHON
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import logging
logging.disable(logging.WARNING)
from streamlit.testing.v1 import AppTest

seen = {}
for asked in ("5", "99", "abc"):
    app = AppTest.from_file("app.py", default_timeout=60)
    app.query_params["rounds"] = asked
    app.run()
    told = len(app.warning) + len(app.error) + len(app.exception)
    seen[asked] = (app.markdown[0].value.strip("`"), dict(app.query_params), told)
    print(f"rounds={asked} ->", *seen[asked][:2], f"warnings: {told}")
assert seen == {"5": ("5", {"rounds": ["5"]}, 0), "99": ("3", {}, 0), "abc": ("3", {}, 0)} or seen == {
    "5": ("5", {"rounds": "5"}, 0), "99": ("3", {}, 0), "abc": ("3", {}, 0)}
PYTHON
