"""The routing page through Streamlit's AppTest, and the bytes it sends to the browser."""

from __future__ import annotations

import json
import re
import struct
from types import SimpleNamespace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from capsnet.analysis import misclassified
from capsnet.config import CapsNetConfig
from capsnet.data.bundled import load_bundled
from capsnet.figures import lengths
from capsnet.routing.broken import MISTAKES
from dashboard import state
from dashboard.components import routing_player
from dashboard.components.routing_player import RoutingTrace, pack
from dashboard.state import digit
from dashboard.state.galleries import digits_of
from dashboard.state.link_encoding import packed
from dashboard.state.visitor import FIRST_DIGIT
from dashboard.views.parts.routing.words import words_for
from tests.address import address, by_history, go_to


@pytest.fixture
def page() -> AppTest:
    app = AppTest.from_file("../../dashboard/app.py", default_timeout=120)
    app.switch_page("views/routing.py").run()
    assert not app.exception
    return app


def unpack(data: bytes) -> tuple[dict, list[dict[str, np.ndarray]]]:
    """What the browser reads out of the component's bytes."""
    (length,) = struct.unpack_from("<I", data)
    header = json.loads(data[4 : 4 + length])
    traces = []
    for trace in header["traces"]:
        arrays = {}
        for entry in trace["arrays"]:
            start = 4 + length + entry["offset"]
            assert start % 4 == 0  # a typed array in the browser must be aligned
            size = int(np.prod(entry["shape"]))
            flat = np.frombuffer(data, entry["dtype"], size, start)
            arrays[entry["name"]] = flat.reshape(entry["shape"])
        traces.append(arrays)
    return header, traces


def shown(app: AppTest) -> tuple[dict, list[dict[str, np.ndarray]]]:
    (player,) = app.main.get("bidi_component")
    return unpack(player.proto.bytes)


def compare(app: AppTest, beside: str, **kept: object) -> AppTest:
    """As the component's callbacks do: AppTest has no browser to click in."""
    for name, value in {"beside": beside, **kept}.items():
        app.session_state[f"kept_{name}"] = value
    app.run()
    assert not app.exception
    return app


def rerouted(votes: np.ndarray, rounds: int) -> np.ndarray:
    """The lengths of every round, (R, J), routed here in NumPy."""
    logits = np.zeros(votes.shape[:2])
    lengths = []
    for _ in range(rounds):
        shares = np.exp(logits - logits.max(-1, keepdims=True))
        shares /= shares.sum(-1, keepdims=True)
        s = np.einsum("ij,ijd->jd", shares, votes)
        norm = np.linalg.norm(s, axis=-1, keepdims=True)
        v = s * norm / (1 + norm**2)
        lengths.append(np.linalg.norm(v, axis=-1))
        logits = logits + np.einsum("ijd,jd->ij", votes, v)
    return np.stack(lengths)


def test_the_browser_gets_every_round_of_the_networks_own_trace(page, shipped):
    header, (trace,) = shown(page)
    traced = shipped.trace(load_bundled()[FIRST_DIGIT : FIRST_DIGIT + 1].pixels())
    np.testing.assert_array_equal(trace["coupling"], traced.coupling[:, 0])
    np.testing.assert_array_equal(trace["logits"], traced.logits[:, 0])
    np.testing.assert_array_equal(trace["agreement"], traced.agreement[:, 0])
    np.testing.assert_array_equal(trace["votes"], traced.prediction_vectors[0])
    np.testing.assert_array_equal(trace["lengths"], traced.lengths[:, 0])
    np.testing.assert_array_equal(trace["digit_capsules"], traced.digit_capsules[:, 0])
    drawn = {name: json.loads(text) for name, text in header["traces"][0]["figures"].items()}
    assert {len(each["frames"]) for each in drawn.values()} == {3}
    assert drawn["lengths"]["layout"]["meta"]["alt"] == lengths(traced).layout.meta["alt"]
    views = {"lengths", "flow", "maps", "space", "certainty", "cloud"}
    assert set(header["words"]) == views | {"law", "capsule", "whatif"}


def test_rounds_can_be_chosen_from_one_to_ten(page):
    for rounds in (1, 10):
        page.button_group(key="routing_rounds").set_value(rounds).run()
        assert not page.exception
        _, (trace,) = shown(page)
        assert len(trace["coupling"]) == rounds


def test_ten_rounds_of_two_digits_stay_below_three_megabytes(page):
    page.button_group(key="routing_rounds").set_value(10).run()
    compare(page, "pinned", pinned=page.session_state["digit"])
    (player,) = page.main.get("bidi_component")
    assert len(unpack(player.proto.bytes)[1]) == 2
    assert len(player.proto.bytes) < 3e6


def test_the_rounds_and_what_is_beside_survive_a_page_change(page):
    page.button_group(key="routing_rounds").set_value(5).run()
    compare(page, "uniform")
    go_to(page, "views/pose.py")
    go_to(page, "views/routing.py")
    _, traces = shown(page)
    assert [len(trace["coupling"]) for trace in traces] == [5, 5]


