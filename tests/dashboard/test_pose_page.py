"""The Pose page through AppTest, what it sends the browser, and the notebook's grid.

Dragging, and everything else that happens in the browser, is in e2e/test_pose_*.py.
"""

import base64
import dataclasses
import io
import json
import shutil

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from capsnet import figures
from capsnet.analysis import pose_atlas
from capsnet.analysis.prediction import read_lengths
from capsnet.analysis.shape_measures import MEASURES
from capsnet.data.bundled import load_bundled
from capsnet.data.display import levels
from capsnet.storage import checkpoints
from capsnet.storage.checkpoints import SHIPPED
from capsnet.training.run_folder import BEST
from dashboard import state
from dashboard.components import pose_explorer
from dashboard.components.pose_explorer import PoseError, PoseSetting, meanings, morph
from dashboard.components.verdict import in_short
from dashboard.state import training_permission, training_runs
from dashboard.views.parts import pose_grid
from tests.address import address, by_history, go_to

PAGE = "views/pose.py"
SHIFTS = (0.25, -0.5, *[0.0] * 13, 0.001)
SIZES = (10, 16)
LINK = "0.25,-0.5,0,0,0,0,0,0,0,0,0,0,0,0,0,0.001"


@pytest.fixture
def app():
    return AppTest.from_file("../../dashboard/app.py", default_timeout=60)


def open_page(app: AppTest, **link: str) -> AppTest:
    app.run()
    app.query_params.clear()
    for name, value in link.items():
        app.query_params[name] = value
    with by_history():
        app.switch_page(PAGE).run()
    assert not app.exception
    return app


def open_drawer(app: AppTest, key: str) -> None:
    """Open an expander, as a click on it does."""
    app.session_state[key] = True
    app.run()


def sent(app: AppTest) -> dict:
    """What the explorer was given."""
    told = (json.loads(c.proto.json) for c in app.main.get("bidi_component"))
    (explorer,) = (data for data in told if "meanings" in data)  # the atlas's figure is another
    return explorer


def pixels(text: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), "<f4")


def test_the_explorer_gets_the_digit_its_capsules_and_its_own_pose(app, shipped, digits):
    data = sent(open_page(app, digit="42"))
    images = digits[42:43].pixels()
    trace = shipped.trace(images)
    np.testing.assert_array_equal(pixels(data["image"]), images.ravel())
    np.testing.assert_allclose(data["capsules"], trace.digit_capsules[-1, 0], atol=1e-5)
    np.testing.assert_allclose(pixels(data["drawn"]), trace.reconstruction.ravel(), atol=1e-4)
    assert data["pose"] == PoseSetting.unbent(int(trace.predictions[0]), 16).to_browser()


def test_a_link_opens_its_pose(app, shipped, digits):
    data = sent(open_page(app, digit="42", pose=LINK, capsule="3"))
    assert data["pose"] == PoseSetting(3, SHIFTS).to_browser()
    capsules = shipped.trace(digits[42:43].pixels()).digit_capsules[-1]
    capsules[0, 3] += SHIFTS
    expected = shipped.decode(capsules, 3).ravel()
    np.testing.assert_allclose(pixels(data["drawn"]), expected, atol=1e-6)
    lengths = shipped.trace(expected.reshape(1, 28, 28, 1)).lengths[-1, 0]
    assert data["read"] == in_short(read_lengths(lengths), "0123456789")
    assert address(app)["pose"] == LINK
    assert address(app)["capsule"] == "3"


