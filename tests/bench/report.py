"""Measurements with their spread, as a table and as JSON."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Target:
    """A bound that a measurement should keep."""

    bound: float
    at_least: bool = False

    def __str__(self) -> str:
        return f"{'>=' if self.at_least else '<='} {self.bound:g}"

    def met_by(self, value: float) -> bool:
        """Whether `value` keeps the bound."""
        return value >= self.bound if self.at_least else value <= self.bound


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        what: what was measured.
        value: the measurement, in `unit`; a ratio has the unit "x".
        spread: how it varied, or what it is a ratio of.
        target: the bound it should keep, if there is one.
    """

    what: str
    value: float
    unit: str
    spread: str
    target: Target | None = None

    def __str__(self) -> str:
        verdict = ""
        if self.target:
            met = "met" if self.target.met_by(self.value) else "MISSED"
            verdict = f"  target {self.target}: {met}"
        return f"  {self.what:<62} {self.value:8.4g} {self.unit:<9} {self.spread}{verdict}"

    def to_dict(self) -> dict[str, Any]:
        """The fields as JSON-ready values, and whether the target was met."""
        met = self.target.met_by(self.value) if self.target else None
        return {**asdict(self), "met": met}


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    packages = ("tensorflow", "keras", "streamlit", "numpy")
    return {
        "platform": platform.platform(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load_before": os.getloadavg()[0],
        "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in packages},
    }


def write(path: Path, about: dict[str, Any], rows: list[Row], raw: dict[str, Any]) -> None:
    """Write everything measured so far to a JSON file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    results = {"machine": about, "results": [row.to_dict() for row in rows], "raw": raw}
    path.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor()


def child(module: str, *arguments: str) -> dict[str, Any]:
    """Run one measurement in a fresh process and return what it printed."""
    command = [sys.executable, "-m", f"tests.bench.{module}", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr[-3000:]}")
    return json.loads(done.stdout.splitlines()[-1])
