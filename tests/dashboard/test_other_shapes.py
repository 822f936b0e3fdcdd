"""Every page with networks of other shapes: 26 letters in colour, and five solids in stereo."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from capsnet.capabilities import MOST_VOTES, why_not_shown
from capsnet.config import CapsNetConfig
from capsnet.data.display import levels
from capsnet.data.images import Images
from capsnet.data.resizing import as_shape
from capsnet.storage import checkpoints, experiment_results
from capsnet.training import run_folder, validation_pictures
from dashboard.state import digit as digits
from dashboard.state import experiments, galleries, training_runs
from dashboard.state.network_files import Stored, find
from tests import made_data
from tests.address import address, go_to
from tests.dashboard.test_routing_page import shown

PAGES = (
    "start", "draw", "routing", "pose", "layers", "transform", "two_digits", "doubts", "attack",
    "compare", "training",
)  # fmt: skip
NETWORKS = {"letters-1": made_data.LETTERS, "solids-1": made_data.SOLIDS}


@pytest.fixture(scope="module", autouse=True)
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A machine with a run of each."""
    folder = tmp_path_factory.mktemp("other-shapes")
    made_data.train_letters(folder / "letters-1")
    made_data.train_solids(folder / "solids-1")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(training_runs.FOLDER_VARIABLE, str(folder))
        yield folder


def opened(network: str, page: str, **link: str) -> AppTest:
    app = AppTest.from_file("../../dashboard/app.py", default_timeout=120)
    app.query_params.update({"network": network, **link})
    app.switch_page(f"views/{page}.py").run()
    assert not app.exception
    assert app.session_state["network_name"] == network
    return app


def said(app: AppTest) -> str:
    elements = (*app.markdown, *app.info, *app.caption, *app.warning, *app.error)
    return "\n".join(str(element.value) for element in elements)


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("page", PAGES)
def test_every_page_shows_it_as_far_as_it_can(network: str, page: str) -> None:
    app = opened(network, page)
    assert not app.error
    assert not app.warning
    label = NETWORKS[network].names[0]
    assert f"Label: **{label}**" in said(app)
    if page == "two_digits":
        assert "one laid over another would hide it" in said(app)
    if page == "draw":
        assert "A pen has one colour" in said(app)
        assert bool(app.main.get("file_uploader")) is (network == "letters-1")


def test_routing_speaks_of_this_network(runs: Path) -> None:
    app = opened("letters-1", "routing")
    header, _ = shown(app)
    assert header["names"] == list(made_data.LETTERS.names)
    assert header["words"]["lengths"]["title"] == "The answer: 26 lengths"
    words = json.dumps(header["words"], ensure_ascii=False)
    assert "8 numbers put onto the plane" in words
    assert " ten " not in words
    assert "digits" not in words


def test_a_name_is_text_and_never_markup() -> None:
    app = opened("solids-1", "layers", digit="4")
    assert "Label: **car \\<b\\>**" in said(app)
    assert not any("car <b>" in str(e.proto) for e in app.get("html"))


def test_a_link_opens_the_picture_and_the_pose_that_it_names() -> None:
    pose = ",".join(["0.25", *["0"] * 7])
    app = opened("letters-1", "pose", digit="27", pose=pose, capsule="25")
    assert "Label: **B**" in said(app)
    assert address(app)["digit"] == "27"
    assert address(app)["pose"] == pose
    assert address(app)["capsule"] == "25"
    wrong = opened("letters-1", "pose", digit="27", capsule="26")
    assert "not one of 0 to 25" in wrong.warning[0].value


def test_pictures_of_one_network_are_not_shown_to_another() -> None:
    app = opened("letters-1", "start", digit="27")
    app.button(key="use_2").click().run()
    app.sidebar.button[0].click().run()  # back to the shipped one
    assert "Label: **7**" in said(app)
    app.session_state["network_name"] = "letters-1"
    go_to(app, "views/start.py")
    assert "Label: **C**" in said(app)


