"""The datasets that have a name, and any other in a file or folder."""

from __future__ import annotations

import glob
import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from capsnet.data.bundled import BUNDLED_DIGITS, load_bundled
from capsnet.data.cached import check_cached
from capsnet.data.formats import recognise, tfds
from capsnet.data.formats.numpy_files import KERAS
from capsnet.data.images import Dataset, Digits, SplitName
from capsnet.data.prepare import Arrangement
from capsnet.data.sources import open_source
from capsnet.errors import DataError
from capsnet.tensorflow_startup import load_tensorflow_quietly

DATA_VARIABLE = "CAPSNET_DATA"
BUNDLED = "bundled"
"""The digits that come with this project: few, but there without any download."""
KMNIST_ADDRESS = "http://codh.rois.ac.jp/kmnist/dataset/kmnist/"

Arrays = tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class Source:
    """Where a dataset comes from when no file is given.

    Attributes:
        title: as people write it.
        fetch: reads it from Keras's cache, or downloads it there: `((x, y), (x, y))`.
        cached: one of the files that `fetch` leaves in Keras's cache; a whole path if elsewhere.
        class_names: one for each class; None for the digits 0 to 9.
    """

    title: str
    fetch: Callable[[], Arrays]
    cached: str
    class_names: tuple[str, ...] | None = None


def _fetch_mnist() -> Arrays:
    import keras

    return keras.datasets.mnist.load_data()


def _fetch_fashion_mnist() -> Arrays:
    import keras

    return keras.datasets.fashion_mnist.load_data()


def _fetch_kmnist() -> Arrays:
    import keras

    def part(name: str) -> np.ndarray:
        file = keras.utils.get_file(
            f"kmnist-{name}.npz", f"{KMNIST_ADDRESS}kmnist-{name}.npz", cache_subdir="datasets"
        )
        with np.load(file, allow_pickle=False) as arrays:
            return arrays["arr_0"]

    return (
        (part("train-imgs"), part("train-labels")),
        (part("test-imgs"), part("test-labels")),
    )


def _divide_bundled() -> Arrays:
    digits = load_bundled()
    test = len(digits) // 10  # they are interleaved, so that any part has all classes alike
    return (
        (digits.images[test:, ..., 0], digits.labels[test:]),
        (digits.images[:test, ..., 0], digits.labels[:test]),
    )


SOURCES: dict[str, Source] = {
    "mnist": Source("MNIST", _fetch_mnist, "mnist.npz"),
    "fashion-mnist": Source(
        "Fashion-MNIST",
        _fetch_fashion_mnist,
        "fashion-mnist/train-images-idx3-ubyte.gz",
        (
            "T-shirt",
            "trouser",
            "pullover",
            "dress",
            "coat",
            "sandal",
            "shirt",
            "sneaker",
            "bag",
            "ankle boot",
        ),
    ),
    "kmnist": Source(
        "Kuzushiji-MNIST",
        _fetch_kmnist,
        "kmnist-train-imgs.npz",
        ("お o", "き ki", "す su", "つ tsu", "な na", "は ha", "ま ma", "や ya", "れ re", "を wo"),
    ),
    BUNDLED: Source("The 5,000 bundled digits", _divide_bundled, str(BUNDLED_DIGITS)),
}


def load_split(
    name: SplitName,
    path: str | Path | None = None,
    dataset: str = "mnist",
    how: Arrangement | None = None,
) -> Digits:
    """One split of a dataset; see `Dataset.split` for which images it has.

    MNIST's validation digits are bundled, so they need no data file; one that is named is taken.

    Args:
        name: `"train"`, `"validation"` or `"test"`.
        path: as for `load`.
        dataset: as for `load`.
        how: as for `load`.

    Raises:
        DataError: if there is no data, or it cannot be read.
    """
    named = _given_file(dataset, path)[0] if dataset == "mnist" else path
    if (name, named, dataset) == ("validation", None, "mnist"):
        return load_bundled()
    return load(dataset, path, how).split(name)


def load(
    dataset: str = "mnist", path: str | Path | None = None, how: Arrangement | None = None
) -> Dataset:
    """A dataset: by its name, or from any file or folder.

    The bundled digits are taken from here. For the others it looks at `path`; else at what the
    environment variable CAPSNET_DATA names; else lets Keras take it from its cache or download
    it. A path that is given but of no use is an error: nothing else is taken in its place.

    Args:
        dataset: a name in `SOURCES`; or a path or `tfds:NAME`, as for
            `capsnet.data.formats.read_source`.
        path: where a named dataset is: a file or folder of any of the formats, or a folder with
            `NAME.npz`. Not for `bundled`, nor beside a dataset that is a path itself.
        how: what to do with the pictures of a file or folder; None for what its format says.

    Raises:
        DataError: when none is found; it lists what was tried.
    """
    _check_path_is_wanted(dataset, path)
    if is_path(dataset):
        return open_source(_place(dataset), how)
    source = _source(dataset)
    given, tried = _given_file(dataset, path)
    if given is not None:
        return open_source(given, how, source.class_names)
    if dataset != BUNDLED:
        check_cached(cache(), dataset)
        load_tensorflow_quietly()  # Keras does the fetching
    try:
        fetched = source.fetch()
    except Exception as error:  # whatever the download failed with, say it and what else to do
        tried.append(f"Keras's cache, {cache()}, and download: {error}")
        raise DataError(
            f"Expected {source.title} in one of these places, found none:\n  - "
            + "\n  - ".join(tried)
            + f"\nGive its {dataset}.npz by path (--data {dataset}.npz), name it in "
            f"{DATA_VARIABLE}, or connect to the internet once so that Keras can download it."
        ) from error
    train, test = (Digits(x[..., None], y.astype(np.int64)) for x, y in fetched)
    return Dataset(train, test, source.class_names)


