import contextlib
import json
import os
import subprocess
import sys

import keras
import pytest
import tensorflow as tf

from capsnet import devices
from capsnet.cli import main
from capsnet.cli import train as train_command
from capsnet.errors import TrainingError
from capsnet.network import convolution
from capsnet.training import distribution, provenance_keeping, workers
from capsnet.training.train import train
from tests.browser import free_ports

TRAIN = """
import json, sys
import tensorflow as tf
strategy_name, devices, folder = sys.argv[1:]
cpu = tf.config.list_physical_devices("CPU")[0]
parts = [tf.config.LogicalDeviceConfiguration()] * int(devices)
tf.config.set_logical_device_configuration(cpu, parts)

from capsnet.config import CapsNetConfig
from capsnet.training_config import TrainingConfig
from capsnet.data.bundled import load_bundled
from capsnet.training import provenance
from capsnet.training.distribution import STRATEGIES
from capsnet.training.train import train

strategy = STRATEGIES[strategy_name]()
small = CapsNetConfig(
    conv_filters=8, primary_maps=2, decoder_units=(16, 32), W_stddev=0.5, compile_routing=False
)
how = TrainingConfig(epochs=2, batch_size=50, ema=0.9, learning_rate=5e-3)
digits = load_bundled()[:200]
run = train(small, how, digits[:100], digits[100:], folder, strategy=strategy)
replicas = strategy.num_replicas_in_sync if strategy else 1
strategy_name = provenance.read(run.folder)["strategy"]
print(json.dumps({"replicas": replicas, "strategy": strategy_name, "history": run.history}))
"""


