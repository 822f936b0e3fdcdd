"""The form of a new run: what is chosen in it, and how that travels in the page's link."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from capsnet.config import CapsNetConfig
from capsnet.data.datasets import BUNDLED, SOURCES
from capsnet.errors import TrainingError
from capsnet.presets import PRESETS
from capsnet.routing import registry
from capsnet.training_config import OF_DIGITS, TrainingConfig
from dashboard import state
from dashboard.markdown import escaped
from dashboard.state import sent_data
from dashboard.views.parts.training.common import TROUBLE
from dashboard.views.parts.training.form_fields import DISTORTIONS, FIELDS, LONGEST, OF_A_RUN, Field

QUICKEST = "compact"
"""The preset to begin with."""

OWN, OWN_TITLE = "own", "A file or folder of yours"
"""In place of a dataset's name: the path is in a field of its own."""

SENT = "training_sent"
LARGEST_UPLOAD_MB = 100  # as the server takes: .streamlit/config.toml
FORMATS = "IDX, .npz, CSV, Parquet, HDF5, .mat, TFRecord, a folder of pictures for each class"

LINK_NAMES = ("preset", "dataset", "routing", *FIELDS)
COLUMNS = 3


def fields() -> None:
    """What is to be trained, and how: to be chosen."""
    names = list(PRESETS)
    state.default_widget("training_preset", state.recall("training_preset", QUICKEST))
    routings = registry.names()
    columns = st.columns(3 if len(routings) > 1 else 2)
    with columns[0]:
        preset = st.selectbox("Preset", names, key="training_preset", on_change=preset_chosen)
    with columns[1]:
        dataset = choose_dataset()
    usual_routing = PRESETS[preset].network.routing
    state.default_widget("training_routing", state.recall("training_routing", usual_routing))
    if len(routings) > 1:  # the paper's alone leaves nothing to choose
        columns[2].selectbox(
            "Routing", routings, key="training_routing", on_change=keep, args=("training_routing",)
        )
    st.caption(PRESETS[preset].description)
    values = values_of(preset)
    numbers(OF_A_RUN, values)
    with st.expander("More augmentation"):
        st.caption(
            "In every epoch the images are changed anew, at random, by up to these amounts (Bend: "
            "by about this amount). The last two are shares: of the sevens and ones that get a bar "
            "or an upstroke, and of the images that are left as they are."
        )
        numbers(DISTORTIONS, values, [name for name in DISTORTIONS if not _applies(name, dataset)])


def values_of(preset: str) -> dict[str, float]:
    """What a preset has in each field."""
    network, training = PRESETS[preset].network, PRESETS[preset].training
    found = vars(training) | vars(network)
    return {name: field.type(found[name]) for name, field in FIELDS.items()}


def fill_in_from(arrived: Mapping[str, str]) -> str | None:
    """Fill in the fields from a link that was opened, or reached by the browser's Back.

    Args:
        arrived: what it says of `LINK_NAMES`; whatever it leaves out is as usual.

    Returns:
        A sentence if something in it was of no use, and what is usual has come instead.
    """
    told = None
    preset = PRESETS.get(arrived.get("preset", ""), PRESETS[QUICKEST])
    named = {
        "preset": QUICKEST,
        "dataset": usual_dataset(),
        "routing": preset.network.routing,
    }
    known_names = {"preset": PRESETS, "dataset": SOURCES, "routing": registry.names()}
    for name, known in known_names.items():
        if (asked := arrived.get(name, named[name])) in known:
            named[name] = asked
            continue
        instead = SOURCES[named[name]].title if name == "dataset" else named[name]
        told = (
            f"The link asks for the {name} '{escaped(asked[:LONGEST])}', which is not known here. "
            f"The form has {instead}."
        )
    values = values_of(named["preset"])
    for name, field in FIELDS.items():
        if (written := arrived.get(name)) is None:
            continue
        try:
            values[name] = field.read(written)
        except ValueError:
            told = (
                f"{field.label}: the link says '{escaped(written[:LONGEST])}', which is not "
                f"{field.expected}. The form has the preset's, {values[name]:g}."
            )
    fill_in(**named, **values)
    return told


def to_link() -> dict[str, str]:
    """What of the fields is not as it would be without a link; the dataset too, then.

    Which dataset is the usual one depends on the machine.
    """
    preset = state.widget("training_preset")
    usual = values_of(preset) | {
        "preset": QUICKEST,
        "dataset": usual_dataset(),
        "routing": PRESETS[preset].network.routing,
    }
    chosen = {name: state.widget(f"training_{name}") for name in usual}
    differing = {name: value for name, value in chosen.items() if value != usual[name]}
    if differing:
        differing["dataset"] = chosen["dataset"]
    if chosen["dataset"] == OWN:  # a path of this computer is nobody else's
        differing.pop("dataset")
    return {
        name: f"{value:.10g}" if isinstance(value, float) else str(value)
        for name, value in differing.items()
    }


def fill_in(**values: Any) -> None:
    """Put values into fields, before these are drawn."""
    for name, value in values.items():
        state.set_widget(f"training_{name}", value)
        keep(f"training_{name}")


