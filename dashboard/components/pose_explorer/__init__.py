"""The pose explorer: sliders that drive the decoder inside the browser.

Two components work together. The *explorer* is the page; it finds the decoder's weights in the
window, or else in the browser's own store (IndexedDB), or else asks for them with the trigger
`weights`. Only then does the page mount `weights_receiver`, whose data is their 5.6 MB, once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from dashboard.components.browser_half import mounted
from dashboard.components.pose_explorer.morph import packed
from dashboard.components.pose_explorer.setting import PoseError, PoseSetting

__all__ = ["PoseError", "PoseSetting", "pose_explorer", "send_weights"]

_explorer = mounted(
    "capsnet_pose_explorer",
    "pose_explorer/explorer.js",
    html="pose_explorer/explorer.html",
    styles=tuple(f"pose_explorer/{name}.css" for name in ("explorer", "rows", "screens")),
)
_receiver = mounted(
    "capsnet_decoder_weights", "pose_explorer/weights_receiver.js", is_isolated=True
)


def pose_explorer(
    key: str,
    *,
    session: Mapping[str, Any],
    image: np.ndarray,
    digit_capsules: np.ndarray,
    setting: PoseSetting,
    epoch: str,
    drawn: np.ndarray,
    read: str,
    decoder: Mapping[str, Any],
    others: Mapping[str, Any] | None,
    meanings: list[list[Mapping[str, str] | None]] | None,
    names: Sequence[str],
    name: str,
    on_pose: Callable[[], None],
    on_others: Callable[[], None],
    on_weights: Callable[[], None],
) -> None:
    """Show the explorer.

    Args:
        key: of the component; its state is `{"pose": {...}}`, see `PoseSetting.from_browser`.
        session: from `dashboard.state.session.identity`.
        image: the original digit, (28, 28, 1) in [0, 1].
        digit_capsules: its capsules, (10, 16).
        setting: the pose to begin with.
        epoch: the browser keeps its own pose until this changes.
        drawn: what the network's decoder draws for `setting`, (28, 28, 1); shown until the
            browser has the weights, and in their place if it cannot use them.
        read: what the network reads in `drawn`, in a few words.
        decoder: the weights' `id`, and `sizes`, the decoder's widths from input to pixels.
        others: digits to morph to, from `morph.offer`; None while nobody has asked.
        meanings: what each dimension of each capsule does, from `meanings.offer`; None where that
            has not been measured.
        names: what each capsule's class is called.
        name: for the names of downloaded files.
        on_pose: called when the visitor lets go of a slider, or changes the pose otherwise.
        on_others: called when the visitor asks for (other) digits to morph to.
        on_weights: called when the browser asks for the weights.
    """
    lengths = np.linalg.norm(digit_capsules, axis=-1)
    _explorer(
        key=key,
        data={
            "session": dict(session),
            "epoch": epoch,
            "name": name,
            "decoder": dict(decoder),
            "image": packed(image),
            "drawn": packed(drawn),
            "read": read,
            "capsules": np.asarray(digit_capsules, float).tolist(),
            "longest": int(lengths.argmax()),
            "pose": setting.to_browser(),
            "others": others,
            "meanings": meanings,
            "names": list(names),
        },
        on_pose_change=on_pose,
        on_others_change=on_others,
        on_weights_change=on_weights,
    )


def send_weights(identity: str, raw: bytes) -> None:
    """Send the decoder's weights to this browser.

    Args:
        identity: which weights, at most 64 characters of ASCII.
        raw: float32, little-endian.
    """
    _receiver(key="decoder_weights", data=identity.encode().ljust(64) + raw)