def find_file(dataset: str = "mnist", path: str | Path | None = None) -> Path | None:
    """The file that `load` would read; None if it would have to download it.

    Args:
        dataset: as for `load`.
        path: as for `load`.

    Raises:
        DataError: if a file is named, by whichever means, that is not there.
    """
    if tfds.is_named(dataset):
        return None
    if is_path(dataset):
        given, where = _place(dataset), "the dataset's path"
    else:
        source = _source(dataset)
        named, _ = _given_file(dataset, path)
        if named is None:
            cached = cache() / source.cached
            return cached if cached.is_file() else None
        given, where = named, DATA_VARIABLE if path is None else "the path given"
    if not given.exists() and not any(given.parent.glob(f"{glob.escape(given.name)}*")):
        raise DataError(f"Expected a file where {where} points. Received: no file {given}")
    return given


def class_names(dataset: str = "mnist", path: str | Path | None = None) -> tuple[str, ...] | None:
    """What `load` would call a dataset's classes, without loading it; None for digits.

    Args:
        dataset: as for `load`.
        path: as for `load`.

    Raises:
        DataError: if a file is named, by whichever means, that is not there or has no proper names.
    """
    _check_path_is_wanted(dataset, path)
    if is_path(dataset):
        file, named = _place(dataset), None
    else:
        given, named = _given_file(dataset, path)[0], _source(dataset).class_names
        if given is None:
            return named
        file = given
    if _is_of_digits(file):
        return named
    return open_source(file, None, named).class_names


def is_path(dataset: str) -> bool:
    """Whether a dataset is given by its path, or as `tfds:NAME`, and not by a name of ours."""
    if dataset in SOURCES:
        return False
    if tfds.is_named(dataset):
        return True
    looks = any(mark in dataset for mark in ("/", os.sep, ".")) or dataset.startswith("~")
    try:
        return looks or Path(dataset).exists()
    except (OSError, ValueError):  # too long, or a zero byte
        return False


def _is_of_digits(file: Path) -> bool:
    """Whether a file is an `.npz` as Keras's MNIST, without names for its classes."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = {name.removesuffix(".npy") for name in archive.namelist()}
    except (OSError, zipfile.BadZipFile):
        return False
    return names == KERAS


def _check_path_is_wanted(dataset: str, path: str | Path | None) -> None:
    if path is not None and (dataset == BUNDLED or is_path(dataset)):
        where = "is bundled" if dataset == BUNDLED else "says itself where it is"
        raise DataError(
            f"Expected no path (--data) for a dataset that {where}. Received: {path} for {dataset}"
        )


def _source(dataset: str) -> Source:
    if dataset not in SOURCES:
        raise DataError(
            f"Expected a dataset: {', '.join(SOURCES)}, the path of a file or folder, or tfds:NAME"
            f". Received: {dataset!r}"
        )
    return SOURCES[dataset]


def _given_file(dataset: str, path: str | Path | None) -> tuple[Path | None, list[str]]:
    """The file that is named for a dataset, and where none is named, that in words."""
    tried = ["the path given: none"]
    if dataset == BUNDLED:
        return None, tried
    if path is None:
        path = os.environ.get(DATA_VARIABLE) or None
        if path is not None and dataset != "mnist" and not _place(path).is_dir():
            tried.append(f"environment variable {DATA_VARIABLE}: {path}, which is MNIST's file")
            return None, tried
        tried.append(f"environment variable {DATA_VARIABLE}: {path or 'not set'}")
    if path is None:
        return None, tried
    path = _place(path)
    inside = path / f"{dataset}.npz"
    if path.is_dir() and (inside.is_file() or not _holds_data(path)):
        return inside, tried
    return path, tried


def _place(path: str | Path) -> Path:
    """A path that the system can look up, whether or not a file is there."""
    try:
        place = Path(path).expanduser()
        place.is_dir()
    except (OSError, RuntimeError) as error:  # no such user, too long, not to be entered
        raise DataError(f"Expected the path of a dataset. Received: {path} ({error})") from error
    return place


def cache() -> Path:
    """Keras's folder of datasets."""
    return Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras") / "datasets"


def _holds_data(folder: Path) -> bool:
    """Whether a folder is a dataset itself, not one with several beside it."""
    files = [path for path in folder.iterdir() if path.is_file()]
    return any(recognise(path) for path in files) and not any(
        (folder / f"{name}.npz").is_file() for name in SOURCES
    )
