"""The routing page through Streamlit's AppTest, and the bytes it sends to the browser."""

from __future__ import annotations

import json
import struct

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from capsnet.data import load_bundled
from dashboard.components.routing_player import Run, bundled_script, pack


@pytest.fixture
def page() -> AppTest:
    app = AppTest.from_file("../dashboard/app.py", default_timeout=120)
    app.switch_page("views/routing.py").run()
    assert not app.exception
    return app


def unpack(data: bytes) -> tuple[dict, list[dict[str, np.ndarray]]]:
    """What the browser reads out of the component's bytes."""
    (length,) = struct.unpack_from("<I", data)
    header = json.loads(data[4 : 4 + length])
    runs = []
    for run in header["runs"]:
        arrays = {}
        for entry in run["arrays"]:
            start = 4 + length + entry["offset"]
            assert start % 4 == 0  # a typed array in the browser must be aligned
            size = int(np.prod(entry["shape"]))
            flat = np.frombuffer(data, entry["dtype"], size, start)
            arrays[entry["name"]] = flat.reshape(entry["shape"])
        runs.append(arrays)
    return header, runs


def shown(app: AppTest) -> tuple[dict, list[dict[str, np.ndarray]]]:
    (player,) = app.get("bidi_component")
    return unpack(player.proto.bytes)


def test_the_browser_gets_every_round_of_the_networks_own_trace(page, shipped):
    header, (run,) = shown(page)
    traced = shipped.trace(load_bundled()[7:8].pixels())
    np.testing.assert_array_equal(run["coupling"], traced.coupling[:, 0])
    np.testing.assert_array_equal(run["agreement"], traced.agreement[:, 0])
    np.testing.assert_array_equal(run["votes"], traced.prediction_vectors[0])
    np.testing.assert_array_equal(run["lengths"], traced.lengths[:, 0])
    assert set(header["words"]) == {
        *("lengths", "flow", "maps", "space", "certainty", "cloud", "capsule")
    }


def test_rounds_can_be_chosen_from_one_to_ten(page):
    for rounds in (1, 10):
        page.button_group(key="routing_rounds").set_value(rounds).run()
        assert not page.exception
        _, (run,) = shown(page)
        assert len(run["coupling"]) == rounds


def test_ten_rounds_of_two_digits_stay_below_three_megabytes(page):
    page.button_group(key="routing_rounds").set_value(10).run()
    page.button(key="routing_pin").click().run()
    (player,) = page.get("bidi_component")
    assert len(unpack(player.proto.bytes)[1]) == 2
    assert len(player.proto.bytes) < 3e6


def test_the_rounds_and_what_is_beside_survive_a_page_change(page):
    page.button_group(key="routing_rounds").set_value(5).run()
    page.selectbox(key="routing_beside").set_value("uniform").run()
    page.switch_page("views/pose.py").run()
    page.switch_page("views/routing.py").run()
    _, runs = shown(page)
    assert [len(run["coupling"]) for run in runs] == [5, 5]


def test_a_pinned_digit_is_shown_beside_the_next(page):
    page.button(key="routing_pin").click().run()
    page.sidebar.number_input(key="picker_index").set_value(0).run()
    header, runs = shown(page)
    assert [run["title"] for run in header["runs"]] == ["this digit", "pinned digit, a 7"]
    assert not np.array_equal(runs[0]["image"], runs[1]["image"])


@pytest.mark.parametrize("mistake", ["uniform", "wrong axis", "shared logits"])
def test_a_mistake_is_marked_as_one(page, mistake):
    page.selectbox(key="routing_beside").set_value(mistake).run()
    assert not page.exception
    assert "Wrong on purpose" in page.warning[0].value
    header, (right, wrong) = shown(page)
    assert header["runs"][1]["title"].startswith("WRONG")
    assert not header["runs"][1]["scaled"]
    assert not np.allclose(right["coupling"], wrong["coupling"], atol=1e-4)


@pytest.mark.parametrize("choice", ["pinned", "silenced"])
def test_nothing_to_put_beside_is_one_calm_sentence(page, choice):
    page.selectbox(key="routing_beside").set_value(choice).run()
    assert not page.exception
    assert len(shown(page)[1]) == 1
    assert any("first" in c.value or "yet" in c.value for c in page.caption)


def test_the_views_say_at_most_three_sentences(page):
    header, _ = shown(page)
    for words in header["words"].values():
        assert sum((words["text"] + " " + words["look"]).count(mark) for mark in ".?!") <= 4


def test_packing_keeps_shapes_types_and_alignment():
    arrays = {
        "image": np.arange(3, dtype=np.uint8),
        "lengths": np.arange(6, dtype=np.float32).reshape(2, 3),
    }
    header, (run,) = unpack(pack([Run("ä", arrays)], words={}))
    for name, array in arrays.items():
        np.testing.assert_array_equal(run[name], array)
        assert run[name].dtype == array.dtype
    assert header["runs"][0]["title"] == "ä"


def test_the_script_is_one_module_without_imports():
    script = bundled_script()
    assert "\nimport " not in script
    assert script.count("export ") == 1
    assert "export default function" in script
