"""The pose explorer: sliders that drive the network's decoder inside the browser."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from dashboard.components.browser_half import mounted
from dashboard.components.pose_explorer.morph import packed
from dashboard.components.pose_explorer.setting import PoseError, PoseSetting

__all__ = ["PoseError", "PoseSetting", "pose_explorer"]

_explorer = mounted(
    "capsnet_pose_explorer",
    "pose_explorer/explorer.js",
    html="pose_explorer/explorer.html",
    styles=tuple(f"pose_explorer/{name}.css" for name in ("explorer", "rows", "screens")),
)


def pose_explorer(
    key: str,
    *,
    session: Mapping[str, Any],
    image: np.ndarray,
    one: str,
    can_morph: bool,
    digit_capsules: np.ndarray,
    setting: PoseSetting,
    epoch: str,
    drawn: np.ndarray,
    read: str,
    decoder: str,
    network: Mapping[str, Any],
    others: Mapping[str, Any] | None,
    meanings: list[list[Mapping[str, str] | None]] | None,
    real: Mapping[str, Any] | None,
    names: Sequence[str],
    name: str,
    on_pose: Callable[[], None],
    on_others: Callable[[], None],
) -> None:
    """Show the explorer.

    Args:
        key: of the component; its state is `{"pose": {...}}`, see `PoseSetting.from_browser`.
        session: from `dashboard.state.session.identity`.
        image: the original digit, (28, 28, 1) in [0, 1], or of another shape.
        one: what a picture is called: a digit, or only a picture.
        can_morph: whether there are others of its class.
        digit_capsules: its capsules, (10, 16), or as many as the network has.
        setting: the pose to begin with.
        epoch: the browser keeps its own pose until this changes.
        drawn: what the network's decoder draws for `setting`, of `image`'s shape; shown until the
            browser runs the network, and where it cannot.
        read: what the network reads in `drawn`, in a few words.
        decoder: which decoder it is, for files of a pose.
        network: for the browser to run, from `dashboard.state.offer_to_browser`: `settings` and
            `trouble`.
        others: digits to morph to, from `morph.offer`; None while nobody has asked.
        meanings: what each dimension of each capsule does, from `meanings.offer`; None where that
            has not been measured.
        real: the real poses of the capsule's class, from `real.offer`; None where they have not
            been measured.
        names: what each capsule's class is called.
        name: for the names of downloaded files.
        on_pose: called when the visitor lets go of a slider, or changes the pose otherwise.
        on_others: called when the visitor asks for (other) digits to morph to.
    """
    lengths = np.linalg.norm(digit_capsules, axis=-1)
    _explorer(
        key=key,
        data={
            "session": dict(session),
            "epoch": epoch,
            "name": name,
            "decoder": decoder,
            "network": dict(network),
            "image": packed(image),
            "shape": list(image.shape),
            "one": one,
            "can_morph": can_morph,
            "drawn": packed(drawn),
            "read": read,
            "capsules": np.asarray(digit_capsules, float).tolist(),
            "longest": int(lengths.argmax()),
            "pose": setting.to_browser(),
            "others": others,
            "meanings": meanings,
            "real": real,
            "names": list(names),
        },
        on_pose_change=on_pose,
        on_others_change=on_others,
    )
