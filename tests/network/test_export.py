"""The network as a file for other runtimes: the same numbers under the names of a trace."""

from __future__ import annotations

import dataclasses

import keras
import numpy as np
import onnxruntime
import pytest
import tensorflow as tf
from keras import ops

from capsnet.config import MAX_ROUNDS, CapsNetConfig
from capsnet.errors import ExportError
from capsnet.network import export
from capsnet.network.model import CapsNet
from capsnet.routing.agreement import RoutingByAgreement
from capsnet.storage import checkpoints

ENDINGS = {"litert": ".tflite", "onnx": ".onnx", "saved_model": ""}


@pytest.fixture(scope="module")
def written(small_model, tmp_path_factory):
    """Exports of the small network by format and part, each written once."""
    folder, made = tmp_path_factory.mktemp("exports"), {}

    def path(to, part):
        if (to, part) not in made:
            made[to, part] = folder / f"{part}-{to}{ENDINGS[to]}"
            export.export(small_model, made[to, part], part, to)
        return made[to, part]

    return path


@pytest.mark.parametrize("to", ENDINGS)
def test_an_export_computes_every_intermediate_of_ten_rounds(to, written, small_model, images):
    errors = export.largest_errors(small_model, written(to, "network"), images, "network", to)
    assert set(errors) == {
        "conv1", "primary_capsules", "prediction_vectors", "logits", "coupling",
        "digit_capsules", "agreement", "lengths", "reconstruction",
    }  # fmt: skip
    assert max(errors.values()) < 1e-4


def _serve(path, to, images):
    """Lengths and reconstruction, as a file that Keras's own `export` wrote gives them."""
    if to == "onnx":
        session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        names = [output.name for output in session.get_outputs()]
        return dict(zip(names, session.run(names, {"images": images}), strict=True))
    if to == "litert":
        return export.runner(path, "litert")({"images": images})
    loaded = tf.saved_model.load(str(path))
    return {name: array.numpy() for name, array in loaded.serve(images).items()}


@pytest.mark.filterwarnings("ignore:In the future `np.object`:FutureWarning")  # Keras's, for ONNX
@pytest.mark.parametrize("to", ["litert", "onnx", "tf_saved_model"])
def test_a_loaded_network_exports_before_it_was_ever_called(to, small_config, images, tmp_path):
    made = CapsNet(dataclasses.replace(small_config, compile_routing=True))
    checkpoints.save(made, tmp_path / "made.keras")
    loaded = checkpoints.load(tmp_path / "made.keras")
    path = tmp_path / f"network{ENDINGS.get(to, '')}"
    loaded.export(path, format=to, verbose=False)
    expected = loaded.predict_on_batch(images[:3])  # which XLA compiles, afterwards as before
    served = _serve(path, to, images[:3])
    assert served.keys() == expected.keys()
    for name, array in expected.items():
        np.testing.assert_allclose(served[name], array, atol=1e-5)


@pytest.mark.parametrize("to", ENDINGS)
def test_the_decoder_alone_draws_as_it_does(to, written, small_model, images):
    errors = export.largest_errors(small_model, written(to, "decoder"), images, "decoder", to)
    assert errors.keys() == {"reconstruction"} and errors["reconstruction"] < 1e-5


def test_fewer_rounds_are_the_first_of_ten_and_the_mask_silences(written, small_model, images):
    run = export.runner(written("litert", "encoder"), "litert")
    off = np.zeros((6, 6, 2), bool)
    off[2:4] = True
    outputs = run({"images": images[:1], "silenced": off[None].astype(np.float32)})
    assert len(outputs["lengths"]) == MAX_ROUNDS and "reconstruction" not in outputs
    traced = small_model.trace(images[:1], 4, silenced=off)
    np.testing.assert_allclose(outputs["lengths"][:4], traced.lengths, atol=1e-5)
    np.testing.assert_allclose(outputs["coupling"][:4], traced.coupling, atol=1e-5)
    assert np.abs(outputs["lengths"][:4] - small_model.trace(images[:1], 4).lengths).max() > 0.01


def test_half_precision_is_half_as_large_and_nearly_the_same(small_model, images, tmp_path):
    whole, half = tmp_path / "whole.tflite", tmp_path / "half.tflite"
    export.export(small_model, whole, "encoder", "litert")
    export.export(small_model, half, "encoder", "litert", half=True)
    assert half.stat().st_size < 0.8 * whole.stat().st_size
    errors = export.largest_errors(small_model, half, images, "encoder", "litert")
    assert 1e-6 < errors["lengths"] < 2e-3


class TwiceTheAgreement(RoutingByAgreement):
    def updated(self, logits, agreement):
        return logits + 2 * agreement


def test_an_export_routes_as_the_network_does(small_config, images, tmp_path):
    model = CapsNet(small_config)
    model.digit_capsules.routing = TwiceTheAgreement()
    path = tmp_path / "encoder.tflite"
    export.export(model, path, "encoder", "litert")
    assert export.largest_errors(model, path, images, "encoder", "litert")["coupling"] < 1e-4
    model.digit_capsules.routing = RoutingByAgreement()
    assert export.largest_errors(model, path, images, "encoder", "litert")["coupling"] > 1e-3


def test_another_networks_export_is_told_by_its_errors(written, small_config, images):
    keras.utils.set_random_seed(1)
    errors = export.largest_errors(
        CapsNet(small_config), written("litert", "network"), images, "network", "litert"
    )
    assert errors["lengths"] > 0.01


def test_what_a_plain_runtime_cannot_run_is_refused(small_config, tmp_path):
    """`ops.argmax` exports without a word, and no LiteRT of a browser runs it."""

    class Undecided(RoutingByAgreement):
        def coupling(self, logits):
            first = ops.argmax(logits, axis=2)
            return ops.one_hot(first, logits.shape[2]) * ops.max(logits, axis=2, keepdims=True)

    model = CapsNet(small_config)
    model.digit_capsules.routing = Undecided()
    path = tmp_path / "encoder.tflite"
    with pytest.raises(ExportError, match="can be written as litert"):
        export.export(model, path, "encoder", "litert")


def test_a_file_that_is_no_export_is_reported(tmp_path):
    other = tmp_path / "other.onnx"
    other.write_bytes(b"something else")
    with pytest.raises(ExportError, match="Expected an export as onnx"):
        export.runner(other, "onnx")


def test_a_missing_package_is_named(monkeypatch):
    monkeypatch.setattr(export, "find_spec", lambda name: None if name == "tf2onnx" else name)
    with pytest.raises(ExportError, match=r"no tf2onnx; run `pip install tf2onnx`"):
        export.check_packages("onnx")


def test_colour_and_other_classes(tmp_path):
    config = CapsNetConfig(
        image_shape=(32, 32, 3), num_classes=4, conv_filters=4, primary_maps=2,
        decoder_units=(8,), compile_routing=False,
    )  # fmt: skip
    model, path = CapsNet(config), tmp_path / "network.tflite"
    images = np.random.default_rng(0).random((2, 32, 32, 3)).astype(np.float32)
    export.export(model, path)
    errors = export.largest_errors(model, path, images, "network", "litert")
    assert max(errors.values()) < 1e-4
