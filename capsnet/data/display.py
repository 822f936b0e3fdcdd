"""How pictures are shown: the same on every page and in every file.

A picture of one channel is ink on paper, and is shown dark on light; of three, red, green and blue;
the two of a stereo pair are shown side by side, as photos.
"""

from __future__ import annotations

import numpy as np


def levels(image: np.ndarray) -> np.ndarray:
    """How an image is shown.

    Args:
        image: (H, W) or (H, W, C) float in [0, 1] or uint8, 1 to 3 channels.

    Returns:
        (H, W) uint8, ink dark; (H, 2 W) of a pair; (H, W, 3) in colour.
    """
    full = image if image.dtype == np.uint8 else np.rint(255 * np.clip(image, 0, 1))
    bytes_ = full.astype(np.uint8)
    if bytes_.ndim == 2 or bytes_.shape[2] == 1:
        return 255 - bytes_.reshape(bytes_.shape[:2])
    if bytes_.shape[2] == 2:
        return np.concatenate([bytes_[..., 0], bytes_[..., 1]], axis=1)
    return bytes_


def single_levels(image: np.ndarray) -> np.ndarray:
    """The same in the image's own frame, to mark places in: of a pair the first, (H, W) uint8."""
    is_pair = image.ndim == 3 and image.shape[2] == 2
    return levels(image)[:, : image.shape[1]] if is_pair else levels(image)
