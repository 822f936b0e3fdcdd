"""What the pad inks and scales in the browser is what Python makes of the same strokes."""

from __future__ import annotations

import base64

import numpy as np
import pytest
from playwright.sync_api import Browser

from capsnet.data import strokes as pen
from capsnet.data.normalisation import normalise, shrink
from capsnet.data.strokes import Stroke
from tests.e2e.alone import alone

pytestmark = pytest.mark.e2e

STORY = """
    const base64 = (bytes) => btoa(Array.from(bytes, (b) => String.fromCharCode(b)).join(""));
    const levels = (image) => base64(image.map((value) => Math.round(value * 255)));
    const { unpackStrokes } = await import("/app/static/draw_pad/strokes.js");
    return DRAWINGS.map((packed) => {
        const sheet = module.ink(unpackStrokes(packed));
        return [sheet, module.normalise(sheet), module.shrink(sheet)].map(
            (image, k) => k ? levels(image) : base64(image));
    });
"""


def drawings() -> list[list[Stroke]]:
    """Wild and tame ones: loops, dots, straight lines, all widths, some beyond the sheet."""
    random = np.random.default_rng(3)
    made = [
        [Stroke(80, [(500, 500)])],
        [Stroke(45, [(100, 900), (900, 100)])],
        [Stroke(130, [(-150, 500), (1150, 480)])],
        [Stroke(80, [(500, 200), (500, 200)])],
        [Stroke(80, [(300, 200), (300, 800)]), Stroke(45, [(600, 200), (610, 810)])],
    ]
    for _ in range(60):
        strokes = []
        for _ in range(random.integers(1, 4)):
            steps = random.normal(0, random.integers(5, 60), (random.integers(2, 80), 2))
            turning = np.cumsum(np.cumsum(steps, axis=0) / 8, axis=0)
            points = np.clip(turning + random.integers(200, 800, 2), -200, 1200).astype(int)
            width = int(random.choice([45, 80, 130]))
            strokes.append(Stroke(width, [(int(x), int(y)) for x, y in points]))
        made.append(strokes)
    return made


def test_every_pixel_is_the_same(browser: Browser) -> None:
    made = drawings()
    packed = [base64.b64encode(pen.pack(strokes)).decode() for strokes in made]
    found = alone(browser, "draw_pad/ink.js", "", STORY.replace("DRAWINGS", str(packed)))
    scaled = []
    for strokes, answers in zip(made, found, strict=True):
        sheet, normalised, whole = (np.frombuffer(base64.b64decode(a), np.uint8) for a in answers)
        ink = pen.draw(strokes)
        np.testing.assert_array_equal(sheet.reshape(ink.shape), ink)
        for image, make in ((normalised, normalise), (whole, shrink)):
            expected = np.rint(make(ink) * 255).astype(np.uint8).ravel()
            np.testing.assert_array_equal(image, expected)
            scaled.append(expected)
    assert len({image.tobytes() for image in scaled}) > 100
