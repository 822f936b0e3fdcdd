"""A new run's form on the Training page, through AppTest."""

import pytest

from capsnet.config import CapsNetConfig
from capsnet.errors import TrainingError
from capsnet.presets import PRESETS, Preset
from capsnet.training import run_folder
from dashboard.state import run_control
from dashboard.views.parts.training import form, form_fields, new_run
from dashboard.views.parts.training.common import STARTS
from tests.address import address
from tests.dashboard.training_page import arrived, first_page, opened, settings

pytestmark = pytest.mark.usefixtures("runs_folder")


@pytest.fixture
def page():
    return first_page()


def test_a_preset_more_is_offered_and_trained_as_it_is(page, launched, runs_folder, monkeypatch):
    own = CapsNetConfig(decoder_units=(64,), margin_positive=0.8)
    monkeypatch.setitem(PRESETS, "own", Preset("Our own.", own))
    opened(page)
    page.selectbox(key="training_preset").set_value("own").run()
    page.button(key="training_start").click().run()
    assert launched == ["own-1"]
    assert run_folder.read_run(runs_folder / "own-1")[0] == own


def test_a_start_writes_the_settings_and_launches(page, launched, runs_folder):
    opened(page)
    page.selectbox(key="training_preset").set_value("notebook").run()
    assert page.number_input(key="training_rounds").value == 2
    page.number_input(key="training_epochs").set_value(3).run()
    page.number_input(key="training_seed").set_value(11).run()
    page.number_input(key="training_reconstruction_weight").set_value(0.5).run()
    page.number_input(key="training_rotation").set_value(10.0).run()
    page.button(key="training_start").click().run()
    assert launched == ["notebook-1"]
    network, training = run_folder.read_run(runs_folder / "notebook-1")
    assert (training.epochs, training.seed, training.shift, training.batch_size) == (3, 11, 0, 50)
    assert (training.rotation, training.scale) == (10, 0)
    assert (network.rounds, network.reconstruction_weight) == (2, 0.5)
    assert network.W_stddev == PRESETS["notebook"].network.W_stddev
    assert page.number_input(key="training_epochs").value == 3


def test_a_start_takes_a_change_that_comes_with_it(page, launched, runs_folder):
    opened(page)
    page.number_input(key="training_epochs").set_value(7)
    page.number_input(key="training_shift").set_value(0)
    page.button(key="training_start").click().run()
    _, training = run_folder.read_run(runs_folder / launched[0])
    assert (training.epochs, training.shift) == (7, 0)


def test_a_link_has_the_settings_of_a_run_that_is_not_started(page):
    opened(page)
    assert address(page) == {}
    usual = settings(page)
    page.selectbox(key="training_preset").set_value("notebook").run()
    page.number_input(key="training_epochs").set_value(3).run()
    page.number_input(key="training_learning_rate").set_value(2e-5).run()
    page.number_input(key="training_scale").set_value(0.15).run()
    page.selectbox(key="training_dataset").set_value("bundled").run()
    link, chosen = address(page), settings(page)
    own = {"epochs": "3", "learning_rate": "2e-05", "scale": "0.15"}
    assert link == {"preset": "notebook", "dataset": "bundled"} | own
    other = first_page()
    assert settings(arrived(other, **link)) == chosen
    assert not other.warning
    assert settings(arrived(other)) == usual  # back, to where nothing had been changed


@pytest.mark.parametrize(
    ("name", "written", "kept"),
    [
        ("epochs", "0", 4),
        ("epochs", "1.5", 4),
        ("epochs", "9" * 5000, 4),
        ("seed", "-1", 0),
        ("learning_rate", "nan", PRESETS["compact"].training.learning_rate),
        ("rotation", "`x`", 0.0),
    ],
)
def test_a_link_with_a_setting_that_cannot_be_says_so(page, name, written, kept):
    page.run()
    arrived(page, **{name: written, "shift": "2"})
    assert settings(page)[name] == kept
    assert settings(page)["shift"] == 2
    (told,) = page.warning
    assert page.number_input(key=f"training_{name}").label in told.value
    assert "number from" in told.value
    assert len(told.value) < 200


def test_a_number_that_cannot_be_is_told_and_not_started_with_another(page):
    opened(page)
    page.number_input(key="training_seed").set_value(-1).run()
    page.number_input(key="training_learning_rate").set_value(1.5).run()
    assert [told.value for told in page.error] == [
        "Seed: expected a whole number from 0 to 1,000,000. Received: -1.",
        "Learning rate: expected a number from 1e-05 to 0.1. Received: 1.5.",
    ]
    assert page.button(key="training_start").disabled
    page.number_input(key="training_seed").set_value(1_000_001).run()
    assert "Received: 1,000,001." in page.error[0].value
    page.number_input(key="training_seed").set_value(3).run()
    page.number_input(key="training_learning_rate").set_value(0.01).run()
    assert not page.error
    assert not page.button(key="training_start").disabled


def test_a_number_that_is_not_used_or_is_the_presets_own_keeps_nobody_from_starting(page):
    opened(page)
    page.number_input(key="training_flourishes").set_value(5.0).run()
    assert page.error
    page.selectbox(key="training_dataset").set_value("fashion-mnist").run()
    assert not page.error  # bars and upstrokes are of digits


@pytest.mark.parametrize(("name", "instead"), [("preset", "compact"), ("dataset", "MNIST")])
def test_a_link_with_an_unknown_preset_or_dataset_says_so(page, name, instead):
    usual = settings(opened(page))
    assert settings(arrived(page, **{name: "../etc"})) == usual
    assert f"which is not known here. The form has {instead}." in page.warning[0].value


def test_a_double_click_starts_one_run(page, launched, monkeypatch):
    monkeypatch.setattr(new_run, "DOUBLE_CLICK", 1000)
    opened(page)
    page.button(key="training_start").click().run()
    page.button(key="training_start").click().run()
    assert launched == ["compact-1"]
    page.session_state[f"kept_{new_run.AGAIN}"] = 0.0  # later
    page.button(key="training_start").click().run()
    assert launched == ["compact-1", "compact-2"]
    page.session_state[f"kept_{new_run.AGAIN}"] = 0.0
    page.session_state[f"kept_{STARTS}"] = 3  # since this button was drawn, on a slow page
    page.button(key="training_start").click().run()
    assert len(launched) == 2


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_within_what_the_fields_take(name):
    for field, value in form.values_of(name).items():
        assert form_fields.FIELDS[field].read(str(value)) == value


def test_a_start_that_fails_can_be_tried_again_at_once(page, monkeypatch, launched):
    def fail(name):
        raise TrainingError("no room")

    opened(page)
    with monkeypatch.context() as broken:
        broken.setattr(run_control, "launch", fail)
        page.button(key="training_start").click().run()
    assert "no room" in page.error[0].value
    page.button(key="training_start").click().run()
    assert launched == ["compact-2"]


def test_bars_and_upstrokes_are_for_digits_only_and_the_field_says_so(page, launched, runs_folder):
    opened(page)
    page.selectbox(key="training_dataset").set_value("bundled").run()
    page.number_input(key="training_flourishes").set_value(0.3).run()
    page.button(key="training_start").click().run()
    assert run_folder.read_run(runs_folder / launched[0])[1].flourishes == 0.3
    page.selectbox(key="training_dataset").set_value("kmnist").run()
    assert page.number_input(key="training_flourishes").disabled
    page.selectbox(key="training_dataset").set_value("mnist").run()
    assert not page.number_input(key="training_flourishes").disabled
    assert page.number_input(key="training_flourishes").value == 0.3
