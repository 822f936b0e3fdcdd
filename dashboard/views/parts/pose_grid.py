"""The notebook's grid: what every pose dimension of several digits does, step by step."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageDraw

from capsnet.data.display import levels

STEPS = 11
GAP = 14
LABEL_WIDTH = 26


def blocks(pictures: np.ndarray) -> list[np.ndarray]:
    """One image a dimension: a row for each digit, a column for each step.

    Args:
        pictures: (D, S, B, H, W, C) float in [0, 1], as `state.pose_grid` gives them.

    Returns:
        D pictures as they are shown, uint8: (B * H, S * W), of a pair twice as wide, or with three
        colours.
    """
    steps_first = pictures.swapaxes(1, 2)  # (D, B, S, H, W, C)
    return [
        np.concatenate(
            [np.concatenate([levels(one) for one in row], axis=1) for row in dimension], axis=0
        )
        for dimension in steps_first
    ]


def sheet(pictures: np.ndarray) -> bytes:
    """All blocks beneath each other, numbered, as a PNG.

    Args:
        pictures: as for `blocks`.
    """
    drawn = blocks(pictures)
    height, width = drawn[0].shape[:2]
    page = Image.new("RGB", (LABEL_WIDTH + width, len(drawn) * (height + GAP) - GAP), "white")
    pen = ImageDraw.Draw(page)
    for dimension, block in enumerate(drawn):
        top = dimension * (height + GAP)
        pen.text((4, top + 8), str(dimension), fill="black")
        page.paste(Image.fromarray(block), (LABEL_WIDTH, top))
    file = io.BytesIO()
    page.save(file, "PNG")
    return file.getvalue()


def archive(pictures: np.ndarray, digit_capsules: np.ndarray, span: float) -> bytes:
    """The grid's numbers as a compressed `.npz`.

    Args:
        pictures: as for `blocks`.
        digit_capsules: the untweaked capsules, (B, 10, 16).
        span: the shifts go from `-span` to `span`.

    Returns:
        A file with `pictures`, `digit_capsules` and `shifts` (S,).
    """
    file = io.BytesIO()
    shifts = np.linspace(-span, span, pictures.shape[1], dtype=np.float32)
    np.savez_compressed(file, pictures=pictures, digit_capsules=digit_capsules, shifts=shifts)
    return file.getvalue()
