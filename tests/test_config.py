import json
from pathlib import Path

import numpy as np
import pytest

from capsnet.config import CapsNetConfig, check_rounds
from capsnet.presets import PRESETS
from capsnet.training_config import TrainingConfig


def test_the_default_is_the_papers_network():
    config = CapsNetConfig()
    assert config.conv_grid == (20, 20)
    assert config.primary_grid == (6, 6)
    assert config.num_primary_capsules == 1152
    assert (config.rounds, config.primary_activation, config.gradient) == (3, None, "all")
    assert (config.reconstruction_weight, config.W_stddev) == (0.0005, 0.1)
    assert PRESETS["paper"].network == config
    assert TrainingConfig().shift == 2
    assert PRESETS["paper"].training == TrainingConfig()


def test_the_notebook_preset_repeats_its_experiment():
    preset = PRESETS["notebook"]
    assert preset.network.rounds == 2
    assert preset.network.primary_activation == "relu"
    assert preset.network.W_stddev == 0.01
    assert preset.network.reconstruction_weight == 0.025
    assert (preset.training.batch_size, preset.training.shift) == (50, 0)


@pytest.mark.parametrize("name", PRESETS)
def test_configs_survive_json(name):
    preset = PRESETS[name]
    for config in (preset.network, preset.training):
        restored = type(config).from_dict(json.loads(json.dumps(config.to_dict())))
        assert restored == config


@pytest.mark.parametrize("kind", [CapsNetConfig, TrainingConfig])
def test_an_unknown_field_is_named(kind):
    with pytest.raises(ValueError, match=r"Received also: \['capsule_count'\]"):
        kind.from_dict({"capsule_count": 3})


@pytest.mark.parametrize("rounds", [1, 10, np.int64(3)])
def test_rounds_from_1_to_10(rounds):
    assert check_rounds(rounds) == rounds
    assert type(check_rounds(rounds)) is int


def test_numpys_numbers_and_lists_become_what_json_can_hold():
    config = CapsNetConfig(rounds=np.int64(2), W_stddev=np.float32(0.5), decoder_units=[np.int8(9)])
    assert config == CapsNetConfig(rounds=2, W_stddev=0.5, decoder_units=(9,))
    assert CapsNetConfig.from_dict(json.loads(json.dumps(config.to_dict()))) == config


@pytest.mark.parametrize("rounds", [0, 11, -1, 2.0, True, "3", None])
def test_other_rounds_are_refused(rounds):
    with pytest.raises(ValueError, match="whole number from 1 to 10. Received"):
        CapsNetConfig(rounds=rounds)


@pytest.mark.parametrize(
    ("kind", "values", "message"),
    [
        (CapsNetConfig, {"loop": "while"}, "loop to be one of .* Received: 'while'"),
        (CapsNetConfig, {"gradient": "none"}, "gradient to be one of .* Received: 'none'"),
        (
            CapsNetConfig,
            {"primary_activation": "exec"},
            r"one of \(None, 'relu', .* Received: 'exec'",
        ),
        (CapsNetConfig, {"image_shape": (28, 28)}, r"image_shape of type .* Received: \(28, 28\)"),
        (CapsNetConfig, {"conv_filters": 2.5}, "conv_filters to be a whole number. Received: 2.5"),
        (CapsNetConfig, {"decoder_units": (8, True)}, r"decoder_units of type .*: \(8, True\)"),
        (CapsNetConfig, {"class_names": (1,) * 10}, "class_names of type tuple.* Received: "),
        (CapsNetConfig, {"W_stddev": -1}, "W_stddev of at least 0. Received: -1"),
        (CapsNetConfig, {"margin_positive": float("nan")}, "to be a finite number. Received: nan"),
        (CapsNetConfig, {"margin_positive": 10**400}, "to be a finite number. Received: 1000"),
        (CapsNetConfig, {"reconstruction_weight": "x"}, "a finite number. Received: 'x'"),
        (CapsNetConfig, {"compile_routing": 1}, "compile_routing of type bool. Received: 1"),
        (TrainingConfig, {"epochs": 2.5}, "epochs to be a whole number. Received: 2.5"),
        (TrainingConfig, {"batch_size": True}, "batch_size to be a whole number. Received: True"),
        (TrainingConfig, {"start": Path("a.keras")}, "start of type str | None. Received: .*Path"),
        (CapsNetConfig, {"image_shape": (12, 12, 1)}, "large enough .* Received: .*12, 12, 1"),
        (TrainingConfig, {"epochs": 0}, "epochs of at least 1. Received: 0"),
        (TrainingConfig, {"batch_size": 0}, "batch_size of at least 1. Received: 0"),
        (TrainingConfig, {"learning_rate": 0.0}, "positive learning_rate. Received: 0.0"),
        (TrainingConfig, {"learning_rate": float("nan")}, "a finite number. Received: nan"),
        (TrainingConfig, {"shift": -1}, "from 0 to 14. Received: -1"),
        (TrainingConfig, {"two": 1.5}, "two from 0 to 1. Received: 1.5"),
        (TrainingConfig, {"two": 0.6, "none": 0.5}, "at most 1 together. Received: 0.6 and 0.5"),
        (TrainingConfig, {"none": 0.1, "dataset": "kmnist"}, "none of 0 where .* Received: 0.1"),
        (TrainingConfig, {"hands": 0.1, "dataset": "kmnist"}, "hands of 0 where .* kmnist"),
        (TrainingConfig, {"learns": "decoder"}, "learns to be one of .* Received: 'decoder'"),
        (TrainingConfig, {"schedule": "linear"}, "schedule to be one of .* Received: 'linear'"),
        (TrainingConfig, {"conv_dtype": "float16"}, "conv_dtype to be one of .* 'float16'"),
    ],
)
def test_values_out_of_range_are_refused(kind, values, message):
    with pytest.raises(ValueError, match=message):
        kind(**values)


@pytest.mark.parametrize("seed", [-1, 2**32])
def test_a_seed_that_keras_cannot_take(seed):
    with pytest.raises(ValueError, match=r"seed from 0 to 2\*\*32 - 1. Received: "):
        TrainingConfig(seed=seed)


def test_a_run_of_before_has_no_mixture():
    """Fields that came later have, where they are not said, the meaning that was the only one."""
    told = {"epochs": 3, "shift": 2, "flourishes": 0.2}
    training = TrainingConfig.from_dict(told)
    assert (training.two, training.none, training.hands, training.learns) == (0, 0, 0, "all")
    assert not training.is_mixture
