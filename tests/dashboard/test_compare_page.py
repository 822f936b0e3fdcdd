"""The Compare page through AppTest: two networks' figures, a cell's digits, equal networks."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from capsnet.data.bundled import load_bundled
from capsnet.storage import checkpoints
from capsnet.storage.checkpoints import SHIPPED
from capsnet.training import snapshots
from capsnet.training.run_folder import BEST, INTERRUPTED, SNAPSHOTS
from capsnet.training_config import TrainingConfig
from dashboard import state
from dashboard.state import run_control
from dashboard.views.parts.training.recorded import FOLDER
from tests.address import address
from tests.dashboard.experiment_page import charts, every_chart, new_app, open_page
from tests.dashboard.test_draw_page import components


@pytest.fixture
def twin(monkeypatch: pytest.MonkeyPatch) -> str:
    """The shipped network again, as a run's."""
    monkeypatch.setattr(state, "other_networks", lambda: {"": "The shipped network"})
    return ""


@pytest.fixture
def ships_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The second network that ships is not there."""
    monkeypatch.setattr(checkpoints, "SHIPPED_FOR_SETS", tmp_path / "none.keras")


def lengths_found(monkeypatch: pytest.MonkeyPatch, change=None) -> list[np.ndarray]:
    """Results of 5,000 digits: right ones, and another network's."""
    labels = load_bundled().labels
    right = np.full((5000, 10), 0.05)
    right[np.arange(5000), labels] = 0.95
    other = right.copy()
    if change is not None:
        change(other)
    found = [right, other]
    monkeypatch.setattr(
        state,
        "experiment_result",
        lambda name, given, network=None: {
            "labels": labels.tolist(),
            "lengths": found[network is not None].tolist(),
        },
    )
    return found


def test_two_equal_networks_never_differ(monkeypatch: pytest.MonkeyPatch, twin: str) -> None:
    lengths_found(monkeypatch)
    app = open_page(new_app(), "compare")
    told = {one.label: one.value for one in app.metric}
    assert told["Answers that differ"] == "0.00 %"
    assert any("are equal" in one.value for one in app.info)
    assert any("settings are the same" in one.value for one in app.markdown)
    (own, other) = charts(app)["pose-numbers"]["data"]
    assert own["y"] == other["y"]
    routing = max(components(app, "capsnet_figures"), key=lambda told: len(told["figures"]))
    drawn = [json.loads(text)["layout"]["meta"]["name"] for text in routing["figures"]]
    assert drawn == ["lengths", "lengths", "coupling", "coupling"]
    (cards,) = (frame.value for frame in app.dataframe if "model card" in frame.value)
    assert cards.iloc[0].tolist()[0] == "preset"
    assert address(app)["with"] == "shipped"


def test_what_only_one_reads_is_shown_and_opens(monkeypatch: pytest.MonkeyPatch, twin: str) -> None:
    def misread(lengths: np.ndarray) -> None:
        lengths[[17, 42], :] = 0.05
        lengths[[17, 42], 0] = 0.6

    lengths_found(monkeypatch, misread)
    app = open_page(new_app(), "compare")
    told = {one.label: one.value for one in app.metric}
    assert told["Answers that differ"] == "0.04 %"
    assert told["Read rightly: The shipped network"] == "99.96 %"
    app.button(key="open-only-own-42").click().run()
    assert address(app)["digit"] == "42"
    matrices = [c for name, c in charts(app).items() if name == "confusion"]
    assert matrices


@pytest.mark.usefixtures("ships_one")
def test_without_another_network_it_is_said_and_the_recorded_run_is_compared(shipped) -> None:
    app = open_page(new_app(), "compare")
    assert any("No other network is on" in one.value for one in app.markdown)
    (offered,) = (box.options for box in app.selectbox if box.key == "compare_with")
    assert offered == ["The recorded run, at one of its epochs"]
    last = app.selectbox(key="compare_epoch").value
    app.selectbox(key="compare_epoch").set_value("0.0").run()
    assert not app.exception
    assert address(app)["with"] == ":recorded" and address(app)["epoch"] == "0.0"
    page = snapshots.read(snapshots.pages(FOLDER)[0])
    read = shipped.trace(page.pictures.astype(np.float32) / 255).lengths[-1].argmax(-1)
    (table,) = (frame.value for frame in app.dataframe)
    assert table["in use: reads"].tolist() == [str(c) for c in read]
    assert table["before: reads"].tolist() == [str(c) for c in page.reads]
    app.selectbox(key="compare_epoch").set_value(last).run()
    (table,) = (frame.value for frame in app.dataframe)
    final = snapshots.read(snapshots.pages(FOLDER)[-1])
    shown = table[f"epoch {final.epoch}: reads"].tolist()
    assert shown == [str(c) for c in final.reads] != [str(c) for c in page.reads]


def test_a_runs_epochs_and_the_network_it_stopped_with_are_offered(runs_folder: Path) -> None:
    name = run_control.create("mine", checkpoints.check(), TrainingConfig())
    shutil.copy(SHIPPED, runs_folder / name / BEST)
    shutil.copy(SHIPPED, runs_folder / name / INTERRUPTED)
    shutil.copytree(FOLDER / "diary", runs_folder / name / SNAPSHOTS)
    app = open_page(new_app(), "compare", **{"with": f"{name}:stopped"})
    assert app.selectbox(key="compare_with").value == f"{name}:stopped"
    assert sum("settings are the same" in one.value for one in app.markdown) == 1
    app.selectbox(key="compare_with").set_value(name).run()
    assert app.selectbox(key="compare_epoch").value == ""  # all of the best one is there
    assert sum("settings are the same" in one.value for one in app.markdown) == 1
    app.selectbox(key="compare_epoch").set_value("3.0").run()
    assert not app.exception
    assert any(one.value == "The same ten pictures" for one in app.subheader)
    assert not any("settings are the same" in one.value for one in app.markdown)
    app.query_params["network"] = name  # beside itself, at another time
    again = open_page(new_app(), "compare", network=name, **{"with": name}, epoch="1.0")
    assert again.selectbox(key="compare_epoch").value == "1.0"
    assert "" not in again.selectbox(key="compare_epoch").options


def test_a_link_to_an_epoch_that_was_not_kept_is_reported() -> None:
    app = open_page(new_app(), "compare", **{"with": ":recorded"}, epoch="999.0")
    assert any("kept nothing of the epoch '999" in one.value for one in app.warning)


def test_a_link_to_a_network_that_is_not_here_is_reported(twin: str) -> None:
    app = open_page(new_app(), "compare", **{"with": "gone"})
    assert any("no network named 'gone'" in one.value for one in app.warning)


@pytest.mark.usefixtures("ships_one")
def test_runs_best_networks_are_offered(runs_folder: Path) -> None:
    name = run_control.create("mine", checkpoints.check(), TrainingConfig())
    app = open_page(new_app(), "compare")
    assert not any("Run" in box.options[0] for box in app.selectbox)
    shutil.copy(SHIPPED, runs_folder / name / BEST)
    app.run()
    (offered,) = (box.options for box in app.selectbox if box.key == "compare_with")
    assert offered == [f"Run {name}", "The recorded run, at one of its epochs"]
    app.selectbox(key="compare_with").set_value(name).run()
    names = [drawn["layout"]["meta"]["name"] for drawn in every_chart(app)]
    assert names.count("capsule-lengths") == 2
    assert names.count("pose-numbers") == 1
