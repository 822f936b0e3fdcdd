"""Memory that a process keeps, in processes of their own."""

from __future__ import annotations

import os
import platform
import subprocess
import sys

import pytest

from capsnet.tensorflow_startup import load_tensorflow_quietly

PROGRAM = """
import numpy as np
from capsnet.training.memory import keep_freed_memory

def held():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096 / 1e6

if {asked}:
    assert keep_freed_memory()
before = held()
np.ones(100_000_000, np.uint8)  # and freed at once
print(held() - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="glibc's")
@pytest.mark.parametrize(("asked", "kept"), [(True, 100), (False, 0)])
def test_what_is_freed_stays_with_the_process(asked: bool, kept: float) -> None:
    command = [sys.executable, "-c", PROGRAM.format(asked=asked)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert float(done.stdout) == pytest.approx(kept, abs=5)


SERVES = """
import numpy as np
from capsnet.training.memory import give_back_freed_memory

def held():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096 / 1e6

if {asked}:
    assert give_back_freed_memory()
np.ones(4_000_000, np.uint8)  # freed at once: glibc puts what is smaller into its pool from now on
before = held()
arrays = [np.ones(400_000, np.uint8) for _ in range(250)]
arrays = arrays[-1:]  # above all the others
print(held() - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="glibc's")
@pytest.mark.parametrize(("asked", "kept"), [(True, 0), (False, 100)])
def test_what_a_server_frees_goes_back_to_the_system(asked: bool, kept: float) -> None:
    command = [sys.executable, "-c", SERVES.format(asked=asked)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert float(done.stdout) == pytest.approx(kept, abs=5)


@pytest.mark.parametrize(("set_to", "is_then"), [(None, "true"), ("false", "false")])
def test_server_and_trainer_share_a_gpu_unless_told_otherwise(
    monkeypatch: pytest.MonkeyPatch, set_to: str | None, is_then: str
) -> None:
    monkeypatch.setitem(sys.modules, "keras", sys)  # as if loaded: only the variable is of interest
    monkeypatch.setenv("TF_FORCE_GPU_ALLOW_GROWTH", set_to or "")
    if set_to is None:
        monkeypatch.delenv("TF_FORCE_GPU_ALLOW_GROWTH")
    load_tensorflow_quietly()
    assert os.environ["TF_FORCE_GPU_ALLOW_GROWTH"] == is_then
