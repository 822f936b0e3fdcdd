"""Load TensorFlow without its wall of start-up messages."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator


def load_tensorflow_quietly() -> None:
    """Import TensorFlow (through Keras), keeping its start-up notes off the terminal.

    Those are written by C++ code before its own log level applies, so for the length of the
    import the process's standard error goes to a file. If the import fails, all of it is shown.

    It is also told to take a GPU's memory as it needs it, not all of it at once: the pages' server
    and a trainer may share one GPU.
    """
    os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")
    if "keras" in sys.modules:
        return
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with _stderr_held_back():
        import keras  # noqa: F401  (imports the backend)


@contextlib.contextmanager
def _stderr_held_back() -> Iterator[None]:
    sys.stderr.flush()
    original = os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        except Exception:  # Ctrl-C is no failure
            held.seek(0)
            os.write(original, held.read())
            raise
        finally:
            os.dup2(original, 2)
            os.close(original)
