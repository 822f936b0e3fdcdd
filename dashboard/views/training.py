"""Training: start a network's training, and watch it learn."""

from __future__ import annotations

import dataclasses
import math
import platform
from collections.abc import Callable

import streamlit as st

from capsnet import forecast
from capsnet import runs as run_files
from capsnet.config import MAX_ROUNDS, PRESETS, CapsNetConfig, TrainingConfig
from capsnet.datasets import DATA_VARIABLE, SOURCES
from capsnet.diary import ROUTED, Snapshot
from capsnet.runs import TrainingError, Wish
from capsnet.untrusted import CheckpointError
from dashboard import networks, runs, state
from dashboard.components.curves import curves
from dashboard.components.film import Moment, film
from dashboard.figures import training as figures
from dashboard.runs import Run

# Seconds between two looks at a run: at its progress, at its pictures and curves.
REFRESH = 1.0
SLOWER = 2.0

WATCHED = "training_watched"
COMPARED = "training_compared"
UPLOAD = "training_upload"
LARGEST_UPLOAD_MB = 100
MOST_COMPARED = 6

STANDING = {
    "waiting": "Waits for its turn",
    "starting": "Starting: TensorFlow takes some seconds",
    "running": "Learning",
    "paused": "Paused",
    "finished": "Finished",
    "stopped": "Stopped",
    "failed": "Ended by an error",
    "broken off": "Broken off: its process is gone",
}

NOT_ALLOWED = (
    "You can watch here. Runs are started on the computer that the explorer runs on, with its "
    "page opened as `http://localhost:8501`; whoever runs it can let all visitors do so by "
    "starting it with `CAPSNET_TRAINING=1`."
)


def clock(seconds: float) -> str:
    """A time as one says it."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = seconds / 60
    return f"{round(minutes)} min" if minutes < 90 else f"{minutes / 60:.1f} h"


def attempt(action: Callable[..., object], *arguments: object) -> bool:
    """Do something to a run; tell what went wrong when the page is next drawn."""
    try:
        action(*arguments)
    except (TrainingError, OSError) as error:
        state.remember("training_trouble", str(error))
        return False
    return True


def watched(every: list[Run]) -> Run | None:
    """The run that this visitor looks at: the one chosen, else the one at work, else the latest."""
    chosen = state.recall(WATCHED)
    named = next((run for run in every if run.name == chosen), None)
    at_work = next((run for run in every if run.standing in ("running", "paused")), None)
    return named or at_work or (every[0] if every else None)


def watch(run: Run, every: list[Run]) -> None:
    """One run, as it learns."""
    st.header("Watch", divider="gray")
    names = [r.name for r in every]
    if len(names) > 1:
        state.set_widget("training_watch", run.name)
        st.selectbox("Run", names, key="training_watch", on_change=look_at_another)
    live = run.is_live
    st.fragment(progress, run_every=REFRESH if live else None)(run.name, run.standing)
    st.fragment(pictures, run_every=SLOWER if live else None)(run.name)
    st.fragment(learning, run_every=SLOWER if live else None)(run.name)


def look_at_another() -> None:
    """Another run is watched."""
    state.remember(WATCHED, state.widget("training_watch"))


def progress(name: str, before: str) -> None:
    """How far a run is, and what can be asked of it."""
    run = runs.read(name)
    if run is None or (run.standing != before and not (run.is_live and before in run_files.LIVE)):
        st.rerun()  # the rest of the page follows, and stops looking where all is done
    told = run.progress
    epochs = told.epochs or run.training.epochs
    st.markdown(f"**{run.name}**: {standing_in_words(run)}")
    st.progress(min(1.0, len(run.history) / epochs) if not run.is_live else told.share)
    figures_row = st.columns(5)
    epoch = told.epoch if run.is_live else len(run.history)
    figures_row[0].metric("Epoch", f"{epoch} of {epochs}")
    left = "–" if told.seconds_left is None or not run.is_live else clock(told.seconds_left)
    figures_row[1].metric("Time left", left)
    speed = told.images_per_second
    figures_row[2].metric("Images a second", f"{speed:.0f}" if speed else "–")
    accuracy = told.accuracy
    figures_row[3].metric("Read right, training", "–" if accuracy is None else f"{accuracy:.1%}")
    best = run.best
    figures_row[4].metric(
        "Read right, validation", "–" if best is None else f"{best['val_accuracy']:.2%}"
    )
    buttons(run)
    if told.message and not run.is_live:
        show = st.error if run.standing == "failed" else st.info
        show(told.message)
    if run.standing in ("failed", "broken off") and (log := runs.log(run)):
        with st.expander("What it printed last"):
            st.code(log, language=None)


def standing_in_words(run: Run) -> str:
    """What a run does, for the visitor."""
    words = STANDING[run.standing]
    wished = run_files.read_wish(run.folder) if run.is_live else None
    if run.standing == "waiting":
        before = runs.waits_for(run)
        return f"{words}. One run at a time: {before} is before it." if before else f"{words}."
    if wished == "stop":
        return f"{words}. It will stop in a moment."
    if wished == "pause" and run.standing == "running":
        return f"{words}. It will pause in a moment."
    if run.is_live and run.progress.message:
        return f"{words}. {run.progress.message}"
    return f"{words}."


def buttons(run: Run) -> None:
    """Pause, Resume, Stop, or go on."""
    if not state.may_train():
        return
    row = st.container(horizontal=True)
    wished = run_files.read_wish(run.folder) if run.is_live else None
    if run.standing in ("running", "paused", "starting"):
        paused = wished == "pause"
        row.button(
            "Resume" if paused else "Pause",
            key="training_pause",
            icon=":material/play_arrow:" if paused else ":material/pause:",
            on_click=ask,
            args=(run.name, None if paused else "pause"),
            help="A pause keeps everything in memory and loses nothing.",
        )
    if run.is_live:
        row.button(
            "Stop",
            key="training_stop",
            icon=":material/stop:",
            on_click=ask,
            args=(run.name, "stop"),
            help="The network as it is, is saved. Going on later begins after the last whole "
            "epoch.",
        )
    elif run.can_resume:
        row.button(
            "Go on with it",
            key="training_go_on",
            icon=":material/play_arrow:",
            on_click=go_on,
            args=(run.name,),
        )
    if run.has_network:
        use_button(run, row)


def ask(name: str, wish: Wish | None) -> None:
    """Ask a run's trainer for something."""
    if state.may_train():
        attempt(run_files.wish, runs.folder() / name, wish)


