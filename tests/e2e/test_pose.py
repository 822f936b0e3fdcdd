"""The Pose page under a real hand: dragging, releasing, reloading, sharing."""

import json
import time
from pathlib import Path

import numpy as np
import pytest

from capsnet.data import load_bundled

pytestmark = pytest.mark.e2e

SIZES = [160, 512, 1024, 784]
DECODER = Path("dashboard/components/pose_explorer/decoder.js")
MAIN = "document.querySelector('[data-testid=stMain]')"
PIXELS = """canvas => Array.from(canvas.getContext("2d").getImageData(
    0, 0, canvas.width, canvas.height).data).filter((_, i) => i % 4 == 0)"""
COUNT_PAINTS = """() => {
    window.paints = [];
    const paint = CanvasRenderingContext2D.prototype.putImageData;
    CanvasRenderingContext2D.prototype.putImageData = function (...image) {
        if (this.canvas.dataset.testid == "pose-canvas") paints.push(performance.now());
        return paint.apply(this, image);
    };
    window.inputs = [];
    addEventListener("input", (event) => inputs.push(event.timeStamp), true);
}"""
DECODE_ALL = """({ source, sizes, poses }) => {
    const Decoder = new Function(source + "; return Decoder")();
    const [weights] = capsnetWeights.values();
    const decoder = new Decoder(weights, sizes);
    return poses.map(([capsule, vector]) => Array.from(decoder.decode(capsule, vector)));
}"""


def slider(page, dimension):
    return page.get_by_test_id(f"pose-slider-{dimension}")


def picture(page, name="canvas"):
    return page.get_by_test_id(f"pose-{name}").evaluate(PIXELS)


def levels(image):
    """What a canvas shows of a picture of the network."""
    return 255 * (1 - image.ravel())


def ready(page):
    """Wait until the browser has its decoder and has drawn all strips with it."""
    page.wait_for_function("() => globalThis.capsnetWeights?.size")
    drawn = """() => [...document.querySelectorAll(".pose-rows canvas")].filter((c) =>
        c.getContext("2d").getImageData(0, 0, c.width, c.height).data.some((x) => x)
    ).length == 16"""
    page.wait_for_function(drawn)


def eventually(page, condition):
    """Wait until something is so, however busy the machine."""
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        page.wait_for_timeout(100)


def shows(page, expected, name="canvas", atol=1):
    """Wait until a canvas shows these levels."""
    eventually(page, lambda: np.allclose(picture(page, name), expected, atol=atol))


def open_pose(visit, link="digit=42", **options):
    page = visit(f"pose?{link}", **options)
    ready(page)
    return page


def frames(page):
    """Sizes of the websocket frames (sent, received) from now on, filled as they pass."""
    sent, received = [], []

    def listen(socket):
        socket.on("framesent", lambda data: sent.append(len(data)))
        socket.on("framereceived", lambda data: received.append(len(data)))

    page.on("websocket", listen)
    return sent, received


def press_thumb(page, dimension):
    """Put the mouse on a slider's thumb and press; the box it lies in."""
    slider(page, dimension).scroll_into_view_if_needed()
    box = slider(page, dimension).bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    return box


def drag(page, dimension, share):
    """Drag a thumb from the middle to a share of the slider's length, and let go."""
    box = press_thumb(page, dimension)
    page.mouse.move(box["x"] + box["width"] * share, box["y"] + box["height"] / 2, steps=5)
    page.mouse.up()


@pytest.fixture
def watched(visit):
    """The Pose page, reloaded so that its websocket is watched from the start."""
    page = open_pose(visit)
    passed = frames(page)
    page.reload()
    ready(page)
    return page, *passed


