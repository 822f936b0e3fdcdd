"""What browsers run of a network: two LiteRT files and a manifest, kept beside its checkpoint.

They are made once, when a network is first used, and found again by what they were made of: the
checkpoint's hash, and the source of the network and of its routing. A change of either makes a
new export. They lie in `.exports/` beside the checkpoint or, where nothing can be written there,
in the user's cache.

Weights have half precision where that keeps every length within `LARGEST_ERROR`: half the bytes
to send. They are computed with in single precision.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from capsnet.config import MAX_ROUNDS
from capsnet.errors import ExportError
from capsnet.network.exported import ExportedNetwork
from capsnet.storage import checkpoints
from capsnet.storage.atomic_files import read_json, sha256, write_json

if TYPE_CHECKING:  # TensorFlow is loaded when an export is made
    from capsnet.network.model import CapsNet

PARTS: tuple[Literal["encoder", "decoder"], ...] = ("encoder", "decoder")
MANIFEST = "manifest.json"
LARGEST_ERROR = {"lengths": 1e-3, "reconstruction": 4e-3}
"""By which a browser may differ from Keras; a grey level of a picture is 1/255."""

ONLY_RUN = ("exported", "inference")
"""Modules of `capsnet.network` that an export does not depend on."""

KEPT = 4
"""Exports beside one another: of the runs' best networks a new one comes with each epoch."""


@dataclass(frozen=True)
class BrowserExport:
    """An export that is complete.

    Attributes:
        folder: where it lies.
        files: the SHA-256 and the size in bytes of each part's file.
        probe: what Keras computes of `probe_image`, to compare a run of the export with:
            `lengths` (10, J), and `drawing`, the means of the 28 rows that the decoder makes of the
            last digit capsules' longest.
        decoder: which decoder it is, a hash of its weights.
    """

    folder: Path
    files: Mapping[str, tuple[str, int]]
    probe: Mapping[str, Any]
    decoder: str

    def path(self, part: str) -> Path:
        """Where a part's LiteRT file is."""
        return self.folder / f"{part}.tflite"


def find(checkpoint: str | Path | None = None) -> BrowserExport | None:
    """The export of a checkpoint (None: the shipped one) as it is now; None if there is none.

    Raises:
        OSError: if the checkpoint cannot be read.
    """
    path = checkpoints.place(checkpoint)
    name = _name(path)
    found = (_read(folder / name) for folder in _folders(path))
    return next((each for each in found if each), None)


def make(samples: np.ndarray, checkpoint: str | Path | None = None) -> BrowserExport:
    """Export a checkpoint for browsers, unless that has been done.

    Args:
        samples: images (N, 28, 28, 1) float32 in [0, 1], on which the export is compared with
            Keras before it counts.
        checkpoint: the network; None for the shipped one.

    Raises:
        CheckpointError: if it cannot be loaded.
        ExportError: if it cannot be exported, or the export answers otherwise.
        OSError: if there is no place to keep it.
    """
    if found := find(checkpoint):
        return found
    path = checkpoints.place(checkpoint)
    name = _name(path)  # of the file as it is before it is loaded
    model = checkpoints.load(path)
    folder = next(filter(_is_writable, _folders(path)), None)
    if folder is None:
        raise ExportError(f"Expected a folder to keep exports in. Received: {_folders(path)}")
    with tempfile.TemporaryDirectory(prefix=".unfinished-", dir=folder) as unfinished:
        whole = Path(unfinished) / name
        whole.mkdir()
        write_json(whole / MANIFEST, _exported(model, whole, samples))
        shutil.rmtree(folder / name, ignore_errors=True)  # one that is damaged
        with contextlib.suppress(OSError):  # another process was there first
            os.replace(whole, folder / name)
    _forget_old(folder)
    made = _read(folder / name)
    if made is None:
        raise ExportError(f"Expected an export at {folder / name}. Received: one that is damaged")
    return made


def open_natively(export: BrowserExport, checkpoint: str | Path | None = None) -> ExportedNetwork:
    """Run an export in this process, once it has passed: its files, and its answer to a picture.

    Args:
        export: of the checkpoint.
        checkpoint: the network; None for the shipped one.

    Raises:
        CheckpointError: if the checkpoint is none of ours.
        ExportError: if the export cannot be run, or answers otherwise.
    """
    config = checkpoints.check(checkpoint)
    for part, (identity, _) in export.files.items():
        if sha256(export.path(part)) != identity:
            raise ExportError(f"Expected the {part} that was exported. Received: another file")
    network = ExportedNetwork(export.path("encoder"), export.path("decoder"), config)
    lengths, capsules = network.rounds(probe_image(config.image_shape))
    drawn = network.decode(capsules[-1:], int(np.argmax(export.probe["lengths"][-1])))
    errors = {
        "lengths": np.abs(lengths - export.probe["lengths"]).max(),
        "reconstruction": np.abs(_rows(drawn) - export.probe["drawing"]).max(),
    }
    if all(errors[name] <= most for name, most in LARGEST_ERROR.items()):
        return network
    raise ExportError(f"Expected an export that answers as Keras does. Received: errors {errors}")