def test_other_rounds_than_trained_are_told_of_on_all_pages(page):
    def told(where) -> str:
        return " ".join(m.value for m in where.markdown)

    assert "Not as trained" not in told(page.main)
    assert "after 3 rounds" not in told(page.sidebar)
    page.button_group(key="routing_rounds").set_value(5).run()
    assert "Not as trained:** the other pages answer after 3 rounds. With more" in told(page.main)
    assert "after 3 rounds" in told(page.sidebar)
    page.button_group(key="routing_rounds").set_value(1).run()
    assert "With fewer" in told(page.main)
    go_to(page, "views/pose.py")
    assert "after 3 rounds" in told(page.sidebar)
    go_to(page, "views/draw.py")
    (trace,) = (b for b in page.get("download_button") if b.label.startswith("Whole trace"))
    assert "With as many rounds as on Routing: 1." in trace.proto.help


def test_the_rounds_travel_in_the_link(page):
    page.button_group(key="routing_rounds").set_value(7).run()
    assert address(page)["rounds"] == "7"
    page.query_params["rounds"] = "10"
    with by_history():
        page.run()
    assert [len(trace["coupling"]) for trace in shown(page)[1]] == [10]
    page.button_group(key="routing_rounds").set_value(3).run()
    assert "rounds" not in address(page)  # as the network was trained: not worth a word


@pytest.mark.parametrize("rounds", ["99", "0", "-1", "many", "²"])
def test_a_link_with_impossible_rounds_says_so(page, rounds):
    page.query_params["rounds"] = rounds
    with by_history():
        page.run()
    assert not page.exception
    assert repr(rounds) in page.warning[0].value.replace("\\", "")  # which make nothing Markdown
    assert [len(trace["coupling"]) for trace in shown(page)[1]] == [3]
    assert "rounds" not in address(page)
    page.run()
    assert not page.warning


def test_rounds_of_five_thousand_digits_are_reported(page):
    page.query_params["rounds"] = "9" * 5000
    with by_history():
        page.run()
    assert not page.exception
    assert "The link asks for '99999999999999999999' rounds" in page.warning[0].value


def test_what_is_beside_travels_in_the_link(page):
    """The wrong routing, the silenced capsules and the pinned digit; nothing says nothing."""
    silenced = (0, 7, 8, 1151)
    pinned = digit.pictured(digits_of(load_bundled()), 24)
    kept = (
        {"beside": "uniform"},
        {"beside": "silenced", "silenced": silenced},
        {"beside": "pinned", "pinned": pinned, "silenced": ()},
    )
    seen = [(address(compare(page, **one)), shown(page)) for one in kept]
    assert [link.keys() for link, _ in seen] == [{"wrong"}, {"silenced"}, {"pinned_digit"}]
    compare(page, "nothing")
    assert not address(page)
    for link, (header, traces) in reversed(seen):
        guest = AppTest.from_file("../../dashboard/app.py", default_timeout=120)
        guest.query_params.update(link)
        guest.switch_page("views/routing.py").run()
        assert not guest.exception
        assert not guest.warning
        its_header, its_traces = shown(guest)
        assert its_header == header
        np.testing.assert_array_equal(its_traces[1]["coupling"], traces[1]["coupling"])
        assert address(guest) == link
    page.query_params.update(seen[1][0])
    with by_history():
        page.run()
    assert shown(page)[0]["silenced"] == [*silenced]
    page.query_params.clear()
    with by_history():
        page.run()
    assert (len(shown(page)[1]), address(page)) == (1, {})  # Back leads to it as it was


def test_a_link_with_nothing_that_could_be_beside_says_so(page):
    of_another = packed(bytes(32))  # a bit for each of 256 capsules
    for link, told in (
        ({"wrong": "axis *"}, "by 'axis \\*', not by 'uniform', 'wrong axis', 'shared logits'."),
        (
            {"silenced": of_another},
            "a network that does not have 1152 of them: all capsules speak.",
        ),
        ({"silenced": packed(bytes(10**6))}, "a network that does not have 1152"),
        ({"silenced": "né"}, "silenced capsules are damaged"),
        ({"pinned_digit": "5000"}, "Nothing is pinned. There is no digit number 5000"),
        ({"pinned_ink": "x"}, "Nothing is pinned. The link's drawing is incomplete"),
    ):
        compare(page, "uniform")
        page.query_params.clear()
        page.query_params.update(link)
        with by_history():
            page.run()
        assert not page.exception
        (warning,) = page.warning
        assert told in warning.value
        assert (len(shown(page)[1]), address(page)) == (1, {})


def test_a_pinned_digit_is_shown_beside_the_next(page):
    compare(page, "pinned", pinned=page.session_state["digit"])
    page.sidebar.number_input(key="picker_index").set_value(0).run()
    header, traces = shown(page)
    assert [trace["title"] for trace in header["traces"]] == ["this digit", "pinned digit (7)"]
    assert not np.array_equal(traces[0]["image"], traces[1]["image"])


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_marked_as_one(page, mistake):
    header, (right, wrong) = shown(compare(page, mistake))
    assert header["beside"] == mistake
    assert header["traces"][1]["title"].startswith("WRONG")
    assert not header["traces"][1]["scaled"]
    assert not np.allclose(right["coupling"], wrong["coupling"], atol=1e-4)


