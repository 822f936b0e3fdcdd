"""The list of digits read wrongly is the network's own."""

from __future__ import annotations

import numpy as np
import pytest

from capsnet.analysis import misclassified
from capsnet.analysis.misclassified import Findings, Misclassified
from capsnet.data.bundled import load_bundled
from capsnet.storage import model_card
from capsnet.storage.atomic_files import sha256


@pytest.fixture(scope="module")
def findings() -> Findings:
    found = misclassified.read()
    assert found is not None, "run: python -m capsnet misread"
    return found


@pytest.fixture(scope="module")
def listed(findings) -> list[Misclassified]:
    return findings.misclassified


def test_the_shipped_list_is_what_the_network_says(listed, shipped):
    """Of all that it lists, and of as many others as there is time for."""
    digits = load_bundled()
    wrong = {each.index: each.read_as for each in listed}
    asked = np.union1d(list(wrong), np.random.default_rng(0).choice(len(digits), 300))
    expected = [wrong.get(int(i), digits.labels[i]) for i in asked]
    answers = shipped.predict(digits[asked].pixels(), batch_size=100, verbose=0)["lengths"]
    np.testing.assert_array_equal(answers.argmax(-1), expected)


def test_the_shipped_list_agrees_with_the_card(listed):
    """The card's confusion matrix counts the same digits: the bundled ones are its validation."""
    confusion = np.zeros((10, 10), int)
    labels = load_bundled().labels
    for each in listed:
        confusion[labels[each.index], each.read_as] += 1
    of_card = np.array(model_card.read_card()["validation"]["confusion"])
    np.testing.assert_array_equal(confusion, of_card - np.diag(np.diag(of_card)))


def test_a_networks_mistakes_are_found(small_model, digits):
    found = misclassified.find(small_model, digits)
    answers = small_model.trace(digits.pixels()).predictions
    assert {d.index: d.read_as for d in found.misclassified} == {
        i: answers[i] for i in range(len(digits)) if answers[i] != digits.labels[i]
    }
    assert found.misclassified
    at_first = small_model.trace(digits.pixels()).lengths[0].argmax(-1)
    assert found.right_at_first == (at_first == digits.labels).sum()


def test_the_shipped_close_call_is_decided_by_routing(findings, shipped):
    digit = load_bundled()[[findings.close_call]]
    label = digit.labels[0]
    lengths = shipped.trace(digit.pixels()).lengths[:, 0]
    others = np.delete(lengths, label, axis=1).max(1)
    assert lengths[0, label] - others[0] < misclassified.NARROW
    assert lengths[-1, label] - others[-1] > 0.2


def test_the_close_call_is_the_one_that_is_clearest_at_last():
    labels = np.array([0, 0, 0, 1])
    first = [[0.2, 0.5], [0.41, 0.4], [0.5, 0.2], [0.6, 0.3]]
    last = [[0.6, 0.5], [0.9, 0.1], [0.9, 0.1], [0.6, 0.3]]
    lengths = np.array([first, last])
    assert misclassified.close_call(lengths, labels) == 1
    lengths[0, 1] = [0.5, 0.4]
    assert misclassified.close_call(lengths, labels) == 0  # wrong at first
    assert (
        misclassified.close_call(lengths[:, 2:], labels[2:]) is None
    )  # clear at first; wrong at last


def test_a_list_belongs_to_its_checkpoint(tmp_path):
    checkpoint = tmp_path / "network.keras"
    checkpoint.write_bytes(b"one network")
    assert misclassified.read(checkpoint) is None
    found = Findings([Misclassified(3, 8), Misclassified(12, 0)], close_call=7, right_at_first=11)
    misclassified.write(found, checkpoint, sha256(checkpoint))
    assert misclassified.read(checkpoint) == found
    checkpoint.write_bytes(b"another network")
    assert misclassified.read(checkpoint) is None


@pytest.mark.parametrize("damaged", ["", "[]", "[" * 200_000, "{}", '{"checkpoint_sha256": 1}'])
def test_a_damaged_list_is_none(tmp_path, damaged):
    checkpoint = tmp_path / "network.keras"
    checkpoint.write_bytes(b"one network")
    misclassified.path_beside(checkpoint).write_text(damaged)
    assert misclassified.read(checkpoint) is None
