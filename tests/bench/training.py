"""Training speed and peak memory of one configuration.

    python -m tests.bench.training '{"formulation": "capsnet", "batch_size": 50, ...}' STEPS

Both formulations are trained by the same `fit` on the same network: convolutions, decoder,
losses, Adam and batches differ in nothing; only the votes and the routing do, and a ReLU that the
notebook has before the squash.
"""

from __future__ import annotations

import dataclasses
import itertools
import json
import resource
import statistics
import sys
import time
from dataclasses import dataclass
from typing import Any, Literal
from unittest import mock

from capsnet.presets import PRESETS
from capsnet.tensorflow_startup import load_tensorflow_quietly
from capsnet.training.memory import keep_freed_memory
from capsnet.training_config import TrainingConfig

WARMUP_STEPS = 3
"""Not counted: the first steps trace and compile."""

SIDE, PRODUCTS = 2048, 9
"""Of the square matrices whose product shows what the machine can do, and how many times."""


@dataclass(frozen=True)
class Configuration:
    """What is trained: our formulation or the notebook's, and how."""

    formulation: Literal["capsnet", "notebook"]
    batch_size: int
    rounds: int
    gradient: Literal["all", "last"] = "all"
    conv_dtype: Literal["float32", "bfloat16"] = "float32"

    @property
    def name(self) -> str:
        """One line for the table."""
        what = f"batch {self.batch_size}, {self.rounds} rounds"
        if self.formulation == "notebook":
            return f"{what}: the notebook's"
        dtype = "" if self.conv_dtype == "float32" else f", {self.conv_dtype}"
        return f"{what}: ours, gradient {self.gradient}{dtype}"


def measure(configuration: Configuration, steps: int) -> dict[str, Any]:
    """Train for some steps in this process, which should be fresh.

    Args:
        configuration: what to train.
        steps: steps to count, after the warm-up.

    Returns:
        Images per second (median step, 10th and 90th percentile); the process's memory in MB,
        its peak and the part of it above what was held before `fit`; and which share of the
        speed of a bare matrix product, in the convolutions' type, the training's products have.
    """
    keep_freed_memory()  # as `python -m capsnet train` does
    load_tensorflow_quietly()
    from capsnet.data.bundled import load_bundled
    from capsnet.training.batches import TrainingBatches
    from capsnet.training.forecast import multiply_adds

    training = TrainingConfig(
        batch_size=configuration.batch_size, conv_dtype=configuration.conv_dtype
    )
    images = load_bundled()[: training.batch_size * (steps + WARMUP_STEPS)]
    model = build(configuration, training)
    clock = step_clock()
    memory_before = peak_memory()
    model.fit(TrainingBatches(images, training), callbacks=[clock], verbose=0)
    counted = itertools.pairwise(clock.step_ends[WARMUP_STEPS - 1 :])
    speeds = [training.batch_size / (end - start) for start, end in counted]
    deciles = statistics.quantiles(speeds, n=10, method="inclusive")
    memory_after = peak_memory()
    speed = statistics.median(speeds)
    done = 3 * multiply_adds(model.config) * speed  # the way back is twice the way there
    return {
        "images_per_second": speed,
        "share_of_matrix_product": done / products_per_second(configuration.conv_dtype),
        "p10": deciles[0],
        "p90": deciles[-1],
        "steps": len(speeds),
        "peak_memory_mb": memory_after,
        "memory_above_start_mb": memory_after - memory_before,
    }


def build(configuration: Configuration, training: TrainingConfig) -> Any:
    """The compiled network of a configuration, in the paper's size."""
    import capsnet.network.model
    from capsnet.training.compiled_model import compiled_model

    network = dataclasses.replace(
        PRESETS["paper"].network, rounds=configuration.rounds, gradient=configuration.gradient
    )
    if configuration.formulation == "capsnet":
        return compiled_model(network, training, steps=1)
    from tests.bench.notebook import NotebookDigitCapsules

    network = dataclasses.replace(network, primary_activation="relu", compile_routing=False)
    with mock.patch.object(capsnet.network.model, "DigitCapsules", NotebookDigitCapsules):
        return compiled_model(network, training, steps=1)


def products_per_second(dtype: str) -> float:
    """What TensorFlow reaches in this process in the product of two large matrices."""
    import tensorflow as tf

    one = tf.cast(tf.random.normal((SIDE, SIDE)), dtype)
    multiply = tf.function(lambda: tf.reduce_sum(tf.matmul(one, one)))
    multiply().numpy()
    seconds = []
    for _ in range(PRODUCTS):
        start = time.perf_counter()
        multiply().numpy()
        seconds.append(time.perf_counter() - start)
    return SIDE**3 / statistics.median(seconds)


def step_clock() -> Any:
    """A Keras callback whose `step_ends` lists when every step ended, in seconds."""
    import keras

    class StepClock(keras.callbacks.Callback):
        def __init__(self) -> None:
            super().__init__()
            self.step_ends: list[float] = []

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            self.step_ends.append(time.perf_counter())

    return StepClock()


def peak_memory() -> float:
    """The largest resident set of this process so far, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e6 / 1024)  # macOS counts bytes


if __name__ == "__main__":
    print(json.dumps(measure(Configuration(**json.loads(sys.argv[1])), int(sys.argv[2]))))
