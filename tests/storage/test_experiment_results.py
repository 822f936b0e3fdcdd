"""Results stay with their checkpoint, and count for no other."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from capsnet.storage import experiment_results as results
from capsnet.storage.atomic_files import sha256

if TYPE_CHECKING:
    from pathlib import Path

ASKED = {"settings": {"degrees": (30.0,)}, "rounds": None, "images": "abc"}


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    path = tmp_path / "mine.keras"
    path.write_bytes(b"a network")
    return path


def keep(checkpoint: Path, accuracy: float = 0.5) -> Path:
    found = {"accuracy": accuracy}
    return results.write(checkpoint, "rotate", ASKED, found, sha256(checkpoint))


def test_a_result_is_there_at_the_next_visit(checkpoint: Path) -> None:
    assert results.read(checkpoint, "rotate", ASKED) is None
    written = keep(checkpoint)
    assert written.parent.name == "mine-experiments"
    assert results.read(checkpoint, "rotate", ASKED) == {"accuracy": 0.5}
    assert results.read(checkpoint, "rotate", {**ASKED, "rounds": 5}) is None
    keep(checkpoint, 0.75)
    assert results.read(checkpoint, "rotate", ASKED) == {"accuracy": 0.75}


def test_a_result_of_another_network_counts_for_nothing(checkpoint: Path) -> None:
    keep(checkpoint)
    checkpoint.write_bytes(b"a better network")
    assert results.read(checkpoint, "rotate", ASKED) is None
    shutil.rmtree(results.folder(checkpoint))
    assert results.read(checkpoint, "rotate", ASKED) is None


@pytest.mark.parametrize("content", ["", "[]", "{", '{"checkpoint_sha256": 3}'])
def test_a_damaged_file_is_no_result(checkpoint: Path, content: str) -> None:
    keep(checkpoint).write_text(content)
    assert results.read(checkpoint, "rotate", ASKED) is None


def test_the_oldest_make_room(checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "MOST_KEPT", 3)
    for rounds in range(1, 6):
        asked = {**ASKED, "rounds": rounds}
        results.write(checkpoint, "rotate", asked, {"rounds": rounds}, sha256(checkpoint))
    assert len(list(results.folder(checkpoint).iterdir())) == 3
    assert results.read(checkpoint, "rotate", {**ASKED, "rounds": 5}) == {"rounds": 5}
