"""A visitor's pose: which capsule is decoded, and how far each dimension is shifted."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dashboard.markdown import escaped

LIMIT = 1.0
"""The largest shift either way; a real capsule's dimensions lie between -1 and 1."""
SPANS = (0.25, 0.5, 1.0)
"""How far the sliders reach either way: the paper's, the notebook's, and far out."""
USUAL_SPAN = 0.5
DECIMALS = 3
LINK_NAMES = ("pose", "capsule", "reach", "along")
AXES = "axes"
"""In the link: the sliders move along principal axes of real poses, not along dimensions."""
LONGEST_LINK = 640
"""Characters of a pose in a link: those of 64 dimensions."""


class PoseError(ValueError):
    """A pose that cannot be shown; the message is one sentence for the visitor."""


@dataclass(frozen=True)
class PoseSetting:
    """What the sliders are set to.

    Attributes:
        capsule: the digit capsule that is decoded, 0 to J - 1.
        shifts: added to its D dimensions, each within -1 and 1, to three decimals.
        span: how far the sliders reach either way, one of `SPANS`.
        by_axes: whether they move along principal axes.
    """

    capsule: int
    shifts: tuple[float, ...]
    span: float = USUAL_SPAN
    by_axes: bool = False

    @classmethod
    def unbent(cls, capsule: int, dimensions: int, span: float = USUAL_SPAN) -> PoseSetting:
        """The digit's own pose, of so many dimensions."""
        return cls(capsule, (0.0,) * dimensions, span)

    def tweaked(self, digit_capsules: np.ndarray) -> np.ndarray:
        """The capsules (J, D) with the chosen one shifted, as a batch (1, J, D)."""
        capsules = np.array(digit_capsules, np.float32)
        capsules[self.capsule] += np.asarray(self.shifts, np.float32)
        return capsules[None]

    def to_link(self, longest: int) -> dict[str, str]:
        """The link's parameters; none for the digit's own pose.

        Args:
            longest: the capsule that a link without one means.
        """
        link = {}
        if any(self.shifts):
            link["pose"] = ",".join(f"{shift:g}" for shift in self.shifts)
        if self.capsule != longest:
            link["capsule"] = str(self.capsule)
        if self.span != narrowest_span(self.shifts, USUAL_SPAN):
            link["reach"] = f"{self.span:g}"
        if self.by_axes:
            link["along"] = AXES
        return link

    def to_browser(self) -> dict[str, Any]:
        """As the component takes and returns it."""
        return {
            "capsule": self.capsule,
            "shifts": list(self.shifts),
            "span": self.span,
            "by_axes": self.by_axes,
        }

    @classmethod
    def from_link(
        cls, link: Mapping[str, str], longest: int, sizes: tuple[int, int]
    ) -> PoseSetting:
        """The inverse of `to_link`; a span that does not hold all shifts is widened.

        Args:
            link: its parameters.
            longest: the capsule that a link without one means.
            sizes: capsules and dimensions, J and D.

        Raises:
            PoseError: for anything but D numbers within -1 and 1, a capsule from 0 to J - 1, and a
                span of `SPANS`, and anything but principal axes to move along.
        """
        classes, dimensions = sizes
        capsule = link.get("capsule", str(longest))
        is_short = capsule.isascii() and capsule.isdigit() and len(capsule) <= len(str(classes))
        if not (is_short and int(capsule) < classes):
            raise PoseError(
                f"The link's capsule is not one of 0 to {classes - 1}: '{escaped(capsule[:20])}'."
            )
        reach = link.get("reach", f"{USUAL_SPAN:g}")
        span = next((span for span in SPANS if f"{span:g}" == reach), None)
        if span is None:
            raise PoseError(
                f"The link's reach is not one of 0.25, 0.5 and 1: '{escaped(reach[:20])}'."
            )
        along = link.get("along", AXES)
        if along != AXES:
            raise PoseError(f"The link's sliders are not along {AXES}: '{escaped(along[:20])}'.")
        by_axes = "along" in link
        if "pose" not in link:
            return cls(int(capsule), (0.0,) * dimensions, span, by_axes)
        if len(link["pose"]) > LONGEST_LINK:
            raise PoseError("The link's pose is too long to be one of ours.")
        shifts = _checked(link["pose"].split(","), "The link's pose", dimensions)
        return cls(int(capsule), shifts, narrowest_span(shifts, span), by_axes)

    @classmethod
    def from_browser(cls, values: Any, sizes: tuple[int, int]) -> PoseSetting:
        """The inverse of `to_browser`, for values that anyone could have sent.

        Args:
            values: what was sent.
            sizes: as in `from_link`.

        Raises:
            PoseError: if they are no pose.
        """
        classes, dimensions = sizes
        if not isinstance(values, Mapping) or values.get("capsule") not in range(classes):
            raise PoseError("The browser sent a pose of no capsule.")
        shifts = values.get("shifts")
        sent = shifts if isinstance(shifts, list) else []
        shifts = _checked(sent, "The browser's pose", dimensions)
        span = values.get("span")
        return cls(
            int(values["capsule"]),
            shifts,
            narrowest_span(shifts, span if span in SPANS else USUAL_SPAN),
            values.get("by_axes") is True,
        )


def narrowest_span(shifts: Sequence[float], at_least: float) -> float:
    """The narrowest reach of the sliders that holds these shifts."""
    return next(s for s in SPANS if s >= at_least and max(map(abs, shifts)) <= s)


def _checked(values: Sequence[Any], what: str, dimensions: int) -> tuple[float, ...]:
    if len(values) != dimensions:
        raise PoseError(f"{what} needs {dimensions} numbers and has {len(values)}.")
    try:
        shifts = tuple(round(float(v), DECIMALS) + 0.0 for v in values)
    except (TypeError, ValueError, OverflowError):
        raise PoseError(f"{what} has something in it that is not a number.") from None
    for dimension, shift in enumerate(shifts):
        if not math.isfinite(shift) or abs(shift) > LIMIT:
            raise PoseError(
                f"{what} shifts dimension {dimension} by {shift:g}; the most is {LIMIT:g}."
            )
    return shifts
