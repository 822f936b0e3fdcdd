"""What `pip install .` gives: the package with its network, the pages, the command."""

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

IN_A_NOTEBOOK = """
import sys
import capsnet
light = not {"keras", "tensorflow", "plotly"} & set(sys.modules)
model = capsnet.load()
trace = model.trace(capsnet.bundled_digits()[:1])
print(capsnet.__file__, light, trace.predictions[0])
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A wheel of the project, unpacked as pip does."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_the_pinned_versions_are_among_those_that_are_allowed():
    pins = dict(
        re.findall(r"^([a-z0-9-]+)==(\S+)$", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    )
    allowed = {Requirement(r).name: Requirement(r).specifier for r in PROJECT["dependencies"]}
    assert sorted(pins) == sorted(allowed)
    assert [n for n, version in pins.items() if not allowed[n].contains(version)] == []


def test_the_wheel_brings_the_network_and_answers_as_in_a_notebook(installed, tmp_path):
    command = [sys.executable, "-c", IN_A_NOTEBOOK]
    done = subprocess.run(
        command, cwd=tmp_path, env={"PYTHONPATH": str(installed)}, capture_output=True, text=True
    )
    where, light, prediction = done.stdout.split()
    assert Path(where).is_relative_to(installed)
    assert (light, prediction, done.stderr) == ("True", "0", "")


def test_the_wheel_brings_all_that_the_pages_read(installed):
    tracked = subprocess.run(
        ["git", "ls-files", "dashboard"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert [name for name in tracked if not (installed / name).is_file()] == []
    assert (installed / "capsnet" / "assets" / "icon.png").is_file()


def test_explore_starts_the_installed_pages(monkeypatch):
    from capsnet.cli import main

    begun = []

    def run(command):
        begun.extend(command)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(subprocess, "run", run)
    assert main(["explore", "--", "--server.port", "8600"]) == 0
    assert begun[1:4] == ["-m", "streamlit", "run"]
    assert Path(begun[4]) == ROOT / "dashboard" / "app.py"
    assert begun[5:] == ["--server.port", "8600"]


def test_explore_says_what_is_missing(monkeypatch, capsys):
    import importlib.util

    from capsnet.cli import main

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert main(["explore"]) == 1
    assert "Received: no dashboard and no streamlit" in capsys.readouterr().err