def go_on(name: str) -> None:
    """Let a run that ended early go on."""
    if state.may_train() and attempt(runs.launch, name):
        state.remember(WATCHED, name)


def use_button(run: Run, row: st.delta_generator.DeltaGenerator) -> None:
    """The run's best network for all of this visitor's pages."""
    used = state.network_name() == run.name
    row.button(
        "In use on your pages" if used else "Use its network",
        key=f"training_use_{run.name}",
        icon=":material/check:" if used else ":material/hub:",
        disabled=used,
        on_click=state.choose_network,
        args=(run.name,),
        help="Draw, Routing and Pose then show this network to you; other visitors keep theirs.",
    )


def pictures(name: str) -> None:
    """The ten pictures and the routing, from moment to moment."""
    run = runs.read(name)
    pages = state.diary(run.folder) if run else []
    if run is None or not pages:
        return
    st.subheader("Out of the fog: ten pictures, drawn again and again")
    st.markdown(
        "Left, one of each class, which the network does not learn from. Beside them, what it "
        "draws of them from the 16 numbers of its longest capsule, at moments of its training."
    )
    shown = [original(pages[0]), *(drawn(page) for page in pages)]
    film("training_film", shown, "Ten pictures drawn at moments of training", 58, True)
    st.subheader("Routing while learning")
    end = figures.scale_end(pages)
    st.markdown(
        f"One picture of class {run.network.names[ROUTED]}, the last round of routing. A row is a "
        "map of primary capsules, a column one of the ten classes, in order; the lighter, the "
        "larger the share of its output that "
        f"the map gives to the class, from 0 to {end:.0%}. {untrained(pages[0])}"
    )
    left, right = st.columns([3, 2], gap="large")
    with left:
        film("training_routing", [routed(page, end) for page in pages], "Routing", 92, False)
    with right:
        curves("training_entropy", [figures.entropy_chart(pages, run.training.epochs)])


def untrained(page: Snapshot) -> str:
    """What there is to see before training, if it is there to see."""
    if page.time or math.log(page.coupling.shape[1]) - figures.entropy(page).mean() > 0.01:
        return ""
    return "An untrained network does not route: everyone gets about the same tenth."


def original(page: Snapshot) -> Moment:
    """The ten pictures as they are."""
    return Moment("shown", figures.column(page.images), "The ten pictures as they are", "")


def drawn(page: Snapshot) -> Moment:
    """The ten pictures as the network draws them at one moment."""
    right = int((page.reads == range(len(page.reads))).sum())
    when = figures.moment(page)
    alt = f"{when}: read as {', '.join(map(str, page.reads))}"
    return Moment(when, figures.column(page.reconstructions), alt, f"{right} right")


def routed(page: Snapshot, end: float) -> Moment:
    """Who sends where at one moment."""
    mean = float(figures.entropy(page).mean())
    when = figures.moment(page)
    alt = f"{when}: mean entropy {mean:.3f}"
    return Moment(when, figures.coupling_picture(page, end), alt, f"{mean:.3f}")


