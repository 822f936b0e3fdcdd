"""The real pictures that a pose is compared with: those of its class, and ways between two."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from capsnet.analysis.real_poses import RealPoses
from dashboard import state
from dashboard.components.pose_explorer import PoseError, PoseSetting, morph, real
from dashboard.views.parts.experiment import on_all_digits

if TYPE_CHECKING:
    from collections.abc import Sequence

EXPERIMENT = "poses"
LONGEST_NUMBER = 12


def can_morph() -> bool:
    """Whether there are pictures of the network's classes."""
    return state.gallery().is_labelled_for(state.config().names)


def real_poses(capsule: int) -> dict[str, Any] | None:
    """What is known of the real poses of a class; None while they have not been measured."""
    if not can_morph():
        return None
    found = state.experiment_result(EXPERIMENT, {}, state.network_name())
    own = None if found is None else RealPoses.of_class(found, capsule)
    return None if own is None else real.offer(own, capsule)


def offer_to_measure() -> None:
    """A button that measures the real poses, and its progress; nothing once they are known."""
    if can_morph() and state.experiment_result(EXPERIMENT, {}, state.network_name()) is None:
        one = state.gallery().one
        words = f"Measure the poses of real {one}s: principal axes, histograms and a map"
        on_all_digits(EXPERIMENT, {}, words, network=state.network_name())


def ask_for_others(sent: Any) -> None:
    """The visitor asks for (other) pictures to morph to, or for the way between two by number.

    Args:
        sent: `{"from": ..., "to": ...}` for a way, as they were typed; anything else for others.
    """
    seed, asked = state.recall("pose_others"), state.recall("pose_way_asked") or 0
    if isinstance(sent, Mapping):
        typed = tuple(str(sent.get(end) or "")[:LONGEST_NUMBER] for end in ("from", "to"))
        state.remember("pose_way", typed)
        state.remember("pose_way_asked", asked + 1)
        state.remember("pose_others", seed or 0)
    else:
        state.remember("pose_way", None)
        state.remember("pose_others", (seed or 0) + 1)


def forget_others() -> None:
    """The pose is another picture's: nobody has asked yet."""
    state.remember("pose_others", None)
    state.remember("pose_way", None)


def others(setting: PoseSetting, own: np.ndarray) -> dict[str, Any] | None:
    """Pictures of the capsule's class to morph to, and the way asked for, once anyone has asked.

    Args:
        setting: the pose.
        own: the unbent vector, (D,).
    """
    seed = state.recall("pose_others")
    if seed is None or not can_morph():
        return None
    pictures = state.gallery().pictures
    indices = morph.candidates(pictures.labels, setting.capsule, seed)
    offered = morph.offer(setting.capsule, own, _drawn(indices, setting.capsule))
    if (typed := state.recall("pose_way")) is None:
        return offered
    names = state.config().names
    try:
        numbers = morph.ends(typed, pictures.labels, setting.capsule, names)
        ends = _drawn([n for n in numbers if n is not None], setting.capsule)
        way = morph.way(own, ends)
        offered["way"] = way if numbers[0] is not None else [None, *way]
    except PoseError as error:
        offered["told"] = str(error)
    return {**offered, "asked": state.recall("pose_way_asked")}


def _drawn(indices: Sequence[int], capsule: int) -> list[morph.Drawn]:
    images = state.gallery().pictures[np.array(indices, int)].pixels()
    vectors = state.digit_capsules(images)[:, capsule]
    return [morph.Drawn(*one) for one in zip(indices, images, vectors, strict=True)]
