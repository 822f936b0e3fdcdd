"""Words of others within Markdown: names of files and of classes."""

from __future__ import annotations

import re

MEANING = re.compile(r"([!-/:-@\[-`{-~])")
"""Characters that may mean something in Markdown; a backslash before one makes it itself."""


def escaped(words: str) -> str:
    """Words as they stand, on one line."""
    return MEANING.sub(r"\\\1", " ".join(words.split()))
