"""Draw in the visitor's browser: it answers by itself while the pen moves, as Keras does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from capsnet.data import strokes as pen
from capsnet.data.bundled import load_bundled
from capsnet.data.normalisation import normalise
from capsnet.network.model import CapsNet
from capsnet.storage import exports
from dashboard.components.verdict import in_words
from tests.drawings import DIGITS
from tests.e2e.alone import alone, blank
from tests.e2e.pad import at, draw, expect_prediction

pytestmark = pytest.mark.e2e

OPEN = """async ({ settings }) => {
    const { networkOf } = await import("/app/static/network/network.js");
    globalThis.network = await networkOf(settings);
}"""
LENGTHS = """async (images) => {
    const found = [];
    for (const levels of images) {
        const image = Float32Array.from(levels, (level) => level / 255);
        found.push([...(await network.ask("image", { image })).lengths]);
    }
    return found;
}"""
DECODE_ALL = """async (poses) => {
    const found = [];
    for (const [capsule, vector] of poses) {
        found.push([...(await network.ask("decode", { capsule, vector })).picture]);
    }
    return found;
}"""
WATCH = """() => {
    globalThis.sent = 0;
    const { send } = WebSocket.prototype;
    WebSocket.prototype.send = function (...data) { sent++; return send.apply(this, data); };
}"""


@pytest.fixture
def browsers_draw(exported, visit) -> Page:
    page = visit("draw?runtime=browser")
    expect(page.get_by_test_id("draw-pad")).to_have_attribute("data-runtime", "browser")
    return page


def answers(page: Page) -> int:
    return int(page.get_by_test_id("draw-pad").get_attribute("data-answers") or 0)


def bars(page: Page) -> list[float]:
    figure = page.get_by_test_id("figure-capsule-lengths").locator(".js-plotly-plot")
    return figure.evaluate("paper => [...paper.data[0].y]")


def settings_of(export: exports.BrowserExport, shipped, folder: str = "exported") -> dict:
    """What the page would tell the browser, with files that `served` offers."""
    config = shipped.config
    files = {
        part: {"id": identity, "size": size, "address": f"/{folder}/{part}.tflite"}
        for part, (identity, size) in export.files.items()
    }
    from dashboard.state import browser_network

    files["runtime"] = {**browser_network._runtime_file()}
    files["runtime"]["address"] = "/" + files["runtime"]["address"]
    about = {
        "rounds": config.rounds, "classes": 10, "dimensions": 16,
        "primaryCapsules": config.num_primary_capsules,
        "pixels": 784, "names": list(config.names), "probe": export.probe,
    }  # fmt: skip
    return {"id": folder, "about": about, "files": files}


@pytest.fixture
def opened(exported, shipped, browser: Browser):
    """A page that has nothing but the network, open."""
    with browser.new_context() as context:
        page = blank(context.new_page())
        page.route(
            "**/exported/*",
            lambda route: route.fulfill(path=exported.folder / route.request.url.split("/")[-1]),
        )
        page.evaluate(OPEN, {"settings": settings_of(exported, shipped)})
        yield page


def test_200_digits_have_the_lengths_of_keras_in_every_round(opened, shipped) -> None:
    sample = load_bundled()[::25]
    found = opened.evaluate(LENGTHS, sample.images.reshape(200, -1).tolist())
    rounds = np.array(found).reshape(200, 10, 10).transpose(1, 0, 2)
    expected = np.concatenate(
        [shipped.trace(sample[k : k + 20].pixels(), 10).lengths for k in range(0, 200, 20)], axis=1
    )
    errors = np.abs(rounds - expected).max((1, 2))
    assert errors[: shipped.config.rounds].max() < 1e-3
    assert errors.max() < 0.01  # in half precision; an undecided digit's tenth round drifts
    np.testing.assert_array_equal(rounds.argmax(-1)[:3], expected.argmax(-1)[:3])


def test_the_pen_is_answered_with_no_word_to_the_server(browsers_draw: Page) -> None:
    page = browsers_draw
    page.evaluate(WATCH)
    before = answers(page)
    stroke = [at(page, x, y) for x, y in DIGITS[7][0]]
    page.mouse.move(*stroke[0])
    page.mouse.down()
    for (x0, y0), (x1, y1) in zip(stroke, stroke[1:], strict=False):
        for k in range(1, 6):
            page.mouse.move(x0 + (x1 - x0) * k / 5, y0 + (y1 - y0) * k / 5)
            page.wait_for_timeout(30)
    expect_prediction(page, "7")
    assert answers(page) - before >= 3
    assert page.evaluate("sent") == 0
    lines = page.get_by_test_id("figure-lengths").locator(".js-line")
    expect(lines).to_have_count(11)  # ten, and the one upright
    page.mouse.up()
    page.wait_for_timeout(300)  # just lifted
    assert page.evaluate("sent") == 0


def test_ten_digits_are_read_while_the_server_is_cut_off(browsers_draw: Page) -> None:
    page = browsers_draw
    page.context.set_offline(True)
    page.evaluate("WebSocket.prototype.send = () => {}")  # what is open stays so when offline
    read = []
    for digit, strokes in DIGITS.items():
        page.get_by_test_id("draw-clear").click()
        for stroke in strokes:
            places = [at(page, x, y) for x, y in stroke]
            page.mouse.move(*places[0])
            page.mouse.down()
            for place in places[1:]:
                page.mouse.move(*place)
            page.mouse.up()
        try:
            expect_prediction(page, str(digit), patience=8000)
            read.append(digit)
        except AssertionError:
            pass  # the network may read one of these drawings otherwise
    expect(page.locator(".pad-note")).to_contain_text("The server cannot be reached")
    page.context.set_offline(False)
    assert len(read) >= 9, read


@pytest.mark.thorough
def test_both_runtimes_say_the_same_of_a_drawing(browsers_draw: Page, visit, shipped) -> None:
    here, there = browsers_draw, visit("draw?runtime=server")
    expect(there.get_by_test_id("draw-pad")).to_have_attribute("data-runtime", "server")
    shown = []
    for page in (here, there):
        draw(page, DIGITS[5])
        expect_prediction(page, "5")
        page.wait_for_timeout(1500)
        page.wait_for_function("location.search.includes('strokes=')")
        shown.append((bars(page), page.url.split("strokes=")[1].split("&")[0]))
    assert np.abs(np.subtract(shown[0][0], shown[1][0])).max() < 1e-3
    assert shown[0][1] == shown[1][1]  # the server has the same strokes


@pytest.mark.thorough
def test_a_browser_without_webassembly_is_told_so_and_served(exported, visit) -> None:
    page = visit()
    page.add_init_script("delete globalThis.WebAssembly")
    page.goto(page.url.rstrip("/") + "/draw?runtime=browser")
    pad = page.get_by_test_id("draw-pad")
    expect(pad).to_have_attribute("data-runtime", "server")
    expect(page.locator(".pad-note")).to_have_text(
        "This browser cannot run the network (it has no WebAssembly): the server answers."
    )
    draw(page, DIGITS[3])
    expect_prediction(page, "3")
    page.get_by_role("link", name="Pose").first.click()
    expect(page.locator(".pose-status")).to_have_text(
        "This browser cannot run the network (it has no WebAssembly): "
        "the picture follows when you let go."
    )


@pytest.mark.thorough
def test_a_download_that_breaks_off_is_told_and_tried_again_on_the_next_page(
    exported, visit
) -> None:
    page = visit()
    page.route("**/*.tflite", lambda route: route.abort())
    page.goto(page.url.rstrip("/") + "/draw?runtime=browser")
    expect(page.locator(".pad-note")).to_have_text(
        "This browser cannot run the network (a file did not arrive whole): the server answers."
    )
    draw(page, DIGITS[3])
    expect_prediction(page, "3")
    page.unroute("**/*.tflite")
    page.get_by_role("link", name="Pose").first.click()
    expect(page.locator(".pose")).to_have_attribute("data-runtime", "browser")


@pytest.mark.thorough
def test_a_second_tab_downloads_nothing_and_a_page_change_ends_an_answer(
    browsers_draw: Page,
) -> None:
    page = browsers_draw
    second, asked = page.context.new_page(), []
    second.on("request", lambda request: asked.append(request.url))
    second.goto(page.url)
    expect(second.get_by_test_id("draw-pad")).to_have_attribute("data-runtime", "browser")
    assert not [url for url in asked if url.endswith((".tflite", ".wasm.gz"))]
    draw(second, DIGITS[7])
    expect_prediction(second, "7")
    second.close()
    places = [at(page, x, y) for x, y in DIGITS[2][0]]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place)
    page.mouse.up()
    page.get_by_role("link", name="Pose").first.click()  # its answer is still under way
    expect(page.locator(".pose")).to_have_attribute("data-runtime", "browser")
    page.go_back()
    expect_prediction(page, "2")


@pytest.mark.thorough
def test_a_worker_that_dies_gives_way_to_the_server_and_nothing_is_lost(
    browsers_draw: Page,
) -> None:
    page = browsers_draw
    page.evaluate("async () => (await capsnetNetwork.promise).worker.terminate()")
    page.evaluate("async () => (await capsnetNetwork.promise).stop()")
    draw(page, DIGITS[4])
    expect(page.get_by_test_id("draw-pad")).to_have_attribute("data-runtime", "server")
    expect_prediction(page, "4")


def test_the_browser_decodes_as_the_network_does(opened, shipped) -> None:
    vectors = np.random.default_rng(0).uniform(-0.5, 0.5, (200, 16)).astype(np.float32)
    classes = np.arange(200) % 10
    poses = [[int(c), v.tolist()] for c, v in zip(classes, vectors, strict=True)]
    capsules = np.zeros((200, 10, 16), np.float32)
    capsules[np.arange(200), classes] = vectors
    by_network = shipped.decode(capsules, classes).reshape(200, 784)
    assert np.abs(np.array(opened.evaluate(DECODE_ALL, poses)) - by_network).max() < 4e-3


def files_of(folder: Path) -> Callable[[Route], None]:
    """What answers a browser's request by the file of that name in the folder."""
    return lambda route: route.fulfill(path=folder / route.request.url.split("/")[-1])


