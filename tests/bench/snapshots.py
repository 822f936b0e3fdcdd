"""What a run's snapshots cost: seconds of one look, as a share of an epoch of MNIST.

python -m tests.bench.snapshots [STEPS]
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from capsnet.presets import PRESETS
from capsnet.tensorflow_startup import load_tensorflow_quietly
from capsnet.training import snapshots
from tests.bench.training import WARMUP_STEPS, step_clock

TRAINING_IMAGES = 55_000
LOOKS = 10


def measure(preset: str, steps: int) -> dict[str, Any]:
    """Train for some steps, then look at the ten digits as a run does.

    Args:
        preset: the network and its batch size.
        steps: steps to count, after the warm-up.

    Returns:
        Seconds of a step (median), of the first look and of the others (median), and their share
        of the first epoch, which has the most looks, and of any other.
    """
    load_tensorflow_quietly()
    from capsnet.data.bundled import load_bundled
    from capsnet.training.batches import TrainingBatches
    from capsnet.training.callbacks.snapshots import ten_digits
    from capsnet.training.compiled_model import compiled_model

    chosen = PRESETS[preset]
    digits = load_bundled()
    model = compiled_model(chosen.network, chosen.training, steps=1)
    images = digits[: chosen.training.batch_size * (steps + WARMUP_STEPS)]
    clock = step_clock()
    model.fit(TrainingBatches(images, chosen.training), callbacks=[clock], verbose=0)
    ends = clock.step_ends[WARMUP_STEPS - 1 :]
    step = statistics.median(b - a for a, b in zip(ends, ends[1:], strict=False))
    ten = ten_digits(digits)
    with tempfile.TemporaryDirectory() as folder:
        spent = []
        for epoch in range(LOOKS):
            start = time.perf_counter()
            snapshots.write(
                Path(folder),
                snapshots.snapshot(model.trace(ten.pixels()), ten.labels, epoch, 0, steps),
            )
            spent.append(time.perf_counter() - start)
        size = statistics.mean(p.stat().st_size for p in snapshots.pages(Path(folder)))
    look = statistics.median(spent[1:])
    whole = step * TRAINING_IMAGES / chosen.training.batch_size
    return {
        "preset": preset,
        "step_seconds": step,
        "first_look_seconds": spent[0],
        "look_seconds": look,
        "share_of_first_epoch": (spent[0] + (len(snapshots.EARLY) + 1) * look) / whole,
        "share_of_other_epochs": look / whole,
        "bytes_a_look": size,
    }


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    print(json.dumps(measure("explorer", wanted), indent=2))
