"""The pose atlas: what each dimension of each digit capsule does to the picture, measured.

Nobody names the dimensions; a network finds its own. So each is swept over many real digits of its
class, the decoded pictures are measured, and the measures are related to the dimension.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from capsnet.analysis.pose import tweak
from capsnet.analysis.shape_measures import MEASURES, Measure, measure
from capsnet.data.images import Digits
from capsnet.storage.atomic_files import replacing, sha256

if TYPE_CHECKING:
    from capsnet.network.model import CapsNet

DIGITS = 100
"""Real digits of each class that the dimensions are swept over."""

REACH = 0.5
STEPS = 11
LEAST_R = 0.8
"""A weaker relation explains less than two thirds of what is seen (0.8² = 0.64): no label."""

BATCH = 25
NAMES = [measure.name for measure in MEASURES]


class AtlasError(ValueError):
    """An atlas that cannot be used; the message says why."""


@dataclass(frozen=True)
class Meaning:
    """What a dimension does to one measure.

    Attributes:
        measure: which.
        r: the correlation within digits, -1 to 1.
        change: of the measure over the whole sweep, in its unit.
    """

    measure: Measure
    r: float
    change: float

    def __str__(self) -> str:
        return f"{self.measure.name}, r = {self.r:.2f}".replace("-", "−")


@dataclass(frozen=True)
class PoseAtlas:
    """How every measure goes with every dimension of every digit capsule of one checkpoint.

    Attributes:
        checkpoint: the SHA-256 of its file.
        digits: how many digits of each class were swept.
        r: correlation within digits, (J, D, 7), the last axis as `MEASURES`.
        change: of the measure as the dimension goes from -0.5 to 0.5, (J, D, 7).
    """

    checkpoint: str
    digits: int
    r: np.ndarray
    change: np.ndarray

    def meanings(self, capsule: int, dimension: int) -> list[Meaning]:
        """What the dimension does: all that is both regular and visible, what is seen most first.

        A high correlation alone is no label: a dimension may move a measure as regularly as
        can be and by less than anyone sees. The order is by how often the least visible change
        fits into the whole one.
        """
        found = [
            Meaning(m, float(r), float(change))
            for m, r, change in zip(
                MEASURES, self.r[capsule, dimension], self.change[capsule, dimension], strict=True
            )
            if abs(r) >= LEAST_R and abs(change) >= m.visible
        ]
        return sorted(found, key=lambda meaning: -abs(meaning.change) / meaning.measure.visible)

    def to_json(self) -> str:
        """A readable file: a line for each dimension of each digit."""
        about = {
            "checkpoint": self.checkpoint,
            "digits": self.digits,
            "reach": REACH,
            "measures": {m.name: f"{m.unit}, visible from {m.visible:g}" for m in MEASURES},
            "least_r": LEAST_R,
        }
        lines = ",\n".join(
            "    " + json.dumps(self._record(*place), ensure_ascii=False)
            for place in np.ndindex(self.r.shape[:2])
        )
        head = json.dumps(about, indent=2, ensure_ascii=False).removesuffix("\n}")
        return f'{head},\n  "dimensions": [\n{lines}\n  ]\n}}\n'

    def _record(self, capsule: int, dimension: int) -> dict[str, Any]:
        best = self.meanings(capsule, dimension)
        return {
            "digit": capsule,
            "dimension": dimension,
            "label": best[0].measure.name if best else None,
            "r": dict(zip(NAMES, self.r[capsule, dimension].tolist(), strict=True)),
            "change": dict(zip(NAMES, self.change[capsule, dimension].tolist(), strict=True)),
        }

    @classmethod
    def from_json(cls, text: str) -> PoseAtlas:
        """The inverse of `to_json`.

        Raises:
            AtlasError: for anything else.
        """
        try:
            values = json.loads(text)
            table: dict[tuple[int, int], Any] = {
                (d["digit"], d["dimension"]): d for d in values["dimensions"]
            }
            shape = tuple(int(last) + 1 for last in np.max(list(table), axis=0))
            if len(table) != math.prod(shape):  # before anything of such a size is made
                raise ValueError(f"{len(table)} dimensions of {shape}")
            r, change = (
                np.array([[table[p][key][name] for name in NAMES] for p in np.ndindex(shape)])
                for key in ("r", "change")
            )
            full = (*shape, len(MEASURES))
            checkpoint, digits = values["checkpoint"], values["digits"]
            if not (isinstance(checkpoint, str) and isinstance(digits, int)):
                raise TypeError(f"of {digits!r} digits, of the checkpoint {checkpoint!r}")
            atlas = cls(checkpoint, digits, r.reshape(full), change.reshape(full))
            if not np.isfinite([atlas.r, atlas.change]).all():
                raise ValueError("something that is not a number")
        except (KeyError, TypeError, ValueError, OverflowError, RecursionError) as error:
            raise AtlasError(
                f"Expected a pose atlas. Received: a damaged one ({error!r})"
            ) from error
        return atlas


def survey(
    model: CapsNet,
    digits: Digits,
    checkpoint: str,
    per_class: int = DIGITS,
    tell: Callable[[int], None] = lambda capsule: None,
) -> PoseAtlas:
    """Sweep and measure every dimension of every digit capsule.

    Args:
        model: the network.
        digits: real ones; the first `per_class` of each class are taken.
        checkpoint: the SHA-256 of the network's file.
        per_class: at least 1.
        tell: called with each class when it is done.

    Raises:
        ValueError: for a class of which there are too few digits.
    """
    check_enough(digits, per_class, model.config.num_classes)
    r, change = [], []
    for capsule in range(model.config.num_classes):
        chosen = np.flatnonzero(digits.labels == capsule)[:per_class]
        found = _survey_class(model, digits[chosen].pixels(), capsule)
        r.append([f[0] for f in found])
        change.append([f[1] for f in found])
        tell(capsule)
    return PoseAtlas(checkpoint, per_class, np.round(r, 3), np.round(change, 2))


def check_enough(digits: Digits, per_class: int, classes: int) -> None:
    """Check that there are as many digits of every class as are to be swept over.

    Raises:
        ValueError: for a class of which there are too few digits, or fewer than one wanted.
    """
    fewest = int(np.bincount(digits.labels, minlength=classes)[:classes].min())
    if not 1 <= per_class <= fewest:
        raise ValueError(
            f"Expected at least 1 and at most {fewest} digits of each class. Received: {per_class}"
        )


def _survey_class(
    model: CapsNet, images: np.ndarray, capsule: int
) -> list[tuple[np.ndarray, np.ndarray]]:
    """`relate` of each dimension of one capsule."""
    parts = (images[i : i + BATCH] for i in range(0, len(images), BATCH))
    capsules = np.concatenate([model.trace(part).digit_capsules[-1] for part in parts])
    shifts = np.linspace(-REACH, REACH, STEPS)
    found = []
    for tweaked in tweak(capsules, -REACH, REACH, STEPS):  # (S, B, J, D)
        pictures = model.decode(tweaked.reshape(-1, *capsules.shape[1:]), capsule)
        measured = measure(pictures[..., 0])  # (S * B, 7)
        found.append(relate(shifts, measured.reshape(STEPS, len(images), -1)))
    return found


def relate(shifts: np.ndarray, measured: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How measures follow a shift, within digits.

    Each digit's own mean is taken away first (Bakdash and Marusich, *Repeated Measures
    Correlation*, 2017): otherwise digits that are thick, thin or slanted to begin with would hide
    what the dimension does to each of them. r² is the share of what is left that a straight line,
    the same for all digits, explains.

    Args:
        shifts: (S,).
        measured: (S, B, M); pictures that could not be measured are NaN and are left out.

    Returns:
        The correlation r, and the change of that line over the whole sweep; (M,) each, 0 for a
        measure that does not change at all.
    """
    known = np.isfinite(measured)
    x = _centred(np.broadcast_to(np.asarray(shifts)[:, None, None], measured.shape), known)
    y = _centred(measured, known)
    xx, xy, yy = (x * x).sum((0, 1)), (x * y).sum((0, 1)), (y * y).sum((0, 1))
    varies = (xx > 0) & (yy > 1e-12)
    r = np.where(varies, xy / np.sqrt(np.where(varies, xx * yy, 1)), 0)
    slope = np.where(varies, xy / np.where(varies, xx, 1), 0)
    return r, slope * (shifts[-1] - shifts[0])


