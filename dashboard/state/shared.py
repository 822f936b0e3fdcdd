"""What all visitors share and none changes: the network, what it answered, the digits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn, Protocol

import numpy as np
import streamlit as st

from capsnet.analysis import pose
from capsnet.data.bundled import load_bundled
from capsnet.data.images import Digits
from capsnet.errors import CheckpointError, DataError
from capsnet.storage import exports
from capsnet.storage import model_card as cards
from capsnet.storage.atomic_files import sha256
from dashboard.state import exported, loaded_network, network_in_use
from dashboard.state.bounded import bounded
from dashboard.state.galleries import Gallery, digits_of, gallery_of
from dashboard.state.loaded_network import loaded
from dashboard.state.network_files import Stored, shipped

if TYPE_CHECKING:
    from collections.abc import Callable

    from capsnet.analysis.misclassified import Findings, Misclassified
    from capsnet.analysis.pose_atlas import PoseAtlas
    from capsnet.config import CapsNetConfig
    from capsnet.network.exported import Answer
    from capsnet.network.model import CapsNet
    from capsnet.network.trace import CapsNetTrace

TRACES_MB = 96  # 1.6 MB each with three rounds
ALTERED_MB = 48  # up to eleven images each: 15 MB
GLANCES_MB = 16
GRIDS_MB = 32
CAPSULES_MB = 4
ANSWERS_MB = 16  # 35 kB each
DECODERS_MB = 1  # of their names
ATLASES_MB = 4


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


def network() -> CapsNet:
    """The network that this visitor uses, loaded once for all who use it; it takes TensorFlow.

    A chosen one that cannot be loaded gives way to the shipped one; if that cannot be loaded the
    page says so in one sentence and stops there.
    """
    try:
        return _network(_which())
    except CheckpointError as error:
        _give_up(error)


def config() -> CapsNetConfig:
    """What the network is that this visitor uses; it is not loaded for it.

    What cannot be read is treated as by `network`.
    """
    try:
        return loaded_network.config_of(_which())
    except CheckpointError as error:
        _give_up(error)


def _give_up(error: CheckpointError) -> NoReturn:
    """Leave a network that cannot be used, and tell the visitor."""
    if network_in_use.name():
        reason = str(error).replace(f" at {_which().path}", "")  # nobody's business
        network_in_use.give_up(reason)
        st.rerun()  # the sidebar has named it already
    st.error(f"The network could not be loaded. {error}", icon=":material/error:")
    st.stop()


def config_of(which: Stored) -> CapsNetConfig:
    """What a network is, without loading it.

    Raises:
        CheckpointError: if its file is none of ours.
    """
    return loaded_network.config_of(which)


def which() -> Stored:
    """The file of the network in use."""
    return _which()


def trace_by(stored: Stored, images: np.ndarray) -> CapsNetTrace:
    """The trace of images by any network of this machine, after its own number of rounds.

    Args:
        stored: the network.
        images: (B, H, W, C) float32 in [0, 1].

    Returns:
        A trace shared with other visitors: its arrays are read-only.
    """
    return _trace(stored, images.tobytes(), len(images), _network(stored).config.rounds)


def network_of(stored: Stored) -> CapsNet:
    """Any network of this machine, loaded once for all.

    Raises:
        CheckpointError: if it cannot be loaded, or the pages cannot show it.
    """
    return _network(stored)


def _meet() -> None:
    """See to it that the network in use can answer: one that cannot be loaded gives way here."""
    if exported.network(_which()) is None:
        network()


def _answering(which: Stored) -> Answering:
    """What answers for a network: its export if that is there, else Keras."""
    return exported.network(which) or loaded(which)


def _which() -> Stored:
    return network_in_use.chosen() or shipped()


def model_card() -> dict[str, Any] | None:
    """The shipped network's model card; None if it has none, or another network is used."""
    if network_in_use.name():
        return None
    try:
        return _model_card(_which())
    except CheckpointError:  # not remembered: it may be written at any time
        return None


