"""The two capsule layers, as Keras layers."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, Literal

import keras
from keras import ops

from capsnet.network.convolution import Convolution
from capsnet.ops import Tensor, squash
from capsnet.routing.agreement import xla_compiled
from capsnet.routing.base import Routing
from capsnet.routing.registry import AGREEMENT, routing_class


@keras.saving.register_keras_serializable(package="capsnet")
class PrimaryCapsules(keras.layers.Layer):
    """A convolution whose channels are read as maps of small vectors, then squashed.

    Section 4 of the paper: "32 channels of convolutional 8D capsules".

    Args:
        maps: number of capsule maps.
        dim: dimensions of a capsule.
        kernel_size: side of the square kernel.
        strides: stride of the convolution.
        activation: applied before the squash; None, as in the authors' code, for none.
    """

    def __init__(
        self,
        maps: int = 32,
        dim: int = 8,
        kernel_size: int = 9,
        strides: int = 2,
        activation: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.maps, self.dim, self.activation = maps, dim, activation
        self.kernel_size, self.strides = kernel_size, strides
        self.conv = Convolution(
            maps * dim, kernel_size, strides, activation=activation, dtype=self.dtype_policy
        )

    def build(self, input_shape: tuple[Any, ...]) -> None:
        """Create the convolution's weights for inputs of (B, H, W, C)."""
        self.conv.build(input_shape)

    def call(self, features: Tensor) -> Tensor:
        """Features (B, 20, 20, 256) -> primary capsules u_i (B, 6, 6, 32, 8), float32."""
        maps = ops.cast(self.conv(features), "float32")  # (B, 6, 6, 32 * 8)
        rows, columns = maps.shape[1:3]
        capsules = ops.reshape(maps, (-1, rows, columns, self.maps, self.dim))  # (B, 6, 6, 32, 8)
        return squash(capsules)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {
            **super().get_config(),
            "maps": self.maps,
            "dim": self.dim,
            "kernel_size": self.kernel_size,
            "strides": self.strides,
            "activation": self.activation,
        }


@keras.saving.register_keras_serializable(package="capsnet")
class DigitCapsules(keras.layers.Layer):
    """Fully connected capsules that take their input by routing.

    Section 4 of the paper. The weight `W`, (I, J, D, K) = (1152, 10, 16, 8), turns the output
    u_i of each primary capsule into its vote for each digit capsule (equation 2).

    Args:
        capsules: number of digit capsules, J.
        dim: dimensions of a digit capsule, D.
        rounds: routing rounds, unless a call says otherwise.
        loop: see `capsnet.routing.base.Routing`.
        gradient: see `capsnet.routing.base.Routing`.
        W_stddev: standard deviation of W's normal initialisation.
        compile_routing: compile with XLA on TensorFlow.
        routing: a name in `capsnet.routing.registry`.

    Its `rounds` and its `routing` can be set: the next call goes by them.
    """

    def __init__(
        self,
        capsules: int = 10,
        dim: int = 16,
        rounds: int = 3,
        loop: Literal["static", "dynamic"] = "static",
        gradient: Literal["all", "last"] = "all",
        W_stddev: float = 0.1,
        compile_routing: bool = True,
        routing: str = AGREEMENT,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.capsules, self.dim, self.rounds = capsules, dim, rounds
        self.W_stddev, self.compile_routing = W_stddev, compile_routing
        self.routing_name = routing
        self.routing: Routing = routing_class(routing)(loop=loop, gradient=gradient)
        self.routing_weights: dict[str, Any] = {}
        self._vote_and_route = xla_compiled(self._route) if compile_routing else self._route

    def build(self, input_shape: tuple[Any, ...]) -> None:
        """Create W for primary capsules of (B, 6, 6, 32, 8)."""
        _, rows, columns, maps, primary_dim = input_shape
        self.W = self.add_weight(
            name="W",
            shape=(rows * columns * maps, self.capsules, self.dim, primary_dim),
            initializer=keras.initializers.RandomNormal(stddev=self.W_stddev),
        )
        own = self.routing.weights(rows * columns * maps, self.capsules, self.dim)
        for name, (shape, initializer) in own.items():
            self.routing_weights[name] = self.add_weight(
                name=name, shape=shape, initializer=initializer
            )

    def prediction_vectors(self, primary_capsules: Tensor) -> Tensor:
        """Every primary capsule's vote for every digit capsule (equation 2 of the paper).

        Args:
            primary_capsules: u_i, (B, 6, 6, 32, 8).

        Returns:
            The votes, (B, I, J, D), in the order (row, column, map) along I.
        """
        return self._votes(self._flat(primary_capsules), self.W.value)

    def call(self, primary_capsules: Tensor, rounds: int | None = None) -> Tensor:
        """Primary capsules (B, 6, 6, 32, 8) -> digit capsules v_j (B, J, D).

        Args:
            primary_capsules: u_i.
            rounds: routing rounds, 1 to 10; None for the layer's own.

        Raises:
            ValueError: for `rounds` out of range.
        """
        rounds = self.rounds if rounds is None else rounds
        # A compiled function takes the value of W: it refuses a Keras variable.
        W = self.W.value
        flat, own = self._flat(primary_capsules), self.routing_values()
        return self._vote_and_route(flat, W, self.routing, rounds, own)

    @contextlib.contextmanager
    def uncompiled(self) -> Iterator[None]:
        """Route without XLA meanwhile: no other runtime knows a function that XLA compiles."""
        compiled, self._vote_and_route = self._vote_and_route, self._route
        try:
            yield
        finally:
            self._vote_and_route = compiled

    def routing_values(self) -> dict[str, Tensor]:
        """The values of the routing's own weights, as `route` and `trace` take them."""
        return {name: weight.value for name, weight in self.routing_weights.items()}

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {
            **super().get_config(),
            "capsules": self.capsules,
            "dim": self.dim,
            "rounds": self.rounds,
            "loop": self.routing.loop,
            "gradient": self.routing.gradient,
            "W_stddev": self.W_stddev,
            "compile_routing": self.compile_routing,
            "routing": self.routing_name,
        }

    def _flat(self, primary_capsules: Tensor) -> Tensor:
        capsules, _, _, dim = self.W.shape
        return ops.reshape(primary_capsules, (-1, capsules, dim))  # (B, I, K)

    @classmethod
    def _route(
        cls,
        flat_capsules: Tensor,
        W: Tensor,
        routing: Routing,
        rounds: int,
        weights: dict[str, Tensor],
    ) -> Tensor:
        """The routing is an argument: what is compiled is compiled anew for another one."""
        return routing.route(cls._votes(flat_capsules, W), rounds, weights)

    @staticmethod
    def _votes(flat_capsules: Tensor, W: Tensor) -> Tensor:
        """The einsum `"ijdk,bik->bijd"`, as a matrix product for each primary capsule.

        XLA then keeps I in front in memory and spares the gradients several transpositions:
        with them the whole layer takes about two thirds of the einsum's time.
        """
        count, capsules, dim, _ = W.shape
        inputs = ops.transpose(flat_capsules, (1, 0, 2))  # (I, B, K)
        matrices = ops.reshape(W, (count, capsules * dim, -1))  # (I, J * D, K)
        matrices = ops.transpose(matrices, (0, 2, 1))  # (I, K, J * D)
        votes = ops.matmul(inputs, matrices)  # (I, B, J * D)
        votes = ops.reshape(votes, (count, -1, capsules, dim))  # (I, B, J, D)
        return ops.transpose(votes, (1, 0, 2, 3))  # (B, I, J, D)
