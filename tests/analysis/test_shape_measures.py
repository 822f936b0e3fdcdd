"""Pictures whose thickness, slant, width, height and place are known, measured."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from capsnet.analysis.shape_measures import MEASURES, measure

FINE = 16
"""Pictures are drawn so many times larger, then averaged, for edges as soft as a decoder's."""


def of(name):
    return [m.name for m in MEASURES].index(name)


def drawn(*shapes):
    """A 28x28 picture of polygons, given by their corners in pixels."""
    page = Image.new("L", (28 * FINE, 28 * FINE))
    for corners in shapes:
        ImageDraw.Draw(page).polygon([(x * FINE, y * FINE) for x, y in corners], fill=255)
    fine = np.asarray(page, float) / 255
    return fine.reshape(28, FINE, 28, FINE).mean((1, 3))


def box(width, height, across=0.0, down=0.0, slant=0.0):
    """A box around the picture's middle, its top leaning `slant` degrees to the right."""
    lean = np.tan(np.radians(slant)) * height / 2
    left, right = 14 + across - width / 2, 14 + across + width / 2
    top, bottom = 14 + down - height / 2, 14 + down + height / 2
    return drawn(
        [(left + lean, top), (right + lean, top), (right - lean, bottom), (left - lean, bottom)]
    )


def ring(outer, thickness):
    """A 0, round, of a diameter."""
    y, x = np.mgrid[: 28 * FINE, : 28 * FINE] / FINE + 0.5 / FINE - 14
    radius = np.hypot(x, y)
    fine = (radius < outer / 2) & (radius > outer / 2 - thickness)
    return fine.reshape(28, FINE, 28, FINE).mean((1, 3))


@pytest.mark.parametrize("thickness", [2.0, 3.0, 4.0, 5.0])
def test_thickness_of_a_stroke(thickness):
    measured = measure(ring(18, thickness))[of("thickness")]
    assert measured == pytest.approx(thickness, rel=0.08)


def test_a_stroke_finer_than_the_pixels_is_still_thinner():
    fine, finer = measure(np.stack([ring(18, 1.5), ring(18, 1)]))[:, of("thickness")]
    assert 1 < finer < fine < 2


@pytest.mark.parametrize("slant", [-40, -20, 0, 20, 40])
def test_thickness_does_not_depend_on_the_strokes_direction(slant):
    across = np.cos(np.radians(slant))  # a box that leans keeps its width along the row
    measured = measure(box(3 / across, 20, slant=slant))[of("thickness")]
    assert measured == pytest.approx(3 * 20 / across / (3 + 20 / across), rel=0.08)


@pytest.mark.parametrize("strength", [0.5, 1.0])
def test_faint_ink_is_as_thick_as_dark_ink(strength):
    assert measure(strength * ring(18, 3))[of("thickness")] == pytest.approx(3, rel=0.08)


@pytest.mark.parametrize("slant", [-35, -15, 0, 15, 35])
def test_slant(slant):
    assert measure(box(4, 18, slant=slant))[of("slant")] == pytest.approx(slant, abs=1)


@pytest.mark.parametrize("slant", [0, 30])
@pytest.mark.parametrize(("width", "height"), [(6, 20), (12, 12), (16, 8)])
def test_width_and_height_and_size_whatever_the_slant(width, height, slant):
    measured = measure(box(width, height, slant=slant))
    assert measured[of("width")] == pytest.approx(width, rel=0.03)
    assert measured[of("height")] == pytest.approx(height, rel=0.03)
    assert measured[of("size")] == pytest.approx(np.sqrt(width * height), rel=0.03)


@pytest.mark.parametrize(("across", "down"), [(0, 0), (3, 0), (0, -2), (-2.5, 1.5)])
def test_position(across, down):
    measured = measure(box(6, 14, across, down))
    assert measured[of("position x")] == pytest.approx(across, abs=0.05)
    assert measured[of("position y")] == pytest.approx(down, abs=0.05)


def test_one_measure_changes_and_the_others_stay():
    upright, leaning = measure(np.stack([box(5, 16), box(5, 16, slant=25)]))
    still = [of(name) for name in ("width", "height", "position x", "position y")]
    np.testing.assert_allclose(leaning[still], upright[still], atol=0.15)
    moved = measure(box(5, 16, 2, 3))
    np.testing.assert_allclose(moved[:5], upright[:5], atol=0.02)


def test_haze_moves_nothing():
    clear = box(6, 14, 4, 0)
    np.testing.assert_allclose(measure(np.maximum(clear, 0.08)), measure(clear))


def test_a_picture_without_ink_cannot_be_measured():
    nearly = np.zeros((28, 28))
    nearly[3, 3] = 1
    measured = measure(np.stack([np.zeros((28, 28)), nearly, box(6, 14)]))
    assert np.isnan(measured[:2]).all()
    assert np.isfinite(measured[2]).all()


def test_every_picture_of_an_array_is_measured_by_itself():
    pictures = np.stack([[box(6, 14), box(9, 9)], [ring(18, 2), box(3, 20, slant=20)]])
    together = measure(pictures)
    assert together.shape == (2, 2, len(MEASURES))
    np.testing.assert_allclose(together[1, 1], measure(pictures[1, 1]))
