"""The shipped network in other people's layouts, by code that knows nothing of the importer."""

import h5py
import numpy as np
import pytest

from capsnet.data.bundled import load_bundled
from capsnet.errors import CheckpointError
from capsnet.storage import checkpoints
from capsnet.storage.foreign_weights import build, read_foreign


@pytest.fixture(scope="module")
def shipped():
    return checkpoints.load()


@pytest.fixture(scope="module")
def arrays(shipped):
    """The shipped network's weights by plain names."""
    named = {
        "conv1": shipped.conv1,
        "primary": shipped.primary_capsules.conv,
        **{f"dense{n}": layer for n, layer in enumerate(shipped.decoder.dense_layers())},
    }
    found = {n: (x.kernel.numpy(), x.bias.numpy()) for n, x in named.items()}
    return found, shipped.digit_capsules.W.numpy()  # (row, column, map), class, 16, 8


def assert_same_lengths(shipped, imported):
    digits = load_bundled()[:5].pixels()
    expected, got = shipped.trace(digits), imported.trace(digits)
    np.testing.assert_allclose(got.lengths, expected.lengths, atol=1e-5)
    np.testing.assert_allclose(got.reconstruction, expected.reconstruction, atol=1e-5)


def test_tensorflow_1_checkpoint_of_the_notebook_with_adams_slots(tmp_path, shipped, arrays):
    import tensorflow as tf

    layers, W = arrays
    names = {
        "conv1": "conv1",
        "primary": "conv2",
        "dense0": "hidden1",
        "dense1": "hidden2",
        "dense2": "decoder_output",
    }
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        variables = [tf.compat.v1.get_variable("W", initializer=W[None], use_resource=False)]
        for ours, theirs in names.items():
            for kind, value in zip(("kernel", "bias"), layers[ours], strict=True):
                for slot in ("", "/Adam", "/Adam_1"):
                    filled = value if not slot else np.zeros_like(value)
                    variables.append(
                        tf.compat.v1.get_variable(
                            f"{theirs}/{kind}{slot}", initializer=filled, use_resource=False
                        )
                    )
        variables.append(tf.compat.v1.get_variable("beta1_power", initializer=0.9))
        session.run(tf.compat.v1.global_variables_initializer())
        tf.compat.v1.train.Saver(variables).save(session, str(tmp_path / "my_capsule_network"))
    for source in (tmp_path, tmp_path / "my_capsule_network", tmp_path / "my_capsule_network.meta"):
        foreign = read_foreign(source, activation="none", rounds=3)
        assert foreign.layout == "notebook"
    assert_same_lengths(shipped, build(foreign))
    usual = read_foreign(tmp_path).config
    assert (usual.primary_activation, usual.rounds) == ("relu", 2)


def test_capsnet_keras_h5(tmp_path, shipped, arrays):
    layers, W = arrays
    with h5py.File(tmp_path / "trained_model.h5", "w") as file:

        def add(group, name, kernel, bias):
            place = file.create_group(f"{group}/{name}")
            place["kernel:0"], place["bias:0"] = kernel, bias

        add("conv1", "conv1", *layers["conv1"])
        add("primarycap_conv2d", "primarycap_conv2d", *layers["primary"])
        file.create_group("digitcaps/digitcaps")["W:0"] = W.transpose(1, 0, 2, 3)
        file.create_group("mask_1")
        for n in range(3):  # as its Sequential lists them
            add("decoder", f"dense_{n + 1}", *layers[f"dense{n}"])
    foreign = read_foreign(tmp_path / "trained_model.h5")
    assert (foreign.config.primary_activation, foreign.config.rounds) == (None, 3)
    assert_same_lengths(shipped, build(foreign))


def pytorch_state(layers, W, names, order):
    kernel, bias = layers["primary"]
    state = {names["conv1"]: layers["conv1"][0].transpose(3, 2, 0, 1)}
    for n in range(8):  # channel = 8 * map + dimension, here
        state[f"primary_capsules.capsules.{n}.weight"] = kernel[..., n::8].transpose(3, 2, 0, 1)
        state[f"primary_capsules.capsules.{n}.bias"] = bias[n::8]
    by_map = W.reshape(6, 6, 32, 10, 16, 8).transpose(2, 0, 1, 3, 4, 5).reshape(1152, 10, 16, 8)
    state[names["W"]] = order(by_map)
    for n in range(3):
        state[f"{names['dense']}.{2 * n}.weight"] = layers[f"dense{n}"][0].T
        state[f"{names['dense']}.{2 * n}.bias"] = layers[f"dense{n}"][1]
    state[names["conv1"].replace("weight", "bias")] = layers["conv1"][1]
    return {name: np.ascontiguousarray(a) for name, a in state.items()}


@pytest.mark.parametrize(
    ("names", "order", "suffix"),
    [
        (
            {"conv1": "conv1.weight", "W": "digit_capsules.route_weights", "dense": "decoder"},
            lambda w: w.transpose(1, 0, 3, 2),
            "safetensors",
        ),
        (
            {
                "conv1": "conv_layer.conv.weight",
                "W": "digit_capsules.W",
                "dense": "decoder.reconstraction_layers",
            },
            lambda w: w[None],
            "npz",
        ),
    ],
)
def test_pytorch_state_dicts(tmp_path, shipped, arrays, names, order, suffix):
    from safetensors.numpy import save_file

    state = pytorch_state(*arrays, names, order)
    path = tmp_path / f"weights.{suffix}"
    save_file(state, path) if suffix == "safetensors" else np.savez(path, **state)
    foreign = read_foreign(path)
    assert foreign.layout == "pytorch"
    assert_same_lengths(shipped, build(foreign))


def test_a_pickle_is_never_opened(tmp_path):
    (tmp_path / "model.pt").write_bytes(b"PK\x03\x04" + bytes(100))
    with pytest.raises(
        CheckpointError, match="a pickle, as PyTorch's .pt is, which is never opened"
    ):
        read_foreign(tmp_path / "model.pt")


@pytest.mark.parametrize("spoil", ["missing", "nan", "shape"])
def test_weights_that_make_no_network(tmp_path, arrays, spoil):
    names = {"conv1": "conv1.weight", "W": "digit_capsules.W", "dense": "decoder"}
    state = pytorch_state(*arrays, names, lambda w: w[None])
    if spoil == "missing":
        del state["decoder.2.weight"]
    elif spoil == "nan":
        state["conv1.bias"][3] = np.nan
    else:
        state["digit_capsules.W"] = state["digit_capsules.W"][:, :-4]
    np.savez(tmp_path / "a.npz", **state)
    with pytest.raises(CheckpointError, match="Expected .*a.npz. Received: "):
        read_foreign(tmp_path / "a.npz")


def test_other_files(tmp_path):
    np.savez(tmp_path / "a.npz", x=np.zeros(3))
    (tmp_path / "b.h5").write_bytes(b"<!doctype html>" + bytes(100))
    for name, said in (
        ("a.npz", r"x \(3,\)"),
        ("b.h5", "begins with b'<!doct"),
        ("c", "no such file"),
    ):
        with pytest.raises(CheckpointError, match=said):
            read_foreign(tmp_path / name)
