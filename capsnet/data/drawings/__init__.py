"""What a pen draws that is no digit: kinds to learn from, and kinds held back for measuring.

outlines  shapes and lines of which drawings are made
learned   the kinds to learn from
held_out  the kinds held back for measuring
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from capsnet.data.drawings.held_out import HELD_OUT
from capsnet.data.drawings.learned import LEARNED
from capsnet.data.drawings.outlines import Rng
from capsnet.data.pen import Strokes

Use = Literal["train", "test"]

DRAWINGS: Mapping[Use, Mapping[str, Callable[[Rng], Strokes]]] = {
    "train": LEARNED,
    "test": HELD_OUT,
}
"""By their use, what draws each kind's strokes."""
