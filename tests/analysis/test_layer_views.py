"""What capsules see, and what they answer to most, against the network itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from capsnet.analysis import layer_views, record
from capsnet.data.images import Digits

if TYPE_CHECKING:
    from pathlib import Path

    from capsnet.network.model import CapsNet


def test_a_capsule_sees_its_field_and_nothing_else(small_model: CapsNet) -> None:
    """Noise outside of the field changes nothing; every side of it matters."""
    rng = np.random.default_rng(0)
    image = rng.random((1, 28, 28, 1), np.float32)
    field = layer_views.capsule_field(small_model.config, 2, 3)
    assert field == (4, 21, 6, 23)
    outside = rng.random((1, 28, 28, 1), np.float32)
    inside = slice(field.top, field.bottom), slice(field.left, field.right)
    outside[(0, *inside)] = image[(0, *inside)]

    def capsule(pixels: np.ndarray) -> np.ndarray:
        return small_model.trace(pixels).primary_capsules[0, 2, 3]

    np.testing.assert_allclose(capsule(outside), capsule(image), atol=1e-6)
    for row, column in ((field.top, field.left), (field.bottom - 1, field.right - 1)):
        changed = image.copy()
        changed[0, row, column] = 1 - changed[0, row, column]
        assert np.abs(capsule(changed) - capsule(image)).max() > 1e-7


def test_a_place_outside_of_the_grid_is_reported(small_model: CapsNet) -> None:
    with pytest.raises(ValueError, match="a grid of 6 x 6. Received: 6, 0"):
        layer_views.capsule_field(small_model.config, 6, 0)


def test_kernels_are_the_first_layers(small_model: CapsNet) -> None:
    kernels = layer_views.first_kernels(small_model)
    assert kernels.shape == (8, 9, 9, 1)
    np.testing.assert_array_equal(kernels[5], small_model.conv1.get_weights()[0][..., 5])


def test_favourites_are_the_longest_of_each_map(small_model: CapsNet) -> None:
    rng = np.random.default_rng(4)
    digits = Digits(rng.integers(0, 255, (60, 28, 28, 1), np.uint8), np.arange(60) % 10)
    found = layer_views.favourites(small_model, digits, kept=4)
    lengths = np.linalg.norm(small_model.trace(digits.pixels()).primary_capsules, axis=-1)
    for m in range(lengths.shape[-1]):
        best = sorted(range(60), key=lambda b: -lengths[b, :, :, m].max())[:4]
        assert found.images[m].tolist() == best
        for k, b in enumerate(best):
            place = int(found.rows[m, k]), int(found.columns[m, k])
            assert lengths[b][(*place, m)] == pytest.approx(lengths[b, :, :, m].max(), abs=1e-6)
            assert found.lengths[m, k] == pytest.approx(lengths[b, :, :, m].max(), abs=1e-5)


def test_a_record_holds_what_traces_say(small_model: CapsNet, tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    digits = Digits(rng.integers(0, 255, (53, 28, 28, 1), np.uint8), np.arange(53) % 10)
    record.write(tmp_path / "all.npz", small_model, digits, rounds=2)
    traced = small_model.trace(digits.pixels(), 2)
    with np.load(tmp_path / "all.npz") as arrays:
        assert set(arrays) == set(record.AXES)
        np.testing.assert_array_equal(arrays["labels"], digits.labels)
        np.testing.assert_allclose(arrays["lengths"], traced.lengths[-1], atol=1e-5)
        np.testing.assert_allclose(arrays["digit_capsules"], traced.digit_capsules[-1], atol=1e-5)
        np.testing.assert_allclose(arrays["coupling"], traced.coupling[-1], atol=1e-5)
    assert [path.name for path in tmp_path.iterdir()] == ["all.npz"]


def test_a_record_that_ends_early_leaves_nothing(small_model: CapsNet, tmp_path: Path) -> None:
    digits = Digits(np.zeros((60, 28, 28, 1), np.uint8), np.zeros(60, int))

    def stop(done: int, of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        record.write(tmp_path / "all.npz", small_model, digits, watch=stop)
    assert not list(tmp_path.iterdir())