def test_every_mistake_has_a_switch_and_says_what_it_does(page):
    switches = shown(page)[0]["words"]["whatif"]["mistakes"]
    assert set(switches) == set(MISTAKES)
    assert all(len(words["text"]) > 40 for words in switches.values())
    found = misclassified.read()
    right = f"{found.right_at_first:,} of the 5,000 bundled digits right, with routing"
    assert f"{right} {5000 - len(found.misclassified):,}." in switches["uniform"]["text"]


def test_a_silenced_region_is_routed_again_without_its_votes(page):
    """Rows 4 and 5 of the grid: the foot of the digit."""
    silenced = tuple(range(4 * 6 * 32, 6 * 6 * 32))
    header, (before, after) = shown(compare(page, "silenced", silenced=silenced))
    assert header["silenced"] == list(silenced)
    assert header["traces"][1]["title"] == f"{len(silenced)} silenced"
    left = np.delete(before["votes"].astype(np.float64), silenced, axis=0)
    np.testing.assert_allclose(after["lengths"], rerouted(left, 3), atol=1e-5)
    assert not after["activity"][list(silenced)].any()
    np.testing.assert_allclose(after["coupling"][:, list(silenced)], 0.1, atol=1e-6)


def test_the_views_say_at_most_three_short_sentences(page):
    """One of them says what to look for, and each view has its equation."""
    words = shown(page)[0]["words"]
    views = {name: words[name] for name in words.keys() - {"law", "flow"}} | words["flow"]["kinds"]
    assert views.keys() > {"sum", "gain", "share", "maps"}
    for name, view in views.items():
        sentences = re.findall(r"[^.?!]+[.?!](?=\s|$)", view["text"])
        assert len(sentences) <= 2, name
        assert all(len(sentence.split()) <= 25 for sentence in sentences), name
        assert len(re.findall(r"[.?!](?=\s|$)", view["look"])) == 1, name
        assert view["equation"]


def test_the_law_answers_what_a_newcomer_should_be_able_to(page):
    law = shown(page)[0]["words"]["law"]
    questions = [question for question, _ in law["answers"]]
    assert questions == [
        "What is c_ij?",
        "Who decides it?",
        "Why does it sharpen?",
        "Is c_ij learned?",
        "The shares hardly change. Why does that decide?",
    ]
    letters = [line.split()[0] for line, _ in law["lines"]]
    assert letters == ["û_j|i", "c_ij", "s_j", "v_j", "b_ij"]


def test_the_words_have_as_many_classes_as_the_network():
    words = words_for(CapsNetConfig(num_classes=4))
    assert "c_ij stays 1/4," in words["whatif"]["mistakes"]["uniform"]["text"]
    assert "which is ln 4 for equal shares" in words["certainty"]["text"]
    assert "leaves ln 4:" in words["certainty"]["look"]
    assert "softmax: 4 scores, all 0 in round 1, become 4 shares" in words["law"]["lines"][1][1]


def test_the_close_call_is_one_for_the_shipped_network(page, shipped):
    """The page offers it until it is there, and shows how it is decided.

    Chosen by its number, there is no way back to offer.
    """
    found = misclassified.read()
    assert shown(page)[0]["close_call"] == "offer"
    page.sidebar.number_input(key="picker_index").set_value(found.close_call).run()
    header, (trace,) = shown(page)
    assert header["close_call"] == "none"
    first, *_, last = np.sort(trace["lengths"], axis=1)[:, -2:]  # the two longest
    assert np.ptp(last) > np.ptp(first) + 0.2
    assert trace["lengths"][-1].argmax() == load_bundled().labels[found.close_call]


@pytest.mark.parametrize(
    ("name", "messages"),
    [
        ("silence", [5, "abc", ["x"], [None], {"a": 1}, [[1]], [float("inf")]]),
        ("rounds", [None, "abc", [1], {}, float("nan"), float("inf")]),
    ],
)
def test_a_message_that_no_player_sends_is_passed_over(page, monkeypatch, name, messages):
    compare(page, "silenced", silenced=(3, 10))

    def player(*_, calls, **__):
        for message in messages:
            setattr(sent, name, message)
            calls[name]()

    sent = SimpleNamespace()
    monkeypatch.setattr(state, "widget", lambda key: sent)
    monkeypatch.setattr(routing_player, "routing_player", player)
    page.run()
    assert not page.exception
    assert page.session_state["kept_silenced"] == (3, 10)
    assert page.session_state["routing_rounds"] == 3


def test_packing_keeps_shapes_types_and_alignment():
    arrays = {
        "image": np.arange(3, dtype=np.uint8),
        "lengths": np.arange(6, dtype=np.float32).reshape(2, 3),
    }
    header, (trace,) = unpack(pack([RoutingTrace("ä", arrays, {"a": "{}"})], words={}))
    for name, array in arrays.items():
        np.testing.assert_array_equal(trace[name], array)
        assert trace[name].dtype == array.dtype
    assert header["traces"][0]["title"] == "ä"
    assert header["traces"][0]["figures"] == {"a": "{}"}
