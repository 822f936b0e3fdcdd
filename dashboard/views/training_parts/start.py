"""A new run: its settings, its forecast, its start."""

from __future__ import annotations

import dataclasses
import platform
from typing import Any, NamedTuple

import streamlit as st

from capsnet import forecast
from capsnet.config import MAX_ROUNDS, OF_DIGITS, PRESETS, CapsNetConfig, TrainingConfig
from capsnet.data import DataError
from capsnet.datasets import BUNDLED, DATA_VARIABLE, SOURCES, class_names
from capsnet.runs import TrainingError
from dashboard import runs, state
from dashboard.views.training_parts.common import STARTS, TROUBLE, WATCHED, clock


class Field(NamedTuple):
    """A decimal number that can be set.

    Attributes:
        label: what it is called.
        largest: what it may be.
        step: of its buttons.
        format: as in C.
        help: in a sentence.
        least: what it must be.
    """

    label: str
    largest: float
    step: float
    format: str
    help: str | None = None
    least: float = 0.0


QUICKEST = "compact"
"""The preset to begin with."""

WEIGHT = Field(
    "Weight of the reconstruction",
    1.0,
    0.0005,
    "%.4f",
    "Of an image's squared error in the loss. More weight, clearer drawings.",
)

RATE = Field(
    "Learning rate",
    0.1,
    0.0005,
    "%.5f",
    "Adam's, at its peak. Lower it if a run ended with a loss that is no number.",
    least=1e-5,
)

DISTORTIONS = {
    "rotation": Field("Turn, degrees", 45.0, 5.0, "%.0f"),
    "scale": Field("Stretch, as a share", 0.5, 0.05, "%.2f"),
    "shear": Field("Slant, pixels a row", 1.0, 0.05, "%.2f"),
    "elastic": Field("Bend, pixels", 5.0, 0.25, "%.2f"),
    "thickness": Field("Stroke, about pixels", 1.0, 0.1, "%.1f", "Thinner or thicker strokes."),
    "flourishes": Field(
        "Bars and upstrokes, share", 1.0, 0.1, "%.1f", "Of the sevens and the ones; digits only."
    ),
    "untouched": Field("Left as they are, share", 1.0, 0.1, "%.1f"),
}


def start() -> None:
    """A new run."""
    st.header("Start a run", divider="gray")
    st.markdown(
        "A run trains a new network in a process of its own: close this page or come back "
        "tomorrow, it goes on."
    )
    if not state.may_train():
        st.info(not_allowed())
        return
    fields()
    _, network, training = settings()
    data = state.training_data(training.dataset)
    if not data.training:
        data = no_data(training.dataset, data)
    if data.training:
        tell_forecast(network, training, data)
    if not state.others_may_train():
        st.caption("Visitors on other computers can only watch.")
    st.button(
        "Start",
        type="primary",
        icon=":material/play_arrow:",
        key="training_start",
        disabled=not data.training,
        on_click=begin,
    )


def not_allowed() -> str:
    """Why this visitor cannot start a run, and who can."""
    if runs.is_decided():
        return (
            f"You can watch here. This explorer was started with `{runs.ALLOWED_VARIABLE}` set so "
            "that nobody can start a run on it."
        )
    return (
        "You can watch here. Runs are started on the computer that the explorer runs on, with its "
        f"page opened as `http://localhost:{st.get_option('server.port')}`; whoever runs it can "
        f"let all visitors do so by starting it with `{runs.ALLOWED_VARIABLE}=1`."
    )


def no_data(dataset: str, data: state.Data) -> state.Data:
    """Say calmly that the dataset is not here, and offer to fetch it."""
    title = SOURCES[dataset].title
    st.info(
        data.trouble
        or f"Training needs {title}, 60,000 small pictures, which are not part of the explorer. "
        f"They were looked for in what the environment variable `{DATA_VARIABLE}` names and in "
        "Keras's folder, `~/.keras/datasets`, and are in neither. The bundled digits are always "
        "here: few, but enough to watch a network learn."
    )
    if not data.trouble and st.button("Download it", key="training_download"):
        with st.spinner(f"Downloading {title} …"):
            data = state.training_data(dataset, download=True)
        if not data.training:
            st.warning(data.trouble)
    return data


def fields() -> None:
    """What is to be trained, and how: to be chosen."""
    names = list(PRESETS)
    state.default_widget("training_preset", state.recall("training_preset", QUICKEST))
    left, right = st.columns(2)
    with left:
        preset = st.selectbox("Preset", names, key="training_preset", on_change=preset_chosen)
    network, training = PRESETS[preset].network, PRESETS[preset].training
    with right:
        dataset = choose_dataset()
    st.caption(PRESETS[preset].description)
    first, second, third = st.columns(3)
    with first:
        number("epochs", "Epochs", 1, 500, training.epochs)
        number("seed", "Seed", 0, 1_000_000, training.seed)
    with second:
        number("rounds", "Routing rounds", 1, MAX_ROUNDS, network.rounds)
        number("shift", "Shift images by up to, pixels", 0, 6, training.shift)
    with third:
        decimal("reconstruction_weight", WEIGHT, network.reconstruction_weight)
        decimal("learning_rate", RATE, training.learning_rate)
    distortions(training, dataset)


