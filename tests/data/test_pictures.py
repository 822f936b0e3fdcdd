"""The ink is found in pictures of any kind, and what is no picture gets one sentence."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from capsnet.data.bundled import load_bundled
from capsnet.data.normalisation import normalise, shrink
from capsnet.data.pictures import MAX_BYTES, read_picture
from capsnet.errors import PictureError
from tests.drawings import alike, sevens_ink


def encoded(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "BMP", "GIF"])
@pytest.mark.parametrize("dark_on_light", [True, False])
def test_formats_and_polarities(kind, dark_on_light):
    ink = sevens_ink()
    picture = Image.fromarray(255 - ink if dark_on_light else ink)
    read = read_picture(encoded(picture, kind))
    assert read.dtype == np.float32
    assert 0 <= read.min() <= read.max() <= 1
    assert alike(normalise(read), normalise(ink))


@pytest.mark.parametrize("dark_on_light", [True, False])
def test_an_image_like_mnists_is_read_as_it_is(dark_on_light):
    digits = load_bundled()
    (pale, *_) = np.flatnonzero(digits.ink.max((1, 2)) < 255)
    digit = digits[pale : pale + 1]  # in a photo its darkest ink would be made black
    levels = 255 - digit.images[..., 0][0] if dark_on_light else digit.images[..., 0][0]
    read = shrink(read_picture(encoded(Image.fromarray(levels))))
    np.testing.assert_array_equal(read, digit.pixels()[0])


def test_a_path_is_read(tmp_path):
    path = tmp_path / "seven.png"
    path.write_bytes(encoded(Image.fromarray(sevens_ink())))
    assert alike(normalise(read_picture(path)), normalise(sevens_ink()))
    with pytest.raises(PictureError, match="could not be opened"):
        read_picture(tmp_path / "missing.png")


@pytest.mark.parametrize("level", [0, 255])
def test_ink_on_nothing(level):
    """Transparent paper, with black ink or with white ink."""
    ink = Image.fromarray(sevens_ink())
    picture = Image.merge("LA", (Image.new("L", ink.size, level), ink))
    for mode in ("LA", "RGBA"):
        read = read_picture(encoded(picture.convert(mode)))
        assert alike(normalise(read), normalise(sevens_ink()))


def test_a_picture_of_12_bits_in_16_has_ink():
    sheet = np.full((60, 60), 4095, np.uint16)
    sheet[10:50, 28:33] = 0
    buffer = io.BytesIO()
    Image.fromarray(sheet).save(buffer, "PNG")
    ink = read_picture(buffer.getvalue())
    assert (ink[30, 30], ink[5, 5]) == (1, 0)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_modes(mode):
    paper = Image.fromarray(255 - sevens_ink())
    if mode == "I;16":
        picture = Image.fromarray(np.asarray(paper).astype(np.uint16) * 257)
    else:
        picture = paper.convert("RGB").convert(mode)
    read = read_picture(encoded(picture, "JPEG" if mode == "CMYK" else "PNG"))
    assert float(np.abs(normalise(read) - normalise(sevens_ink())).mean()) < 0.04


HELD = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,  # lies on its left side, and is turned right to be seen
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""How a picture was held that says so in EXIF's words."""


@pytest.mark.parametrize("orientation", HELD)
def test_exif_rotation(orientation):
    picture = Image.fromarray(255 - sevens_ink())
    exif = Image.Exif()
    exif[0x0112] = orientation
    read = read_picture(encoded(picture.transpose(HELD[orientation]), "JPEG", exif=exif))
    assert alike(normalise(read), normalise(sevens_ink()))


def test_an_animation_shows_its_first_frame():
    first, second = Image.fromarray(255 - sevens_ink()), Image.new("L", (400, 400), 0)
    read = read_picture(encoded(first, "GIF", save_all=True, append_images=[second]))
    assert alike(normalise(read), normalise(sevens_ink()))


def test_a_photo_with_uneven_light_and_noise():
    ink = sevens_ink() / 255
    light = np.linspace(0.5, 0.9, ink.shape[1])[None, :] * np.linspace(1, 0.9, len(ink))[:, None]
    noise = np.random.default_rng(0).normal(0, 0.02, ink.shape)
    photo = np.clip(light * (1 - 0.8 * ink) + noise, 0, 1)
    read = read_picture(encoded(Image.fromarray((photo * 255).astype(np.uint8)), "JPEG"))
    assert float(np.abs(normalise(read) - normalise(ink)).mean()) < 0.05


def test_a_large_photo_is_reduced():
    big = Image.fromarray(255 - sevens_ink()).resize((4000, 3000))
    assert max(read_picture(encoded(big, "JPEG")).shape) <= 640
    assert max(read_picture(encoded(big, "PNG")).shape) <= 640


