"""The capsule network as one Keras model: call, trace, decode."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import ops

from capsnet.config import CapsNetConfig, check_rounds
from capsnet.network.decoder import Decoder, longest, mask
from capsnet.network.layers import DigitCapsules, PrimaryCapsules
from capsnet.network.trace import CapsNetTrace
from capsnet.ops import Tensor
from capsnet.routing.base import Routing
from capsnet.routing.registry import weight_shapes


@keras.saving.register_keras_serializable(package="capsnet")
class CapsNet(keras.Model):
    """Sabour, Frosst and Hinton (2017), figures 1 and 2.

    Its weights and `CapsNetConfig.weight_shapes` go together: a bias or a layer
    that is added here needs its shapes there, or no checkpoint of the network can be loaded.

    Args:
        config: the network's decisions; the paper's by default. A mapping of its fields will do.
        conv_dtype: type in which the convolutions are computed, `"float32"` or `"bfloat16"`.
            Not saved: a loaded network computes in float32.
    """

    built: bool  # Keras's own, without a type there

    def __init__(
        self,
        config: CapsNetConfig | Mapping[str, Any] | None = None,
        conv_dtype: str = "float32",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if not isinstance(config, CapsNetConfig):
            config = CapsNetConfig.from_dict(config or {})
        self.config = config
        policy = "float32" if conv_dtype == "float32" else f"mixed_{conv_dtype}"
        self.conv1 = keras.layers.Conv2D(
            config.conv_filters, config.conv_kernel, activation="relu", dtype=policy, name="conv1"
        )
        self.primary_capsules = PrimaryCapsules(
            config.primary_maps,
            config.primary_dim,
            config.primary_kernel,
            config.primary_stride,
            config.primary_activation,
            dtype=policy,
            name="primary_capsules",
        )
        self.digit_capsules = DigitCapsules(
            config.num_classes,
            config.digit_dim,
            config.rounds,
            config.loop,
            config.gradient,
            config.W_stddev,
            config.compile_routing,
            config.routing,
            name="digit_capsules",
        )
        self.decoder = Decoder(config.image_shape, config.decoder_units, name="decoder")
        self._compiled_for: dict[str, tuple[Routing, int]] = {}
        self.build((None, *config.image_shape))

    def build(self, input_shape: Any = None) -> None:
        """Create all weights; their shapes follow from the config alone.

        Raises:
            ValueError: if they are not those that `config.weight_shapes` lists, and the routing.
        """
        if self.built:
            return
        c = self.config
        self.conv1.build((None, *c.image_shape))
        self.primary_capsules.build((None, *c.conv_grid, c.conv_filters))
        self.digit_capsules.build((None, *c.primary_grid, c.primary_maps, c.primary_dim))
        self.decoder.build((None, c.num_classes, c.digit_dim))
        created = sorted(tuple(weight.shape) for weight in self.weights)
        if created != (listed := weight_shapes(c)):
            raise ValueError(
                "Expected weights of the shapes that CapsNetConfig.weight_shapes lists, by "
                f"which a checkpoint is checked: {listed}. Received: {created}"
            )
        self.built = True

    def call(self, inputs: Tensor | Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Lengths and reconstruction, as `fit` and `predict` use them.

        Args:
            inputs: images (B, 28, 28, 1) in [0, 1]; or `{"images": ..., "labels": ...}` with
                labels (B,) int, to reconstruct from the labelled capsule, as in training, or (B, J)
                float, 1 for each capsule to reconstruct from.
                Without labels the longest capsule is decoded.

        Returns:
            `{"lengths": (B, J), "reconstruction": (B, 28, 28, 1)}`.
        """
        labelled = isinstance(inputs, Mapping)
        images = inputs["images"] if labelled else inputs
        capsules = self.digit_capsules(self.primary_capsules(self.conv1(images)))  # (B, J, D)
        lengths = self.digit_capsules.routing.lengths
        classes = inputs["labels"] if labelled else longest(capsules, lengths)
        return {
            "lengths": lengths(capsules),
            "reconstruction": self.decoder(mask(capsules, classes)),
        }

    def predict(self, x: Any, *args: Any, **kwargs: Any) -> Any:
        """Keras's own `predict`, after the check that `trace` makes of an array of images.

        Raises:
            ValueError: for an array that is not (B, 28, 28, 1) float32 in [0, 1], such as one of
                pixels of 0 to 255.
        """
        if isinstance(x, np.ndarray):
            self._check_images(x)
        return super().predict(x, *args, **kwargs)

    def predict_on_batch(self, x: Any) -> Any:
        """See `predict`."""
        if isinstance(x, np.ndarray):
            self._check_images(x)
        return super().predict_on_batch(x)

    def make_train_function(self, force: bool = False) -> Any:
        """Keras's own, as the next two: made anew once the network routes otherwise."""
        return super().make_train_function(self._routes_anew("train") or force)

    def make_test_function(self, force: bool = False) -> Any:
        """See `make_train_function`."""
        return super().make_test_function(self._routes_anew("test") or force)

    def make_predict_function(self, force: bool = False) -> Any:
        """See `make_train_function`."""
        return super().make_predict_function(self._routes_anew("predict") or force)

    def export(
        self,
        filepath: str | Path,
        format: str = "tf_saved_model",
        verbose: bool | None = None,
        input_signature: Any = None,
        **kwargs: Any,
    ) -> None:
        """Write lengths and reconstruction for another runtime: Keras's own `export`.

        The network need not have been called before, and its routing is written without XLA:
        ONNX has no such function. `capsnet.network.export` writes all of a trace instead.

        Args:
            filepath: what to write; LiteRT wants an ending of `.tflite`.
            format: `"tf_saved_model"` (a folder), `"litert"` or `"onnx"`.
            verbose: as Keras takes it.
            input_signature: as Keras takes it; by default `images`, (B, 28, 28, 1) float32 in
                [0, 1], of any B.
            **kwargs: as Keras takes them.
        """
        if input_signature is None:
            shape = (None, *self.config.image_shape)
            input_signature = [keras.InputSpec(dtype="float32", shape=shape, name="images")]
        with self.digit_capsules.uncompiled():
            super().export(filepath, format, verbose, input_signature, **kwargs)

    def trace(
        self,
        images: np.ndarray,
        rounds: int | None = None,
        *,
        silenced: np.ndarray | None = None,
        routing: Routing | None = None,
    ) -> CapsNetTrace:
        """Run the network and keep everything it computes.

        A trace takes 1.6 MB an image at 3 rounds of the paper's network: trace many images in
        batches.

        Args:
            images: (B, 28, 28, 1) float32 in [0, 1], B at least 1.
            rounds: routing rounds, 1 to 10; None for as many as a call routes. The weights stay
                the same.
            silenced: primary capsules to switch off, (6, 6, 32) bool: their output becomes
                zero, so they vote for nothing.
            routing: another routing than the network's own, such as those of
                `capsnet.routing.broken`.

        Returns:
            All intermediates of every round.

        Raises:
            ValueError: for images of a wrong shape, type or range, rounds out of range, or
                `silenced` of a wrong shape or type.
        """
        rounds = check_rounds(self.digit_capsules.rounds if rounds is None else rounds)
        self._check_images(images)
        conv1 = self.conv1(images)
        primary_capsules = self.primary_capsules(conv1)
        if silenced is not None:
            off = self._check_silenced(silenced)
            primary_capsules = ops.where(off[..., None], 0.0, primary_capsules)
        votes = self.digit_capsules.prediction_vectors(primary_capsules)
        routing = routing or self.digit_capsules.routing
        routed = routing.trace(votes, rounds, self.digit_capsules.routing_values())
        last = routed.digit_capsules[-1]
        arrays = {
            "images": images,
            "conv1": ops.cast(conv1, "float32"),  # else of `conv_dtype`
            "primary_capsules": primary_capsules,
            "prediction_vectors": votes,
            **routed._asdict(),
            "lengths": routing.lengths(routed.digit_capsules),
            "reconstruction": self.decoder(mask(last, longest(last, routing.lengths))),
        }
        return CapsNetTrace(**{name: ops.convert_to_numpy(a) for name, a in arrays.items()})

    def decode(
        self, digit_capsules: np.ndarray, classes: np.ndarray | int | None = None
    ) -> np.ndarray:
        """Draw what one capsule of each image describes.

        Args:
            digit_capsules: v_j, (B, J, D); tweaked ones may be longer than 1.
            classes: the capsule to decode, (B,) int or one for all; None for the longest.

        Returns:
            Images, (B, 28, 28, 1) float32 in [0, 1].

        Raises:
            ValueError: for capsules of a wrong shape or not finite, or classes out of range.
        """
        c = self.config
        capsules = np.asarray(digit_capsules, np.float32)
        if capsules.ndim != 3 or capsules.shape[1:] != (c.num_classes, c.digit_dim):
            raise ValueError(
                f"Expected digit_capsules of shape (B, {c.num_classes}, {c.digit_dim}). "
                f"Received: shape {capsules.shape}"
            )
        if not np.isfinite(capsules).all():
            raise ValueError("Expected finite digit_capsules. Received: NaN or infinity")
        if classes is None:
            chosen = ops.convert_to_numpy(longest(capsules, self.digit_capsules.routing.lengths))
        else:
            chosen = self._check_classes(classes, len(capsules))
        return ops.convert_to_numpy(self.decoder(mask(ops.convert_to_tensor(capsules), chosen)))

    def get_config(self) -> dict[str, Any]:
        """The network's decisions, JSON-ready."""
        return {"config": self.config.to_dict(), "name": self.name}

    def _routes_anew(self, function: str) -> bool:
        """Whether Keras's compiled function of that name holds another routing than the layer."""
        now = self.digit_capsules.routing, self.digit_capsules.rounds
        before = self._compiled_for.get(function, now)
        self._compiled_for[function] = now
        return before != now

    def _check_images(self, images: np.ndarray) -> None:
        expected = f"Expected images of shape (B, {', '.join(map(str, self.config.image_shape))})"
        if not isinstance(images, np.ndarray):
            raise ValueError(f"{expected} as a NumPy array. Received: {type(images).__name__}")
        if images.ndim != 4 or images.shape[1:] != self.config.image_shape or not len(images):
            raise ValueError(f"{expected}, B at least 1. Received: shape {images.shape}")
        if images.dtype != np.float32:
            raise ValueError(f"Expected images of type float32. Received: {images.dtype}")
        low, high = images.min(), images.max()
        if not (low >= 0 and high <= 1):  # also False for NaN
            raise ValueError(f"Expected pixels in [0, 1]. Received: from {low} to {high}")

    def _check_silenced(self, silenced: np.ndarray) -> np.ndarray:
        shape = (*self.config.primary_grid, self.config.primary_maps)
        received = np.asarray(silenced)
        if received.shape != shape or received.dtype != bool:
            raise ValueError(
                f"Expected silenced of shape {shape} and type bool. "
                f"Received: shape {received.shape}, type {received.dtype}"
            )
        return received

    def _check_classes(self, classes: np.ndarray | int, batch: int) -> np.ndarray:
        chosen = np.asarray(classes)
        whole = np.issubdtype(chosen.dtype, np.integer)
        if not whole or chosen.shape not in ((), (batch,)):
            raise ValueError(
                f"Expected classes as one whole number or {batch}. Received: {classes!r}"
            )
        if chosen.size and not 0 <= chosen.min() <= chosen.max() < self.config.num_classes:
            raise ValueError(
                f"Expected classes from 0 to {self.config.num_classes - 1}. Received: {classes!r}"
            )
        return np.broadcast_to(chosen, batch)
