"""What lives longer than one run of a page: the network, the digits, the visitor's current digit.

The only user of `st.session_state`, `st.cache_*` and `st.query_params`. The network and the
bundled digits are shared by all visitors and never changed; the current digit belongs to one.
"""

from __future__ import annotations

import dataclasses
import hashlib
import random
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import streamlit as st

from capsnet import pose
from capsnet.data import DataError, Digits, load_bundled
from capsnet.quiet import load_tensorflow_quietly
from dashboard import digit as digit_module
from dashboard.digit import CurrentDigit, LinkError

if TYPE_CHECKING:
    from capsnet.model import CapsNet
    from capsnet.trace import CapsNetTrace

FIRST_DIGIT = 7
TRACES_KEPT = 64
GRIDS_KEPT = 8


class DecoderWeights(NamedTuple):
    """The decoder's weights as a browser takes them.

    Attributes:
        id: which weights these are, a hash of them.
        units: units of its hidden layers.
        raw: kernel and bias of each layer in turn, float32, rows first, little-endian.
    """

    id: str
    units: tuple[int, ...]
    raw: bytes


def network() -> CapsNet:
    """The shipped network, loaded once for all visitors.

    If it cannot be loaded the page says so in one sentence and stops there.
    """
    try:
        return _network()
    except Exception as error:
        from capsnet.checkpoints import CheckpointError  # loads TensorFlow: under the spinner

        if not isinstance(error, CheckpointError):
            raise
        st.error(f"The network could not be loaded. {error}", icon=":material/error:")
        st.stop()


def forget_network() -> None:
    """Load the network anew when it is next asked for."""
    for remembered in (_network, _trace, _decoder_weights, _digit_capsules, _pose_grid):
        remembered.clear()


def model_card() -> dict[str, Any] | None:
    """The shipped network's model card; None if it is missing."""
    load_tensorflow_quietly()
    from capsnet.checkpoints import CheckpointError, read_card

    try:
        return read_card()
    except CheckpointError:
        return None


def digits() -> Digits:
    """The 5,000 bundled digits; without them the page says so in one sentence and stops."""
    try:
        return _digits()
    except DataError as error:
        st.error(f"The bundled digits could not be read. {error}", icon=":material/error:")
        st.stop()


def trace(images: np.ndarray, rounds: int | None = None) -> CapsNetTrace:
    """The network's trace of images, remembered while it is among the last ones asked for.

    Args:
        images: (B, 28, 28, 1) float32 in [0, 1].
        rounds: routing rounds, 1 to 10; None for the network's own.

    Returns:
        A trace shared with other visitors: its arrays are read-only.
    """
    own = network().config.rounds  # a load error is told here, before the cache is entered
    return _trace(images.tobytes(), len(images), own if rounds is None else rounds)


def current_trace(rounds: int | None = None) -> CapsNetTrace:
    """The trace of the visitor's current digit, as `trace`."""
    return trace(current_digit().images, rounds)


def altered_trace(
    rounds: int | None = None, silenced: tuple[int, ...] = (), mistake: str | None = None
) -> CapsNetTrace:
    """The trace of the current digit with its routing disturbed; its image is the first.

    Args:
        rounds: as in `trace`.
        silenced: primary capsules to switch off, by their place along I.
        mistake: a name in `capsnet.mistakes.MISTAKES`. What only shows in a batch is shown in
            one: the first bundled digit of every class follows the current one.

    Returns:
        As `trace`.
    """
    network()
    return _altered_trace(current_digit().images.tobytes(), rounds, silenced, mistake)


def decoder_weights() -> DecoderWeights:
    """The decoder's weights as a browser takes them, read once for all visitors."""
    network()
    return _decoder_weights()


def decode(digit_capsules: np.ndarray, classes: np.ndarray | int) -> np.ndarray:
    """What the network's decoder draws, as `CapsNet.decode`."""
    return network().decode(digit_capsules, classes)


