"""What the network in use answers and computes, kept for all visitors who ask the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from capsnet.analysis import pose
from capsnet.storage import exports
from dashboard.state import exported, loaded_network
from dashboard.state.bounded import bounded
from dashboard.state.galleries import gallery_of
from dashboard.state.loaded_network import loaded
from dashboard.state.network_files import Stored
from dashboard.state.shared import config, network, network_file, network_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from capsnet.network.exported import Answer
    from capsnet.network.trace import CapsNetTrace

TRACES_MB = 96  # 1.6 MB each with three rounds
ALTERED_MB = 48  # up to eleven images each: 15 MB
GLANCES_MB = 16
GRIDS_MB = 32
CAPSULES_MB = 4
ANSWERS_MB = 16  # 35 kB each
DECODERS_MB = 1  # of their names


class Answering(Protocol):
    """What answers for a network: its export, or Keras; see `ExportedNetwork`."""

    def answer(self, image: np.ndarray) -> Answer:
        """The answer to one image."""

    def digit_capsules(self, images: np.ndarray) -> np.ndarray:
        """The digit capsules of images."""

    def lengths(self, images: np.ndarray) -> np.ndarray:
        """The capsule lengths of images."""

    def decode(self, digit_capsules: np.ndarray, classes: np.ndarray | int) -> np.ndarray:
        """What one capsule of each image would draw."""

    def trace(self, images: np.ndarray, /) -> CapsNetTrace:
        """Everything that the network computes of one image."""


def answer(image: np.ndarray) -> Answer:
    """The network's answer to one image, (1, 28, 28, 1), without a trace: for a pen in motion."""
    _meet()
    return _answer(network_file(), image.tobytes())


def lengths_of(images: np.ndarray) -> np.ndarray:
    """Each image's capsule lengths after the last round, (N, J), without the rest of its trace.

    Args:
        images: (N, H, W, C) float32 in [0, 1].
    """
    _meet()
    return _answering(network_file()).lengths(images)


def glance(image: np.ndarray) -> CapsNetTrace:
    """The trace of one image, (1, 28, 28, 1), by whatever answers; no TensorFlow where it need not.

    For pictures: an export's numbers differ from those of `trace` in the fourth decimal.
    """
    _meet()
    return _glance(network_file(), image.tobytes())


def trace(images: np.ndarray, rounds: int | None = None) -> CapsNetTrace:
    """The network's trace of images, remembered while it is among the last ones asked for.

    Args:
        images: (B, 28, 28, 1) float32 in [0, 1].
        rounds: routing rounds, 1 to 10; None for the network's own.

    Returns:
        A trace shared with other visitors: its arrays are read-only.
    """
    network()
    return trace_later(images, rounds)()


def trace_later(images: np.ndarray, rounds: int | None = None) -> Callable[[], CapsNetTrace]:
    """As `trace`, computed when it is called: in any thread, by the network that is used now.

    A file that Streamlit makes on a click is made where no visitor is known, and so none's choice
    of a network.
    """
    own = config().rounds  # a load error is shown here, before the cache is entered
    which, chosen = network_file(), own if rounds is None else rounds
    raw, count = images.tobytes(), len(images)
    return lambda: _trace(which, raw, count, chosen)


def trace_by(stored: Stored, images: np.ndarray) -> CapsNetTrace:
    """The trace of images by any network of this machine, after its own number of rounds.

    Args:
        stored: the network.
        images: (B, H, W, C) float32 in [0, 1].

    Returns:
        A trace shared with other visitors: its arrays are read-only.
    """
    return _trace(stored, images.tobytes(), len(images), network_of(stored).config.rounds)


def altered_trace_of(
    images: np.ndarray,
    rounds: int | None = None,
    silenced: tuple[int, ...] = (),
    mistake: str | None = None,
) -> CapsNetTrace:
    """As `visitor.altered_trace`, of the one image given."""
    network()
    return _altered_trace(network_file(), images.tobytes(), rounds, silenced, mistake)


def decoder_id() -> str:
    """Which decoder the network has, as files of a pose name it."""
    if export := exported.for_server(network_file()):
        return export.decoder
    network()
    return _decoder_id(network_file())


def decode(digit_capsules: np.ndarray, classes: np.ndarray | int) -> np.ndarray:
    """What the network's decoder draws, as `CapsNet.decode`."""
    _meet()
    return _answering(network_file()).decode(digit_capsules, classes)


def digit_capsules(images: np.ndarray) -> np.ndarray:
    """The digit capsules of images after the last round, (B, 10, 16), read-only.

    Remembered without the rest of their trace, which is a thousand times larger.
    """
    _meet()
    return _digit_capsules(network_file(), images.tobytes(), len(images))