def card_of(which: Stored) -> dict[str, Any]:
    """The model card of any network of this machine.

    Raises:
        CheckpointError: if there is none, or another network's.
    """
    return _model_card(which)


def digits() -> Digits:
    """The 5,000 bundled digits; without them the page says so in one sentence and stops."""
    try:
        return _digits()
    except DataError as error:
        st.error(f"The bundled digits could not be read. {error}", icon=":material/error:")
        st.stop()


def gallery() -> Gallery:
    """The pictures that go with the network in use, to choose from."""
    digits()  # that they are missing is told here
    try:
        return gallery_of(_which(), config_of(_which()))
    except CheckpointError:  # `network` tells it
        return digits_of(digits())


def answer(image: np.ndarray) -> Answer:
    """The network's answer to one image, (1, 28, 28, 1), without a trace: for a pen in motion."""
    _meet()
    return _answer(_which(), image.tobytes())


def lengths_of(images: np.ndarray) -> np.ndarray:
    """Each image's capsule lengths after the last round, (N, J), without the rest of its trace.

    Args:
        images: (N, H, W, C) float32 in [0, 1].
    """
    _meet()
    return _answering(_which()).lengths(images)


def misclassified() -> list[Misclassified] | None:
    """The bundled digits that the shipped network reads wrongly; None if nobody has listed them."""
    found = _found()
    return None if found is None else found.misclassified


def close_call() -> int | None:
    """The bundled digit about which the shipped network's routing decides most, if it has one."""
    found = _found()
    return None if found is None else found.close_call


def right_by_rounds() -> tuple[int, int] | None:
    """Bundled digits that the shipped network reads rightly by its first and by its last round."""
    found = _found()
    if found is None or found.right_at_first is None:
        return None
    return found.right_at_first, len(digits()) - len(found.misclassified)


def _found() -> Findings | None:
    """What is known of the shipped network's mistakes; None for another, or if nobody looked."""
    if network_in_use.name():
        return None
    try:
        return _findings(_which())
    except CheckpointError:  # not remembered: somebody may look at any time
        return None


def glance(image: np.ndarray) -> CapsNetTrace:
    """The trace of one image, (1, 28, 28, 1), by whatever answers; no TensorFlow where it need not.

    For pictures: an export's numbers differ from those of `trace` in the fourth decimal.
    """
    _meet()
    return _glance(_which(), image.tobytes())


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
    own = config().rounds  # a load error is told here, before the cache is entered
    which, chosen = _which(), own if rounds is None else rounds
    raw, count = images.tobytes(), len(images)
    return lambda: _trace(which, raw, count, chosen)


def altered_trace_of(
    images: np.ndarray,
    rounds: int | None = None,
    silenced: tuple[int, ...] = (),
    mistake: str | None = None,
) -> CapsNetTrace:
    """As `visitor.altered_trace`, of the one image given."""
    network()
    return _altered_trace(_which(), images.tobytes(), rounds, silenced, mistake)


def decoder_id() -> str:
    """Which decoder the network has, as files of a pose name it."""
    if export := exported.for_server(_which()):
        return export.decoder
    network()
    return _decoder_id(_which())


def decode(digit_capsules: np.ndarray, classes: np.ndarray | int) -> np.ndarray:
    """What the network's decoder draws, as `CapsNet.decode`."""
    _meet()
    return _answering(_which()).decode(digit_capsules, classes)


def digit_capsules(images: np.ndarray) -> np.ndarray:
    """The digit capsules of images after the last round, (B, 10, 16), read-only.

    Remembered without the rest of their trace, which is a thousand times larger.
    """
    _meet()
    return _digit_capsules(_which(), images.tobytes(), len(images))


