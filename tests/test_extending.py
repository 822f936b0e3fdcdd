"""What docs/extending.md shows is added as it stands there, and works."""

from __future__ import annotations

import dataclasses
import importlib
import json
import re
import struct
import sys
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import capsnet.data.formats
import capsnet.presets
from capsnet.config import CapsNetConfig
from capsnet.data.formats import Format
from capsnet.data.sources import open_source
from capsnet.presets import Preset
from capsnet.routing import agreement, registry
from capsnet.storage import checkpoints
from capsnet.training import run_folder

TEXT = Path(__file__).parent.parent.joinpath("docs", "extending.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"```python\n# (\S+?),?(?: in \w+)?\n(.*?)```", TEXT, re.DOTALL))
"""Each block's text by the path in its first line."""


def block(path: str) -> str:
    return BLOCKS[path]


def loaded(path: str, place: Path) -> dict:
    """The names that a block's file defines."""
    names: dict = {"__name__": Path(path).stem}
    exec(compile(block(path), str(place / Path(path).name), "exec"), names)
    return names


@pytest.fixture
def own_routing(tmp_path, monkeypatch):
    """The file of the document's routing, where routings are looked for."""
    name = "learned_sharpness"
    assert agreement  # registered before what is registered here is forgotten again
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / f"{name}.py").write_text(block(f"capsnet/routing/{name}.py"))
    monkeypatch.setattr(registry, "_registered", dict(registry._registered))
    folder = registry.folder
    monkeypatch.setattr(folder, "__path__", [*folder.__path__, str(tmp_path / "own")])
    monkeypatch.delitem(sys.modules, f"capsnet.routing.{name}", raising=False)
    importlib.invalidate_caches()
    yield name
    sys.modules.pop(f"capsnet.routing.{name}", None)


def test_a_routing_of_ones_own_is_trained_saved_traced_and_shown(
    own_routing, small_config, quick_training, digits, images, runs_folder
):
    from capsnet.training.train import train

    network = dataclasses.replace(small_config, routing=own_routing)
    training = dataclasses.replace(quick_training, epochs=1)
    folder = runs_folder / "sharp-1"
    train(network, training, digits[:100], digits[100:], folder, report=lambda line: None)

    model = checkpoints.load(folder / run_folder.BEST)
    assert model.config.routing == own_routing
    sharpness = np.asarray(model.digit_capsules.routing_weights["sharpness"])
    assert sharpness.shape == (10,) and np.ptp(sharpness) > 0  # it has learned
    trace = model.trace(images, rounds=3)
    moved = trace.logits[1] + sharpness * trace.agreement[1]
    np.testing.assert_allclose(trace.logits[2], moved, atol=1e-6)
    lengths = model.predict_on_batch(images)["lengths"]
    np.testing.assert_allclose(trace.lengths[-1], lengths, atol=1e-5)

    app = AppTest.from_file("../dashboard/app.py", default_timeout=120)
    app.query_params["network"] = "sharp-1"
    app.switch_page("views/routing.py").run()
    assert not app.exception and not app.warning
    (player,) = app.main.get("bidi_component")
    (length,) = struct.unpack_from("<I", player.proto.bytes)
    words = json.loads(player.proto.bytes[4 : 4 + length])["words"]
    assert words["law"]["title"] == "One round: Routing with learned sharpness"
    assert words["law"]["lines"][0][1] == "scores become 10 shares that add up to 1"


def test_the_form_offers_a_routing_of_ones_own(own_routing, runs_folder, launched):
    app = AppTest.from_file("../dashboard/app.py", default_timeout=120)
    app.query_params["routing"] = own_routing
    app.switch_page("views/training.py").run()
    assert app.selectbox(key="training_routing").options == ["agreement", own_routing]
    app.selectbox(key="training_routing").set_value(own_routing).run()
    app.button(key="training_start").click().run()
    assert not app.exception
    network, _ = run_folder.read_run(runs_folder / launched[0])
    assert network.routing == own_routing


def test_a_format_is_recognised_and_read(tmp_path, monkeypatch):
    cifar = loaded("capsnet/data/formats/cifar.py", tmp_path)
    line = Format("CIFAR-10's binary", cifar["recognises"], cifar["read"], cifar["together"])
    assert 'Format("CIFAR-10\'s binary", cifar.recognises, cifar.read, cifar.together)' in TEXT
    formats = capsnet.data.formats
    monkeypatch.setattr(formats, "FORMATS", (*formats.FORMATS, line))
    chance = np.random.default_rng(0)
    pictures = chance.integers(0, 256, (40, 3, 32, 32), np.uint8)
    labels = np.arange(40, dtype=np.uint8) % 10
    records = np.concatenate([labels[:, None], pictures.reshape(40, -1)], axis=1)
    (tmp_path / "data").mkdir()
    records[:30].tofile(tmp_path / "data" / "data_batch_1.bin")
    records[30:].tofile(tmp_path / "data" / "test_batch.bin")
    dataset = open_source(tmp_path / "data")
    assert dataset.image_shape == (32, 32, 3)
    np.testing.assert_array_equal(dataset.train.images, pictures[:30].transpose(0, 2, 3, 1))
    np.testing.assert_array_equal(dataset.test.labels, labels[30:])


def test_an_experiment_measures(tmp_path, small_model, digits):
    from capsnet.analysis.experiments.measure import measure
    from capsnet.analysis.experiments.settings import Subject

    (experiment,) = loaded("capsnet/analysis/experiments/mirroring.py", tmp_path)["EXPERIMENTS"]
    found = measure(experiment, Subject(small_model, digits[:20]), {})
    mirrored = small_model.trace(digits[:20].pixels()[:, :, ::-1].copy())
    right = (mirrored.lengths[-1].argmax(-1) == digits[:20].labels).mean()
    assert found["experiment"] == "mirror" and found["accuracy"] == pytest.approx(right)


def test_a_chart_draws_what_the_trace_holds(tmp_path, small_model, images):
    trace = small_model.trace(images)
    drawn = loaded("capsnet/figures/activity.py", tmp_path)["activity"](trace, 1)
    expected = np.linalg.norm(trace.primary_capsules[1], axis=-1).mean((0, 1))
    np.testing.assert_allclose(drawn.data[0].y, expected, rtol=1e-6)
    assert drawn.layout.meta["alt"].startswith(f"Map {expected.argmax()} is the most active")


def test_a_page_shows_the_current_digit(tmp_path):
    (tmp_path / "activity.py").write_text(block("dashboard/views/activity.py"))
    app = AppTest.from_file(str(tmp_path / "activity.py"), default_timeout=120).run()
    assert not app.exception
    assert app.title[0].value == "Activity" and "answers most" in app.caption[0].value


def test_a_preset_is_a_network_that_can_be_built():
    preset = eval(f"{{{block('capsnet/presets.py')}}}", dict(vars(capsnet.presets)))["slim"]
    assert isinstance(preset, Preset)
    assert preset.network == CapsNetConfig(primary_maps=16, gradient="last")
