"""Several machines that train one network: which of them this process is.

TensorFlow takes it from the environment variable TF_CONFIG, in which every machine lists the same
workers and its own place among them:

    {"cluster": {"worker": ["one:12345", "two:12345"]}, "task": {"type": "worker", "index": 0}}
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from capsnet.errors import TrainingError

VARIABLE = "TF_CONFIG"
EXAMPLE = (
    '{"cluster": {"worker": ["one:12345", "two:12345"]}, "task": {"type": "worker", "index": 0}}'
)


def place(environment: Mapping[str, str] = os.environ) -> tuple[int, int]:
    """This process's place among the workers, from 0, and how many there are.

    Args:
        environment: where TF_CONFIG stands.

    Raises:
        TrainingError: if it is not there or does not say so.
    """
    written = environment.get(VARIABLE)
    if not written:
        _refuse("none set")
    try:
        described = json.loads(written)
        workers, task = described["cluster"]["worker"], described["task"]
        kind, index = task["type"], task["index"]
    except (ValueError, KeyError, TypeError):
        _refuse(written)
    if not isinstance(workers, list) or kind != "worker" or index not in range(len(workers)):
        _refuse(written)
    return index, len(workers)


def own_folder(folder: Path) -> Path:
    """Where this process keeps the run: the first worker in `folder`, the others inside it.

    All of them keep the same network, so that each can resume, on a shared disk or its own.
    """
    index, _ = place()
    return folder / f"worker-{index}" if index else folder


def _refuse(received: str) -> NoReturn:
    raise TrainingError(f"Expected {VARIABLE} such as {EXAMPLE}. Received: {received}")