def pose_grid(images: np.ndarray, span: float) -> np.ndarray:
    """The decoder's pictures as every dimension of every image's longest capsule is shifted.

    Args:
        images: (B, 28, 28, 1) float32 in [0, 1].
        span: the 11 shifts go from `-span` to `span`.

    Returns:
        (16, 11, B, 28, 28, 1) float32 in [0, 1], read-only.
    """
    _meet()
    return _pose_grid(_which(), images.tobytes(), len(images), span)


def pose_atlas() -> PoseAtlas | None:
    """What each pose dimension does, as measured beforehand; None if that has not been done."""
    own = config()
    from capsnet.analysis.pose_atlas import AtlasError

    try:
        found = _pose_atlas(_which())
    except AtlasError:  # not remembered: it may be made at any time
        return None
    return found if found.r.shape[:2] == (own.num_classes, own.digit_dim) else None


def _network(which: Stored) -> CapsNet:
    return loaded(which).model


@bounded(ANSWERS_MB)
def _answer(which: Stored, image: bytes) -> Answer:
    found = _answering(which).answer(_batch(which, image, 1))
    _protect(*found)
    return found


@st.cache_resource(show_spinner=False)
def _model_card(which: Stored) -> dict[str, Any]:
    card = cards.read_card(which.path)
    try:
        if card["checkpoint"]["sha256"] == sha256(which.path):
            return card
    except (OSError, LookupError, TypeError) as error:
        raise CheckpointError(
            f"Expected a model card of {which.path}. Received: {error}"
        ) from error
    raise CheckpointError(f"Expected a model card of {which.path}. Received: another's.")


@st.cache_resource(show_spinner=False)
def _findings(which: Stored) -> Findings:
    from capsnet.analysis import misclassified

    found = misclassified.read(which.path)
    if found is None:
        raise CheckpointError(f"Expected the misclassified digits of {which.path}. Received: none.")
    return found


@st.cache_resource(show_spinner=False)
def _digits() -> Digits:
    return load_bundled()


@bounded(TRACES_MB)
def _trace(which: Stored, images: bytes, count: int, rounds: int) -> CapsNetTrace:
    network = loaded(which)
    traced = network.trace(_batch(which, images, count), rounds)
    _protect(*vars(traced).values())
    return traced


@bounded(GLANCES_MB)
def _glance(which: Stored, image: bytes) -> CapsNetTrace:
    traced = _answering(which).trace(_batch(which, image, 1))
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
    return exports.decoder_id(_network(which))


@bounded(CAPSULES_MB)
def _digit_capsules(which: Stored, images: bytes, count: int) -> np.ndarray:
    capsules = _answering(which).digit_capsules(_batch(which, images, count))
    _protect(capsules)
    return capsules


@bounded(GRIDS_MB)
def _pose_grid(which: Stored, images: bytes, count: int, span: float) -> np.ndarray:
    capsules = _digit_capsules(which, images, count)
    tweaked = pose.tweak(capsules, -span, span)  # (16, 11, B, 10, 16)
    classes = np.broadcast_to(np.linalg.norm(capsules, axis=-1).argmax(-1), tweaked.shape[:3])
    flat = tweaked.reshape(-1, *capsules.shape[1:])  # (16 * 11 * B, 10, 16)
    pictures = _answering(which).decode(flat, classes.ravel())
    pictures = pictures.reshape(*tweaked.shape[:3], *pictures.shape[1:])
    _protect(pictures)
    return pictures


@bounded(ATLASES_MB)
def _pose_atlas(which: Stored) -> PoseAtlas:
    from capsnet.analysis import pose_atlas

    return pose_atlas.read(which.path)


def _batch(which: Stored, images: bytes, count: int) -> np.ndarray:
    shape = loaded_network.config_of(which).image_shape
    return np.frombuffer(images, np.float32).reshape(count, *shape)


def _protect(*arrays: np.ndarray) -> None:
    """Let no page write into what all visitors are given."""
    for array in arrays:
        array.flags.writeable = False