def test_who_changes_the_decoder_in_python_sees_it_in_the_browser(
    opened, small_config, images, tmp_path
) -> None:
    """Its hidden layers get another activation, which nothing in the browser knows of."""
    keras.utils.set_random_seed(0)
    model = CapsNet(small_config)
    model.predict(images, verbose=0)
    vector = np.linspace(-2, 2, 16, dtype=np.float32)
    capsules = np.zeros((1, 10, 16), np.float32)
    capsules[0, 3] = vector
    drawn = {}
    for name in ("relu", "tanh"):
        for layer in model.decoder.hidden:
            layer.activation = keras.activations.get(name)
        folder = tmp_path / name
        folder.mkdir()
        export = exports.BrowserExport(folder, **exports._exported(model, folder, images))
        opened.route(f"**/{name}/*", files_of(folder))
        settings = settings_of(export, model, name)
        opened.evaluate(OPEN, {"settings": settings})
        drawn[name] = np.array(opened.evaluate(DECODE_ALL, [[3, vector.tolist()]]))[0]
        np.testing.assert_allclose(drawn[name], model.decode(capsules, 3).ravel(), atol=4e-3)
    assert np.abs(drawn["relu"] - drawn["tanh"]).max() > 0.02


@pytest.mark.thorough
def test_an_export_of_another_network_gives_way_to_the_server(opened, exported, shipped) -> None:
    settings = settings_of(exported, shipped)
    settings["id"] = "another"
    settings["about"]["probe"] = {**exported.probe, "drawing": [0.5] * 28}
    said = opened.evaluate(f"async (all) => ({OPEN})(all).catch(String)", {"settings": settings})
    assert "it answers otherwise than the network does" in said


