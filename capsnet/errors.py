"""What libraries' errors say, for a sentence of ours."""

from __future__ import annotations

LONGEST = 200
"""Characters."""


def first_line(error: Exception) -> str:
    """The first line of what an error says; its name, if it says nothing."""
    said = str(error).strip()
    return said.splitlines()[0][:LONGEST] if said else repr(error)
