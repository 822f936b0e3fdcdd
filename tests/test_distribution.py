import json
import subprocess
import sys

import pytest

from capsnet import distribution
from capsnet.training import TrainingError, train

ON_DEVICES = """
import json, sys
import tensorflow as tf
cpu = tf.config.list_physical_devices("CPU")[0]
parts = [tf.config.LogicalDeviceConfiguration()] * int(sys.argv[1])
tf.config.set_logical_device_configuration(cpu, parts)

import dataclasses
from capsnet.config import CapsNetConfig, TrainingConfig
from capsnet.data import load_bundled
from capsnet.distribution import mirrored
from capsnet.training import train

strategy = mirrored()
small = CapsNetConfig(
    conv_filters=8, primary_maps=2, decoder_units=(16, 32), W_stddev=0.5, compile_routing=False
)
how = TrainingConfig(epochs=2, batch_size=50, ema=0.9, learning_rate=5e-3)
digits = load_bundled()[:200]
run = train(small, how, digits[:100], digits[100:], sys.argv[2], strategy=strategy)
print(json.dumps({"replicas": strategy.num_replicas_in_sync, "history": run.history}))
"""


def trained_on(devices, folder):
    """What a fresh process, whose processor is divided into so many devices, reports."""
    done = subprocess.run(
        [sys.executable, "-c", ON_DEVICES, str(devices), str(folder)],
        capture_output=True,
        text=True,
        timeout=500,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_two_devices_train_the_network_that_one_trains(tmp_path):
    two, one = (trained_on(count, tmp_path / str(count)) for count in (2, 1))
    assert (two["replicas"], one["replicas"]) == (2, 1)
    for row, expected in zip(two["history"], one["history"], strict=True):
        for name in ("val_loss", "val_margin_loss", "val_reconstruction_error", "loss"):
            assert row[name] == pytest.approx(expected[name], rel=2e-3), name


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
