"""The line between a browser and its server, to be cut; and a server of its own, to be restarted.

    with Line(port_of_the_server) as line:
        page.goto(line.address)
        line.cut()     # as a phone does that is locked: nothing gets through any more
        line.mend()

A session whose line was cut for longer than `server.disconnectedSessionTTL` is forgotten by
Streamlit, as is every session when the server restarts.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path
from typing import Any

from tests.browser import free_port

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60
"""Seconds to wait for a server on a busy machine."""


class Line:
    """A TCP proxy to a port of this machine.

    Attributes:
        port: where it listens.
        address: the same as a browser takes it.
    """

    def __init__(self, target: int) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._target = target
        self._is_cut = False
        self._ends: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._listen, daemon=True).start()

    def __enter__(self) -> Line:
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        self.cut()

    def cut(self) -> None:
        """Close every connection, and each that comes until `mend`."""
        with self._lock:
            self._is_cut = True
            ends, self._ends = self._ends, set()
        for end in ends:
            _hang_up(end)

    def mend(self) -> None:
        """Let connections through again; those that were cut stay closed."""
        self._is_cut = False

    def _listen(self) -> None:
        with contextlib.suppress(OSError):  # the listener has been closed
            while True:
                near, _ = self._listener.accept()
                threading.Thread(target=self._connect, args=(near,), daemon=True).start()

    def _connect(self, near: socket.socket) -> None:
        try:
            far = socket.create_connection(("127.0.0.1", self._target))
        except OSError:  # no server is there now
            return _hang_up(near)
        with self._lock:
            is_cut = self._is_cut
            if not is_cut:
                self._ends |= {near, far}
        if is_cut:
            _hang_up(near)
            return _hang_up(far)
        for source, sink in ((near, far), (far, near)):
            threading.Thread(target=self._carry, args=(source, sink), daemon=True).start()
        return None

    def _carry(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                sink.sendall(piece)
        for end in (source, sink):
            _hang_up(end)
        with self._lock:
            self._ends -= {source, sink}


class Server:
    """The explorer on a port of its own, which can be restarted there.

    Args:
        log: what it says.
        runs: its folder of runs.
        options: more of Streamlit's options, such as `server.disconnectedSessionTTL`.
    """

    def __init__(self, log: Path, runs: Path, **options: Any) -> None:
        self.port = free_port()
        self._log, self._runs = log, runs
        self._options = [f"--server.{name}={value}" for name, value in options.items()]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> str:
        """All that it has said."""
        return self._log.read_text()

    def start(self) -> None:
        """Start it and wait until it answers."""
        with self._log.open("a") as output:
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "streamlit", "run", "dashboard/app.py"),
                    *(f"--server.port={self.port}", "--server.address=127.0.0.1"),
                    *("--server.headless=true", "--server.fileWatcherType=none"),
                    *self._options,
                ],
                cwd=ROOT,
                env={**os.environ, "CAPSNET_RUNS": str(self._runs)},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            assert self._process.poll() is None, f"The server stopped:\n{self.log}"
            with contextlib.suppress(OSError):
                health = f"http://127.0.0.1:{self.port}/_stcore/health"
                with urllib.request.urlopen(health, timeout=2):
                    return
            time.sleep(0.25)
        raise TimeoutError(f"The server did not start in {PATIENCE} s:\n{self.log}")

    def stop(self) -> None:
        """End it, as a restart of the machine does."""
        if self._process is None:
            return
        os.killpg(self._process.pid, signal.SIGTERM)
        self._process.wait(timeout=30)
        self._process = None


def _hang_up(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
