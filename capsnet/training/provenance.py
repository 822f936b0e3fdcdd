"""What a run recorded as it began, read without TensorFlow.

`capsnet.training.provenance_keeping` writes it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from capsnet.data.datasets import BUNDLED, SOURCES
from capsnet.errors import TrainingError
from capsnet.storage.atomic_files import read_json
from capsnet.storage.checkpoints import SHIPPED, SHIPPED_FOR_SETS
from capsnet.training import run_folder

PROVENANCE, EARLIER = "provenance.json", "origin.json"


def file_of(folder: Path) -> Path:
    """Where a run's record lies: under its earlier name, if an earlier version began the run."""
    earlier = folder / EARLIER
    return earlier if earlier.is_file() else folder / PROVENANCE


def bundled_were_in(
    folder: Path, after: frozenset[Path] = frozenset()
) -> Literal["seen", "unseen", "unknown"]:
    """Whether a run's network learned from the bundled digits, in it or in a run before it.

    Args:
        folder: of the run; "unknown" if it holds none, or a damaged one.
        after: folders of the runs that began with it: one may have been written anew since.
    """
    try:
        folder = folder.resolve()
        training = run_folder.read_run(folder)[1]
        start = training.start and Path(training.start).resolve()
    except (TrainingError, OSError, RuntimeError, ValueError):
        return "unknown"  # an upload brings no record; or one of a later version, or no path
    if training.dataset == BUNDLED:
        return "seen"
    if training.dataset not in SOURCES:
        return "unknown"
    if not start:
        return "unseen"
    if start in (SHIPPED.resolve(), SHIPPED_FOR_SETS.resolve()):
        return "unseen"
    after |= {folder}
    return "unknown" if start.parent in after else bundled_were_in(start.parent, after)


def read(folder: Path) -> dict[str, Any]:
    """A run's record; empty if there is none, as of older runs.

    Raises:
        TrainingError: if there is one that cannot be read: without it the run might go on with
            other images, or be published with others' histories.
    """
    path = file_of(folder)
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
