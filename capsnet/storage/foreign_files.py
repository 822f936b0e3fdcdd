"""Arrays from the files that other programs keep weights in; nothing in them is run."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from capsnet.errors import CheckpointError, first_line, no_file

IGNORED = re.compile(
    r"adam|beta\d_power|optimizer|global_step|momentum|iteration|learning_rate"
    r"|_CHECKPOINTABLE|save_counter",
    re.IGNORECASE,
)
"""Arrays of a training's state, which are no weights."""

EXPECTED = (
    "Expected weights of a capsule network: a TensorFlow checkpoint (conv1, conv2, W, hidden1, "
    "hidden2, decoder_output), a Keras .h5 file (conv1, primarycap_conv2d, digitcaps, a decoder), "
    "or a PyTorch state dict as .safetensors or .npz"
)


def read_arrays(source: Path) -> dict[str, np.ndarray]:
    """All arrays of a file by name, without those of a training's state.

    Args:
        source: an HDF5, `.safetensors` or `.npz` file, or a TensorFlow checkpoint's prefix, one of
            its files or its folder.

    Raises:
        CheckpointError: for a file of another kind, or a damaged one.
    """
    return {name: a for name, a in _read(source).items() if not IGNORED.search(name)}


def _read(source: Path) -> dict[str, np.ndarray]:
    try:
        if prefix := _tensorflow_prefix(source):
            return _read_tensorflow(prefix)
        if not source.is_file():
            raise CheckpointError(f"{EXPECTED} at {source}. Received: {no_file(source)}")
        first = source.read_bytes()[:16] if source.stat().st_size < 64 else _head(source)
        if first.startswith(b"\x89HDF\r\n\x1a\n"):
            return _read_hdf5(source)
        if first.startswith(b"PK") and source.suffix == ".npz":
            with np.load(source, allow_pickle=False) as held:
                return {name: held[name] for name in held.files}
        if first[8:9] == b"{":  # eight bytes of length, then JSON
            from safetensors.numpy import load_file

            return load_file(source)
    except CheckpointError:
        raise
    except Exception as error:  # h5py, safetensors and TensorFlow raise kinds of their own
        raise CheckpointError(
            f"{EXPECTED} at {source}. Received: a file that cannot be read so ({first_line(error)})"
        ) from error
    if first.startswith((b"PK", b"\x80")):
        raise CheckpointError(
            f"{EXPECTED} at {source}. Received: a pickle, as PyTorch's .pt is, which is never "
            "opened because it could run anything; "
            "`safetensors.torch.save_file(model.state_dict(), "
            "'weights.safetensors')` writes a file that is only numbers"
        )
    raise CheckpointError(f"{EXPECTED} at {source}. Received: a file that begins with {first!r}")


def _head(source: Path) -> bytes:
    with source.open("rb") as file:
        return file.read(16)


def _tensorflow_prefix(source: Path) -> str | None:
    """A TensorFlow checkpoint's prefix, if there is one at that path."""
    if source.is_dir():
        found = sorted(source.glob("*.index"), key=lambda path: path.stat().st_mtime)
        return str(found[-1].with_suffix("")) if found else None
    for path in (source, source.with_suffix("")):
        if path.with_name(path.name + ".index").is_file():
            return str(path)
    return None


def _read_tensorflow(prefix: str) -> dict[str, np.ndarray]:
    from capsnet.tensorflow_startup import load_tensorflow_quietly

    load_tensorflow_quietly()
    import tensorflow as tf

    reader = tf.train.load_checkpoint(prefix)
    names = reader.get_variable_to_shape_map()
    return {name: reader.get_tensor(name) for name in names if not IGNORED.search(name)}


def _read_hdf5(source: Path) -> dict[str, np.ndarray]:
    import h5py

    arrays: dict[str, np.ndarray] = {}

    def take(name: str, held: h5py.Dataset | h5py.Group) -> None:
        if isinstance(held, h5py.Dataset) and held.shape and held.dtype.kind in "fiu":
            arrays[name] = held[()]

    with h5py.File(source, "r") as file:
        file.visititems(take)
    return arrays
