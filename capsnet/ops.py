"""The two operations on capsules: their length, and the squash that keeps it below one."""

from __future__ import annotations

from typing import Any

from keras import ops

Tensor = Any
"""A tensor of whichever backend Keras runs on (or anything it converts, such as NumPy)."""


def safe_norm(vectors: Tensor, axis: int = -1, keepdims: bool = False) -> Tensor:
    """The Euclidean length, whose gradient at a zero vector is zero, not NaN.

    The square root's slope at zero is infinite; where the sum of squares is zero the root is
    taken of one instead and the result replaced, so no infinity enters the gradient. Elsewhere
    the length is exact, for no epsilon is added, as far as float32 can hold its square: from about
    1e-19 to 1e19. Shorter ones count as zero, longer ones as infinite.

    Args:
        vectors: any shape, float.
        axis: the axis that holds a vector's components.
        keepdims: keep that axis, with size 1.

    Returns:
        The lengths, at least 0, in the shape of `vectors` without `axis`; NaN of what is NaN, so
        that it shows in the loss.
    """
    squared = ops.sum(ops.square(vectors), axis=axis, keepdims=keepdims)
    is_zero = squared == 0
    one, zero = ops.ones_like(squared), ops.zeros_like(squared)
    return ops.where(is_zero, zero, ops.sqrt(ops.where(is_zero, one, squared)))


def squash(vectors: Tensor, axis: int = -1) -> Tensor:
    r"""Shrink vectors to a length below one, keeping their direction.

    Equation 1 of the paper,

        v = \frac{||s||^2}{1 + ||s||^2} \frac{s}{||s||},

    computed as `s * ||s|| / (1 + ||s||^2)`, which divides by nothing that can be zero. The page
    Routing says it in words, in `capsnet/routing/agreement.py`.

    Args:
        vectors: s, any shape, float.
        axis: the axis that holds a vector's components.

    Returns:
        v, in the shape of `vectors`; zero vectors stay zero, with a finite gradient. In float32
        an s longer than some thousands has a v of length 1, and one beyond 1e19 NaN.
    """
    norm = safe_norm(vectors, axis=axis, keepdims=True)
    return vectors * (norm / (1.0 + ops.square(norm)))
