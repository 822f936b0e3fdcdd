"""Experiments on a whole split, made in the background, once for all visitors; results stay."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import streamlit as st
from cachetools import LRUCache

from capsnet.analysis.experiments.measure import fingerprint, measure
from capsnet.analysis.experiments.registry import find
from capsnet.analysis.experiments.settings import Subject
from capsnet.analysis.streaming import Cancelled
from capsnet.capabilities import why_not_shown
from capsnet.errors import CheckpointError
from capsnet.storage import checkpoints, experiment_results, model_card
from capsnet.storage.atomic_files import sha256
from dashboard.state import answers, network_files, network_in_use, shared, training_runs
from dashboard.state.bounded import MB, bounded, bytes_of
from dashboard.state.galleries import Gallery
from dashboard.state.loaded_network import loaded
from dashboard.state.network_files import Stored

if TYPE_CHECKING:
    from capsnet.network.model import CapsNet
    from capsnet.network.trace import CapsNetTrace

AT_ONCE = threading.Lock()
"""One experiment at a time: they would only slow each other down."""

GALLERIES_KEPT = 64
RESULTS_MB = 32  # up to 2 MB each: ten lengths of 5,000 digits
JOBS_KEPT = 100


@dataclass
class Job:
    """An experiment at work, or that has come to its end.

    Attributes:
        done: images so far, over all its parts.
        of: images in all; 0 while it waits for another experiment.
        since: when its first images were done, by `time.monotonic`.
        trouble: what went wrong, in one sentence; empty if nothing did.
    """

    done: int = 0
    of: int = 0
    since: float = 0.0
    trouble: str = ""
    cancelled: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)

    def watch(self, done: int, of: int) -> None:
        """Told by the experiment how far it is.

        Raises:
            Cancelled: if nobody wants it any more.
        """
        if self.cancelled.is_set():
            raise Cancelled
        if not self.of:
            self.since = time.monotonic()
        self.done, self.of = done, of

    @property
    def seconds_left(self) -> float | None:
        """About how long it will take; None before that can be said."""
        spent = time.monotonic() - self.since
        if not self.of or spent < 1:
            return None
        return spent * (self.of - self.done) / max(1, self.done)


def result(
    name: str, given: Mapping[str, Any], network: str | None = None
) -> dict[str, Any] | None:
    """What an experiment on the bundled digits has found of a network.

    Args:
        name: the experiment's.
        given: its settings.
        network: its name, as in `network_files.find`, empty for the shipped one; None for the
            network in use.

    Returns:
        Its figures as `measure` gives them; None if it has not been made.
    """
    which, asked = _which(network), _asked(name, given)
    if (found := _unwritten().get(_key(which, name, asked))) is not None:
        return found
    path = experiment_results.path_of(which.path, name, asked)
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        return None
    return _read(which, name, _frozen(asked), changed)


def job(name: str, given: Mapping[str, Any], network: str | None = None) -> Job | None:
    """The experiment at work, or that was ended before its end; None if nobody has started it."""
    return _jobs().get(_key(_which(network), name, _asked(name, given)))


def start(name: str, given: Mapping[str, Any], network: str | None = None) -> None:
    """Make an experiment on the bundled digits, unless it is at work."""
    which, shown = _which(network), shared.gallery()
    model = shared.network() if network is None else shared.network_of(which)
    asked = _asked(name, given)
    key = _key(which, name, asked)
    with _starting():
        before = _jobs().get(key)
        if before is not None and not before.over.is_set():
            return
        job = Job()
        for oldest in list(_jobs())[: max(0, len(_jobs()) - JOBS_KEPT)]:
            _jobs().pop(oldest)
        _jobs()[key] = job
    subject = Subject(model, shown.pictures, watch=job.watch)
    threading.Thread(
        target=_work,
        args=(job, subject, which, name, asked, shown.run or "mnist"),
        name=f"experiment {name}",
        daemon=True,
    ).start()


def cancel(name: str, given: Mapping[str, Any], network: str | None = None) -> None:
    """End an experiment; nothing of it is kept."""
    if (at_work := job(name, given, network)) is not None:
        at_work.cancelled.set()


def other_networks() -> dict[str, str]:
    """Networks of this machine beside the one in use: what each is called, by its name.

    They are the shipped one, the runs' best ones that the pages can show, and those that runs kept
    when they were told to stop.
    """
    in_use = network_in_use.name()
    found = {} if not in_use else {"": "The shipped network"}
    if in_use != network_files.FOR_SETS and network_files.find(network_files.FOR_SETS):
        found[network_files.FOR_SETS] = network_files.FOR_SETS_TITLE
    for run in training_runs.every():
        best = None if run.name == in_use else network_files.find(run.name)
        stopped = network_files.find_stopped(run.name + network_files.STOPPED)
        for stored, words in ((best, ""), (stopped, ", as it was when it was stopped")):
            with contextlib.suppress(CheckpointError):
                if stored is not None and not why_not_shown(checkpoints.check(stored.path)):
                    found[stored.name] = f"Run {run.name}{words}"
    return found


def network_named(name: str) -> CapsNet:
    """Another network of this machine, loaded once for all; for a name that is there."""
    return shared.network_of(_which(name))


def trace_by(name: str, images: np.ndarray) -> CapsNetTrace:
    """The trace of (B, H, W, C) images by another network of this machine."""
    return answers.trace_by(_which(name), images)


def card_facts(network: str | None = None) -> dict[str, str]:
    """What the model card of a network says in short; nothing if it has no card of its own.

    Args:
        network: as for `network_named`; None for the network in use.
    """
    try:
        return model_card.facts(shared.card_of(_which(network)))
    except CheckpointError:
        return {}


def _which(network: str | None) -> Stored:
    if network is None:
        shared.network()  # one that cannot be loaded gives way here
        return shared.network_file()
    found = None
    if network:
        found = network_files.find(network) or network_files.find_stopped(network)
    return found or network_files.shipped()


def attacked(
    images: np.ndarray,
    label: int,
    epsilon: float,
    loss: Literal["lengths", "margin"],
    kind: Literal["fgsm", "iterated"],
    targeted: bool,
) -> np.ndarray:
    """One image, attacked: see `capsnet.analysis.attack`.

    Args:
        images: (1, 28, 28, 1) float32 in [0, 1].
        label: its class, or that to be read as if the attack is targeted.
        epsilon: the most that a pixel is changed.
        loss: as in `Attack`, as the next two.
        kind: one step, or several.
        targeted: whether `label` is to be read.
    """
    shared.network()
    from capsnet.analysis import attack

    planned = attack.Attack(epsilon, kind, loss, targeted)
    gradient = loaded(shared.network_file()).gradient(loss)
    return attack.attacked(images, np.array([label]), planned, gradient)


def _work(
    job: Job, subject: Subject, which: Stored, name: str, asked: Mapping[str, Any], dataset: str
) -> None:
    try:
        while not AT_ONCE.acquire(timeout=0.2):
            if job.cancelled.is_set():
                raise Cancelled
        try:
            of = sha256(which.path)
            found = measure(find(name), subject, asked["settings"])
        finally:
            AT_ONCE.release()
        whole = {"split": "validation", "dataset": dataset, **found}
        try:
            experiment_results.write(which.path, name, asked, whole, of)
        except OSError:  # it is on the page all the same
            _unwritten()[_key(which, name, asked)] = whole
    except Cancelled:
        job.trouble = "Cancelled: nothing of it is kept."
    except Exception as error:  # whatever it is, the page says it and stays
        job.trouble = f"The experiment failed: {error}"
    finally:
        job.over.set()


def _asked(name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    values = find(name).values(given)
    return {"settings": values, "rounds": None, "images": _fingerprint_of(shared.gallery())}


def _key(which: Stored, name: str, asked: Mapping[str, Any]) -> tuple[Any, ...]:
    return which, name, _frozen(asked)


def _frozen(asked: Mapping[str, Any]) -> tuple[Any, ...]:
    """What is asked, as something that can be looked up by."""
    return tuple(sorted(asked["settings"].items())), asked["rounds"], asked["images"]


def _fingerprint_of(gallery: Gallery) -> str:
    """By which a result says of what pictures it is; computed once for a gallery."""
    if gallery.key not in _FINGERPRINTS:
        _FINGERPRINTS[gallery.key] = fingerprint(gallery.pictures)
    return _FINGERPRINTS[gallery.key]


_FINGERPRINTS: LRUCache[Hashable, str] = LRUCache(GALLERIES_KEPT)


@bounded(RESULTS_MB)
def _read(which: Stored, name: str, frozen: tuple[Any, ...], changed: int) -> dict[str, Any] | None:
    settings, rounds, images = frozen
    asked = {"settings": dict(settings), "rounds": rounds, "images": images}
    return experiment_results.read(which.path, name, asked)


@st.cache_resource(show_spinner=False)
def _jobs() -> dict[tuple[Any, ...], Job]:
    return {}


@st.cache_resource(show_spinner=False)
def _unwritten() -> LRUCache[tuple[Any, ...], dict[str, Any]]:
    """Results that there was no room for on the disk."""
    return LRUCache(RESULTS_MB * MB, getsizeof=bytes_of)


@st.cache_resource(show_spinner=False)
def _starting() -> threading.Lock:
    return threading.Lock()
