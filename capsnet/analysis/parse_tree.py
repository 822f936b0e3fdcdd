"""Does routing find the parts of a whole? Which parent each primary capsule chooses, over a split.

The parent of a primary capsule is the digit capsule that gets its largest share c_ij after the last
round; all parents of an image together are its parse tree. Were the tree one of parts and wholes,
two images of one class would have much of it in common, and most parents would be the digit that is
seen. That it is not so is the finding of M. Mitterreiter, M. Koch, J. Giesen and S. Laue, "Why
Capsule Neural Networks Do Not Scale: Challenging the Dynamic Parse-Tree Assumption" (AAAI 2023,
arXiv:2301.01583), who also name capsules that are silent on all images.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from capsnet.analysis.forward import Routed, routed
from capsnet.analysis.streaming import Pictures, Watch, stream, watch_nobody

if TYPE_CHECKING:
    from capsnet.network.model import CapsNet

SILENT = 0.01
"""A primary capsule that is nowhere as long as this is silent: its votes move nothing."""


@dataclass
class ParseTrees:
    """What is counted while images pass; its size does not grow with them but for 16 bytes each.

    Attributes:
        classes: J, also the number of parents.
        capsules: I.
        parents: how often capsule i had parent j on images of class k, (K, I, J).
        winning: capsules whose parent was the image's longest digit capsule, over all images.
        entropy: the sum over images and capsules of the entropy of the shares, in bits.
        longest: the greatest length of each primary capsule over all images, (I,).
        trees: a digest of each different tree.
        images: how many images passed.
    """

    classes: int
    capsules: int
    winning: int = 0
    entropy: float = 0.0
    images: int = 0
    trees: set[bytes] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.parents = np.zeros((self.classes, self.capsules, self.classes), np.int64)
        self.longest = np.zeros(self.capsules, np.float32)

    def add(self, found: Routed, labels: np.ndarray) -> None:
        """Count a batch: what was routed, and the labels (B,) int."""
        parents = found.coupling.argmax(-1)  # (B, I)
        self.winning += int((parents == found.lengths.argmax(-1)[:, None]).sum())
        shares = np.maximum(found.coupling, np.finfo(np.float32).tiny)
        self.entropy -= float((found.coupling * np.log2(shares)).sum(dtype=float))
        np.maximum(self.longest, found.primary_lengths.max(0), out=self.longest)
        places = np.arange(self.capsules)
        for label, of_one in zip(labels, parents, strict=True):
            self.parents[label, places, of_one] += 1
            digest = hashlib.blake2b(of_one.astype(np.uint16).tobytes(), digest_size=16)
            self.trees.add(digest.digest())
        self.images += len(labels)

    def figures(self, maps: int) -> dict[str, Any]:
        """What was counted, in figures.

        Args:
            maps: of the primary capsules, which lie in the order (row, column, map).

        Returns:
            `share_whose_largest_parent_wins`: of all primary capsules on all images;
            `share_with_same_parent`: of primary capsules, on two images of one class, over all
            pairs; `share_with_same_parent_across_classes`: the same of images of two classes;
            `entropy_of_parents`: for each class, of the parents that a capsule had over its
            images, mean over capsules, in bits (0: always the same, log2 J at most);
            `mean_entropy_of_shares`: of the shares of one capsule on one image, in bits;
            `distinct_trees`, `images`; `silent_capsules`: how many are shorter than
            `silent_below` on all images, and `silent_by_map`, of each map.
        """
        same, across = same_parent(self.parents)
        silent = (self.longest < SILENT).reshape(-1, maps).sum(0)
        all_shares = max(1, self.images * self.capsules)
        return {
            "share_whose_largest_parent_wins": self.winning / all_shares,
            "share_with_same_parent": same,
            "share_with_same_parent_across_classes": across,
            "entropy_of_parents": entropies(self.parents).tolist(),
            "mean_entropy_of_shares": self.entropy / all_shares,
            "distinct_trees": len(self.trees),
            "images": self.images,
            "silent_below": SILENT,
            "silent_capsules": int(silent.sum()),
            "silent_by_map": silent.tolist(),
        }


def parse_trees(
    model: CapsNet, pictures: Pictures, rounds: int | None = None, watch: Watch = watch_nobody
) -> ParseTrees:
    """Count the parents of every primary capsule over a split.

    Args:
        model: the network.
        pictures: the images and their classes.
        rounds: routing rounds, 1 to 10; None for the network's own.
        watch: told after each batch.
    """
    c = model.config
    counted = ParseTrees(c.num_classes, c.num_primary_capsules)
    for place, found in stream(pictures, routed(model, rounds), watch=watch):
        counted.add(found, pictures[place].labels)
    return counted


def same_parent(parents: np.ndarray) -> tuple[float | None, float | None]:
    """How often a capsule has the same parent on two images.

    Args:
        parents: counts of parent j of capsule i on images of class k, (K, I, J).

    Returns:
        The share over all capsules and pairs of images of one class, then of two classes; None
        where there is no such pair.
    """
    images = parents.sum(-1)[:, :1]  # (K, 1); each capsule has one parent an image
    within = (parents * (parents - 1)).sum()
    pairs_within = (images * (images - 1)).sum() * parents.shape[1]
    together = parents.sum(0)  # (I, J)
    across = (together**2).sum() - (parents**2).sum()
    pairs_across = (images.sum() ** 2 - (images**2).sum()) * parents.shape[1]
    return (
        float(within / pairs_within) if pairs_within else None,
        float(across / pairs_across) if pairs_across else None,
    )


def entropies(parents: np.ndarray) -> np.ndarray:
    """For each class the entropy of a capsule's parents in bits, mean over capsules, (K,).

    Args:
        parents: as for `same_parent`; a class without images has 0.
    """
    share = parents / np.maximum(parents.sum(-1, keepdims=True), 1)
    return -(share * np.log2(np.where(share > 0, share, 1))).sum(-1).mean(-1) + 0.0
