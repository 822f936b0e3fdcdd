"""On the PYTHONPATH of a browser test's server: a preset that learns in seconds."""

from capsnet.config import CapsNetConfig
from capsnet.presets import PRESETS, Preset
from capsnet.training_config import TrainingConfig

PRESETS["tiny"] = Preset(  # type: ignore[index]
    "A network for tests.",
    CapsNetConfig(
        conv_filters=8, primary_maps=2, decoder_units=(16, 32), W_stddev=0.5, compile_routing=False
    ),
    TrainingConfig(epochs=3, batch_size=32, learning_rate=5e-3, shift=0),
)