def digit_capsules(images: np.ndarray) -> np.ndarray:
    """The digit capsules of images after the last round, (B, 10, 16), read-only.

    Remembered without the rest of their trace, which is a thousand times larger.
    """
    network()
    return _digit_capsules(images.tobytes(), len(images))


def pose_grid(images: np.ndarray, span: float) -> np.ndarray:
    """The decoder's pictures as every dimension of every image's longest capsule is shifted.

    Args:
        images: (B, 28, 28, 1) float32 in [0, 1].
        span: the 11 shifts go from `-span` to `span`.

    Returns:
        (16, 11, B, 28, 28, 1) float32 in [0, 1], read-only.
    """
    network()
    return _pose_grid(images.tobytes(), len(images), span)


def current_digit() -> CurrentDigit:
    """The digit this visitor is looking at, on every page."""
    if "digit" not in st.session_state:
        choose_nothing()
    return st.session_state["digit"]


def choose_nothing() -> None:
    """Go back to the digit that stands there until the visitor has one."""
    first = digit_module.bundled(digits(), FIRST_DIGIT)
    _set(dataclasses.replace(first, chosen=False))


def choose_bundled(index: int) -> None:
    """Make a bundled digit the current one."""
    _set(digit_module.bundled(digits(), index))


def choose_random(label: int | None = None) -> None:
    """Make another bundled digit the current one.

    Args:
        label: of this class; None for any.
    """
    every = range(len(digits())) if label is None else np.flatnonzero(digits().labels == label)
    now = current_digit().index
    choose_bundled(int(random.choice([i for i in every if i != now])))


def random_indices(count: int) -> list[int]:
    """So many different bundled digits, drawn at random."""
    return random.sample(range(len(digits())), count)


def choose_image(image: np.ndarray) -> None:
    """Make a drawn or uploaded image, (28, 28, 1) float32 in [0, 1], the current digit."""
    _set(digit_module.from_image(image))


def choose_digit(digit: CurrentDigit) -> None:
    """Make a digit, seen before or just drawn, the current one."""
    _set(digit)


def sync_link(page: str) -> str | None:
    """Bring the page's link and the current digit together, once at the start of each run.

    A link that this session did not write itself (opened, edited, or reached by the browser's
    Back) decides the digit, unless the visitor has just chosen another.

    Args:
        page: the page that runs. Streamlit empties the link on the way to another one; on the
            same page a link without a digit is where the visitor was before choosing any.

    Returns:
        One sentence if the link was of no use; None otherwise.
    """
    told = None
    st.session_state["runs"] = runs() + 1
    written = st.session_state.get("link", {})
    arrived = {k: v for k, v in st.query_params.items() if k in digit_module.LINK_NAMES}
    stayed = st.session_state.get("page") == page
    st.session_state["page"] = page
    if arrived != written and current_digit().link == written:
        try:
            if (linked := digit_module.from_link(arrived, digits())) is not None:
                _set(linked)
            elif stayed:
                choose_nothing()
        except LinkError as error:
            told = f"{error} Here is another digit instead."
    link = current_digit().link
    st.session_state["link"] = link
    if arrived != link:
        others = {k: v for k, v in st.query_params.items() if k not in digit_module.LINK_NAMES}
        st.query_params.from_dict({**others, **link})
    return told


def runs() -> int:
    """How many runs, of any page, this visitor has had; two in a row differ by one."""
    return st.session_state.get("runs", 0)


def link_parameters(*names: str) -> dict[str, str]:
    """Those of the named parameters that the page's link has."""
    return {name: st.query_params[name] for name in names if name in st.query_params}


def set_link_parameters(names: tuple[str, ...], values: dict[str, str]) -> None:
    """Give the link these values of the named parameters, and none of the others named."""
    if link_parameters(*names) != values:
        others = {k: v for k, v in st.query_params.items() if k not in names}
        st.query_params.from_dict({**others, **values})


def remember(key: str, value: Any) -> None:
    """Keep a page's setting for this visitor across page switches."""
    st.session_state[f"kept_{key}"] = value


