"""A folder with a subfolder for each class, of picture files that Pillow reads.

`train/CLASS/…` and `test/CLASS/…` divide it; without them it is one part.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageOps

from capsnet.data.formats.base import SPLIT_WORDS, Part, Raw, SplitName
from capsnet.errors import DataError, first_line

TITLE = "a folder of pictures"
SUFFIXES = {".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".pgm", ".ppm"}
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "PPM")
LARGEST_SIDE = 4096


def is_picture(path: Path) -> bool:
    """Whether a file's name is a picture's."""
    return path.suffix.lower() in SUFFIXES and not path.name.startswith("._")


def has_pictures(folder: Path) -> bool:
    """Whether a folder has pictures, in its subfolders or theirs."""
    depths = ("*", "*/*", "*/*/*", "*/*/*/*")
    return any(is_picture(path) for depth in depths for path in folder.glob(depth))


def read(folder: Path, size: int = 0) -> Raw:
    """All pictures of a folder, in the order of their classes' and their own names.

    Args:
        folder: with a subfolder a class, in `train` and `test` or not; or with pictures alone.
        size: side to which each picture is brought when it is read, so that they may differ;
            0 to take them as they are.

    Raises:
        DataError: for a damaged picture, or pictures of several sizes.
    """
    divided: dict[SplitName, Path] = {}
    for sub in _folders(folder):
        if (split := SPLIT_WORDS.get(sub.name.lower())) and split not in divided:
            divided[split] = sub
    sources: dict[SplitName, Path] = divided or {"all": folder}
    colour = False
    found = {}
    for split, source in sources.items():
        files = [(path, name) for name, path in _of_classes(source)]
        if not files:
            raise DataError(f"Expected pictures in {source}. Received: none")
        pictures = [_opened(path, size) for path, _ in files]
        colour = colour or any(picture.ndim == 3 for picture in pictures)
        found[split] = pictures, [name for _, name in files], source
    parts: dict[SplitName, Part] = {}
    for split, (pictures, names, source) in found.items():
        labels = np.array(names) if any(names) else None
        parts[split] = Part(stack(pictures, str(source), colour), labels, str(source))
    return Raw(TITLE, parts)


def decode(file: BinaryIO, where: str, size: int = 0) -> np.ndarray:
    """One picture, upright: (H, W) of grey or (H, W, 3) of colour, uint8.

    Transparency is laid on black, as MNIST's paper is.

    Raises:
        DataError: for no picture, a damaged one, or one of more than LARGEST_SIDE pixels a side.
    """
    try:
        with Image.open(file, formats=FORMATS) as image:
            if max(image.size) > LARGEST_SIDE:
                raise ValueError(f"{image.width} x {image.height} pixels")
            upright = ImageOps.exif_transpose(image)
            picture = _eight_bits(upright)
    except Exception as error:  # Pillow's readers fail in many ways
        raise DataError(f"Expected a picture at {where}. Received: {first_line(error)}") from error
    if size:
        picture = picture.resize(
            (size, size),
            Image.Resampling.BOX if min(picture.size) > size else Image.Resampling.BICUBIC,
        )
    return np.asarray(picture)


def stack(pictures: list[np.ndarray], where: str, colour: bool = False) -> np.ndarray:
    """Pictures as one array, (N, H, W) or, if any has colour, (N, H, W, 3).

    Raises:
        DataError: for pictures of several sizes.
    """
    sizes: dict[tuple[int, ...], int] = {}
    for picture in pictures:
        sizes[picture.shape[:2]] = sizes.get(picture.shape[:2], 0) + 1
    if len(sizes) > 1:
        listed = sorted(sizes.items(), key=lambda item: -item[1])[:3]
        raise DataError(
            f"Expected pictures of one size in {where}, or a size to bring them to (--resize N). "
            f"Received: {', '.join(f'{n} of {h} x {w}' for (h, w), n in listed)}"
        )
    if colour or any(picture.ndim == 3 for picture in pictures):
        pictures = [p if p.ndim == 3 else np.repeat(p[..., None], 3, axis=2) for p in pictures]
    return np.stack(pictures)


def _eight_bits(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I") or image.mode == "F":
        deep = np.asarray(image)
        if deep.max(initial=0) > 255:
            deep = deep / 257
        return Image.fromarray(np.clip(np.rint(deep), 0, 255).astype(np.uint8))
    if "transparency" in image.info or image.mode in ("RGBA", "LA", "PA"):
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "black"), image)
    if image.mode in ("1", "L"):
        return image.convert("L")
    colour = image.convert("RGB")
    channels = np.asarray(colour)
    grey = (channels[..., :1] == channels).all()
    return colour.getchannel(0) if grey else colour


def _opened(path: Path, size: int) -> np.ndarray:
    try:
        with path.open("rb") as file:
            return decode(file, str(path), size)
    except OSError as error:
        raise DataError(f"Expected a picture at {path}. Received: {error.strerror}") from error


def _folders(folder: Path) -> list[Path]:
    return sorted(p for p in folder.iterdir() if p.is_dir() and not p.name.startswith((".", "__")))


def _of_classes(folder: Path) -> Iterable[tuple[str, Path]]:
    """Each picture with its class's name; "" for pictures that are in no subfolder."""
    classes = sorted(
        _folders(folder), key=lambda p: (len(p.name), p.name) if p.name.isdigit() else (99, p.name)
    )
    for sub in classes or [folder]:
        for base, _, names in sorted(os.walk(sub)):
            for name in sorted(names):
                if is_picture(path := Path(base) / name):
                    yield (sub.name if classes else ""), path
