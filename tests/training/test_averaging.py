"""A mean of networks' weights: where it may be written, and what it tells of them."""

import json
import shutil

import pytest

from capsnet.storage import model_card
from capsnet.storage.atomic_files import sha256
from capsnet.training import averaging


@pytest.fixture
def mean(small_run, tmp_path):
    """A mean of networks, in a folder of its own."""
    copy = tmp_path / "means" / "copy.keras"
    copy.parent.mkdir()
    shutil.copy(small_run.best, copy)
    return averaging.average([copy, small_run.best], tmp_path / "means" / "mean.keras")


def test_a_mean_replaces_a_mean(mean, small_run):
    before = mean.stat().st_mtime_ns
    assert averaging.average([small_run.best, mean.with_name("copy.keras")], mean) == mean
    assert mean.stat().st_mtime_ns > before


@pytest.mark.parametrize("name", ["run.keras", "best.keras", "new.keras"])
def test_no_mean_is_written_into_a_run(small_run, tmp_path, name):
    folder = tmp_path / "run"
    shutil.copytree(small_run.folder, folder)
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    with pytest.raises(ValueError, match="outside of a run's folder"):
        averaging.average([small_run.best, small_run.best], folder / name)
    assert before == {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}


def test_a_mean_replaces_nothing_else(mean, small_run):
    package, copy = mean.with_name("package.json"), mean.with_name("copy.keras")
    package.write_text("{}")
    content = copy.read_bytes()
    for target, named in ((package.with_suffix(".keras"), "package.json"), (copy, "copy.keras")):
        with pytest.raises(ValueError, match=f"where {named} is something else"):
            averaging.average([small_run.best, small_run.best], target)
    shutil.copy(copy, mean)  # the card tells of the mean that was there
    with pytest.raises(ValueError, match=r"where mean\.keras is something else"):
        averaging.average([small_run.best, small_run.best], mean)
    assert (package.read_text(), copy.read_bytes()) == ("{}", content)


@pytest.mark.parametrize("wrong", [[], {"checkpoint": None}, {"checkpoint": "x"}, 5])
def test_a_card_of_another_kind_counts_for_nothing(mean, small_run, wrong):
    copy = mean.with_name("copy.keras")
    copy.with_suffix(".json").write_text(json.dumps(wrong))
    other = shutil.copy(copy, mean.with_name("other.keras"))  # of which nothing is told elsewhere
    averaging.average([other, copy], mean)
    assert model_card.start_of(model_card.read_card(mean)) is None


def test_a_card_that_tells_no_dataset(mean, small_run):
    copy = mean.with_name("copy.keras")
    told = {"checkpoint": {"sha256": sha256(copy)}, "training": "y"}
    copy.with_suffix(".json").write_text(json.dumps(told))
    averaging.average([small_run.best, copy], mean)
    assert "training" not in model_card.read_card(mean)
