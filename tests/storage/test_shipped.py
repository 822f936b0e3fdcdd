"""The checkpoint that ships: what its card says is true of the file beside it."""

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from capsnet.analysis import misclassified, pose_atlas
from capsnet.analysis.evaluation import evaluate
from capsnet.analysis.prediction import SURE, is_at_least
from capsnet.analysis.shape_measures import MEASURES
from capsnet.config import CapsNetConfig
from capsnet.data.bundled import load_bundled
from capsnet.storage import checkpoints, model_card
from capsnet.training.history import read_history

LIGHT = (
    "config",
    "data.datasets",
    "analysis.pose",
    "network.trace",
    "analysis.shape_measures",
    "analysis.pose_atlas",
    "__main__",
)


@pytest.fixture(scope="module")
def card():
    return model_card.read_card()


@pytest.fixture(scope="module")
def slice_figures(shipped):
    return evaluate(shipped, load_bundled()[:500])


def test_accuracy_on_digits_it_was_not_trained_on(slice_figures):
    assert slice_figures.accuracy >= 0.98


def test_it_is_the_papers_network(shipped):
    assert shipped.digit_capsules.W.shape == (1152, 10, 16, 8)
    assert shipped.config.num_primary_capsules == CapsNetConfig().num_primary_capsules
    assert shipped.count_params() == 8_215_568


def test_the_file_is_small_enough_for_a_repository():
    assert checkpoints.SHIPPED.stat().st_size <= 40 * 10**6


def test_the_card_belongs_to_the_file(card, shipped):
    content = checkpoints.SHIPPED.read_bytes()
    assert card["checkpoint"]["sha256"] == hashlib.sha256(content).hexdigest()
    assert CapsNetConfig.from_dict(card["network"]) == shipped.config
    assert card["parameters"] == shipped.count_params()


def test_the_pose_atlas_belongs_to_the_file(shipped):
    found = pose_atlas.read(checkpoints.SHIPPED)  # an error unless it is of this very file
    assert found.r.shape == (10, 16, len(MEASURES))
    digits = load_bundled()
    some = pose_atlas.survey(shipped, digits, found.checkpoint, per_class=3)
    # 3 digits of a class against 100: related as strongly, with few exceptions.
    assert np.corrcoef(some.r.ravel(), found.r.ravel())[0, 1] > 0.9
    assert np.abs(some.r - found.r).mean() < 0.2


def test_the_cards_figures_agree_with_each_other(card):
    for split in ("validation", "test"):
        figures = card[split]
        confusion = np.array(figures["confusion"])
        assert confusion.sum() == figures["images"] == card["data"][split]
        assert figures["accuracy"] == pytest.approx(np.trace(confusion) / figures["images"])
    history = read_history(checkpoints.SHIPPED.parent / card["history"])
    best = [row for row in history if row["best"]][-1]
    assert (len(history), best["epoch"]) == (card["epochs"], card["best_epoch"])
    # The history measures the last epoch as it was trained, perhaps in bfloat16.
    assert card["validation"]["accuracy"] == pytest.approx(best["val_accuracy"], abs=0.002)


def test_the_cards_figures_agree_with_the_file(card, slice_figures):
    # 500 digits against the card's 5,000: within what chance allows.
    assert slice_figures.accuracy == pytest.approx(card["validation"]["accuracy"], abs=0.012)
    assert slice_figures.reconstruction_error == pytest.approx(
        card["validation"]["reconstruction_error"], rel=0.1
    )


def test_the_bar_of_the_project(card):
    assert card["test"]["accuracy"] >= 0.9962
    assert card["test"]["reconstruction_error"] <= 5.7


def test_its_lengths_tell_how_sure_it_is(shipped):
    """Of those it reads rightly few are shorter than `SURE`, of the others at least half."""
    digits = load_bundled()
    asked = np.union1d(np.arange(500), [each.index for each in misclassified.read().misclassified])
    lengths = shipped.predict(digits[asked].pixels(), batch_size=100, verbose=0)["lengths"]
    right = lengths.argmax(-1) == digits.labels[asked]
    is_sure = np.array([is_at_least(length, SURE) for length in lengths.max(-1)])
    assert (~is_sure[right]).mean() <= 0.015
    assert (~is_sure[~right]).mean() >= 0.5


def test_what_needs_no_tensorflow_does_not_load_it():
    light = ", ".join(f"capsnet.{name}" for name in LIGHT)
    script = f"import sys, {light}; sys.exit('tensorflow' in sys.modules or 'keras' in sys.modules)"
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", script], cwd=root).returncode == 0