def test_what_did_not_arrive_whole_is_reported(opened, exported, shipped) -> None:
    settings = settings_of(exported, shipped)
    settings["id"] = "short"
    settings["files"]["decoder"] = {**settings["files"]["decoder"], "id": "x", "size": 7}
    said = opened.evaluate(f"async (all) => ({OPEN})(all).catch(String)", {"settings": settings})
    assert "a file did not arrive whole" in said


def test_the_verdict_has_the_servers_words(browser: Browser) -> None:
    random = np.random.default_rng(0)
    lengths = np.concatenate([random.random((60, 10)) ** 4, random.random((20, 10)) * 0.4])
    names = [str(c) for c in range(10)]
    story = f"return {lengths.tolist()}.map((each) => module.inWords(each, {names}));"
    for each, said in zip(lengths, alone(browser, "draw_pad/verdict.js", "", story), strict=True):
        from capsnet.analysis.prediction import read_lengths

        reading = read_lengths(each)
        assert (said["headline"], said["line"]) == in_words(reading, names)
        assert said["kind"] == ("weak" if reading.is_weak else reading.kind)
        assert said["best"] == reading.best


def test_what_the_browser_reads_is_what_the_network_gets(browsers_draw: Page, shipped) -> None:
    """Strokes inked and scaled here have the lengths that Keras gives the server's image."""
    page = browsers_draw
    draw(page, DIGITS[2])
    page.wait_for_timeout(300)
    here = bars(page)
    page.wait_for_function("location.search.includes('strokes=')")
    from dashboard.state.digit import from_link
    from dashboard.state.galleries import digits_of

    link = {"strokes": page.evaluate("new URL(location).searchParams.get('strokes')")}
    digit = from_link(link, digits_of(load_bundled()))
    assert digit is not None and digit.strokes
    ink = normalise(pen.draw(pen.unpack(digit.strokes)))
    np.testing.assert_allclose(digit.images[0], ink, atol=1 / 255)
    lengths = shipped.trace(digit.images).lengths[-1, 0]
    np.testing.assert_allclose(here, lengths, atol=1e-3)