def settings() -> tuple[str, CapsNetConfig, TrainingConfig]:
    """What the fields say at this moment: the preset's name, and what they make of it.

    Raises:
        ValueError: if that cannot be trained.
    """
    if wrong := wrong_numbers():
        raise ValueError(" ".join(wrong))

    def chosen(name: str) -> Any:
        return state.widget(f"training_{name}")

    preset, dataset = chosen("preset"), dataset_chosen()
    network, resize = PRESETS[preset].network, PRESETS[preset].training.resize
    is_own = dataset and dataset not in SOURCES
    own = state.training_data(dataset, resize=resize).own if is_own else None
    if own:
        network = network.fitted(own.image_shape, own.class_names)
    elif dataset in SOURCES:
        network = dataclasses.replace(network, class_names=SOURCES[dataset].class_names)
    distorted: dict[str, Any] = {
        name: chosen(name) if _applies(name, dataset) else 0.0 for name in DISTORTIONS
    }
    return (
        preset,
        dataclasses.replace(
            network,
            routing=chosen("routing"),
            rounds=chosen("rounds"),
            reconstruction_weight=chosen("reconstruction_weight"),
        ),
        dataclasses.replace(
            PRESETS[preset].training,
            dataset=dataset,
            epochs=chosen("epochs"),
            learning_rate=chosen("learning_rate"),
            shift=chosen("shift"),
            seed=chosen("seed"),
            **distorted,
        ),
    )


def wrong_numbers() -> list[str]:
    """A sentence for each field whose number is out of its range.

    Streamlit's own field would turn red, say nothing and keep its last number.
    """
    usual = values_of(state.widget("training_preset"))  # which a preset may have beyond the range
    wrong = []
    for name, field in FIELDS.items():
        value = state.widget(f"training_{name}")
        is_used = _applies(name, state.widget("training_dataset"))
        if is_used and value != usual[name] and not field.least <= value <= field.largest:
            received = f"{value:,}" if field.type is int else f"{value:.10g}"
            wrong.append(f"{field.label}: expected {field.expected}. Received: {received}.")
    return wrong


def _applies(distortion: str, dataset: str) -> bool:
    return distortion != "flourishes" or dataset in OF_DIGITS


def usual_dataset() -> str:
    """The pictures to learn from: MNIST, where it is, else what is always there."""
    mnist = state.training_data("mnist")
    return "mnist" if mnist.training or mnist.trouble else BUNDLED


def choose_dataset() -> str:
    """The pictures to learn from, to be chosen."""
    state.default_widget("training_dataset", state.recall("training_dataset", usual_dataset()))
    chosen = st.selectbox(
        "Dataset",
        [*SOURCES, OWN],
        format_func=lambda name: SOURCES[name].title if name in SOURCES else OWN_TITLE,
        key="training_dataset",
        on_change=keep,
        args=("training_dataset",),
    )
    if chosen == OWN:
        state.default_widget("training_path", state.recall("training_path", ""))
        st.text_input(
            "Its path on the computer that the explorer runs on",
            key="training_path",
            on_change=keep,
            args=("training_path",),
            placeholder="/home/me/letters.zip",
            help=f"A file or folder: {FORMATS}, or a zip or tar of these.",
        )
        st.file_uploader(
            "Or send it from your own computer: one file, or several that belong together",
            key=SENT,
            accept_multiple_files=True,
            max_upload_size=LARGEST_UPLOAD_MB,
            on_change=data_sent,
            help=f"{FORMATS}; a zip or tar of these.",
        )
    return chosen


def data_sent() -> None:
    """Files have come: what they hold is shown before anything is trained."""
    files = state.widget(SENT) or []
    if not files or not state.may_train():
        return
    try:
        place = sent_data.keep({file.name: file.getvalue() for file in files})
    except TrainingError as error:
        state.remember(TROUBLE, str(error))
        return
    fill_in(path=str(place))


def dataset_chosen() -> str:
    """The dataset that the fields name: its name or its path; empty for a path not yet given."""
    chosen = state.widget("training_dataset")
    return str(state.recall("training_path", "")).strip() if chosen == OWN else chosen


def numbers(
    fields: Mapping[str, Field], values: Mapping[str, float], disabled: Sequence[str] = ()
) -> None:
    """Numbers to be set, side by side, that begin with the preset's values."""
    for first in range(0, len(fields), COLUMNS):
        names = list(fields)[first : first + COLUMNS]
        for name, column in zip(names, st.columns(COLUMNS), strict=False):
            field, key = fields[name], f"training_{name}"
            state.default_widget(key, state.recall(key, values[name]))
            column.number_input(
                field.label,
                step=field.step,
                format=field.format,
                key=key,
                on_change=keep,
                args=(key,),
                help=field.help,
                disabled=name in disabled,
            )


def keep(key: str) -> None:
    """Remember a field while other pages are open."""
    state.remember(key, state.widget(key))


def preset_chosen() -> None:
    """The other fields follow the preset, and the dataset where it is made for one."""
    before, preset = state.recall("training_preset", QUICKEST), state.widget("training_preset")
    dataset = state.recall("training_dataset", usual_dataset())
    if wanted := made_for(preset):
        dataset = wanted
    elif dataset == made_for(before):
        dataset = usual_dataset()
    routing = PRESETS[preset].network.routing
    fill_in(preset=preset, dataset=dataset, routing=routing, **values_of(preset))


def made_for(preset: str) -> str | None:
    """The dataset that a preset is made for; None where that is digits."""
    network, training = PRESETS[preset].network, PRESETS[preset].training
    if training.dataset != TrainingConfig().dataset:
        return training.dataset
    digits = CapsNetConfig()
    sizes = network.image_shape, network.num_classes
    return None if sizes == (digits.image_shape, digits.num_classes) else OWN