def discard(export: BrowserExport) -> None:
    """Remove an export that turned out to be damaged, so that it is made anew."""
    shutil.rmtree(export.folder, ignore_errors=True)


def decoder_id(model: CapsNet) -> str:
    """Which decoder a network has: a hash of its weights, as files of a pose name it."""
    found = hashlib.sha256()
    for layer in model.decoder.dense_layers():
        for weights in layer.get_weights():
            found.update(weights.astype("<f4").tobytes())
    return found.hexdigest()[:16]


def probe_image(shape: tuple[int, int, int]) -> np.ndarray:
    """A picture that browsers make, too: pixel k, counted along rows, is (37 k mod 101) / 100.

    Returns:
        (1, *shape) float32 in [0, 1].
    """
    pixels = np.arange(np.prod(shape)) * 37 % 101 / 100
    return pixels.astype(np.float32).reshape(1, *shape)


def _exported(model: CapsNet, folder: Path, samples: np.ndarray) -> dict[str, Any]:
    """Write both parts to a folder; what the manifest says of them."""
    _write_parts(model, folder, samples)
    files = {}
    for part in PARTS:
        path = folder / f"{part}.tflite"
        files[part] = [sha256(path), path.stat().st_size]
    traced = model.trace(probe_image(model.config.image_shape), MAX_ROUNDS)
    probe = {
        "lengths": _rounded(traced.lengths[:, 0]),
        "drawing": _rounded(_rows(traced.reconstruction)),
    }
    return {"files": files, "probe": probe, "decoder": decoder_id(model)}


def _rows(drawing: np.ndarray) -> np.ndarray:
    """The mean of each row of a picture, (1, H, W, C) -> (H,)."""
    return drawing[0].mean(axis=(1, 2))


def _rounded(array: np.ndarray) -> list[Any]:
    return array.astype(float).round(7).tolist()


def _write_parts(model: CapsNet, folder: Path, samples: np.ndarray) -> None:
    from capsnet.network import export

    for half in (True, False):
        errors: dict[str, float] = {}
        for part in PARTS:
            path = folder / f"{part}.tflite"
            export.export(model, path, part, "litert", half)
            errors |= export.largest_errors(model, path, samples, part, "litert")
        if all(errors[name] <= most for name, most in LARGEST_ERROR.items()):
            return
    raise ExportError(f"Expected an export that answers as Keras does. Received: errors {errors}")


def _read(folder: Path) -> BrowserExport | None:
    """The export in a folder; None if it is missing or incomplete."""
    try:
        manifest = read_json(folder / MANIFEST)
        files = {part: (str(of[0]), int(of[1])) for part, of in manifest["files"].items()}
        sizes = {part: (folder / f"{part}.tflite").stat().st_size for part in PARTS}
        if sizes != {part: files[part][1] for part in PARTS}:
            return None
        probe = {name: manifest["probe"][name] for name in ("lengths", "drawing")}
        return BrowserExport(folder, files, probe, str(manifest["decoder"]))
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None


def _folders(path: Path) -> tuple[Path, Path]:
    """Where exports may lie: beside the checkpoint, and in the user's cache."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or "~/.cache"
    return path.parent / ".exports", Path(cache).expanduser() / "capsnet" / "exports"


def _is_writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _name(path: Path) -> str:
    return f"{sha256(path)[:24]}-{_sources()}"


@functools.cache
def _sources() -> str:
    """A hash of the code and the libraries by which a network is exported."""
    package = Path(__file__).parents[1]
    found = hashlib.sha256()
    modules = {*package.glob("network/*.py"), *package.glob("routing/*.py")}
    modules -= {package / "network" / f"{name}.py" for name in ONLY_RUN}
    for path in [package / "ops.py", *sorted(modules)]:
        found.update(path.read_bytes())
    for library in ("keras", "tensorflow"):
        try:
            found.update(version(library).encode())
        except PackageNotFoundError:  # as under another backend
            found.update(b"none")
    return found.hexdigest()[:12]


def _forget_old(folder: Path) -> None:
    kept = [each for each in folder.iterdir() if (each / MANIFEST).is_file()]
    kept.sort(key=lambda each: each.stat().st_mtime, reverse=True)
    for old in kept[KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
