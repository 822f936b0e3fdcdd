"""The trace against the network written down again in NumPy, from its weights alone."""

import dataclasses

import keras
import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

from capsnet.config import CapsNetConfig
from capsnet.network.model import CapsNet
from capsnet.network.trace import CapsNetTrace

ROUTED = ("logits", "coupling", "digit_capsules", "agreement")


def convolve(inputs, kernel, bias, stride=1):
    """A valid convolution: (B, H, W, C) with a kernel (9, 9, C, F) -> (B, H', W', F)."""
    windows = sliding_window_view(inputs, kernel.shape[:2], axis=(1, 2))  # (B, H', W', C, 9, 9)
    return np.einsum("bhwcyx,yxcf->bhwf", windows[:, ::stride, ::stride], kernel) + bias


def squash(s):
    squared = (s**2).sum(axis=-1, keepdims=True)
    return squared / (1 + squared) * s / np.sqrt(np.maximum(squared, 1e-30))


def softmax(logits):
    shares = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return shares / shares.sum(axis=-1, keepdims=True)


def forward_in_numpy(model, images, rounds):
    """Everything a trace holds, computed in float64."""
    weights = [w.astype(np.float64) for w in model.get_weights()]
    kernel1, bias1, kernel2, bias2, W, *dense = weights
    conv1 = np.maximum(convolve(images.astype(np.float64), kernel1, bias1), 0)
    maps = convolve(conv1, kernel2, bias2, stride=2)
    if model.config.primary_activation == "relu":
        maps = np.maximum(maps, 0)
    primary = squash(maps.reshape(*maps.shape[:3], -1, 8))
    flat = primary.reshape(len(images), -1, 8)
    votes = np.stack([[W[i] @ u for i, u in enumerate(capsules)] for capsules in flat])
    logits = np.zeros(votes.shape[:3])
    routed: dict[str, list] = {name: [] for name in ROUTED}
    for _ in range(rounds):
        coupling = softmax(logits)
        capsules = squash((coupling[..., None] * votes).sum(axis=1))
        agreement = (votes * capsules[:, None]).sum(axis=-1)
        for name, value in zip(routed, (logits, coupling, capsules, agreement), strict=True):
            routed[name].append(value)
        logits = logits + agreement
    lengths = np.linalg.norm(np.stack(routed["digit_capsules"]), axis=-1)
    masked = np.zeros((len(images), 10, 16))
    for image, digit in enumerate(lengths[-1].argmax(axis=-1)):
        masked[image, digit] = capsules[image, digit]
    features = masked.reshape(len(images), 160)
    for kernel, bias in zip(dense[:-2:2], dense[1:-2:2], strict=True):
        features = np.maximum(features @ kernel + bias, 0)
    pixels = 1 / (1 + np.exp(-(features @ dense[-2] + dense[-1])))
    return {
        "images": images,
        "conv1": conv1,
        "primary_capsules": primary,
        "prediction_vectors": votes,
        **{name: np.stack(values) for name, values in routed.items()},
        "lengths": lengths,
        "reconstruction": pixels.reshape(images.shape),
    }


@pytest.mark.parametrize(
    "decisions",
    [
        {},
        {"primary_activation": "relu", "rounds": 2},
        {"loop": "dynamic", "rounds": 5, "gradient": "last"},
    ],
)
def test_every_array_against_numpy(small_config, images, decisions):
    config = dataclasses.replace(small_config, W_stddev=1.0, **decisions)
    keras.utils.set_random_seed(0)
    model = CapsNet(config)
    traced = model.trace(images)
    for name, expected in forward_in_numpy(model, images, config.rounds).items():
        actual = getattr(traced, name)
        assert actual.dtype == np.float32, name
        assert actual.shape == expected.shape, name
        np.testing.assert_allclose(actual, expected, atol=2e-5, err_msg=name)
    assert traced.rounds == config.rounds
    np.testing.assert_array_equal(traced.predictions, traced.lengths[-1].argmax(axis=-1))


def test_a_network_that_convolves_in_bfloat16_has_a_trace_as_any_other(
    small_config, images, tmp_path
):
    model = CapsNet(small_config, conv_dtype="bfloat16")
    traced = model.trace(images)
    assert {array.dtype for array in vars(traced).values()} == {np.dtype("float32")}
    assert model.primary_capsules(model.conv1(images)).dtype == "float32"
    traced.save(str(tmp_path / "trace.npz"))
    np.testing.assert_array_equal(CapsNetTrace.load(tmp_path / "trace.npz").conv1, traced.conv1)


def test_the_trace_is_what_a_call_computes(small_model, images):
    traced, outputs = small_model.trace(images), small_model(images)
    np.testing.assert_allclose(traced.lengths[-1], outputs["lengths"], atol=1e-6)
    np.testing.assert_allclose(traced.reconstruction, outputs["reconstruction"], atol=1e-6)


def test_rounds_are_chosen_per_call(small_model, images):
    short, long = small_model.trace(images, rounds=1), small_model.trace(images, rounds=10)
    assert (short.rounds, long.rounds) == (1, 10)
    np.testing.assert_allclose(short.lengths[0], long.lengths[0], atol=1e-6)
    with pytest.raises(ValueError, match="from 1 to 10. Received: 0"):
        small_model.trace(images, rounds=0)