@pytest.mark.parametrize(
    ("link", "reason"),
    [
        ({"pose": ",".join(["0"] * 15)}, "needs 16 numbers and has 15"),
        ({"pose": ",".join(["nan"] * 16)}, "by nan"),
        ({"pose": ",".join(["1e9"] * 16)}, "the most is 1"),
        ({"pose": ",".join(["half"] * 16)}, "not a number"),
        ({"pose": "1," * 5000}, "too long"),
        ({"capsule": "ten"}, "not one of 0 to 9"),
        ({"along": "rails"}, "not along axes: 'rails'"),
    ],
)
def test_a_broken_link_says_so_and_shows_the_own_pose(app, link, reason):
    open_page(app, digit="42", **link)
    (warning,) = app.main.warning
    assert reason in warning.value
    assert warning.value.endswith("Here is the digit's own pose.")
    assert sent(app)["pose"]["shifts"] == [0] * 16
    assert "pose" not in address(app)


def test_what_a_broken_link_said_outlives_the_next_run(app):
    open_page(app, digit="42", pose="half")
    app.run()
    assert "needs 16 numbers" in app.main.warning[0].value
    go_to(app, "views/routing.py")
    assert not open_page(app).main.warning


def test_the_pose_outlives_a_page_change_but_not_the_digit(app):
    open_page(app, digit="42", pose=LINK)
    epoch = sent(app)["epoch"]
    go_to(app, "views/routing.py")
    assert sent(open_page(app))["pose"]["shifts"] == list(SHIFTS)
    assert sent(app)["epoch"] == epoch
    app.sidebar.number_input(key="picker_index").set_value(43).run()
    assert sent(app)["pose"]["shifts"] == [0] * 16
    assert sent(app)["epoch"] != epoch
    assert "pose" not in address(app)


def test_a_pose_says_nothing_to_another_networks_decoder(app, tmp_path, monkeypatch, small_model):
    monkeypatch.setenv(training_runs.FOLDER_VARIABLE, str(tmp_path))
    (tmp_path / "small-1").mkdir()
    checkpoints.save(small_model, tmp_path / "small-1" / BEST)
    open_page(app, digit="42", pose=LINK)
    before = sent(app)
    app.session_state["network_name"] = "small-1"  # as by the button on Training
    app.run()
    assert sent(app)["pose"]["shifts"] == [0] * 16
    assert sent(app)["epoch"] != before["epoch"]
    assert sent(app)["decoder"] != before["decoder"]
    assert "pose" not in address(app)


def figure_of(app, key):
    """The one figure that a component of ours was given."""
    (found,) = (e for e in app.main.get("bidi_component") if key in e.proto.id)
    (text,) = json.loads(found.proto.json)["figures"]
    return json.loads(text)


def test_each_slider_gets_the_atlas_words_for_every_capsule(app):
    offered = sent(open_page(app))["meanings"]
    found = pose_atlas.read(SHIPPED)
    for capsule, dimension in np.ndindex(10, 16):
        words, best = offered[capsule][dimension], found.meanings(capsule, dimension)
        label = f"{best[0].measure.name}, |r| = {abs(best[0].r):.2f}" if best else None
        assert (words and words["label"]) == label
    open_drawer(app, "pose_atlas")
    (table,) = (h.proto.body for h in app.get("html") if "pose-atlas" in h.proto.body)
    assert table.count("<td>") == 160
    assert table.count("<td>–</td>") == sum(row.count(None) for row in offered)
    drawn = figure_of(app, "pose_atlas_figure")
    assert [frame["name"] for frame in drawn["frames"]] == [f"{j}" for j in range(10)]
    assert drawn["layout"]["meta"]["alt"] == figures.pose_atlas(found).layout.meta["alt"]


def test_without_an_atlas_there_are_no_labels_but_the_way_to_make_one(app, monkeypatch):
    monkeypatch.setattr(state, "pose_atlas", lambda: None)
    monkeypatch.setenv(training_permission.ALLOWED_VARIABLE, "1")
    assert sent(open_page(app))["meanings"] is None
    assert "python -m capsnet pose-atlas" in app.main.markdown[0].value
    monkeypatch.setenv(training_permission.ALLOWED_VARIABLE, "0")  # nor can this visitor measure
    app.run()
    assert app.main.markdown[0].value.endswith("so the sliders have no labels.")
    assert not app.main.info  # said once, above the sliders


