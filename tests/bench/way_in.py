"""How well digits are read that come in over the pad.

python -m tests.bench.way_in DIGITS
"""

from __future__ import annotations

import json
import sys

import numpy as np

from capsnet.tensorflow_startup import load_tensorflow_quietly
from tests.drawings import redrawn


def measure(count: int) -> dict[str, float]:
    """Redraw bundled digits, normalise them and ask the shipped network.

    Args:
        count: how many, drawn at random.

    Returns:
        The accuracy of the digits as they are, and of those redrawn: `blurred` as their pictures
        are, and `sharp`, with a pen's edge.
    """
    load_tensorflow_quietly()
    from capsnet.data.bundled import load_bundled
    from capsnet.data.normalisation import normalise
    from capsnet.storage import checkpoints

    model, digits = checkpoints.load(), load_bundled()
    random = np.random.default_rng(0)
    chosen = digits[random.choice(len(digits), count, replace=False)]
    batches = {"as they are": chosen.pixels()}
    for name, is_sharp in (("blurred", False), ("sharp", True)):
        inks = (redrawn(image, random, is_sharp) for image in chosen.images[..., 0])
        batches[name] = np.stack([normalise(ink) for ink in inks])
    found = {}
    for name, images in batches.items():
        lengths = model.predict(images, batch_size=50, verbose=0)["lengths"]
        found[name] = float((lengths.argmax(-1) == chosen.labels).mean())
    return found


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))
