"""Where the shipped network and the bundled digits lie."""

from __future__ import annotations

from pathlib import Path

_INSTALLED = Path(__file__).parent / "assets"
_IN_THE_REPOSITORY = Path(__file__).parent.parent / "assets"

ASSETS = _INSTALLED if _INSTALLED.is_dir() else _IN_THE_REPOSITORY
"""The folder `assets/`: inside the package where a wheel was installed, else beside it."""
