"""What all visitors share and none changes: the network, what is known of it, and the digits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

import streamlit as st

from capsnet.data.bundled import load_bundled
from capsnet.data.images import Digits
from capsnet.errors import CheckpointError, DataError
from capsnet.storage import model_card as cards
from capsnet.storage.atomic_files import sha256
from dashboard.state import loaded_network, network_in_use
from dashboard.state.bounded import bounded
from dashboard.state.galleries import Gallery, digits_of, gallery_of
from dashboard.state.loaded_network import loaded
from dashboard.state.network_files import Stored, shipped

if TYPE_CHECKING:
    from capsnet.analysis.misclassified import Findings, Misclassified
    from capsnet.analysis.pose_atlas import PoseAtlas
    from capsnet.config import CapsNetConfig
    from capsnet.network.model import CapsNet

ATLASES_MB = 4


def network() -> CapsNet:
    """The network that this visitor uses, loaded once for all who use it; it takes TensorFlow.

    A chosen one that cannot be loaded gives way to the shipped one; if that cannot be loaded the
    page says so in one sentence and stops there.
    """
    try:
        return network_of(network_file())
    except CheckpointError as error:
        _give_up(error)


def config() -> CapsNetConfig:
    """What the network is that this visitor uses; it is not loaded for it.

    What cannot be read is treated as by `network`.
    """
    try:
        return config_of(network_file())
    except CheckpointError as error:
        _give_up(error)


def _give_up(error: CheckpointError) -> NoReturn:
    """Leave a network that cannot be used, and tell the visitor."""
    if network_in_use.name():
        reason = str(error).replace(f" at {network_file().path}", "")  # a path of the server
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


def network_file() -> Stored:
    """The file of the network in use."""
    return network_in_use.chosen() or shipped()


def network_of(stored: Stored) -> CapsNet:
    """Any network of this machine, loaded once for all.

    Raises:
        CheckpointError: if it cannot be loaded, or the pages cannot show it.
    """
    return loaded(stored).model


def model_card() -> dict[str, Any] | None:
    """The shipped network's model card; None if it has none, or another network is used."""
    if network_in_use.name():
        return None
    try:
        return _model_card(network_file())
    except CheckpointError:  # not remembered: it may be written at any time
        return None


def card_of(which: Stored) -> dict[str, Any]:
    """The model card of any network of this machine.

    Raises:
        CheckpointError: if there is none, or another network's.
    """
    return _model_card(which)


def usual_error() -> float | None:
    """The squared error that 95 % of the validation images stay below; None if no card tells it.

    Of the network in use. Cards of earlier versions, and runs, tell nothing of it.
    """
    try:
        return cards.usual_error(_model_card(network_file()))
    except CheckpointError:
        return None


def digits() -> Digits:
    """The 5,000 bundled digits; without them the page says so in one sentence and stops."""
    try:
        return _digits()
    except DataError as error:
        st.error(f"The bundled digits could not be read. {error}", icon=":material/error:")
        st.stop()


def gallery() -> Gallery:
    """The pictures that go with the network in use, to choose from."""
    digits()  # without them the page stops here
    try:
        return gallery_of(network_file(), config_of(network_file()))
    except CheckpointError:  # `network` shows the error
        return digits_of(digits())


def misclassified() -> list[Misclassified] | None:
    """The bundled digits that the shipped network reads wrongly; None if they are not listed."""
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
    """What is known of the shipped network's mistakes; None for another, or if not measured."""
    if network_in_use.name():
        return None
    try:
        return _findings(network_file())
    except CheckpointError:  # not remembered: they may be listed at any time
        return None


def pose_atlas() -> PoseAtlas | None:
    """What each pose dimension does, as measured beforehand; None if that has not been done."""
    own = config()
    from capsnet.analysis.pose_atlas import AtlasError

    try:
        found = _pose_atlas(network_file())
    except AtlasError:  # not remembered: it may be made at any time
        return None
    return found if found.r.shape[:2] == (own.num_classes, own.digit_dim) else None


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


@bounded(ATLASES_MB)
def _pose_atlas(which: Stored) -> PoseAtlas:
    from capsnet.analysis import pose_atlas

    return pose_atlas.read(which.path)
