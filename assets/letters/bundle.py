"""Render the letters and signs that are no digits, from fonts that Debian packages carry.

    apt-get download fonts-breip fonts-bwht ...   # PACKAGES below
    python assets/letters/bundle.py FOLDER        # the folder in which they were unpacked

Each is drawn large, then brought to MNIST's size and place as a visitor's drawing is. Signs that
a reader may take for a digit are left out: O, o, D, d, Q, I, i, l, j, S, s, Z, z, B, b, G, g, q, y
and such as | / ! ( ) { } $. Which fonts, letters and signs a network may learn from is decided
here, by name; the others are for measuring.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from capsnet.data.normalisation import normalise

TARGET = Path(__file__).with_name("letters.npz")

FONTS = {
    "Breip.ttf": "train",
    "BecauseWeBuild-Regular.otf": "train",
    "BecauseWeConnect-Regular.otf": "train",
    "BecauseWeCreate-Regular.otf": "train",
    "ComicNeue-Regular.otf": "train",
    "DancingScript-Regular.otf": "train",
    "Kristi.ttf": "train",
    "Quicksand-Regular.ttf": "train",
    "Play-Regular.otf": "train",
    "DejaVuSans.ttf": "train",
    "dkg.ttf": "test",
    "Humor-Sans.ttf": "test",
    "BecauseWeLearn-Regular.otf": "test",
    "Andika-Regular.ttf": "test",
    "Comfortaa-Regular.ttf": "test",
    "Cantarell-Regular.otf": "test",
    "Courier Prime.otf": "test",
    "Lato-Regular.ttf": "test",
}
LETTERS = "A C E F H J K L M N P R T U V W X Y a c e f h k m n p r t u v w x".split()
HELD_OUT_LETTERS = "E e J M m R r V v Y".split()
"""Every third of those letters in the order of the alphabet, both cases of it."""

SIGNS, HELD_OUT_SIGNS = "# % ? @ = < * ~".split(), "& + > ^ :".split()

SIZE = 160


def main(folder: str) -> None:
    """Write `letters.npz`: images (N, 28, 28) uint8, characters, fonts, and whether held out."""
    files = {path.name: path for path in sorted(Path(folder).rglob("*")) if path.is_file()}
    images, characters, fonts = [], [], []
    for name in FONTS:
        font = ImageFont.truetype(files[name], SIZE)
        missing = _ink("\uffff", font)  # the box that stands for characters a font has not
        for character in [*LETTERS, *SIGNS, *HELD_OUT_SIGNS]:
            ink = _ink(character, font)
            if not ink.any() or np.array_equal(ink, missing):
                continue
            images.append(np.rint(normalise(ink)[..., 0] * 255).astype(np.uint8))
            characters.append(character)
            fonts.append(name)
    held_out = [*HELD_OUT_LETTERS, *HELD_OUT_SIGNS]
    np.savez_compressed(
        TARGET,
        images=np.stack(images),
        characters=np.array(characters),
        fonts=np.array(fonts),
        character_is_held_out=np.isin(characters, held_out),
        font_is_held_out=np.array([FONTS[font] == "test" for font in fonts]),
    )
    print(f"{len(images)} pictures, {TARGET.stat().st_size:,} bytes: {TARGET}")


def _ink(character: str, font: ImageFont.FreeTypeFont) -> np.ndarray:
    sheet = Image.new("L", (3 * SIZE, 3 * SIZE))
    ImageDraw.Draw(sheet).text((SIZE, SIZE / 2), character, 255, font)
    return np.asarray(sheet)


if __name__ == "__main__":
    main(*sys.argv[1:])
