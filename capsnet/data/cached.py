"""Whether the files in Keras's cache are whole, before anything is promised of them."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

from capsnet.errors import UNREADABLE, DataError

FILES = {
    "mnist": "mnist.npz",
    "fashion-mnist": "fashion-mnist/*-ubyte.gz",
    "kmnist": "kmnist-*.npz",
}
"""What Keras leaves of each dataset in its cache."""

CHUNK = 1 << 20


def check_cached(cache: Path, dataset: str) -> None:
    """Check that what the cache holds of a dataset is whole, by the sums inside the files.

    Args:
        cache: Keras's folder of datasets.
        dataset: a name in `capsnet.data.datasets`.

    Raises:
        DataError: if a file is cut off or of another kind; it says what to do.
    """
    for path in sorted(cache.glob(FILES[dataset])) if dataset in FILES else []:
        if not _is_whole(path):
            raise DataError(
                f"Expected a whole file at {path}. Received: a damaged one, of "
                f"{path.stat().st_size:,} bytes. Delete it; it is fetched anew."
            )


def _is_whole(path: Path) -> bool:
    try:
        if path.suffix == ".gz":
            with gzip.open(path) as file:
                while file.read(CHUNK):
                    pass
            return True
        with zipfile.ZipFile(path) as archive:
            return archive.testzip() is None
    except UNREADABLE:
        return False
