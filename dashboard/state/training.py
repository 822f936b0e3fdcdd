"""What the Training page knows of this machine and of the visitor, and remembers of the runs."""

from __future__ import annotations

import dataclasses
import io
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from capsnet.config import CapsNetConfig
from capsnet.data.cached import check_cached
from capsnet.data.contact_sheet import choose, contact_sheet
from capsnet.data.datasets import BUNDLED, DATA_VARIABLE, SOURCES, cache, find_file, load
from capsnet.data.images import Dataset
from capsnet.data.prepare import Arrangement
from capsnet.data.sources import open_source
from capsnet.errors import UNREADABLE, DataError, first_line
from capsnet.storage import checkpoints
from capsnet.training import forecast
from capsnet.training import snapshots as run_snapshots
from capsnet.training.history import CURVE, read_ancestry, read_curve
from capsnet.training.snapshots import Snapshot
from dashboard.state import training_permission
from dashboard.state.bounded import bounded

PAGES_MB = 48  # 40 kB each in the paper's size
CURVES_MB = 16


@dataclass(frozen=True)
class OwnData:
    """What a file or folder on this computer holds.

    Attributes:
        description: what was found and done, in one line.
        image_shape: height, width and channels of its pictures.
        class_names: what its classes are called; None for the digits 0 to 9.
        sheet: forty of its pictures with their labels, a PNG.
    """

    description: str
    image_shape: tuple[int, int, int]
    class_names: tuple[str, ...] | None
    sheet: bytes


@dataclass(frozen=True)
class Data:
    """Whether there is something to train on.

    Attributes:
        training: images to learn from; 0 if there are none.
        validation: images that choose the best epoch.
        trouble: why there is none; empty if the file was merely not found.
        image_shape: of the images.
        class_names: what their classes are called; None for digits.
        own: what there is to say of a file or folder of the visitor's; None for named datasets.
    """

    training: int = 0
    validation: int = 0
    trouble: str = ""
    image_shape: tuple[int, int, int] = (28, 28, 1)
    class_names: tuple[str, ...] | None = None
    own: OwnData | None = None


PUBLISHED = Data(55_000, 5_000)
"""Of MNIST and the datasets made in its likeness."""


def may_train() -> bool:
    """Whether this visitor may start, stop and delete runs."""
    return training_permission.is_allowed(st.context.ip_address, st.context.headers)


def others_may_train() -> bool:
    """Whether visitors on other computers may do so, too."""
    return training_permission.is_open_to_all()


def training_data(dataset: str, download: bool = False, resize: int = 0) -> Data:
    """The data that a run started here would find.

    Args:
        dataset: a name in `capsnet.data.datasets`, or the path of a file or folder.
        download: let Keras download it, if it must.
        resize: side that the pictures of a file or folder are brought to; 0 for none.
    """
    path = None
    try:
        if dataset == BUNDLED:
            return _of(load(dataset))
        path = find_file(dataset)
        if dataset not in SOURCES:
            changed = path.stat().st_mtime_ns if path and path.exists() else 0
            return _own(dataset, changed, resize)
        if path is None and download:
            if trouble := _download(dataset):
                return Data(trouble=trouble)
            path = find_file(dataset)
        return Data() if path is None else _looked_at(dataset, path, _version(path))
    except DataError as error:
        return Data(trouble=_amiss(dataset, path, error))
    except UNREADABLE as error:
        return Data(trouble=f"The file {path} cannot be read ({first_line(error)}).")


def _of(dataset: Dataset) -> Data:
    """What there is to learn from, of a dataset that has been read."""
    return Data(
        len(dataset.split("train")),
        len(dataset.split("validation")),
        image_shape=dataset.image_shape,
        class_names=dataset.class_names,
    )


def _amiss(dataset: str, path: Path | None, error: DataError) -> str:
    """Why a file is of no use, in the page's words: errors list the command line's options."""
    if path is None or dataset not in SOURCES or path.is_relative_to(cache()):
        return str(error)
    received = str(error).partition("Received: ")[2] or str(error)
    return (
        f"{SOURCES[dataset].title} cannot be read from {path}: {received.rstrip('.')}. "
        "Put a whole file there, or choose another dataset."
    )


def _version(path: Path) -> int:
    """Changes when a file does, or one in a folder."""
    files = [path, *path.parent.iterdir()] if path.exists() else [path.parent]
    return max(file.stat().st_mtime_ns for file in files)


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
    """How many snapshots a run has, read or not."""
    return len(run_snapshots.pages(folder))


def curve(folder: Path) -> list[dict[str, float]]:
    """A run's curve within its epochs, read once for all who watch it."""
    try:
        version = (folder / CURVE).stat().st_mtime_ns
    except OSError:
        return []
    return _curve(folder, version)


def snapshots(folder: Path, network: CapsNetConfig) -> list[Snapshot]:
    """A run's snapshots, each read once; without those of another network's sizes."""
    found = []
    for path in run_snapshots.pages(folder):
        try:
            found.append(_page(path, path.stat().st_mtime_ns))
        except OSError:  # forgotten by a run that goes on from an earlier epoch
            continue
    classes, shape = (network.num_classes,), network.image_shape
    return [
        page
        for page in found
        if page and page.lengths.shape[-1:] == classes and page.pictures.shape[1:] == shape
    ]


@bounded(CURVES_MB)
def _curve(folder: Path, version: int) -> list[dict[str, float]]:
    return read_curve(folder)


@st.cache_resource(show_spinner=False, max_entries=8)
def _looked_at(dataset: str, path: Path, version: int) -> Data:
    """Read a dataset's file once, as its trainer will, before anything is promised.

    Raises:
        DataError: if it cannot be trained on.
    """
    if not path.is_relative_to(cache()):
        return _of(load(dataset))
    check_cached(cache(), dataset)
    if path.name == SOURCES["mnist"].cached:
        return _of(open_source(path))
    return dataclasses.replace(PUBLISHED, class_names=SOURCES[dataset].class_names)


@st.cache_resource(show_spinner="Looking into it …", max_entries=8)
def _own(path: str, version: int, resize: int) -> Data:
    dataset = load(path, how=Arrangement(resize=resize))
    train, validation = dataset.split("train"), dataset.split("validation")
    if not len(train):
        return Data(trouble=f"Expected pictures to learn from. Received: {dataset.description}")
    chosen = choose(train.labels, len(train))
    names = dataset.class_names or tuple(map(str, range(10)))
    with io.BytesIO() as file:
        words = [names[label] for label in train.labels[chosen]]
        contact_sheet(train.images[chosen], words).save(file, "PNG")
        sheet = file.getvalue()
    own = OwnData(dataset.description, dataset.image_shape, dataset.class_names, sheet)
    return Data(len(train), len(validation), own=own)


@st.cache_resource(show_spinner=False)
def _machine_speed() -> float:
    return forecast.measure()


@bounded(PAGES_MB)
def _page(path: Path, version: int) -> Snapshot | None:
    return run_snapshots.read(path)
