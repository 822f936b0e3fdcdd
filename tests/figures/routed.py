"""Traces routed here in plain NumPy, for figures to draw."""

from __future__ import annotations

import numpy as np

from capsnet.network.trace import CapsNetTrace

MAPS, D, PLACES = 3, 16, 36
I = PLACES * MAPS  # noqa: E741 (the paper's letter)


def routed(rounds: int = 4, classes: int = 10, scale: float = 0.2, images: int = 2) -> CapsNetTrace:
    """Images with votes that agree about class 4 (or the last one)."""
    rng = np.random.default_rng(0)
    primary = rng.normal(0, 0.2, (images, 6, 6, MAPS, 8)).astype(np.float32)
    votes = rng.normal(0, scale, (images, I, classes, D)).astype(np.float32)
    votes[:, :, min(4, classes - 1)] += 0.15
    votes[:, MAPS - 1 :: MAPS, min(4, classes - 1)] -= 0.25  # the last map's point the other way
    b = np.zeros((images, I, classes), np.float32)
    kept = []
    for _ in range(rounds):
        exponentials = np.exp(b - b.max(-1, keepdims=True))
        c = exponentials / exponentials.sum(-1, keepdims=True)
        s = np.einsum("bij,bijd->bjd", c, votes)
        norm = np.linalg.norm(s, axis=-1, keepdims=True)
        v = s * norm / (1 + norm**2)
        a = np.einsum("bijd,bjd->bij", votes, v)
        kept.append((b, c, v, a))
        b = b + a
    logits, coupling, capsules, agreement = map(np.stack, zip(*kept, strict=True))
    return CapsNetTrace(
        images=rng.random((images, 28, 28, 1), np.float32),
        conv1=np.zeros((images, 20, 20, 256), np.float32),
        primary_capsules=primary,
        prediction_vectors=votes,
        logits=logits,
        coupling=coupling,
        digit_capsules=capsules,
        agreement=agreement,
        lengths=np.linalg.norm(capsules, axis=-1),
        reconstruction=np.zeros((images, 28, 28, 1), np.float32),
    )


def diverged() -> CapsNetTrace:
    """Of a network whose weights have become NaN, for the second half of its classes."""
    trace = routed()
    broken = {}
    for name in ("logits", "coupling", "agreement"):
        broken[name] = getattr(trace, name).copy()
        broken[name][..., 5:] = np.nan
    for name in ("lengths", "digit_capsules"):
        broken[name] = getattr(trace, name).copy()
        broken[name][:, :, 5:] = np.nan
    broken["prediction_vectors"] = trace.prediction_vectors.copy()
    broken["prediction_vectors"][:, :, 5:] = np.inf
    return CapsNetTrace(**{**vars(trace), **broken})
