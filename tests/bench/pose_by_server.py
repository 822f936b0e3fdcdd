"""The pose slider as it would be with a decoder on the server: an app to be measured.

The slider's newest value goes to the server, which runs the page, decodes, and sends the picture
back; then the next one goes. (Were every event sent, each would cut short the run before it, and
nothing would be painted until the hand rests.) Run by `tests.bench.pose`.
"""

from __future__ import annotations

import base64

import numpy as np
import streamlit as st

from capsnet.data.bundled import load_bundled
from capsnet.tensorflow_startup import load_tensorflow_quietly

DIGIT, DIMENSION = 42, 3

HTML = """
<canvas data-testid="pose-canvas" width="28" height="28" style="width: 300px"></canvas>
<input type="range" data-testid="pose-slider-3" min="-0.5" max="0.5" step="0.001" value="0"
  style="width: 300px; display: block">
"""
SCRIPT = """
export default function ({ data, parentElement, setStateValue }) {
  const canvas = parentElement.querySelector("canvas").getContext("2d");
  const ink = Uint8Array.from(atob(data.ink), (character) => character.charCodeAt(0));
  const image = canvas.createImageData(28, 28);
  ink.forEach((value, i) => image.data.set([255 - value, 255 - value, 255 - value, 255], 4 * i));
  globalThis.paintedShift = data.shift;
  canvas.putImageData(image, 0, 0);
  const slider = parentElement.querySelector("input");
  slider.dataset.busy = "";
  const send = () => {
    if (slider.dataset.busy || slider.valueAsNumber === data.shift) return;
    slider.dataset.busy = "yes";
    setStateValue("shift", slider.valueAsNumber);
  };
  slider.oninput = send;
  send();
}
"""


@st.cache_resource
def network():
    """The shipped network and a digit's capsules."""
    load_tensorflow_quietly()
    from capsnet.storage import checkpoints

    model = checkpoints.load()
    capsules = model.trace(load_bundled()[DIGIT : DIGIT + 1].pixels()).digit_capsules[-1]
    model.decode(capsules)  # the first call is slow
    return model, capsules


def keep_shift() -> None:
    """Take the slider's value from the browser."""
    st.session_state["shift"] = float(st.session_state["explorer"]["shift"])


explorer = st.components.v2.component("pose_by_server", html=HTML, js=SCRIPT, isolate_styles=False)
model, capsules = network()
shift = st.session_state.setdefault("shift", 0.0)
best = int(np.linalg.norm(capsules[0], axis=-1).argmax())
tweaked = capsules.copy()
tweaked[0, best, DIMENSION] += shift
ink = np.rint(255 * model.decode(tweaked, best)).astype(np.uint8)
explorer(
    key="explorer",
    data={"shift": shift, "ink": base64.b64encode(ink.tobytes()).decode()},
    on_shift_change=keep_shift,
)
