"""Attacks: their gradient by finite differences, their steps by hand, and the dead zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from capsnet.analysis.attack import (
    Attack,
    alarm_threshold,
    attacked,
    length_difference,
    loss_gradient,
    other_classes,
    reconstruction_distance,
)

if TYPE_CHECKING:
    from capsnet.data.images import Digits
    from capsnet.network.model import CapsNet


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    return np.random.default_rng(3).uniform(0.2, 0.8, (2, 28, 28, 1)).astype(np.float32)


LABELS = np.array([3, 7])


def loss_of(model: CapsNet, images: np.ndarray, loss: str) -> float:
    """The loss over the batch, from a trace."""
    total = 0.0
    for lengths, label in zip(model.trace(images).lengths[-1].astype(float), LABELS, strict=True):
        others = np.delete(lengths, label)
        if loss == "lengths":
            total += others.max() - lengths[label]
        else:
            c = model.config
            total += max(0, c.margin_positive - lengths[label]) ** 2
            long = np.maximum(0, others - c.margin_negative) ** 2
            total += c.margin_down_weight * long.sum()
    return total


@pytest.mark.parametrize("loss", ["lengths", "margin"])
def test_the_gradient_is_the_slope_through_all_rounds(
    small_model: CapsNet, images: np.ndarray, loss
) -> None:
    gradient = loss_gradient(small_model, loss)(images, LABELS)
    direction = np.sign(gradient)
    step = 2e-3
    ahead = loss_of(small_model, (images + step * direction).astype(np.float32), loss)
    behind = loss_of(small_model, (images - step * direction).astype(np.float32), loss)
    slope = (ahead - behind) / (2 * step)
    assert slope == pytest.approx(float((gradient * direction).sum()), rel=0.03)


def test_where_both_margins_hold_the_margin_loss_attacks_nothing(
    shipped: CapsNet, digits: Digits
) -> None:
    """A seven that is read as surely as the loss asks for: its gradient is zero, not just small."""
    pixels, labels = digits[:40].pixels(), digits.labels[:40]
    lengths = shipped.trace(pixels).lengths[-1]
    of_label = lengths[np.arange(len(labels)), labels]
    others = np.sort(lengths, axis=-1)[:, -2]
    sure = (of_label > 0.9) & (lengths.argmax(-1) == labels) & (others < 0.1)
    assert sure.any()
    dead = loss_gradient(shipped, "margin")(pixels, labels)[sure]
    alive = loss_gradient(shipped, "lengths")(pixels, labels)[sure]
    assert not dead.any()
    assert alive.any(axis=(1, 2, 3)).all()
    margin = Attack(0.25, loss="margin")
    untouched = attacked(pixels[sure], labels[sure], margin, lambda x, y: dead)
    np.testing.assert_array_equal(untouched, pixels[sure])


def test_a_step_goes_by_the_sign_and_stays_in_the_picture() -> None:
    images = np.array([0.0, 0.5, 0.95, 0.4], np.float32).reshape(1, 2, 2, 1)
    slope = np.array([-1.0, 2.0, 3.0, 0.0]).reshape(1, 2, 2, 1)

    def gradient(images: np.ndarray, labels: np.ndarray) -> np.ndarray:
        return slope

    away = attacked(images, LABELS[:1], Attack(0.1), gradient)
    np.testing.assert_allclose(away.ravel(), [0.0, 0.6, 1.0, 0.4], atol=1e-6)
    towards = attacked(images, LABELS[:1], Attack(0.1, targeted=True), gradient)
    np.testing.assert_allclose(towards.ravel(), [0.1, 0.4, 0.85, 0.4], atol=1e-6)


def test_many_steps_never_leave_epsilon() -> None:
    rng = np.random.default_rng(0)
    images = rng.random((3, 4, 4, 1)).astype(np.float32)
    calls = []

    def gradient(images: np.ndarray, labels: np.ndarray) -> np.ndarray:
        calls.append(images)
        return rng.standard_normal(images.shape)

    attack = Attack(0.05, kind="iterated", steps=7)
    changed = attacked(images, np.zeros(3, int), attack, gradient)
    assert len(calls) == 7
    assert np.abs(changed - images).max() <= 0.05 + 1e-6
    assert changed.min() >= 0 and changed.max() <= 1


def test_an_attack_of_size_zero_changes_nothing(small_model: CapsNet, images: np.ndarray) -> None:
    gradient = loss_gradient(small_model)
    np.testing.assert_array_equal(attacked(images, LABELS, Attack(0), gradient), images)


def test_the_difference_of_lengths_by_hand() -> None:
    lengths = np.array([[0.9, 0.3, 0.1], [0.2, 0.1, 0.6]], np.float32)
    found = np.asarray(length_difference(lengths, np.array([0, 1])))
    np.testing.assert_allclose(found, [0.3 - 0.9, 0.6 - 0.1], atol=1e-6)


def test_five_percent_of_the_untouched_are_above_the_threshold() -> None:
    distances = np.random.default_rng(0).permutation(np.arange(1000.0))
    assert (distances > alarm_threshold(distances)).mean() == pytest.approx(0.05, abs=0.001)


def test_the_distance_is_the_squared_error_summed() -> None:
    images = np.ones((2, 3, 3, 1), np.float32)
    assert reconstruction_distance(images, images * 0.5).tolist() == [2.25, 2.25]


def test_a_target_is_never_the_class_itself() -> None:
    labels = np.arange(1000) % 10
    targets = other_classes(labels, 10, np.random.default_rng(0))
    assert (targets != labels).all()
    assert set(targets) == set(range(10))


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"epsilon": 1.5}, "epsilon from 0 to 1. Received: 1.5"),
        ({"epsilon": 0.1, "kind": "x"}, "kind as fgsm or iterated. Received: 'x'"),
        ({"epsilon": 0.1, "steps": 0}, "at least 1 step. Received: 0"),
    ],
)
def test_what_cannot_be_is_said(settings: dict, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Attack(**settings)
