#!/usr/bin/env bash
# Keras 3.15.1: the NumPy backend cannot be imported without JAX (and SciPy).
#
# KERAS_BACKEND=numpy is the backend that one would choose to load a network where nothing else is
# installed. `pip install keras` brings NumPy, but importing Keras with that backend imports
# scipy.linalg and JAX's part of Keras, and neither package is among Keras's requirements.
#
# Seen (2026-11-30, Python 3.11):
#   keras alone: No module named 'scipy'
#   with SciPy 1.17.1: No module named 'jax'
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
pip="$folder/venv/bin/pip install -q"
import_keras() { KERAS_BACKEND=numpy "$folder/venv/bin/python" -c "import keras" 2>&1 | tail -n 1 || true; }
$pip keras==3.15.1
alone=$(import_keras)
echo "keras alone: ${alone#ModuleNotFoundError: }"
$pip scipy==1.17.1
with_scipy=$(import_keras)
echo "with SciPy 1.17.1: ${with_scipy#ModuleNotFoundError: }"
[ "$alone" = "ModuleNotFoundError: No module named 'scipy'" ]
[ "$with_scipy" = "ModuleNotFoundError: No module named 'jax'" ]
