"""What a run recorded as it began, read without TensorFlow; `capsnet.origin` writes it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from capsnet.files import read_json
from capsnet.runs import TrainingError

ORIGIN = "origin.json"


def read(folder: Path) -> dict[str, Any]:
    """A run's record; empty if there is none, as of older runs.

    Raises:
        TrainingError: if there is one that cannot be read: without it the run might go on with
            other images, or be published with others' histories.
    """
    path = folder / ORIGIN
    try:
        values = read_json(path)
        if not isinstance(values, dict):
            raise ValueError(f"no JSON object but {str(values)[:40]}")
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise TrainingError(
            f"Expected what a run recorded as it began in {path}. Received: {error}. Without that "
            "file the run goes on with the images that it is given."
        ) from error
    return values
