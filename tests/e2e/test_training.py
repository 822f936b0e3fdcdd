"""A run from its start to its deletion, as a teacher drives it; the server is restarted halfway."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from playwright.sync_api import TimeoutError, expect

from capsnet.data.bundled import load_bundled
from capsnet.storage.checkpoints import SHIPPED
from capsnet.training import run_folder
from capsnet.training.history import HISTORY, read_history
from tests.browser import free_port
from tests.e2e.conftest import PATIENCE, ROOT, _await_health, settle, watch

pytestmark = pytest.mark.e2e
LONG = 2000 * PATIENCE


class Server:
    """The explorer with runs and digits of its own, and a preset that learns in seconds."""

    def __init__(self, folder):
        self.port, self.log = free_port(), folder / "streamlit.log"
        self.runs = folder / "runs"
        self.environment = {
            **os.environ,
            "CAPSNET_RUNS": str(self.runs),
            "CAPSNET_DATA": str(some_digits(folder / "digits.npz")),
            "PYTHONPATH": str(ROOT / "tests" / "e2e" / "tiny"),
        }
        self.address = f"http://127.0.0.1:{self.port}"

    def start(self):
        options = [
            f"--server.port={self.port}",
            "--server.address=127.0.0.1",
            "--server.headless=true",
        ]
        with self.log.open("a") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "streamlit", "run", "dashboard/app.py", *options],
                cwd=ROOT,
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        _await_health(f"{self.address}/_stcore/health", self.process, self.log)

    def kill(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=30)


def some_digits(path):
    """A file like MNIST's, of 800 digits; a tenth of them is held out."""
    some = load_bundled()[:800]
    images, labels = some.images[..., 0], some.labels.astype(np.uint8)
    np.savez(path, x_train=images, y_train=labels, x_test=images[:50], y_test=labels[:50])
    return path


@pytest.fixture(scope="module")
def own_server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("training"))
    server.start()
    yield server
    server.kill()
    for path in server.runs.glob(f"*/{run_folder.PROGRESS}"):
        progress = run_folder.read_progress(path.parent)
        if run_folder.live(path.parent) and progress:
            with contextlib.suppress(OSError):
                os.kill(progress.pid, signal.SIGKILL)
    through_ours = re.search(rf'File "{ROOT}/(capsnet|dashboard)/', server.log.read_text())
    assert not through_ours, server.log.read_text()


@pytest.fixture(autouse=True)
def patience():
    """A trainer takes its share of a busy machine."""
    expect.set_options(timeout=LONG)
    yield
    expect.set_options(timeout=1000 * PATIENCE)


@pytest.fixture
def teacher(own_server, devices, request):
    """The Training page in a browser on this machine."""
    context = devices.lend(phone=False)
    page = context.new_page()
    page.set_default_timeout(LONG)
    troubles = []
    if not request.node.get_closest_marker("restarts"):  # its page loses its server
        watch(page, own_server.address, troubles)
    page.goto(f"{own_server.address}/training")
    expect(page.get_by_role("heading", name="Training: watch it learn")).to_be_visible()
    yield page
    assert not page.locator("[data-testid=stException]").count()
    devices.take_back(context, own_server.address)
    assert not troubles, troubles


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def fill(page, label, value):
    field = page.get_by_label(label, exact=True)
    field.fill(str(value))
    field.press("Enter")
    says(page, f"for {value} epoch")  # the forecast has followed


def says(page, text, timeout=LONG):
    expect(page.get_by_text(text).first).to_be_visible(timeout=timeout)


def choose(page, label, option):
    """Pick from a list; one that is open closes when the page is drawn anew."""
    wanted = page.get_by_role("option", name=option)
    for _ in range(20):
        page.get_by_label(label, exact=True).click()
        with contextlib.suppress(TimeoutError):
            wanted.click(timeout=3000)
            return
        page.keyboard.press("Escape")
    raise AssertionError(f"no option {option}: {page.get_by_role('option').all_inner_texts()}")


def start_run(page, epochs):
    says(page, re.compile(r"^About .* pictures"))  # the forecast: the form is whole
    if page.get_by_text("A network for tests.").count() == 0:
        choose(page, "Preset", "tiny")
        says(page, "A network for tests.")
    fill(page, "Epochs", epochs)
    button(page, "Start").click()


def progress_of(server, name, test):
    deadline = time.monotonic() + PATIENCE
    while True:
        progress = run_folder.read_progress(server.runs / name)
        if progress and test(progress):
            return progress
        assert time.monotonic() < deadline, progress
        time.sleep(0.1)