def test_ones_own_network_is_told_how_to_measure_it_and_shows_its_own_atlas(
    app, tmp_path, monkeypatch
):
    monkeypatch.setenv(training_runs.FOLDER_VARIABLE, str(tmp_path))
    monkeypatch.setenv(training_permission.ALLOWED_VARIABLE, "1")
    own = tmp_path / "mine-1" / BEST
    own.parent.mkdir()
    shutil.copy(SHIPPED, own)
    app.query_params["network"] = "mine-1"
    open_page(app)
    assert sent(app)["meanings"] is None
    assert f"`python -m capsnet pose-atlas --checkpoint {own}`" in app.main.markdown[0].value
    found = dataclasses.replace(pose_atlas.read(SHIPPED), digits=7)
    pose_atlas.write(found, own)  # as the command does
    app.run()
    assert "python" not in app.main.markdown[0].value
    open_drawer(app, "pose_atlas")
    assert "for 7 real digits" in "".join(m.value for m in app.main.markdown)
    assert sent(app)["meanings"] == json.loads(json.dumps(meanings.offer(found)))


@pytest.mark.parametrize("page", [PAGE, "views/start.py"])
def test_an_atlas_of_other_capsules_is_as_none(app, tmp_path, monkeypatch, page):
    monkeypatch.setenv(training_runs.FOLDER_VARIABLE, str(tmp_path))
    own = tmp_path / "mine-1" / BEST
    own.parent.mkdir()
    shutil.copy(SHIPPED, own)
    whole = pose_atlas.read(SHIPPED)
    pose_atlas.write(dataclasses.replace(whole, r=whole.r[:3], change=whole.change[:3]), own)
    app.query_params["network"] = "mine-1"
    app.switch_page(page).run()
    assert not app.exception
    if page == PAGE:
        assert sent(app)["meanings"] is None


def test_a_meaning_in_words():
    r, change = np.zeros((2, 1, 2, len(MEASURES)))
    r[0, 0, :2], change[0, 0, :2] = (-0.97, 0.9), (-1.84, 20)
    found = pose_atlas.PoseAtlas("0", 100, r, change)
    assert "<td>thinner<br>−0.97</td>" in meanings.table(found)
    first, second = meanings.offer(found)[0]
    assert first["label"] == "thickness, |r| = 0.97"  # what is left and right has the sign
    assert (first["left"], first["right"]) == ("thicker", "thinner")
    assert first["all"] == (
        "From −0.5 to +0.5: 1.8 px thinner (|r| = 0.97); 20.0° leaning right (|r| = 0.90). "
        "Measured on 100 real digits of class 0."
    )
    assert second is None


def test_the_grid_shows_sixteen_dimensions_of_the_chosen_digits(app):
    open_page(app)
    open_drawer(app, "pose_grid")
    assert "".join(h.proto.body for h in app.get("html")).count("<figcaption") >= 16
    app.text_input(key="pose_grid_digits").set_value("12, five").run()
    assert not app.exception
    assert "whole numbers" in app.main.warning[0].value


def test_a_setting_survives_link_and_browser():
    setting = PoseSetting(3, SHIFTS)
    assert setting.to_link(longest=7) == {"pose": LINK, "capsule": "3"}
    assert PoseSetting.from_link(setting.to_link(7), 7, SIZES) == setting
    assert PoseSetting.from_browser(setting.to_browser(), SIZES) == setting
    assert PoseSetting.unbent(7, 16).to_link(longest=7) == {}


@pytest.mark.parametrize("shifts", [(0.0,) * 16, (0.2, -0.1, *[0.0] * 14)])
@pytest.mark.parametrize("span", [0.25, 0.5, 1.0])
def test_the_reach_of_the_sliders_survives_the_link(shifts, span):
    setting = PoseSetting(7, shifts, span)
    link = setting.to_link(longest=7)
    assert ("reach" in link) == (span != 0.5)
    assert PoseSetting.from_link(link, 7, SIZES) == setting


