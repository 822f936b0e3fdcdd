"""The list of digits read wrongly is the network's own."""

from __future__ import annotations

import numpy as np
import pytest

from capsnet import checkpoints, data, misread
from capsnet.misread import Misread


@pytest.fixture(scope="module")
def listed() -> list[Misread]:
    found = misread.read()
    assert found is not None, "run: python -m capsnet misread"
    return found


def test_the_shipped_list_is_what_the_network_says(listed, shipped):
    """Of all that it lists, and of as many others as there is time for."""
    digits = data.load_bundled()
    wrong = {each.index: each.read_as for each in listed}
    asked = np.union1d(list(wrong), np.random.default_rng(0).choice(len(digits), 300))
    expected = [wrong.get(int(i), digits.labels[i]) for i in asked]
    answers = shipped.predict(digits[asked].pixels(), batch_size=100, verbose=0)["lengths"]
    np.testing.assert_array_equal(answers.argmax(-1), expected)


def test_the_shipped_list_agrees_with_the_card(listed):
    """The card's confusion matrix counts the same digits: the bundled ones are its validation."""
    confusion = np.zeros((10, 10), int)
    labels = data.load_bundled().labels
    for each in listed:
        confusion[labels[each.index], each.read_as] += 1
    of_card = np.array(checkpoints.read_card()["validation"]["confusion"])
    np.testing.assert_array_equal(confusion, of_card - np.diag(np.diag(of_card)))


def test_a_networks_mistakes_are_found(small_model, digits):
    found = misread.find(small_model, digits)
    answers = small_model.trace(digits.pixels()).predictions
    assert {d.index: d.read_as for d in found} == {
        i: answers[i] for i in range(len(digits)) if answers[i] != digits.labels[i]
    }
    assert found


def test_a_list_belongs_to_its_checkpoint(tmp_path):
    checkpoint = tmp_path / "network.keras"
    checkpoint.write_bytes(b"one network")
    assert misread.read(checkpoint) is None
    found = [Misread(3, 8), Misread(12, 0)]
    misread.write(found, checkpoint)
    assert misread.read(checkpoint) == found
    checkpoint.write_bytes(b"another network")
    assert misread.read(checkpoint) is None


@pytest.mark.parametrize("damaged", ["", "[]", "{}", '{"checkpoint_sha256": 1}'])
def test_a_damaged_list_is_none(tmp_path, damaged):
    checkpoint = tmp_path / "network.keras"
    checkpoint.write_bytes(b"one network")
    misread.path_beside(checkpoint).write_text(damaged)
    assert misread.read(checkpoint) is None