def learning(name: str) -> None:
    """The curves of one run."""
    run = runs.read(name)
    if run is None:
        return
    weight = run.network.reconstruction_weight
    charts = figures.learning_charts(
        run_files.read_curve(run.folder), run.history, weight, run.training.epochs
    )
    if charts:
        st.subheader("Curves")
        curves("training_curves", charts)


def start() -> None:
    """A new run."""
    st.header("Start a run", divider="gray")
    if not state.may_train():
        st.info(NOT_ALLOWED)
        return
    preset, network, training = settings()
    data = state.training_data(training.dataset)
    if not data.training:
        data = no_data(training.dataset, data)
    if data.training:
        tell_forecast(network, training, data)
    st.button(
        "Start",
        type="primary",
        icon=":material/play_arrow:",
        key="training_start",
        disabled=not data.training,
        on_click=begin,
        args=(preset, network, training),
    )


def no_data(dataset: str, data: state.Data) -> state.Data:
    """Say calmly that the dataset is not here, and offer to fetch it."""
    title = SOURCES[dataset].title
    st.info(
        data.trouble
        or f"Training needs {title}, 60,000 small pictures, which are not part of the explorer. "
        f"They were looked for in what the environment variable `{DATA_VARIABLE}` names and in "
        "Keras's folder, `~/.keras/datasets`, and are in neither."
    )
    if not data.trouble and st.button("Download it", key="training_download"):
        with st.spinner(f"Downloading {title} …"):
            data = state.training_data(dataset, download=True)
        if not data.training:
            st.warning(data.trouble)
    return data


def settings() -> tuple[str, CapsNetConfig, TrainingConfig]:
    """What is to be trained, and how."""
    names = list(PRESETS)
    state.default_widget("training_preset", state.recall("training_preset", quickest(names)))
    left, right = st.columns(2)
    with left:
        preset = st.selectbox("Preset", names, key="training_preset", on_change=preset_chosen)
    network, training = PRESETS[preset].network, PRESETS[preset].training
    with right:
        dataset = choose_dataset()
    st.caption(PRESETS[preset].description)
    first, second, third = st.columns(3)
    with first:
        epochs = number("epochs", "Epochs", 1, 500, training.epochs)
        seed = number("seed", "Seed", 0, 1_000_000, training.seed)
    with second:
        rounds = number("rounds", "Routing rounds", 1, MAX_ROUNDS, network.rounds)
        shift = number("shift", "Shift images by up to, pixels", 0, 6, training.shift)
    with third:
        kept = state.recall("training_weight", network.reconstruction_weight)
        state.default_widget("training_weight", kept)
        weight = st.number_input(
            "Weight of the reconstruction",
            0.0,
            1.0,
            step=0.0005,
            format="%.4f",
            key="training_weight",
            on_change=keep,
            args=("training_weight",),
            help="Of an image's squared error in the loss. More weight, clearer drawings.",
        )
    return (
        preset,
        dataclasses.replace(
            network,
            rounds=rounds,
            reconstruction_weight=weight,
            class_names=SOURCES[dataset].class_names,
        ),
        dataclasses.replace(
            training,
            dataset=dataset,
            epochs=epochs,
            shift=shift,
            seed=seed,
            flourishes=training.flourishes if dataset == "mnist" else 0.0,
        ),
    )


def choose_dataset() -> str:
    """The pictures to learn from."""
    state.default_widget("training_dataset", state.recall("training_dataset", "mnist"))
    return st.selectbox(
        "Dataset",
        list(SOURCES),
        format_func=lambda name: SOURCES[name].title,
        key="training_dataset",
        on_change=keep,
        args=("training_dataset",),
    )


def quickest(names: list[str]) -> str:
    """The preset to begin with."""
    return "compact" if "compact" in names else names[0]


def number(key: str, label: str, low: int, high: int, value: int) -> int:
    """A whole number that begins with the preset's."""
    key = f"training_{key}"
    state.default_widget(key, state.recall(key, value))
    return st.number_input(label, low, high, step=1, key=key, on_change=keep, args=(key,))


def keep(key: str) -> None:
    """Remember a field while other pages are looked at."""
    state.remember(key, state.widget(key))