def test_what_the_sliders_move_survives_link_and_browser():
    setting = PoseSetting(7, SHIFTS, by_axes=True)
    assert setting.to_link(longest=7) == {"pose": LINK, "along": "axes"}
    assert PoseSetting.from_link(setting.to_link(7), 7, SIZES) == setting
    assert PoseSetting.from_browser(setting.to_browser(), SIZES) == setting


def test_a_reach_that_no_slider_has_is_refused():
    with pytest.raises(PoseError, match="not one of 0.25, 0.5 and 1: '2'"):
        PoseSetting.from_link({"reach": "2"}, 7, SIZES)


def test_the_sliders_reach_as_far_as_the_pose():
    far = PoseSetting.from_link({"pose": ",".join(["0.75"] * 16)}, 7, SIZES)
    assert far.span == 1


@pytest.mark.parametrize(
    "value",
    [None, [], {"capsule": 10, "shifts": [0] * 16}, {"capsule": 1}, {"capsule": 1, "shifts": [{}]}],
)
def test_nonsense_from_the_browser_is_refused(value):
    with pytest.raises(PoseError):
        PoseSetting.from_browser(value, SIZES)


@pytest.mark.parametrize("message", [None, 5, "x", [1], {}])
def test_a_message_that_is_no_pose_is_passed_over(app, monkeypatch, message):
    monkeypatch.setattr(pose_explorer, "pose_explorer", lambda *_, on_pose, **__: on_pose())
    monkeypatch.setattr(state, "widget", lambda key: {"pose": message})
    open_page(app, digit="42", pose=LINK)
    assert app.session_state["kept_pose"].shifts == SHIFTS


def test_only_the_chosen_capsule_is_tweaked():
    capsules = np.zeros((10, 16), np.float32)
    tweaked = PoseSetting(3, SHIFTS).tweaked(capsules)
    np.testing.assert_allclose(tweaked[0, 3], SHIFTS, rtol=1e-6)
    assert not np.delete(tweaked[0], 3, axis=0).any()
    assert not capsules.any()


def test_morph_targets_are_of_the_class_and_within_reach(digits):
    indices = morph.candidates(digits.labels, 4, seed=1)
    assert {digits.labels[i] for i in indices} == {4}
    assert indices != morph.candidates(digits.labels, 4, seed=2)
    vectors = np.zeros((len(indices), 16), np.float32)
    vectors[:, 0] = 0.5
    vectors[0, 0] = 1.5
    images = digits[np.array(indices)].pixels()
    drawn = [morph.Drawn(*one) for one in zip(indices, images, vectors, strict=True)]
    offered = morph.offer(4, np.zeros(16), drawn)
    assert [d["index"] for d in offered["digits"]] == list(indices[1:])
    assert [d["index"] for d in morph.way(np.zeros(16), drawn[1:3])] == list(indices[1:3])
    with pytest.raises(PoseError, match=rf"Number {indices[0]} is 1.50 away"):
        morph.way(np.zeros(16), drawn[:1])


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        (("", "4"), "Number 4 is of class 2; the way is between two of class 1."),
        (("0", "3"), "Number 0 is of class 0"),
        (("", "9"), "from 0 to 5. Received: '9'"),
        (("", ""), "Received: ''"),
        (("-1", "3"), "Received: '-1'"),
        (("", "<b>"), "Received: '<b>'"),
    ],
)
def test_a_way_needs_two_pictures_of_the_class(typed, reason):
    labels = np.array([0, 1, 1, 1, 2, 2])
    assert morph.ends(("", "3"), labels, 1, "012") == (None, 3)
    assert morph.ends(("1", "3"), labels, 1, "012") == (1, 3)
    with pytest.raises(PoseError) as refused:
        morph.ends(typed, labels, 1, "012")
    assert reason in str(refused.value)


