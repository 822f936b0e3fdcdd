"""A page outlives its session: a locked phone, a closed lid, a server that was started anew."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.drawings import DIGITS
from tests.e2e.conftest import Devices, settle
from tests.e2e.connection import Line, Server
from tests.e2e.pad import at, drag_mouse, draw, expect_prediction, ink_on
from tests.e2e.pose import eventually, slider

pytestmark = pytest.mark.e2e

FORGETFUL = 1
"""Seconds after which this server forgets a session whose line was cut."""

LINE = "document.querySelector('[data-testid=stApp]').dataset.testConnectionState"


class Place:
    """A server, the line to it, and the pages that are open at the line's other end."""

    def __init__(self, server: Server, line: Line, devices: Devices) -> None:
        self._server, self._line, self._devices = server, line, devices
        self._contexts = []

    def open(self, path: str, phone: bool = False) -> Page:
        """A new visitor's page, settled."""
        context = self._devices.lend(phone)
        self._contexts.append(context)
        page = context.new_page()
        page.goto(f"{self._line.address}/{path}")
        page.get_by_text("Current digit").first.wait_for(state="attached")
        page.wait_for_load_state("networkidle")  # a module under way would be lost with the line
        settle(page)
        return page

    def cut(self, page: Page) -> None:
        """Cut the line, and wait until the page knows."""
        self._line.cut()
        page.wait_for_function(f"{LINE} !== 'CONNECTED'")

    def lose(self, page: Page, restart: bool = False) -> None:
        """Mend the line once the server has forgotten the page's session."""
        if restart:
            self._server.stop()
            self._server.start()
        page.wait_for_timeout(1000 * (FORGETFUL + 0.5))
        self.mend(page)

    def mend(self, page: Page) -> None:
        """Mend the line, and wait until the page knows."""
        self._line.mend()
        page.wait_for_function(f"{LINE} === 'CONNECTED'")

    def leave(self) -> None:
        """Close all pages; nothing that was sent went to a fragment that is gone."""
        self._line.mend()
        for context in self._contexts:
            self._devices.take_back(context, self._line.address)
        assert "does not exist anymore" not in self._server.log
        assert "Traceback" not in self._server.log