@pytest.mark.thorough
def test_a_form_that_is_not_sent_survives_a_reload_and_goes_with_back(teacher):
    page = teacher
    says(page, re.compile(r"^About .* pictures"))
    choose(page, "Preset", "tiny")
    says(page, "A network for tests.")
    settle(page)  # a change that cuts short the run of the one before shares its place in history
    fill(page, "Epochs", 7)
    settle(page)
    page.get_by_label("Seed", exact=True).fill("5")
    page.get_by_label("Seed", exact=True).press("Enter")
    expect(page).to_have_url(re.compile(r"seed=5"))
    page.reload()
    expect(page.get_by_label("Epochs", exact=True)).to_have_value("7")
    expect(page.get_by_label("Seed", exact=True)).to_have_value("5")
    page.go_back()
    expect(page.get_by_label("Seed", exact=True)).to_have_value("0")
    expect(page.get_by_label("Epochs", exact=True)).to_have_value("7")


@pytest.mark.restarts
def test_a_run_from_start_to_pause_over_a_restart_to_stop(own_server, teacher):
    page = teacher
    start_run(page, 200)
    says(page, "tiny-1: Learning")
    pictures = page.locator(".st-key-training_pictures .picture-strip img")
    pictures.and_(page.locator("[alt^='epoch 2: read as']")).wait_for(state="attached")
    assert pictures.and_(page.locator("[alt^='before: read as']")).count() == 1
    assert pictures.and_(page.locator("[alt^='step ']")).count() >= 3
    page.locator("[data-testid=figure-learning-loss][aria-label^='Loss. total:']").wait_for()
    page.get_by_test_id("figure-learning-entropy").wait_for()

    button(page, "Pause").click()
    says(page, "tiny-1: Paused")
    paused = progress_of(own_server, "tiny-1", lambda p: p.state == "paused")
    own_server.kill()  # with the browser open, and without a word
    time.sleep(1)
    own_server.start()
    page.goto(f"{own_server.address}/training")
    says(page, "tiny-1: Paused")
    now = run_folder.read_progress(own_server.runs / "tiny-1")
    assert (now.pid, now.epoch, now.step) == (paused.pid, paused.epoch, paused.step)

    button(page, "Resume").click()
    says(page, "tiny-1: Learning")
    progress_of(own_server, "tiny-1", lambda p: p.epoch > paused.epoch)
    page.reload()
    says(page, "tiny-1: Learning")

    button(page, "Stop").click()
    says(page, "tiny-1: Stopped")
    says(page, "Going on with it begins after epoch")
    assert not run_folder.live(own_server.runs / "tiny-1")


def left_by_earlier_tests(server, run, state):
    """Where they have failed, long waits for what they should have left would all be in vain."""
    progress = run_folder.read_progress(server.runs / run)
    found = progress and progress.state
    assert found == state, f"{run} is {found}: an earlier test has failed, or did not run"


def test_a_second_run_waits_and_says_so(own_server, teacher):
    left_by_earlier_tests(own_server, "tiny-1", "stopped")
    page = teacher
    start_run(page, 200)
    says(page, "tiny-2: Learning")
    start_run(page, 1)
    says(page, "tiny-3: Waits for its turn. One run at a time: tiny-2 is before it.")
    # The form is far below what it has started.
    expect(page.get_by_role("heading", name="Watch", exact=True)).to_be_in_viewport()
    os.kill(run_folder.read_progress(own_server.runs / "tiny-2").pid, signal.SIGKILL)  # no farewell
    says(page, "tiny-3: Finished")
    history = read_history(own_server.runs / "tiny-3" / HISTORY)
    assert [row["epoch"] for row in history] == [1]
    choose(page, "Run", "tiny-2")
    says(page, "tiny-2: Broken off: its process is gone.")
    button(page, "Go on with it").click()
    says(page, "tiny-2: Learning")
    button(page, "Stop").click()
    says(page, "tiny-2: Stopped")  # and not the latest run, which the page opens with
    settle(page)
    expect(page.get_by_text("tiny-2: Stopped")).to_be_visible()


def tile(page, label):
    """The tile with this label."""
    return page.get_by_test_id("stMetric").filter(has_text=label)


def test_one_of_the_ten_pictures_goes_to_the_other_pages(own_server, teacher):
    left_by_earlier_tests(own_server, "tiny-3", "finished")
    page = teacher
    says(page, "tiny-3: Finished")
    page.get_by_role("button", name="Take this picture of class 4").click()
    expect(page.get_by_text("A picture of class 4 is now on all pages.")).to_be_visible()
    sidebar = page.get_by_test_id("stSidebar")
    expect(sidebar.get_by_text("Label: 4")).to_be_visible()
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Draw").click()
    expect(page.get_by_role("heading", name="Draw a digit")).to_be_visible()
    expect(sidebar.get_by_text("Label: 4")).to_be_visible()
    expect(page).to_have_url(re.compile("ink="))
    page.go_back()
    says(page, "tiny-3: Finished")


