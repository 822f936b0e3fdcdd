"""Pages with a network that is not the shipped one: smaller, and with names for its classes."""

from __future__ import annotations

import dataclasses
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import keras
import pytest
from streamlit.testing.v1 import AppTest

from capsnet.config import CapsNetConfig
from capsnet.data.datasets import SOURCES
from capsnet.network.model import CapsNet
from capsnet.storage import checkpoints
from capsnet.training import run_folder
from capsnet.training_config import TrainingConfig
from dashboard.state import network_files
from dashboard.state import training_runs as machine
from tests.address import address, go_to
from tests.dashboard.test_routing_page import compare, shown

if TYPE_CHECKING:
    from capsnet.training.train import TrainingResult

NAMES = SOURCES["fashion-mnist"].class_names
PAGES = ("draw", "routing", "pose", "start")


@pytest.fixture(scope="module")
def shared_folder(small_config: CapsNetConfig, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of another dataset: untrained, and routing twice. Its file is loaded once."""
    config = dataclasses.replace(small_config, class_names=NAMES, rounds=2)
    folder = tmp_path_factory.mktemp("runs")
    run_folder.write_run(folder / "fashion-1", config, TrainingConfig(dataset="fashion-mnist"))
    keras.utils.set_random_seed(3)
    checkpoints.save(CapsNet(config), folder / "fashion-1" / run_folder.BEST)
    return folder


@pytest.fixture
def network(shared_folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of that run, on this machine; tests must not change it."""
    monkeypatch.setenv(machine.FOLDER_VARIABLE, str(shared_folder))
    return "fashion-1"


@pytest.fixture
def record(network: str, shared_folder: Path) -> Iterator[Path]:
    """That run's settings, which may be written over, and another run put beside it, `first`."""
    path = shared_folder / network / run_folder.RUN
    before = path.read_text()
    yield path
    path.write_text(before)
    shutil.rmtree(shared_folder / "first")


@pytest.fixture
def own_network(shared_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a copy of that run, in `tmp_path`, to be changed."""
    shutil.copytree(shared_folder / "fashion-1", tmp_path / "fashion-1")
    monkeypatch.setenv(machine.FOLDER_VARIABLE, str(tmp_path))
    return "fashion-1"


def opened(network: str, page: str) -> AppTest:
    app = AppTest.from_file("../../dashboard/app.py", default_timeout=120)
    app.query_params["network"] = network
    app.switch_page(f"views/{page}.py").run()
    assert not app.exception
    assert app.session_state["network_name"] == network
    return app


@pytest.mark.parametrize("page", PAGES)
def test_pages_call_the_classes_by_their_names(network: str, page: str) -> None:
    app = opened(network, page)
    said = [str(element.value) for element in app.sidebar.markdown]
    network_says = next(words for words in said if words.startswith("Network: "))
    assert any(name in network_says for name in NAMES)
    if page == "start":
        html = [str(element.proto) for element in app.get("html")]
        read = [words for words in html if "none of its classes: " in words]
        assert len(read) == 5
        # An untrained network is sure of nothing.
        assert all(
            any(f"none of its classes: {name}, " in words for name in NAMES) for words in read
        )
    elif page == "routing":
        assert shown(app)[0]["names"] == list(NAMES)
    else:
        (component,) = [c for c in app.get("bidi_component") if "ankle boot" in str(c.proto)]
        assert json.loads(component.proto.json)["names"] == list(NAMES)


def test_the_verdict_names_the_class(network: str) -> None:
    app = opened(network, "draw")
    app.sidebar.number_input(key="picker_index").set_value(0).run()
    verdict = next(str(e.proto) for e in app.get("html") if "verdict-class" in str(e.proto))
    assert any(f">{name}<" in verdict for name in NAMES)
    line = next(str(e.proto) for e in app.get("html") if "verdict-words" in str(e.proto))
    assert sum(f"{name} (0." in line for name in NAMES) == 2


def test_routing_counts_this_networks_capsules(network: str) -> None:
    app = opened(network, "routing")
    words = json.dumps(shown(app)[0]["words"], ensure_ascii=False)
    assert "over the 72 capsules i" in words
    assert "at 36 places" in words
    assert "the 17 × 17 pixels" in words
    assert "1152" not in words
    assert "{" not in words.replace('{"', "").replace("{}", "")
    assert any("72 primary capsules" in m.value for m in app.main.markdown)


def test_routing_speaks_of_classes_where_they_are_no_digits(network: str) -> None:
    app = opened(network, "routing")
    assert any("vote on the class." in m.value for m in app.main.markdown)
    words = shown(app)[0]["words"]
    assert "ten classes" in json.dumps(words)
    others = [*re.finditer(r"\bdigits?\b(?! capsule)", json.dumps(words))]
    assert not others


def test_capsules_silenced_in_a_larger_network_are_forgotten(network: str) -> None:
    app = AppTest.from_file("../../dashboard/app.py", default_timeout=120)
    app.switch_page("views/routing.py").run()
    header, _ = shown(compare(app, "silenced", silenced=(3, 1000)))
    assert header["silenced"] == [3, 1000]
    app.session_state["network_name"] = network
    app.run()
    assert not app.exception
    header, _ = shown(app)
    assert (header["silenced"], header["beside"]) == ([], "nothing")


def test_rounds_that_nobody_chose_stay_with_their_network(network: str) -> None:
    app = AppTest.from_file("../../dashboard/app.py", default_timeout=120)
    app.switch_page("views/routing.py").run()
    for name, rounds in ((network, 2), ("", 3)):
        app.session_state["network_name"] = name
        app.run()
        assert [len(run["coupling"]) for run in shown(app)[1]] == [rounds]
        assert "rounds" not in address(app)
        assert not any("Not as trained" in m.value for m in app.main.markdown)


def test_chosen_rounds_go_along_to_another_network_and_page(network: str) -> None:
    app = AppTest.from_file("../../dashboard/app.py", default_timeout=120)
    app.switch_page("views/routing.py").run()
    app.button_group(key="routing_rounds").set_value(5).run()
    app.session_state["network_name"] = network
    app.run()
    assert [len(run["coupling"]) for run in shown(app)[1]] == [5]
    go_to(app, "views/draw.py")
    assert address(app)["rounds"] == "5"
    again = AppTest.from_file("../../dashboard/app.py", default_timeout=120)
    again.query_params.update(address(app))
    again.switch_page("views/draw.py").run()
    (trace,) = (b for b in again.get("download_button") if b.label.startswith("Whole trace"))
    assert "With as many rounds as on Routing: 5." in trace.proto.help


def test_the_training_pictures_tells_the_classes_by_name(
    small_run: TrainingResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(machine.FOLDER_VARIABLE, str(tmp_path))
    folder = tmp_path / "fashion-2"
    shutil.copytree(small_run.folder, folder)
    config, training = run_folder.read_run(folder)
    run_folder.write_run(folder, dataclasses.replace(config, class_names=NAMES), training)
    app = AppTest.from_file("../../dashboard/app.py", default_timeout=120)
    app.switch_page("views/training.py").run()
    assert not app.exception
    strips = [c.proto.json for c in app.get("bidi_component") if "read as " in c.proto.json]
    (strip,) = [one for one in strips if any(f"read as {name}" in one for name in NAMES)]
    read = [column["alt"].split("read as ")[1] for column in json.loads(strip)["columns"][1:]]
    assert all(set(alt.split(", ")) <= set(NAMES) for alt in read)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"dataset": "bundled"}, "learned from most of them"),
        ({"dataset": "fashion-mnist"}, "this network was not trained"),
        ({"dataset": "mnist", "start": str(checkpoints.SHIPPED)}, "this network was not trained"),
        ({"dataset": "mnist", "start": "{folder}/first/best.keras"}, "learned from most of them"),
        ({"dataset": "mnist", "start": "{folder}/elsewhere/best.keras"}, "is not known"),
        ({"dataset": "own.npz"}, "is not known"),
    ],
)
def test_the_picker_says_what_a_runs_network_has_seen(
    network: str, record: Path, changes: dict[str, str], said: str
) -> None:
    config, training = run_folder.read_run(record.parent)
    folder = record.parent.parent
    run_folder.write_run(folder / "first", config, TrainingConfig(dataset="bundled"))
    filled = {name: value.replace("{folder}", str(folder)) for name, value in changes.items()}
    run_folder.write_run(record.parent, config, dataclasses.replace(training, **filled))
    captions = "\n".join(str(c.value) for c in opened(network, "routing").sidebar.caption)
    assert said in captions


def test_of_an_upload_it_does_not_know(own_network: str, tmp_path: Path) -> None:
    name = network_files.keep(
        (tmp_path / own_network / run_folder.BEST).read_bytes(), "a *[net](x).keras"
    )
    app = opened(name, "routing")
    captions = "\n".join(str(c.value) for c in app.sidebar.caption)
    assert "not known here whether this network was trained on them" in captions
    written = r"Uploaded, a \*\[net\]\(x\)\.keras"  # as itself, and not as Markdown
    assert written in "\n".join(str(m.value) for m in app.sidebar.markdown)
    go_to(app, "views/start.py")
    assert any("an upload brings no record" in str(i.value) for i in app.info)


def test_another_network_has_no_known_mistakes_to_pick_from(network: str) -> None:
    app = AppTest.from_file("../../dashboard/app.py", default_timeout=120)
    app.switch_page("views/pose.py").run()
    pills = app.sidebar.button_group(key="picker_class")
    pills.set_value("Read wrongly").run()
    app.session_state["network_name"] = network
    app.run()
    assert app.sidebar.button_group(key="picker_class").value == "Any"
    another = next(b for b in app.sidebar.button if b.label == "Another")
    another.click().run()
    assert not app.exception


def test_a_damaged_record_is_no_hindrance(own_network: str, tmp_path: Path) -> None:
    path = tmp_path / own_network / run_folder.RUN
    path.write_text(path.read_text().replace('"epochs"', '"epochs of a later version"'))
    for page in PAGES:
        app = opened(own_network, page)
    captions = "\n".join(str(c.value) for c in app.sidebar.caption)
    assert "not known here whether this network was trained on them" in captions


def test_a_class_name_is_not_taken_for_markdown(own_network: str, tmp_path: Path) -> None:
    config, _ = run_folder.read_run(tmp_path / own_network)
    names = tuple(f"a_{n}_[b](c)" for n in range(10))
    checkpoints.save(
        CapsNet(dataclasses.replace(config, class_names=names)),
        tmp_path / own_network / run_folder.BEST,
    )
    said = [str(m.value) for m in opened(own_network, "pose").sidebar.markdown]
    assert any(r"\_\[b\]\(c\)" in words for words in said)
    assert not any("_[b](c)" in words.replace("\\", "") and "\\" not in words for words in said)


def test_a_run_of_a_page_stays_with_the_network_it_began_with(
    own_network: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(own_network, "pose")
    looked_for = []
    find = network_files.find
    monkeypatch.setattr(network_files, "find", lambda name: looked_for.append(name) or find(name))
    app.run()
    assert looked_for == [own_network]  # a trainer may replace the file at any moment
    before = app.session_state["network_found"]
    (tmp_path / own_network / run_folder.BEST).touch()
    app.run()
    assert app.session_state["network_found"] != before


def test_a_network_that_is_gone_is_told_of_until_another_page_is_looked_at(
    own_network: str, tmp_path: Path
) -> None:
    app = opened(own_network, "pose")
    shutil.rmtree(tmp_path / own_network)
    for _ in range(3):
        app.run()
        assert [w.value.split(".")[0] for w in app.warning] == [
            f"This machine has no network named {own_network}"
        ]
    go_to(app, "views/draw.py")
    assert not app.warning