def _centred(values: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Less each digit's mean over its known steps; 0 where unknown."""
    filled = np.where(known, values, 0)
    mean = filled.sum(0) / np.maximum(known.sum(0), 1)
    return np.where(known, filled - mean, 0)


def path_beside(checkpoint: str | Path) -> Path:
    """Where a checkpoint's atlas lies."""
    checkpoint = Path(checkpoint)
    return checkpoint.with_name(f"{checkpoint.stem}-atlas.json")


def read(checkpoint: str | Path) -> PoseAtlas:
    """The atlas beside a checkpoint.

    Raises:
        AtlasError: if there is none, or it is damaged or of another checkpoint.
    """
    path = path_beside(checkpoint)
    try:
        atlas = PoseAtlas.from_json(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise AtlasError(f"Expected a pose atlas at {path}. Received: {error}") from error
    if atlas.checkpoint != (received := sha256(checkpoint)):
        raise AtlasError(
            f"Expected the pose atlas of {checkpoint} at {path}. Received: one of another "
            f"checkpoint ({atlas.checkpoint:.8} instead of {received:.8})"
        )
    return atlas


def write(atlas: PoseAtlas, checkpoint: str | Path) -> Path:
    """Write an atlas beside its checkpoint, whole or not at all."""
    path = path_beside(checkpoint)
    with replacing(path) as temporary:
        temporary.write_text(atlas.to_json(), encoding="utf-8")
    return path