@contextlib.contextmanager
def training(folder, strategy="single", devices=1, **environment):
    """A fresh process that trains, its processor divided into so many devices."""
    with subprocess.Popen(
        [sys.executable, "-c", TRAIN, strategy, str(devices), str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def reported(process):
    """What it said at its end."""
    out, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors[-2000:]
    return json.loads(out.splitlines()[-1])


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """The history of one device."""
    with training(tmp_path_factory.mktemp("alone") / "run") as process:
        return reported(process)["history"]


def assert_alike(history, expected_history, within=2e-3):
    for row, expected in zip(history, expected_history, strict=True):
        for name in ("val_loss", "val_margin_loss", "val_reconstruction_error", "loss"):
            assert row[name] == pytest.approx(expected[name], rel=within), name


@pytest.mark.parametrize(
    ("devices", "within"), [pytest.param(2, 2e-3, marks=pytest.mark.thorough), (3, 5e-2)]
)  # 50 = 17 + 17 + 16
def test_devices_train_the_network_that_one_trains(devices, within, tmp_path, alone):
    with training(tmp_path / "run", "mirrored", devices) as process:
        told = reported(process)
    assert told["replicas"] == devices
    assert told["strategy"] == "mirrored"
    assert_alike(told["history"], alone, within)


def test_two_workers_train_the_network_that_one_trains(tmp_path, alone):
    addresses = [f"127.0.0.1:{port}" for port in free_ports(2)]
    cluster = {"worker": addresses}
    with contextlib.ExitStack() as stack:
        processes = []
        for index in range(2):
            config = {"cluster": cluster, "task": {"type": "worker", "index": index}}
            folder = tmp_path / str(index)
            one = training(folder, "multiworker", TF_CONFIG=json.dumps(config))
            processes.append(stack.enter_context(one))
        for told in map(reported, processes):
            assert told["replicas"] == 2
            assert told["strategy"] == "multiworker"
            assert_alike(told["history"], alone)


@pytest.mark.parametrize(
    ("backend", "found"),
    [("tensorflow", ["gpu:0", "gpu:1"]), ("jax", ["gpu:0", "gpu:1"]), ("torch", [])],
)
def test_a_backend_that_lists_no_devices_is_not_asked(monkeypatch, backend, found):
    def listed():
        if backend == "torch":  # as Keras does
            raise AttributeError("'NoneType' object has no attribute 'list_devices'")
        return ["cpu:0", "gpu:0", "gpu:1", "cpu:0", "gpu:0"]

    monkeypatch.setattr(keras.backend, "backend", lambda: backend)
    monkeypatch.setattr(keras.distribution, "list_devices", listed)
    assert devices.accelerators() == found
    assert [convolution.accelerators(), provenance_keeping.accelerators()] == [found, found]


def test_workers_need_to_be_told_of_each_other(capsys, monkeypatch, tmp_path):
    monkeypatch.delenv("TF_CONFIG", raising=False)
    assert main(["train", "--strategy", "multiworker", "--out", str(tmp_path / "run")]) == 1
    assert "Expected TF_CONFIG such as" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def test_workers_are_told_which_type_to_compute_in(capsys, monkeypatch, tmp_path):
    task = {"cluster": {"worker": ["a:1", "b:1"]}, "task": {"type": "worker", "index": 0}}
    monkeypatch.setenv("TF_CONFIG", json.dumps(task))
    options = ["--preset", "compact", "--strategy", "multiworker", "--data", "/nowhere"]
    command = ["train", *options, "--out", str(tmp_path / "run")]
    assert main(command) == 1
    assert "Expected --conv-dtype float32 or bfloat16" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()
    assert main([*command, "--conv-dtype", "float32"]) == 1
    assert "/nowhere" in capsys.readouterr().err


@pytest.mark.parametrize(
    "written",
    ["{", "[]", '{"cluster": {"worker": ["a:1"]}, "task": {"type": "worker", "index": 1}}']
    + ['{"cluster": {"worker": ["a:1"]}, "task": {"type": "chief", "index": 0}}'],
)
def test_a_broken_tf_config_is_reported(written):
    with pytest.raises(TrainingError, match="Received: "):
        workers.place({"TF_CONFIG": written})


def test_the_command_line_knows_every_strategy():
    assert tuple(distribution.STRATEGIES) == train_command.STRATEGIES


def test_each_worker_keeps_the_run_in_a_folder_of_its_own(monkeypatch, tmp_path):
    folders = set()
    for index in range(3):
        task = {"type": "worker", "index": index}
        config = {"cluster": {"worker": ["a:1", "b:1", "c:1"]}, "task": task}
        monkeypatch.setenv("TF_CONFIG", json.dumps(config))
        folders.add(workers.own_folder(tmp_path))
    assert folders == {tmp_path, tmp_path / "worker-1", tmp_path / "worker-2"}


LOST = """Graph execution error:

Detected at node adam/CollectiveReduceV2 defined at (most recent call last):
  File "<frozen runpy>", line 198, in _run_module_as_main

Collective ops is aborted by: Socket closed
Additional GRPC error information from remote target /job:worker/replica:0/task:0:
The error could be from a previous operation. Restart your program to reset."""
"""What TensorFlow 2.21 says once the other of two workers was killed, shortened."""


def test_a_lost_worker_is_one_sentence(monkeypatch):
    class Workers:
        num_replicas_in_sync = 2

    monkeypatch.setattr(distribution, "name_of", lambda strategy: "multiworker")
    with (
        pytest.raises(TrainingError) as raised,
        distribution.report_lost_worker(Workers(), lambda: "The run is kept up to epoch 3: …"),
    ):
        raise tf.errors.UnavailableError(None, None, LOST)
    assert str(raised.value) == (
        "Expected all 2 workers to stay until the run's end. Received: no answer from one of them "
        "(Socket closed). The run is kept up to epoch 3: …"
    )
    with (
        pytest.raises(TrainingError, match=r"one of them \(Connection reset by peer\)\. Kept"),
        distribution.report_lost_worker(Workers(), lambda: "Kept"),
    ):
        raise tf.errors.AbortedError(None, None, "Connection reset by peer\nand a graph")
    with pytest.raises(tf.errors.InvalidArgumentError):  # which is no worker's
        with distribution.report_lost_worker(Workers(), str):
            raise tf.errors.InvalidArgumentError(None, None, "shapes")
    monkeypatch.undo()
    with (
        pytest.raises(tf.errors.UnavailableError),
        distribution.report_lost_worker(None, lambda: 3),
    ):
        raise tf.errors.UnavailableError(None, None, LOST)


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("provenance_keeping.keep", "Nothing was begun: start all workers again."),
        ("train.compiled_model", "No epoch was finished: start all workers again, each with"),
        ("train.RunCheckpoint.on_epoch_begin", "No epoch was finished: start all workers"),
        ("train.RunSnapshots.on_epoch_end", "The run is kept up to epoch 1: start all workers"),
    ],
)
def test_a_worker_may_be_lost_at_any_moment(
    where, said, small_config, quick_training, digits, tmp_path, monkeypatch
):
    def lost(*args, **kwargs):
        raise tf.errors.UnavailableError(None, None, LOST)

    monkeypatch.setattr(f"capsnet.training.{where}", lost)
    monkeypatch.setattr(distribution, "name_of", lambda strategy: "multiworker")
    folder = tmp_path / "run"
    with pytest.raises(TrainingError) as raised:
        train(small_config, quick_training, digits[:100], digits[100:], folder)
    assert said in str(raised.value)
    assert "Graph execution error" not in str(raised.value)
    assert folder.exists() == ("Nothing" not in said)


def test_workers_that_do_not_come_are_one_sentence(monkeypatch):
    def waits():
        raise tf.errors.DeadlineExceededError(None, None, "Barrier timed out\nand more")

    config = {"cluster": {"worker": ["a:1", "b:1"]}, "task": {"type": "worker", "index": 0}}
    monkeypatch.setenv("TF_CONFIG", json.dumps(config))
    monkeypatch.setattr(distribution, "_reducing_nests", lambda strategy: waits)
    with pytest.raises(TrainingError, match=r"Expected all 2 .* Barrier timed out\. Nothing was"):
        distribution.multiworker()


def test_tensorboards_logs_lie_in_the_folder(
    small_config, quick_training, digits, tmp_path, monkeypatch
):
    writes = distribution.tensorboard(tmp_path / "logs")
    train(small_config, quick_training, digits[:60], digits[100:], tmp_path, callbacks=(writes,))
    logs = list((tmp_path / "logs").rglob("events.out.tfevents*"))
    assert any("validation" in log.parts for log in logs)
    assert all(log.stat().st_size > 100 for log in logs)


def test_without_tensorboard_it_is_asked_for(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "tensorboard", None)
    with pytest.raises(TrainingError, match="pip install tensorboard"):
        distribution.tensorboard(tmp_path)
