"""A pipe where a file is expected: to read it would wait for ever."""

from __future__ import annotations

import os

import pytest

from capsnet.cli import main


def run(*arguments):
    return main([str(a) for a in arguments])


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such pipes")
@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("data", "PIPE"), "Expected a dataset"),
        (("train", "--preset", "compact", "--dataset", "PIPE", "--out", "run"), "dataset"),
        (("train", "--preset", "compact", "--start", "PIPE", "--out", "run"), "checkpoint"),
        (("evaluate", "--checkpoint", "PIPE"), "Expected a checkpoint"),
        (("import", "PIPE", "--out", "mine.keras"), "Expected weights"),
    ],
)
def test_a_pipe_is_not_waited_for_and_told_from_no_file(
    command, said, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    assert run(*(tmp_path / "pipe" if word == "PIPE" else word for word in command)) == 1
    printed = capsys.readouterr().err
    assert said in printed and "Received: a pipe or a device" in printed
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]
