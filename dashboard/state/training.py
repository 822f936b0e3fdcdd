"""What the Training page knows of this machine and of the visitor, and remembers of the runs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st

from capsnet.data.datasets import BUNDLED, DATA_VARIABLE, SOURCES, find_file, load
from capsnet.data.images import validation_indices
from capsnet.errors import UNREADABLE, DataError
from capsnet.storage import checkpoints
from capsnet.training import forecast
from capsnet.training import snapshots as diaries
from capsnet.training.history import CURVE, read_ancestry, read_curve
from capsnet.training.snapshots import Snapshot
from dashboard.state import training_permission

PAGES_KEPT = 600
CURVES_KEPT = 8


@dataclass(frozen=True)
class Data:
    """Whether there is something to train on.

    Attributes:
        training: images to learn from; 0 if there are none.
        validation: images that choose the best epoch.
        trouble: why there is none; empty if the file was merely not found.
    """

    training: int = 0
    validation: int = 0
    trouble: str = ""


PUBLISHED = Data(55_000, 5_000)
"""Of MNIST and the datasets made in its likeness."""


def may_train() -> bool:
    """Whether this visitor may start, stop and delete runs."""
    return training_permission.is_allowed(st.context.ip_address, st.context.headers)


def others_may_train() -> bool:
    """Whether visitors on other computers may do so, too."""
    return training_permission.is_open_to_all()


def training_data(dataset: str, download: bool = False) -> Data:
    """The data that a run started here would find.

    Args:
        dataset: a name in `capsnet.data.datasets`.
        download: let Keras download it, if it must.
    """
    path = None
    try:
        if dataset == BUNDLED:
            digits = load(dataset)
            return Data(len(digits.split("train")), len(digits.split("validation")))
        path = find_file(dataset)
        if path is None and download:
            if trouble := _download(dataset):
                return Data(trouble=trouble)
            path = find_file(dataset)
        if path is None:
            return Data()
        return _counts(path, path.stat().st_mtime_ns)
    except DataError as error:
        return Data(trouble=str(error))
    except UNREADABLE as error:
        return Data(trouble=f"The file {path} cannot be read ({error}).")


def _download(dataset: str) -> str:
    """Let Keras download a dataset; what went wrong, in the page's words, or nothing."""
    try:
        load(dataset)
    except DataError as error:
        if error.__cause__ is None:
            return str(error)
        # The error itself lists the options of the command line.
        return (
            f"{SOURCES[dataset].title} could not be downloaded: {error.__cause__}. Is this "
            "computer connected to the internet? If so, try again; else fetch the file elsewhere "
            f"and put it where the environment variable {DATA_VARIABLE} says."
        )
    return ""


def shipped_histories() -> list[list[dict[str, float]]]:
    """Of the runs that led to the shipped network: rows of epochs, the first run's first."""
    return read_ancestry(checkpoints.SHIPPED)


def machine_speed() -> float:
    """Products a second, measured once, for a forecast without an earlier run."""
    return _machine_speed()


def moments(folder: Path) -> int:
    """How many pages a run's diary has, read or not."""
    return len(diaries.pages(folder))


def curve(folder: Path) -> list[dict[str, float]]:
    """A run's curve within its epochs, read once for all who watch it."""
    try:
        version = (folder / CURVE).stat().st_mtime_ns
    except OSError:
        return []
    return _curve(folder, version)


def diary(folder: Path, classes: int) -> list[Snapshot]:
    """A run's diary, each page of which is read once; without those of other than its classes."""
    found = []
    for path in diaries.pages(folder):
        try:
            found.append(_page(path, path.stat().st_mtime_ns))
        except OSError:  # forgotten by a run that goes on from an earlier epoch
            continue
    return [page for page in found if page and page.lengths.shape[-1:] == (classes,)]


@st.cache_resource(show_spinner=False, max_entries=CURVES_KEPT)
def _curve(folder: Path, version: int) -> list[dict[str, float]]:
    return read_curve(folder)


@st.cache_resource(show_spinner=False, max_entries=8)
def _counts(path: Path, version: int) -> Data:
    with path.open("rb") as file:
        if file.read(2) == b"\x1f\x8b":  # Keras keeps Fashion-MNIST as it was published
            return PUBLISHED
        file.seek(0)
        with np.load(file, allow_pickle=False) as arrays:
            if "y_train" not in arrays:  # and Kuzushiji-MNIST
                return PUBLISHED
            labels = arrays["y_train"]
    held_out = len(validation_indices(labels))
    return Data(len(labels) - held_out, held_out)


@st.cache_resource(show_spinner=False)
def _machine_speed() -> float:
    return forecast.measure()


@st.cache_resource(show_spinner=False, max_entries=PAGES_KEPT)
def _page(path: Path, version: int) -> Snapshot | None:
    return diaries.read(path)