def preset_chosen() -> None:
    """The other fields follow the preset."""
    name = state.widget("training_preset")
    state.remember("training_preset", name)
    network, training = PRESETS[name].network, PRESETS[name].training
    values = {
        "epochs": training.epochs,
        "seed": training.seed,
        "rounds": network.rounds,
        "shift": training.shift,
        "weight": network.reconstruction_weight,
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
        source = "a guess from how fast this machine multiplies; the run itself will know better"
    st.markdown(
        f"**About {clock(told.seconds)}** for {training.epochs} "
        f"{'epoch' if training.epochs == 1 else 'epochs'} of {data.training:,} pictures "
        f"({source})."
    )


def begin(preset: str, network: CapsNetConfig, training: TrainingConfig) -> None:
    """Start a run with these settings."""
    if not state.may_train():
        return
    try:
        name = runs.create(preset, network, training)
        runs.launch(name)
    except TrainingError as error:
        state.remember("training_trouble", str(error))
        return
    state.remember(WATCHED, name)


def side_by_side(every: list[Run]) -> None:
    """All runs: their settings and results, their curves over one another."""
    st.header("Runs side by side", divider="gray")
    st.dataframe([row(run) for run in every], hide_index=True, width="stretch")
    names = [run.name for run in every if run.history]
    if names:
        known = [name for name in state.recall(COMPARED, names[:3]) if name in names]
        state.set_widget(COMPARED, known)
        compared = st.multiselect(
            "Curves of",
            names,
            key=COMPARED,
            max_selections=MOST_COMPARED,
            on_change=comparison_chosen,
        )
        if compared:
            histories = {run.name: run.history for run in every if run.name in compared}
            curves("training_comparison", figures.comparison_charts(histories))
    manage(every)


def comparison_chosen() -> None:
    """Other runs are compared."""
    state.remember(COMPARED, state.widget(COMPARED))


def row(run: Run) -> dict[str, object]:
    """A run in the table."""
    best = run.best
    seconds = sum(line["seconds"] for line in run.history)
    return {
        "Run": run.name,
        "Now": STANDING[run.standing].split(":")[0],
        "Epochs": f"{len(run.history)} of {run.training.epochs}",
        "Read right, validation": f"{best['val_accuracy']:.2%}" if best else "–",
        "Squared error": f"{best['val_reconstruction_error']:.2f}" if best else "–",
        "Time": clock(seconds) if seconds else "–",
        "Dataset": SOURCES[d].title if (d := run.training.dataset) in SOURCES else d,
        "Maps": run.network.primary_maps,
        "Rounds": run.network.rounds,
        "Reconstruction weight": run.network.reconstruction_weight,
        "Shift": run.training.shift,
        "Batch": run.training.batch_size,
        "Learning rate": run.training.learning_rate,
        "Seed": run.training.seed,
    }


def manage(every: list[Run]) -> None:
    """Use or delete a run."""
    left, right = st.columns(2, vertical_alignment="bottom")
    with left:
        name = st.selectbox("One of them", [run.name for run in every], key="training_one")
    run = next((r for r in every if r.name == name), None)
    if run is None:
        return
    with right.container(horizontal=True):
        if run.has_network and run is not watched(every):
            use_button(run, st.container())
        if state.may_train():
            st.button(
                "Delete …",
                key="training_delete",
                icon=":material/delete:",
                disabled=run.is_live,
                help="Stop it first." if run.is_live else None,
                on_click=state.remember,
                args=("training_doomed", run.name),
            )
    if state.recall("training_doomed") == run.name and state.may_train():
        st.warning(f"Delete {run.name}, with its network and its diary? It cannot be undone.")
        with st.container(horizontal=True):
            st.button("Delete it", key="training_delete_yes", on_click=delete, args=(run.name,))
            st.button(
                "Keep it",
                key="training_delete_no",
                on_click=state.remember,
                args=("training_doomed", None),
            )


def delete(name: str) -> None:
    """Delete a run, which its watcher has confirmed."""
    state.remember("training_doomed", None)
    if state.may_train():
        attempt(runs.delete, name)


def upload() -> None:
    """A network from elsewhere."""
    st.header("A network from elsewhere", divider="gray")
    st.markdown(
        "A `.keras` file that this project has written can answer on your pages. Nothing in the "
        "file is run; other visitors keep their network."
    )
    file = st.file_uploader(
        "A .keras file", type=["keras"], key=UPLOAD, max_upload_size=LARGEST_UPLOAD_MB
    )
    if file is None or file.file_id == state.recall("training_upload_done"):
        told = state.recall("training_upload_told")
        if file is not None and told:
            (st.success if told[0] else st.error)(told[1])
        return
    state.remember("training_upload_done", file.file_id)
    try:
        state.choose_network(networks.keep(file.getvalue()))
        told = (True, f"Your pages now use {file.name}.")
    except CheckpointError as error:
        told = (False, f"{file.name} was not taken. {error}")
    state.remember("training_upload_told", told)
    st.rerun()


st.title("Training: watch it learn")
st.markdown(
    "A run trains a new network in a process of its own: close this page or come back tomorrow, "
    "it goes on."
)
if trouble := state.recall("training_trouble"):
    state.remember("training_trouble", None)
    st.error(trouble)
all_runs = runs.every()
current = watched(all_runs)
if current is None:
    start()
else:
    watch(current, all_runs)
    start()
    side_by_side(all_runs)
upload()
