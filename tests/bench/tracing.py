"""How long one trace of one digit takes.

python -m tests.bench.tracing ROUNDS REPETITIONS
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from typing import Any

from capsnet.tensorflow_startup import load_tensorflow_quietly

WARMUP = 3


def measure(rounds: int, repetitions: int) -> dict[str, Any]:
    """Trace different digits one by one, all intermediates as NumPy arrays.

    Returns:
        Median and 95th percentile in milliseconds.
    """
    load_tensorflow_quietly()
    from capsnet.data.bundled import load_bundled
    from capsnet.network.model import CapsNet
    from capsnet.storage import checkpoints

    # Fresh weights take as long as trained ones.
    model = checkpoints.load() if checkpoints.SHIPPED.is_file() else CapsNet()
    images = load_bundled()[: repetitions + WARMUP].pixels()
    milliseconds = []
    for i in range(len(images)):
        start = time.perf_counter()
        model.trace(images[i : i + 1], rounds)
        milliseconds.append(1000 * (time.perf_counter() - start))
    counted = milliseconds[WARMUP:]
    return {
        "median_ms": statistics.median(counted),
        "p95_ms": statistics.quantiles(counted, n=20, method="inclusive")[-1],
        "repetitions": len(counted),
    }


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]), int(sys.argv[2]))))