def test_a_trace_routes_as_often_as_a_call(small_config, images):
    model = CapsNet(small_config)
    model.digit_capsules.rounds = 1
    traced = model.trace(images)
    assert traced.rounds == 1
    np.testing.assert_allclose(traced.lengths[-1], model(images)["lengths"], atol=1e-6)


def test_an_image_does_not_depend_on_its_batch(small_model, images):
    together = small_model.trace(images)
    alone = small_model.trace(images[1:2])
    assert alone.lengths.shape == (3, 1, 10)
    np.testing.assert_allclose(alone.coupling[:, 0], together.coupling[:, 1], atol=1e-6)
    np.testing.assert_allclose(alone.reconstruction[0], together.reconstruction[1], atol=1e-6)


def test_a_blank_image_has_finite_numbers(small_model):
    traced = small_model.trace(np.zeros((1, 28, 28, 1), np.float32))
    for field in dataclasses.fields(traced):
        assert np.isfinite(getattr(traced, field.name)).all(), field.name


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.zeros((28, 28, 1), np.float32), r"\(B, 28, 28, 1\).* Received: shape \(28, 28, 1\)"),
        (np.zeros((1, 28, 28), np.float32), r"\(B, 28, 28, 1\).* Received: shape \(1, 28, 28\)"),
        (np.zeros((0, 28, 28, 1), np.float32), "B at least 1. Received: shape"),
        (np.zeros((1, 28, 28, 1)), "type float32. Received: float64"),
        (np.zeros((1, 28, 28, 1), np.uint8), "type float32. Received: uint8"),
        (np.full((1, 28, 28, 1), 255, np.float32), r"pixels in \[0, 1\]. Received: from 255"),
        (np.full((1, 28, 28, 1), -0.1, np.float32), r"pixels in \[0, 1\]. Received: from -0.1"),
        (np.full((1, 28, 28, 1), np.nan, np.float32), r"pixels in \[0, 1\]. Received: from nan"),
        ([[0.0]], "as a NumPy array. Received: list"),
    ],
)
def test_wrong_images_are_refused(small_model, images, message):
    with pytest.raises(ValueError, match=message):
        small_model.trace(images)


def test_a_trace_is_frozen_and_can_be_written(small_model, images, tmp_path):
    traced = small_model.trace(images)
    with pytest.raises(dataclasses.FrozenInstanceError):
        traced.lengths = traced.images
    path = tmp_path / "trace.npz"
    traced.save(str(path))
    with np.load(path) as arrays:
        assert set(arrays) == {f.name for f in dataclasses.fields(traced)}
        np.testing.assert_array_equal(arrays["coupling"], traced.coupling)
    loaded = CapsNetTrace.load(path)
    for field in dataclasses.fields(traced):
        expected = getattr(traced, field.name)
        np.testing.assert_array_equal(getattr(loaded, field.name), expected, field.name)


def altered(traced, **arrays):
    kept = {**vars(traced), **arrays}
    return {name: array for name, array in kept.items() if array is not None}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"logits": None}, "Received: arrays agreement, conv1"),
        ({"mood": np.ones(3)}, "Received: arrays .*mood"),
        ({"lengths": np.ones((3, 1, 10))}, "lengths of shape .* and type float64"),
        ({"lengths": np.ones((1, 10), np.float32)}, r"lengths of shape \(1, 10\)"),
        ({"coupling": np.ones((2, 1, 72, 10), np.float32)}, r"coupling of shape \(2, 1, 72, 10\)"),
        ({"images": np.array([print])}, "cannot be read.*allow_pickle=False"),
    ],
)
def test_arrays_that_are_no_trace_are_refused(small_model, images, tmp_path, change, message):
    path = tmp_path / "odd.npz"
    np.savez(path, **altered(small_model.trace(images[:1]), **change))
    with pytest.raises(ValueError, match=f"Expected a trace, .*odd.npz. .*{message}"):
        CapsNetTrace.load(path)


def test_a_file_that_is_no_trace_is_refused(tmp_path):
    with pytest.raises(ValueError, match="Received: no such file"):
        CapsNetTrace.load(tmp_path / "none.npz")
    (tmp_path / "text.npz").write_text("not a trace")
    with pytest.raises(ValueError, match="Received: a file that cannot be read"):
        CapsNetTrace.load(tmp_path / "text.npz")


def test_the_papers_shapes_and_axes():
    model = CapsNet(CapsNetConfig(compile_routing=False))
    traced = model.trace(np.full((2, 28, 28, 1), 0.5, np.float32), rounds=4)
    shapes = {f.name: getattr(traced, f.name).shape for f in dataclasses.fields(traced)}
    assert shapes == {
        "images": (2, 28, 28, 1),
        "conv1": (2, 20, 20, 256),
        "primary_capsules": (2, 6, 6, 32, 8),
        "prediction_vectors": (2, 1152, 10, 16),
        "logits": (4, 2, 1152, 10),
        "coupling": (4, 2, 1152, 10),
        "digit_capsules": (4, 2, 10, 16),
        "agreement": (4, 2, 1152, 10),
        "lengths": (4, 2, 10),
        "reconstruction": (2, 28, 28, 1),
    }
