import dataclasses

import numpy as np
import pytest

from capsnet.config import CapsNetConfig
from capsnet.data.bundled import load_bundled
from capsnet.network.model import CapsNet
from capsnet.routing.broken import MISTAKES
from capsnet.training.batches import TrainingBatches
from capsnet.training.compiled_model import compiled_model
from capsnet.training_config import TrainingConfig


@pytest.fixture(scope="module")
def capsules():
    return np.random.default_rng(0).uniform(-0.3, 0.3, (3, 10, 16)).astype(np.float32)


def test_the_default_is_the_papers_size():
    model = CapsNet()
    weights = {w.path.split("/", 1)[-1]: tuple(w.shape) for w in model.weights}
    assert weights["digit_capsules/W"] == (1152, 10, 16, 8)
    assert (9, 9, 1, 256) in weights.values()  # conv1
    assert (9, 9, 256, 32 * 8) in weights.values()  # primary capsules
    # 20,992 in conv1, 5,308,672 in the primary capsules, 1,474,560 in W, 1,411,344 in the decoder
    assert model.count_params() == 8_215_568


class WithBias(CapsNet):
    """Someone's experiment: a bias on the digit capsules."""

    def build(self, input_shape=None):
        self.bias = self.add_weight(shape=(10, 16), name="bias")
        super().build(input_shape)


class Renamed(CapsNet):
    """Another class with the same weights."""


def test_weights_that_no_checkpoint_could_bring_back_are_refused_at_once(small_config):
    with pytest.raises(ValueError, match=r"weight_shapes lists.* Received: .*\(10, 16\)") as raised:
        WithBias(small_config)
    assert str(small_config.weight_shapes) in str(raised.value)
    assert Renamed(small_config).built


def test_a_call_gives_lengths_and_reconstructions(small_model, images):
    outputs = small_model(images)
    assert outputs["lengths"].shape == (3, 10)
    assert outputs["reconstruction"].shape == (3, 28, 28, 1)


def test_without_labels_the_longest_capsule_is_decoded(small_model, images):
    capsules = small_model.trace(images).digit_capsules[-1]
    expected = small_model.decode(capsules)
    np.testing.assert_allclose(small_model(images)["reconstruction"], expected, atol=1e-6)


def test_with_labels_the_labelled_capsule_is_decoded(small_model, images):
    capsules = small_model.trace(images).digit_capsules[-1]
    labels = (np.linalg.norm(capsules, axis=-1).argmax(axis=-1) + 1) % 10  # not the longest
    outputs = small_model({"images": images, "labels": labels})
    expected = small_model.decode(capsules, labels)
    np.testing.assert_allclose(outputs["reconstruction"], expected, atol=1e-6)
    longest = np.array(small_model(images)["reconstruction"])
    assert np.abs(np.array(outputs["reconstruction"]) - longest).max() > 1e-4
    np.testing.assert_allclose(outputs["lengths"], small_model(images)["lengths"], atol=1e-6)


def test_compiled_routing_changes_nothing(small_config, small_model, images):
    compiled = CapsNet(dataclasses.replace(small_config, compile_routing=True))
    compiled.set_weights(small_model.get_weights())
    for name, expected in small_model(images).items():
        np.testing.assert_allclose(compiled(images)[name], expected, atol=1e-5)


@pytest.mark.parametrize("other", [{"rounds": 1}, {"routing": MISTAKES["wrong axis"]()}])
def test_what_keras_compiled_is_not_kept_for_another_routing(small_config, small_model, other):
    """A network that has worked before, against one that has not."""
    digits = load_bundled()[:20]
    batch = TrainingBatches(digits, TrainingConfig(batch_size=20))[0]
    told = []
    for work_before in (True, False):
        model = compiled_model(small_config, TrainingConfig(), 1)
        if work_before:
            model.train_on_batch(*batch)
            model.test_on_batch(*batch)
            model.predict_on_batch(digits.pixels())
        model.set_weights(small_model.get_weights())
        for name, value in other.items():
            setattr(model.digit_capsules, name, value)
        lengths = model.predict_on_batch(digits.pixels())["lengths"]
        np.testing.assert_allclose(lengths, model.trace(digits.pixels()).lengths[-1], atol=1e-6)
        model.reset_metrics()
        told.append([model.test_on_batch(*batch)])
        model.reset_metrics()
        told[-1].append(model.train_on_batch(*batch))
    np.testing.assert_allclose(*told, rtol=1e-5)


def test_the_config_may_be_a_mapping(small_config, small_model):
    assert CapsNet(small_config.to_dict()).config == small_config
    assert CapsNet.from_config(small_model.get_config()).config == small_config


def test_decode_without_classes_takes_the_longest(small_model, capsules):
    longest = np.linalg.norm(capsules, axis=-1).argmax(axis=-1)
    drawn = small_model.decode(capsules)
    assert drawn.shape == (3, 28, 28, 1)
    assert drawn.dtype == np.float32
    np.testing.assert_array_equal(drawn, small_model.decode(capsules, longest))


def test_decode_takes_one_class_for_all(small_model, capsules):
    drawn = small_model.decode(capsules, 4)
    np.testing.assert_array_equal(drawn, small_model.decode(capsules, np.array([4, 4, 4])))


def test_decode_looks_at_the_chosen_capsule_only(small_model, capsules):
    changed = capsules.copy()
    changed[:, :4] = changed[:, 5:9] = 0.9
    np.testing.assert_array_equal(small_model.decode(changed, 4), small_model.decode(capsules, 4))


@pytest.mark.parametrize(
    ("shape", "classes", "message"),
    [
        ((10, 16), None, r"shape \(B, 10, 16\). Received: shape \(10, 16\)"),
        ((2, 10, 8), None, r"shape \(B, 10, 16\). Received: shape \(2, 10, 8\)"),
        ((2, 10, 16), [1], r"one whole number or 2. Received: \[1\]"),
        ((2, 10, 16), 1.5, "one whole number or 2. Received: 1.5"),
        ((2, 10, 16), [3, 10], r"from 0 to 9. Received: \[3, 10\]"),
        ((2, 10, 16), -1, "from 0 to 9. Received: -1"),
    ],
)
def test_decode_refuses(small_model, shape, classes, message):
    with pytest.raises(ValueError, match=message):
        small_model.decode(np.zeros(shape, np.float32), classes)


def test_decode_refuses_what_is_not_finite(small_model, capsules):
    broken = capsules.copy()
    broken[0, 0, 0] = np.nan
    with pytest.raises(ValueError, match="Expected finite digit_capsules. Received: NaN"):
        small_model.decode(broken)


def test_an_image_of_another_shape_needs_only_a_config():
    config = CapsNetConfig(
        image_shape=(20, 24, 3), conv_filters=4, primary_maps=2, decoder_units=(8,)
    )
    traced = CapsNet(config).trace(np.zeros((1, 20, 24, 3), np.float32))
    assert traced.primary_capsules.shape == (1, 2, 4, 2, 8)
    assert traced.reconstruction.shape == (1, 20, 24, 3)


def test_predict_refuses_what_trace_refuses(small_model, digits, images):
    for predict in (small_model.predict, small_model.predict_on_batch):
        with pytest.raises(ValueError, match=r"pixels in \[0, 1\]. Received: from 0.0 to 255.0"):
            predict(np.rint(images * 255))
        with pytest.raises(ValueError, match="of type float32. Received: uint8"):
            predict(digits.images[:3].reshape(3, 28, 28, 1))
    lengths = small_model.predict(images, verbose=0)["lengths"]
    np.testing.assert_allclose(lengths, small_model.trace(images).lengths[-1], atol=1e-5)