PEAK = """
import pathlib, re, sys
from capsnet.data.pictures import read_picture
from capsnet.errors import PictureError
import PIL.GifImagePlugin, PIL.JpegImagePlugin, PIL.PngImagePlugin, PIL.WebPImagePlugin
def peak():
    return int(re.search(r"VmHWM:\\s*(\\d+)", pathlib.Path("/proc/self/status").read_text())[1])
before = peak()
try:
    read_picture(sys.stdin.buffer.read())
except PictureError:
    pass
print(peak() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc/self/status, which only Linux has")
@pytest.mark.parametrize(
    ("mode", "kind"), [("RGBA", "PNG"), ("I;16", "PNG"), ("RGB", "JPEG"), ("RGB", "WEBP")]
)
def test_the_largest_pictures_need_a_bounded_memory(mode, kind):
    picture = encoded(Image.new(mode, (6000, 4000)), kind)
    done = subprocess.run([sys.executable, "-c", PEAK], input=picture, capture_output=True)
    assert 1024 < int(done.stdout) < 450 * 1024


def huge_png(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds nothing."""

    def chunk(name: bytes, data: bytes) -> bytes:
        body = name + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + pixels + chunk(b"IEND", b"")


SEVEN_PNG = encoded(Image.fromarray(sevens_ink()))
SEVEN_JPEG = encoded(Image.fromarray(255 - sevens_ink()), "JPEG")


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (lambda: b"", "not a picture"),
        (lambda: b"just some text", "not a picture"),
        (lambda: b"%PDF-1.4 ...", "not a picture"),
        (lambda: SEVEN_PNG[: len(SEVEN_PNG) // 2], "incomplete or damaged"),
        (lambda: SEVEN_JPEG[: len(SEVEN_JPEG) // 2], "incomplete or damaged"),
        (lambda: b"\0" * (MAX_BYTES + 1), "at most 25 MB"),
        (lambda: encoded(Image.new("L", (10_000, 5_000), 255)), "at most 24 million"),
        (lambda: encoded(Image.new("L", (9_000, 8_000), 255), "JPEG"), "at most 64 million"),
        (lambda: huge_png(12_000, 12_000), "at most 24 million"),
        (lambda: huge_png(60_000, 60_000), "at most 24 million"),
        (lambda: encoded(Image.new("L", (1, 1), 0)), "no ink"),
        (lambda: encoded(Image.new("L", (300, 300), 0)), "no ink"),
        (lambda: encoded(Image.new("RGBA", (300, 300))), "no ink"),
        (lambda: encoded(Image.effect_noise((300, 300), 4)), "no ink"),
    ],
)
def test_a_picture_of_no_use_gets_one_sentence(raw: Callable[[], bytes], said: str):
    with pytest.raises(PictureError, match=said) as error:
        read_picture(raw())
    assert str(error.value).endswith(".")
    assert "\n" not in str(error.value)


def phones_picture() -> bytes:
    """A 7 on paper, 8,160 x 6,120 pixels: 50 million, as today's phones take them."""
    paper = Image.new("L", (8_160, 6_120), 235)
    seven = Image.fromarray(255 - sevens_ink()).resize((4_000, 4_000))
    paper.paste(seven.point(lambda level: min(level, 235)), (2_000, 1_000))
    return encoded(paper, "JPEG", quality=70)


def test_a_phones_fifty_million_pixels_are_read():
    found = normalise(read_picture(phones_picture()))
    assert alike(found, normalise(sevens_ink()))


MEMORY = """
import resource, sys
from capsnet.data.pictures import read_picture
raw = sys.stdin.buffer.read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
read_picture(raw)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="kilobytes, as Linux counts them")
def test_a_phones_picture_is_never_unpacked_whole():
    done = subprocess.run(
        [sys.executable, "-c", MEMORY], input=phones_picture(), capture_output=True, check=True
    )
    assert int(done.stdout) < 40_000  # kB; whole it has 50,000


@pytest.mark.parametrize("side", [56, 280, 840, 1400])
def test_a_picture_of_large_pixels_is_the_image_itself(side: int):
    digit = load_bundled().images[357].reshape(28, 28)
    large = Image.fromarray(255 - digit).resize((side, side), Image.Resampling.NEAREST)
    np.testing.assert_array_equal(
        shrink(read_picture(encoded(large)))[..., 0], digit / np.float32(255)
    )


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a system without pipes in folders")
def test_a_pipe_or_a_folder_is_no_picture_and_waits_for_nobody(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path):
        with pytest.raises(PictureError, match="no file"):
            read_picture(path)
