"""What a routing is: the interface that the network, its trace and the page Routing go by."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, NamedTuple

from keras import ops

from capsnet.ops import Tensor, safe_norm


class RoutingRound(NamedTuple):
    """What one round computes, or all rounds with an axis R in front.

    Attributes:
        logits: b_ij, (B, I, J), from which the round's coefficients come.
        coupling: c_ij, (B, I, J), summing to 1 over J.
        digit_capsules: v_j, (B, J, D), of length below 1.
        agreement: the dot product of vote and digit capsule, (B, I, J).
    """

    logits: Tensor
    coupling: Tensor
    digit_capsules: Tensor
    agreement: Tensor


class Weight(NamedTuple):
    """A trainable weight that a routing needs beside the votes' W.

    Attributes:
        shape: its shape.
        initializer: Keras's name for how it begins.
    """

    shape: tuple[int, ...]
    initializer: str = "zeros"


@dataclass(frozen=True)
class RoutingWords:
    """A routing's equations in words, as the page Routing shows them.

    Letters with an index are written `c_ij`, a vote û_j|i. In braces stand numbers of the network
    in use: {classes}, {capsules} (primary ones).

    Attributes:
        name: what the routing is called, as a heading begins.
        coupling: the equation of c_ij.
        output: the equations of s_j and v_j.
        update: the equation of the next round's b_ij.
        length: what the length of v_j says, a sentence.
        length_equation: the equation of that length, with its range.
        lines: one round: each equation with what it does.
        answers: questions that a newcomer asks, each with its answer.
    """

    name: str
    coupling: str
    output: str
    update: str
    length: str
    length_equation: str
    lines: tuple[tuple[str, str], ...]
    answers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Routing(ABC):
    """A way to decide which primary capsule feeds which digit capsule.

    A subclass is a frozen dataclass with `words` and `trace`; what else it needs, it overrides.
    `docs/extending.md` shows one. Instances are compared by value: a compiled network is compiled
    anew for another one.

    Attributes:
        loop: `"static"` unrolls the rounds; `"dynamic"` leaves the loop to the backend. A routing
            that knows only one way takes no notice.
        gradient: `"all"`, or `"last"` to treat the last round's coefficients as constants;
            likewise.
    """

    words: ClassVar[RoutingWords]

    loop: Literal["static", "dynamic"] = "static"
    gradient: Literal["all", "last"] = "all"

    def weights(self, primary: int, digits: int, dim: int) -> Mapping[str, Weight]:
        """The trainable weights that the routing needs beside W, by name; none, unless overridden.

        Args:
            primary: I, the number of primary capsules.
            digits: J, the number of digit capsules.
            dim: D, the dimensions of a digit capsule.
        """
        return {}

    @abstractmethod
    def trace(
        self, prediction_vectors: Tensor, rounds: int, weights: Mapping[str, Tensor] | None = None
    ) -> RoutingRound:
        """What every round computes.

        Args:
            prediction_vectors: the votes of every primary capsule for every digit capsule,
                (B, I, J, D) float.
            rounds: how often to route, 1 to 10.
            weights: the values of the routing's own weights; None where it needs none.

        Returns:
            A `RoutingRound` whose fields have an axis R in front.

        Raises:
            ValueError: for `rounds` out of range.
        """

    def route(
        self, prediction_vectors: Tensor, rounds: int, weights: Mapping[str, Tensor] | None = None
    ) -> Tensor:
        """The digit capsules v_j after the last round, (B, J, D); arguments as in `trace`."""
        return self.trace(prediction_vectors, rounds, weights).digit_capsules[-1]

    def lengths(self, digit_capsules: Tensor) -> Tensor:
        """What says that a class is there, from 0 to 1: the Euclidean length, unless overridden.

        Args:
            digit_capsules: v_j, (..., J, D).

        Returns:
            (..., J).
        """
        return safe_norm(digit_capsules)


def stacked(rounds: Sequence[RoutingRound]) -> RoutingRound:
    """Rounds, in their order, as one `RoutingRound` with an axis R in front."""
    return RoutingRound(*(ops.stack(field) for field in zip(*rounds, strict=True)))
