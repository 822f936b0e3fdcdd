#!/usr/bin/env bash
# Keras 3.15.1 (TensorFlow 2.21.0, tf2onnx 1.17.0): a layer that compiles a part of itself with XLA,
# tf.function(jit_compile=True), exports as ONNX without an error. The file holds a call of that
# function as a node of no ONNX operator set, and ONNX Runtime 1.32.0 refuses to load it. The same
# layer without jit_compile exports to a file that runs. So whoever compiles only the slow loop of a
# network (routing by agreement, here) has to switch that off before the export.
#
# Output seen:
#   compiled: exported, ONNX Runtime: refused
#   not compiled: exported, ONNX Runtime: [[2. 4. 6.]]
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    keras==3.15.1 tensorflow==2.21.0 tf2onnx==1.17.0 onnx==1.23.2 onnxruntime==1.32.0
cd "$folder"
cat > try.py <<'PROGRAM'
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy as np
import onnxruntime
import tensorflow as tf


class Doubled(keras.layers.Layer):
    def __init__(self, compiled):
        super().__init__()
        self.double = tf.function(lambda x: 2.0 * x, jit_compile=compiled)

    def call(self, x):
        return self.double(x)

    def compute_output_shape(self, shape):
        return shape


for compiled in (True, False):
    inputs = keras.Input((3,), batch_size=1)
    model = keras.Model(inputs, Doubled(compiled)(inputs))
    model(np.zeros((1, 3), "float32"))  # one that has never been called is refused
    model.export("model.onnx", format="onnx", verbose=False)
    try:
        session = onnxruntime.InferenceSession("model.onnx")
        given = {session.get_inputs()[0].name: np.array([[1, 2, 3]], "float32")}
        said = session.run(None, given)[0]
    except Exception as error:
        said = "refused"
        print(str(error)[:300], file=__import__("sys").stderr)
    print(f"{'compiled' if compiled else 'not compiled'}: exported, ONNX Runtime: {said}")
PROGRAM
venv/bin/python try.py 2> errors.txt | grep ONNX | tee seen.txt || { cat errors.txt; exit 1; }
diff seen.txt - <<'SEEN'
compiled: exported, ONNX Runtime: refused
not compiled: exported, ONNX Runtime: [[2. 4. 6.]]
SEEN
