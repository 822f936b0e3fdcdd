"""How long an experiment takes, to what `predict` alone takes for the same passes, and its memory.

python -m tests.bench.experiments IMAGES
"""

from __future__ import annotations

import json
import resource
import sys
import time
from typing import Any

from capsnet.tensorflow_startup import load_tensorflow_quietly


def measure(images: int) -> dict[str, Any]:
    """Predict a split and make experiments on it, in turn, twice; the better time of each.

    Returns:
        Seconds of each, and by how many MB ten times the images raise the peak of memory.
    """
    load_tensorflow_quietly()
    from capsnet.analysis.experiments.measure import measure as make
    from capsnet.analysis.experiments.registry import find
    from capsnet.analysis.experiments.settings import Subject
    from capsnet.data.bundled import load_bundled
    from capsnet.storage import checkpoints

    model, digits = checkpoints.load(), load_bundled()
    few = digits[: images // 10]
    asked: dict[str, tuple[str, dict[str, Any]]] = {
        "lengths": ("lengths", {}),
        "rotate": ("rotate", {"degrees": 30.0}),
        "parents": ("parents", {}),
    }
    model.predict(few.pixels(), verbose=0)
    for name, given in asked.values():
        make(find(name), Subject(model, few), given)
    before = _peak()
    seconds: dict[str, float] = {}
    for _ in range(2):
        for called, (name, given) in asked.items():
            start = time.perf_counter()
            make(find(name), Subject(model, digits[:images]), given)
            _better(seconds, called, time.perf_counter() - start)
    more = _peak() - before
    pixels = digits[:images].pixels()
    for _ in range(2):
        start = time.perf_counter()
        model.predict(pixels, verbose=0)
        _better(seconds, "predict", time.perf_counter() - start)
    return {"images": images, "seconds": seconds, "more_memory_mb": more}


def _better(seconds: dict[str, float], name: str, found: float) -> None:
    seconds[name] = min(seconds.get(name, found), found)


def _peak() -> float:
    """The most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))