def distortions(training: TrainingConfig, dataset: str) -> None:
    """How images are changed besides being shifted, as other hands might have written them."""
    with st.expander("More augmentation"):
        st.caption("Each image is changed anew in every epoch, by random amounts up to these.")
        columns = st.columns(3)
        for i, (name, field) in enumerate(DISTORTIONS.items()):
            with columns[i % len(columns)]:
                disabled = not _applies(name, dataset)
                decimal(name, field, getattr(training, name), disabled=disabled)


def settings() -> tuple[str, CapsNetConfig, TrainingConfig]:
    """What the fields say at this moment: the preset's name, and what they make of it.

    Raises:
        ValueError: if that cannot be trained.
    """

    def chosen(name: str) -> Any:
        return state.widget(f"training_{name}")

    preset, dataset = chosen("preset"), chosen("dataset")
    distorted: dict[str, Any] = {
        name: chosen(name) if _applies(name, dataset) else 0.0 for name in DISTORTIONS
    }
    return (
        preset,
        dataclasses.replace(
            PRESETS[preset].network,
            rounds=chosen("rounds"),
            reconstruction_weight=chosen("reconstruction_weight"),
            class_names=SOURCES[dataset].class_names,
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


def _applies(distortion: str, dataset: str) -> bool:
    return distortion != "flourishes" or dataset in OF_DIGITS


def choose_dataset() -> str:
    """The pictures to learn from: MNIST, where it is, else what is always there."""
    mnist = state.training_data("mnist")
    usual = "mnist" if mnist.training or mnist.trouble else BUNDLED
    state.default_widget("training_dataset", state.recall("training_dataset", usual))
    return st.selectbox(
        "Dataset",
        list(SOURCES),
        format_func=lambda name: SOURCES[name].title,
        key="training_dataset",
        on_change=keep,
        args=("training_dataset",),
    )


def number(name: str, label: str, low: int, high: int, value: int) -> None:
    """A whole number that begins with the preset's."""
    key = f"training_{name}"
    state.default_widget(key, state.recall(key, value))
    st.number_input(label, low, high, step=1, key=key, on_change=keep, args=(key,))


def decimal(name: str, field: Field, value: float, *, disabled: bool = False) -> None:
    """A number that begins with the preset's."""
    key = f"training_{name}"
    state.default_widget(key, state.recall(key, float(value)))
    st.number_input(
        field.label,
        field.least,
        max(field.largest, float(value)),
        step=field.step,
        format=field.format,
        key=key,
        on_change=keep,
        args=(key,),
        help=field.help,
        disabled=disabled,
    )


def keep(key: str) -> None:
    """Remember a field while other pages are looked at."""
    state.remember(key, state.widget(key))


def preset_chosen() -> None:
    """The other fields follow the preset."""
    name = state.widget("training_preset")
    state.remember("training_preset", name)
    network, training = PRESETS[name].network, PRESETS[name].training
    values: dict[str, Any] = {
        "epochs": training.epochs,
        "seed": training.seed,
        "rounds": network.rounds,
        "shift": training.shift,
        "reconstruction_weight": network.reconstruction_weight,
        "learning_rate": training.learning_rate,
        **{name: float(getattr(training, name)) for name in DISTORTIONS},
    }
    for key, value in values.items():
        state.set_widget(f"training_{key}", value)
        state.remember(f"training_{key}", value)


def tell_forecast(network: CapsNetConfig, training: TrainingConfig, data: state.Data) -> None:
    """How long it will take, and where that is known from."""
    sizes = data.training, data.validation
    folders = [run.folder for run in runs.every()]
    known = forecast.from_past_runs(folders, platform.node(), network, training, *sizes)
    if known is not None:
        told, source = known, f"from the speed of {known.run} on this machine"
    else:
        told = forecast.guess(network, training, *sizes, state.machine_speed())
        source = (
            "a guess from how fast this machine multiplies: half of it or twice as long is "
            "possible, and the first epoch will tell"
        )
    st.markdown(
        f"**About {clock(told.seconds)}** for {training.epochs} "
        f"{'epoch' if training.epochs == 1 else 'epochs'} of {data.training:,} pictures "
        f"({source})."
    )


def begin() -> None:
    """Start a run with what the fields say now: one may have changed since the page was drawn."""
    if not state.may_train():
        return
    try:
        preset, network, training = settings()
        # Its file may have names of its own for them, which the trainer will find.
        network = dataclasses.replace(network, class_names=class_names(training.dataset))
        name = runs.create(preset, network, training)
        runs.launch(name)
    except (DataError, TrainingError, ValueError) as error:
        state.remember(TROUBLE, str(error))
        return
    state.remember(WATCHED, name)
    state.remember(STARTS, state.recall(STARTS, 0) + 1)