def pose_grid(images: np.ndarray, span: float) -> np.ndarray:
    """The decoder's pictures as every dimension of every image's longest capsule is shifted.

    Args:
        images: (B, 28, 28, 1) float32 in [0, 1].
        span: the 11 shifts go from `-span` to `span`.

    Returns:
        (16, 11, B, 28, 28, 1) float32 in [0, 1], read-only.
    """
    _meet()
    return _pose_grid(network_file(), images.tobytes(), len(images), span)


def exact_pose_grid(images: np.ndarray, span: float) -> Callable[[], tuple[np.ndarray, np.ndarray]]:
    """What makes the grid's numbers for a file: by Keras, in single precision.

    The pages' own come from the export, whose weights have half of that.

    Args:
        images: as for `pose_grid`.
        span: as for `pose_grid`.

    Returns:
        A function that gives the pictures and the capsules (B, 10, 16); any thread may call it.
    """
    which, given, count = network_file(), images.tobytes(), len(images)

    def made() -> tuple[np.ndarray, np.ndarray]:
        network = loaded(which)
        capsules = network.digit_capsules(_batch(which, given, count))
        return _grid_of(network, capsules, span), capsules

    return made


def _meet() -> None:
    """See to it that the network in use can answer: one that cannot be loaded gives way here."""
    if exported.network(network_file()) is None:
        network()


def _answering(which: Stored) -> Answering:
    """What answers for a network: its export if that is there, else Keras."""
    return exported.network(which) or loaded(which)


@bounded(ANSWERS_MB)
def _answer(which: Stored, image: bytes) -> Answer:
    found = _answering(which).answer(_batch(which, image, 1))
    _protect(*found)
    return found


@bounded(GLANCES_MB)
def _glance(which: Stored, image: bytes) -> CapsNetTrace:
    traced = _answering(which).trace(_batch(which, image, 1))
    _protect(*vars(traced).values())
    return traced


@bounded(TRACES_MB)
def _trace(which: Stored, images: bytes, count: int, rounds: int) -> CapsNetTrace:
    network = loaded(which)
    traced = network.trace(_batch(which, images, count), rounds)
    _protect(*vars(traced).values())
    return traced


@bounded(ALTERED_MB)
def _altered_trace(
    which: Stored,
    image: bytes,
    rounds: int | None,
    silenced: tuple[int, ...],
    mistake: str | None,
) -> CapsNetTrace:
    from capsnet.routing.broken import mistaken

    network = loaded(which)
    images = _batch(which, image, 1)
    if mistake == "shared logits":  # whose mistake is to route several images together
        others = gallery_of(which, network.model.config).pictures
        firsts = np.unique(others.labels, return_index=True)[1]
        images = np.concatenate([images, others[firsts].pixels()])
    config, own = network.model.config, network.model.digit_capsules.routing
    off = np.zeros((*config.primary_grid, config.primary_maps), bool)
    off.flat[list(silenced)] = True
    routing = own if mistake is None else mistaken(mistake, own)
    traced = network.trace(images, rounds, silenced=off, routing=routing)
    _protect(*vars(traced).values())
    return traced


@bounded(DECODERS_MB)
def _decoder_id(which: Stored) -> str:
    return exports.decoder_id(network_of(which))


@bounded(CAPSULES_MB)
def _digit_capsules(which: Stored, images: bytes, count: int) -> np.ndarray:
    capsules = _answering(which).digit_capsules(_batch(which, images, count))
    _protect(capsules)
    return capsules


@bounded(GRIDS_MB)
def _pose_grid(which: Stored, images: bytes, count: int, span: float) -> np.ndarray:
    pictures = _grid_of(_answering(which), _digit_capsules(which, images, count), span)
    _protect(pictures)
    return pictures


def _grid_of(network: Answering, capsules: np.ndarray, span: float) -> np.ndarray:
    tweaked = pose.tweak(capsules, -span, span)  # (16, 11, B, 10, 16)
    classes = np.broadcast_to(np.linalg.norm(capsules, axis=-1).argmax(-1), tweaked.shape[:3])
    flat = tweaked.reshape(-1, *capsules.shape[1:])  # (16 * 11 * B, 10, 16)
    pictures = network.decode(flat, classes.ravel())
    return pictures.reshape(*tweaked.shape[:3], *pictures.shape[1:])


def _batch(which: Stored, images: bytes, count: int) -> np.ndarray:
    shape = loaded_network.config_of(which).image_shape
    return np.frombuffer(images, np.float32).reshape(count, *shape)


def _protect(*arrays: np.ndarray) -> None:
    """Let no page write into what all visitors are given."""
    for array in arrays:
        array.flags.writeable = False