def test_what_was_drawn_goes_along_to_every_shape() -> None:
    ink = np.zeros((28, 28, 1), np.float32)
    ink[4:24, 12:16] = 1
    drawn = digits.from_image(ink)
    for config in NETWORKS.values():
        pictures = Images(np.zeros((1, *config.image_shape), np.uint8), np.zeros(1, int))
        suited = digits.suited(drawn, galleries.Gallery("any", 0, pictures, config.names))
        assert suited is not None
        image = suited.images[0]
        assert image.shape == config.image_shape
        assert image[image.shape[0] // 2, image.shape[1] // 2].min() > 0.9
        assert not image[:, :2].any()


def test_a_picture_in_colour_becomes_ink_on_paper() -> None:
    photo = np.full((32, 32, 3), 250, np.uint8)
    photo[10:20, 10:20] = 10
    ink = as_shape(photo, (28, 28, 1))
    assert ink[14, 14] > 200
    assert ink[1, 1] < 20


def test_a_run_keeps_some_of_its_validation_pictures(runs: Path) -> None:
    kept = validation_pictures.read(runs / "letters-1", made_data.LETTERS)
    assert kept is not None
    np.testing.assert_array_equal(kept.images, made_data.letters(52, seed=1).images)
    assert kept.labels[:26].tolist() == list(range(26))
    assert validation_pictures.read(runs / "letters-1", made_data.SOLIDS) is None
    found = find("letters-1")
    assert found is not None
    own = galleries.gallery_of(found, made_data.LETTERS)
    assert (own.run, own.one, own.names) == ("letters-1", "picture", made_data.LETTERS.names)


def test_digits_stand_in_where_a_network_brings_no_pictures() -> None:
    uploaded = Stored("upload-0123456789ab", Path("/nowhere/upload.keras"), 0)
    stand_in = galleries.gallery_of(uploaded, made_data.SOLIDS)
    assert stand_in.shape == (96, 96, 2)
    assert stand_in.are_fitted
    assert not stand_in.is_labelled_for(made_data.SOLIDS.names)
    assert stand_in.in_words == "500 digits at 96 × 96 in pairs"


def test_experiments_are_made_on_its_own_pictures(runs: Path) -> None:
    app = opened("letters-1", "doubts")
    assert "the 52 validation pictures" in said(app)
    app.button(key="start-negative").click().run()
    job = next(iter(experiments._jobs().values()))
    assert job.over.wait(120)
    assert not job.trouble
    folder = experiment_results.folder(runs / "letters-1" / run_folder.BEST)
    found = json.loads(next(folder.glob("negative-*.json")).read_text())
    assert '"images": 52' in json.dumps(found)
    assert '"dataset": "letters-1"' in json.dumps(found)


def test_pictures_are_shown_as_they_are() -> None:
    ink = levels(np.array([[[0.0], [1.0]]]))
    assert ink.tolist() == [[255, 0]]
    pair = levels(np.array([[[0.0, 1.0], [0.2, 0.6]]]))
    assert pair.tolist() == [[0, 51, 255, 153]]
    colours = levels(np.array([[[0.0, 1.0, 0.2]]]))
    assert colours.tolist() == [[[0, 255, 51]]]


def test_what_is_too_large_is_told_in_a_sentence() -> None:
    config = CapsNetConfig(num_classes=100, digit_dim=64, class_names=tuple(map(str, range(100))))
    assert why_not_shown(config) == (
        f"Expected a network with at most {MOST_VOTES:,} numbers in its votes for one picture. "
        "Received: 7,372,800."
    )
    assert not why_not_shown(CapsNetConfig())


def test_checkpoints_of_these_shapes_are_whole(runs: Path) -> None:
    for name, config in NETWORKS.items():
        assert checkpoints.check(runs / name / run_folder.BEST) == config