def test_the_picture_follows_the_hand_and_the_server_hears_of_it_on_release(watched, settle):
    page, sent, received = watched
    settle(page)
    page.evaluate(COUNT_PAINTS)
    first = picture(page)
    box = press_thumb(page, 3)
    before, seen = len(sent), []
    start = time.monotonic()
    moves = 0
    while time.monotonic() - start < 2:
        moves += 1
        x = box["x"] + box["width"] * (0.5 + 0.4 * np.sin(moves / 10))
        page.mouse.move(x, box["y"] + 10)
        if moves % 10 == 0:
            seen.append(tuple(picture(page)))
    paints, inputs = page.evaluate("[paints.length, inputs.length]")
    assert len(sent) == before, "the server was told while the thumb was down"
    assert len(set(seen)) == len(seen) and tuple(first) not in seen
    assert paints >= 0.9 * inputs - 1, "input events went unpainted"
    print(f"{paints} pictures in 2 s for {inputs} input events")
    page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + 10)
    page.mouse.up()
    page.wait_for_url("**pose=**")
    eventually(page, lambda: len(sent) > before)
    settle(page)
    assert len(sent) == before + 1, "one release is one update"
    assert float(slider(page, 3).input_value()) > 0.2


def test_the_weights_come_once_and_stay(visit, settle):
    page = visit()
    passed = frames(page)
    page.reload()
    settle(page)
    page.get_by_role("link", name="Pose").first.click()
    ready(page)
    large = [size for size in passed[1] if size > 5e6]
    assert len(large) == 1 and large[0] < 6e6
    page.get_by_role("link", name="Routing").first.click()
    settle(page)
    page.get_by_role("link", name="Pose").first.click()
    ready(page)
    page.reload()
    ready(page)
    drag(page, 0, 0.9)
    settle(page)
    assert [size for size in passed[1] if size > 5e6] == large


def test_the_browser_decodes_as_the_network_does(visit, shipped):
    page = open_pose(visit)
    random = np.random.default_rng(0)
    vectors = random.uniform(-0.5, 0.5, (200, 16)).astype(np.float32)
    classes = np.arange(200) % 10
    poses = [[int(c), v.tolist()] for c, v in zip(classes, vectors, strict=True)]
    task = {"source": DECODER.read_text(), "sizes": SIZES, "poses": poses}
    in_browser = np.array(page.evaluate(DECODE_ALL, task))
    capsules = np.zeros((200, 10, 16), np.float32)
    capsules[np.arange(200), classes] = vectors
    by_network = shipped.decode(capsules, classes).reshape(200, 784)
    assert np.abs(in_browser - by_network).max() < 1e-3


def test_the_canvas_shows_what_the_network_decodes(visit, shipped):
    shifts = [0.3, -0.2, *[0.0] * 13, 0.5]
    page = open_pose(visit, "digit=42&capsule=5&pose=" + ",".join(map(str, shifts)))
    capsules = shipped.trace(load_bundled()[42:43].pixels()).digit_capsules[-1]
    capsules[0, 5] += shifts
    shows(page, levels(shipped.decode(capsules, 5)))
    length = float(page.get_by_test_id("pose-length").inner_text())
    assert length == pytest.approx(np.linalg.norm(capsules[0, 5]), abs=1e-3)


def test_reset_and_undo(visit, settle):
    page = open_pose(visit)
    first = picture(page)
    drag(page, 2, 0.9)
    drag(page, 5, 0.1)
    settle(page)
    tweaked = picture(page)
    page.get_by_test_id("pose-reset").click()
    shows(page, first, atol=0)
    page.get_by_test_id("pose-undo").click()
    shows(page, tweaked, atol=0)
    slider(page, 2).dblclick(position={"x": 5, "y": 5})
    page.get_by_label("Reset dimension 5").click()
    shows(page, first, atol=0)


def test_the_pose_survives_reload_page_change_and_sharing(visit, settle):
    page = open_pose(visit)
    drag(page, 2, 0.9)
    page.wait_for_url("**pose=**")
    settle(page)
    tweaked = picture(page)
    page.reload()
    ready(page)
    shows(page, tweaked, atol=0)
    page.get_by_role("link", name="Draw").first.click()
    settle(page)
    page.get_by_role("link", name="Pose").first.click()
    page.wait_for_url("**pose=**")
    ready(page)
    shows(page, tweaked, atol=0)
    friend = open_pose(visit, page.url.split("?")[1])
    shows(friend, tweaked, atol=0)


