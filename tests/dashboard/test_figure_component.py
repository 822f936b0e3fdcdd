"""What a page's figures are drawn with: the installed package's own plotly.js, and text."""

import base64
from pathlib import Path

import plotly
from plotly.offline import get_plotlyjs_version

from capsnet import figures
from dashboard.components import figure
from dashboard.components.browser_half import STATIC, version
from tests.figures.routed import diverged


def test_the_script_is_the_packages_own_and_is_made_whole_where_it_is_not():
    package = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    figure.plotly_script.cache_clear()
    before, path = version(), figure.plotly_script()
    assert get_plotlyjs_version() in path
    assert (STATIC / path).read_bytes() == package.read_bytes()
    (STATIC / path).write_bytes(b"half")
    figure.plotly_script.cache_clear()
    assert (STATIC / figure.plotly_script()).read_bytes() == package.read_bytes()
    assert not [*(STATIC / path).parent.glob("*.part")]
    version.cache_clear()
    assert version() == before  # it has a version of its own in its path


def test_a_figure_of_a_diverged_network_travels_as_text():
    text = figure.text_of(figures.lengths(diverged()))
    assert isinstance(text, str)
    assert "NaN" not in text.replace("not a number", "")


def test_where_nothing_can_be_written_the_script_travels_with_the_page(monkeypatch):
    def refused(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(figure, "STATIC", STATIC / "nowhere")
    monkeypatch.setattr(figure.Path, "mkdir", refused)
    figure.plotly_script.cache_clear()
    try:
        kind, script = figure.plotly_script().split(",", 1)
    finally:
        figure.plotly_script.cache_clear()
    package = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    assert kind == "data:text/javascript;base64"
    assert base64.b64decode(script) == package.read_bytes()
