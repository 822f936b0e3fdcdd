"""Whether a run can begin in a folder, or go on."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from capsnet.config import SIZES, CapsNetConfig
from capsnet.errors import TrainingError
from capsnet.presets import PRESETS
from capsnet.routing.registry import check_name, weight_shapes
from capsnet.storage import checkpoint_safety
from capsnet.training.history import HISTORY
from capsnet.training.run_folder import BEST, INTERRUPTED, LAST, RUN, history_of, read_run
from capsnet.training_config import AUTO, TrainingConfig


def check_may_begin(
    folder: Path, network: CapsNetConfig, training: TrainingConfig, resume: bool
) -> None:
    """Check that a run with these settings can begin, or go on, in `folder`.

    Raises:
        TrainingError: if it holds a run and `resume` is not asked for, the run to resume is
            missing, was started with other settings or has lost its state, or a new one is to
            start from a network of other sizes or with another `primary_activation`.
        CheckpointError: if it is to start from a checkpoint that cannot be used.
        ValueError: for a routing that is not known here.
    """
    check_name(network.routing)
    if resume:
        begun_network, begun_training = read_run(folder)
        if training.conv_dtype == AUTO:  # which that run may have decided since
            training = dataclasses.replace(training, conv_dtype=begun_training.conv_dtype)
        if (begun_network, begun_training) != (network, training):
            differing = [
                *_differing(begun_network, network),
                *_differing(begun_training, training),
            ]
            raise TrainingError(
                f"Expected the settings that the run in {folder} was started with. "
                f"Received: others, {'; '.join(differing)}. Leave them out, or start a new run in "
                "another folder."
            )
        _check_state(folder)
    if not resume:
        _check_new(folder)
    if not resume and training.start is not None:
        _check_start(network, training.start)


def _differing(
    begun: CapsNetConfig | TrainingConfig, now: CapsNetConfig | TrainingConfig
) -> list[str]:
    """The settings that are not as a run was started with, each with both values."""
    asked = now.to_dict()
    return [
        f"{name} {asked[name]!r} where it has {value!r}"
        for name, value in begun.to_dict().items()
        if asked[name] != value
    ]


def _check_new(folder: Path) -> None:
    """Check that a folder has nothing in it that a new run would overwrite."""
    if (folder / RUN).exists():
        raise TrainingError(
            f"Expected a new folder for a new run. Received: {folder}, which holds one; "
            "use --resume to go on with it, or --out for another folder."
        )
    if left := [name for name in (BEST, LAST, HISTORY, INTERRUPTED) if (folder / name).exists()]:
        raise TrainingError(
            f"Expected a new folder for a new run. Received: {folder}, with what is left of a run "
            f"whose {RUN} is lost: {', '.join(left)}; use --out for another folder."
        )


def check_best(folder: Path) -> None:
    """Check that a finished run still has the network that it was for.

    Raises:
        TrainingError: if that has been lost since it was written.
    """
    if not (folder / BEST).is_file():
        raise TrainingError(
            f"Expected the best network of a finished run at {folder / BEST}. Received: no such "
            "file. It was there and is lost: put a copy back, or start a new run in another folder."
        )


def _check_state(folder: Path) -> None:
    """Check that a run of several epochs has what it goes on from: else it would begin anew.

    The state is written after the history's row, so that a run killed in its first epoch may have
    one row and no state. It begins anew and writes the same again.
    """
    epochs = len(history_of(folder))
    if epochs > 1 and not (folder / LAST).is_file():
        raise lost_state(folder, f"no such file, after {epochs} epochs")


def lost_state(folder: Path, received: str) -> TrainingError:
    """What to say of a run whose state is not what it could go on from; to be raised."""
    expected = f"{folder / LAST}, the state that the run goes on from"
    return _lost(folder, expected, received)


def lost_history(folder: Path, done: int, rows: int) -> TrainingError:
    """What to say of a run whose history has fewer rows than its state has epochs; likewise."""
    return _lost(folder, f"a row for each of {done} epochs in {folder / HISTORY}", f"{rows}")


def _lost(folder: Path, expected: str, received: str) -> TrainingError:
    return TrainingError(
        f"Expected {expected}. Received: {received}. Its best network is kept; go on from it in a "
        f"new run: --start {folder / BEST} --out OTHER"
    )


def _check_start(network: CapsNetConfig, start: str) -> None:
    other = checkpoint_safety.inspect(Path(start))
    if weight_shapes(other) != weight_shapes(network):
        before, now = other.to_dict(), network.to_dict()
        differ = [name for name in (*SIZES, "routing") if before[name] != now[name]]
        raise TrainingError(
            "Expected a checkpoint of a network of the same sizes to start from. "
            f"Received: {start}, with "
            + ", ".join(f"{name} {before[name]}, not {now[name]}" for name in differ)
        )
    if other.primary_activation != network.primary_activation:
        wanted = other.primary_activation
        presets = [n for n, p in PRESETS.items() if p.network.primary_activation == wanted]
        raise TrainingError(
            "Expected a checkpoint with the run's primary_activation, "
            f"{network.primary_activation!r}, to start from: after another one its weights mean "
            f"something else. Received: {start}, with {wanted!r}. Set it by a preset that has it "
            f"({', '.join(presets) or 'there is none'}), or in Python: "
            f"CapsNetConfig(primary_activation={wanted!r})"
        )
