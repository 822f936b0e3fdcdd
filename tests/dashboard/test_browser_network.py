"""What the server offers a browser: a network's files, once they are there, or why not."""

from __future__ import annotations

import dataclasses
import subprocess
import sys

import pytest

from capsnet.storage import checkpoints, exports
from dashboard.state import browser_network, exported
from dashboard.state.exported import Exports, NoExport
from dashboard.state.network_files import Stored


@pytest.fixture
def stored(small_model, tmp_path):
    path = tmp_path / "small.keras"
    checkpoints.save(small_model, path)
    return Stored("small", path, 1)


@pytest.fixture
def begun(monkeypatch):
    """The commands that were begun, each of which ends at once with what `ends` holds."""
    commands, ends = [], [0]

    class Process:
        def __init__(self, command, **_):
            commands.append(command)

        def poll(self):
            return ends[0]

    monkeypatch.setattr(exported.subprocess, "Popen", Process)
    return commands, ends


def test_an_export_is_begun_once_and_ready_when_it_is_there(stored, begun, images):
    commands, ends = begun
    ends[0] = None
    ready = Exports()
    assert ready.find(stored) is None and ready.find(stored) is None
    assert [command[1:] for command in commands] == [
        ["-m", "capsnet", "export", "--checkpoint", str(stored.path)]
    ]
    made = exports.make(images, stored.path)
    ends[0] = 0
    assert ready.find(stored) == made
    assert len(commands) == 1


def test_for_the_server_alone_no_chosen_network_is_exported(stored, begun, images, monkeypatch):
    commands, ends = begun
    monkeypatch.setenv(exported.VARIABLE, "server")
    ready = Exports()
    monkeypatch.setattr(exported, "_exports", lambda: ready)
    assert exported.for_server(stored) is None and commands == []
    exported.for_server(dataclasses.replace(stored, name=""))  # the shipped one
    assert len(commands) == 1
    ends[0] = 0
    made = exports.make(images, stored.path)
    assert exported.for_server(stored) is None  # it is not looked for at each answer
    assert exported.find(stored) == exported.for_server(stored) == made
    monkeypatch.setenv(exported.VARIABLE, "keras")
    assert exported.for_server(stored) is None


def test_one_that_fails_is_not_tried_again(stored, begun):
    commands, ends = begun
    ends[0] = 1
    ready = Exports()
    assert ready.find(stored) is None and ready.find(stored) is None
    with pytest.raises(NoExport, match="could not be made ready for browsers"):
        ready.find(stored)
    assert len(commands) == 1


def test_the_command_that_is_begun_makes_what_is_looked_for(stored):
    done = subprocess.run(
        [sys.executable, "-m", "capsnet", "export", "--checkpoint", str(stored.path)],
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr
    assert Exports().find(stored)


def test_files_are_served_by_their_content(stored, images, tmp_path, monkeypatch):
    monkeypatch.setattr(browser_network, "SERVED", tmp_path / "exported")
    export = exports.make(images, stored.path)
    for part in exports.PARTS:
        told = browser_network._served(export, part)
        served = tmp_path / "exported" / told["address"].rsplit("/", 1)[1]
        assert served.read_bytes() == export.path(part).read_bytes()
        assert told["size"] == served.stat().st_size and told["address"].startswith("app/static/")
        served.unlink()
        served.write_bytes(b"cut short")
        browser_network._served(export, part)
        assert served.stat().st_size == told["size"]


def test_a_folder_that_cannot_be_written_to_is_reported(stored, images, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(browser_network, "SERVED", tmp_path / "file" / "exported")
    exports.make(images, stored.path)
    monkeypatch.setattr(exported, "_exports", Exports)
    with pytest.raises(NoExport, match="cannot be written to"):
        browser_network._offer.__wrapped__(stored)