def test_the_way_between_two_numbers_is_sent_or_what_is_wrong_is_said(app, monkeypatch, shipped):
    asked = {"from": "0", "to": "43"}
    mounted = pose_explorer.pose_explorer
    open_page(app, digit="42")
    monkeypatch.setattr(
        pose_explorer,
        "pose_explorer",
        lambda *given, on_others, **others: (
            on_others(), mounted(*given, on_others=on_others, **others))[1],
    )  # fmt: skip
    monkeypatch.setattr(state, "widget", lambda key: {"others": asked})
    app.run()
    app.run()
    assert "Number 0 is of class 0" in sent(app)["others"]["told"]
    two = np.flatnonzero(load_bundled().labels == 2)[[5, 9]]
    asked.update({"from": f"{two[0]}", "to": f"{two[1]}"})
    app.run()
    app.run()
    way = sent(app)["others"]["way"]
    assert [end["index"] for end in way] == two.tolist()
    own = shipped.trace(load_bundled()[two].pixels()).digit_capsules[-1, :, 2]
    np.testing.assert_allclose([end["vector"] for end in way], own, atol=1e-4)


def test_the_real_poses_of_the_shipped_network_are_there_at_the_first_visit(app, shipped):
    found = sent(open_page(app, digit="42", along="axes"))
    real, labels = found["real"], load_bundled().labels
    assert found["pose"]["by_axes"]
    assert address(app)["along"] == "axes"
    assert real["capsule"] == 2 and real["images"] == np.flatnonzero(labels == 2).tolist()
    own = shipped.trace(load_bundled()[real["images"][:20]].pixels()).digit_capsules[-1, :, 2]
    along = (own - real["mean"]) @ np.transpose(real["axes"]) / real["deviations"]
    np.testing.assert_allclose(np.array(real["points"])[:20], along[:, :2], atol=0.02)
    for counted in [*real["by_dimension"], *real["by_axis"]]:
        assert sum(counted["counts"]) == len(real["images"])


def test_another_networks_real_poses_can_be_measured(app, tmp_path, monkeypatch):
    monkeypatch.setenv(training_runs.FOLDER_VARIABLE, str(tmp_path))
    own = tmp_path / "mine-1" / BEST
    own.parent.mkdir()
    shutil.copy(SHIPPED, own)
    app.query_params["network"] = "mine-1"
    open_page(app)
    assert sent(app)["real"] is None
    assert any("Measure the poses of real digits" in button.label for button in app.button)


@pytest.fixture
def pictures():
    """A grid of two digits, each picture another number of 256."""
    levels = np.arange(16 * 11 * 2, dtype=np.float32).reshape(16, 11, 2) % 256 / 255
    return np.broadcast_to(levels[..., None, None, None], (16, 11, 2, 28, 28, 1))


def test_a_block_has_a_row_for_each_digit_and_a_column_for_each_step(pictures):
    blocks = pose_grid.blocks(pictures)
    assert [block.shape for block in blocks] == [(2 * 28, 11 * 28)] * 16
    for dimension, step, digit in [(0, 0, 0), (3, 10, 1), (15, 4, 0)]:
        cell = blocks[dimension][28 * digit : 28 * (digit + 1), 28 * step : 28 * (step + 1)]
        np.testing.assert_array_equal(cell, levels(pictures[dimension, step, digit]))


def test_the_grid_can_be_downloaded(pictures):
    sheet = np.asarray(Image.open(io.BytesIO(pose_grid.sheet(pictures))))
    corner = sheet[: 2 * 28, -11 * 28 :]
    np.testing.assert_array_equal(
        corner, np.repeat(pose_grid.blocks(pictures)[0][..., None], 3, axis=-1)
    )
    archive = np.load(io.BytesIO(pose_grid.archive(pictures, np.ones((2, 10, 16)), 0.5)))
    np.testing.assert_array_equal(archive["pictures"], pictures)
    np.testing.assert_allclose(archive["shifts"], np.linspace(-0.5, 0.5, 11), atol=1e-7)
