"""Pages of digits whose places are known."""

import io

import numpy as np
import pytest
from PIL import Image

from capsnet.data.many_digits import MOST, find_digits, split
from capsnet.data.normalisation import normalise
from capsnet.errors import PictureError


def page(digits, columns=5, cell=80, seed=0):
    """Digits in rows, enlarged, a little out of line; and where each cell is."""
    rng = np.random.default_rng(seed)
    rows = -(-len(digits) // columns)
    sheet = np.zeros((rows * cell, columns * cell), np.float32)
    for i, image in enumerate(digits.ink):
        row, column = divmod(i, columns)
        big = Image.fromarray(image).resize((56, 56), Image.Resampling.BICUBIC)
        top, left = rng.integers(6, 18, 2) + np.array([row, column]) * cell
        sheet[top : top + 56, left : left + 56] = np.asarray(big) / 255
    return sheet


def photographed(sheet):
    """Dark ink on paper that is lit from one side, as a JPEG."""
    light = np.linspace(0.95, 0.75, sheet.shape[1])[None]
    file = io.BytesIO()
    Image.fromarray(np.rint(255 * light * (1 - 0.85 * sheet)).astype(np.uint8)).save(file, "JPEG")
    return file.getvalue()


@pytest.fixture(scope="module")
def twenty(digits):
    return digits[20:40]


def test_every_digit_is_found_in_the_order_of_reading(twenty):
    found = find_digits(photographed(page(twenty)))
    assert len(found) == 20
    for i, one in enumerate(found):
        left, top, width, height = one.box
        middle = (left + width / 2) * 5, (top + height / 2) * 4
        assert [int(side) for side in middle] == [i % 5, i // 5]


def test_what_is_cut_out_is_the_digit(twenty):
    """Normalised, each is more like the digit that was put there than like others."""
    found = np.stack([normalise(one.ink) for one in find_digits(photographed(page(twenty)))])
    apart = np.square(found[:, None] - twenty.pixels()[None]).sum(axis=(2, 3, 4))
    assert (apart.argmin(axis=1) == np.arange(20)).mean() >= 0.85  # thin ones are much alike


def test_the_network_reads_a_page(twenty, shipped):
    found = find_digits(photographed(page(twenty)))
    images = np.stack([normalise(one.ink) for one in found])
    answers = shipped.trace(images).predictions
    assert (answers == twenty.labels).mean() >= 0.95


def test_a_roof_that_does_not_touch_belongs_to_its_five():
    sheet = np.zeros((200, 200), np.float32)
    sheet[60:140, 80:88] = sheet[132:140, 80:120] = 1
    sheet[48:54, 84:110] = 1  # 6 pixels above
    (found,) = split(sheet)
    assert found.ink.shape == (94, 42)
    assert found.ink[0:8].sum() == 6 * 26


def test_a_neighbours_ink_is_not_taken_along():
    """Two leaning strokes whose boxes overlap."""
    sheet = np.zeros((120, 120), np.float32)
    for row in range(20, 100):
        for start in (20, 45):
            column = start + (100 - row) // 2
            sheet[row, column : column + 8] = 1
    left, right = split(sheet)
    assert left.box[0] < right.box[0] < left.box[0] + left.box[2]  # they overlap
    assert left.ink.sum() == right.ink.sum() == 80 * 8


def test_specks_are_not_digits_and_touching_ones_are_reported():
    sheet = np.zeros((400, 400), np.float32)
    sheet[100:140, 100:104] = sheet[100:140, 170:174] = 1
    sheet[118:122, 100:174] = 1  # a bar from one to the other
    sheet[300, 300] = 1
    (found,) = split(sheet)
    assert found.touching
    sheet[118:122, 104:170] = 0
    assert [one.touching for one in split(sheet)] == [False, False]


def test_an_empty_page_and_one_of_noise():
    assert split(np.zeros((50, 50), np.float32)) == []
    dots = np.zeros((300, 300), np.float32)
    dots[::5, ::5] = dots[1::5, ::5] = 1
    with pytest.raises(PictureError, match=f"at most {MOST} digits .* Received: one with 3,600"):
        split(dots)
