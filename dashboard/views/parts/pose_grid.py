"""The notebook's grid: what every pose dimension of several digits does, step by step."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageDraw

STEPS = 11
GAP = 14
LABEL_WIDTH = 26


def blocks(pictures: np.ndarray) -> np.ndarray:
    """One image a dimension: a row for each digit, a column for each step.

    Args:
        pictures: (D, S, B, H, W, 1) float in [0, 1], as `state.pose_grid` gives them.

    Returns:
        (D, B * H, S * W), 1 for ink.
    """
    dimensions, steps, batch, height, width, _ = pictures.shape
    rows = pictures[..., 0].transpose(0, 2, 3, 1, 4)  # (D, B, H, S, W)
    return rows.reshape(dimensions, batch * height, steps * width)  # (D, B * H, S * W)


def sheet(pictures: np.ndarray) -> bytes:
    """All blocks beneath each other, numbered, as a PNG.

    Args:
        pictures: as for `blocks`.
    """
    drawn = 255 - np.rint(255 * blocks(pictures)).astype(np.uint8)
    _, height, width = drawn.shape
    page = Image.new("L", (LABEL_WIDTH + width, len(drawn) * (height + GAP) - GAP), 255)
    pen = ImageDraw.Draw(page)
    for dimension, block in enumerate(drawn):
        top = dimension * (height + GAP)
        pen.text((4, top + 8), str(dimension), fill=0)
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
