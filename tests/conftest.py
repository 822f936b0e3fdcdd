"""Fixtures: a network small enough to train in a second, real digits, and the shipped network."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
# Two test workers, their servers and browsers share the cores: TensorFlow's threads would only wait
# for each other (a tenth of the time of the tests that train).
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import pytest

from capsnet.config import CapsNetConfig
from capsnet.data.bundled import load_bundled
from capsnet.data.images import Digits
from capsnet.training_config import TrainingConfig

if TYPE_CHECKING:  # tests that need no network do not wait for TensorFlow
    from capsnet.network.model import CapsNet
    from capsnet.training.train import TrainingResult


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--thorough", action="store_true", help="run those marked `thorough` too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what `make test` has no time for: it ends within 20 minutes on two cores."""
    if config.getoption("--thorough"):
        return
    left_out = [item for item in items if item.get_closest_marker("thorough")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if not item.get_closest_marker("thorough")]


@pytest.fixture(scope="session", autouse=True)
def nothing_set(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What README says can be set is not, but for a folder without runs: nobody's own are read."""
    from capsnet.data import datasets
    from capsnet.training import workers
    from dashboard.state import exported, training_permission, training_runs

    with pytest.MonkeyPatch.context() as environment:
        for name in (
            datasets.DATA_VARIABLE,
            training_permission.ALLOWED_VARIABLE,
            workers.VARIABLE,
        ):
            environment.delenv(name, raising=False)
        environment.setenv(exported.VARIABLE, "keras")  # else exports would be made
        environment.setenv(training_runs.FOLDER_VARIABLE, str(tmp_path_factory.mktemp("no-runs")))
        yield


@pytest.fixture(scope="session")
def small_config() -> CapsNetConfig:
    """The paper's network with 72 primary capsules instead of 1152, and so longer votes."""
    return CapsNetConfig(
        conv_filters=8, primary_maps=2, decoder_units=(16, 32), W_stddev=0.5, compile_routing=False
    )


@pytest.fixture(scope="session")
def small_model(small_config: CapsNetConfig) -> CapsNet:
    """An untrained small network; tests must not change it."""
    import keras

    from capsnet.network.model import CapsNet

    keras.utils.set_random_seed(0)
    return CapsNet(small_config)


@pytest.fixture(scope="session")
def digits() -> Digits:
    """The first 200 bundled digits."""
    return load_bundled()[:200]


@pytest.fixture(scope="session")
def images(digits: Digits) -> np.ndarray:
    """Three digits as the network takes them, (3, 28, 28, 1) float32."""
    return digits[:3].pixels()


@pytest.fixture(scope="session")
def quick_training() -> TrainingConfig:
    """Four epochs of a few steps, with everything that a resumed run has to restore."""
    return TrainingConfig(
        epochs=4, batch_size=30, learning_rate=5e-3, schedule="cosine", warmup_steps=3, seed=7
    )


@pytest.fixture(scope="session")
def small_run(
    small_config: CapsNetConfig,
    quick_training: TrainingConfig,
    digits: Digits,
    tmp_path_factory: pytest.TempPathFactory,
) -> TrainingResult:
    """A finished, uninterrupted run of the small network; tests must not change its folder."""
    from capsnet.training.train import train

    folder = tmp_path_factory.mktemp("runs") / "small"
    return train(small_config, quick_training, digits[:100], digits[100:], folder)


@pytest.fixture(scope="session")
def mnist_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file in MNIST's format: 300 training and 50 test digits."""
    bundled = load_bundled()
    train, test = bundled[:300], bundled[300:350]
    path = tmp_path_factory.mktemp("data") / "mnist.npz"
    np.savez(
        path,
        x_train=train.images[..., 0],
        y_train=train.labels.astype(np.uint8),
        x_test=test.images[..., 0],
        y_test=test.labels.astype(np.uint8),
    )
    return path


@pytest.fixture(scope="session")
def shipped() -> CapsNet:
    """The shipped checkpoint, loaded; tests must not change it."""
    from capsnet.storage import checkpoints

    return checkpoints.load()


@pytest.fixture
def runs_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mnist_file: Path) -> Path:
    """Where the explorer keeps its runs during this test; there are none, but digits to learn."""
    from streamlit.runtime.context import ContextProxy

    from capsnet.data import datasets
    from dashboard.state import training_permission, training_runs

    # A test's visitor sits at this computer; AppTest gives him no address.
    monkeypatch.setattr(ContextProxy, "ip_address", property(lambda _: None))
    monkeypatch.setenv(training_runs.FOLDER_VARIABLE, str(tmp_path / "runs"))
    monkeypatch.delenv(training_permission.ALLOWED_VARIABLE, raising=False)
    monkeypatch.setenv(datasets.DATA_VARIABLE, str(mnist_file))
    return tmp_path / "runs"


@pytest.fixture
def launched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the runs that would have been started."""
    from dashboard.state import run_control

    names: list[str] = []
    monkeypatch.setattr(run_control, "launch", names.append)
    return names


@pytest.fixture
def a_run(runs_folder: Path, small_run: TrainingResult) -> Path:
    """A finished run with everything in its folder there."""
    shutil.copytree(small_run.folder, runs_folder / "small-1")
    return runs_folder / "small-1"
