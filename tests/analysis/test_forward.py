"""The compiled passes give what a trace gives, on the network's own routing and on others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from capsnet.analysis import forward
from capsnet.analysis.streaming import BATCH, Cancelled, part, stream
from capsnet.data.images import Digits
from capsnet.routing.broken import mistaken
from capsnet.routing.controls import RandomCoupling, ShuffledCoupling

if TYPE_CHECKING:
    from capsnet.network.model import CapsNet


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    return np.random.default_rng(1).random((3, 28, 28, 1), np.float32)


@pytest.mark.parametrize("rounds", [None, 1, 5])
def test_digit_capsules_are_a_traces(
    small_model: CapsNet, images: np.ndarray, rounds: int | None
) -> None:
    found = forward.digit_capsules(small_model, rounds)(images)
    traced = small_model.trace(images, rounds)
    np.testing.assert_allclose(found.digit_capsules, traced.digit_capsules[-1], atol=1e-5)
    np.testing.assert_allclose(found.lengths, traced.lengths[-1], atol=1e-5)


def test_routed_is_the_last_round_of_a_trace(small_model: CapsNet, images: np.ndarray) -> None:
    found = forward.routed(small_model)(images)
    traced = small_model.trace(images)
    np.testing.assert_allclose(found.coupling, traced.coupling[-1], atol=1e-5)
    np.testing.assert_allclose(found.lengths, traced.lengths[-1], atol=1e-5)
    long = np.linalg.norm(traced.primary_capsules, axis=-1).reshape(3, -1)
    np.testing.assert_allclose(found.primary_lengths, long, atol=1e-5)


def test_drawn_is_what_a_call_gives(small_model: CapsNet, images: np.ndarray) -> None:
    found = forward.drawn(small_model)(images)
    traced = small_model.trace(images)
    np.testing.assert_allclose(found.reconstruction, traced.reconstruction, atol=1e-5)
    np.testing.assert_allclose(found.lengths, traced.lengths[-1], atol=1e-5)


def test_one_round_is_uniform_coupling_in_any_number(
    small_model: CapsNet, images: np.ndarray
) -> None:
    uniform = mistaken("uniform", small_model.digit_capsules.routing)
    once = forward.digit_capsules(small_model, 1)(images)
    often = forward.digit_capsules(small_model, 5, uniform)(images)
    np.testing.assert_allclose(once.digit_capsules, often.digit_capsules, atol=1e-6)


def test_random_shares_are_the_same_for_all_images_and_sum_to_one(
    small_model: CapsNet, images: np.ndarray
) -> None:
    coupling = small_model.trace(images, routing=RandomCoupling(seed=3)).coupling
    np.testing.assert_allclose(coupling.sum(-1), 1, atol=1e-5)
    assert np.ptp(coupling, axis=(0, 1)).max() == 0
    other = small_model.trace(images, routing=RandomCoupling(seed=4)).coupling
    assert np.abs(coupling - other).max() > 0.1


def test_shuffled_shares_are_routings_own_in_another_order(
    small_model: CapsNet, images: np.ndarray
) -> None:
    routing = ShuffledCoupling(seed=3)
    traced = small_model.trace(images, routing=routing)
    shares = np.exp(traced.logits) / np.exp(traced.logits).sum(-1, keepdims=True)
    order = np.random.default_rng(3).permutation(shares.shape[2])
    np.testing.assert_allclose(traced.coupling, shares[:, :, order], atol=1e-5)


def test_a_primary_capsule_turned_round_changes_no_length(
    small_model: CapsNet, images: np.ndarray
) -> None:
    upright, turned = forward.negated(small_model)(images)
    np.testing.assert_allclose(upright, turned, atol=1e-6)
    np.testing.assert_allclose(upright, small_model.trace(images).lengths[-1], atol=1e-5)


def test_any_number_of_images_is_seen_once_each(small_model: CapsNet) -> None:
    rng = np.random.default_rng(2)
    count = BATCH + 7
    digits = Digits(rng.integers(0, 255, (count, 28, 28, 1), np.uint8), np.arange(count) % 10)
    seen, told = [], []
    run = forward.digit_capsules(small_model, 1)
    for place, found in stream(digits, run, watch=lambda *so_far: told.append(so_far)):
        seen.append(found.lengths)
        np.testing.assert_array_equal(np.arange(count)[place], np.arange(*place.indices(count)))
    one_by_one = [run(digits[i : i + 1].pixels()).lengths for i in (0, BATCH, count - 1)]
    np.testing.assert_allclose(
        np.concatenate(seen)[[0, BATCH, count - 1]], np.concatenate(one_by_one), atol=1e-5
    )
    assert told == [(BATCH, count), (count, count)]


def test_whoever_watches_can_end_it(small_model: CapsNet) -> None:
    digits = Digits(np.zeros((3 * BATCH, 28, 28, 1), np.uint8), np.zeros(3 * BATCH, int))
    seen = []

    def enough(done: int, of: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        for place, _ in stream(digits, lambda images: images, watch=enough):
            seen.append(place)
    assert len(seen) == 1


def test_parts_add_up_to_a_whole() -> None:
    told: list[tuple[int, int]] = []
    for index in range(3):
        part(lambda done, of: told.append((done, of)), index, 3)(10, 10)
    assert told == [(10, 30), (20, 30), (30, 30)]
