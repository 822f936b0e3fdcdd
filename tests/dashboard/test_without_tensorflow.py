"""Pages that need no trace: the server shows them by the network's export, without TensorFlow."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from capsnet.storage import checkpoints, exports
from dashboard.state import exported

ROOT = Path(__file__).parents[2]

VISIT = """
import sys
from pathlib import Path
from streamlit.testing.v1 import AppTest
from capsnet.storage import checkpoints

checkpoints.SHIPPED = Path(sys.argv[1])
app = AppTest.from_file("dashboard/app.py", default_timeout=120)
for page in sys.argv[2:]:
    app.switch_page(f"views/{page}.py").run()
    assert not app.exception and not app.error, (page, app.exception, app.error)
    shown = " ".join(markdown.value for markdown in app.sidebar.markdown)
    print(page, "Network: **" in shown, *({"keras", "tensorflow"} & set(sys.modules)))
"""


@pytest.fixture(scope="module")
def exported_network(small_model, images, tmp_path_factory) -> Path:
    """A network's file, with its export beside it; tests must not change them."""
    path = tmp_path_factory.mktemp("exported") / "small.keras"
    checkpoints.save(small_model, path)
    exports.make(images, path)
    return path


def visited(network: Path, *pages: str, runtime: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", VISIT, str(network), *pages],
        cwd=ROOT,
        env={**os.environ, exported.VARIABLE: runtime, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout.splitlines()


def test_start_draw_and_pose_are_shown_without_tensorflow_and_routing_loads_it(exported_network):
    pages = visited(exported_network, "start", "draw", "pose", "routing", runtime="server")
    assert pages[:3] == ["start True", "draw True", "pose True"]
    assert set(pages[3].split()) == {"routing", "True", "keras", "tensorflow"}


def test_a_damaged_export_is_made_anew_and_the_page_is_shown_meanwhile(
    exported_network, small_model, images, tmp_path, monkeypatch
):
    path = tmp_path / "damaged.keras"
    checkpoints.save(small_model, path)
    whole = exports.make(images, path)
    whole.path("decoder").write_bytes(bytes(whole.files["decoder"][1]))
    begun = []

    class Process:
        def __init__(self, command, **_):
            begun.append(command)

        def poll(self):
            return None

    monkeypatch.setattr(exported.subprocess, "Popen", Process)
    monkeypatch.setattr(checkpoints, "SHIPPED", path)
    monkeypatch.setenv(exported.VARIABLE, "server")
    app = AppTest.from_file("../../dashboard/app.py", default_timeout=60)
    app.switch_page("views/draw.py").run()
    assert not app.exception and not app.error
    assert begun[0][-1] == str(path) and not whole.folder.exists()