def test_back_undoes_the_last_release(visit):
    page = open_pose(visit)
    first = picture(page)
    drag(page, 2, 0.9)
    page.wait_for_url("**pose=**")
    page.go_back()
    shows(page, first, atol=0)


def test_another_digit_takes_its_own_pose(visit):
    page = open_pose(visit)
    drag(page, 2, 0.9)
    page.wait_for_url("**pose=**")
    number = page.get_by_test_id("stSidebar").get_by_label("Number")
    number.fill("43")
    number.press("Enter")
    page.wait_for_url("**digit=43")
    eventually(page, lambda: slider(page, 2).input_value() == "0")
    eventually(page, lambda: picture(page) == picture(page, "own"))


def test_keys_step_and_play_sweeps(visit, settle):
    page = open_pose(visit)
    slider(page, 4).focus()
    page.keyboard.press("ArrowRight")
    assert float(slider(page, 4).input_value()) == pytest.approx(0.02)
    page.keyboard.press("Shift+ArrowLeft")
    assert float(slider(page, 4).input_value()) == pytest.approx(-0.08)
    page.wait_for_url("**pose=**")
    page.get_by_label("Play dimension 7").click()
    seen = set()
    for _ in range(5):
        page.wait_for_timeout(200)
        seen.add(slider(page, 7).input_value())
    page.get_by_label("Play dimension 7").click()
    assert len(seen) > 2
    settle(page)
    stopped = slider(page, 7).input_value()
    page.wait_for_timeout(300)
    assert slider(page, 7).input_value() == stopped


def test_the_reach_of_the_sliders(visit):
    page = open_pose(visit)
    page.get_by_role("button", name="±1", exact=True).click()
    drag(page, 6, 0.97)
    assert float(slider(page, 6).input_value()) > 0.8
    page.get_by_role("button", name="±0.25", exact=True).click()
    eventually(page, lambda: slider(page, 6).input_value() == "0.25")
    page.get_by_test_id("pose-undo").click()
    eventually(page, lambda: float(slider(page, 6).input_value()) > 0.8)


def test_a_filmstrip_shows_where_its_slider_leads(visit):
    page = open_pose(visit)
    strip = "dim => document.querySelectorAll('.pose-rows canvas')[dim]"
    canvas = page.evaluate_handle(strip, 9).as_element()

    def cell(number):
        film = np.array(canvas.evaluate(PIXELS)).reshape(28, 11 * 28)
        return film[:, 28 * number : 28 * (number + 1)].ravel()

    eventually(page, lambda: np.allclose(cell(5), picture(page), atol=1))
    untouched = cell(10)
    slider(page, 9).focus()
    page.keyboard.press("End")
    shows(page, untouched)
    drag(page, 1, 0.9)
    eventually(page, lambda: np.abs(cell(10) - untouched).max() > 5)
    eventually(page, lambda: np.allclose(cell(10), picture(page), atol=1))


def test_an_absent_digit_can_speak(visit, shipped):
    page = open_pose(visit)
    capsules = shipped.trace(load_bundled()[42:43].pixels()).digit_capsules[-1]
    absent = int(np.linalg.norm(capsules[0], axis=-1).argmin())
    page.get_by_test_id(f"pose-capsule-{absent}").click()
    page.wait_for_url(f"**capsule={absent}")
    shows(page, levels(shipped.decode(capsules, absent)), atol=1)


def test_morph_ends_at_the_other_digits_own_picture(visit, shipped):
    page = open_pose(visit)
    page.get_by_text("Morph into another digit").click()
    target = page.locator(".pose-target").first
    target.click()
    page.get_by_label("Play the way").click()
    page.get_by_test_id("pose-morph").focus()
    page.keyboard.press("End")
    page.wait_for_url("**pose=**")
    index = int(target.get_attribute("aria-label").split()[-1])
    own = shipped.trace(load_bundled()[index : index + 1].pixels()).digit_capsules[-1]
    label = int(load_bundled().labels[index])
    shows(page, levels(shipped.decode(own, label)), atol=2)