def recall(key: str, default: Any = None) -> Any:
    """What `remember` kept, or the default."""
    return st.session_state.get(f"kept_{key}", default)


def widget(key: str) -> Any:
    """The value of the widget with this key, inside its callback."""
    return st.session_state[key]


def default_widget(key: str, value: Any) -> None:
    """Set a widget before it is drawn, unless it has a value.

    Unlike a default given to the widget itself, this agrees with `set_widget`. Streamlit forgets
    a widget's value on other pages: give what `recall` kept.
    """
    st.session_state.setdefault(key, value)


def set_widget(key: str, value: Any) -> None:
    """Set a widget before it is drawn."""
    st.session_state[key] = value


def _set(digit: CurrentDigit) -> None:
    st.session_state["digit"] = digit


@st.cache_resource(show_spinner="Loading the network …")
def _network() -> CapsNet:
    load_tensorflow_quietly()
    from capsnet import checkpoints

    model = checkpoints.load()
    side = model.config.image_shape
    model.trace(np.zeros((1, *side), np.float32))  # the first call is slow: let no visitor wait
    return model


@st.cache_resource(show_spinner=False)
def _digits() -> Digits:
    return load_bundled()


@st.cache_resource(show_spinner=False, max_entries=TRACES_KEPT)
def _trace(images: bytes, count: int, rounds: int) -> CapsNetTrace:
    model = _network()
    batch = np.frombuffer(images, np.float32).reshape(count, *model.config.image_shape)
    traced = model.trace(batch, rounds)
    for array in vars(traced).values():
        array.flags.writeable = False
    return traced


@st.cache_resource(show_spinner=False, max_entries=TRACES_KEPT)
def _altered_trace(
    image: bytes, rounds: int | None, silenced: tuple[int, ...], mistake: str | None
) -> CapsNetTrace:
    from capsnet.mistakes import MISTAKES

    model = _network()
    images = np.frombuffer(image, np.float32).reshape(1, *model.config.image_shape)
    if mistake is not None:
        firsts = [int(np.argmax(_digits().labels == label)) for label in range(10)]
        images = np.concatenate([images, _digits().pixels()[firsts]])
    off = np.zeros((*model.config.primary_grid, model.config.primary_maps), bool)
    off.flat[list(silenced)] = True
    routing = None if mistake is None else MISTAKES[mistake]
    traced = model.trace(images, rounds, silenced=off, routing=routing)
    for array in vars(traced).values():
        array.flags.writeable = False
    return traced


@st.cache_resource(show_spinner=False)
def _decoder_weights() -> DecoderWeights:
    decoder = _network().decoder
    arrays = [w for layer in (*decoder.hidden, decoder.pixels) for w in layer.get_weights()]
    raw = b"".join(w.astype("<f4").tobytes() for w in arrays)
    return DecoderWeights(hashlib.sha256(raw).hexdigest()[:16], _network().decoder.units, raw)


@st.cache_resource(show_spinner=False, max_entries=TRACES_KEPT)
def _digit_capsules(images: bytes, count: int) -> np.ndarray:
    model = _network()
    batch = np.frombuffer(images, np.float32).reshape(count, *model.config.image_shape)
    capsules = model.trace(batch).digit_capsules[-1]
    capsules.flags.writeable = False
    return capsules


@st.cache_resource(show_spinner=False, max_entries=GRIDS_KEPT)
def _pose_grid(images: bytes, count: int, span: float) -> np.ndarray:
    capsules = _digit_capsules(images, count)
    tweaked = pose.tweak(capsules, -span, span)  # (16, 11, B, 10, 16)
    classes = np.broadcast_to(np.linalg.norm(capsules, axis=-1).argmax(-1), tweaked.shape[:3])
    flat = tweaked.reshape(-1, *capsules.shape[1:])  # (16 * 11 * B, 10, 16)
    pictures = _network().decode(flat, classes.ravel())
    pictures = pictures.reshape(*tweaked.shape[:3], *pictures.shape[1:])
    pictures.flags.writeable = False
    return pictures
