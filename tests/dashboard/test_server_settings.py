"""How Streamlit is set up beside the app."""

import tomllib
from pathlib import Path

from capsnet.storage import checkpoints
from dashboard.state import training_runs as machine
from dashboard.views.parts.training import compare


def server_settings():
    """What Streamlit reads beside the app."""
    path = Path(machine.ROOT) / "dashboard" / ".streamlit" / "config.toml"
    return tomllib.loads(path.read_text())


def test_the_server_takes_files_as_large_as_the_pages_ask_for():
    taken = server_settings()["server"]["maxUploadSize"]
    assert taken >= compare.LARGEST_UPLOAD_MB
    assert 2**20 * compare.LARGEST_UPLOAD_MB > 2 * checkpoints.SHIPPED.stat().st_size


def test_nothing_is_told_to_streamlits_makers_and_no_traceback_to_visitors():
    assert server_settings()["browser"]["gatherUsageStats"] is False
    assert server_settings()["client"]["showErrorDetails"] == "none"


def test_a_session_waits_through_a_short_break():
    assert 300 <= server_settings()["server"]["disconnectedSessionTTL"] <= 3600
