"""The words of the lesson, the glossary, the prepared cases and the worksheet, in each language.

One file a language, `assets/lesson/*.toml`: to translate is to write another with the same keys.
"""

from __future__ import annotations

import functools
import tomllib
from typing import Any

from capsnet.assets import ASSETS

FOLDER = ASSETS / "lesson"

LANGUAGES = ("en", "de")
"""Complete ones; the first where none is chosen."""


@functools.cache
def lesson_texts(language: str = LANGUAGES[0]) -> dict[str, Any]:
    """All words in a language, as the file has them.

    Args:
        language: one of `LANGUAGES`.

    Raises:
        ValueError: for another one.
    """
    if language not in LANGUAGES:
        known = " or ".join(repr(name) for name in LANGUAGES)
        raise ValueError(f"Expected a language, {known}. Received: {language!r}")
    return tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