def test_nothing_is_cut_or_told_twice_differently(own_server, teacher):
    left_by_earlier_tests(own_server, "tiny-3", "finished")
    page = teacher
    says(page, "tiny-3: Finished")
    read = page.get_by_test_id("figure-learning-accuracy")
    read.wait_for()
    labels = ("Epoch", "Time", "Read right, training")
    tiles = [tile(page, label) for label in (*labels, "Read right, validation")]
    assert len({round(t.bounding_box()["y"]) for t in tiles}) == 1  # on a laptop, too
    spoken = read.get_attribute("aria-label")
    shown = [t.get_by_test_id("stMetricValue").inner_text() for t in tiles[2:]]
    assert f"training: {shown[0]}, validation: {shown[1]}" in spoken
    assert re.fullmatch(r"\d+\.\d\d %", shown[0])

    dots = page.get_by_test_id("figure-learning-compared-accuracy").locator(".point")
    assert dots.first.bounding_box()["width"] >= 8  # of a run of one epoch
    page.set_viewport_size({"width": 1920, "height": 1080})
    settle(page)
    strip = page.locator(".picture-strip[aria-label='Routing']")
    frame = page.locator(".picture-strip-frame", has=strip)
    assert strip.locator("figure").count() >= 5
    assert strip.evaluate(
        "strip => strip.scrollWidth <= strip.clientWidth && strip.scrollLeft === 0"
    )
    page_width = tile(page, "Epoch").locator("xpath=../../..").bounding_box()["width"]
    assert frame.bounding_box()["width"] > 0.9 * page_width
    row_7 = frame.locator(".picture-strip-rows span", has_text="7").bounding_box()
    image = strip.locator("img").first.bounding_box()
    middle = image["y"] + 0.75 * image["height"]  # the eighth of ten rows
    assert abs(row_7["y"] + row_7["height"] / 2 - middle) < 3


def test_a_network_of_ones_own_on_all_pages(own_server, teacher, devices):
    left_by_earlier_tests(own_server, "tiny-3", "finished")
    page = teacher
    says(page, "tiny-3: Finished")
    button(page, "Use its network").first.click()
    sidebar = page.get_by_test_id("stSidebar")
    expect(sidebar.get_by_text("Run tiny-3")).to_be_visible()
    page.wait_for_url(re.compile("network=tiny-3"))
    for name in ("Start", "Draw", "Routing", "Pose"):
        sidebar.get_by_role("link", name=name).click()
        where = "" if name == "Start" else name.lower()
        page.wait_for_url(re.compile(rf"/{where}\?(.*&)?network=tiny-3"))
        settle(page)
        expect(sidebar.get_by_text("Run tiny-3")).to_be_visible()
        assert not page.locator("[data-testid=stException]").count()
        assert not page.locator("[data-testid=stAlertContentError]").count()
    elsewhere = devices.lend(phone=False)
    friend = elsewhere.new_page()
    friend.goto(own_server.address)
    expect(friend.get_by_text("The shipped one", exact=True).first).to_be_visible(timeout=LONG)
    friend.goto(page.url)  # the link says which network
    expect(friend.get_by_text("Run tiny-3").first).to_be_visible(timeout=LONG)
    friend.goto(f"{own_server.address}/draw?network=elsewhere-7")
    says(friend, "This machine has no network named elsewhere-7. The shipped network is used")
    devices.take_back(elsewhere, own_server.address)
    button(page, "Back to the shipped one").click()
    expect(sidebar.get_by_text("The shipped one", exact=True)).to_be_visible()


def test_a_wrong_file_is_refused_in_one_sentence_and_a_right_one_taken(own_server, teacher):
    page = teacher
    says(page, "A network from elsewhere")
    settle(page)
    page.locator("input[type=file]").set_input_files(
        {"name": "cat.keras", "mimeType": "application/zip", "buffer": b"a cat, not a network"}
    )
    says(page, "cat.keras was not taken. Expected a CapsNet checkpoint (.keras). Received: a trunc")
    page.locator("input[type=file]").set_input_files(SHIPPED)  # of the paper's size
    says(page, "Your pages now use capsnet-mnist.keras.")
    expect(page.get_by_test_id("stSidebar").get_by_text("Uploaded,")).to_be_visible()
    button(page, "Back to the shipped one").click()
    button(page, "Use capsnet-mnist.keras again").click()
    says(page, "Your pages now use capsnet-mnist.keras.")


def test_a_run_is_deleted_once_that_is_confirmed(own_server, teacher):
    left_by_earlier_tests(own_server, "tiny-1", "stopped")
    left_by_earlier_tests(own_server, "tiny-3", "finished")
    page = teacher
    says(page, "Runs side by side")
    settle(page)
    choose(page, "Run to use or delete", "tiny-1")
    settle(page)
    button(page, "Delete …").click()
    says(page, "Delete tiny-1, with its network and its pictures?")
    assert (own_server.runs / "tiny-1").is_dir()
    button(page, "Delete it").click()
    settle(page)
    assert not (own_server.runs / "tiny-1").exists()
    expect(page.get_by_text("tiny-1")).to_have_count(0)
