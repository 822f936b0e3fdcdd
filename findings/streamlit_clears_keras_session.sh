#!/usr/bin/env bash
# Streamlit 1.67.0 clears Keras's session after every run of a page, whoever loaded Keras.
#
# Keras's global state belongs to the process: names of layers, seeds, and what other threads are
# using at that moment. One would expect a web framework to leave it alone. Streamlit calls
# `keras.backend.clear_session()` at the end of each script run if the module `keras` is loaded
# (here Keras 3.15.1 with its JAX backend), so two visitors of one server reset it under each other.
# What a visitor sees: layers that a page builds in two runs have the same automatic name.
#
# Seen (2026-11-30):
#   automatic names of one layer built in each of 3 runs: dense dense dense
#   without Streamlit: dense dense_1 dense_2
#   calls of clear_session in 3 runs: 3
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q streamlit==1.67.0 keras==3.15.1 jax==0.10.2
cat >"$folder/app.py" <<'PYTHON'
import keras
import streamlit as st

st.write(keras.layers.Dense(1).name)
PYTHON
cd "$folder"
KERAS_BACKEND=jax "$folder/venv/bin/python" - <<'PYTHON'
import logging
logging.disable(logging.WARNING)
import keras
from streamlit.testing.v1 import AppTest

calls = []
own = keras.backend.clear_session
def counted(*arguments, **options):
    calls.append(1)
    return own(*arguments, **options)
keras.backend.clear_session = counted

app = AppTest.from_file("app.py", default_timeout=60)
names = [app.run().markdown[0].value for _ in range(3)]
in_three_runs = len(calls)
keras.backend.clear_session()
alone = [keras.layers.Dense(1).name for _ in range(3)]
print("automatic names of one layer built in each of 3 runs:", *names)
print("without Streamlit:", *alone)
print("calls of clear_session in 3 runs:", in_three_runs)
assert names == ["dense"] * 3 and alone == ["dense", "dense_1", "dense_2"] and in_three_runs == 3
PYTHON
