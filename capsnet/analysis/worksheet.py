"""The numbers of a worksheet about one digit, with those that the class works out as its key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from capsnet.analysis.part_votes import telling_parts
from capsnet.analysis.pose import tweak

if TYPE_CHECKING:
    from capsnet.analysis.pose_atlas import PoseAtlas
    from capsnet.network.model import CapsNet

REACH, STEPS = 0.25, 5
"""Of the pictures in which a dimension is bent, as in the paper's figure 4."""

DIMENSIONS, MAPS = 6, 5
"""So many dimensions are to be named, so many maps to be silenced."""


@dataclass(frozen=True)
class Worksheet:
    """What a class is given, and what it finds.

    Attributes:
        image: the digit, (28, 28, 1) in [0, 1].
        names: what the J classes are called.
        answer: the class that the network reads.
        length: of its capsule.
        capsule: map, row and column of the primary capsule that is followed.
        round: the round that is worked out, counted from 1.
        logits: b of that round, (J,).
        coupling: c of that round, (J,).
        agreement: a, added to b after the round, (J,).
        dimensions: of the longest capsule, those to be named.
        bent: pictures of each, (N, STEPS, 28, 28, 1).
        effects: what each was measured to change most; "" where nothing was.
        maps: to be silenced.
        lengths: of the answer's capsule without each of these maps.
    """

    image: np.ndarray
    names: tuple[str, ...]
    answer: int
    length: float
    capsule: tuple[int, int, int]
    round: int
    logits: np.ndarray
    coupling: np.ndarray
    agreement: np.ndarray
    dimensions: list[int]
    bent: np.ndarray
    effects: list[str]
    maps: list[int]
    lengths: list[float]

    @property
    def gains_most(self) -> int:
        """The class whose share grows most in the next round, whether or not that is routed."""
        weights = np.exp(self.logits + self.agreement)
        return int((weights / weights.sum() - self.coupling).argmax())

    @property
    def needed_most(self) -> int:
        """The map without which the answer is shortest."""
        return self.maps[int(np.argmin(self.lengths))]


def worksheet(model: CapsNet, image: np.ndarray, atlas: PoseAtlas | None = None) -> Worksheet:
    """Work out a worksheet.

    Args:
        model: the network.
        image: the digit, (28, 28, 1) float32 in [0, 1].
        atlas: what each dimension does, if that has been measured.
    """
    trace = model.trace(image[None])
    config = model.config
    answer = int(trace.predictions[0])
    part = telling_parts(trace, 1)[0]
    place, m = divmod(part, config.primary_maps)
    row, column = divmod(place, config.primary_grid[1])
    worked = min(1, trace.rounds - 1)  # in the first round all shares are equal
    dimensions = _telling_dimensions(atlas, answer, config.digit_dim)
    bent = tweak(trace.digit_capsules[-1], -REACH, REACH, STEPS)[dimensions]  # (N, S, 1, J, D)
    flat = bent.reshape(-1, *bent.shape[3:])
    pictures = model.decode(flat, np.full(len(flat), answer))
    maps = _feeding_maps(trace.coupling[-1, 0, :, answer], config.primary_maps)
    off = np.zeros((*config.primary_grid, config.primary_maps), bool)
    lengths = []
    for one in maps:
        off[:] = False
        off[..., one] = True
        silent = model.trace(image[None], silenced=off)
        lengths.append(float(silent.lengths[-1, 0, answer]))
    return Worksheet(
        image=image,
        names=config.names,
        answer=answer,
        length=float(trace.lengths[-1, 0, answer]),
        capsule=(m, row, column),
        round=worked + 1,
        logits=trace.logits[worked, 0, part],
        coupling=trace.coupling[worked, 0, part],
        agreement=trace.agreement[worked, 0, part],
        dimensions=dimensions,
        bent=pictures.reshape(len(dimensions), STEPS, *pictures.shape[1:]),
        effects=[_effect(atlas, answer, d) for d in dimensions],
        maps=maps,
        lengths=lengths,
    )


def _telling_dimensions(atlas: PoseAtlas | None, answer: int, count: int) -> list[int]:
    """Those that change something plainly, or the first ones where nobody has measured it."""
    if atlas is None:
        return list(range(min(DIMENSIONS, count)))
    found = {d: atlas.meanings(answer, d)[:1] for d in range(count)}
    plain = [
        (-abs(one.change) / one.measure.visible, d) for d, meant in found.items() for one in meant
    ]
    chosen = [d for _, d in sorted(plain)][:DIMENSIONS]
    rest = [d for d in range(count) if d not in chosen]
    return sorted(chosen + rest[: max(0, DIMENSIONS - len(chosen))])


def _effect(atlas: PoseAtlas | None, answer: int, dimension: int) -> str:
    meant = [] if atlas is None else atlas.meanings(answer, dimension)[:1]
    return meant[0].measure.name if meant else ""


def _feeding_maps(coupling: np.ndarray, maps: int) -> list[int]:
    """Maps with the largest and, to compare, with the smallest mean share for the answer."""
    order = np.argsort(-coupling.reshape(-1, maps).mean(0)).tolist()
    few = min(MAPS, maps)
    chosen = order[: max(1, few - 2)] + order[max(1, few - 2) :][-2:]
    return sorted(chosen[:few])