def test_a_pose_is_saved_and_opened(visit, settle, tmp_path):
    page = open_pose(visit)
    first = picture(page)
    page.get_by_test_id("pose-random").click()
    settle(page)
    tweaked = picture(page)
    page.get_by_text("Save or open this pose").click()
    for ending in ("json", "csv"):
        with page.expect_download() as download:
            page.get_by_test_id(f"pose-{ending}").click()
        download.value.save_as(tmp_path / f"pose.{ending}")
    for ending in ("json", "csv"):
        page.get_by_test_id("pose-reset").click()
        page.get_by_test_id("pose-file").set_input_files(tmp_path / f"pose.{ending}")
        shows(page, tweaked, atol=0)
    saved = json.loads((tmp_path / "pose.json").read_text())
    (tmp_path / "foreign.json").write_text(json.dumps({**saved, "checkpoint": "another"}))
    (tmp_path / "short.json").write_text(json.dumps({**saved, "vector": saved["vector"][1:]}))
    (tmp_path / "damaged.json").write_text("{")
    for name, reason in [
        ("foreign", "another checkpoint"),
        ("short", "16 numbers"),
        ("damaged", "damaged"),
    ]:
        page.get_by_test_id("pose-file").set_input_files(tmp_path / f"{name}.json")
        page.get_by_text(reason).wait_for()
        shows(page, first, atol=0)


def test_without_the_decoder_the_picture_follows_on_release(visit):
    page = visit()
    page.add_init_script(
        """globalThis.capsnetWeights = new Map();
        globalThis.capsnetWeights.set = () => {}; indexedDB.open = null;"""
    )
    page.goto(page.url.split("?")[0] + "pose?digit=42")
    slider(page, 0).wait_for()
    page.get_by_text("when you let go").wait_for()
    first = picture(page)
    slider(page, 8).focus()
    page.keyboard.press("End")
    page.wait_for_url("**pose=**")
    eventually(page, lambda: picture(page) != first)


@pytest.fixture
def phone(visit):
    """The Pose page on a phone, slider 12 in sight, and a finger: `finger(kind, right, down)`."""
    page = open_pose(visit, phone=True)
    slider(page, 12).scroll_into_view_if_needed()
    box = slider(page, 12).bounding_box()
    touch = page.context.new_cdp_session(page)

    def finger(kind, right=None, down=0):
        """`right` is a share of the slider's length, `down` in pixels."""
        x, y = box["x"] + box["width"] * (right or 0), box["y"] + box["height"] / 2 + down
        points = [] if right is None else [{"x": x, "y": y}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    return page, finger


def test_a_finger_drags_with_the_picture_in_sight(phone):
    page, finger = phone
    first = picture(page)
    finger("touchStart", 0.5)
    for right in (0.6, 0.7, 0.8):
        finger("touchMove", right)
    eventually(page, lambda: picture(page) != first)  # the finger is still down
    finger("touchEnd")
    page.wait_for_url("**pose=**")
    canvas = page.get_by_test_id("pose-canvas").bounding_box()
    assert canvas["y"] >= 0 and canvas["y"] + canvas["height"] <= 844
    assert page.evaluate(f"{MAIN}.scrollWidth - {MAIN}.clientWidth") <= 2


def test_a_finger_that_scrolls_moves_no_slider(phone):
    page, finger = phone
    before = page.evaluate(f"{MAIN}.scrollTop")
    finger("touchStart", 0.2)
    for down in range(20, 200, 20):
        finger("touchMove", 0.2, down)
    finger("touchEnd")
    eventually(page, lambda: page.evaluate(f"{MAIN}.scrollTop") != before)
    assert slider(page, 12).input_value() == "0"