@pytest.fixture(scope="module")
def forgetful(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("forgetful")
    server = Server(folder / "log", folder / "runs", disconnectedSessionTTL=FORGETFUL)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def place(forgetful: Server, devices: Devices) -> Iterator[Place]:
    with Line(forgetful.port) as line:
        found = Place(forgetful, line, devices)
        yield found
        found.leave()


def scribble(page: Page, digit: int) -> None:
    """Draw without waiting for an answer."""
    for stroke in DIGITS[digit]:
        drag_mouse(page, [at(page, *point) for point in stroke])


def undisturbed(page: Page) -> None:
    """Wait for what the page does by itself once the line is whole."""
    page.wait_for_timeout(500)
    settle(page, quiet=1)


@pytest.mark.parametrize(
    ("phone", "restart"),
    [pytest.param(False, False, marks=pytest.mark.thorough), (True, False), (False, True)],
    ids=str,
)
def test_what_is_drawn_after_a_loss_is_read_and_nothing_drawn_before_is_lost(
    place: Place, phone: bool, restart: bool
) -> None:
    page = place.open("draw", phone)
    draw(page, DIGITS[3], touch=phone)
    settle(page, quiet=1.5)
    page.get_by_test_id("draw-clear").click()
    draw(page, DIGITS[9], touch=phone)
    settle(page, quiet=1.5)
    place.cut(page)
    place.lose(page, restart)
    undisturbed(page)
    expect_prediction(page, "9")
    page.get_by_test_id("draw-clear").click()
    draw(page, DIGITS[7], touch=phone)
    expect_prediction(page, "7")
    settle(page, quiet=1.5)
    expect(page.locator(".strip button[title*=' of ']")).to_have_count(3)
    assert "strokes=" in page.url


def test_what_is_drawn_while_the_line_is_cut_arrives(place: Place) -> None:
    page = place.open("draw")
    draw(page, DIGITS[9])
    settle(page, quiet=1.5)
    place.cut(page)
    page.get_by_test_id("draw-clear").click()
    scribble(page, 7)
    drawn = ink_on(page)
    place.lose(page)
    expect_prediction(page, "7")
    assert ink_on(page) == drawn
    settle(page, quiet=1.5)
    page.reload()
    settle(page)
    expect_prediction(page, "7")


@pytest.mark.thorough
def test_a_drawing_that_never_arrived_outlives_a_reload(place: Place) -> None:
    page = place.open("draw")
    draw(page, DIGITS[9])
    place.cut(page)
    page.get_by_test_id("draw-clear").click()
    scribble(page, 7)
    place.lose(page)
    page.reload()
    settle(page)
    expect_prediction(page, "7")


@pytest.mark.thorough
def test_a_short_cut_leaves_all_as_it_is(place: Place) -> None:
    page = place.open("draw")
    draw(page, DIGITS[4])
    settle(page, quiet=1.5)
    place.cut(page)
    place.mend(page)
    undisturbed(page)
    expect_prediction(page, "4")
    draw(page, [[(0.1, 0.9), (0.9, 0.9)]])
    settle(page, quiet=1.5)


@pytest.mark.parametrize(
    ("when", "phone", "restart"),
    [
        ("while it is cut", False, False),
        pytest.param("right after", True, False, marks=pytest.mark.thorough),
        pytest.param("right after", False, True, marks=pytest.mark.thorough),
    ],
)
def test_routing_swallows_no_click(place: Place, when: str, phone: bool, restart: bool) -> None:
    page = place.open("routing?digit=5", phone)
    pin = page.get_by_test_id("pin")
    place.cut(page)
    if when == "while it is cut":
        pin.click()
    place.lose(page, restart)
    if when == "right after":
        pin.click()
    expect(page.locator("[data-close]").first).to_be_visible()
    settle(page)
    assert "digit=5" in page.url and "pinned_digit=5" in page.url


@pytest.mark.parametrize(
    ("phone", "restart"), [(True, False), pytest.param(False, True, marks=pytest.mark.thorough)]
)
def test_pose_keeps_a_bend_that_was_made_while_the_line_was_cut(
    place: Place, phone: bool, restart: bool
) -> None:
    page = place.open("pose?digit=5", phone)
    slider(page, 3).wait_for()
    place.cut(page)
    slider(page, 3).press("End")
    place.lose(page, restart)
    eventually(page, lambda: "pose=" in page.url)
    undisturbed(page)
    assert slider(page, 3).input_value() == "0.5"
    page.get_by_test_id("pose-reset").click()
    eventually(page, lambda: "pose=" not in page.url)
    page.get_by_test_id("pose-undo").click()
    eventually(page, lambda: "pose=" in page.url)


def pressing_another(page: Page) -> None:
    page.get_by_role("button", name="Another").first.click()


@pytest.mark.parametrize(
    ("path", "restart"),
    [
        ("", True),
        pytest.param("routing", False, marks=pytest.mark.thorough),
        pytest.param("pose", False, marks=pytest.mark.thorough),
        pytest.param("training", True, marks=pytest.mark.thorough),
    ],
)
def test_the_digit_stays_and_the_first_press_of_a_button_counts(
    place: Place, path: str, restart: bool
) -> None:
    page = place.open(f"{path}?digit=5")
    number = page.get_by_label("Number, 0 to")
    place.cut(page)
    place.lose(page, restart)
    pressing_another(page)
    settle(page)
    expect(number).not_to_have_value("5")


def test_the_strip_of_last_digits_is_pressed_once(place: Place) -> None:
    page = place.open("draw")
    draw(page, DIGITS[3])
    settle(page, quiet=1.5)
    page.get_by_test_id("draw-clear").click()
    draw(page, DIGITS[7])
    settle(page, quiet=1.5)
    place.cut(page)
    page.locator(".strip button[title='Digit 2 of 2']").click()
    place.lose(page)
    expect_prediction(page, "3")


@pytest.mark.thorough
def test_what_an_experiment_was_set_to_stays(place: Place) -> None:
    page = place.open("transform?digit=5&transform=turn&by=30", phone=True)
    place.cut(page)
    place.lose(page)
    undisturbed(page)
    slider = page.get_by_role("slider")
    expect(slider).to_have_value("30")
    slider.press("ArrowRight")
    eventually(page, lambda: "by=31" in page.url)
    assert "digit=5" in page.url
