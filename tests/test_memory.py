"""Memory that a process keeps, in processes of their own."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

PROGRAM = """
import numpy as np
from capsnet.memory import keep_freed_memory

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
