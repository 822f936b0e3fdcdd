"""What a config says reaches the network that is trained."""

import dataclasses

from capsnet.training.compiled_model import compiled_model
from capsnet.training_config import TrainingConfig


def test_the_loss_and_the_routing_are_the_configs(small_config):
    config = dataclasses.replace(
        small_config,
        margin_positive=0.8,
        margin_negative=0.2,
        margin_down_weight=0.7,
        reconstruction_weight=0.03,
        rounds=2,
        loop="dynamic",
        gradient="last",
        W_stddev=0.3,
    )
    model = compiled_model(config, TrainingConfig(), 1)
    margin = model.loss["lengths"]
    assert (margin.positive, margin.negative, margin.down_weight) == (0.8, 0.2, 0.7)
    weights = model.get_compile_config()["loss_weights"]
    assert weights == {"lengths": 1.0, "reconstruction": 0.03}
    capsules = model.digit_capsules.get_config()
    told = {name: capsules[name] for name in ("rounds", "loop", "gradient", "W_stddev")}
    assert told == {"rounds": 2, "loop": "dynamic", "gradient": "last", "W_stddev": 0.3}
