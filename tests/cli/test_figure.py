"""`python -m capsnet figure`: figures as files, and what is refused before TensorFlow is loaded."""

from __future__ import annotations

import numpy as np
import pytest

from capsnet.cli import figure, main
from capsnet.network.trace import CapsNetTrace
from tests.figures.routed import routed


class Network:
    """Answers with a trace that was routed in NumPy, and draws squares."""

    class config:
        names = tuple(f"{j}" for j in range(10))

    def trace(self, pixels: np.ndarray, rounds: int | None) -> CapsNetTrace:
        assert pixels.shape == (1, 28, 28, 1)
        return routed(rounds or 3, images=1)

    def decode(self, capsules: np.ndarray, classes: np.ndarray) -> np.ndarray:
        assert set(classes) == {4}
        return np.full((len(capsules), 28, 28, 1), 0.5)


@pytest.fixture
def quick(monkeypatch):
    """Without TensorFlow; the command itself is run with the real network in the next test."""
    monkeypatch.setattr(figure.checkpoints, "load", lambda _: Network())
    monkeypatch.setattr(figure, "load_tensorflow_quietly", lambda: None)


@pytest.mark.parametrize("kind", figure.OF_A_TRACE)
def test_each_figure_of_a_trace_becomes_a_page(quick, kind, tmp_path, capsys):
    out = tmp_path / "figure.html"
    told = ["figure", kind, "--digit", "3", "--out", f"{out}", "--plotly-js", "beside"]
    assert main([*told, "--scheme", "dark", "--rounds", "2"]) == 0
    text = out.read_text(encoding="utf-8")
    assert f'"name":"{kind}"' in text
    assert "#11151c" in text  # a dark page
    assert capsys.readouterr().out == f"{kind} -> {out}\n"


def test_the_grid_is_of_the_longest_capsule(quick, tmp_path):
    out = tmp_path / "grid.html"
    args = ["figure", "pose-grid", "--digit", "3", "--of-class", "4", "--out", f"{out}"]
    assert main([*args, "--plotly-js", "beside"]) == 0
    assert "16 rows, one a pose dimension of class 4" in out.read_text(encoding="utf-8")


def test_the_shipped_network_draws_its_own_lengths(shipped, images, tmp_path):
    out = tmp_path / "lengths.html"
    args = ["figure", "lengths", "--digit", "0", "--out", f"{out}", "--plotly-js", "beside"]
    assert main(args) == 0
    from capsnet.data.bundled import load_bundled

    length = shipped.trace(load_bundled()[:1].pixels()).lengths[-1, 0].max()
    assert f"{length:.2f}" in out.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["lengths"], "Expected either IMAGE or --digit N. Received: neither"),
        (["lengths", "a.png", "--digit", "1"], "Received: both"),
        (["lengths", "--digit", "5000"], "Expected --digit from 0 to 4999. Received: 5000"),
        (["votes", "--digit", "1", "--of-class", "10"], "Expected --of-class from 0 to 9."),
    ],
)
def test_what_cannot_be_drawn_is_refused(quick, arguments, told, tmp_path, capsys):
    assert main(["figure", *arguments, "--out", f"{tmp_path / 'a.html'}"]) == 1
    assert told in capsys.readouterr().err
    assert not (tmp_path / "a.html").exists()


def test_an_ending_that_is_no_figures_is_refused(quick, tmp_path, capsys):
    assert main(["figure", "lengths", "--digit", "1", "--out", f"{tmp_path / 'a.gif'}"]) == 1
    assert "Expected a file that ends in .html, .svg, .png, .pdf" in capsys.readouterr().err
