"""Pictures of layers, by hand."""

from __future__ import annotations

import numpy as np

from dashboard.views.parts import layer_pictures


def test_tiles_lie_in_rows_with_gaps() -> None:
    sheet = layer_pictures.tiled(
        np.stack([np.full((2, 3), v) for v in (1.0, 2.0, 3.0)]), 2, between=0
    )
    assert sheet.shape == (7, 9)
    assert sheet[1, 1] == 1 and sheet[1, 5] == 2 and sheet[4, 1] == 3
    assert not sheet[4:, 5:].any() and not sheet[3].any()


def test_levels_have_zero_in_the_middle_and_ink_is_dark() -> None:
    values = np.array([[[-2.0, 0.0, 1.0]], [[0.0, 0.0, 0.0]]])
    assert layer_pictures.signed_levels(values).tolist() == [[[0, 128, 191]], [[128, 128, 128]]]
    assert layer_pictures.ink_levels(np.array([0.0, 1.0, 2.0])).tolist() == [255, 128, 0]
    assert layer_pictures.ink_levels(np.zeros(2)).tolist() == [255, 255]


def test_a_capsules_ink_is_its_length_and_its_hue_its_direction() -> None:
    capsules = np.zeros((1, 4, 1, 3))
    capsules[0, 0, 0] = [0.9, 0, 0]
    capsules[0, 1, 0] = [0.45, 0, 0]
    capsules[0, 2, 0] = [0, 0.9, 0]
    (colours,) = layer_pictures.capsule_colours(capsules)
    long, short, other, none = colours[0].astype(int)
    assert none.tolist() == [255, 255, 255]
    assert np.argmax(long) == np.argmax(short) and long.min() < short.min()
    assert np.abs(long - other).max() > 80


def test_what_is_outside_of_a_field_pales() -> None:
    found = layer_pictures.marked(np.zeros((4, 4), np.uint8), 1, 3, 0, 2)
    assert found[1, 0].tolist() == [0, 0, 0]
    assert found[0, 0].tolist() == [205, 205, 205]
