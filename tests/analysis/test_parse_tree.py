"""Parse trees against a plain loop over pairs of images, and on cases that are known."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from capsnet.analysis.forward import Routed
from capsnet.analysis.parse_tree import SILENT, ParseTrees, entropies, parse_trees, same_parent
from capsnet.data.images import Digits

if TYPE_CHECKING:
    from capsnet.network.model import CapsNet


def test_all_figures_against_a_loop(small_model: CapsNet) -> None:
    rng = np.random.default_rng(0)
    digits = Digits(rng.integers(0, 255, (12, 28, 28, 1), np.uint8), np.arange(12) % 3)
    found = parse_trees(small_model, digits).figures(small_model.config.primary_maps)
    traced = small_model.trace(digits.pixels())
    trees = [coupling.argmax(-1) for coupling in traced.coupling[-1]]  # of each image, (I,)
    wins = [np.mean(tree == p) for tree, p in zip(trees, traced.predictions, strict=True)]
    assert found["share_whose_largest_parent_wins"] == pytest.approx(np.mean(wins))
    within, across = [], []
    for a, b in itertools.combinations(range(12), 2):
        one_class = digits.labels[a] == digits.labels[b]
        (within if one_class else across).append(np.mean(trees[a] == trees[b]))
    assert found["share_with_same_parent"] == pytest.approx(np.mean(within))
    assert found["share_with_same_parent_across_classes"] == pytest.approx(np.mean(across))
    shares = traced.coupling[-1].astype(float)
    bits = -(shares * np.log2(shares)).sum(-1).mean()
    assert found["mean_entropy_of_shares"] == pytest.approx(bits, rel=1e-4)
    assert found["distinct_trees"] == len({tree.tobytes() for tree in trees})
    longest = np.linalg.norm(traced.primary_capsules, axis=-1).max(0)  # (6, 6, M)
    assert found["silent_by_map"] == (longest < SILENT).sum((0, 1)).tolist()


def test_equal_images_have_one_tree_and_no_doubt() -> None:
    counted = ParseTrees(classes=2, capsules=3)
    coupling = np.tile(np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]], np.float32), (4, 1, 1))
    lengths = np.array([[0.9, 0.1]] * 4, np.float32)
    primary = np.array([[0.5, 0.0, 0.001]] * 4, np.float32)
    counted.add(Routed(primary, coupling, np.zeros((4, 2, 1)), lengths), np.zeros(4, int))
    found = counted.figures(maps=3)
    assert found["share_whose_largest_parent_wins"] == pytest.approx(2 / 3)
    assert found["share_with_same_parent"] == 1
    assert found["share_with_same_parent_across_classes"] is None
    assert found["entropy_of_parents"] == [0, 0]
    assert found["distinct_trees"] == 1
    assert found["silent_by_map"] == [0, 1, 1]


def test_entropy_of_parents_by_hand() -> None:
    parents = np.array([[[2, 2], [4, 0]]])  # one class; a capsule in doubt, and one that is not
    assert entropies(parents).tolist() == [0.5]
    three = np.array([[[1, 1, 1]]])
    assert entropies(three)[0] == pytest.approx(math.log2(3))


def test_same_parent_by_hand() -> None:
    parents = np.array([[[2, 1]], [[0, 2]]])  # images of class 0: parents 0, 0, 1; of 1: 1, 1
    within, across = same_parent(parents)
    assert within == pytest.approx((1 + 1) / (3 + 1))
    assert across == pytest.approx(2 / 6)
