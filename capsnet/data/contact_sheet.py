"""A sheet of pictures with their labels, so that one sees at once how data lies."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

PICTURES, COLUMNS = 40, 8
CELL, WORDS_HEIGHT, GAP = 96, 14, 8
LONGEST = 15


def choose(labels: np.ndarray | None, count: int) -> np.ndarray:
    """Indices of up to PICTURES pictures, of all classes alike as far as that goes.

    Args:
        labels: (N,) of the pictures; None if they have none: then evenly spread.
        count: how many pictures there are.
    """
    if labels is None:
        return np.unique(np.linspace(0, count - 1, min(PICTURES, count)).astype(int))
    order = np.argsort(labels, kind="stable")
    classes = np.unique(labels)
    firsts = np.searchsorted(labels[order], classes)
    counts = np.diff([*firsts, count])
    chosen = [
        order[first + n]
        for n in range(PICTURES)
        for first, of_class in zip(firsts, counts, strict=True)
        if n < of_class
    ]
    return np.array(chosen[:PICTURES])


def contact_sheet(images: np.ndarray, words: Sequence[str]) -> Image.Image:
    """Pictures in rows of eight, each enlarged, with its words beneath it.

    Args:
        images: (N, H, W, C) uint8; of two channels, both are shown side by side.
        words: N labels; long ones are cut.

    Returns:
        The sheet, RGB, on grey so that white paper and black paper are both seen.
    """
    rows = -(-len(images) // COLUMNS)
    step_x, step_y = CELL + GAP, CELL + WORDS_HEIGHT + GAP
    sheet = Image.new("RGB", (COLUMNS * step_x + GAP, rows * step_y + GAP), (96, 96, 112))
    pen = ImageDraw.Draw(sheet)
    for n, (image, said) in enumerate(zip(images, words, strict=True)):
        x, y = GAP + n % COLUMNS * step_x, GAP + n // COLUMNS * step_y
        picture = as_picture(image)
        scale = CELL / max(picture.size)
        size = tuple(max(1, round(side * scale)) for side in picture.size)
        sheet.paste(picture.resize(size, Image.Resampling.NEAREST), (x, y))  # type: ignore[arg-type]
        pen.text((x, y + CELL + 1), _cut(said), fill="white")
    return sheet


def as_picture(image: np.ndarray) -> Image.Image:
    """One picture, (H, W, C) uint8: grey, colour, or the two of a pair side by side."""
    if image.shape[2] == 3:
        return Image.fromarray(image)
    return Image.fromarray(np.concatenate(np.moveaxis(image, 2, 0), axis=1))


def _cut(words: str) -> str:
    shown = words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"
    return shown.encode("latin-1", "replace").decode("latin-1")
