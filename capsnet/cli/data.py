"""Say what a file or folder holds, and draw forty of its pictures with their labels.

Nothing says of a file whether its pictures are transposed or inverted: look at the sheet.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from capsnet.cli.arguments import add_arrangement, arrangement, path
from capsnet.data.contact_sheet import choose, contact_sheet
from capsnet.data.formats import IN_WORDS, read_source
from capsnet.data.prepare import prepare
from capsnet.data.sources import open_source
from capsnet.storage.atomic_files import replacing

HELP = "what a file or folder with pictures holds"

SHEETS = (".png", ".jpg", ".jpeg", ".webp")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which file or folder, and what to do with its pictures."""
    parser.add_argument("place", type=path, metavar="PATH", help=IN_WORDS)
    parser.add_argument(
        "--sheet", type=path, metavar="FILE.png", help="draw forty pictures with their labels"
    )
    add_arrangement(parser)


def run(arguments: argparse.Namespace) -> None:
    """Print one line about the data, then how many pictures each class has."""
    how = arrangement(arguments)
    if arguments.sheet and arguments.sheet.suffix.lower() not in SHEETS:
        raise ValueError(
            f"Expected a file ending in {', '.join(SHEETS)} for the sheet. "
            f"Received: {arguments.sheet}"
        )
    prepared = prepare(raw := read_source(arguments.place, how.resize), how)
    split = next(name for name in ("train", "all", "test", "validation") if name in prepared.images)
    images = prepared.images[split]
    labels = prepared.labels.get(split)
    if labels is None:
        _, height, width, channels = images.shape
        print(
            f"{raw.format}: {len(images):,} pictures of {height} x {width} x {channels}; "
            + "; ".join(prepared.steps)
        )
    else:
        print(open_source(arguments.place, how).description)
        for name, count in zip(prepared.class_names, np.bincount(labels), strict=False):
            print(f"{count:8,}  {name}")
    if arguments.sheet:
        _write_sheet(arguments.sheet, images, labels, prepared.class_names)


def _write_sheet(
    place: Path, images: np.ndarray, labels: np.ndarray | None, names: tuple[str, ...]
) -> None:
    chosen = choose(labels, len(images))
    words = [f"{n}" if labels is None else names[labels[n]] for n in chosen]
    with replacing(place) as temporary:
        contact_sheet(images[chosen], words).save(temporary)
    print(f"Sheet: {place}")
