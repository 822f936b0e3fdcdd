"""Weights of other people's capsule networks, brought to the order of this one's.

Three layouts, told by the names of their arrays:

- "notebook": a TensorFlow 1 checkpoint of A. Geron's notebook (extra_capsnets.ipynb): `conv1`,
  `conv2`, `W` (1, I, J, D, K), `hidden1`, `hidden2`, `decoder_output`. ReLU before the squash, two
  rounds.
- "capsnet-keras": Keras HDF5 weights of X. Guo's CapsNet-Keras: `conv1`, `primarycap_conv2d`,
  `digitcaps` with W (J, I, D, K), a decoder of dense layers. No ReLU, three rounds.
- "pytorch": a state dict as `.safetensors` or `.npz`: kernels (out, in, rows, columns), eight
  primary convolutions of 32 maps, the n-th of which makes the n-th dimension of every capsule;
  capsules in the order map, row, column; W (J, I, K, D), (I, J, D, K) or either behind an axis of
  1. No
  ReLU, three rounds.

The first two add 1e-7 under the square root of a length, for which this network has no need:
lengths of 0.01 and more agree to 1e-5. Files are read as arrays; nothing in them is run.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from capsnet.config import CapsNetConfig
from capsnet.errors import CheckpointError, first_line
from capsnet.storage.foreign_files import EXPECTED, read_arrays

if TYPE_CHECKING:  # TensorFlow is loaded when a network is built
    from capsnet.network.model import CapsNet

Layout = Literal["notebook", "capsnet-keras", "pytorch"]

USUAL: Mapping[Layout, tuple[Literal["relu"] | None, int]] = {
    "notebook": ("relu", 2),
    "capsnet-keras": (None, 3),
    "pytorch": (None, 3),
}
"""What each layout usually means: the activation before the primary squash, and the rounds."""


@dataclass(frozen=True)
class ForeignNetwork:
    """A network read from somebody else's file.

    Attributes:
        layout: which one it was in.
        config: its sizes, and the settings that the layout usually means or that were given.
        weights: by this network's names (`conv1/kernel` to `decoder/2/bias`), in its order.
    """

    layout: Layout
    config: CapsNetConfig
    weights: dict[str, np.ndarray]


def read_foreign(
    source: str | Path, activation: Literal["relu", "none"] | None = None, rounds: int | None = None
) -> ForeignNetwork:
    """Read somebody else's weights.

    Args:
        source: the file, or a TensorFlow checkpoint's prefix, index file or folder.
        activation: before the primary squash; None for what the layout usually means.
        rounds: of routing; None for what the layout usually means.

    Raises:
        CheckpointError: for a file of another kind, and for weights that make no such network.
    """
    source = Path(source).expanduser()
    arrays = read_arrays(source)
    for name, array in arrays.items():
        if array.dtype.kind not in "fiu" or not np.isfinite(array).all():
            raise CheckpointError(
                f"Expected finite numbers in {source}. Received: {name} of type {array.dtype}"
            )
    layout = _layout(arrays, source)
    try:
        return _assembled(layout, arrays, activation, rounds)
    except (KeyError, ValueError, IndexError) as error:
        raise CheckpointError(
            f"{EXPECTED}, whose sizes fit each other, at {source}. "
            f"Received: {first_line(error)}; in it: {_listed(arrays)}"
        ) from error


def build(foreign: ForeignNetwork) -> CapsNet:
    """This project's network with somebody else's weights."""
    from capsnet.network.model import CapsNet

    model = CapsNet(foreign.config)
    weights = dict(foreign.weights)
    layers = {
        "conv1": model.conv1,
        "primary": model.primary_capsules.conv,
        **{f"decoder/{n}": layer for n, layer in enumerate(model.decoder.dense_layers())},
    }
    model.digit_capsules.W.assign(weights["W"])
    for name, layer in layers.items():
        layer.kernel.assign(weights[f"{name}/kernel"])
        layer.bias.assign(weights[f"{name}/bias"])
    return model


def _layout(arrays: Mapping[str, np.ndarray], source: Path) -> Layout:
    names = " ".join(arrays)
    if "primarycap" in names:
        return "capsnet-keras"
    if "conv2/kernel" in names:
        return "notebook"
    if re.search(r"capsules?\.\d+\.weight", names):
        return "pytorch"
    raise CheckpointError(f"{EXPECTED} at {source}. Received: {_listed(arrays)}")


def _assembled(
    layout: Layout,
    arrays: Mapping[str, np.ndarray],
    activation: Literal["relu", "none"] | None,
    rounds: int | None,
) -> ForeignNetwork:
    if layout == "pytorch":
        conv1, primary, W, dense = _from_pytorch(arrays)
    else:
        conv1, primary, W, dense = _from_tensorflow(arrays, layout)
    J_by_D = dense[0][0].shape[0]
    kernel, primary_kernel = conv1[0].shape[0], primary[0].shape[0]
    primary_dim = 8 if W.ndim < 2 else _primary_dim(W, primary[0].shape[3], J_by_D)
    maps = primary[0].shape[3] // primary_dim
    channels = conv1[0].shape[2]
    side = math.isqrt(dense[-1][0].shape[1] // channels)
    stride, grid = _stride(W.size, side, kernel, primary_kernel, maps, J_by_D * primary_dim)
    W = _ordered(W, grid * grid * maps, J_by_D, primary_dim, layout)
    if layout == "pytorch":  # (map, row, column) -> (row, column, map), and colours last
        W = W.reshape(maps, grid, grid, *W.shape[1:]).transpose(1, 2, 0, 3, 4, 5).reshape(W.shape)
        dense[-1] = _colours_last(*dense[-1], channels, side)
    usual_activation, usual_rounds = USUAL[layout]
    config = CapsNetConfig(
        image_shape=(side, side, channels),
        conv_filters=conv1[0].shape[3],
        conv_kernel=kernel,
        primary_maps=maps,
        primary_dim=primary_dim,
        primary_kernel=primary_kernel,
        primary_stride=stride,
        primary_activation=usual_activation
        if activation is None
        else (None if activation == "none" else activation),
        num_classes=W.shape[1],
        digit_dim=W.shape[2],
        rounds=usual_rounds if rounds is None else rounds,
        decoder_units=tuple(b.size for _, b in dense[:-1]),
    )
    weights = {"conv1/kernel": conv1[0], "conv1/bias": conv1[1], "W": W}
    weights |= {"primary/kernel": primary[0], "primary/bias": primary[1]}
    for n, (kernel_n, bias_n) in enumerate(dense):
        weights |= {f"decoder/{n}/kernel": kernel_n, f"decoder/{n}/bias": bias_n}
    found = sorted(tuple(array.shape) for array in weights.values())
    if found != config.weight_shapes:
        raise ValueError(f"weights of shapes {found}, not {config.weight_shapes}")
    return ForeignNetwork(layout, config, {n: a.astype(np.float32) for n, a in weights.items()})


Pair = tuple[np.ndarray, np.ndarray]


def _from_tensorflow(
    arrays: Mapping[str, np.ndarray], layout: Layout
) -> tuple[Pair, Pair, np.ndarray, list[Pair]]:
    """Kernels as they are here; dense layers in the order in which their sizes follow."""
    primary_name = "conv2" if layout == "notebook" else "primarycap"
    kernels = {n: a for n, a in arrays.items() if re.search(r"kernel(:0)?$", n)}

    def pair(name: str) -> Pair:
        return kernels[name], arrays[re.sub(r"kernel(:0)?$", r"bias\1", name)]

    conv1 = next(n for n, a in kernels.items() if a.ndim == 4 and "conv1" in n)
    primary = next(n for n, a in kernels.items() if a.ndim == 4 and primary_name in n)
    W = next(a for n, a in arrays.items() if re.search(r"(^|/)W(:0)?$", n))
    return (
        pair(conv1),
        pair(primary),
        W,
        _chain([pair(n) for n, a in kernels.items() if a.ndim == 2]),
    )


def _from_pytorch(
    arrays: Mapping[str, np.ndarray],
) -> tuple[Pair, Pair, np.ndarray, list[Pair]]:
    """Kernels (out, in, rows, columns) turned, eight convolutions joined: capsule by capsule."""

    def pair(name: str) -> Pair:
        weight = arrays[name]
        turned = weight.transpose(2, 3, 1, 0) if weight.ndim == 4 else weight.T
        return turned, arrays[re.sub(r"weight$", "bias", name)]

    parts = {int(m[1]): n for n in arrays if (m := re.search(r"capsules?\.(\d+)\.weight$", n))}
    pairs = [pair(parts[n]) for n in sorted(parts)]
    kernel = np.stack([k for k, _ in pairs], axis=-1)  # (rows, columns, in, map, dimension)
    bias = np.stack([b for _, b in pairs], axis=-1)
    primary = kernel.reshape(*kernel.shape[:3], -1), bias.reshape(-1)
    others = [n for n, a in arrays.items() if n.endswith("weight") and n not in parts.values()]
    conv1 = next(n for n in others if arrays[n].ndim == 4 and "conv" in n)
    W = next(a for n, a in arrays.items() if a.ndim in (4, 5) and n not in (conv1, *parts.values()))
    return pair(conv1), primary, W, _chain([pair(n) for n in others if arrays[n].ndim == 2])


def _chain(dense: list[Pair]) -> list[Pair]:
    """Dense layers in the order of a call: each takes what the one before gives."""
    if not dense:
        raise ValueError("no decoder")
    for first in dense:
        chain, left = [first], [pair for pair in dense if pair is not first]
        while left and (following := [p for p in left if len(p[0]) == chain[-1][0].shape[1]]):
            chain.append(following[0])
            left = [pair for pair in left if pair is not following[0]]
        if not left:
            return chain
    raise ValueError("dense layers whose sizes do not follow one another")


def _primary_dim(W: np.ndarray, channels: int, J_by_D: int) -> int:
    """K: the axis of W that is left when I and J times D are known."""
    sizes = [n for n in W.shape if n > 1]
    for K in sorted(set(sizes[-2:]), key=lambda n: n != 8):
        if channels % K == 0 and J_by_D % (math.prod(sizes[-2:]) // K) == 0:
            return K
    raise ValueError(f"a W of shape {W.shape} for {channels} primary channels")


def _stride(
    values: int, side: int, kernel: int, primary_kernel: int, maps: int, each: int
) -> tuple[int, int]:
    """The primary convolution's stride, and its side, that make W's number of capsules."""
    for stride in (2, 1, 3, 4, 5, 6, 7, 8):
        grid = (side - kernel + 1 - primary_kernel) // stride + 1
        if grid > 0 and grid * grid * maps * each == values:
            return stride, grid
    raise ValueError(f"a W of {values:,} values, which no stride makes for pictures of {side}")


def _ordered(W: np.ndarray, I: int, J_by_D: int, K: int, layout: Layout) -> np.ndarray:  # noqa: E741
    """W as (I, J, D, K)."""
    W = W[0] if W.ndim == 5 and W.shape[0] == 1 else W
    if W.ndim != 4:
        raise ValueError(f"a W of shape {W.shape}")
    if W.shape[0] != I:
        W = W.swapaxes(0, 1)  # (J, I, …) -> (I, J, …)
    J = W.shape[1]
    D = J_by_D // J
    if W.shape == (I, J, D, K) and not (D == K and layout == "pytorch"):
        return W
    if W.shape == (I, J, K, D):
        return W.swapaxes(2, 3)
    raise ValueError(f"a W of shape {W.shape} for {I} primary capsules")


def _colours_last(kernel: np.ndarray, bias: np.ndarray, channels: int, side: int) -> Pair:
    """The decoder's last layer, which draws (C, H, W) in PyTorch, as one that draws (H, W, C)."""
    order = np.arange(bias.size).reshape(channels, side, side).transpose(1, 2, 0).ravel()
    return kernel[:, order], bias[order]


def _listed(arrays: Mapping[str, np.ndarray]) -> str:
    found = [f"{name[:60]} {array.shape}" for name, array in arrays.items()]
    return (
        ", ".join(found[:10]) + (f" and {len(found) - 10} more" if len(found) > 10 else "")
        or "nothing"
    )
