"""Figures as files: pages that open in a browser without the internet, and pictures for print."""

from __future__ import annotations

import builtins
import re

import pytest
from kaleido.errors import ChromeNotFoundError
from plotly.offline import get_plotlyjs_version

from capsnet import figures
from capsnet.figures import files
from tests.browser import browser_path
from tests.figures.routed import routed


@pytest.fixture(scope="module")
def drawn():
    return figures.lengths(routed())


def test_a_page_holds_plotly_itself(drawn, tmp_path):
    figures.write(drawn, tmp_path / "whole.html")
    text = (tmp_path / "whole.html").read_text(encoding="utf-8")
    assert get_plotlyjs_version() in text
    assert not re.search(r"<script[^>]+src=", text)


def test_pages_share_plotly_beside_them(drawn, tmp_path):
    for name in ("one.html", "two.html"):
        figures.write(drawn, tmp_path / name, "beside")
        page = (tmp_path / name).read_text(encoding="utf-8")
        assert 'src="plotly.min.js"' in page
        assert len(page) < 200_000
    assert (tmp_path / "plotly.min.js").stat().st_size > 4e6


def test_another_ending_is_refused(drawn, tmp_path):
    with pytest.raises(files.ExportError, match=r"\.html, \.svg, \.png, \.pdf\. Received: .*\.gif"):
        figures.write(drawn, tmp_path / "figure.gif")


def test_without_kaleido_a_picture_is_refused_in_a_sentence(drawn, tmp_path, monkeypatch):
    real = builtins.__import__

    def without(name, *rest, **more):
        if name.startswith("kaleido"):
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(files.ExportError, match="pip install kaleido"):
        figures.write(drawn, tmp_path / "figure.svg")
    assert not (tmp_path / "figure.svg").exists()


def test_without_a_browser_a_picture_is_refused_in_a_sentence(drawn, tmp_path, monkeypatch):
    monkeypatch.setattr(
        "kaleido.calc_fig_sync", lambda *_, **__: (_ for _ in ()).throw(ChromeNotFoundError())
    )
    with pytest.raises(files.ExportError, match="Expected Chrome or Chromium.*no browser"):
        figures.write(drawn, tmp_path / "figure.pdf")


@pytest.mark.e2e
def test_pictures_for_print(drawn, tmp_path, monkeypatch):
    monkeypatch.setenv("BROWSER_PATH", browser_path())
    for kind, start in (("svg", b"<svg"), ("png", b"\x89PNG"), ("pdf", b"%PDF")):
        figures.write(drawn, tmp_path / f"figure.{kind}")
        assert (tmp_path / f"figure.{kind}").read_bytes().startswith(start)
    assert "length" in (tmp_path / "figure.svg").read_text(encoding="utf-8")
