#!/usr/bin/env bash
# Keras 3.15.1: `keras.ops.argmax` exports to a LiteRT file that no plain LiteRT runtime can run.
#
# LiteRT has an argmax of its own, so one expects `model.export(..., format="litert")` to use it. The
# export of a model with `ops.argmax` (argmin, median and signbit too) returns as ever; only
# TensorFlow's log has a line on it ("FlexBitwiseAnd", for argmax). The file asks for TensorFlow's own
# kernels, and the interpreter of `ai-edge-litert` refuses it when tensors are allocated. `ops.top_k`
# and `ops.argsort` export to files that run.
#
# Seen (2026-11-30, Python 3.11, TensorFlow 2.21.0, ai-edge-litert 2.3.0):
#   argmax: Select TensorFlow op(s), included in the given model, is(are) not supported by this interpreter
#   argmin: Select TensorFlow op(s), included in the given model, is(are) not supported by this interpreter
#   median: Select TensorFlow op(s), included in the given model, is(are) not supported by this interpreter
#   signbit: Select TensorFlow op(s), included in the given model, is(are) not supported by this interpreter
#   top_k: [2]
#   argsort: [0, 1, 2]
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q keras==3.15.1 tensorflow==2.21.0 ai-edge-litert==2.3.0
cat >"$folder/export.py" <<'PYTHON'
import sys
from pathlib import Path

import keras
import numpy as np
from ai_edge_litert.interpreter import Interpreter
from keras import ops

FUNCTIONS = {
    "argmax": lambda x: ops.argmax(x, -1),
    "argmin": lambda x: ops.argmin(x, -1),
    "median": lambda x: ops.median(x, -1),
    "signbit": ops.signbit,
    "top_k": lambda x: ops.top_k(x, 1)[1],
    "argsort": lambda x: ops.argsort(x, -1),
}


def answer(name):
    place = Path(sys.argv[1]) / f"{name}.tflite"
    inputs = keras.Input((3,), batch_size=1)
    keras.Model(inputs, FUNCTIONS[name](inputs)).export(place, format="litert", verbose=False)
    interpreter = Interpreter(model_path=str(place))
    try:
        interpreter.allocate_tensors()
    except RuntimeError as error:
        return str(error).split(".")[0]
    entry, leave = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    interpreter.set_tensor(entry["index"], np.array([[1, 2, 3]], np.float32))
    interpreter.invoke()
    return interpreter.get_tensor(leave["index"]).ravel().tolist()


for name in FUNCTIONS:
    print(f"{name}: {answer(name)}")
PYTHON
export TF_CPP_MIN_LOG_LEVEL=3 TF_ENABLE_ONEDNN_OPTS=0
"$folder/venv/bin/python" "$folder/export.py" "$folder" 2>"$folder/log" | tee "$folder/out" || { tail -n 5 "$folder/log"; exit 1; }
refused="Select TensorFlow op(s), included in the given model, is(are) not supported by this interpreter"
for name in argmax argmin median signbit; do grep -qxF "$name: $refused" "$folder/out"; done
grep -qxF "top_k: [2]" "$folder/out"
grep -qxF "argsort: [0, 1, 2]" "$folder/out"
