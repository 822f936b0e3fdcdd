"""The browser's half of the components: ES modules as they are, never of two versions at once."""

from __future__ import annotations

import shutil

import pytest

from dashboard.components import browser_half
from dashboard.components.browser_half import (
    STATIC,
    VENDOR,
    imported,
    needed,
    script,
    text_of,
    version,
)
from tests.dashboard.test_server_settings import server_settings


def ours():
    """Every script that is not a foreign library's."""
    return {p for p in STATIC.rglob("*.js") if p.relative_to(STATIC).parts[0] != VENDOR}


def entries():
    """The modules that Streamlit calls."""
    return {p for p in ours() if "export default" in p.read_text()}


def test_streamlit_serves_the_folder():
    assert server_settings()["server"]["enableStaticServing"] is True


@pytest.mark.parametrize(
    "path", sorted(ours()), ids=lambda path: path.parent.name + "/" + path.name
)
def test_every_import_names_a_file_that_is_there(path):
    for address in imported(path):
        assert address.startswith("."), address
        assert (path.parent / address).is_file(), address


def test_every_script_belongs_to_a_component():
    used = set().union(*map(needed, entries()))
    assert {path for path in used if VENDOR not in path.parts} == ours()


def test_a_component_imports_its_module_and_knows_what_lies_near_it():
    text = script("draw_pad/pad.js")
    assert '"module": "draw_pad/pad.js"' in text
    assert '"draw_pad/strokes.js"' in text and '"dom.js"' in text
    assert '"network/worker.js"' in text and '"draw_pad/ink.js"' in text
    assert "pose_explorer" not in text


def test_a_module_that_is_not_there_is_named():
    with pytest.raises(FileNotFoundError, match=r"Received: draw_pad/pat\.js"):
        script("draw_pad/pat.js")


def test_the_version_changes_with_any_module_and_with_nothing_else(tmp_path, monkeypatch):
    static = tmp_path / "static"
    shutil.copytree(STATIC, static, ignore=shutil.ignore_patterns(VENDOR))
    monkeypatch.setattr(browser_half, "STATIC", static)
    fresh = version.__wrapped__
    before = fresh()
    (static / "picture_strip" / "picture_strip.css").write_text("")
    (static / VENDOR / "library-1").mkdir(parents=True)
    (static / VENDOR / "library-1" / "library.js").write_text("")
    assert fresh() == before
    (static / "picture_strip" / "picture_strip.js").write_text(
        text_of("picture_strip/picture_strip.js") + "\n"
    )
    assert fresh() != before
