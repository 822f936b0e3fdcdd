"""`python -m capsnet worksheet`: what a class is given, and its key."""

import re

import numpy as np
import pytest

from capsnet.analysis import pose_atlas
from capsnet.analysis.worksheet import worksheet
from capsnet.cli import main
from capsnet.data.bundled import load_bundled
from capsnet.data.lesson_texts import lesson_texts
from capsnet.figures import printing
from capsnet.figures.worksheet_page import worksheet_page
from capsnet.storage import checkpoints
from tests.browser import browser_path


@pytest.fixture(scope="module")
def sheet(shipped):
    image = load_bundled()[357:358].pixels()[0]
    return worksheet(shipped, image, pose_atlas.read(checkpoints.SHIPPED))


def test_its_numbers_are_those_of_the_trace(sheet, shipped):
    trace = shipped.trace(load_bundled()[357:358].pixels())
    m, row, column = sheet.capsule
    part = (row * 6 + column) * 32 + m
    assert sheet.answer == 7 and sheet.round == 2
    np.testing.assert_allclose(sheet.logits, trace.logits[1, 0, part])
    by_hand = np.exp(sheet.logits) / np.exp(sheet.logits).sum()  # as the class works it out
    np.testing.assert_allclose(by_hand, sheet.coupling, atol=1e-6)
    np.testing.assert_allclose(sheet.logits + sheet.agreement, trace.logits[2, 0, part], atol=1e-5)
    grown = trace.coupling[2, 0, part] - trace.coupling[1, 0, part]
    assert sheet.gains_most == grown.argmax()


def test_a_map_that_the_answer_needs_is_among_those_to_silence(sheet, shipped):
    off = np.zeros((6, 6, 32), bool)
    off[..., sheet.needed_most] = True
    silent = shipped.trace(load_bundled()[357:358].pixels(), silenced=off)
    assert min(sheet.lengths) == pytest.approx(float(silent.lengths[-1, 0, 7]))
    assert min(sheet.lengths) < sheet.length - 0.05 < max(sheet.lengths)


@pytest.mark.parametrize("language", ["en", "de"])
def test_only_the_key_has_the_answers(sheet, language):
    words = {**lesson_texts(language)["worksheet"], "code": language}
    page = worksheet_page(sheet, words, "357", "http://10.0.0.7:8501/routing?digit=357")
    given, key = page.split("<div class='key'>")
    assert not re.search(r"class='blank'>[^<]", given)
    share = f">{sheet.coupling[0]:.3f}<".replace(".", "," if language == "de" else ".")
    assert share in key and share not in given
    assert words["most"].format(name="7") in key and words["needs"][:10] not in given
    assert len(re.findall("class='strip'", given)) == 6
    assert all(effect and words["effects"][effect] in key for effect in sheet.effects)
    assert "{" not in re.sub(r"<style>.*?</style>", "", page, flags=re.S)


def test_it_becomes_a_page_and_a_pdf(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("BROWSER_PATH", browser_path())
    for name in ("sheet.html", "sheet.pdf"):
        told = ["--digit", "3", "--language", "de", "--out", f"{tmp_path / name}"]
        assert main(["worksheet", *told]) == 0
    assert (tmp_path / "sheet.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    printed = (tmp_path / "sheet.pdf").read_bytes()
    assert printed.startswith(b"%PDF")
    assert len(re.findall(rb"/Type /Page\b", printed)) == 2  # the sheet, and its key
    assert "worksheet of digit 3" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ["--out", "sheet.docx"],
            "Expected --out that ends in .html or .pdf. Received: sheet.docx",
        ),
        (["--out", "sheet.pdf", "--digit", "5000"], "Expected --digit from 0 to 4999"),
        (["--out", "nowhere/sheet.pdf"], "Expected --out in a folder that is there"),
    ],
)
def test_a_wrong_wish_is_one_sentence(arguments, told, capsys):
    assert main(["worksheet", *arguments]) == 1
    assert told in capsys.readouterr().err


def test_without_a_browser_html_is_named(monkeypatch, tmp_path):
    monkeypatch.delenv("BROWSER_PATH", raising=False)
    monkeypatch.setattr(printing.shutil, "which", lambda name: None)
    with pytest.raises(printing.ExportError, match="HTML needs none"):
        printing.print_page("<p>", tmp_path / "sheet.pdf")
