"""Write the network as a file for another runtime, run that, and compare it with Keras.

Without `--out` it is exported as browsers run it, and kept where the pages look for it.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from capsnet.cli.arguments import add_checkpoint, one_of, path
from capsnet.config import CapsNetConfig
from capsnet.data.bundled import load_bundled
from capsnet.errors import ExportError
from capsnet.storage import checkpoints, exports
from capsnet.storage.atomic_files import check_place, replacing
from capsnet.tensorflow_startup import load_tensorflow_quietly

HELP = "write the network for LiteRT, ONNX or SavedModel, or for browsers"
ENDINGS = {"litert": ".tflite", "onnx": ".onnx", "saved_model": ""}
SAMPLES = 24
LARGEST_ERROR = {False: 1e-4, True: 1e-3}
"""By which lengths, capsules and pictures may differ, in single and in half precision."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What is written, and where."""
    parser.add_argument(
        "--format",
        type=one_of(ENDINGS),
        default="litert",
        metavar="FORMAT",
        help=f"{', '.join(ENDINGS)} (default: litert)",
    )
    parser.add_argument(
        "--part",
        type=one_of(("network", "encoder", "decoder")),
        default="network",
        metavar="PART",
        help="network (default; inputs: images and a mask of silenced capsules; outputs: all of a "
        "trace, ten rounds), encoder (the same without the decoder) or decoder",
    )
    parser.add_argument(
        "--half", action="store_true", help="weights in half precision (litert only)"
    )
    parser.add_argument(
        "--out",
        type=path,
        metavar="FILE",
        help="the file to write, or the folder of a saved_model; default: both parts as browsers "
        "run them, beside the checkpoint",
    )
    add_checkpoint(parser)


def run(arguments: argparse.Namespace) -> None:
    """Export, and say how far it is from Keras."""
    config = checkpoints.check(arguments.checkpoint)
    if arguments.out is None:
        if not exports.find(arguments.checkpoint):
            load_tensorflow_quietly()
        made = exports.make(samples_for(config), arguments.checkpoint)
        size = sum(size for _, size in made.files.values()) / 1e6
        print(f"{size:.1f} MB for browsers -> {made.folder}")
        return
    _check(arguments)
    load_tensorflow_quietly()
    from capsnet.network import export

    export.check_packages(arguments.format)
    model = checkpoints.load(arguments.checkpoint)
    what = arguments.part, arguments.format
    with _whole(arguments.out, is_folder=arguments.format == "saved_model") as place:
        export.export(model, place, *what, arguments.half)
        errors = export.largest_errors(model, place, samples_for(config), *what)
        most = LARGEST_ERROR[arguments.half]
        judged = ("lengths", "digit_capsules", "reconstruction")
        if any(errors.get(name, 0.0) > most for name in judged):
            raise ExportError(
                f"Expected outputs within {most:g} of those of Keras. Received: {_told(errors)}"
            )
    print(f"Largest differences from Keras, of {SAMPLES} images: {_told(errors)}")
    print(f"{arguments.part} as {arguments.format} -> {arguments.out}")


def samples_for(config: CapsNetConfig) -> np.ndarray:
    """Images to compare an export by: bundled digits, or noise where those do not fit."""
    if config.image_shape == (28, 28, 1):
        return load_bundled()[:SAMPLES].pixels()
    noise = np.random.default_rng(0).random((SAMPLES, *config.image_shape))
    return noise.astype(np.float32)


def _check(arguments: argparse.Namespace) -> None:
    out = arguments.out
    if arguments.half and arguments.format != "litert":
        raise ValueError(f"Expected --half with --format litert. Received: {arguments.format}")
    if not out.parent.is_dir():
        raise ValueError(f"Expected --out in a folder that is there. Received: {out}")
    if arguments.format != "saved_model":
        check_place(out, ENDINGS[arguments.format])
    elif out.exists():
        raise ValueError(f"Expected a new folder for a saved_model. Received: {out}")


@contextlib.contextmanager
def _whole(out: Path, is_folder: bool) -> Iterator[Path]:
    """Where to write, so that `out` appears whole or not at all."""
    if not is_folder:
        # The exporters look at the ending, which `replacing` keeps.
        with replacing(os.path.realpath(out)) as temporary:
            yield temporary
        return
    unfinished = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=out.parent))
    try:
        yield unfinished / out.name
        os.replace(unfinished / out.name, out)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _told(errors: dict[str, float]) -> str:
    return ", ".join(f"{name} {error:.1e}" for name, error in errors.items())
